"""The event that is most likely meant where none is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from charter.events import Status

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from charter.events import Listing


def guess(listings: Iterable[Listing], *, now: datetime, channel: str | None = None) -> Listing | None:
    """Return the event that is most likely meant where none is named: the channel's own, else today's, else the next.

    Of several in one channel or on one day it is the one that starts nearest to `now`, which carries the time zone in
    which "today" is meant. Cancelled events are never guessed.
    """
    running = [listing for listing in listings if listing.status is not Status.CANCELLED]
    here = [listing for listing in running if channel and listing.channel == channel]
    today = [listing for listing in running if listing.starts_at.astimezone(now.tzinfo).date() == now.date()]
    ahead = [listing for listing in running if not listing.over(now)]
    return min(here or today or ahead, key=lambda each: (abs(each.starts_at - now), each.eid), default=None)
