"""Parts of a command: words of the event, the amount, the method, the patron, and notes.

The event is found first. The rest is read with its roster and in its currency. The result is shown in a form, which a
person checks and submits.
"""

from __future__ import annotations

import re
from dataclasses import field, replace
from typing import TYPE_CHECKING, Final

from bot.understanding.amounts import Amount, find_amount
from bot.understanding.days import find_days
from bot.understanding.money import find_money
from bot.understanding.patrons import NamedPatrons, find_patrons, parts_of
from bot.understanding.vocabulary import a_set
from bot.understanding.words import Rest, Word, sort_rest, split_words
from charter.frozen import dataclass
from charter.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from charter.events import Event

_DATED: Final = pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\S+")
_DATE: Final = pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

# Words after this many are a note. Comparing them all would take longer than Slack waits.
_LONGEST: Final = 60

# Most words of a method that are each tried as the method meant.
_METHODS: Final = 4

# A label of two words is `party of`. One word, as of a birthday party, may be part of the event's name.
_OF_A_GROUP: Final = 2

_TAKES_BACK: Final = {
    **dict.fromkeys(a_set("refund refunds refunded refunding reimburse reimbursed chargeback"), "refund"),
    **dict.fromkeys(a_set("void voids voided voiding undo undone reverse reversed reversal"), "void"),
}
# `give dave 20 back`, `give back 20` and `his money back` also request a refund.
_GIVES: Final = a_set("give giving money")
# `no refund` and `after the refund` mention a refund without a request for one.
_NOT: Final = a_set("no not non without")
_SPEAKS_OF: Final = _NOT | a_set("after before if the a any his her their last")


@dataclass(frozen=True, slots=True)
class ParsedCommand:
    """The words of a command, and the places of those whose meaning does not depend on the event.

    A place is an index into `words`. Only the words at `places` count.
    """

    words: tuple[Word, ...]
    places: frozenset[int]
    ids: dict[int, str]
    days: frozenset[int]
    numbers: frozenset[int]
    """Numbers in digits, and the words of `party of 2`."""
    methods: tuple[int, ...]
    year: int
    has_money: bool = True
    """True if the command may have an amount. Otherwise a number is a word like any other."""
    more: tuple[Word, ...] = ()
    """Words after the limit, which are a note."""

    @property
    def eid(self) -> str | None:
        """The event id that was typed, bare or in a link."""
        return next(iter(self.ids.values()), None)

    @property
    def date(self) -> str | None:
        """The date that was typed as in an id. It may be an event's whole id."""
        dates = (self.words[place].bare for place in sorted(self.days))
        return next((date for date in dates if _DATE.fullmatch(date)), None)

    @property
    def for_event(self) -> frozenset[int]:
        """The places of words that may name the event."""
        return self.places - self.ids.keys() - self.numbers - set(self.methods[:1])

    def without(self, places: frozenset[int]) -> ParsedCommand:
        """Return the command without these words."""
        ids = {place: eid for place, eid in self.ids.items() if place not in places}
        left = (self.places - places, self.days - places, self.numbers - places)
        return replace(self, ids=ids, places=left[0], days=left[1], numbers=left[2])


@dataclass(frozen=True, slots=True)
class CommandDetails:
    """The rest of a command, beside the event. `left` are the places of words without a meaning so far."""

    amount: Amount = field(default_factory=Amount)
    method: str | None = None
    found: NamedPatrons = field(default_factory=NamedPatrons)
    left: frozenset[int] = frozenset()


def read_command(text: str, *, methods: Sequence[str], currency: str, now: datetime) -> ParsedCommand:
    """Return the command in `text`, which is as people typed it. Without `methods` it has no amount."""
    all_words = split_words(text)
    words, more = all_words[:_LONGEST], all_words[_LONGEST:]
    places = frozenset(range(len(words)))
    ids = {place: eid for place, word in enumerate(words) if (eid := word.eid or _dated(word))}
    # Beside an id `1/2` is a half.
    dates = {place for place in places if place not in ids and not (ids and words[place].bare == "1/2")}
    days = frozenset(place for day in find_days(words, today=now.date(), places=dates) for place in day.places)
    numbers = _numbers(words, places.difference(ids, days), currency, now.year) if methods else frozenset()
    method_places = tuple(place for place, word in enumerate(words) if word.bare.lower() in methods)
    return ParsedCommand(words, places, ids, days, numbers, method_places, now.year, has_money=bool(methods), more=more)


def read_beside(command: ParsedCommand, event: Event | None, *, taken: frozenset[int], currency: str) -> CommandDetails:
    """Return the amount, the method and the patron in the words. The words at `taken` name the event."""
    words, beside = command.words, frozenset(command.places - command.ids.keys() - taken)
    amount = Amount()
    if command.has_money:
        amount = find_amount(words, places=beside - command.days, currency=currency, year=command.year)
    open_places = beside - amount.places - amount.noted
    methods = [place for place in command.methods if place in beside and place not in amount.noted - amount.places]
    methods += [place for place in command.methods if place in beside and place not in methods]
    best = _with_method(command, event, open_places, methods[0] if methods else None, amount)
    if event is None:
        return best
    parts = set().union(*map(parts_of, event.people)) if event.people else set()
    in_names = {place for place in methods[:_METHODS] if words[place].key in parts}
    length = len(best.found.places)
    for method_at in (*methods[:_METHODS], None) if in_names else ():
        other = _with_method(command, event, open_places, method_at, amount)
        named = {words[place].key for place in in_names - {method_at}}
        bears = any(named <= parts_of(patron) for patron in other.found.patrons)
        if bears and len(other.found.places) > max(length, 0 if other.method else 1):
            best, length = other, len(other.found.places)
    return best


def rest_of(command: ParsedCommand, reading: CommandDetails, *, prose: bool = False) -> Rest:
    """Return the remaining words, sorted into a name, a note, and words that were not understood.

    In `prose`, as of a message in a channel, no more than what surely is a note becomes one.
    """
    nameless = len(reading.found.patrons) != 1
    rest = sort_rest(command.words, reading.left, notes=reading.amount.noted, nameless=nameless, prose=prose)
    more = " ".join(word.raw for word in command.more)
    if prose:
        return replace(rest, lost=f"{rest.lost} {more}".strip())
    return replace(rest, notes=f"{rest.notes} {more}".strip())


def names_somebody(command: ParsedCommand, reading: CommandDetails) -> bool:
    """Return whether a remaining word may be a person's name."""
    return any(command.words[place].is_name_like for place in reading.left)


def takes_back(command: ParsedCommand) -> tuple[frozenset[int], str] | None:
    """Return the places of the words that request a `refund` or a `void`, and which; None if none does."""
    keys = ["" if word.quoted else word.key for word in command.words]
    for place, key in enumerate(keys):
        before = keys[place - 1] if place else ""
        if key in _TAKES_BACK and before not in _SPEAKS_OF:
            return frozenset({place}), _TAKES_BACK[key]
    gives = next((place for place, key in enumerate(keys) if key in _GIVES), None)
    back = next(
        (place for place, key in enumerate(keys) if key == "back" and gives is not None and place > gives), None
    )
    if gives is None or back is None or (gives and keys[gives - 1] in _NOT):
        return None
    if keys[gives] == "money" and back != gives + 1:
        return None
    return frozenset({gives, back}), "refund"


def _numbers(words: Sequence[Word], places: frozenset[int], currency: str, year: int) -> frozenset[int]:
    """Return the places of numbers in digits, and of the words of `party of 2`."""
    found: set[int] = set()
    for money in find_money(words, places=places, currency=currency, today_year=year):
        if any(letter.isdigit() for place in money.places for letter in words[place].bare):
            found.update(money.places, money.label if len(money.label) == _OF_A_GROUP else ())
    return frozenset(found)


def _with_method(
    command: ParsedCommand, event: Event | None, places: frozenset[int], method_at: int | None, amount: Amount
) -> CommandDetails:
    words = command.words
    left = places - {method_at}
    found = NamedPatrons()
    if event is not None:  # beside money, an id that is also a first name is not enough
        found = find_patrons(words, event, places=left - command.days, words_first=command.has_money)
    method = None if method_at is None else words[method_at].bare.lower()
    patron_places = found.places if len(found.patrons) == 1 else ()
    return CommandDetails(amount, method, found, left - set(patron_places))


def _dated(word: Word) -> str | None:
    bare = word.bare.lstrip("#")
    return re.sub(r"['’ʼ]s$", "", bare) if _DATED.fullmatch(bare) else None
