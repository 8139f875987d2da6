"""Lost calls to AWS: one is lost before it arrives, or its answer after it was done."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from botocore.config import Config
from botocore.exceptions import ConnectionClosedError

from infra.aws import Aws

BEFORE: Final = "before-send"  # botocore's names for the moments
AFTER: Final = "needs-retry"


class Weather:
    """Over one set of clients, which try nothing twice: loses one call, on its way there or on its way back."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self._lost = ("", "", 0)
        self._aws: Aws | None = None

    def aws(self, **named: Any) -> Aws:
        """In place of the command's own clients."""
        if self._aws is None:
            once = Config(retries={"mode": "standard", "total_max_attempts": 1})
            self._aws = Aws(**named, config=once, pause=0.001)
            for when in (BEFORE, AFTER):
                self._aws._session.events.register(when, self._meet)
        return self._aws

    def lose(self, operation: str, when: str, *, nth: int = 1) -> None:
        """Lose the next call of it, or the one after so many."""
        self.calls.clear()
        self._lost = (when, operation, nth)

    def _meet(self, event_name: str, **_: Any) -> None:
        when, _service, operation = event_name.split(".")
        if when == BEFORE:
            self.calls[operation] += 1
        if (when, operation, self.calls[operation]) == self._lost:
            self._lost = ("", "", 0)
            raise ConnectionClosedError(endpoint_url="https://aws.example")
