"""Function URLs: turn HTTP requests into events for a handler, and the handler's answers into HTTP responses.

The events follow AWS's payload format 2.0 (docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html): base64 bodies,
headers in lower case, repeated headers joined, cookies in a list of their own.
"""

from __future__ import annotations

import base64
import json
import logging
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from devkit.slack.wire import Answer, Deliver

log = logging.getLogger(__name__)

MAX_BYTES = 6 * 1024 * 1024  # of a request and of an answer (AWS: "6 MB, synchronous")
_URL_ID = "shipcaptaincrewlocal00000000000f"
_DOMAIN = f"{_URL_ID}.lambda-url.us-west-2.on.aws"
_BAD_GATEWAY = (502, [("content-type", "application/json")], b"Internal Server Error")
_TEXT_TYPES = ("application/json", "application/javascript", "application/xml")

Event = dict[str, Any]
Handler = Callable[[Event, Any], Any]
Headers = Mapping[str, str] | Iterable[tuple[str, str]]
Reply = tuple[int, list[tuple[str, str]], bytes]
Admit = Callable[[str, str, Mapping[str, str], bytes], str | None]
"""AuthType AWS_IAM, called with method, whole URL, headers in lower case, body. Returns None, or the refusal."""


@dataclass(frozen=True)
class LambdaContext:
    """The second argument of a handler, as in Lambda's Python runtime (…/dg/python-context.html)."""

    function_name: str
    timeout: float = 10.0  # seconds, as in the function's configuration; passed to the handler, not enforced
    function_version: str = "$LATEST"
    memory_limit_in_mb: str = "1024"
    aws_request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    identity: None = None
    client_context: None = None
    _started: float = field(default_factory=time.monotonic, repr=False)

    @property
    def invoked_function_arn(self) -> str:
        """The ARN without a qualifier, as for an unpublished version."""
        return f"arn:aws:lambda:us-west-2:000000000000:function:{self.function_name}"

    @property
    def log_group_name(self) -> str:
        """CloudWatch's default name for a function."""
        return f"/aws/lambda/{self.function_name}"

    @property
    def log_stream_name(self) -> str:
        """The log stream's name. Here each request has its own."""
        return f"{datetime.now(UTC):%Y/%m/%d}/[{self.function_version}]{self.aws_request_id.replace('-', '')}"

    def get_remaining_time_in_millis(self) -> int:
        """Return the time until `timeout`, never below 0."""
        return max(0, round((self.timeout - (time.monotonic() - self._started)) * 1000))


def to_event(  # noqa: PLR0913  # the parts of an HTTP request
    method: str,
    raw_path: str,
    raw_query: str = "",
    headers: Headers = (),
    body: bytes = b"",
    *,
    base64_body: bool | None = None,
    source_ip: str = "127.0.0.1",
) -> Event:
    """Return the complete event of one request.

    `raw_path` and `raw_query` are as sent. As in AWS, the body is text for text types and base64 for all others, forms
    included; `base64_body` forces one or the other. Bytes that are not UTF-8 are always base64.
    """
    names = _joined(headers)
    cookies = [cookie for cookie in names.pop("cookie", "").split("; ") if cookie]
    now = datetime.now(UTC)
    names = {
        "host": _DOMAIN,
        "x-amzn-trace-id": f"Root=1-{int(now.timestamp()):08x}-{uuid.uuid4().hex[:24]}",
        "x-forwarded-for": source_ip,
        "x-forwarded-port": "443",
        "x-forwarded-proto": "https",
        **names,
    }
    text = None if body and (_is_binary(names) if base64_body is None else base64_body) else _as_text(body)
    event: Event = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": raw_path or "/",
        "rawQueryString": raw_query,
        "headers": names,
        "requestContext": {
            "accountId": "anonymous",
            "apiId": _URL_ID,
            "domainName": _DOMAIN,
            "domainPrefix": _URL_ID,
            "http": {
                "method": method.upper(),
                "path": raw_path or "/",
                "protocol": "HTTP/1.1",
                "sourceIp": source_ip,
                "userAgent": names.get("user-agent", ""),
            },
            "requestId": str(uuid.uuid4()),
            "routeKey": "$default",
            "stage": "$default",
            "time": f"{now:%d/%b/%Y:%H:%M:%S +0000}",
            "timeEpoch": int(now.timestamp() * 1000),
        },
        "isBase64Encoded": text is None,
    }
    if cookies:
        event["cookies"] = cookies
    if raw_query:
        event["queryStringParameters"] = _comma_joined(parse_qsl(raw_query, keep_blank_values=True))
    if body:
        event["body"] = base64.b64encode(body).decode("ascii") if text is None else text
    return event


def _joined(headers: Headers) -> dict[str, str]:
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    lowered = [(name.lower(), value) for name, value in pairs]
    cookies = "; ".join(value for name, value in lowered if name == "cookie")
    joined = _comma_joined((name, value) for name, value in lowered if name != "cookie")
    return {**joined, "cookie": cookies} if cookies else joined


def _comma_joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return {name: ",".join(all_of_it) for name, all_of_it in values.items()}


def _is_binary(headers: Mapping[str, str]) -> bool:
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    is_text = kind.startswith("text/") or kind in _TEXT_TYPES or kind.endswith(("+json", "+xml"))
    return not is_text or headers.get("content-encoding", "identity") != "identity"


def _as_text(body: bytes) -> str | None:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return None


def from_answer(answer: object) -> Reply:
    """Return status, headers (pairs, since Set-Cookie may repeat) and body of a handler's answer.

    As in AWS, an answer without `statusCode` becomes 200 with the whole answer as JSON.
    Raises ValueError or TypeError for a malformed status, body or base64, which AWS answers with 502.
    """
    if not isinstance(answer, Mapping) or "statusCode" not in answer:
        return 200, [("content-type", "application/json")], json.dumps(answer).encode()
    status = int(answer["statusCode"])
    if not 100 <= status <= 599:  # noqa: PLR2004  # the bounds of HTTP
        raise ValueError(f"{status} is not an HTTP status")
    body = answer.get("body") or ""
    if not isinstance(body, str):
        raise TypeError(f"the body must be text, not {type(body).__name__}")
    content = base64.b64decode(body, validate=True) if answer.get("isBase64Encoded") else body.encode("utf-8")
    headers = [(str(name).lower(), str(value)) for name, value in (answer.get("headers") or {}).items()]
    if not any(name == "content-type" for name, _ in headers):
        headers.append(("content-type", "application/json"))
    headers += [("set-cookie", str(cookie)) for cookie in answer.get("cookies") or ()]
    return status, headers, content


def invoke(handler: Handler, event: Event, *, name: str = "function", timeout: float = 10.0) -> Reply:
    """Call the handler as Lambda does. It never raises: a handler's exception is logged and answered with 502."""
    try:
        # Lambda serialises the event and the answer, so both must be JSON.
        answer = json.loads(json.dumps(handler(event, LambdaContext(function_name=name, timeout=timeout))))
        reply = from_answer(answer)
    except Exception:
        log.exception("The handler %s failed", name)
        return _BAD_GATEWAY
    if len(reply[2]) > MAX_BYTES:
        log.error("The handler %s answered with more than 6 MB", name)
        return _BAD_GATEWAY
    return reply


class FunctionUrl:
    """A Lambda's function URL as an ASGI app.

    Requests run concurrently in threads, so the handler must be thread-safe; Lambda starts an environment for each.
    Without `admit` everyone may call it (AuthType NONE).
    """

    def __init__(
        self, handler: Handler, *, name: str = "function", timeout: float = 10.0, admit: Admit | None = None
    ) -> None:
        self._handler = handler
        self._admit = admit
        self._name = name
        self._timeout = timeout

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request (ASGI)."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        body = await read_body(receive)
        if body is None:
            response = to_response((413, [("content-type", "application/json")], b'{"Message":"Request too large"}'))
        else:
            raw_path = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1")
            event = to_event(
                scope["method"],
                raw_path,
                scope["query_string"].decode("latin-1"),
                [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]],
                body,
                source_ip=(scope.get("client") or ("127.0.0.1", 0))[0],
            )
            response = to_response(await run_in_threadpool(self._reply, event, body))
        await response(scope, receive, send)

    def _reply(self, event: Event, body: bytes) -> Reply:
        if self._admit is not None:
            headers, query = event["headers"], event["rawQueryString"]
            url = f"http://{headers['host']}{event['rawPath']}{'?' if query else ''}{query}"
            if refusal := self._admit(event["requestContext"]["http"]["method"], url, headers, body):
                return 403, [("content-type", "application/json")], json.dumps({"Message": refusal}).encode()
            event["requestContext"]["authentication"] = None
            event["requestContext"]["authorizer"] = {"iam": {"accountId": "000000000000", "userId": "cloudfront"}}
        return invoke(self._handler, event, name=self._name, timeout=self._timeout)


async def _lifespan(receive: Receive, send: Send) -> None:
    while (message := await receive())["type"] != "lifespan.shutdown":
        await send({"type": f"{message['type']}.complete"})
    await send({"type": "lifespan.shutdown.complete"})


async def read_body(receive: Receive) -> bytes | None:
    """Return the whole body, or None if it is larger than Lambda accepts. It is read to its end in any case."""
    chunks: list[bytes] = []
    size = 0
    more = True
    while more:
        message = await receive()
        chunk = message.get("body", b"")
        size += len(chunk)
        if size <= MAX_BYTES:
            chunks.append(chunk)
        more = message.get("more_body", False)
    return b"".join(chunks) if size <= MAX_BYTES else None


def to_response(reply: Reply) -> Response:
    """Return a reply as Starlette's Response. Of repeated headers other than Set-Cookie, the last is kept."""
    status, headers, body = reply
    response = Response(content=body, status_code=status)
    for name, value in headers:
        if name == "set-cookie":
            response.headers.append(name, value)
        elif name != "content-length":
            response.headers[name] = value
    return response


def in_process(handler: Handler, *, name: str = "function", base64_body: bool | None = None) -> Deliver:
    """Return a function that delivers the strict Slack's signed requests to a handler without a network."""
    from devkit.slack.wire import Answer

    def deliver(kind: str, headers: dict[str, str], body: bytes) -> Answer:  # noqa: ARG001  # the port's shape
        event = to_event("POST", "/slack/events", "", headers, body, base64_body=base64_body)
        status, answered, content = invoke(handler, event, name=name)
        return Answer(status, dict(answered), content)

    return deliver
