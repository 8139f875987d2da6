"""Late announcements by mail: one mail for each fact, or one for many facts of one event."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from announce.once import once, once_together
from charter.announcements import remembered_until
from charter.frozen import dataclass
from charter.late import MAIL_POSITION, PatronFact, late_mail_key, mail_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from announce.mailing import Mailing
    from charter.announce_ports import Posted
    from charter.events import Event
    from charter.late import LateFact


@dataclass(frozen=True, slots=True, kw_only=True)
class LateMails:
    """Announces facts late by mail, with the methods of LatePosts."""

    mailing: Mailing
    position: str = field(default=MAIL_POSITION, init=False)

    @property
    def posted(self) -> Posted:
        """The records of announcements."""
        return self.mailing.services.posted

    def key(self, fact: LateFact) -> str | None:
        """Return the key of a fact's record; None where nobody is mailed of it."""
        return late_mail_key(fact)

    def is_single(self, _fact: PatronFact) -> bool:
        """Return False: no mail corrects an earlier one."""
        return False

    def announce(self, fact: LateFact) -> None:
        """Send one mail about one fact. A fact without a key is none that `never_announced` returns."""
        if not isinstance(fact, PatronFact):
            return
        mail = self.mailing.writer.late_mail
        once(
            mail_key(fact),
            event=fact.event,
            posted=self.posted,
            now=self.mailing.services.now(),
            do=lambda: self.mailing.send(mail(fact)),
        )

    def announce_together(self, event: Event, facts: Sequence[PatronFact]) -> int:
        """Send one mail about facts of one event. Return their number."""
        of, now, writer = {mail_key(fact): fact for fact in facts}, self.mailing.services.now(), self.mailing.writer
        sent = once_together(
            list(of),
            posted=self.posted,
            now=now,
            until=remembered_until(event, now),
            do=lambda keys: self.mailing.send(writer.late_mail_of_many([of[key] for key in keys])),
        )
        return len(sent)

    def refresh_card(self, eid: str) -> None:
        """Do nothing: there is no card by mail."""
