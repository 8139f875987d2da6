"""Reads the cells of one line one by one and collects their problems, so that all of a line are reported."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TypeVar

from roster.importing.headings import currency_in
from roster.importing.problems import ImportProblem, Problems

if TYPE_CHECKING:
    from collections.abc import Callable

    from roster.importing.columns import Columns
    from roster.importing.sheets import SheetLine

_T = TypeVar("_T")

# `1.250,00 €`: two digits after a comma are cents with any separator of thousands; three digits are thousands.
_CONTINENTAL: Final = re.compile(r"(\D*)([0-9]{1,3}(?:[. ][0-9]{3})+|[0-9]+),([0-9]{2})(\D*)")
# `0,250` and `01,250` are not thousands: they may be a quarter, or a digit may be missing.
_LEADING_ZERO: Final = re.compile(r"(?<!\d)0\d{0,2}[, ]\d{3}(?!\d)")
# More decimals than cents have, all of them zeros, as databases write them.
_ZEROS: Final = re.compile(r"(\d\.\d{2})0{2,}(?!\d)")
_NOTHING: Final = frozenset(("free", "comp", "comped", "complimentary", "no charge"))
# Signs that name one of the currencies that are counted in dollars.
_DOLLARS: Final = {
    "us$": "USD", "ca$": "CAD", "cad$": "CAD", "c$": "CAD", "cdn$": "CAD", "au$": "AUD", "a$": "AUD", "nz$": "NZD",
    "hk$": "HKD", "s$": "SGD", "mx$": "MXN",
}  # fmt: skip
_DOLLAR_SIGN: Final = re.compile(r"(?i)(?<![a-z])(us|cad|ca|cdn|c|au|a|nz|hk|s|mx)\$")
_IN_DOLLARS: Final = frozenset(_DOLLARS.values())
_SIGNS: Final = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₱": "PHP"}
_CALLED: Final = {
    "us dollar": "USD", "dollar": "USD", "euro": "EUR", "british pound": "GBP", "pound sterling": "GBP",
    "canadian dollar": "CAD", "australian dollar": "AUD",
}  # fmt: skip
_CODE: Final = re.compile(r"(?i)(?<![a-z])([a-z]{3})(?![a-z])")
_SPACES: Final = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_INVISIBLE: Final = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_AS_TEXT: Final = re.compile(r"=\"([^\"]*)\"|'(?=[\d+=(])(.*)")  # how spreadsheets keep digits as they are


class Cells:
    """One line's cells by their fields; `problems` collects what cannot be read."""

    def __init__(self, columns: Columns, line: SheetLine, *, continental: bool = False) -> None:
        self._columns, self._line, self._continental = columns, line, continental
        self.problems = Problems()

    @property
    def number(self) -> int:
        """The number of the line in its file."""
        return self._line.number

    def refuse(self, reason: str) -> None:
        """Add a problem of the line."""
        self.problems.append(ImportProblem(self.number, reason))

    def text(self, field: str) -> str:
        """Return the cell without invisible characters around it; an empty text where there is none."""
        return clean(self._columns.cell(self._line, field))

    def amount(self, field: str) -> str:
        """Return the cell in the form in which amounts are parsed: `125,00` becomes `125.00`, `US$5` becomes `USD 5`.

        A comma begins the cents only in a file with semicolons. In a column of one kind of dollars `$` means those.
        """
        text = self.text(field)
        if text.casefold() in _NOTHING:
            return "0"
        if _LEADING_ZERO.search(text):
            self.refuse(f"{field}: “{text[:40]}” may be two amounts. Write one, like 0.25 or 1250.")
        found = _CONTINENTAL.fullmatch(text) if self._continental else None
        if found is not None:
            text = f"{found[1]}{re.sub('[. ]', '', found[2])}.{found[3]}{found[4]}"
        text = _DOLLAR_SIGN.sub(lambda sign: f"{_DOLLARS[sign[0].casefold()]} ", _ZEROS.sub(r"\1", text))
        named = self.currency(field)
        return text.replace("$", f"{named} " if named not in text.upper() else "") if named in _IN_DOLLARS else text

    def currency(self, field: str) -> str:
        """Return the currency that the line names for an amount: in its own column, or in the amount's heading."""
        text = self.text("currency")
        return currency_code(text) if text else currency_in(self._columns.heading(field))

    def read(self, field: str, parse: Callable[[str], _T]) -> _T | None:
        """Return the parsed cell; None where it is empty or refused."""
        text = self.text(field)
        return self.checked(field, text, parse) if text else None

    def checked(self, field: str, text: str, parse: Callable[[str], _T]) -> _T | None:
        """Return a parsed text; None where it is refused, which is a problem of the field."""
        with self.problems.collect(self.number, field):
            return parse(text)
        return None


def clean(text: str) -> str:
    """Return a cell with plain spaces, without invisible characters around it."""
    if not text.isascii():
        text = _SPACES.sub(" ", text).strip(f"{_INVISIBLE} ")
    found = _AS_TEXT.fullmatch(text)
    return (found[1] or found[2] or "").strip() if found else text


def currency_code(text: str) -> str:
    """Return the code of a currency given as a code, a sign or a name; unknown text is returned in capitals."""
    if text.strip() in _SIGNS:
        return _SIGNS[text.strip()]
    bare = text.strip().casefold()
    return _DOLLARS.get(bare) or _CALLED.get(bare.removesuffix("s").replace("u.s. ", "us ")) or bare.upper()


def currency_of(amount: str) -> str:
    """Return the currency that an amount's own sign or code names; empty when it has none."""
    if found := _CODE.search(amount):
        return found[1].upper()
    return next((code for sign, code in _SIGNS.items() if sign in amount), "")
