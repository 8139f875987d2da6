"""Load: requests per second of each handler on one core, p50 and p99, and its memory.

    python benchmarks/load.py [--requests 1000] [--handler bot]

Each handler runs in a process of its own, as on Lambda, and gets one request after another: the bot what a crew member
does in Slack, the web function what phones and the office's page ask for, the announce function payments of the stream.
Slack says ok to everything, the table is the embedded AWS. Ends with 1 where a handler's memory grows.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from crowd import Loaded, world
from loads import HANDLERS
from results import ResultTable, Section
from stage import compile_everything, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from crowd import World
    from loads import Handler
    from results import Point

REQUESTS: Final = 1000
"""Of each handler."""

MOST_GROWTH: Final = 1.0
"""MB in 10,000 requests that memory may grow by in the second half of a run."""

COLUMNS: Final = ("handler", "requests a second on one core", "p50 ms", "p99 ms")

_UNMEASURED: Final = 60
_SAMPLES: Final = 50
_OFTEN: Final = 1000
_KEPT: Final = 5000
_TEN_THOUSAND: Final = 10_000


@dataclass(frozen=True)
class Load:
    """Cost of requests to a handler: milliseconds at p50 and p99, CPU seconds of all, its MB after so many of them."""

    handler: str
    requests: int
    p50: float
    p99: float
    cpu: float
    memory: tuple[Point, ...]
    load: float
    """Of the machine, at the end."""
    date: str
    late: int = 0
    """Answers that were not as expected, since the table was late."""

    @property
    def growth(self) -> float:
        """MB that its memory grows by in 10,000 requests: the slope of the second half."""
        half = self.memory[len(self.memory) // 2 :]
        return _TEN_THOUSAND * statistics.linear_regression([x for x, _ in half], [y for _, y in half]).slope

    @property
    def row(self) -> tuple[str, str, str, str]:
        """Its row in a table of `COLUMNS`."""
        return self.handler, f"{self.requests / self.cpu:.0f}", f"{self.p50:.1f}", f"{self.p99:.1f}"


def measure(
    requests: int,
    handlers: Iterable[Handler] = HANDLERS,
    *,
    unmeasured: int = _UNMEASURED,
    keep: Callable[[Load], None] | None = None,
) -> list[Load]:
    """Return what so many requests took each handler, after some that do not count.

    `keep` gets what was measured so far after each 5,000 requests.
    """
    compile_everything()
    with world() as made:
        return [_load(handler, requests, made, unmeasured, keep) for handler in handlers]


def _load(handler: Handler, requests: int, made: World, unmeasured: int, keep: Callable[[Load], None] | None) -> Load:
    every, so_far = max(1, requests // _SAMPLES), _SoFar(handler)
    with Loaded(handler, made) as running:
        for _ in range(unmeasured):
            running.one()
        for number in range(handler.together, requests + 1, handler.together):
            reply = running.one()
            so_far.wall.append(1000 * reply.wall)
            so_far.cpu += reply.cpu
            if number % every == 0:
                so_far.memory.append((float(number), round(running.megabytes(), 2)))
            if number % _OFTEN == 0:
                each = f"{so_far.memory[-1][1]:.1f} MB, {1000 * so_far.cpu / number:.1f} ms of CPU each"
                say(f"{handler.name}: {number:,} of {requests:,}, {each}")
            if keep is not None and number % _KEPT == 0:
                keep(so_far.load(number, running.late))
    return so_far.load(requests, running.late)


@dataclass
class _SoFar:
    """Measurements of a handler so far."""

    handler: Handler
    wall: list[float] = field(default_factory=list)
    cpu: float = 0.0
    memory: list[Point] = field(default_factory=list)

    def load(self, requests: int, late: int) -> Load:
        ordered = sorted(self.wall)
        p50, p99 = (ordered[min(len(ordered) - 1, int(share * len(ordered)))] for share in (0.5, 0.99))
        load, now = round(os.getloadavg()[0], 1), f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
        return Load(self.handler.name, requests, p50, p99, self.cpu, tuple(self.memory), load, now, late)


def sections(quick: bool) -> tuple[Section, ...]:  # noqa: FBT001 - as every benchmark has it
    """Return the section of the page of figures."""
    requests = 12 if quick else REQUESTS
    loads = measure(requests, unmeasured=6 if quick else _UNMEASURED)
    how = (
        f"{requests:,} requests to each handler, one after another, in a process of its own as on Lambda. "
        + "; ".join(f"**{handler.name}**: {handler.what}" for handler in HANDLERS)
        + ". Slack is a stand-in on this machine that says ok, and takes any number of posts a second. The table is "
        "the embedded AWS. Requests a second on one core are requests by the handler's own CPU time, which other "
        "programs disturb least. p50 and p99 are elapsed time, with what the table takes."
    )
    return (Section("Load", how, (ResultTable(COLUMNS, tuple(load.row for load in loads)),)),)


def main() -> int:
    """The command; its exit code."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--requests", type=int, default=REQUESTS, help=f"of each handler (default: {REQUESTS})")
    options.add_argument("--handler", choices=[handler.name for handler in HANDLERS], help="this one alone")
    chosen = options.parse_args()
    if chosen.requests < _SAMPLES:
        options.error(f"--requests must be {_SAMPLES} or more")
    loads = measure(chosen.requests, [each for each in HANDLERS if chosen.handler in {None, each.name}])
    print("".join(f"{name:<32}" for name in (*COLUMNS, "MB", "MB more in 10,000")))
    for load in loads:
        cells = (*load.row, f"{load.memory[0][1]:.1f} → {load.memory[-1][1]:.1f}", f"{load.growth:+.2f}")
        print("".join(f"{cell:<32}" for cell in cells))
    return int(any(load.growth > MOST_GROWTH for load in loads))


if __name__ == "__main__":
    sys.exit(main())
