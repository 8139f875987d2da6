"""`/payment-status`: coming events, one event patron by patron, or one patron entry by entry, for the asker alone."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from bot.reply import reply
from bot.text import typed
from bot.understanding import Words, find_event, find_patrons, sort_words
from bot.views import balance, status
from charter.events import guess

if TYPE_CHECKING:
    from slack_bolt import Ack
    from slack_bolt.context import BoltContext

    from bot.desk import Desk
    from charter.events import Event
    from charter.patrons import Patron

# Whose rosters are searched for a patron's name when no event is named: the coming events, and those just over.
_LATELY: Final = timedelta(days=14)
_SEARCHED: Final = 60


def show(ack: Ack, body: dict[str, Any], context: BoltContext, *, desk: Desk) -> None:
    """Answers by the words: nothing, an event, a patron, or both in either order."""
    words = sort_words(typed(body.get("text", "")), methods=(), currency=desk.look.currency)
    words = replace(words, runs=(*words.runs, (words.amount,))) if words.amount else words
    viewer = status.Viewer(role=context["role"], zone=desk.look.zone, links=desk.look.links)
    if words.eid is None and not words.runs:
        ack(**_overview(desk, viewer, page=0))
        return
    found, left = _found(words, body.get("channel_id"), desk)
    match found:
        case [(event, None)]:
            ack(**status.event_page(event, viewer, page=0, unknown=left.joined))
        case [(event, patron)] if patron is not None:
            ack(**balance.patron_page(event, patron, viewer, page=0))
        case []:
            ack(**status.nothing_found(left.joined))
        case several:
            ack(**status.several_found(several, viewer))


def turn(ack: Ack, payload: dict[str, Any], body: dict[str, Any], context: BoltContext, *, desk: Desk) -> None:
    """A button of an answer was pressed: another page, one of the events, or one of the patrons."""
    viewer = status.Viewer(role=context["role"], zone=desk.look.zone, links=desk.look.links)
    wish = json.loads(payload["value"])
    page = int(wish.get("page", 0))
    if "eid" not in wish:
        answer = _overview(desk, viewer, page=page)
    else:
        event = desk.ledger.event(wish["eid"])
        patron = event.patron(wish["patron"]) if "patron" in wish else None
        answer = (
            balance.patron_page(event, patron, viewer, page=page)
            if patron
            else status.event_page(event, viewer, page=page)
        )
    reply(body, {**answer, "replace_original": True})
    ack()


def pick(ack: Ack, payload: dict[str, Any], body: dict[str, Any], context: BoltContext, *, desk: Desk) -> None:
    """A patron was picked in the menu below an event's table."""
    viewer = status.Viewer(role=context["role"], zone=desk.look.zone, links=desk.look.links)
    event = desk.ledger.event(payload["block_id"].removeprefix(status.ROSTER))
    patron = event.patron(payload["selected_option"]["value"])
    answer = balance.patron_page(event, patron, viewer, page=0) if patron else status.event_page(event, viewer, page=0)
    reply(body, {**answer, "replace_original": True})
    ack()


def _overview(desk: Desk, viewer: status.Viewer, *, page: int) -> dict[str, Any]:
    coming = desk.calendar.planned(desk.now())
    pages = max(1, -(-len(coming) // status.EVENTS_A_PAGE))
    page = min(max(page, 0), pages - 1)
    shown = coming[page * status.EVENTS_A_PAGE : (page + 1) * status.EVENTS_A_PAGE]
    events = desk.ledger.events([listing.eid for listing in shown])
    return status.overview(events, viewer, page=page, pages=pages)


def _found(words: Words, channel: str | None, desk: Desk) -> tuple[list[tuple[Event, Patron | None]], Words]:
    """The event, or each patron with their event, that the words mean; and the words that mean nothing here."""
    now = desk.now()
    if words.eid is not None:
        return _in_event(desk.event(words.eid), words)
    listings = desk.calendar.near(now)
    named, left = find_event(words, listings, now=now)
    if named:
        found, rest = _in_event(desk.ledger.event(named[0].eid), left)
        if found[0][1] is not None or not rest.runs:
            return found, rest
    likely = guess(listings, now=now, channel=channel)
    near = [listing.eid for listing in listings if listing.starts_at > now - _LATELY][:_SEARCHED]
    events = desk.ledger.events(near)
    events.sort(key=lambda event: (not likely or event.eid != likely.eid, abs(event.starts_at - now)))
    people = [(event, patron) for event in events for patron in find_patrons(words, event)[0]]
    if people or not named:
        here = [pair for pair in people if likely and pair[0].eid == likely.eid]
        return list(here if len(here) == 1 else people), words
    return found, rest


def _in_event(event: Event, words: Words) -> tuple[list[tuple[Event, Patron | None]], Words]:
    patrons, left = find_patrons(words, event)
    return ([(event, patron) for patron in patrons] or [(event, None)]), left
