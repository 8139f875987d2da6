"""The boarding of a past event: check-ins, a no-show and the cast-off, by the product's own rules and writers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from adapters.boarding_rows import BOARDING_ROW, aboard_lines, cast_off_line, frozen_row
from adapters.rows import edit_row, read_event, read_signature
from charter.boarding import Boarding, CheckIn
from charter.check_ins import cast_off, check_in
from charter.enrolling import PatronChange
from charter.passengers import CrewMember
from charter.patrons import PatronState
from devkit.season.rows import DANA, ZONE, event_row, signature_rows

if TYPE_CHECKING:
    from datetime import datetime

    from charter.edits import Edit
    from charter.events import Event
    from devkit.season.rows import Row, SampleEvent

_BEFORE: Final = timedelta(minutes=25)
_APART: Final = timedelta(minutes=3)
_LATE: Final = timedelta(minutes=5)
_WHY: Final = {"noor.haddad": "her sister is ill", "otto.lindh": "signs on board"}
_REASONS: Final = {
    PatronState.NO_SHOW: "nobody on the dock at 6",
    PatronState.REMOVED: "booked twice",
}


def boarding_rows(event: SampleEvent, *, today: date) -> list[Row]:
    """Return the rows of an event that has cast off with those who came; none for another event."""
    if not event.cast_off:
        return []
    boarded, edits = _read(event, today), list[dict[str, Any]]()
    for place, patron in enumerate(boarded.expected):
        came = boarded.coverage(patron.patron_id).signed
        reason = _WHY.get(patron.patron_id, "")
        request = CheckIn(event.eid, patron.patron_id, came or patron.party, reason)
        at = event.starts_at - _BEFORE + place * _APART
        boarded = check_in(boarded, request, by=DANA, admin=False, now=at).result
    edits += [edit_row(event.eid, edit) for edit in (*boarded.edits, *_marks(boarded, event.starts_at))]
    crew = [CrewMember(each["crew_id"], each["name"], each["role"]) for each in event.crew]
    seen = boarded.boarding.fingerprint
    boarded = cast_off(boarded, seen=seen, crew=crew, by=DANA, now=event.starts_at + _LATE).result
    done = boarded.boarding.cast_off
    boarding = {"eid": event.eid, "crew_id": BOARDING_ROW, "aboard": aboard_lines(boarded.boarding)}
    return [
        {**boarding, **({"cast_off": cast_off_line(done)} if done else {})},
        *(frozen_row(event.eid, frozen) for frozen in boarded.cast_offs),
        *edits,
    ]


def _read(event: SampleEvent, today: date) -> Event:
    """Return the event as the table reads it, before anybody is aboard."""
    signatures = [read_signature(row) for row in signature_rows(event, today=today)]
    own = read_event(event_row(event, today=today), zone=ZONE, currency="USD")
    return replace(own, signatures={each.signature_id: each for each in signatures}, boarding_read=Boarding())


def _marks(event: Event, at: datetime) -> list[Edit]:
    """Return the edits that marked the no-shows and the removed."""
    return [
        edit
        for patron in event.left_out
        if patron.state is not None
        for edit in PatronChange(
            event.eid, patron.patron_id, seen="", values={"state": patron.state}, reason=_REASONS[patron.state]
        ).edits(replace(patron, state=None), by=DANA, now=at)
    ]
