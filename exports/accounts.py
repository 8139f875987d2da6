"""The chart of accounts.

    Assets:Cash:Slack-U0DANA        cash that one person holds; likewise checks, until they are at the bank
    Assets:Venmo                    money that goes to the boat's own account at once: one account for each method
    Income:Trips:EID:P-dave         payments of one patron for one event
    Income:Tips                     what patrons gave beside the amount
    Equity:Transfers                money on its way from one event to another; both entries add up to zero

Payments are income and not a liability, because the books are on a cash basis, as is usual for a boat of this size.
Money taken in advance is found under the event's id, which begins with the day on which it is earned; one transaction
moves it. A void is posted to the person who took the voided money. A refund is posted to the person who paid it out.

The parts of a name consist of letters, digits and dashes and begin with a capital or a digit, as beancount requires.
An id with other characters keeps its readable part and gets a hash, so that two patrons never share an account.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import TYPE_CHECKING, Final

from charter.books import HELD
from charter.kinds import Kind

if TYPE_CHECKING:
    from charter.events import Event
    from charter.exported import ExportedEntry

TIPS: Final = "Income:Tips"
TRANSFERS: Final = "Equity:Transfers"

_PLAIN: Final = re.compile("[A-Za-z0-9-]+")


def asset(line: ExportedEntry) -> str:
    """Return the account that holds the money of an entry. Of a transfer that is no asset: no money changed hands."""
    if line.entry.kind is Kind.TRANSFER:
        return TRANSFERS
    method = line.entry.method.casefold()
    account = f"Assets:{_word(method) or _hashed('M', method)}"
    return f"{account}:{_hands(line.holder)}" if method in HELD else account


def income(event: Event, line: ExportedEntry) -> str:
    """Return the account of one patron's payments for one event."""
    plain = _PLAIN.fullmatch(event.eid) and event.eid[0].isdigit()
    event_id = event.eid if plain else _hashed("E", event.eid)
    patron = f"P-{line.patron_id}" if _PLAIN.fullmatch(line.patron_id) else _hashed("X", line.patron_id)
    return f"Income:Trips:{event_id}:{patron}"


def _hands(logged_by: str) -> str:
    known = re.fullmatch("(slack|web):([A-Za-z0-9]+)", logged_by)
    if known:
        return f"{known[1].title()}-{known[2]}"
    return _hashed("By", logged_by) if logged_by else "Unknown"


def _word(text: str) -> str:
    word = _readable(text)
    return word[:1].upper() + word[1:]


def _hashed(prefix: str, text: str) -> str:
    return "-".join(filter(None, [prefix, _readable(text), hashlib.sha256(text.encode()).hexdigest()[:10]]))


def _readable(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub("[^A-Za-z0-9]+", "-", plain).strip("-")[:40].strip("-")
