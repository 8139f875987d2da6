"""A file's patrons, each cell read: what `patrons import` compares with the rosters."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from charter.enrolling import check_email, check_party, check_phone
from charter.event_ids import check_served
from charter.patrons import check_name, check_patron_id
from roster.importing.cells import Cells
from roster.importing.columns import find_columns
from roster.importing.problems import Problem
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Iterable

    from roster.importing.columns import Columns
    from roster.importing.sheets import Line, Sheet

COLUMNS: Final = {
    "event": ("event", "event id", "eid", "trip", "trip id"),
    "id": ("id", "patron id", "guest id", "customer id"),
    "first": ("first name", "given name", "forename", "first"),
    "last": ("last name", "surname", "family name", "last"),
    "name": ("name", "patron", "full name", "guest", "customer", "passenger"),
    "party": ("party", "party size", "people", "guests", "seats", "pax", "passengers", "number of people"),
    "due": ("due", "amount due", "owes", "total", "amount", "price"),
    "email": ("email", "e mail", "email address", "mail"),
    "phone": ("phone", "phone number", "mobile", "cell", "tel", "telephone"),
}


@dataclass(frozen=True, slots=True)
class Booking:
    """One patron as the file tells of them; None and an empty text stand for what it leaves open.

    `due` is still a text: whose currency it is in, the event tells.
    """

    line: int
    eid: str
    name: str
    patron_id: str = ""
    party: int | None = None
    due: str = ""
    email: str | None = None
    phone: str | None = None


def read_bookings(
    sheet: Sheet, *, eid: str | None, chosen: Iterable[str], file: str
) -> tuple[list[Booking], list[Problem], Columns]:
    """Every patron of a CSV, and what is wrong with the others; `eid` where the whole file is of one event.

    Whether two lines are one patron, `twice` tells. Raises Stopped where the columns cannot be told.
    """
    chosen = [*chosen, "event="] if eid is not None else list(chosen)
    columns = find_columns(sheet.headings, COLUMNS, chosen=chosen, file=file)
    if eid is None and not columns.has("event"):
        raise Stopped(f"{file} has no column for the event's id. Say --event ID, or --column 'event=HEADING'.")
    if not columns.has("name", "first", "last"):
        raise Stopped(f"{file} has no column for the name. Name it: --column 'name=HEADING'.")
    bookings, problems = [], list(sheet.problems)
    for line in sheet.lines:
        cells = Cells(columns, line, continental=sheet.continental)
        booking = _booking(cells, line, eid)
        problems += [Problem(line.number, reason) for reason in cells.reasons]
        if not cells.reasons:
            bookings.append(booking)
    return bookings, problems, columns


def twice(bookings: Iterable[Booking]) -> list[Problem]:
    """Lines that are one patron: with one id, or of one name where an id does not tell them apart."""
    ids: dict[tuple[str, str], Booking] = {}
    names: dict[tuple[str, str], list[Booking]] = defaultdict(list)
    problems = []
    for booking in bookings:
        alike = names[booking.eid, folded(booking.name)]
        first = ids.get((booking.eid, booking.patron_id)) if booking.patron_id else None
        if first is not None:
            problems.append(Problem(booking.line, f"has the id of line {first.line}, {booking.patron_id}."))
        elif alike and not (booking.patron_id and all(each.patron_id for each in alike)):
            why = "if they are two people, give each an id"
            problems.append(Problem(booking.line, f"“{booking.name}” is on line {alike[0].line} too: {why}."))
        alike.append(booking)
        if booking.patron_id:
            ids.setdefault((booking.eid, booking.patron_id), booking)
    return problems


def folded(name: str) -> str:
    """The name as it is compared: case and spaces make no other person."""
    return " ".join(name.casefold().split())


def _booking(cells: Cells, line: Line, eid: str | None) -> Booking:
    of = eid if eid is not None else cells.read("event", check_served)
    name = cells.read("name", check_name)
    if name is None and not cells.text("name"):
        parts = [part for part in (cells.text("first"), cells.text("last")) if part]
        name = _joined(cells, parts)
    if eid is None and not cells.text("event"):
        cells.reasons.append("event: is missing.")
    return Booking(
        line=line.number,
        eid=of or "",
        name=name or "",
        patron_id=cells.read("id", check_patron_id) or "",
        party=cells.read("party", check_party),
        due=cells.amount("due"),
        email=cells.read("email", check_email),
        phone=cells.read("phone", check_phone),
    )


def _joined(cells: Cells, parts: list[str]) -> str:
    if not parts:
        cells.reasons.append("name: is missing.")
        return ""
    return cells.checked("name", " ".join(parts), check_name) or ""
