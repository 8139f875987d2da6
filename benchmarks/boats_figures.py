"""Figures of the model of 1,000 boats, each by its formula: see boats.py."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Final

import stage  # noqa: F401 - puts the project's folder on the path
from boats_model import PACE, SHARDS, WINDOW, Fleet, at_most, executions, overtaken, wait
from boats_simulation import Rush, Seen, waited
from fleet import AHEAD, BoatEvents

from adapters.sizes import item_size
from infra.costs.model import idle, payments
from infra.costs.prices import PRICES
from infra.costs.template import setup_of

if TYPE_CHECKING:
    from collections.abc import Iterator

FLEET: Final = Fleet()
SEED: Final = 1
SHARE: Final = 0.9999
OF_ALL: Final = ("the month", "open money")
"""Rows of the books that boats of one table have together. Hands are those of their own crews."""
_MONTH: Final = "2026-05"
_TODAY: Final = f"{_MONTH}-31"
_ASSUMED_OF_BOOKS: Final = 12  # units of a payment in infra/costs/model.py, for a boat with few open trips


@dataclass(frozen=True)
class FigureCheck:
    """A figure by its formula and by simulation. `bound` is by how much they may differ, as a part of the first."""

    what: str
    formula: float
    simulated: float
    bound: float

    @property
    def holds(self) -> bool:
        """Return whether both agree within the bound."""
        return abs(self.simulated - self.formula) <= self.bound * self.formula


def checks(quick: bool) -> Iterator[FigureCheck]:  # noqa: FBT001 - as of `sections`
    """Yield each figure of the model that the simulation checks."""
    for boats in (200, 600):
        seen, rate = rush(boats, seconds=seconds_of(boats, quick)), FLEET.rate * boats
        requests = executions(rate * FLEET.requests, FLEET.request)
        yield FigureCheck(f"requests at once, {boats} boats", requests, seen.executing, 0.05)
        most = at_most(requests, share=SHARE)
        yield FigureCheck(
            f"the same, at most for {SHARE:.2%} of the time", most, seen.executing_at_most(share=SHARE), 0.2
        )
        yield FigureCheck(f"shards at work, {boats} boats", rate * FLEET.announcing, seen.busy, 0.05)
        by_others = overtaken(rate * (1 - 1 / SHARDS), FLEET.books_gap)
        yield FigureCheck("writes of shared books that are overtaken", by_others, seen.overtaken / seen.attempts, 0.25)
        yield FigureCheck("seconds until a payment is posted", delay(boats), seen.mean_delay, 0.15)
    for boats in (50, 100):
        posts = 50_000 if quick else 200_000
        by_formula, seconds = wait(FLEET.rate * boats, PACE), waited(FLEET.rate * boats, PACE, posts=posts, seed=SEED)
        yield FigureCheck(f"seconds that a post waits, {boats} boats in one channel", by_formula, seconds, 0.15)


@cache
def books_rows() -> dict[str, int]:
    """Return the bytes of the rows of the books of one boat, by their names, by the product's own code."""
    boat = BoatEvents(_TODAY, FLEET.trips_a_day)
    sizes = {
        row["crew_id"]["S"]: item_size(row)
        for row in boat.grown(3 * AHEAD * FLEET.trips_a_day)
        if row["eid"]["S"] == "#books"
    }
    return {
        "the month": sizes[_MONTH],
        "open money": sizes["open"],
        "a hand": max(size for name, size in sizes.items() if name.startswith("hand:")),
        "an event's part": max(size for name, size in sizes.items() if name.startswith("event:")),
    }


def books_units(boats: int = 1) -> int:
    """Return the write units by which one payment changes the books that so many boats share."""
    shared = {name: size * (boats if name in OF_ALL else 1) for name, size in books_rows().items()}
    return sum(2 * math.ceil(size / 1024) for size in shared.values())


def dollars(boats: int) -> float:
    """Return the dollars of a month of so many boats, a stack each in one account, after its free allowances."""
    setup = setup_of({})
    used: defaultdict[str, float] = defaultdict(float)
    for line in (*idle(setup).lines, *payments(setup, FLEET.payments_a_month).lines):
        used[line.price] += line.quantity * boats
    more = FLEET.payments_a_month * boats * max(books_units() - _ASSUMED_OF_BOOKS, 0)
    used["write_unit"] += more
    return sum(max(quantity - PRICES[name].free, 0) * PRICES[name].dollars for name, quantity in used.items())


def rush(boats: int, *, seconds: float, shards: int = SHARDS) -> Seen:
    """Return what a simulated rush of boats that share one table shows."""
    return Rush(replace(FLEET, boats=boats), shards=shards, channels=boats, seed=SEED).run(seconds)


def seconds_of(boats: int, quick: bool) -> float:  # noqa: FBT001 - as of `sections`
    """Return the seconds to simulate for about so many payments."""
    return (3_000 if quick else 20_000) / (FLEET.rate * boats)


def delay(boats: int, *, shards: int = SHARDS) -> float:
    """Return the seconds from a payment to its post where so many boats share one table."""
    rate = FLEET.rate * boats / shards
    return WINDOW + FLEET.announcing + wait(rate, FLEET.announcing, squared=FLEET.announcing_squared)
