"""A Slack that keeps what is posted, and refuses the tokens that a test names."""

from __future__ import annotations

import json
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

if TYPE_CHECKING:
    from collections.abc import Iterator


class Posts(list[tuple[str, str]]):
    """Channel and text of each call of chat.postMessage, also of a refused one."""

    refused: tuple[str, ...] = ()


@contextmanager
def recording_slack() -> Iterator[tuple[str, Posts]]:
    """Yield its API's address, and the posts. It is gone when the block ends."""
    posts = Posts()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the library's own name
            body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
            fields = {name: values[0] for name, values in parse_qs(body).items()}
            if self.headers.get("content-type", "").startswith("application/json"):
                fields = json.loads(body)
            if self.path.endswith("chat.postMessage"):
                posts.append((fields["channel"], fields["text"]))
            token = self.headers.get("authorization", "").removeprefix("Bearer ")
            is_post = self.path.endswith("chat.postMessage")
            answer = {"ok": False, "error": "invalid_auth"} if is_post and token in posts.refused else {"ok": True}
            content = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/api/", posts
    server.shutdown()
    server.server_close()
    thread.join()
