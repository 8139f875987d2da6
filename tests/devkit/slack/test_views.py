"""The rules for views beside their limits: allowed parts, refused parts, and rules for the view as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devkit.slack.limits import check_message, check_view, view_is_too_large
from tests.devkit.slack.parts import (
    CONFIRM,
    button_with,
    checkboxes_with,
    context,
    groups,
    number_with,
    options,
    select_with,
    x,
)
from tests.devkit.slack.stage import (
    a_button,
    a_section,
    a_select,
    a_table,
    a_text_input,
    a_view,
    an_actions_block,
    an_input,
    an_option,
    mrkdwn,
    plain,
)

if TYPE_CHECKING:
    from devkit.slack.wire import JSON

WRONG_PARTS: list[tuple[JSON, str]] = [
    ({"type": "section", "text": mrkdwn("")}, "must be more than 0 characters [json-pointer:/view/blocks/0/text/text]"),
    ({"type": "section"}, "must define either `text` or `fields` [json-pointer:/view/blocks/0/type]"),
    ({"type": "header", "text": mrkdwn("no")}, "unsupported type: mrkdwn [json-pointer:/view/blocks/0/text/type]"),
    (
        {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]},
        "unsupported type: table [json-pointer:/view/blocks/0/type]",
    ),
    ({"type": "hologram"}, "unsupported type: hologram"),
    ({}, "missing required field: type [json-pointer:/view/blocks/0]"),
    (a_section(colour="red"), "invalid additional property: colour [json-pointer:/view/blocks/0]"),
    (button_with(style="warning"), "must be a valid enum value: primary, danger"),
    (button_with(text=mrkdwn("*no*")), "unsupported type: mrkdwn"),
    (button_with(url="not a url"), "failed to match pattern"),
    (
        an_input({"type": "button", "text": plain("no")}),
        "unsupported type: button [json-pointer:/view/blocks/0/element/type]",
    ),
    (an_actions_block(a_text_input()["element"]), "unsupported type: plain_text_input"),
    (an_actions_block(), "must have at least 1 item"),
    ({"type": "context", "elements": [a_button()]}, "unsupported type: button"),
    (select_with(), "must define either `options` or `option_groups`"),
    (select_with(options=[an_option()], option_groups=[]), "cannot define both `options` and `option_groups`"),
    (checkboxes_with(an_option("Other")), "must be one of the provided options"),
    (a_text_input(max_length="many"), "must be an integer"),
    (a_text_input(max_length=0), "must be greater than or equal to 1"),
    (select_with(options="many"), "must be an array"),
    (a_section(block_id=7), "must be a string"),
    (select_with(options=[]), "must have at least 1 item"),
    (select_with(options=[{"text": mrkdwn("x"), "value": "x"}]), "unsupported type: mrkdwn"),
    (select_with(options=[{"text": plain("x")}]), "missing required field: value"),
    (select_with(options=[an_option(value="")]), "must be more than 0 characters"),
    (
        a_select(initial_option=an_option("Cheque")),
        "must be one of the provided options [json-pointer:/view/blocks/0/element/initial_option]",
    ),
    (a_select(initial_option=None), "must be an object"),
    (number_with(), "missing required field: is_decimal_allowed"),
    (number_with(is_decimal_allowed=True, min_value=1), "must be a string"),
    (number_with(is_decimal_allowed=True, min_value="5", max_value="4"), "must be less than or equal to `max_value`"),
    (number_with(is_decimal_allowed=False, initial_value="1.5"), "must be an integer"),
    (a_text_input(min_length=5, max_length=4), "must be less than or equal to `max_length`"),
    (a_section(dispatch_action=True), "invalid additional property: dispatch_action"),
    (an_input({"type": "datepicker", "initial_date": "23.11.2026"}), "failed to match pattern"),
    (an_input({"type": "timepicker", "initial_time": "24:00"}), "failed to match pattern"),
    (an_input({"type": "plain_text_input"}, optional="yes"), "must be a boolean"),
    (an_input({"type": "file_input"}, dispatch_action=True), "cannot be used with a file_input element"),
    ({"type": "image", "alt_text": "x"}, "must define either `image_url` or `slack_file`"),
    (button_with(confirm={"title": plain("x")}), "missing required field: text"),
]


@pytest.mark.parametrize(("block", "said"), WRONG_PARTS, ids=[said[:60] for _, said in WRONG_PARTS])
def test_a_wrong_part_of_a_view_is_refused_with_its_place(block: JSON, said: str) -> None:
    complaints = check_view(a_view(block))
    assert any(said in complaint for complaint in complaints), complaints


VALID_PARTS = [
    number_with(is_decimal_allowed=True, min_value="0.01", max_value="100000.00", initial_value="12.50"),
    an_input({"type": "email_text_input"}),
    an_input({"type": "external_select", "min_query_length": 0}, dispatch_action=True),
    an_input({"type": "datepicker", "initial_date": "2026-11-23"}),
    an_input({"type": "timepicker", "initial_time": "13:00"}),
    an_input({"type": "multi_users_select", "initial_users": ["U0DANA"]}),
    a_select(initial_option=an_option("Venmo")),
    select_with(option_groups=[{"label": plain("Owes"), "options": options(2)}], initial_option=options(2)[1]),
    a_section(accessory={"type": "image", "image_url": "https://example.com/x.png", "alt_text": "x"}),
    a_section(accessory=a_button(style="danger", confirm=CONFIRM)),
    {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}]},
    {"type": "divider"},
]


@pytest.mark.parametrize("block", VALID_PARTS, ids=[str(block.get("element", block)["type"]) for block in VALID_PARTS])
def test_a_valid_part_of_a_view_is_accepted(block: JSON) -> None:
    assert check_view(a_view(block)) == []


def test_a_view_with_inputs_needs_a_submit_button() -> None:
    view = a_view()
    del view["submit"]
    assert check_view(view) == [
        "[ERROR] must define `submit` to use an `input` block in modals [json-pointer:/view/blocks/0/input]"
    ]


def test_a_view_without_inputs_needs_none() -> None:
    view = a_view(a_section())
    del view["submit"]
    assert check_view(view) == []


def test_a_missing_title_is_named() -> None:
    view = a_view()
    del view["title"]
    assert check_view(view) == ["[ERROR] missing required field: title [json-pointer:/view]"]


def test_two_blocks_may_not_share_their_id() -> None:
    said = check_view(a_view(a_section(block_id="a"), a_section(block_id="a")))
    assert said == ['[ERROR] `block_id` "a" already exists [json-pointer:/view/blocks/1/block_id]']


def test_two_buttons_of_one_block_may_not_share_their_action() -> None:
    said = check_view(a_view(an_actions_block(a_button("pay"), a_button("pay"))))
    assert said == ['[ERROR] `action_id` "pay" already exists [json-pointer:/view/blocks/0/elements/1/action_id]']


def test_buttons_of_different_blocks_may_share_their_action() -> None:
    blocks = (an_actions_block(a_button("pay"), block_id="a"), an_actions_block(a_button("pay"), block_id="b"))
    assert check_view(a_view(*blocks)) == []


def test_only_one_input_may_have_focus_on_load() -> None:
    said = check_view(a_view(a_text_input("a", focus_on_load=True), a_text_input("b", focus_on_load=True)))
    assert len(said) == 1
    assert "focus_on_load" in said[0]


def test_a_value_that_is_no_view_is_refused() -> None:
    assert check_view([]) == ["[ERROR] must be an object [json-pointer:/view]"]
    assert check_view({"type": "dialog"}) == ["[ERROR] unsupported type: dialog [json-pointer:/view/type]"]


def test_a_view_beyond_250_kb_is_too_large() -> None:
    assert not view_is_too_large(a_view(*[a_section(x(2400))] * 100))
    assert view_is_too_large(a_view(*[a_section(x(3000))] * 100))


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


def _mutate(draw: st.DrawFn, value: Any) -> Any:
    """Return a valid payload with one part, at any depth, replaced by anything or removed."""
    keys = list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []
    if not keys or draw(st.integers(0, 3)) == 0:
        return draw(ANYTHING)
    key = draw(st.sampled_from(keys))
    changed = {**value} if isinstance(value, dict) else [*value]
    if isinstance(changed, dict) and draw(st.integers(0, 5)) == 0:
        del changed[key]
    else:
        changed[key] = _mutate(draw, changed[key])
    return changed


mutated = st.composite(_mutate)


@given(mutated(a_view(*VALID_PARTS, button_with(confirm=CONFIRM), a_select(), groups(2))))
def test_the_check_answers_for_any_view(view: Any) -> None:
    assert all(said.startswith("[ERROR] ") for said in check_view(view))


@given(mutated([a_table([["x"]]), *VALID_PARTS[6:11], context(2)]))
def test_the_check_answers_for_any_message(blocks: Any) -> None:
    assert isinstance(check_message({"text": "x", "blocks": blocks}), list)
