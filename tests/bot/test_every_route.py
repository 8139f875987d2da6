"""Every route of bot/app.py: each failure shows a reference of the log, for every source of the request.

The routes are read from the app itself, so a new one is tested without a change here. Each listener is replaced by
an error; the request comes from the strict Slack, which also shows the answer.
"""

from __future__ import annotations

import importlib
import inspect
import re
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from slack_sdk import WebClient

import bot.app
from bot import lazily, routing
from bot.board_ids import BoardMemo
from bot.routing import Route, Routes
from bot.views.payment_form import FORM, GROUP_FORM, RECEIPT, Memo
from bot.waiver_menu import OPEN, SHOW_QR
from charter.refusals import TableUnavailable
from devkit.slack.people import BOT_TOKEN
from tests.bot.conftest import last, plainly
from tests.bot.test_troubles import SLOW, TROUBLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from devkit.slack import Person
    from tests.bot.conftest import BotStage

KINDS = ("command", "action", "view", "options", "global_shortcut", "message_shortcut", "event", "view_closed")
LINKS = {OPEN, SHOW_QR, "open_dispatch", "board_print"}  # they are acknowledged, and have nothing to refuse
Asked = tuple[str, str, str | None]  # kind, id, and a block id that a route asks for


def all_of(stage: BotStage) -> list[Route]:
    """Each route of the app."""
    made: list[Routes] = []

    class Noted(Routes):
        """Routes that are kept for the test."""

        def __init__(self) -> None:
            super().__init__()
            made.append(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bot.app, "Routes", Noted)
        function = stage.world.lambda_function
        bot.app.create_app(
            settings=function.settings,
            slack=function.slack,
            access=None,  # type: ignore[arg-type]  # nothing of it is called while routes are recorded
            services=function.services,
            dispatch_link=function.dispatch_link,
            passenger_link=function.passenger_link,
        )
    return made[0].all


def routes(stage: BotStage) -> list[Asked]:
    """Each route of the app with an id that it takes."""
    return list(dict.fromkeys((each.kind, sample(each), each.block_id) for each in all_of(stage)))


def sample(route: Route) -> str:
    """An id that the route takes."""
    first = min(route.ids) if isinstance(route.ids, frozenset) else str(route.ids)
    return next(first + end for end in ("", "x", "0") if route.takes(first + end))


def raised_by_all(stage: BotStage, error: Callable[[Any], Exception | None]) -> None:
    """Let every listener of the app fail in this way. The middleware before it stays as it is."""

    def failing(context: Any) -> None:
        if (why := error(context)) is not None:
            raise why

    for listener in stage.world.lambda_function.app._listeners:
        listener.ack_function, listener.arg_names = failing, ["context"]


def slack_of(stage: BotStage) -> WebClient:
    """The strict Slack's Web API, as the bot calls it."""
    return WebClient(token=BOT_TOKEN, base_url=f"{stage.slack.base_url}/api/")


def blocks_with(route: Asked) -> list[dict[str, Any]]:
    """A block with the element of an action or of a type-ahead."""
    kind, action_id, block_id = route
    element: dict[str, Any] = {"type": "button", "text": {"type": "plain_text", "text": "Press"}, "value": "{}"}
    if kind == "options":
        element = {"type": "external_select", "min_query_length": 0}
    return [{"type": "actions", "block_id": block_id or "row", "elements": [{**element, "action_id": action_id}]}]


def opened_form(stage: BotStage, person: Person, route: Asked) -> None:
    """Open a form with an input, and the element of the route where it is one."""
    view: dict[str, Any] = {
        "type": "modal",
        "callback_id": route[1] if route[0] == "view" else "elsewhere",
        "private_metadata": "{}",
        "title": {"type": "plain_text", "text": "A form"},
        "submit": {"type": "plain_text", "text": "Save"},
        "blocks": [
            {
                "type": "input",
                "block_id": "amount",
                "optional": True,
                "label": {"type": "plain_text", "text": "Amount"},
                "element": {"type": "plain_text_input", "action_id": "amount"},
            },
            *([] if route[0] == "view" else blocks_with(route)),
        ],
    }
    if view["callback_id"] in {FORM, GROUP_FORM, RECEIPT}:  # the forms that carry a role are read before any listener
        view["private_metadata"] = Memo("p1").dump()
    elif view["callback_id"].startswith("board"):
        view["private_metadata"] = BoardMemo("e").dump()
    trigger = stage.slack.modals.new_trigger(person.id, person.human.team_id)
    slack_of(stage).views_open(trigger_id=trigger, view=view)


def readings(stage: BotStage, person: Person, route: Asked) -> list[str]:
    """The text that the person reads after a request of this route, from each place that it can come from."""
    stage.slack.modals.clear(person.id)
    match route[0]:
        case "command":
            shortened = route[1] if route[1].startswith("/") else "/log-payment"
            person.command(shortened, "" if shortened == route[1] else "help")
            return [last(person).text]
        case "global_shortcut":
            person.shortcut(route[1])
            return [person.form.text.split("\n")[1]]
        case "message_shortcut":
            person.message_shortcut(person.say("Dave paid 120"), route[1])
            return [last(person).text]
        case "event":
            person.open_home()
            return [person.home.text.split("\n")[0]]
        case "view_closed":  # nobody reads anything
            return []
    return _readings_in_a_form(stage, person, route)


def _readings_in_a_form(stage: BotStage, person: Person, route: Asked) -> list[str]:
    opened_form(stage, person, route)
    if route[0] == "options":
        (offered,) = stage.slack.suggest(person.id, person.form.id, route[2] or "row", route[1], "x")["options"]
        return [f"{offered['text']['text']} {offered['description']['text']}"]
    if route[0] == "view":
        person.form.submit()
        return [person.form.errors["amount"]]
    person.form.click(route[1])
    read = person.form.text.split("\n")[1].removeprefix(":warning: ")
    stage.slack.modals.clear(person.id)
    slack_of(stage).chat_postMessage(channel="C0DOCK", text="A post", blocks=blocks_with(route))
    person.click(last(person), action_id=route[1])
    assert last(person).ephemeral, route
    return [read, last(person).text]


@pytest.fixture
def all_routes(bare_bot_stage: BotStage) -> list[Asked]:
    """The routes, without those that only acknowledge a link."""
    bare_bot_stage.slack.rate_limit = False  # a post for each route
    found = [route for route in routes(bare_bot_stage) if route[1] not in LINKS]
    assert {kind for kind, *_ in found} == set(KINDS)
    assert len(found) > 55, "the routes are read"
    return found


def test_every_trouble_has_a_reference_that_stands_in_the_log(
    bare_bot_stage: BotStage, all_routes: list[Asked], caplog: pytest.LogCaptureFixture
) -> None:
    troubles = [(KeyError("Dave owes 5"), TROUBLE), (TableUnavailable(), SLOW)]
    raised_by_all(bare_bot_stage, lambda _: troubles[0][0])
    for route in all_routes:
        for read in readings(bare_bot_stage, bare_bot_stage.dana, route):
            code = re.search(r"Reference: (\S{4}-\S{4})\.", read)
            assert code, (route, read)
            assert f"reference={code[1]} request=" in caplog.text, route
            assert "options" in route or plainly(read) == troubles[0][1], route
        troubles.reverse()
    assert "Dave owes" not in caplog.text
    assert not bare_bot_stage.dana.troubles, bare_bot_stage.dana.trouble_log


def test_every_listener_is_there_and_takes_what_it_is_given(bare_bot_stage: BotStage) -> None:
    modules = set()
    given = set(inspect.signature(routing._run).parameters)
    for route in all_of(bare_bot_stage):
        listener: Any = route.listener
        dependencies = listener.keywords.keys() if isinstance(listener, partial) else set()
        function = getattr(listener, "func", listener)
        module, name = getattr(function, "later", (None, function.__name__))
        if module is not None:
            modules.add(module)
            function = getattr(importlib.import_module(module), name)
        parameters = inspect.signature(function).parameters.values()
        by_name = {each.name for each in parameters if each.kind is each.POSITIONAL_OR_KEYWORD}
        assert by_name <= given, (module, name)
        assert {each.name for each in parameters} - by_name == dependencies, (module, name)
    assert {module.rpartition(".")[2] for module in modules} == set(lazily.__all__)
