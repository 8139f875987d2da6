"""Events over the API: the list of coming events or of those with open money, and one event with its patrons."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Annotated, Any, Final

from aws_lambda_powertools.event_handler.openapi.params import Query

from charter.balances import BalanceState
from charter.event_ids import check_served
from charter.frozen import dataclass
from charter.moments import months_from
from charter.money import plain_amount
from charter.open_money import open_money
from charter.patrons import PatronState
from charter.refusals import FieldChecks
from charter.starts import DayOnly
from web.answers import CastOffSummary, EventCard, EventList, EventPage, PatronLine, UnmatchedSignature
from web.problems import FieldMalformed

if TYPE_CHECKING:
    from datetime import tzinfo

    from charter.events import Event, Listing
    from charter.patrons import Patron
    from web.services import Services

LARGEST_PAGE: Final = 100
USUAL_PAGE: Final = 50
MOST_DAYS: Final = 366

# One request reads at most a year of the index, a few months at a time, and stops once the page is full.
_MONTHS: Final = 12
_AT_A_TIME: Final = 3

# The next page's first event: its start, in seconds since 1970, and its id.
NEXT: Final = re.compile("^([0-9]{1,10})~(.{1,200})$")

# Days of events whose id begins with an earlier day, or with none, in the order of a page.
_EARLIEST: Final = date(1971, 1, 1)
_LATEST: Final = date(2286, 1, 1)

From = Annotated[
    str | None,
    Query(
        alias="from",
        description="The first day, or the `next` of the previous page; today by default",
        json_schema_extra={"anyOf": [{"format": "date"}, {"pattern": NEXT.pattern}], "type": "string"},
    ),
]
Days = Annotated[
    str | None,
    Query(
        description="Only events of so many days, counted from the day of `from`; without it, as far as a year ahead",
        json_schema_extra={"anyOf": [{"minimum": 1, "maximum": MOST_DAYS}], "type": "integer"},
    ),
]
Limit = Annotated[
    str,
    Query(
        description="The largest number of events to return",
        json_schema_extra={"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": USUAL_PAGE},
    ),
]
Open = Annotated[
    str,
    Query(
        alias="open",
        description="True: the events with open money, past ones too, in order of the day in their id. They follow the "
        "books, which are a second or two behind the ledgers",
        json_schema_extra={"enum": ["true", "false"], "default": "false"},
    ),
]


@dataclass(frozen=True, slots=True, order=True)
class PageStart:
    """The first event of a page, by start and id. If there is no such event, the page begins with the next one."""

    starts_at: datetime
    eid: str = ""

    def __str__(self) -> str:
        return f"{int(self.starts_at.timestamp())}~{self.eid}"


def handle_events(from_: str | None, limit: str, open_: str, days: str | None, *, services: Services) -> EventList:
    """Return at most `limit` events from a day on, by default today; if `open_`, those with open money, of any day.

    `days` ends the list so many days after the day on which it begins.

    Raises an ExceptionGroup of FieldMalformed, and BooksMissing.
    """
    now = services.now()
    checks = FieldChecks()
    first = (_EARLIEST if open_ == "true" else now.date()).isoformat()
    begin = checks.run(lambda: place_of(first if from_ is None else from_, now.tzinfo))
    most = checks.run(lambda: _number(limit, "limit", LARGEST_PAGE))
    is_open = checks.run(lambda: _is_true(open_, "open"))
    length = checks.run(lambda: MOST_DAYS if days is None else _number(days, "days", MOST_DAYS))
    if begin is None or most is None or is_open is None or length is None:
        raise checks.error("the query")
    end = None if days is None else after(begin, length)
    listed = _open_places(begin, services) if is_open else listed_from(begin, end, most + 1, services=services)
    places = [place for place in listed if end is None or place < end]
    events = services.ledger.events([place.eid for place in places[:most]])
    following = places[most] if len(places) > most else None
    return EventList(events=[card_of(event) for event in events], next=str(following) if following else None)


def handle_event(eid: str, *, services: Services) -> EventPage:
    """Return one event with its patrons, in one read. Raises EventIdMalformed, EventUnknown."""
    event = services.ledger.event(check_served(eid))
    return EventPage(
        **_fields(event),
        counts=_counts(event),
        patrons=[patron_line(event, patron) for patron in event.people],
        removed=[patron_line(event, patron) for patron in event.left_out if patron.state is PatronState.REMOVED],
        unmatched=[
            UnmatchedSignature(
                name=signature.name,
                minors=len(signature.minors),
                signed_at=signature.signed_at,
                booked_by=signature.booked_by or None,
            )
            for signature in event.unmatched
        ],
        methods=list(services.methods),
    )


def place_of(text: str, zone: tzinfo | None) -> PageStart:
    """Return the first event that `from` asks for: by a day, or by the `next` of the previous page.

    Raises FieldMalformed.
    """
    place = NEXT.fullmatch(text)
    try:
        if place is not None:
            return PageStart(datetime.fromtimestamp(int(place[1]), zone), place[2])
        return PageStart(datetime.combine(date.fromisoformat(text), time(), zone))
    except ValueError:
        raise FieldMalformed("Send a day, like 2026-05-23, or the `next` of the previous page.", field="from") from None


def after(begin: PageStart, days: int) -> PageStart:
    """Return the start of the day that is so many days after the day of `begin`. The calendar ends in 9999."""
    day = begin.starts_at.toordinal() + days
    last = datetime.fromordinal(min(day, date.max.toordinal()))
    return PageStart(last.replace(tzinfo=begin.starts_at.tzinfo))


def _number(text: str, field: str, most: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= most):  # noqa: PLR2004 - digits of 100
        raise FieldMalformed(f"Send a whole number from 1 to {most}.", field=field)
    return int(text)


def _is_true(text: str, field: str) -> bool:
    if text not in {"true", "false"}:
        raise FieldMalformed("Send true or false.", field=field)
    return text == "true"


def _open_places(begin: PageStart, services: Services) -> list[PageStart]:
    """Return every event with open money from `begin` on, in order of the day in its id. One read of the books."""
    zone = services.now().tzinfo
    days = {each.eid: each.day for each in open_money(services.months.open_money().sums)}
    dated = ((eid, max(day or _LATEST, _EARLIEST)) for eid, day in days.items())
    places = [PageStart(datetime.combine(day, time(), zone), eid) for eid, day in dated]
    return sorted(place for place in places if place >= begin)


def listed_from(
    begin: PageStart, end: PageStart | None, wanted: int, *, services: Services, months: int = _MONTHS
) -> list[PageStart]:
    """Return the first `wanted` places from `begin` on, before `end` where there is one. Each month read costs a Query.

    At most so many `months` are read, which count that of `begin`.
    """
    found: list[PageStart] = []
    first = begin.starts_at.date()
    for step in range(0, months, _AT_A_TIME):
        days = months_from(first, range(step, min(step + _AT_A_TIME, months)))
        wished = [day for day in days if end is None or day <= end.starts_at.date()]
        places = map(_place, services.ledger.listings(wished)) if wished else ()
        found += [place for place in places if place >= begin and (end is None or place < end)]
        if len(found) >= wanted or len(wished) < len(days):
            break
    return sorted(found)[:wanted]


def _place(listing: Listing) -> PageStart:
    return PageStart(listing.starts_at.replace(microsecond=0), listing.eid)


def card_of(event: Event) -> EventCard:
    """Return an event with its totals. Its signatures must have been read."""
    return EventCard(**_fields(event), **_counts(event))


def _fields(event: Event) -> dict[str, Any]:
    done = event.boarding.cast_off
    return {
        "eid": event.eid,
        "title": event.title,
        "starts_at": event.starts_at.isoformat(),
        "day_only": isinstance(event.starts_at, DayOnly),
        "status": event.status.value,
        "channel": event.channel,
        "currency": event.currency,
        "price": None if event.price is None else plain_amount(event.price),
        "outstanding": plain_amount(event.outstanding),
        "to_give_back": plain_amount(event.to_give_back),
        "warnings": event.warnings,
        "boat": event.boat,
        "capacity": event.capacity,
        "aboard": event.boarding.souls,
        "cast_off": done and CastOffSummary(at=done.at.isoformat(), souls=done.souls),
    }


def _counts(event: Event) -> dict[str, int]:
    people, counts = event.people, event.counts()
    return {
        "patrons": len(people),
        "people": event.souls,
        **{state.value: counts[state] for state in BalanceState},
        "signed": event.covered.signed,
        "unmatched": len(event.unmatched),
    }


def patron_line(event: Event, patron: Patron) -> PatronLine:
    """Return one patron of an event whose signatures were read."""
    balance, latest = event.balance(patron.patron_id), event.payment(patron.patron_id).latest
    coverage, party = event.coverage(patron.patron_id), event.boarding.aboard.get(patron.patron_id)
    return PatronLine(
        patron_id=patron.patron_id,
        name=patron.name,
        party=patron.party,
        due=plain_amount(balance.due),
        paid=plain_amount(balance.paid),
        balance=plain_amount(balance.owed),
        state=balance.state.value,
        signed=coverage.complete,
        signed_people=coverage.signed,
        clear_to_board=event.clear_to_board(patron.patron_id),
        cleared=balance.cleared,
        method=latest.method if latest else None,
        roster_state=patron.state.value if patron.state else None,
        aboard=party.count if party else 0,
    )
