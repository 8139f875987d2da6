"""Rules for the headings of columns: those that are a field, those that may be one, and those that are not.

A heading is certainly a field only if it is one of the field's names. `Amount paid` contains `amount` and is something
else, so it is not used. `Total price` may be the due, so the operator is asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

Words = tuple[str, ...]

_IN_BRACKETS: Final = re.compile(r"\([^)]*\)|\[[^]]*\]")
# Words at the beginning of a form's question that have no meaning of their own.
_FILLERS: Final = frozenset(
    ["what", "whats", "is", "s", "your", "the", "please", "enter", "provide", "type", "write", "our", "my", "a", "an"]
)
_CURRENCIES: Final = {
    "usd": "USD", "eur": "EUR", "gbp": "GBP", "cad": "CAD", "aud": "AUD", "nzd": "NZD", "chf": "CHF",
    "sek": "SEK", "nok": "NOK", "dkk": "DKK", "mxn": "MXN", "jpy": "JPY", "€": "EUR", "£": "GBP",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """Rules by which the headings of one field are recognised.

    A heading that is one of `names` is certainly the field. One of `alone` is, unless another column may be it too. A
    heading with one of the `hints` may be the field, unless it contains one of the words `other`. One with a `firm`
    word may be the field in any case. One with a word of `never`, in brackets too, is never the field.
    """

    names: tuple[str, ...]
    alone: tuple[str, ...] = ()
    hints: frozenset[str] = frozenset()
    other: frozenset[str] = frozenset()
    firm: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()

    def is_sure(self, heading: str) -> bool:
        """Return whether the heading is one of the field's names."""
        return is_one_of(heading, self.names) and not self._is_excluded(heading)

    def is_possible(self, heading: str) -> bool:
        """Return whether the heading may be the field."""
        if self._is_excluded(heading):
            return False
        if is_one_of(heading, self.alone) or is_one_of(_IN_BRACKETS.sub(" ", heading), (*self.names, *self.alone)):
            return True
        found = set(words(heading))
        if found & self.firm and not found & _WHEN:
            return True
        return bool(found & self.hints) and not found & self.other

    def _is_excluded(self, heading: str) -> bool:
        return bool(self.never & set(words(heading)))


def is_one_of(heading: str, names: tuple[str, ...]) -> bool:
    """Return whether a heading is one of the names, apart from case, spaces and punctuation."""
    found, bare = words(heading), words(_IN_BRACKETS.sub(" ", heading))
    forms = {found} | ({bare} if bare and not _says_more(found, bare) else set())
    return any(
        form and (form == words(name) or "".join(form) == "".join(words(name))) for form in forms for name in names
    )


def place_of(headings: Sequence[str], names: tuple[str, ...]) -> int | None:
    """Return the place of the heading that is one of the names, the first name first; None where there is none."""
    found = (place for name in names for place, heading in enumerate(headings) if is_one_of(heading, (name,)))
    return next(found, None)


@lru_cache(maxsize=8192)
def words(heading: str) -> Words:
    """Return the significant words of a heading: those of `What is your e-mail? *` are the same as of `Email`."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", heading)  # startsAt
    text = re.sub(r"\be[\s-]+mail", "email", apart.casefold().replace("#", " number ").replace("’", "'"))
    found = re.findall(r"[^\W_]+", text)
    while len(found) > 1 and found[0] in _FILLERS:
        found.pop(0)
    named = [word for word in found if word not in _CURRENCIES]
    return tuple(named or found)


def currency_in(heading: str) -> str:
    """Return the currency that a heading names, as in `Total (EUR)`; empty when it names none."""
    marks = re.findall(r"[^\W_]+|[€£]", heading.casefold())
    return next((_CURRENCIES[mark] for mark in marks if mark in _CURRENCIES), "")


def _says_more(found: Words, bare: Words) -> bool:
    """Return whether brackets change the meaning of a heading: `Price (per person)`, `Amount (paid)`."""
    more = set(found) - set(bare)
    return bool(more & _MEANINGFUL - (_PEOPLE if more & _INCLUDING else frozenset()))


def listed(text: str) -> tuple[str, ...]:
    """Return the names, which are separated by commas."""
    return tuple(text.split(", "))


def spaced(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(text.split())


_WHEN: Final = spaced("date time day on status")
# Words in brackets that change the meaning of a heading.
_MEANINGFUL: Final = spaced(
    "per each pp person paid refund refunded tip deposit tax fee discount due total price amount end start return "
    "birth booking purchase emergency guardian parent child children kids infants adults date time phone email name "
    "number count excluding excl not without only"
)
_INCLUDING: Final = spaced("incl including includes include inc")
_PEOPLE: Final = spaced("child children kid kids adults infants")
