"""Pseudonyms: what takes the place of a person's name, phone and e-mail once they are forgotten (docs/adr/0053).

A pseudonym is drawn at random for each event, so nothing of the person follows from it. Amounts, moments and numbers of
people stay as they are.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from charter.frozen import dataclass
from charter.names import fold, parts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

# What stands where an e-mail, a phone or another text was that named the person alone.
FORGOTTEN: Final = "forgotten"

_PATRON, _SIGNER = "Patron", "Signer"
_PSEUDONYM: Final = re.compile(rf"(?:Minor \d+ of )?(?:{_PATRON}|{_SIGNER}) [0-9A-F]{{4}}")
_NEW_ID: Final = re.compile(rf"{FORGOTTEN}-[0-9a-f]{{4}}(?:-[0-9a-f]{{6,12}})?")
_WORD: Final = re.compile(r"[^\W_]+(?:['’ʼ`´](?!s\b)[^\W_]+)*")  # without the end of “Dave’s”
_NUMBER: Final = re.compile(r"\+?\(?\d[\d\s().\-/]{5,}\d")
_PHONE: Final = 7  # digits at least; the last ten are compared, so a country's code may be left out
_COMPARED: Final = 10
_SHORTEST: Final = 3  # letters of a part of a name that is looked for by itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Pseudonym:
    """One person of an event, and what takes their place: `name`, and `new_id` instead of the patron id `old_id`.

    `names` and `contacts` are what names the person; `minors` those for whom they signed. `signature_ids` are of the
    signatures that they gave themselves. A signer who is no patron has no ids. `unique`: nobody else of the event has
    one of these names, so a text of another patron that has one means this person.
    """

    name: str
    old_id: str = ""
    new_id: str = ""
    names: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    minors: tuple[str, ...] = ()
    signature_ids: tuple[str, ...] = ()
    unique: bool = True

    @property
    def by_name(self) -> dict[str, str]:
        """The pseudonyms of the person and of the minors, by their folded names."""
        minors = {fold(minor): f"Minor {place} of {self.name}" for place, minor in enumerate(self.minors, start=1)}
        return minors | {fold(name): self.name for name in self.names}


def patron_pseudonym(chance: str) -> str:
    """Return the name of a patron who is forgotten, from four random digits in base 16: `Patron 7F3A`."""
    return f"{_PATRON} {chance.upper()}"


def signer_pseudonym(chance: str) -> str:
    """Return the name of a signer who was no patron and is forgotten: `Signer 7F3A`."""
    return f"{_SIGNER} {chance.upper()}"


def new_patron_id(chance: str, *, mark: str = "") -> str:
    """Return the patron id of a person who is forgotten. `mark` is the end of a walk-up's."""
    return f"{FORGOTTEN}-{chance.lower()}{f'-{mark}' if mark else ''}"


def is_forgotten(patron_id: str) -> bool:
    """Return whether a patron id is that of a person who was forgotten."""
    return _NEW_ID.fullmatch(patron_id) is not None


def is_pseudonym(name: str) -> bool:
    """Return whether a name is a pseudonym."""
    return _PSEUDONYM.fullmatch(name) is not None


def same_phone(one: str, other: str) -> bool:
    """Return whether two phone numbers have the same digits, with or without the country's code."""
    digits, others = _digits(one), _digits(other)
    return min(len(digits), len(others)) >= _PHONE and digits[-_COMPARED:] == others[-_COMPARED:]


class Words:
    """Replaces what names people in free texts. `own` are the pseudonyms of the text's own patron, parts included."""

    def __init__(self, pseudonyms: Iterable[Pseudonym], own: Collection[Pseudonym] = ()) -> None:
        known = [*own, *(each for each in pseudonyms if each.unique and each not in own)]
        self._names: dict[str, list[tuple[list[str], str]]] = {}
        for each in known:
            for name, pseudonym in each.by_name.items():
                self._add(name.split(), pseudonym)
        for each in own:
            for name in each.names:
                for part in parts(name):
                    if len(part) >= _SHORTEST:
                        self._add([part], each.name)
        self._contacts = [(contact, each.name) for each in known for contact in each.contacts if contact]

    def replaced(self, text: str) -> str:
        """Return the text with pseudonyms for the names, and without e-mails and phones."""
        for contact, pseudonym in self._contacts:
            if _digits(contact) and not re.search(r"[^\W\d_]", contact):
                text = _without_phone(text, contact)
            else:
                text = re.sub(re.escape(contact), pseudonym, text, flags=re.IGNORECASE)
        return self._without_names(text)

    def _add(self, name: list[str], pseudonym: str) -> None:
        if name:
            turned = [name[-1], *name[:-1]]
            for order in (name, turned) if turned != name else (name,):
                self._names.setdefault(order[0], []).append((order, pseudonym))

    def _without_names(self, text: str) -> str:
        """Return the text with the longest names replaced first. A single word in lower case may be no name."""
        words = [(found.start(), found.end(), fold(found[0])) for found in _WORD.finditer(text)]
        pieces, at, place = list[str](), 0, 0
        while place < len(words):
            start, end, folded = words[place]
            length, pseudonym = self._found(words, place, folded, lower=text[start].islower())
            if length:
                end = words[place + length - 1][1]
                pieces += [text[at:start], pseudonym]
                at = end
            place += length or 1
        return "".join([*pieces, text[at:]])

    def _found(self, words: list[tuple[int, int, str]], place: int, first: str, *, lower: bool) -> tuple[int, str]:
        best = (0, "")
        for name, pseudonym in self._names.get(first, ()):
            here = [word for _, _, word in words[place : place + len(name)]]
            if here == name and len(name) > best[0] and not (lower and len(name) == 1):
                best = (len(name), pseudonym)
        return best


def plain(pseudonym: Pseudonym) -> dict[str, object]:
    """Return the pseudonym as the table keeps it while its person is being forgotten."""
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name in Pseudonym.__slots__
        if (value := getattr(pseudonym, name)) or name == "unique"
    }


def read_pseudonym(kept: Mapping[str, object]) -> Pseudonym:
    """Return the pseudonym that `plain` wrote."""
    return Pseudonym(**{name: tuple(value) if isinstance(value, list) else value for name, value in kept.items()})  # type: ignore[arg-type]  # as `plain` wrote them


def _without_phone(text: str, phone: str) -> str:
    return _NUMBER.sub(lambda found: FORGOTTEN if same_phone(found[0], phone) else found[0], text)


def _digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdecimal())
