"""The waiver: read it, sign it, see what was signed. The bodies of the two routes at `/g/{eid}/waiver`."""

from __future__ import annotations

import hmac
import re
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs

from charter.event_ids import check_served
from charter.events import Status
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
from charter.signing import Origin, find_evidence, sign
from charter.waivers import WaiverText, check_signature_id
from web import waiver_pages
from web.waiver_form import SignedMinor, SignedParty, WaiverSigned, WaiverSigning, read_signing

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, tzinfo

    from aws_lambda_powertools.event_handler import Response
    from aws_lambda_powertools.utilities.data_classes import LambdaFunctionUrlEvent

    from charter.events import Event
    from charter.party_links import PartyLinks
    from charter.patrons import Patron
    from charter.ports import Addresses, Evidence, Signatures
    from charter.signing import Receipt
    from charter.waivers import Signed

_LONGEST_HEADER: Final = 500  # of what is kept of an address or a browser's name
_TOKEN: Final = re.compile("[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class WaiverDesk:
    """What the waiver needs of the world. `now` is aware; `zone` is that of the events."""

    signatures: Signatures
    links: PartyLinks
    evidence: Evidence
    addresses: Addresses
    text: WaiverText
    zone: tzinfo
    public_base_url: str
    now: Callable[[], datetime]


def handle_waiver_get(request: LambdaFunctionUrlEvent, eid: str, *, desk: WaiverDesk) -> Response[Any]:
    """The waiver of one event, at each id it ever had; `?party=` greets a party, `?qr` is its QR code.

    `?signed=` shows what was signed (`&pdf`).
    Every trouble is a page in plain words: 404 for an unknown event or signature, 503 with Retry-After for an outage.
    """
    try:
        return _shown(_asked(request), check_served(eid), desk)
    except (EventIdMalformed, EventUnknown):
        return waiver_pages.no_such_event()
    except (Malformed, Unknown):
        return waiver_pages.no_such_signature()
    except Unavailable as refusal:
        return waiver_pages.try_again(refusal)


def handle_waiver_post(
    request: LambdaFunctionUrlEvent, eid: str, given: WaiverSigning, *, desk: WaiverDesk
) -> tuple[WaiverSigned, int]:
    """Signs once: 201, and 200 with the same content for each replay of its signature_id.

    Raises all Refusals of the form in one ExceptionGroup, and what `charter.signing.sign` raises.
    """
    event = desk.signatures.event(eid) if isinstance(given.party, str) else None
    receipt = sign(
        read_signing(given, find_party=lambda token: _party_of(token, event, given.signature_id, desk)),
        eid=eid,
        text=desk.text,
        origin=_origin(request),
        now=desk.now(),
        signatures=desk.signatures,
        evidence=desk.evidence,
        addresses=desk.addresses,
    )
    return _told(receipt, event), HTTPStatus.OK if receipt.replayed else HTTPStatus.CREATED


@cache
def read_waiver_text() -> WaiverText:
    """The waiver that is signed now, from the files beside this one. Raises ValueError when it has no date."""
    folder = Path(__file__).parent / "waiver_text"
    text = WaiverText(
        *((folder / name).read_text(encoding="utf-8").strip() for name in ("waiver.md", "consent.txt", "guardian.txt"))
    )
    if not text.version:
        raise ValueError("the waiver has no version")
    return text


def _shown(asked: dict[str, str], eid: str, desk: WaiverDesk) -> Response[Any]:
    if "signed" in asked:
        signed = _signed(eid, asked["signed"], desk)
        if "pdf" in asked:
            from web.waiver_pdf import pdf

            return waiver_pages.download(pdf(signed, zone=desk.zone), signed)
        token = asked.get("party", "")
        return waiver_pages.signed(signed, party=token if _TOKEN.fullmatch(token) else None, zone=desk.zone)
    event = desk.signatures.event(eid)
    patron = desk.links.find(event, asked.get("party", ""))
    if "qr" in asked:
        link = desk.links.link(event, patron.patron_id) if patron else waiver_link(desk.public_base_url, event.eid)
        return waiver_pages.qr_code(link)
    if event.status is Status.CANCELLED:
        return waiver_pages.cancelled(event, zone=desk.zone)
    captain = None
    with suppress(Unavailable):  # the waiver can be signed without knowing who steers
        captain = desk.signatures.captain(event.eid)
    over = event.over(desk.now())
    party = _party(event, patron, asked["party"]) if patron else None
    return waiver_pages.waiver(event, desk.text, party=party, captain=captain, over=over, zone=desk.zone)


def _party(event: Event, patron: Patron, token: str) -> waiver_pages.Party:
    in_person = any(signature.covers(patron) for signature in event.signatures_of(patron.patron_id))
    return waiver_pages.Party(patron, event.coverage(patron.patron_id), token, signed_in_person=in_person)


def _party_of(token: str, event: Event | None, signature_id: object, desk: WaiverDesk) -> str | None:
    """Return the patron id of a party's token, or None.

    A patron who has left the roster is still found for the one signing whose evidence was kept under that token, so
    that its next try completes it.
    """
    if event is None:
        return None
    patron = desk.links.find(event, token)
    if patron is not None:
        return patron.patron_id
    try:
        kept = find_evidence(desk.evidence, event.eids, check_signature_id(str(signature_id)))
    except Malformed:
        return None
    patron_id = kept.signing.patron_id if kept else None
    if patron_id is None:
        return None
    good = hmac.compare_digest(desk.links.token(event, patron_id).encode(), token.encode(errors="replace"))
    return patron_id if good else None


def _asked(request: LambdaFunctionUrlEvent) -> dict[str, str]:
    """The query, each name once. AWS's own reading of it joins what is given twice with a comma."""
    query = str(request.get("rawQueryString") or "")[:2000]
    return {name: values[0] for name, values in parse_qs(query, keep_blank_values=True, errors="replace").items()}


def _signed(eid: str, signature_id: str, desk: WaiverDesk) -> Signed:
    """The evidence under this event's id; where it is not, the event may have had other ids: one read of the table."""
    signed = desk.evidence.find(eid, check_signature_id(signature_id))
    if signed is None:
        event = desk.signatures.event(eid)
        signed = find_evidence(desk.evidence, (other for other in event.eids if other != eid), signature_id)
    if signed is None:
        raise SignatureUnknown
    return signed


def _origin(request: LambdaFunctionUrlEvent) -> Origin:
    """Who calls: the address that the edge itself saw (docs/adr, 0009), else every one that was named on the way."""
    headers = {str(name).lower(): str(value) for name, value in (request.get("headers") or {}).items()}
    http = (request.get("requestContext") or {}).get("http") or {}
    seen = headers.get("x-viewer-address") or headers.get("x-forwarded-for") or str(http.get("sourceIp") or "")
    return Origin(address=_kept(seen), user_agent=_kept(headers.get("user-agent", "")))


def _kept(header: str) -> str:
    return header[:_LONGEST_HEADER].encode(errors="replace").decode()


def _told(receipt: Receipt, event: Event | None) -> WaiverSigned:
    signed, signing = receipt.signed, receipt.signed.signing
    return WaiverSigned(
        eid=signed.eid,
        signature_id=signing.signature_id,
        name=signing.name,
        patron_id=signing.patron_id,
        booked_by=signing.booked_by or None,
        minors=[SignedMinor(name=minor.name, age=minor.age) for minor in signing.minors],
        version=signing.version,
        signed_at=utc(signed.signed_at),
        party=_signed_party(receipt, event),
        replayed=receipt.replayed,
    )


def _signed_party(receipt: Receipt, event: Event | None) -> SignedParty | None:
    """Number of people in the party whose link was opened who have signed, this signature included."""
    patron = event.patron(receipt.signed.signing.patron_id or "") if event else None
    if event is None or patron is None:
        return None
    ours = {signature.signature_id: signature for signature in event.signatures_of(patron.patron_id)}
    if receipt.signature.patron_id == patron.patron_id:
        ours[receipt.signature.signature_id] = receipt.signature
    coverage = coverage_of(patron, ours.values())
    return SignedParty(name=patron.name, signed=coverage.signed, people=coverage.people)
