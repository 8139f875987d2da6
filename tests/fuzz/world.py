"""The initial state of each case: the three functions over one engine, a season on a day in May, and a strict Slack."""

from __future__ import annotations

import importlib
import logging
import os
import sys
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final
from unittest import mock
from uuid import UUID

from adapters import dynamo
from adapters.books import DynamoBooks
from bot import deadline
from devkit.aws import create_announcements_table, create_events_table, dynamodb_client
from devkit.books import plant_with_books
from devkit.environment import bot_environment
from devkit.season import plant
from devkit.season.planting import to_item
from tests.builders import NOW, ZONE, a_row
from tests.fuzz.buckets import Buckets
from tests.fuzz.slack_side import URL, SlackSide
from tests.fuzz.tables import Tables

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo
    from types import ModuleType

TOKEN_SECRET: Final = "made-up-token-secret-of-at-least-32-bytes"
PUBLIC: Final = "https://trips.example.com"
BUCKET: Final = "waivers"
FUNCTIONS: Final = ("lambda_function", "web_function", "announce_function")


class Clock:
    """Replaces `datetime` in the functions."""

    def now(self, zone: tzinfo = UTC) -> datetime:
        """The moment, in that zone."""
        return NOW.astimezone(zone)


@dataclass
class Ids:
    """Replaces `uuid` in the functions, so that each run makes the same ids."""

    count: int = 0

    def uuid4(self) -> UUID:
        """Return the next id."""
        self.count += 1
        return UUID(int=(0xF << 124) + self.count)


class Errors(logging.Handler):
    """Log handler that collects errors."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__(logging.ERROR)
        self.lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it, with its arguments."""
        extra = {name: getattr(record, name) for name in ("why", "where") if hasattr(record, name)}
        self.lines.append(f"{record.name}: {record.getMessage()}{f' {extra}' if extra else ''}")


@dataclass
class World:
    """The functions, their tables, and the records of their calls."""

    endpoint: str
    client: Any
    events: str
    announcements: str
    tables: Tables
    slack: SlackSide
    errors: Errors
    ids: Ids
    buckets: Buckets = field(default_factory=Buckets)
    functions: dict[str, ModuleType] = field(default_factory=dict)

    @property
    def bot(self) -> ModuleType:
        """The bot's function file."""
        return self.functions["lambda_function"]

    @property
    def web(self) -> ModuleType:
        """The web's function file."""
        return self.functions["web_function"]

    @property
    def announce(self) -> ModuleType:
        """The stream's function file."""
        return self.functions["announce_function"]

    def reset(self) -> None:
        """Undo the changes of the last case."""
        if self.tables.written:
            self.bot.calendar.forget()
        self.tables.reset()
        self.buckets.objects.clear()
        self.errors.lines.clear()
        self.slack.begin()


@contextmanager
def opened(endpoint: str, *, functions: tuple[str, ...] = FUNCTIONS, books: bool = True) -> Iterator[World]:
    """Make the tables, import the functions anew, and watch them. Without `books` the season is in none."""
    with ExitStack() as stack:
        client = dynamodb_client(endpoint, parameter_validation=False)
        stack.callback(client.close)
        events, announcements = f"fuzz-{os.getpid()}-{time.monotonic_ns()}", f"fuzz-announced-{time.monotonic_ns()}"
        create_events_table(client, events)
        stack.callback(client.delete_table, TableName=events)
        create_announcements_table(client, announcements, forgets=False)
        stack.callback(client.delete_table, TableName=announcements)
        (plant_with_books if books else plant)(client, events, NOW.date())
        client.put_item(TableName=events, Item=to_item(a_row("2026-05-24-captain-cory-morning")))
        world = World(
            endpoint=endpoint,
            client=client,
            events=events,
            announcements=announcements,
            tables=Tables(client, {events: ("eid", "crew_id"), announcements: ("id",)}),
            slack=SlackSide(time.time),
            errors=Errors([]),
            ids=Ids(),
        )
        _use_environment(stack, world)
        _quiet(stack, world)
        for name in functions:
            world.functions[name] = _imported(stack, name, world)
        _use_stores(stack, world)
        world.tables.set_base()
        yield world


def enter_in_books(world: World) -> None:
    """Bring the books up to all events."""
    books = DynamoBooks(world.client, world.events, zone=ZONE, currency="USD", clock=lambda: 0.0)
    for eid in sorted({key[0] for table, key in world.tables._base if table == world.events and key[1] == "#event"}):
        books.refresh(eid)


def _use_environment(stack: ExitStack, world: World) -> None:
    environment = bot_environment(
        aws=world.endpoint,
        slack=URL,
        public_url=PUBLIC,
        token_secret=TOKEN_SECRET,
        events_table=world.events,
        announcements_table=world.announcements,
        waivers_bucket=BUCKET,
        dead_letters=f"{world.endpoint}/000000000000/dead-letters",
    ) | {"MAIL_PATRONS": "receipts,changes,reminders"}
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "SLACK_"))}
    stack.enter_context(mock.patch.dict(os.environ, ours | environment, clear=True))
    waits = {"connect_timeout": 10.0, "read_timeout": 20.0}
    stack.enter_context(mock.patch.dict(dynamo.connect.__kwdefaults__, waits))
    stack.enter_context(mock.patch.object(dynamo, "TIME_BUDGET", 20.0))
    stack.enter_context(mock.patch.object(deadline, "LONGEST_READ", 20.0))
    stack.enter_context(world.slack.wired())


def _use_stores(stack: ExitStack, world: World) -> None:
    """Let the functions' clients of S3, SQS and SES reach nothing beyond this process."""
    if web := world.functions.get("web_function"):
        web.evidence.prepare()
        world.buckets.watch(web.evidence._client)
    if announce := world.functions.get("announce_function"):
        for store in (announce.manifests, announce.dead_letters, announce.mailer):
            client = store._client
            world.buckets.watch(client)
            client.meta.events.register_first("before-call.sqs", _accept)
            client.meta.events.register_first("before-call.sesv2", _accept)
        handlers = announce.log._logger.handlers
        stack.callback(handlers.__setitem__, slice(None), handlers[:])
        handlers[:] = [Errors(world.errors.lines)]  # powertools mutes the root's for its own logs
        announce.poster._sleep = lambda _seconds: None
        announce.posted._clock = NOW.timestamp


def _accept(**_: object) -> Any:
    return SimpleNamespace(status_code=200), {"MessageId": "m"}


def _quiet(stack: ExitStack, world: World) -> None:
    """Collect errors that are logged, and print nothing of the product's."""
    root = logging.getLogger()
    before = root.handlers[:]
    root.handlers[:] = [world.errors]
    stack.callback(root.handlers.__setitem__, slice(None), before)


def _imported(stack: ExitStack, name: str, world: World) -> ModuleType:
    sys.modules.pop(name, None)
    stack.callback(sys.modules.pop, name, None)
    module = importlib.import_module(name)
    for what, replacement in (("datetime", Clock()), ("uuid", SimpleNamespace(uuid4=world.ids.uuid4))):
        if hasattr(module, what):
            setattr(module, what, replacement)
    world.tables.watch(module.table)
    stack.callback(module.table.close)
    return module
