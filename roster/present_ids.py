"""The present ids of events, by every id that they ever had."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.moved import earlier_ids, moved_to
from roster.walking import MOST_STEPS, is_event

if TYPE_CHECKING:
    from collections.abc import Iterable

    from adapters.dynamo import Wire


class EventIndex:
    """Index of the living table's events by their present ids, their earlier ids and the ids that redirect to them."""

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

    def add(self, eid: str, own: Wire) -> None:
        """Add an event that has this id, or will have it."""
        self._events.add(eid)
        self._before |= dict.fromkeys(earlier_ids(own), eid)

    def find(self, eid: str, own: Wire) -> str | None:
        """Return the present id of an event that had the id `eid` and this row; None where there is none."""
        for name in (eid, *reversed(earlier_ids(own))):
            for _ in range(MOST_STEPS):
                if name not in self._redirects or name in self._events:
                    break
                name = self._redirects[name]  # noqa: PLW2901 - the redirect is followed
            if name in self._events:
                return name
            if name in self._before:
                return self._before[name]
        return None
