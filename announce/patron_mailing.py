"""The transport to patrons: receipts, and a mail when a trip is moved, cancelled or takes place again."""

from __future__ import annotations

from dataclasses import field
from functools import partial
from typing import TYPE_CHECKING, Final

from announce.once import once
from announce.run import RESERVE
from charter.announcements import EntryLogged, OutOfTime, Refused
from charter.event_news import EventEdited
from charter.frozen import dataclass
from charter.kinds import Kind
from charter.mail_links import mailable, mark_of
from charter.money import ZERO
from charter.patron_mails import CHANGES, LATEST, RECEIPTS, RecipientRefused, change_key, receipt_key
from charter.refusals import EventIdMalformed, EventUnknown
from charter.trip_news import trip_news

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from announce.patron_writer import PatronWriter
    from announce.services import Services
    from charter.announce_ports import Mailer
    from charter.announcements import Fact, PatronSigned
    from charter.events import Event
    from charter.late import LateFact
    from charter.patrons import Patron
    from charter.records import Mail

PATRONS: Final = "patrons"


@dataclass(frozen=True, slots=True, kw_only=True)
class PatronMailing:
    """announce.run's Transport to patrons by mail. `kinds` are those of charter.patron_mails that are on.

    A patron is mailed if their line has an address that mail services take, unless they ended our mails. Nothing is
    sent late: what the stream does not deliver within a day is no news any more.
    """

    services: Services
    mailer: Mailer
    writer: PatronWriter
    kinds: Collection[str]
    name: str = field(default=PATRONS, init=False)

    def announce(self, fact: Fact, together: Sequence[PatronSigned] = ()) -> None:  # noqa: ARG002 - signers are not mailed
        """Send each mail that follows, once. Raises MailUnavailable, InHand, OutOfTime, TableUnavailable."""
        if self.services.now() - fact.happened > LATEST:
            return
        if isinstance(fact, EntryLogged) and RECEIPTS in self.kinds:
            # Money that is moved to another trip is an entry of both. The one receipt is of the trip that has it now.
            if fact.entry.kind is not Kind.TRANSFER or fact.entry.amount > ZERO:
                self._send_receipt(fact)
        elif isinstance(fact, EventEdited) and CHANGES in self.kinds:
            self._send_changes(fact)

    def mark_announced(self, fact: LateFact) -> None:
        """Do nothing: no patron is mailed late."""

    def refresh_card(self, eid: str) -> None:
        """Do nothing: there is no card by mail."""

    def address_of(self, patron: Patron) -> str | None:
        """Return the address to which this patron's mail is sent; None where there is none, or they ended our mails."""
        address = mailable(patron.email)
        return None if address is None or self.services.unsubscribed.has(mark_of(address)) else address

    def send(self, mail: Mail) -> None:
        """Send one mail, and count it. One that will never be accepted is counted and passed over.

        The office's mails would wait for it. They are in the same stream, and have the same sender and service, so
        whatever keeps all mails back keeps this one back too.
        """
        try:
            self.mailer.send(mail)
        except (Refused, RecipientRefused):
            self.services.meter.count("PatronMailRefused")
        else:
            self.services.meter.count("PatronMailSent")

    def _send_receipt(self, fact: EntryLogged) -> None:
        if mailable(fact.patron.email) is None:
            return
        event, now = self._present(fact.event), self.services.now()
        patron = event.patron(fact.patron.patron_id) or fact.patron
        if (address := self.address_of(patron)) is not None:
            mail = self.writer.receipt(fact, event, to=address, now=now)
            self._once(receipt_key(fact.id), event, mail)

    def _send_changes(self, fact: EventEdited) -> None:
        event, now, news = fact.event, self.services.now(), trip_news(fact)
        if news is None or event.over(now) or event.boarding.cast_off is not None:
            return
        for patron in event.expected:
            if self.services.time_left() < RESERVE:
                raise OutOfTime  # the record comes again, and goes on with those who are left
            if (address := self.address_of(patron)) is not None:
                mail = self.writer.changed(news, event, patron, to=address, now=now)
                self._once(change_key(fact.id, patron.patron_id), event, mail)

    def _once(self, key: str, event: Event, mail: Mail) -> None:
        send = partial(self.send, mail)
        once(key, event=event, posted=self.services.posted, now=self.services.now(), do=send)

    def _present(self, event: Event) -> Event:
        """Return the event as it is now, with its signatures, under whichever id it has now."""
        try:
            return self.services.ledger.event(event.eid)
        except (EventUnknown, EventIdMalformed):
            return event
