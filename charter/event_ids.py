"""Event ids: `YYYY-MM-DD-name[-more]…[-period]`, a real date and then one or more lower-case words.

The rule keeps a waiver link readable and routable. Rows whose id breaks it exist all the same; those whose id still
starts with a date are served, with a warning, and the roster tool mends them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time
from typing import Final

from charter.refusals import EventIdMalformed

# When a trip of each period starts, for events that nobody gave a time.
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

_DATED: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(.*)", re.DOTALL)
_SERVED: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[A-Za-z0-9._-]*")


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
    """Takes an id by the rule apart. Raises EventIdMalformed with the first reason that `lint` finds."""
    reasons = lint(text)
    if reasons:
        raise EventIdMalformed(text, reasons[0])
    words = tuple(text[11:].split("-"))
    if len(words) > 1 and words[-1] in PERIODS:
        return EventId(day_of(text), words[:-1], words[-1])
    return EventId(day_of(text), words)


def lint(text: str) -> list[str]:
    """Each way in which `text` breaks the rule, as the end of a sentence that starts with the id."""
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
    """`text` itself when an event of that id may be looked up: by the rule, or broken yet dated and safe in a link.

    Raises EventIdMalformed.
    """
    if not is_served(text):
        raise EventIdMalformed(text, (lint(text) or ["cannot be an event id"])[0])
    return text


def is_served(text: str) -> bool:
    """Whether an event of that id may be looked up at all."""
    return len(text) <= LONGEST and _SERVED.fullmatch(text) is not None and ".." not in text


def day_of(text: str) -> date:
    """The date that an id starts with. Raises ValueError when there is none or it is not in the calendar."""
    return date.fromisoformat(text[:10])


def title_of(eid: str) -> str:
    """What to call an event known by its id alone."""
    try:
        return parse_event_id(eid).title
    except EventIdMalformed:
        return eid
