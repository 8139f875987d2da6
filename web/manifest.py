"""The two routes of an event's passenger list, as JSON and as a PDF."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, Literal

from aws_lambda_powertools.event_handler import Response

from charter.event_ids import check_served
from charter.events import Status
from charter.frozen import dataclass
from charter.passengers import list_of, sees_phones
from charter.refusals import NotAllowed
from charter.roles import Role
from charter.signing import find_evidence
from charter.starts import DayOnly
from web import manifest_answers as answers
from web.problems import UNSTORED, FieldMalformed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime, tzinfo

    from charter.events import Event
    from charter.passengers import ListedParty, Passenger, PassengerList
    from charter.ports import CheckIns, Evidence, Ledger
    from charter.signatures import Signature
    from charter.waivers import Signing
    from web.tokens import Caller

log = logging.getLogger(__name__)

PDF: Final = "application/pdf"

_AT_ONCE: Final = 8  # reads of the evidence
_ANOTHER: Final = "This link is for another event. Type /board in Slack for the list of this one."


@dataclass(frozen=True, slots=True)
class ManifestServices:
    """The dependencies of the passenger list's routes. `now` returns the time in `zone`, which the events are in."""

    ledger: Ledger
    check_ins: CheckIns
    evidence: Evidence
    zone: tzinfo
    now: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class _Manifest:
    """A list as one caller may see it. `private` is empty for who may not; `unread` counts what could not be read."""

    event: Event
    listed: PassengerList
    phones: bool
    private: tuple[Signing, ...]
    unread: int


def handle_manifest(eid: str, *, caller: Caller, services: ManifestServices) -> answers.Manifest:
    """Return an event's passenger list. Raises EventIdMalformed, EventUnknown, NotAllowed."""
    manifest = _read(eid, caller, services)
    event, listed = manifest.event, manifest.listed
    done = listed.cast_off
    return answers.Manifest(
        eid=event.eid,
        title=listed.title,
        starts_at=listed.starts_at.isoformat(),
        day_only=isinstance(listed.starts_at, DayOnly),
        status=event.status.value,
        boat=listed.boat,
        capacity=listed.capacity,
        souls=listed.souls,
        expected=listed.expected,
        captain=listed.captain,
        crew=[answers.Crew(name=member.name, role=member.role) for member in listed.crew],
        parties=[_party(listed, party) for party in listed.parties],
        absent=[_party(listed, party) for party in listed.absent],
        unmatched=[_person(passenger) for passenger in listed.unmatched],
        cast_off=done
        and answers.CastOffAnswer(
            at=done.at.isoformat(), by=listed.name_of(done.by), souls=done.souls, sha256=done.sha256
        ),
        phones=manifest.phones,
        private=[
            answers.PrivateDetails(
                name=signing.name,
                minors=[minor.name for minor in signing.minors],
                emergency_contact=signing.emergency_contact,
                medical_note=signing.medical_note,
            )
            for signing in manifest.private
        ],
        private_unread=manifest.unread,
    )


def handle_manifest_pdf(eid: str, paper: str, *, caller: Caller, services: ManifestServices) -> Response[bytes]:
    """Return an event's passenger list as a PDF. Raises FieldMalformed too, and as `handle_manifest`."""
    size = _size(paper)
    manifest = _read(eid, caller, services)
    from paper.passenger_list import Private, pdf

    private = [
        Private(
            signing.name,
            tuple(minor.name for minor in signing.minors),
            signing.emergency_contact,
            signing.medical_note,
        )
        for signing in manifest.private
    ]
    body = pdf(
        manifest.listed,
        paper=size,
        zone=services.zone,
        private=private,
        unread=manifest.unread,
        cancelled=manifest.event.status is Status.CANCELLED,
        printed_at=services.now(),
    )
    headers = {
        **UNSTORED,
        "content-disposition": f'inline; filename="passengers-{manifest.event.eid}-{size}.pdf"',
        "content-security-policy": "frame-ancestors 'none'",
    }
    return Response(status_code=HTTPStatus.OK, content_type=PDF, headers=headers, body=body)


def _size(paper: str) -> Literal["letter", "a4"]:
    if paper == "letter":
        return "letter"
    if paper == "a4":
        return "a4"
    raise FieldMalformed("Send letter or a4.", field="paper")


def _read(eid: str, caller: Caller, services: ManifestServices) -> _Manifest:
    """Read an event's list with its crew, without what the caller may not see. Raises NotAllowed."""
    event, now = services.ledger.event(check_served(eid)), services.now()
    if caller.role is not Role.ADMIN and caller.eid not in event.eids:
        raise NotAllowed(_ANOTHER)
    listed = list_of(event, crew=services.check_ins.crew(event.eid))
    phones = caller.role is Role.ADMIN or sees_phones(event.starts_at, now)
    private, unread = _private(event, listed, services) if _sees_private(event, caller, now) else ((), 0)
    return _Manifest(event, listed if phones else listed.without_phones(), phones, private, unread)


def _sees_private(event: Event, caller: Caller, now: datetime) -> bool:
    """Return whether this is the captain or an admin, on the day of the trip until it is over."""
    begun = now.date() >= event.starts_at.astimezone(now.tzinfo).date()
    allowed = caller.role is Role.ADMIN or caller.captain
    return allowed and begun and not event.over(now) and event.status is not Status.CANCELLED


def _private(event: Event, listed: PassengerList, services: ManifestServices) -> tuple[tuple[Signing, ...], int]:
    """Return what signers wrote for the captain, and for how many it could not be read.

    After the first read that fails no other one begins, so that an outage does not delay the list.
    """
    down = threading.Event()

    def read(signature: Signature) -> Signing | None:
        if down.is_set():
            return None
        try:
            signed = find_evidence(services.evidence, (*event.eids, *signature.signed_for), signature.signature_id)
        except Exception as error:  # noqa: BLE001 - whatever fails here, the list itself must be answered
            log.error("Private details: %s", type(error).__name__)  # noqa: TRY400 - a trace could quote them
            down.set()
            return None
        return signed.signing if signed else None

    with ThreadPoolExecutor(_AT_ONCE) as threads:
        found = list(threads.map(read, _for_captain(event, listed)))
    private = tuple(signing for signing in found if signing is not None)
    return private, len(found) - len(private)


def _for_captain(event: Event, listed: PassengerList) -> Iterator[Signature]:
    """Yield the signatures with private details of everybody who is expected, aboard, or not matched."""
    for party in listed.parties:
        yield from (each for each in event.signatures_of(party.patron_id) if each.for_captain)
    yield from (each for each in event.unmatched if each.for_captain)


def _party(listed: PassengerList, party: ListedParty) -> answers.Party:
    aboard = party.aboard
    return answers.Party(
        patron_id=party.patron_id,
        name=party.name,
        people=party.people,
        passengers=[_person(passenger) for passenger in party.passengers],
        unnamed=party.unnamed,
        aboard=aboard
        and answers.CheckedIn(
            count=aboard.count, at=aboard.at.isoformat(), by=listed.name_of(aboard.by), reason=aboard.reason
        ),
        missing=list(party.missing),
        phone=party.phone,
        state=party.state.value if party.state else None,
    )


def _person(passenger: Passenger) -> answers.PassengerAnswer:
    return answers.PassengerAnswer(
        name=passenger.name,
        guardian=passenger.guardian,
        signed=passenger.signed,
        signed_at=passenger.signed_at or None,
    )
