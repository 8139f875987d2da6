"""A paper model of 1,000 boats, checked by simulation: partitions, shards, channels, executions and cost.

Run it by itself with `python benchmarks/boats.py [--quick]`.
"""

from __future__ import annotations

import math
import sys
from collections import Counter
from typing import TYPE_CHECKING, Final

from boats_figures import (
    FLEET,
    OF_ALL,
    SEED,
    SHARE,
    books_rows,
    books_units,
    checks,
    delay,
    dollars,
    rush,
    seconds_of,
)
from boats_model import (
    CONCURRENCY,
    LARGEST_ROW,
    PACE,
    PARTITION_WRITES,
    SHARDS,
    at_most,
    boats_for,
    executions,
    wait,
)
from boats_simulation import waited
from results import Curve, Point, ResultTable, Section

from infra.template import read_template

if TYPE_CHECKING:
    from collections.abc import Iterator

    from boats_figures import FigureCheck

    Line = tuple[Point, ...]

SHARING: Final = (10, 50, 100, 200, 300, 400, 500, 600)
"""Boats that share one table, as far as its shards keep up."""
IN_ONE_CHANNEL: Final = (1, 10, 25, 50, 75, 100, 110)
BOATS: Final = (1, 3, 10, 30, 100, 300, 1_000)
_ROW_OF_AN_EVENT: Final = 30 * 1024  # bytes, as the estimate of costs has it


def sections(quick: bool) -> tuple[Section, ...]:  # noqa: FBT001 - the shape of all benchmarks
    """Calculate, simulate, and return the section of the page."""
    found = list(checks(quick))
    delays = {boats: rush(boats, seconds=seconds_of(boats, quick)).mean_delay for boats in SHARING}
    posts = 20_000 if quick else 200_000
    waits = {boats: waited(FLEET.rate * boats, PACE, posts=posts, seed=SEED) for boats in IN_ONE_CHANNEL}
    return (
        Section(
            "A model of 1,000 boats",
            how=_HOW,
            tables=(_limits(), _compared(found), _money()),
            curves=tuple(_curves(delays, waits)),
            findings=_findings(found),
        ),
    )


def _curves(delays: dict[int, float], waits: dict[int, float]) -> Iterator[Curve]:
    """Yield the pictures, of what was simulated beside its formula."""
    by_formula: Line = tuple((float(boats), delay(boats)) for boats in delays)
    title = f"Seconds until a payment is posted, boats that share one table with {SHARDS} shards"
    both: dict[str, Line] = {"formula": by_formula, "simulated": tuple(delays.items())}
    yield Curve("boats-announced", title, "boats", "seconds", both, logarithmic=True)
    by_formula = tuple((boats, wait(FLEET.rate * boats, PACE)) for boats in waits)
    title = "Mean seconds that a post waits for its channel, boats that share one channel"
    both = {"formula": by_formula, "simulated": tuple(waits.items())}
    yield Curve("boats-channel", title, "boats", "seconds", both, logarithmic=True)
    rows: dict[str, Line] = {
        name: tuple((boats, float(books_rows()[name] * boats)) for boats in BOATS) for name in OF_ALL
    }
    title = "Bytes of rows of the books, boats that share one table; a row ends at 409,600"
    yield Curve("boats-books", title, "boats", "bytes", rows, logarithmic=True)
    title = "Dollars of a month, a stack for each boat in one account"
    spent: dict[str, Line] = {"in all": tuple((boats, dollars(boats)) for boats in BOATS)}
    yield Curve("boats-cost", title, "boats", "dollars", spent, logarithmic=True)


def _limits() -> ResultTable:
    return ResultTable(("limit", "one boat in its rush", "lets through"), (*_of_a_table(), *_of_an_account()))


def _of_a_table() -> tuple[tuple[str, str, str], ...]:
    """Return the limits of what one table, or one channel, takes."""
    own, rows, event = FLEET.rate, books_rows(), math.ceil(_ROW_OF_AN_EVENT / 1024)
    return (
        (
            f"an event's row, {PARTITION_WRITES:,} write units a second of its key",
            f"{own:.4f} payments/s of {event} units: {own * event / PARTITION_WRITES:.3%} of it",
            f"{PARTITION_WRITES / event:.0f} payments a second of one trip, however many boats there are",
        ),
        (
            "the books, the same for the key `#books`",
            f"{books_units()} units a payment: {own * books_units() / PARTITION_WRITES:.2%} of it",
            f"{_sharing_writes()} boats that share one table",
        ),
        (
            "rows of the books, 400 KB each",
            ", ".join(f"{name} {size / 1024:.1f} KB" for name, size in rows.items()),
            f"{boats_for(LARGEST_ROW, max(rows[name] for name in OF_ALL))} boats that share one table",
        ),
        (
            f"{SHARDS} shards of the stream, one execution each",
            f"{own * FLEET.announcing / SHARDS:.3%} of their time",
            f"{boats_for(SHARDS, own * FLEET.announcing)} boats that share one table",
        ),
        (
            f"a post every {PACE:g} s in a channel",
            f"{own * PACE:.2%} of its time",
            f"{boats_for(1, own * PACE)} boats that share one channel",
        ),
    )


def _of_an_account() -> tuple[tuple[str, str, str], ...]:
    """Return the limits that all boats of an account share."""
    requests = executions(FLEET.rate * FLEET.boats * FLEET.requests, FLEET.request)
    work = executions(FLEET.rate * FLEET.boats, FLEET.announcing)
    digests = executions(FLEET.boats / 60, _DIGEST)
    return (
        (
            f"{CONCURRENCY:,} executions of an account",
            (
                f"{requests:.1f} of the bot and {work:.1f} of the stream at once for {FLEET.boats:,} boats, "
                f"at most {at_most(requests + work, share=SHARE)} for {SHARE:.2%} of the time"
            ),
            f"{boats_for(CONCURRENCY, (requests + work) / FLEET.boats):,} boats on the average",
        ),
        (
            "the same, when the digests begin",
            f"{FLEET.boats:,} of {_DIGEST:g} s in one minute: {digests:.0f} at once",
            f"{FLEET.boats:,} boats, {CONCURRENCY:,} if all began in one second",
        ),
        *(
            (f"{quota:,} {what} of an account", f"{each} of a stack", f"{boats_for(quota, each):,} stacks")
            for what, quota, each in _quotas()
        ),
    )


def _quotas() -> Iterator[tuple[str, int, int]]:
    """Yield what a stack has that an account may have so many of, unless more were asked for."""
    kinds = Counter(each["Type"] for each in read_template()["Resources"].values())
    yield "stacks", 2_000, 1
    yield "tables", 2_500, kinds["AWS::DynamoDB::Table"]
    yield "roles", 1_000, kinds["AWS::IAM::Role"]
    yield "distributions", 200, kinds["AWS::CloudFront::Distribution"]


def _sharing_writes() -> int:
    """Return the most boats for which the key `#books` takes the writes of a rush."""
    boats = 1
    while (boats + 1) * FLEET.rate * books_units(boats + 1) <= PARTITION_WRITES:
        boats += 1
    return boats


def _compared(found: list[FigureCheck]) -> ResultTable:
    return ResultTable(
        ("figure", "formula", "simulated", "may differ by", "agrees"),
        tuple(
            (
                each.what,
                f"{each.formula:.3g}",
                f"{each.simulated:.3g}",
                f"{each.bound:.0%}",
                "yes" if each.holds else "**no**",
            )
            for each in found
        ),
    )


def _money() -> ResultTable:
    return ResultTable(
        ("boats, a stack each", "dollars of a month", "for each boat", "for each payment"),
        tuple(
            (
                f"{boats:,}",
                f"{dollars(boats):,.2f}",
                f"{dollars(boats) / boats:.2f}",
                f"{dollars(boats) / boats / FLEET.payments_a_month:.4f}",
            )
            for boats in BOATS
        ),
    )


def _findings(found: list[FigureCheck]) -> str:
    rows = books_rows()
    fullest = max(OF_ALL, key=lambda name: rows[name])
    most = boats_for(LARGEST_ROW, rows[fullest])
    agreed = sum(each.holds for each in found)
    return (
        f"{agreed} of {len(found)} figures agree with the simulation. **A boat has a stack of its own, and 1,000 boats "
        "are 1,000 of them.** A key is then never hot: a boat's rush takes a fraction of a per cent of each limit, and "
        "what they share is the account. Its quotas come first (roles and distributions), then the minute in which all "
        "digests begin; executions of a rush come last.\n\n"
        f"**Boats that share a table** meet the rows of the books first: {most} boats with a year of open trips each "
        f"fill the row of {fullest}. A larger company needs a stack for every {most} boats, or rows of the books by "
        "boat. The stream's shards come much later, and the channels only where boats share one."
    )


_DIGEST: Final = 2.7  # seconds of a digest with its start, as in infra/costs/model.py

_HOW: Final = (
    "Nothing is deployed for this: formulas (`benchmarks/boats_model.py`), and a simulation of a rush, event by event "
    f"(`benchmarks/boats_simulation.py`), from the seed {SEED}. Modelled are trips at the same hours on all boats: "
    f"{FLEET.trips_a_day} a day with {FLEET.patrons} patrons, each with one payment, {FLEET.dock:.0%} of them in the "
    f"{FLEET.rush / 60:.0f} minutes before. A payment is {FLEET.requests} requests of {FLEET.request:g} s to the bot, "
    f"a write of the event's row, an update of the books ({FLEET.books:g} s, of which {FLEET.books_gap:g} s between "
    f"read and write) and a post ({FLEET.post:g} s, with the card). Rows of the books are those that the product "
    "writes for three years of such trips. Left out are outages, cold starts, and signatures, which have rows of their "
    "own. Prices and what a payment costs beside the books are those of `python -m infra cost`."
)


if __name__ == "__main__":
    for section in sections("--quick" in sys.argv):
        print(section.how, section.findings, sep="\n\n")
        for table in section.tables:
            print(*("\t".join(row) for row in (table.columns, *table.rows)), sep="\n", end="\n\n")
