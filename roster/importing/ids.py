"""Gives each event of a file an id. What must be known of all of them waits in temporary files."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import TYPE_CHECKING

from charter.event_ids import propose
from roster.importing.events import EventDraft
from roster.importing.problems import ImportProblem
from roster.spooled import Spooled, SpooledDict, in_order

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence


def with_ids(
    drafts: Sequence[EventDraft], *, taken: Iterable[str] = ()
) -> tuple[Spooled[EventDraft], Spooled[ImportProblem]]:
    """Return the drafts with an id each. Those without one get a proposed id that does not depend on their order.

    No id that is `taken` by another event is proposed. Drafts that would be the same event as one before are problems.
    """
    given, firsts, shared = SpooledDict[bool](), SpooledDict[int](), SpooledDict[bool]()
    for eid in taken:
        given[eid] = shared[eid] = True
    ids = Spooled[str]()
    for place, draft in enumerate(drafts):
        eid = draft.eid or _propose(draft)
        ids.append(eid)
        if draft.eid:
            given[eid] = True
        elif firsts.setdefault(eid, place) != place:
            shared[eid] = True
    sharing = ((eid, place, drafts[place]) for place, eid in enumerate(ids) if eid in shared)
    named = _distinct_ids((each for each in sharing if not each[2].eid), given)
    return _without_repeated(
        draft if draft.eid else replace(draft, eid=named.get(str(place)) or eid, proposed=True)
        for place, (draft, eid) in enumerate(zip(drafts, ids, strict=True))
    )


def _distinct_ids(drafts: Iterable[tuple[str, int, EventDraft]], given: Container[str]) -> SpooledDict[str]:
    """Return an id for each of these drafts, by its place. Each comes with an id that is taken, or proposed twice."""
    named = SpooledDict[str]()
    ordered = in_order(drafts, key=lambda each: f"{each[0]}\0{each[2].starts}\0{each[2].title or ''}")
    for _, group in groupby(ordered, key=lambda each: each[0]):
        used = _Used(given)
        known: dict[object, str] = {}
        for _, place, draft in group:
            # The same event twice: both get one id and become a problem below.
            eid = known.setdefault((draft.starts, draft.title, draft.captain), _propose(draft, used))
            used.more.add(eid)
            named[str(place)] = eid
    return named


@dataclass(frozen=True, slots=True)
class _Used:
    """The ids that are `given`, and some more."""

    given: Container[str]
    more: set[str] = field(default_factory=set)

    def __contains__(self, eid: object) -> bool:
        return eid in self.more or eid in self.given


def _without_repeated(drafts: Iterable[EventDraft]) -> tuple[Spooled[EventDraft], Spooled[ImportProblem]]:
    """Return the drafts, and the problems of those whose id an earlier line has."""
    firsts = SpooledDict[tuple[int, bool]]()
    kept, problems = Spooled[EventDraft](), Spooled[ImportProblem]()
    for draft in drafts:
        line, proposed = firsts.setdefault(draft.eid, (draft.line, draft.proposed))
        if line == draft.line:
            kept.append(draft)
        else:
            why = "give each an id" if draft.proposed or proposed else "each event needs an id of its own"
            problems.append(ImportProblem(draft.line, f"is the same event as line {line}, {draft.eid}: {why}."))
    return kept, problems


def _propose(draft: EventDraft, taken: Container[str] = ()) -> str:
    return propose(draft.day, title=draft.title or "", captain=draft.captain, starts=draft.starts, taken=taken)
