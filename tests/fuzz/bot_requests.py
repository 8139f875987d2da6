"""One request of Slack to the bot: a shape, the state that it needs, and its delivery to the handler."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

from devkit.functions import LambdaContext, from_answer, to_event
from devkit.slack.people import SIGNING_SECRET
from devkit.slack.wire import AS_JSON, signed_headers
from tests.fuzz.steps import changed, changed_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from devkit.functions import Reply
    from devkit.slack.modals import OpenView
    from devkit.slack.posts import Post
    from devkit.slack.wire import JSON
    from tests.fuzz.slack_side import SlackSide
    from tests.fuzz.steps import Step
    from tests.fuzz.world import World

SIGNATURES: Final = ("none", "wrong", "another secret", "old", "ahead", "no time", "words", "not ASCII")


@dataclass(frozen=True)
class Shape:
    """One real request, and where it was made."""

    kind: str
    """`command`, `interaction`, `options` or `event`."""
    name: str
    user: str
    payload: JSON
    view: OpenView | None = None
    post: Post | None = None

    def __str__(self) -> str:
        return f"{self.user} {self.kind} {self.payload.get('type', '')} {self.name}".replace("  ", " ")


def put(slack: SlackSide, shape: Shape) -> None:
    """Open the view or show the message of a shape, and accept its trigger and its address for answers."""
    payload = shape.payload
    if shape.view is not None:
        slack.put_view(shape.view)
    if shape.post is not None:
        slack.put_post(shape.post)
    if trigger_id := payload.get("trigger_id"):
        who = slack.workspace.people[shape.user]
        modal = shape.view is not None and shape.view.view["type"] == "modal"
        slack.let_open(trigger_id, who.id, who.team_id, shape.view.id if shape.view and modal else None)
    if url := payload.get("response_url"):
        channel = shape.post.channel if shape.post else "C0DOCK"
        slack.let_reply(url, shape.user, channel, shape.post)


def body_of(kind: str, payload: Any) -> bytes:
    """Return the body of a request, also where the payload is not what it should be."""
    if kind == "command" and isinstance(payload, dict):
        fields = {key: value if isinstance(value, str) else json.dumps(value) for key, value in payload.items()}
        return urlencode(fields, errors="surrogatepass").encode()
    if kind == "command":
        return json.dumps(payload).encode()
    if kind == "event":
        return json.dumps(payload).encode()
    return b"payload=" + quote(json.dumps(payload)).encode()


def signed(body: bytes, kind: str, how: str = "") -> dict[str, str]:
    """Return the headers of a request: signed rightly, or wrongly in this way."""
    now = int(time.time())
    at = {"old": now - 301, "ahead": now + 400}.get(how, now)
    headers = signed_headers(body, secret="x" * 32 if how == "another secret" else SIGNING_SECRET, timestamp=at)
    if kind == "event":
        headers["Content-Type"] = AS_JSON
    match how:
        case "none":
            del headers["X-Slack-Signature"]
        case "wrong":
            headers["X-Slack-Signature"] = "v0=" + "0" * 64
        case "no time":
            del headers["X-Slack-Request-Timestamp"]
        case "words":
            headers["X-Slack-Request-Timestamp"] = "yesterday"
        case "not ASCII":
            headers["X-Slack-Signature"] = "v0=é"
    return headers


def event_of(shape: Shape, payload: Any, steps: Sequence[Step] = ()) -> Any:
    """Return the function URL's event of a request, with the steps that concern more than its payload."""
    body = changed_bytes(body_of(shape.kind, payload), [step for step in steps if step.where == "body"])
    how = next((str(step.value) for step in steps if step.where == "headers"), "")
    event = to_event("POST", "/slack/events", "", signed(body, shape.kind, how), body)
    return changed(event, [step for step in steps if step.where == "event"])


def delivered(world: World, shape: Shape, payload: Any, steps: Sequence[Step] = ()) -> Reply:
    """Deliver a request, as Lambda does. Raises what the handler raises, and what its answer makes Lambda raise."""
    event = json.loads(json.dumps(event_of(shape, payload, steps)))
    answer = world.bot.lambda_handler(event, LambdaContext(function_name="bot"))
    return from_answer(json.loads(json.dumps(answer)))
