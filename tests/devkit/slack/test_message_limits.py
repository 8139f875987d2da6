"""Slack's limits for messages, tables and type-ahead answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from devkit.slack.limits import check_message, check_options, check_view, refusal_of_message
from tests.devkit.slack.parts import options, x
from tests.devkit.slack.stage import a_section, a_table, a_view, an_actions_block, an_input, plain

if TYPE_CHECKING:
    from devkit.slack.wire import JSON


def test_a_message_takes_50_blocks_and_not_51() -> None:
    assert check_message({"text": "x", "blocks": [a_section()] * 50}) == []
    assert refusal_of_message({"text": "x", "blocks": [a_section()] * 51}) == (
        "invalid_blocks",
        ["[ERROR] no more than 50 items allowed [json-pointer:/blocks]"],
    )


def test_a_message_needs_text_or_blocks() -> None:
    assert refusal_of_message({}) == ("no_text", [])
    assert check_message({"text": ""}) == ["no_text"]
    assert check_message({"text": "Ahoy"}) == []


def test_a_text_beyond_40_000_characters_is_too_long() -> None:
    assert check_message({"text": x(40_000)}) == []
    assert (refusal_of_message({"text": x(40_001)}) or ("",))[0] == "msg_too_long"


def test_number_inputs_are_for_modals() -> None:
    said = check_message({"text": "x", "blocks": [an_input({"type": "number_input", "is_decimal_allowed": True})]})
    assert said == ["[ERROR] unsupported type: number_input [json-pointer:/blocks/0/element/type]"]


def rows(count: int, cells: int = 1, length: int = 1) -> list[list[str]]:
    return [[x(length)] * cells for _ in range(count)]


@pytest.mark.parametrize(
    ("fits", "refused"),
    [
        (a_table(rows(100)), a_table(rows(101))),
        (a_table(rows(1, 20)), a_table(rows(1, 21))),
        (a_table(rows(100, 10, 10)), a_table([*rows(99, 10, 10), [x(10)] * 9 + [x(11)]])),
        (a_table(rows(1), column_settings=[{"align": "right"}] * 20), a_table(rows(1), column_settings=[None] * 21)),
        (a_table([["x"]]), a_table([[""]])),
        (a_table([["x"]]), a_table([])),
        (a_table([["x"]]), {"type": "table", "rows": [[plain("x")]]}),
        (a_table([["x"]], column_settings=[None]), a_table([["x"]], column_settings=[{"align": "middle"}])),
    ],
    ids=["rows", "cells", "characters", "column settings", "empty cell", "no rows", "cell type", "align"],
)
def test_a_table_fits_at_its_limit_and_is_refused_beyond(fits: JSON, refused: JSON) -> None:
    assert check_message({"text": "x", "blocks": [fits]}) == []
    refusal = refusal_of_message({"text": "x", "blocks": [refused]})
    assert refusal is not None
    assert refusal[0] == "invalid_blocks"


def test_a_number_in_a_table_needs_its_text() -> None:
    def of(**cell: Any) -> JSON:
        return {"text": "x", "blocks": [{"type": "table", "rows": [[{"type": "raw_number", **cell}]]}]}

    assert check_message(of(value=12.5, text="12.50")) == []
    assert check_message(of(value=12.5)) != []
    assert check_message(of(value="12.5", text="12.50")) != []
    assert check_message(of(value=True, text="yes")) != []


def test_a_message_holds_one_table() -> None:
    refusal = refusal_of_message({"text": "x", "blocks": [a_table(rows(1)), a_table(rows(1))]})
    assert refusal == ("invalid_attachments", ["[ERROR] only_one_table_allowed [json-pointer:/blocks/1]"])


def test_all_blocks_of_a_message_together_have_a_limit() -> None:
    assert check_message({"text": "x", "blocks": [a_section(x(3000))] * 4}) == []
    assert (refusal_of_message({"text": "x", "blocks": [a_section(x(3000))] * 5}) or ("",))[0] == "msg_blocks_too_long"


def test_rich_text_may_not_contain_an_empty_text() -> None:
    def of(text: str) -> JSON:
        return {
            "type": "rich_text",
            "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}],
        }

    assert check_message({"text": "x", "blocks": [of("Ahoy")]}) == []
    assert check_message({"text": "x", "blocks": [of("")]}) != []


def test_a_type_ahead_offers_100_options_or_100_groups_of_100() -> None:
    assert check_options({"options": options(100)}) == []
    assert check_options({"options": []}) == []
    assert check_options({"options": options(101)}) != []
    assert check_options({"option_groups": [{"label": plain("Owes"), "options": options(100)}]}) == []
    assert check_options({"option_groups": [{"label": plain("Owes"), "options": options(101)}]}) != []
    assert check_options({}) != []
    assert check_options({"options": [], "option_groups": []}) != []
    assert check_options(None) != []


@pytest.mark.parametrize("menu", ["conversations_select", "multi_conversations_select"])
def test_a_filter_of_conversations_needs_a_field(menu: str) -> None:
    def said(given: JSON) -> list[str]:
        return check_view(a_view(an_input({"type": menu, "filter": given}, "where")))

    assert "must define at least one of" in said({})[0]
    for given in ({"include": ["public"]}, {"exclude_bot_users": True}, {"exclude_external_shared_channels": False}):
        assert said(given) == []


@pytest.mark.parametrize("menu", ["conversations_select", "channels_select"])
def test_response_urls_are_for_menus_in_a_modals_inputs_alone(menu: str) -> None:
    element = {"type": menu, "action_id": "where", "response_url_enabled": True}
    bare = {"type": menu, "action_id": "where"}
    assert check_view(a_view(an_input(element, "where"))) == []
    for where in (an_actions_block, lambda each: a_section(accessory=each)):
        assert "only works with menus in input blocks" in check_view(a_view(where(element)))[0]
        assert "only works with menus in input blocks" in check_message({"blocks": [where(element)]})[0]
        assert check_view(a_view(where(bare))) == []
    assert "only works with menus in input blocks" in check_message({"blocks": [an_input(element, "where")]})[0]
