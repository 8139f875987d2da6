"""Slack waits three seconds for the whole answer, so each call to Slack on the way gets what is left of them."""

from __future__ import annotations

import time
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final

from bot.kept_alive import KeptAliveClient

if TYPE_CHECKING:
    from slack_sdk.web import SlackResponse

# Seconds: for one call, and for all that a request makes; the rest is for the answer's own way back.
LONGEST_CALL: Final = 2.0
LONGEST_ANSWER: Final = 2.7
# Of these, what the table may take while a call to Slack is still to come.
LONGEST_READ: Final = 1.8
_SHORTEST_CALL: Final = 0.05  # no time-out at all would be 0

_ends: ContextVar[float] = ContextVar("ends")


def begin() -> None:
    """A request has come in."""
    _ends.set(time.monotonic() + LONGEST_ANSWER)


def left() -> float:
    """How long the next call to Slack may take, in seconds."""
    remaining = _ends.get(time.monotonic() + LONGEST_ANSWER) - time.monotonic()
    return max(_SHORTEST_CALL, min(LONGEST_CALL, remaining))


def left_to_read() -> float:
    """Return how long reads of the table may still take, in seconds, so that Slack can be called afterwards."""
    remaining = _ends.get(time.monotonic() + LONGEST_ANSWER) - time.monotonic()
    if remaining < 0:  # that request is over: whoever reads now serves another one, or none
        return LONGEST_READ
    return max(_SHORTEST_CALL, remaining - (LONGEST_ANSWER - LONGEST_READ))


class HurriedClient(KeptAliveClient):
    """Slack's client, whose every call ends in time."""

    def api_call(self, api_method: str, **rest: Any) -> SlackResponse:
        """As WebClient's."""
        self.timeout = left()  # type: ignore[assignment]  # sockets take fractions of a second
        return super().api_call(api_method, **rest)
