"""Numbers in one line of a pasted list: the party, the due and the phone, by the marks beside them or by their size."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from bot.understanding.numbers import read_number
from charter.names import fold
from charter.refusals import Malformed, PhoneMalformed

_AMOUNT: Final = r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?(?![0-9,])|[0-9]+(?:\.[0-9]+)?"
_COUNT: Final = r"[0-9]{1,4}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_EXTENSION: Final = r"(?: ?x ?[0-9]{1,6}(?![0-9]))?"
_PHONES: Final = tuple(
    re.compile(pattern + _EXTENSION, re.IGNORECASE)
    for pattern in (
        r"\+1[ .-]?\(?[2-9][0-9]{2}\)?[ .-]?[0-9]{3}[ .-]?[0-9]{4}(?![0-9])",
        r"\+ ?\(?[0-9](?:[().\-/]| (?=[0-9(]))*(?:[0-9](?:[().\-/]| (?=[0-9(]))*){5,}[0-9]",
        r"(?<![0-9$€£.,])(?:1[ .-])?\(?[2-9][0-9]{2}\)?[ .-] ?[0-9]{3}[ .-][0-9]{4}(?![0-9])",
        r"(?<![0-9$€£.,-])[0-9]{3}-[0-9]{4}(?![0-9-])",
        r"(?<![0-9$€£.,])[0-9]{7,15}(?![0-9.,])",
    )
)
_PHONE_SAID: Final = re.compile(
    r"(?:phone|tel|telephone|cell|mobile|mob|ph)\b[.:]*\s*([+(]?[0-9](?:[0-9().\-/]| (?=[0-9(]))*[0-9])", re.IGNORECASE
)
_LABELS: Final = re.compile(
    r"\b(?:e-?mail|mail|phone|tel|telephone|cell|mobile)\s*[:=]|\b(?:phone|tel|cell|mobile)\b(?=\s*$)", re.IGNORECASE
)
_DUES: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?:due|owes|owed|amount|total)\b\s*[:=]?\s*((?:US\$|[$€£¥])?\s?(?:{_AMOUNT})(?:\s?(?:usd|eur|gbp|€|£))?)",
        rf"(?<![0-9])((?:US\$|[$€£¥])\s?(?:{_AMOUNT}))(?![0-9])",
        rf"(?<![0-9.,])((?:{_AMOUNT})\s?(?:usd|eur|gbp|cad|aud|chf|mxn|€|£))(?![a-z])",
    )
)
_PARTIES: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?:party|group|family)(?:\s+(?:of|size))?\s*[:=]?\s*({_COUNT})\b",
        rf"\b({_COUNT})\s?(?:people|persons?|ppl|pax|guests?|passengers?|tickets?|tix|seats?|spots?)\b",
        r"\(\s*([0-9]{1,3})\s*\)",
        r"(?<![^\s,;])([0-9]{1,3})\s?[x×*]\s*(?=[^\W\d_])",
        r"(?<=[^\W\d_])\s+[x×]\s?([0-9]{1,3})(?![0-9.,])",
    )
)
_KINDS: Final = re.compile(
    rf"\b({_COUNT})\s?(?:adults?|kids?|child(?:ren)?)\b(?:\s*(?:and|&|\+)\s*(?=[0-9]))?", re.IGNORECASE
)
_BARE: Final = re.compile(r"[0-9][0-9.,]*")
# A number up to this one counts people where another number is the due. Alone it may be either.
_FEW: Final = 12
_SHORT_GROUP, _WHOLE_PHONE = 3, 10
_APART: Final = "  "


class LineUnclear(Malformed):
    """The line of a list may mean several things, or none. It is left out, and never guessed."""


@dataclass
class Numbers:
    """The numbers of a line, as they were typed, and what is left of its cells without them.

    `bare` are those without a mark beside them.
    """

    parties: list[str] = field(default_factory=list)
    dues: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    bare: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    def phone(self) -> str:
        """Return the phone number; empty without one. Raises PhoneMalformed for several."""
        if len(set(self.phones)) > 1:
            raise PhoneMalformed
        return self.phones[0] if self.phones else ""

    def settled(self) -> tuple[str, str]:
        """Return party and due, each empty where the line does not give it. Raises LineUnclear."""
        parties, dues, bare = list(dict.fromkeys(self.parties)), list(dict.fromkeys(self.dues)), self.bare
        if len(parties) > 1 or len(dues) > 1:
            raise unclear(parties if len(parties) > 1 else dues)
        match parties, dues, bare:
            case _, _, []:
                pass
            case [_], [], [due]:
                dues = [due]
            case [], [_], [party] if _counts_few(party):
                parties = [party]
            case [], [], [due] if not _counts_few(due):
                dues = [due]
            case [], [], [one, other] if _counts_few(one) != _counts_few(other):
                parties, dues = ([one], [other]) if _counts_few(one) else ([other], [one])
            case _:
                raise unclear(bare)
        return "".join(parties), "".join(dues)


def take_marked(text: str, numbers: Numbers, currency: str) -> str:
    """Note the numbers that have a mark beside them, and return the text without them. Raises LineUnclear.

    `currency` is the code of the event's currency.
    """
    text = _PHONE_SAID.sub(lambda found: _note(numbers.phones, _one_phone(found[1])), text)
    for pattern in _PHONES:
        text = pattern.sub(lambda found: _note(numbers.phones, _one_phone(found[0])), text)
    for pattern in (*_DUES, re.compile(rf"(?<![0-9.,])((?:{_AMOUNT})\s?{re.escape(currency)})\b", re.IGNORECASE)):
        text = pattern.sub(lambda found: _note(numbers.dues, " ".join(found[1].split())), text)
    kinds = [_count(found[1]) for found in _KINDS.finditer(text)]
    if kinds:
        text = _KINDS.sub(_APART, text)
        numbers.parties.append(str(sum(kinds)))
    for pattern in _PARTIES:
        text = pattern.sub(lambda found: _note(numbers.parties, str(_count(found[1]))), text)
    return _LABELS.sub(_APART, text)


def sort_numbers(cell: str, numbers: Numbers) -> None:
    """Note the numbers without a mark at both ends of a cell, and what is left between them."""
    words = cell.split()
    while words and _BARE.fullmatch(words[0]):
        numbers.bare.append(words.pop(0).rstrip(".,"))
    behind: list[str] = []
    while words and _BARE.fullmatch(words[-1]):
        behind.insert(0, words.pop().rstrip(".,"))
    numbers.bare += behind
    if words:
        numbers.left.append(" ".join(words))


def _note(found: list[str], text: str) -> str:
    found.append(text)
    return _APART


def _one_phone(text: str) -> str:
    """Return the phone number. Raises LineUnclear where its end may be another number: `+44 20 7946 0958 250`."""
    first, space, last = text.strip().rpartition(" ")
    whole = sum(letter.isdigit() for letter in first)
    if space and "x" not in text.casefold() and last.isdigit() and len(last) <= _SHORT_GROUP and whole >= _WHOLE_PHONE:
        raise LineUnclear(f"It is not clear where the phone number ends: {text.strip()}. Put a comma behind it.")
    return " ".join(text.split())


def _count(text: str) -> int:
    return int(text) if text.isdigit() else read_number([fold(text)]) or 0


def _counts_few(text: str) -> bool:
    """Return whether the number may count the people of a party."""
    return text.isdigit() and 1 <= int(text) <= _FEW


def unclear(texts: list[str]) -> LineUnclear:
    """Return the refusal of numbers that may mean several things."""
    said, mean = " and ".join(texts[:3]), "means" if len(texts) == 1 else "mean"
    return LineUnclear(f"It is not clear what {said} {mean}. Write “party of 2” for people and “$250” for the due.")
