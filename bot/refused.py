"""Renderer of errors: turns refusals and unexpected exceptions into the answer that the person in Slack sees."""

from __future__ import annotations

import json
import logging
import traceback
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from slack_bolt import BoltResponse
from slack_bolt.error import BoltUnhandledRequestError
from slack_sdk.errors import SlackApiError

from bot import words
from bot.blocks import modal, section
from bot.home_ids import OPENED
from bot.reply import ReplyLost, reply
from bot.text import escape
from charter.refusals import Refusal

if TYPE_CHECKING:
    from slack_bolt.context import BoltContext

log = logging.getLogger(__name__)

# Slack's error codes for a form that was opened too late after the click.
_TOO_LATE: Final = {"expired_trigger_id", "exchanged_trigger_id", "trigger_expired", "trigger_exchanged"}

_TROUBLE_BLOCK: Final = "trouble"

# Fields with which a view is opened. Slack adds the others.
_KEPT: Final = ("type", "callback_id", "private_metadata", "title", "submit", "close", "notify_on_close")


def answer(error: Exception, body: dict[str, Any], context: BoltContext) -> BoltResponse:
    """Answer a request whose listener raised, or that has no listener, where the sender sees the answer.

    A form shows the sentences on its fields or in a banner. A global shortcut and a button of the Home tab have no
    channel to answer in, so they open them as a small form. Commands and other buttons get a message that only the
    sender sees. A person who opened the Home tab reads them there.
    """
    sentences = _sentences(error)
    match body.get("type"):
        case "view_submission":
            return _json(**_on_submission(sentences, body["view"]))
        case "block_suggestion" | "dialog_suggestion":
            return _json(options=[])
        case "view_closed":  # nobody looks at it any more
            return BoltResponse(status=200, body="")
        case _ if "command" in body:
            return _json(response_type="ephemeral", text=_together(sentences))
    # If Slack cannot be reached, the press has no effect and can be repeated. Another attempt would take too long.
    if not isinstance(error, (OSError, ReplyLost)):
        with suppress(SlackApiError, OSError, ReplyLost):
            _show(context, body, sentences)
    return BoltResponse(status=200, body="")


def _sentences(error: Exception) -> list[tuple[str | None, str]]:
    """Return each refusal's field and sentence. Other errors are logged without their text: it may quote a patron."""
    refusals = error.exceptions if isinstance(error, ExceptionGroup) else (error,)
    if all(isinstance(refusal, Refusal) for refusal in refusals):
        return [(getattr(refusal, "field", None), str(refusal)) for refusal in refusals]
    if isinstance(error, SlackApiError) and error.response.get("error") in _TOO_LATE:
        return [(None, words.TOO_LATE)]
    if isinstance(error, BoltUnhandledRequestError):
        log.warning("Slack sent a request that no listener takes")
        return [(None, words.UNKNOWN)]
    where = "".join(traceback.format_tb(error.__traceback__))
    why = f" {error.response.get('error')}" if isinstance(error, SlackApiError) else ""
    log.error("%s%s at\n%s", type(error).__name__, why, where)
    return [(None, words.TROUBLE)]


def _notice(sentences: list[tuple[str | None, str]]) -> dict[str, Any]:
    return modal("Ship Captain Crew", [section(_together(sentences))], close="Close")


def _show(context: BoltContext, body: dict[str, Any], sentences: list[tuple[str | None, str]]) -> None:
    """Show the sentences: on the Home tab that was opened, in the form of a press, in a message, or in a new form."""
    view = body.get("view") or {}
    if (event := body.get("event") or {}).get("type") == OPENED:
        from bot.views import home

        refused = home.sentence(_together(sentences), refresh=context.get("role") is not None)
        context.client.views_publish(user_id=event["user"], view=refused)
        return
    if view.get("type") == "modal":
        context.client.views_update(view_id=view["id"], view=with_banner(view, _together(sentences)))
    elif body.get("response_url"):
        reply(body, {"text": _together(sentences), "replace_original": False, "response_type": "ephemeral"})
    elif body.get("trigger_id"):
        context.client.views_open(trigger_id=body["trigger_id"], view=_notice(sentences))


def _on_submission(sentences: list[tuple[str | None, str]], view: dict[str, Any]) -> dict[str, Any]:
    """Return the answer to a submission: errors on the form's fields, or a banner on a view without fields."""
    if inputs := _inputs(view):
        return {"response_action": "errors", "errors": _on_fields(sentences, inputs)}
    return {"response_action": "update", "view": with_banner(view, _together(sentences))}


def _inputs(view: dict[str, Any]) -> list[str]:
    """Return the ids of the view's inputs in their order, from its values if the payload has no blocks."""
    if "blocks" not in view:
        return list(view["state"]["values"])
    return [block["block_id"] for block in view["blocks"] if block["type"] == "input"]


def _on_fields(sentences: list[tuple[str | None, str]], inputs: list[str]) -> dict[str, str]:
    """Return the errors by input. A sentence without an input of its own goes to the amount, or the first input."""
    fallback = "amount" if "amount" in inputs else inputs[0]
    errors: dict[str, str] = {}
    for field, sentence in sentences:
        block = field if field and field in inputs else "patron" if field == "name" and "patron" in inputs else fallback
        errors[block] = f"{errors[block]} {sentence}" if block in errors else sentence
    return errors


def with_banner(
    view: dict[str, Any], text: str, *below: dict[str, Any], mark: str = ":warning:", without: str = ""
) -> dict[str, Any]:
    """Return the view with the text (escaped) in a banner on top, and the blocks `below` it instead of their like.

    The block with the id `without` is left out.

    Typed values stay, because the inputs stay the same.
    """
    kept = {name: view[name] for name in _KEPT if view.get(name)}
    replaced = {_TROUBLE_BLOCK, without, *(block["block_id"] for block in below)}
    blocks = [block for block in view["blocks"] if block.get("block_id") not in replaced]
    return {**kept, "blocks": [section(f"{mark} {text}", block_id=_TROUBLE_BLOCK), *below, *blocks]}


def _together(sentences: list[tuple[str | None, str]]) -> str:
    return escape(" ".join(sentence for _, sentence in sentences))


def _json(**content: Any) -> BoltResponse:
    return BoltResponse(status=200, body=json.dumps(content), headers={"content-type": ["application/json"]})
