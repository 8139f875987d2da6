"""A form that nobody sees, made at the start: the first person then waits for nothing that all forms share.

It compiles the patterns that read words, folds the names of the listed events, and writes the constructors of what a
form is made of. On Lambda a start has more CPU than a request. No call is made, and no id.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final
from urllib.request import Request

from slack_bolt.context import BoltContext
from slack_bolt.request import BoltRequest

from bot.commands.log_payment import form_for
from bot.finding import Sought, Understood, read_for
from bot.understanding.events import find_events
from bot.views.payment_form import Memo
from charter.events import Event
from charter.patrons import Patron
from charter.payments import Draft, Payment, Source
from charter.roles import Role

if TYPE_CHECKING:
    from bot.services import Services

_WORDS: Final = "dave 120 cash"


def rehearse(services: Services) -> None:
    """Understand a few words and make the form of them, on an event that does not exist."""
    now, settings = services.now(), services.settings
    draft = Draft("rehearsal", "2000-01-01-rehearsal", "dave", Decimal(20), settings.methods[0])
    paid = Payment((draft.entry(by="slack:U0", source=Source.SLACK, now=now),))
    event = Event(
        eid=draft.eid,
        title="Rehearsal",
        starts_at=now + timedelta(hours=1),
        patrons={"dave": Patron("dave", "Dave Bell", Decimal(95))},
        payments={"dave": paid},
    )
    memo = Memo(payment_id=draft.payment_id, opened_by="U0", role=Role.CREW, since=0)
    BoltRequest(body="payload=%7B%7D")
    Request("https://slack.com/api/views.open", method="POST")
    command = services.read(_WORDS, methods=settings.methods)
    listed = [listing for listing in services.calendar.remembered(now) if listing.served]
    find_events(command.words, [*listed, event], places=command.for_event, now=now, channel=None)
    sought = Sought(event)
    form_for(
        command, Understood(sought, read_for(command, sought, services)), memo, BoltContext(), services, channel=None
    )
