"""Slack's client over connections that are kept open, so that a call does not wait for another TLS handshake."""

from __future__ import annotations

import ssl
import time
from functools import cache, cached_property
from json import dumps, loads
from typing import TYPE_CHECKING, Any, Final
from urllib.error import URLError
from urllib.parse import urlencode, urlsplit

import urllib3
from slack_sdk import WebClient
from slack_sdk.web import SlackResponse
from urllib3.connection import HTTPSConnection

if TYPE_CHECKING:
    from collections.abc import Callable

# Seconds. A connection that was idle for longer may have been closed without notice.
LONGEST_IDLE: Final = 30

# Seconds for opening a connection ahead of the first call.
_LONGEST_OPENING: Final = 1

# Connections that are kept while they are idle.
_KEPT: Final = 4

_JSON: Final = "application/json;charset=utf-8"
_FORM: Final = "application/x-www-form-urlencoded"

# Each request is sent once, and a redirect is not followed.
_ONCE: Final = urllib3.Retry(total=False, redirect=False)

# Methods that use a kept connection. One may close while a call is on its way, and then nobody knows whether Slack got
# the call. The person repeats it: a form opens or is updated once more, which has no other effect. A message is sent
# over a new connection, because it could be posted twice.
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


@cache
def trusted() -> ssl.SSLContext:
    """Return how Slack's certificate is checked. It is kept, as reading all certificates takes 20 ms."""
    return ssl.create_default_context()


class _Connection(HTTPSConnection):
    """Connection that is not taken for closed while it has only something of TLS to read.

    A server sends session tickets after the handshake. They stay unread in a connection that was opened ahead.
    """

    @property
    def is_connected(self) -> bool:
        """True if it is open, as the system knows now."""
        return super().is_connected or (self.sock is not None and _waits(self.sock))


class _Pool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _Connection


def _waits(connection: Any) -> bool:  # noqa: ANN401 - an SSLSocket, or urllib3's like of it
    """Return whether an idle connection is open. What TLS itself has to read is read."""
    before = connection.gettimeout()
    connection.settimeout(0)
    try:
        connection.recv(1)
    except ssl.SSLWantReadError:
        return True
    except OSError:
        return False
    finally:
        connection.settimeout(before)
    return False  # the server has closed it, or sent what nobody asked for


class KeptAliveClient(WebClient):
    """WebClient whose repeatable methods use a pool of open connections, and urllib3 instead of the SDK's urllib.

    A kept connection that Slack has closed is found before it is used. No request is sent twice.
    """

    def __init__(self, *, clock: Callable[[], float] = time.time, **options: Any) -> None:
        """Create the client. `clock` returns seconds and also advances while the process is frozen."""
        super().__init__(**options)
        self._clock = clock
        self._used = clock()

    @cached_property
    def _pool(self) -> urllib3.HTTPConnectionPool:
        address = urlsplit(self.base_url)
        host, port = str(address.hostname), address.port
        if address.scheme != "https":
            return urllib3.HTTPConnectionPool(host, port, maxsize=_KEPT, retries=_ONCE)
        self.ssl = trusted()  # for the calls that open a connection of their own
        return _Pool(host, port, maxsize=_KEPT, retries=_ONCE, ssl_context=self.ssl)

    def open_ahead(self) -> None:
        """Open the connection that the first call needs, so that it waits for no handshake. Raises URLError."""
        if self.proxy is not None:
            return
        pool = self._pool
        connection = pool._get_conn()  # noqa: SLF001 - urllib3 has no public way to connect without a request
        try:
            connection.timeout = _LONGEST_OPENING
            if connection.is_closed:
                connection.connect()
        except urllib3.exceptions.HTTPError as error:
            connection.close()
            raise URLError(type(error).__name__) from error
        finally:
            pool._put_conn(connection)  # noqa: SLF001 - as above
        self._used = self._clock()

    def close_kept(self) -> None:
        """Close the kept connections. The next call opens another one."""
        pool = self.__dict__.pop("_pool", None)
        if pool is not None:
            pool.close()

    def api_call(
        self, api_method: str, *, params: dict[str, Any] | None = None, json: dict[str, Any] | None = None, **rest: Any
    ) -> SlackResponse:
        """Call Slack as WebClient does. Raises SlackApiError where Slack refuses, and URLError where no answer came."""
        more = self.default_params or rest.keys() - {"http_verb"}  # Slack takes a POST for each method
        if self.proxy is not None or api_method not in REPEATABLE or more:
            return super().api_call(api_method, params=params, json=json, **rest)
        given = {name: value for name, value in (params or {}).items() if value is not None}
        body, kind = (dumps(json), _JSON) if json is not None else (urlencode(given), _FORM)
        headers = {**self.headers, "Authorization": f"Bearer {self.token}", "Content-Type": kind}
        now = self._clock()
        if not 0 <= now - self._used <= LONGEST_IDLE:
            self.close_kept()
        self._used = now
        try:
            answer = self._send(api_method, body.encode(), headers)
        except urllib3.exceptions.HTTPError as error:
            raise URLError(type(error).__name__) from error
        response = SlackResponse(
            client=self,
            http_verb="POST",
            api_url=f"{self.base_url}{api_method}",
            req_args={},
            data=_read(answer.data),
            headers=dict(answer.headers),
            status_code=answer.status,
        )
        response.validate()  # type: ignore[no-untyped-call]
        return response

    def _send(self, api_method: str, body: bytes, headers: dict[str, str]) -> urllib3.BaseHTTPResponse:
        """Send a request once. After a connection that broke, all others are closed too: they are as old."""
        path, timeout = f"{urlsplit(self.base_url).path}{api_method}", urllib3.Timeout(total=self.timeout)
        try:
            return self._pool.urlopen("POST", path, body, headers, timeout=timeout)
        except urllib3.exceptions.ProtocolError:
            self.close_kept()
            raise


def _read(body: bytes) -> dict[str, Any]:
    """Return an answer of Slack. One that is no JSON object, as of a proxy between, is a refusal."""
    try:
        read = loads(body)
    except (ValueError, RecursionError):
        read = None
    return read if isinstance(read, dict) else {"ok": False, "error": "no JSON object"}
