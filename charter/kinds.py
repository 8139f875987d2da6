"""The kinds of entries in a ledger."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """The effect of an entry: a payment adds, a refund takes back, a void, bounced check or chargeback undoes one.

    A transfer takes money out of a patron's ledger for one event and puts it into that for another.
    """

    PAYMENT = "payment"
    REFUND = "refund"
    VOID = "void"
    BOUNCED = "bounced"
    CHARGEBACK = "chargeback"
    TRANSFER = "transfer"


# The kinds that the bank causes, and all that undo one entry wholly. An entry has at most one of these.
RETURNED: Final = frozenset({Kind.BOUNCED, Kind.CHARGEBACK})
REVERSALS: Final = RETURNED | {Kind.VOID}

# The ids of payments that an older system logged begin like this. `roster payments adopt` brings them into the ledger.
OLD_IDS: Final = "old:"
# Who voids such a payment, where the older system has another one in its place.
ADOPTED_BY: Final = "web:roster"
# The ledger's own ids begin like this, so no client may choose such an id.
OWN_IDS: Final = ("void:", "bounced:", "chargeback:", "transfer:", OLD_IDS)
