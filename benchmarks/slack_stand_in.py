"""The least of a Slack that both contenders can start and open a form against, and as fast as it can be."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import parse_qs

import stage  # noqa: F401 - puts the project's folder on the path

from devkit.slack import people

if TYPE_CHECKING:
    from collections.abc import Iterator

_ANSWERS: dict[str, dict[str, Any]] = {
    "/api/auth.test": {
        "ok": True,
        "url": "https://ship-captain-crew.slack.com/",
        "team": people.TEAM_NAME,
        "team_id": people.TEAM_ID,
        "user": "shipbot",
        "user_id": people.BOT_USER_ID,
        "bot_id": people.BOT_ID,
    },
    "/api/users.info": {
        "ok": True,
        "user": {"id": "U0DANA", "team_id": people.TEAM_ID, "is_restricted": False, "is_ultra_restricted": False},
    },
    "/api/views.open": {"ok": True, "view": {"id": "V0000000001", "hash": "1.a"}},
}


class SlackStandIn(ThreadingHTTPServer):
    """Says ok to what it knows and keeps the views that were opened."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        self.opened: list[dict[str, Any]] = []

    @property
    def url(self) -> str:
        """Without `/api/`."""
        return f"http://127.0.0.1:{self.server_port}"


class _Answering(BaseHTTPRequestHandler):
    server: SlackStandIn
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm: ClassVar[bool] = True

    def do_POST(self) -> None:
        """One call of the Web API, its arguments as JSON or as a form."""
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        answer = _ANSWERS.get(self.path, {"ok": False, "error": "unknown_method"})
        if self.path == "/api/views.open":
            is_json = (self.headers.get("content-type") or "").startswith("application/json")
            view = json.loads(body)["view"] if is_json else json.loads(parse_qs(body.decode())["view"][0])
            self.server.opened.append(view if isinstance(view, dict) else json.loads(view))
        content = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json; charset=utf-8")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Nothing: the terminal shows the figures."""


@contextmanager
def slack_stand_in() -> Iterator[SlackStandIn]:
    """A running stand-in."""
    with SlackStandIn() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
