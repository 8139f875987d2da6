"""Matches the drafts of a calendar with the events of the table, by the stored UIDs.

Events that are no longer in their calendar are lost. They are cancelled, never removed.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeVar

from adapters.attribute_values import from_wire
from adapters.moved import moved_to
from charter.event_ids import propose
from charter.names import fold
from roster.importing.entering import CALENDAR, READ, start_in
from roster.importing.repeating import LAST_DAY
from roster.importing.zones import day_of_mark
from roster.walking import is_event, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable
    from datetime import date, tzinfo

    from mypy_boto3_dynamodb import DynamoDBClient

    from roster.importing.calendars import CalendarReading, SeriesPlan
    from roster.importing.entering import Row
    from roster.importing.events import EventDraft

_T = TypeVar("_T")

# A series that moved as a whole moved by less than a week. An event farther away is another one.
_SHIFT: Final = 6


@dataclass(slots=True)
class Remembered:
    """The table's events with this calendar's UIDs, those of other calendars, and every id that is taken."""

    rows: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    elsewhere: dict[str, Row] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    redirects: dict[str, str] = field(default_factory=dict)

    def leading_to(self, eid: str) -> set[str]:
        """Return the old ids that redirect to an event."""
        return {old for old, target in self.redirects.items() if target == eid}


@dataclass(slots=True)
class Matches:
    """Drafts with their events, drafts without an event, and events that are no longer in the calendar."""

    pairs: list[tuple[EventDraft, Row]] = field(default_factory=list)
    fresh: list[EventDraft] = field(default_factory=list)
    lost: list[tuple[Row, SeriesPlan]] = field(default_factory=list)


def remember(client: DynamoDBClient, table: str, uids: set[str]) -> Remembered:
    """Read the table's events that came from a calendar. `uids` are those of the imported calendar."""
    found = Remembered()
    for wire in walk(client, table, names=READ):
        if not is_event(wire):
            continue
        eid = wire["eid"]["S"]
        found.taken.add(eid)
        if target := moved_to(wire):
            found.redirects[eid] = target
        elif uid := wire.get(CALENDAR, {}).get("M", {}).get("uid", {}).get("S"):
            row = from_wire(wire)
            if uid in uids:
                found.rows[uid].append(row)
            else:
                found.elsewhere[eid] = row
    return found


def match(reading: CalendarReading, remembered: Remembered, *, zone: tzinfo, until: date | None) -> Matches:
    """Match drafts and events of one UID: by their place in the series, then by day, then as a moved series."""
    found = Matches()
    by_uid: dict[str, list[EventDraft]] = defaultdict(list)
    for draft in reading.drafts:
        if draft.origin is None:
            found.fresh.append(draft)
        else:
            by_uid[draft.origin.uid].append(draft)
    for uid in {**by_uid, **reading.plans}:
        _match_series(by_uid[uid], remembered.rows.get(uid, []), reading.plans.get(uid), found, zone, until)
    _match_titles(found, zone)
    return found


def ids_of_others(matches: Matches, remembered: Remembered) -> set[str]:
    """Return the ids that no new event may have: present and old ids of matched events and of other calendars."""
    lost = {str(row["eid"]) for row, _ in matches.lost}
    events = {str(row["eid"]) for rows in remembered.rows.values() for row in rows} - lost
    events |= remembered.elsewhere.keys()
    return events | {old for old, target in remembered.redirects.items() if target in events}


def known_elsewhere(draft: EventDraft, remembered: Remembered, *, zone: tzinfo) -> bool:
    """Return whether another calendar has the same event: the same id, title and start."""
    row = remembered.elsewhere.get(propose(draft.day, title=draft.title or "", starts=draft.starts))
    start = start_in(row, zone) if row else None
    if row is None or start is None or fold(str(row.get("title"))) != fold(draft.title or ""):
        return False
    return start.date() == draft.day and draft.starts in {None, start.time()}


def unmentioned(reading: CalendarReading, remembered: Remembered, *, zone: tzinfo) -> list[str]:
    """Return the scheduled events of other UIDs that start between the first and the last day of the calendar."""
    days = [draft.day for draft in reading.drafts]
    found = []
    for eid, row in remembered.elsewhere.items():
        start = start_in(row, zone)
        if days and start and min(days) <= start.date() <= max(days) and row.get("status") == "scheduled":
            found.append(eid)
    return sorted(found)


def _match_series(  # noqa: PLR0913, PLR0917 - everything known of one series
    drafts: list[EventDraft], rows: list[Row], plan: SeriesPlan | None, found: Matches, zone: tzinfo, until: date | None
) -> None:
    def pair_by(of_draft: Callable[[EventDraft], Hashable], of_row: Callable[[Row], Hashable]) -> int:
        pairs = _unique(drafts, rows, of_draft, of_row)
        for draft, row in pairs:
            drafts.remove(draft)
            rows.remove(row)
        found.pairs.extend(pairs)
        return len(pairs)

    drafts, rows = list(drafts), list(rows)
    same_place = pair_by(
        lambda draft: draft.origin and draft.origin.recurrence, lambda row: row[CALENDAR].get("recurrence")
    )
    pair_by(lambda draft: _first_day(draft, zone), lambda row: _first_day_of_row(row, zone))
    pair_by(lambda draft: draft.day, lambda row: _day(row, zone))
    if plan is not None and not same_place:
        staying = [row for row in rows if row[CALENDAR].get("recurrence") not in plan.left_out]
        for draft, row in _shifted(drafts, staying, zone):
            drafts.remove(draft)
            rows.remove(row)
            found.pairs.append((draft, row))
    found.fresh += drafts
    if plan is not None:
        last = until or LAST_DAY
        found.lost += [(row, plan) for row in rows if plan.cancelled or (_first_day_of_row(row, zone) or last) <= last]


def _match_titles(found: Matches, zone: tzinfo) -> None:
    """Match the rest by title and day: a series that is split in two continues under another UID."""
    with_uid = [draft for draft in found.fresh if draft.origin]
    plans = {str(row["eid"]): plan for row, plan in found.lost}
    pairs = _unique(
        with_uid,
        [row for row, plan in found.lost if not plan.cancelled],
        lambda draft: (draft.day, fold(draft.title or "")),
        lambda row: (_day(row, zone), fold(str(row.get("title")))),
    )
    matched = {str(row["eid"]) for _, row in pairs}
    taken = {id(draft) for draft, _ in pairs}
    found.pairs += pairs
    found.fresh = [draft for draft in found.fresh if id(draft) not in taken]
    found.lost = [(row, plans[str(row["eid"])]) for row, _ in found.lost if str(row["eid"]) not in matched]


def _unique(
    drafts: Iterable[EventDraft],
    rows: Iterable[Row],
    of_draft: Callable[[EventDraft], Hashable],
    of_row: Callable[[Row], Hashable],
) -> list[tuple[EventDraft, Row]]:
    """Return the pairs in which each side is the only one of its kind."""
    left, right = _grouped(drafts, of_draft), _grouped(rows, of_row)
    return [
        (group[0], right[kind][0])
        for kind, group in left.items()
        if kind is not None and len(group) == 1 and len(right.get(kind, [])) == 1
    ]


def _grouped(items: Iterable[_T], of: Callable[[_T], Hashable]) -> dict[Hashable, list[_T]]:
    groups: dict[Hashable, list[_T]] = defaultdict(list)
    for item in items:
        groups[of(item)].append(item)
    return groups


def _shifted(drafts: list[EventDraft], rows: list[Row], zone: tzinfo) -> list[tuple[EventDraft, Row]]:
    """Return the pairs of a series that moved as a whole: in order if both are as many, else by one shift in days."""
    if not drafts or not rows:
        return []
    before = sorted(rows, key=lambda row: str(row[CALENDAR].get("starts_at")))
    after = sorted(drafts, key=lambda draft: (draft.day, str(draft.starts)))
    if len(before) == len(after):
        return list(zip(after, before, strict=True))
    start = _first_day_of_row(before[0], zone)
    if start is None or abs((after[0].day - start).days) > _SHIFT:
        return []
    shift = after[0].day - start
    return _unique(
        after, before, lambda draft: draft.day, lambda row: (day := _first_day_of_row(row, zone)) and day + shift
    )


def _first_day(draft: EventDraft, zone: tzinfo) -> date:
    """Return the original day of a draft: that of its place in the series, else its own."""
    if draft.origin and draft.origin.recurrence:
        return day_of_mark(draft.origin.recurrence, zone)
    return draft.day


def _first_day_of_row(row: Row, zone: tzinfo) -> date | None:
    with suppress(ValueError):
        return day_of_mark(str(row[CALENDAR].get("recurrence", "")), zone)
    return _day(row, zone)


def _day(row: Row, zone: tzinfo) -> date | None:
    """Return the day of the event in the last import."""
    start = start_in({**row, "starts_at": row[CALENDAR].get("starts_at")}, zone)
    return start.date() if start else None
