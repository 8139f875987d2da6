"""Amount in the words of a command. If it is not clear, none is taken, and the unclear words are returned."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from bot.understanding.money import Likelihood, PossibleMoney, find_money
from bot.understanding.vocabulary import a_set
from bot.understanding.words import text_of
from charter.frozen import dataclass
from charter.money import CENT, plain_amount

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from bot.understanding.words import Word

_HALF: Final = Decimal("0.5")
_HALVES: Final = frozenset({"half", "½", "1/2"})
# `half a day` and `half price` are not half of the balance. The second of two halves is the whole remaining balance.
_OTHER_HALF: Final = frozenset({"2nd", "second", "other", "last"})
_HALF_OF_ELSE: Final = a_set("a an day days hour hours dozen")
_HALF_UNCLEAR: Final = a_set("price fare off")
_TIP: Final = (["tip"], ["tips"])
_NO_TIP: Final = a_set("no not without minus less incl including includes included include with of")
# `200 change 75`: the amount paid may be the difference.
_TAKEN_OFF: Final = a_set("change back less minus off discount")
_FIRST: Final = frozenset({"1st", "first"})  # `first half 60` gives the amount
_HALF_OF: Final = a_set("of the his her their")
_SHARES: Final = frozenset({"¼", "¾", "quarter", "quarters", "thirds", "percent"})


@dataclass(frozen=True, slots=True)
class Amount:
    """The amount in the words: `text` for the field, half of the balance (`is_half`), or the words to ask about.

    `tip` is the text of a tip beside the amount.

    `asked` are words that may be an amount but are not clear. Then the field must stay empty. `places` are those of all
    these words, `noted` those of numbers that belong to another word, with that word.
    """

    text: str = ""
    is_half: bool = False
    asked: tuple[str, ...] = ()
    places: frozenset[int] = frozenset()
    noted: frozenset[int] = frozenset()
    tip: str = ""


@lru_cache(maxsize=16)  # a name is searched on many rosters, with the same amount each time
def find_amount(words: tuple[Word, ...], *, places: frozenset[int], currency: str, year: int) -> Amount:
    """Return the amount in the words at `places`, in `currency`, with the tip beside it.

    A number with a currency sign is preferred, then one after a word such as `paid`. If several remain, none is taken.
    """
    found = [
        _in_currency(money, currency) for money in find_money(words, places=places, currency=currency, today_year=year)
    ]
    tip = _tip(words, places, found)
    if tip is None:
        return _amount_in(words, places, found)
    amount = _amount_in(words, places, [money for money in found if money is not tip])
    return replace(amount, tip=tip.text, places=amount.places | {*tip.places, *tip.label})


def _tip(words: Sequence[Word], places: Collection[int], found: Sequence[PossibleMoney]) -> PossibleMoney | None:
    """Return the money of `tip 20` or `20 tip` beside other money; None where there are several, or it is in doubt.

    `no tip 20` and `including tip 20` are notes.
    """
    tips = [money for money in found if money.text and [words[place].key for place in money.label] in _TIP]
    others = any(money.likelihood > Likelihood.SPOKEN for money in found) or _half(words, places, found) is not None
    if len(tips) != 1 or not others:
        return None
    first = min(*tips[0].places, *tips[0].label)
    while first and words[first - 1].key in {"a", "the"}:  # `including a 20 tip`
        first -= 1
    return None if first and words[first - 1].key in _NO_TIP else tips[0]


def _amount_in(words: tuple[Word, ...], places: frozenset[int], found: Sequence[PossibleMoney]) -> Amount:
    half = _half(words, places, found)
    noted = frozenset(place for money in found if money.label for place in (*money.places, *money.label))
    likely = _likely(found)
    if half is not None and (meant := _half_meant(words, half, likely, found)):
        return replace(meant, noted=noted - meant.places)
    if not likely:
        return _shares(words, places, noted)
    less = [money for money in found if any(words[place].key in _TAKEN_OFF for place in money.label)]
    likely += [money for money in less if money not in likely]
    if len(likely) == 1 and likely[0].text and _is_meant(words, likely[0]):
        said = _said_to_be_paid(likely[0], found)
        return Amount(likely[0].text, places=frozenset(likely[0].places) - said, noted=noted | said)
    asked = tuple(text_of(words, (*money.label[:1], *money.places)) for money in likely)
    all_places = frozenset(place for money in likely for place in (*money.label[:1], *money.places))
    return Amount(asked=asked, places=all_places, noted=noted - all_places)


def half_of(amount: Decimal) -> str:
    """Return half of `amount` for the field, rounded up to the cent; empty if nothing is owed."""
    half = (amount * _HALF).quantize(CENT, rounding=ROUND_HALF_UP)
    return plain_amount(half) if half > 0 else ""


def _likely(found: Sequence[PossibleMoney]) -> list[PossibleMoney]:
    """Return the candidates for the amount: the signed ones, else the plain ones, else those only mentioned."""
    for likelihood in (Likelihood.SIGNED, Likelihood.PLAIN, Likelihood.SPOKEN):
        likely = [money for money in found if money.likelihood is likelihood]
        paid = [money for money in likely if money.is_paid]
        if likely:
            return paid if len(paid) == 1 else likely
    return []


def _in_currency(money: PossibleMoney, currency: str) -> PossibleMoney:
    """Return the money, or the money without a text if its sign is another currency's."""
    if money.currency in (None, currency):
        return money
    return PossibleMoney(money.places, "", money.likelihood, money.currency, money.is_paid, money.label)


def _half(words: Sequence[Word], places: Collection[int], found: Sequence[PossibleMoney]) -> int | None:
    """Return the place of a `half` that means half of the balance, or None."""
    claimed = {place for money in found for place in money.places}
    for place in sorted(set(places) - claimed):
        if words[place].bare.casefold() not in _HALVES or words[place].quoted:
            continue
        before = words[place - 1].bare.casefold() if place else ""
        after = words[place + 1].key if place + 1 < len(words) else ""
        if before not in _OTHER_HALF and after not in _HALF_OF_ELSE | _HALF_UNCLEAR:
            return place
    return None


def _half_meant(
    words: Sequence[Word], half: int, likely: Sequence[PossibleMoney], found: Sequence[PossibleMoney]
) -> Amount | None:
    """Return half of the balance, half of the number after it as in `half of the 120`, or the question which is meant.

    Returns None if another number is the amount, as in `60, half of it tomorrow`.
    """
    of = next(
        (money for money in found if money.likelihood > Likelihood.COUNTED and _is_halved(words, half, money)), None
    )
    if any(money.likelihood > Likelihood.SPOKEN for money in likely if money is not of):
        return None
    if of is None:
        return Amount(is_half=True, places=frozenset((half,)))
    places = frozenset(range(half, of.places[-1] + 1))
    if of.places[0] > half + 1:
        return Amount(half_of(Decimal(_digits(of.text))) if of.text else "", places=places)
    is_first = half > 0 and words[half - 1].bare.casefold() in _FIRST
    return (
        None
        if is_first or of.likelihood is Likelihood.SIGNED
        else Amount(asked=(text_of(words, places),), places=places)
    )


def _is_halved(words: Sequence[Word], half: int, money: PossibleMoney) -> bool:
    between = range(half + 1, money.places[0])
    return money.places[0] > half and all(words[place].key in _HALF_OF for place in between)


def _shares(words: Sequence[Word], places: Collection[int], noted: frozenset[int]) -> Amount:
    """Return `half price`, `a quarter` or `a third` as words to ask about. They are money but give no amount."""
    for place in sorted(places):
        after = words[place + 1].key if place + 1 < len(words) else ""
        is_third = words[place].key == "third" and place > 0 and words[place - 1].key in {"a", "one"}
        is_share = words[place].key in _SHARES or words[place].bare in _SHARES or is_third
        if is_share or (words[place].key == "half" and after in _HALF_UNCLEAR):
            end = place + 2 if after in _HALF_UNCLEAR else place + 1
            taken = range(place, end)
            return Amount(asked=(text_of(words, taken),), places=frozenset(taken), noted=noted)
    return Amount(noted=noted)


def _is_meant(words: Sequence[Word], money: PossibleMoney) -> bool:
    """Return whether the only money in the words is surely the amount. In `owes 125` it is not."""
    return money.likelihood is not Likelihood.SPOKEN or [words[place].key for place in money.label] == ["total"]


def _said_to_be_paid(money: PossibleMoney, found: Sequence[PossibleMoney]) -> frozenset[int]:
    """Return the places of `pays 60` if the words also have `owes 125`. Then the whole sentence is the note."""
    if not money.is_paid or all(other.likelihood is not Likelihood.SPOKEN for other in found):
        return frozenset()
    return frozenset((money.places[0] - 1, *money.places))


def _digits(text: str) -> str:
    digits = "".join(letter for letter in text if letter in "0123456789.")
    try:
        Decimal(digits)
    except InvalidOperation:
        return "0"
    return digits
