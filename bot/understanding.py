"""What a person means by the words behind a command: event, patron, amount, method, notes, in any sensible order.

Nothing is final: a form shows what was understood, and a person presses its button.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from charter.events import Status
from charter.money import SIGNS, looks_like_amount

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable, Sequence
    from datetime import datetime

    from bot.views.log_payment import Look
    from charter.events import Event, Listing
    from charter.patrons import Patron

_QUOTES: Final = str.maketrans(dict.fromkeys('"“”„«»', " "))
_DATED: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\S*")

_BARE_DATE: Final = len("2026-05-23")

# How far off a day is, and what people call it.
_NEAR: Final = {-1: "yesterday", 0: "today", 1: "tomorrow"}

# A shorter word may begin too many others to pick an event or a patron by.
_SHORTEST_BEGINNING: Final = 3

# Names stand early; what follows after so many words is notes, and comparing it all would take longer than Slack waits.
_SEARCHED: Final = 24

# So many of the words that are a method's are each tried as the one that is meant.
_METHODS: Final = 4

# What people write around a word that is no part of it: `(120)`, `'dave'`, `@dave`, `cash!`.
_OPENERS: Final = "'‘([@"
_STOPS: Final = ",.;:!?'’)]"

# Meant as money and not plainly an amount: the amount's field says so, and nobody logs the balance in its place.
_SLIP: Final = re.compile(r"[+−]?[$€£¥]?\d+(?:[.,']\d{2,})*\.?\d*(?:[eE]\d+)?-?[$€£¥]?")
_LONGEST_SLIP: Final = 40


@dataclass(frozen=True, slots=True)
class Words:
    """A command's words, sorted. `runs` are those that no rule claimed: names and notes, each run unbroken as typed."""

    eid: str | None = None
    amount: str = ""
    method: str | None = None
    runs: tuple[tuple[str, ...], ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The words that most likely name a patron: the first run."""
        return self.runs[0] if self.runs else ()

    @property
    def joined(self) -> str:
        """All words of the runs, in a row."""
        return " ".join(word for run in self.runs for word in run)

    def beyond(self, left: Words) -> list[str]:
        """The words of these runs that are not in those of `left`."""
        both = Counter(word for run in self.runs for word in run)
        return list((both - Counter(word for run in left.runs for word in run)).elements())


def sort_words(text: str, *, methods: Sequence[str], currency: str, named: Container[int] = ()) -> Words:
    """Takes out the first event id, amount and method; everything else stays in its runs.

    The words at the places `named` belong to a name and are no method.
    """
    eid: str | None = None
    amount, method = "", None
    runs: list[list[str]] = [[]]
    words = _split(text)
    for place, word in enumerate(words):
        bare = _stripped(word)
        if eid is None and _DATED.fullmatch(bare):
            eid = bare
        elif not amount and looks_like_amount(bare, currency=currency):
            amount = bare
        elif method is None and place not in named and bare.lower() in methods:
            method = bare.lower()
        elif bare.upper() not in {currency, SIGNS.get(currency)} or not _beside_an_amount(place, words, currency):
            runs[-1].append(word)
            continue
        runs.append([])
    sorted_words = Words(eid, amount, method, tuple(tuple(run) for run in runs if run))
    slip = next((word for run in runs for word in run if not amount and _is_slip(_stripped(word))), None)
    return replace(without(sorted_words, [slip]), amount=_stripped(slip)) if slip else sorted_words


def _is_slip(word: str) -> bool:
    return len(word) <= _LONGEST_SLIP and _SLIP.fullmatch(word) is not None


def _split(text: str) -> list[str]:
    return text.translate(_QUOTES).split()


def _stripped(word: str) -> str:
    """A word without what stands around it, unless that is all there is to it."""
    return word.lstrip(_OPENERS).rstrip(_STOPS) or word


def _beside_an_amount(place: int, words: Sequence[str], currency: str) -> bool:
    """Whether the currency at `place` belongs to a number: `120 usd`, `$ 120`."""
    beside = [*words[max(place - 1, 0) : place], *words[place + 1 : place + 2]]
    return any(looks_like_amount(_stripped(word), currency=currency) for word in beside)


def find_event(words: Words, listings: Iterable[Listing], *, now: datetime) -> tuple[list[Listing], Words]:
    """The events that the words name best, and the words without those that named them.

    An event is named by words of its title or its id, by its weekday, or by `today` and `tomorrow`. Those that take
    place come before those that are cancelled, then the nearest first.
    """
    scored = [(matched, listing) for listing in listings if (matched := _matched(words, listing, now))]
    best = max((len(matched) for matched, _ in scored), default=0)
    found = [(matched, listing) for matched, listing in scored if len(matched) == best]
    if not found:
        return [], words
    found.sort(key=lambda pair: (pair[1].status is Status.CANCELLED, abs(pair[1].starts_at - now), pair[1].eid))
    return [listing for _, listing in found], without(words, found[0][0])


def find_patrons(words: Words, event: Event) -> tuple[list[Patron], Words]:
    """The patrons whom an unbroken piece of a run names best, and the words without that piece.

    Each word of the piece must begin a part of the name of its own, or be the patron's id. A short word alone must be
    a whole part, or the `a` of `half a day` would be Ana.
    """
    known = [(patron, _bare(patron.patron_id), _parts(patron)) for patron in event.people]
    longest = max((len(parts) for _, _, parts in known), default=1)
    for run in words.runs:
        searched = [_bare(word) for word in run[:_SEARCHED]]
        for length in range(min(len(searched), longest), 0, -1):
            for start in range(len(searched) - length + 1):
                piece = searched[start : start + length]
                found = [patron for patron, key, parts in known if piece == [key] or _names(piece, parts)]
                if found:
                    exact = [patron for patron, key, parts in known if piece in ([key], parts)]
                    return exact or found, without(words, run[start : start + length])
    return [], words


def with_names(text: str, words: Words, event: Event, *, look: Look, taken: Sequence[str]) -> Words:
    """`words`, or the same text sorted anew where a method's word is part of a patron's name.

    `cash miller 120 venmo` is Cash Miller's, by Venmo; `cash miller 120` is theirs by whatever way; `cash 120` is no
    name. `taken` are the words that named the event.
    """
    parts = {part for patron in event.people for part in _parts(patron)}
    places = {place: _bare(word) for place, word in enumerate(_split(text)) if _stripped(word).lower() in look.methods}
    in_names = [place for place, word in places.items() if word in parts][:_METHODS]
    best, length = words, _named_by(words, event)
    for method_at in (*list(places)[:_METHODS], None) if in_names else ():
        named = {place: places[place] for place in in_names if place != method_at}
        other = without(sort_words(text, methods=look.methods, currency=look.currency, named=named), taken)
        told = _named_by(other, event, bearing=set(named.values()))
        if told > max(length, 0 if other.method else 1):
            best, length = other, told
    return best


def _named_by(words: Words, event: Event, *, bearing: Collection[str] = ()) -> int:
    """How many of the words name a patron whose name has all of `bearing`."""
    found, left = find_patrons(words, event)
    if not any(set(bearing) <= set(_parts(patron)) for patron in found):
        return 0
    return sum(map(len, words.runs)) - sum(map(len, left.runs))


def _parts(patron: Patron) -> list[str]:
    return [_bare(part) for part in patron.name.split()]


def _names(piece: Sequence[str], parts: Sequence[str]) -> bool:
    """Whether each word of the piece begins a part of its own."""
    if len(piece) == 1 and len(piece[0]) < _SHORTEST_BEGINNING:
        return piece[0] in parts and (len(piece[0]) > 1 or not piece[0].isascii())
    left = list(parts)
    for word in piece:
        part = next((part for part in left if part.startswith(word)), None)
        if part is None:
            return False
        left.remove(part)
    return True


def _bare(word: str) -> str:
    """A word for comparing with a name, without the comma of `kowalski, dave`."""
    return _stripped(fold(word))


def without(words: Words, taken: Iterable[str]) -> Words:
    """The words without the first of each of `taken`; a run that loses its middle becomes two."""
    left = list(taken)
    runs: list[tuple[str, ...]] = []
    for run in words.runs:
        piece: list[str] = []
        for word in run:
            if word in left:
                left.remove(word)
                runs.append(tuple(piece))
                piece = []
            else:
                piece.append(word)
        runs.append(tuple(piece))
    return Words(words.eid, words.amount, words.method, tuple(run for run in runs if run))


def fold(text: str) -> str:
    """Lower case without accents, for comparing what was typed with what is written."""
    return "".join(
        letter for letter in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(letter)
    )


def on_day(eid: str, listings: Iterable[Listing]) -> list[Listing]:
    """The events of the day that an id starts with, where it is a bare date: people type dates."""
    return [listing for listing in listings if len(eid) == _BARE_DATE and listing.eid.startswith(eid)]


def _matched(words: Words, listing: Listing, now: datetime) -> list[str]:
    """The words that name the event: each is one of its words, or begins one and is not too short."""
    parts = set(re.split(r"[^\w]+", fold(f"{listing.title} {listing.eid[_BARE_DATE:]}"))) - {""}
    day = listing.starts_at.astimezone(now.tzinfo)
    days = {f"{day:%A}".lower(), f"{day:%a}".lower(), _NEAR.get((day.date() - now.date()).days, "")}
    searched = [(word, _bare(word)) for run in words.runs for word in run][:_SEARCHED]
    return [
        word
        for word, bare in searched
        if bare in parts | days or (len(bare) >= _SHORTEST_BEGINNING and any(part.startswith(bare) for part in parts))
    ]
