"""Builders for parts of views at and beyond a limit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.devkit.slack.stage import a_button, an_actions_block, an_input, an_option, mrkdwn, plain

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


def number_with(**element: Any) -> JSON:
    return an_input({"type": "number_input", **element})
