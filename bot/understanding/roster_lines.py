"""Lines of a pasted list: name, party, due, phone and e-mail of a patron each, in any order.

Cells are separated by tabs, semicolons, commas or two spaces; a first line of headings says what each cell is. Without
that, a number alone is taken only where it can be one thing. Everything else is said to be unclear.
"""

from __future__ import annotations

import csv
import re
from dataclasses import field
from typing import TYPE_CHECKING, Any, Final

from bot.understanding.roster_numbers import LineUnclear, Numbers, sort_numbers, take_marked, unclear
from bot.understanding.vocabulary import NO_NAMES, a_set
from charter.enrolling import check_email, check_phone
from charter.frozen import dataclass
from charter.names import fold
from charter.parties import check_due, check_party
from charter.pasting import PastedLine
from charter.patrons import check_name
from charter.refusals import EmailMalformed, Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

_HEADINGS: Final = {
    heading: kind
    for kind, headings in {
        "name": "name|patron|guest|guest name|full name|passenger|customer|who",
        "first": "first|first name|given name",
        "last": "last|last name|surname|family name",
        "party": "party|party size|people|pax|guests|size|number of people|tickets|qty|seats",
        "due": "due|amount|amount due|price|total|owes|owed|balance|to pay",
        "email": "e mail|email|mail|email address|e mail address",
        "phone": "phone|phone number|mobile|cell|tel|telephone",
        "": "no|nr|number|notes|note|comment|comments|waiver",
    }.items()
    for heading in headings.split("|")
}
_BULLET: Final = re.compile(r"^\s*(?:[-–—•*·▪]\s+|[0-9]{1,3}[.)]\s+(?=\S))")
_BLANKS: Final = re.compile("[\u00a0\u2007\u202f\u200b\ufeff]")
_ADDRESS: Final = re.compile(r"<?(?:mailto:)?([^\s,;<>()\"|]*@[^\s,;<>()\"|]*)(?:\|[^>]*)?>?")
# A comma between digits of one amount, where the list has other commas with a space behind them.
_THOUSANDS: Final = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")
# `Dave, 2,250`: two people and 250, or 2,250.
_TWO_OR_ONE: Final = re.compile(r"(?<![0-9$€£.,])(?:[1-9]|1[0-2]),[0-9]{3}(?![0-9])")
_LABEL: Final = re.compile(r"^(?:name|patron|guest)\s*[:=]\s*", re.IGNORECASE)
_LEFT: Final = ' \t,;:|/-–—=()[]"'
# Words of a note that are names too, and those around a name that may stay in it.
_IN_A_NAME: Final = a_set("will an son so my just mr mrs ms miss dr sir family")
_UNREADABLE: Final = "Write a name, and beside it what you know: party of 2, $250, a phone number, an e-mail address."


@dataclass(frozen=True, slots=True)
class Headings:
    """Kinds of the cells, in their order, as a first line of headings has them; empty without one."""

    kinds: tuple[str, ...] = ()


@dataclass
class _Found:
    """The fields of a line as texts, as far as they were found."""

    emails: list[str] = field(default_factory=list)
    numbers: Numbers = field(default_factory=Numbers)
    names: list[str] = field(default_factory=list)


def read_list(text: str, *, currency: str) -> list[PastedLine]:
    """Return the lines of a list that are not empty. Amounts are in `currency`. A line that is unclear says why."""
    lines = [(number, _BLANKS.sub(" ", line)) for number, line in enumerate(text.splitlines(), start=1)]
    filled = [(number, line) for number, line in lines if line.strip()]
    headings = _headings(filled[0][1]) if filled else Headings()
    if headings.kinds:
        del filled[0]
    return [
        _read(PastedLine(number, place, " ".join(line.split())), line, headings, currency)
        for place, (number, line) in enumerate(filled, start=1)
    ]


def _read(blank: PastedLine, line: str, headings: Headings, currency: str) -> PastedLine:
    """Return the line with its fields, or with the reason why it is unclear."""
    try:
        texts = _by_headings(line, headings) if headings.kinds else _freely(line, currency)
        fields = _checked(texts, currency)
    except Refusal as refusal:
        return PastedLine(blank.number, blank.place, blank.text, why=str(refusal))
    return PastedLine(blank.number, blank.place, blank.text, **fields)


def _checked(texts: dict[str, str], currency: str) -> dict[str, Any]:
    """Return the fields that the texts give. A field without a text is left out. Raises Refusal."""
    party = check_party(texts["party"]) if texts.get("party") else None
    due = check_due(texts["due"], party=1, price=None, currency=currency) if texts.get("due") else None
    name = check_name(texts.get("name", ""))
    if not any(letter.isalpha() for letter in name):
        raise LineUnclear(_UNREADABLE)
    email, phone = check_email(texts.get("email", "")), check_phone(texts.get("phone", ""))
    return {"name": name, "party": party, "due": due, "email": email, "phone": phone}


def _headings(line: str) -> Headings:
    """Return the headings if all cells of the line are some, a name's among them."""
    kinds = tuple(_HEADINGS.get(fold(cell), "?") for cell in _cells(line))
    is_heading = "?" not in kinds and len(kinds) > 1 and {"name", "first", "last"} & set(kinds)
    named = [kind for kind in kinds if kind]
    return Headings(kinds if is_heading and len(named) == len(set(named)) else ())


def _by_headings(line: str, headings: Headings) -> dict[str, str]:
    """Return the texts of the cells by their headings. Raises Refusal for a line with more cells than headings."""
    cells = _cells(line)
    if len(cells) > len(headings.kinds):
        raise LineUnclear(f"The line has {len(cells)} cells, and the headings are {len(headings.kinds)}.")
    texts = {kind: cell.strip() for kind, cell in zip(headings.kinds, cells, strict=False) if kind}
    whole = " ".join(filter(None, (texts.pop("first", ""), texts.pop("last", ""))))
    return {**texts, "name": texts.get("name") or whole}


def _cells(line: str) -> list[str]:
    """Return the cells of a line: by tabs, else by semicolons, by commas, or by two spaces; empty ones included."""
    if "\t" in line:
        return [cell.strip(' "') for cell in line.strip("\n").split("\t")]
    line = line.strip()
    if ";" in line:
        return [cell.strip(' "') for cell in line.split(";")]
    if "," in line:
        if re.search(r",\s", line) and '"' not in line:  # a comma without a space is within an amount
            line = _THOUSANDS.sub("", line)
        return [cell.strip() for cell in next(csv.reader([line], skipinitialspace=True))]
    return [cell.strip() for cell in re.split(r"\s{2,}|\s\|\s", line)]


def _freely(line: str, currency: str) -> dict[str, str]:
    """Return the texts of a line without headings, by what they look like. Raises Refusal where that is unclear."""
    found = _Found()
    bare = _BULLET.sub("", line)
    addressed = _ADDRESS.sub(lambda address: _note_email(found, address[1]), bare)
    rest = take_marked(addressed, found.numbers, currency)
    if re.search(r",\s", rest) and "\t" not in rest and ";" not in rest and (either := _TWO_OR_ONE.search(rest)):
        raise unclear([either[0]])
    for cell in filter(None, _cells(rest)):
        sort_numbers(cell, found.numbers)
    for cell in found.numbers.left:
        piece = _LABEL.sub("", " ".join(cell.split()).strip(_LEFT)).strip(_LEFT)
        if piece:
            found.names.append(piece)
    if len(set(found.emails)) > 1:
        raise EmailMalformed
    name = _name(found.names)
    party, due = found.numbers.settled()
    return {
        "name": name,
        "party": party,
        "due": due,
        "email": next(iter(found.emails), ""),
        "phone": found.numbers.phone(),
    }


def _note_email(found: _Found, address: str) -> str:
    found.emails.append(address.rstrip("."))
    return "  "


def _name(pieces: Sequence[str]) -> str:
    """Return the only piece that is left as the name. Raises Refusal where there are several, or it is no name."""
    if not pieces:
        raise LineUnclear(_UNREADABLE)
    if len(pieces) > 1:
        said = ", ".join(f"“{piece[:40]}”" for piece in pieces[:3])
        raise LineUnclear(
            f"It is not clear which of {said} is the name. Write one person's name, and nothing else in words."
        )
    for word in pieces[0].split():
        if fold(word) in NO_NAMES - _IN_A_NAME or any(letter.isdigit() for letter in word):
            raise LineUnclear(f"“{word[:40]}” is not understood beside a name. Leave it out.")
    return pieces[0]
