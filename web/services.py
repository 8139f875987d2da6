"""The dependencies of the API's handlers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from charter.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from charter.bookkeeping import Months
    from charter.ports import Ledger
    from charter.searching import NameLists


@dataclass(frozen=True, slots=True)
class Services:
    """The dependencies of handlers. `methods` are the configured ones; `now` is the time in the events' zone."""

    ledger: Ledger
    months: Months
    name_lists: NameLists
    methods: tuple[str, ...]
    currency: str
    now: Callable[[], datetime]
    new_id: Callable[[], str]
