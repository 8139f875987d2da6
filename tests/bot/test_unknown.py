"""Requests of a kind that the bot does not know, such as an old button: the person reads a sentence, never a 404."""

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
from tests.bot.conftest import last, opened
from tests.builders import EID

if TYPE_CHECKING:
    from tests.bot.conftest import Dock

BUTTON = {"type": "button", "action_id": "retired_button", "text": {"type": "plain_text", "text": "Old"}, "value": "1"}
INPUT = {
    "type": "input",
    "block_id": "name",
    "label": {"type": "plain_text", "text": "Name"},
    "element": {"type": "plain_text_input", "action_id": "name", "initial_value": "Zed"},
}


def _slack(dock: Dock) -> WebClient:
    """Slack's Web API, called with the bot's token, as an older version of the bot did."""
    return WebClient(token=BOT_TOKEN, base_url=f"{dock.world.url}/api/")


def _send(dock: Dock, fields: dict[str, str]) -> dict[str, Any]:
    """Send a signed form and return the answer. It is what Slack takes: 200, and empty or JSON."""
    body = urlencode(fields).encode()
    event = to_event(
        "POST", "/slack/events", "", signed_headers(body, secret=SIGNING_SECRET, timestamp=int(time.time())), body
    )
    answer: dict[str, Any] = dock.world.lambda_function.lambda_handler(event, None)
    assert answer["statusCode"] == 200, answer
    return dict(json.loads(answer["body"])) if answer["body"] else {}


def _view(dock: Dock, *blocks: dict[str, Any], callback_id: str = "retired_form") -> dict[str, Any]:
    """Open a form of an older version for Dana, with these blocks."""
    view = {
        "type": "modal",
        "callback_id": callback_id,
        "title": {"type": "plain_text", "text": "Old form"},
        "submit": {"type": "plain_text", "text": "Go"},
        "blocks": blocks,
    }
    trigger = dock.slack.modals.new_trigger("U0DANA", "T0SHIPCREW")
    return dict(_slack(dock).views_open(trigger_id=trigger, view=view).data["view"])  # type: ignore[call-overload]


def test_an_old_button_in_a_message_answers_the_person_who_pressed_it(dock: Dock) -> None:
    _slack(dock).chat_postMessage(channel="C0DOCK", text="old", blocks=[{"type": "actions", "elements": [BUTTON]}])
    dock.dana.click(last(dock.dana), action_id="retired_button")
    assert words.UNKNOWN in last(dock.dana).text
    assert all(words.UNKNOWN not in message.text for message in dock.marco.sees())


def test_an_old_button_in_a_form_answers_in_the_form_and_keeps_what_was_typed(dock: Dock) -> None:
    _view(dock, INPUT, {"type": "actions", "elements": [BUTTON]})
    dock.dana.form.fill("name", "Zed Zulu").click("retired_button")
    assert words.UNKNOWN in dock.dana.form.text
    assert dock.dana.form.values["name"] == "Zed Zulu"


def test_an_unknown_form_says_so_on_a_field(dock: Dock) -> None:
    _view(dock, INPUT)
    dock.dana.form.submit()
    assert dock.dana.form.errors == {"name": words.UNKNOWN}


def test_an_unknown_form_without_fields_says_so_on_top(dock: Dock) -> None:
    _view(dock, {"type": "section", "text": {"type": "mrkdwn", "text": "An old receipt"}})
    dock.dana.form.submit()
    assert words.UNKNOWN in dock.dana.form.text
    assert "An old receipt" in dock.dana.form.text


def test_an_unknown_menu_offers_nothing(dock: Dock) -> None:
    menu = {"type": "external_select", "action_id": "retired_menu", "min_query_length": 0}
    _view(dock, INPUT | {"element": menu})
    assert dock.dana.form.suggest("name", "z") == []
    assert not dock.dana.troubles


def test_an_unknown_global_shortcut_opens_the_sentence(dock: Dock) -> None:
    old = replace(dock.slack.shortcuts["new_event"], callback_id="retired_shortcut", name="Old")
    dock.slack.shortcuts[old.callback_id] = old
    dock.dana.shortcut("retired_shortcut")
    assert words.UNKNOWN in dock.dana.form.text


def test_an_unknown_message_shortcut_answers_in_its_channel_or_opens_the_sentence(dock: Dock) -> None:
    payload = {
        "type": "message_action",
        "callback_id": "retired_message_shortcut",
        "team": {"id": "T0SHIPCREW", "domain": "shipcrew"},
        "user": {"id": "U0DANA", "team_id": "T0SHIPCREW", "name": "dana"},
        "channel": {"id": "C0DOCK", "name": "dock"},
        "message": {"type": "message", "text": "Dave paid 120", "ts": "1.2", "user": "U0MARCO"},
        "trigger_id": dock.slack.modals.new_trigger("U0DANA", "T0SHIPCREW"),
    }
    assert _send(dock, {"payload": json.dumps(payload)}) == {}
    assert words.UNKNOWN in dock.dana.form.text


def test_an_unknown_command_answers_its_asker(dock: Dock) -> None:
    dock.slack.commands["/raise-anchor"] = replace(dock.slack.commands["/waiver"], command="/raise-anchor")
    dock.dana.command("/raise-anchor", "now")
    assert words.UNKNOWN in last(dock.dana).text
    assert all(words.UNKNOWN not in message.text for message in dock.marco.sees())


def test_people_of_other_places_hear_that_it_is_not_for_them(dock: Dock) -> None:
    _slack(dock).chat_postMessage(channel="C0DOCK", text="old", blocks=[{"type": "actions", "elements": [BUTTON]}])
    dock.eve.click(last(dock.eve), action_id="retired_button")
    assert words.NOT_ALLOWED in last(dock.eve).text


def test_a_known_form_still_works_after_an_unknown_request(dock: Dock) -> None:
    assert _send(dock, {"payload": json.dumps({"type": "retired_kind", "user": {"id": "U0DANA"}})}) == {}
    form = opened(dock.dana, f"{EID} dave 125 cash")
    form.submit()
    assert form.title == "Payment logged"
