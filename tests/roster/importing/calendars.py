"""Calendars as programs write them, for the tests of `events import`."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.builders import a_crew_row

if TYPE_CHECKING:
    from tests.roster.operating import Operator

LA = "America/Los_Angeles"


def calendar(*events: str, head: str = "") -> str:
    """A calendar of these VEVENTs; `head` holds its own properties and zones."""
    body = "".join(f"BEGIN:VEVENT\n{event.strip()}\nEND:VEVENT\n" for event in events)
    start = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//y//EN\n{head.strip()}\n".replace("\n\n", "\n")
    return f"{start}{body}END:VCALENDAR\n".replace("\n", "\r\n")


def imported(operator: Operator, *events: str, head: str = "", options: tuple[str, ...] = ()) -> str:
    """Import a calendar and return everything that was printed."""
    return operator.done(
        "events", "import", operator.file("s.ics", calendar(*events, head=head)), "--yes", *options
    ).output


def events(operator: Operator) -> list[dict[str, Any]]:
    """The events, without redirects and crew rows."""
    return [row for row in operator.rows() if row["crew_id"] == "#event" and "moved_to" not in row]


def starts(operator: Operator) -> dict[str, str]:
    """Start of each event."""
    return {row["eid"]: row["starts_at"] for row in events(operator)}


def days(operator: Operator) -> list[str]:
    """Start of each event that takes place, to the minute, in order."""
    return sorted(row["starts_at"][:16] for row in events(operator) if row["status"] == "scheduled")


def paid(operator: Operator, eid: str) -> None:
    """Somebody pays for a trip that is in the table, and the crew list knows it."""
    row = operator.row(eid)
    row["patrons"] = {"dave": {"name": "Dave", "due": Decimal(125), "party": 1}}
    row["payments"] = {"dave": {"amount": Decimal("60.00"), "method": "cash", "entries": {}}}
    operator.put(row, a_crew_row(eid))
