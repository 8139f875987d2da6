"""Where events are now, by all the ids that they ever had: read out of the redirects and of the rows themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from adapters.moved import RENAMED_FROM, moved_to
from roster.walking import is_event

if TYPE_CHECKING:
    from collections.abc import Iterable

    from roster.transactions import Wire

STEPS: Final = 5  # from an old id to the present one


class Names:
    """Present ids of the living table's events, found by that id, by earlier ones and by those that lead to it."""

    def __init__(self, rows: Iterable[Wire]) -> None:
        self._events: set[str] = set()
        self._redirects: dict[str, str] = {}
        self._before: dict[str, str] = {}
        for row in rows:
            if not is_event(row):
                continue
            eid, target = row["eid"]["S"], moved_to(row)
            if target:
                self._redirects[eid] = target
            else:
                self.add(eid, row)

    @staticmethod
    def older(own: Wire) -> list[str]:
        """Return the ids that an event had before, the oldest first."""
        return [each["S"] for each in own.get(RENAMED_FROM, {}).get("L", []) if "S" in each]

    def add(self, eid: str, own: Wire) -> None:
        """An event is at this id, or will be."""
        self._events.add(eid)
        self._before |= dict.fromkeys(self.older(own), eid)

    def find(self, eid: str, own: Wire) -> str | None:
        """Return the id at which an event is that was at `eid` with this row; None where there is none."""
        for name in (eid, *reversed(self.older(own))):
            for _ in range(STEPS):
                if name not in self._redirects or name in self._events:
                    break
                name = self._redirects[name]  # noqa: PLW2901 - it is followed
            if name in self._events:
                return name
            if name in self._before:
                return self._before[name]
        return None
