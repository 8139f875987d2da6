"""Slack's limits for views: the last value that fits, the first that is refused, and Slack's complaint."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from devkit.slack.limits import check_view
from tests.devkit.slack.parts import (
    CONFIRM,
    button_with,
    buttons,
    checkboxes,
    context,
    groups,
    image,
    options,
    overflow,
    radio,
    select_with,
    x,
)
from tests.devkit.slack.stage import a_section, a_text_input, a_view, an_input, an_option, mrkdwn, plain

if TYPE_CHECKING:
    from devkit.slack.wire import JSON

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
