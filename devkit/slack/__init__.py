"""A strict stand-in for Slack: it signs, it waits 3 s, and it refuses what the real one refuses.

Tests use `Workspace` and its people (`workspace.as_("U0DANA").command("/log-payment", "dave 120 cash")`);
`serve` puts the same workspace behind HTTP, for the bot's Web API calls and for the page in the browser.
"""

from devkit.slack.driver import Message, Modal, Person
from devkit.slack.people import Link
from devkit.slack.server import Running, serve
from devkit.slack.wire import Answer, Deliver, Delivery, over_http
from devkit.slack.workspace import ApiCall, Workspace

__all__ = [
    "Answer",
    "ApiCall",
    "Deliver",
    "Delivery",
    "Link",
    "Message",
    "Modal",
    "Person",
    "Running",
    "Workspace",
    "over_http",
    "serve",
]
