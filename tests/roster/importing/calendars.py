"""Calendars as programs write them, for the tests of `events import`."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.builders import a_crew_row

if TYPE_CHECKING:
    from tests.roster.operating import Operator

LA = "America/Los_Angeles"

# An event of one calendar, and the same one a week later; a series of four.
CORY = "2026-05-23-captain-cory-afternoon"
LATER = "2026-05-30-captain-cory-afternoon"
BAY = "UID:bay@x\nSUMMARY:Bay tour with Captain Cory\nDTSTART:20260523T130000"
MOVED = "UID:bay@x\nSUMMARY:Bay tour with Captain Cory\nDTSTART:20260530T130000\nSEQUENCE:1"
START = "DTSTART;TZID=America/Los_Angeles:20261016T180000"
FRIDAYS = f"UID:fri@x\nSUMMARY:Friday sunset\n{START}\nRRULE:FREQ=WEEKLY;COUNT=4"
FOUR = ["2026-10-16T18:00", "2026-10-23T18:00", "2026-10-30T18:00", "2026-11-06T18:00"]


def calendar(*events: str, head: str = "") -> str:
    """Return a calendar of these VEVENTs. `head` holds its own properties and zones."""
    body = "".join(f"BEGIN:VEVENT\n{event.strip()}\nEND:VEVENT\n" for event in events)
    start = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//y//EN\n{head.strip()}\n".replace("\n\n", "\n")
    return f"{start}{body}END:VCALENDAR\n".replace("\n", "\r\n")


def imported(operator: Operator, *events: str, head: str = "", options: tuple[str, ...] = ()) -> str:
    """Import a calendar and return everything that was printed."""
    return operator.done(
        "events", "import", operator.file("s.ics", calendar(*events, head=head)), "--yes", *options
    ).output


def events(operator: Operator) -> list[dict[str, Any]]:
    """Return the events, without redirects and crew rows."""
    return [row for row in operator.rows() if row["crew_id"] == "#event" and "moved_to" not in row]


def starts(operator: Operator) -> dict[str, str]:
    """Return the start of each event by its id."""
    return {row["eid"]: row["starts_at"] for row in events(operator)}


def days(operator: Operator) -> list[str]:
    """Return the starts of the events that are not cancelled, to the minute, in order."""
    return sorted(row["starts_at"][:16] for row in events(operator) if row["status"] == "scheduled")


def paid(operator: Operator, eid: str) -> None:
    """Add a patron with a payment and a crew row to an event."""
    row = operator.row(eid)
    row["patrons"] = {"dave": {"name": "Dave", "due": Decimal(125), "party": 1}}
    row["payments"] = {"dave": {"amount": Decimal("60.00"), "method": "cash", "entries": {}}}
    operator.put(row, a_crew_row(eid))
