"""Event ids: `YYYY-MM-DD-name[-more]…[-period]`, a real date and then one or more lower-case words.

The rule keeps a waiver link readable and routable. Some rows have an id that breaks it. Those whose id starts with a
date are served with a warning, and the roster tool repairs them.
"""

from __future__ import annotations

import re
from datetime import date, time
from itertools import count
from typing import TYPE_CHECKING, Final

from charter.frozen import dataclass
from charter.names import ascii_words
from charter.patterns import pattern
from charter.refusals import EventIdMalformed

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

# The start of each period, for events without a time.
PERIODS: Final = {
    "sunrise": time(6),
    "morning": time(9),
    "midday": time(12),
    "noon": time(12),
    "afternoon": time(13),
    "sunset": time(18),
    "evening": time(18),
    "night": time(20),
}
LONGEST: Final = 100

# The end of each part of the day. Later times are night.
_PARTS: Final = ((time(4), "night"), (time(12), "morning"), (time(17), "afternoon"), (time(21), "evening"))
# Minutes from its usual hour within which a period named in a title is taken at its word.
_NEAR: Final = 150
_CAPTAIN: Final = pattern(r"\bcapt(?:ain|\.)?\s+([^\s,;:.()&/+-]+)", re.IGNORECASE)
_MOST_WORDS: Final = 6

_DATED: Final = pattern(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(.*)", re.DOTALL)
_SERVED: Final = pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[A-Za-z0-9._-]*")


@dataclass(frozen=True, slots=True)
class EventId:
    """An event id by the rule, taken apart. `words` holds the name without the period; it is never empty."""

    day: date
    words: tuple[str, ...]
    period: str | None = None

    def __str__(self) -> str:
        return "-".join([self.day.isoformat(), *self.words, *([self.period] if self.period else [])])

    @property
    def title(self) -> str:
        """`Captain Cory, afternoon`: what to call the event when nobody gave it a title."""
        name = " ".join(self.words).title()
        return f"{name}, {self.period}" if self.period else name


def parse_event_id(text: str) -> EventId:
    """Return the parts of an id. Raises EventIdMalformed with the first reason that `lint` finds."""
    reasons = lint(text)
    if reasons:
        raise EventIdMalformed(text, reasons[0])
    words = tuple(text[11:].split("-"))
    if len(words) > 1 and words[-1] in PERIODS:
        return EventId(day_of(text), words[:-1], words[-1])
    return EventId(day_of(text), words)


def lint(text: str) -> list[str]:
    """Return each fault of `text` against the rule, as the end of a sentence that starts with the id."""
    dated = _DATED.fullmatch(text)
    if dated is None:
        return ["does not start with a date"]
    reasons = []
    try:
        day_of(text)
    except ValueError:
        reasons.append("starts with a date that is not in the calendar")
    rest = dated[4]
    if not rest:
        return [*reasons, "is a bare date: it needs a name after the date"]
    if not rest.startswith("-"):
        reasons.append("needs a dash between the date and the name")
    words = rest.removeprefix("-")
    if re.search(r"[A-Z]", words):
        reasons.append("has capital letters")
    if re.search(r"\s|_", words):
        reasons.append("has spaces or underscores where dashes belong")
    if re.search(r"[^A-Za-z0-9\s_-]", words):
        reasons.append("has characters other than the letters a to z, digits and dashes")
    if "" in words.split("-"):
        reasons.append("has a dash too many")
    if len(text) > LONGEST:
        reasons.append(f"is longer than {LONGEST} characters")
    return reasons


def check_served(text: str) -> str:
    """Return `text` itself when an event of that id may be read: it keeps the rule, or has a date and safe letters.

    Raises EventIdMalformed.
    """
    if not is_served(text):
        raise EventIdMalformed(text, lint(text)[0])
    return text


def is_served(text: str) -> bool:
    """Return whether an event of that id may be read."""
    return len(text) <= LONGEST and _SERVED.fullmatch(text) is not None and ".." not in text


def day_of(text: str) -> date:
    """Return the date that an id starts with. Raises ValueError when there is none or it is not in the calendar."""
    return date.fromisoformat(text[:10])


def title_of(eid: str) -> str:
    """Return the title of an event that has none, made from its id."""
    try:
        return parse_event_id(eid).title
    except EventIdMalformed:
        return eid


def propose(
    day: date, *, title: str = "", captain: str = "", starts: time | None = None, taken: Container[str] = ()
) -> str:
    """Return an id that keeps the rule and is not `taken`: `2026-05-23-captain-cory-afternoon`.

    It is made of the captain's first name, else the captain named in the title, else the title; then of the part of the
    day in which the trip `starts` (on the boat's clock), else the one named in the title. Where that id is taken, it
    gets a further word: more of the captain's name, then the title's words, then a number.
    """
    known = ascii_words(captain) or ascii_words(captain_in(title))
    period = _period(title, starts)
    rest = [word for word in ascii_words(title) if word not in {*PERIODS, *known, "captain", "capt", "with"}]
    if known:
        base, further = ["captain", known[0]], [*known[1:], *rest]
    else:
        base, further = rest[:_MOST_WORDS] or ["trip"], rest[_MOST_WORDS:]
    return next(eid for words in _longer(base, further) if (eid := _fitting(day, words, period)) not in taken)


def period_of(starts: time) -> str:
    """Return the part of the day in which a trip starts: morning, afternoon, evening or night."""
    return next((name for until, name in _PARTS if starts < until), "night")


def captain_in(title: str) -> str:
    """Return the name after `Captain` in a title, as in “Sunset sail with Captain Cory”; empty when there is none."""
    found = _CAPTAIN.search(title)
    return found[1] if found else ""


def _period(title: str, starts: time | None) -> str | None:
    named = [word for word in ascii_words(title) if word in PERIODS]
    if starts is None:
        return named[-1] if named else None
    fitting = (name for name in named if abs(_minutes(PERIODS[name]) - _minutes(starts)) <= _NEAR)
    return next(fitting, period_of(starts))


def _minutes(moment: time) -> int:
    return moment.hour * 60 + moment.minute


def _longer(base: list[str], further: list[str]) -> Iterator[list[str]]:
    """Yield `base`, then with one further word each time, then numbered."""
    yield base
    for more in range(1, len(further) + 1):
        yield [*base, *further[:more]]
    for number in count(2):
        yield [*base, str(number)]


def _fitting(day: date, words: list[str], period: str | None) -> str:
    """Return the id within LONGEST. Letters are cut from the first words, not from the last, which make it unique."""
    tail = [words[-1][:20], *([period] if period else [])] if len(words) > 1 else [period] if period else []
    head = "-".join(words[:-1] if len(words) > 1 else words)
    room = LONGEST - len(day.isoformat()) - 1 - sum(1 + len(word) for word in tail)
    return "-".join([day.isoformat(), head[:room].rstrip("-"), *tail])
