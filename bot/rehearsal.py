"""A form that nobody sees, made at the start: the first person then waits for nothing that all forms share.

It compiles the patterns that read words, folds the names of the listed events, and writes the constructors of what a
form is made of. On Lambda a start has more CPU than a request. No call is made, and no id.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from slack_bolt.context import BoltContext
from slack_bolt.request import BoltRequest
from urllib3.response import HTTPResponse

from bot.commands.log_payment import form_for
from bot.deadline import DeadlineClient
from bot.finding import Sought, Understood, read_for
from bot.reads import in_time
from bot.understanding.events import find_events
from bot.views.payment_form import Memo
from charter.roles import Role

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from urllib.request import Request

    from urllib3 import BaseHTTPResponse

    from bot.services import Services
    from charter.events import Event

_WORDS: Final = "dave 120 cash"


def rehearse(services: Services, made_up_event: Callable[[datetime], Event]) -> None:
    """Understand a few words and make the form of them, on an event that does not exist.

    `made_up_event` reads an event with a patron Dave, by the start that it is given.
    """
    now, settings = services.now(), services.settings
    event = in_time(lambda: made_up_event(now + timedelta(hours=1)))
    memo = Memo(payment_id="rehearsal", opened_by="U0", role=Role.CREW, since=0)
    BoltRequest(body="payload=%7B%7D")
    command = services.read(_WORDS, methods=settings.methods)
    listed = [listing for listing in services.calendar.remembered(now) if listing.served]
    find_events(command.words, [*listed, event], places=command.for_event, now=now, channel=None)
    sought = Sought(event)
    reading = read_for(command, sought, services)
    form = form_for(command, Understood(sought, reading), memo, BoltContext(), services, channel=None)
    _Silent(token="").views_open(trigger_id="rehearsal", view=form)


class _Silent(DeadlineClient):
    """Slack's client, but nothing is sent, and the answer is always yes."""

    def _send(self, url: str, req: Request) -> BaseHTTPResponse:  # noqa: ARG002 - as in the client
        return HTTPResponse(b'{"ok": true}', {"content-type": "application/json; charset=utf-8"}, status=200)
