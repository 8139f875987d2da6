"""The chart of accounts, and texts that no journal can misread.

    Assets:Cash:Slack-U0DANA        notes and coins, by whose hands hold them; so checks, until they are banked
    Assets:Venmo                    what goes to the boat's own account at once: one account a method
    Income:Trips:EID:P-dave         what one patron has paid for one trip

Income and not a liability: the books are on a cash basis, as a boat of this size keeps them. Who owes a trip for money
taken in advance finds it under the trip's own id, whose date tells when it is earned, and moves it with one entry.
A void comes back out of the hands that took the money, not of the office that corrected them; a refund goes out of the
hands that gave it.

Both tools read these names: components of letters, digits and dashes that begin with a capital or a digit (beancount's
rule). An id with other characters keeps its readable part and gets a hash, so that two patrons never share an account.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from charter.events import Event
    from roster.exporting.ledgers import Posted

# Paid in things that somebody holds until they bring them to the bank.
HELD: Final = ("cash", "check")

_PLAIN: Final = re.compile("[A-Za-z0-9-]+")


def asset(line: Posted) -> str:
    """Where the money of an entry is."""
    method = line.entry.method.casefold()
    account = f"Assets:{_word(method) or _hashed('M', method)}"
    return f"{account}:{_hands(line.holder)}" if method in HELD else account


def income(event: Event, line: Posted) -> str:
    """What the money was paid for, and by whom."""
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
