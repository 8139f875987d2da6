"""Faults of Slack that outlast a step: a channel that is closed to the bot, and a long rate limit."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import random

CLOSED: Final = ("not_in_channel", "channel_not_found", "is_archived")
RATE_LIMITED: Final = "ratelimited"
POST, OPEN, UPDATE = "chat.postMessage", "views.open", "views.update"
TO_THE_END: Final = 365 * 86400.0  # seconds; longer than any history

# The channels of the two events, and the office's.
CHANNELS: Final = ("C0CORY", "C0SUNSET", "C0OFFICE")
_WRITING: Final = {POST, "chat.update", "chat.delete"}
_READING: Final = {"conversations.history", "conversations.replies"}


@dataclass(frozen=True)
class LongFault:
    """Slack answers this error for so many seconds.

    A closed channel refuses every call about it, but an archived one can be read. A rate limit refuses one method, and
    posts in these channels alone.
    """

    error: str
    seconds: float
    channels: tuple[str, ...] = ()
    method: str = ""

    def meets(self, method: str, channel: str) -> bool:
        """Return whether it affects a call of this method. `channel` is empty if the method has none."""
        if self.error == RATE_LIMITED:
            return method == self.method and (not self.channels or channel in self.channels)
        is_readable = self.error == "is_archived"
        return channel in self.channels and (method in _WRITING or (method in _READING and not is_readable))

    def __str__(self) -> str:
        """Return the fault in words, for a report."""
        where = " ".join([*([self.method] if self.method else []), *self.channels])
        lasting = "to the end" if self.seconds >= TO_THE_END else f"for {self.seconds:.0f} s"
        return f"{self.error} at {where} {lasting}"


@dataclass
class LongFaults:
    """The long faults that have begun, each with the moment at which it ends."""

    _begun: list[tuple[LongFault, float]] = field(default_factory=list)

    def begin(self, fault: LongFault, now: float) -> None:
        """Begin a fault."""
        self._begun.append((fault, now + fault.seconds))

    def end(self) -> None:
        """End all faults."""
        self._begun.clear()

    def last(self, now: float) -> bool:
        """Return whether any fault lasts."""
        return any(now < until for _, until in self._begun)

    def refusal(self, method: str, channel: str, now: float) -> tuple[str, int] | None:
        """Return the error of the next call and the whole seconds that it lasts; None where Slack carries it out."""
        met = [(fault.error, until) for fault, until in self._begun if now < until and fault.meets(method, channel)]
        return (met[0][0], math.ceil(met[0][1] - now)) if met else None


def drawn(chance: random.Random) -> LongFault:
    """Return a fault: a channel or all of them closed, or a rate limit of posts or of forms."""
    channels = chance.choice((*((each,) for each in CHANNELS), CHANNELS))
    if chance.random() < 0.6:
        return LongFault(chance.choice(CLOSED), chance.choice((60.0, 900.0, TO_THE_END)), channels)
    method = chance.choice((POST, POST, OPEN, UPDATE))
    seconds = chance.choice((30.0, 45.0, 120.0, 900.0))
    return LongFault(RATE_LIMITED, seconds, channels if method == POST else (), method)
