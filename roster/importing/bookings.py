"""Reads the patrons of a CSV into bookings, which `patrons import` compares with the rosters."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from charter.enrolling import check_email, check_phone
from charter.event_ids import check_served
from charter.money import ZERO, parse_amount
from charter.names import fold
from charter.parties import check_due, for_all
from charter.patrons import check_name, check_patron_id
from charter.refusals import Refusal
from roster.importing.cells import Cells, currency_of
from roster.importing.columns import find_columns
from roster.importing.dates import DateOrder, parse_moment
from roster.importing.fields import HEADS, PAID, PATRON, PRICES, REFUNDED
from roster.importing.headings import is_one_of, place_of, words
from roster.importing.people import read_party
from roster.importing.problems import ImportProblem, Unreadable
from roster.importing.sifting import SheetReading, above, on_headings, service_of, sift
from roster.importing.statuses import Statuses
from roster.spooled import Spooled, SpooledDict, in_order
from roster.wording import counted
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date
    from decimal import Decimal

    from charter.events import Event
    from roster.importing.booking_services import Service
    from roster.importing.columns import Columns
    from roster.importing.sheets import Sheet, SheetLine

_WHO = ("name", "first", "last", "id", "event", "email", "phone")


@dataclass(frozen=True, slots=True)
class Booking:
    """One patron as the file describes them. A field that is None or empty is not in the file.

    `due` and `price` (for each person) are still texts, because the event determines their currency. `currency` is the
    file's. `days` are those that the event's date in the file may mean.
    """

    line: int
    eid: str
    name: str
    patron_id: str = ""
    party: int | None = None
    due: str = ""
    price: str = ""
    email: str | None = None
    phone: str | None = None
    currency: str = ""
    days: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class _Layout:
    """The columns of one sheet: those of the fields, and those that are read but not imported."""

    columns: Columns
    service: Service | None
    statuses: Statuses
    heads: tuple[int, ...]
    paid: int | None
    refunded: int | None
    order: int | None


def read_bookings(sheet: Sheet, *, eid: str | None, chosen: Iterable[str], file: str) -> SheetReading[Booking]:
    """Read the patrons of a CSV, and the problems of the others. `eid` is set if the whole file is for one event.

    Lines that are one patron are found by `repeated`. Raises Stopped where the columns are not certain.
    """
    chosen = [*chosen, "event="] if eid is not None else list(chosen)
    sheet = on_headings(sheet, PATRON, chosen=chosen, file=file)
    layout = _layout(sheet, chosen, file)
    columns = layout.columns
    if eid is None and not columns.has("event"):
        raise Stopped(f"{file} has no column for the event's id. Pass --event ID, or --column 'event=HEADING'.")
    if not columns.has("name", "first", "last"):
        raise Stopped(f"{file} has no column for the name. Pass --column 'name=HEADING'.")
    columns.notes.extend(above(sheet))
    rows = sift(sheet, PATRON, columns, who=_WHO, file=file)
    reading: SheetReading[Booking] = SheetReading(Spooled(), Spooled(sheet.problems()), rows.skipped, columns)
    orders, paid, others = Spooled[str](), 0, len(rows.skipped)
    for line in rows.kept:
        cells = Cells(columns, line, continental=sheet.continental)
        if reason := _no_booking(line, cells, layout):
            reading.skipped.append(ImportProblem(line.number, reason))
            continue
        booking = _booking(cells, line, eid, layout)
        reading.problems.extend(cells.problems)
        if not cells.problems:
            reading.items.append(booking)
            orders.append("" if layout.order is None else line.cells[layout.order])
            paid += _number(line, layout.paid) > ZERO
    if len(reading.skipped) > others:
        columns.notes.append("Cancelled bookings are left out. Patrons who are already on a roster stay there.")
    merged = reading.items if layout.order is None else _merged(reading.items, orders, columns)
    _note_assumed(columns, layout, paid)
    return replace(reading, items=merged)


def by_event(bookings: Iterable[Booking]) -> Iterator[tuple[str, list[Booking]]]:
    """Yield each event's id with its bookings, by the line on which the file first has the event."""
    firsts = SpooledDict[int]()
    ordered = in_order(bookings, key=lambda each: f"{firsts.setdefault(each.eid, each.line):>12}")
    return ((eid, list(some)) for eid, some in groupby(ordered, key=lambda each: each.eid))


def repeated(bookings: Iterable[Booking]) -> list[ImportProblem]:
    """Return the problems of one event's lines that are one patron: with the same id, or the same name and no ids."""
    ids: dict[str, int] = {}  # the line of the first patron with an id
    names: dict[str, tuple[int, bool]] = {}  # that of a name, and whether all of that name have ids
    problems = []
    for booking in bookings:
        name = folded(booking.name)
        line, all_named = names.get(name, (0, True))
        first = ids.get(booking.patron_id)
        if first is not None:
            problems.append(ImportProblem(booking.line, f"has the id of line {first}, {booking.patron_id}."))
        elif line and not (booking.patron_id and all_named):
            why = "if they are two people, give each an id"
            problems.append(ImportProblem(booking.line, f"“{booking.name}” is on line {line} too: {why}."))
        names[name] = line or booking.line, all_named and bool(booking.patron_id)
        if booking.patron_id:
            ids.setdefault(booking.patron_id, booking.line)
    return problems


def folded(name: str) -> str:
    """Return the name as it is compared. A name without letters is compared unchanged."""
    return fold(name) or name


def check_fits(booking: Booking, event: Event) -> None:
    """Raise Unreadable for a line with another day or currency than the event."""
    day = event.starts_at.date()
    if booking.days and day not in booking.days:
        raise Unreadable(f"is for an event on {min(booking.days)}, but {event.eid} is on {day}.")
    if booking.currency and booking.currency != event.currency:
        raise Unreadable(f"is in {booking.currency}, but {event.eid} is in {event.currency}.")


def due_of(booking: Booking, event: Event, *, party: int) -> Decimal:
    """Return the due of a party of this size, from the file's due or its price. Raises as `check_due` does."""
    if booking.due or not booking.price:
        return check_due(booking.due, party=party, price=event.price, currency=event.currency)
    return for_all(check_due(booking.price, party=1, price=None, currency=event.currency), party)


def _layout(sheet: Sheet, chosen: Sequence[str], file: str) -> _Layout:
    headings, service, fields = sheet.headings, service_of(sheet, file=file), dict(PATRON)
    named = {choice.partition("=")[0].strip().lower() for choice in chosen}
    heads: tuple[int, ...] = ()
    if "party" not in named and not any(PATRON["party"].is_sure(heading) for heading in headings):
        heads = tuple(place for place, heading in enumerate(headings) if is_one_of(heading, HEADS))
        heads = heads if len(heads) > 1 else ()
        if not heads and not any(PATRON["party"].is_possible(heading) for heading in headings):
            fields["due"] = replace(PATRON["due"], alone=(*PATRON["due"].alone, *PRICES))  # each is alone
    more = ["party="] if heads else []
    # Beside a method an amount is a payment, and beside numbers of people a total may be theirs.
    doubtful = {"amount"} if any({"method", "tender"} & set(words(heading)) for heading in headings) else set()
    doubtful |= {"total"} if any(is_one_of(heading, HEADS) for heading in headings) else set()
    fields["due"] = replace(fields["due"], alone=tuple(each for each in fields["due"].alone if each not in doubtful))
    columns = find_columns(headings, fields, chosen=[*chosen, *more], file=file, service=service)
    if heads:
        columns.notes.append(f"party ← {' + '.join(f'“{headings[place]}”' for place in heads)}")
    return _Layout(
        columns=columns,
        service=service,
        statuses=Statuses(headings, named=service.statuses if service else (), chosen=columns.places.get("status")),
        heads=heads,
        paid=place_of(headings, PAID),
        refunded=place_of(headings, REFUNDED),
        order=place_of(headings, service.order) if service else None,
    )


def _no_booking(line: SheetLine, cells: Cells, layout: _Layout) -> str:
    """Return why a line is not a booking, as the end of a sentence; an empty text where it is one."""
    if reason := layout.statuses.against(line.cells):
        return reason
    back = _number(line, layout.refunded)
    paid = _number(line, layout.columns.places.get("due") if layout.paid is None else layout.paid)
    if back > ZERO and back >= paid > ZERO:
        return f"all that was paid was refunded ({layout.columns.headings[layout.refunded or 0]})"
    nobody = not any(cells.text(name) for name in ("name", "first", "last"))
    return "it names nobody" if nobody and layout.service is not None and layout.service.nameless else ""


def _number(line: SheetLine, place: int | None) -> Decimal:
    """Return the amount in a cell that is not imported, in any currency; zero for anything else."""
    with suppress(Refusal):
        if place is not None:
            text = line.cells[place]
            return parse_amount(text.lstrip("-"), currency=currency_of(text) or "USD")
    return ZERO


def _booking(cells: Cells, line: SheetLine, eid: str | None, layout: _Layout) -> Booking:
    of = eid if eid is not None else cells.read("event", check_served)
    name = cells.read("name", _person)
    if name is None and not cells.text("name"):
        parts = [part for part in (cells.text("first"), cells.text("last")) if part]
        name = _joined(cells, parts)
    if eid is None and not cells.text("event"):
        cells.refuse("event: is missing.")
    due, price = cells.amount("due"), cells.amount("price")
    return Booking(
        line=line.number,
        eid=of or "",
        name=name or "",
        patron_id=cells.read("id", lambda text: check_patron_id(text.removeprefix("#"))) or "",
        party=_heads(cells, line, layout.heads) if layout.heads else cells.read("party", read_party),
        due=due,
        price=price,
        email=cells.read("email", check_email),
        phone=cells.read("phone", check_phone),
        currency=cells.currency("due" if due else "price"),
        days=_days(cells.text("day")),
    )


def _person(text: str) -> str:
    """Return a person's name. Raises Unreadable for a date, which may head the rows of a day, and as `check_name`."""
    if any(letter.isdigit() for letter in text) and _days(text):
        raise Unreadable(f"“{text[:40]}” is a date.")
    return check_name(text)


def _heads(cells: Cells, line: SheetLine, places: Sequence[int]) -> int | None:
    """Return the size of a party that is counted in several columns; None where all of them are empty."""
    counts = [text for place in places if (text := line.cells[place]) and text.strip("-–—0.")]
    if not counts and any("0" in line.cells[place] for place in places):
        cells.refuse("party: is 0.")
    read = [cells.checked("party", text, read_party) for text in counts]
    return sum(count for count in read if count) or None


def _days(text: str) -> frozenset[date]:
    """Return the days that a text may mean, in either order of day and month; none where it is not a date."""
    found = set()
    for order in DateOrder:
        with suppress(Unreadable):
            found.add(parse_moment(text, order)[0])
    return frozenset(found)


def _merged(bookings: Iterable[Booking], orders: Iterable[str], columns: Columns) -> Spooled[Booking]:
    """Return the bookings, with lines of the same order and name as one party: a line is a ticket in such a file."""
    kept, firsts, parties = Spooled[Booking](), SpooledDict[Booking](), SpooledDict[int]()
    for place, (booking, order) in enumerate(zip(bookings, orders, strict=True)):
        key = f"{booking.eid}\0{order or place}\0{folded(booking.name)}"
        first = firsts.setdefault(key, booking)
        if first.line == booking.line:
            kept.append(booking)
            continue
        people = parties.get(str(first.line)) or first.party or 1
        parties[str(first.line)] = people + (booking.party or 1)
        columns.notes.append(
            f"Line {booking.line} has the order and the name of line {first.line}: they are one party."
        )
    return Spooled(replace(each, party=parties.get(str(each.line)) or each.party) for each in kept)


def _note_assumed(columns: Columns, layout: _Layout, lines: int) -> None:
    """Add notes about missing columns, and about payments in so many `lines`, which are not imported."""
    if not (layout.heads or columns.has("party")):
        columns.notes.append("No column has the size of a party: a new patron counts as one person.")
    if not columns.has("due", "price"):
        columns.notes.append("No column has the due: a new patron owes the event's price for each person.")
    if not lines or layout.paid is None:
        return
    paid = columns.headings[layout.paid]
    if {"due", "balance", "owed", "outstanding"} & set(columns.heading("due").casefold().split()):
        columns.notes.append(f"The due is “{columns.heading('due')}”: the rest to be paid, without “{paid}”.")
    else:
        columns.notes.append(
            f"“{paid}” is not imported. By it {counted(lines, 'patron')} already paid something: "
            "the whole due is shown as owed until those payments are logged."
        )


def _joined(cells: Cells, parts: list[str]) -> str:
    if not parts:
        cells.refuse("name: is missing.")
        return ""
    return cells.checked("name", " ".join(parts), check_name) or ""
