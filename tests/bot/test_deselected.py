"""A cleared choice, `selected_option: null`, causes no error in any menu."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from devkit.functions import in_process
from devkit.slack import forms
from devkit.slack.people import SIGNING_SECRET, TEAM_ID
from devkit.slack.wire import interaction, signed_headers
from tests.bot.conftest import last, logged, opened
from tests.bot.test_matching_menu import posted
from tests.builders import EID, a_signature_row

if TYPE_CHECKING:
    from collections.abc import Callable

    from devkit.slack.driver import Message, Modal
    from tests.bot.conftest import BotStage

WRONG = "Something went wrong"
MENUS = ("option", "date", "time", "conversation", "user", "channel")


def _dave(bot_stage: BotStage) -> Message:
    bot_stage.olivia.command("/payment-status", f"{EID} dave")
    return last(bot_stage.olivia)


def _correction(action_id: str) -> Callable[[BotStage], Modal]:
    def opened_from_status(bot_stage: BotStage) -> Modal:
        logged(bot_stage.olivia)
        bot_stage.olivia.form.close()
        bot_stage.olivia.click(_dave(bot_stage), action_id=action_id)
        return bot_stage.olivia.form

    return opened_from_status


def _payment(bot_stage: BotStage) -> Modal:
    return opened(bot_stage.olivia, f"{EID} dave 80 cash")


def _walk_up(bot_stage: BotStage) -> Modal:
    form = opened(bot_stage.olivia, f"{EID} 80 cash")
    form.choose("patron", "Zed Zimmer", pick="new:Zed Zimmer")
    return form


def _new_event(bot_stage: BotStage) -> Modal:
    bot_stage.olivia.command("/payment-status", "new")
    form = bot_stage.olivia.form
    form.fill("title", "Sunset").fill("day", "2026-06-01").fill("time", "18:00")
    return form


def _added(bot_stage: BotStage) -> Modal:
    bot_stage.olivia.command("/payment-status", EID)
    bot_stage.olivia.click(last(bot_stage.olivia), action_id="add_patron")
    return bot_stage.olivia.form


FORMS = {
    "payment": _payment,
    "walk-up": _walk_up,
    "new event": _new_event,
    "add patron": _added,
    "edit patron": _correction("edit_patron"),
    "void": _correction("void_entry"),
    "refund": _correction("refund_payment"),
}


def _menus(blocks: list[Any], *, heard: bool = False) -> list[tuple[str, str, dict[str, Any]]]:
    """Block id, action id and emptied state of each menu and picker; `heard`: of those whose choice is sent at once."""
    found = []
    for block, element in forms.elements(blocks):
        start = forms.initial(element)
        if heard and not forms.dispatches(block, element):
            continue
        if start and any(name in key for key in start for name in MENUS):
            empty = {name: None if name.startswith("selected_") else value for name, value in start.items()}
            found.append((block["block_id"], element["action_id"], empty))
    return found


def _send(bot_stage: BotStage, payload: dict[str, Any]) -> str:
    """Send what Slack sends for Olivia, and return the answer's body."""
    body = interaction(
        {
            "user": {"id": "U0OLIVIA", "team_id": TEAM_ID},
            "team": {"id": TEAM_ID},
            "trigger_id": "1.2.3",
            "response_url": f"{bot_stage.world.url}/response/none",
            **payload,
        }
    )
    headers = signed_headers(body, secret=SIGNING_SECRET, timestamp=int(time.time()))
    answer = in_process(bot_stage.world.lambda_function.lambda_handler)("interaction", headers, body)
    assert answer.status == 200
    return answer.body.decode()


@pytest.mark.parametrize("name", FORMS)
def test_each_menu_of_a_form_is_emptied_without_trouble(
    bot_stage: BotStage, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    form = FORMS[name](bot_stage)
    for block_id, action_id, empty in _menus(form.blocks, heard=True):
        view = {**form.view}
        view["state"] = {"values": {**view["state"]["values"], block_id: {action_id: empty}}}
        action = {**empty, "block_id": block_id, "action_id": action_id}
        _send(bot_stage, {"type": "block_actions", "view": view, "actions": [action]})
        assert WRONG not in form.text
    assert not caplog.records


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("emptied", ["each", "all", "nothing held"])
def test_a_form_that_is_sent_with_menus_emptied_asks_for_what_is_missing(
    bot_stage: BotStage, name: str, emptied: str, caplog: pytest.LogCaptureFixture
) -> None:
    form = FORMS[name](bot_stage)
    menus = _menus(form.blocks)
    held = form.view["state"]["values"]
    empty = {block_id: {action_id: state} for block_id, action_id, state in menus}
    states = {
        "each": [{**held, block_id: value} for block_id, value in empty.items()],
        "all": [{**held, **empty}],
        "nothing held": [{**held, **{block_id: {action_id: None} for block_id, action_id, _ in menus}}, {}],
    }[emptied]
    for values in states:
        answer = _send(bot_stage, {"type": "view_submission", "view": {**form.view, "state": {"values": values}}})
        assert WRONG not in answer
        assert json.loads(answer or "{}").get("response_action", "errors") in {"errors", "update"}
    assert not caplog.records


def test_each_menu_of_a_message_is_emptied_without_trouble(
    bot_stage: BotStage, caplog: pytest.LogCaptureFixture
) -> None:
    bot_stage.put(a_signature_row("s" * 20, name="Davy K.", patron_id=None, without=["matched_at", "matched_by"]))
    bot_stage.olivia.command("/payment-status", EID)
    messages = [last(bot_stage.olivia), posted(bot_stage), _dave(bot_stage)]
    before = [message.text for message in messages]
    menus = [(message, menu) for message in messages for menu in _menus(message.blocks)]
    assert len(menus) >= 3
    for message, (block_id, action_id, empty) in menus:
        bot_stage.slack.act("U0OLIVIA", message.place, block_id, action_id, empty)
    assert not bot_stage.olivia.troubles
    assert WRONG not in "".join(message.text for message in bot_stage.olivia.sees())
    assert [message.text for message in messages] == before
    assert not caplog.records
