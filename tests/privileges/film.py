"""Everything that people do on a stage, by route, with the table as it was before each request."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import pytest

import bot.app
from bot.routing import Begins, Named, Route, Routes
from devkit.slack.wire import event, form, interaction, signed_headers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from devkit.slack import Answer
    from tests.bot.conftest import BotStage

WRITES: Final = ("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem")
Rows = dict[str, dict[str, Any]]  # by key, as DynamoDB sends them


@dataclass(frozen=True)
class Take:
    """One request that reached a listener: what Slack sent, and the table and the moment before it."""

    kind: str
    payload: dict[str, Any]
    rows: Rows = field(repr=False)
    moment: datetime

    @property
    def sender(self) -> str:
        """The Slack id of the person who sent it."""
        happened = self.payload.get("event") or {}
        return str(self.payload.get("user_id") or happened.get("user") or self.payload["user"]["id"])


class Watched(Route):
    """A route that notes when its listener is fetched to be called."""

    __slots__ = ("_fetched", "_kept")

    def __init__(self, fetched: Callable[[Route], None], *given: Any) -> None:
        self._fetched = fetched
        super().__init__(*given)

    @property
    def listener(self) -> Any:
        """The listener."""
        self._fetched(self)
        return self._kept

    @listener.setter
    def listener(self, listener: Any) -> None:
        self._kept = listener


def routes_of(stage: BotStage, fetched: Callable[[Route], None]) -> dict[str, Route]:
    """Start the bot anew, and return each route of bot/app.py by its name. `fetched` is called before a listener is."""
    made: list[Routes] = []

    class WatchedRoutes(Routes):
        """Routes that are kept and watched."""

        def __init__(self) -> None:
            super().__init__()
            made.append(self)

        def _adder(self, kind: str, ids: Any, *, block_id: str | None = None, matchers: Any = ()) -> Any:
            def add(listener: Any) -> Any:
                self.all.append(Watched(fetched, kind, ids, block_id, matchers, listener))
                return listener

            return add

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bot.app, "Routes", WatchedRoutes)
        stage.restart()
    found = {named(each): each for each in made[0].all}
    assert len(found) == len(made[0].all), "each route has a name of its own"
    return found


def named(route: Route) -> str:
    """Return a route's name: its kind, its id with `…` where more may follow, and the words that it asks for."""
    ids = " ".join(sorted(route.ids)) if isinstance(route.ids, frozenset) else str(route.ids)
    more = "…" if isinstance(route.ids, Begins | Named) else ""
    within = f" in {route.block_id}" if route.block_id else ""
    asked = f" ({' '.join(each.__name__.replace('_', ' ') for each in route.matchers)})" if route.matchers else ""
    return f"{route.kind} {ids}{more}{within}{asked}"


class Film:
    """Records the first request of each route while people use the stage. `as_(label)` names a special case of one."""

    def __init__(self, stage: BotStage) -> None:
        self.stage = stage
        self.takes: dict[str, Take] = {}
        self.ran: list[str] = []
        self.routes = routes_of(stage, lambda route: self.ran.append(named(route)))
        self._label = ""
        self._rows, self._written = scan(stage), -1
        self._deliver = stage.slack.bot
        stage.slack.bot = self._recording  # until the film is cut
        of_events = [each for each in self.routes if each.startswith("event")]  # Bolt itself calls these
        listeners = stage.world.lambda_function.app._listeners[-len(of_events) :]
        for route, listener in zip(of_events, listeners, strict=True):
            listener.ack_function = self._watched(route, listener.ack_function)

    def cut(self) -> None:
        """Stop recording."""
        self.stage.slack.bot = self._deliver

    @contextmanager
    def as_(self, label: str) -> Iterator[None]:
        """Name the last request inside the block `route › label`."""
        self._label = label
        yield
        self._label = ""

    def put(self, *rows: dict[str, Any]) -> None:
        """Write whole rows."""
        self.stage.put(*rows)
        self._written = -1

    def changed(self) -> None:
        """Read the table anew before the next request, because something else wrote."""
        self._written = -1

    def press(self, like: str, action_id: str, value: str) -> None:
        """Press another button where the button of a recorded route was, as the same person."""
        take = self.takes[like]
        payload = json.loads(json.dumps(take.payload))
        payload["actions"][0] |= {"action_id": action_id, "value": value}
        person = self.stage.slack.as_(take.sender)
        payload["trigger_id"] = self.stage.slack.modals.new_trigger(person.id, person.human.team_id)
        send(self.stage, take.kind, payload)

    def suggest(self, like: str, action_id: str, memo: dict[str, Any]) -> None:
        """Type into another type-ahead than that of a recorded route, in a form with this memo, as the same person."""
        take = self.takes[like]
        payload = json.loads(json.dumps(take.payload))
        payload |= {"action_id": action_id, "value": ""}
        payload["view"]["private_metadata"] = json.dumps(memo)
        send(self.stage, take.kind, payload)

    def route_of(self, action_id: str) -> str:
        """Return the name of the route of a button or a menu; empty for an input that is only read with its form."""
        for name, route in self.routes.items():
            if route.kind == "action" and route.takes(action_id):
                return name
        return ""

    def _watched(self, route: str, listener: Callable[..., Any]) -> Callable[..., Any]:
        def watched(**given: Any) -> Any:
            self.ran.append(route)
            return listener(**given)

        return watched

    def _recording(self, kind: str, headers: dict[str, str], body: bytes) -> Answer:
        from devkit.slack.wire import read_body

        written = sum(self.stage.world.calls[each] for each in WRITES)
        if written != self._written:
            self._rows, self._written = scan(self.stage), written
        self.ran.clear()
        take = Take(kind, read_body(body), self._rows, self.stage.clock.moment)
        answer = self._deliver(kind, headers, body)
        for route in self.ran:
            name = f"{route} › {self._label}" if self._label else route
            if self._label or name not in self.takes:
                self.takes[name] = take
        return answer


def scan(stage: BotStage) -> Rows:
    """Return every row of the table. The same sets and numbers look the same."""
    found = stage.world.client.scan(TableName=stage.world.table, ConsistentRead=True)["Items"]
    return {f"{row['eid']['S']} {row['crew_id']['S']}": settled(row) for row in found}


def settled(value: Any) -> Any:
    """Return a value of the table with its sets in order and its numbers without zeros at their end."""
    if isinstance(value, list):
        return [settled(each) for each in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"N"}:
        return {"N": f"{Decimal(value['N']).normalize():f}"}
    return (
        {"SS": sorted(value["SS"])} if value.keys() == {"SS"} else {name: settled(each) for name, each in value.items()}
    )


def send(
    stage: BotStage, kind: str, payload: dict[str, Any], *, timestamp: int | None = None, secret: str | None = None
) -> Answer:
    """Send a signed request past Slack's own checks, and return the bot's answer."""
    body = {"command": form, "event": event}.get(kind, interaction)(payload)
    at = int(stage.slack.clock()) if timestamp is None else timestamp
    headers = signed_headers(body, secret=secret or stage.slack.signing_secret, timestamp=at)
    if kind == "event":
        headers["Content-Type"] = "application/json"
    return stage.slack.bot(kind, headers, body)
