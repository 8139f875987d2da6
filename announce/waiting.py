"""The events whose signatures wait for a shared mail, and the number of recent mails.

All of it is one record of event ids and numbers, so its size is bounded by the number of events.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from charter.announcements import REMEMBERED, BlockedByEarlier
from charter.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from charter.announce_ports import Posted
    from charter.records import Record

KEY: Final = "mail:signatures"

# Once the mails below were sent, signatures wait for this long. Then the count begins again.
WINDOW: Final = timedelta(minutes=10)
MOST_OF_EVENT: Final = 2
MOST: Final = 5
_ROUNDS: Final = 6


Mark = tuple[str, int]


@dataclass(slots=True)
class WaitingState:
    """The record's content. `mails` counts the mails of each event since `since`."""

    since: datetime
    mails: Counter[str] = field(default_factory=Counter)
    waiting: dict[str, Mark] = field(default_factory=dict)
    """The time of the first waiting signature and the number of waiting signatures, by event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingSignatures:
    """The record. Every method may raise TableUnavailable, and BlockedByEarlier where others keep changing it."""

    posted: Posted
    now: Callable[[], datetime]

    def admits(self, eid: str) -> bool:
        """Return whether a mail about signatures of this event may be sent at once."""
        state = self._read(self.posted.find(KEY))
        return eid not in state.waiting and state.mails[eid] < MOST_OF_EVENT and state.mails.total() < MOST

    def count(self, eid: str) -> None:
        """Count a mail that was sent."""

        def change(state: WaitingState) -> None:
            state.mails[eid] += 1

        self._change(change)

    def add(self, eid: str) -> None:
        """Let the event's signatures wait."""

        def change(state: WaitingState) -> None:
            since, number = state.waiting.get(eid, (self.now().astimezone(UTC).isoformat(), 0))
            state.waiting[eid] = since, number + 1

        self._change(change)

    def due(self) -> dict[str, Mark]:
        """Return the events whose signatures are due for a mail.

        Once the first waited long enough, all others are due too, so that they share a mail.
        """
        waiting = self._read(self.posted.find(KEY)).waiting
        first = min((datetime.fromisoformat(since) for since, _ in waiting.values()), default=None)
        if first is None or self.now() - first < WINDOW:
            return {}
        return waiting

    def end(self, due: Mapping[str, Mark]) -> None:
        """Remove these events, unless another signature was added since `due` was read."""

        def change(state: WaitingState) -> None:
            state.waiting = {eid: mark for eid, mark in state.waiting.items() if due.get(eid) != mark}

        self._change(change)

    def _read(self, record: Record | None) -> WaitingState:
        now = self.now()
        if record is None or not record.content:
            return WaitingState(now)
        kept = json.loads(record.content)
        waiting = {eid: (since, number) for eid, (since, number) in kept["waiting"].items()}
        state = WaitingState(datetime.fromisoformat(kept["since"]), Counter(kept["mails"]), waiting)
        return state if now - state.since < WINDOW else WaitingState(now, waiting=state.waiting)

    def _change(self, change: Callable[[WaitingState], object]) -> None:
        for _ in range(_ROUNDS):
            record = self.posted.find(KEY) or self._begin()
            state = self._read(record)
            change(state)
            kept = {"since": state.since.astimezone(UTC).isoformat(), "mails": state.mails, "waiting": state.waiting}
            changed = replace(record, done=True, content=json.dumps(kept, separators=(",", ":")))
            if self.posted.change(KEY, record, changed, until=self.now() + REMEMBERED):
                return
        raise BlockedByEarlier(KEY)

    def _begin(self) -> Record:
        """Return the record. The first process creates it."""
        _, record = self.posted.claim(KEY, now=self.now(), until=self.now() + REMEMBERED)
        return record
