"""Text on its way into Slack and out of it."""

from __future__ import annotations

import html
import re
import unicodedata
from typing import TYPE_CHECKING, Final

from charter.events import Status
from charter.money import format_amount
from charter.names import is_visible, without_unseen
from charter.payments import BalanceState

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime, tzinfo

    from charter.events import Event
    from charter.patrons import Patron

_QUOTES: Final = str.maketrans(dict.fromkeys("“”„‟«»", "'"))
_RIGHT_TO_LEFT: Final = {"R", "AL", "AN", "RLE", "RLO", "RLI"}
_LONGEST_ID: Final = 24
_SHORTEST_NAME: Final = 16
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


def told_apart(patron: Patron, alike: Collection[str], limit: int) -> str:
    """Return the patron's name, cut to `limit` letters, with the id behind it where it is one of `alike`.

    Ids differ in their ends, so of a long one the end is shown. Fillers, with which a booker could push the words
    behind the name out of sight, become single spaces.
    """
    name = without_unseen(patron.name)
    if patron.patron_id not in alike:
        return clip(name, limit)
    long = len(patron.patron_id) > _LONGEST_ID
    behind = f" (id {'…' * long}{patron.patron_id[-_LONGEST_ID:]})"
    return clip(name, max(limit - len(behind), _SHORTEST_NAME)) + behind


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
    return f"“{isolated(plain)}”"


def isolated(text: str) -> str:
    """Return what a stranger wrote, so that letters that run from right to left do not turn the words around it."""
    plain = without_unseen(text)
    turns = any(unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT for letter in plain)
    return f"\u2068{plain}\u2069" if turns else plain


def when(moment: datetime, zone: tzinfo) -> str:
    """`Mon Nov 23, 1:00 PM`."""
    local = moment.astimezone(zone)
    return f"{local:%a %b} {local.day}, {local.hour % 12 or 12}:{local:%M %p}"


def author(logged_by: str) -> str:
    """Who logged an entry, as Slack's mrkdwn: a Slack id becomes a mention that shows the name and rings nobody.

    The dispatch page's tokens carry the Slack id of whoever asked for the link; others may hold any word. The
    roster tool writes the name of the operating system's user, as `roster:anna`, who is nobody in Slack.
    """
    source, _, name = logged_by.partition(":")
    if (source == "slack" and name.isalnum()) or (source == "web" and _SLACK_ID.fullmatch(name)):
        return f"<@{name}>"
    return escape(clip(name or logged_by or "somebody", 60))


def balance_in_words(event: Event, patron_id: str) -> str:
    """`Paid in full`, `Overpaid by $5.00`, `$20.00 to pay`; of a cancelled event, `Cancelled: $125.00 must go back`."""
    balance, currency = event.balance(patron_id), event.currency
    if event.status is Status.CANCELLED:
        back = f"{format_amount(balance.paid, currency)} must go back" if balance.paid > 0 else "nothing is owed"
        return f"Cancelled: {back}"
    match balance.state:
        case BalanceState.PAID:
            return "Paid in full"
        case BalanceState.OVERPAID:
            return f"Overpaid by {format_amount(-balance.owed, currency)}"
        case _:
            return f"{format_amount(balance.owed, currency)} to pay"
