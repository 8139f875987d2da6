"""The one renderer that turns refusals, and troubles that nobody expected, into `application/problem+json` (RFC 9457).

What a request got wrong is told at once, each on its field, in the sentences that the refusals themselves say. The
status follows from the refusal's family:

    Malformed          422; 400 where the request itself cannot be read
    Unknown            404
    Conflict, RowFull  409
    TokenRefused       401, with WWW-Authenticate
    NotAllowed         403
    TooManySignings    429, with Retry-After
    Unavailable        503, with Retry-After
"""

from __future__ import annotations

import json
import logging
import traceback
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from aws_lambda_powertools.event_handler import Response

from charter.refusals import (
    Conflict,
    Malformed,
    NotAllowed,
    PatronUnknown,
    Refusal,
    RowFull,
    TooManySignings,
    Unavailable,
    Unknown,
)
from web.tokens import TokenRefused

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence, Sized

log = logging.getLogger(__name__)

PROBLEM: Final = "application/problem+json"
IDEMPOTENCY_KEY: Final = "Idempotency-Key"

# What every answer of the API carries.
UNSTORED: Final = {"cache-control": "no-store", "x-content-type-options": "nosniff"}

# A body of unknown fields is answered in a few lines, however many there are.
_MOST_TOLD: Final = 30
_LONGEST_FIELD: Final = 80

TROUBLE: Final = "Something went wrong on our side. Please try once more: nothing is counted twice."
_KEY_WANTED: Final = (
    f"Send an {IDEMPOTENCY_KEY} header that names this payment, 1 to 64 letters, digits and . _ : - only. "
    "Send the same key again to try again, and a new one for another payment."
)

_STATUS: Final[tuple[tuple[type[Refusal], HTTPStatus], ...]] = (
    (Unavailable, HTTPStatus.SERVICE_UNAVAILABLE),
    (TokenRefused, HTTPStatus.UNAUTHORIZED),
    (NotAllowed, HTTPStatus.FORBIDDEN),
    (TooManySignings, HTTPStatus.TOO_MANY_REQUESTS),
    (Unknown, HTTPStatus.NOT_FOUND),
    (Conflict, HTTPStatus.CONFLICT),
    (RowFull, HTTPStatus.CONFLICT),
    (Malformed, HTTPStatus.UNPROCESSABLE_ENTITY),
)

# A refusal's field under the name that the API has for it.
_NAMES: Final = {"event": "eid", "patron": "patron_id", "payment_id": IDEMPOTENCY_KEY}

# pydantic's findings, in our words; any other is told as what cannot be read.
_FINDINGS: Final = {
    "missing": "This is required.",
    "extra_forbidden": "There is no such field here.",
    "string_type": "This must be text, and given once.",
    "dict_type": "Send a JSON object.",
    "model_type": "Send a JSON object.",
    "model_attributes_type": "Send a JSON object.",
}


class RequestUnreadable(Malformed):
    """The request itself cannot be read, whatever it wanted: `status` is 400, 413 or 415."""

    def __init__(self, sentence: str, *, status: HTTPStatus = HTTPStatus.BAD_REQUEST, field: str | None = None) -> None:
        super().__init__(sentence, field=field)
        self.status = status


class FieldMalformed(Malformed):
    """A field is missing, is not of its type, or is not of this request at all."""


def problem(
    status: HTTPStatus, detail: str, errors: Iterable[tuple[str | None, str]] = (), **headers: str
) -> Response[str]:
    """An answer in RFC 9457's form; `errors` are fields (None: no single one) and sentences.

    Underscores in the names of `headers` stand for dashes.
    """
    told = [{"field": _NAMES.get(field or "", field), "message": sentence} for field, sentence in errors]
    body = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": detail, "errors": told}
    return Response(
        status_code=status.value,
        content_type=PROBLEM,
        body=json.dumps(body),
        headers={**UNSTORED, **{name.replace("_", "-"): value for name, value in headers.items()}},
    )


def refused(error: Refusal | ExceptionGroup[Refusal]) -> Response[str]:
    """The answer to one refusal, or to several of one request at once."""
    refusals: Sequence[Any] = error.exceptions if isinstance(error, ExceptionGroup) else [error]
    first = min(refusals, key=_rank)
    told = refusals[:_MOST_TOLD]
    return problem(
        _status(first),
        " ".join([*dict.fromkeys(_in_full(refusal) for refusal in told), *_and_more(refusals)]),
        [(refusal.field, _said(refusal)) for refusal in told if refusal.field],
        **_headers(first),
    )


def invalid(findings: Iterable[Any]) -> Response[str]:
    """The answer to what pydantic found in path, query, headers and body, each as `{"loc": …, "type": …}`."""
    told: dict[str | None, str] = {}
    for finding in findings:
        where, *names = finding["loc"]
        if where == "header":
            told[IDEMPOTENCY_KEY] = _KEY_WANTED
        else:
            field = ".".join(str(name) for name in names)[:_LONGEST_FIELD] or None
            told.setdefault(field, _FINDINGS.get(finding["type"], "This value cannot be read."))
    status = HTTPStatus.BAD_REQUEST if IDEMPOTENCY_KEY in told else HTTPStatus.UNPROCESSABLE_ENTITY
    first = list(told.items())[:_MOST_TOLD]
    sentences = (sentence if field in (None, IDEMPOTENCY_KEY) else f"{field}: {sentence}" for field, sentence in first)
    detail = " ".join([*sentences, *_and_more(told)])
    return problem(status, detail, [(field, sentence) for field, sentence in first if field])


def trouble(error: Exception) -> Response[str]:
    """The answer to what nobody expected. It is logged without its text, which may quote a patron."""
    log.error("%s at\n%s", type(error).__name__, "".join(traceback.format_tb(error.__traceback__)))
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, TROUBLE)


def _and_more(troubles: Sized) -> list[str]:
    """Return the sentence that counts the troubles that are not listed, if there are any."""
    left = len(troubles) - _MOST_TOLD
    return [f"And {left} more."] if left > 0 else []


def _in_full(refusal: Refusal) -> str:
    """The sentence, with the field's name before one that means nothing without it."""
    return f"{refusal.field}: {refusal}" if isinstance(refusal, FieldMalformed) else _said(refusal)


def _said(refusal: Refusal) -> str:
    """The refusal's own sentence, without what can only be done in Slack's form."""
    return refusal.plainly if isinstance(refusal, PatronUnknown) else str(refusal)


def _rank(refusal: Refusal) -> int:
    """Return the order in which refusals give the answer its status.

    A request that cannot be read comes first, then a wrong value, then what the table says.
    """
    if isinstance(refusal, RequestUnreadable):
        return 0
    return 1 if isinstance(refusal, Malformed) else 2


def _headers(refusal: Refusal) -> dict[str, str]:
    if isinstance(refusal, (TooManySignings, Unavailable)):
        return {"retry_after": str(refusal.retry_after)}
    if isinstance(refusal, TokenRefused):
        return {"www_authenticate": 'Bearer error="invalid_token"' if refusal.given else "Bearer"}
    return {}


def _status(refusal: Refusal) -> HTTPStatus:
    if isinstance(refusal, RequestUnreadable):
        return refusal.status
    for kind, status in _STATUS:
        if isinstance(refusal, kind):
            return status
    return HTTPStatus.BAD_REQUEST
