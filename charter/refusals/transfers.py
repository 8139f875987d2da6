"""Refusals about moving a patron, with money and signatures, to another event."""

from __future__ import annotations

from charter.refusals.base import Conflict, shortened
from charter.refusals.payments import RowFull


class SameTrip(Conflict):
    """The patron should be moved to the event that they are on."""

    default_field = "event"

    def __init__(self, title: str) -> None:
        super().__init__(f"This patron is on {shortened(title)} already. Pick another trip.")


class TripCancelled(Conflict):
    """The event to which a patron should be moved does not take place."""

    default_field = "event"

    def __init__(self, title: str) -> None:
        super().__init__(f"{shortened(title)} is cancelled. Pick a trip that takes place.")


class CurrencyDiffers(Conflict):
    """The two events are sold in different currencies, so money cannot be moved between their ledgers."""

    default_field = "event"

    def __init__(self, currency: str, other_currency: str) -> None:
        super().__init__(
            f"The patron paid in {shortened(currency, 3)}, and that trip is sold in {shortened(other_currency, 3)}. "
            "Refund them here, and log what they pay on that trip."
        )


class NoRoomToMove(RowFull):
    """The row of one of the two events takes no further entry."""

    default_field = "event"

    def __init__(self, title: str) -> None:
        super().__init__(
            f"The ledger of {shortened(title)} is full, so nobody was moved. Refund them, and log it on another trip."
        )


class NamesakeThere(Conflict):
    """Somebody of the patron's name is on the other event, so a person has to say whether they are the same."""

    default_field = "person"

    def __init__(self, name: str) -> None:
        super().__init__(f"Somebody called {shortened(name)} is on that trip. Pick whether it is the same person.")


class BoatTooSmall(Conflict):
    """The boat of the other event takes no more people. `people` would be on it then; an admin may go beyond."""

    default_field = "beyond"

    def __init__(self, boat: str | None, capacity: int, people: int) -> None:
        super().__init__(
            f"{shortened(boat) if boat else 'The boat'} takes {capacity} people, and this would make {people}. "
            "Tick the box to go beyond it."
        )


class WaiverOutdated(Conflict):
    """Some of the party signed another text of the waiver than the one that is signed now. `names` are the signers."""

    default_field = "unsigned"

    def __init__(self, names: str) -> None:
        super().__init__(
            f"{shortened(names)} signed an older text of the waiver. Tick the box to move the party without what is "
            "out of date, then send them the waiver link of the new trip to sign again."
        )


class TooManyToMove(Conflict):
    """More signatures belong to the party than one write can move."""

    default_field = "event"

    def __init__(self, count: int, most: int) -> None:
        super().__init__(
            f"The party has {count} signatures, and at most {most} are moved at once. Split the party into two first."
        )


class TransferStays(Conflict):
    """A transfer has a second entry on another event, so it is not undone alone."""

    default_field = "payment_id"
    sentence = "This money was moved between two trips, so it is not voided. Move the patron back instead."


class MoneyMoved(Conflict):
    """The money that should go back was moved to another event with the patron."""

    default_field = "amount"
    sentence = "This money was moved to another trip with the patron. Move the patron back first."
