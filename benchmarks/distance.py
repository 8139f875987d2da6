"""A warm request over a distance: TLS, 20 ms to Slack and 5 ms to the table, beside the peer.

    python benchmarks/distance.py [--rounds 120] [--json]

A strict Slack plays a crew member who opens the form, types a letter of a patron's name, submits, and asks for the
status. Prints p50 and p99 of each step, and the ratios. Ends with 1 where ours takes more of the peer's p50 than it
may.
"""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from distances import FarServices, certificate
from results import Curve, ResultTable, Section
from stage import CONTENDERS, Contender, NotAnswered, RunningContender, aws, compile_everything, conditions, say

from devkit.functions import from_answer, to_event
from devkit.local_slack import local_slack, serve
from devkit.slack import Answer
from devkit.slack.wire import form

if TYPE_CHECKING:
    from collections.abc import Callable

    from distances import Certificate
    from stage import BenchmarkAws

TO_SLACK: Final = 20.0
TO_TABLE: Final = 5.0
"""Round trips in milliseconds."""

STEPS: Final = {
    "open": "open the form",
    "type-ahead": "look for a patron by a letter",
    "submit": "submit a patron's first payment",
    "submit again": "submit a further payment",
    "status": "show the status of the coming trips",
}
MOST: Final = {"open": 0.5, "submit": 0.6}
"""The share of the peer's p50 that ours may take."""

_PATIENCE: Final = 60.0
"""Seconds that the strict Slack waits for an answer: a busy machine is no fault of a contender's."""

_MOST_FAILED: Final = 10
_UNMEASURED: Final = 4
_FORMS: Final = 2
"""Forms that a round opens."""

_CHANNEL: Final = "C0CORY"


@dataclass
class Spent:
    """Times of the requests of one contender, in milliseconds by step, and its new connections, by service."""

    steps: dict[str, list[float]] = field(default_factory=lambda: {step: [] for step in STEPS})
    connections: dict[str, float] = field(default_factory=dict)
    """In each round: two forms, two submits, a type-ahead and a status."""


class DistantCrew:
    """One crew member before a contender's Slack, who does the same again and again, over a distance."""

    def __init__(self, contender: Contender, table: BenchmarkAws, stack: ExitStack, certificate: Certificate) -> None:
        self.name = contender.name
        self.spent = Spent()
        self._table, self._events_table = table, f"events-{contender.name}"
        self._wall, self._failed = 0.0, 0
        self._taken: dict[str, float] = {}
        self._row: Any = None
        self._workspace = local_slack(self._deliver, recorded=False, patience=_PATIENCE)
        slack = serve(self._workspace)
        stack.callback(slack.stop)
        services = {"slack": (_port(slack.url), TO_SLACK), "table": (_port(table.endpoint), TO_TABLE)}
        self._far = stack.enter_context(FarServices(certificate, services))
        self._workspace.base_url = self._far.url("slack")  # of the response_urls
        environment = table.environment(contender, slack=self._far.url("slack"))
        far = {"AWS_ENDPOINT_URL": self._far.url("table"), **certificate.trusted}
        self._bot = stack.enter_context(RunningContender(contender, {**environment, **far}))
        self._dana = self._workspace.as_("U0DANA")
        self._bot.ask(to_event("POST", "/slack/events", "", {}, form({"ssl_check": "1"})))  # answered once it runs
        self._before = self._far.connections()

    def one_round(self, number: int) -> None:
        """Log two payments of one patron, and ask for the status. Afterwards the event is as it was.

        `number` varies the amounts, so that none repeats another. A round in which a step did not do its job does not
        count: on a busy machine the table is late now and then. Raises NotAnswered after too many of these.
        """
        self._taken = {}
        try:
            self._steps(20 + number)
        except (NotAnswered, AssertionError) as failed:
            self._failed += 1
            if self._failed > _MOST_FAILED:
                raise NotAnswered(f"{self.name} failed too often: {failed}") from failed
            while self._dana.modal is not None:
                self._dana.modal.close()
        else:
            for step, time in self._taken.items():
                self.spent.steps[step].append(time)
        if self._row is not None:
            self._table.client.put_item(TableName=self._events_table, Item=self._row)

    def _steps(self, amount: int) -> None:
        dana = self._dana
        self._measure("open", lambda: dana.command("/log-payment", f"dave {amount} cash", channel=_CHANNEL))
        if dana.form.values["patron"] != "dave":
            raise NotAnswered(f"{self.name} opened another form: {dana.form.values}")
        if self._row is None:
            key: Any = {"eid": {"S": str(dana.form.values["event"])}, "crew_id": {"S": "#event"}}
            self._row = self._table.client.get_item(TableName=self._events_table, Key=key, ConsistentRead=True)["Item"]
        self._measure("type-ahead", lambda: dana.form.suggest("patron", "a"))
        self._submit("submit")
        dana.command("/log-payment", f"dave {amount + 5000} cash", channel=_CHANNEL)
        self._submit("submit again")
        self._measure("status", lambda: dana.command("/payment-status", channel=_CHANNEL))

    def begin_measuring(self) -> None:
        """Forget what was measured so far: the first requests of a process do what later ones need not."""
        self.spent = Spent()
        self._before = self._far.connections()

    def end(self) -> None:
        """Note the connections of the measured rounds."""
        rounds = len(self.spent.steps["open"])
        now = self._far.connections()
        self.spent.connections = {name: (count - self._before[name]) / rounds for name, count in now.items()}

    def _submit(self, step: str) -> None:
        self._measure(step, self._dana.form.submit)
        if self._dana.form.title != "Payment logged":
            raise NotAnswered(f"{self.name} logged nothing: {self._dana.form.text}")
        self._dana.form.close()

    def _measure(self, step: str, act: Callable[[], object]) -> None:
        self._wall, before = 0.0, len(self._dana.troubles)
        act()
        if len(self._dana.troubles) > before:
            raise NotAnswered(f"{self.name} failed at {step}: {self._dana.trouble_log[-1]}")
        self._taken[step] = 1000 * self._wall

    def _deliver(self, _kind: str, headers: dict[str, str], body: bytes) -> Answer:
        reply = self._bot.ask(to_event("POST", "/slack/events", "", headers, body))
        self._wall += reply.wall
        status, answered, content = from_answer(reply.answer)
        return Answer(status, dict(answered), content)


def measure(rounds: int, *, unmeasured: int = _UNMEASURED) -> dict[str, Spent]:
    """Return what both contenders took in so many rounds, in strict alternation, after some that do not count."""
    say("Starting both contenders and the far services …")
    compile_everything()
    with aws() as table, certificate() as made, ExitStack() as stack:
        crews = [DistantCrew(contender, table, stack, made) for contender in CONTENDERS]
        for number in range(unmeasured + rounds):
            for crew in crews:
                if number == unmeasured:
                    crew.begin_measuring()
                crew.one_round(number)
            if number % 20 == 0:
                say(f"Round {number} of {unmeasured + rounds}")
        for crew in crews:
            crew.end()
    return {crew.name: crew.spent for crew in crews}


def sections(quick: bool) -> tuple[Section, ...]:  # noqa: FBT001 - as every benchmark has it
    """Return the section of the page of figures."""
    spent = measure(2, unmeasured=1) if quick else measure(120)
    figures = summary(spent)
    how = (
        f"A warm request over TLS, with a round trip of {TO_SLACK:g} ms to Slack and {TO_TABLE:g} ms to the table, "
        f"{figures['rounds']} rounds of both in turn. A relay on this machine holds each piece of data for half a "
        "round trip, those of the TCP and TLS handshakes too. Both know all public certificates, as on Lambda. A round "
        "opens the form, types a letter into the patron list, submits, opens and submits once more, and asks for the "
        "status. Then the event gets its old row back, so that each round meets the same table. The figure is the time "
        "inside the handler. Slack's own work is that of the strict Slack, alike on both sides. The peer's status has "
        "the same eight trips, read one after another; ours reads them together, with waivers and edits."
    )
    tables = (_table_of_steps(figures), _table_of_connections(spent))
    curves = tuple(_distribution(step, spent) for step in MOST)
    return (Section("Over a distance", how, tables, curves, _findings(figures, spent)),)


def _table_of_steps(figures: dict[str, Any]) -> ResultTable:
    def row(step: str) -> tuple[str, ...]:
        times = (f"{figures[name][step][at]:.1f}" for at in ("p50", "p99") for name in ("ours", "peer"))
        return STEPS[step], *times, f"{figures['ratio'][step]:.2f}", f"{MOST[step]:g}" if step in MOST else ""

    columns = ("milliseconds", "ours p50", "peer p50", "ours p99", "peer p99", "ratio of p50", "aim")
    return ResultTable(columns, tuple(map(row, STEPS)))


def _table_of_connections(spent: dict[str, Spent]) -> ResultTable:
    per_round = {name: each.connections for name, each in spent.items()}
    rows = tuple((to, *(f"{per_round[name][to]:.2f}" for name in ("ours", "peer"))) for to in ("slack", "table"))
    return ResultTable(("new connections a round (two forms) to", "ours", "peer"), rows)


def summary(spent: dict[str, Spent]) -> dict[str, Any]:
    """Return p50 and p99 of each contender's steps, the ratios of p50, and the conditions."""
    of = {
        name: {step: {"p50": _at(0.5, times), "p99": _at(0.99, times)} for step, times in each.steps.items()}
        for name, each in spent.items()
    }
    ratio = {step: round(of["ours"][step]["p50"] / of["peer"][step]["p50"], 3) for step in STEPS}
    return {
        **conditions(),
        "rounds": len(spent["ours"].steps["open"]),
        **of,
        "connections": {name: each.connections for name, each in spent.items()},
        "ratio": ratio,
        "most": MOST,
    }


def _findings(figures: dict[str, Any], spent: dict[str, Spent]) -> str:
    missed = [step for step, most in MOST.items() if figures["ratio"][step] > most]
    aims = f"Not reached: to {' and to '.join(STEPS[step] for step in missed)}." if missed else "Both aims are reached."
    slower = [f"to {STEPS[step]} ({ratio:.2f})" for step, ratio in figures["ratio"].items() if round(ratio, 2) > 1]
    where = f" Ours takes longer than the peer {', '.join(slower)}." if slower else ""
    for_ten = 10 / _FORMS * spent["ours"].connections["slack"]
    return (
        f"{aims}{where} Ten forms of ours opened {for_ten:.1f} new connections to Slack; the aim is at most 1. The "
        "peer opens one for each form, with two handshakes. A patron's first payment is one write of ours and three "
        "calls of the peer; of a further payment both make one. The patron list is one read on both sides: ours of all "
        "rows of the event, with waivers and edits, the peer's of one row."
    )


def _distribution(step: str, spent: dict[str, Spent]) -> Curve:
    series = {}
    for name, each in spent.items():
        times = sorted(each.steps[step])
        series[name] = tuple((time, 100 * (place + 1) / len(times)) for place, time in enumerate(times))
    title = STEPS[step][0].upper() + STEPS[step][1:]
    return Curve(f"distance-{step}", title, "milliseconds at most", "% of the requests", series)


def _at(share: float, times: list[float]) -> float:
    """Return the time within which that share of the requests was answered."""
    ordered = sorted(times)
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 2)


def _port(url: str) -> int:
    return int(url.rpartition(":")[2])


def main() -> int:
    """The command; its exit code."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--rounds", type=int, default=120, help="how many rounds each does (default: 120)")
    options.add_argument("--json", action="store_true", help="print the figures as JSON")
    chosen = options.parse_args()
    if chosen.rounds < 1:
        options.error("--rounds must be 1 or more")
    figures = summary(measure(chosen.rounds))
    print(json.dumps(figures) if chosen.json else _printed(figures))
    return int(any(figures["ratio"][step] > most for step, most in MOST.items()))


def _printed(figures: dict[str, Any]) -> str:
    table = _table_of_steps(figures)
    lines = ["".join(f"{cell:<{36 if not place else 14}}" for place, cell in enumerate(row)) for row in table.rows]
    head = "".join(f"{cell:<{36 if not place else 14}}" for place, cell in enumerate(table.columns))
    return "\n".join([head, *lines, f"new connections a round: {figures['connections']}"])


if __name__ == "__main__":
    sys.exit(main())
