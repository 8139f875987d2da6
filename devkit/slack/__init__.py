"""A strict Slack workspace for development and tests. See README.md in this folder.

Tests use `Workspace` and its people (`workspace.as_("U0DANA").command("/log-payment", "dave 120 cash")`).
`devkit.slack.server.application` serves a workspace over HTTP, for the bot's Web API calls and for the page.
"""

from devkit.slack.driver import Home, Message, Modal, Person
from devkit.slack.people import Channel, Human, Link, UserGroup
from devkit.slack.records import ApiCall
from devkit.slack.wire import Answer, Deliver, Delivery, over_http
from devkit.slack.workspace import Workspace

__all__ = [
    "Answer",
    "ApiCall",
    "Channel",
    "Deliver",
    "Delivery",
    "Home",
    "Human",
    "Link",
    "Message",
    "Modal",
    "Person",
    "UserGroup",
    "Workspace",
    "over_http",
]
