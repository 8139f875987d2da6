"""The independent model: people's deeds, the answers to them, and the entries that the ledgers may therefore hold.

It knows the contract alone: an entry that was reported as logged is there once, one that was refused is not there, and
one whose answer was lost is there once or not at all. Amounts are different in each step, so that they name entries.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

PAYMENT, REFUND, REVERSAL = "payment", "refund", "reversal"
_REVERSALS: Final = frozenset({"void", "bounced", "chargeback"})
ZERO: Final = Decimal(0)


class Said(StrEnum):
    """The answer to a deed."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Line:
    """The identity of an entry: its kind, its signed amount and tip, and its method."""

    kind: str
    amount: Decimal
    method: str
    tip: Decimal = ZERO

    @property
    def reversed(self) -> Line:
        """The entry that takes this one back."""
        return Line(REVERSAL, -self.amount, self.method, -self.tip)


@dataclass
class Deed:
    """An act of a person, which makes these entries or none of them."""

    number: int
    lines: tuple[Line, ...]
    said: Said
    by: str = ""
    patrons: tuple[str, ...] = ()
    ask_again: Callable[[], Said] | None = None
    """Sends the same request once more, after all faults have ended."""
    delivery: object = None
    """The request, where it came from a form of Slack."""
    takes_back: str = ""
    """The id of the entry that it takes back, where that is known."""


@dataclass
class Deeds:
    """All deeds of a history."""

    all: list[Deed] = field(default_factory=list)

    def add(self, deed: Deed) -> None:
        """Keep a deed."""
        self.all.append(deed)

    def settle(self) -> None:
        """Repeat every request whose answer was lost. Deeds that stay unknown may have entries or not."""
        for deed in self.all:
            if deed.said is Said.UNKNOWN and deed.ask_again is not None:
                deed.said = deed.ask_again()

    def faults(self, entries: Iterable[Line]) -> list[str]:
        """Compare the entries of the ledgers with the deeds. Return a sentence for each difference."""
        there = Counter(entries)
        least, most = Counter[Line](), Counter[Line]()
        taken: set[str] = set()
        for deed in self.all:
            first = deed.takes_back not in taken  # the second one was answered that it was done before
            taken |= {deed.takes_back} - {""} if deed.said is Said.YES else set()
            for line in deed.lines:
                least[line] += deed.said is Said.YES and first
                most[line] += deed.said is not Said.NO
        for line in [*least, *most]:
            if line.kind == REVERSAL:  # of several who take one entry back, one succeeds, and the others read that
                paid = sum(number for each, number in there.items() if each.reversed == line)
                least[line], most[line] = min(least[line], paid), min(most[line], paid)
        found = []
        for line in dict.fromkeys([*there, *most]):
            number = there[line]
            if not least[line] <= number <= most[line]:
                found.append(f"{line} is there {number} times; {least[line]} to {most[line]} were reported")
        return found


def lines_of(row: Mapping[str, Any]) -> list[tuple[str, str, Line]]:
    """Return patron, id and line of each entry of an event's row, which is in Python's types."""
    found = []
    for patron, record in (row.get("payments") or {}).items():
        for payment_id, entry in (record.get("entries") or {}).items():
            kind = REVERSAL if entry["kind"] in _REVERSALS else str(entry["kind"])
            line = Line(kind, entry["amount"], str(entry["method"]), entry.get("tip", ZERO))
            found.append((patron, payment_id, line))
    return found


def sums_of(rows: Iterable[Mapping[str, Any]]) -> dict[str, Decimal]:
    """Return what was paid by each method in all ledgers, transfers left out: nothing comes in or goes out by them."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        for _, _, line in lines_of(row):
            if line.kind != "transfer":
                sums[line.method] += line.amount
    return dict(sums)
