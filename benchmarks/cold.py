"""Cold start: from a new interpreter to the first answered `/log-payment`, alternating with the peer.

    python benchmarks/cold.py [--pairs 15] [--unmeasured 1] [--json]

Prints medians, quartiles and the ratio of the medians, and what the first request costs over later ones of people who
are as new. Ends with 1 where ours takes more than 0.65 of the peer's time, or the first request more than 1.5 of a
later one.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from results import ResultTable, Section
from slack_stand_in import slack_stand_in
from stage import (
    CONTENDERS,
    Contender,
    NotAnswered,
    RunningContender,
    Spread,
    aws,
    compile_everything,
    conditions,
    heading,
    in_words,
    row,
    say,
)

from devkit.functions import to_event
from devkit.people import CHANNELS, PEOPLE
from devkit.slack import people
from devkit.slack.payloads import slash_command
from devkit.slack.wire import form, signed_headers

if TYPE_CHECKING:
    from slack_stand_in import SlackStandIn
    from stage import BenchmarkAws

MOST: Final = 0.65
"""The share of the peer's time that ours may take."""
MOST_OF_FIRST: Final = 1.5
"""The CPU time that the first request of a start may take, over a later one."""

_LATER: Final = 8  # requests after the first one, each of somebody who was not there before


def main() -> int:
    """The command; its exit code."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--pairs", type=int, default=15, help="how often each contender starts (default: 15)")
    options.add_argument("--unmeasured", type=int, default=1, help="how often each starts before that (default: 1)")
    options.add_argument("--json", action="store_true", help="print the figures as JSON")
    chosen = options.parse_args()
    if chosen.pairs < 1:
        options.error("--pairs must be 1 or more")
    if chosen.unmeasured < 0:
        options.error("--unmeasured must be 0 or more")
    say("Compiling both contenders, starting the stand-ins …")
    compile_everything()
    with aws() as table, slack_stand_in() as slack:
        measured = _measure(chosen.pairs, table, slack, unmeasured=chosen.unmeasured)
    figures = _figures(measured)
    print(json.dumps(figures) if chosen.json else _table(figures))
    return int(figures["ratio"] > MOST or figures["first_ratio"] > MOST_OF_FIRST)


def sections(quick: bool) -> tuple[Section, ...]:  # noqa: FBT001 - all benchmarks are called so
    """Return the section of the page of figures."""
    compile_everything()
    with aws() as table, slack_stand_in() as slack:
        figures = _figures(_measure(1 if quick else 15, table, slack, unmeasured=0 if quick else 1))

    def median(name: str, decimals: int = 0) -> str:
        return f"{figures[name]['median']:.{decimals}f}"

    starts = (
        ("elapsed", median("ours_ms"), median("peer_ms"), f"{figures['ratio']:.2f}", f"{MOST:g}"),
        ("CPU", median("ours_cpu_ms"), median("peer_cpu_ms"), f"{figures['cpu_ratio']:.2f}", ""),
    )
    requests = (median("first_ms", 1), median("later_ms", 1), f"{figures['first_ratio']:.2f}", f"{MOST_OF_FIRST:g}")
    how = f"""From a new interpreter to the first answered `/log-payment`, {figures["pairs"]} starts each of ours and of
the peer in strict alternation; then {_LATER} more requests, each of somebody who was not there before, so that it makes
the same calls to Slack as the first. {in_words(figures)}"""
    tables = (
        ResultTable(("median ms of a start", "ours", "peer", "ratio", "at most"), starts),
        ResultTable(("CPU ms of ours: first request", "a later one", "ratio", "at most"), (requests,)),
    )
    return (Section("Cold start", how, tables),)


@dataclass(frozen=True)
class ColdStart:
    """One start, in milliseconds: on the clock, and on the CPU, which is steadier where other programs run beside.

    `first` and `later` are CPU time within the handler, for the first request and for later ones.
    """

    wall: float
    cpu: float
    first: float
    later: float


def _measure(pairs: int, table: BenchmarkAws, slack: SlackStandIn, *, unmeasured: int) -> dict[str, list[ColdStart]]:
    """The starts of each contender, in strict alternation. Those before that are not measured fill the file cache."""
    for contender in CONTENDERS * unmeasured:
        start(contender, table, slack)
    measured: dict[str, list[ColdStart]] = {contender.name: [] for contender in CONTENDERS}
    for pair in range(1, pairs + 1):
        for contender in CONTENDERS:
            measured[contender.name].append(start(contender, table, slack))
        latest = ", ".join(f"{name} {starts[-1].wall:.0f} ms" for name, starts in measured.items())
        say(f"Pair {pair} of {pairs}: {latest}")
    return measured


def start(contender: Contender, table: BenchmarkAws, slack: SlackStandIn) -> ColdStart:
    """From before the interpreter starts until its answer is here. Raises NotAnswered when it opened no such form."""
    environment = table.environment(contender, slack=slack.url)
    slack.opened.clear()
    request = _log_payment()
    began = time.monotonic()
    with RunningContender(contender, environment) as running:
        reply = running.ask(request)
        wall = time.monotonic() - began
        opened = len(slack.opened)
        later = [running.ask(_log_payment(f"U0NEW{number}")).cpu for number in range(_LATER)]
    if len(slack.opened) != opened + _LATER:
        raise NotAnswered(f"{contender.name} opened {len(slack.opened) - opened} forms of {_LATER}")
    if not (opened and _is_filled(slack.opened[0])):
        raise NotAnswered(f"{contender.name} opened no form or another one: {slack.opened}, {reply.answer}")
    return ColdStart(1000 * wall, 1000 * reply.cpu_in_all, 1000 * reply.cpu, 1000 * statistics.median(later))


def _is_filled(view: dict[str, Any]) -> bool:
    """Return whether the form is there, with Dave in it."""
    inputs = {block.get("block_id"): block["element"] for block in view["blocks"] if block["type"] == "input"}
    patron = inputs.get("patron", {}).get("initial_option", {}).get("value")
    return list(inputs)[:5] == ["event", "patron", "amount", "method", "notes"] and patron == "dave"


def _log_payment(user_id: str = "U0DANA") -> dict[str, Any]:
    who = replace(next(human for human in PEOPLE if human.id == "U0DANA"), id=user_id)
    channel = next(channel for channel in CHANNELS if channel.id == "C0CORY")
    fields = slash_command(
        who,
        channel,
        command="/log-payment",
        text="dave 120 cash",
        trigger_id="1.2.3",
        response_url="http://127.0.0.1:9/none",
    )
    body = form(fields)
    headers = signed_headers(body, secret=people.SIGNING_SECRET, timestamp=int(time.time()))
    return to_event("POST", "/slack/events", "", headers, body)


def _figures(measured: dict[str, list[ColdStart]]) -> dict[str, Any]:
    wall = {name: Spread.of([start.wall for start in starts]) for name, starts in measured.items()}
    cpu = {name: Spread.of([start.cpu for start in starts]) for name, starts in measured.items()}
    return {
        **conditions(),
        "pairs": len(measured["ours"]),
        **{f"{name}_ms": asdict(spread) for name, spread in wall.items()},
        **{f"{name}_cpu_ms": asdict(spread) for name, spread in cpu.items()},
        "ratio": round(wall["ours"].median / wall["peer"].median, 3),
        "cpu_ratio": round(cpu["ours"].median / cpu["peer"].median, 3),
        "first_ms": asdict(Spread.of([start.first for start in measured["ours"]])),
        "later_ms": asdict(Spread.of([start.later for start in measured["ours"]])),
        "first_ratio": round(statistics.median(start.first / start.later for start in measured["ours"]), 3),
        "most_of_first": MOST_OF_FIRST,
        "most": MOST,
    }


def _table(figures: dict[str, Any]) -> str:
    return "\n".join(
        [
            *heading(f"Cold start to the first answered /log-payment, {figures['pairs']} pairs", figures),
            row("ours", figures["ours_ms"], decimals=0),
            row("peer", figures["peer_ms"], decimals=0),
            row("ours, CPU alone", figures["ours_cpu_ms"], decimals=0),
            row("peer, CPU alone", figures["peer_cpu_ms"], decimals=0),
            f"ratio {figures['ratio']:.3f}, at most {figures['most']}; of CPU alone {figures['cpu_ratio']:.3f}",
            row("first request, CPU", figures["first_ms"], decimals=1),
            row("a later one, CPU", figures["later_ms"], decimals=1),
            f"ratio {figures['first_ratio']:.3f}, at most {figures['most_of_first']}",
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
