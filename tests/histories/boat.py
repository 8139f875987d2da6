"""The boat: the three functions with Slack, browsers, the stream, and the services that they use, all in memory."""

from __future__ import annotations

import json
import random
from contextlib import ExitStack, contextmanager
from contextvars import copy_context
from typing import TYPE_CHECKING, Any, Final

from click.testing import CliRunner

from devkit.aws import CREDENTIALS, REGION
from devkit.batches import Batch, first_failure
from devkit.functions import invoke, to_event
from devkit.local_slack import local_slack
from devkit.slack.wire import Answer, interaction, read_body, signed_headers
from roster.main import main as roster_command
from tests.announce.process import Clock, Invocation
from tests.builders import NOW
from tests.histories import processes
from tests.histories.engine.operations import MemoryDynamo
from tests.histories.fault_injection import MAIL, S3, SLACK, TABLE, FaultInjector, Killed
from tests.histories.long_faults import OPEN, RATE_LIMITED
from tests.histories.services import HOSTS, Bucket, Outbox, slack_service, table_service
from tests.histories.shortcut import short_cut
from tests.histories.wire import Wire
from web.tokens import Tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import ModuleType

    from devkit.slack import Person

BOT, WEB = "lambda_function", "web_function"
POSTS, MAILS = "books,slack", "mail"
"""The announce function runs twice, as on AWS: once for the books and Slack, and once for mail."""
_LONGEST_BATCH: Final = 10
_SORRY: Final = 502
_NO_FORM: Final = f"{OPEN} {RATE_LIMITED}"


class Harness:
    """The clock, the fault injection and the network of all histories, installed once for many of them."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.injector = FaultInjector()
        self.chance = random.Random()  # noqa: S311 - to repeat a history, not to hide anything
        self.wire = Wire({}, self.injector, self.clock)
        self.dynamo = MemoryDynamo(self.clock)
        self.boat: Boat | None = None

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """Let the product run in this world, inside the block."""
        processes.import_all()
        with ExitStack() as stack:
            for each in (
                processes.environment(),
                processes.one_clock(self.clock),
                processes.no_threads(self.clock),
                processes.shared_clients(),
                processes.drawn_from(self.chance),
                self.wire.plugged_in(),
                short_cut(self.injector, lambda: self.dynamo),
            ):
                stack.enter_context(each)
            yield

    def new_boat(self, seed: str) -> Boat:
        """Return a boat at the first moment of its history, with empty tables and a silent workspace."""
        if self.boat is not None:
            self.boat.restart()  # a connection that is kept open would keep the whole boat
        processes.close_connections()
        self.clock.seconds = NOW.timestamp()
        self.chance.seed(seed)
        random.seed(seed)
        self.injector.clear()
        self.injector.long.end()
        self.injector.met.clear()
        boat = Boat(self)
        self.dynamo, self.boat = boat.dynamo, boat
        services = {
            TABLE: table_service(boat.dynamo),
            SLACK: slack_service(boat.slack, boat.injector),
            S3: boat.bucket.service(),
            MAIL: boat.outbox.service(),
        }
        self.wire.services = {host: services[name] for host, name in HOSTS.items()}
        return boat


class Boat:
    """One boat from its first event on."""

    def __init__(self, harness: Harness) -> None:
        self.clock, self.injector = harness.clock, harness.injector
        self.dynamo = MemoryDynamo(self.clock)
        self.events = self.dynamo.create(processes.EVENTS, "eid", "crew_id", streams=True)
        self.announcements = self.dynamo.create(processes.ANNOUNCEMENTS, "id")
        self.slack = local_slack(self._deliver, clock=self.clock, recorded=False)
        self.slack.base_url = "http://slack.test"
        self.bucket, self.outbox = Bucket(), Outbox()
        self._running: dict[str, ModuleType] = {}
        self._busy: set[str] = set()
        self._now: tuple[str, dict[str, str], bytes] | None = None
        self.changes: list[dict[str, Any]] = []
        """All records of the stream until now, in order."""
        self.read = {POSTS: 0, MAILS: 0}
        """The number of records that each reader has done."""
        self.pressed_again: list[Any] = []
        """Requests of Slack's that were delivered once more."""
        self.mishaps: list[str] = []
        """Failures that people saw without an injected fault."""
        self._forms_refused = 0
        self.mails_in_trouble = False
        """True after a fault in the mail function. A mail that was sent and not recorded is sent again."""

    def as_(self, person: str) -> Person:
        """Return a person of the workspace, by their first name."""
        return self.slack.as_(f"U0{person.upper()}")

    # The functions

    @contextmanager
    def free(self, function: str) -> Iterator[tuple[str, ModuleType]]:
        """Give out a process that serves nobody, and its name. While it serves somebody, another one is started."""
        name = function
        while name in self._busy:
            name += "'"
        self._busy.add(name)
        try:
            yield name, self.function(name)
        finally:
            self._busy.discard(name)

    def function(self, name: str) -> ModuleType:
        """Return the running process of a function, or of one reader of the stream. It starts where there is none."""
        if name not in self._running:
            function = name.rstrip("'")
            is_reader = function in self.read
            changed = {"ANNOUNCE_BY": function} if is_reader else {}
            started = processes.started("announce_function" if is_reader else function, self.clock, **changed)
            if is_reader:
                started.poster._clock, started.poster._sleep = self.clock, self.clock.sleep
            self._running[name] = started
        return self._running[name]

    def restart(self, *names: str) -> None:
        """End these processes, or all of them. The next request starts a fresh one."""
        for name in names or list(self._running):
            self._running.pop(name, None)

    def _deliver(self, kind: str, headers: dict[str, str], body: bytes) -> Answer:
        self._now = (kind, headers, body) if kind == "interaction" else None
        event = to_event("POST", "/slack/events", "", headers, body)
        before = len(self.slack.board.posts)
        answer = Answer(*self._invoked(BOT, event, "trouble of the bot"))
        self._check_notified(kind, answer, before)
        return answer

    def _check_notified(self, kind: str, answer: Answer, before: int) -> None:
        """Check that a person whose form was refused by a rate limit gets a sentence: as the answer, or as a message.

        Acts in the middle of this request were checked before.
        """
        refused, self._forms_refused = self.injector.met[_NO_FORM] - self._forms_refused, self.injector.met[_NO_FORM]
        said = [answer.body.decode(), *(post.text for post in self.slack.board.posts[before:])]
        if refused and not self.injector.faults and not any("went wrong" in text for text in said):
            self.mishaps.append(f"a form did not open, and nobody was notified after a {kind}: {said}")

    def _invoked(self, name: str, event: dict[str, Any], mishap: str) -> tuple[int, dict[str, str], bytes]:
        began = self.clock.seconds  # an act in the middle of a call may take longer than the time-out of the table
        with self.free(name) as (process, function):
            try:
                status, headers, body = copy_context().run(invoke, function.lambda_handler, event, name=name)
            except Killed:
                self._buried(process)
                return _SORRY, {}, b""
        if status >= 500 and not self.injector.faults and self.clock.seconds == began:
            self.mishaps.append(f"{mishap}: {status} {body[:200]!r}")
        return status, dict(headers), body

    def _buried(self, name: str) -> None:
        self.restart(name)
        self.injector.dead = False

    def web(
        self, method: str, path: str, body: object = None, *, headers: Mapping[str, str] | None = None, query: str = ""
    ) -> tuple[int, Any]:
        """Send a request to the web function. Return the status and the JSON or text of the answer."""
        content = b"" if body is None else json.dumps(body).encode()
        sent = {"content-type": "application/json", "x-forwarded-for": "203.0.113.9", **(headers or {})}
        status, answered, text = self._invoked(WEB, to_event(method, path, query, sent, content), f"{method} {path}")
        is_json = "json" in answered.get("content-type", "")
        return status, json.loads(text) if is_json else text.decode(errors="replace")

    def office(
        self, method: str, path: str, body: object = None, *, query: str = "", **headers: str
    ) -> tuple[int, Any]:
        """Send a request to the API with Olivia's token."""
        token = Tokens(processes.SECRET, processes.PUBLIC, now=self.clock.now).issue("U0OLIVIA", name="Olivia Park")
        return self.web(method, path, body, query=query, headers={"authorization": f"Bearer {token}", **headers})

    def press_again(self, delivery: Any) -> tuple[int, str]:
        """Send an earlier request of Slack's once more, signed anew. Return the status and the answer."""
        self.pressed_again.append(delivery)
        body = interaction(read_body(delivery.body)) if delivery.kind != "command" else delivery.body
        headers = signed_headers(body, secret=self.slack.signing_secret, timestamp=int(self.clock()))
        answer = self._deliver(delivery.kind, headers, body)
        return answer.status, answer.body.decode()

    def same_again(self) -> None:
        """Deliver the request of Slack's that is under way once more, as a second tap does."""
        if self._now:
            under_way, self._now = self._now, None
            self._deliver(*under_way)

    def press_last_again(self) -> None:
        """Deliver the newest press or submission once more."""
        sent = [each for each in self.slack.deliveries if each.kind == "interaction"]
        if sent:
            self.press_again(sent[-1])

    def roster(self, *words: str) -> tuple[int, str]:
        """Run a command of `python -m roster`. Return its exit code and all that it printed; -1 where it was killed."""
        options = ["--table", processes.EVENTS, "--endpoint", "http://table.test", "--region", REGION]
        runner = CliRunner(env={**CREDENTIALS, "COLUMNS": "200", "TIMEZONE": processes.ENVIRONMENT["TIMEZONE"]})
        try:
            result = runner.invoke(roster_command, [*options, *words])
        except Killed:
            self.injector.dead = False
            return -1, ""
        if result.exception is not None and not isinstance(result.exception, SystemExit) and not self.injector.faults:
            self.mishaps.append(f"roster {words[0]}: {result.exception!r}")
        return result.exit_code, result.output

    # The stream

    def gather(self) -> None:
        """Take the records of the stream that are new."""
        self.changes += self.events.take_records()

    def announce(self, reader: str, *, again: int = 0) -> None:
        """Invoke a reader once with its next records, or again with the last ones before them. Then it moves on.

        A shard has one batch under way at a time, so nothing happens in the middle of one.
        """
        if reader in self._busy:
            return
        self.gather()
        start = max(0, self.read[reader] - again)
        records = self.changes[start : start + _LONGEST_BATCH]
        if not records:
            return
        answer = self.invoke(reader, {"Records": records})
        first = first_failure(answer, Batch(tuple(records))) if answer is not None else 0
        done = start + (len(records) if first is None else max(first, 0))
        self.read[reader] = max(self.read[reader], done) if again else done

    def invoke(self, reader: str, event: dict[str, Any]) -> dict[str, Any] | None:
        """Invoke the announce function. Return its answer; None where it failed or died."""
        context, faults_before = Invocation(self.clock), self.injector.met.total()
        with self.free(reader) as (process, function):
            try:
                handed = json.loads(json.dumps(event))
                answer = copy_context().run(function.lambda_handler, handed, context)
                return json.loads(json.dumps(answer))  # type: ignore[no-any-return]  # an object
            except Killed:
                self._buried(process)
                self.clock.sleep(context.get_remaining_time_in_millis() / 1000)
            except Exception as error:  # noqa: BLE001 - Lambda invokes again after any error
                if not self.injector.faults and not self.injector.long.last(self.clock()):
                    self.mishaps.append(f"the announce function failed: {error!r}")
            finally:
                self.mails_in_trouble |= reader == MAILS and self.injector.met.total() > faults_before
        return None

    @property
    def is_quiet(self) -> bool:
        """Return whether every reader has done every record."""
        self.gather()
        return all(done == len(self.changes) for done in self.read.values())
