"""Refusals about payments and the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from charter.refusals.base import Conflict, Malformed, Refusal, Unknown, shortened

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import timedelta


class PaymentIdMalformed(Malformed):
    """The payment id, which a client mints, breaks `[A-Za-z0-9._:-]{1,64}` or begins as the ledger's own ids do."""

    default_field = "payment_id"

    def __init__(self, payment_id: str) -> None:
        super().__init__(
            f"“{shortened(payment_id)}” cannot name a payment: use up to 64 letters, digits and . _ : - only, "
            "and begin neither with void: nor with before-the-ledger."
        )


class AmountUnclear(Malformed):
    """The text is not plainly one amount."""

    default_field = "amount"

    def __init__(self, text: str, currency: str) -> None:
        super().__init__(
            f"“{shortened(text)}” is not an amount in {currency}. Write one number, like 125 or 1,250.00."
            if text.strip()
            else "Write the amount, like 125 or 1,250.00."
        )


class AmountOfAnotherParty(Malformed):
    """The amount was filled in by the form for another party than the one that it holds by now."""

    default_field = "amount"

    def __init__(self, party: int) -> None:
        super().__init__(f"This was filled in for another party. Write what was paid for the party of {party}.")


class AmountOfAnotherDue(Malformed):
    """The amount was filled in by the form for another due than the one that it holds by now."""

    default_field = "amount"
    sentence = "This was filled in for another due. Write what was paid."


class AmountTooFine(Malformed):
    """More than two decimals."""

    default_field = "amount"
    sentence = "Write at most two decimals, like 125.50."


class AmountOutOfRange(Malformed):
    """Not above 0, or above 100,000.00."""

    default_field = "amount"
    sentence = "The amount must be above 0 and at most 100,000.00."


class AmountsNotShown(Malformed):
    """The form has not shown an amount for each patron who is picked by now, or still shows that of another one."""

    default_field = "patrons"
    sentence = "The form was still changing. Check the amounts, then press Log again."


class MethodUnknown(Malformed):
    """The method is none of PAYMENT_METHODS."""

    default_field = "method"

    def __init__(self, method: str, known: Iterable[str]) -> None:
        methods = ", ".join(known)
        super().__init__(
            f"“{shortened(method)}” is not a method here. Choose one of: {methods}."
            if method
            else f"Choose how it was paid: {methods}."
        )


class NotesTooLong(Malformed):
    """Longer than the limit in letters."""

    default_field = "notes"

    def __init__(self, limit: int) -> None:
        super().__init__(f"Keep the notes to {limit} letters.")


class ReasonMissing(Malformed):
    """A reversal has no reason, or one that is too long."""

    default_field = "reason"

    def __init__(self, limit: int) -> None:
        super().__init__(f"Say why, in {limit} letters at most.")


class EntryUnknown(Unknown):
    """The patron's ledger has no entry under this id."""

    default_field = "payment_id"
    sentence = "That entry is not in this patron's ledger. Open the status again."


class PaymentIdReused(Conflict):
    """The same payment id came with other content. The first payment is kept, and nothing was written."""

    default_field = "amount"

    def __init__(self, written: str) -> None:
        super().__init__(
            f"This form was already logged, as {written}. Nothing was changed. For another payment, start a new form."
        )


class PossibleDuplicate(Conflict):
    """The patron paid the same amount by the same method minutes ago. Nothing was written; a confirmed draft is.

    `by` logged the `earlier` payment of the `patron`. `earlier` and `ago` are phrases for a sentence that names whoever
    did.
    """

    default_field = "amount"

    def __init__(self, amount: str, method: str, *, patron: str, by: str, ago: timedelta) -> None:
        self.by, self.patron = by, patron
        self.earlier = f"{amount} by {method}"
        self.ago = _ago(ago)
        super().__init__(
            f"A payment of {self.earlier} for {shortened(patron)} was logged {self.ago}. "
            "Is this another payment? Nothing was saved."
        )


class EntryReversed(Conflict):
    """The entry was voided before, or its check bounced, or it was charged back."""

    default_field = "payment_id"
    sentence = "That entry is already voided or returned by the bank. Nothing was changed."


class NothingToReverse(Conflict):
    """A void, a bounced check or a chargeback cannot itself be undone: log the payment again instead."""

    default_field = "payment_id"
    sentence = "What undid an entry stays as it is. To take it back, log the payment again."


class NotReturnable(Conflict):
    """The entry is no payment by check or by card, which a bank takes back."""

    default_field = "payment_id"
    sentence = "Only a payment by check can bounce, and only one by card can be charged back. Void this one instead."


class PaidTooLittle(Conflict):
    """The refund or void would take the patron's net paid below zero."""

    default_field = "amount"

    def __init__(self, paid: str) -> None:
        super().__init__(f"Only {paid} is paid here, so no more than that can go back.")


class RowFull(Refusal):
    """The event's row is near DynamoDB's 400 KB: no new entries, reading goes on."""

    default_field = "event"
    asks_office = True
    sentence = "This event's ledger is full, so nothing was saved. The office can open a second event for the day."


class NoRoomForAll(RowFull):
    """The event's row takes one more payment, but not those of several patrons at once."""

    default_field = "patrons"
    sentence = "This event's ledger has no room for all of them at once, so nothing was saved. Log them one by one."


class NoRoomToReverse(RowFull):
    """The event's row is full to its last bytes, so that not even a refund or a void fits."""

    default_field = "reason"
    sentence = (
        "This event's ledger has no room left for this, so nothing was saved. Write a shorter reason and try again. "
        "If that is refused too, ask the office to have room made in the event's row."
    )


def _ago(passed: timedelta) -> str:
    """Return `2 minutes ago`. Less than a minute is `just now`, also where the other clock was ahead."""
    minutes = int(passed.total_seconds() // 60)
    return "just now" if minutes < 1 else "a minute ago" if minutes == 1 else f"{minutes} minutes ago"
