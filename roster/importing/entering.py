"""Compares the events of a file with the table, and makes the update of each that is new or changes."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from adapters.expressions import Update
from adapters.moved import MOVED_TO
from adapters.rows import number, read_listing
from adapters.shapes import own_row, update_of_present
from charter import names
from charter.event_ids import day_of, title_of
from charter.events import Event, Status
from charter.moments import month_of
from charter.refusals import EventUnknown
from charter.starts import day_only, hour_of, is_same, written
from roster.importing.dates import at
from roster.importing.problems import ImportProblem, Problems, Unreadable, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime, tzinfo

    from roster.importing.events import EventDraft
    from roster.importing.results import ResultRow
    from roster.spooled import SpooledDict

# A row in Python's types.
Row = dict[str, Any]
# Attributes of an event's own row that an import reads and may write. Patrons and payments are never among them.
ATTRIBUTES: Final = ("title", "starts_at", "month", "status", "channel", "price", "currency", "boat", "capacity")
# The calendar that an event came from: see `linking`.
CALENDAR: Final = "calendar"
READ: Final = ("eid", "crew_id", *ATTRIBUTES, CALENDAR, MOVED_TO)


@dataclass(frozen=True, slots=True)
class EventStep:
    """One event to be written: the `wanted` attributes, if the row is still as `before`, or None without a row.

    `kind` names the change. A step without `wanted` writes nothing and only has a `note` for the operator. An event
    that moves to another day is first renamed `to` another id.
    """

    line: int
    eid: str
    wanted: Mapping[str, Any]
    before: Mapping[str, Any] | None
    kind: str = "changed"
    to: str = ""
    note: str = ""

    @property
    def result(self) -> str:
        """The word for the change."""
        return "new" if self.before is None else self.kind

    @property
    def target(self) -> str:
        """The id under which the row is written."""
        return self.to or self.eid

    @property
    def detail(self) -> str:
        """The new content, or the changes, in words."""
        if self.before is None:
            price = f", {shown('price', self.wanted['price'])}" if "price" in self.wanted else ""
            boat = f", {self.wanted['boat']}" if "boat" in self.wanted else ""
            boat += f", takes {self.wanted['capacity']}" if "capacity" in self.wanted else ""
            cancelled = ", cancelled" if self.wanted["status"] == Status.CANCELLED else ""
            start = str(self.wanted["starts_at"])[:16].replace("T", " ")
            text = f"{self.wanted['title']}, {start}{price}{boat}{cancelled}"
        else:
            changes = {name: value for name, value in self.wanted.items() if name != CALENDAR}
            changed = [
                f"{name} {shown(name, self.before.get(name))} → {shown(name, value)}" for name, value in changes.items()
            ]
            text = ", ".join([*([f"→ {self.to}"] if self.to else []), *changed])
        return "; ".join(filter(None, (text, self.note)))

    def plan_line(self) -> str:
        """Return the line of the plan."""
        return f"{self.result:<9} {self.eid}: {self.detail}"

    def row(self) -> ResultRow:
        """Return the step as a row for programs."""
        return self.line, self.eid, None, self.result, self.detail

    def update(self) -> Update:
        """Return the conditional update that does the step."""
        if self.before is None:
            update = Update()
            update.when_missing("eid")
            update.set_all(to={**self.wanted, "patrons": {}, "payments": {}})
            return update
        update = update_of_present()
        for name, value in self.wanted.items():
            update.when_still(name, in_=self.before)
            update.set(name, to=value)
        return update


def compare(
    drafts: Iterable[EventDraft],
    rows: Mapping[str, Mapping[str, Any]],
    *,
    zone: tzinfo,
    currency: str,
    entered: SpooledDict[int],
) -> tuple[list[EventStep], Problems, int]:
    """Return the steps, the problems, and the number of events that are already in the table.

    `rows` holds the rows in Python's types by the ids of the drafts; of a renamed event it is the present row.
    `entered` has the line of each event that was compared before, and gets those of these drafts.
    """
    steps, problems, same = [], Problems(), 0
    for draft in drafts:
        row = rows.get(draft.eid)
        eid = str(row["eid"]) if row else draft.eid
        first = entered.setdefault(eid, draft.line)
        if first != draft.line:
            problems.append(
                ImportProblem(draft.line, f"is the same event as line {first}: {draft.eid} was renamed to {eid}.")
            )
            continue
        with problems.collect(draft.line):
            enter = new if row is None else partial(changed, row=row)
            step = enter(draft, zone=zone, currency=currency)
            if step.wanted:
                steps.append(step)
            else:
                same += 1
    return steps, problems, same


def new(draft: EventDraft, *, zone: tzinfo, currency: str) -> EventStep:
    """Return the step that enters an event. Raises Unreadable."""
    if day_of(draft.eid) != draft.day:
        raise Unreadable(f"the id {draft.eid} has another day than the date, {draft.day}.")
    _check_price(draft, draft.currency or currency)
    event = Event(
        eid=draft.eid,
        title=draft.title or title_of(draft.eid),
        starts_at=start_by(draft, None, zone),
        status=draft.status or Status.SCHEDULED,
        currency=draft.currency or currency,
    )
    more = {"price": draft.price, "channel": draft.channel, "boat": draft.boat, "capacity": _capacity(draft)}
    note = "" if draft.starts else "no time is given, so its day alone is shown"
    wanted = own_row(event) | {name: each for name, each in more.items() if each is not None}
    return EventStep(draft.line, draft.eid, wanted, None, note=note)


def start_in(row: Mapping[str, Any], zone: tzinfo) -> datetime | None:
    """Return the start of a row's event on the boat's clock; None where neither the row nor its id has one."""
    try:
        return read_listing(row, zone=zone).starts_at.astimezone(zone)
    except EventUnknown:
        return None


def changed(draft: EventDraft, row: Mapping[str, Any], *, zone: tzinfo, currency: str) -> EventStep:
    """Return the step that gives an event the values of its file. Raises Unreadable."""
    before = start_in(row, zone)
    starts_at = start_by(draft, before, zone)
    title = row.get("title")
    renamed = draft.title not in {None, title} and not names.same(draft.title or "", str(title or ""))
    if draft.proposed and renamed and not is_same(starts_at, before):
        other = f"“{row.get('title')}”" + (f", {written(before)[:16].replace('T', ' ')}" if before else "")
        how = "rename that event, or give this one another title" if draft.origin else "give this one an id of its own"
        raise Unreadable(f"its id would be {draft.eid}, but that is {other}: {how}.")
    if draft.currency and row.get("currency") not in {None, "", draft.currency}:
        raise Unreadable(f"{draft.eid} is in {row['currency']}: an import cannot change the currency.")
    _check_price(draft, str(row.get("currency") or draft.currency or currency))
    wanted: dict[str, Any] = {}
    if not is_same(starts_at, before) or not isinstance(row.get("starts_at"), str):
        wanted["starts_at"] = written(starts_at)
    given = {
        "title": draft.title,
        "month": month_of(starts_at),
        "status": draft.status.value if draft.status else None,
        "channel": draft.channel,
        "currency": draft.currency,
        "boat": draft.boat,
        "capacity": _capacity(draft),
    }
    wanted |= {name: value for name, value in given.items() if value is not None and row.get(name) != value}
    if draft.price is not None and number(row, "price") != draft.price:
        wanted["price"] = draft.price
    return EventStep(draft.line, str(row["eid"]), wanted, row)


def _capacity(draft: EventDraft) -> Decimal | None:
    """Return the capacity as the table keeps numbers."""
    return None if draft.capacity is None else Decimal(draft.capacity)


def _check_price(draft: EventDraft, currency: str) -> None:
    """Raise Unreadable for a price in another currency than the event's."""
    if draft.price is not None and draft.priced_in not in {"", currency}:
        raise Unreadable(f"price: is in {draft.priced_in}, and {draft.eid} is in {currency}.")


def start_by(draft: EventDraft, before: datetime | None, zone: tzinfo) -> datetime:
    """Return the start by the file. Without a time in the file the event keeps its time of day, where that is known."""
    hour = draft.starts or (hour_of(before) if before else None)
    return at(draft.day, hour, zone) if hour else day_only(draft.day, draft.eid, zone)
