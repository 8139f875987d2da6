"""Render refusals and unexpected errors as `application/problem+json` (RFC 9457).

All errors of a request are reported together, each with its field, in the refusals' own sentences. The status follows
from the refusal's base class:

    Malformed          422; 400 if the request itself cannot be read
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

from charter.references import as_logged
from charter.refusals import (
    Conflict,
    Malformed,
    NotAllowed,
    PatronUnknown,
    PossibleDuplicate,
    Refusal,
    RowFull,
    TooManySignings,
    Unavailable,
    Unknown,
)
from web.tokens import TokenRefused

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence, Sized

    from pydantic import BaseModel

log = logging.getLogger(__name__)

PROBLEM: Final = "application/problem+json"
IDEMPOTENCY_KEY: Final = "Idempotency-Key"

# Headers of every answer of the API.
UNSTORED: Final = {"cache-control": "no-store", "x-content-type-options": "nosniff"}

# A body with many unknown fields gets a short answer.
_MOST_LISTED: Final = 30
_LONGEST_FIELD: Final = 80

UNEXPECTED: Final = "Something went wrong on our side. Please try once more: nothing is counted twice."
# Where a page of a trouble has its reference. web.http replaces it.
REFERENCE_HERE: Final = "%REFERENCE%"
_KEY_MALFORMED: Final = (
    f"An {IDEMPOTENCY_KEY} header that identifies this payment has 1 to 64 letters, digits and . _ : - only. "
    "Send the same key to retry this payment, and a new one for another payment."
)

# The type of a problem that a client can act upon, documented in the contract. Of others the status says all.
POSSIBLE_DUPLICATE: Final = "/api/openapi.json#possible_duplicate"
_UNTYPED: Final = "about:blank"
_CONFIRM: Final = ("confirm", "Send true if it is another payment.")

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

# The API's names of refusals' fields.
_NAMES: Final = {"event": "eid", "patron": "patron_id", "payment_id": IDEMPOTENCY_KEY}

# Our sentences for pydantic's findings. Any other finding is reported as unreadable.
_FINDINGS: Final = {
    "missing": "This is required.",
    "extra_forbidden": "There is no such field here.",
    "string_type": "This must be text, and given once.",
    "dict_type": "Send a JSON object.",
    "model_type": "Send a JSON object.",
    "model_attributes_type": "Send a JSON object.",
}


class RequestUnreadable(Malformed):
    """The request itself cannot be read. `status` is 400, 413 or 415."""

    def __init__(self, sentence: str, *, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(sentence)
        self.status = status


class FieldMalformed(Malformed):
    """A field is missing, has the wrong type, or does not belong to the request."""


def unknown_fields(given: BaseModel) -> list[FieldMalformed]:
    """Return a refusal for each field of the body that the model does not have."""
    return [FieldMalformed("There is no such field here.", field=name[:80]) for name in given.model_extra or ()]


def text_of(value: object, field: str) -> str:
    """Return the value if it is text. Raises FieldMalformed."""
    if value is None:
        raise FieldMalformed("This is required.", field=field)
    if not isinstance(value, str):
        raise FieldMalformed("This must be text.", field=field)
    return value


def problem(
    status: HTTPStatus,
    detail: str,
    errors: Iterable[tuple[str | None, str]] = (),
    *,
    kind: str = _UNTYPED,
    **headers: str,
) -> Response[str]:
    """Return a problem as RFC 9457 defines it. `errors` are pairs of a field, or None, and a sentence.

    web.http adds the `instance` and the `reference`.

    Underscores in the names of `headers` become dashes.
    """
    named = [{"field": _NAMES.get(field or "", field), "message": sentence} for field, sentence in errors]
    body = {"type": kind, "title": status.phrase, "status": status.value, "detail": detail, "errors": named}
    return Response(
        status_code=status.value,
        content_type=PROBLEM,
        body=json.dumps(body),
        headers={**UNSTORED, **{name.replace("_", "-"): value for name, value in headers.items()}},
    )


def refused(error: Refusal | ExceptionGroup[Refusal]) -> Response[str]:
    """Return the answer to one refusal, or to several of one request."""
    refusals: Sequence[Any] = error.exceptions if isinstance(error, ExceptionGroup) else [error]
    first = min(refusals, key=_rank)
    listed = refusals[:_MOST_LISTED]
    return problem(
        _status(first),
        " ".join([*dict.fromkeys(_in_full(refusal) for refusal in listed), *_and_more(refusals)]),
        [_error(refusal) for refusal in listed if refusal.field],
        kind=POSSIBLE_DUPLICATE if isinstance(first, PossibleDuplicate) else _UNTYPED,
        **_headers(first),
    )


def invalid(findings: Iterable[Any]) -> Response[str]:
    """Return the answer to pydantic's findings in path, query, headers and body, each `{"loc": …, "type": …}`."""
    errors: dict[str | None, str] = {}
    for finding in findings:
        where, *names = finding["loc"]
        if where == "header":
            errors[IDEMPOTENCY_KEY] = _KEY_MALFORMED
        else:
            field = ".".join(str(name) for name in names)[:_LONGEST_FIELD] or None
            errors.setdefault(field, _FINDINGS.get(finding["type"], "This value cannot be read."))
    status = HTTPStatus.BAD_REQUEST if IDEMPOTENCY_KEY in errors else HTTPStatus.UNPROCESSABLE_ENTITY
    first = list(errors.items())[:_MOST_LISTED]
    sentences = (sentence if field in (None, IDEMPOTENCY_KEY) else f"{field}: {sentence}" for field, sentence in first)
    detail = " ".join([*sentences, *_and_more(errors)])
    return problem(status, detail, [(field, sentence) for field, sentence in first if field])


def unexpected(error: Exception, request_id: str) -> Response[str]:
    """Return the answer to an unexpected error. It is logged without its text, which may quote a patron."""
    where = "".join(traceback.format_tb(error.__traceback__))
    log.error("%s %s at\n%s", as_logged(request_id), type(error).__name__, where)
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, UNEXPECTED)


def _and_more(errors: Sized) -> list[str]:
    """Return the sentence that counts the errors that are not listed, if there are any."""
    left = len(errors) - _MOST_LISTED
    return [f"And {left} more."] if left > 0 else []


def _in_full(refusal: Refusal) -> str:
    """Return the refusal's sentence, preceded by the field's name if the sentence needs it."""
    return f"{refusal.field}: {refusal}" if isinstance(refusal, FieldMalformed) else _sentence(refusal)


def _error(refusal: Refusal) -> tuple[str | None, str]:
    """Return the field and the sentence that `errors` has of a refusal."""
    return _CONFIRM if isinstance(refusal, PossibleDuplicate) else (refusal.field, _sentence(refusal))


def _sentence(refusal: Refusal) -> str:
    """Return the refusal's sentence, without advice that applies to Slack's form only."""
    return refusal.plainly if isinstance(refusal, PatronUnknown) else str(refusal)


def _rank(refusal: Refusal) -> int:
    """Return the order in which refusals give the answer its status.

    A request that cannot be read comes first, then an invalid value, then a refusal by the table.
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
