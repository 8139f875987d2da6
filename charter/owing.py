"""The patrons of an event who owe the boat money, and those whom the boat owes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from charter.events import Status
from charter.money import ZERO

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from charter.events import Event
    from charter.patrons import Patron

Share = tuple["Patron", "Decimal"]


def owing(event: Event) -> list[Share]:
    """Return who of the event owes, and how much, the largest amount first. Nobody owes for a cancelled event."""
    if event.status is Status.CANCELLED:
        return []
    return _largest_first((patron, event.balance(patron.patron_id).owed) for patron in event.people)


def to_get_back(event: Event) -> list[Share]:
    """Return whom the boat owes money, and how much, the largest amount first.

    That is what everybody paid for a cancelled event, without what they keep as credit, and what somebody paid beyond
    what they owe for another one, also if they still come.
    """
    patrons = {patron.patron_id: patron for patron in (*event.people, *event.left_out)}
    if event.status is not Status.CANCELLED:
        return _largest_first((patron, -event.balance(patron_id).owed) for patron_id, patron in patrons.items())
    kept = event.credits
    return _largest_first(
        (patron, event.payment(patron_id).amount - kept.get(patron_id, ZERO)) for patron_id, patron in patrons.items()
    )


def credited(event: Event) -> list[Share]:
    """Return who keeps a part of what they paid for a cancelled event as credit, and how much, the largest first."""
    kept = ((event.patron(patron_id), amount) for patron_id, amount in event.credits.items())
    return _largest_first((patron, amount) for patron, amount in kept if patron)


def _largest_first(shares: Iterable[Share]) -> list[Share]:
    found = [share for share in shares if share[1] > 0]
    return sorted(found, key=lambda share: (-share[1], share[0].name.casefold(), share[0].patron_id))
