"""The transport by mail: a mail to the office for each payment, and for the signatures of some minutes."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Final

from announce.once import once, once_together
from announce.settings import MAIL
from charter.announcements import (
    SIGNATURE_HISTORY,
    InHand,
    PatronSigned,
    RetryLater,
    SignatureResolved,
    remembered_until,
)
from charter.boarding_news import BoardingFact
from charter.cash_news import HandOverFact
from charter.event_news import EventEdited
from charter.frozen import dataclass
from charter.late import PatronFact, late_mail_key, mail_key, never_announced
from charter.refusals import EventIdMalformed, EventUnknown, Unavailable
from charter.reminders import Reminded
from charter.void_requests import VoidRequested

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from announce.mail import MailWriter
    from announce.services import Services
    from announce.waiting import Mark, WaitingSignatures
    from charter.announce_ports import Mailer
    from charter.announcements import Fact
    from charter.late import LateFact
    from charter.records import Mail

# More signatures of one event than this in a batch are one mail.
MOST_SINGLE: Final = 2
# At most so many signatures share a mail, so that one process has the time to write all of their records.
MOST_TOGETHER: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailing:
    """announce.run's Transport by mail.

    A mail cannot be changed once it is sent. So after the first few mails about signatures, further signatures wait for
    some minutes and then share one mail.
    """

    services: Services
    mailer: Mailer
    writer: MailWriter
    waiting: WaitingSignatures
    name: str = field(default=MAIL, init=False)

    def announce(self, fact: Fact, together: Sequence[PatronSigned] = ()) -> None:
        """Send a mail once. Raises MailUnavailable, InHand, TableUnavailable; Refused where none will ever take it."""
        if isinstance(fact, SignatureResolved | BoardingFact | VoidRequested | Reminded | EventEdited | HandOverFact):
            return  # the office got a mail when it was signed; of the others it reads in Slack
        if isinstance(fact, PatronSigned):
            self._announce_signed(fact, together)
        else:
            self._once(fact, lambda: self.send(self.writer.mail(fact)))

    def mark_announced(self, fact: LateFact) -> None:
        """Record a fact as announced, and send nothing."""
        if isinstance(fact, PatronFact):
            self._once(fact, lambda: None)

    def refresh_card(self, eid: str) -> None:
        """Do nothing: there is no card by mail."""

    def send(self, mail: Mail) -> None:
        """Send one mail, and count it."""
        self.mailer.send(mail)
        self.services.meter.count("MailSent")

    def send_waiting(self) -> None:
        """Send one mail about all signatures that waited long enough. Raises as `announce`; then they wait on.

        Where no mail service will ever take it, the sweep announces them late.
        """
        facts: list[PatronSigned] = []
        ends: dict[str, Mark] = {}
        for eid, mark in self.waiting.due().items():
            unsent, room = self._unsent(eid), MOST_TOGETHER - len(facts)
            facts += unsent[:room]
            if len(unsent) > room:
                break  # the next mail has the rest
            ends[eid] = mark
        try:
            self._send_many(facts)
        except (RetryLater, Unavailable):
            raise
        except Exception:
            self.waiting.end(ends)
            raise
        if ends:
            self.waiting.end(ends)

    def _announce_signed(self, fact: PatronSigned, together: Sequence[PatronSigned]) -> None:
        record = self.services.posted.find(mail_key(fact))
        if record is not None and record.done:
            return
        eid = fact.event.eid
        if not self.waiting.admits(eid):
            self.waiting.add(eid)
            return
        own = [each for each in together if each.event.eid == eid]
        facts = own if len(own) > MOST_SINGLE else [fact]
        if self._send_many(facts):
            self.waiting.count(eid)
        record = self.services.posted.find(mail_key(fact))
        if record is None or not record.done:
            raise InHand(mail_key(fact))

    def _send_many(self, facts: Sequence[PatronSigned]) -> list[str]:
        """Send one mail about these signatures. Return the keys of those in it."""
        if not facts:
            return []
        of: Mapping[str, PatronSigned] = {mail_key(fact): fact for fact in facts}
        now = self.services.now()
        return once_together(
            list(of),
            posted=self.services.posted,
            now=now,
            until=max(remembered_until(fact.event, now) for fact in facts),
            do=lambda keys: self.send(self.writer.mail_of_signatures([of[key] for key in keys])),
        )

    def _unsent(self, eid: str) -> list[PatronSigned]:
        """Return the event's signatures that wait for a mail."""
        try:
            event, now = self.services.ledger.event(eid), self.services.now()
        except (EventUnknown, EventIdMalformed):
            return []  # it was removed from the table meanwhile
        since, until = now - SIGNATURE_HISTORY, now + SIGNATURE_HISTORY
        facts = never_announced(event, since, until, key=late_mail_key, posted=self.services.posted)
        return [fact for fact in facts if isinstance(fact, PatronSigned)]

    def _once(self, fact: PatronFact, do: Callable[[], None]) -> None:
        once(mail_key(fact), event=fact.event, posted=self.services.posted, now=self.services.now(), do=do)
