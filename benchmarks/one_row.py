"""One event's row from 1 to 2,000 entries: time and units of what people do with it, and where it is full.

Run it by itself with `python benchmarks/one_row.py [--quick]`.
"""

from __future__ import annotations

import sys
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from boat import Boat, Measure, today
from results import Curve, ResultTable, Section
from stage import NotAnswered, say
from stand_in import stand_in

from adapters.attribute_values import to_wire
from adapters.rows import entry_line
from adapters.shapes import Shape
from adapters.sizes import LARGEST_ITEM
from charter.payments import HEADLINE, Entry, Kind, Source
from charter.refusals import RowFull

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

SIZES: Final = (1, 10, 50, 100, 200, 400, 800, 1_000, 1_500, 2_000)
EACH, FEW = "a payment of each patron", "ten patrons with many payments"
_PATRONS: Final = {EACH: 10_000, FEW: 10}
SUBMIT: Final = "submit"
_STEPS: Final = ("open the form", "type-ahead", SUBMIT, "status", "status of one patron")
_EVENTS: Final = 10
_NAMESPACE: Final = uuid.UUID("5ca1ab1e-0000-4000-8000-000000000001")
_FIRST: Final = ("Alma", "Boris", "Celia", "Derek", "Esther", "Felix", "Gloria", "Hector", "Irene", "Jonah")


@dataclass(frozen=True)
class FilledRow:
    """A row with so many entries: its bytes, whether it takes another payment, and the steps."""

    entries: int
    size: int
    full: bool
    steps: Mapping[str, Measure]


def sections(quick: bool) -> tuple[Section, ...]:  # noqa: FBT001 - the shape of all benchmarks
    """Measure, and return the section of the page."""
    sizes, times = ((1, 300), 1) if quick else (SIZES, 3)
    with stand_in() as table:
        table.execute("grow", _EVENTS, today(), _EVENTS)
        with Boat(table) as boat:
            boat.dana.command("/log-payment", "alma 20 cash", channel="C0CORY")
            eid = str(boat.dana.form.values["event"])
            own = boat.row(eid)
            found = {kind: list(_measured(boat, own, kind, sizes, times=times)) for kind in _PATRONS}
    return (_section(found, {kind: most_entries(own, kind) for kind in _PATRONS}),)


def row_with(own: Any, kind: str, count: int) -> dict[str, Any]:  # noqa: ANN401 - a row on the wire
    """Return a row on the wire with `count` entries, one for each patron or all of ten patrons."""
    patrons = min(count, _PATRONS[kind])
    names = [f"{_FIRST[place % 10]} Number{place:05}" for place in range(patrons)]
    roster = {_id(name): {"name": name, "party": 1, "due": Decimal(125 * -(-count // patrons))} for name in names}
    payments: dict[str, Any] = {}
    logged = datetime.now(UTC) - timedelta(days=2)
    for place in range(count):
        entry = Entry(
            payment_id=uuid.uuid5(_NAMESPACE, str(place)).hex,
            kind=Kind.PAYMENT,
            amount=Decimal(100),
            method=("cash", "venmo", "card")[place % 3],
            logged_by="slack:U0DANA",
            timestamp=logged + timedelta(seconds=place),
            source=Source.SLACK,
        )
        line = entry_line(entry)
        record = payments.setdefault(_id(names[place % patrons]), {"amount": Decimal(0), "entries": {}})
        record.update({each: line[each] for each in HEADLINE if each in line})
        record["amount"] += entry.amount
        record["entries"][entry.payment_id] = line
    ids = {payment_id for record in payments.values() for payment_id in record["entries"]}
    more = {"patrons": roster, "payments": payments, "payment_ids": ids}
    return {**own, **{name: to_wire(value) for name, value in more.items()}}


def _measured(boat: Boat, own: Any, kind: str, sizes: Sequence[int], *, times: int) -> Iterator[FilledRow]:  # noqa: ANN401
    """Yield the measures for each size that a row may have."""
    eid = own["eid"]["S"]
    for count in sizes:
        row = row_with(own, kind, count)
        shape = Shape.of(row)
        if shape.size > LARGEST_ITEM:
            continue
        boat.table.put([row])
        boat.table.execute("keep", [eid])
        say(f"{count} entries, {kind}: {shape.size:,} bytes")
        yield FilledRow(count, shape.size, shape.full, _steps(boat, eid, times=times, full=shape.full))


def _steps(boat: Boat, eid: str, *, times: int, full: bool) -> dict[str, Measure]:
    dana = boat.dana
    opening = partial(dana.command, "/log-payment", "alma number00000 20 cash", channel="C0CORY")
    opening()
    found = {"open the form": boat.measure(opening, times=times)}
    found["type-ahead"] = boat.measure(partial(dana.form.suggest, "patron", "a"), times=times)
    found[SUBMIT] = boat.measure(partial(_submit, boat, opening, full=full), times=times)
    asking = partial(dana.command, "/payment-status", eid, channel="C0CORY")
    found["status"] = boat.measure(asking, times=times)
    asking = partial(dana.command, "/payment-status", f"{eid} alma number00000", channel="C0CORY")
    found["status of one patron"] = boat.measure(asking, times=times)
    return found


def _submit(boat: Boat, opening: partial[None], *, full: bool) -> None:
    """Log a payment by a new form, over the same row each time. A full row refuses it in words."""
    boat.table.execute("restore")
    opening()
    boat.ready()
    boat.dana.form.submit()
    refused = "nothing was saved" in str(boat.dana.form.errors) + boat.dana.form.text
    if refused is not full or (not full and boat.dana.form.title != "Payment logged"):
        raise NotAnswered(f"Logged where it should be refused, or not logged: {boat.dana.form.text}")
    boat.dana.form.close()


def _id(name: str) -> str:
    return ".".join(name.lower().split())


def most_entries(own: Any, kind: str) -> int:  # noqa: ANN401 - a row on the wire
    """Return with how many entries a row takes one more, but none after it."""
    low, high = 1, SIZES[-1]
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (low, middle - 1) if Shape.of(row_with(own, kind, middle)).full else (middle, high)
    return low + 1


def _section(found: Mapping[str, Sequence[FilledRow]], most: Mapping[str, int]) -> Section:
    return Section(
        "One row, from 1 to 2,000 entries",
        how=_HOW,
        tables=tuple(_table(kind, filled) for kind, filled in found.items()),
        curves=(
            *(
                Curve(
                    f"row-{name}",
                    f"ms of CPU by the entries in one row, {kind}",
                    "entries",
                    "ms of CPU",
                    {step: tuple((each.entries, each.steps[step].cpu) for each in found[kind]) for step in _STEPS},
                    logarithmic=True,
                )
                for name, kind in (("each", EACH), ("few", FEW))
            ),
            Curve(
                "row-units",
                "Units of one payment by the entries in its row",
                "entries",
                "units",
                {
                    f"{what}, {kind}": tuple((each.entries, units(each)) for each in filled if units(each))
                    for kind, filled in found.items()
                    for what, units in _UNITS.items()
                },
                logarithmic=True,
            ),
        ),
        findings=_findings(found, most),
    )


def _table(kind: str, filled: Sequence[FilledRow]) -> ResultTable:
    columns = (kind, "bytes", "takes another", *(f"{step}, ms" for step in _STEPS), *_UNITS)
    return ResultTable(
        columns,
        tuple(
            (
                f"{each.entries:,}",
                f"{each.size:,}",
                "no" if each.full else "yes",
                *(f"{each.steps[step].cpu:.1f}" for step in _STEPS),
                *(f"{units(each):g}" for units in _UNITS.values()),
            )
            for each in filled
        ),
    )


def _findings(found: Mapping[str, Sequence[FilledRow]], most: Mapping[str, int]) -> str:
    parts = []
    for kind, filled in found.items():
        base = filled[0].steps[SUBMIT].cpu
        twice = next((each.entries for each in filled if each.steps[SUBMIT].cpu > 2 * base), None)
        knee = f"a submit takes twice the time of the first from {twice:,} entries on" if twice else "no knee was seen"
        parts.append(
            f"- **{kind}**: {knee}; a row takes **{most[kind]} entries** and refuses the next one; "
            f"the largest that fits into 400 KB has {filled[-1].entries:,} here."
        )
    return (
        "\n".join(parts)
        + "\n\nThe bytes of the row are its cost: a write unit for each kilobyte, a read unit for four. "
        "Payments are refused long before the 400 KB of a row, because room is kept to take back every entry of it, "
        "with the longest reason. The person who logs reads: "
        f"“{RowFull()}” Refunds and voids go on, everything stays readable (tests/adapters/test_filled_rows.py)."
    )


_UNITS: Final[Mapping[str, Callable[[FilledRow], float]]] = {
    "write units of a submit": lambda each: each.steps[SUBMIT].cost.written,
    "read units of a form": lambda each: each.steps["open the form"].cost.read,
}

_HOW: Final = (
    "The row of one trip among ten, with payments of $100.00 without notes, of one patron each or of ten patrons. CPU "
    "time is that of the bot's process, the median of three; the row is brought back before each submit. A full row is "
    "submitted to as well, and has to refuse. Larger rows than DynamoDB takes are left out."
)


if __name__ == "__main__":
    for section in sections("--quick" in sys.argv):
        print(section.findings)
        for each in section.tables:
            print(*("\t".join(row) for row in (each.columns, *each.rows)), sep="\n")
            print()
