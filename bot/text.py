"""Text on its way into Slack and out of it."""

from __future__ import annotations

import html
import re
import unicodedata
from typing import TYPE_CHECKING, Final

from charter.money import format_amount
from charter.names import is_visible, without_unseen
from charter.payments import BalanceState

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from charter.payments import Balance


_QUOTES: Final = str.maketrans(dict.fromkeys("“”„‟«»", "'"))
_RIGHT_TO_LEFT: Final = {"R", "AL", "AN", "RLE", "RLO", "RLI"}
_SLACK_ID: Final = re.compile("[UW][A-Z0-9]{4,}")


def escape(text: str) -> str:
    """`text` so that Slack shows it as it is: `<!channel>` rings nobody (docs.slack.dev, Formatting message text)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def typed(text: str) -> str:
    """What a person typed behind a slash command; Slack hands it over escaped."""
    return html.unescape(text)


def clip(text: str, limit: int) -> str:
    """`text` on one line, cut to `limit` letters with an ellipsis."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def shown(text: str, limit: int) -> str:
    """`text` on one line and escaped, cut so that it takes at most `limit` letters of Slack's: `&` takes five."""
    room = limit
    while len(escaped := escape(clip(text, room))) > limit:
        room -= 1
    return escaped


def quoted(name: str, limit: int) -> str:
    """Return what a stranger is called, in quotes that the name cannot close: `“Dave Kowalski”`.

    It is cut to `limit` letters, and isolated where it has letters that run from right to left, so that it cannot turn
    the words around it. A name of which nothing shows becomes `somebody`.
    """
    plain = clip(without_unseen(name).translate(_QUOTES), limit)
    if not is_visible(plain):
        return "somebody"
    turns = any(unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT for letter in plain)
    return f"“\u2068{plain}\u2069”" if turns else f"“{plain}”"


def when(moment: datetime, zone: tzinfo) -> str:
    """`Mon Nov 23, 1:00 PM`."""
    local = moment.astimezone(zone)
    return f"{local:%a %b} {local.day}, {local.hour % 12 or 12}:{local:%M %p}"


def author(logged_by: str) -> str:
    """Who logged an entry, as Slack's mrkdwn: a Slack id becomes a mention that shows the name and rings nobody.

    The dispatch page's tokens carry the Slack id of whoever asked for the link; others may hold any word. The
    roster tool writes the name of the operating system's user, as `roster:anna`, who is nobody in Slack.
    """
    door, _, name = logged_by.partition(":")
    if (door == "slack" and name.isalnum()) or (door == "web" and _SLACK_ID.fullmatch(name)):
        return f"<@{name}>"
    return escape(clip(name or logged_by or "somebody", 60))


def balance_in_words(balance: Balance, currency: str) -> str:
    """`Paid in full`, `Overpaid by $5.00`, `$20.00 to pay`."""
    match balance.state:
        case BalanceState.PAID:
            return "Paid in full"
        case BalanceState.OVERPAID:
            return f"Overpaid by {format_amount(-balance.owed, currency)}"
        case _:
            return f"{format_amount(balance.owed, currency)} to pay"
