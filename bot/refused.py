"""Renderer of errors: turns refusals and unexpected exceptions into the answer that the person in Slack sees."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from slack_bolt import BoltResponse
from slack_bolt.error import BoltUnhandledRequestError
from slack_sdk.errors import SlackApiError

from bot import going_on, troubles, words
from bot.blocks import modal, section
from bot.home_ids import OPENED
from bot.offers import note_of
from bot.reply import ReplyLost, reply
from bot.text import escape
from charter.refusals import Refusal

if TYPE_CHECKING:
    from slack_bolt.context import BoltContext

    from bot.blocks import Block

# Slack's error codes for a form that was opened too late after the click.
_TOO_LATE: Final = {
    *("expired_trigger_id", "exchanged_trigger_id", "trigger_expired", "trigger_exchanged"),
    *("invalid_trigger_id", "invalid_trigger"),
}

_TROUBLE_BLOCK: Final = "trouble"

# Fields with which a view is opened. Slack adds the others.
_KEPT: Final = ("type", "callback_id", "private_metadata", "title", "submit", "close", "notify_on_close")

Said = list[tuple[str | None, str]]


def answer(error: Exception, body: dict[str, Any], context: BoltContext) -> BoltResponse:
    """Answer a request whose listener raised, or that has no listener, where the sender sees the answer.

    A refusal for lack of a role says who has it, and a trouble has the reference under which it is logged.

    A form shows the sentences on its fields or in a banner. A type-ahead shows them as its only option. Commands and
    buttons get a message that only the sender sees. A global shortcut and a button of the Home tab have no channel to
    answer in, so they open them as a small form. A person who opened the Home tab reads them there.
    """
    kind = body.get("type")
    said = _sentences(error, body, context, plain=kind in {"view_submission", "block_suggestion"})
    match kind:
        case "view_submission":
            return _json(**_on_submission(said, body["view"]))
        case "block_suggestion":
            return _json(options=[note_of(" ".join(sentence for _, sentence in said))])
        case "dialog_suggestion":
            return _json(options=[])
        case "view_closed":  # nobody looks at it any more
            return BoltResponse(status=200, body="")
    message = _message(said, _way_on(error, body))
    if "command" in body and not (is_late(error) and _replied(body, message)):
        return _json(**message)
    # If Slack cannot be reached, the press has no effect and can be repeated. Another attempt would take too long.
    if "command" not in body and not isinstance(error, (OSError, ReplyLost)):
        with suppress(SlackApiError, OSError, ReplyLost):
            _show(context, body, message, late=is_late(error))
    return BoltResponse(status=200, body="")


def is_late(error: Exception) -> bool:
    """Return whether Slack did not open a form because the request's trigger had expired."""
    return isinstance(error, SlackApiError) and error.response.get("error") in _TOO_LATE


def _sentences(error: Exception, body: dict[str, Any], context: BoltContext, *, plain: bool) -> Said:
    """Return each refusal's field and what is shown of it: plain text, or mrkdwn. Troubles are logged."""
    refusals = error.exceptions if isinstance(error, ExceptionGroup) else (error,)
    if all(isinstance(refusal, Refusal) for refusal in refusals):
        return [(getattr(each, "field", None), in_full(each, context, plain=plain)) for each in refusals]
    if is_late(error):
        again = "" if going_on.row_for(body, words.GO_ON) else f" {words.ASK_AGAIN}"
        sentence = troubles.noted(f"{words.TOO_LATE}{again}", troubles.named(error))
    elif isinstance(error, BoltUnhandledRequestError):
        sentence = troubles.noted(words.UNKNOWN, "Slack sent a request that no listener takes")
    else:
        sentence = troubles.noted_error(words.TROUBLE, error)
    return [(None, sentence if plain else escape(sentence))]


def in_full(refusal: Exception, context: BoltContext, *, plain: bool = False) -> str:
    """Return the sentence of a refusal, and what follows it: a trouble's reference, or whom to ask."""
    if getattr(refusal, "is_trouble", False):
        sentence, after = troubles.noted(str(refusal), troubles.named(refusal)), ""
    else:
        sentence, after = str(refusal), who_can(refusal, context, plain=plain)
    return " ".join(filter(None, [sentence if plain else escape(sentence), after]))


def who_can(refusal: Exception, context: BoltContext, *, plain: bool = False) -> str:
    """Return who has the role that the refusal is about, as WhomToAsk.after does. Empty where an admin is refused."""
    role, whom = context.get("role"), context.get("whom")
    return whom.after(refusal, plain=plain) if whom and not (role and role.sees_money) else ""


def _way_on(error: Exception, body: dict[str, Any]) -> list[Block]:
    """Return the row with the button to go on: after an expired trigger, and after a trouble that would cost words."""
    if is_late(error):
        return going_on.row_for(body, words.GO_ON)
    has_words = "command" in body or body.get("type") == "message_action" or going_on.is_resumed(body)
    expected = isinstance(error, (Refusal, ExceptionGroup, BoltUnhandledRequestError))
    is_trouble = getattr(error, "is_trouble", not expected)
    return going_on.row_for(body, words.TRY_AGAIN) if has_words and is_trouble else []


def _message(said: Said, below: list[Block]) -> dict[str, Any]:
    """Return the message that only the sender sees."""
    text = _together(said)
    blocks = {"blocks": [section(text), *below]} if below else {}
    return {"response_type": "ephemeral", "text": text, **blocks}


def _replied(body: dict[str, Any], message: dict[str, Any]) -> bool:
    """Send the answer to a late command, whose response Slack does not read any more. Return whether Slack took it."""
    with suppress(ReplyLost):
        reply(body, message)
        return True
    return False


def _show(context: BoltContext, body: dict[str, Any], message: dict[str, Any], *, late: bool) -> None:
    """Show the message: on the Home tab, in the form of a press, beside the message, in a new form, or directly."""
    view, below = body.get("view") or {}, message.get("blocks", [])[1:]
    event = body.get("event") or {}
    if event.get("type") == OPENED or (late and view.get("type") == "home"):
        from bot.views import home

        tab = home.sentence(message["text"], *below, refresh=context.get("role") is not None)
        if user_id := event.get("user") or (body.get("user") or {}).get("id"):
            context.client.views_publish(user_id=user_id, view=tab)
    elif view.get("type") == "modal" and "blocks" in view and "id" in view:
        context.client.views_update(view_id=view["id"], view=with_banner(view, message["text"], *below))
    elif body.get("response_url"):
        reply(body, {**message, "replace_original": False})
    elif body.get("trigger_id") and not late:
        notice = modal("Ship Captain Crew", [section(message["text"])], close="Close")
        context.client.views_open(trigger_id=body["trigger_id"], view=notice)
    elif late:  # a global shortcut names no channel
        context.client.chat_postMessage(channel=body["user"]["id"], text=message["text"], blocks=message.get("blocks"))


def _on_submission(sentences: Said, view: dict[str, Any]) -> dict[str, Any]:
    """Return the answer to a submission: errors on the form's fields, or a banner on a view without fields."""
    if inputs := _inputs(view):
        return {"response_action": "errors", "errors": _on_fields(sentences, inputs)}
    return {"response_action": "update", "view": with_banner(view, escape(_together(sentences)))}


def _inputs(view: dict[str, Any]) -> list[str]:
    """Return the ids of the view's inputs in their order, from its values if the payload has no blocks."""
    if "blocks" not in view:
        return list((view.get("state") or {}).get("values") or {})
    return [block["block_id"] for block in view["blocks"] if block["type"] == "input" and "block_id" in block]


def _on_fields(sentences: Said, inputs: list[str]) -> dict[str, str]:
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
    replaced = {_TROUBLE_BLOCK, going_on.ROW, without, *(block["block_id"] for block in below)}
    blocks = [block for block in view.get("blocks", ()) if block.get("block_id") not in replaced]
    return {**kept, "blocks": [section(f"{mark} {text}", block_id=_TROUBLE_BLOCK), *below, *blocks]}


def _together(sentences: Said) -> str:
    return " ".join(sentence for _, sentence in sentences)


def _json(**content: Any) -> BoltResponse:
    return BoltResponse(status=200, body=json.dumps(content), headers={"content-type": ["application/json"]})
