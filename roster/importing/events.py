"""Reads the events of a CSV into drafts, which `events import` compares with the table."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Final

from charter.event_ids import PERIODS, lint
from charter.events import Status
from charter.money import is_currency_code
from charter.names import parts
from charter.new_events import check_boat, check_capacity, check_channel, check_title
from charter.parties import check_due
from charter.patrons import check_name
from charter.refusals import EventIdMalformed, NothingPicked
from roster.importing.booking_services import known_service
from roster.importing.cells import Cells, clean, currency_code, currency_of
from roster.importing.clocks import parse_time
from roster.importing.columns import find_columns
from roster.importing.dates import DateOrder, OrderUnknown, at, is_serial, order_of, parse_moment
from roster.importing.fields import EVENT
from roster.importing.headings import listed
from roster.importing.problems import Unreadable
from roster.importing.sifting import SheetReading, above, on_headings, sift
from roster.spooled import Spooled
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import tzinfo
    from decimal import Decimal

    from roster.importing.columns import Columns
    from roster.importing.sheets import Sheet, SheetLine

_STATUSES: Final = {
    **dict.fromkeys(
        listed("scheduled, confirmed, tentative, active, open, on, planned, available, sold out, full, live"),
        Status.SCHEDULED,
    ),
    **dict.fromkeys(listed("cancelled, canceled, cancel, off, called off, weathered out"), Status.CANCELLED),
}
_YES: Final = {"true", "yes", "y", "1", "x", "on"}
_NO: Final = {"false", "no", "n", "0", "off", "-"}


@dataclass(frozen=True, slots=True)
class CalendarOrigin:
    """The calendar's event behind a draft: UID, place in its series (empty outside of one), and SEQUENCE."""

    uid: str
    recurrence: str
    sequence: int


@dataclass(frozen=True, slots=True)
class EventDraft:
    """One event as its file describes it. A field that is None is not in the file and is not changed.

    `eid` may be proposed from the other fields. `starts` is on the boat's clock. `priced_in` is the currency that the
    file gives for the price; without one the price is in the event's currency.
    """

    line: int
    day: date
    eid: str = ""
    proposed: bool = False
    title: str | None = None
    starts: time | None = None
    captain: str = ""
    price: Decimal | None = None
    currency: str | None = None
    boat: str | None = None
    capacity: int | None = None
    channel: str | None = None
    status: Status | None = None
    priced_in: str = ""
    origin: CalendarOrigin | None = None

    def on(self, day: date, starts: time | None) -> EventDraft:
        """Return the draft with this day and time."""
        return replace(self, day=day, starts=starts)


def read_events(  # noqa: PLR0913 - the options of the command
    sheet: Sheet, *, zone: tzinfo, currency: str, order: DateOrder | None, chosen: Iterable[str], file: str
) -> SheetReading[EventDraft]:
    """Read the events of a CSV, and the problems of the others. Raises Stopped where the columns are not certain."""
    chosen = list(chosen)
    sheet = on_headings(sheet, EVENT, chosen=chosen, file=file)
    service = known_service(sheet.headings)
    if service is not None and service.columns:
        raise Stopped(
            f"{file} is an export of {service.name}: each line is a booking, not an event. Use `patrons import`."
        )
    columns = find_columns(sheet.headings, EVENT, chosen=chosen, file=file, service=service)
    if not columns.has("date"):
        raise Stopped(f"{file} has no column for the date. Pass --column 'date=HEADING'.")
    if not columns.has("title", "captain", "id"):
        raise Stopped(f"{file} has no column for the title, the captain or the id. Pass --column 'title=HEADING'.")
    rows = sift(sheet, EVENT, columns, who=("title", "captain", "id", "date"), file=file)
    try:
        order = order or order_of(clean(columns.cell(line, "date")) for line in rows.kept)
    except OrderUnknown:
        raise Stopped(
            f"{file}: no date shows whether the day or the month comes first. "
            "Pass --dates month-first or --dates day-first."
        ) from None
    reading: SheetReading[EventDraft] = SheetReading(Spooled(), Spooled(sheet.problems()), rows.skipped, columns)
    for line in rows.kept:
        cells = Cells(columns, line, continental=sheet.continental)
        draft = _draft(cells, zone=zone, currency=currency, order=order)
        reading.problems.extend(cells.problems)
        if draft is not None:
            reading.items.append(draft)
    columns.notes.extend([*above(sheet), *_serials(rows.kept, columns)])
    return reading


def _serials(lines: Sequence[SheetLine], columns: Columns) -> list[str]:
    """Return the note about dates that are a spreadsheet's numbers, with the first of them as an example."""
    for line in lines:
        text = columns.cell(line, "date")
        with suppress(Unreadable):
            if is_serial(text):
                day = parse_moment(text, None)[0]
                return [f"Dates are a spreadsheet's own numbers for days: {text} is {day}."]
    return []


def _draft(cells: Cells, *, zone: tzinfo, currency: str, order: DateOrder | None) -> EventDraft | None:
    """Return the draft of one line; None where it has problems, which are in `cells.problems`."""
    code = cells.read("currency", _currency)
    moment = cells.read("date", lambda text: _day(text, order, zone))
    clock = cells.read("time", parse_time)
    if moment is not None:
        day, starts = moment
        moment = cells.checked("time", cells.text("time"), lambda _: _moment(day, starts, clock, zone))
    if moment and cells.read("all day", _truth):
        moment = _whole_day(cells, moment)
    title = cells.read("title", check_title)
    captain = cells.read("captain", check_name) or ""
    eid = cells.read("id", _event_id) or ""
    amount = cells.amount("price")
    named = code or cells.currency("price") or currency_of(amount)
    draft = EventDraft(
        line=cells.number,
        day=moment[0] if moment else date.min,
        eid=eid,
        title=title,
        starts=moment[1] if moment else None,
        captain=captain,
        price=cells.checked(
            "price", amount, lambda text: check_due(text, party=1, price=None, currency=named or currency)
        )
        if amount
        else None,
        priced_in=named,
        currency=code,
        boat=cells.read("boat", check_boat),
        capacity=cells.read("capacity", _capacity),
        channel=cells.read("channel", _channel),
        status=cells.read("status", _status),
    )
    if not cells.text("date"):
        cells.refuse("date: is missing.")
    if not (cells.text("title") or cells.text("captain") or cells.text("id")):
        cells.refuse("has neither a title nor a captain nor an id.")
    return None if cells.problems else draft


def _day(text: str, order: DateOrder | None, zone: tzinfo) -> tuple[date, time | None]:
    """Return the day of a text on the boat's clock, and the time where it has one."""
    day, starts, offset = parse_moment(text, order)
    if offset is not None and starts is not None:
        there = datetime.combine(day, starts, offset).astimezone(zone)
        return there.date(), there.time()
    return day, None if starts == time(0) else starts  # a spreadsheet writes midnight for a day without a time


def _moment(day: date, starts: time | None, clock: time | None, zone: tzinfo) -> tuple[date, time | None]:
    if clock is not None and starts not in {None, clock}:
        raise Unreadable(f"is {clock:%H:%M}, but the column of the date has {starts:%H:%M}.")
    starts = starts if clock is None else clock
    if starts is not None:
        at(day, starts, zone)
    return day, starts


def _whole_day(cells: Cells, moment: tuple[date, time | None]) -> tuple[date, time | None]:
    """Return the day and time of a row that is marked as a whole day: Outlook writes midnight for no time."""
    day, starts = moment
    if starts not in {None, time(0)}:
        return moment
    if not _names_a_period(cells.text("title")) and not _names_a_period(cells.text("id").replace("-", " ")):
        cells.refuse(
            "time: is missing, because this row is a whole day. Write the departure into the column of the time, "
            "or a part of the day into the title, like morning or sunset."
        )
    return day, None


def _names_a_period(text: str) -> bool:
    return not PERIODS.keys().isdisjoint(parts(text))


def _truth(text: str) -> bool:
    if text.casefold() in _YES | _NO:
        return text.casefold() in _YES
    raise Unreadable(f"“{text[:20]}” is not TRUE or FALSE.")


def _event_id(text: str) -> str:
    reasons = lint(text)
    if reasons:
        raise EventIdMalformed(text, reasons[0])
    return text


def _currency(text: str) -> str:
    code = currency_code(text)
    if not is_currency_code(code):
        raise Unreadable(f"“{text[:20]}” is not a currency. Write three letters, like USD.")
    return code


def _capacity(text: str) -> int | None:
    """Return the capacity; a spreadsheet writes 12 as `12.0` or as `1,200`. Raises CapacityMalformed."""
    return check_capacity(re.sub(r"\.0+$", "", re.sub(r"(?<=^\d),(?=\d{3}(?:\.0+)?$)", "", text)))


def _channel(text: str) -> str | None:
    try:
        return check_channel(text)
    except NothingPicked:
        raise Unreadable(
            f"“{text[:40]}” is not a channel id. Slack shows it at the end of the channel's details, like C0123ABCD."
        ) from None


def _status(text: str) -> Status:
    try:
        return _STATUSES[text.casefold()]
    except KeyError:
        raise Unreadable(f"“{text[:40]}” is not a status. Write scheduled or cancelled.") from None
