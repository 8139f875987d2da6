"""MiniStack as the embedded AWS, behind a guard and restricted to the services that the product uses.

MiniStack checks no signatures, allows every web page (`Access-Control-Allow-Origin: *`) and has paths that erase all
data. A browser on this machine can reach its port, so a page of any site could use it. This program starts it and
passes on only the requests of our own clients.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import json
import os
import re
import signal
import sys
import threading
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs

from devkit.embedded_table import ShortWay, SocketConnection, quicken
from devkit.guard import LOCAL_HOSTS, host_of, is_local, refuse, values

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping

    from devkit.guard import App, Receive, Scope, Send

    Detect = Callable[[str, str, dict[str, str], dict[str, list[str]]], str]

SERVICES: Final = ("dynamodb", "dynamodbstreams", "s3", "ses", "sqs")
WIRE: Final = "TABLE_WIRE"
"""Environment variable that names a socket on which DynamoDB is asked without HTTP."""
SENT_MAIL: Final = "/_ministack/ses/messages"
"""The only path of MiniStack's own API that is open, for reading only: SES has no call that lists sent mail."""

_TARGETS: Final = ("DynamoDB_20120810.", "DynamoDBStreams_20120810.", "AmazonSQS.")
_OBJECTS: Final = re.compile(r"/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/.*)?", re.DOTALL)
_NO_BUCKETS: Final = frozenset({"health", "iceberg", "v20180820", "oauth2", "service"})
_NOT_SERVED: Final = "The embedded AWS serves DynamoDB, S3, SES and SQS to programs of this machine, and nothing else."


class Guard:
    """MiniStack's ASGI app for our own clients. Others get 403, and no answer has CORS headers."""

    def __init__(self, app: App, detect: Detect, *, everything: bool = False) -> None:
        """`detect` is MiniStack's function that returns a request's service. `everything` allows all services."""
        self._app = app
        self._detect = detect
        self._everything = everything

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request or pass it on (ASGI)."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] != "http" or is_a_pages(scope) or not (self._everything or self._serves(scope)):
            await refuse(scope, receive, send, *_refusal(scope))
        else:
            await self._app(scope, receive, _uninviting(send))

    def _serves(self, scope: Scope) -> bool:
        """Return True if the request is for a service that the product uses."""
        method, path = scope["method"], scope["path"]
        targets = values(scope["headers"], b"x-amz-target")
        if path == SENT_MAIL:
            return bool(method == "GET")
        if targets:
            return bool(method == "POST" and path == "/" and len(targets) == 1 and targets[0].startswith(_TARGETS))
        if path.startswith("/v2/email/"):
            return bool(method != "OPTIONS")
        if path == "/":
            return method in {"GET", "HEAD"} and self._service(scope) == "s3"
        return bool(method != "OPTIONS") and _is_object(path) and self._service(scope) == "s3"

    def _service(self, scope: Scope) -> str:
        """Return MiniStack's name of the request's service."""
        headers = {key.decode("latin-1").lower(): value.decode("latin-1") for key, value in scope["headers"]}
        query = parse_qs(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
        return self._detect(scope["method"], scope["path"], headers, query)


def is_a_pages(scope: Scope) -> bool:
    """Return True if a web page may have sent the request. No page may use the embedded AWS."""
    headers = scope["headers"]
    named_by_the_browser = values(headers, b"sec-fetch-site") + values(headers, b"origin")
    referrers = [host_of(url) for url in values(headers, b"referer")]
    return not is_local(headers) or bool(named_by_the_browser) or any(host not in LOCAL_HOSTS for host in referrers)


def _refusal(scope: Scope) -> tuple[str, str]:
    """Return a refusal that the SDK of the service can read, and its content type."""
    if scope["type"] == "http" and values(scope["headers"], b"x-amz-target"):
        return json.dumps({"__type": "AccessDeniedException", "message": _NOT_SERVED}), "application/x-amz-json-1.0"
    error = f"<Error><Code>AccessDenied</Code><Message>{_NOT_SERVED}</Message></Error>"
    return f"<ErrorResponse>{error}</ErrorResponse>", "text/xml"


def _is_object(path: str) -> bool:
    return _OBJECTS.fullmatch(path) is not None and path.split("/")[1] not in _NO_BUCKETS


def _uninviting(send: Send) -> Send:
    """Return `send` without CORS headers, which would let pages of other sites read the answer."""

    async def sent(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            kept = [each for each in message.get("headers", ()) if not each[0].lower().startswith(b"access-control-")]
            message = {**message, "headers": kept}
        await send(message)

    return sent


def main() -> None:
    """Run MiniStack behind the guard until it is stopped, or its standard input ends."""
    os.umask(0o077)  # its files are for their owner alone
    # MiniStack saves its data only when it is stopped by a signal. Its standard input is a pipe from the process that
    # started it. When that process ends for any reason, MiniStack signals itself, so that payments are kept.
    threading.Thread(target=_stop_with_parent, daemon=True).start()
    ministack = importlib.import_module("ministack.app")
    quicken(importlib.import_module("ministack.services.dynamodb"))
    short_way = ShortWay(ministack)
    guard = Guard(short_way, ministack.detect_service, everything="SERVICES" not in os.environ)
    ministack.app = guard  # type: ignore[attr-defined]  # main() reads it there

    async def serve(app: Any, config: Any) -> None:  # noqa: ANN401  # uvicorn's and hypercorn's types
        """Serve `app` by uvicorn in hypercorn's place, whose work for a request is more than the engine's own."""
        if wire := os.environ.get(WIRE):
            await asyncio.get_running_loop().create_unix_server(lambda: SocketConnection(short_way), wire)
        host, _, port = config.bind[0].rpartition(":")
        await serve_app(app, host=host, port=int(port))

    importlib.import_module("hypercorn.asyncio").serve = serve  # type: ignore[attr-defined]  # and this there
    ministack.main()


async def serve_app(app: Any, *, host: str = "127.0.0.1", port: int) -> None:  # noqa: ANN401  # uvicorn's type
    """Serve an ASGI app by uvicorn until the process is stopped."""
    import uvicorn

    gc.freeze()  # all that was imported stays: the collector need not walk it time and again
    settings = uvicorn.Config(
        app,
        host=host,
        port=port,
        http="httptools",
        ws="none",
        lifespan="on",
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=False,  # MiniStack sends its own
        timeout_keep_alive=75,
        timeout_graceful_shutdown=3,
    )
    await uvicorn.Server(settings).serve()


def _stop_with_parent() -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
