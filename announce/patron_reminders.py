"""Reminds patrons, before their trip, of what is still open: at most twice, and each reminder at most once.

A clock starts it, so nothing else waits for it, and what it leaves undone the next run does.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from announce.once import once
from announce.run import RESERVE
from charter.announcements import InHand, RetryLater
from charter.moments import months_from
from charter.patron_mails import REMINDED_FROM, is_ahead, is_reminded, next_reminder, reminder_key
from charter.records import MessagePlace
from charter.refusals import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from announce.patron_mailing import PatronMailing
    from charter.events import Event
    from charter.patrons import Patron
    from charter.records import Record

READ_AT_ONCE: Final = 25  # events; a row has at most 400 KB, an answer of the table 16 MB
# After so many outages the rest waits for the next run.
PATIENCE: Final = 3

# The place of a mail that an earlier try may have sent. No mailbox of ours has it, so nobody can look.
_MAYBE_SENT: Final = MessagePlace("mail", "")


@dataclass(slots=True, kw_only=True)
class PatronReminders:
    """One run over the events of the next days."""

    mailing: PatronMailing
    counted: Counter[str] = field(default_factory=Counter)

    def run(self) -> dict[str, int]:
        """Send the reminders that are due, those of the next event first. Return the counts.

        `finished` is 0 where time ran out, or mail or table failed too often; the next run goes on. Raises
        TableUnavailable where the events cannot be listed.
        """
        finished = all(self._remind(event, patron) for event in self._events() for patron in event.expected)
        return {"reminded": self.counted["reminded"], "failed": self.counted["failed"], "finished": int(finished)}

    def _events(self) -> Iterator[Event]:
        """Yield the events ahead by their start, in parts, as each read has a time limit."""
        services = self.mailing.services
        now = services.now()
        months = months_from(now.date(), range(2))
        ahead = [listing.eid for listing in services.ledger.listings(months) if is_ahead(listing, now)]
        for start in range(0, len(ahead), READ_AT_ONCE):
            yield from services.ledger.events(ahead[start : start + READ_AT_ONCE])

    def _remind(self, event: Event, patron: Patron) -> bool:
        """Remind one patron, if something is due. Return False where the run must end."""
        if self.mailing.services.time_left() < RESERVE:
            return False
        try:
            if self._is_sent(event, patron):
                self.counted["reminded"] += 1
        except InHand:
            return True  # another run is at it
        except (RetryLater, Unavailable) as outage:
            return self._fail(outage) < PATIENCE
        except Exception as fault:  # noqa: BLE001 - no patron's error may stop the others' reminders
            self._fail(fault)
        return True

    def _fail(self, why: Exception) -> int:
        self.counted["failed"] += 1
        self.mailing.services.meter.count("ReminderFailed", why=type(why).__name__)
        return self.counted["failed"]

    def _is_sent(self, event: Event, patron: Patron) -> bool:
        """Send the reminder that is due. Return whether this call did it.

        One of which nobody knows whether it was sent counts as sent: two reminders are the most, even so.
        """
        mailing, now = self.mailing, self.mailing.services.now()
        if not is_reminded(event, patron, now) or (number := self._number(event, patron, now)) is None:
            return False
        address = mailing.address_of(patron)
        if address is None:
            return False
        return once(
            reminder_key(event, patron.patron_id, number),
            event=event,
            posted=mailing.services.posted,
            now=now,
            do=partial(mailing.send, mailing.writer.reminder(event, patron, to=address, now=now)),
            find_earlier=lambda _record: _MAYBE_SENT,
            finish=lambda record: replace(record, place=None, content=now.isoformat()),
        )

    def _number(self, event: Event, patron: Patron, now: datetime) -> int | None:
        """Return the number of the reminder that is due for this patron, or None."""
        sent: list[datetime] = []
        for number in range(1, len(REMINDED_FROM) + 1):
            record = self.mailing.services.posted.find(reminder_key(event, patron.patron_id, number))
            if record is None or not record.done:
                break
            sent.append(_sent_at(record))
        return next_reminder(event.starts_at, now, sent)


def _sent_at(record: Record) -> datetime:
    return datetime.fromisoformat(record.content) if record.content else record.claimed_at
