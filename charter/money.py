"""Money: Decimal from what people type to what they read, never a float."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Final

from charter.patterns import pattern
from charter.refusals import AmountOutOfRange, AmountTooFine, AmountUnclear, on_field

LARGEST: Final = Decimal("100000.00")
CENT: Final = Decimal("0.01")
ZERO: Final = Decimal(0)

# Currencies whose sign is written before the number. Every other currency's code is written after it.
SIGNS: Final = {"USD": "$", "EUR": "€", "GBP": "£"}

# A currency's code, as a regular expression.
CURRENCY_CODE: Final = "[A-Z]{3}"

# Codes that people also write in front of the sign.
_LONG_SIGNS: Final = {"USD": "US$"}

# One number in ASCII digits: plain, or grouped by threes throughout. A group of two or four is a typing slip, and so is
# a zero before a group: `0,250` may be a quarter or 250.
_NUMBER: Final = pattern(
    r"(?P<minus>-?)(?:(?P<whole>[1-9][0-9]{0,2}(?:,[0-9]{3})+|[0-9]+)(?:\.(?P<decimals>[0-9]+))?|\.(?P<cents>[0-9]+))"
)
_LONGEST_TYPED: Final = 40


def parse_amount(text: str, *, currency: str = "USD") -> Decimal:
    """Return the one amount that `text` plainly is, above 0 and at most 100,000.00, with at most two decimals.

    Understands `125`, `125.5`, `.50`, `$1,250.00`, `US$125` and ` 125 usd`; the sign or the code must be that of
    `currency`. Invisible marks count for nothing. Raises AmountUnclear, AmountTooFine or AmountOutOfRange.
    """
    bare = _without_currency(text, currency) if len(text) <= _LONGEST_TYPED else ""
    number = _NUMBER.fullmatch(bare)
    if number is None:
        raise AmountUnclear(text, currency)
    if len(number["decimals"] or number["cents"] or "") > 2:  # noqa: PLR2004 - cents have two places
        raise AmountTooFine
    return check_amount(Decimal(bare.replace(",", "")))


def check_amount(amount: Decimal) -> Decimal:
    """Return `amount` itself when an entry may have it. Raise AmountTooFine or AmountOutOfRange."""
    if not amount.is_finite() or not ZERO < amount <= LARGEST:
        raise AmountOutOfRange
    if amount != amount.quantize(CENT):
        raise AmountTooFine
    return amount.quantize(CENT)


def parse_tip(text: str, *, currency: str = "USD") -> Decimal | None:
    """Return the tip that `text` plainly is, as `parse_amount` does; None where it is empty or zero.

    Raises on the field `tip`.
    """
    number = _NUMBER.fullmatch(_without_currency(text[:_LONGEST_TYPED], currency))
    if not text.strip() or (number and not number["minus"] and not Decimal(number[0].replace(",", ""))):
        return None
    return on_field("tip", lambda: parse_amount(text, currency=currency))


def check_tip(tip: Decimal) -> Decimal | None:
    """Return the tip, None for zero. Raises as `check_amount` does, on the field `tip`."""
    return on_field("tip", lambda: check_amount(tip)) if tip else None


def looks_like_amount(word: str, *, currency: str = "USD") -> bool:
    """Return whether one word is one number, perhaps out of range: `120`, `$1,250`, but not `dave` or an id."""
    return len(word) <= _LONGEST_TYPED and _NUMBER.fullmatch(_without_currency(word, currency)) is not None


def format_amount(amount: Decimal, currency: str) -> str:
    """Return `$1,250.00`, `-$5.00`, or `1,250.00 SEK` for a currency without a sign of its own."""
    sign = SIGNS.get(currency)
    minus = "-" if amount < 0 else ""
    return f"{minus}{sign}{abs(amount):,.2f}" if sign else f"{minus}{abs(amount):,.2f} {currency}"


def plain_amount(amount: Decimal) -> str:
    """Return `1250.00`: what an amount field is filled with, and what the API answers."""
    return f"{amount:.2f}"


def is_currency_code(text: str) -> bool:
    """Return whether `text` has the form of a currency's code: three capital letters, such as `USD`."""
    return re.fullmatch(CURRENCY_CODE, text) is not None


def _without_currency(text: str, currency: str) -> str:
    bare = "".join(letter for letter in text if unicodedata.category(letter) != "Cf").strip()
    for mark in dict.fromkeys((currency, _LONG_SIGNS.get(currency, currency), SIGNS.get(currency, currency))):
        if bare.upper().endswith(mark.upper()):
            bare = bare[: -len(mark)].rstrip()
        elif bare.upper().startswith(mark.upper()):
            bare = bare[len(mark) :].lstrip()
    return bare
