"""Warm CPU time: what one request costs a Lambda that has answered before, beside the peer.

    python benchmarks/warm.py [--rounds 40] [--unmeasured 5] [--json]

A strict Slack plays a crew member who opens the form, types a few letters of a patron's name and submits. Prints the
median CPU time of each and the ratio. Ends with 1 where ours takes more than its share of the
peer's in any of them.
"""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import ExitStack
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from results import ResultTable, Section
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

from devkit.functions import from_answer, to_event
from devkit.local_slack import local_slack, serve
from devkit.slack import Answer
from devkit.slack.wire import form

if TYPE_CHECKING:
    from collections.abc import Callable

    from stage import BenchmarkAws

ALL: Final = "all three"

MOST: Final = {"open": 1.3, "type-ahead": 1.0, "submit": 1.1, ALL: 1.1}
"""The share of the peer's time that ours may take."""

STEPS: Final = tuple(MOST)

_UNMEASURED: Final = 5


class WarmCrew:
    """One crew member before a contender's Slack, who does the same again and again."""

    def __init__(self, contender: Contender, table: BenchmarkAws, stack: ExitStack) -> None:
        self.name = contender.name
        self.spent: dict[str, list[float]] = {step: [] for step in STEPS}
        self._cpu = 0.0
        self._workspace = local_slack(self._deliver, recorded=False)
        slack = serve(self._workspace)
        stack.callback(slack.stop)
        self._bot = stack.enter_context(RunningContender(contender, table.environment(contender, slack=slack.url)))
        self._dana = self._workspace.as_("U0DANA")
        # Answered once it has started: the strict Slack gives up after 3 s, and a busy machine takes longer to start.
        self._bot.ask(to_event("POST", "/slack/events", "", {}, form({"ssl_check": "1"})))

    def log_a_payment(self, number: int) -> None:
        """Run one round. Raises NotAnswered when a step did not do its job.

        `number` varies whose payment it is and the amount, so that none repeats another.
        """
        dana = self._dana
        self._measure("open", lambda: dana.command("/log-payment", f"dave {20 + number} cash", channel="C0CORY"))
        offered: list[dict[str, Any]] = []
        self._measure("type-ahead", lambda: offered.extend(dana.form.suggest("patron", "a")))
        patrons = [option["text"]["text"] for option in offered if not option["value"].startswith("new:")]
        dana.form.choose("patron", "a", pick=patrons[number % len(patrons)])
        self._measure("submit", dana.form.submit)
        if dana.form.title != "Payment logged":
            raise NotAnswered(f"{self.name} logged nothing: {dana.form.text}")
        dana.form.close()
        self.spent[ALL].append(sum(times[-1] for step, times in self.spent.items() if step != ALL))

    def _measure(self, step: str, act: Callable[[], object]) -> None:
        self._cpu = 0.0
        act()
        if self._dana.troubles:
            raise NotAnswered(f"{self.name} failed at {step}: {self._dana.trouble_log}")
        self.spent[step].append(1000 * self._cpu)

    def _deliver(self, _kind: str, headers: dict[str, str], body: bytes) -> Answer:
        reply = self._bot.ask(to_event("POST", "/slack/events", "", headers, body))
        self._cpu += reply.cpu
        status, answered, content = from_answer(reply.answer)
        return Answer(status, dict(answered), content)


def main() -> int:
    """The command; its exit code."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--rounds", type=int, default=40, help="how many payments each logs (default: 40)")
    unmeasured = f"how many each logs before that (default: {_UNMEASURED})"
    options.add_argument("--unmeasured", type=int, default=_UNMEASURED, help=unmeasured)
    options.add_argument("--json", action="store_true", help="print the figures as JSON")
    chosen = options.parse_args()
    if chosen.rounds < 1:
        options.error("--rounds must be 1 or more")
    if chosen.unmeasured < 0:
        options.error("--unmeasured must be 0 or more")
    figures = _measured(chosen.rounds, unmeasured=chosen.unmeasured)
    print(json.dumps(figures) if chosen.json else _table(figures))
    return int(any(figures["ratio"][step] > MOST[step] for step in STEPS))


def sections(quick: bool) -> tuple[Section, ...]:  # noqa: FBT001 - all benchmarks are called so
    """Return the section of the page of figures."""
    figures = _measured(1, unmeasured=0) if quick else _measured(40)
    rows = tuple(
        (
            step,
            *(f"{figures[f'{name}_cpu_ms'][step]['median']:.2f}" for name in ("ours", "peer")),
            f"{figures['ratio'][step]:.2f}",
            f"{MOST[step]:g}",
        )
        for step in STEPS
    )
    how = f"""One crew member opens the form with words, types a letter into the patron list and submits,
{figures["rounds"]} times with ours and with the peer in turn. CPU time within the handler. {in_words(figures)}"""
    return (Section("Warm requests", how, (ResultTable(("median CPU ms", "ours", "peer", "ratio", "at most"), rows),)),)


def _measured(rounds: int, *, unmeasured: int = _UNMEASURED) -> dict[str, Any]:
    say("Starting both contenders and the stand-ins …")
    compile_everything()
    with aws() as table, ExitStack() as stack:
        crews = [WarmCrew(contender, table, stack) for contender in CONTENDERS]
        for number in range(unmeasured + rounds):
            for crew in crews:
                crew.log_a_payment(number)
            if number % 10 == 0:
                say(f"Round {number} of {unmeasured + rounds}")
    return _figures({crew.name: {step: times[unmeasured:] for step, times in crew.spent.items()} for crew in crews})


def _figures(spent: dict[str, dict[str, list[float]]]) -> dict[str, Any]:
    spreads = {name: {step: Spread.of(times) for step, times in steps.items()} for name, steps in spent.items()}
    return {
        **conditions(),
        "rounds": len(spent["ours"]["open"]),
        **{f"{name}_cpu_ms": {step: asdict(steps[step]) for step in STEPS} for name, steps in spreads.items()},
        "ratio": {step: round(spreads["ours"][step].median / spreads["peer"][step].median, 3) for step in STEPS},
        "most": MOST,
    }


def _table(figures: dict[str, Any]) -> str:
    lines = heading(f"CPU time of a warm request, {figures['rounds']} rounds", figures)
    for step in STEPS:
        for name in ("ours", "peer"):
            lines.append(row(f"{step}, {name}", figures[f"{name}_cpu_ms"][step], decimals=2))
        lines.append(f"ratio {figures['ratio'][step]:.3f}, at most {figures['most'][step]:g}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
