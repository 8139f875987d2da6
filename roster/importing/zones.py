"""Finds the time zones of calendars: IANA's and Windows' names, paths of old programs, and the calendar's VTIMEZONEs.

Nothing here depends on the zone of this machine.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo, available_timezones

from icalendar.cal import Timezone
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from roster.importing.dates import FIRST_YEAR, LAST_YEAR
from roster.importing.problems import Unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

    from icalendar.cal import Component

# A day, an aware moment, or, before its zone is known, a floating one.
Moment = date | datetime

_SHOWN: Final = 60
_NO_NAMES: Final = {"localtime", "Factory"}  # the zone of this machine, and no zone


def mark(moment: Moment) -> str:
    """Return the original start of an occurrence as it is stored: `20261017T010000Z`, or `20261016` of whole days."""
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}" if isinstance(moment, datetime) else f"{moment:%Y%m%d}"


def day_of_mark(text: str, zone: tzinfo) -> date:
    """Return the day of a `mark` on the clock of `zone`. Raises ValueError for other texts."""
    if "T" in text:
        return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).astimezone(zone).date()
    return date.fromisoformat(text)


class Zones:
    """The zones of one calendar. `home` is the boat's zone."""

    def __init__(self, calendar: Component, *, home: tzinfo) -> None:
        self.home = home
        self._own = {_bare(zone.get("TZID", "")): zone for zone in calendar.walk("VTIMEZONE")}
        self._of_all = _bare(calendar.get("X-WR-TIMEZONE", ""))

    @property
    def has_default(self) -> bool:
        """True if the calendar has a zone for all of its events (X-WR-TIMEZONE)."""
        return bool(self._of_all)

    def default(self, name: str) -> tzinfo:
        """Return the zone of times without one: the calendar's (X-WR-TIMEZONE), else the boat's.

        Raises Unreadable if the calendar's is unknown. `name` is the property that needs it.
        """
        return self.named(self._of_all, name) if self._of_all else self.home

    def named(self, tzid: str, name: str) -> tzinfo:
        """Return the zone of this TZID. Raises Unreadable if it is unknown. `name` is the property."""
        bare = _bare(tzid)
        zone = _known(bare) or self._defined(bare)
        if zone is None:
            raise Unreadable(f"its {name} is in an unknown time zone, “{bare[:_SHOWN]}”.")
        return zone

    def read(self, moment: object, params: Mapping[str, Any], name: str) -> Moment:
        """Return the moment of a property: a date, an aware moment, or a naive one that floats. Raises Unreadable."""
        if not isinstance(moment, date):
            raise Unreadable(f"its {name} is not a date.")
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            raise Unreadable(f"its {name} is not in a year from {FIRST_YEAR} to {LAST_YEAR}.")
        if not isinstance(moment, datetime):
            return moment
        if "TZID" not in params:
            return moment.astimezone(UTC) if moment.tzinfo is not None else moment
        if moment.tzinfo is UTC or getattr(moment.tzinfo, "key", "") == "UTC":
            return moment.replace(tzinfo=UTC)  # `_is_utc` compares with this object
        return moment.replace(tzinfo=self.named(str(params["TZID"]), name))

    def _defined(self, tzid: str) -> tzinfo | None:
        """Return the zone by the calendar's own VTIMEZONE; None where it has no usable one."""
        component = self._own.get(tzid)
        if not isinstance(component, Timezone):
            return None
        located = _known(_bare(component.get("X-LIC-LOCATION", "")))
        if located is not None:
            return located
        rules = [rule for part in component.subcomponents for rule in as_list(part.get("RRULE"))]
        if any(not isinstance(rule, dict) or rule.get("FREQ") != ["YEARLY"] for rule in rules):
            return None  # clocks change yearly; any other rule might be expanded second by second
        try:
            zone: tzinfo = component.to_tz(lookup_tzid=False)
            datetime(FIRST_YEAR, 1, 1, tzinfo=zone).utcoffset()
        except Exception:  # noqa: BLE001 - an unreadable VTIMEZONE defines no zone
            return None
        return zone


@cache
def _known(name: str) -> tzinfo | None:
    """Return the zone of a well-known name, or of its end, as in `/vendor.org/America/New_York`."""
    parts = name.split("/")
    for text in [name, *("/".join(parts[-count:]) for count in (3, 2) if len(parts) > count)]:
        found = _names().get(text.casefold())
        if found is not None:
            return ZoneInfo(found)
    return None


@cache
def _names() -> dict[str, str]:
    """Return IANA's names by the names that calendars use, in lower case, Windows' names included."""
    windows = {name.casefold(): zone for name, zone in WINDOWS_TO_OLSON.items()}
    return windows | {name.casefold(): name for name in available_timezones() - _NO_NAMES}


def _bare(tzid: object) -> str:
    return str(tzid).strip().strip('"').strip()


def as_list(value: Any) -> list[Any]:  # noqa: ANN401 - icalendar's
    """Return the values of a property, which icalendar gives as a list only if there are several."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
