"""The way by mail: one for each payment and signature, to the office."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.announce.once import once
from bot.announce.settings import MAIL
from charter.announcements import SignatureMatched, remembered_until

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from charter.announcements import Fact
    from charter.ports import Mail, Mailer, Meter, Posted


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailing:
    """bot.announce.run's Way by mail. `letter` words a fact; its record's key is the fact's own behind `mail:`."""

    mailer: Mailer
    letter: Callable[[Fact], Mail]
    posted: Posted
    meter: Meter
    now: Callable[[], datetime]
    name: str = field(default=MAIL, init=False)

    def announce(self, fact: Fact) -> None:
        """Sends once. Raises MailUnavailable, InHand, TableUnavailable; Refused when it will never be taken."""
        if isinstance(fact, SignatureMatched):
            return  # the office was told of the signature when it was made
        now = self.now()
        sent = once(
            f"mail:{fact.id}",
            posted=self.posted,
            now=now,
            until=remembered_until(fact.event, now),
            do=lambda: self.mailer.send(self.letter(fact)),
        )
        if sent:
            self.meter.count("MailSent")

    def settle(self, eid: str) -> None:
        """No mail shows how an event stands."""
