"""Forms and buttons of another version of the app that this one cannot read, and odd payloads."""

from __future__ import annotations

import json
import logging
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from bot.kept import FormOutdated
from devkit.functions import in_process
from devkit.slack import wire
from devkit.slack.people import SIGNING_SECRET, TEAM_ID
from tests.bot.conftest import last, opened
from tests.bot.test_every_route import routes
from tests.builders import EID

if TYPE_CHECKING:
    import pytest

    from tests.bot.conftest import BotStage

MEMOS: dict[str, str] = {
    "cut off": '{"payment_id": "p1", "eid"',
    "nothing": "",
    "a list": "[]",
    "without the payment": "{}",
    "a number for the event": json.dumps({"payment_id": "p1", "eid": 5}),
    "a negative party": json.dumps({"payment_id": "p1", "party": -3}),
    "words for a new patron's due": json.dumps({"payment_id": "p1", "walk_up": {"name": "", "due": "much"}}),
    "half of a surrogate pair": '{"payment_id": "p1", "eid": "x\\udfffy"}',
    "a link longer than any": json.dumps({"payment_id": "p1", "permalink": "https://x.example/" + "x" * 300}),
    "longer than Slack keeps": json.dumps({"payment_id": "p1", "hint": "x" * 4000}),
}


def test_a_form_that_this_version_cannot_read_says_so_and_writes_nothing(
    bot_stage: BotStage, caplog: pytest.LogCaptureFixture
) -> None:
    for memo in MEMOS.values():
        form = opened(bot_stage.dana, f"{EID} dave 125 cash")
        with bot_stage.slack.changing():
            bot_stage.slack.modals.at("U0DANA", form.id).view["private_metadata"] = memo
        form.submit()
        assert form.errors == {"amount": FormOutdated.sentence}, memo
    assert bot_stage.paid() == {}
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


def test_a_form_of_a_newer_version_is_read_without_what_is_new_in_it(bot_stage: BotStage) -> None:
    form = opened(bot_stage.dana, f"{EID} dave 125 cash")
    with bot_stage.slack.changing():
        view = bot_stage.slack.modals.at("U0DANA", form.id).view
        view["private_metadata"] = json.dumps({**json.loads(view["private_metadata"]), "added_later": "x"})
    form.submit()
    assert form.title == "Payment logged"


def test_a_button_of_another_version_says_so(bot_stage: BotStage) -> None:
    bot_stage.olivia.command("/payment-status", EID)
    message = last(bot_stage.olivia)
    post = bot_stage.slack.board.find("C0DOCK", message.ts)
    assert post is not None
    (button,) = [
        each for block in post.blocks for each in block.get("elements", ()) if each.get("action_id") == "add_patron"
    ]
    for value in ("5", "{", '{"id": "x"}', '{"eid": ["x"]}', json.dumps({"eid": EID, "longer": "x" * 2000})):
        button["value"] = value
        bot_stage.olivia.click(message, action_id="add_patron")
        assert last(bot_stage.olivia).text == FormOutdated.sentence


def test_a_proposal_that_no_form_made_is_outdated(bot_stage: BotStage, caplog: pytest.LogCaptureFixture) -> None:
    for kept in ({"period": "9" * 400}, {"turn": 10**300}, {"turn": -1}):
        bot_stage.olivia.command("/payment-status", "new")
        form = bot_stage.olivia.form
        with bot_stage.slack.changing():
            view = bot_stage.slack.modals.at("U0OLIVIA", form.id).view
            view["private_metadata"] = json.dumps({**json.loads(view["private_metadata"]), **kept})
        form.fill("captain", "Cory")
        assert FormOutdated.sentence in bot_stage.olivia.form.text, kept
        bot_stage.olivia.form.close()
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


def test_null_counts_as_missing(bot_stage: BotStage, caplog: pytest.LogCaptureFixture) -> None:
    office = {"user": {"id": "U0OLIVIA", "team_id": "T0SHIPCREW"}, "team": {"id": "T0SHIPCREW"}}
    sought = {"type": "block_suggestion", "action_id": "match_signature", "block_id": None, "value": None}
    _, delivery = bot_stage.slack._post("options", "match_signature", wire.interaction(office | sought))
    assert delivery.status == 200
    bot_stage.slack.fail("views.open", error="expired_trigger_id")
    bot_stage.dana.command("/log-payment", "cory")
    offer = last(bot_stage.dana)
    post = bot_stage.slack.board.find("C0DOCK", offer.ts)
    assert post is not None
    (repeat,) = [
        each for block in post.blocks for each in block.get("elements", ()) if each.get("action_id") == "go_on"
    ]
    repeat["value"] = json.dumps({"command": "/log-payment", "text": None})
    bot_stage.dana.click(offer, action_id="go_on")
    assert bot_stage.dana.form.title == "Log a payment"
    assert "None" not in bot_stage.dana.form.text
    assert all("SlackApiError" in record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR)


WHO: dict[str, Any] = {"user": {"id": "U0DANA", "team_id": "T0SHIPCREW"}, "team": {"id": "T0SHIPCREW"}}
VIEW: dict[str, Any] = {
    "id": "V1",
    "hash": "h",
    "type": "modal",
    "callback_id": "board",
    "blocks": [],
    "title": {"text": "x"},
}
LOGGED_FROM: dict[str, Any] = {
    "type": "message_action",
    "callback_id": "log_payment_message",
    "trigger_id": "t",
    "channel": {"id": "C0DOCK"},
}
ODD: dict[str, dict[str, Any]] = {
    "a kind that is no text": {"type": ["block_actions"]},
    "no action": {"type": "block_actions", "actions": []},
    "an action without an id": {"type": "block_actions", "actions": [{"value": "x"}]},
    "an action of an unknown kind of request": {"type": "block_actions2", "actions": [{"action_id": {}}]},
    "a press in a view without the view": {
        "type": "block_actions",
        "actions": [{"action_id": "board_refresh"}],
        "container": {"type": "view", "view_id": "V1"},
    },
    "a view without a title": {
        "type": "block_actions",
        "actions": [{"action_id": "board_refresh"}],
        "view": {name: value for name, value in VIEW.items() if name != "title"},
    },
    "a view that is neither a form nor a Home tab": {
        "type": "block_actions",
        "actions": [{"action_id": "board_refresh"}],
        "view": {**VIEW, "type": "workflow_step"},
    },
    "a view whose type is a list": {"type": "view_submission", "view": {**VIEW, "type": ["modal"]}},
    "a title that is no plain text": {
        "type": "view_submission",
        "view": {**VIEW, "title": {"text": "x", "emoji": "yes"}},
    },
    "a button without words": {"type": "view_submission", "view": {**VIEW, "close": {"emoji": True}}},
    "two blocks of one id": {
        "type": "view_submission",
        "view": {**VIEW, "blocks": [{"type": "input", "block_id": "amount"}] * 2},
    },
    "a form without a name": {"type": "view_submission", "view": {"id": "V1"}},
    "values that are a list": {"type": "view_submission", "view": {**VIEW, "state": {"values": ["x"]}}},
    "an answer to nowhere": {"type": "message_action", "response_url": "file:///etc/passwd"},
    "an answer to no host": {"type": "message_action", "response_url": "https://[[[[hooks.slack.com/actions"},
    "an answer to no port": {"type": "message_action", "response_url": "https://hooks.slack.com:99999/actions"},
    "an event that is a flag": {"type": "event_callback", "event": True},
    "a message that is a text": {**LOGGED_FROM, "message": "paid"},
    "a message without its time": {**LOGGED_FROM, "message": {"text": "paid", "ts": None}},
    "a message at no time": {**LOGGED_FROM, "message": {"text": "paid", "ts": "yesterday"}},
}


def test_a_signed_request_that_slack_does_not_send_is_refused_before_anything_reads_it(
    bot_stage: BotStage, caplog: pytest.LogCaptureFixture
) -> None:
    for odd, payload in ODD.items():
        _, delivery = bot_stage.slack._post("interaction", odd, wire.interaction(WHO | payload))
        assert (delivery.status, delivery.answer) == (400, b"The body is not what Slack sends."), odd
    assert bot_stage.world.calls == {}
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


def test_half_of_a_surrogate_pair_is_refused_and_a_whole_one_is_read(bot_stage: BotStage) -> None:
    said = {}
    for word in ("\ud83d", "\ud83d\ude00"):
        payload = {"type": "shortcut", "callback_id": f"x{word}", "trigger_id": "t", **WHO}
        body = b"payload=" + quote(json.dumps(payload)).encode()
        said[word] = bot_stage.slack._post("interaction", word, body)[1].status
    assert list(said.values()) == [400, 200]


def test_no_form_fails_without_what_it_keeps(bot_stage: BotStage, caplog: pytest.LogCaptureFixture) -> None:
    forms = [asked for kind, asked, _ in routes(bot_stage) if kind == "view"]
    assert len(forms) > 20
    for asked in forms:
        view = {"id": "V1", "type": "modal", "callback_id": asked, "blocks": [], "state": {"values": {}}}
        sender = {"user": {"id": "U0OLIVIA", "team_id": TEAM_ID}, "team": {"id": TEAM_ID}}
        body = wire.interaction({"type": "view_submission", "view": view, **sender})
        headers = wire.signed_headers(body, secret=SIGNING_SECRET, timestamp=int(time.time()))
        answer = in_process(bot_stage.world.lambda_function.lambda_handler)("interaction", headers, body)
        assert answer.status == 200
        assert [each.getMessage() for each in caplog.records if each.levelno >= logging.ERROR] == [], asked
