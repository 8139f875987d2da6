"""Moments of the past as people write them: `since 10:00`, `yesterday`, `asof 2026-11-20 18:00`, `since 3h`."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from bot.kept import moment_of
from bot.understanding.days import find_days
from bot.understanding.vocabulary import NEAR_DAYS, a_set
from bot.understanding.words import text_of
from charter.frozen import dataclass
from charter.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.understanding.days import Day
    from bot.understanding.words import Word

# Words between `since` and the time that mean nothing by themselves.
_BETWEEN: Final = a_set("at the on of from about around")
_CHANGED: Final = a_set("changed changes")
_WHAT: Final = a_set("what whats")
_CLOCK: Final = pattern(r"([0-9]{1,2})[:.h]([0-5][0-9])\s?([ap])?\.?m?\.?", re.IGNORECASE)
_HOUR: Final = pattern(r"([0-9]{1,2})\s?([ap])\.?m?\.?", re.IGNORECASE)
_BARE_HOUR: Final = pattern(r"[0-9]{1,2}")
_HALVES: Final = a_set("am pm a.m p.m")
_O_CLOCK: Final = a_set("o'clock o’clock oclock")
_NAMED: Final = {"noon": time(12), "midday": time(12), "midnight": time(0)}
_ISO: Final = pattern(r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}:[0-9]{2})(?::[0-9]{2})?", re.IGNORECASE)
_UNITS: Final = {
    **dict.fromkeys(a_set("m min mins minute minutes"), timedelta(minutes=1)),
    **dict.fromkeys(a_set("h hr hrs hour hours"), timedelta(hours=1)),
    **dict.fromkeys(a_set("d day days"), timedelta(days=1)),
    **dict.fromkeys(a_set("w wk week weeks"), timedelta(days=7)),
}
_LENGTH: Final = pattern(r"([0-9]{1,3})([a-z]*)", re.IGNORECASE)
_ONE: Final = a_set("a an one")
_NOON: Final = 12
_HOURS: Final = 24
# Most words that are shown as not understood.
_UNKNOWN: Final = 3
# Days that are searched for the one which a weekday or a month means.
_BACK: Final = 800
_AHEAD: Final = 400


class Question(StrEnum):
    """The question that a command asks about the past."""

    SINCE = "since"
    """The changes since a moment."""
    AS_OF = "asof"
    """The balances as of a moment."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about the past. `start` is its moment (aware); `until` ends what is asked, if that is not now.

    `places` are those of its words. `unknown` are words in place of a time that are none; then `start` is None.
    `day` is the day that was named without `since` before it: an event of that day may be meant.
    """

    question: Question
    places: frozenset[int]
    start: datetime | None = None
    until: datetime | None = None
    unknown: str = ""
    day: date | None = None

    @property
    def carried(self) -> dict[str, str]:
        """The question as the value of a button carries it."""
        moments = {self.question.value: self.start, "until": self.until}
        return {name: moment.isoformat() for name, moment in moments.items() if moment is not None}


def asked_in(value: Mapping[str, Any]) -> Asked | None:
    """Return the question that the value of a button carries, or None. Raises FormOutdated."""
    for question in Question:
        if question.value in value:
            until = value.get("until")
            ends = moment_of(until) if until else None
            return Asked(question, frozenset(), moment_of(value[question.value]), ends)
    return None


def asks_about_the_past(words: Sequence[Word]) -> bool:
    """Return whether any word asks about the past."""
    return _opening(words) is not None


def find_asked(words: Sequence[Word], now: datetime) -> Asked | None:
    """Return the question about the past in these words, or None. The zone of `now` is the boat's."""
    opening = _opening(words)
    if opening is None:
        return None
    question, places, is_day = opening
    at = places[0] if is_day else places[-1] + 1
    try:
        read = _read_moment(words, at, question, now)
    except OverflowError:  # the first or the last day that there is
        read = None
    if read is None and words[places[-1]].key in _CHANGED:
        read = _Moment(_day_start(now.date(), now), (), is_dated=False)
    if read is None:
        following = range(at, min(at + _UNKNOWN, len(words)))
        return Asked(question, frozenset({*places, *following}), unknown=text_of(words, following))
    taken = frozenset({*places, *range(places[-1] + 1, max(read.places, default=0) + 1)})
    if is_day:
        return Asked(question, taken, read.start, _day_start(now.date(), now), day=read.start.date())
    if not read.is_dated and _is_yesterday(words, places[0] - 1):
        day = now.date() - timedelta(days=1)
        start = _in_the_calendar(datetime.combine(day, read.start.time(), now.tzinfo))
        until = None if read.places else _day_start(now.date(), now)
        return Asked(question, taken | {places[0] - 1}, start, until, day=day)
    is_yesterday = words[places[-1]].key in _CHANGED and read.places and read.start.date() < now.date()
    alone = is_yesterday and any(_is_yesterday(words, place) for place in read.places)
    return Asked(question, taken, read.start, _day_start(now.date(), now) if alone else None)


def _is_yesterday(words: Sequence[Word], at: int) -> bool:
    """Return whether the word at this place is `yesterday`, where there is one."""
    return at >= 0 and not words[at].quoted and any(NEAR_DAYS.get(key) == -1 for key in words[at].keys)


@dataclass(frozen=True, slots=True)
class _Moment:
    start: datetime
    places: tuple[int, ...]
    is_dated: bool = True
    """False for a time without its day."""


def _opening(words: Sequence[Word]) -> tuple[Question, tuple[int, ...], bool] | None:
    """Return the question, the places of the words that ask it, and whether they are `yesterday` alone."""
    keys = [() if word.quoted else word.keys for word in words]
    for at, key in enumerate(keys):
        if "asof" in key or "as of" in key:
            return Question.AS_OF, (at,), False
        if "as" in key and "of" in (keys[at + 1] if at + 1 < len(keys) else ()):
            return Question.AS_OF, (at, at + 1), False
    for at, key in enumerate(keys):
        changed = [place for place in (at - 1, at - 2) if place >= 0 and set(keys[place]) & (_CHANGED | _WHAT)]
        if "since" in key:
            return Question.SINCE, (*sorted(changed), at), False
    for at, key in enumerate(keys):
        if _CHANGED & set(key):
            what = [at - 1] if at and _WHAT & set(keys[at - 1]) else []
            return Question.SINCE, (*what, at), False
    yesterday = next((at for at in range(len(words)) if _is_yesterday(words, at)), None)
    return None if yesterday is None else (Question.SINCE, (yesterday,), True)


def _read_moment(words: Sequence[Word], at: int, question: Question, now: datetime) -> _Moment | None:
    """Return the moment that the words from `at` on name: an ISO moment, a length of time, a day, a time, or both."""
    while at < len(words) and words[at].key in _BETWEEN:
        at += 1
    if at >= len(words):
        return None
    if iso := _ISO.fullmatch(words[at].bare):
        try:
            moment = datetime.combine(date.fromisoformat(iso[1]), time.fromisoformat(iso[2]), now.tzinfo)
        except ValueError:
            return None
        return _Moment(_in_the_calendar(moment), (at,))
    if words[at].key == "now":
        return _Moment(now, (at,))
    return _ago(words, at, now) or _on_day_at_time(words, at, question, now)


def _ago(words: Sequence[Word], at: int, now: datetime) -> _Moment | None:
    """Return the moment of `3h`, `3 hours`, `an hour`, `2 days ago`. Hours are real ones, days those of the clock."""
    found, following = _LENGTH.fullmatch(words[at].bare), words[at + 1].key if at + 1 < len(words) else ""
    if found and found[2].casefold() in _UNITS:
        count, unit, places = int(found[1]), _UNITS[found[2].casefold()], [at]
    elif following in _UNITS and (words[at].key in _ONE or (found and not found[2])):
        count, unit, places = 1 if words[at].key in _ONE else int(words[at].bare), _UNITS[following], [at, at + 1]
    else:
        return None
    if places[-1] + 1 < len(words) and words[places[-1] + 1].key == "ago":
        places.append(places[-1] + 1)
    start = now - count * unit if unit >= timedelta(days=1) else now.astimezone(UTC) - count * unit
    return _Moment(_in_the_calendar(start.astimezone(now.tzinfo)), tuple(places))


def _on_day_at_time(words: Sequence[Word], at: int, question: Question, now: datetime) -> _Moment | None:
    """Return the moment of a day, a time of it, or both in either order. A time alone is the last one that passed."""
    day, clock, places = _day(words, at, question, now), None, list[int]()
    if day is not None:
        places += day[1]
    if (clock := clock_at(words, _after(words, places, at))) is not None:
        places += clock[1]
    if day is None and clock is not None:
        day = _day(words, _after(words, places, at), question, now)
        places += day[1] if day else ()
    if clock is not None:
        start = datetime.combine(day[0] if day else now.date(), clock[0], now.tzinfo)
        if day is None and is_later(start, now):
            start -= timedelta(days=1)
    elif day is not None:
        start = _day_start(day[0], now) if question is Question.SINCE else _day_end(day[0], now)
    else:
        return _this_morning(words, at, question, now)
    return _Moment(_in_the_calendar(start), tuple(range(places[0], places[-1] + 1)), is_dated=day is not None)


def _after(words: Sequence[Word], places: Sequence[int], at: int) -> int:
    """Return the place after these, without the words `at` or `on the` between a day and a time."""
    following = places[-1] + 1 if places else at
    while places and following < len(words) and words[following].key in _BETWEEN:
        following += 1
    return following


def clock_at(words: Sequence[Word], at: int) -> tuple[time, tuple[int, ...]] | None:
    """Return the time of `10:00`, `10.30pm`, `6pm`, `6 pm`, `noon`, `10`."""
    if at >= len(words):
        return None
    word, following = words[at].bare.casefold(), words[at + 1].bare.casefold() if at + 1 < len(words) else ""
    half = following[:1] if following in _HALVES else ""
    places = (at, at + 1) if half or following in _O_CLOCK else (at,)
    if word in _NAMED:
        return _NAMED[word], (at,)
    if found := _CLOCK.fullmatch(word):
        hour, minute, half = int(found[1]), int(found[2]), found[3] or half
    elif found := _HOUR.fullmatch(word):
        hour, minute, half = int(found[1]), 0, found[2]
    elif _BARE_HOUR.fullmatch(word):
        hour, minute = int(word), 0
    else:
        return None
    if half:
        if not 1 <= hour <= _NOON:
            return None
        hour = hour % _NOON + (_NOON if half == "p" else 0)
    return (time(hour, minute), places) if hour < _HOURS else None


def _day(words: Sequence[Word], at: int, question: Question, now: datetime) -> tuple[date, tuple[int, ...]] | None:
    """Return the day that the words at `at` name: the last such one, else the next; of a week or a month one end."""
    named = next(iter(find_days(words, today=now.date(), places=range(at, len(words)))), None)
    if named is None or named.places[0] != at:
        return None
    if named.year and named.day:
        return date(named.year, named.month, named.day), named.places
    today = now.date()
    back = (today - timedelta(days=days) for days in range(_BACK))
    ahead = (today + timedelta(days=days) for days in range(1, _AHEAD))
    is_nth = bool(named.day and not named.month)  # of any month, not only of the last fortnight
    found = next((day for day in back if (day.day == named.day if is_nth else named.is_on(day))), None)
    if found is None:
        found = next((day for day in ahead if named.is_on(day)), None)
    if found is None:
        return None
    if question is Question.SINCE and _is_a_period(named):
        while named.is_on(found - timedelta(days=1)):
            found -= timedelta(days=1)
    return found, named.places


def _is_a_period(named: Day) -> bool:
    return named.weekday is None and not named.day


def _this_morning(words: Sequence[Word], at: int, question: Question, now: datetime) -> _Moment | None:
    """Return the start of `this morning`; its end behind `asof`, or now where that is earlier."""
    if [word.key for word in words[at : at + 2]] != ["this", "morning"]:
        return None
    noon = _in_the_calendar(datetime.combine(now.date(), time(_NOON), now.tzinfo))
    start = _day_start(now.date(), now) if question is Question.SINCE else min(noon, now)
    return _Moment(start, (at, at + 1))


def is_later(moment: datetime, now: datetime) -> bool:
    """Return whether the moment is after `now`. In one zone Python compares what clocks show, which an hour repeats."""
    return moment.astimezone(UTC) > now.astimezone(UTC)


def _day_start(day: date, now: datetime) -> datetime:
    return _in_the_calendar(datetime.combine(day, time(), now.tzinfo))


def _day_end(day: date, now: datetime) -> datetime:
    """Return the last moment of the day, or now where that is later."""
    following = datetime.combine(day + timedelta(days=1), time(), now.tzinfo)
    return now if day == now.date() else _in_the_calendar(following) - timedelta(microseconds=1)


def _in_the_calendar(moment: datetime) -> datetime:
    """Return the moment as the clock shows it. A time that the start of summer time leaves out is the one after it."""
    return moment.astimezone(UTC).astimezone(moment.tzinfo)
