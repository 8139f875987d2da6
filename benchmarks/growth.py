"""Growth: what people do on one day, while the table has 10 to 100,000 events.

python benchmarks/growth.py [--quick]
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from boat import Boat, Measure, today
from results import Curve, Section, Table
from stage import NotAnswered, say
from stand_in import stand_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

SIZES: Final = (10, 100, 1_000, 10_000, 100_000)
PER_DAY: Final = 5
_BOOKS: Final = "#books"


@dataclass(frozen=True)
class Step:
    """A thing that people do. `old`: the bot has no list of events that is young enough, so it reads one."""

    name: str
    do: Callable[[], object]
    old: bool = False


def sections(quick: bool) -> tuple[Section, ...]:  # noqa: FBT001 - the shape of all benchmarks
    """Measure, and return the section of the page."""
    sizes, times = ((10, 200), 1) if quick else (SIZES, 7)
    found: dict[str, dict[int, Measure]] = {}
    events: dict[int, int] = {}
    with stand_in() as table:
        for size in sizes:
            eids = table.tell("grow", size, today(), PER_DAY)
            table.tell("keep", [*eids, _BOOKS])
            with Boat(table) as boat:
                for step in _steps(boat):
                    table.tell("restore")
                    measured = boat.measure(step.do, times=times, old=step.old)
                    found.setdefault(step.name, {})[size] = measured
                events[size] = size
            say(f"{size} events measured")
    return (_section(found),)


def _steps(boat: Boat) -> Iterable[Step]:
    """Yield the steps in an order in which each finds what it needs."""
    dana, olivia = boat.dana, boat.olivia
    yield Step("`/log-payment`, list of events read", partial(_open, boat), old=True)
    yield Step("`/log-payment`", partial(_open, boat))
    _open(boat)
    eid = str(dana.form.values["event"])
    yield Step("type-ahead: event, list read", partial(dana.form.suggest, "event", "sun"), old=True)
    yield Step("type-ahead: event", partial(dana.form.suggest, "event", "sun"))
    yield Step("type-ahead: patron", partial(dana.form.suggest, "patron", "a"))
    yield Step("submit", partial(_submit, boat))
    before = boat.row(eid)
    _submit(boat)
    after = boat.row(eid)
    yield Step("books after a payment", partial(_keep, boat, before, after))
    command = partial(dana.command, "/payment-status", channel="C0CORY")
    yield Step("`/payment-status`, list read", command, old=True)
    yield Step("`/payment-status`", command)
    yield Step("`/payment-status alma`", partial(dana.command, "/payment-status", "alma", channel="C0CORY"))
    yield Step("App Home of crew, list read", dana.open_home, old=True)
    yield Step("App Home of crew", dana.open_home)
    yield Step("App Home of an admin", olivia.open_home)
    for word in ("month", "open", "cash"):
        yield Step(f"`/payment-status {word}`", partial(olivia.command, "/payment-status", word, channel="C0CORY"))
    month = today()[:7]
    yield Step("GET /api/events", partial(boat.get, "/api/events"))
    yield Step("GET /api/books/{month}", partial(boat.get, f"/api/books/{month}"))
    yield Step("GET /api/exports/payments, a month", partial(boat.get, "/api/exports/payments", logged=month))


def _open(boat: Boat) -> None:
    """Open the form by words. Raises NotAnswered where it has not found whom they mean."""
    boat.dana.command("/log-payment", "alma 20 cash", channel="C0CORY")
    if "Alma Abbott" not in boat.dana.form.text + str(boat.dana.form.values):
        raise NotAnswered(f"The form did not find Alma: {boat.dana.form.text}")


def _submit(boat: Boat) -> None:
    """Log a payment by a new form, over the same row each time."""
    boat.table.tell("restore")
    _open(boat)
    boat.ready()
    boat.dana.form.submit()
    if boat.dana.form.title != "Payment logged":
        raise NotAnswered(f"Nothing was logged: {boat.dana.form.text}")
    boat.dana.form.close()


def _keep(boat: Boat, before: object, after: object) -> None:
    boat.table.tell("restore")
    boat.table.put([after])
    boat.keep_books(before, after)


def _section(found: Mapping[str, Mapping[int, Measure]]) -> Section:
    sizes = sorted(next(iter(found.values())))
    return Section(
        "From 10 to 100,000 events",
        how="",
        tables=tuple(
            Table(
                (what, *(f"{size:,}" for size in sizes)), tuple(_row(name, each, write) for name, each in found.items())
            )
            for what, write in _COLUMNS.items()
        ),
        curves=tuple(
            Curve(
                f"growth-{what.split()[0].lower()}",
                what,
                "events in the table",
                what,
                {name: tuple((size, number(each[size])) for size in sizes) for name, each in found.items()},
                logarithmic=True,
            )
            for what, number in ()
        ),
    )


def _row(name: str, each: Mapping[int, Measure], write: Callable[[Measure], str]) -> tuple[str, ...]:
    return (name, *(write(each[size]) for size in sorted(each)))


_COLUMNS: Final[Mapping[str, Callable[[Measure], str]]] = {
    "CPU time, ms": lambda each: f"{each.cpu:.1f}",
    "calls of the table": lambda each: f"{each.calls}",
    "read units": lambda each: f"{each.cost.read:g}",
    "write units": lambda each: f"{each.cost.written:g}",
}


if __name__ == "__main__":
    for section in sections("--quick" in sys.argv):
        for table in section.tables:
            print(*("\t".join(row) for row in (table.columns, *table.rows)), sep="\n")
            print()
