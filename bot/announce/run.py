"""One pass over a batch of changes: each fact goes out by each way, once, and no way waits for another."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

from charter.announcements import Behind, Later, OutOfTime, Refused, facts_of
from charter.refusals import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from charter.announcements import Change, Fact, SignatureChange
    from charter.events import Event

# Seconds: the longest that one fact takes by one way, a slow Slack and table included. Of a process that had less than
# twice that when it began, half its time: else it would never begin.
RESERVE: Final = 8.0

# After so many outages in one batch a way is left alone until the next one: the time-outs of all the others would only
# use up the time of the other ways.
PATIENCE: Final = 3


class Way(Protocol):
    """One way that facts go out. Both methods may raise Later, and anything else for what will never go out."""

    @property
    def name(self) -> str:
        """One of the ways in the settings."""
        ...

    def announce(self, fact: Fact) -> None:
        """Lets it be known, once however often this is called."""
        ...

    def settle(self, eid: str) -> None:
        """After the last change of an event in a batch: brings up to date what shows the event as it stands."""
        ...


@dataclass(slots=True)
class Run:
    """One pass over one batch. `read` reads an event with its signatures; `time_left` gives the seconds still left."""

    changes: Iterable[Change | SignatureChange]
    ways: Sequence[Way]
    read: Callable[[str], Event]
    time_left: Callable[[], float]
    _last: dict[str, str] = field(init=False)
    _reserve: float = field(init=False)
    _behind: set[tuple[str, str]] = field(init=False, default_factory=set)
    _outages: Counter[str] = field(init=False, default_factory=Counter)

    def __post_init__(self) -> None:
        self._last = {change.eid: change.number for change in self.changes}
        self._reserve = min(RESERVE, self.time_left() / 2)

    def take(self, change: Change | SignatureChange) -> None:
        """Announces what follows from one change, by each way.

        Raises an ExceptionGroup of what went wrong; the same change again is then announced by the ways that failed.
        """
        troubles: list[Exception] = []
        for way in self.ways:
            try:
                self._take(way, change)
            except ExceptionGroup as group:
                troubles += group.exceptions
            except Exception as trouble:  # noqa: BLE001 - of whatever kind, it must not stop the other ways
                troubles.append(trouble)
        if troubles:
            raise ExceptionGroup(f"a change of {change.eid}", troubles)

    def _take(self, way: Way, change: Change | SignatureChange) -> None:
        if (way.name, change.eid) in self._behind or self._outages[way.name] >= PATIENCE:
            raise Behind(way.name)
        last = self._last[change.eid] == change.number
        refusals: list[Exception] = []
        try:
            for fact in facts_of(change, self.read):
                self._check_time()
                try:
                    way.announce(fact)
                except Refused as refusal:  # it will never go out; the others of this change do
                    refusals.append(refusal)
            if last:
                self._check_time()
                way.settle(change.eid)
        except (Later, Unavailable):
            # What comes later in this event waits for it, so that the channel reads in order.
            self._behind.add((way.name, change.eid))
            self._outages[way.name] += 1
            raise
        if refusals:
            raise ExceptionGroup(way.name, refusals)

    def _check_time(self) -> None:
        if self.time_left() < self._reserve:
            raise OutOfTime
