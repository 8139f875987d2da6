"""Requests to the table over connections that are open already: sent and read by the standard library alone.

urllib3 makes several hundred calls of functions for each request, which was a sixth of what a payment costs. It still
opens every connection, keeps them, finds those that were closed, and turns what goes wrong into its own errors.
"""

from __future__ import annotations

from http.client import HTTPResponse
from typing import TYPE_CHECKING, Any, Final

from botocore.awsrequest import AWSHTTPConnectionPool, AWSHTTPSConnectionPool
from urllib3.connection import port_by_scheme

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mypy_boto3_dynamodb import DynamoDBClient

# Headers of every request, which botocore leaves to the connection.
_ALWAYS: Final = "Accept-Encoding: identity\r\n"


def use_open_connections(client: DynamoDBClient) -> None:
    """Let the client send each request in the short way where it has a connection, but never through a proxy."""
    manager = client._endpoint.http_session._manager  # type: ignore[attr-defined]  # noqa: SLF001 - botocore has no public way to its pools
    manager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}


class _Answer:
    """The whole answer, as urllib3's pool and botocore read it."""

    def __init__(self, response: HTTPResponse) -> None:
        self.status = response.status
        self.headers = dict(response.getheaders())
        self._body = response.read()

    def stream(self) -> Iterator[bytes]:
        """Yield the body."""
        yield self._body

    def get_redirect_location(self) -> None:
        """Return nothing: a redirect is an answer like any other."""


class _Quickly:
    """The part of a pool that sends a request over one of its connections."""

    scheme: str
    host: str
    port: int

    def _make_request(
        self, conn: Any, method: str, url: str, body: Any, headers: Mapping[str, Any], **rest: Any
    ) -> Any:  # noqa: ANN401 - urllib3's own, whose errors are handled by its caller
        """Send the request and return the whole answer, over a new connection as urllib3 does."""
        if conn.is_closed or rest["chunked"] or not isinstance(body, bytes):
            return super()._make_request(conn, method, url, body=body, headers=headers, **rest)  # type: ignore[misc]  # of the pool
        timeout = rest["timeout"].read_timeout
        conn.sock.settimeout(timeout)
        conn.sock.sendall(_head(method, url, self._named(), headers) + body)
        with HTTPResponse(conn.sock, method=method) as response:
            try:
                response.begin()
                answer = _Answer(response)
            except OSError as error:
                self._raise_timeout(err=error, url=url, timeout_value=timeout)  # type: ignore[attr-defined]  # of the pool
                raise
            if response.will_close:
                conn.close()
        self._put_conn(conn)  # type: ignore[attr-defined]  # of the pool
        return answer

    def _named(self) -> str:
        """Return the host of the header, as botocore signs it: with a port only where it is not the scheme's."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == port_by_scheme[self.scheme] else f"{host}:{self.port}"


class _Pool(_Quickly, AWSHTTPConnectionPool):
    pass


class _TlsPool(_Quickly, AWSHTTPSConnectionPool):
    pass


def _head(method: str, url: str, host: str, headers: Mapping[str, Any]) -> bytes:
    """Return the first line and the headers of a request."""
    lines = [f"{name}: {value.decode() if isinstance(value, bytes) else value}\r\n" for name, value in headers.items()]
    return f"{method} {url} HTTP/1.1\r\nHost: {host}\r\n{_ALWAYS}{''.join(lines)}\r\n".encode()
