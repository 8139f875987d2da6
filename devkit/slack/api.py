"""The Web API: check the token, carry out a method or an ordered failure, and log the call."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from devkit.slack import directory, history, methods, sent
from devkit.slack.modals import MethodRefused
from devkit.slack.people import BOT_TOKEN
from devkit.slack.records import ApiCall

if TYPE_CHECKING:
    from collections.abc import Mapping

    from devkit.slack.records import Fault
    from devkit.slack.state import WorkspaceState
    from devkit.slack.wire import JSON

METHODS: Final = {**methods.METHODS, **directory.METHODS, **history.METHODS}
NO_TOKEN_NEEDED: Final = frozenset({"api.test"})
TOO_MANY_REQUESTS: Final = 429


@dataclass(frozen=True)
class Reply:
    """An HTTP answer of the Web API: 200 with `ok` true or false, or a failure without a body."""

    status: int
    body: JSON | None
    headers: Mapping[str, str] = field(default_factory=dict)


def call(workspace: WorkspaceState, method: str, args: JSON, token: str | None) -> Reply:
    """Carry out one method and log it. `args` are parsed from a form or JSON; `token` is from the header or `args`."""
    workspace.record(method, sent.arguments(args))
    fault = _next_fault(workspace, method)
    if fault is not None and fault.delay:
        time.sleep(fault.delay)
    bare = None
    if fault is not None and fault.status is not None:
        bare = Reply(fault.status, None, _retry_after(fault.status, fault.retry_after))
        if not fault.lost:
            return _logged(workspace, method, args, bare)
    try:
        body = {"ok": True, **_carry_out(workspace, method, args, token, fault)}
        reply = Reply(200, body, {"x-oauth-scopes": ",".join(workspace.scopes)} if token else {})
    except MethodRefused as refusal:
        reply = _refusal(refusal)
    return _logged(workspace, method, args, bare or reply)


def _next_fault(workspace: WorkspaceState, method: str) -> Fault | None:
    with workspace.lock:
        ordered = workspace.faults.get(method)
        return ordered.pop(0) if ordered else None


def _carry_out(workspace: WorkspaceState, method: str, args: JSON, token: str | None, fault: Fault | None) -> JSON:
    if method not in NO_TOKEN_NEEDED:
        if not token:
            raise MethodRefused("not_authed")
        if token != BOT_TOKEN:
            raise MethodRefused("invalid_auth")
    if fault is not None and fault.error is not None:
        raise MethodRefused(fault.error)
    if method not in METHODS:
        raise MethodRefused("unknown_method")
    with workspace.changing():
        return METHODS[method](workspace, args)


def _retry_after(status: int, seconds: int = 1) -> dict[str, str]:
    return {"Retry-After": str(seconds)} if status == TOO_MANY_REQUESTS else {}


def _refusal(refusal: MethodRefused) -> Reply:
    body: JSON = {"ok": False, "error": refusal.error}
    if refusal.messages:
        body["response_metadata"] = {"messages": refusal.messages}
        if refusal.error == "invalid_blocks":
            body["errors"] = [message.removeprefix("[ERROR] ") for message in refusal.messages]
    status = TOO_MANY_REQUESTS if refusal.error == "ratelimited" else 200
    return Reply(status, body, _retry_after(status))


def _logged(workspace: WorkspaceState, method: str, args: JSON, reply: Reply) -> Reply:
    ok = reply.body is not None and bool(reply.body["ok"])
    error = None if ok else str(reply.body["error"]) if reply.body else f"http_{reply.status}"
    with workspace.lock:
        workspace.api_calls.append(ApiCall(method=method, args=args, ok=ok, error=error))
    return reply
