"""Files: the memory of exports and imports of up to 100,000 lines, by command and over the web.

Run it by itself with `python benchmarks/files.py [--quick]`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from boat import Boat, today
from one_row import EACH, row_with
from results import Curve, ResultTable, Section
from stage import ROOT, NotAnswered, say
from stand_in import TABLE, StandIn, stand_in

from devkit.aws import CREDENTIALS, REGION

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

SIZES: Final = (1_000, 10_000, 100_000)
_AN_EVENT: Final = 100  # entries, or patrons
_WRITTEN: Final = (500, 3_000)  # lines that are written too, which takes a while each
_MONTH: Final = "2027-03"
EVENTS, PATRONS, WRITING = "`events import`, compared", "`patrons import`, compared", "`events import`, written"
CSV, BOOKS, WEB = "`export payments`", "`export payments --format hledger`", "export over the web"


@dataclass(frozen=True)
class CommandRun:
    """One run of a command: the most memory that its process had, in MB, and the seconds that it took."""

    megabytes: float
    seconds: float
    answer: str = ""


def sections(quick: bool) -> tuple[Section, ...]:  # noqa: FBT001 - the shape of all benchmarks
    """Measure, and return the section of the page."""
    sizes, written = ((100, 1_000), (100,)) if quick else (SIZES, _WRITTEN)
    found: dict[str, dict[int, CommandRun]] = {}
    with stand_in() as table, tempfile.TemporaryDirectory() as folder:
        table.execute("grow", 1, today(), 1)
        own = row_with({"eid": {"S": ""}, "crew_id": {"S": "#event"}, "price": {"N": "100"}}, EACH, _AN_EVENT)
        for size in sizes:
            for name, run in _runs(table, own, Path(folder), size):
                found.setdefault(name, {})[size] = run
            say(f"{size:,} lines measured")
        for size in written:
            found.setdefault(WRITING, {})[size] = _run(table, *_events(Path(folder), size), "--yes")
    return (_section(found),)


def _runs(table: StandIn, own: Mapping[str, object], folder: Path, size: int) -> Iterator[tuple[str, CommandRun]]:
    """Yield what each command takes for a file of so many lines, or so many entries in the table."""
    eids = [f"{_MONTH}-{number % 28 + 1:02}-trip-{number}" for number in range(-(-size // _AN_EVENT))]
    empty = {name: value for name, value in own.items() if name not in {"patrons", "payments", "payment_ids"}}
    table.execute("copy", empty, eids)
    yield EVENTS, _run(table, *_events(folder, size), "--dry-run")
    file = folder / "patrons.csv"
    with file.open("w") as out:
        out.write("event,name,party,email\n")
        out.writelines(f"{eids[n // _AN_EVENT]},Ana Number{n},1,ana{n}@example.com\n" for n in range(size))
    yield PATRONS, _run(table, "patrons", "import", str(file), "--dry-run")
    table.execute("copy", own, eids)
    yield CSV, _run(table, "export", "payments", "-o", str(folder / "out.csv"))
    yield BOOKS, _run(table, "export", "payments", "--format", "hledger", "-o", str(folder / "out.journal"))
    yield WEB, _over_the_web(table)


def _events(folder: Path, size: int) -> tuple[str, ...]:
    """Return the command that imports so many new events of a few years."""
    file, first = folder / f"events{size}.csv", date(2028, 1, 1)
    with file.open("w") as out:
        out.write("title,date,time\n")
        out.writelines(f"Sailing {n},{first + timedelta(days=n % 1_000)},10:00\n" for n in range(size))
    return "events", "import", str(file)


# A process of the roster that writes its own peak. What the system says of an ended child can be its parent's peak.
_ROSTER: Final = """
import runpy, sys
peak = sys.argv.pop(1)
try:
    runpy.run_module("roster", run_name="__main__", alter_sys=True)
finally:
    status = open("/proc/self/status").read()
    open(peak, "w").write(status.partition("VmHWM:")[2].split()[0])
"""


def _run(table: StandIn, *words: str) -> CommandRun:
    """Run a roster command. Raises NotAnswered where it fails."""
    options = ["--table", TABLE, "--endpoint", table.endpoint, "--region", REGION]
    environment = {**CREDENTIALS, "PATH": os.environ.get("PATH", ""), "TIMEZONE": "America/Los_Angeles"}
    began = time.monotonic()
    with tempfile.NamedTemporaryFile("r") as peak:
        command = [sys.executable, "-c", _ROSTER, peak.name, *options, *words]
        ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        if ended.returncode:
            raise NotAnswered(f"roster {' '.join(words)} failed: {(ended.stdout + ended.stderr)[-2000:]}")
        return CommandRun(int(peak.read()) / 1024, time.monotonic() - began)


def _over_the_web(table: StandIn) -> CommandRun:
    """Ask a web function that has just started for a month as CSV."""
    with Boat(table) as boat:
        began = time.monotonic()
        status = boat.ask_web("/api/exports/payments", month=_MONTH)["statusCode"]
        answer = {200: "answered", 409: "refused: too large"}.get(status)
        if answer is None:
            raise NotAnswered(f"The web answered with {status}.")
        return CommandRun(boat.peak_of_web(), time.monotonic() - began, answer)


def _section(found: Mapping[str, Mapping[int, CommandRun]]) -> Section:
    sizes = sorted({size for runs in found.values() for size in runs})
    return Section(
        f"Files of up to {sizes[-1]:,} lines",
        how=_HOW,
        tables=(
            ResultTable(
                ("MB at most", *(f"{size:,}" for size in sizes)),
                tuple((name, *_cells(runs, sizes)) for name, runs in found.items()),
            ),
        ),
        curves=(
            Curve(
                "files-memory",
                "Most memory of the process, by the lines of the file",
                "lines",
                "MB",
                {name: tuple((size, run.megabytes) for size, run in runs.items()) for name, runs in found.items()},
                logarithmic=True,
            ),
        ),
        findings=_findings(found),
    )


def _cells(runs: Mapping[int, CommandRun], sizes: Sequence[int]) -> Iterator[str]:
    for size in sizes:
        run = runs.get(size)
        suffix = f", {run.answer}" if run and run.answer else ""
        yield f"{run.megabytes:.0f} MB, {run.seconds:.1f} s{suffix}" if run else ""


def _findings(found: Mapping[str, Mapping[int, CommandRun]]) -> str:
    grew = []
    for name, runs in found.items():
        first, last = min(runs), max(runs)
        per_line = (runs[last].megabytes - runs[first].megabytes) * 1024 * 1024 / max(last - first, 1)
        grew.append(f"- {name}: {per_line:,.0f} bytes more for each line more.")
    return "\n".join(grew)


_HOW: Final = (
    "Each run is a process of its own, over a metered stand-in of the table; its memory is the most that the system "
    f"counted. Exports read events with {_AN_EVENT} entries each. Imports of new lines are compared with the table and "
    "planned (`--dry-run`), which holds all that an import holds; smaller ones are written too. Over the web it is the "
    "month of these events as CSV from a function that has just started; an answer above 5.5 MB is refused with the "
    "name of the command."
)


if __name__ == "__main__":
    for section in sections("--quick" in sys.argv):
        print(section.findings)
        for each in section.tables:
            print(*("\t".join(row) for row in (each.columns, *each.rows)), sep="\n")
