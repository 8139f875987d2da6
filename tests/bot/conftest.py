"""Stage of the bot's tests: people in a strict Slack, the bot on a day in May, and a table that can fail."""

from __future__ import annotations

import importlib
import re
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from boto3.dynamodb.types import TypeDeserializer

from devkit.listen import bind, listening
from devkit.local_slack import RunningSlack
from devkit.season import plant
from devkit.season.planting import to_item
from devkit.slack.server import application
from tests.builders import EID, NOW, a_row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime, tzinfo

    from starlette.types import ASGIApp, Receive, Scope, Send

    from devkit.slack import Message, Modal, Person, Workspace
    from tests.conftest import World


@dataclass
class Clock:
    """Replacement for `datetime` where the bot reads the time. Tests move it."""

    moment: datetime = NOW

    def now(self, zone: tzinfo) -> datetime:
        """The moment, in that zone."""
        return self.moment.astimezone(zone)


@dataclass
class Cost:
    """Requests of the bot: those to the table by operation, and Web API methods in order."""

    table: Counter[str] = field(default_factory=Counter)
    slack: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class BotStage:
    """The running bot and the people who use it."""

    world: World
    clock: Clock
    monkeypatch: pytest.MonkeyPatch

    @property
    def slack(self) -> Workspace:
        """The workspace."""
        return self.world.slack

    @property
    def dana(self) -> Person:
        """Of the crew."""
        return self.slack.as_("U0DANA")

    @property
    def marco(self) -> Person:
        """Of the crew."""
        return self.slack.as_("U0MARCO")

    @property
    def olivia(self) -> Person:
        """Of the office: an admin."""
        return self.slack.as_("U0OLIVIA")

    @property
    def gus(self) -> Person:
        """A guest."""
        return self.slack.as_("U0GUS")

    @property
    def eve(self) -> Person:
        """Of another workspace, in the shared channel #dock."""
        return self.slack.as_("U0EVE")

    def put(self, *rows: Mapping[str, Any]) -> None:
        """Write whole rows past the proxy."""
        for row in rows:
            self.world.client.put_item(TableName=self.world.table, Item=to_item(dict(row)))

    def row(self, eid: str = EID) -> dict[str, Any]:
        """An event's own row, in Python's types; empty when there is none."""
        key: Any = to_item({"eid": eid, "crew_id": "#event"})
        answer = self.world.client.get_item(TableName=self.world.table, Key=key, ConsistentRead=True)
        return {name: TypeDeserializer().deserialize(value) for name, value in answer.get("Item", {}).items()}

    def rows(self, prefix: str, eid: str = EID) -> list[dict[str, Any]]:
        """Those of an event's rows whose key begins so, in Python's types and in their order."""
        answer = self.world.client.query(
            TableName=self.world.table,
            KeyConditionExpression="eid = :eid AND begins_with(crew_id, :prefix)",
            ExpressionAttributeValues=to_item({":eid": eid, ":prefix": prefix}),
            ConsistentRead=True,
        )
        return [{name: TypeDeserializer().deserialize(value) for name, value in row.items()} for row in answer["Items"]]

    def plant_season(self) -> None:
        """The sample season around the day of NOW."""
        plant(self.world.client, self.world.table, NOW.date())

    def remember_events(self) -> None:
        """Let the bot read its list of events, as anybody's type-ahead does."""
        self.world.lambda_function.calendar.near(self.clock.now(self.world.lambda_function.settings.timezone))

    def restart(self, **environment: str | None) -> None:
        """Start the bot anew, with these variables changed; None removes one."""
        for name, value in environment.items():
            if value is None:
                self.monkeypatch.delenv(name, raising=False)
            else:
                self.monkeypatch.setenv(name, value)
        importlib.reload(self.world.lambda_function)
        self.world.lambda_function.datetime = self.clock  # type: ignore[attr-defined]  # a module takes any attribute

    @contextmanager
    def counting(self) -> Iterator[Cost]:
        """Count the bot's requests to the table and to Slack inside the block."""
        cost, table, slack = Cost(), Counter(self.world.calls), len(self.slack.api_calls)
        yield cost
        cost.table = Counter(self.world.calls) - table
        cost.slack = [call.method for call in self.slack.api_calls[slack:]]

    def paid(self, eid: str = EID) -> dict[str, str]:
        """Net paid by patron, as the table holds it."""
        return {patron: f"{record['amount']:.2f}" for patron, record in self.row(eid).get("payments", {}).items()}


@pytest.fixture(scope="session")
def serve_at_once() -> Iterator[Callable[[Workspace], RunningSlack]]:
    """Replacement for `devkit.local_slack.serve`, with one listener for all tests: starting one is slow."""
    served: list[ASGIApp] = []

    async def newest(scope: Scope, receive: Receive, send: Send) -> None:
        await served[-1](scope, receive, send)

    with listening(newest, bind(0)) as url:

        def serve(workspace: Workspace) -> RunningSlack:
            workspace.base_url = url
            served[:] = [application(workspace)]
            return RunningSlack(url, stop=served.clear)

        yield serve


@pytest.fixture(autouse=True)
def _one_listener(serve_at_once: Callable[[Workspace], RunningSlack], monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace `serve` in `world`."""
    monkeypatch.setattr("devkit.local_slack.serve", serve_at_once)


@pytest.fixture
def bare_bot_stage(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[BotStage]:
    """The bot over an empty table. After each test nobody was notified, and each ordered fault occurred."""
    clock = Clock()
    monkeypatch.setattr(world.lambda_function, "datetime", clock)
    yield BotStage(world, clock, monkeypatch)
    assert world.slack.pings == []
    assert world.table_faults.unused == {}


@pytest.fixture
def bot_stage(bare_bot_stage: BotStage) -> BotStage:
    """The bot over a table with one event: Captain Cory's of this afternoon, with Dave and Ana."""
    bare_bot_stage.put(a_row())
    return bare_bot_stage


def last(person: Person, channel: str = "C0DOCK") -> Message:
    """The newest message that the person sees."""
    assert not person.troubles, person.trouble_log
    return person.sees(channel)[-1]


def opened(person: Person, text: str = EID, *, channel: str = "C0DOCK") -> Modal:
    """The form as `/log-payment` opens it."""
    person.command("/log-payment", text, channel=channel)
    assert not person.troubles, person.trouble_log
    return person.form


def logged(person: Person, text: str = f"{EID} dave 125 cash") -> Modal:
    """The receipt of a payment that words alone describe."""
    form = opened(person, text)
    form.submit()
    assert not form.errors, form.errors
    assert form.title == "Payment logged", (form.text, person.trouble_log)
    return form


def plainly(text: str) -> str:
    """The text of a trouble, without its reference, which it must have, and the button to go on."""
    found = re.fullmatch(r"(.*) Reference: [0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}\.(\n.*)?", text)
    assert found, text
    return found[1]


def plain_errors(form: Modal) -> dict[str, str]:
    """A form's errors, each without its reference, which it must have."""
    return {field: plainly(sentence) for field, sentence in form.errors.items()}
