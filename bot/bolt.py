"""The Bolt app before it has routes: how it authorizes, what runs before every listener, and the plainest listeners."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.middleware import Middleware

from bot import deadline, going_on, words
from bot.offers import refuse_notes
from bot.senders import asker_of, kept_role
from bot.shapes import RefuseOdd
from bot.waiver_menu import OPEN, SHOW_QR
from bot.whom_to_ask import WhomToAsk

if TYPE_CHECKING:
    from collections.abc import Callable

    from slack_bolt import Ack, BoltResponse
    from slack_bolt.context import BoltContext
    from slack_bolt.request import BoltRequest
    from slack_sdk import WebClient

    from bot.access import Access
    from bot.settings import BotSettings


Next: TypeAlias = "Callable[[], object]"


class Before(Middleware):
    """A step before every listener, which calls `next` to go on.

    Bolt would look up the arguments of a plain function by their names, at each request.
    """

    def __init__(self, step: Callable[[dict[str, Any], BoltContext, Next], object]) -> None:
        self._step = step

    def process(self, *, req: BoltRequest, resp: BoltResponse, next: Next) -> None:  # noqa: A002, ARG002 - Bolt's names; what was answered is in the context
        """Run the step."""
        self._step(req.body, req.context, next)


def new_app(settings: BotSettings, slack: WebClient, access: Access) -> App:
    """Return a Bolt app without routes. Each request has a deadline and a role, and Bolt never calls auth.test."""
    # Below this level Bolt logs the bodies of unexpected requests, which contain what patrons paid.
    bolt_log = logging.getLogger("slack_bolt.app")
    bolt_log.setLevel(logging.ERROR)
    app = App(
        name="ship-captain-crew",
        logger=bolt_log,
        client=slack,
        signing_secret=settings.slack_signing_secret,
        authorize=partial(_authorize, settings=settings),
        process_before_response=True,
        raise_error_for_unhandled_request=True,
        attaching_function_token_enabled=False,  # this app has no functions and no assistant
        attaching_conversation_kwargs_enabled=False,
    )

    def begin(body: dict[str, Any], context: BoltContext, next_: Next) -> None:
        deadline.begin()
        context["client"] = slack  # it keeps the deadline
        going_on.resume(body)
        check_role(body, context, access=access)
        refuse_notes(body)
        next_()

    app.use(RefuseOdd())
    app.use(Before(begin))
    return app


def check_role(body: dict[str, Any], context: BoltContext, *, access: Access) -> None:
    """Find the sender's role before any listener runs. Raises CrewOnly and MembershipUnknown.

    A form carries the role of the person for whom it was opened, so submitting it soon after costs no Slack call.
    """
    context["whom"] = WhomToAsk(access)
    if _only_opens_a_waiver(body):
        return  # a link in a public card, which everybody may press
    asker = asker_of(body)
    known = access.check_crew(asker, kept_role(asker, body.get("view")))
    context["role"], context["role_since"] = known.role, known.since


def _only_opens_a_waiver(body: dict[str, Any]) -> bool:
    """Return whether the request is a press on nothing but links to a waiver. The first of them has the route."""
    pressed = {action.get("action_id") for action in body.get("actions") or ()}
    return body.get("type") == "block_actions" and bool(pressed) and pressed <= {OPEN, SHOW_QR}


def asks_for_help(body: dict[str, Any]) -> bool:
    """Return whether the command was sent with `help` alone."""
    return str(body.get("text") or "").strip().lower() in {"help", "?"}


def show_help(ack: Ack, body: dict[str, Any]) -> None:
    """Answer with the help of this command. Only the sender sees it."""
    ack(response_type="ephemeral", text=words.HELP[body["command"]])


def acknowledge(ack: Ack) -> None:
    """Acknowledge a press on a link button. Without an answer Slack shows a warning beside the button."""
    ack()


def _authorize(*, settings: BotSettings) -> AuthorizeResult:
    token = settings.slack_bot_token
    return AuthorizeResult(
        enterprise_id=None,
        team_id=settings.slack_team_id,
        bot_token=token,
        bot_id=settings.slack_bot_id,
        bot_user_id=settings.slack_bot_user_id,
    )
