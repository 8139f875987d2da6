"""A Lambda process under a test's control: its clock, time-out, output and death."""

from __future__ import annotations

import itertools
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tests.builders import NOW

if TYPE_CHECKING:
    from datetime import tzinfo

    from tests.announce.stage import AnnounceStage

TIMEOUT = 60.0  # seconds, as the function's in the template

numbers = itertools.count()


class Killed(BaseException):
    """The process died. A BaseException, so that no `except Exception` catches it."""


class Output:
    """The current standard output: pytest replaces it between a fixture and its test."""

    def write(self, text: str) -> int:
        return sys.stdout.write(text)

    def flush(self) -> None:
        sys.stdout.flush()


@dataclass
class Clock:
    """The clock of a test. Sleeping moves it and takes no time."""

    seconds: float = NOW.timestamp()

    def __call__(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.seconds += seconds

    def now(self, zone: tzinfo = UTC) -> datetime:
        """Replace `datetime.now`."""
        return datetime.fromtimestamp(self.seconds, zone)


@dataclass
class Invocation:
    """Lambda's context, with that clock."""

    clock: Clock
    ends: float = field(init=False)
    function_name: str = "announce"
    memory_limit_in_mb: str = "512"
    invoked_function_arn: str = "arn:aws:lambda:us-west-2:000000000000:function:announce"
    aws_request_id: str = field(default_factory=lambda: f"request-{next(numbers)}")

    def __post_init__(self) -> None:
        self.ends = self.clock.seconds + TIMEOUT

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds until the time-out."""
        return max(0, round((self.ends - self.clock.seconds) * 1000))


def sweep(announce_stage: AnnounceStage, kind: str = "late") -> dict[str, Any]:
    """Search for what was never announced, as the schedule or the command orders it."""
    answer: dict[str, Any] = announce_stage.function.lambda_handler({"sweep": kind}, Invocation(announce_stage.clock))
    return answer
