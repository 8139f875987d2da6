"""The Bolt app before it has routes: how it authorizes, and what runs before every listener."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING

from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult

from bot import deadline, going_on

if TYPE_CHECKING:
    from collections.abc import Callable

    from slack_bolt.context import BoltContext
    from slack_sdk import WebClient

    from bot.settings import BotSettings


def start_deadline(context: BoltContext, next: Callable[[], None], *, slack: WebClient) -> None:  # noqa: A002 - Bolt's name
    """Start the request's deadline, and give every listener the Slack client that keeps it."""
    deadline.begin()
    context["client"] = slack
    next()


def new_app(settings: BotSettings, slack: WebClient) -> App:
    """Return a Bolt app without routes. Each request has a deadline, and Bolt never calls auth.test."""
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
    )
    app.use(partial(start_deadline, slack=slack))
    app.use(going_on.resume)
    return app


def _authorize(*, settings: BotSettings) -> AuthorizeResult:
    token = settings.slack_bot_token
    return AuthorizeResult(
        enterprise_id=None,
        team_id=settings.slack_team_id,
        bot_token=token,
        bot_id=settings.slack_bot_id,
        bot_user_id=settings.slack_bot_user_id,
    )
