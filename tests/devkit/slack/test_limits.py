"""What Slack takes in views at its limits and refuses beyond them, in its own words.

Long because it is the one table of every limit: what fits, what does not, and what Slack says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devkit.slack.limits import check_message, check_view, view_is_too_large
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


def x(count: int) -> str:
    return "x" * count


def options(count: int) -> list[JSON]:
    return [an_option(f"Patron {number}") for number in range(count)]


def select_with(**element: Any) -> JSON:
    return an_input({"type": "static_select", **element}, "method")


CONFIRM = {"title": plain("Sure?"), "text": plain("It goes"), "confirm": plain("Yes"), "deny": plain("No")}


def button_with(**more: Any) -> JSON:
    return an_actions_block(a_button(**more))


def context(count: int) -> JSON:
    return {"type": "context", "elements": [mrkdwn(f"{number}") for number in range(count)]}


def buttons(count: int) -> JSON:
    return an_actions_block(*[a_button(f"button-{number}") for number in range(count)])


def checkboxes(count: int) -> JSON:
    return an_input({"type": "checkboxes", "options": options(count)})


def checkboxes_with(*initial: JSON) -> JSON:
    return an_input({"type": "checkboxes", "options": options(2), "initial_options": list(initial)})


def radio(count: int) -> JSON:
    return an_input({"type": "radio_buttons", "options": options(count)})


def overflow(count: int) -> JSON:
    return an_actions_block({"type": "overflow", "action_id": "more", "options": options(count)})


def groups(count: int, size: int = 1) -> JSON:
    return select_with(option_groups=[{"label": plain(f"Group {n}"), "options": options(size)} for n in range(count)])


def image(alt: int = 5, url: int = 30) -> JSON:
    return {"type": "image", "alt_text": x(alt), "image_url": "https://example.com/".ljust(url, "x")}


VIEW_LIMITS: list[tuple[str, JSON, JSON, str]] = [
    (
        "title",
        a_view(title=x(24)),
        a_view(title=x(25)),
        "must be less than 25 characters [json-pointer:/view/title/text]",
    ),
    (
        "submit",
        a_view(submit=plain(x(24))),
        a_view(submit=plain(x(25))),
        "25 characters [json-pointer:/view/submit/text]",
    ),
    ("close", a_view(close=plain(x(24))), a_view(close=plain(x(25))), "25 characters [json-pointer:/view/close/text]"),
    ("private_metadata", a_view(private_metadata=x(3000)), a_view(private_metadata=x(3001)), "/view/private_metadata]"),
    ("callback_id", a_view(callback_id=x(255)), a_view(callback_id=x(256)), "/view/callback_id]"),
    ("external_id", a_view(external_id=x(255)), a_view(external_id=x(256)), "/view/external_id]"),
    (
        "blocks",
        a_view(*[a_section()] * 100),
        a_view(*[a_section()] * 101),
        "no more than 100 items allowed [json-pointer:/view/blocks]",
    ),
]

BLOCK_LIMITS: list[tuple[str, JSON, JSON, str]] = [
    ("block_id", a_section(block_id=x(255)), a_section(block_id=x(256)), "/blocks/0/block_id]"),
    (
        "section text",
        a_section(x(3000)),
        a_section(x(3001)),
        "must be less than 3001 characters [json-pointer:/view/blocks/0/text/text]",
    ),
    (
        "fields",
        a_section(fields=[mrkdwn("x")] * 10),
        a_section(fields=[mrkdwn("x")] * 11),
        "no more than 10 items allowed",
    ),
    (
        "one field",
        a_section(fields=[mrkdwn(x(2000))]),
        a_section(fields=[mrkdwn(x(2001))]),
        "less than 2001 characters",
    ),
    (
        "header",
        {"type": "header", "text": plain(x(150))},
        {"type": "header", "text": plain(x(151))},
        "less than 151 characters [json-pointer:/view/blocks/0/text/text]",
    ),
    (
        "context elements",
        context(10),
        context(11),
        "no more than 10 items allowed [json-pointer:/view/blocks/0/elements]",
    ),
    ("actions", buttons(25), buttons(26), "no more than 25 items allowed"),
    (
        "input label",
        an_input({"type": "plain_text_input"}, label=plain(x(2000))),
        an_input({"type": "plain_text_input"}, label=plain(x(2001))),
        "/label/text]",
    ),
    (
        "input hint",
        an_input({"type": "plain_text_input"}, hint=plain(x(2000))),
        an_input({"type": "plain_text_input"}, hint=plain(x(2001))),
        "/hint/text]",
    ),
    ("image alt text", image(alt=2000), image(alt=2001), "/alt_text]"),
    ("image url", image(url=3000), image(url=3001), "/image_url]"),
    ("action_id", button_with(action_id=x(255)), button_with(action_id=x(256)), "/action_id]"),
    ("button text", button_with(text=plain(x(75))), button_with(text=plain(x(76))), "/elements/0/text/text]"),
    ("button value", button_with(value=x(2000)), button_with(value=x(2001)), "/elements/0/value]"),
    (
        "button url",
        button_with(url="https://x.org/".ljust(3000, "x")),
        button_with(url="https://x.org/".ljust(3001, "x")),
        "/elements/0/url]",
    ),
    (
        "placeholder",
        a_text_input(placeholder=plain(x(150))),
        a_text_input(placeholder=plain(x(151))),
        "/placeholder/text]",
    ),
    (
        "option text",
        select_with(options=[an_option(x(75))]),
        select_with(options=[an_option(x(76))]),
        "/options/0/text/text]",
    ),
    (
        "option value",
        select_with(options=[an_option(value=x(150))]),
        select_with(options=[an_option(value=x(151))]),
        "/options/0/value]",
    ),
    (
        "option description",
        select_with(options=[{**an_option(), "description": plain(x(75))}]),
        select_with(options=[{**an_option(), "description": plain(x(76))}]),
        "/description/text]",
    ),
    (
        "options",
        select_with(options=options(100)),
        select_with(options=options(101)),
        "no more than 100 items allowed [json-pointer:/view/blocks/0/element/options]",
    ),
    ("option groups", groups(100), groups(101), "no more than 100 items allowed"),
    ("options of a group", groups(1, 100), groups(1, 101), "no more than 100 items allowed"),
    ("overflow", overflow(5), overflow(6), "no more than 5 items allowed"),
    ("checkboxes", checkboxes(10), checkboxes(11), "no more than 10 items allowed"),
    ("radio buttons", radio(10), radio(11), "no more than 10 items allowed"),
    (
        "confirm title",
        button_with(confirm={**CONFIRM, "title": plain(x(100))}),
        button_with(confirm={**CONFIRM, "title": plain(x(101))}),
        "/confirm/title/text]",
    ),
    (
        "confirm text",
        button_with(confirm={**CONFIRM, "text": plain(x(300))}),
        button_with(confirm={**CONFIRM, "text": plain(x(301))}),
        "/confirm/text/text]",
    ),
    (
        "confirm button",
        button_with(confirm={**CONFIRM, "deny": plain(x(30))}),
        button_with(confirm={**CONFIRM, "deny": plain(x(31))}),
        "/confirm/deny/text]",
    ),
    ("max_length", a_text_input(max_length=3000), a_text_input(max_length=3001), "less than or equal to 3000"),
    ("initial text", a_text_input(initial_value=x(3000)), a_text_input(initial_value=x(3001)), "/initial_value]"),
]


@pytest.mark.parametrize(
    ("fits", "refused", "said"), [case[1:] for case in VIEW_LIMITS], ids=[case[0] for case in VIEW_LIMITS]
)
def test_a_view_fits_at_its_limit_and_is_refused_beyond(fits: JSON, refused: JSON, said: str) -> None:
    assert check_view(fits) == []
    complaints = check_view(refused)
    assert len(complaints) == 1
    assert complaints[0].startswith("[ERROR] ")
    assert said in complaints[0]


@pytest.mark.parametrize(
    ("fits", "refused", "said"), [case[1:] for case in BLOCK_LIMITS], ids=[case[0] for case in BLOCK_LIMITS]
)
def test_a_block_fits_at_its_limit_and_is_refused_beyond(fits: JSON, refused: JSON, said: str) -> None:
    assert check_view(a_view(fits)) == []
    complaints = check_view(a_view(refused))
    assert len(complaints) == 1
    assert said in complaints[0]


def number_with(**element: Any) -> JSON:
    return an_input({"type": "number_input", **element})


WRONG_IN_A_VIEW: list[tuple[JSON, str]] = [
    ({"type": "section", "text": mrkdwn("")}, "must be more than 0 characters [json-pointer:/view/blocks/0/text/text]"),
    ({"type": "section"}, "must define either `text` or `fields` [json-pointer:/view/blocks/0/type]"),
    ({"type": "header", "text": mrkdwn("no")}, "unsupported type: mrkdwn [json-pointer:/view/blocks/0/text/type]"),
    (
        {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]},
        "unsupported type: table [json-pointer:/view/blocks/0/type]",
    ),
    ({"type": "markdown", "text": "# x"}, "unsupported type: markdown"),
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


@pytest.mark.parametrize(("block", "said"), WRONG_IN_A_VIEW, ids=[said[:60] for _, said in WRONG_IN_A_VIEW])
def test_what_a_view_may_not_hold_is_refused_with_its_place(block: JSON, said: str) -> None:
    complaints = check_view(a_view(block))
    assert any(said in complaint for complaint in complaints), complaints


FINE_IN_A_VIEW = [
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
    {"type": "alert", "text": mrkdwn("x"), "level": "warning"},
    {"type": "divider"},
]


@pytest.mark.parametrize(
    "block", FINE_IN_A_VIEW, ids=[str(block.get("element", block)["type"]) for block in FINE_IN_A_VIEW]
)
def test_what_a_view_may_hold_is_taken(block: JSON) -> None:
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


def test_a_home_view_has_no_submit_button() -> None:
    assert check_view({"type": "home", "blocks": [a_section()]}) == []
    said = check_view({"type": "home", "blocks": [a_section()], "submit": plain("Log")})
    assert said == ["[ERROR] invalid additional property: submit [json-pointer:/view]"]


def test_two_blocks_may_not_share_their_id() -> None:
    said = check_view(a_view(a_section(block_id="a"), a_section(block_id="a")))
    assert said == ['[ERROR] `block_id` "a" already exists [json-pointer:/view/blocks/1/block_id]']


def test_two_buttons_of_one_block_may_not_share_their_action() -> None:
    said = check_view(a_view(an_actions_block(a_button("pay"), a_button("pay"))))
    assert said == ['[ERROR] `action_id` "pay" already exists [json-pointer:/view/blocks/0/elements/1/action_id]']


def test_buttons_of_different_blocks_may_share_their_action() -> None:
    blocks = (an_actions_block(a_button("pay"), block_id="a"), an_actions_block(a_button("pay"), block_id="b"))
    assert check_view(a_view(*blocks)) == []


def test_only_one_input_may_ask_for_the_focus() -> None:
    said = check_view(a_view(a_text_input("a", focus_on_load=True), a_text_input("b", focus_on_load=True)))
    assert len(said) == 1
    assert "focus_on_load" in said[0]


def test_something_that_is_no_view_is_refused() -> None:
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


def bent(draw: st.DrawFn, value: Any) -> Any:
    """A good payload with one part of it, however deep, replaced by anything at all, or taken out."""
    keys = list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []
    if not keys or draw(st.integers(0, 3)) == 0:
        return draw(ANYTHING)
    key = draw(st.sampled_from(keys))
    bending = {**value} if isinstance(value, dict) else [*value]
    if isinstance(bending, dict) and draw(st.integers(0, 5)) == 0:
        del bending[key]
    else:
        bending[key] = bent(draw, bending[key])
    return bending


bend = st.composite(bent)


@given(bend(a_view(*FINE_IN_A_VIEW, button_with(confirm=CONFIRM), a_select(), groups(2))))
def test_whatever_a_view_is_made_of_the_check_answers(view: Any) -> None:
    assert all(said.startswith("[ERROR] ") for said in check_view(view))


@given(bend([a_table([["x"]]), *FINE_IN_A_VIEW[6:11], context(2)]))
def test_whatever_a_message_is_made_of_the_check_answers(blocks: Any) -> None:
    assert isinstance(check_message({"text": "x", "blocks": blocks}), list)
