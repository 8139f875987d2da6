"""The path of a request through the edge: behaviour, methods, function, origin, answer."""

from __future__ import annotations

import http.client
import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool

from devkit.edge.answers import dressed, own
from devkit.edge.viewer import FunctionAnswerInvalid, FunctionFailed, run_viewer_request
from devkit.edge.wire import Request
from devkit.functions import read_body, to_response

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import Receive, Scope, Send

    from devkit.edge.distribution import Behavior, Distribution, DistributionOrigin
    from devkit.edge.wire import Fetch, Pairs
    from devkit.functions import Reply

log = logging.getLogger(__name__)

MAX_URL: Final = 8192  # bytes
# Headers that end at CloudFront, or that it sets itself.
_NOT_SENT_ON: Final = frozenset(
    {"connection", "content-length", "expect", "host", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"}
    | {"accept-encoding", "via", "x-forwarded-proto", "x-forwarded-port", "x-real-ip", "cloudfront-viewer-address"}
)
_METHODS: Final = "This distribution is not configured to allow the HTTP request method that was used for this request."


class Edge:
    """The distribution as an ASGI app."""

    def __init__(self, distribution: Distribution, origins: Mapping[str, Fetch]) -> None:
        """`origins` are by their names in the template, such as `WebFunction`. Raises ValueError if one is missing."""
        if missing := {origin.resource for origin in distribution.origins} - origins.keys():
            raise ValueError(f"the distribution also has the origins {', '.join(sorted(missing))}")
        self._distribution = distribution
        self._origins = dict(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request (ASGI)."""
        body = await read_body(receive)
        if body is None:  # Lambda's limit; CloudFront's own is far beyond
            reply: Reply = (413, [("content-type", "application/json")], b'{"Message":"Request too large"}')
        else:
            reply = await run_in_threadpool(self.answer, _request(scope, body))
        await to_response(reply)(scope, receive, send)

    def answer(self, request: Request) -> Reply:
        """Return the answer to one viewer's request."""
        behavior = self._distribution.choose(request.raw_path)
        if refusal := _refusal(request, behavior):
            return refusal
        try:
            changed = run_viewer_request(behavior.viewer_request, request) if behavior.viewer_request else request
        except FunctionFailed as error:
            log.warning("The CloudFront Function of %s failed: %s", behavior.pattern, error)
            return own(503, "The request could not be satisfied.", "The CloudFront function did not run to its end.")
        except FunctionAnswerInvalid as error:
            log.warning("The CloudFront Function of %s: %s", behavior.pattern, error)
            return own(502, "The request could not be satisfied.", "The CloudFront function returned an invalid value.")
        return dressed(self._fetch(changed, behavior.origin, behavior), request, behavior)

    def _fetch(self, request: Request, origin: DistributionOrigin, behavior: Behavior) -> Reply:
        onward = replace(
            request,
            query=request.query if behavior.forwards_all else "",
            headers=_sent_on(request, behavior),
        )
        try:
            return self._origins[origin.resource](onward)
        except (OSError, http.client.HTTPException) as error:
            log.warning("The origin %s did not answer: %s", origin.resource, error)
            return own(502, "The request could not be satisfied.", "CloudFront could not reach the origin.")


def _request(scope: Scope, body: bytes) -> Request:
    return Request(
        method=scope["method"].upper(),
        raw_path=(scope.get("raw_path") or scope["path"].encode()).decode("latin-1") or "/",
        query=scope["query_string"].decode("latin-1"),
        headers=tuple((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in scope["headers"]),
        body=body,
        ip=(scope.get("client") or ("127.0.0.1", 0))[0],
    )


def _refusal(request: Request, behavior: Behavior) -> Reply | None:
    if len(request.target.encode("latin-1")) > MAX_URL:
        return own(414, "Request-URI Too Long", "The address is longer than 8,192 bytes.")
    if request.method in ("TRACE", "CONNECT"):
        return own(405, "The request could not be satisfied.", _METHODS)
    if request.method not in behavior.methods:
        return own(403, "The request could not be satisfied.", _METHODS)
    if request.method == "GET" and request.body:
        return own(403, "Bad request.", "A GET request may not have a body.")
    return None


def _sent_on(request: Request, behavior: Behavior) -> Pairs:
    """Return the headers for the origin (…/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html)."""
    kept = [
        (name, value)
        for name, value in request.headers
        if name not in _NOT_SENT_ON
        and not name.startswith(("proxy-", "x-amz-cf-", "x-edge-"))
        and (behavior.forwards_all or name in behavior.cache.key_headers or name == "if-none-match")
    ]
    forwarded = [value for name, value in kept if name == "x-forwarded-for"]
    kept = [(name, value) for name, value in kept if name != "x-forwarded-for"]
    if not behavior.forwards_all:
        kept.append(("user-agent", "Amazon CloudFront"))
    if behavior.cache.gzip:
        kept.append(("accept-encoding", "gzip"))
    return (
        *kept,
        ("x-forwarded-for", ", ".join([*forwarded, request.ip])),
        ("via", "1.1 local.cloudfront.net (CloudFront)"),
        ("x-amz-cf-id", "local"),
    )
