"""Records an import: an edit for each changed field of an event or a patron, as after a change in Slack.

New events and patrons get none. A value that is written and was read as the same before is not a change either.
"""

from __future__ import annotations

import getpass
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any, Final

from adapters.rows import read_event
from charter.edits import Edit, as_text
from charter.enrolling import PatronChange, beyond_capacity
from charter.refusals import EventUnknown
from exports.letters import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, tzinfo

    from charter.events import Event
    from roster.importing.entering import EventStep
    from roster.importing.joining import PatronStep

# The fields of an event that people see, and that an import may change.
FIELDS: Final = ("title", "starts_at", "price", "currency", "status", "channel", "boat", "capacity")

_NOBODY: Final = "somebody"
_SOME_DAY: Final = "2000-01-01"
_LONGEST: Final = 60
_LONGEST_FILE: Final = 200


@dataclass(frozen=True, slots=True)
class Trace:
    """The person, the file and the moment of all edits of one import. `at` is aware."""

    by: str
    at: datetime
    file: str

    def of_line(self, event: Event, line: PatronStep) -> list[Edit]:
        """Return the edits of a line of the roster; none where it is new."""
        before = event.patrons.get(line.patron_id)
        if before is None or not isinstance(line.before, dict):
            return []
        change = PatronChange(event.eid, line.patron_id, seen="", values=line.wanted, reason=self._reason)
        return change.edits(before, by=self.by, now=self.at)

    def of_capacity(self, event: Event, souls: int) -> Edit:
        """Return the edit of an event that then expects `souls` people, more than its boat takes."""
        return beyond_capacity(event.souls, souls, by=self.by, now=self.at, reason=self._reason)

    def of_step(self, step: EventStep, *, zone: tzinfo, currency: str) -> list[Edit]:
        """Return the edits of an event; none where it is new."""
        if step.before is None:
            return []
        before = _fields(step.before, zone, currency)
        after = _fields({**step.before, **step.wanted}, zone, currency)
        return [
            Edit(name, as_text(before.get(name)), as_text(after.get(name)), self.by, self.at, reason=self._reason)
            for name in FIELDS
            if as_text(before.get(name)) != as_text(after.get(name))
        ]

    @property
    def _reason(self) -> str:
        return f"imported from {self.file}"


def trace_of(file: str, *, now: datetime) -> Trace:
    """Return the trace of an import by the present user, for all of its edits."""
    return Trace(by=f"roster:{_user()}", at=now.astimezone(UTC), file=one_line(file)[:_LONGEST_FILE])


def _user() -> str:
    """Return the name of the operating system's user; `somebody` where it has none."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError, ImportError):  # the platforms raise different errors
        return _NOBODY
    return one_line(name)[:_LONGEST].strip() or _NOBODY


def _fields(row: Mapping[str, Any], zone: tzinfo, currency: str) -> dict[str, object]:
    """Return the event's fields as people see them, without a start if neither its row nor its id has one."""
    known: tuple[str, ...] = FIELDS
    try:
        event = read_event(row, zone=zone, currency=currency)
    except EventUnknown:
        event = read_event({**row, "starts_at": _SOME_DAY}, zone=zone, currency=currency)
        known = tuple(name for name in FIELDS if name != "starts_at")
    return {name: getattr(event, name) for name in known}
