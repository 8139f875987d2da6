"""Strict replacements for Google's token service and Gmail's API, for the parts that a mailer uses."""

from __future__ import annotations

import base64
import email.policy
import json
import threading
from collections import Counter, deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage

CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN = "made-up-client", "made-up-client-secret", "made-up-refresh-token"
TOKEN, SEND = "/token", "/gmail/v1/users/me/messages/send"


@dataclass
class Fault:
    """One bad answer: a status with Google's body for it, or no answer. With `done` the mail was sent before."""

    status: int = 0
    body: Any = None
    done: bool = False


@dataclass
class Google:
    """The credentials that are accepted, and the mails that were sent."""

    url: str
    sent: list[EmailMessage] = field(default_factory=list)
    asked: Counter[str] = field(default_factory=Counter)
    faults: dict[str, deque[Fault]] = field(default_factory=dict)
    revoked: bool = False
    lasts: int = 3599
    _tokens: list[str] = field(default_factory=list)

    def fail(self, path: str, status: int = 0, body: Any = None, *, done: bool = False, times: int = 1) -> None:
        """Make the next calls fail. Without a status the connection closes."""
        self.faults.setdefault(path, deque()).extend([Fault(status, body, done)] * times)

    def forget_tokens(self) -> None:
        """Invalidate all access tokens that were issued."""
        self._tokens.clear()

    def answer(self, path: str, headers: Any, body: bytes) -> tuple[int, Any] | None:
        """Status and body; None closes the connection."""
        self.asked[path] += 1
        waiting = self.faults.get(path)
        fault = waiting.popleft() if waiting else None
        if fault and not fault.done:
            return (fault.status, fault.body) if fault.status else None
        answer = self._token(headers, body) if path == TOKEN else self._send(headers, body)
        if fault:
            return (fault.status, fault.body) if fault.status else None
        return answer

    def _token(self, headers: Any, body: bytes) -> tuple[int, Any]:
        assert headers["Content-Type"] == "application/x-www-form-urlencoded"
        form = parse_qs(body.decode(), strict_parsing=True)
        assert form.pop("grant_type") == ["refresh_token"]
        assert form == {
            "client_id": [CLIENT_ID],
            "client_secret": [CLIENT_SECRET],
            "refresh_token": [REFRESH_TOKEN],
        }
        if self.revoked:
            return 400, {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}
        self._tokens.append(f"ya29.made-up-{self.asked[TOKEN]}")
        scope = "https://www.googleapis.com/auth/gmail.send"
        return 200, {
            "access_token": self._tokens[-1],
            "expires_in": self.lasts,
            "scope": scope,
            "token_type": "Bearer",
        }

    def _send(self, headers: Any, body: bytes) -> tuple[int, Any]:
        if headers.get("Authorization", "").removeprefix("Bearer ") not in self._tokens:
            return 401, refusal(401, "authError")
        assert headers["Content-Type"] == "application/json"
        raw = json.loads(body)["raw"]
        assert not set(raw) & set("+/")  # base64url
        mime = base64.urlsafe_b64decode(raw)
        assert b"\r\n" in mime
        assert b"\n" not in mime.replace(b"\r\n", b"")
        self.sent.append(BytesParser(policy=email.policy.default).parsebytes(mime))
        return 200, {"id": "18c", "threadId": "18c", "labelIds": ["SENT"]}


def refusal(status: int, reason: str) -> dict[str, Any]:
    """A refusal of Gmail's API (developers.google.com/gmail/api/guides/handle-errors)."""
    return {"error": {"code": status, "errors": [{"domain": "global", "reason": reason, "message": "no"}]}}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        google = cast("_Server", self.server).google
        body = self.rfile.read(int(self.headers["Content-Length"]))
        answer = google.answer(self.path, self.headers, body)
        self.close_connection = True
        if answer is None:
            return
        content = answer[1] if isinstance(answer[1], bytes) else json.dumps(answer[1]).encode()
        self.send_response(answer[0])
        self.send_header("Content-Type", "application/json; charset=UTF-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the parent's name for it
        """Print nothing. Tests read the mails that were sent."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    google: Google


@contextmanager
def running() -> Iterator[Google]:
    """Google, on this machine."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.google = Google(f"http://127.0.0.1:{server.server_address[1]}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server.google
        finally:
            server.shutdown()
            thread.join()
