"""Compares a calendar's drafts with the events that came from it before, which are moved, cancelled or changed.

An event's own row stores its origin in the map `calendar`, which other programs ignore:

    uid, recurrence   the event in its calendar; `recurrence` is its original start in a series, `20261017T010000Z`
    sequence          the SEQUENCE of the last import; a calendar with a lower one changes nothing
    title, starts_at, status    the values of the last import, as they were written

A value that differs from the last import was changed by hand. It is kept, and if the calendar changes it too the plan
asks. Rows without the map are older than it or came from elsewhere. They are found by their id.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from charter.event_ids import lint, propose
from charter.events import Status
from charter.moments import month_of
from charter.starts import hour_of, is_day, read_start, written
from roster.importing.dates import read_moment
from roster.importing.entering import CALENDAR, EventStep, changed, new, start_by, start_in
from roster.importing.problems import shown

if TYPE_CHECKING:
    from collections.abc import Container, Mapping
    from datetime import datetime, tzinfo

    from roster.importing.calendars import SeriesPlan
    from roster.importing.entering import Row
    from roster.importing.events import EventDraft

MOVED: Final = "moved"
CANCELLED: Final = "cancelled"
QUESTION: Final = "question"
OLDER: Final = "older"


@dataclass(frozen=True, slots=True)
class Linker:
    """Builder of the steps of one calendar. `taken` are the ids of all events and redirects.

    `overwrite` uses the calendar's values also where an event was changed by hand or the calendar is older. `mine` are
    the redirects by their targets: an event may get back an earlier id of its own.
    """

    zone: tzinfo
    currency: str
    taken: set[str] = field(default_factory=set)
    mine: Mapping[str, Container[str]] = field(default_factory=dict)
    overwrite: bool = False

    def entered(self, draft: EventDraft) -> EventStep:
        """Return the step that enters a new event. Raises Unreadable."""
        step = new(draft, zone=self.zone, currency=self.currency)
        return self._remembering(step, draft) if draft.origin else step

    def adopted(self, draft: EventDraft, row: Row) -> EventStep:
        """Return the step for an event that was found by its id and has no calendar so far. Raises Unreadable."""
        step = changed(draft, row, zone=self.zone, currency=self.currency)
        if draft.origin is None:
            return step
        kind = CANCELLED if step.wanted.get("status") == Status.CANCELLED else step.kind
        note = "from now on it follows the calendar's UID"
        return replace(self._remembering(step, draft), kind=kind, note=note)

    def followed(self, draft: EventDraft, row: Row) -> EventStep:
        """Return the step for an event that came from this calendar; without `wanted` where nothing changes.

        Raises Unreadable.
        """
        assert draft.origin is not None  # noqa: S101 - for mypy: only such drafts are matched with a row
        last = row[CALENDAR]
        memory: Row = {**last, "uid": draft.origin.uid, "recurrence": draft.origin.recurrence}
        memory["sequence"] = draft.origin.sequence
        wanted, asked = self._differences(draft, row, memory)
        if (older := _older(draft.origin.sequence, last)) and not self.overwrite:
            return EventStep(draft.line, str(row["eid"]), {}, row, OLDER, note=older if wanted or asked else "")
        if asked and not wanted:
            return EventStep(draft.line, str(row["eid"]), {}, row, QUESTION, note="; ".join(asked))
        return self._step(draft.line, row, wanted, memory, "; ".join(asked))

    def lost(self, row: Row, plan: SeriesPlan) -> EventStep:
        """Return the step that cancels an event that its calendar no longer has."""
        last, eid = row[CALENDAR], str(row["eid"])
        if row.get("status") == Status.CANCELLED:
            return EventStep(plan.line, eid, {}, row)
        if (older := _older(plan.sequence, last)) and not self.overwrite:
            return EventStep(plan.line, eid, {}, row, OLDER, note=older)
        why = "the calendar cancels it" if plan.cancelled else "it is no longer in the calendar"
        by_hand = self._changed_by_hand(row)
        if by_hand and not self.overwrite:
            return EventStep(
                plan.line, eid, {}, row, QUESTION, note=f"{why}, but {by_hand}: left as it is (--overwrite cancels it)"
            )
        memory = {**last, "status": Status.CANCELLED.value, "sequence": plan.sequence}
        return EventStep(plan.line, eid, {"status": Status.CANCELLED.value, CALENDAR: memory}, row, CANCELLED, note=why)

    def _differences(self, draft: EventDraft, row: Row, memory: Row) -> tuple[Row, list[str]]:
        """Return the values to write and the questions. Settled values of the calendar are put into `memory`."""
        wanted: Row = {}
        asked: list[str] = []
        by_hand = self._changed_by_hand(row)
        off = draft.status is Status.CANCELLED
        if off and row.get("status") != Status.CANCELLED and memory.get("status") != Status.CANCELLED and by_hand:
            if not self.overwrite:
                return {}, [f"the calendar cancels it, but {by_hand}: left as it is (--overwrite cancels it)"]
            by_hand = ""
        now: Row = {"status": draft.status.value if draft.status else None}
        if not off:
            now |= {"title": draft.title, "starts_at": self._start(draft, row, memory)}
        for name, value in now.items():
            if value is None or self._same(name, value, memory.get(name)):
                continue
            if not self._same(name, value, row.get(name)):
                if not self._same(name, row.get(name), memory.get(name)) and not self.overwrite:
                    asked.append(
                        f"{name} was changed by hand to {shown(name, row.get(name))}, "
                        f"and the calendar now has {shown(name, value)}: left as it is (--overwrite replaces it)"
                    )
                    continue
                wanted[name] = value
            memory[name] = value
        return wanted, asked

    def _step(self, line: int, row: Row, wanted: Row, memory: Row, note: str) -> EventStep:
        eid, to, kind = str(row["eid"]), "", "changed"
        if memory != row[CALENDAR]:
            wanted = {**wanted, CALENDAR: memory}
            note = note or ("" if len(wanted) > 1 else "only the stored origin changes")
        if "starts_at" in wanted:
            starts = self._moment(wanted["starts_at"], eid)
            if row.get("month") != month_of(starts):
                wanted["month"] = month_of(starts)
            kind = MOVED
            if eid[:10] != str(starts.date()):
                to = self._moved_id(eid, row, starts, title=str(wanted.get("title", row.get("title", ""))))
        elif wanted.get("status") == Status.CANCELLED:
            kind = CANCELLED
        return EventStep(line, eid, wanted, row, kind, to, note)

    def _moved_id(self, eid: str, row: Row, starts: datetime, *, title: str) -> str:
        """Return the id on the new day: a newly proposed one if the old one was proposed, else the same words."""
        before = start_in(row, self.zone)
        taken = _Without(self.taken, self.mine.get(eid, ()))
        titled = str(row.get("title", ""))
        if before is None or propose(before.date(), title=titled, starts=hour_of(before)) != eid:
            same_words = f"{starts.date()}{eid[10:]}"
            if same_words not in taken and not lint(same_words):
                return same_words
        return propose(starts.date(), title=title, starts=hour_of(starts), taken=taken)

    def _start(self, draft: EventDraft, row: Row, memory: Row) -> str:
        """Return the start by the calendar. Where that has only a day, the event keeps its time."""
        before = start_in(row, self.zone)
        last = read_moment(memory.get("starts_at"), self.zone)
        if draft.starts is None and last is not None and last.date() == draft.day:
            return str(memory["starts_at"])
        if draft.starts is None and before is not None and last is not None and before.date() == last.date():
            # The calendar has no time, so the event's time was not changed by hand.
            memory["starts_at"] = row.get("starts_at")
        return written(start_by(draft, before, self.zone))

    def _moment(self, text: str, eid: str) -> datetime:
        """Return a start that this import writes, on the boat's clock."""
        start = read_start(text, eid, self.zone)
        assert start is not None  # noqa: S101 - for mypy: it was written a moment ago
        return start.astimezone(self.zone)

    def _changed_by_hand(self, row: Row) -> str:
        """Return the changes by hand since the last import, in words; an empty text where there are none."""
        last = row[CALENDAR]
        changes = [
            f"its {word} was changed by hand to {shown(name, row.get(name))}"
            for name, word in (("title", "title"), ("starts_at", "start"))
            if not self._same(name, row.get(name), last.get(name))
        ]
        return " and ".join(changes)

    def _remembering(self, step: EventStep, draft: EventDraft) -> EventStep:
        assert draft.origin is not None  # noqa: S101 - for mypy: callers ask
        now = {**(step.before or {}), **step.wanted}
        memory = {
            "uid": draft.origin.uid,
            "recurrence": draft.origin.recurrence,
            "sequence": draft.origin.sequence,
            **{name: now[name] for name in ("title", "starts_at", "status") if now.get(name) is not None},
        }
        return replace(step, wanted={**step.wanted, CALENDAR: memory})

    def _same(self, name: str, one: object, other: object) -> bool:
        if name == "starts_at":
            first, second = read_moment(one, self.zone), read_moment(other, self.zone)
            return first == second and is_day(one) == is_day(other) if first and second else one == other
        return one == other


class _Without:
    """Ids that are taken, except some."""

    def __init__(self, ids: Container[str], free: Container[str]) -> None:
        self._ids, self._free = ids, free

    def __contains__(self, eid: object) -> bool:
        return eid in self._ids and eid not in self._free


def _older(sequence: int, last: Row) -> str:
    """Return the reason to change nothing if a later version was imported before; else an empty text."""
    before = last.get("sequence")
    if not isinstance(before, Decimal) or sequence >= before:
        return ""
    versions = f"the calendar is older (SEQUENCE {sequence}) than the last import (SEQUENCE {before})"
    return f"{versions}: left as it is (--overwrite imports it)"
