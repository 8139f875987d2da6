"""Reads calendars (.ics) into drafts of events: one for a VEVENT, or one for each repetition.

Repetitions are expanded, because a season is often one entry: “Sunset sail, every Friday until September”. One without
an end is refused unless `--until` sets it, because nobody wants 50 years of events.

Each draft has an origin: the UID, its place in its series, and the SEQUENCE. By it an event is found again when the
calendar changes (see `linking`). Of several versions of a UID the highest SEQUENCE counts. A calendar that announces
cancellations (METHOD:CANCEL) cancels every event in it. Times without a zone are on the calendar's clock
(X-WR-TIMEZONE) or else the boat's, and days without a time are the boat's days. The zone of this machine is not used.
"""

from __future__ import annotations

import io
import re
import warnings
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final

from icalendar import Calendar

from charter.events import Status
from charter.new_events import check_title
from charter.refusals import Refusal
from roster.importing.events import CalendarOrigin, EventDraft
from roster.importing.problems import ImportProblem, Problems, Unreadable
from roster.importing.repeating import Version, excluded, expand
from roster.importing.sheets import decode
from roster.importing.zones import Zones
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import tzinfo

    from icalendar.cal import Component

    from roster.importing.repeating import Occurrence
MOST_EVENTS: Final = 50_000

_FOLD: Final = re.compile(rb"(?:\r\n|\r|\n)[ \t]")
_LINE_END: Final = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class SeriesPlan:
    """A UID whose whole series is in the calendar. `left_out` holds the marks of excluded occurrences (EXDATE)."""

    line: int
    sequence: int
    cancelled: bool
    left_out: frozenset[str]


@dataclass(slots=True)
class CalendarReading:
    """The drafts of a calendar, the problems of the others, and its whole series by their UIDs."""

    drafts: list[EventDraft] = field(default_factory=list)
    problems: Problems = field(default_factory=Problems)
    plans: dict[str, SeriesPlan] = field(default_factory=dict)
    uids: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)


def read_text(data: bytes, *, file: str, encoding: str | None) -> tuple[str, str, list[int]]:
    """Return the text, its encoding in words, and the number of each line that begins a VEVENT. Raises Stopped."""
    # Long lines are folded, and some programs fold inside a letter of several bytes.
    whole = data
    if encoding is None and not _is_utf8(data) and _is_utf8(unfolded := _FOLD.sub(b"", data)):
        whole = unfolded
    decoded, taken = decode(io.BytesIO(whole), file=file, encoding=encoding)
    text = decoded.read()
    # The lines of the original file. Latin-1 decodes any bytes, and the searched line is ASCII.
    original = text if whole is data else data.decode("latin-1")
    lines = [number for number, line in enumerate(_LINE_END.split(original), start=1) if _begins(line)]
    return text, taken, lines


def read_calendar(text: str, lines: Sequence[int], *, zone: tzinfo, until: date | None, file: str) -> CalendarReading:
    """Read the events of a calendar. `lines` are those of its VEVENTs. Raises Stopped if it is not a calendar."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the libraries warn about files that break the standard
        try:
            calendars = Calendar.from_ical(text, multiple=True)
        except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError) as error:
            raise Stopped(f"{file} cannot be read as a calendar: {error}. Export it again.") from None
        reading = CalendarReading()
        series = _by_uid(calendars, lines, zone, reading)
        if not series and not reading.problems:
            raise Stopped(f"{file} has no events. Export the calendar again.")
        for uid, versions in series.items():
            with reading.problems.collect(versions[0].line):
                _read_series(uid if _text(versions[0].component, "UID") else "", versions, until, reading)
            if len(reading.drafts) > MOST_EVENTS:
                raise Stopped(f"{file} has more than {MOST_EVENTS:,} events. Pass a last day like --until 2026-09-30.")
        return reading


def _by_uid(
    calendars: Iterable[Component], lines: Sequence[int], zone: tzinfo, reading: CalendarReading
) -> dict[str, list[Version]]:
    """Return every VEVENT by its UID or its place. If one part of a series cannot be read, the whole is a problem."""
    series: dict[str, list[Version]] = defaultdict(list)
    broken: dict[str, int] = {}
    place = 0
    for calendar in calendars:
        zones = Zones(calendar, home=zone)
        cancels = str(calendar.get("METHOD", "")).strip().upper() == "CANCEL"
        for component in calendar.walk("VEVENT"):
            line = lines[place] if place < len(lines) else 1
            place += 1
            uid = _text(component, "UID") or f"{place} without a UID"
            reading.uids.add(uid)
            with reading.problems.collect(line):
                series[uid].append(_version(component, zones, line, cancels=cancels))
                continue
            broken[uid] = line
    for uid, line in broken.items():
        others = sorted({version.line for version in series.pop(uid, [])})
        why = f"belongs to the series of line {line}, which cannot be read."
        reading.problems += [ImportProblem(other, why) for other in others]
    return series


def _version(component: Component, zones: Zones, line: int, *, cancels: bool) -> Version:
    cancelled = cancels or _text(component, "STATUS").upper() == "CANCELLED"
    replaces = _when(component, "RECURRENCE-ID", zones) if "RECURRENCE-ID" in component else None
    # A cancellation need not contain the start of the event.
    known = "DTSTART" in component or not cancelled
    starts = _when(component, "DTSTART", zones) if known else replaces or date.max
    if isinstance(starts, datetime) and starts.tzinfo is None:
        starts = starts.replace(tzinfo=zones.default("DTSTART"))
    return Version(line, component, zones, starts, replaces, _sequence(component), cancelled)


def _read_series(uid: str, versions: Sequence[Version], until: date | None, reading: CalendarReading) -> None:
    """Read the drafts of one UID. Raises Unreadable."""
    masters = [version for version in versions if version.replaces is None]
    master = _newest(masters, reading) if masters else None
    places: dict[str, list[Version]] = defaultdict(list)
    for version in versions:
        if version.replaces is not None:
            places[version.replaces.isoformat()].append(version)
    overrides = [_newest(each, reading) for each in places.values()]
    try:
        left_out = excluded(master) if master else set()
        nowhere = master is not None and master.starts == date.max
        found = [] if nowhere else expand(master, overrides, until=until)
    except Unreadable as reason:
        raise Unreadable(str(reason), line=(master or overrides[0]).line) from None
    reading.drafts += [_draft(occurrence, master, uid) for occurrence in found]
    if master is not None and not found and until is None and not master.cancelled:
        reading.notes.append(f"line {master.line}: its repetition has no day left, so it is not imported.")
    if master is not None and uid:
        reading.plans[uid] = SeriesPlan(master.line, master.sequence, master.cancelled, frozenset(left_out))


def _newest(versions: Sequence[Version], reading: CalendarReading) -> Version:
    """Return the version that counts: of the highest SEQUENCE, then a cancellation, then the latest one.

    Raises Unreadable.
    """
    first, *others = sorted(versions, key=_age, reverse=True)
    for other in others:
        if _age(other) == _age(first):
            if _content(other) != _content(first):
                line, before = max(first.line, other.line), min(first.line, other.line)
                reason = f"has the UID of line {before} with other content, and neither is newer. Delete one of them."
                raise Unreadable(reason, line=line)
        elif _content(other) != _content(first):
            reading.notes.append(f"line {other.line}: is an older version of line {first.line} and is not used.")
    return first


def _age(version: Version) -> tuple[int, bool, str]:
    return version.sequence, version.cancelled, _stamp(version.component)


def _content(version: Version) -> tuple[object, ...]:
    rules = [str(version.component.get(name, "")) for name in ("RRULE", "SUMMARY")]
    return version.starts, version.cancelled, *rules


def _draft(occurrence: Occurrence, master: Version | None, uid: str) -> EventDraft:
    version = occurrence.version
    cancelled = version.cancelled or (master is not None and master.cancelled)
    text = _text(version.component, "SUMMARY") or (_text(master.component, "SUMMARY") if master else "")
    if not text and not (cancelled and uid):
        raise Unreadable("has no title (SUMMARY).", line=version.line)
    try:
        title = check_title(text) or None
    except Refusal as reason:
        raise Unreadable(str(reason), line=version.line) from None
    sequence = max(version.sequence, master.sequence if master else 0)
    draft = EventDraft(
        line=version.line,
        day=date.min,
        title=title,
        status=Status.CANCELLED if cancelled else Status.SCHEDULED,
        origin=CalendarOrigin(uid, occurrence.recurrence, sequence) if uid else None,
    )
    starts = occurrence.starts
    if not isinstance(starts, datetime):
        return draft.on(starts, None)
    here = starts.astimezone(version.zones.home)
    return draft.on(here.date(), here.time().replace(second=0, microsecond=0))


def _when(component: Component, name: str, zones: Zones) -> Any:  # noqa: ANN401 - a Moment; mypy takes dates for moments
    """Return the moment of one property, a naive one where it floats. Raises Unreadable."""
    value = component.get(name)
    if value is None:
        raise Unreadable(f"has no {name}.")
    try:
        moment, params = value.dt, value.params
    except Exception as error:
        raise Unreadable(f"its {name} cannot be read.") from error
    return zones.read(moment, params, name)


def _sequence(component: Component) -> int:
    try:
        return max(0, int(component.get("SEQUENCE", 0)))
    except (TypeError, ValueError):
        return 0


def _stamp(component: Component) -> str:
    """Return the time of the VEVENT's last change as a sortable text; an empty one where it has none."""
    try:
        value: Any = component.get("LAST-MODIFIED") or component["DTSTAMP"]
        moment: datetime = value.dt
        return f"{moment if moment.tzinfo is None else moment.astimezone(UTC):%Y%m%dT%H%M%S}"
    except Exception:  # noqa: BLE001 - an unreadable property counts as missing
        return ""


def _text(component: Component, name: str) -> str:
    value = component.get(name, "")
    return str(value[0] if isinstance(value, list) else value).strip()


def _begins(line: str) -> bool:
    return line.rstrip().upper() == "BEGIN:VEVENT"


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
