"""Refusals about the money that was paid for a cancelled event."""

from __future__ import annotations

from charter.refusals.base import Conflict, shortened


class TripTakesPlace(Conflict):
    """The event is not cancelled, so what was paid for it counts toward what is due."""

    default_field = "event"

    def __init__(self, title: str) -> None:
        super().__init__(f"{shortened(title)} takes place, so its money is not settled. Cancel the trip first.")


class NothingToSettle(Conflict):
    """Nobody of those who were picked has money on the event that is still to be decided about."""

    default_field = "patrons"
    sentence = "Nobody has money here that is still to be decided about. Pick patrons to change a decision."


class RefundMethodOpen(Conflict):
    """The money of some patrons came from another event, so nobody knows by which method. `names` are theirs."""

    default_field = "method"

    def __init__(self, names: str) -> None:
        super().__init__(f"The money of {shortened(names)} came from another trip. Pick the method of the refund.")


class TooManyToSettle(Conflict):
    """More patrons were picked than one form takes."""

    default_field = "patrons"

    def __init__(self, count: int, most: int) -> None:
        super().__init__(f"These are {count} patrons. Settle at most {most} at a time, and then the rest.")
