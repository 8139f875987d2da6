"""What the listeners of the commands need of the world."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.understanding import find_event, on_day, sort_words
from charter.event_ids import check_served
from charter.events import Status
from charter.refusals import EventUnknown

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.calendar import Calendar
    from bot.views.log_payment import Look
    from charter.events import Event, Listing
    from charter.ports import Ledger, Matching, Roster


@dataclass(frozen=True, slots=True)
class Desk:
    """The ledger, the roster, the calendar, how things look here, the clock and the mint of ids.

    `now` is in the events' zone.
    """

    ledger: Ledger
    roster: Roster
    signatures: Matching
    calendar: Calendar
    look: Look
    now: Callable[[], datetime]
    new_id: Callable[[], str]

    def event(self, eid: str) -> Event:
        """The event of this id; a date alone also means the one event of that day. Raises as Ledger.event does."""
        try:
            return self.ledger.event(check_served(eid))
        except EventUnknown:
            that_day = on_day(eid, self.calendar.near(self.now()))
            if len(that_day) != 1:
                raise
            return self.ledger.event(that_day[0].eid)

    def surely_meant(self, text: str, channel: str | None) -> tuple[str | None, list[Listing], list[Listing]]:
        """The one event that is surely meant, or None, those that the words may name, and all that are coming.

        A whole channel sees what is shared, so nothing is guessed; of several that fit, today's only one is meant.
        """
        now = self.now()
        coming = [listing for listing in self.calendar.coming(now) if listing.status is not Status.CANCELLED]
        today = [listing for listing in coming if listing.starts_at.astimezone(now.tzinfo).date() == now.date()]
        if text.strip():
            words = sort_words(text, methods=(), currency=self.look.currency)
            named, left = find_event(words, coming, now=now)
            likely = [listing for listing in named if listing in today] or named
            certain = len(likely) == 1 and not left.runs
            return (likely[0].eid if certain else None), named, coming
        here = [listing for listing in coming if channel and listing.channel == channel]
        for certain_ones in (here[:1], today if len(today) == 1 else []):
            if certain_ones:
                return certain_ones[0].eid, [], coming
        return None, [], coming
