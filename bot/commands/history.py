"""`/payment-status … since 10:00`, `… yesterday` and `… asof 14:00`: what changed, and what the balances were."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from bot.commands import payment_status
from bot.reply import answer_command
from bot.text import typed
from bot.understanding.events import find_events
from bot.understanding.moments import Question, find_asked, is_later

if TYPE_CHECKING:
    from datetime import datetime

    from slack_bolt import Ack
    from slack_bolt.context import BoltContext

    from bot.services import Services
    from bot.understanding.command import ParsedCommand
    from bot.understanding.moments import Asked
    from charter.events import Event, Listing

# Most trips whose changes are listed where the words name none.
_TRIPS: Final = 6


def show(ack: Ack, body: dict[str, Any], context: BoltContext, *, services: Services) -> None:
    """Answer for the patron or the event that the other words name, else for the channel's trip or those of the day."""
    from bot.views import history

    command, now = services.read(typed(body["text"])), services.now()
    asked = find_asked(command.words, now)
    viewer = replace(services.viewer(context["role"]), asked=asked)
    if asked is None or asked.start is None or is_later(asked.start, now):
        ack(**history.unclear(asked, viewer))
        return
    channel, rest = body.get("channel_id"), command.without(asked.places)
    if rest.places:
        answer = payment_status.answer_to(rest, channel, services, viewer)
        meant = _trip_of_the_day(command, asked, channel, services)
        answer_command(ack, body, history.with_trip(answer, meant, viewer) if meant else answer)
        return
    events = _trips(channel, asked.start, asked.question, services)
    answer_command(ack, body, history.of_trips(events, viewer))


def _trips(channel: str | None, start: datetime, question: Question, services: Services) -> list[Event]:
    """Return the channel's trip, else today's and, of changes, those of the days since `start`; else the next trip."""
    now = services.now()
    first, _ = payment_status.first_trips(services, channel)
    listings: list[Listing] = first
    if question is Question.SINCE and not any(channel and each.channel == channel for each in first):
        days = (start.date(), now.date())
        during = [
            each
            for each in services.calendar.near(now)
            if days[0] <= each.starts_at.astimezone(now.tzinfo).date() <= days[1]
        ]
        listings = during[::-1] or first
    return services.ledger.events([listing.eid for listing in listings[:_TRIPS] if listing.served])


def _trip_of_the_day(command: ParsedCommand, asked: Asked, channel: str | None, services: Services) -> Listing | None:
    """Return the trip of yesterday that `cory yesterday` may mean as well, if there is one."""
    if asked.day is None:
        return None
    now = services.now()
    named = find_events(
        command.words, services.calendar.lately(now), places=command.for_event, now=now, channel=channel
    )
    found = (fit.listing for fit in named.fits)
    return next((each for each in found if each.starts_at.astimezone(now.tzinfo).date() == asked.day), None)
