"""Payments that the bank took back: a check that bounced, a card payment that was charged back."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - a constant's type
from typing import TYPE_CHECKING, Final

from charter.frozen import dataclass
from charter.payments import RETURNED, Kind, Void
from charter.refusals import EntryUnknown, NotReturnable

if TYPE_CHECKING:
    from datetime import datetime

    from charter.payments import Entry, Payment, Source

# What people read of an entry of each kind, and what they call several of them.
WORDS: Final[Mapping[Kind, str]] = {
    **{kind: kind.value for kind in Kind},
    Kind.BOUNCED: "check bounced",
    Kind.CHARGEBACK: "card payment charged back",
}
NOUNS: Final[Mapping[Kind, str]] = {**WORDS, Kind.BOUNCED: "bounced check", Kind.CHARGEBACK: "chargeback"}

_CHECKS: Final = ("check", "cheque")
_CARDS: Final = ("card", "credit", "debit", "stripe", "square")


@dataclass(frozen=True, slots=True)
class Returned:
    """A request to log that the bank took a payment back. `Ledger.reverse` writes it, once for each payment."""

    eid: str
    patron_id: str
    reverses: str
    reason: str

    def entry(self, payment: Payment, *, by: str, source: Source, now: datetime) -> Entry:
        """Return the entry that undoes the payment. Its kind follows from the payment's method.

        Raises EntryUnknown, NotReturnable, EntryReversed, PaidTooLittle.
        """
        undone = payment.entry(self.reverses)
        if undone is None:
            raise EntryUnknown
        kind = returned_as(undone)
        if kind is None:
            raise NotReturnable
        void = Void(self.eid, self.patron_id, self.reverses, self.reason, kind)
        return void.entry(payment, by=by, source=source, now=now)


def returned_as(entry: Entry) -> Kind | None:
    """Return what it is when the bank takes this payment back; None for an entry that no bank takes back."""
    method = entry.method.casefold()
    if entry.kind is not Kind.PAYMENT:
        return None
    if any(word in method for word in _CHECKS):
        return Kind.BOUNCED
    return Kind.CHARGEBACK if any(word in method for word in _CARDS) else None


def undone_by(kind: Kind, by: str) -> str:
    """Return `voided by Olivia`, or `check bounced, logged by Olivia`."""
    return f"{WORDS[kind]}, logged by {by}" if kind in RETURNED else f"voided by {by}"
