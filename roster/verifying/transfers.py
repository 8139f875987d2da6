"""Checks that the entries of transfers are pairs: what leaves one event enters another one."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from adapters.attribute_values import from_wire
from adapters.moved import RENAMED_FROM
from charter.kinds import Kind
from roster.verifying.findings import Finding, broken, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, slots=True)
class _End:
    """One of the two entries. `eids` are the present and the former ids of its event."""

    eids: tuple[str, ...]
    patron_id: str
    payment_id: str
    amount: Any
    counterpart: Any

    @property
    def where(self) -> str:
        return f"payments.{self.patron_id}.entries.{self.payment_id}"

    def leads_to(self, other: _End) -> bool:
        return any(self.counterpart == f"{eid}/{other.patron_id}" for eid in other.eids)


@dataclass(slots=True)
class TransferPairs:
    """The entries of transfers of a table. Those whose pair was found are forgotten, so few are kept at a time."""

    _lone: defaultdict[str, list[_End]] = field(default_factory=lambda: defaultdict(list))

    def read(self, wire: Mapping[str, Any]) -> Iterator[Finding]:
        """Read an event's own row, and yield what is wrong with pairs that are complete by it."""
        for end in _ends(wire):
            met = self._lone[end.payment_id]
            if not met:
                met.append(end)
                continue
            yield from _compared(met[0], end)
            del self._lone[end.payment_id]

    def left(self) -> Iterator[Finding]:
        """Yield the entries without a second one, once the whole table was read."""
        for ends in self._lone.values():
            for end in ends:
                reason = f"is one end of a transfer, and the other one, {shown(end.counterpart)}, is not in the table."
                yield Finding(end.eids[0], broken(end.where, reason))


def _compared(one: _End, other: _End) -> Iterator[Finding]:
    sums = [each.amount if isinstance(each.amount, Decimal) else None for each in (one, other)]
    if None in sums or sums[0] != -(sums[1] or 0):
        reason = f"has {shown(other.amount)}, and {one.eids[0]}, the other end of the transfer, {shown(one.amount)}."
        yield Finding(other.eids[0], broken(other.where, reason))
    for end, second in ((one, other), (other, one)):
        if not end.leads_to(second):
            found = f"{second.eids[0]}/{second.patron_id}"
            reason = f"counterpart is {shown(end.counterpart)}, and the other end is {found}."
            yield Finding(end.eids[0], broken(end.where, reason))


def _ends(wire: Mapping[str, Any]) -> Iterator[_End]:
    payments = wire.get("payments", {}).get("M", {})
    transfer = {"S": Kind.TRANSFER.value}
    for patron_id, record in payments.items():
        for payment_id, line in record.get("M", {}).get("entries", {}).get("M", {}).items():
            if line.get("M", {}).get("kind") == transfer:
                entry = from_wire(line["M"])
                former = from_wire({name: wire[name] for name in (RENAMED_FROM,) if name in wire}).get(RENAMED_FROM)
                eids = (wire["eid"]["S"], *(former if isinstance(former, list) else ()))
                yield _End(eids, patron_id, payment_id, entry.get("amount"), entry.get("counterpart"))
