"""Adjusting what a patron owes: a discount, a comp or a surcharge, with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from charter.edits import Adjustment
from charter.money import CENT, LARGEST, ZERO, check_amount, format_amount
from charter.refusals import AmountOutOfRange, CompIsWhole, DiscountTooLarge, NothingToTakeOff

if TYPE_CHECKING:
    from decimal import Decimal


def adjusted(due: Decimal, kind: Adjustment, amount: Decimal | None, *, currency: str) -> Decimal:
    """Return the due after an adjustment, which is never negative. A comp needs no amount.

    Raises NothingToTakeOff, DiscountTooLarge, CompIsWhole, AmountTooFine, and AmountOutOfRange where no amount is given
    or more than the largest would be due.
    """
    if kind is not Adjustment.SURCHARGE and due <= ZERO:
        raise NothingToTakeOff
    if kind is Adjustment.COMP:
        if amount is not None and amount != due:
            raise CompIsWhole(format_amount(due, currency))
        return ZERO.quantize(CENT)
    by = check_amount(amount if amount is not None else ZERO)
    if kind is Adjustment.DISCOUNT and by > due:
        raise DiscountTooLarge(format_amount(due, currency))
    after = due - by if kind is Adjustment.DISCOUNT else due + by
    if after > LARGEST:
        raise AmountOutOfRange
    return after.quantize(CENT)
