"""Run CloudFront Functions on viewer-request (…/DeveloperGuide/functions-event-structure.html).

QuickJS supports more than CloudFront's runtime 2.0, so the template's functions use only ES 5.1 with const
and let, and the methods of strings that CloudFront documents.
"""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any, Final

import quickjs  # type: ignore[import-untyped]  # it has no types

from devkit.edge.wire import Request

if TYPE_CHECKING:
    from collections.abc import Iterable

SECONDS: Final = 1  # CloudFront gives a function less than a millisecond; this only ends loops
MEMORY: Final = 2 * 1024 * 1024
_HIDDEN: Final = ("connection", "expect", "keep-alive", "proxy-", "trailer", "upgrade", "x-accel-", "x-amz-cf-")
_HIDDEN_TOO: Final = ("x-amzn-", "x-cache", "x-edge-", "x-forwarded-proto", "x-real-ip")
HIDDEN: Final = _HIDDEN + _HIDDEN_TOO  # neither shown to functions nor set by them
FIXED: Final = frozenset({"content-length", "host", "transfer-encoding", "via"})  # shown, and left as they are


class FunctionFailed(RuntimeError):  # noqa: N818  # a fact, as the refusals are named
    """The function threw, or took too long: CloudFront answers 503."""


class FunctionAnswerInvalid(RuntimeError):  # noqa: N818  # as above
    """The function returned something that CloudFront does not accept: it answers 502."""


def run_viewer_request(code: str, request: Request) -> Request:
    """Return the request that the function returns. Raises FunctionFailed or FunctionAnswerInvalid.

    A function may change path and headers. Answering the request itself is not simulated and is invalid here.
    """
    context = quickjs.Context()  # one for each request, as nothing lasts between two in CloudFront either
    context.set_time_limit(SECONDS)
    context.set_memory_limit(MEMORY)
    shown = tuple((name, value) for name, value in request.headers if not name.startswith(HIDDEN))
    try:
        context.eval(code)
        returned = context.eval(f"JSON.stringify(handler({json.dumps(_event(request, shown))}))")
    except quickjs.JSException as error:
        raise FunctionFailed(str(error)) from error
    try:
        answer: dict[str, Any] = json.loads(returned)
        uri, headers = answer["uri"], _pairs(answer["headers"])
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise FunctionAnswerInvalid("the function returned no request") from error
    if not isinstance(uri, str) or not uri.startswith("/"):
        raise FunctionAnswerInvalid(f"{uri!r} is not a path")
    for name, value in headers:
        if name != name.lower() or name.startswith(HIDDEN) or not isinstance(value, str):
            raise FunctionAnswerInvalid(f"a function may not set the header {name} to {value!r}")
    for name in FIXED:
        if [value for key, value in headers if key == name] != [value for key, value in shown if key == name]:
            raise FunctionAnswerInvalid(f"a function may not change the header {name}")
    kept = tuple((name, value) for name, value in request.headers if name == "cookie" or name.startswith(HIDDEN))
    return Request(
        method=request.method,
        raw_path=uri,
        query=request.query,
        headers=(*headers, *kept),
        body=request.body,
        ip=request.ip,
    )


def _event(request: Request, shown: Iterable[tuple[str, str]]) -> dict[str, Any]:
    query = [part.partition("=")[::2] for part in request.query.split("&") if part]
    headers = [(name, value) for name, value in shown if name != "cookie"]
    cookies = [
        part.strip().partition("=")[::2]
        for name, value in request.headers
        if name == "cookie"
        for part in value.split(";")
    ]
    return {
        "version": "1.0",
        "context": {
            "eventType": "viewer-request",
            "requestId": uuid.uuid4().hex,
            "distributionId": "ELOCALSHIPCREW",
            "distributionDomainName": "local.cloudfront.net",
        },
        "viewer": {"ip": request.ip},
        "request": {
            "method": request.method,
            "uri": request.raw_path,
            "querystring": _listed(query),
            "headers": _listed(headers),
            "cookies": _listed(cookies),
        },
    }


def _listed(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return names and values in CloudFront's form: the first value, and all of them if there are several."""
    listed: dict[str, Any] = {}
    for name, value in pairs:
        if name in listed:
            listed[name].setdefault("multiValue", [{"value": listed[name]["value"]}]).append({"value": value})
        else:
            listed[name] = {"value": value}
    return listed


def _pairs(listed: dict[str, Any]) -> tuple[tuple[str, Any], ...]:
    """Return pairs from CloudFront's form. `multiValue` takes precedence over `value`, as in CloudFront."""
    return tuple((name, each["value"]) for name, entry in listed.items() for each in entry.get("multiValue") or [entry])
