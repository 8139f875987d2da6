"""Submit: Slack's own checks, the request, and the effect of the bot's answers."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from devkit.slack import Answer
from tests.devkit.slack.stage import (
    Stage,
    a_button,
    a_section,
    a_select,
    a_text_input,
    a_view,
    an_actions_block,
    an_input,
    pushing,
    with_modal,
)

if TYPE_CHECKING:
    from devkit.slack.wire import JSON

CONNECTING = "We had some trouble connecting. Try again?"


def test_an_empty_required_input_never_reaches_the_bot() -> None:
    stage, modal = with_modal(a_text_input("amount"), a_text_input("notes", optional=True), a_select("method"))
    modal.submit()
    required = "Please complete this required field."
    assert modal.errors == {"amount": required, "method": required}
    assert stage.types() == ["command"]
    modal.fill("amount", "120")
    assert modal.errors == {"method": required}
    modal.choose("method", "Cash").submit()
    assert stage.types() == ["command", "view_submission"]


@pytest.mark.parametrize(
    ("element", "refused", "taken"),
    [
        ({"type": "plain_text_input", "min_length": 3}, "ab", "abc"),
        ({"type": "plain_text_input", "max_length": 3}, "abcd", "abc"),
        ({"type": "number_input", "is_decimal_allowed": False}, "1.5", "2"),
        ({"type": "number_input", "is_decimal_allowed": True}, "ten", "10.5"),
        ({"type": "number_input", "is_decimal_allowed": True}, "NaN", "0"),
        ({"type": "number_input", "is_decimal_allowed": True, "min_value": "0.01"}, "0", "0.01"),
        ({"type": "number_input", "is_decimal_allowed": True, "max_value": "100000"}, "100000.01", "100000"),
        ({"type": "email_text_input"}, "dave", "dave@example.com"),
        ({"type": "url_text_input"}, "example", "https://example.com"),
    ],
)
def test_slack_itself_checks_what_the_element_declares(element: JSON, refused: str, taken: str) -> None:
    stage, modal = with_modal(an_input(element, "amount"))
    modal.fill("amount", refused).submit()
    assert list(modal.errors) == ["amount"]
    assert stage.types() == ["command"]
    modal.fill("amount", taken).submit()
    assert stage.types() == ["command", "view_submission"]


def test_a_submission_contains_the_view_and_its_values() -> None:
    stage, modal = with_modal(
        a_text_input("amount"), a_text_input("notes", optional=True), private_metadata='{"id": "p1"}'
    )
    modal.fill("amount", "<120> & more").submit()
    sent = stage.heard[-1]
    view = sent["view"]
    assert (view["id"], view["callback_id"], view["private_metadata"]) == (modal.id, "log_payment", '{"id": "p1"}')
    assert (view["app_installed_team_id"], view["root_view_id"], view["previous_view_id"]) == (
        "T0SHIPCREW",
        modal.id,
        None,
    )
    assert view["state"]["values"] == {
        "amount": {"amount": {"type": "plain_text_input", "value": "<120> & more"}},
        "notes": {"notes": {"type": "plain_text_input", "value": None}},
    }
    assert view["hash"]
    assert sent["user"]["id"] == "U0DANA"
    assert sent["trigger_id"]
    assert sent["response_urls"] == []


def test_a_conversation_input_with_response_url_enabled_gets_a_response_url() -> None:
    where = {"type": "conversations_select", "response_url_enabled": True, "initial_conversation": "C0DOCK"}
    stage, modal = with_modal(an_input(where, "where"))
    modal.submit()
    (given,) = stage.heard[-1]["response_urls"]
    assert (given["block_id"], given["action_id"], given["channel_id"]) == ("where", "where", "C0DOCK")
    hook = given["response_url"].rsplit("/", 1)[1]
    assert stage.slack.respond(hook, {"text": "Logged"}) == (200, "ok")


@pytest.mark.parametrize("said", [None, {}, Answer(200, {}, b"\n")])
def test_an_empty_answer_closes_the_modal(said: Any) -> None:
    _, modal = with_modal(a_section(), says=lambda _payload: said)
    assert modal.submit() is None
    assert not modal.is_open


def test_an_empty_answer_closes_only_the_top_view() -> None:
    stage, modal = pushing()
    second = modal.click("more")
    assert second is not None
    stage.says = lambda _stage, _payload: None
    below = second.submit()
    assert below is not None
    assert below.id == modal.id


def test_clear_closes_every_view() -> None:
    stage, modal = pushing()
    second = modal.click("more")
    assert second is not None
    stage.says = lambda _stage, _payload: {"response_action": "clear"}
    assert second.submit() is None
    assert not modal.is_open


def test_update_shows_the_receipt_in_the_same_modal() -> None:
    receipt = a_view(a_section("Dave paid 120.00"), title="Logged")
    _, modal = with_modal(a_section(), says=lambda _payload: {"response_action": "update", "view": receipt})
    after = modal.submit()
    assert after is not None
    assert after.id == modal.id
    assert after.title == "Logged"
    assert "Dave paid 120.00" in after.text


def test_push_shows_one_more_view() -> None:
    _, modal = with_modal(a_section(), says=lambda _payload: {"response_action": "push", "view": a_view(title="Next")})
    after = modal.submit()
    assert after is not None
    assert (after.title, after.view["previous_view_id"]) == ("Next", modal.id)


def test_errors_are_shown_below_their_inputs_and_the_values_are_kept() -> None:
    wrong = {"response_action": "errors", "errors": {"amount": "That is more than the trip costs."}}
    _, modal = with_modal(a_text_input("amount"), says=lambda _payload: wrong)
    modal.fill("amount", "9999").submit()
    assert modal.errors == {"amount": "That is more than the trip costs."}
    assert modal.values == {"amount": "9999"}
    assert "That is more than the trip costs." in modal.text
    assert modal.trouble is None


@pytest.mark.parametrize(
    "said",
    [
        {"response_action": "errors", "errors": {"nowhere": "x"}},
        {"response_action": "errors", "errors": {"words": "a section is no input"}},
        {"response_action": "errors", "errors": {}},
        {"response_action": "errors", "errors": {"amount": ""}},
        {"response_action": "errors"},
        {"response_action": "update", "view": a_view(title="x" * 25)},
        {"response_action": "update"},
        {"response_action": "push", "view": {"type": "home", "blocks": [a_section()]}},
        {"response_action": "explode"},
        {"text": "saved"},
        "saved",
        Answer(500),
        Answer(404),
    ],
)
def test_an_invalid_answer_is_trouble_and_the_modal_stays(said: Any) -> None:
    stage, modal = with_modal(a_text_input("amount"), a_section(block_id="words"), says=lambda _payload: said)
    modal.fill("amount", "120").submit()
    assert modal.is_open
    assert modal.trouble == CONNECTING
    assert modal.errors == {}
    assert stage.slack.as_("U0DANA").troubles == [CONNECTING]
    assert modal.values == {"amount": "120"}


def test_a_late_answer_is_trouble_and_a_second_try_works() -> None:
    released = threading.Event()
    stage, modal = with_modal(a_text_input("amount"), says=lambda _payload: released.wait(5) and None)
    stage.slack.patience = 0.05
    modal.fill("amount", "120").submit()
    released.set()
    assert modal.trouble == CONNECTING
    assert stage.slack.deliveries[-1].error == "operation_timeout"
    stage.slack.patience = 3
    assert modal.submit() is None


def test_the_banner_is_removed_by_the_next_change() -> None:
    _, modal = with_modal(a_text_input("amount"), says=lambda _payload: Answer(500))
    modal.fill("amount", "120").submit()
    assert modal.trouble == CONNECTING
    modal.fill("amount", "121")
    assert modal.trouble is None


def test_a_second_submit_while_the_bot_works_is_ignored() -> None:
    started, released = threading.Event(), threading.Event()

    def says(_payload: JSON) -> None:
        started.set()
        released.wait(5)

    stage, modal = with_modal(a_text_input("amount"), says=says)
    modal.fill("amount", "120")
    first = threading.Thread(target=modal.submit)
    first.start()
    assert started.wait(5)
    modal.submit()
    released.set()
    first.join(5)
    assert stage.types() == ["command", "view_submission"]
    assert not modal.is_open


def test_the_bot_may_call_slack_while_slack_waits_for_it() -> None:
    stage, modal = with_modal(a_text_input("amount"))
    stage.says = lambda _stage, _payload: stage.api("chat.postMessage", channel="C0DOCK", text="Logged") and None
    assert modal.fill("amount", "120").submit() is None
    assert [message.text for message in stage.slack.as_("U0MARCO").sees()] == ["Logged"]


def test_people_of_another_workspace_submit_with_their_own_team() -> None:
    stage = Stage()
    stage.api("chat.postMessage", channel="C0DOCK", text="x", blocks=[an_actions_block(a_button("open"))])
    eve = stage.slack.as_("U0EVE")
    stage.says = lambda _stage, payload: (
        stage.api("views.open", trigger_id=payload["trigger_id"], view=a_view(a_section())) and None
    )
    eve.click(eve.sees()[0], action_id="open")
    eve.form.submit()
    sent = stage.heard[-1]
    assert sent["team"]["id"] == "T0OTHER"
    assert sent["view"]["app_installed_team_id"] == "T0SHIPCREW"
