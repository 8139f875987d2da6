"""A strict Slack with a scripted bot, and builders for Block Kit with a default for every argument."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from devkit.slack import Answer, Modal, Workspace
from devkit.slack.api import call
from devkit.slack.people import BOT_TOKEN
from devkit.slack.wire import JSON, read_body
from tests.devkit.slack.cast import CHANNELS, MANIFEST, PEOPLE, USER_GROUPS

if TYPE_CHECKING:
    from collections.abc import Callable


class Clock:
    """A clock that moves only by `forward`."""

    def __init__(self, now: float = 1_795_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += seconds


class Stage:
    """A workspace and its bot. `says` answers each request: None for an empty 200, JSON, text, or an Answer."""

    def __init__(self, says: Callable[[Stage, JSON], Any] | None = None, **workspace: Any) -> None:
        self.says = says or (lambda _stage, _payload: None)
        self.clock = Clock()
        self.heard: list[JSON] = []
        sample = {"people": PEOPLE, "channels": CHANNELS, "user_groups": USER_GROUPS, "manifest": MANIFEST}
        self.slack = Workspace(self._bot, clock=self.clock, **(sample | workspace))

    def _bot(self, _kind: str, _headers: dict[str, str], body: bytes) -> Answer:
        payload = read_body(body)
        self.heard.append(payload)
        said = self.says(self, payload)
        if isinstance(said, Answer):
            return said
        if said is None:
            return Answer(200)
        if isinstance(said, str):
            return Answer(200, {"Content-Type": "text/plain"}, said.encode())
        return Answer(200, {"Content-Type": "application/json"}, json.dumps(said).encode())

    def api(self, method: str, **args: Any) -> JSON:
        """Make a Web API call as the bot."""
        reply = call(self.slack, method, args, BOT_TOKEN)
        return reply.body or {"ok": False, "error": f"http_{reply.status}"}

    def types(self) -> list[str]:
        """Return the payload types of the requests to the bot; `command` for slash commands, which have none."""
        return [str(payload.get("type", "command")) for payload in self.heard]


def plain(text: str) -> JSON:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> JSON:
    return {"type": "mrkdwn", "text": text}


def an_option(label: str = "Dave Kowalski", value: str | None = None) -> JSON:
    return {"text": plain(label), "value": label.lower() if value is None else value}


def a_section(text: str = "Ahoy", **more: Any) -> JSON:
    return {"type": "section", "text": mrkdwn(text), **more}


def a_text_input(block_id: str = "amount", *, optional: bool = False, **element: Any) -> JSON:
    return an_input({"type": "plain_text_input", **element}, block_id, optional=optional)


def an_input(element: JSON, block_id: str = "amount", **more: Any) -> JSON:
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(block_id.title()),
        "element": {"action_id": block_id, **element},
        **more,
    }


def a_select(block_id: str = "method", *, options: tuple[str, ...] = ("Cash", "Venmo"), **element: Any) -> JSON:
    return an_input({"type": "static_select", "options": [an_option(each) for each in options], **element}, block_id)


def a_button(action_id: str = "again", **more: Any) -> JSON:
    return {"type": "button", "action_id": action_id, "text": plain("Log another"), **more}


def an_actions_block(*elements: JSON, block_id: str = "buttons") -> JSON:
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def a_view(*blocks: JSON, title: str = "Log a payment", **more: Any) -> JSON:
    return {
        "type": "modal",
        "callback_id": "log_payment",
        "title": plain(title),
        "submit": plain("Log"),
        "close": plain("Cancel"),
        "blocks": list(blocks) or [a_text_input()],
        **more,
    }


def a_home(*blocks: JSON, **more: Any) -> JSON:
    return {"type": "home", "blocks": list(blocks) or [a_section()], **more}


def a_table(rows: list[list[str]], **more: Any) -> JSON:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": each} for each in row] for row in rows], **more}


def opening(*views: JSON) -> Stage:
    """Return a stage whose bot opens these views, one for each command, and answers all else with an empty 200."""
    remaining = list(views)

    def says(stage: Stage, payload: JSON) -> None:
        if "command" in payload:
            opened = stage.api("views.open", trigger_id=payload["trigger_id"], view=remaining.pop(0))
            assert opened["ok"], opened

    return Stage(says)


def with_modal(*blocks: JSON, says: Callable[[JSON], Any] | None = None, **view: Any) -> tuple[Stage, Modal]:
    """Return a stage where Dana has one modal open. `says` answers the requests after that."""
    stage = opening(a_view(*blocks, **view))
    stage.slack.as_("U0DANA").command("/log-payment")
    if says:
        stage.says = lambda _stage, payload: says(payload)
    return stage, stage.slack.as_("U0DANA").form


def pushing() -> tuple[Stage, Modal]:
    """Return a stage whose bot pushes one more view for every press on the button."""

    def says(payload: JSON) -> None:
        pushed.append(stage.api("views.push", trigger_id=payload["trigger_id"], view=a_view(buttons, title="More")))

    buttons = an_actions_block(a_button("more"))
    pushed: list[JSON] = []
    stage, modal = with_modal(buttons, says=says)
    return stage, modal


def answering(said: object) -> Stage:
    return Stage(lambda _stage, _payload: said)


def posted(stage: Stage, *blocks: JSON, **args: str) -> None:
    reply = stage.api("chat.postMessage", channel="C0DOCK", text="Waiver", blocks=list(blocks), **args)
    assert reply["ok"], reply
