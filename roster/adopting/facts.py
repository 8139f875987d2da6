"""Reads what an older system's rows say of an event: title, day and start. What they do not say stays unknown."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Final, TypeVar

from charter.event_ids import PERIODS, day_of, lint, title_of
from charter.new_events import check_title
from charter.refusals import Refusal
from charter.starts import start_of
from roster.importing.clocks import parse_time
from roster.importing.problems import Unreadable
from roster.verifying.findings import shown

_Value = TypeVar("_Value")

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import tzinfo

# The attributes that name each of these, in the order of trust. A `name` in a crew row is a person's.
TITLES: Final = ("title", "event_title", "event_name")
MOMENTS: Final = ("starts_at", "event_starts_at", "event_start")
DAYS: Final = ("event_date", "date", "day")
TIMES: Final = ("event_time", "start_time", "time")
NAMES: Final = (*TITLES, *MOMENTS, *DAYS, *TIMES)


@dataclass(slots=True)
class Said:
    """The texts of an event's rows by their attribute, each with the rows that have it."""

    rows: int = 0
    texts: dict[str, dict[str, list[str]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))

    def add(self, row: Mapping[str, object]) -> None:
        """Add a row in Python's types."""
        self.rows += 1
        for name in NAMES:
            text = row.get(name)
            if isinstance(text, str) and text.strip():
                self.texts[name][text.strip()].append(str(row["crew_id"]))


@dataclass(frozen=True, slots=True)
class Known:
    """The known facts about an event, each with its source. `starts` is None where nothing says it.

    `title` is empty where nothing says it and the id breaks the rule: the id is shown, and a better one has a title.
    """

    eid: str
    day: date | None
    title: str
    sources: tuple[str, ...]
    starts: datetime | None = None
    doubts: tuple[str, ...] = ()


def read_facts(eid: str, said: Said, *, zone: tzinfo, start: time | None = None, usual: bool = False) -> Known:
    """Return what is known. `start` is the operator's; `usual` takes the usual hour of a period in the id."""
    doubts: list[str] = []
    by_id = _day_of(eid)
    moment, moment_from = _agreed(said, MOMENTS, lambda text: _moment(text, zone), doubts)
    day, day_from = _agreed(said, DAYS, date.fromisoformat, doubts)
    hour, hour_from = _agreed(said, TIMES, parse_time, doubts)
    if moment is not None:
        day, day_from, hour, hour_from = moment.date(), moment_from, moment.timetz().replace(tzinfo=None), moment_from
    if by_id is not None and day is not None and day != by_id:
        doubts.append(f"{day_from} says {day}, which is not the day of the id")
        hour = None
    if by_id is not None:
        day, day_from = by_id, "its id"
    if start is not None:
        hour, hour_from = start, "--start"
    elif hour is None and usual and eid.rpartition("-")[2] in PERIODS:
        hour, hour_from = start_of(eid), f"the usual hour of “{eid.rpartition('-')[2]}”"
    title, title_from = _agreed(said, TITLES, _title, doubts)
    if not title and not lint(eid):
        title, title_from = title_of(eid), "its id"
    starts = datetime.combine(day, hour, zone) if day and hour else None
    sources = (
        f"“{title}” by {title_from}" if title else "no title: its id is shown",
        f"{day} by {day_from}" if day else "its day is unknown",
        f"starts {hour:%H:%M} by {hour_from}" if starts and hour else "its start is unknown",
    )
    return Known(eid, day, title or "", sources, starts, tuple(doubts))


def _agreed(
    said: Said, names: tuple[str, ...], read: Callable[[str], _Value], doubts: list[str]
) -> tuple[_Value | None, str]:
    """Return what the rows say under the first of these names, with where; None where they say two things."""
    for name in names:
        values: dict[_Value, list[str]] = defaultdict(list)
        for text, rows in said.texts.get(name, {}).items():
            try:
                values[read(text)] += rows
            except (ValueError, Refusal, Unreadable):
                doubts.append(f"{name} of the row {min(rows)} is {shown(text)}, which is not used")
        if len(values) > 1:
            doubts.append(f"the rows disagree about {name}")
            return None, ""
        for value, rows in values.items():
            return value, f"{name} of the row {min(rows)}"
    return None, ""


def _moment(text: str, zone: tzinfo) -> datetime:
    if ":" not in text:
        raise ValueError(text)
    moment = datetime.fromisoformat(text)
    return moment.astimezone(zone) if moment.tzinfo else moment.replace(tzinfo=zone)


def _title(text: str) -> str:
    title = check_title(text)
    if not title:
        raise ValueError(text)
    return title


def _day_of(eid: str) -> date | None:
    try:
        return day_of(eid)
    except ValueError:
        return None
