"""Several patrons in the words, and a payer who is not charged: `maria pays for dave and ana`."""

from __future__ import annotations

import re
from dataclasses import field, replace
from typing import TYPE_CHECKING, Final

from bot.understanding.patrons import NamedPatrons, find_patrons
from bot.understanding.vocabulary import a_set
from bot.understanding.words import runs_of
from charter.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.understanding.command import CommandDetails, ParsedCommand
    from bot.understanding.words import Word
    from charter.events import Event
    from charter.patrons import Patron

_PAYS: Final = a_set("pays pay paid paying covers cover covered covering treats treated")
_IN_THE_PAST: Final = a_set("paid covered treated")
# Verbs that need no `for`: `maria covers dave and ana`.
_COVERS: Final = a_set("covers cover covered covering treats treated")
# Verbs of one person. Before one, a comma does not join the payer to the names before it: `dave, maria pays`.
_OF_ONE: Final = a_set("pays covers treats is was has")
_STOPS: Final = (";", ":", ".")
_BY: Final = a_set("by from")
# Those whom other words name: `dave and ana, maria pays for them`.
_THEM: Final = a_set("them him")
_AND: Final = frozenset({"and", "plus", "&", "+", ","})
_SELF: Final = a_set("herself himself themself themselves")
# Between a payer and the verb: `maria is paying for dave`.
_HELPS: Final = a_set("is are was were has have will just already also")
# Names of nobody, and words after or before which it is not said that somebody pays: `maria didn't pay for dave`.
_NOBODY: Final = a_set("i me we us you he she they it who somebody someone nobody noone") | a_set(
    "did does do didn't doesn't don't won't hasn't haven't isn't wasn't can't couldn't wouldn't never not cannot "
    "didnt doesnt dont wont hasnt havent isnt wasnt cant couldnt wouldnt"
)


@dataclass(frozen=True, slots=True)
class Several:
    """The patrons whom the words name, in their order, and the words of the payer, who is none of them as a rule.

    `unclear` are names that fit several patrons, or nobody. `places` are those of all these words.
    """

    patrons: tuple[Patron, ...] = ()
    unclear: tuple[str, ...] = ()
    payer: str = ""
    places: frozenset[int] = frozenset()
    found: NamedPatrons = field(default_factory=NamedPatrons)
    """The patron of words that name a single one beside a payer; several if the words fit them equally well."""

    @property
    def is_single(self) -> bool:
        """True if one patron is paid for, by a payer."""
        return len(self.patrons) + len(self.unclear) == 1

    def beside(self, reading: CommandDetails, *, elsewhere: bool = False) -> CommandDetails:
        """Return the reading without these words, and with nobody if they name patrons of an event `elsewhere`."""
        found = NamedPatrons() if elsewhere else self.found if self.is_single else NamedPatrons(self.patrons[:1])
        return replace(reading, found=found, left=(reading.left | {*reading.found.places}) - self.places)


def find_several(command: ParsedCommand, reading: CommandDetails, event: Event) -> Several | None:
    """Return the patrons of words that name several, joined by `and`, or a payer beside one; None for other words.

    `dave paid for parking` is about Dave. After a verb in the present, an unknown name is a patron all the same.
    """
    words, found = command.words, reading.found
    places = [place for place in sorted((reading.left | {*found.places}) - command.days) if not words[place].quoted]
    if len(found.patrons) == 1 and any(_joins(words[place]) for place in found.places):
        return None  # a line of the roster may be named `Dave and Maria Jones`
    payer, said, paid_for = _payer(words, places)
    least = 0 if payer and not any(words[place].key in _IN_THE_PAST for place in said) else 1
    if not payer:
        payer, said, paid_for = _payer_without_for(words, places)
    if not payer:
        payer, said, paid_for = _payer_without_verb(words, event, places)
        least = 2
    if payer:
        several, known = _of_pieces(words, event, _pieces(words, paid_for), payer)
        if known >= least and (several.unclear or known):
            joins = {place for place in paid_for if _joins(words[place])}
            return replace(several, payer=_name(words, payer), places=several.places | said | joins)
    pieces = _pieces(words, places)
    several, known = _of_pieces(words, event, pieces, []) if len(pieces) > 1 else (Several(), 0)
    if known < 2:  # noqa: PLR2004 - two people
        return None
    return replace(several, places=several.places | {place for place in places if _joins(words[place])})


def _payer(words: Sequence[Word], places: list[int]) -> tuple[list[int], frozenset[int], list[int]]:
    """Return the places of the payer, of all words that say so, and of the words about who is paid for."""
    for at in (place for place in places if words[place].key == "for"):
        before = [place for place in places if place < at]
        verb = next((place for place in reversed(before) if words[place].key in _PAYS), None)
        if verb is not None and not any(words[place].is_name_like for place in before if place > verb):
            helps = {place for place in before if place < verb and words[place].key in _HELPS}
            payer = _run_before(words, [place for place in before if place < verb and place not in helps])
        else:
            verb = next((place for place in reversed(before) if words[place].key in _BY), None)
            helps = set()
            payer = [] if verb is None else _names(words, [place for place in before if place > verb])
        paid_for = [place for place in places if place > at and words[place].key not in _THEM]
        if payer and verb is not None and any(words[place].is_name_like for place in paid_for):
            them = {place for place in places if place > at and words[place].key in _THEM}
            return payer, frozenset({*payer, verb, at, *helps, *them}), paid_for
    for by in (place for place in places if words[place].key in _BY):
        verbs = [place for place in places if place < by and words[place].key in _PAYS]
        between = [place for place in places if verbs and verbs[-1] < place < by]
        payer = _names(words, [place for place in places if place > by])
        if payer and verbs and all(words[place].key == "for" for place in between):
            said = frozenset({*payer, verbs[-1], *between, by})
            return payer, said, [place for place in places if place not in said]
    return [], frozenset(), places


def _payer_without_for(words: Sequence[Word], places: list[int]) -> tuple[list[int], frozenset[int], list[int]]:
    """Return the same for `maria covers dave and ana`, and for `dave and ana, maria pays`."""
    for verb in (place for place in places if words[place].key in _PAYS):
        helps = {place for place in places if place < verb and words[place].key in _HELPS}
        run = _run_before(words, [place for place in places if place < verb and place not in helps])
        stop = next((place for place in reversed(run[:-1]) if words[place].raw.endswith((",", *_STOPS))), None)
        payer = run if stop is None else [place for place in run if place > stop]
        if not payer:
            continue
        before, after = ([place for place in places if place < payer[0]], [place for place in places if place > verb])
        said = frozenset({*payer, verb, *(place for place in helps if place > payer[-1])})
        is_named = any(words[place].is_name_like and words[place].key not in _THEM for place in after)
        if is_named and not before and words[verb].key in _COVERS:
            return payer, said, after
        is_second = any(words[place].key in _PAYS for place in before)  # `dave pays, ana pays`
        if not is_named and before and not is_second and _ends_names(words, before, said):
            if any(words[place].key in _THEM for place in after):
                said |= {place for place in after if words[place].key in {"for", *_THEM}}
            return payer, said, before
    return [], frozenset(), places


def _ends_names(words: Sequence[Word], places: list[int], said: frozenset[int]) -> bool:
    """Return whether the payer of the words `said` is in no list with the names at these places before them.

    `dave, ana paid` is a list. `dave and ana, maria paid` is none, because `and` is before the last name of one.
    """
    last = words[places[-1]].raw
    if last.endswith(_STOPS) or last in {"-", "–", "—"}:
        return True
    is_of_one = any(words[place].key in _OF_ONE for place in said)
    return last.endswith(",") and (is_of_one or any(words[place].key in _AND for place in places))


def _payer_without_verb(
    words: Sequence[Word], event: Event, places: list[int]
) -> tuple[list[int], frozenset[int], list[int]]:
    """Return the same for `maria 250 for dave and ana`, and for `dave and ana, 250 from maria`.

    The payer must be on the roster: there are `drinks for dave and ana` too.
    """
    for at in (place for place in places if words[place].key in {"for", "from"}):
        before, after = ([place for place in places if place < at], [place for place in places if place > at])
        is_from = words[at].key == "from"
        payer, paid_for = (_names(words, after), before) if is_from else (_names(words, before), after)
        if payer == (after if is_from else before) and find_patrons(words, event, places=payer).patrons:
            return payer, frozenset({*payer, at}), paid_for
    return [], frozenset(), places


def _run_before(words: Sequence[Word], places: list[int]) -> list[int]:
    """Return the names at the end of these places, also joined ones."""
    run: list[int] = []
    for place in reversed(places):
        if not (words[place].is_name_like or (_joins(words[place]) and run)) or (run and place != run[0] - 1):
            break
        run.insert(0, place)
    while run and not words[run[0]].is_name_like:
        del run[0]
    return run if _somebody(words, run) else []


def _names(words: Sequence[Word], places: list[int]) -> list[int]:
    """Return the names at the beginning of these places."""
    run: list[int] = []
    for place in places:
        if not words[place].is_name_like or (run and place != run[-1] + 1):
            break
        run.append(place)
        if words[place].raw.endswith((",", *_STOPS)):
            break
    return run if _somebody(words, run) else []


def _somebody(words: Sequence[Word], places: Iterable[int]) -> bool:
    return not any(words[place].key in _NOBODY for place in places)


def _pieces(words: Sequence[Word], places: list[int]) -> list[list[int]]:
    """Return the places between the words that join names. A comma behind a word joins too."""
    pieces: list[list[int]] = [[]]
    for place in places:
        if _joins(words[place]):
            pieces.append([])
            continue
        pieces[-1].append(place)
        if words[place].raw.endswith((",", ";")):
            pieces.append([])
    return [piece for piece in pieces if piece]


def _of_pieces(words: Sequence[Word], event: Event, pieces: list[list[int]], payer: list[int]) -> tuple[Several, int]:
    """Return the patrons of the pieces, and the number of pieces that fit somebody. `herself` is the payer."""
    patrons: dict[str, Patron] = {}
    unclear: dict[str, list[int]] = {}
    places, one, known = set[int](), NamedPatrons(), 0
    for piece in pieces:
        own = payer if payer and any(words[place].key in _SELF for place in piece) else piece
        found, names = find_patrons(words, event, places=own), _first_names(words, own)
        places.update(piece if own is payer else ())
        if len(found.patrons) == 1:
            known += found.patrons[0].patron_id not in patrons
            patrons[found.patrons[0].patron_id] = found.patrons[0]
            places.update(found.places)
        elif found.patrons or (names and names[0] == own[0]):
            known += bool(found.patrons)
            own = names or list(found.places)
            unclear[" ".join(_bare(words[place]) for place in own)] = own
        one = one if one.patrons else found
    if len(patrons) + len(unclear) > 1:  # the name of a single one stays, and the form asks about it
        places.update(place for names in unclear.values() for place in names)
    return Several(tuple(patrons.values()), tuple(unclear), places=frozenset(places), found=one), known


def _first_names(words: Sequence[Word], places: list[int]) -> list[int]:
    """Return the first run of words that may be a name."""
    return next(runs_of(words, [place for place in places if words[place].is_name_like]), [])


def _bare(word: Word) -> str:
    return re.sub(r"['’]s$", "", word.bare, flags=re.IGNORECASE)


def _joins(word: Word) -> bool:
    return word.key in _AND or word.bare in _AND or word.raw in _AND


def _name(words: Sequence[Word], places: Iterable[int]) -> str:
    """Return the payer's name as typed, with capitals: `Maria`, also of `maria's paying`."""
    typed = (_bare(words[place]) for place in sorted(places))
    return " ".join(word.capitalize() if word.islower() and word not in _AND else word for word in typed)
