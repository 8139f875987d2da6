"""Cold start: from a new interpreter to the first answered `/log-payment`, alternating with the peer.

    python benchmarks/cold.py [--pairs 15] [--json]

Prints medians, quartiles and the ratio of the medians. Ends with 1 where ours takes more than 0.75 of the peer's time.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from slack_stand_in import slack_stand_in
from stage import (
    CONTENDERS,
    Contender,
    NotAnswered,
    Running,
    Spread,
    aws,
    compile_everything,
    conditions,
    heading,
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
    from stage import Aws

MOST: Final = 0.75
"""The share of the peer's time that ours may take."""


def main() -> int:
    """The command; its exit code."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--pairs", type=int, default=15, help="how often each contender starts (default: 15)")
    options.add_argument("--json", action="store_true", help="print the figures as JSON")
    chosen = options.parse_args()
    if chosen.pairs < 1:
        options.error("--pairs must be 1 or more")
    say("Compiling both contenders, starting the stand-ins …")
    compile_everything()
    with aws() as table, slack_stand_in() as slack:
        measured = _measure(chosen.pairs, table, slack)
    figures = _figures(measured)
    print(json.dumps(figures) if chosen.json else _table(figures))
    return int(figures["ratio"] > MOST)


@dataclass(frozen=True)
class Start:
    """One start, in milliseconds: on the clock, and on the CPU, which tells more where other programs run beside."""

    wall: float
    cpu: float


def _measure(pairs: int, table: Aws, slack: SlackStandIn) -> dict[str, list[Start]]:
    """The starts of each contender, in strict alternation. One of each before that fills the file cache."""
    for contender in CONTENDERS:
        start(contender, table, slack)
    measured: dict[str, list[Start]] = {contender.name: [] for contender in CONTENDERS}
    for pair in range(1, pairs + 1):
        for contender in CONTENDERS:
            measured[contender.name].append(start(contender, table, slack))
        latest = ", ".join(f"{name} {starts[-1].wall:.0f} ms" for name, starts in measured.items())
        say(f"Pair {pair} of {pairs}: {latest}")
    return measured


def start(contender: Contender, table: Aws, slack: SlackStandIn) -> Start:
    """From before the interpreter starts until its answer is here. Raises NotAnswered when it opened no such form."""
    environment = table.environment(contender, slack=slack.url)
    slack.opened.clear()
    request = _log_payment()
    began = time.monotonic()
    with Running(contender, environment) as running:
        reply = running.ask(request)
        wall = time.monotonic() - began
    if not (slack.opened and _is_filled(slack.opened[-1])):
        raise NotAnswered(f"{contender.name} opened no form or another one: {slack.opened}, {reply.answer}")
    return Start(wall=1000 * wall, cpu=1000 * reply.cpu_in_all)


def _is_filled(view: dict[str, Any]) -> bool:
    """Return whether the form is there, with Dave in it."""
    inputs = {block.get("block_id"): block["element"] for block in view["blocks"] if block["type"] == "input"}
    patron = inputs.get("patron", {}).get("initial_option", {}).get("value")
    return list(inputs)[:5] == ["event", "patron", "amount", "method", "notes"] and patron == "dave"


def _log_payment() -> dict[str, Any]:
    who = next(human for human in PEOPLE if human.id == "U0DANA")
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


def _figures(measured: dict[str, list[Start]]) -> dict[str, Any]:
    wall = {name: Spread.of([start.wall for start in starts]) for name, starts in measured.items()}
    cpu = {name: Spread.of([start.cpu for start in starts]) for name, starts in measured.items()}
    return {
        **conditions(),
        "pairs": len(measured["ours"]),
        **{f"{name}_ms": asdict(spread) for name, spread in wall.items()},
        **{f"{name}_cpu_ms": asdict(spread) for name, spread in cpu.items()},
        "ratio": round(wall["ours"].median / wall["peer"].median, 3),
        "cpu_ratio": round(cpu["ours"].median / cpu["peer"].median, 3),
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
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
