"""Modals: triggers, the stack of views, and updates."""

from __future__ import annotations

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
    an_option,
    opening,
    plain,
    pushing,
    with_modal,
)

if TYPE_CHECKING:
    from devkit.slack.wire import JSON

CONNECTING = "We had some trouble connecting. Try again?"


def a_trigger(stage: Stage) -> str:
    stage.says = lambda _stage, _payload: None
    stage.slack.as_("U0DANA").command("/log-payment")
    return str(stage.heard[-1]["trigger_id"])


# Triggers


def test_a_trigger_opens_one_modal() -> None:
    stage = Stage()
    trigger = a_trigger(stage)
    assert stage.api("views.open", trigger_id=trigger, view=a_view())["ok"]
    assert stage.api("views.open", trigger_id=trigger, view=a_view())["error"] == "exchanged_trigger_id"
    assert stage.slack.as_("U0DANA").form.title == "Log a payment"


def test_a_trigger_lasts_3_seconds() -> None:
    stage = Stage()
    trigger, other = a_trigger(stage), a_trigger(stage)
    stage.clock.forward(3.0)
    assert stage.api("views.open", trigger_id=trigger, view=a_view())["ok"]
    stage.clock.forward(0.1)
    assert stage.api("views.open", trigger_id=other, view=a_view())["error"] == "expired_trigger_id"


def test_a_made_up_trigger_opens_nothing() -> None:
    assert Stage().api("views.open", trigger_id="1.2.abc", view=a_view())["error"] == "invalid_trigger_id"


def test_a_refused_view_does_not_use_up_the_trigger() -> None:
    stage = Stage()
    trigger = a_trigger(stage)
    refused = stage.api("views.open", trigger_id=trigger, view=a_view(title="x" * 25))
    assert refused["error"] == "invalid_arguments"
    said = "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"
    assert refused["response_metadata"] == {"messages": [said]}
    assert stage.slack.as_("U0DANA").modal is None
    assert stage.api("views.open", trigger_id=trigger, view=a_view())["ok"]


def test_a_home_view_is_no_modal() -> None:
    stage = Stage()
    refused = stage.api("views.open", trigger_id=a_trigger(stage), view={"type": "home", "blocks": [a_section()]})
    assert refused["error"] == "invalid_arguments"


def test_without_a_modal_form_raises_with_slacks_message() -> None:
    stage = Stage(lambda _stage, _payload: Answer(500))
    dana = stage.slack.as_("U0DANA")
    dana.command("/log-payment")
    with pytest.raises(AssertionError, match="dispatch_failed"):
        _ = dana.form


def test_opening_a_modal_replaces_the_open_one() -> None:
    stage = opening(a_view(title="First"), a_view(title="Second"))
    dana = stage.slack.as_("U0DANA")
    dana.command("/log-payment")
    dana.command("/log-payment")
    assert dana.form.title == "Second"
    assert dana.form.close() is None


# The stack


def test_three_views_fit_on_the_stack() -> None:
    stage, modal = pushing()
    assert modal.click("more")
    second = stage.slack.as_("U0DANA").form
    assert second.click("more")
    third = stage.slack.as_("U0DANA").form
    third.click("more")
    assert [call.error for call in stage.slack.api_calls] == [None, None, None, "push_limit_reached"]
    assert third.view["previous_view_id"] == second.id
    assert third.view["root_view_id"] == modal.id


def test_closing_a_pushed_view_shows_the_one_below() -> None:
    _, modal = pushing()
    second = modal.click("more")
    assert second is not None
    assert second.title == "More"
    below = second.close()
    assert below is not None
    assert below.id == modal.id
    assert below.close() is None


def test_the_x_closes_the_whole_modal() -> None:
    _, modal = pushing()
    second = modal.click("more")
    assert second is not None
    assert second.close(everything=True) is None
    assert not modal.is_open


def test_a_push_needs_a_trigger_from_a_modal() -> None:
    stage = Stage()
    assert stage.api("views.push", trigger_id=a_trigger(stage), view=a_view())["error"] == "not_found"


def test_closing_is_sent_to_the_bot_only_with_notify_on_close() -> None:
    stage, modal = with_modal(notify_on_close=True)
    modal.close()
    assert stage.types() == ["command", "view_closed"]
    assert stage.heard[-1]["is_cleared"] is False
    stage, modal = with_modal()
    modal.close()
    assert stage.types() == ["command"]


def test_clear_on_close_closes_all_below() -> None:
    stage, modal = with_modal(an_actions_block(a_button("more")))
    stage.says = lambda _stage, payload: _pushed(stage, payload, clear_on_close=True)
    second = modal.click("more")
    assert second is not None
    assert second.close() is None


def _pushed(stage: Stage, payload: JSON, **view: Any) -> None:
    assert stage.api("views.push", trigger_id=payload["trigger_id"], view=a_view(**view))["ok"]


# views.update


def test_an_update_with_a_stale_hash_is_a_conflict() -> None:
    stage, modal = with_modal()
    first = modal.view["hash"]
    assert stage.api("views.update", view_id=modal.id, hash=first, view=a_view(title="Second"))["ok"]
    again = stage.api("views.update", view_id=modal.id, hash=first, view=a_view(title="Third"))
    assert again["error"] == "hash_conflict"
    assert modal.title == "Second"
    assert modal.view["hash"] != first


def test_a_push_answer_cannot_make_a_fourth_view() -> None:
    stage, _ = pushing()
    dana = stage.slack.as_("U0DANA")
    dana.form.click("more")
    dana.form.click("more")
    stage.says = lambda _stage, _payload: {"response_action": "push", "view": a_view()}
    dana.form.submit()
    assert dana.form.trouble == CONNECTING
    assert dana.trouble_log[-1].error == "push_limit_reached"


def test_a_view_beyond_250_kb_is_refused() -> None:
    stage, modal = with_modal()
    huge = a_view(*[a_section("x" * 3000)] * 100)
    assert stage.api("views.update", view_id=modal.id, view=huge)["error"] == "view_too_large"


def test_an_update_finds_its_view_by_id_or_external_id() -> None:
    stage, modal = with_modal(external_id="form-1")
    assert stage.api("views.update", external_id="form-1", view=a_view(title="Found", external_id="form-1"))["ok"]
    assert modal.title == "Found"
    assert stage.api("views.update", view_id="V404", view=a_view())["error"] == "not_found"
    both = stage.api("views.update", view_id=modal.id, external_id="form-1", view=a_view())
    assert both["response_metadata"]["messages"] == ["[ERROR] Cannot provide both `view_id` and `external_id`"]
    assert stage.api("views.update", view=a_view())["error"] == "invalid_arguments"


def test_external_ids_are_unique() -> None:
    stage, _ = with_modal(external_id="form-1")
    trigger = a_trigger(stage)
    refused = stage.api("views.open", trigger_id=trigger, view=a_view(external_id="form-1"))
    assert refused["error"] == "duplicate_external_id"


def test_a_closed_view_cannot_be_updated() -> None:
    stage, modal = with_modal()
    modal.close()
    assert stage.api("views.update", view_id=modal.id, view=a_view())["error"] == "not_found"


def test_inputs_keep_their_values_across_an_update_where_their_ids_match() -> None:
    stage, modal = with_modal(a_text_input("amount"), a_text_input("notes", optional=True), a_select("method"))
    modal.fill("amount", "120").fill("notes", "on the dock").choose("method", "Venmo")
    changed = [
        a_text_input("amount", initial_value="55"),
        a_text_input("notes", action_id="other_notes"),
        a_select("method", options=("Cash", "Check"), initial_option=an_option("Cash")),
        a_text_input("new", initial_value="fresh"),
    ]
    assert stage.api("views.update", view_id=modal.id, view=a_view(*changed))["ok"]
    assert modal.values == {"amount": "120", "notes": None, "method": "cash", "new": "fresh"}


def test_an_input_of_another_type_gets_its_initial_value_despite_equal_ids() -> None:
    stage, modal = with_modal(a_text_input("amount"))
    modal.fill("amount", "12.50")
    number = an_input({"type": "number_input", "is_decimal_allowed": True}, "amount")
    stage.api("views.update", view_id=modal.id, view=a_view(number))
    assert modal.view["state"]["values"] == {"amount": {"amount": {"type": "number_input", "value": None}}}


def test_inputs_without_ids_get_their_initial_values() -> None:
    nameless = {"type": "input", "label": plain("Amount"), "element": {"type": "plain_text_input"}}
    stage, modal = with_modal(nameless)
    modal.fill(modal.blocks[0]["block_id"], "120")
    stage.api("views.update", view_id=modal.id, view=a_view(nameless))
    assert list(modal.values.values()) == [None]
