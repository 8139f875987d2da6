"""The books: running totals of the money by month, by hand and by event, which follow from the ledgers alone.

Each event contributes amounts under keys: `("2026-12", "by_method", "USD", "venmo", "payment")`. A total is the sum of
all contributions under its key. So the books are right as soon as each event's contribution is, however often and in
whatever order its changes arrive.

The first name of a key is a row of the books, the second an attribute of it, the third the currency:

    2026-12     by_method, by_hand, by_event    of the entries logged in that month, on the boat's clock
                adjustments                     of the discounts, comps and surcharges made in that month, by kind
                deposited, written_off          of the hand-overs of that month, see charter.cash
    hand:<who>  taken                           cash and checks that one person took, by method and event
                offered, given, received        what they handed over and got, by method and hand-over
    open        owed, back, credit              what each event still has to get, what it has to give back, and what
                                                patrons of a cancelled event keep as credit
    waiting:<month>  unmatched, void_requests   what of that month's events waits for a person, as numbers without a
                                                currency: signatures of nobody known, and requests to void

The last name in a month is the kind of entry, `tip`, or `entries`, which counts them. Of adjustments it is `amount`,
which is what they added to the dues, or `entries`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from charter.edits import Adjustment
from charter.frozen import dataclass
from charter.moments import month_of
from charter.money import ZERO
from charter.owing import to_get_back
from charter.payments import RETURNED, Kind
from charter.void_requests import open_requests

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import tzinfo

    from charter.events import Event, Taking
    from charter.payments import Entry

Key = tuple[str, ...]
Sums = Mapping[Key, Decimal]

# Methods whose money somebody holds until it is at the bank.
HELD: Final = ("cash", "check")

OPEN: Final = "open"
HAND: Final = "hand:"
BY_METHOD, BY_HAND, BY_EVENT = "by_method", "by_hand", "by_event"
ADJUSTMENTS: Final = "adjustments"
TAKEN: Final = "taken"
OWED, BACK, CREDIT = "owed", "back", "credit"
WAITING: Final = "waiting:"
UNMATCHED, VOID_REQUESTS = "unmatched", "void_requests"
TIP, ENTRIES, AMOUNT = "tip", "entries", "amount"

_ONE: Final = Decimal(1)

# A check that bounced stays in the hand, and a transfer moves no money from hand to hand.
_NOT_OF_A_HAND: Final = RETURNED | {Kind.TRANSFER}


@dataclass(frozen=True, slots=True)
class Total:
    """The total of some entries in one currency. `by_kind` has the signed amounts of each kind."""

    by_kind: Mapping[str, Decimal]
    tips: Decimal = ZERO
    entries: int = 0

    @property
    def net(self) -> Decimal:
        """Sum of the amounts, without tips."""
        return sum(self.by_kind.values(), ZERO)


def contribution(taking: Taking, *, eid: str, event: Event | None, zone: tzinfo) -> dict[Key, Decimal]:
    """Return what an event contributes.

    `event` has its signatures and edits. It is None for a row that nothing dates, whose money counts all the same.
    """
    sums: defaultdict[Key, Decimal] = defaultdict(Decimal)
    currency = taking.currency
    for payment in taking.payments.values():
        for entry in payment.entries:
            holder, month = payment.holder_of(entry), month_of(entry.timestamp.astimezone(zone))
            for name, value in _values(entry):
                sums[month, BY_METHOD, currency, entry.method, name] += value
                if entry.kind is not Kind.TRANSFER:  # nobody took it in the hand, or gave it
                    sums[month, BY_HAND, currency, holder, name] += value
                sums[month, BY_EVENT, currency, eid, name] += value
            if entry.method.casefold() in HELD and entry.kind not in _NOT_OF_A_HAND:
                sums[HAND + holder, TAKEN, currency, entry.method, eid] += entry.amount + (entry.tip or ZERO)
    if event is not None:
        for edit in event.edits:
            if edit.what in set(Adjustment):
                month = month_of(edit.at.astimezone(zone))
                sums[month, ADJUSTMENTS, currency, edit.what, AMOUNT] += edit.effect
                sums[month, ADJUSTMENTS, currency, edit.what, ENTRIES] += _ONE
        sums[OPEN, OWED, currency, eid] += event.outstanding
        sums[OPEN, BACK, currency, eid] += sum((amount for _, amount in to_get_back(event)), ZERO)
        sums[OPEN, CREDIT, currency, eid] += sum(event.credits.values(), ZERO)
        waiting = WAITING + month_of(event.starts_at.astimezone(zone))
        sums[waiting, UNMATCHED, eid] += len(event.unmatched)
        sums[waiting, VOID_REQUESTS, eid] += len(open_requests(event))
    return without_zeros(sums)


def difference(new: Sums, old: Sums) -> dict[Key, Decimal]:
    """Return what must be added to the totals when one contribution replaces another."""
    return without_zeros({key: new.get(key, ZERO) - old.get(key, ZERO) for key in {*new, *old}})


def added(*parts: Sums) -> dict[Key, Decimal]:
    """Return the sum of several contributions."""
    sums: defaultdict[Key, Decimal] = defaultdict(Decimal)
    for part in parts:
        for key, value in part.items():
            sums[key] += value
    return without_zeros(sums)


def without_zeros(sums: Sums) -> dict[Key, Decimal]:
    """Return the sums without those that are zero."""
    return {key: value for key, value in sums.items() if value}


def rows_in(sums: Sums) -> set[str]:
    """Return the names of the rows that the keys are of."""
    return {key[0] for key in sums}


def nested(sums: Sums) -> dict[str, Any]:
    """Return the sums as maps in maps, by the names of their keys."""
    tree: dict[str, Any] = {}
    for key, value in sorted(sums.items()):
        branch = tree
        for name in key[:-1]:
            branch = branch.setdefault(name, {})
        branch[key[-1]] = value
    return tree


def flat(tree: object, at: Key = ()) -> Iterator[tuple[Key, Decimal]]:
    """Yield the sums in maps as `nested` returns them. What is neither a map nor a number is left out."""
    if isinstance(tree, Decimal):
        yield at, tree
    elif isinstance(tree, Mapping):
        for name, each in tree.items():
            yield from flat(each, (*at, str(name)))


def totals(row: Sums, attribute: str) -> dict[str, dict[str, Total]]:
    """Return the totals of a month's row, by currency and name. `row` has keys without the row's own name."""
    found: dict[str, dict[str, dict[str, Decimal]]] = {}
    for key, value in row.items():
        if len(key) == 4 and key[0] == attribute:  # noqa: PLR2004 - attribute, currency, name, kind
            found.setdefault(key[1], {}).setdefault(key[2], {})[key[3]] = value
    return {
        currency: {name: _total(values) for name, values in sorted(names.items())}
        for currency, names in sorted(found.items())
    }


def in_all(each: Iterable[Total]) -> Total:
    """Return the total of totals."""
    kinds: dict[str, Decimal] = {}
    tips, entries = ZERO, 0
    for total in each:
        for kind, amount in total.by_kind.items():
            kinds[kind] = kinds.get(kind, ZERO) + amount
        tips, entries = tips + total.tips, entries + total.entries
    return Total(kinds, tips, entries)


def _total(values: Mapping[str, Decimal]) -> Total:
    kinds = {name: value for name, value in values.items() if name not in {TIP, ENTRIES}}
    return Total(kinds, values.get(TIP, ZERO), int(values.get(ENTRIES, ZERO)))


def _values(entry: Entry) -> Iterator[tuple[str, Decimal]]:
    yield entry.kind.value, entry.amount
    yield ENTRIES, _ONE
    if entry.tip:
        yield TIP, entry.tip
