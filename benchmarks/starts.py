"""Start of each function under Lambda's own runtime client: CPU and memory until its first answer, beside the peer.

    python benchmarks/starts.py [--rounds 5] [--json]

LAMBDA_PYTHON names another interpreter, as for the tests. Ends with 1 where a function takes more than its share of the
peer's CPU time, or more memory than its limit.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Final

from results import ResultTable, Section
from slack_stand_in import slack_stand_in
from stage import LAMBDA, OURS, PEER, NotAnswered, aws, compile_everything, conditions, in_words, say

from devkit.functions import to_event
from devkit.runtime_api import running

if TYPE_CHECKING:
    from collections.abc import Mapping

_TICKS: Final = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class MeasuredFunction:
    """A function with a request that it answers without a table, and its limits: of the peer's CPU, and MB."""

    name: str
    handler: str
    event: Mapping[str, Any]
    folder: Path
    most: float | None
    most_memory: float | None


_REFUSED: Final = to_event("GET", "/api/events", "", {}, b"")
FUNCTIONS: Final = (
    MeasuredFunction("bot", OURS.handler, _REFUSED, OURS.folder, 0.65, 60),
    MeasuredFunction("web", "web_function.lambda_handler", _REFUSED, OURS.folder, 0.9, 70),
    MeasuredFunction("announce", "announce_function.lambda_handler", {"Records": []}, OURS.folder, 0.65, 60),
    MeasuredFunction("peer", PEER.handler, _REFUSED, PEER.folder, None, None),
)


@dataclass(frozen=True)
class ProcessStart:
    """CPU milliseconds of a process until its first answer, and its largest size in MB."""

    cpu: float
    memory: float


def main() -> int:
    """The command; its exit code."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--rounds", type=int, default=5, help="how often each function starts (default: 5)")
    options.add_argument("--json", action="store_true", help="print the figures as JSON")
    chosen = options.parse_args()
    if chosen.rounds < 1:
        options.error("--rounds must be 1 or more")
    figures = _figures(chosen.rounds)
    print(json.dumps(figures) if chosen.json else _table(figures))
    return int(any(each["cpu_ratio"] > each["most"] or each["mb"] > each["most_mb"] for each in figures["functions"]))


def sections(quick: bool) -> tuple[Section, ...]:  # noqa: FBT001 - all benchmarks are called so
    """Return the section of the page of figures."""
    figures = _figures(1 if quick else 5)
    rows = tuple(
        (
            each["name"],
            f"{each['cpu_ms']:.0f}",
            f"{figures['peer_cpu_ms']:.0f}",
            f"{each['cpu_ratio']:.2f}",
            f"{each['most']:g}",
            f"{each['mb']:.0f}",
            f"{each['most_mb']:g}",
        )
        for each in figures["functions"]
    )
    how = f"""Each function in a fresh process under Lambda's own runtime client, {figures["rounds"]} times in turn with
the peer, until it has answered a request that needs no table. The client's own start is part of it.
{in_words(figures)}"""
    columns = ("function", "CPU ms", "peer", "ratio", "at most", "MB", "at most")
    return (Section("Start of each function", how, (ResultTable(columns, rows),)),)


def _figures(rounds: int) -> dict[str, Any]:
    say("Compiling, starting the stand-ins …")
    compile_everything()
    starts: dict[str, list[ProcessStart]] = {function.name: [] for function in FUNCTIONS}
    with aws() as table, slack_stand_in() as slack:
        for number in range(rounds):
            for function in FUNCTIONS:
                contender = PEER if function.name == "peer" else OURS
                environment = table.environment(contender, slack=slack.url) | _OF_ALL
                starts[function.name].append(start(function, environment))
            say(f"Round {number + 1} of {rounds}")
    cpu = {name: median(each.cpu for each in found) for name, found in starts.items()}
    return {
        **conditions(),
        "python": _version(),
        "rounds": rounds,
        "peer_cpu_ms": round(cpu["peer"], 1),
        "functions": [
            {
                "name": each.name,
                "cpu_ms": round(cpu[each.name], 1),
                "cpu_ratio": round(cpu[each.name] / cpu["peer"], 3),
                "most": each.most,
                "mb": round(median(found.memory for found in starts[each.name]), 1),
                "most_mb": each.most_memory,
            }
            for each in FUNCTIONS
            if each.most is not None
        ],
    }


# With variables of the other functions, which the bot and the peer do not read.
_OF_ALL: Final = {
    **LAMBDA,
    "ANNOUNCEMENTS_TABLE": "announcements",
    "WAIVERS_BUCKET": "waivers",
}


def start(function: MeasuredFunction, environment: Mapping[str, str]) -> ProcessStart:
    """Start a function and let it answer once. Raises NotAnswered when it does not."""
    found = {**environment, "PYTHONPATH": str(function.folder)}
    with running(_python(), function.handler, found) as api:
        outcome = api.invoke(function.event)
        if outcome.kind != "response":
            raise NotAnswered(f"{function.name} answered {outcome}")
        return _so_far(api.process_id)


def _python() -> str:
    """Return the interpreter that runs the functions."""
    return os.environ.get("LAMBDA_PYTHON") or sys.executable


def _version() -> str:
    asked = [_python(), "-c", "import platform; print(platform.python_version())"]
    return subprocess.run(asked, capture_output=True, check=True, text=True).stdout.strip()


def _so_far(process_id: int) -> ProcessStart:
    """Return what a process has used, as Linux counts it."""
    folder = Path("/proc") / str(process_id)
    user, system = (folder / "stat").read_text().rpartition(")")[2].split()[11:13]
    largest = next(line for line in (folder / "status").read_text().splitlines() if line.startswith("VmHWM"))
    return ProcessStart(1000 * (int(user) + int(system)) / _TICKS, int(largest.split()[1]) / 1024)


def _table(figures: dict[str, Any]) -> str:
    return "\n".join(
        [
            f"Start under the runtime client, {figures['rounds']} rounds; {in_words(figures)}",
            f"peer: {figures['peer_cpu_ms']:.0f} ms of CPU",
            *(
                f"{each['name']:<10}{each['cpu_ms']:>5.0f} ms of CPU, {each['cpu_ratio']:.2f} of the peer's (at most "
                f"{each['most']:g}); {each['mb']:.0f} MB (at most {each['most_mb']:g})"
                for each in figures["functions"]
            ),
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
