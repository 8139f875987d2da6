"""Search for the patrons of a roster whom words name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.understanding.vocabulary import NO_NAMES
from bot.understanding.words import runs_of
from charter.frozen import dataclass
from charter.names import fold

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from bot.understanding.words import Word
    from charter.events import Event
    from charter.patrons import Patron

# A shorter word begins too many names to identify a patron.
_SHORTEST_BEGINNING: Final = 3

# Names come early. Words after this many are notes, and comparing all would take longer than Slack waits.
_SEARCHED: Final = 24


@dataclass(frozen=True, slots=True)
class NamedPatrons:
    """The patrons whom the words at `places` name; several if the words fit them equally well."""

    patrons: tuple[Patron, ...] = ()
    places: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Known:
    """A patron with the parts of their name, folded for comparison."""

    patron: Patron
    parts: tuple[str, ...]


def find_patrons(
    words: Sequence[Word], event: Event, *, places: Collection[int], words_first: bool = True
) -> NamedPatrons:
    """Return the patrons whom consecutive words at `places` name best.

    Each word must begin a different part of the name, or be the patron's id. A short word alone must be a whole part,
    or the `a` of `half a day` would be Ana. If a word beside them may be a name too, it is an unknown surname. Then
    nobody is found, unless the words are the whole name.
    """
    searched = [run[:_SEARCHED] for run in runs_of(words, places)]
    roster = _likely(words, [place for run in searched for place in run], event)
    longest = max((len(known.parts) for known in roster), default=0)
    for piece in sorted(_pieces(searched, longest), key=lambda piece: (-len(piece), piece)):
        keys = _keys(words, piece)
        found = [known for known in roster if _fits(words, piece, keys, known)]
        whole = [known for known in found if len(piece) > 1 and sorted(keys) == sorted(known.parts)]
        if found and (whole or not _has_surname_beside(words, piece, places)):
            meant = _by_id(words, piece, [known.patron for known in whole or found], words_first=words_first)
            others = _others(words, set(places) - set(piece), [known for known in roster if known.patron not in meant])
            return NamedPatrons((*meant, *others), piece)
    return NamedPatrons()


def _others(words: Sequence[Word], places: Collection[int], roster: Iterable[_Known]) -> list[Patron]:
    """Return further patrons with a whole part of their name in the words: `dave & maria` are two people."""
    named = [words[place] for place in places if words[place].is_name_like and not words[place].quoted]
    said = {key for word in named for key in word.keys}
    return [known.patron for known in roster if said & set(known.parts)]


def _by_id(words: Sequence[Word], piece: tuple[int, ...], found: list[Patron], *, words_first: bool) -> list[Patron]:
    """Return the patron whose id was typed, of several patrons of the same name; else all of them.

    With `words_first`, an id that is also part of the name does not count: `dave` may be either of two Dave Kowalskis.
    """
    if len(piece) != 1 or len({fold(patron.name) for patron in found}) > 1:
        return found
    if words_first and any(set(words[piece[0]].keys) & parts_of(patron) for patron in found):
        return found
    typed = words[piece[0]].bare.casefold()
    return [patron for patron in found if patron.patron_id.casefold() == typed] or found


def parts_of(patron: Patron) -> set[str]:
    """Return the parts of the patron's name, folded for comparison."""
    return set(_parts_of(patron.name))


def _likely(words: Sequence[Word], places: Sequence[int], event: Event) -> list[_Known]:
    """Return the patrons with a name or id that a word begins. This rules out most of a long roster quickly."""
    beginnings = tuple(part for place in places for key in words[place].keys for part in _parts_of(key))
    beginnings += tuple(words[place].bare for place in places if not words[place].key)
    ids = {words[place].bare.casefold() for place in places}
    roster = [_Known(patron, _parts_of(patron.name)) for patron in event.people]
    return [
        known
        for known in roster
        if any(part.startswith(beginnings) for part in known.parts) or known.patron.patron_id.casefold() in ids
    ]


def _pieces(runs: Iterable[list[int]], longest: int) -> Iterator[tuple[int, ...]]:
    for run in runs:
        for start in range(len(run)):
            for end in range(start + 1, min(len(run), start + longest) + 1):
                yield tuple(run[start:end])


def _fits(words: Sequence[Word], piece: tuple[int, ...], keys: list[str], known: _Known) -> bool:
    if len(piece) == 1 and words[piece[0]].bare.casefold() == known.patron.patron_id.casefold():
        return True
    if len(piece) == 1 and words[piece[0]].key in NO_NAMES:  # `the` begins Theo and means nobody
        return keys[0] in known.parts
    if _names(keys, known.parts):
        return True
    other = words[piece[-1]].keys[1:]  # `dave's`
    return bool(other) and _names([*_keys(words, piece[:-1]), *_parts_of(other[0])], known.parts)


def _keys(words: Sequence[Word], piece: Sequence[int]) -> list[str]:
    return [part for place in piece for part in _parts_of(words[place].bare)]


def _names(piece: Sequence[str], parts: Sequence[str]) -> bool:
    """Return whether each word of the piece begins a different part."""
    if len(piece) == 1 and len(piece[0]) < _SHORTEST_BEGINNING:
        return piece[0] in parts and (len(piece[0]) > 1 or not piece[0].isascii())
    left = list(parts)
    for word in piece:
        part = next((part for part in left if part == word), None) or next(
            (part for part in left if part.startswith(word)), None
        )
        if part is None:
            return False
        left.remove(part)
    return bool(piece)


def _has_surname_beside(words: Sequence[Word], piece: tuple[int, ...], places: Collection[int]) -> bool:
    return any(
        place in places and words[place].is_name_like and words[place].quoted == words[piece[0]].quoted
        for place in (piece[0] - 1, piece[-1] + 1)
    )


def _parts_of(name: str) -> tuple[str, ...]:
    """Return the folded parts of a name. An emoji, which folding would remove, is a part of its own."""
    return tuple(part for word in name.split() for part in (fold(word).split() or [word]))
