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
    from collections.abc import Callable, Iterator, Mapping

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


class _Pool(AWSHTTPConnectionPool):
    def _make_request(self, *given: Any, **named: Any) -> Any:  # noqa: ANN401 - urllib3's own step
        return _answered(self, super()._make_request, *given, **named)


class _TlsPool(AWSHTTPSConnectionPool):
    def _make_request(self, *given: Any, **named: Any) -> Any:  # noqa: ANN401 - urllib3's own step
        return _answered(self, super()._make_request, *given, **named)


def _answered(pool: Any, usual: Callable[..., Any], conn: Any, method: str, url: str, **named: Any) -> Any:  # noqa: ANN401 - urllib3's own objects
    """Send a request of the pool over one of its connections, and return the whole answer.

    Over a connection that is not open yet it is sent in the `usual` way. The caller, which is urllib3, closes the
    connection after an error.
    """
    body = named["body"]
    if conn.is_closed or named["chunked"] or not isinstance(body, bytes):
        return usual(conn, method, url, **named)
    timeout = named["timeout"].read_timeout
    try:
        conn.sock.settimeout(timeout)
        conn.sock.sendall(_head(method, url, _host(pool), named["headers"]) + body)
        with HTTPResponse(conn.sock, method=method) as response:
            response.begin()
            answer = _Answer(response)
    except OSError as error:
        pool._raise_timeout(err=error, url=url, timeout_value=timeout)  # noqa: SLF001 - urllib3's step for its pools
        raise
    if response.will_close:
        conn.close()
    pool._put_conn(conn)  # noqa: SLF001 - as above
    return answer


def _host(pool: Any) -> str:  # noqa: ANN401 - urllib3's own
    """Return the host of the header, as botocore signs it: with a port only where it is not the scheme's."""
    host = f"[{pool.host}]" if ":" in pool.host else pool.host
    return host if pool.port == port_by_scheme[pool.scheme] else f"{host}:{pool.port}"


def _head(method: str, url: str, host: str, headers: Mapping[str, Any]) -> bytes:
    """Return the first line and the headers of a request."""
    lines = [f"{name}: {value.decode() if isinstance(value, bytes) else value}\r\n" for name, value in headers.items()]
    return f"{method} {url} HTTP/1.1\r\nHost: {host}\r\n{_ALWAYS}{''.join(lines)}\r\n".encode()
