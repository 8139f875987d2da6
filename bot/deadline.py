"""Deadline of one request. Slack waits three seconds for the whole answer, so each call gets only what is left."""

from __future__ import annotations

import time
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final

from bot.kept_alive import KeptAliveClient

if TYPE_CHECKING:
    from slack_sdk.web import SlackResponse

# Seconds for one call, and for all calls of a request. The rest is for sending the answer back.
LONGEST_CALL: Final = 2.0
LONGEST_ANSWER: Final = 2.7
# Of these, seconds for reads of the table while a call to Slack follows.
LONGEST_READ: Final = 1.8
_SHORTEST_CALL: Final = 0.05  # 0 would mean no time-out

_ends: ContextVar[float] = ContextVar("ends")


def begin() -> None:
    """Start the deadline of a request that has just come in."""
    _ends.set(time.monotonic() + LONGEST_ANSWER)


def left() -> float:
    """Return how long the next call to Slack may take, in seconds."""
    remaining = _ends.get(time.monotonic() + LONGEST_ANSWER) - time.monotonic()
    return max(_SHORTEST_CALL, min(LONGEST_CALL, remaining))


def left_to_read() -> float:
    """Return how long reads of the table may still take, in seconds, so that Slack can be called afterwards."""
    remaining = _ends.get(time.monotonic() + LONGEST_ANSWER) - time.monotonic()
    if remaining < 0:  # that request is over, so this read belongs to another one or to none
        return LONGEST_READ
    return max(_SHORTEST_CALL, remaining - (LONGEST_ANSWER - LONGEST_READ))


class DeadlineClient(KeptAliveClient):
    """Slack's client, with every call limited by the request's deadline."""

    def api_call(self, api_method: str, **rest: Any) -> SlackResponse:
        """Call Slack as WebClient does, within the time that is left."""
        self.timeout = left()  # type: ignore[assignment]  # sockets take fractions of a second
        return super().api_call(api_method, **rest)
