"""Everything that a rename moves: the rows of both ids as they were read, and the mark of one that is under way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from adapters.attribute_values import from_wire
from adapters.moved import moved_to
from charter.edits import Edit
from charter.frozen import dataclass
from charter.moments import read_moment
from charter.refusals import EventIdBusy, EventIdIsOld, EventIdTaken
from charter.renaming import RENAMED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adapters.dynamo import Wire

MOVING_FROM: Final = "moving_from"
COPIES: Final = "copies"
# Who asked for the rename, and when, where the stream's function carries it out. Without them it is an operator's.
ASKED_BY: Final = "asked_by"
ASKED_AT: Final = "asked_at"


class RenamedElsewhere(Exception):  # noqa: N818 - a fact
    """The event has another id than the two, `eid`: somebody else renamed it."""

    def __init__(self, old: str, eid: str) -> None:
        super().__init__(f"“{old}” was already renamed to {eid}. Rename that event.")
        self.eid = eid


@dataclass(frozen=True, slots=True)
class RowsOfId:
    """All rows of one id: the event's own and the mark of a rename, each empty where there is none, and the others."""

    own: Wire
    mark: Wire
    others: Mapping[str, Wire]

    @property
    def copies(self) -> set[str]:
        """The sort keys of the rows that a rename has copied here, or was about to."""
        return {each["S"] for each in self.mark.get(COPIES, {}).get("L", [])}


@dataclass(frozen=True, slots=True)
class RenamePlan:
    """Everything that a rename moves from `old` to `new`. `redirects` are older ids that redirect to `old`."""

    old: str
    new: str
    here: RowsOfId
    there: RowsOfId
    redirects: tuple[str, ...] = ()

    @property
    def done(self) -> bool:
        """True if the event already has the new id. Some rows may still be at the old one."""
        return moved_to(self.here.own) == self.new

    @property
    def staged(self) -> bool:
        """True if every other row has an up-to-date copy at the new id, and no copy is of a row that is gone."""
        stale = (self.there.copies & self.there.others.keys()) - self.here.others.keys()
        same = all(moved(row, self.new) == self.there.others.get(name) for name, row in self.here.others.items())
        return bool(self.there.mark) and same and not stale


def check_free(old: str, new: str, there: RowsOfId) -> None:
    """Raise a refusal if the id belongs to another event, redirects to one, or is about to be another one's."""
    source = there.mark.get(MOVING_FROM, {}).get("S")
    if source not in (None, old):
        raise EventIdBusy(new, source)
    target = moved_to(there.own)
    if target is not None and target != old:
        raise EventIdIsOld(new, target)
    if (there.own and target is None) or there.others.keys() - there.copies:
        raise EventIdTaken(new)


def asked(move: RenamePlan) -> Edit | None:
    """Return the edit of a rename that somebody asked for in Slack; None for an operator's."""
    mark = from_wire(move.there.mark)
    at = read_moment(mark.get(ASKED_AT))
    return Edit(RENAMED, before=move.old, after=move.new, by=str(mark[ASKED_BY]), at=at) if at else None


def moved(row: Wire, new: str) -> Wire:
    """Return the row as it is at the new id."""
    return {**row, "eid": {"S": new}}
