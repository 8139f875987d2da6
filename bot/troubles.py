"""Troubles of one request: each is logged under a reference, and people read the same reference."""

from __future__ import annotations

import logging
import traceback
import uuid
from contextvars import ContextVar
from typing import TYPE_CHECKING

from slack_sdk.errors import SlackApiError

from charter.references import as_logged, with_reference

if TYPE_CHECKING:
    from collections.abc import Iterable

log = logging.getLogger(__name__)

_request: ContextVar[str] = ContextVar("request")


def begin(request_id: str | None) -> None:
    """Start a request. `request_id` is Lambda's own, which is in Lambda's lines too; without one, one is made."""
    _request.set(request_id or str(uuid.uuid4()))


def request_id() -> str:
    """Return the id of the current request."""
    if (current := _request.get(None)) is None:
        begin(None)
        current = _request.get()
    return current


def noted(sentence: str, what: str) -> str:
    """Log an expected trouble, and return the sentence with its reference. `what` names the trouble and no patron."""
    log.warning("%s %s", as_logged(request_id()), what)
    return with_reference(sentence, request_id())


def noted_error(sentence: str, error: BaseException) -> str:
    """Log an unexpected error without its text, which may quote a patron, and return the sentence as `noted` does."""
    log.error("%s %s at\n%s", as_logged(request_id()), named(error), "".join(traceback.format_tb(error.__traceback__)))
    return with_reference(sentence, request_id())


def named(error: BaseException) -> str:
    """Return the names of an error and of its causes, with Slack's codes, and nothing that it quotes."""
    return " from ".join(f"{type(each).__name__}{_code(each)}" for each in _causes(error))


def _causes(error: BaseException) -> Iterable[BaseException]:
    current: BaseException | None = error
    while current is not None:
        yield current
        current = current.__cause__


def _code(error: BaseException) -> str:
    return f" {error.response.get('error')}" if isinstance(error, SlackApiError) else ""
