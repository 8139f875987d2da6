"""Late announcements: facts that the stream never announced are found in the table, and announced once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from announce.run import RESERVE
from charter.announcements import RetryLater
from charter.late import GIVEN_UP, LOOKED_BACK, PatronFact, never_announced
from charter.refusals import EventIdMalformed, EventUnknown, Unavailable

if TYPE_CHECKING:
    from datetime import datetime

    from announce.late_mails import LateMails
    from announce.late_posts import LatePosts
    from announce.services import Services
    from charter.records import Record


# Older facts of one event are announced in one line. A cast-off always has a post of its own.
GROUPED: Final = timedelta(days=1)
# After so many outages the rest waits for the next run.
PATIENCE: Final = 3


@dataclass(slots=True, kw_only=True)
class Sweep:
    """One search for facts that one transport never announced. `announced` counts facts, and `failed` counts events.

    It stops where the process has too little time left; the next one goes on from there.
    """

    services: Services
    transport: LatePosts | LateMails
    announced: int = 0
    failed: int = 0
    outages: int = 0

    def run(self) -> bool:
        """Announce the missing facts of the whole table. Return whether all of it was searched."""
        try:
            return self._run()
        except Unavailable as outage:  # the next run goes on from there
            self._count_failure(outage)
            return False

    def _run(self) -> bool:
        begun = self._position()
        for page in self.services.history.pages(self.services.now() - LOOKED_BACK, after=begun.content):
            for eid in page.eids:
                if self.out_of_time:
                    return False
                self.announce(eid, until=self.services.now() - GIVEN_UP)
            begun = self._keep(begun, page.position)
            if self.out_of_time and page.position:
                return False
        return not self.failed

    def restart(self) -> bool:
        """Run from the beginning of the table."""
        try:
            self._keep(self._position(), "")
        except Unavailable as outage:
            self._count_failure(outage)
            return False
        return self.run()

    @property
    def out_of_time(self) -> bool:
        """True once no further event may be started."""
        return self.services.time_left() < RESERVE or self.outages >= PATIENCE

    def announce(self, eid: str, *, until: datetime) -> bool:
        """Announce the missing facts of one event that are older than `until`. Return whether none is left.

        A failure concerns this event alone: it is counted, and the next run tries again.
        """
        try:
            self._announce(eid, until)
        except (EventUnknown, EventIdMalformed):
            return True  # it was removed from the table, or has an id that nobody serves
        except (RetryLater, Unavailable) as outage:
            self.outages += 1
            self._count_failure(outage)
        except Exception as fault:  # noqa: BLE001 - no error may stop the other events
            self._count_failure(fault)
        else:
            return True
        return False

    def _announce(self, eid: str, until: datetime) -> None:
        event, now, transport = self.services.ledger.event(eid), self.services.now(), self.transport
        missing = never_announced(event, now - LOOKED_BACK, until, key=transport.key, posted=transport.posted)
        old = [fact for fact in missing if isinstance(fact, PatronFact) and fact.at <= now - GROUPED]
        if together := [fact for fact in old if not transport.is_single(fact)]:
            self.announced += transport.announce_together(event, together)
        for fact in missing:
            if fact not in together:
                transport.announce(fact)
                self.announced += 1
        if missing:
            transport.refresh_card(event.eid)

    def _count_failure(self, why: Exception) -> None:
        self.failed += 1
        self.services.meter.count("LateFailed", why=type(why).__name__)

    def _position(self) -> Record:
        """Return the record of the position where the last run stopped; the beginning where there was none."""
        return self.transport.posted.find(self.transport.position) or self._keep(None, "")

    def _keep(self, seen: Record | None, position: str) -> Record:
        posted, now, key = self.transport.posted, self.services.now(), self.transport.position
        until = now + LOOKED_BACK
        if seen is None:
            _, seen = posted.claim(key, now=now, until=until)
            record = replace(seen, done=True, content=position)
            posted.done(key, record, until=until)
            return record
        record = replace(seen, content=position)
        posted.change(key, seen, record, until=until)
        return record
