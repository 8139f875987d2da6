"""Announcing late: what the stream never announced is found in the table, and announced once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Protocol

from announce.run import RESERVE
from charter.announcements import RetryLater
from charter.late import GIVEN_UP, LOOKED_BACK, never_announced
from charter.refusals import EventIdMalformed, EventUnknown, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from charter.announcements import Page
    from charter.events import Event
    from charter.late import LateFact
    from charter.ports import Meter, Posted, Record


# Older facts of one event are announced in one line.
GROUPED: Final = timedelta(days=1)
# After so many outages the rest waits for the next run.
PATIENCE: Final = 3


class History(Protocol):
    """The whole table, for what no index finds. Every method may raise TableUnavailable."""

    def pages(self, since: datetime, *, after: str) -> Iterable[Page]:
        """Return events for which something was logged or signed since then, page by page, from the position `after`.

        An event may be on two pages.
        """
        ...


class LateTransport(Protocol):
    """One transport by which facts are announced late. Both announcements raise as announce.run.Transport.announce."""

    @property
    def posted(self) -> Posted:
        """The records of what was announced."""
        ...

    @property
    def position(self) -> str:
        """The key of the record where a sweep stopped."""
        ...

    def key(self, fact: LateFact) -> str:
        """Return the key of a fact's record."""
        ...

    def is_single(self, fact: LateFact) -> bool:
        """Return whether a fact of any age is announced by itself."""
        ...

    def announce(self, fact: LateFact) -> None:
        """Announce one fact, and say that it is late."""
        ...

    def announce_together(self, event: Event, facts: Sequence[LateFact]) -> int:
        """Announce facts of one event at once, and say that they are late. Return how many they were."""
        ...

    def refresh_card(self, eid: str) -> None:
        """Bring up to date what shows the event."""
        ...


@dataclass(slots=True, kw_only=True)
class Sweep:
    """One find_earlier for what was never announced by one transport. `announced` and `failed` count facts and events.

    It stops where the process has too little time left; the next one goes on from there.
    """

    history: History
    read: Callable[[str], Event]
    transport: LateTransport
    meter: Meter
    now: Callable[[], datetime]
    time_left: Callable[[], float]
    announced: int = 0
    failed: int = 0
    outages: int = 0

    def run(self) -> bool:
        """Announce what is found in the whole table. Return whether all of it was looked through."""
        try:
            return self._run()
        except Unavailable as outage:  # the next run goes on from there
            self._count_failure(outage)
            return False

    def _run(self) -> bool:
        begun = self._position()
        for page in self.history.pages(self.now() - LOOKED_BACK, after=begun.content):
            for eid in page.eids:
                if self.out_of_time:
                    return False
                self.announce(eid, until=self.now() - GIVEN_UP)
            begun = self._keep(begun, page.position)
            if self.out_of_time and page.position:
                return False
        return not self.failed

    def restart(self) -> bool:
        """Do as `run` does, from the beginning of the table."""
        try:
            self._keep(self._position(), "")
        except Unavailable as outage:
            self._count_failure(outage)
            return False
        return self.run()

    @property
    def out_of_time(self) -> bool:
        """True once nothing more is begun."""
        return self.time_left() < RESERVE or self.outages >= PATIENCE

    def announce(self, eid: str, *, until: datetime) -> bool:
        """Announce what is missing of one event and was made before `until`. Return whether nothing is left.

        Whatever is wrong with one event stays with it: it is counted, and tried again by the next run.
        """
        try:
            self._announce(eid, until)
        except (EventUnknown, EventIdMalformed):
            return True  # it was taken out of the table, or nobody serves it
        except (RetryLater, Unavailable) as outage:
            self.outages += 1
            self._count_failure(outage)
        except Exception as fault:  # noqa: BLE001 - of whatever kind, it must not stop the other events
            self._count_failure(fault)
        else:
            return True
        return False

    def _announce(self, eid: str, until: datetime) -> None:
        event, now, transport = self.read(eid), self.now(), self.transport
        missing = never_announced(event, now - LOOKED_BACK, until, key=transport.key, posted=transport.posted)
        single = [fact for fact in missing if fact.at > now - GROUPED or transport.is_single(fact)]
        if together := [fact for fact in missing if fact not in single]:
            self.announced += transport.announce_together(event, together)
        for fact in single:
            transport.announce(fact)
            self.announced += 1
        if missing:
            transport.refresh_card(event.eid)

    def _count_failure(self, why: Exception) -> None:
        self.failed += 1
        self.meter.count("LateFailed", why=type(why).__name__)

    def _position(self) -> Record:
        """Return where the last run stopped; at the beginning where there was none."""
        return self.transport.posted.find(self.transport.position) or self._keep(None, "")

    def _keep(self, seen: Record | None, position: str) -> Record:
        posted, now, key = self.transport.posted, self.now(), self.transport.position
        until = now + LOOKED_BACK
        if seen is None:
            _, seen = posted.claim(key, now=now, until=until)
            record = replace(seen, done=True, content=position)
            posted.done(key, record, until=until)
            return record
        record = replace(seen, content=position)
        posted.change(key, seen, record, until=until)
        return record
