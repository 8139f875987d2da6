"""Expands one series of a calendar into its occurrences, with the library recurring-ical-events.

The library handles overrides, sequences and RANGE. It does not relate dates to moments, and it has no time limit. So
everything is first converted to the type and zone of the series: a date excluded from a series of moments means all of
that day, a moment excluded from a series of days means its day. Every rule is checked against limits (see `rules`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

import recurring_ical_events  # type: ignore[import-untyped]  # has no types of its own
from icalendar import Calendar, Event
from icalendar.prop import vDDDLists, vDDDTypes, vInt, vRecur

from roster.importing.dates import FIRST_YEAR, LAST_YEAR
from roster.importing.problems import Unreadable
from roster.importing.rules import MOST_REPEATS, too_many, within_limits
from roster.importing.zones import as_list, mark

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from icalendar.cal import Component

    from roster.importing.zones import Moment, Zones

LAST_DAY: Final = date(LAST_YEAR, 12, 31)

_PLACE: Final = "X-ROSTER-PLACE"


@dataclass(frozen=True, slots=True)
class Version:
    """One VEVENT: its line, start and SEQUENCE, and the occurrence of a series that it replaces (as written)."""

    line: int
    component: Component
    zones: Zones
    starts: Moment
    replaces: Moment | None
    sequence: int
    cancelled: bool

    @property
    def repeats(self) -> bool:
        """True if the VEVENT describes several events."""
        return "RRULE" in self.component or "RDATE" in self.component

    @property
    def moves_later_ones(self) -> bool:
        """True if it replaces all later occurrences too (RANGE=THISANDFUTURE)."""
        return self.replaces is not None and "RANGE" in self.component["RECURRENCE-ID"].params


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One event of a series: the VEVENT that describes it, its start, and its place in the series (see `mark`)."""

    version: Version
    starts: Moment
    recurrence: str


def expand(master: Version | None, overrides: Sequence[Version], *, until: date | None) -> list[Occurrence]:
    """Return every occurrence up to the day `until`, in the order of their starts. Raises Unreadable.

    Without a `master` the overrides are all that is known of the series.
    """
    last = min(until or LAST_DAY, LAST_DAY)
    if master is None:
        found = [Occurrence(each, each.starts, mark(_alone(each))) for each in overrides]
    elif not master.repeats and not overrides:
        found = [Occurrence(master, master.starts, "")]
    else:
        found = _expanded(Series(master), overrides, last, ended=until is not None)
    home = (master or overrides[0]).zones.home
    return sorted(
        (each for each in found if _day(each.starts, home) <= last), key=lambda each: _sortable(each.starts, home)
    )


def excluded(master: Version) -> set[str]:
    """Return the marks of the excluded occurrences (EXDATE). Raises Unreadable."""
    return {mark(each) for each in Series(master).left_out()} if "EXDATE" in master.component else set()


class Series:
    """The type and zone of one series, to which all of its moments are converted."""

    def __init__(self, master: Version) -> None:
        self.master = master
        self.start = master.starts
        self.home = master.zones.home
        if _is_utc(self.start) and master.zones.has_default:
            # Google writes the start in UTC, while the repetition is on the calendar's clock.
            assert isinstance(self.start, datetime)  # noqa: S101 - for mypy: a date has no zone
            self.start = self.start.astimezone(master.zones.default("DTSTART"))

    def like(self, moment: Moment) -> Moment:
        """Return the moment in the series' type: a day of days, an aware moment of moments."""
        if not isinstance(self.start, datetime):
            return self._day_meant(moment)
        if not isinstance(moment, datetime):
            clock = self.start.astimezone(self.home) if _is_utc(self.start) else self.start
            return datetime.combine(moment, clock.time(), clock.tzinfo).astimezone(self.start.tzinfo)
        if moment.tzinfo is None:
            floating = self.home if _is_utc(self.start) else self.start.tzinfo
            moment = moment.replace(tzinfo=floating)
        return moment.astimezone(self.start.tzinfo)

    def left_out(self) -> list[Moment]:
        """Return the EXDATEs in the series' type. Raises Unreadable."""
        return [self.like(each) for each in dates(self.master, "EXDATE")]

    def _day_meant(self, moment: Moment) -> date:
        """Return the day of a moment: programs write midnight of their zone or of UTC, or any time of the day."""
        if not isinstance(moment, datetime):
            return moment
        if moment.tzinfo is None or moment.time() == time(0):
            return moment.date()
        return moment.astimezone(self.home).date()


def dates(version: Version, name: str) -> list[Moment]:
    """Return every moment of the properties of that name, as written, of a period its start. Raises Unreadable."""
    try:
        found = [(each.dt, prop.params) for prop in as_list(version.component.get(name)) for each in prop.dts]
    except Exception as error:
        raise Unreadable(f"its {name} cannot be read.") from error
    return [version.zones.read(dt[0] if isinstance(dt, tuple) else dt, params, name) for dt, params in found]


def _expanded(series: Series, overrides: Sequence[Version], last: date, *, ended: bool) -> list[Occurrence]:
    versions = [series.master, *overrides]
    calendar = Calendar()
    calendar.add_component(_core(series, last, ended=ended))
    for place, version in enumerate(overrides, start=1):
        calendar.add_component(_override(series, version, place))
    span = datetime(FIRST_YEAR - 1, 1, 1, tzinfo=UTC), datetime.combine(last + timedelta(days=2), time(0), UTC)
    try:
        components = recurring_ical_events.of(calendar).between(*span)
    except Exception as error:
        raise Unreadable(f"its repetition cannot be read: {error}.") from error
    shifts = {
        place: _minus(series.like(version.starts), series.like(version.replaces))
        for place, version in enumerate(versions)
        if version.replaces is not None and version.moves_later_ones
    }
    found = []
    for component in components:
        place = int(component[_PLACE])
        starts = component["DTSTART"].dt
        original = starts - shifts[place] if place in shifts else component["RECURRENCE-ID"].dt
        # Of an override: its own start, which may be of another type than the series.
        exact = versions[place].starts if place and place not in shifts else starts
        recurrence = mark(original) if place or series.master.repeats else ""
        found.append(Occurrence(versions[place], exact, recurrence))
    return found


def _core(series: Series, last: date, *, ended: bool) -> Event:
    master = series.master
    event = _event(series.start, master, 0)
    written = as_list(master.component.get("RRULE"))
    rules = [within_limits(rule, series.start, last, ended=ended, home=series.home) for rule in written]
    if "EXRULE" in master.component:
        raise Unreadable("excludes days by a rule (EXRULE), which is not supported. Exclude them one by one.")
    more = [series.like(each) for each in dates(master, "RDATE")]
    if sum(count for _, count in rules) + len(more) > MOST_REPEATS:
        raise too_many()
    if rules:
        event["RRULE"] = [vRecur.from_ical(text) for text, _ in rules]
    if more:
        event["RDATE"] = vDDDLists(more)
    left_out: list[vDDDLists] = []
    for each in dates(master, "EXDATE"):
        left_out.append(vDDDLists([series.like(each)]))
        if not isinstance(each, datetime) and not _is_utc(series.start):
            left_out.append(vDDDLists([each]))  # all of that day, where a series has several a day
    if left_out:
        event["EXDATE"] = left_out
    return event


def _override(series: Series, version: Version, place: int) -> Event:
    assert version.replaces is not None  # noqa: S101 - for mypy: an override replaces
    event = _event(series.like(version.starts) if version.moves_later_ones else version.starts, version, place)
    event["RECURRENCE-ID"] = vDDDTypes(series.like(version.replaces))
    if version.moves_later_ones:
        if version.component["RECURRENCE-ID"].params["RANGE"] != "THISANDFUTURE":
            raise Unreadable(
                "moves all earlier ones too (RANGE), which is not supported. Split the series in the calendar."
            )
        event["RECURRENCE-ID"].params["RANGE"] = "THISANDFUTURE"
    if version.repeats:
        # Its own rule is not expanded. The library drops remains of an older series because they have a rule.
        event["RRULE"] = vRecur.from_ical("FREQ=DAILY;COUNT=1")
    return event


def _event(starts: Moment, version: Version, place: int) -> Event:
    """Return a VEVENT with the properties that matter here. An end is left out, because the library may swap it."""
    event = Event()
    event["UID"] = "series"
    event["DTSTART"] = vDDDTypes(starts)
    event["SEQUENCE"] = version.sequence
    event[_PLACE] = vInt(place)
    return event


def _alone(version: Version) -> Moment:
    """Return the occurrence that an override without its series replaces. A floating one is on the override's clock."""
    moment = version.replaces
    assert moment is not None  # noqa: S101 - for mypy: an override replaces
    if isinstance(moment, datetime) and moment.tzinfo is None:
        zone = version.starts.tzinfo if isinstance(version.starts, datetime) else version.zones.home
        return moment.replace(tzinfo=zone)
    return moment


def _minus(one: Moment, other: Moment) -> timedelta:
    """Return the time from `other` to `one`, on the clock if both are in one zone."""
    assert isinstance(one, datetime) == isinstance(other, datetime)  # noqa: S101 - both are of the series' type
    return one - other  # type: ignore[operator]  # as just asserted


def _is_utc(moment: Moment) -> bool:
    return isinstance(moment, datetime) and moment.tzinfo is UTC


def _day(moment: Moment, home: tzinfo) -> date:
    return moment.astimezone(home).date() if isinstance(moment, datetime) else moment


def _sortable(moment: Moment, home: tzinfo) -> datetime:
    return moment if isinstance(moment, datetime) else datetime.combine(moment, time(0), home)
