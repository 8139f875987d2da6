"""Payments that look like one that was logged a moment ago: two crew log one handover, or one logs it twice."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from charter.money import format_amount
from charter.names import same
from charter.payments import Kind
from charter.refusals import PossibleDuplicate

if TYPE_CHECKING:
    from charter.events import Event
    from charter.payments import Entry, Payment

# Entries further apart are two payments. Both directions count, because the clocks of two machines differ.
WINDOW: Final = timedelta(minutes=10)


def earlier_alike(payment: Payment, entry: Entry) -> Entry | None:
    """Return the latest payment that `entry` seems to repeat, or None.

    It has the same amount and method under another id, was logged within ten minutes of `entry`, and is not voided.
    Only a payment repeats another.
    """
    if entry.kind is not Kind.PAYMENT:
        return None
    alike = (
        each
        for each in reversed(payment.entries)
        if each.kind is Kind.PAYMENT
        and (each.amount, each.method) == (entry.amount, entry.method)
        and each.payment_id != entry.payment_id
        and abs(each.timestamp - entry.timestamp) < WINDOW
        and not payment.voided(each.payment_id)
    )
    return next(alike, None)


def check_not_repeated(event: Event, patron_id: str, entry: Entry, *, walk_up: str | None = None) -> None:
    """Raise PossibleDuplicate where `entry` seems to repeat a payment of the patron.

    A new patron `walk_up` is compared with everybody of that name: two crew may both add one person.
    """
    patron_ids = (
        [patron_id] if walk_up is None else [p.patron_id for p in event.patrons.values() if same(p.name, walk_up)]
    )
    for each in patron_ids:
        earlier, patron = earlier_alike(event.payment(each), entry), event.patron(each)
        if earlier is not None:
            raise PossibleDuplicate(
                format_amount(earlier.amount, event.currency),
                earlier.method,
                patron=patron.name if patron else each,
                by=earlier.logged_by,
                ago=entry.timestamp - earlier.timestamp,
            )
