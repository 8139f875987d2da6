"""Patrons: the people on an event's roster."""

from __future__ import annotations

import hashlib
import unicodedata
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from charter.frozen import dataclass
from charter.names import ascii_words, is_visible
from charter.patterns import pattern
from charter.refusals import NameMalformed, PatronIdMalformed

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

LONGEST_NAME: Final = 80

_PATRON_ID: Final = pattern(r"[A-Za-z0-9._@+-]{1,64}")
_MARK: Final = 6  # letters in a walk-up's id that follow from their payment
# Marks that would reverse the text after a name, amounts too. Names in right-to-left letters need none of them.
_TURNS: Final = pattern("[\u202a-\u202e\u2066-\u2069]")


class PatronState(StrEnum):
    """The mark of a patron who is not expected any more. Line and payments are kept."""

    NO_SHOW = "no_show"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Patron:
    """One line of the roster. `due` is what the party of `party` people owes, in the event's currency.

    `state` is None for a patron who is expected.
    """

    patron_id: str
    name: str
    due: Decimal
    party: int = 1
    email: str | None = None
    phone: str | None = None
    state: PatronState | None = None


def check_patron_id(text: str) -> str:
    """Return `text` itself when it can be a patron id. Raises PatronIdMalformed."""
    if _PATRON_ID.fullmatch(text) is None:
        raise PatronIdMalformed(text)
    return text


def check_name(text: str) -> str:
    """Return the name on one line without control characters.

    Raises NameMalformed when it is too long, or a reader sees nothing of it.
    """
    straight = _TURNS.sub("", text)
    printable = "".join(" " if unicodedata.category(letter) in {"Cc", "Cs"} else letter for letter in straight)
    name = " ".join(printable.split())
    if not is_visible(name) or len(name) > LONGEST_NAME:
        raise NameMalformed
    return name


def walk_up_id(name: str, payment_id: str, others: Iterable[str] = ()) -> str:
    """Return the patron id of a walk-up: readable, and the same however often the one form is sent.

    Two walk-ups of one name are two people, so the id also depends on the payment that brings each of them. `others`
    are further texts of the form on which it is to depend.
    """
    words = "-".join(ascii_words(name))[:40].rstrip("-") or "patron"
    beside = "\n".join(others)
    return f"{words}-{_mark_of(payment_id)}{_mark_of(beside) if beside else ''}"


def is_id_of(patron_id: str, payment_id: str) -> bool:
    """Return whether this is the id of the walk-up who joined the roster with this payment, whatever their name is."""
    mark = patron_id.rpartition("-")[2]
    return len(mark) in {_MARK, 2 * _MARK} and mark[:_MARK] == _mark_of(payment_id)


def _mark_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_MARK]
