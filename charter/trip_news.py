"""News of an event for those who come: it is moved, cancelled, or takes place again. It follows from an edit."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from charter.events import Status
from charter.frozen import dataclass
from charter.starts import is_same, read_start

if TYPE_CHECKING:
    from charter.event_news import EventEdited
    from charter.events import Event

STARTS_AT: Final = "starts_at"
STATUS: Final = "status"


class News(StrEnum):
    """The news for those who come."""

    MOVED = "moved"
    CANCELLED = "cancelled"
    AGAIN = "again"
    """It was cancelled, and takes place after all."""


@dataclass(frozen=True, slots=True)
class TripNews:
    """One piece of news. `before` is the start before the edit, where it has another now."""

    news: News
    before: datetime | None = None


def trip_news(fact: EventEdited) -> TripNews | None:
    """Return the news in an edit, if it still holds.

    None where a newer edit says more, where the event's row says otherwise, and for the new time of a cancelled event,
    which is announced when it takes place again.
    """
    event, status, start = fact.event, fact.of(STATUS), fact.of(STARTS_AT)
    before = _moment(start.before, event) if start else None
    if status is not None:
        if status.after != event.status or _is_overtaken(event, STATUS, status.at):
            return None
        if event.status is Status.CANCELLED:
            return TripNews(News.CANCELLED)
        return TripNews(News.AGAIN, None if is_same(before, event.starts_at) else before)
    if start is None or event.status is Status.CANCELLED or _is_overtaken(event, STARTS_AT, start.at):
        return None
    is_so = is_same(_moment(start.after, event), event.starts_at) and not is_same(before, event.starts_at)
    return TripNews(News.MOVED, before) if is_so else None


def _is_overtaken(event: Event, what: str, at: datetime) -> bool:
    return any(edit.what == what and edit.patron_id is None and edit.at > at for edit in event.edits)


def _moment(text: str, event: Event) -> datetime | None:
    """Return the start in a text, or None."""
    return read_start(text, event.eid, event.starts_at.tzinfo or UTC)
