"""The two routes at `/g/{eid}/waiver`: read the waiver, sign it, and read a signed one."""

from __future__ import annotations

import hmac
import re
from contextlib import suppress
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from charter.event_ids import check_served
from charter.events import Status
from charter.frozen import dataclass
from charter.moments import utc
from charter.party_links import waiver_link
from charter.refusals import (
    EventIdMalformed,
    EventUnknown,
    Malformed,
    SignatureUnknown,
    Unavailable,
    Unknown,
)
from charter.signatures import coverage_of
from charter.signing import SigningOrigin, find_evidence, sign
from charter.starts import DayOnly
from charter.waivers import check_signature_id, current_text
from web import waiver_pages
from web.languages import language, visit_of
from web.waiver_form import SignedMinor, SignedParty, WaiverSigned, WaiverSigning, read_signing
from web.waiver_pass import pass_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime, tzinfo

    from aws_lambda_powertools.event_handler import Response
    from aws_lambda_powertools.utilities.data_classes import LambdaFunctionUrlEvent

    from charter.events import Event
    from charter.party_links import PartyLinks
    from charter.patrons import Patron
    from charter.ports import Evidence, Signatures, SigningAddresses
    from charter.signing import Receipt
    from charter.waivers import Signed, WaiverText
    from web.languages import Language, Visit

_LONGEST_HEADER: Final = 500  # characters kept of an address or a browser's name
_TOKEN: Final = re.compile("[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class WaiverServices:
    """The dependencies of the waiver's routes. `now` returns an aware time; `zone` is the events' time zone."""

    signatures: Signatures
    links: PartyLinks
    evidence: Evidence
    addresses: SigningAddresses
    texts: Sequence[WaiverText]
    """The current text in each language. A request in a language without one is answered with the first."""
    zone: tzinfo
    public_base_url: str
    now: Callable[[], datetime]


def handle_waiver_get(request: LambdaFunctionUrlEvent, eid: str, *, services: WaiverServices) -> Response[Any]:
    """Return an event's waiver, under any id that the event ever had.

    `?party=` greets a party; `?qr` returns the link as a QR code, `?qr=page` a page with it; `?signed=` returns a
    signed waiver, with `&pdf` as a PDF. `?lang=` or Accept-Language says the language. An unknown event or signature is
    a page with 404, an outage a page with 503 and Retry-After.
    """
    visit = visit_of(request)
    try:
        return _page(visit, check_served(eid), services)
    except (EventIdMalformed, EventUnknown):
        return waiver_pages.no_such_event(visit)
    except (Malformed, Unknown):
        return waiver_pages.no_such_signature(visit)
    except Unavailable as refusal:
        return waiver_pages.try_again(visit, refusal)


def handle_waiver_post(
    request: LambdaFunctionUrlEvent, eid: str, given: WaiverSigning, *, services: WaiverServices
) -> tuple[WaiverSigned, int]:
    """Sign the waiver once. Return it with 201, or with 200 for a replay of its signature_id.

    The version says which text is signed. The sentences are in the language of `?lang=`, else of that text, else of
    Accept-Language. Raises all Refusals of the request in one ExceptionGroup, and the errors of `charter.signing.sign`.
    """
    with _language(visit_of(request), given, services).refusals():
        event = services.signatures.event(eid) if isinstance(given.party, str) else None
        receipt = sign(
            read_signing(given, find_party=lambda token: _party_of(token, event, given.signature_id, services)),
            eid=eid,
            texts=services.texts,
            origin=_origin(request),
            now=services.now(),
            signatures=services.signatures,
            evidence=services.evidence,
            addresses=services.addresses,
        )
    return _answer(receipt, services.now()), HTTPStatus.OK if receipt.replayed else HTTPStatus.CREATED


def _page(visit: Visit, eid: str, services: WaiverServices) -> Response[Any]:
    query, zone = visit.query, services.zone
    if "signed" in query:
        return _signed_page(visit, eid, services)
    event = services.signatures.event(eid)
    patron = services.links.find(event, query.get("party", ""))
    if patron is None:  # no link repeats a token that is none: the page is then the same for everybody
        visit = replace(visit, query={name: value for name, value in query.items() if name != "party"})
    link = services.links.link(event, patron.patron_id) if patron else waiver_link(services.public_base_url, event.eid)
    if "qr" in query and query["qr"] != "page":
        return waiver_pages.qr_code(link)
    if event.status is Status.CANCELLED:
        return waiver_pages.cancelled(visit, event, zone=zone)
    over = event.over(services.now())
    if "qr" in query:
        from web.qr_page import qr_page

        return qr_page(visit, event, patron, link=link, over=over, zone=zone)
    captain = None
    with suppress(Unavailable):  # the waiver can be signed without the captain's name
        captain = services.signatures.captain(event.eid)
    party = _party(event, patron, query["party"]) if patron else None
    text = next((text for text in services.texts if text.language == visit.language.code), services.texts[0])
    return waiver_pages.waiver(visit, event, text, party=party, captain=captain, over=over, zone=zone)


def _signed_page(visit: Visit, eid: str, services: WaiverServices) -> Response[Any]:
    """Return a signed waiver, in the language in which it was signed unless the query asks for another one."""
    query = visit.query
    signed, event = _signed(eid, query["signed"], services)
    if "pdf" in query:
        from web.waiver_pdf import pdf

        return waiver_pages.download(pdf(signed, zone=services.zone), signed)
    token = query.get("party", "")
    if event is None:
        with suppress(Unavailable, EventUnknown):  # the evidence stands by itself
            event = services.signatures.event(eid)
    shown = pass_of(signed, event, now=services.now())
    visit = visit if visit.asked else replace(visit, language=language(signed.text.language))
    return waiver_pages.signed(visit, shown, party=token if _TOKEN.fullmatch(token) else None, zone=services.zone)


def _language(visit: Visit, given: WaiverSigning, services: WaiverServices) -> Language:
    """Return the language in which the signer reads the answer to a signing."""
    text = current_text(given.version, services.texts) if isinstance(given.version, str) else None
    return language(text.language) if text and not visit.asked else visit.language


def _party(event: Event, patron: Patron, token: str) -> waiver_pages.LinkParty:
    in_person = any(signature.covers(patron) for signature in event.signatures_of(patron.patron_id))
    return waiver_pages.LinkParty(patron, event.coverage(patron.patron_id), token, signed_in_person=in_person)


def _party_of(token: str, event: Event | None, signature_id: object, services: WaiverServices) -> str | None:
    """Return the patron id of a party's token, or None.

    If evidence of this signing was stored under that token, a patron who has left the roster is found too, so that a
    retry completes the signing.
    """
    if event is None:
        return None
    patron = services.links.find(event, token)
    if patron is not None:
        return patron.patron_id
    try:
        kept = find_evidence(services.evidence, event.eids, check_signature_id(str(signature_id)))
    except Malformed:
        return None
    patron_id = kept.signing.patron_id if kept else None
    if patron_id is None:
        return None
    good = hmac.compare_digest(services.links.token(event, patron_id).encode(), token.encode(errors="replace"))
    return patron_id if good else None


def _signed(eid: str, signature_id: str, services: WaiverServices) -> tuple[Signed, Event | None]:
    """Return the evidence under this event's id or, after one read of the table, an earlier id of the event.

    With it, return the event if it had to be read. Raises SignatureUnknown.
    """
    event = None
    signed = services.evidence.find(eid, check_signature_id(signature_id))
    if signed is None:
        event = services.signatures.event(eid)
        signature = (event.signatures or {}).get(signature_id)
        eids = (*event.eids, *(signature.signed_for if signature else ()))  # those of the trip before, if it was moved
        signed = find_evidence(services.evidence, (other for other in eids if other != eid), signature_id)
    if signed is None:
        raise SignatureUnknown
    return signed, event


def _origin(request: LambdaFunctionUrlEvent) -> SigningOrigin:
    """Return the sender's address as the edge saw it (docs/adr, 0009), else all addresses that proxies reported."""
    headers = {str(name).lower(): str(value) for name, value in (request.get("headers") or {}).items()}
    http = (request.get("requestContext") or {}).get("http") or {}
    seen = headers.get("x-viewer-address") or headers.get("x-forwarded-for") or str(http.get("sourceIp") or "")
    return SigningOrigin(address=_shortened(seen), user_agent=_shortened(headers.get("user-agent", "")))


def _shortened(header: str) -> str:
    return header[:_LONGEST_HEADER].encode(errors="replace").decode()


def _answer(receipt: Receipt, now: datetime) -> WaiverSigned:
    signed, signing = receipt.signed, receipt.signed.signing
    signatures = {**(receipt.event.signatures or {}), signing.signature_id: receipt.signature}
    shown = pass_of(signed, replace(receipt.event, signatures=signatures), now=now)
    return WaiverSigned(
        eid=signed.eid,
        title=signed.title,
        starts_at=utc(signed.starts_at),
        day_only=isinstance(signed.starts_at, DayOnly),
        boat=shown.boat,
        signature_id=signing.signature_id,
        name=signing.name,
        patron_id=signing.patron_id,
        booked_by=signing.booked_by or None,
        minors=[SignedMinor(name=minor.name, age=minor.age) for minor in signing.minors],
        version=signing.version,
        language=signed.text.language,
        signed_at=utc(signed.signed_at),
        party=_signed_party(receipt),
        standing=shown.standing,
        replayed=receipt.replayed,
    )


def _signed_party(receipt: Receipt) -> SignedParty | None:
    """Return the number of people who have signed in the party whose link was opened, this signature included."""
    event = receipt.event
    patron = event.patron(receipt.signed.signing.patron_id or "")
    if patron is None:
        return None
    ours = {signature.signature_id: signature for signature in event.signatures_of(patron.patron_id)}
    if receipt.signature.patron_id == patron.patron_id:
        ours[receipt.signature.signature_id] = receipt.signature
    coverage = coverage_of(patron, ours.values())
    return SignedParty(name=patron.name, signed=coverage.signed, people=coverage.people)
