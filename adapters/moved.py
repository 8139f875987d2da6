"""Events that were renamed: the row at the old id is a redirect, `moved_to`, and whoever asks for it is led on.

A row at the new id names the ids it stood under before, the oldest first, as `renamed_from` (docs/adr/0021).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from charter.refusals import EventUnknown

if TYPE_CHECKING:
    from collections.abc import Mapping

MOVED_TO: Final = "moved_to"
RENAMED_FROM: Final = "renamed_from"

# Where rows wait for a rename that is under way: whoever sees it sees no event yet.
MOVING_ROW: Final = "#moving"

# A rename lets every older redirect point to the newest id, so one step is the rule. A few more are followed, for a
# rename that is taken back this very moment leads to and fro; a circle ends there.
_MOST_STEPS: Final = 4


def moved_to(wire: Mapping[str, Any]) -> str | None:
    """Where a row on the wire redirects to, or None."""
    target = wire.get(MOVED_TO, {}).get("S")
    return str(target) if target else None


class Trail:
    """The way from the id that was asked for to the one under which the event stands: `eid`."""

    def __init__(self, eid: str) -> None:
        self.eid = eid
        self._asked = eid
        self._steps = 0

    def follows(self, wire: Mapping[str, Any]) -> bool:
        """Whether the row is a redirect; then `eid` is where it leads. Raises EventUnknown where that goes nowhere."""
        target = moved_to(wire)
        if target is None:
            return False
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise EventUnknown(self._asked)
        self.eid = target
        return True
