"""The bot's entry: Slack's requests, made hostile, and the checks of each answer."""

from __future__ import annotations

import json
import traceback
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from devkit.slack import answers
from devkit.slack.limits import check_options, check_view
from devkit.slack.modals import MethodRefused
from devkit.slack.people import BOT_TOKEN, SIGNING_SECRET
from devkit.slack.wire import Answer
from tests.fuzz.bot_requests import SIGNATURES, Shape, delivered, put
from tests.fuzz.cases import Case
from tests.fuzz.hostile import RAW
from tests.fuzz.sentences import sentence
from tests.fuzz.steps import Step, a_step, a_step_of_bytes, changed, some_steps
from tests.fuzz.world import TOKEN_SECRET

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Sequence

    from tests.fuzz.world import World

SECRETS: Final = (SIGNING_SECRET, BOT_TOKEN, TOKEN_SECRET)
REFUSALS: Final = {400, 401, 405, 413}
OUTSIDERS: Final = ("U0GUS", "U0EVE", "U0NOBODY")
CREW: Final = frozenset({"U0DANA", "U0MARCO", "U0OLIVIA"})


@dataclass
class Bot:
    """Slack's requests."""

    world: World
    shapes: Sequence[Shape]
    name: str = "bot"
    share: float = 45.0

    def draw(self, rng: random.Random) -> Case:
        """Return a shape with steps in its payload, its values, its bytes, its signature or its envelope.

        Half of the commands get a sentence of words that the bot understands.
        """
        place = rng.randrange(len(self.shapes))
        shape = self.shapes[place]
        kind = rng.random()
        if shape.kind == "command" and rng.random() < 0.5:
            steps = [Step("payload", "replace", ("text",), sentence(rng))]
        elif kind < 0.78:
            steps = self._in_payload(rng, shape)
        elif kind < 0.84:
            steps = [Step("payload", "replace", path, rng.choice(OUTSIDERS)) for path in _people(shape)]
        elif kind < 0.89:
            steps = [a_step_of_bytes(rng)]
        elif kind < 0.94:
            steps = [Step("headers", "sign", value=rng.choice(SIGNATURES)), *some_steps(rng, "payload", shape.payload)]
        else:
            steps = [a_step(rng, "event", _ENVELOPE) for _ in range(1 + (rng.random() < 0.3))]
        return Case(self.name, place, str(shape), tuple(steps))

    def _in_payload(self, rng: random.Random, shape: Shape) -> list[Step]:
        steps = some_steps(rng, "payload", shape.payload)
        if rng.random() < 0.3:
            steps += _in_texts(rng, shape.payload)
        return steps

    def run(self, case: Case) -> list[str]:
        """Deliver the request and judge the answer."""
        shape, world = self.shapes[case.shape], self.world
        payload = changed(shape.payload, _in_json(case.steps))
        payload = _with_texts(payload, case.steps)
        put(world.slack, shape)
        try:
            status, _, body = delivered(world, shape, payload, case.steps)
            findings = [*self._findings(case, payload, status, body)]
        except Exception as error:  # noqa: BLE001 - the finding
            where = traceback.extract_tb(error.__traceback__)[-1]
            findings = [f"raised {type(error).__name__}: {error} at {where.filename}:{where.lineno}"]
        finally:
            world.reset()
        return findings

    def _findings(self, case: Case, payload: Any, status: int, body: bytes) -> Iterator[str]:
        world, text = self.world, body.decode()
        if status >= 500 or status not in {200, *REFUSALS}:
            yield f"status {status}: {text[:300]}"
        unreachable = any("response_url" in step.path or step.where == "body" for step in case.steps)
        has_own_view = _has_own_view(case, payload)
        for line in world.errors.lines:
            if unreachable and line.startswith(_SDK):  # the SDK's own line about an address that is not Slack's
                continue
            if has_own_view or "SlackApiError invalid_arguments" not in line:  # no view of Slack's, shown again
                yield f"logged {line}"
        if has_own_view:
            yield from world.slack.mistakes
        yield from self._leaks(text)
        if world.tables.written:
            yield from self._wrong_writes(case, payload, status, text)
        if status == 200 and _is_whole(case, payload):
            yield from self._not_taken(self.shapes[case.shape], payload, body)

    def _wrong_writes(self, case: Case, payload: Any, status: int, text: str) -> Iterator[str]:
        written = f"wrote {sorted(set(self.world.tables.written))}"
        if status != 200:
            yield f"{written} and refused with {status}"
        if any(step.where == "headers" for step in case.steps):
            yield f"{written} for a request that is not signed"
        if not set(_senders(payload)) & CREW:
            yield f"{written} for {_senders(payload)}"
        if '"response_action": "errors"' in text:
            yield f"{written} and refused the form: {text[:300]}"
        yield from (f"broke {remark}" for remark in self.world.tables.broken(self.world.events))

    def _leaks(self, text: str) -> Iterator[str]:
        said = text + json.dumps(self.world.slack.sent, ensure_ascii=False, default=str)
        yield from (f"showed the secret {secret[:4]}…" for secret in SECRETS if secret in said)
        if self.world.slack.workspace.pings:
            yield f"pinged a channel: {self.world.slack.workspace.pings[0]}"

    def _not_taken(self, shape: Shape, payload: Any, body: bytes) -> Iterator[str]:
        """Yield the parts of an answer that Slack would refuse."""
        space, answer = self.world.slack.workspace, Answer(200, {}, body)
        try:
            if shape.kind == "command":
                answers.to_command(space.board, shape.user, "C0DOCK", answer, None)  # type: ignore[arg-type]  # of a failure
                if any(raw in body.decode() for raw in RAW[:2]):
                    yield f"repeated raw: {body.decode()[:600]}"
            elif shape.kind == "options":
                yield from (f"options: {complaint}" for complaint in check_options(answers.as_json(body)))
            elif payload["type"] == "view_submission" and (top := space.modals.top(shape.user)):
                answers.to_submission(space.modals, top, answer)
            elif body.strip():
                yield f"an answer that nobody reads: {body[:300]!r}"
        except MethodRefused as refusal:
            yield f"Slack takes no such answer: {refusal.error} {refusal.messages} {body[:600]!r}"


_SDK: Final = "slack_sdk.webhook.client: Failed to send a request"
_ENVELOPE: Final[Any] = {
    "version": "2.0",
    "rawPath": "/slack/events",
    "rawQueryString": "",
    "headers": {
        **dict.fromkeys(("host", "content-type", "x-slack-signature", "x-slack-request-timestamp", "user-agent"), "x"),
    },
    "requestContext": {"http": {"method": "POST", "path": "/", "sourceIp": "127.0.0.1"}, "requestId": "x"},
    "isBase64Encoded": True,
    "body": "eA==",
}
"""The parts of a function URL's event that a step may change."""


def _people(shape: Shape) -> list[tuple[str, ...]]:
    """Return the paths under which the sender is named."""
    paths = [("user_id",), ("user", "id"), ("event", "user")]
    return [path for path in paths if isinstance(shape.payload.get(path[0]), str if len(path) == 1 else dict)]


def _senders(payload: Any) -> list[str]:
    """Return the ids under which the sender may be named."""
    if not isinstance(payload, dict):
        return []
    user, event = payload.get("user"), payload.get("event")
    named = [payload.get("user_id"), user.get("id") if isinstance(user, dict) else None]
    named.append(event.get("user") if isinstance(event, dict) else None)
    return [each for each in named if isinstance(each, str)]


def _texts(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Yield the JSON that is kept as text in a payload: memos of views, and values of buttons and options."""
    if isinstance(value, dict):
        for key, part in value.items():
            if key in {"private_metadata", "value"} and isinstance(part, str) and part[:1] in "{[" and part:
                with suppress(ValueError):
                    yield (*path, key), json.loads(part)
            else:
                yield from _texts(part, (*path, key))
    elif isinstance(value, list):
        for place, part in enumerate(value):
            yield from _texts(part, (*path, place))


def _in_texts(rng: random.Random, payload: Any) -> list[Step]:
    """Draw a change within a memo or a value that is JSON in a text."""
    found = [each for each in _texts(payload) if each[0][0] in {"actions", "view"} and "blocks" not in each[0]]
    if not found:
        return []
    path, content = rng.choice(found)
    step = a_step(rng, "memo", content)
    return [Step("memo", step.kind, (json.dumps(path), *step.path), step.value)]


def _in_json(steps: Sequence[Step]) -> list[Step]:
    return [step for step in steps if step.where == "payload"]


def _with_texts(payload: Any, steps: Sequence[Step]) -> Any:
    """Return the payload with the steps within its texts."""
    for step in steps:
        if step.where != "memo":
            continue
        path = tuple(json.loads(str(step.path[0])))
        for at, content in list(_texts(payload)):
            if at == path:
                inner = changed(content, [Step("memo", step.kind, step.path[1:], step.value)])
                payload = changed(payload, [Step("payload", "replace", path, json.dumps(inner))])
    return payload


def _is_whole(case: Case, payload: Any) -> bool:
    """Return whether Slack could show the answer: the request's own view is one that Slack has."""
    if any(
        step.where not in {"payload", "memo"} or step.path[:1] in {("type",), ("command",), ()} for step in case.steps
    ):
        return False
    if not isinstance(payload, dict):
        return False
    return _has_own_view(case, payload)


def _has_own_view(case: Case, payload: Any) -> bool:
    """Return whether the view in the request is one that Slack could have, so that it can be shown again."""
    rebuilt = any(step.where == "body" or step.path[:2] == ("view", "blocks") for step in case.steps)
    if not isinstance(payload, dict) or rebuilt:
        return False
    view = payload.get("view")
    if view is None:
        return "view" not in {step.path[0] for step in case.steps if step.path}
    if not isinstance(view, dict) or any(step.path[:2] in {("view",), ("view", "type")} for step in case.steps):
        return False
    names = ("type", "callback_id", "private_metadata", "title", "submit", "close", "notify_on_close", "blocks")
    own = {name: view[name] for name in names if view.get(name)}
    return not check_view(own, "home" if own.get("type") == "home" else "modal")
