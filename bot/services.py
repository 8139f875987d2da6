"""Dependencies of the listeners."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

from bot.understanding.command import read_command
from charter.event_ids import check_served
from charter.frozen import dataclass
from charter.guessing import guess
from charter.refusals import EventIdMalformed, EventUnknown, PatronUnknown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from bot.calendar import Calendar
    from bot.settings import ViewSettings
    from bot.understanding.command import ParsedCommand
    from bot.views.status import Viewer
    from charter.bookkeeping import Months
    from charter.custody import Custody
    from charter.editing import EventEdits
    from charter.events import Event, Listing
    from charter.patrons import Patron
    from charter.ports import CheckIns, Ledger, Matching, Renames, Roster, VoidRequests
    from charter.released import RunningRelease
    from charter.reminders import Reminders
    from charter.roles import Role
    from charter.settling import Settlements
    from charter.transfers import Transfers

_BARE_DATE = len("2026-05-23")


@dataclass(frozen=True, slots=True)
class Services:
    """Dependencies of the listeners: table adapters, calendar, settings, clock and id generator.

    `now` is in the events' zone. The fields `open_…` create what a payment does not need.
    """

    ledger: Ledger
    open_roster: Callable[[], Roster]
    open_event_edits: Callable[[], EventEdits]
    open_renames: Callable[[], Renames]
    open_check_ins: Callable[[], CheckIns]
    open_void_requests: Callable[[], VoidRequests]
    open_custody: Callable[[], Custody]
    open_months: Callable[[], Months]
    open_reminders: Callable[[], Reminders]
    open_transfers: Callable[[], Transfers]
    open_settlements: Callable[[], Settlements]
    signatures: Matching
    calendar: Calendar
    settings: ViewSettings
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    read_running: Callable[[], RunningRelease]

    @property
    def roster(self) -> Roster:
        """Roster that the admins' forms and the boarding list write to."""
        return self.open_roster()

    @property
    def event_edits(self) -> EventEdits:
        """Edits of events, which the admins' forms write."""
        return self.open_event_edits()

    @property
    def renames(self) -> Renames:
        """New ids for events."""
        return self.open_renames()

    @property
    def check_ins(self) -> CheckIns:
        """Boarding of the events."""
        return self.open_check_ins()

    @property
    def void_requests(self) -> VoidRequests:
        """Requests to the office to void an entry."""
        return self.open_void_requests()

    @property
    def custody(self) -> Custody:
        """Custody of the cash: who holds it, and the hand-overs."""
        return self.open_custody()

    @property
    def reminders(self) -> Reminders:
        """Reminders to sign the waiver."""
        return self.open_reminders()

    @property
    def transfers(self) -> Transfers:
        """Moves of patrons between events."""
        return self.open_transfers()

    def read(self, text: str, *, methods: Sequence[str] = ()) -> ParsedCommand:
        """Return the command in `text`, which is as people typed it."""
        return read_command(text, methods=methods, currency=self.settings.currency, now=self.now())

    def event(self, eid: str) -> Event:
        """Return the event of this id, also if it was typed in capitals. A date alone means the only event of that day.

        Raises as Ledger.event does.
        """
        try:
            return self.ledger.event(check_served(eid))
        except (EventIdMalformed, EventUnknown):
            by_the_rule = re.sub(r"[_-]+", "-", eid.lower())
            if eid != by_the_rule:
                with suppress(EventIdMalformed, EventUnknown):
                    return self.ledger.event(check_served(by_the_rule))
            that_day = [listing for listing in self.calendar.near(self.now()) if listing.eid.startswith(eid)]
            if len(eid) != _BARE_DATE or len(that_day) != 1:
                raise
            return self.ledger.event(that_day[0].eid)

    def find_patron(self, eid: str, patron_id: str) -> tuple[Event, Patron]:
        """Return the event and this patron of it. Raise PatronUnknown, or as Ledger.event does."""
        event = self.ledger.event(eid)
        patron = event.patron(patron_id)
        if patron is None:
            raise PatronUnknown(patron_id)
        return event, patron

    def viewer(self, role: Role) -> Viewer:
        """Return the reader of an answer, who has this role."""
        from bot.views.status import Viewer

        return Viewer(role=role, zone=self.settings.zone, links=self.settings.links, now=self.now())

    def guess(self, listings: Sequence[Listing], channel: str | None) -> Listing | None:
        """Return the event that is meant if none is named: the channel's own, else today's, else the next."""
        return guess(listings, now=self.now(), channel=channel)
