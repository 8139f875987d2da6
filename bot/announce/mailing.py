"""The way by mail: one for each payment and signature, to the office."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.announce.groups import MOST_SINGLE
from bot.announce.once import once
from bot.announce.settings import MAIL
from charter.announcements import SignatureMatched, remembered_until

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from charter.announcements import Fact, PatronSigned
    from charter.ports import Mail, Mailer, Meter, Posted


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailing:
    """bot.announce.run's Way by mail. `letter` words a fact; its record's key is the fact's own behind `mail:`."""

    mailer: Mailer
    letter: Callable[[Fact], Mail]
    letter_of_many: Callable[[Sequence[PatronSigned]], Mail]
    posted: Posted
    meter: Meter
    now: Callable[[], datetime]
    name: str = field(default=MAIL, init=False)

    def announce(self, fact: Fact, together: Sequence[PatronSigned] = ()) -> None:
        """Sends once. Raises MailUnavailable, InHand, TableUnavailable; Refused when it will never be taken."""
        if isinstance(fact, SignatureMatched):
            return  # the office was told of the signature when it was made
        if len(together) > MOST_SINGLE:
            first = together[0]
            self._once(f"mail:{first.group_id}:{first.signature.ref}", fact, lambda: self.letter_of_many(together))
            self._once(f"mail:{fact.id}", fact, lambda: None)
        else:
            self._once(f"mail:{fact.id}", fact, lambda: self.letter(fact))

    def _once(self, key: str, fact: Fact, letter: Callable[[], Mail | None]) -> None:
        def send() -> None:
            if mail := letter():
                self.mailer.send(mail)
                self.meter.count("MailSent")

        now = self.now()
        once(key, posted=self.posted, now=now, until=remembered_until(fact.event, now), do=send)

    def settle(self, eid: str) -> None:
        """No mail shows how an event stands."""
