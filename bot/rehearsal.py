"""A form that nobody sees, made at the start: the first person then waits for nothing that all forms share.

It compiles the patterns that read words, folds the names of the listed events, and writes the constructors of what a
form is made of. A press on a link then takes the way that each request takes before its listener. On Lambda a start has
more CPU than a request. No call is made, and no id.
"""

from __future__ import annotations

import json
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from slack_bolt.context import BoltContext
from slack_sdk.signature import SignatureVerifier
from urllib3.response import HTTPResponse

from bot import http
from bot.access import KnownRole
from bot.commands.log_payment import form_for
from bot.deadline import DeadlineClient
from bot.finding import Sought, Understood, read_for
from bot.reads import in_time
from bot.senders import asker_of
from bot.understanding.events import find_events
from bot.views.payment_form import Memo
from bot.waiver_menu import OPEN
from charter.names import fold
from charter.roles import Role

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from urllib.request import Request

    from slack_bolt import App
    from urllib3 import BaseHTTPResponse

    from bot.services import Services
    from charter.events import Event

_WORDS: Final = "dave 120 cash"
_COMMAND: Final = {"command": "/log-payment", "user_id": "U0"}

# A link that everybody may press: nobody's role is asked for, and its listener only acknowledges.
_PRESS: Final[dict[str, Any]] = {
    "type": "block_actions",
    "user": {"id": "U0"},
    "actions": [{"action_id": OPEN}],
    "response_url": "https://hooks.slack.com/actions/rehearsal",
}


def rehearse(
    services: Services, made_up_event: Callable[[datetime], Event], likeliest: Event | None, *, slack_url: str
) -> None:
    """Understand a few words and make the form of them, on an event that does not exist and on the likeliest one.

    `made_up_event` reads an event with a patron Dave, by the start that it is given. `slack_url` is the Web API's.
    """
    now, settings = services.now(), services.settings
    event = in_time(lambda: made_up_event(now + timedelta(hours=1)))
    memo = Memo(payment_id="rehearsal", opened_by="U0", role=Role.CREW, since=0)
    asker_of(_COMMAND), KnownRole(Role.CREW, since=0)  # constructors are written when they are first called
    command = services.read(_WORDS, methods=settings.methods)
    listed = [listing for listing in services.calendar.remembered(now) if listing.served]
    find_events(command.words, [*listed, event], places=command.for_event, now=now, channel=None)
    for each in (likeliest, event) if likeliest else (event,):
        for patron in each.people:
            fold(patron.name)  # the result is kept
        sought = Sought(each)
        reading = read_for(command, sought, services)
        form = form_for(command, Understood(sought, reading), memo, BoltContext(), services, channel=None)
    slack = _Silent(token="", base_url=slack_url)
    slack.users_info(user="U0")
    slack.views_open(trigger_id="rehearsal", view=form)


def rehearse_press(app: App, signing_secret: str) -> None:
    """Answer a press on a link, signed as Slack signs. Bolt checks it and finds its listener, as for any request."""
    body, moment = urlencode({"payload": json.dumps(_PRESS)}), str(int(time.time()))
    signature = SignatureVerifier(signing_secret).generate_signature(timestamp=moment, body=body)
    headers = {"x-slack-request-timestamp": moment, "x-slack-signature": signature}
    http.answer({"requestContext": {"http": {"method": "POST"}}, "headers": headers, "body": body}, app)


class _Silent(DeadlineClient):
    """Slack's client, but nothing is sent, and the answer is always yes."""

    def _send(self, url: str, req: Request) -> BaseHTTPResponse:  # noqa: ARG002 - as in the client
        return HTTPResponse(b'{"ok": true}', {"content-type": "application/json; charset=utf-8"}, status=200)
