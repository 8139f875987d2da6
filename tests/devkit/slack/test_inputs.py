"""Inputs: their values, the requests that they send, and their visible text."""

from __future__ import annotations

from typing import Any

import pytest

from devkit.slack import Answer
from tests.devkit.slack.stage import a_section, a_select, a_text_input, an_input, an_option, plain, with_modal


def test_a_select_in_an_input_dispatches_only_with_dispatch_action() -> None:
    stage, modal = with_modal(a_select("method"), {**a_select("trip"), "dispatch_action": True})
    modal.choose("method", "Venmo")
    assert stage.types() == ["command"]
    modal.choose("trip", "Venmo")
    assert stage.types() == ["command", "block_actions"]
    sent = stage.heard[-1]
    assert sent["container"] == {"type": "view", "view_id": modal.id}
    assert sent["view"]["state"]["values"]["trip"]["trip"]["selected_option"]["value"] == "venmo"
    assert sent["actions"][0]["selected_option"]["value"] == "venmo"
    assert "response_url" not in sent


def test_a_text_input_dispatches_on_enter_unless_its_config_asks_for_every_letter() -> None:
    config = {"trigger_actions_on": ["on_character_entered"]}
    stage, modal = with_modal(
        {**a_text_input("enter"), "dispatch_action": True},
        {**a_text_input("letters", dispatch_action_config=config), "dispatch_action": True},
        a_text_input("silent"),
    )
    modal.fill("enter", "1").fill("silent", "1", enter=True)
    assert stage.types() == ["command"]
    modal.fill("enter", "12", enter=True)
    modal.fill("letters", "x")
    modal.fill("letters", "xy", enter=True)
    assert [sent["actions"][0]["action_id"] for sent in stage.heard[1:]] == ["enter", "letters", "letters"]
    assert stage.heard[1]["actions"][0]["value"] == "12"


def test_enter_in_an_untouched_input_sends_what_it_holds() -> None:
    stage, modal = with_modal({**a_text_input("search", initial_value="dave"), "dispatch_action": True})
    stage.slack.act("U0DANA", modal.place, "search", "search", trigger="on_enter_pressed")
    assert stage.heard[-1]["actions"][0]["value"] == "dave"


def test_pickers_and_multi_selects_have_slacks_values() -> None:
    _, modal = with_modal(
        an_input({"type": "datepicker"}, "day"),
        an_input({"type": "timepicker"}, "time"),
        an_input({"type": "datetimepicker"}, "moment"),
        an_input({"type": "users_select"}, "who"),
        an_input({"type": "multi_conversations_select"}, "where"),
        an_input({"type": "radio_buttons", "options": [an_option("A"), an_option("B")]}, "radio"),
        an_input(
            {"type": "multi_static_select", "options": [an_option("A"), an_option("B")], "max_selected_items": 1},
            "many",
        ),
    )
    modal.fill("day", "2026-11-23").fill("time", "13:00").fill("moment", "1795000000")
    modal.choose("who", "U0MARCO").choose("where", "C0DOCK").choose("radio", "B").choose("many", "A")
    assert modal.values == {
        "day": "2026-11-23",
        "time": "13:00",
        "moment": 1795000000,
        "who": "U0MARCO",
        "where": ["C0DOCK"],
        "radio": "b",
        "many": ["a"],
    }
    with pytest.raises(LookupError, match="takes at most 1"):
        modal.choose("many", "B")
    assert modal.unchoose("day").values["day"] is None


def test_an_emptied_input_arrives_as_null() -> None:
    stage, modal = with_modal(a_text_input("notes", optional=True, initial_value="x"))
    stage.slack.submit("U0DANA", modal.id, {"notes": {"notes": {"type": "plain_text_input", "value": ""}}})
    assert stage.heard[-1]["view"]["state"]["values"]["notes"]["notes"]["value"] is None


def test_an_element_refuses_the_state_of_another_type() -> None:
    stage, modal = with_modal(a_text_input("amount"))
    for nonsense in ({"selected_option": an_option()}, {"type": "number_input", "value": "1"}):
        with pytest.raises(LookupError, match="cannot become"):
            stage.slack.act("U0DANA", modal.place, "amount", "amount", nonsense)
    with pytest.raises(LookupError, match="no element nowhere/x here; there are: amount/amount"):
        stage.slack.act("U0DANA", modal.place, "nowhere", "x")


def test_a_select_outside_inputs_always_dispatches() -> None:
    select = {"type": "static_select", "action_id": "trip", "options": [an_option("Cory")]}
    stage, modal = with_modal(a_section(accessory=select, block_id="trip"))
    modal.choose("trip", "Cory")
    assert stage.types() == ["command", "block_actions"]


def test_a_type_ahead_asks_the_bot() -> None:
    patron = an_input({"type": "external_select", "min_query_length": 0}, "patron")
    offered = {"options": [an_option("Ann Lee"), an_option("Dave Kowalski")]}
    stage, modal = with_modal(patron, says=lambda _payload: offered)
    assert modal.options("patron", "da") == ["Ann Lee", "Dave Kowalski"]
    sent = stage.heard[-1]
    assert (sent["type"], sent["action_id"], sent["block_id"], sent["value"]) == (
        "block_suggestion",
        "patron",
        "patron",
        "da",
    )
    assert sent["view"]["id"] == modal.id
    assert sent["container"] == {"type": "view", "view_id": modal.id}
    modal.choose("patron", "dave")
    assert modal.values["patron"] == "dave kowalski"
    assert "Dave Kowalski" in modal.text


def test_option_groups_are_offered_flat_to_the_driver() -> None:
    patron = an_input({"type": "external_select", "min_query_length": 0}, "patron")
    offered = {
        "option_groups": [
            {"label": plain("Owes"), "options": [an_option("Ann")]},
            {"label": plain("New"), "options": [an_option("Add “zoe”", "new")]},
        ]
    }
    _, modal = with_modal(patron, says=lambda _payload: offered)
    assert [option["value"] for option in modal.suggest("patron", "")] == ["ann", "new"]
    modal.choose("patron", "zoe")
    assert modal.values["patron"] == "new"


def test_a_type_ahead_waits_for_three_letters_by_default() -> None:
    patron = an_input({"type": "external_select"}, "patron")
    stage, modal = with_modal(patron, says=lambda _payload: {"options": []})
    assert modal.suggest("patron", "da") == []
    assert stage.types() == ["command"]
    modal.suggest("patron", "dav")
    assert stage.types() == ["command", "block_suggestion"]


@pytest.mark.parametrize("said", [{"options": [an_option()] * 101}, {}, "dave", Answer(500)])
def test_a_type_ahead_that_answers_nonsense_offers_nothing(said: Any) -> None:
    patron = an_input({"type": "external_select", "min_query_length": 0}, "patron")
    stage, modal = with_modal(patron, says=lambda _payload: said)
    assert modal.suggest("patron", "") == []
    assert stage.slack.as_("U0DANA").troubles == ["The options could not be loaded."]


def test_choosing_an_unknown_option_fails_with_the_known_ones() -> None:
    _, modal = with_modal(a_select("method"))
    with pytest.raises(LookupError, match="'Cash', 'Venmo'"):
        modal.choose("method", "Bitcoin")


def test_checkboxes_add_up_and_can_be_emptied() -> None:
    boxes = an_input({"type": "checkboxes", "options": [an_option("A"), an_option("B")]}, "boxes")
    _, modal = with_modal(boxes)
    modal.choose("boxes", "A").choose("boxes", "B").choose("boxes", "B")
    assert modal.values["boxes"] == ["a", "b"]
    modal.unchoose("boxes")
    assert modal.values["boxes"] == []


def test_a_modal_reads_as_a_person_reads_it() -> None:
    _, modal = with_modal(
        a_section("*Trip* &amp; patron"),
        a_text_input("amount", initial_value="125.00"),
        a_text_input("notes", placeholder=plain("Anything to add?")),
        a_select("method", initial_option=an_option("Venmo")),
    )
    assert modal.text.splitlines() == [
        "Log a payment",
        "Trip & patron",
        "Amount",
        "125.00",
        "Notes",
        "Anything to add?",
        "Method",
        "Venmo",
        "Log",
        "Cancel",
    ]
    assert modal.block("method")["element"]["type"] == "static_select"
    with pytest.raises(LookupError, match="no block 'metod'"):
        modal.block("metod")


def test_pictures_and_lists_of_choices_are_read_too() -> None:
    picture = {"type": "image", "image_url": "https://example.com/q.png", "alt_text": "The boat"}
    choices = [{**an_option("Cash"), "description": plain("on the dock")}, an_option("Venmo")]
    _, modal = with_modal(
        a_section("Trip", accessory=picture), an_input({"type": "radio_buttons", "options": choices}, "method")
    )
    assert modal.text.splitlines()[1:-2] == ["Trip", "The boat", "Method", "Cash", "on the dock", "Venmo"]


def test_a_type_ahead_request_has_an_empty_state() -> None:
    stage, modal = with_modal(
        a_text_input(initial_value="dave"),
        an_input({"type": "external_select", "min_query_length": 0}, "patron"),
        says=lambda _payload: {"options": []},
    )
    modal.suggest("patron", "da")
    view = stage.heard[-1]["view"]
    assert view["state"] == {"values": {}}
    assert view["blocks"]
    assert modal.values["amount"] == "dave"
