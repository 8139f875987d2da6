"""Days as people write them: `tomorrow`, `sunday's`, `may 24`, `24 May`, `5/24`, `24.5.`, `2026-05-24`."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from bot.understanding.vocabulary import MONTHS, MONTHS_ALONE, NEAR_DAYS, WEEKDAYS, a_set
from charter.frozen import dataclass
from charter.moments import months_from
from charter.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from bot.understanding.words import Word

_WEEK: Final = 7
_ISO: Final = pattern(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})")
_SLASHED: Final = pattern(r"([0-9]{1,2})/([0-9]{1,2})(?:/([0-9]{2}|[0-9]{4}))?")
_DOTTED: Final = pattern(r"([0-9]{1,2})\.([0-9]{1,2})\.(?:([0-9]{2}|[0-9]{4}))?[,;:!?)]*")
_DAY: Final = pattern(r"([0-9]{1,2})(?:st|nd|rd|th)?", re.IGNORECASE)
_DASHED: Final = pattern(r"([0-9]{1,2})-([0-9]{1,2})")
_COMPACT: Final = pattern(r"(20[0-9]{2})(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])")
_JOINED: Final = pattern(r"([a-z]+)[-.]?([0-9]{1,2})|([0-9]{1,2})[-.]?([a-z]+)", re.IGNORECASE)
_NTH: Final = pattern(r"([0-9]{1,2})(?:st|nd|rd|th)", re.IGNORECASE)
# Words after which an ordinal is no day: `the 2nd half`, `4th seat`.
_NTH_OF_ELSE: Final = a_set(
    "half halves payment payments deposit installment instalment part time times person people one seat row table "
    "guest kid child ticket avenue ave street st floor deck birthday grade of try trip"
)
# A lower ordinal without `the` or `on` counts something.
_LOWEST_NTH: Final = 4
_NTH_WITHIN: Final = (timedelta(days=14), timedelta(days=45))
_YEAR: Final = pattern(r"20[0-9]{2}")
# The words without a digit with which the words for a day can begin.
_BEGINNINGS: Final = NEAR_DAYS.keys() | WEEKDAYS.keys() | MONTHS.keys() | a_set("this next last coming past weekend in")


@dataclass(frozen=True, slots=True)
class Day:
    """A day that the words at `places` name: in any year if `year` is None, or any such weekday.

    Without a `day`, any day of the month may be meant.
    """

    places: tuple[int, ...]
    month: int = 0
    day: int = 0
    year: int | None = None
    weekday: int | None = None
    after: date | None = None
    """The weekday is most likely meant within a week after this day."""
    within: tuple[date, date] | None = None
    """The first and the last day that may be meant, of any weekday if none is named."""

    def is_on(self, day: date) -> bool:
        """Return whether the phrase may mean `day`."""
        if self.within is not None:
            first, last = self.within
            return self.weekday in (None, day.weekday()) and self.day in (0, day.day) and first <= day <= last
        return day.month == self.month and self.day in (0, day.day) and self.year in (None, day.year)

    def is_close(self, day: date) -> bool:
        """Return whether the phrase most likely means `day`: of a weekday, the next one."""
        return self.weekday is None or self.after is None or 0 < (day - self.after).days <= _WEEK


def find_days(words: Sequence[Word], *, today: date, places: Collection[int]) -> list[Day]:
    """Return the days that the words at `places` name, in their order."""
    found: list[Day] = []
    at = 0
    while at < len(words):
        day = _day_at(words, at, today) if at in places else None
        if day is not None and set(day.places) <= set(places):
            found.append(day)
            at = day.places[-1]
        at += 1
    return found


def _day_at(words: Sequence[Word], at: int, today: date) -> Day | None:
    if not (words[at].has_digits or not _BEGINNINGS.isdisjoint(words[at].keys)):
        return None
    return _near(words, at, today) or _in_digits(words, at) or _with_month(words, at) or _nth(words, at, today)


def _near(words: Sequence[Word], at: int, today: date) -> Day | None:
    """Return the day of `today`, `sunday's`, `next sunday`, `last saturday`."""
    keys = words[at].keys
    for key in keys:
        if key in NEAR_DAYS:
            day = today + timedelta(days=NEAR_DAYS[key])
            return Day((at,), day.month, day.day, day.year)
        if key in WEEKDAYS and not words[at].raw.startswith("@"):
            return _weekday((at,), WEEKDAYS[key], today, "this")
    if period := _period(" ".join((keys[0], *_keys(words, at + 1)[:1])), today):
        return Day((at, at + 1), within=period)
    if keys[0] == "weekend":
        return Day((at,), within=_period("this weekend", today))
    following = next((key for key in _keys(words, at + 1) if key in WEEKDAYS), None)
    if following is None or keys[0] not in {"this", "next", "last", "coming", "past"}:
        return None
    return _weekday((at, at + 1), WEEKDAYS[following], today, keys[0])


def _period(name: str, today: date) -> tuple[date, date] | None:
    """Return the first and the last day of `this week`, `next week`, `next weekend`, `next month` and the like."""
    which, _, period = name.partition(" ")
    if period == "month" and which in {"this", "next", "last"}:
        steps = {"last": -1, "this": 0, "next": 1}[which]
        first, following = months_from(today, (steps, steps + 1))
        return first, following - timedelta(days=1)
    monday = today - timedelta(days=today.weekday())
    week = {"this": monday, "next": monday + timedelta(days=_WEEK), "last": monday - timedelta(days=_WEEK)}.get(which)
    if week is None or period not in {"week", "weeks", "weekend", "weekends"}:
        return None
    return week + timedelta(days=5 if "end" in period else 0), week + timedelta(days=6)


def _weekday(places: tuple[int, ...], weekday: int, today: date, which: str) -> Day:
    week, year = timedelta(days=_WEEK), timedelta(days=366)
    if which in {"last", "past"}:
        within, after = (today - 2 * week, today - timedelta(days=1)), today - week - timedelta(days=1)
    elif which == "next":
        within, after = (today + timedelta(days=1), today + year), today
    else:
        within, after = (today - week, today + year), today - timedelta(days=1)
    return Day(places, weekday=weekday, after=after, within=within)


def _in_digits(words: Sequence[Word], at: int) -> Day | None:
    word = words[at]
    if iso := _ISO.fullmatch(word.bare):
        return _dated((at,), int(iso[2]), int(iso[3]), int(iso[1]))
    if slashed := _SLASHED.fullmatch(word.bare):
        first, second = int(slashed[1]), int(slashed[2])
        month, day = (second, first) if first > 12 else (first, second)  # noqa: PLR2004 - months
        return _dated((at,), month, day, _year(slashed[3]))
    if dotted := _DOTTED.fullmatch(word.raw.strip("*_`'\"(“”")):
        return _dated((at,), int(dotted[2]), int(dotted[1]), _year(dotted[3]))
    if compact := _COMPACT.fullmatch(word.bare):
        return _dated((at,), int(compact[2]), int(compact[3]), int(compact[1]))
    if (dashed := _DASHED.fullmatch(word.bare)) and max(int(dashed[1]), int(dashed[2])) > 12:  # noqa: PLR2004
        month, day = sorted((int(dashed[1]), int(dashed[2])))
        return _dated((at,), month, day, None)
    return None


def _with_month(words: Sequence[Word], at: int) -> Day | None:
    """Return the day of `may 24`, `May 24th, 2026`, `24 may`, `24th of May`, or the month of `in june`."""
    key = words[at].key
    if key == "in" and (months := [MONTHS[month] for month in _keys(words, at + 1) if month in MONTHS]):
        return Day(_and_year(words, (at, at + 1)), months[0], year=_year_at(words, at + 2))
    joined = _JOINED.fullmatch(words[at].bare)
    if joined and (month := MONTHS.get((joined[1] or joined[4]).casefold())):
        places = _and_year(words, (at,))
        return _dated(places, month, int(joined[2] or joined[3]), _year_at(words, at + 1))
    if key in MONTHS and (day := _DAY.fullmatch(_bare(words, at + 1))):
        return _dated(_and_year(words, (at, at + 1)), MONTHS[key], int(day[1]), _year_at(words, at + 2))
    if day := _DAY.fullmatch(words[at].bare):
        further = at + 2 if "of" in _keys(words, at + 1) else at + 1
        month = next((MONTHS[key] for key in _keys(words, further) if key in MONTHS), None)
        if month is not None:
            places = _and_year(words, tuple(range(at, further + 1)))
            return _dated(places, month, int(day[1]), _year_at(words, further + 1))
    if key in MONTHS_ALONE or any(name in MONTHS for name in words[at].keys[1:]):  # `june's`
        month = next(MONTHS[name] for name in reversed(words[at].keys) if name in MONTHS)
        return Day(_and_year(words, (at,)), month, year=_year_at(words, at + 1))
    return None


def _nth(words: Sequence[Word], at: int, today: date) -> Day | None:
    """Return the day of `the 24th`, `on the 3rd`, `24th`: of the last fortnight or the next 45 days."""
    nth, following = _NTH.fullmatch(words[at].bare), _keys(words, at + 1)[:1]
    if nth is None or _NTH_OF_ELSE & set(following) or not 1 <= int(nth[1]) <= 31:  # noqa: PLR2004 - days
        return None
    if int(nth[1]) < _LOWEST_NTH and not (at and words[at - 1].key in {"the", "on"}):
        return None
    before, after = _NTH_WITHIN
    return Day((at,), day=int(nth[1]), within=(today - before, today + after))


def _dated(places: tuple[int, ...], month: int, day: int, year: int | None) -> Day | None:
    try:
        date(year or 2028, month, day)  # a leap year if none is named
    except ValueError:
        return None
    return Day(places, month, day, year)


def _and_year(words: Sequence[Word], places: tuple[int, ...]) -> tuple[int, ...]:
    return places if _year_at(words, places[-1] + 1) is None else (*places, places[-1] + 1)


def _year_at(words: Sequence[Word], at: int) -> int | None:
    return int(_bare(words, at)) if _YEAR.fullmatch(_bare(words, at)) else None


def _year(text: str | None) -> int | None:
    if text is None:
        return None
    return int(text) if len(text) > 2 else 2000 + int(text)  # noqa: PLR2004 - `26` is 2026


def _bare(words: Sequence[Word], at: int) -> str:
    return words[at].bare if at < len(words) else ""


def _keys(words: Sequence[Word], at: int) -> tuple[str, ...]:
    return words[at].keys if at < len(words) else ()
