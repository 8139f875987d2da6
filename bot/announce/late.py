"""Announcing late: what the stream never announced is found in the table, and announced once."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Protocol

from bot.announce.late_lines import LatePoster, group_line
from bot.announce.once import unsure_after
from bot.announce.run import RESERVE
from charter.announcements import EntryLogged, Later, PatronSigned, remembered_until
from charter.ports import Turn
from charter.refusals import EventIdMalformed, EventUnknown, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime, tzinfo

    from bot.announce.posting import Posting
    from charter.announcements import Page
    from charter.events import Event
    from charter.ports import Meter, Place, Record

KIND: Final = "late"
POSITION: Final = "sweep:position"

# The stream tries for 20 hours. What is older than this and not announced, it will not announce any more.
GIVEN_UP: Final = timedelta(hours=21)
# Older facts of one event are announced in one line.
GROUPED: Final = timedelta(days=1)
# What is older is no news. The records of what was announced are kept for longer.
LOOKED_BACK: Final = timedelta(days=30)
# After so many outages the rest waits for the next run.
PATIENCE: Final = 3

LateFact = EntryLogged | PatronSigned


class History(Protocol):
    """The whole table, for what no index finds. Every method may raise TableUnavailable."""

    def pages(self, since: datetime, *, after: str) -> Iterable[Page]:
        """Return events for which something was logged or signed since then, page by page, from the position `after`.

        An event may be on two pages.
        """
        ...


@dataclass(slots=True, kw_only=True)
class Sweep:
    """One look for what was never announced. `announced` and `failed` count facts and events.

    It stops where the process has too little time left; the next one goes on from there.
    """

    history: History
    read: Callable[[str], Event]
    posting: Posting
    meter: Meter
    zone: tzinfo
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
        except (Later, Unavailable) as outage:
            self.outages += 1
            self._count_failure(outage)
        except Exception as trouble:  # noqa: BLE001 - of whatever kind, it must not stop the other events
            self._count_failure(trouble)
        else:
            return True
        return False

    def _announce(self, eid: str, until: datetime) -> None:
        event, now = self.read(eid), self.now()
        missing = [fact for fact in facts_between(event, now - LOOKED_BACK, until) if not self._is_done(fact)]
        single = [fact for fact in missing if fact.at > now - GROUPED or self._corrects(fact)]
        if together := [fact for fact in missing if fact not in single]:
            self._announce_together(event, together)
        for fact in single:
            late = LatePoster(self.posting.poster, fact.at, self.zone)
            replace(self.posting, poster=late, channels=replace(self.posting.channels, poster=late)).announce(fact)
            self.announced += 1
        if missing:
            self.posting.settle(event.eid)

    def _announce_together(self, event: Event, facts: Sequence[LateFact]) -> None:
        """Post one line for all of them.

        All are claimed first and done last, the first one at the very end. So the next run finds the line by the first.
        """
        posted, until = self.posting.posted, remembered_until(event, self.now())
        claims: list[tuple[LateFact, Turn, Record]] = []
        try:
            for fact in facts:
                turn, record = posted.claim(fact.id, now=self.now(), until=until)
                if turn in {Turn.FIRST, Turn.AGAIN}:
                    claims.append((fact, turn, record))
            again = [(fact, record) for fact, turn, record in claims if turn is Turn.AGAIN]
            places = {fact.id: place for fact, record in again if (place := self._find(event, fact.id, record))}
            line = f"{KIND}:{again[0][0].id}" if again else ""
            if line and self._find(event, line, again[0][1]):
                told = [fact for fact, turn, _ in claims if turn is Turn.FIRST]
            else:
                told = [fact for fact, *_ in claims if fact.id not in places]
            if told:
                message = group_line(event, told, zone=self.zone)
                self.posting.channels.post(event, message, kind=KIND, key=f"{KIND}:{told[0].id}")
        except Exception as error:
            with suppress(Unavailable):  # the claims then end by themselves, later
                for fact, turn, _ in claims:
                    posted.give_up(fact.id, unsure=unsure_after(error, turn))
            raise
        for fact, _, record in reversed(claims):
            posted.done(fact.id, replace(record, done=True, place=places.get(fact.id)), until=until)
        self.announced += len(told)

    def _find(self, event: Event, key: str, record: Record) -> Place | None:
        """Return where an earlier, unfinished try posted it all the same."""
        return self.posting.channels.find(event, key=key, since=record.claimed_at)

    def _is_done(self, fact: LateFact) -> bool:
        record = self.posting.posted.find(fact.id)
        return record is not None and record.done

    def _corrects(self, fact: LateFact) -> bool:
        """Return whether it reverses an entry that has a post of its own, which must not stay as it is."""
        if not isinstance(fact, EntryLogged) or fact.reversed_id is None:
            return False
        record = self.posting.posted.find(fact.reversed_id)
        return record is not None and record.place is not None

    def _count_failure(self, why: Exception) -> None:
        self.failed += 1
        self.meter.count("LateFailed", why=type(why).__name__)

    def _position(self) -> Record:
        """Return where the last run stopped; at the beginning where there was none."""
        record = self.posting.posted.find(POSITION)
        return record or self._keep(None, "")

    def _keep(self, seen: Record | None, position: str) -> Record:
        posted, now = self.posting.posted, self.now()
        until = now + LOOKED_BACK
        if seen is None:
            _, seen = posted.claim(POSITION, now=now, until=until)
            record = replace(seen, done=True, content=position)
            posted.done(POSITION, record, until=until)
            return record
        record = replace(seen, content=position)
        posted.change(POSITION, seen, record, until=until)
        return record


def facts_between(event: Event, since: datetime, until: datetime) -> list[LateFact]:
    """Return what happened in an event in this time, in the order in which it happened."""
    facts: list[LateFact] = [
        EntryLogged(event, patron, entry, entry.timestamp)
        for patron_id, payment in event.payments.items()
        for entry in payment.entries
        if (patron := event.patron(patron_id)) is not None and since <= entry.timestamp < until
    ]
    facts += [
        PatronSigned(event, signature, moment)
        for signature in (event.signatures or {}).values()
        if (moment := signature.moment) is not None and since <= moment < until
    ]
    return sorted(facts, key=lambda fact: fact.at)
