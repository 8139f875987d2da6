"""Tips, split among the crew of a trip."""

from __future__ import annotations

from typing import TYPE_CHECKING

from charter.money import CENT

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal


def split(tips: Decimal, crew: Iterable[str]) -> dict[str, Decimal]:
    """Return the share of each of the crew: equal to the cent, and the cents that are left to the first by their ids.

    The shares add up to `tips`, which may be negative where more was given back than came in. Captains get the same as
    everybody else. Without crew nothing is split.
    """
    people = sorted(set(crew))
    if not people:
        return {}
    cents = int(abs(tips) // CENT)
    each, left = divmod(cents, len(people))
    sign = -1 if tips < 0 else 1
    return {person: sign * (each + (place < left)) * CENT for place, person in enumerate(people)}
