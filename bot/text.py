"""Texts for Slack and from Slack: escaping, cutting and formatting."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

from charter.balances import BalanceState
from charter.events import Status
from charter.moments import clock
from charter.money import ZERO, format_amount
from charter.names import is_visible, without_unseen
from charter.roles import SLACK_USER_ID
from charter.starts import DayOnly

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime, tzinfo

    from charter.events import Event
    from charter.patrons import Patron

_QUOTES: Final = str.maketrans(dict.fromkeys("“”„‟«»", "'"))
_RIGHT_TO_LEFT: Final = {"R", "AL", "AN", "RLE", "RLO", "RLI"}
_LONGEST_ID: Final = 24
_SHORTEST_NAME: Final = 16


def escape(text: str) -> str:
    """Return `text` escaped, so that `<!channel>` notifies nobody (docs.slack.dev, Formatting message text)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def typed(text: str) -> str:
    """Return the text of a slash command as it was typed. Slack sends it escaped."""
    if "&" not in text:
        return text
    import html  # its table of entities is large, and few words have one

    return html.unescape(text)


def clip(text: str, limit: int) -> str:
    """Return `text` on one line, cut to `limit` letters with an ellipsis."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def distinct_name(patron: Patron, alike: Collection[str], limit: int) -> str:
    """Return the patron's name, cut to `limit` letters, followed by the id if it is one of `alike`.

    Of a long id the end is shown, because ids differ there. Invisible letters become single spaces, so that a name
    cannot push the words after it out of sight.
    """
    name = without_unseen(patron.name)
    if patron.patron_id not in alike:
        return clip(name, limit)
    long = len(patron.patron_id) > _LONGEST_ID
    suffix = f" (id {'…' * long}{patron.patron_id[-_LONGEST_ID:]})"
    return clip(name, max(limit - len(suffix), _SHORTEST_NAME)) + suffix


def shown(text: str, limit: int) -> str:
    """Return `text` on one line and escaped, cut to `limit` letters. An escaped `&` counts as five."""
    room = limit
    while len(escaped := escape(clip(text, room))) > limit:
        room -= 1
    return escaped


def quoted(name: str, limit: int) -> str:
    """Return a stranger's name in quotes that the name cannot close: `“Dave Kowalski”`.

    It is cut to `limit` letters. A name with right-to-left letters is isolated, so that it does not reorder the words
    around it. A name without visible letters becomes `somebody`.
    """
    plain = clip(without_unseen(name).translate(_QUOTES), limit)
    if not is_visible(plain):
        return "somebody"
    return f"“{isolated(plain)}”"


def isolated(text: str) -> str:
    """Return a stranger's text, isolated so that right-to-left letters do not reorder the words around it."""
    plain = without_unseen(text)
    turns = any(unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT for letter in plain)
    return f"\u2068{plain}\u2069" if turns else plain


def when(moment: datetime, zone: tzinfo) -> str:
    """Return a moment as `Mon Nov 23, 1:00 PM`; a start of which only the day is known as `Mon Nov 23`."""
    local = moment.astimezone(zone)
    day = f"{local:%a %b} {local.day}"
    return day if isinstance(moment, DayOnly) else f"{day}, {clock_of(moment, zone)}"


def clock_of(moment: datetime, zone: tzinfo) -> str:
    """Return the time of a moment: `1:05 PM`."""
    return clock(moment.astimezone(zone))


def author(logged_by: str) -> str:
    """Return the author of an entry as mrkdwn. A Slack id becomes a mention, which shows the name and notifies nobody.

    The dispatch page's tokens carry the Slack id of the person who requested the link; other tokens carry any word.
    The roster tool writes the name of the operating system's user, as in `roster:anna`.
    """
    source, _, name = logged_by.partition(":")
    if (source == "slack" and name.isalnum()) or (source == "web" and SLACK_USER_ID.fullmatch(name)):
        return f"<@{name}>"
    return escape(clip(name or logged_by or "somebody", 60))


def balance_in_words(event: Event, patron_id: str) -> str:
    """Return `Paid in full`, `Overpaid by $5.00`, `$20.00 to pay`, or `Cancelled: $125.00 must go back`."""
    balance, currency = event.balance(patron_id), event.currency
    if event.status is Status.CANCELLED:
        kept = event.credits.get(patron_id, ZERO)
        parts = [f"{format_amount(balance.paid - kept, currency)} must go back"] if balance.paid > kept else []
        parts += [f"{format_amount(kept, currency)} is kept as credit"] if kept else []
        return f"Cancelled: {', '.join(parts) or 'nothing is owed'}"
    match balance.state:
        case BalanceState.PAID:
            return "Paid in full"
        case BalanceState.OVERPAID:
            return f"Overpaid by {format_amount(-balance.owed, currency)}"
        case _:
            return f"{format_amount(balance.owed, currency)} to pay"
