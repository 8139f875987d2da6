"""One pass over a batch of changes. Each transport announces each fact once, and waits for no other transport."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from charter.announcements import (
    BlockedByEarlier,
    EventRowChange,
    InHand,
    NoChannel,
    OutOfTime,
    PatronSigned,
    RetryLater,
    SignatureChange,
    facts_of,
    history_of,
    minute_of,
)
from charter.boarding_news import CastOffDone
from charter.cash_news import HandOverChange
from charter.late import LOOKED_BACK
from charter.refusals import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from announce.services import Services
    from charter.announcements import AnyChange, Fact
    from charter.events import Event
    from charter.late import LateFact

# Seconds that one fact takes at most by one transport, with a slow Slack and table. A process that began with less than
# twice that uses half of its time instead, so that it begins at all.
RESERVE: Final = 8.0
# Seconds that a cast-off takes at most: before it is posted, its list is printed and filed, perhaps with a slow S3.
FILING_RESERVE: Final = 30.0

# After so many outages a transport is not tried again in this batch: more time-outs would use up the others' time.
PATIENCE: Final = 3


T = TypeVar("T")


class Transport(Protocol):
    """Announces facts in one medium.

    Its methods raise RetryLater where a later try may succeed, NoChannel where a sweep announces it, else other errors.
    """

    @property
    def name(self) -> str:
        """The transport's name in the settings."""
        ...

    def announce(self, fact: Fact, together: Sequence[PatronSigned] = ()) -> None:
        """Announce a fact once, however often this is called.

        `together` are all signatures of the same minute in the batch, of every event, this one included.
        """
        ...

    def mark_announced(self, fact: LateFact) -> None:
        """Record an old fact as announced, so that it is announced neither now nor late."""
        ...

    def refresh_card(self, eid: str) -> None:
        """Update the event's boarding card. Called after the last change of an event in a batch."""
        ...


@dataclass(slots=True)
class BatchRun:
    """One pass over one batch. An error that is not temporary concerns one event alone."""

    services: Services
    changes: Sequence[AnyChange]
    transports: Sequence[Transport]
    _last: dict[str, str] = field(init=False)
    _first: dict[str, str] = field(init=False)
    _signed: dict[int, list[SignatureChange]] = field(init=False, default_factory=dict)
    _facts: dict[int, list[PatronSigned]] = field(init=False, default_factory=dict)
    _events: dict[str, Event] = field(init=False, default_factory=dict)
    _time: float = field(init=False)
    _held: set[tuple[str, str]] = field(init=False, default_factory=set)
    _outages: Counter[str] = field(init=False, default_factory=Counter)

    def __post_init__(self) -> None:
        self._last = {change.eid: change.number for change in self.changes}
        renamed = [change.new for change in self.changes if isinstance(change, EventRowChange) and change.new]
        self._first = {eid: event.first_eid for event in renamed for eid in event.eids}
        for change in self.changes:
            if isinstance(change, SignatureChange) and change.old is None:
                self._signed.setdefault(minute_of(change.at), []).append(change)
        self._time = self.services.time_left()

    def take(self, change: AnyChange) -> None:
        """Announce the facts of one change by each transport.

        Raises an ExceptionGroup of all errors. When the change comes again, the transports that failed announce it.
        """
        faults: list[Exception] = []
        for transport in self.transports:
            try:
                self._take(transport, change)
            except ExceptionGroup as group:
                faults += group.exceptions
            except Exception as fault:  # noqa: BLE001 - no error may stop the other transports
                faults.append(fault)
        if faults:
            raise ExceptionGroup(f"a change of {change.eid}", faults)

    def hold(self, change: AnyChange) -> None:
        """Let later changes of the same event wait, because this one comes again and must be announced first."""
        self._held |= {(transport.name, self._origin(change)) for transport in self.transports}

    def is_temporary(self, error: Exception) -> bool:
        """Return whether a later try may succeed."""
        return isinstance(error, (RetryLater, Unavailable)) or self.services.is_outage(error)

    def _take(self, transport: Transport, change: AnyChange) -> None:
        if (transport.name, self._origin(change)) in self._held or self._outages[transport.name] >= PATIENCE:
            raise BlockedByEarlier(transport.name)
        faults: list[Exception] = []
        try:
            for fact in self._try(partial(facts_of, change, self._read), faults) or ():
                self._check_time(FILING_RESERVE if isinstance(fact, CastOffDone) else RESERVE)
                self._try(partial(transport.announce, fact, self._together(change)), faults)
            self._try(partial(self._mark_announced, transport, change), faults)
            if self._last[change.eid] == change.number and not isinstance(change, HandOverChange):
                self._check_time()
                self._try(partial(transport.refresh_card, change.eid), faults)
        except Exception as error:
            # Later changes of this event wait for it, so that the channel is in order.
            self._held.add((transport.name, self._origin(change)))
            if not isinstance(error, (BlockedByEarlier, InHand)):  # these two concern this event alone
                self._outages[transport.name] += 1
            raise
        if faults:
            raise ExceptionGroup(transport.name, faults)

    def _mark_announced(self, transport: Transport, change: AnyChange) -> None:
        for fact in history_of(change, self._read):
            if fact.happened >= change.at - LOOKED_BACK:  # no sweep searches for older ones
                self._check_time()
                transport.mark_announced(fact)

    def _try(self, do: Callable[[], T], faults: list[Exception]) -> T | None:
        """Do one thing. A temporary error is raised; any other is added to `faults`, and the caller continues.

        An event whose channels are closed must not delay others, so NoChannel is no fault: a sweep announces it late.
        """
        try:
            return do()
        except NoChannel:
            return None
        except Exception as error:
            if self.is_temporary(error):
                raise
            faults.append(error)
            return None

    def _together(self, change: AnyChange) -> list[PatronSigned]:
        """Return the facts of the same minute's signatures in this batch. One of an unreadable event is left out."""
        if not isinstance(change, SignatureChange) or change.old is not None:
            return []
        minute = minute_of(change.at)
        if minute not in self._facts:
            faults: list[Exception] = []  # each is raised when its own turn comes
            found = [self._try(partial(facts_of, each, self._read), faults) or [] for each in self._signed[minute]]
            self._facts[minute] = [fact for facts in found for fact in facts if isinstance(fact, PatronSigned)]
        return self._facts[minute]

    def _read(self, eid: str) -> Event:
        """Return an event with its other rows. One read is enough, as all of the batch was written before it."""
        if eid not in self._events:
            self._events[eid] = self.services.ledger.event(eid)
        return self._events[eid]

    def _origin(self, change: AnyChange) -> str:
        """Return the event's first id, as far as the batch shows it: its changes stay in order across a rename."""
        return self._first.get(change.eid, change.eid)

    def _check_time(self, reserve: float = RESERVE) -> None:
        if self.services.time_left() < min(reserve, self._time / 2):
            raise OutOfTime
