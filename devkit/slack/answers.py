"""What Slack makes of the bot's answers to commands and submissions, and of answers that make no sense."""

# an answer may be anything until it has been checked

# ruff: noqa: ANN401  # an answer may be anything until it has been checked

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from devkit.slack.limits import refusal_of_message
from devkit.slack.modals import Refused
from devkit.slack.people import BOT_USER_ID

if TYPE_CHECKING:
    from devkit.slack.modals import Modals, OpenView
    from devkit.slack.posts import Board
    from devkit.slack.wire import JSON, Answer, Delivery

CONNECTING: Final = "We had some trouble connecting. Try again?"
"""Slack's banner in a modal whose app was late, failed, or answered nonsense."""


def as_json(body: bytes) -> JSON | None:
    """The body as a JSON object, or None."""
    try:
        said: Any = json.loads(body)
    except ValueError:
        return None
    return said if isinstance(said, dict) else None


def to_command(board: Board, user: str, channel: str, answer: Answer | None, delivery: Delivery) -> None:
    """Show the answer to a slash command: text or a message; to the asker alone unless it says `in_channel`.

    Raises Refused when there is no answer, or none that Slack would show.
    """
    if answer is None:
        raise Refused(str(delivery.error), [delivery.answer.decode(errors="replace")])
    text = answer.body.decode(errors="replace")
    if not text.strip():
        return
    said = as_json(answer.body)
    payload = {"text": text} if said is None else said
    refusal = refusal_of_message(payload)
    if refusal is not None:
        raise Refused(*refusal)
    only_for = None if payload.get("response_type") == "in_channel" else user
    board.add(channel=channel, user=BOT_USER_ID, payload=payload, only_for=only_for)


def to_submission(modals: Modals, view: OpenView, answer: Answer) -> None:
    """Do what a view_submission's answer says: nothing or `{}` closes the view.

    Raises Refused for what Slack cannot make sense of; the modal then stays as it was.
    """
    said = as_json(answer.body) if answer.body.strip() else {}
    match None if said is None else said.get("response_action"):
        case None if said == {}:
            modals.close(view)
        case "clear":
            modals.clear(view.user)
        case "update" if said:
            modals.update(view, said.get("view") or {})
        case "push" if said:
            modals.push_answer(view, said.get("view") or {})
        case "errors" if said:
            view.errors = _on_inputs(view, said.get("errors"))
        case _:
            raise Refused("invalid_response", [f"no response_action that Slack knows in {answer.body[:200]!r}"])


def _on_inputs(view: OpenView, errors: Any) -> dict[str, str]:
    """`response_action: errors` names input blocks of this very view; anything else and Slack shows none of them."""
    inputs = {block["block_id"] for block in view.view["blocks"] if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors:
        raise Refused("invalid_response", [f"errors must be sentences by block_id, not {errors!r}"])
    for block_id, sentence in errors.items():
        if block_id not in inputs:
            raise Refused("invalid_response", [f"no input block {block_id!r}; there are {sorted(inputs)}"])
        if not isinstance(sentence, str) or not sentence:
            raise Refused("invalid_response", [f"the error on {block_id!r} must be a sentence, not {sentence!r}"])
    return dict(errors)
