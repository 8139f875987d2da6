"""A form that nobody sees, made at the start: the first person then waits for nothing that all forms share.

It compiles the patterns that read words, folds the names of the listed events, and writes the constructors of what a
form is made of. The event that most forms are for is read from the table as a form reads it, because code that ran a
moment ago is still in the processor's caches. A press on a link goes through the steps that each request goes through
before its listener. On Lambda a start has more CPU than a request. Slack is not called, and no id is used.
"""

from __future__ import annotations

import json
import socket
import time
from datetime import timedelta
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from slack_bolt.context import BoltContext
from slack_sdk.signature import SignatureVerifier
from urllib3 import HTTPConnectionPool
from urllib3.connection import HTTPConnection

from bot import http
from bot.access import KnownRole
from bot.commands.log_payment import form_for
from bot.deadline import DeadlineClient
from bot.finding import Sought, Understood, read_for
from bot.reads import begin
from bot.senders import asker_of
from bot.understanding.events import find_events
from bot.views.payment_form import Memo
from bot.waiver_menu import OPEN
from charter.names import fold
from charter.roles import Role

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from slack_bolt import App

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

_YES: Final = b"""HTTP/1.1 200 OK\r
content-type: application/json; charset=utf-8\r
content-length: 12\r
connection: close\r
\r
{"ok": true}"""


def rehearse(app: App, services: Services, made_up_event: Callable[[datetime], Event], *, signing_secret: str) -> None:
    """Answer a press, and make the form of a few words for an event that does not exist and for the likeliest one.

    `made_up_event` reads an event with a patron Dave, by the start that it is given. Raises TableUnavailable where the
    likeliest event cannot be read, at the end.
    """
    now = services.now()
    listed = [listing for listing in services.calendar.remembered(now) if listing.served]
    likeliest = services.guess(listed, None)
    reading = begin(partial(services.ledger.event, likeliest.eid)) if likeliest else None
    _press(app, signing_secret)
    asker_of(_COMMAND), KnownRole(Role.CREW, since=0)  # constructors are written when they are first called
    made_up = made_up_event(now + timedelta(hours=1))
    command = services.read(_WORDS, methods=services.settings.methods)
    find_events(command.words, [*listed, made_up], places=command.for_event, now=now, channel=None)
    _open(made_up, services)
    if reading is not None:
        _open(reading(), services)


def _open(event: Event, services: Services) -> None:
    """Open the form that the words make for the event, as far as Slack is not needed."""
    for patron in event.people:
        fold(patron.name)  # the result is kept
    command, sought = services.read(_WORDS, methods=services.settings.methods), Sought(event)
    memo = Memo(payment_id="rehearsal", opened_by="U0", role=Role.CREW, since=0)
    understood = Understood(sought, read_for(command, sought, services))
    slack = _Silent()
    slack.users_info(user="U0")
    form = form_for(command, understood, memo, BoltContext(), services, channel=None)
    slack.views_open(trigger_id="rehearsal", view=form)


def _press(app: App, signing_secret: str) -> None:
    """Answer a press on a link, signed as Slack signs. Bolt checks it and finds its listener, as for any request."""
    body, moment = urlencode({"payload": json.dumps(_PRESS)}), str(int(time.time()))
    signature = SignatureVerifier(signing_secret).generate_signature(timestamp=moment, body=body)
    headers = {"x-slack-request-timestamp": moment, "x-slack-signature": signature}
    http.answer({"requestContext": {"http": {"method": "POST"}}, "headers": headers, "body": body}, app)


class _Silent(DeadlineClient):
    """Slack's client, but what it sends stays in this process, and the answer is always yes."""

    def __init__(self) -> None:
        super().__init__(token="")
        self.proxy = None  # or the SDK would send what it is given to the proxy of the environment

    @cached_property
    def _pool(self) -> HTTPConnectionPool:
        pool = HTTPConnectionPool("rehearsal")
        pool.ConnectionCls = _Answered
        return pool


class _Answered(HTTPConnection):
    """Connection to nowhere. Its first request finds its answer waiting."""

    _end: socket.socket | None = None

    def connect(self) -> None:
        """Connect to the other end of a pair of sockets in this process."""
        self.sock, self._end = socket.socketpair()
        self._end.sendall(_YES)

    def close(self) -> None:
        """Close both ends."""
        super().close()
        if self._end is not None:
            self._end.close()
