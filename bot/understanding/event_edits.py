"""Words behind `/payment-status edit`: those that name the event, those that say what changes, and the others.

`cory friday to saturday 9:30`, `sunset price 150 boat Pelican`, `cancel sunset because of the storm`.
"""

from __future__ import annotations

from dataclasses import field
from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Final

from bot.understanding.days import find_days
from bot.understanding.moments import clock_at
from bot.understanding.vocabulary import a_set
from bot.understanding.words import split_words, text_of
from charter.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.understanding.days import Day
    from bot.understanding.words import Word

# The words that open what changes, by the field. A text goes on to the next of them, a number is one word.
_OPENS: Final = {
    **dict.fromkeys(a_set("title name named called rename renamed"), "title"),
    **dict.fromkeys(a_set("boat vessel"), "boat"),
    **dict.fromkeys(a_set("price fare"), "price"),
    **dict.fromkeys(a_set("capacity takes"), "capacity"),
    **dict.fromkeys(a_set("channel"), "channel"),
}
_TEXTS: Final = frozenset({"title", "boat"})
_TO: Final = a_set("to time start starts date day")
_CANCELS: Final = a_set("cancel cancels cancelled canceled cancelling canceling")
_BRINGS_BACK: Final = a_set("uncancel reinstate restore")
_WHY: Final = a_set("because reason")
# Words that say that something changes, and not what.
_VERBS: Final = a_set("move moved reschedule rescheduled change set make")
_BETWEEN: Final = a_set("at on the of and to is")
_DAYS_AHEAD: Final = 500


@dataclass(frozen=True, slots=True)
class Start:
    """The new start that the words name. `half` is True where the time says whether it is before or after noon."""

    days: tuple[Day, ...] = ()
    clock: time | None = None
    half: bool = False

    def day(self, event_day: date, today: date) -> date | None:
        """Return the day that is meant, or None where that is not plain: a weekday alone is the one after the event."""
        dated = next((each for each in self.days if each.year and each.day), None)
        if dated is not None and dated.year:
            found = date(dated.year, dated.month, dated.day)
            return found if all(each.is_on(found) for each in self.days) else None
        if not any(each.day or each.weekday is not None for each in self.days):
            return None
        ahead = (today + timedelta(days=number) for number in range(_DAYS_AHEAD))
        fitting = [each for each in ahead if all(day.is_on(each) for day in self.days)]
        if any(each.day for each in self.days):
            return min(fitting, key=lambda each: abs(each - event_day), default=None)
        plain = len(self.days[0].places) == 1
        return next((each for each in fitting if each > (event_day if plain else today)), next(iter(fitting), None))


@dataclass(frozen=True, slots=True)
class EditWords:
    """The meaning of the words. `texts` are new values as typed, by field; `status` is `cancelled` or `scheduled`.

    `event` are the words that may name the event, `rest` all others, and `lost` those that mean nothing.
    """

    event: str = ""
    rest: str = ""
    texts: dict[str, str] = field(default_factory=dict)
    start: Start | None = None
    start_said: str = ""
    status: str = ""
    reason: str = ""
    lost: tuple[str, ...] = ()


def read_edit(text: str, today: date) -> EditWords:
    """Return the meaning of the words behind `edit`."""
    return _Reader(split_words(text)[1:], today).read()


class _Reader:
    """Reads the words from the first to the last."""

    def __init__(self, words: Sequence[Word], today: date) -> None:
        self.words, self.today = words, today
        self.texts: dict[str, str] = {}
        self.named: list[int] = []
        self.lost: list[str] = []
        self.start, self.said = Start(), ""
        self.status = self.reason = ""

    def read(self) -> EditWords:
        at = 0
        while at < len(self.words):
            at = self._step(at)
        start = self.start if self.said else None
        named = text_of(self.words, self.named)
        rest = text_of(self.words, set(range(len(self.words))) - set(self.named))
        return EditWords(named, rest, self.texts, start, self.said, self.status, self.reason, tuple(self.lost))

    def _step(self, at: int) -> int:
        """Read what begins at this place. Return the place after it."""
        key = self._key(at)
        if key in _WHY:
            self.reason = text_of(self.words, range(at + 1, len(self.words)))
            return len(self.words)
        if key in _CANCELS or key in _BRINGS_BACK or self._brings_back(at):
            self.status = "cancelled" if key in _CANCELS else "scheduled"
            return at + 1
        if key in _OPENS:
            return self._read_field(_OPENS[key], at)
        if key in _TO and (found := self._start_at(at + 1)):
            start, end = found
            self.start = Start((*self.start.days, *start.days), start.clock or self.start.clock, start.half)
            self.said = f"{self.said} {text_of(self.words, range(at + 1, end))}".strip()
            return end
        if key not in _VERBS and not (key == "back" and self.status == "scheduled"):
            self.named.append(at)
        return at + 1

    def _brings_back(self, at: int) -> bool:
        """Return whether `bring` is here and `back` behind it, with the event's words between them or not."""
        return self._key(at) == "bring" and "back" in (self._key(place) for place in range(at + 1, len(self.words)))

    def _read_field(self, name: str, at: int) -> int:
        """Read the new value of a field. Without one the words are not understood."""
        first = at + 1
        while self._key(first) in {"to", "is"}:
            first += 1
        end = min(first + 1, len(self.words))
        while name in _TEXTS and end < len(self.words) and not self._opens(end):
            end += 1
        if first >= len(self.words) or (name in _TEXTS and self._opens(first)):
            self.lost.append(text_of(self.words, range(at, first)))
            return first
        self.texts[name] = self.words[first].channel or text_of(self.words, range(first, end))
        return end

    def _opens(self, at: int) -> bool:
        """Return whether what changes begins here, or a reason."""
        key = self._key(at)
        return key in {*_OPENS, *_WHY, *_CANCELS, *_BRINGS_BACK} or (key in _TO and self._start_at(at + 1) is not None)

    def _start_at(self, at: int) -> tuple[Start, int] | None:
        """Return the days and the time that are named from this place on, and the place after them."""
        days: list[Day] = []
        clock, half, end, place = None, False, at, at
        while place < len(self.words):
            day = next(iter(find_days(self.words, today=self.today, places=range(place, len(self.words)))), None)
            if day is not None and day.places[0] == place:
                days.append(day)
                place = end = day.places[-1] + 1
            elif clock is None and not self.words[place].bare.isdecimal() and (read := clock_at(self.words, place)):
                clock, places = read
                half = not self.words[places[-1]].bare[-1:].isdecimal()
                place = end = places[-1] + 1
            elif self._key(place) in _BETWEEN:
                place += 1
            else:
                break
        return (Start(tuple(days), clock, half), end) if days or clock is not None else None

    def _key(self, at: int) -> str:
        """Return the word at this place as it is compared; empty for one in quotes, and after the last."""
        return "" if at >= len(self.words) or self.words[at].quoted else self.words[at].key
