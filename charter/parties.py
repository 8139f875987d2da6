"""Parties: the number of people in a line of the roster, and what they owe together."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from charter.money import CENT, ZERO, check_amount, parse_amount
from charter.patterns import pattern
from charter.refusals import DueMissing, PartyMalformed

if TYPE_CHECKING:
    from decimal import Decimal

LARGEST_PARTY: Final = 200

_NOTHING: Final = pattern(r"[^0-9A-Za-z]{0,2}0+(?:\.0{1,2})?")


def check_party(text: str) -> int:
    """Return the number of people in a line. Raises PartyMalformed."""
    number = text.strip()
    if not re.fullmatch(r"[0-9]{1,4}", number) or not 1 <= int(number) <= LARGEST_PARTY:
        raise PartyMalformed(LARGEST_PARTY)
    return int(number)


def check_due(text: str, *, party: int, price: Decimal | None, currency: str) -> Decimal:
    """Return the due of the party, which may be zero; left empty, the event's price for each of them.

    Raises DueMissing, AmountOutOfRange, and as `parse_amount` does.
    """
    if not text.strip():
        if price is None:
            raise DueMissing
        return for_all(price, party)
    if _NOTHING.fullmatch(text.strip()):
        return ZERO.quantize(CENT)
    return parse_amount(text, currency=currency)


def for_all(price: Decimal, party: int) -> Decimal:
    """Return the price for all of a party. Raises AmountOutOfRange above the largest amount."""
    due = price * party
    return check_amount(due) if due else ZERO.quantize(CENT)
