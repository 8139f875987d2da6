"""Reads the cash and checks that people hold, for an answer in Slack."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from charter.held import Holdings, checked, read_held
from charter.holdings import hands_of
from charter.refusals import TableUnavailable

if TYPE_CHECKING:
    from bot.services import Services


def held_by(user_id: str, services: Services) -> Holdings:
    """Return what one person holds, and the hand-overs of the last two weeks. Raises TableUnavailable."""
    return read_held(services.custody, hands_of(user_id), now=services.now(), zone=services.settings.zone)


def held_by_all(services: Services) -> Holdings:
    """Return what everybody holds. Raises TableUnavailable."""
    return read_held(services.custody, now=services.now(), zone=services.settings.zone)


def sure(held: Holdings, services: Services) -> Holdings:
    """Return the same, with what is known of the books themselves. Raises TableUnavailable."""
    return checked(held, services.custody)


def titles_in_memory(services: Services) -> dict[str, str]:
    """Return the titles of the events that were read before, by their ids: no read."""
    return {listing.eid: listing.title for listing in services.calendar.remembered(services.now())}


def titles(services: Services) -> dict[str, str]:
    """Return the titles of the events of the last fortnight and later, by their ids; none when the table is slow."""
    with suppress(TableUnavailable):
        return {listing.eid: listing.title for listing in services.calendar.lately(services.now())}
    return {}
