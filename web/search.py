"""Search over the API: the events of some days, and the names on their rosters, whether a page has read them or not."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Annotated, Final

from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import Field

from charter.names import is_visible
from charter.refusals import FieldChecks
from charter.searching import hit
from web.answers import AnswerModel, EventCard, PatronLine
from web.events import MOST_DAYS, PageStart, after, card_of, listed_from, patron_line, place_of
from web.problems import FieldMalformed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from charter.events import Event
    from charter.searching import Hit
    from web.services import Services

LONGEST: Final = 100  # letters of the words

# One request reads the names of so many events, and shows so many of them with so many of their patrons.
MOST_READ: Final = 200
MOST_FOUND: Final = 20
MOST_PATRONS: Final = 20

_MONTHS: Final = 13  # MOST_DAYS begin in one month and end in the same one of the next year

Words = Annotated[
    str,
    Query(
        alias="q",
        description="Words of a title, an event's id, a boat, a patron's name or id; each of them must fit",
        json_schema_extra={"minLength": 1, "maxLength": LONGEST, "examples": ["owen"]},
    ),
]
Until = Annotated[
    str | None,
    Query(
        description=f"The last day to search. At most {MOST_DAYS} days are searched, beginning with `from`",
        json_schema_extra={"anyOf": [{"format": "date"}], "type": "string"},
    ),
]


class EventFound(EventCard):
    """One event that a search found, with those of its patrons who fit."""

    found: list[PatronLine] = Field(description="Patrons who fit, at most 20; none where the event alone fits")
    found_in_all: int = Field(description="How many patrons fit")


class EventSearchAnswer(AnswerModel):
    """The events of some days that fit a search, in order of their start."""

    events: list[EventFound]
    day: str = Field(alias="from", description="The first day that was searched", json_schema_extra={"format": "date"})
    until: str = Field(description="The last day that is searched", json_schema_extra={"format": "date"})
    next: str | None = Field(
        description="The value of `from` to search further, with the same `until`; null when all days were searched"
    )


def handle_search(words: str, from_: str | None, until: str | None, *, services: Services) -> EventSearchAnswer:
    """Return the events from a day on, by default today, that fit `words` or have patrons who fit.

    One request reads a bounded number of rosters, however many events there are; `next` goes on where it stopped.
    Raises an ExceptionGroup of FieldMalformed.
    """
    now = services.now()
    checks = FieldChecks()
    checks.run(lambda: _check_words(words))
    begin = checks.run(lambda: place_of(now.date().isoformat() if from_ is None else from_, now.tzinfo))
    last = checks.run(lambda: _last_day(until, begin)) if begin else None
    if begin is None or last is None or checks.refusals:
        raise checks.error("the query")
    end = after(PageStart(datetime.combine(last, time(), now.tzinfo)), 1)
    wanted = is_visible(words) and begin < end
    places = listed_from(begin, end, MOST_READ + 1, services=services, months=_MONTHS) if wanted else []
    read = places[:MOST_READ]
    hits = _hits(words, read, services)
    shown = hits[:MOST_FOUND]
    following = _following(places, read, [each.eid for each in hits[MOST_FOUND:]])
    return EventSearchAnswer(
        events=_events(shown, services),
        **{"from": begin.starts_at.date().isoformat()},
        until=last.isoformat(),
        next=str(following) if following else None,
    )


def _check_words(words: str) -> None:
    if not 1 <= len(words) <= LONGEST:
        raise FieldMalformed(f"Send the words to search for, at most {LONGEST} letters.", field="q")


def _last_day(text: str | None, begin: PageStart) -> date:
    first = begin.starts_at.date()
    furthest = first + min(timedelta(days=MOST_DAYS - 1), date.max - first)
    try:
        return furthest if text is None else min(date.fromisoformat(text), furthest)
    except ValueError:
        raise FieldMalformed("Send a day, like 2026-05-23.", field="until") from None


def _hits(words: str, places: Sequence[PageStart], services: Services) -> list[Hit]:
    """Return what fits among those events, in their order."""
    names = services.name_lists.read([place.eid for place in places])
    return [found for each in names if (found := hit(words, each))]


def _following(places: Sequence[PageStart], read: Sequence[PageStart], left: Sequence[str]) -> PageStart | None:
    """Return where the next request begins: the first event that fits and is not shown, or that was not read."""
    if left:
        return next(place for place in read if place.eid == left[0])
    return places[len(read)] if len(places) > len(read) else None


def _events(hits: Sequence[Hit], services: Services) -> list[EventFound]:
    """Return those events as they are now, with the patrons who fit."""
    fits: Mapping[str, tuple[str, ...]] = {each.eid: each.patrons for each in hits}
    return [_found(event, fits) for event in services.ledger.events([*fits])]


def _found(event: Event, fits: Mapping[str, tuple[str, ...]]) -> EventFound:
    ids = next((fits[eid] for eid in event.eids if eid in fits), ())  # it may have been renamed meanwhile
    patrons = [patron for patron_id in ids if (patron := event.patron(patron_id))]
    lines = [patron_line(event, patron) for patron in patrons[:MOST_PATRONS]]
    return EventFound(**card_of(event).model_dump(), found=lines, found_in_all=len(patrons))
