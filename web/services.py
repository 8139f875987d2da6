"""The dependencies of the API's handlers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from charter.bookkeeping import Months
    from charter.ports import Ledger


@dataclass(frozen=True, slots=True)
class Services:
    """The ledger, the books, the configured methods and currency, the time in the events' zone, and new payment ids."""

    ledger: Ledger
    months: Months
    methods: tuple[str, ...]
    currency: str
    now: Callable[[], datetime]
    new_id: Callable[[], str]
