"""Turn function-URL requests of AWS into calls of the web Lambda's routes, and every failure into an answer.

Each request is checked before powertools' resolver gets it: is there such a route, is the token valid, is the body JSON
of a permitted size. So a request is not read before its sender is known (docs/adr, 0013). No request raises.
"""

from __future__ import annotations

import base64
import binascii
import json
import logging
import re
import threading
import uuid
from decimal import Decimal
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, NoReturn
from urllib.parse import parse_qsl, urlencode

from aws_lambda_powertools.event_handler import LambdaFunctionUrlResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError

from charter.frozen import dataclass
from charter.references import as_logged, reference_of, with_reference
from charter.refusals import Refusal
from web.problems import PROBLEM, REFERENCE_HERE, UNSTORED, RequestUnreadable, invalid, problem, refused, unexpected

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from web.tokens import Caller

log = logging.getLogger(__name__)

SMALL: Final = 64 * 1024  # bytes; the longest payment with its notes is a tenth of this

_JSON: Final = "application/json"
_LONGEST_PATH: Final = 2048
_READ_BY_PEOPLE: Final = re.compile("/g/.*/waiver", re.DOTALL)  # CloudFront sends these here; browsers expect a page


@dataclass(frozen=True, slots=True)
class _Requirements:
    """The conditions of a route, checked before a request is read."""

    method: str
    path: re.Pattern[str]
    token: str | None
    largest_body: int
    reads_body: bool


class HttpApp:
    """The web application. It serves one request at a time, because powertools keeps the current one in a class.

    Lambda never runs two requests in one process. The local world does, and waits for the lock.
    """

    def __init__(
        self,
        identify: Mapping[str, Callable[[Mapping[str, str]], Caller]],
        *,
        no_such_page: Callable[[Mapping[str, Any]], Response[str]],
        error_page: Callable[[Mapping[str, Any]], Response[str]],
    ) -> None:
        self.resolver = LambdaFunctionUrlResolver(
            enable_validation=True,
            debug=False,  # else POWERTOOLS_DEV would show stack traces to strangers
            json_body_deserializer=read_json,
            response_validation_error_http_code=HTTPStatus.INTERNAL_SERVER_ERROR,
        )
        # An id may have characters that powertools' routes do not match.
        self.resolver.exception_handler(NotFoundError)(lambda _error: _NoSuchRoute(set()).answer())
        self.resolver.exception_handler(RequestValidationError)(lambda error: invalid(error.errors()))
        self.resolver.exception_handler([Refusal, ExceptionGroup])(refused)
        self.resolver.exception_handler(Exception)(self._unexpected)
        self._identify = identify
        self._no_such_page = no_such_page
        self._error_page = error_page
        self._required: list[_Requirements] = []
        self._lock = threading.Lock()

    def route(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        largest_body: int = SMALL,
        reads_body: bool = True,
        **documented: Any,
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Register a route. `path` has powertools' `<name>` placeholders; `documented` goes into the contract.

        `token` names the kind of token that the route requires: a key of `identify`, and its scheme in the contract.
        A body is JSON, unless the route never `reads_body`.
        """
        pattern = re.compile(re.sub(r"<\w+>", "[^/]+", path))
        self._required.append(_Requirements(method, pattern, token, largest_body, reads_body))
        security: list[dict[str, list[str]]] | None = [{token: []}] if token else None
        register: Callable[[Callable[..., Any]], Callable[..., Any]] = self.resolver.route(
            path, method=method, security=security, **documented
        )
        return register

    @property
    def caller(self) -> Caller:
        """The sender of the current request, on a route with a `token`."""
        caller: Caller = self.resolver.context["caller"]
        return caller

    def answer(self, request: dict[str, Any], context: object) -> dict[str, Any]:
        """Answer one function-URL request (payload format 2.0)."""
        request = _complete(request)
        method = request["requestContext"]["http"].get("method", "").upper()
        request_id = str(getattr(context, "aws_request_id", None) or uuid.uuid4())
        read = "GET" if method == "HEAD" else method
        answered = _with_reference(self._answer(request, read, context, request_id), request_id)
        return {**answered, "body": "", "isBase64Encoded": False} if method == "HEAD" else answered

    def _answer(self, request: dict[str, Any], method: str, context: object, request_id: str) -> dict[str, Any]:
        headers = {name.lower(): value for name, value in request["headers"].items()}
        try:
            required = self._requirements_of(method, request["rawPath"])
            caller = self._identify[required.token](headers) if required.token else None
            reads = method == "POST" and required.reads_body
            body = _body(request, headers, required.largest_body) if reads else None
        except _NoSuchRoute as no:
            return _built(self._no_such_page(request) if _reads_a_page(method, request["rawPath"]) else no.answer())
        except Refusal as refusal:
            return _built(refused(refusal))
        http = {**request["requestContext"]["http"], "method": method}
        checked = {
            **request,
            "headers": headers if body is None else {**headers, "content-type": _JSON},  # powertools compares its case
            "body": body,
            "isBase64Encoded": False,
            "requestContext": {**request["requestContext"], "http": http},
        }
        with self._lock:
            self.resolver.append_context(caller=caller, request_id=request_id)  # type: ignore[no-untyped-call]  # powertools' own
            answered = self.resolver.resolve(checked, context)  # type: ignore[arg-type]  # passed on
        given = {str(name).lower(): value for name, value in answered["headers"].items()}
        return {**answered, "headers": {**UNSTORED, **given}}

    def _unexpected(self, error: Exception) -> Response[str]:
        """Return the answer to an unexpected error: a page for browsers, else a problem."""
        request, request_id = self.resolver.current_event, str(self.resolver.context["request_id"])
        answered = unexpected(error, request_id)
        return self._error_page(request) if _reads_a_page(request.http_method, request["rawPath"]) else answered

    def _requirements_of(self, method: str, path: str) -> _Requirements:
        known = [
            required for required in self._required if len(path) <= _LONGEST_PATH and required.path.fullmatch(path)
        ]
        for required in known:
            if required.method == method:
                return required
        raise _NoSuchRoute({required.method for required in known})


class _NoSuchRoute(Exception):  # noqa: N818 - a fact, as the refusals are named
    """There is no route of this method at this path. `methods` are the methods that it has."""

    def __init__(self, methods: set[str]) -> None:
        super().__init__()
        self._methods = methods

    def answer(self) -> Response[str]:
        """Return 404, or 405 if the path has routes of other methods."""
        if not self._methods:
            return problem(HTTPStatus.NOT_FOUND, "There is nothing at this address.")
        allowed = sorted(self._methods | ({"HEAD"} if "GET" in self._methods else set()))
        sentence = f"This address answers {' and '.join(allowed)} only."
        return problem(HTTPStatus.METHOD_NOT_ALLOWED, sentence, allow=", ".join(allowed))


def _with_reference(answered: dict[str, Any], request_id: str) -> dict[str, Any]:
    """Return the answer; a problem with its `instance` and its `reference`, a trouble's page with its reference.

    The log has both. The instance is the request's id, which is in each of Lambda's own lines too, and the reference is
    made of it. The sentence of a trouble, which no other request would have avoided, ends with the reference.
    """
    is_trouble = answered["statusCode"] >= HTTPStatus.INTERNAL_SERVER_ERROR
    is_problem = answered["headers"].get("content-type") == PROBLEM
    if is_trouble or is_problem:
        log.warning("%s was answered with %s", as_logged(request_id), answered["statusCode"])
    if not is_problem:
        here = reference_of(request_id)
        return {**answered, "body": answered["body"].replace(REFERENCE_HERE, here)} if is_trouble else answered
    body = json.loads(answered["body"])
    if is_trouble:
        body["detail"] = with_reference(body["detail"], request_id)
    named = {"instance": f"urn:uuid:{request_id}", "reference": reference_of(request_id)}
    return {**answered, "body": json.dumps({**body, **named})}


def _reads_a_page(method: str, path: str) -> bool:
    return method == "GET" and _READ_BY_PEOPLE.fullmatch(path) is not None


def _complete(request: object) -> dict[str, Any]:
    """Return the request with the keys that AWS's format may omit or set to null, but powertools requires.

    A direct invocation may carry anything. What is not of its type in AWS's format is left out.
    """
    given = _object(request)
    about, cookies = _object(given.get("requestContext")), given.get("cookies")
    http = _texts(about.get("http"))
    raw, query = _texts(given).get("rawQueryString", ""), _texts(given.get("queryStringParameters"))
    return {
        **given,
        "rawPath": _texts(given).get("rawPath") or http.get("path") or "/",
        "rawQueryString": raw or urlencode(query, errors="surrogatepass"),
        "queryStringParameters": query or dict(parse_qsl(raw, keep_blank_values=True)),
        "headers": _texts(given.get("headers")),
        "cookies": [each for each in cookies if isinstance(each, str)] if isinstance(cookies, list) else [],
        "body": _texts(given).get("body"),
        "isBase64Encoded": given.get("isBase64Encoded") is True,
        "requestContext": {"stage": "$default", **_texts(about), "http": http},
    }


def _object(value: object) -> dict[str, Any]:
    """Return `value` if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def _texts(value: object) -> dict[str, str]:
    """Return the fields of an object that are texts."""
    return {str(name): each for name, each in _object(value).items() if isinstance(each, str)}


def read_json(text: str) -> Any:  # noqa: ANN401 - any JSON value
    """Return the JSON value, with numbers as int and Decimal, never float.

    Raises RequestUnreadable, also for NaN, a repeated name or a lone surrogate, which Python's own reader accepts.
    """
    try:
        content = json.loads(text, parse_float=Decimal, parse_constant=_no_number, object_pairs_hook=_once_each)
        if "\\u" in text:  # only an escape can be a lone surrogate, and no table or page accepts one
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
    """Return the body as the text of a JSON object. Raises RequestUnreadable."""
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
    sentence = f"The body is larger than {largest // 1024} KB. Send a smaller one."
    return RequestUnreadable(sentence, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def _built(response: Response[str]) -> dict[str, Any]:
    return {
        "statusCode": response.status_code,
        "headers": {name.lower(): value for name, value in response.headers.items()},
        "body": response.body,
        "isBase64Encoded": False,
    }
