"""Capacity: how many more people the boat takes. People who are expected count, minors included."""

from __future__ import annotations

from typing import TYPE_CHECKING

from charter.refusals import BoatFull

if TYPE_CHECKING:
    from charter.events import Event


def seats_left(event: Event) -> int | None:
    """Return how many more people the boat takes, below 0 where it has too many; None without a capacity."""
    return None if event.capacity is None else event.capacity - event.souls


def is_beyond(event: Event, people: int) -> bool:
    """Return whether the boat does not take this many more people."""
    return event.capacity is not None and people > 0 and event.souls + people > event.capacity


def check_seats(event: Event, people: int, *, admin: bool, reason: str, field: str | None = None) -> None:
    """Check that the boat takes this many more people, or that an admin gives a reason to go beyond its capacity.

    Raises BoatFull, on `field` where one is given.
    """
    if event.capacity is not None and is_beyond(event, people) and not (admin and reason):
        raise BoatFull(event.boat, event.capacity, event.souls + people, admin=admin, field=field)
