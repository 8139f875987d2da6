"""Words of a message in a channel, which Slack writes with mentions, links, emoji and entities."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

# `<@U…>`, `<!here>`, `<tel:…|…>` and links; a channel and an e-mail address may name an event or a patron.
_REFERENCE: Final = re.compile(r"<(?!#|mailto:)([^>]*)>")
_WAIVER: Final = re.compile(r"https?://[^|\s]*/g/")
_EMOJI: Final = re.compile(r"(?<!\w)(?::[a-z0-9_+'-]+:)+(?!\w)")
# Where Slack refuses a command in a thread, people post it as a message.
_COMMAND: Final = re.compile(r"^\s*/log-payment(?!\S)", re.IGNORECASE)
_QUOTE: Final = re.compile(r"^(?:&gt;)+", re.MULTILINE)


def words_in(message: Mapping[str, Any]) -> str:
    """Return the words of a message that a person wrote: without mentions, emoji and links, with entities undone.

    A waiver link stays, because it names an event, as a channel does. Empty for a message of an app.
    """
    if is_of_an_app(message):
        return ""
    text = _COMMAND.sub("", _QUOTE.sub("", str(message.get("text") or "")))
    text = _REFERENCE.sub(lambda found: found[0] if _WAIVER.match(found[1]) else " ", text)
    return html.unescape(_EMOJI.sub(" ", text)).strip()


def is_of_an_app(message: Mapping[str, Any]) -> bool:
    """Return whether an app wrote the message, this bot included."""
    return bool(message.get("bot_id")) or message.get("subtype") == "bot_message"
