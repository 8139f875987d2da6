"""Requests of a kind that the bot does not know, such as an old button: the person gets a sentence, never a 404."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from slack_sdk import WebClient

from bot import words
from devkit.functions import to_event
from devkit.slack.people import BOT_TOKEN, SIGNING_SECRET
from devkit.slack.wire import signed_headers
from tests.bot.conftest import last, opened, plain_errors
from tests.bot.test_roles import SORRY
from tests.builders import EID

if TYPE_CHECKING:
    from tests.bot.conftest import BotStage

BUTTON = {"type": "button", "action_id": "retired_button", "text": {"type": "plain_text", "text": "Old"}, "value": "1"}
INPUT = {
    "type": "input",
    "block_id": "name",
    "label": {"type": "plain_text", "text": "Name"},
    "element": {"type": "plain_text_input", "action_id": "name", "initial_value": "Zed"},
}


def _slack(bot_stage: BotStage) -> WebClient:
    """Slack's Web API, called with the bot's token, as an older version of the bot did."""
    return WebClient(token=BOT_TOKEN, base_url=f"{bot_stage.world.url}/api/")


def _send(bot_stage: BotStage, fields: dict[str, str]) -> dict[str, Any]:
    """Send a signed form and return the answer. It is what Slack takes: 200, and empty or JSON."""
    body = urlencode(fields).encode()
    event = to_event(
        "POST", "/slack/events", "", signed_headers(body, secret=SIGNING_SECRET, timestamp=int(time.time())), body
    )
    answer: dict[str, Any] = bot_stage.world.lambda_function.lambda_handler(event, None)
    assert answer["statusCode"] == 200, answer
    return dict(json.loads(answer["body"])) if answer["body"] else {}


def _view(bot_stage: BotStage, *blocks: dict[str, Any], callback_id: str = "retired_form") -> dict[str, Any]:
    """Open a form of an older version for Dana, with these blocks."""
    view = {
        "type": "modal",
        "callback_id": callback_id,
        "title": {"type": "plain_text", "text": "Old form"},
        "submit": {"type": "plain_text", "text": "Go"},
        "blocks": blocks,
    }
    trigger = bot_stage.slack.modals.new_trigger("U0DANA", "T0SHIPCREW")
    return dict(_slack(bot_stage).views_open(trigger_id=trigger, view=view).data["view"])  # type: ignore[call-overload]


def test_an_old_button_in_a_message_answers_the_person_who_pressed_it(bot_stage: BotStage) -> None:
    _slack(bot_stage).chat_postMessage(channel="C0DOCK", text="old", blocks=[{"type": "actions", "elements": [BUTTON]}])
    bot_stage.dana.click(last(bot_stage.dana), action_id="retired_button")
    assert words.UNKNOWN in last(bot_stage.dana).text
    assert all(words.UNKNOWN not in message.text for message in bot_stage.marco.sees())


def test_an_old_button_in_a_form_answers_in_the_form_and_keeps_what_was_typed(bot_stage: BotStage) -> None:
    _view(bot_stage, INPUT, {"type": "actions", "elements": [BUTTON]})
    bot_stage.dana.form.fill("name", "Zed Zulu").click("retired_button")
    assert words.UNKNOWN in bot_stage.dana.form.text
    assert bot_stage.dana.form.values["name"] == "Zed Zulu"


def test_an_unknown_form_says_so_on_a_field(bot_stage: BotStage) -> None:
    _view(bot_stage, INPUT)
    bot_stage.dana.form.submit()
    assert plain_errors(bot_stage.dana.form) == {"name": words.UNKNOWN}


def test_an_unknown_form_without_fields_says_so_on_top(bot_stage: BotStage) -> None:
    _view(bot_stage, {"type": "section", "text": {"type": "mrkdwn", "text": "An old receipt"}})
    bot_stage.dana.form.submit()
    assert words.UNKNOWN in bot_stage.dana.form.text
    assert "An old receipt" in bot_stage.dana.form.text


def test_an_unknown_menu_offers_nothing(bot_stage: BotStage) -> None:
    menu = {"type": "external_select", "action_id": "retired_menu", "min_query_length": 0}
    _view(bot_stage, INPUT | {"element": menu})
    assert bot_stage.dana.form.options("name", "z")[0].startswith("Nothing was done")
    assert not bot_stage.dana.troubles


def test_an_unknown_global_shortcut_opens_the_sentence(bot_stage: BotStage) -> None:
    old = replace(bot_stage.slack.shortcuts["new_event"], callback_id="retired_shortcut", name="Old")
    bot_stage.slack.shortcuts[old.callback_id] = old
    bot_stage.dana.shortcut("retired_shortcut")
    assert words.UNKNOWN in bot_stage.dana.form.text


def test_an_unknown_message_shortcut_answers_in_its_channel_or_opens_the_sentence(bot_stage: BotStage) -> None:
    payload = {
        "type": "message_action",
        "callback_id": "retired_message_shortcut",
        "team": {"id": "T0SHIPCREW", "domain": "shipcrew"},
        "user": {"id": "U0DANA", "team_id": "T0SHIPCREW", "name": "dana"},
        "channel": {"id": "C0DOCK", "name": "dock"},
        "message": {"type": "message", "text": "Dave paid 120", "ts": "1.2", "user": "U0MARCO"},
        "trigger_id": bot_stage.slack.modals.new_trigger("U0DANA", "T0SHIPCREW"),
    }
    assert _send(bot_stage, {"payload": json.dumps(payload)}) == {}
    assert words.UNKNOWN in bot_stage.dana.form.text


def test_an_unknown_command_answers_its_asker(bot_stage: BotStage) -> None:
    bot_stage.slack.commands["/raise-anchor"] = replace(bot_stage.slack.commands["/waiver"], command="/raise-anchor")
    bot_stage.dana.command("/raise-anchor", "now")
    assert words.UNKNOWN in last(bot_stage.dana).text
    assert all(words.UNKNOWN not in message.text for message in bot_stage.marco.sees())


def test_people_of_other_places_hear_that_it_is_not_for_them(bot_stage: BotStage) -> None:
    _slack(bot_stage).chat_postMessage(channel="C0DOCK", text="old", blocks=[{"type": "actions", "elements": [BUTTON]}])
    bot_stage.eve.click(last(bot_stage.eve), action_id="retired_button")
    assert SORRY in last(bot_stage.eve).text


def test_a_known_form_still_works_after_an_unknown_request(bot_stage: BotStage) -> None:
    assert _send(bot_stage, {"payload": json.dumps({"type": "retired_kind", "user": {"id": "U0DANA"}})}) == {}
    form = opened(bot_stage.dana, f"{EID} dave 125 cash")
    form.submit()
    assert form.title == "Payment logged"
