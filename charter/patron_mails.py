"""The mails to patrons: the kinds of them, and when a patron is reminded of what is still open."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from charter.announcements import MailUnavailable
from charter.events import Status

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from charter.events import Event, Listing
    from charter.patrons import Patron

RECEIPTS, CHANGES, REMINDERS = "receipts", "changes", "reminders"
KINDS: Final = (RECEIPTS, CHANGES, REMINDERS)

# News that is older than this is mailed to no patron any more.
LATEST: Final = timedelta(days=1)

# The times before the start from which the first and the second reminder are sent, and the least time between them.
REMINDED_FROM: Final = (timedelta(days=3), timedelta(days=1))
APART: Final = timedelta(days=1)


class RecipientRefused(MailUnavailable):
    """The mail service takes no mail to this patron's address, or none from the sender, until somebody repairs that."""


def is_ahead(listing: Listing, now: datetime) -> bool:
    """Return whether an event takes place, has not begun, and is near enough for a reminder."""
    return listing.status is not Status.CANCELLED and now < listing.starts_at <= now + REMINDED_FROM[0]


def can_sign(event: Event, patron: Patron, now: datetime) -> bool:
    """Return whether somebody of the patron's party is not known to have signed, and still can.

    Raises SignaturesNotRead, BoardingNotRead.
    """
    closed = event.status is Status.CANCELLED or event.over(now) or event.boarding.cast_off is not None
    return not closed and patron.state is None and not event.signed(patron.patron_id)


def is_reminded(event: Event, patron: Patron, now: datetime) -> bool:
    """Return whether something is still open that the patron may be reminded of: money, or a signature.

    Nobody is reminded of a cancelled event, or after its start or its cast-off. Raises as `can_sign`.
    """
    if not is_ahead(event, now) or event.boarding.cast_off is not None or patron.state is not None:
        return False
    return not event.balance(patron.patron_id).cleared or can_sign(event, patron, now)


def next_reminder(starts_at: datetime, now: datetime, sent: Sequence[datetime]) -> int | None:
    """Return the number of the reminder that is due, 1 or 2, or None. `sent` are the moments of those before it."""
    if len(sent) >= len(REMINDED_FROM) or not starts_at - REMINDED_FROM[len(sent)] <= now < starts_at:
        return None
    return None if sent and now - max(sent) < APART else len(sent) + 1


def receipt_key(fact_id: str) -> str:
    """Return the key under which it is recorded that the receipt for an entry was sent."""
    return f"patron:{fact_id}"


def change_key(fact_id: str, patron_id: str) -> str:
    """Return the key under which it is recorded that a patron was notified of a change of their event."""
    return f"patron:{fact_id}:{_unnamed(patron_id)}"


def reminder_key(event: Event, patron_id: str, number: int) -> str:
    """Return the key under which it is recorded that a patron got the first or second reminder of an event."""
    return f"patron:reminder:{event.first_eid}:{_unnamed(patron_id)}:{number}"


def _unnamed(patron_id: str) -> str:
    """Return a text that stands for a patron id, which may be made of a name. The records name no patron."""
    return hashlib.sha256(patron_id.encode()).hexdigest()[:16]
