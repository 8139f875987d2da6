"""A workspace served over HTTP, and requests to it."""

from __future__ import annotations

import http.client
import json
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import uvicorn

from devkit.slack.server import application

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devkit.slack import Workspace
    from devkit.slack.wire import JSON


@contextmanager
def served(workspace: Workspace) -> Iterator[str]:
    """Serve a workspace on 127.0.0.1 until the block ends. Yield its address."""
    stopping = threading.Event()
    app = application(workspace, stopping)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.005)
    workspace.base_url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    try:
        yield workspace.base_url
    finally:
        stopping.set()
        with workspace.changing():
            pass  # the notification of this change ends the event streams
        server.should_exit = True
        thread.join()


def ask(url: str, method: str, path: str, body: str | None, **headers: str) -> tuple[int, str]:
    """Send a request. Return the status and body of the answer."""
    connection = http.client.HTTPConnection(str(urlsplit(url).netloc), timeout=5)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def get(url: str, path: str, **headers: str) -> tuple[int, str]:
    return ask(url, "GET", path, None, **headers)


def do(url: str, action: str, **given: Any) -> JSON:
    """Carry out an action as the page does. Return the answer with its status."""
    status, body = ask(url, "POST", f"/ui/{action}", json.dumps(given), **{"Content-Type": "application/json"})
    return {**json.loads(body), "status": status}


def state(url: str, user: str = "U0DANA") -> JSON:
    """Return everything that this person sees."""
    status, body = get(url, f"/ui/state?user={user}")
    assert status == 200
    return dict(json.loads(body))
