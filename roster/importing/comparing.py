"""Compares a calendar with the table for `events import`, and plans the steps and the questions."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from adapters.attribute_values import from_wire
from roster.importing.entering import CALENDAR, READ, EventStep
from roster.importing.ids import with_ids
from roster.importing.linking import CANCELLED, MOVED, OLDER, QUESTION, Linker
from roster.importing.matching import ids_of_others, known_elsewhere, match, remember, unmentioned
from roster.importing.problems import ImportProblem, Problems
from roster.renaming import plan_of
from roster.walking import by_id, contents_of, leading
from roster.wording import counted, named
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from roster.importing.calendars import CalendarReading
    from roster.importing.entering import Row
    from roster.importing.events import EventDraft
    from roster.importing.matching import Matches, Remembered
    from roster.services import Services


@dataclass(slots=True)
class Compared:
    """The result of a comparison: steps to write, notices without a write, and the number of unchanged events."""

    steps: Sequence[EventStep]
    notices: list[EventStep]
    same: int

    def counts(self) -> str:
        """Return the numbers for the first line of the plan."""
        kinds = Counter(step.result for step in self.steps)
        parts = [f"{kinds['new']:,} new", f"{kinds['changed']:,} changed"]
        parts += [f"{kinds[kind]:,} {kind}" for kind in (MOVED, CANCELLED) if kinds[kind]]
        asked = sum(step.kind == QUESTION or bool(step.note and step.kind == OLDER) for step in self.notices)
        return ", ".join(
            [*parts, f"{self.same:,} as they are", *([f"{asked:,} left with a question"] if asked else [])]
        )


def compare_calendar(
    services: Services, reading: CalendarReading, problems: Problems, *, until: date | None, overwrite: bool
) -> Compared:
    """Return the steps for the calendar's drafts and for the events that came from it before."""
    for note in reading.notes:
        services.console.note(note)
    with services.console.step(f"Reading {services.table}"):
        remembered = remember(services.client, services.table, reading.uids)
    matches = match(reading, remembered, zone=services.zone, until=until)
    linker = Linker(
        zone=services.zone,
        currency=services.currency,
        taken=remembered.taken,
        mine={str(row["eid"]): remembered.leading_to(str(row["eid"])) for _, row in matches.pairs},
        overwrite=overwrite,
    )
    same = len(matches.fresh)
    matches.fresh = [draft for draft in matches.fresh if not known_elsewhere(draft, remembered, zone=services.zone)]
    same -= len(matches.fresh)
    steps = _fresh(services, linker, matches, remembered, problems)
    for draft, row in matches.pairs:
        steps += _step(linker, draft, row, problems)
    steps += [linker.lost(row, plan) for row, plan in matches.lost]
    steps = _distinct(steps, problems)
    writing = [_with_people(services, step, problems) for step in steps if step.wanted]
    notices = [step for step in steps if not step.wanted and step.note]
    _note_unmentioned(services, unmentioned(reading, remembered, zone=services.zone))
    return Compared([step for step in writing if step], notices, same + len(steps) - len(writing) - len(notices))


def _fresh(
    services: Services, linker: Linker, matches: Matches, remembered: Remembered, problems: Problems
) -> list[EventStep]:
    """Return the steps of drafts without a match. They get an id; an event with that id counts as the same event."""
    lost = {str(row["eid"]) for row, _ in matches.lost}
    drafts, repeated = with_ids(
        [draft for draft in matches.fresh if draft.title], taken=ids_of_others(matches, remembered)
    )
    problems.extend(repeated)
    bad = {problem.line for problem in repeated}
    rows = leading(services.client, services.table, [draft.eid for draft in drafts], names=READ)
    steps: list[EventStep] = []
    for draft in drafts:
        if draft.line in bad:
            continue
        row = from_wire(rows[draft.eid]) if draft.eid in rows else None
        steps += _step(linker, draft, row, problems)
    found = {step.eid for step in steps} & lost
    matches.lost = [(row, plan) for row, plan in matches.lost if str(row["eid"]) not in found]
    return steps


def _step(linker: Linker, draft: EventDraft, row: Row | None, problems: Problems) -> list[EventStep]:
    """Return the step of one draft, none where it is a problem. Its id counts as taken afterwards."""
    with problems.collect(draft.line):
        if row is None:
            step = linker.entered(draft)
        else:
            known = draft.origin is not None and isinstance(row.get(CALENDAR), dict)
            step = linker.followed(draft, row) if known else linker.adopted(draft, row)
        linker.taken.add(step.target)
        return [step]
    return []


def _distinct(steps: Sequence[EventStep], problems: Problems) -> list[EventStep]:
    """Return one step for each event. A second one is a problem."""
    distinct: list[EventStep] = []
    lines: dict[str, int] = {}
    targets: dict[str, int] = {}
    for step in steps:
        if step.eid in lines or step.target in targets:
            first = lines.get(step.eid) or targets[step.target]
            problems.append(ImportProblem(step.line, f"would be the same event as line {first}, {step.target}."))
            continue
        lines[step.eid] = targets[step.target] = step.line
        distinct.append(step)
    return distinct


def _with_people(services: Services, step: EventStep, problems: Problems) -> EventStep | None:
    """Return a step that moves or cancels an event with the number of patrons; None where it is impossible."""
    if step.result not in {MOVED, CANCELLED}:
        return step
    people = _people(services, step.eid)
    if step.to:
        try:
            move = services.renaming.prepare(step.eid, step.to)
        except Stopped as stopped:
            by_hand = f"Or rename it by hand: `events rename {step.eid} NEW`."
            reason = f"{step.eid} moves to another day. {stopped.message} {by_hand}"
            problems.append(ImportProblem(step.line, reason))
            return None
        people = plan_of(move)[0].partition(": ")[2]
    return replace(step, note="; ".join(filter(None, [step.note, people])))


def _people(services: Services, eid: str) -> str:
    """Return the numbers of patrons and payments of an event; an empty text where it has none."""
    wire = next(iter(by_id(services.client, services.table, [eid], names=("eid", "patrons", "payments"))), {})
    return ", ".join(counted(number, word) for word, number in contents_of(wire).items() if number)


def _note_unmentioned(services: Services, eids: Sequence[str]) -> None:
    if eids:
        services.console.note(
            f"On these days there are also events of other calendars, or ones that this calendar lost: {named(eids)}. "
            "They are left as they are."
        )
