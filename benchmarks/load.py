"""Load: requests per second of each handler on one core, p50 and p99, and its memory.

    python benchmarks/load.py [--requests 1000]

Each handler runs in a process of its own, as on Lambda, and gets one request after another: the bot what a crew member
does in Slack, the web function what phones and the office's page ask for, the announce function payments of the stream.
Slack says ok to everything, the table is the embedded AWS.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from crowd import Loaded, world
from loads import HANDLERS
from results import Curve, Section, Table
from stage import compile_everything, say

if TYPE_CHECKING:
    from crowd import World
    from loads import Handler
    from results import Point

REQUESTS: Final = 1000
"""Of each handler."""

MOST_GROWTH: Final = 1.0
"""MB in 10,000 requests that memory may grow by in the second half of a run."""

_UNMEASURED: Final = 60
_SAMPLES: Final = 50
_OFTEN: Final = 1000


@dataclass(frozen=True)
class Load:
    """What requests took one handler: milliseconds of each, CPU seconds of all, and its MB after so many of them."""

    handler: Handler
    wall: tuple[float, ...]
    cpu: float
    memory: tuple[Point, ...]

    @property
    def a_second(self) -> float:
        """Requests that one core serves in a second."""
        return len(self.wall) / self.cpu

    @property
    def growth(self) -> float:
        """MB that its memory grows by in 10,000 requests: the slope of the second half."""
        half = self.memory[len(self.memory) // 2 :]
        return 10_000 * statistics.linear_regression([x for x, _ in half], [y for _, y in half]).slope

    def within(self, share: float) -> float:
        """Return the milliseconds within which that share of the requests was answered."""
        return sorted(self.wall)[min(len(self.wall) - 1, int(share * len(self.wall)))]


def measure(requests: int) -> list[Load]:
    """Return what so many requests took each handler."""
    compile_everything()
    with world() as made:
        return [_load(handler, requests, made) for handler in HANDLERS]


def _load(handler: Handler, requests: int, made: World) -> Load:
    wall: list[float] = []
    memory: list[Point] = []
    cpu, every = 0.0, max(1, requests // _SAMPLES)
    with Loaded(handler, made) as running:
        for _ in range(_UNMEASURED):
            running.one()
        for number in range(1, requests + 1):
            reply = running.one()
            wall.append(1000 * reply.wall)
            cpu += reply.cpu
            if number % every == 0:
                memory.append((float(number), round(running.megabytes(), 2)))
            if number % _OFTEN == 0:
                say(
                    f"{handler.name}: {number:,} of {requests:,}, {memory[-1][1]:.1f} MB, {1000 * cpu / number:.1f} ms of CPU"
                )
    return Load(handler, tuple(wall), cpu, tuple(memory))


def sections(quick: bool) -> tuple[Section, ...]:  # noqa: FBT001 - as every benchmark has it
    """Return the section of the page of figures."""
    loads = measure(12 if quick else REQUESTS)
    how = (
        f"{len(loads[0].wall):,} requests to each handler, one after another, in a process of its own as on Lambda. "
        + "; ".join(f"**{load.handler.name}**: {load.handler.what}" for load in loads)
        + ". Slack is a stand-in on this machine that says ok, the table is the embedded AWS. Requests per second are "
        "those that one core serves: requests by the handler's own CPU time. p50 and p99 are elapsed time, with what the "
        "table takes."
    )
    return (Section("Load", how, (_table(loads),)),)


def of_memory(loads: list[Load]) -> Section:
    """Return the section of a long run."""
    growing = [load for load in loads if load.growth > MOST_GROWTH]
    said = (
        f"Memory is flat: no handler grows by more than {MOST_GROWTH:g} MB in 10,000 requests."
        if not growing
        else "Memory grows: "
        + ", ".join(f"{load.handler.name} by {load.growth:.1f} MB in 10,000 requests" for load in growing)
        + "."
    )
    series = {load.handler.name: load.memory for load in loads}
    count = len(loads[0].wall)
    return Section(
        f"Memory over {count:,} requests",
        f"The same as under *Load*, with {count:,} requests to each handler. Memory is what the system counts for the "
        "process (VmRSS). Growth is the slope over the second half of the run.",
        (_table(loads),),
        (Curve("memory", f"Memory of each handler over {count:,} requests", "requests", "MB", series),),
        said,
    )


def _table(loads: list[Load]) -> Table:
    columns = (
        "handler",
        "requests a second on one core",
        "p50 ms",
        "p99 ms",
        "MB at first",
        "MB at the end",
        "MB more in 10,000",
    )
    return Table(
        columns,
        tuple(
            (
                load.handler.name,
                f"{load.a_second:.0f}",
                f"{load.within(0.5):.1f}",
                f"{load.within(0.99):.1f}",
                f"{load.memory[0][1]:.1f}",
                f"{load.memory[-1][1]:.1f}",
                f"{load.growth:+.2f}",
            )
            for load in loads
        ),
    )


def main() -> int:
    """The command; its exit code."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--requests", type=int, default=REQUESTS, help=f"of each handler (default: {REQUESTS})")
    chosen = options.parse_args()
    if chosen.requests < _SAMPLES:
        options.error(f"--requests must be {_SAMPLES} or more")
    loads = measure(chosen.requests)
    table = _table(loads)
    for row in (table.columns, *table.rows):
        print("".join(f"{cell:<32}" if place == 1 else f"{cell:<16}" for place, cell in enumerate(row)))
    return int(any(load.growth > MOST_GROWTH for load in loads))


if __name__ == "__main__":
    sys.exit(main())
