"""Requests to the office to void an entry, from whoever logged it once it is too late to undo it.

A request is kept as an edit, and announced once. It changes nothing else.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime  # noqa: TC003 - dataclass fields
from typing import TYPE_CHECKING, Final

from charter.edits import Edit
from charter.events import Event  # noqa: TC001 - dataclass fields
from charter.frozen import dataclass
from charter.patrons import Patron  # noqa: TC001 - dataclass fields
from charter.payments import Entry  # noqa: TC001 - dataclass fields
from charter.refusals import EntryReversed, EntryUnknown, EventUnknown, NotYours, PatronUnknown

if TYPE_CHECKING:
    from collections.abc import Callable


# What the edit of a request names as changed. Its `after` is the id of the entry.
VOID_REQUESTED: Final = "void_requested"


@dataclass(frozen=True, slots=True)
class Requested:
    """A request that is written. `replayed`: an earlier try had written it."""

    event: Event
    patron: Patron
    entry: Entry
    edit: Edit
    replayed: bool = False

    @property
    def row_id(self) -> str:
        """The id of the request's row. It is the same however often the person asks: its moment is the entry's."""
        return replace(self.edit, at=self.entry.timestamp).edit_id


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidRequestChange:
    """The new row of a request. `at`, `number` and `restored` are as in announcements.EventRowChange."""

    number: str
    eid: str
    at: datetime
    edit: Edit
    restored: bool = False


@dataclass(frozen=True, slots=True)
class VoidRequested:
    """Somebody asked the office to void an entry. `event` is as it is now."""

    event: Event
    patron: Patron
    entry: Entry
    edit: Edit
    at: datetime

    @property
    def id(self) -> str:
        """The permanent id of this fact."""
        return request_id(self.event, self.edit)

    @property
    def happened(self) -> datetime:
        """The moment of the request."""
        return self.edit.at

    @property
    def void(self) -> Entry | None:
        """The entry that undoes it wholly; None while there is none."""
        return self.event.payment(self.patron.patron_id).reversal_of(self.entry.payment_id)


def request_void(event: Event, patron_id: str, payment_id: str, *, by: str, now: datetime) -> Requested:
    """Return the request of `by` (`slack:U…`) to void an entry, or the one that they made before.

    Raises PatronUnknown, EntryUnknown, EntryReversed, NotYours.
    """
    patron, payment = event.patron(patron_id), event.payment(patron_id)
    entry = payment.entry(payment_id)
    if patron is None:
        raise PatronUnknown(patron_id)
    if entry is None:
        raise EntryUnknown
    if payment.voided(payment_id):
        raise EntryReversed
    if entry.logged_by != by:
        raise NotYours(entry.logged_by)
    earlier = next((edit for edit in requests_of(event, patron_id, payment_id) if edit.by == by), None)
    new = Edit(what=VOID_REQUESTED, before="", after=payment_id, by=by, at=now, patron_id=patron_id)
    return Requested(event, patron, entry, earlier or new, replayed=earlier is not None)


def requests_of(event: Event, patron_id: str, payment_id: str) -> list[Edit]:
    """Return the requests to void an entry."""
    wanted = (VOID_REQUESTED, patron_id, payment_id)
    return [edit for edit in event.edits if (edit.what, edit.patron_id, edit.after) == wanted]


def request_id(event: Event, edit: Edit) -> str:
    """Return the id under which a request is announced."""
    return f"void_request:{event.first_eid}:{edit.patron_id}:{edit.after}:{edit.by}"


def request_facts(change: VoidRequestChange, read: Callable[[str], Event]) -> list[VoidRequested]:
    """Return what follows from a new request. `read` reads the event with its other rows."""
    try:
        event = read(change.eid)
    except EventUnknown:
        return []  # it was taken out of the table since, or a rename is bringing its rows here
    return _facts(event, [change.edit], change.at)


def request_history(event: Event) -> list[VoidRequested]:
    """Return every request that the table has of an event."""
    edits = [edit for edit in event.edits if edit.what == VOID_REQUESTED]
    return [fact for edit in edits for fact in _facts(event, [edit], edit.at)]


def open_requests(event: Event) -> list[VoidRequested]:
    """Return the requests about entries that are not voided yet."""
    return [fact for fact in request_history(event) if fact.void is None]


def _facts(event: Event, edits: list[Edit], at: datetime) -> list[VoidRequested]:
    """Return the facts of requests about entries that the table has."""
    facts = []
    for edit in edits:
        patron_id = edit.patron_id or ""
        patron, entry = event.patron(patron_id), event.payment(patron_id).entry(edit.after)
        if patron is not None and entry is not None:
            facts.append(VoidRequested(event, patron, entry, edit, at))
    return facts
