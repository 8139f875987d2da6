"""Finds the event ids that break the rule, in the table or in a file, with the reasons and a better id."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from adapters.attribute_values import from_wire
from adapters.moved import MOVED_TO, MOVING_ROW, moved_to
from adapters.moves import MOVING_FROM
from adapters.rows import EVENT_ROW
from charter.event_ids import PERIODS, captain_in, day_of, lint, propose
from charter.starts import is_day
from roster.importing.clocks import parse_time
from roster.importing.columns import find_columns
from roster.importing.dates import DateOrder, OrderUnknown, order_of, parse_moment, read_moment
from roster.importing.fields import EVENT
from roster.importing.problems import Unreadable
from roster.importing.sifting import on_headings
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import time, tzinfo

    from roster.importing.columns import Columns
    from roster.importing.sheets import Sheet, SheetLine

# The attributes that are read of each row.
NAMES: Final = ("eid", "crew_id", "title", "starts_at", "role", "name", MOVED_TO, MOVING_FROM)

_UNFINISHED: Final = "is being renamed, and some of its rows are still here"
_LOOSE: Final = re.compile(r"(\d{4})[-_./ ]?(\d{1,2})[-_./ ]?(\d{1,2})(?!\d)")
_OTHERWISE: Final = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?!\d)")  # with dots the day always comes first
_COLUMNS: Final = {name: EVENT[name] for name in ("id", "title", "captain", "date", "time")}


@dataclass(frozen=True, slots=True)
class Clue:
    """Facts about an event whose id breaks the rule. `starts` is on the boat's clock."""

    eid: str
    title: str = ""
    captain: str = ""
    day: date | None = None
    starts: time | None = None
    line: int | None = None

    @property
    def words(self) -> str:
        """The words of the id after its date."""
        dated = _LOOSE.match(self.eid) or _OTHERWISE.match(self.eid)
        return re.sub(r"[_\W]+", " ", self.eid[dated.end() :] if dated else self.eid).strip()


@dataclass(frozen=True, slots=True)
class IdFinding:
    """An id, each reason why it breaks the rule, and the proposed id; None where the day is unknown."""

    eid: str
    reasons: list[str]
    proposed: str | None
    line: int | None = None


def lint_table(rows: Iterable[Mapping[str, Any]], *, zone: tzinfo) -> tuple[list[IdFinding], int]:
    """Return the ids at fault among the table's rows (on the wire, with NAMES), and the number of events."""
    clues: dict[str, Clue] = {}
    taken: set[str] = set()
    redirects: dict[str, str] = {}
    unfinished: dict[str, str] = {}
    for wire in rows:
        eid, crew_id = wire["eid"]["S"], wire["crew_id"]["S"]
        taken.add(eid)
        if crew_id == EVENT_ROW and (target := moved_to(wire)):
            redirects[eid] = target
        elif crew_id == MOVING_ROW:
            unfinished[str(wire.get(MOVING_FROM, {}).get("S", ""))] = eid
        elif eid in redirects:
            unfinished[eid] = redirects[eid]
        elif lint(eid):
            clues[eid] = _clue_of(clues.get(eid, Clue(eid)), from_wire(wire), zone)
    broken, total = [clue for eid, clue in clues.items() if eid not in unfinished], len(taken - redirects.keys())
    findings = [IdFinding(eid, [_UNFINISHED], target) for eid, target in sorted(unfinished.items())]
    return findings + _proposals(broken, taken), total


def lint_sheet(
    sheet: Sheet, *, file: str, order: DateOrder | None = None, chosen: Iterable[str] = ()
) -> tuple[list[IdFinding], int, Columns]:
    """Return the ids at fault in a file, the number of its ids, and its columns.

    Raises Stopped where no column holds ids.
    """
    chosen = list(chosen)
    sheet = on_headings(sheet, _COLUMNS, chosen=chosen, file=file)
    columns = find_columns(sheet.headings, _COLUMNS, chosen=chosen, file=file, ask=False)
    if not columns.has("id"):
        raise Stopped(f"{file} has no column for the event id. Pass --column 'id=HEADING'.")
    try:
        order = order or order_of(columns.cell(line, "date") for line in sheet.lines())
    except OrderUnknown:
        order = None
    clues = [_clue_in(columns, line, order) for line in sheet.lines()]
    taken = {clue.eid for clue in clues}
    return _proposals([clue for clue in clues if lint(clue.eid)], taken), len(clues), columns


def _proposals(clues: Iterable[Clue], taken: set[str]) -> list[IdFinding]:
    """Return a finding for each clue. Ids are proposed in the order of the old ones, so that they stay the same."""
    findings = []
    given: dict[str, str | None] = {}
    for clue in sorted(clues, key=lambda clue: (clue.eid, clue.line or 0)):
        if clue.eid not in given:
            given[clue.eid] = _proposal(clue, taken)
            taken.add(given[clue.eid] or clue.eid)
        findings.append(IdFinding(clue.eid, lint(clue.eid), given[clue.eid], clue.line))
    return sorted(findings, key=lambda finding: finding.line or 0)


def _proposal(clue: Clue, taken: set[str]) -> str | None:
    day = _day_in(clue.eid, strict=True) or clue.day or _day_in(clue.eid, strict=False)
    if day is None:
        return None
    named = [word for word in clue.words.lower().split() if word in PERIODS]
    return propose(
        day,
        title=clue.title or clue.words,
        captain=clue.captain or captain_in(clue.title) or captain_in(clue.words),
        starts=clue.starts or (PERIODS[named[-1]] if named else None),
        taken=taken,
    )


def _day_in(eid: str, *, strict: bool) -> date | None:
    """Return the day that an id starts with; None where there is no such day."""
    loose, otherwise = _LOOSE.match(eid), _OTHERWISE.match(eid)
    try:
        if strict:
            return day_of(eid) if eid[4:5] == eid[7:8] == "-" else None
        if otherwise:
            return date(int(otherwise[3]), int(otherwise[2]), int(otherwise[1]))
        return date(int(loose[1]), int(loose[2]), int(loose[3])) if loose else None
    except ValueError:
        return None


def _clue_of(clue: Clue, row: Mapping[str, Any], zone: tzinfo) -> Clue:
    if row["crew_id"] == EVENT_ROW:
        moment = read_moment(row.get("starts_at"), zone)
        is_timed = not is_day(row.get("starts_at"))
        day, starts = (moment.date(), moment.time() if is_timed else None) if moment else (None, None)
        return replace(clue, title=str(row.get("title") or ""), day=day, starts=starts)
    if row.get("role") == "captain" and not clue.captain:
        return replace(clue, captain=str(row.get("name") or ""))
    return clue


def _clue_in(columns: Columns, line: SheetLine, order: DateOrder | None) -> Clue:
    """Return the facts of one line, without a day where its date may be either of two."""
    clue = Clue(columns.cell(line, "id"), columns.cell(line, "title"), columns.cell(line, "captain"), line=line.number)
    with suppress(Unreadable):
        read = [parse_moment(columns.cell(line, "date"), each) for each in ([order] if order else DateOrder)]
        if len({day for day, *_ in read}) == 1:
            clue = replace(clue, day=read[0][0], starts=read[0][1])
    with suppress(Unreadable):
        clue = replace(clue, starts=parse_time(columns.cell(line, "time")))
    return clue
