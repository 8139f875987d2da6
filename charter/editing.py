"""Editing an event: its fields, the dues that may follow a new price, and the id that follows a new day or title."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping  # noqa: TC003 - dataclass fields
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Protocol

from charter.edits import Edit, as_text
from charter.event_ids import PERIODS, parse_event_id, period_of, propose
from charter.events import Event, Status
from charter.frozen import dataclass
from charter.moments import utc
from charter.money import ZERO
from charter.parties import for_all
from charter.payments import LONGEST_REASON
from charter.refusals import BoatFull, EventIdMalformed, ReasonMissing, RowFull, TooManyDues
from charter.starts import DayOnly, hour_of

if TYPE_CHECKING:
    from collections.abc import Container
    from datetime import datetime, time
    from decimal import Decimal

    from charter.event_ids import EventId
    from charter.patrons import Patron

# The fields of an event that admins may edit, in the order in which they are shown. Each is the `what` of an edit.
FIELDS: Final = ("title", "starts_at", "price", "boat", "capacity", "channel", "status")
# Texts that may make the event's row longer.
_TEXTS: Final = frozenset({"title", "boat", "channel"})

# DynamoDB writes at most 100 rows in one transaction: the event's, an edit for each field, and one for each due.
MOST_DUES: Final = 90
# Minutes from its usual hour within which a trip may start and keep the period in its id.
_NEAR: Final = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class EventChange:
    """A change of an event: `values` has a value for each field that changes, None to empty it.

    `seen` is the fingerprint of the event when the form was built, and `form` the form's id, under which the change is
    written once. `dues` is the fingerprint of the usual dues that are to follow the price; empty if they stay.
    """

    eid: str
    seen: str
    form: str
    values: Mapping[str, Any]
    reason: str = ""
    dues: str = ""

    def written_in(self, event: Event) -> tuple[Edit, ...]:
        """Return the edits that an earlier sending of the form has written; empty where there was none."""
        return tuple(edit for edit in event.edits if edit.form == self.form)

    def made_to(self, event: Event) -> Event:
        """Return the event as this change leaves it, with the dues that follow the price."""
        after = replace(event, **self.values)
        return replace(after, patrons={**event.patrons, **self.repriced(event)})

    def repriced(self, event: Event) -> dict[str, Patron]:
        """Return the patrons whose dues follow the price, by id. Raises AmountOutOfRange."""
        price = self.values.get("price")
        if not self.dues or price is None:
            return {}
        return {each.patron_id: replace(each, due=for_all(price, each.party)) for each in usual_dues(event)}

    def is_overtaken(self, event: Event) -> bool:
        """Return whether the event, or the dues that are to follow, are not as the form had them any more."""
        return fingerprint_of(event) != self.seen or bool(self.dues and mark_of_dues(event) != self.dues)

    def check(self, event: Event) -> None:
        """Raise ReasonMissing, BoatFull, TooManyDues or RowFull where the event cannot be changed so."""
        if self.values.get("status") is Status.CANCELLED and event.status is Status.SCHEDULED and not self.reason:
            raise ReasonMissing(LONGEST_REASON)
        capacity = self.values.get("capacity")
        if capacity is not None and capacity < event.souls and not self.reason:
            raise BoatFull(self.values.get("boat", event.boat), capacity, event.souls, admin=True)
        if (dues := len(self.repriced(event))) > MOST_DUES:
            raise TooManyDues(dues, MOST_DUES)
        if event.full and self.values.keys() & _TEXTS:
            raise RowFull

    def edits(self, before: Event, *, by: str, now: datetime) -> tuple[Edit, ...]:
        """Return an edit for each field and each due that this change alters."""
        after = self.made_to(before)
        pairs: list[tuple[str, object, object, str | None]] = [
            (name, getattr(before, name), getattr(after, name), None) for name in FIELDS
        ]
        pairs += [("due", before.patrons[key].due, each.due, key) for key, each in self.repriced(before).items()]
        return tuple(
            Edit(what, as_text(was), as_text(becomes), by, now, patron_id, self.reason, self.form)
            for what, was, becomes, patron_id in pairs
            if was != becomes or isinstance(was, DayOnly) != isinstance(becomes, DayOnly)
        )


@dataclass(frozen=True, slots=True)
class EventSaved:
    """An event that was changed, right after. `edits` are those of the form; none where it changed nothing.

    `replayed`: an earlier sending had written them.
    """

    event: Event
    edits: tuple[Edit, ...] = ()
    replayed: bool = False

    def awaits_id(self, change: EventChange, eid: str) -> bool:
        """Return whether the event is to get the id of this form: not if it was edited or renamed again since."""
        values = ((name, change.values[name]) for name in ("title", "starts_at") if name in change.values)
        unchanged = all(getattr(self.event, name) == value for name, value in values)
        return unchanged and (not self.replayed or self.event.eid in {change.eid, eid})


@dataclass(frozen=True, slots=True)
class EventOvertaken:
    """Nothing was written, since somebody else changed the event meanwhile. `event` is the event now."""

    event: Event


class EventEdits(Protocol):
    """The table's events, for editing them."""

    def edit(self, change: EventChange, *, by: str, now: datetime) -> EventSaved | EventOvertaken:
        """Write the fields, the dues that follow and their edits: all at once, once for each form, or nothing.

        The event keeps its id. Raises TableUnavailable, EventIdMalformed, EventUnknown, and as EventChange.check does.
        """
        ...


def fingerprint_of(event: Event) -> str:
    """Return the fingerprint of the fields that admins may edit. It changes whenever one of them does."""
    starts = event.starts_at
    start = as_text(starts) if isinstance(starts, DayOnly) else utc(starts)
    return _hashed([start if name == "starts_at" else as_text(getattr(event, name)) for name in FIELDS])


def usual_dues(event: Event) -> list[Patron]:
    """Return the expected patrons who owe just the price for each of their party; nobody where there is no price."""
    price = event.price
    if not price:
        return []
    expected = (patron for patron in event.expected if patron.patron_id in event.patrons)
    return [patron for patron in expected if patron.due == price * patron.party]


def mark_of_dues(event: Event) -> str:
    """Return the fingerprint of the usual dues."""
    return _hashed(sorted([each.patron_id, str(each.party)] for each in usual_dues(event)))


def difference(edits: tuple[Edit, ...]) -> Decimal:
    """Return what the edits of dues add to them in all."""
    return sum((edit.effect for edit in edits if edit.field == "due"), ZERO)


def id_after(  # noqa: PLR0913 - what an id follows from, by name
    eid: str, *, title: str, starts_at: datetime, titled: bool, moved: bool, taken: Container[str] = ()
) -> str:
    """Return the event's id after the edit: another one for a new title (`titled`) or a new day (`moved`).

    `starts_at` is on the boat's clock. A new day keeps the words of the id. It has a part of the day if it had one, and
    the one that fits. An id that is `taken` gets a further word.
    """
    if not titled and not moved:
        return eid
    day, starts = starts_at.date(), hour_of(starts_at)
    named = _parsed(eid)
    timed = starts if named is None or named.period else None
    if named is not None and not titled:
        kept = str(replace(named, day=day, period=_fitting_period(named.period, starts)))
        if kept not in taken:
            return kept
    return propose(day, title="" if title == eid else title, starts=timed, taken=taken)


def _parsed(eid: str) -> EventId | None:
    try:
        return parse_event_id(eid)
    except EventIdMalformed:
        return None


def _fitting_period(period: str | None, starts: time | None) -> str | None:
    if period is None or starts is None:
        return period
    usual = PERIODS[period]
    apart = abs((usual.hour - starts.hour) * 60 + usual.minute - starts.minute)
    return period if apart <= _NEAR else period_of(starts)


def _hashed(values: object) -> str:
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()[:16]
