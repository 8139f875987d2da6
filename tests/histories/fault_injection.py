"""Fault injection for histories: faults of calls, deaths of processes, and other acts in the middle of a step.

A fault names a service and a place among the calls that its step makes to it, so that it can be repeated exactly.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tests.histories.long_faults import LongFaults

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

TABLE, SLACK, S3, MAIL = "table", "slack", "s3", "mail"
SERVICES: Final = (TABLE, SLACK, S3, MAIL)

# Nothing of the request reaches the service.
UNDONE: Final = ("refused", "dropped", "reset", "stuck", "throttled", "failed")
# The service carries it out, and its answer is lost, late, cut or an error.
DONE: Final = ("lost", "torn", "halved", "late", "failed after")
SLOW, DEATH, DEATH_AFTER = "slow", "death", "death after"
KINDS: Final = (*UNDONE, *DONE, SLOW)


class Killed(BaseException):
    """The process died. A BaseException, so that no `except Exception` catches it."""


@dataclass(frozen=True)
class Fault:
    """A fault of `times` calls of a service, from its call number `at` of a step on."""

    service: str
    at: int
    kind: str
    times: int = 1

    def meets(self, service: str, number: int) -> bool:
        """Return whether this call has the fault."""
        return service == self.service and self.at <= number < self.at + self.times


@dataclass
class FaultInjector:
    """The faults of the step under way. After a death every call of that process fails, until it starts anew."""

    faults: Sequence[Fault] = ()
    meanwhile: Callable[[], None] | None = None
    """Another act that runs in the middle of the step, right before a call of the table."""
    at: int = 0
    dead: bool = False
    long: LongFaults = field(default_factory=LongFaults)
    """The faults that outlast the step under way."""
    met: Counter[str] = field(default_factory=Counter)
    """The number of calls with each kind of fault in the whole history, by service; of a long fault by its method."""
    _calls: Counter[str] = field(default_factory=Counter)

    def set(self, faults: Sequence[Fault], *, meanwhile: Callable[[], None] | None = None, at: int = 0) -> None:
        """Begin a step with these faults."""
        self.faults, self.meanwhile, self.at = faults, meanwhile, at
        self.dead = False
        self._calls.clear()

    def clear(self) -> None:
        """Let every call pass."""
        self.set(())

    def next(self, service: str) -> str | None:
        """Return the kind of fault of the next call of a service, or None. Raises Killed once the process is dead."""
        if self.dead:
            raise Killed
        number = self._calls[service]
        self._calls[service] += 1
        if self.meanwhile is not None and service == TABLE and number == self.at:
            happens, self.meanwhile = self.meanwhile, None
            happens()
        for fault in self.faults:
            if fault.meets(service, number):
                self.met[f"{service} {fault.kind}"] += 1
                return fault.kind
        return None

    def passes(self, service: str) -> bool:
        """Return whether the next call of a service has no fault and no other act before it, and count it if so."""
        number = self._calls[service]
        if self.dead or (self.meanwhile is not None and number == self.at):
            return False
        if any(fault.meets(service, number) for fault in self.faults):
            return False
        self._calls[service] += 1
        return True

    def refuses(self, method: str, channel: str, now: float) -> tuple[str, int] | None:
        """Return the error of a long fault for a call of Slack, and the seconds that it lasts; None without one."""
        refusal = self.long.refusal(method, channel, now)
        if refusal is not None:
            self.met[f"{method} {refusal[0]}"] += 1
        return refusal

    def die(self) -> None:
        """End the process."""
        self.dead = True
        raise Killed
