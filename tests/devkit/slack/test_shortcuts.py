"""Global and message shortcuts: the request, the people who have them, and failures of the bot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from devkit.slack import Answer, people, ui
from tests.devkit.slack.stage import Stage, a_button, a_section, a_view, an_actions_block, posted

if TYPE_CHECKING:
    from devkit.slack.wire import JSON


def test_a_shortcut_arrives_as_slack_sends_it() -> None:
    stage = Stage()
    stage.slack.as_("U0OLIVIA").shortcut("new_event")
    (heard,) = stage.heard
    assert heard.pop("trigger_id").count(".") == 2
    assert heard.pop("action_ts").count(".") == 1
    assert heard == {
        "type": "shortcut",
        "token": people.VERIFICATION_TOKEN,
        "team": {"id": "T0SHIPCREW", "domain": "ship-captain-crew"},
        "user": {"id": "U0OLIVIA", "username": "olivia", "team_id": "T0SHIPCREW"},
        "callback_id": "new_event",
        "is_enterprise_install": False,
        "enterprise": None,
    }


def test_its_trigger_opens_one_modal() -> None:
    errors = []

    def says(stage: Stage, payload: JSON) -> None:
        for _ in range(2):
            said = stage.api("views.open", trigger_id=payload["trigger_id"], view=a_view(a_section("Hello")))
            errors.append(said.get("error"))

    stage = Stage(says)
    olivia = stage.slack.as_("U0OLIVIA")
    olivia.shortcut("new_event")
    assert "Hello" in olivia.form.text
    assert errors == [None, "exchanged_trigger_id"]


def test_a_failure_of_the_bot_is_shown_to_the_person() -> None:
    stage = Stage(lambda *_: Answer(500))
    stage.slack.as_("U0OLIVIA").shortcut("new_event")
    assert stage.slack.as_("U0OLIVIA").troubles == ["We had some trouble connecting. Try again?"]


def test_people_of_other_workspaces_and_unknown_shortcuts_are_refused() -> None:
    stage = Stage()
    for user, callback_id in (("U0EVE", "new_event"), ("U0OLIVIA", "old_event")):
        with pytest.raises(LookupError):
            stage.slack.as_(user).shortcut(callback_id)
    assert stage.heard == []
    assert ui.state(stage.slack, "U0EVE")["shortcuts"] == []
    assert [each["callback_id"] for each in ui.state(stage.slack, "U0GUS")["shortcuts"]] == ["new_event"]


def test_the_page_can_choose_a_shortcut() -> None:
    stage = Stage()
    assert ui.ACTIONS["shortcut"](stage.slack, {"user": "U0DANA", "callback_id": "new_event"}) == {"ok": True}
    assert stage.types() == ["shortcut"]


# Message shortcuts


def test_a_message_shortcut_arrives_as_slack_sends_it() -> None:
    stage = Stage()
    marco, dana = stage.slack.as_("U0MARCO"), stage.slack.as_("U0DANA")
    said = marco.say("Dave & Ana paid 120")
    reply = marco.say("In cash", thread=said)
    dana.message_shortcut(reply, "log_payment")
    dana.message_shortcut(said, "log_payment")
    heard, root = stage.heard
    assert heard.pop("trigger_id").count(".") == 2
    assert heard.pop("action_ts").count(".") == 1
    assert heard.pop("response_url").startswith("http://127.0.0.1")
    message = heard.pop("message")
    assert (message["type"], message["user"], message["text"]) == ("message", "U0MARCO", "In cash")
    assert (message["ts"], message["thread_ts"]) == (reply.ts, said.ts)
    assert heard == {
        "type": "message_action",
        "token": people.VERIFICATION_TOKEN,
        "team": {"id": "T0SHIPCREW", "domain": "ship-captain-crew"},
        "user": {"id": "U0DANA", "username": "dana", "name": "dana", "team_id": "T0SHIPCREW"},
        "channel": {"id": "C0DOCK", "name": "dock"},
        "callback_id": "log_payment",
        "message_ts": reply.ts,
        "is_enterprise_install": False,
        "enterprise": None,
    }
    assert (root["message_ts"], root["message"]["text"]) == (said.ts, "Dave &amp; Ana paid 120")
    assert "thread_ts" not in root["message"]
    (block,) = root["message"]["blocks"]
    assert block["type"] == "rich_text"
    assert block["elements"][0]["elements"] == [{"type": "text", "text": "Dave & Ana paid 120"}]


def test_a_message_of_the_bot_has_shortcuts_with_its_blocks() -> None:
    stage = Stage()
    posted(stage, a_section("Dave owes 120"), an_actions_block(a_button()))
    dana = stage.slack.as_("U0DANA")
    dana.message_shortcut(dana.sees()[0], "log_payment")
    message = stage.heard[0]["message"]
    assert (message["user"], message["bot_id"], message["app_id"]) == ("U0SHIPBOT", "B0SHIPBOT", "A0SHIPCREW")
    assert [block["type"] for block in message["blocks"]] == ["section", "actions"]


def test_a_message_shortcut_opens_a_modal_and_answers_in_the_thread() -> None:
    def says(stage: Stage, payload: JSON) -> None:
        assert stage.api("views.open", trigger_id=payload["trigger_id"], view=a_view())["ok"]
        answer = {"text": "Noted", "thread_ts": payload["message_ts"], "replace_original": True}
        stage.slack.respond(payload["response_url"].rpartition("/")[2], answer)

    stage = Stage(says)
    dana = stage.slack.as_("U0DANA")
    said = dana.say("Dave paid 120")
    dana.message_shortcut(said, "log_payment")
    assert dana.form.title == "Log a payment"
    _, noted = dana.sees()
    assert (noted.text, noted.ephemeral, noted.thread_ts) == ("Noted", True, said.ts)
    assert said.text == "Dave paid 120"  # a response_url of a shortcut replaces no message


def test_nobody_chooses_a_message_shortcut_that_they_do_not_have() -> None:
    stage = Stage()
    dana, gus, eve = (stage.slack.as_(user) for user in ("U0DANA", "U0GUS", "U0EVE"))
    said = dana.say("Dave paid 120")
    secret = dana.say("In the office", channel="C0OFFICE")
    stage.api("chat.postEphemeral", channel="C0DOCK", user="U0DANA", text="Psst")
    wrong = [(eve, said, "log_payment"), (dana, said, "new_event"), (gus, secret, "log_payment")]
    for person, message, callback_id in [*wrong, (dana, dana.sees()[-1], "log_payment")]:
        with pytest.raises(LookupError):
            person.message_shortcut(message, callback_id)
    assert stage.heard == []
    assert ui.state(stage.slack, "U0EVE")["message_shortcuts"] == []
    assert [each["name"] for each in ui.state(stage.slack, "U0GUS")["message_shortcuts"]] == ["Log payment"]


def test_a_failed_message_shortcut_is_shown_to_the_person() -> None:
    stage = Stage(lambda *_: Answer(500))
    dana = stage.slack.as_("U0DANA")
    dana.message_shortcut(dana.say("Dave paid 120"), "log_payment")
    assert dana.troubles == ["We had some trouble connecting. Try again?"]
