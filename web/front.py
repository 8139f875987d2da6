"""The front door: an AWS function-URL request in, the resolver's answer out, a proper answer to all that cannot be one.

What comes before the resolver stands here: which route it is and what that route demands (a token, a body of a kind and
size), so that nothing of a request is looked at before its sender is known. Nothing that a stranger sends raises.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import threading
from dataclasses import dataclass
from decimal import Decimal
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, NoReturn
from urllib.parse import parse_qsl, urlencode

from aws_lambda_powertools.event_handler import LambdaFunctionUrlResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError

from charter.refusals import Refusal
from web.problems import UNSTORED, RequestUnreadable, invalid, problem, refused, trouble

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from web.tokens import Caller

SMALL: Final = 64 * 1024  # bytes; the longest payment with its notes is a tenth of this

_JSON: Final = "application/json"
_LONGEST_PATH: Final = 2048
_OF_PEOPLE: Final = re.compile("/g/.*/waiver", re.DOTALL)  # what CloudFront sends here ; browsers want a page


@dataclass(frozen=True, slots=True)
class _Demand:
    """What a route demands before anything of the request is read."""

    method: str
    path: re.Pattern[str]
    admin: bool
    largest_body: int


class Front:
    """The resolver with its door. One request at a time: powertools keeps the current one in the class.

    Lambda never runs two in one process; the local world does, and waits at the lock.
    """

    def __init__(
        self,
        identify: Callable[[Mapping[str, str]], Caller],
        *,
        no_such_page: Callable[[], Response[str]],
        trouble_page: Callable[[], Response[str]],
    ) -> None:
        self.resolver = LambdaFunctionUrlResolver(
            enable_validation=True,
            debug=False,  # else POWERTOOLS_DEV would show stack traces to strangers
            json_body_deserializer=read_json,
            response_validation_error_http_code=HTTPStatus.INTERNAL_SERVER_ERROR,
        )
        # Ids of letters that no route of powertools takes.
        self.resolver.exception_handler(NotFoundError)(lambda _error: _NoSuchRoute(set()).answer())
        self.resolver.exception_handler(RequestValidationError)(lambda error: invalid(error.errors()))
        self.resolver.exception_handler([Refusal, ExceptionGroup])(refused)
        self.resolver.exception_handler(Exception)(self._troubled)
        self._identify = identify
        self._no_such_page = no_such_page
        self._trouble_page = trouble_page
        self._demands: list[_Demand] = []
        self._lock = threading.Lock()

    def route(
        self, method: str, path: str, *, admin: bool = False, largest_body: int = SMALL, **described: Any
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Registers a route. `path` has powertools' `<name>` for its parts; `described` is what OpenAPI tells of it."""
        pattern = re.compile(re.sub(r"<\w+>", "[^/]+", path))
        self._demands.append(_Demand(method, pattern, admin, largest_body))
        security: list[dict[str, list[str]]] | None = [{"adminToken": []}] if admin else None
        register: Callable[[Callable[..., Any]], Callable[..., Any]] = self.resolver.route(
            path, method=method, security=security, **described
        )
        return register

    @property
    def caller(self) -> Caller:
        """Who sends the current request, on a route that demands it."""
        caller: Caller = self.resolver.context["caller"]
        return caller

    def answer(self, request: dict[str, Any], context: object) -> dict[str, Any]:
        """Answers one function-URL request (payload format 2.0)."""
        request = _complete(request)
        method = str(request["requestContext"]["http"].get("method") or "").upper()
        answered = self._answer(request, "GET" if method == "HEAD" else method, context)
        return {**answered, "body": "", "isBase64Encoded": False} if method == "HEAD" else answered

    def _answer(self, request: dict[str, Any], method: str, context: object) -> dict[str, Any]:
        headers = {str(name).lower(): str(value) for name, value in (request.get("headers") or {}).items()}
        try:
            demand = self._demanded(method, request["rawPath"])
            caller = self._identify(headers) if demand.admin else None
            body = _body(request, headers, demand.largest_body) if method == "POST" else None
        except _NoSuchRoute as no:
            return _built(self._no_such_page() if _reads_a_page(method, request["rawPath"]) else no.answer())
        except Refusal as refusal:
            return _built(refused(refusal))
        http = {**request["requestContext"]["http"], "method": method}
        asked = {
            **request,
            "headers": headers if body is None else {**headers, "content-type": _JSON},  # powertools minds its case
            "body": body,
            "isBase64Encoded": False,
            "requestContext": {**request["requestContext"], "http": http},
        }
        with self._lock:
            self.resolver.append_context(caller=caller)  # type: ignore[no-untyped-call]  # powertools' own
            answered = self.resolver.resolve(asked, context)  # type: ignore[arg-type]  # handed through
        given = {str(name).lower(): value for name, value in answered["headers"].items()}
        return {**answered, "headers": {**UNSTORED, **given}}

    def _troubled(self, error: Exception) -> Response[str]:
        """The answer to what nobody expected, in the form that its reader can read."""
        answered, request = trouble(error), self.resolver.current_event
        return self._trouble_page() if _reads_a_page(request.http_method, request["rawPath"]) else answered

    def _demanded(self, method: str, path: str) -> _Demand:
        known = [demand for demand in self._demands if len(path) <= _LONGEST_PATH and demand.path.fullmatch(path)]
        for demand in known:
            if demand.method == method:
                return demand
        raise _NoSuchRoute({demand.method for demand in known})


class _NoSuchRoute(Exception):  # noqa: N818 - a fact, as the refusals are named
    """No route of this method is at this path; `methods` are those that are."""

    def __init__(self, methods: set[str]) -> None:
        super().__init__()
        self._methods = methods

    def answer(self) -> Response[str]:
        """404, or 405 where another method would do."""
        if not self._methods:
            return problem(HTTPStatus.NOT_FOUND, "There is nothing at this address.")
        allowed = sorted(self._methods | ({"HEAD"} if "GET" in self._methods else set()))
        sentence = f"This address answers {' and '.join(allowed)} only."
        return problem(HTTPStatus.METHOD_NOT_ALLOWED, sentence, allow=", ".join(allowed))


def _reads_a_page(method: str, path: str) -> bool:
    return method == "GET" and _OF_PEOPLE.fullmatch(path) is not None


def _complete(request: dict[str, Any]) -> dict[str, Any]:
    """The request with what AWS's format may leave null or out, and powertools looks up all the same."""
    about = request.get("requestContext") or {}
    http = about.get("http") or {}
    raw, given = str(request.get("rawQueryString") or ""), request.get("queryStringParameters") or {}
    return {
        **request,
        "rawPath": str(request.get("rawPath") or http.get("path") or "/"),
        "rawQueryString": raw or urlencode(given),
        "queryStringParameters": given or dict(parse_qsl(raw, keep_blank_values=True)),
        "requestContext": {"stage": "$default", **about, "http": http},
    }


def read_json(text: str) -> Any:  # noqa: ANN401 - whatever JSON holds
    """JSON with numbers as int and Decimal, never a float.

    Raises RequestUnreadable also for what Python's own reader lets pass: NaN, a name given twice, halves of letters.
    """
    try:
        content = json.loads(text, parse_float=Decimal, parse_constant=_no_number, object_pairs_hook=_once_each)
        if "\\u" in text:  # a lone surrogate can come as an escape only, and no table or page takes it
            json.dumps(content, ensure_ascii=False, default=str).encode()
    except (ValueError, RecursionError, ArithmeticError):
        raise RequestUnreadable("The body is not readable JSON.") from None
    return content


def _no_number(_text: str) -> NoReturn:
    raise ValueError


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    named = dict(pairs)
    if len(named) != len(pairs):
        raise ValueError
    return named


def _body(request: dict[str, Any], headers: Mapping[str, str], largest: int) -> str:
    """The body as text that is surely a JSON object. Raises RequestUnreadable."""
    kind, _, parameters = headers.get("content-type", "").partition(";")
    charset = re.fullmatch(r'\s*charset\s*=\s*"?utf-?8"?\s*', parameters, re.IGNORECASE)
    encoded = headers.get("content-encoding", "identity") != "identity"
    if kind.strip().lower() != _JSON or (parameters.strip() and not charset) or encoded:
        raise RequestUnreadable(f"Send {_JSON}, in UTF-8.", status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    given = request.get("body") or ""
    if len(given) > (largest * 2 if request.get("isBase64Encoded") else largest):
        raise _too_large(largest)
    try:
        sent = base64.b64decode(given, validate=True) if request.get("isBase64Encoded") else given.encode()
        text = sent.decode()
    except (binascii.Error, ValueError):
        raise RequestUnreadable("The body is not readable text.") from None
    if len(sent) > largest:
        raise _too_large(largest)
    if not text.strip():
        raise RequestUnreadable("Send a JSON object as the body.")
    if not isinstance(read_json(text), dict):
        raise RequestUnreadable("The body must be a JSON object.")
    return text


def _too_large(largest: int) -> RequestUnreadable:
    sentence = f"The body is larger than the {largest // 1024} KB that fit in here."
    return RequestUnreadable(sentence, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def _built(response: Response[str]) -> dict[str, Any]:
    return {
        "statusCode": response.status_code,
        "headers": {name.lower(): value for name, value in response.headers.items()},
        "body": response.body,
        "isBase64Encoded": False,
    }
