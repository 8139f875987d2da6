"""Memory of each handler over 50,000 requests: a long run, of which each part is kept when it is done.

    python benchmarks/figures.py --only memory
    python benchmarks/memory.py bot                 one part alone, for the page later
    python benchmarks/memory.py bot --requests 5000

Parts that were measured within two days are not measured again. They are in .local/loads/.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from load import COLUMNS, MOST_GROWTH, Load, measure
from loads import HANDLERS, in_batches
from results import Curve, ResultTable, Section
from stage import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

REQUESTS: Final = 50_000
TOGETHER: Final = 5
"""Records of the stream in one batch: a payment alone takes half as long again."""

_PARTS: Final = ROOT / ".local" / "loads"
_GOOD_FOR: Final = 2 * 24 * 3600  # seconds
_HANDLERS: Final = {
    handler.name: in_batches(handler, TOGETHER) if handler.name == "announce" else handler for handler in HANDLERS
}


def sections(quick: bool) -> tuple[Section, ...]:  # noqa: FBT001 - as every benchmark has it
    """Return the section of the page of figures. A quick run keeps no parts."""
    if quick:
        return (_section(measure(20, _HANDLERS.values(), unmeasured=2)),)
    return (_section([_kept(name) or _measured(name, REQUESTS) for name in _HANDLERS]),)


def _kept(name: str) -> Load | None:
    """Return the part that is kept of a handler, if it is whole and young enough."""
    path = _part(name)
    if not path.exists() or time.time() - path.stat().st_mtime > _GOOD_FOR:
        return None
    kept: dict[str, Any] = json.loads(path.read_text())
    load = Load(**{**kept, "memory": tuple((x, y) for x, y in kept["memory"])})
    return load if load.requests >= REQUESTS else None


def _measured(name: str, requests: int) -> Load:
    """Measure a handler, and keep what was measured."""

    def keep(load: Load) -> None:
        _part(name).parent.mkdir(parents=True, exist_ok=True)
        _part(name).write_text(json.dumps(asdict(load)))

    (load,) = measure(requests, [_HANDLERS[name]], keep=keep)
    keep(load)
    return load


def _part(name: str) -> Path:
    return _PARTS / f"{name}.json"


def _section(loads: Sequence[Load]) -> Section:
    growing = [f"{load.handler} by {load.growth:.1f} MB" for load in loads if load.growth > MOST_GROWTH]
    said = (
        f"Memory grows in 10,000 requests: {', '.join(growing)}. The aim is at most {MOST_GROWTH:g} MB."
        if growing
        else f"Memory is flat: in 10,000 requests no handler grows by more than {MOST_GROWTH:g} MB."
    )
    late = [f"{load.late} of {load.handler}" for load in loads if load.late]
    if late:
        said += f" The machine was busy: {', '.join(late)} found the table late, which the answers said."
    rows = tuple(
        (
            *load.row,
            f"{load.requests:,}",
            f"{load.memory[0][1]:.1f}",
            f"{load.memory[-1][1]:.1f}",
            f"{load.growth:+.2f}",
            f"{load.date}, load {load.load}",
        )
        for load in loads
    )
    title = f"Memory over {max(load.requests for load in loads):,} requests"
    return Section(
        title,
        f"The same requests as under *Load*; of the stream, {TOGETHER} records in each batch, whose p50 and p99 it "
        "has. Memory is what the system counts for the process (VmRSS). Growth is the slope over the second "
        "half of the run.",
        (ResultTable((*COLUMNS, "requests", "MB at first", "MB at the end", "MB more in 10,000", "measured"), rows),),
        (Curve("memory", title, "requests", "MB", {load.handler: load.memory for load in loads}),),
        said,
    )


def main() -> None:
    """The command that measures one part."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("handlers", nargs="+", choices=list(_HANDLERS), help="which to measure")
    options.add_argument("--requests", type=int, default=REQUESTS, help=f"of each (default: {REQUESTS:,})")
    chosen = options.parse_args()
    for name in chosen.handlers:
        print(_measured(name, chosen.requests))


if __name__ == "__main__":
    main()
