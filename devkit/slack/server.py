"""The workspace over HTTP: Slack's Web API and response_urls for the bot, `/ui/…` and the page for people.

The application checks neither Host nor Origin. Serve it on 127.0.0.1 only, behind a check of both: another site that
is open in the same browser could otherwise read and use the workspace.
"""

from __future__ import annotations

import asyncio
import json
import threading
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, quote

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.responses import (
    FileResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from devkit.slack import api, ui

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from starlette.requests import Request
    from starlette.types import ASGIApp

    from devkit.slack.actions import WorkspaceActions
    from devkit.slack.wire import JSON

PAGE: Final = Path(__file__).parent / "page"
PING_SECONDS: Final = 15.0


async def _arguments(request: Request) -> JSON:
    """Return the arguments of the query and of a form or JSON body. Raises ValueError."""
    body = await request.body()
    found: JSON = dict(request.query_params)
    if request.headers.get("content-type", "").startswith("application/json"):
        parsed = json.loads(body or b"{}")
        return {**found, **parsed} if isinstance(parsed, dict) else found
    return {**found, **dict(parse_qsl(body.decode(), keep_blank_values=True))}


async def _api(workspace: WorkspaceActions, request: Request) -> Response:
    try:
        args = await _arguments(request)
    except ValueError:
        return JSONResponse({"ok": False, "error": "invalid_json"})
    bearer = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
    token = args.pop("token", None) or bearer
    reply = await run_in_threadpool(api.call, workspace, request.path_params["method"], args, token)
    headers = dict(reply.headers)
    return (
        JSONResponse(reply.body, reply.status, headers)
        if reply.body is not None
        else Response(status_code=reply.status, headers=headers)
    )


async def _response(workspace: WorkspaceActions, request: Request) -> Response:
    try:
        payload = await request.json()
    except ValueError:
        return PlainTextResponse("invalid_payload", 400)
    if not isinstance(payload, dict):
        return PlainTextResponse("invalid_payload", 400)
    status, body = await run_in_threadpool(workspace.respond, request.path_params["hook"], payload)
    return PlainTextResponse(body, status)


async def _state(workspace: WorkspaceActions, request: Request) -> Response:
    user = request.query_params.get("user") or next(iter(workspace.people))
    if user not in workspace.people:
        return JSONResponse({"error": f"no such person: {user}"}, 404)
    return JSONResponse(ui.state(workspace, user))


async def _action(workspace: WorkspaceActions, request: Request) -> Response:
    action = ui.ACTIONS.get(request.path_params["action"])
    if action is None:
        return JSONResponse({"ok": False, "error": "no such path"}, 404)
    try:
        given = await request.json()
        return JSONResponse(await run_in_threadpool(action, workspace, given))
    except LookupError as error:  # includes KeyError, for a missing field
        return JSONResponse({"ok": False, "error": f"not found: {error}"}, 404)
    except (ValueError, TypeError) as error:
        return JSONResponse({"ok": False, "error": str(error)}, 400)


async def _events(stopping: threading.Event, workspace: WorkspaceActions, request: Request) -> Response:
    user = request.query_params.get("user", "")
    if user not in workspace.people:
        return JSONResponse({"error": f"no such person: {user}"}, 404)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_stream(workspace, user, stopping), media_type="text/event-stream", headers=headers)


async def _stream(workspace: WorkspaceActions, user: str, stopping: threading.Event) -> AsyncIterator[str]:
    """Yield the state at once and after each change for this person; a comment every 15 s keeps the stream open."""
    loop = asyncio.get_running_loop()
    changed = asyncio.Event()
    changed.set()
    stop_watching = workspace.watch(lambda: _wake(loop, changed))
    last = ""
    try:
        while not stopping.is_set():
            try:
                await asyncio.wait_for(changed.wait(), PING_SECONDS)
            except TimeoutError:
                yield ": still here\n\n"
                continue
            changed.clear()
            now = json.dumps(ui.state(workspace, user), ensure_ascii=False)
            if now != last:
                last = now
                yield f"event: state\ndata: {now}\n\n"
    finally:
        stop_watching()


def _wake(loop: asyncio.AbstractEventLoop, event: asyncio.Event) -> None:
    with suppress(RuntimeError):  # the loop closed while the server stopped: nobody is connected
        loop.call_soon_threadsafe(event.set)


async def _permalink(request: Request) -> Response:
    """Redirect from the address of a message to the page, which scrolls to it."""
    digits = str(request.path_params["digits"])
    return RedirectResponse(f"/?channel={quote(request.path_params['channel'])}&message={digits[:-6]}.{digits[-6:]}")


async def _index(_request: Request) -> Response:
    return FileResponse(PAGE / "index.html", headers={"Cache-Control": "no-cache"})


def application(workspace: WorkspaceActions, stopping: threading.Event | None = None) -> ASGIApp:
    """Return the ASGI application. `stopping`, followed by any change of the workspace, ends the open event streams."""
    ending = stopping or threading.Event()

    def at(path: str, answer: Callable[..., Awaitable[Response]], method: str) -> Route:
        return Route(path, partial(answer, workspace), methods=[method])

    return Starlette(
        routes=[
            at("/api/{method}", _api, "POST"),
            at("/response/{hook}", _response, "POST"),
            at("/ui/state", _state, "GET"),
            at("/ui/events", partial(_events, ending), "GET"),
            at("/ui/{action}", _action, "POST"),
            Route("/archives/{channel}/p{digits:int}", _permalink),
            Route("/", _index),
            Mount("/page", StaticFiles(directory=PAGE, check_dir=False)),
        ]
    )
