"""Refusals at boarding: check-in, no-show, cast-off."""

from __future__ import annotations

from charter.refusals.base import Conflict, Malformed, Unknown, shortened


class CountMalformed(Malformed):
    """The number of people to check in is not between 1 and the people of the party."""

    default_field = "count"

    def __init__(self, name: str, most: int) -> None:
        super().__init__(
            f"Write how many of {shortened(name)}'s party are here, 1 to {most}. "
            "If more came, correct the number of people first."
        )


class NobodyBoards(Conflict):
    """The event is cancelled."""

    default_field = "event"

    def __init__(self, title: str) -> None:
        super().__init__(f"{shortened(title)} is cancelled, so nobody boards.")


class NotClear(Conflict):
    """The party lacks something, so it needs a reason to come aboard. `missing` names it."""

    default_field = "reason"

    def __init__(self, name: str, missing: list[str]) -> None:
        super().__init__(
            f"{shortened(name)} is not clear to board: {' and '.join(missing)} missing. "
            "Write why they may come aboard all the same."
        )


class NotExpected(Conflict):
    """The patron is marked as a no-show or was removed, so nobody of the party is expected."""

    default_field = "patron"

    def __init__(self, name: str, *, removed: bool) -> None:
        mark = "was taken off the roster" if removed else "is marked as a no-show"
        super().__init__(f"{shortened(name)} {mark}. Take that back first.")


class BoatFull(Conflict):
    """The boat takes no more people. `people` would be on it then; an admin may go beyond, with a reason."""

    default_field = "reason"

    def __init__(self, boat: str | None, capacity: int, people: int, *, admin: bool, field: str | None = None) -> None:
        then = "Write a reason to go beyond it." if admin else "Only the office may go beyond it."
        super().__init__(
            f"{shortened(boat) if boat else 'The boat'} takes {capacity} people, and this would make {people}. {then}",
            field=field,
        )
        self.asks_office = not admin


class AboardAlready(Conflict):
    """The patron is aboard, so they are neither a no-show nor off the roster."""

    default_field = "patron"

    def __init__(self, name: str) -> None:
        super().__init__(f"{shortened(name)} is checked in. Take the check-in back first.")


class CheckedInAgain(Conflict):
    """The party was checked in again after the check-in that should be taken back. `at` is the boat's time."""

    default_field = "patron"

    def __init__(self, name: str, at: str) -> None:
        super().__init__(f"{shortened(name)} was checked in again at {at}, so nothing is taken back.")


class ListFrozen(Conflict):
    """The event has cast off. `souls` were aboard, and `at` is the time on the boat's clock."""

    default_field = "event"

    def __init__(self, souls: int, at: str) -> None:
        people = f"{souls} soul{'' if souls == 1 else 's'}"
        super().__init__(f"The list is frozen: cast off at {at} with {people}. An admin can reopen it, with a reason.")


class ListChanged(Conflict):
    """Somebody changed who is aboard after the list was read. Nothing was written."""

    default_field = "event"

    def __init__(self, souls: int) -> None:
        super().__init__(
            f"Somebody else changed the list meanwhile: {souls} aboard now. Check it, then press Cast off again."
        )


class NobodyAboard(Conflict):
    """A cast-off without anybody aboard."""

    default_field = "event"
    sentence = "Nobody is checked in yet, so there is no list to freeze. Check people in first."


class NotCastOff(Unknown):
    """The list is open, so it cannot be reopened."""

    default_field = "event"
    sentence = "The list is not frozen, so there is nothing to reopen."
