"""A boat's day over the metered table: people in Slack, the office in a browser, and the stream, each step measured."""

from __future__ import annotations

import os
import statistics
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from stage import ROOT, Contender, NotAnswered, RunningContender
from stand_in import TABLE, Cost, StandIn

from devkit.environment import TIMEZONE, bot_environment
from devkit.functions import from_answer, to_event
from devkit.local_slack import local_slack, serve
from devkit.slack import Answer
from devkit.slack.wire import form
from web.tokens import Tokens

if TYPE_CHECKING:
    from collections.abc import Callable

PUBLIC: Final = "https://trips.example.com"
SECRET: Final = "made-up-token-secret-of-at-least-32-bytes"  # noqa: S105 - opens nothing
_TICK: Final = 120.0  # seconds; a signature may be five minutes old
_OLD: Final = "x-list-is-old"  # see lambdas.py
_BOT: Final = Contender("bot", "lambdas.bot", ROOT)
_WEB: Final = Contender("web", "lambdas.web", ROOT)
_STREAM: Final = Contender("announce", "lambdas.announce", ROOT)
_ARN: Final = "arn:aws:dynamodb:us-west-2:000000000000:table/events/stream/2026-01-01T00:00:00.000"


@dataclass(frozen=True)
class Measure:
    """One step, a few times: the median milliseconds of CPU time, and the table's calls and units."""

    cpu: float
    cost: Cost

    @property
    def calls(self) -> int:
        """The number of calls of the table."""
        return self.cost.times


@dataclass
class Boat:
    """People before running Lambdas. Use it in a `with` block."""

    table: StandIn
    _stack: ExitStack = field(default_factory=ExitStack)
    _spent: float = 0.0
    _old: bool = False

    def __enter__(self) -> Self:
        # Slack's triggers expire after three seconds. On a busy machine they need longer, so its clock is a coarse one.
        workspace = local_slack(
            self._deliver, recorded=False, patience=60.0, clock=lambda: time.time() // _TICK * _TICK
        )
        slack = serve(workspace)
        self._stack.callback(slack.stop)
        environment = {
            **bot_environment(
                aws=self.table.endpoint, slack=slack.url, public_url=PUBLIC, token_secret=SECRET, events_table=TABLE
            ),
            "ANNOUNCE_BY": "books",
        }
        self._bot, self._web, self._announce = (
            self._stack.enter_context(_InBenchmarks(each, environment)) for each in (_BOT, _WEB, _STREAM)
        )
        self.dana, self.olivia = workspace.as_("U0DANA"), workspace.as_("U0OLIVIA")
        self._tokens = Tokens(SECRET, PUBLIC, lambda: datetime.now(UTC))
        self._deliver("", {}, form({"ssl_check": "1"}))
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def measure(self, step: Callable[[], object], *, times: int, old: bool = False) -> Measure:
        """Run a step some times. `old`: the bot's list of events is too old, so that it is read again.

        Raises NotAnswered where the step failed.
        """
        spent, cost = [], Cost({}, 0, 0)
        for _ in range(times):
            self.table.cost()
            self._spent, self._old = 0.0, old
            step()
            cost = self.table.cost()
            spent.append(1000 * self._spent)
            if troubles := [*self.dana.trouble_log, *self.olivia.trouble_log]:
                raise NotAnswered(f"Slack complained: {troubles}")
        self._old = False
        return Measure(statistics.median(spent), cost)

    def ready(self) -> None:
        """Measure the step from here on: what came before only made ready for it."""
        self.table.cost()
        self._spent = 0.0

    def get(self, path: str, **query: str) -> dict[str, Any]:
        """Send a request of the dispatch page. Raises NotAnswered unless it is answered with 200."""
        return self.ask_web(path, only_good=True, **query)

    def ask_web(self, path: str, *, only_good: bool = False, **query: str) -> dict[str, Any]:
        """Send a request of the dispatch page and return the answer, whatever its status."""
        token = self._tokens.issue("U0OLIVIA", name="Olivia")
        headers = {"x-viewer-authorization": f"Bearer {token}", "authorization": f"Bearer {token}"}
        reply = self._web.ask(to_event("GET", path, urlencode(query), headers), http=only_good)
        self._spent += reply.cpu
        return reply.answer

    def peak_of_web(self) -> float:
        """Return the most memory that the web function's process had, in MB."""
        return self._web.peak

    def keep_books(self, before: Any, after: Any) -> None:  # noqa: ANN401 - rows on the wire
        """Let the stream deliver a change of a row to the function that keeps the books."""
        keys = {name: after[name] for name in ("eid", "crew_id")}
        change = {"Keys": keys, "OldImage": before, "NewImage": after, "SequenceNumber": "1", "SizeBytes": 1}
        record = {
            "eventID": "1",
            "eventName": "MODIFY",
            "eventSource": "aws:dynamodb",
            "eventSourceARN": _ARN,
            "dynamodb": {**change, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        }
        reply = self._announce.ask({"Records": [record]}, http=False)
        self._spent += reply.cpu
        if reply.answer.get("batchItemFailures"):
            raise NotAnswered(f"the books were not kept: {reply.answer}")

    def row(self, eid: str) -> Any:  # noqa: ANN401 - a row on the wire
        """Return the event's own row, unmetered."""
        found = self.table.client.get_item(TableName=TABLE, Key={"eid": {"S": eid}, "crew_id": {"S": "#event"}})
        self.table.cost()
        return found["Item"]

    def _deliver(self, _kind: str, headers: dict[str, str], body: bytes) -> Answer:
        marked = {**headers, _OLD: "1"} if self._old else headers
        self._old = False  # the first request of a step finds the list old
        reply = self._bot.ask(to_event("POST", "/slack/events", "", marked, body))
        self._spent += reply.cpu
        status, answered, content = from_answer(reply.answer)
        return Answer(status, dict(answered), content)


class _InBenchmarks(RunningContender):
    """A contender that finds the modules of this folder too."""

    def __init__(self, contender: Contender, environment: dict[str, str]) -> None:
        path = os.pathsep.join((str(ROOT), str(ROOT / "benchmarks")))
        super().__init__(contender, {**environment}, path=path)


def today() -> str:
    """Return the day on the boat's clock."""
    return f"{datetime.now(ZoneInfo(TIMEZONE)):%Y-%m-%d}"
