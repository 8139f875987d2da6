"""Facts that follow from a change of an event's boarding: a cast-off, and the reopening of its list.

A check-in is no fact of its own: the boarding card counts it.
"""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - dataclass fields
from typing import TYPE_CHECKING, Final

from charter.boarding import Boarding, CastOff, FrozenList
from charter.events import Event  # noqa: TC001 - dataclass fields
from charter.frozen import dataclass
from charter.refusals import EventUnknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from charter.edits import Edit

# What the edit of a reopening names as changed. Its `before` is the id of the list.
REOPENED: Final = "cast_off"


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardingRowChange:
    """One change of an event's row `#boarding`. `at`, `number` and `restored` are as in announcements.EventRowChange.

    `old` is None where the row is new.
    """

    number: str
    eid: str
    at: datetime
    old: Boarding | None
    new: Boarding
    restored: bool = False


@dataclass(frozen=True, slots=True)
class CastOffDone:
    """A boat cast off, and its list was frozen. `event` is as it is now, with its frozen lists."""

    event: Event
    cast_off: CastOff
    at: datetime

    @property
    def id(self) -> str:
        """The permanent id of this fact."""
        return f"castoff:{self.event.first_eid}:{self.cast_off.list_id}"

    @property
    def happened(self) -> datetime:
        """The moment of the cast-off."""
        return self.cast_off.at

    @property
    def by(self) -> str:
        """The person who pressed it, as `slack:U…`."""
        return self.cast_off.by

    @property
    def frozen(self) -> FrozenList | None:
        """The frozen list; None where the table does not have it."""
        return next((each for each in self.event.cast_offs if each.list_id == self.cast_off.list_id), None)


@dataclass(frozen=True, slots=True)
class Reopened:
    """A frozen list was opened again. `edit` says who did it and why; it is None where the table has none."""

    event: Event
    list_id: str
    edit: Edit | None
    at: datetime

    @property
    def id(self) -> str:
        """The permanent id of this fact."""
        return f"reopened:{self.event.first_eid}:{self.list_id}"

    @property
    def happened(self) -> datetime:
        """The moment of the reopening, or of the change where the table has none."""
        return self.edit.at if self.edit else self.at

    @property
    def by(self) -> str:
        """The admin who reopened it, as `slack:U…`; empty where that is not known."""
        return self.edit.by if self.edit else ""

    @property
    def reason(self) -> str:
        """The reason that the admin gave; empty where that is not known."""
        return self.edit.reason if self.edit else ""


BoardingFact = CastOffDone | Reopened


def boarding_facts(change: BoardingRowChange, read: Callable[[str], Event]) -> list[BoardingFact]:
    """Return what happened. `read` reads the event with its other rows; it is not called for a check-in alone."""
    before, after = change.old.cast_off if change.old else None, change.new.cast_off
    if (before and before.list_id) == (after and after.list_id):
        return []
    try:
        event = read(change.eid)
    except EventUnknown:
        return []  # it was taken out of the table since, or a rename is bringing its rows here
    facts: list[BoardingFact] = []
    if before is not None:
        edits = (edit for edit in event.edits if edit.what == REOPENED and edit.before == before.list_id)
        facts.append(Reopened(event, before.list_id, next(edits, None), change.at))
    if after is not None:
        facts.append(CastOffDone(event, after, change.at))
    return facts


def boarding_history(event: Event) -> list[BoardingFact]:
    """Return every cast-off and every reopening that the table has of an event."""
    facts: list[BoardingFact] = [
        CastOffDone(event, CastOff(each.at, each.by, each.souls, each.sha256, each.list_id), each.at)
        for each in event.cast_offs
    ]
    return facts + [Reopened(event, edit.before, edit, edit.at) for edit in event.edits if edit.what == REOPENED]
