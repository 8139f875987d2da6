"""The split of one sum among patrons, by what each owes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from charter.money import ZERO

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal


def split(total: Decimal | None, owed: Sequence[Decimal]) -> list[Decimal]:
    """Return an amount for each patron, in order: what they owe, until the `total` is used up.

    Without a total everybody gets what they owe. Nobody gets more than that, so a larger total leaves a remainder,
    which a person has to assign. A patron who overpaid gets zero.
    """
    shares: list[Decimal] = []
    left = total
    for each in owed:
        share = max(each, ZERO) if left is None else min(max(each, ZERO), max(left, ZERO))
        left = None if left is None else left - share
        shares.append(share)
    return shares
