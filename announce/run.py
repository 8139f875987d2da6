"""One pass over a batch of changes: each fact goes out by each transport, once, and no transport waits for another."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from charter.announcements import (
    BlockedByEarlier,
    Change,
    InHand,
    OutOfTime,
    PatronSigned,
    RetryLater,
    SignatureChange,
    facts_of,
    history_of,
)
from charter.late import LOOKED_BACK
from charter.refusals import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from charter.announcements import Fact
    from charter.events import Event
    from charter.late import LateFact

# Seconds: the longest that one fact takes by one transport, a slow Slack and table included. Of a process that had less than
# twice that when it began, half its time: else it would never begin.
RESERVE: Final = 8.0

# After so many outages in one batch a transport is left alone until the next one: the time-outs of all the others would only
# use up the time of the other transports.
PATIENCE: Final = 3


T = TypeVar("T")


class Transport(Protocol):
    """One transport that facts go out. Both methods may raise RetryLater, and anything else for what will never go out."""

    @property
    def name(self) -> str:
        """One of the transports in the settings."""
        ...

    def announce(self, fact: Fact, together: Sequence[PatronSigned] = ()) -> None:
        """Lets it be known, once however often this is called.

        `together` are the signatures of the same minute in the batch, of every event, a signature among them.
        """
        ...

    def mark_announced(self, fact: LateFact) -> None:
        """Record that a fact of old is not to be announced, neither now nor late."""
        ...

    def refresh_card(self, eid: str) -> None:
        """After the last change of an event in a batch: brings up to date what shows the event as it stands."""
        ...


@dataclass(slots=True)
class Run:
    """One pass over one batch. `read` reads an event with its signatures; `time_left` gives the seconds still left.

    `is_outage` says of errors that are none of ours whether they pass. Whatever does not pass concerns one event alone.
    """

    changes: Iterable[Change | SignatureChange]
    transports: Sequence[Transport]
    read: Callable[[str], Event]
    time_left: Callable[[], float]
    is_outage: Callable[[Exception], bool] = field(default=lambda _error: False)
    _last: dict[str, str] = field(init=False)
    _first: dict[str, str] = field(init=False)
    _signed: dict[int, list[SignatureChange]] = field(init=False, default_factory=dict)
    _facts: dict[int, list[PatronSigned]] = field(init=False, default_factory=dict)
    _events: dict[str, Event] = field(init=False, default_factory=dict)
    _reserve: float = field(init=False)
    _held: set[tuple[str, str]] = field(init=False, default_factory=set)
    _outages: Counter[str] = field(init=False, default_factory=Counter)

    def __post_init__(self) -> None:
        self._last = {change.eid: change.number for change in self.changes}
        renamed = [change.new for change in self.changes if isinstance(change, Change) and change.new]
        self._first = {eid: event.first_eid for event in renamed for eid in event.eids}
        for change in self.changes:
            if isinstance(change, SignatureChange) and change.old is None:
                self._signed.setdefault(_minute(change), []).append(change)
        self._reserve = min(RESERVE, self.time_left() / 2)

    def take(self, change: Change | SignatureChange) -> None:
        """Announces what follows from one change, by each transport.

        Raises an ExceptionGroup of what went wrong; the same change again is then announced by the transports that failed.
        """
        faults: list[Exception] = []
        for transport in self.transports:
            try:
                self._take(transport, change)
            except ExceptionGroup as group:
                faults += group.exceptions
            except Exception as fault:  # noqa: BLE001 - of whatever kind, it must not stop the other transports
                faults.append(fault)
        if faults:
            raise ExceptionGroup(f"a change of {change.eid}", faults)

    def hold(self, change: Change | SignatureChange) -> None:
        """Let later changes of the same event wait: this one comes again, and they must not pass it."""
        self._held |= {(transport.name, self._origin(change)) for transport in self.transports}

    def is_temporary(self, error: Exception) -> bool:
        """Return whether the same again may succeed later."""
        return isinstance(error, (RetryLater, Unavailable)) or self.is_outage(error)

    def _take(self, transport: Transport, change: Change | SignatureChange) -> None:
        if (transport.name, self._origin(change)) in self._held or self._outages[transport.name] >= PATIENCE:
            raise BlockedByEarlier(transport.name)
        faults: list[Exception] = []
        try:
            for fact in self._try(partial(facts_of, change, self._read), faults) or ():
                self._check_time()
                self._try(partial(transport.announce, fact, self._together(change)), faults)
            self._try(partial(self._mark_announced, transport, change), faults)
            if self._last[change.eid] == change.number:
                self._check_time()
                self._try(partial(transport.refresh_card, change.eid), faults)
        except Exception as error:
            # What comes later in this event waits for it, so that the channel reads in order.
            self._held.add((transport.name, self._origin(change)))
            if not isinstance(error, (BlockedByEarlier, InHand)):  # these two concern this event alone
                self._outages[transport.name] += 1
            raise
        if faults:
            raise ExceptionGroup(transport.name, faults)

    def _mark_announced(self, transport: Transport, change: Change | SignatureChange) -> None:
        for fact in history_of(change, self._read):
            if fact.happened >= change.at - LOOKED_BACK:  # no sweep looks for what is older
                self._check_time()
                transport.mark_announced(fact)

    def _try(self, do: Callable[[], T], faults: list[Exception]) -> T | None:
        """Do one thing. An error that is_temporary is raised; any other is added to `faults`, and the rest goes on."""
        try:
            return do()
        except Exception as error:
            if self.is_temporary(error):
                raise
            faults.append(error)
            return None

    def _together(self, change: Change | SignatureChange) -> list[PatronSigned]:
        """Return what the signatures of the same minute in this batch mean. One of an odd event is left out."""
        if not isinstance(change, SignatureChange) or change.old is not None:
            return []
        minute = _minute(change)
        if minute not in self._facts:
            faults: list[Exception] = []  # each is raised when its own turn comes
            found = [self._try(partial(facts_of, each, self._read), faults) or [] for each in self._signed[minute]]
            self._facts[minute] = [fact for facts in found for fact in facts if isinstance(fact, PatronSigned)]
        return self._facts[minute]

    def _read(self, eid: str) -> Event:
        """Return the event of a signature, read once a batch: all of the batch was written before the first read."""
        if eid not in self._events:
            self._events[eid] = self.read(eid)
        return self._events[eid]

    def _origin(self, change: Change | SignatureChange) -> str:
        """Return the id that the event had first, as far as the batch shows it: a rename must not part its changes."""
        return self._first.get(change.eid, change.eid)

    def _check_time(self) -> None:
        if self.time_left() < self._reserve:
            raise OutOfTime


def _minute(change: SignatureChange) -> int:
    return int(change.at.timestamp() // 60)
