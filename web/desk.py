"""What the API's handlers need of the world."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from charter.ports import Ledger


@dataclass(frozen=True, slots=True)
class Desk:
    """The ledger and the house's ways. `now` answers in the time zone of the events."""

    ledger: Ledger
    methods: tuple[str, ...]
    currency: str
    now: Callable[[], datetime]
