"""Requests in the shapes of the SDKs' public tests are answered as those of the strict Slack are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from bot import words
from bot.route_ids import PICK_NAME
from devkit.functions import to_event
from devkit.slack import forms, wire
from tests.bot import payloads
from tests.bot.conftest import last, logged, opened
from tests.bot.test_roles import SORRY
from tests.builders import EID

if TYPE_CHECKING:
    from devkit.slack import Modal, Person
    from tests.bot.conftest import BotStage

JSON = dict[str, Any]


def _sent(bot_stage: BotStage, body: bytes, **headers: str) -> JSON:
    """Send the signed body as Slack does, and return the JSON of the answer, which must be 200."""
    answer, delivery = bot_stage.slack._post("interaction", "sample", body, headers=headers)
    assert answer is not None, (delivery.status, delivery.answer)
    return dict(json.loads(answer.body)) if answer.body else {}


def _interact(bot_stage: BotStage, payload: JSON) -> JSON:
    return _sent(bot_stage, wire.interaction(payload))


def _event(bot_stage: BotStage, payload: JSON) -> JSON:
    return _sent(bot_stage, wire.event(payload), **{"Content-Type": wire.AS_JSON})


def _trigger(bot_stage: BotStage, person: Person) -> JSON:
    """A fresh trigger_id and response_url for this person."""
    url = bot_stage.slack._response_url(person.id, "C0DOCK")
    return {"trigger_id": bot_stage.slack.modals.new_trigger(person.id, person.human.team_id), "response_url": url}


def _view(form: Modal) -> JSON:
    """The open form as older SDK samples have it: without the fields that came later."""
    later = {"app_installed_team_id", "bot_id", "external_id"}
    return {key: value for key, value in form.view.items() if key not in later}


def _messages(bot_stage: BotStage) -> int:
    return len(bot_stage.slack.board.posts)


@pytest.mark.parametrize("kind", payloads.COMMANDS)
def test_a_command_is_answered_wherever_the_app_is_installed(bot_stage: BotStage, kind: str) -> None:
    varying = payloads.COMMANDS[kind]
    fields = payloads.command(
        "dana", "/log-payment", f"{EID} dave 20 cash", **varying, **_trigger(bot_stage, bot_stage.dana)
    )
    assert _sent(bot_stage, wire.form(fields)) == {}
    assert (bot_stage.dana.form.values["patron"], bot_stage.dana.form.values["amount"]) == ("dave", "20")
    bot_stage.dana.form.submit()
    assert bot_stage.paid() == {"dave": "20.00"}

    fields = payloads.command("olivia", "/payment-status", "", **varying, **_trigger(bot_stage, bot_stage.olivia))
    answer = _sent(bot_stage, wire.form(fields))
    assert "Captain Cory, afternoon" in str(answer["blocks"])
    assert answer.get("response_type", "ephemeral") == "ephemeral"


def test_the_check_of_the_certificate_is_confirmed(bot_stage: BotStage) -> None:
    assert _sent(bot_stage, wire.form(payloads.SSL_CHECK)) == {}
    handler = bot_stage.world.lambda_function.lambda_handler
    unsigned = {"Content-Type": "application/x-www-form-urlencoded"}
    posted = handler(to_event("POST", "/slack/events", "", unsigned, wire.form(payloads.SSL_CHECK)), None)
    got = handler(to_event("GET", "/slack/events", "ssl_check=1&token=x", {}, b""), None)
    assert (posted["statusCode"], got["statusCode"]) == (200, 200)
    assert bot_stage.world.calls == {}


@pytest.mark.parametrize("kind", payloads.ENVELOPES)
def test_a_payment_is_logged_wherever_the_app_is_installed(bot_stage: BotStage, kind: str) -> None:
    """From the global shortcut to the receipt, with each payload in the shape of that installation."""
    envelope, dana = payloads.ENVELOPES[kind], payloads.user("dana")
    nameless = {key: value for key, value in dana.items() if key != "name"}
    shortcut = payloads.interaction("shortcut", nameless, envelope, callback_id="log_payment", action_ts="1779566400.1")
    assert _interact(bot_stage, {**shortcut, **_trigger(bot_stage, bot_stage.dana)}) == {}

    form = bot_stage.dana.form
    block = form.block("patron")
    where = {"container": {"type": "view", "view_id": form.id}, "view": _view(form)}
    typed = {"block_id": "patron", "action_id": block["element"]["action_id"], "value": "dav"}
    offered = _interact(bot_stage, payloads.interaction("block_suggestion", dana, envelope, **where, **typed))
    assert "Dave Kowalski" in json.dumps(offered)

    form.choose("patron", "dave", pick="dave").fill("amount", "20").choose("method", "Cash")
    submission = payloads.interaction("view_submission", dana, envelope, view=_view(form), response_urls=[])
    answer = _interact(bot_stage, {**submission, **_trigger(bot_stage, bot_stage.dana)})
    assert answer["response_action"] == "update"
    assert answer["view"]["title"]["text"] == "Payment logged"
    assert bot_stage.paid() == {"dave": "20.00"}

    closed = payloads.interaction(
        "view_closed", dana, envelope, view={**_view(form), **answer["view"]}, is_cleared=True
    )
    assert _interact(bot_stage, closed) == {}


@pytest.mark.parametrize("kind", payloads.ENVELOPES)
def test_a_press_is_answered_wherever_the_app_is_installed(bot_stage: BotStage, kind: str) -> None:
    bot_stage.olivia.command("/payment-status", EID)
    answer, olivia = last(bot_stage.olivia), payloads.user("olivia")
    block, menu = next(pair for pair in forms.elements(answer.blocks) if pair[1]["action_id"] == PICK_NAME)
    action = {"type": menu["type"], "action_id": PICK_NAME, "block_id": block["block_id"], "action_ts": "1.2"}
    action["selected_option"] = next(each for each in menu["options"] if each["value"] == "dave")
    place = {"type": "message", "message_ts": answer.ts, "channel_id": "C0DOCK", "is_ephemeral": True}
    where = {"container": place, "channel": {"id": "C0DOCK", "name": "dock"}}  # no `state` and `message` in the samples
    press = payloads.interaction("block_actions", olivia, payloads.ENVELOPES[kind], actions=[action], **where)
    with bot_stage.slack.changing():
        url = bot_stage.slack._response_url("U0OLIVIA", "C0DOCK", bot_stage.slack.board.find("C0DOCK", answer.ts))
    assert _interact(bot_stage, {**press, "trigger_id": "1.2.abc", "response_url": url}) == {}
    assert "Nothing is logged yet." in last(bot_stage.olivia).text, "Dave's ledger is in the place of the roster"


@pytest.mark.parametrize("kind", [*payloads.MESSAGES, *payloads.MESSAGES_OF_APPS])
def test_the_shortcut_of_any_message_opens_the_form(bot_stage: BotStage, kind: str) -> None:
    """Messages of people are read; those of apps are not. The person comes without a team, as in the samples."""
    message = {**payloads.MESSAGES, **payloads.MESSAGES_OF_APPS}[kind]
    shortcut = payloads.interaction(
        "message_action",
        {"id": "U0DANA", "name": "dana"},
        payloads.ENVELOPES["from before organisations"],
        callback_id="log_payment_message",
        channel={"id": "C0DOCK", "name": "dock"},
        message=message,
        message_ts=message["ts"],
        action_ts="1779566500.207593",
    )
    assert _interact(bot_stage, {**shortcut, **_trigger(bot_stage, bot_stage.dana)}) == {}
    form = bot_stage.dana.form
    read = (form.values["patron"], form.values["amount"], form.values["method"])
    assert read == (("dave", "20", "cash") if kind in payloads.MESSAGES else (None, None, None))
    assert ("An app wrote this message" in form.text) == (kind in payloads.MESSAGES_OF_APPS)


def test_people_of_another_workspace_are_refused_in_their_own_shape(bot_stage: BotStage) -> None:
    """With Slack Connect, `team` is the person's own, and the view is installed in ours."""
    form, eve = opened(bot_stage.dana, f"{EID} dave 20 cash"), payloads.user("eve", team_id="T0OTHER")
    view = {**form.view, "team_id": "T0OTHER", "app_installed_team_id": "T0SHIPCREW"}
    submission = payloads.interaction(
        "view_submission", eve, payloads.OF_ANOTHER_WORKSPACE, view=view, response_urls=[]
    )
    answer = _interact(bot_stage, {**submission, **_trigger(bot_stage, bot_stage.eve)})
    assert answer["response_action"] == "errors"
    assert all(text.startswith(SORRY) for text in answer["errors"].values())
    assert bot_stage.paid() == {}


@pytest.mark.parametrize("kind", payloads.LEGACY)
def test_what_the_app_never_offered_is_answered_with_a_sentence_and_does_nothing(
    bot_stage: BotStage, kind: str
) -> None:
    sample = payloads.interaction("", payloads.user(), payloads.ENVELOPES["of one workspace"]) | payloads.LEGACY[kind]
    assert _interact(bot_stage, {**sample, **_trigger(bot_stage, bot_stage.dana)}) == {}
    answer = last(bot_stage.dana)
    assert answer.ephemeral
    assert answer.text.startswith(words.UNKNOWN)
    assert bot_stage.paid() == {}


def test_a_menu_of_an_old_dialog_gets_no_options(bot_stage: BotStage) -> None:
    sample = (
        payloads.interaction("", payloads.user(), payloads.ENVELOPES["of one workspace"]) | payloads.LEGACY_SUGGESTION
    )
    assert _interact(bot_stage, sample) == {"options": []}


@pytest.mark.parametrize("org_wide", [False, True])
def test_the_home_tab_is_published_wherever_the_app_is_installed(bot_stage: BotStage, *, org_wide: bool) -> None:
    opened = {"type": "app_home_opened", "user": "U0DANA", "channel": "D0DANA", "event_ts": "1779566400.510671"}
    messages = payloads.event({**opened, "tab": "messages"}, org_wide=org_wide)
    assert _event(bot_stage, messages) == {}
    assert "U0DANA" not in bot_stage.slack.modals.homes, "the other tab is none of the app's"
    more: JSON = {
        "enterprise_id": "E0HARBOR",
        "authed_users": [],
        "event_context": "1-app_home_opened-T0SHIPCREW-D0DANA",
    }
    assert _event(bot_stage, payloads.event({**opened, "tab": "home"}, org_wide=org_wide, **more)) == {}
    assert "Captain Cory, afternoon" in bot_stage.dana.home.text


def test_events_of_other_kinds_are_taken_and_do_nothing(bot_stage: BotStage, caplog: pytest.LogCaptureFixture) -> None:
    logged(bot_stage.dana, f"{EID} dave 20 cash")
    before, calls = _messages(bot_stage), len(bot_stage.slack.api_calls)
    answers = {kind: _event(bot_stage, sample) for kind, sample in payloads.OTHER_EVENTS.items()}
    assert [kind for kind, answer in answers.items() if answer] == []
    assert _messages(bot_stage) == before
    assert {call.method for call in bot_stage.slack.api_calls[calls:]} <= {"users.info", "usergroups.users.list"}
    assert bot_stage.paid() == {"dave": "20.00"}
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == []


def test_a_new_request_url_is_verified(bot_stage: BotStage) -> None:
    sample = {"token": "x", "challenge": "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWM", "type": "url_verification"}
    assert _event(bot_stage, sample) == {"challenge": sample["challenge"]}
