"""Carry out the bot's answers to commands and submissions. Raises MethodRefused for those that Slack refuses."""

# ruff: noqa: ANN401  # an answer may be anything until it has been checked

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from devkit.slack.limits import has_table, refusal_of_message
from devkit.slack.modals import MethodRefused
from devkit.slack.people import BOT_USER_ID

if TYPE_CHECKING:
    from devkit.slack.modals import Modals, OpenView
    from devkit.slack.posts import Board
    from devkit.slack.wire import JSON, Answer, Delivery

CONNECTING: Final = "We had some trouble connecting. Try again?"
"""Slack's banner in a modal after the app was late, failed, or gave an invalid answer."""


def as_json(body: bytes) -> JSON | None:
    """Return the body as a JSON object, or None if it is not one."""
    try:
        parsed: Any = json.loads(body)
    except ValueError:
        return None
    return parsed if isinstance(parsed, dict) else None


def to_command(board: Board, user: str, channel: str, answer: Answer | None, delivery: Delivery) -> None:
    """Show the answer to a slash command, text or a message: only to the person, unless it is `in_channel`.

    Raises MethodRefused when there is no answer, or one that Slack would not show.
    """
    if answer is None:
        raise MethodRefused(str(delivery.error), [delivery.answer.decode(errors="replace")])
    text = answer.body.decode(errors="replace")
    if not text.strip():
        return
    parsed = as_json(answer.body)
    payload = {"text": text} if parsed is None else parsed
    refusal = refusal_of_message(payload)
    if refusal is not None:
        raise MethodRefused(*refusal)
    if has_table(payload):
        raise MethodRefused("invalid_blocks", ["[ERROR] a table in the answer to a command may never be shown"])
    only_for = None if payload.get("response_type") == "in_channel" else user
    board.add(channel=channel, user=BOT_USER_ID, payload=payload, only_for=only_for)


def to_submission(modals: Modals, view: OpenView, answer: Answer) -> None:
    """Carry out the answer to a view_submission. An empty answer or `{}` closes the view.

    Raises MethodRefused for an invalid answer; the modal then stays unchanged.
    """
    parsed = as_json(answer.body) if answer.body.strip() else {}
    match None if parsed is None else parsed.get("response_action"):
        case None if parsed == {}:
            modals.close(view)
        case "clear":
            modals.clear(view.user)
        case "update" if parsed:
            modals.update(view, parsed.get("view") or {})
        case "push" if parsed:
            modals.push_answer(view, parsed.get("view") or {})
        case "errors" if parsed:
            view.errors = _checked_errors(view, parsed.get("errors"))
        case _:
            raise MethodRefused("invalid_response", [f"unknown response_action in {answer.body[:200]!r}"])


def _checked_errors(view: OpenView, errors: Any) -> dict[str, str]:
    """Return errors by block_id. Raises MethodRefused unless every key is an input block of this view."""
    inputs = {block["block_id"] for block in view.view["blocks"] if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors:
        raise MethodRefused("invalid_response", [f"errors must be texts by block_id, not {errors!r}"])
    for block_id, text in errors.items():
        if block_id not in inputs:
            raise MethodRefused("invalid_response", [f"no input block {block_id!r}; there are {sorted(inputs)}"])
        if not isinstance(text, str) or not text:
            raise MethodRefused("invalid_response", [f"the error on {block_id!r} must be a text, not {text!r}"])
    return dict(errors)
