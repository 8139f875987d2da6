"""Growth: what people do on one day, while the table has 10 to 100,000 events.

Run it by itself with `python benchmarks/growth.py [--quick]`.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from boat import Boat, Measure, today
from results import Curve, ResultTable, Section
from stage import NotAnswered, say
from stand_in import stand_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

SIZES: Final = (10, 100, 1_000, 10_000, 100_000)
PER_DAY: Final = 5
LIST_READ: Final = ", list read"
OPEN, SUBMIT, STATUS, HOME = "`/log-payment`", "submit", "`/payment-status`", "App Home of an admin"
BOOKS, EXPORT = "books after a payment", "export of a month"
_BOOKS: Final = "#books"


@dataclass(frozen=True)
class GrowthStep:
    """A thing that people do. `old`: the bot has no list of events that is young enough, so it reads one."""

    name: str
    do: Callable[[], object]
    old: bool = False


def sections(quick: bool) -> tuple[Section, ...]:  # noqa: FBT001 - the shape of all benchmarks
    """Measure, and return the section of the page."""
    sizes, times = ((10, 60), 1) if quick else (SIZES, 5)
    found: dict[str, dict[int, Measure]] = {}
    with stand_in() as table, Boat(table) as boat:
        for size in sizes:
            eids = table.execute("grow", size, today(), PER_DAY)
            table.execute("keep", [*eids, _BOOKS])
            for step in _steps(boat):
                table.execute("restore")
                if not quick:
                    boat.measure(step.do, times=1, old=step.old)
                often = 1 if step.name == EXPORT else times  # each is pages of a Scan, which the stand-in is slow at
                found.setdefault(step.name, {})[size] = boat.measure(step.do, times=often, old=step.old)
            say(f"{size:,} events measured")
    return (_section(found),)


def _steps(boat: Boat) -> Iterable[GrowthStep]:
    """Yield the steps in an order in which each finds what it needs."""
    dana, olivia = boat.dana, boat.olivia
    yield GrowthStep(OPEN + LIST_READ, partial(_open, boat), old=True)
    yield GrowthStep(OPEN, partial(_open, boat))
    _open(boat)
    eid = str(dana.form.values["event"])
    yield GrowthStep("type-ahead: event, list read", partial(dana.form.suggest, "event", "sun"), old=True)
    yield GrowthStep("type-ahead: event", partial(dana.form.suggest, "event", "sun"))
    yield GrowthStep("type-ahead: patron", partial(dana.form.suggest, "patron", "a"))
    yield GrowthStep(SUBMIT, partial(_submit, boat))
    before = boat.row(eid)
    _submit(boat)
    after = boat.row(eid)
    yield GrowthStep(BOOKS, partial(_keep, boat, before, after))
    command = partial(dana.command, "/payment-status", channel="C0CORY")
    yield GrowthStep(STATUS + LIST_READ, command, old=True)
    yield GrowthStep(STATUS, command)
    yield GrowthStep("`/payment-status alma`", partial(dana.command, "/payment-status", "alma", channel="C0CORY"))
    yield GrowthStep("App Home of crew, list read", dana.open_home, old=True)
    yield GrowthStep("App Home of crew", dana.open_home)
    yield GrowthStep(HOME, olivia.open_home)
    for word in ("month", "open", "cash"):
        yield GrowthStep(
            f"`/payment-status {word}`", partial(olivia.command, "/payment-status", word, channel="C0CORY")
        )
    month = today()[:7]
    yield GrowthStep("GET /api/events", partial(boat.get, "/api/events"))
    yield GrowthStep("GET /api/books/{month}", partial(boat.get, f"/api/books/{month}"))
    yield GrowthStep(EXPORT, partial(boat.get, "/api/exports/payments", logged=month))


def _open(boat: Boat) -> None:
    """Open the form by words. Raises NotAnswered where it has not found whom they mean."""
    boat.dana.command("/log-payment", "alma 20 cash", channel="C0CORY")
    if "Alma Abbott" not in boat.dana.form.text + str(boat.dana.form.values):
        raise NotAnswered(f"The form did not find Alma: {boat.dana.form.text}")


def _submit(boat: Boat) -> None:
    """Log a payment by a new form, over the same row each time."""
    boat.table.execute("restore")
    _open(boat)
    boat.ready()
    boat.dana.form.submit()
    if boat.dana.form.title != "Payment logged":
        raise NotAnswered(f"Nothing was logged: {boat.dana.form.text}")
    boat.dana.form.close()


def _keep(boat: Boat, before: object, after: object) -> None:
    boat.table.execute("restore")
    boat.table.put([after])
    boat.keep_books(before, after)


def _section(found: Mapping[str, Mapping[int, Measure]]) -> Section:
    sizes = sorted(next(iter(found.values())))
    return Section(
        f"From {sizes[0]:,} to {sizes[-1]:,} events",
        how=_HOW,
        tables=tuple(_table(what, write, found, sizes) for what, write in _COLUMNS.items()),
        curves=tuple(
            Curve(
                name,
                f"{what} of a step, by the events in the table",
                "events",
                what,
                {step: tuple((size, _COLUMNS[what](found[step][size])) for size in sizes) for step in steps},
                logarithmic=True,
            )
            for name, what, steps in _CURVES
        ),
        findings=_findings(found, sizes),
    )


def _table(
    what: str, number: Callable[[Measure], float], found: Mapping[str, Mapping[int, Measure]], sizes: Sequence[int]
) -> ResultTable:
    """Return a table of one figure of each step. The last column is how much the last tenfold growth changed it."""
    rows = []
    for step, each in found.items():
        figures = [number(each[size]) for size in sizes]
        if any(figures):
            change = f"{figures[-1] / figures[-2]:.2f}" if figures[-2] else ""
            rows.append((step, *(f"{figure:,.1f}".removesuffix(".0") for figure in figures), change))
    return ResultTable((what, *(f"{size:,}" for size in sizes), "last ÷ one before"), tuple(rows))


def _findings(found: Mapping[str, Mapping[int, Measure]], sizes: Sequence[int]) -> str:
    last, before = sizes[-1], sizes[-2]
    grew = {
        step: [what for what, number in _COLUMNS.items() if number(each[last]) > _FLAT * number(each[before]) + _LITTLE]
        for step, each in found.items()
    }
    more = [f"{step} ({', '.join(what)})" for step, what in grew.items() if what]
    flat = len(found) - len(more)
    rest = f" More than that took: {'; '.join(more)}." if more else ""
    grown = f"{_FLAT:g} times as much at {last:,} as at {before:,}, or {_LITTLE:g} milliseconds or units beyond that"
    return f"{flat} of {len(found)} steps took at most {grown}.{rest}"


_FLAT: Final = 1.3
_LITTLE: Final = 2.0  # milliseconds or units that are no growth

_COLUMNS: Final[Mapping[str, Callable[[Measure], float]]] = {
    "ms of CPU": lambda each: each.cpu,
    "calls of the table": lambda each: each.calls,
    "read units": lambda each: each.cost.read,
    "write units": lambda each: each.cost.written,
}

_CURVES: Final = (
    (
        "growth-cpu",
        "ms of CPU",
        (OPEN, OPEN + LIST_READ, SUBMIT, STATUS, STATUS + LIST_READ, HOME, BOOKS, EXPORT),
    ),
    ("growth-read", "read units", (OPEN, OPEN + LIST_READ, STATUS, HOME, BOOKS, EXPORT)),
    ("growth-written", "write units", (SUBMIT, BOOKS)),
)

_HOW: Final = (
    f"A boat with {PER_DAY} trips a day: the first events are those of today, then come a year ahead and as many years "
    f"back as it takes. Each has six patrons; one past trip in a hundred has money open. The books are those that the "
    "product writes. The table is the embedded DynamoDB in a process of its own, with these rows put into its store, "
    "and each of its calls metered by the sizes of the rows, as AWS does (`benchmarks/engine.py`). The CPU time is "
    "that of the Lambda's process, the median of five after one that is not counted (of an export, one). “List read” "
    "is a step that finds the bot’s list of events too old (15 seconds for what is picked from, 10 minutes for a "
    "guess) and reads fourteen months of it, one query each."
)


if __name__ == "__main__":
    for section in sections("--quick" in sys.argv):
        print(section.findings)
        for table in section.tables:
            print(*("\t".join(row) for row in (table.columns, *table.rows)), sep="\n")
            print()
