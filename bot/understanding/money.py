"""Money in the words after a command, judged by the words beside it. amounts.py picks the amount."""

from __future__ import annotations

import re
from decimal import Decimal
from enum import IntEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from bot.understanding.numbers import is_number_word, read_number
from bot.understanding.slips import NOTES, is_price, is_sign_alone, is_slip, is_slip_in_words, starts_with_digits
from bot.understanding.vocabulary import a_set
from charter.frozen import dataclass
from charter.money import looks_like_amount, plain_amount
from charter.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.understanding.words import Word

_CURRENCIES: Final = {
    "$": "USD", "us$": "USD", "usd": "USD", "dollar": "USD", "dollars": "USD", "buck": "USD", "bucks": "USD",
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "£": "GBP", "gbp": "GBP", "pounds": "GBP", "quid": "GBP",
    "¥": "JPY", "jpy": "JPY", "cad": "CAD", "aud": "AUD", "chf": "CHF", "sek": "SEK", "nok": "NOK", "dkk": "DKK",
    "mxn": "MXN", "nzd": "NZD", "pln": "PLN",
}  # fmt: skip
_SIGN: Final = r"us\$|[$€£¥]|usd|eur|gbp|jpy|cad|aud|chf|sek|nok|dkk|mxn|nzd|pln"
_NUMBER: Final = r"(?:[1-9][0-9]{0,2}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?|\.[0-9]+"
_MONEY: Final = pattern(rf"({_SIGN})?({_NUMBER})(?:[.,]-)?({_SIGN})?", re.IGNORECASE)
_PRODUCT: Final = pattern(rf"({_SIGN})?({_NUMBER})[x×*@]({_SIGN})?({_NUMBER})({_SIGN})?", re.IGNORECASE)
_SPELLED: Final = frozenset({"dollar", "dollars", "buck", "bucks", "euro", "euros", "pounds", "quid"})
_CENTS: Final = frozenset({"cent", "cents", "¢"})
_TIMES: Final = frozenset({"x", "×", "*", "@"})
# What is before the first digit of a number or product whose words are apart, as in `us $60x2`.
_BEFORE_A_DIGIT: Final = frozenset(
    sign[:length] + point
    for sign in a_set("us$ $ € £ ¥ usd eur gbp jpy cad aud chf sek nok dkk mxn nzd pln")
    for length in range(len(sign) + 1)
    for point in ("", ".")
)
LONGEST: Final = 40

# Words before and after a number that is no money.
_COUNTED_BEFORE: Final = a_set(
    "party table seat seats room cabin slip pier gate no nr number num # ref reference receipt ticket tickets invoice "
    "order booking id apt unit phone tel age aged since"
)
_COUNTED_AFTER: Final = a_set(
    "people person persons ppl pax guest guests adult adults kid kids child children ticket tickets tix seat seats "
    "pm am oclock hours hour hrs hr min mins minutes day days night nights week weeks month months year years yrs yo "
    "passengers passenger spots spaces friends"
)
_GROUPS: Final = a_set("party group family table crew")
_SUMS: Final = a_set("sum total amount payment deposit refund")
# Words beside money that is mentioned and not paid now.
_SPOKEN_BEFORE: Final = a_set(
    "owes owed owe owing due balance bal outstanding remaining still minus less tip tips change check cheque ck at "
    "price cost costs fare worth not"
)
_SPOKEN_AFTER: Final = a_set("owed due owing outstanding left tip tips change short back off more remaining")
# Between two numbers these belong to the second: `$120 tip $10`.
_SPOKEN_FORWARD: Final = a_set("tip tips change")
# Words that change a number.
_TURNED_BEFORE: Final = _TIMES | a_set("times about around approx approximately roughly circa ca nearly almost maybe")
# Words between `owes` and the number.
_SKIPPED: Final = a_set("me us him her them only just another still")
_TURNED_AFTER: Final = a_set("x × each ea apiece pp per percent k grand hundred thousand dozen + plus times") | NOTES
# Before `hundred` they mean several: `a couple hundred`.
_SOME: Final = a_set("couple few several")
# A small number in words after one of these is no money: `plus two`.
_COUNTS_ON: Final = a_set("plus and all both other others the these those or next last first group")
_METHOD_WORDS: Final = a_set("cash card venmo zelle check cheque")
_PAID: Final = a_set("pays paid pay paying gave gives giving handed got received collected took sent")
_SMALL: Final = 12
_TEN: Final = 10


class Likelihood(IntEnum):
    """Likelihood that money in the words is the amount, in ascending order."""

    COUNTED = 0
    """A number that belongs to a word beside it and is no money: `party of 2`."""
    SPOKEN = 1
    """Money that may not be paid now: `owes 125`, or another number: `check 377`."""
    PLAIN = 2
    SIGNED = 3
    """A currency is beside it."""


@dataclass(frozen=True, slots=True)
class PossibleMoney:
    """Possible money at `places`. `text` is the value for the field, empty if it was not understood."""

    places: tuple[int, ...]
    text: str
    likelihood: Likelihood
    currency: str | None = None
    is_paid: bool = False
    """True if a word such as `paid` is before it."""
    label: tuple[int, ...] = ()
    """The places of the words that it belongs to."""


@lru_cache(maxsize=4)  # a command's numbers are found before its event is known, and as a rule again with the event
def find_money(
    words: tuple[Word, ...], *, places: frozenset[int], currency: str, today_year: int
) -> tuple[PossibleMoney, ...]:
    """Return all possible money at `places`, in order."""
    marks = {**_CURRENCIES, currency.casefold(): currency}
    beside = _Beside(words, places)
    found = (money for money in _spans(words, places, marks) if places.issuperset(money.places))
    return tuple(_judged(beside, money, today_year) for money in found)


def _spans(words: Sequence[Word], places: frozenset[int], marks: dict[str, str]) -> Iterator[PossibleMoney]:
    at = 0
    while at < len(words):
        found = _span_at(words, at, marks) if at in places and _may_begin(words[at], marks) else None
        if found is not None:
            yield found
            at = found.places[-1]
        at += 1


def _may_begin(word: Word, marks: dict[str, str]) -> bool:
    """Return whether money may begin with this word. Of most words this alone is asked."""
    if word.has_digits or "@" in word.raw or is_slip_in_words(word):
        return True
    bare, first = word.bare.casefold(), word.key.partition(" ")[0]
    return bare in marks or bare in _BEFORE_A_DIGIT or first == "a" or is_number_word(first)


def _span_at(words: Sequence[Word], at: int, marks: dict[str, str]) -> PossibleMoney | None:
    if len(words[at].raw) > LONGEST:
        return PossibleMoney((at,), "", Likelihood.PLAIN) if starts_with_digits(words[at]) else None
    if is_price(words[at]):
        return PossibleMoney((at,), "", Likelihood.PLAIN)
    return _product_at(words, at) or _number_at(words, at, marks) or _in_words(words, at, marks) or _slip(words, at)


def _number_at(words: Sequence[Word], at: int, marks: dict[str, str]) -> PossibleMoney | None:
    """Return the money in `120`, `$60,-`, `$ 120`, `120 usd`, `120sek`."""
    bare, after = _bare(words, at).casefold(), _bare(words, at + 1).casefold()
    if bare in marks and bare not in _SPELLED and (number := _MONEY.fullmatch(after)) and not number[1]:
        return _number((at, at + 1), number[2], marks[bare])
    if number := _MONEY.fullmatch(bare):
        sign = marks.get(number[1] or number[3] or "")
        is_free = after in _SPELLED or not _MONEY.fullmatch(_bare(words, at + 2))
        if sign is None and after in marks and is_free:
            return _number((at, at + 1), number[2], marks[after])
        clean = words[at].bare if looks_like_amount(words[at].bare, currency=sign or "USD") else number[2]
        return _number((at,), clean, sign)
    code = _code_beside(bare, marks)
    return None if code is None else _number((at,), words[at].bare, marks[code])


def _code_beside(bare: str, marks: dict[str, str]) -> str | None:
    """Return the currency's code that is joined to a number, as in `120sek`."""
    if "-" in bare or not any(letter.isdigit() for letter in bare):
        return None
    return next((code for code in marks if code.isalpha() and looks_like_amount(bare, currency=code)), None)


def _number(places: tuple[int, ...], text: str, currency: str | None) -> PossibleMoney:
    return PossibleMoney(places, text, Likelihood.PLAIN if currency is None else Likelihood.SIGNED, currency)


def _product_at(words: Sequence[Word], at: int) -> PossibleMoney | None:
    """Return the money in `60x2`, `60 x 2`, `2x 60`."""
    for length in (3, 2, 1):
        parts = [_bare(words, place).casefold() for place in range(at, at + length)]
        if length == 3 and (parts[1] not in _TIMES):  # noqa: PLR2004 - number, sign, number
            continue
        joined = "".join(parts)
        if found := _PRODUCT.fullmatch(joined) if all(parts) and not _TIMES.isdisjoint(joined) else None:
            sign = _CURRENCIES.get(found[1] or found[3] or found[5] or "")
            value = Decimal(found[2].replace(",", "")) * Decimal(found[4].replace(",", ""))
            return _number(tuple(range(at, at + length)), plain_amount(value) if value else "", sign)
    return None


def _in_words(words: Sequence[Word], at: int, marks: dict[str, str]) -> PossibleMoney | None:
    """Return the money in `sixty`, `a hundred dollars`. A small number without a currency is SPOKEN."""
    end, parts = at, list[str]()
    while end < len(words) and all(_in_number(part, parts) for part in words[end].key.split()) and words[end].key:
        parts += words[end].key.split()
        end += 1
    while parts and parts[-1] == "and":
        parts.pop()
        end -= 1
    if not any(is_number_word(part) for part in parts) or (parts[0] == "a" and parts[1] not in {"hundred", "thousand"}):
        return None
    value, currency = read_number(parts), marks.get(_bare(words, end).casefold())
    before, after = _key(words, at - 1), _key(words, end)
    if parts[0] in {"hundred", "thousand"} and before in _SOME:
        value = None
    if currency is None and value is not None and value < _TEN and after not in _METHOD_WORDS:
        return None if value == 1 or before in _COUNTS_ON else PossibleMoney((at,), str(value), Likelihood.SPOKEN)
    places = tuple(range(at, end + (currency is not None)))
    return _number(places, "" if value is None else str(value), currency)


def _in_number(part: str, before: Sequence[str]) -> bool:
    return is_number_word(part) or (part == "and" and before[-1:] == ["hundred"]) or (part == "a" and not before)


def _slip(words: Sequence[Word], at: int) -> PossibleMoney | None:
    """Return words that may be money but are no plain number. A sign alone is asked about if there is nothing else."""
    if is_sign_alone(words[at]):
        return PossibleMoney((at,), "", Likelihood.SPOKEN)
    return PossibleMoney((at,), "", Likelihood.PLAIN) if is_slip(words, at, counted=_COUNTED_BEFORE) else None


@dataclass(frozen=True, slots=True)
class _Beside:
    """The words that a number may belong to: only those at `places`, without the event's words, for instance."""

    words: Sequence[Word]
    places: frozenset[int]

    def key(self, at: int) -> str:
        """Return the word's key for comparison; empty if there is none."""
        return _key(self.words, at) if at in self.places else ""

    def is_numeric(self, at: int) -> bool:
        """Return whether the word is a number, in digits or in letters."""
        bare = _bare(self.words, at) if at in self.places else ""
        return any(letter.isdigit() for letter in bare) or is_number_word(self.key(at))

    def is_small(self, at: int) -> bool:
        """Return whether the word is a number in digits that counts people or hours."""
        key = self.key(at)
        return key.isdigit() and len(key) < 3 and int(key) <= _SMALL  # noqa: PLR2004 - two digits

    def binds_back(self, at: int) -> bool:
        """Return whether the word belongs to the number before it: `4 tickets 120`, and not `120 ticket 4`."""
        key, before = self.key(at), self.key(at - 1)
        if not self.is_numeric(at - 1) and before in _CURRENCIES and self.is_numeric(at - 2):
            is_next = key in _SPOKEN_FORWARD and self.is_numeric(at + 1)  # `125 dollars tip 20`
            return key in _SPOKEN_AFTER and not is_next  # `20 dollars tip`
        if not self.is_numeric(at - 1) or not self.is_numeric(at + 1):
            return self.is_numeric(at - 1)
        if key in _COUNTED_AFTER:
            return key not in _COUNTED_BEFORE or (before.isdigit() and int(before) <= _SMALL)
        return key in _SPOKEN_AFTER and key not in _SPOKEN_FORWARD

    def turned_before(self, first: int) -> int:
        """Return the place of the word before a number that changes it, else the number's own."""
        return first - 1 if self.key(first - 1) in _TURNED_BEFORE else first

    def turned_after(self, first: int, last: int) -> int:
        """Return the last place of the words after a number that change it, else the number's own: `each`, `or so`."""
        after = self.key(last + 1)
        if after in _TURNED_AFTER:
            return last + 1
        each = after == "at" and self.is_numeric(last + 2) and self.key(first - 1) not in {"for", "of"}
        is_each = each and self.is_small(first) and not self.is_small(last + 2)
        return last + 2 if is_each or (after == "or" and self.key(last + 2) == "so") else last


def _judged(beside: _Beside, money: PossibleMoney, year: int) -> PossibleMoney:
    """Return the money, adjusted by the words beside it."""
    first, last, signed = money.places[0], money.places[-1], money.likelihood is Likelihood.SIGNED
    small = money.text.isdigit() and len(money.text) < 3 and int(money.text) <= _SMALL  # noqa: PLR2004
    if beside.key(last + 1) in _CENTS:
        return PossibleMoney((*money.places, last + 1), "", Likelihood.SIGNED)
    start, end = beside.turned_before(first), beside.turned_after(first, last)
    if start < first or end > last:
        return PossibleMoney(tuple(range(start, end + 1)), "", money.likelihood)
    at = first - 2 if beside.key(first - 1) in _SKIPPED else first - 1
    before = "" if beside.binds_back(at) else beside.key(at)
    after = beside.key(last + 1) if beside.binds_back(last + 1) else ""
    likelihood, label = money.likelihood, tuple[int, ...]()
    if before == "of" and beside.key(first - 2) in _GROUPS:
        likelihood, label = Likelihood.COUNTED, (first - 2, first - 1)
    elif not signed and (before in _COUNTED_BEFORE or (before in {"for", "at"} and small)):
        likelihood, label = Likelihood.COUNTED, tuple(range(at, first))
    elif not signed and after in _COUNTED_AFTER:
        likelihood, label = Likelihood.COUNTED, (last + 1,)
    elif before in _SPOKEN_BEFORE or (before == "of" and beside.key(first - 2) not in _SUMS):
        likelihood, label = Likelihood.SPOKEN, tuple(range(at, first))
    elif after in _SPOKEN_AFTER or (not signed and _is_year(money.text, year)):
        likelihood, label = Likelihood.SPOKEN, (last + 1,) if after in _SPOKEN_AFTER else ()
    elif likelihood is Likelihood.PLAIN and before == "total":
        likelihood, label = Likelihood.SPOKEN, (first - 1,)
    return PossibleMoney(money.places, money.text, likelihood, money.currency, beside.key(first - 1) in _PAID, label)


def _is_year(text: str, year: int) -> bool:
    return text.isdigit() and abs(int(text) - year) <= 1


def _bare(words: Sequence[Word], at: int) -> str:
    return words[at].bare if 0 <= at < len(words) else ""


def _key(words: Sequence[Word], at: int) -> str:
    return words[at].key or words[at].bare if 0 <= at < len(words) else ""
