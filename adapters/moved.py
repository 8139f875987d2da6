"""Events that were renamed. The row at the old id is a redirect, `moved_to`, which every reader follows.

The row at the new id lists its earlier ids, the oldest first, as `renamed_from` (docs/adr/0021).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from charter.refusals import EventUnknown

if TYPE_CHECKING:
    from collections.abc import Mapping

MOVED_TO: Final = "moved_to"
RENAMED_FROM: Final = "renamed_from"

# Rows of a rename that is under way wait under this key. A reader sees no event in them yet.
MOVING_ROW: Final = "#moving"

# A rename points every older redirect to the newest id, so one step is the rule. A few more are followed, since a
# rename that is being taken back leads back and forth. The limit ends a circle.
_MOST_STEPS: Final = 4


def moved_to(wire: Mapping[str, Any]) -> str | None:
    """Return the id to which a row on the wire redirects, or None."""
    target = wire.get(MOVED_TO, {}).get("S")
    return str(target) if target else None


def earlier_ids(row: Mapping[str, Any]) -> list[str]:
    """Return the ids that an event had before, the oldest first, by its row on the wire."""
    return [each["S"] for each in row.get(RENAMED_FROM, {}).get("L", []) if "S" in each]


class Trail:
    """Follows redirects from the id that was asked for to the event's present id, `eid`."""

    def __init__(self, eid: str) -> None:
        self.eid = eid
        self._asked = eid
        self._steps = 0

    def follows(self, wire: Mapping[str, Any]) -> bool:
        """Return whether the row is a redirect, and follow it with `eid`. Raises EventUnknown after too many steps."""
        target = moved_to(wire)
        if target is None:
            return False
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise EventUnknown(self._asked)
        self.eid = target
        return True
