"""Explaining a balance: the usual price, each change of the due and each entry, with the balance after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from charter.edits import Edit, amount_in
from charter.frozen import dataclass
from charter.money import ZERO
from charter.payments import Entry  # noqa: TC001 - dataclass fields

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    from charter.events import Event
    from charter.patrons import Patron


@dataclass(frozen=True, slots=True)
class BalanceLine:
    """One line: `effect` is what it adds to the balance, and `owed` the balance after it.

    `what` is None for what the due changed without an edit, by another program. Nobody knows when.
    """

    what: Entry | Edit | None
    effect: Decimal
    owed: Decimal


@dataclass(frozen=True, slots=True)
class Explanation:
    """The balance of one patron. `due` at first, `usual` and the effects of the `lines` add up to it exactly.

    `price` is the event's price for each person, None where it has none, and `party` the patron's at first. Of a price
    that was changed it is the one by which the due at first is the usual one, else the price now.
    """

    due: Decimal
    party: int
    price: Decimal | None
    lines: tuple[BalanceLine, ...]

    @property
    def usual(self) -> Decimal | None:
        """The price for the whole party."""
        return None if self.price is None else self.price * self.party

    @property
    def beside_usual(self) -> Decimal:
        """The due at first less the usual price; negative where it was lower. Zero without a usual price."""
        return ZERO if self.usual is None else self.due - self.usual


def explained(event: Event, patron: Patron) -> Explanation:
    """Return the explanation of the patron's balance, its lines in the order of their time."""
    entries = event.payment(patron.patron_id).entries
    edits = _edits(event, patron, "due")
    due = owed = amount_in(edits[0].before) if edits else patron.due
    happened: list[tuple[datetime, Entry | Edit, Decimal]] = [
        *((entry.timestamp, entry, -entry.amount) for entry in entries),
        *((edit.at, edit, edit.effect) for edit in edits),
    ]
    lines = list[BalanceLine]()
    for _, what, effect in sorted(happened, key=lambda each: each[0]):
        owed += effect
        lines.append(BalanceLine(what, effect, owed))
    if unknown := event.balance(patron.patron_id).owed - owed:
        lines.append(BalanceLine(None, unknown, owed + unknown))
    party = _party_at_first(event, patron)
    return Explanation(due, party, _price(event, due, party), tuple(lines))


def _price(event: Event, due: Decimal, party: int) -> Decimal | None:
    """Return the price that the due at first follows, of those that the event had; else its price now."""
    earlier = [amount_in(edit.before) for edit in event.edits if edit.what == "price" and edit.patron_id is None]
    prices = [event.price, *reversed(earlier)]
    return next((price for price in prices if price and price * party == due), event.price or None)


def _party_at_first(event: Event, patron: Patron) -> int:
    edits = _edits(event, patron, "party")
    return int(edits[0].before) if edits and edits[0].before.isdecimal() else patron.party


def _edits(event: Event, patron: Patron, field: str) -> list[Edit]:
    """Return the edits of a field of the patron's line, the earliest first."""
    edits = (edit for edit in event.edits if edit.field == field and edit.patron_id == patron.patron_id)
    return sorted(edits, key=lambda edit: edit.at)
