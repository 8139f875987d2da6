"""Payments of one payer for several patrons: one entry each, which are written together and undone together.

The entries are linked by their `group`, the id of the form. The first entry has that id as its own too, so one form is
counted once, whether it was sent for one patron or for several.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from charter.frozen import dataclass
from charter.payments import Draft, Kind, check_payment_id

if TYPE_CHECKING:
    from decimal import Decimal

    from charter.events import Event
    from charter.patrons import Patron
    from charter.payments import Entry

# One UpdateItem writes them all, and its expressions may have 4 KB.
MOST_TOGETHER: Final = 10

# A refusal of one patron's payment is on this field, followed by the patron's id.
SHARE: Final = "share."


@dataclass(frozen=True, slots=True)
class PatronShare:
    """The share that is paid for one patron."""

    patron_id: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class GroupDraft:
    """A payment for several patrons as a form holds it, each field checked. `Ledger.log_group` writes it.

    There are at most MOST_TOGETHER `shares`, each of another patron. Method, notes and permalink are those of every
    entry. The `tip` was given once, so only the first entry has it. `confirmed` is as in Draft.
    """

    payment_id: str
    eid: str
    shares: tuple[PatronShare, ...]
    method: str
    notes: str = ""
    tip: Decimal | None = None
    permalink: str = ""
    confirmed: bool = False

    @property
    def drafts(self) -> tuple[Draft, ...]:
        """A draft for each patron. That of a single patron is in no group."""
        return tuple(
            Draft(
                payment_id=check_payment_id(f"{self.payment_id}.{number}" if number > 1 else self.payment_id),
                eid=self.eid,
                patron_id=share.patron_id,
                amount=share.amount,
                method=self.method,
                notes=self.notes,
                confirmed=self.confirmed,
                tip=self.tip if number == 1 else None,
                group=self.payment_id if len(self.shares) > 1 else "",
                permalink=self.permalink,
            )
            for number, share in enumerate(self.shares, start=1)
        )


def together(event: Event, group: str) -> list[tuple[Patron, Entry]]:
    """Return the payments of a group with their patrons, in the order in which the patrons were picked."""
    found = [
        (patron, entry)
        for patron_id, payment in event.payments.items()
        for entry in payment.entries
        if group and entry.group == group and entry.kind is Kind.PAYMENT and (patron := event.patron(patron_id))
    ]
    return sorted(found, key=lambda pair: (len(pair[1].payment_id), pair[1].payment_id))


def is_voided(event: Event, patron: Patron, entry: Entry) -> bool:
    """Return whether a later entry voids this one of the patron."""
    return event.payment(patron.patron_id).voided(entry.payment_id)


def others_of(event: Event, patron_id: str, entry: Entry) -> list[Patron]:
    """Return the other patrons for whom the payer of this entry paid at the same time; nobody for a reversal."""
    return [patron for patron, _ in together(event, entry.group) if patron.patron_id != patron_id]
