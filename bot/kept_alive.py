"""Slack's client over connections that are kept open, so that a call does not wait for another TLS handshake."""

from __future__ import annotations

import io
import time
from email.message import Message
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.error import HTTPError, URLError

import urllib3
from slack_sdk import WebClient

if TYPE_CHECKING:
    from collections.abc import Callable
    from urllib.request import Request

# Seconds. A connection that was idle for longer may have been closed without notice.
LONGEST_IDLE: Final = 30

# Methods that may be sent again if a kept connection was closed, because a second call has no other effect. A message
# is sent over a new connection, because it could be posted twice.
REPEATABLE: Final = frozenset(
    {
        "auth.test",
        "chat.getPermalink",
        "usergroups.users.list",
        "users.info",
        "views.open",
        "views.publish",
        "views.update",
    }
)


class KeptAliveClient(WebClient):
    """WebClient whose repeatable methods use a pool of open connections. Raises URLError as WebClient does."""

    def __init__(self, *, clock: Callable[[], float] = time.time, **options: Any) -> None:
        """Create the client. `clock` returns seconds and also advances while the process is frozen."""
        super().__init__(**options)
        self._clock = clock
        self._pool = urllib3.PoolManager(maxsize=4, retries=False)
        self._used = clock()

    def _perform_urllib_http_request_internal(self, url: str, req: Request) -> dict[str, Any]:
        """Send one request and return status, headers and body, as WebClient does. Raises HTTPError unless 2xx."""
        if self.proxy is not None or url.rpartition("/")[2] not in REPEATABLE:
            return super()._perform_urllib_http_request_internal(url, req)
        now = self._clock()
        if not 0 <= now - self._used <= LONGEST_IDLE:
            self._pool.clear()
        self._used = now
        try:
            answer = self._send(url, req)
        except urllib3.exceptions.HTTPError as error:
            raise URLError(type(error).__name__) from error
        headers = Message()
        for name, value in answer.headers.items():
            headers[name] = value
        if answer.status >= HTTPStatus.MULTIPLE_CHOICES:
            raise HTTPError(url, answer.status, answer.reason or "", headers, io.BytesIO(answer.data))
        body = answer.data.decode(headers.get_content_charset() or "utf-8")
        return {"status": answer.status, "headers": headers, "body": body}

    def _send(self, url: str, req: Request) -> urllib3.BaseHTTPResponse:
        """Send a request, and again if the connection was closed before an answer. Both share one time-out."""
        ends = time.monotonic() + self.timeout
        try:
            return self._send_once(url, req, urllib3.Timeout(total=self.timeout))
        except urllib3.exceptions.ProtocolError:
            self._pool.clear()
            if (left := ends - time.monotonic()) <= 0:
                raise
            return self._send_once(url, req, urllib3.Timeout(total=left))

    def _send_once(self, url: str, req: Request, timeout: urllib3.Timeout) -> urllib3.BaseHTTPResponse:
        sent: Any = req.data
        headers = dict(req.header_items())
        return self._pool.request(req.get_method(), url, body=sent, headers=headers, timeout=timeout, redirect=False)
