"""Refusals of an undo. An admin can void the entry in each of these cases."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from charter.refusals.base import Conflict, NotAllowed

_MINUTE: Final = timedelta(minutes=1)
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)


class NotYours(NotAllowed):
    """Somebody else logged the entry. `logged_by` is who, as the ledger has it."""

    asks_office = True
    sentence = "Only the person who logged it and the office can undo it."

    def __init__(self, logged_by: str) -> None:
        super().__init__()
        self.logged_by = logged_by


class TooLateToUndo(Conflict):
    """The entry was logged `age` ago, which is longer than it can be undone."""

    default_field = "payment_id"
    asks_office = True

    def __init__(self, age: timedelta) -> None:
        super().__init__(f"Logged {_in_words(age)} ago. Only the office can void it now.")


class RefundedSince(Conflict):
    """Money was given back since, so the whole entry cannot be undone. It names no amount, which crew may not see."""

    default_field = "payment_id"
    asks_office = True
    sentence = "Some of the money was given back since. Only the office can void it now."


def _in_words(age: timedelta) -> str:
    """Return `12 minutes`, `3 hours` or `5 days`."""
    if age < 2 * _HOUR:
        number, unit = age // _MINUTE, "minute"
    elif age < 2 * _DAY:
        number, unit = age // _HOUR, "hour"
    else:
        number, unit = age // _DAY, "day"
    return f"{number} {unit}{'' if number == 1 else 's'}"
