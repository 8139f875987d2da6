"""A pasted list of patrons: the plan that it makes for an event's roster, line by line, and its one write.

Nothing is guessed and nobody is merged. A line that is not clear is left out, with the reason.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from charter.boarding_edits import check_aboard_at_most
from charter.capacity import is_beyond
from charter.edits import as_text
from charter.enrolling import FIELDS, PatronChange, beyond_capacity, fingerprint_of
from charter.events import Event  # noqa: TC001 - dataclass fields
from charter.frozen import dataclass
from charter.names import fold, listed, same
from charter.parties import check_due
from charter.patrons import Patron, is_id_of, walk_up_id
from charter.refusals import ListTooLong, Refusal, TooManyChanges

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from decimal import Decimal

    from charter.edits import Edit

MOST_LINES: Final = 100
# A transaction takes 100 writes: the row, the condition that nobody boarded meanwhile, and a trace for each edit.
MOST_EDITS: Final = 90
_WITH_ONE: Final = len("14155550101")


class Fate(StrEnum):
    """The outcome of a line."""

    LEFT_OUT = "left_out"
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class PastedLine:
    """One line of the list as it was read. A field that it does not name is None. `why` says why it was not understood.

    `place` counts the lines that are not empty, `number` all of them, as people count.
    """

    number: int
    place: int
    text: str
    name: str = ""
    party: int | None = None
    due: Decimal | None = None
    email: str | None = None
    phone: str | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """The outcome of one line: the patron `before` and `after` it, or `why` it is left out. `note` is worth a look."""

    line: PastedLine
    fate: Fate
    before: Patron | None = None
    after: Patron | None = None
    why: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class PastedList:
    """A list as it is sent to be written. `seen` is the mark of the plan that was shown, `form` the id of its form."""

    eid: str
    lines: tuple[PastedLine, ...]
    form: str
    seen: str
    reason: str = ""

    def is_written_in(self, event: Event) -> bool:
        """Return whether the same form has been written already. It is written whole or not at all."""
        joined = any(is_id_of(patron_id, self.form) for patron_id in event.patrons)
        return joined or any(edit.form == self.form for edit in event.edits)


@dataclass(frozen=True, slots=True)
class PastePlan:
    """The plan of a list for the roster of an event. Nothing is written yet."""

    event: Event
    lines: tuple[PlannedLine, ...]

    def of(self, fate: Fate) -> list[PlannedLine]:
        """Return the lines with this fate, in their order."""
        return [each for each in self.lines if each.fate is fate]

    @property
    def written(self) -> list[PlannedLine]:
        """The lines that change the roster."""
        return [each for each in self.lines if each.fate in {Fate.NEW, Fate.CHANGED}]

    @property
    def people(self) -> int:
        """Number of people whom the plan adds to those expected."""
        return sum(each.after.party - (each.before.party if each.before else 0) for each in self.written if each.after)

    @property
    def patrons(self) -> dict[str, Patron]:
        """The patrons whom the plan adds or changes, by id, as they are after it."""
        return {each.after.patron_id: each.after for each in self.written if each.after}

    @property
    def mark(self) -> str:
        """Fingerprint of the plan. It changes whenever the list or the roster changes what the plan does."""
        said = [[each.line.number, each.fate, _values(each.before), _values(each.after)] for each in self.lines]
        return hashlib.sha256(json.dumps([self.event.currency, said]).encode()).hexdigest()[:16]

    def check_size(self) -> None:
        """Raise TooManyChanges where one transaction cannot keep a trace of each changed field."""
        pairs = ((each.before, each.after) for each in self.written)
        changes = sum(len(_differences(before, after)) for before, after in pairs if before and after)
        if changes > MOST_EDITS:
            raise TooManyChanges(changes, MOST_EDITS)

    def edits(self, *, by: str, now: datetime, form: str, reason: str = "") -> list[Edit]:
        """Return the edits to keep: one for each field that changes, and why the boat's capacity is exceeded."""
        found: list[Edit] = []
        for each in self.written:
            if each.before and each.after:
                change = PatronChange(
                    self.event.eid,
                    each.before.patron_id,
                    fingerprint_of(each.before),
                    _differences(each.before, each.after),
                    form=form,
                )
                found += change.edits(each.before, by=by, now=now)
        souls = self.event.souls
        if is_beyond(self.event, self.people):
            first = next(iter(self.patrons))
            found.append(beyond_capacity(souls, souls + self.people, by=by, now=now, who=first, reason=reason))
        return found


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A list that was written, with the event right after. `replayed`: an earlier press had written it."""

    event: Event
    added: tuple[Patron, ...]
    changed: tuple[Patron, ...]
    left_out: tuple[PlannedLine, ...] = field(default=())
    replayed: bool = False


def check_length(lines: Sequence[object]) -> None:
    """Raise ListTooLong for more lines than one list may have."""
    if len(lines) > MOST_LINES:
        raise ListTooLong(len(lines), MOST_LINES)


def plan_for(event: Event, lines: Sequence[PastedLine], *, form: str) -> PastePlan:
    """Return what these lines do to the roster of the event. `form` goes into the ids of new patrons."""
    numbers: dict[str, list[int]] = {}
    for line in lines:
        if not line.why:
            numbers.setdefault(fold(line.name) or line.name, []).append(line.number)
    return PastePlan(event, tuple(_planned(event, line, numbers, form) for line in lines))


def written_before(event: Event, plan: PastePlan, form: str) -> Enrolled:
    """Return the list that an earlier press of the form has written, as the event shows it."""
    added = tuple(each for patron_id, each in event.patrons.items() if is_id_of(patron_id, form))
    ids = dict.fromkeys(edit.patron_id for edit in event.edits if edit.form == form and edit.patron_id)
    changed = tuple(event.patrons[patron_id] for patron_id in ids if patron_id in event.patrons)
    return Enrolled(event, added, changed, tuple(plan.of(Fate.LEFT_OUT)), replayed=True)


def _planned(event: Event, line: PastedLine, numbers: Mapping[str, list[int]], form: str) -> PlannedLine:
    if line.why:
        return PlannedLine(line, Fate.LEFT_OUT, why=line.why)
    others = [number for number in numbers[fold(line.name) or line.name] if number != line.number]
    if others:
        lines = listed([str(number) for number in others])
        same_name = f"Lines {lines} have" if len(others) > 1 else f"Line {lines} has"
        why = f"{same_name} the same name. Delete one, or add a second person of this name with Add patron…"
        return PlannedLine(line, Fate.LEFT_OUT, why=why)
    alike = [patron for patron in event.patrons.values() if same(patron.name, line.name)]
    if alike:
        return _of_known(event, line, alike)
    return _of_new(event, line, form)


def _of_new(event: Event, line: PastedLine, form: str) -> PlannedLine:
    party = line.party or 1
    try:
        due = check_due("", party=party, price=event.price, currency=event.currency) if line.due is None else line.due
    except Refusal as refusal:
        return PlannedLine(line, Fate.LEFT_OUT, why=str(refusal))
    patron_id = walk_up_id(line.name, form, [str(line.place)])
    patron = Patron(patron_id, line.name, due, party, line.email, line.phone)
    return PlannedLine(line, Fate.NEW, after=patron, note=_same_contact(event.patrons.values(), patron))


def _of_known(event: Event, line: PastedLine, alike: Sequence[Patron]) -> PlannedLine:
    """Return what becomes of a line with the name of somebody on the roster."""
    before = alike[0]
    if len(alike) > 1:
        why = f"{len(alike)} patrons of this name are on the roster. Change the one you mean with Edit…"
        return PlannedLine(line, Fate.LEFT_OUT, why=why)
    if before.state is not None:
        why = "This patron was taken off the roster or did not come. Bring them back on the boarding list first."
        return PlannedLine(line, Fate.LEFT_OUT, why=why)
    if _is_of_another(line, before):
        why = "The roster has this name with another phone or e-mail. The same person? Use Edit…, else Add patron…"
        return PlannedLine(line, Fate.LEFT_OUT, why=why)
    named = {name: getattr(line, name) for name in FIELDS if name != "name" and getattr(line, name) is not None}
    after = replace(before, **{name: new for name, new in named.items() if _differs(name, getattr(before, name), new)})
    if after == before:
        return PlannedLine(line, Fate.UNCHANGED, before, before)
    try:
        check_aboard_at_most(event, before, after.party)
    except Refusal as refusal:
        return PlannedLine(line, Fate.LEFT_OUT, why=str(refusal))
    return PlannedLine(line, Fate.CHANGED, before, after)


def _is_of_another(line: PastedLine, patron: Patron) -> bool:
    """Return whether the line's phone and e-mail speak against the patron, and none of them for the patron."""
    pairs = [(name, getattr(line, name), getattr(patron, name)) for name in ("email", "phone")]
    differ = [_differs(name, before, new) for name, new, before in pairs if new and before]
    return bool(differ) and all(differ)


def _differs(name: str, before: Any, new: Any) -> bool:  # noqa: ANN401 - a field's value
    return bool(_plain(name, before) != _plain(name, new))


def _plain(name: str, value: Any) -> Any:  # noqa: ANN401 - a field's value
    """Return a field as it is compared: an e-mail in small letters, a phone by its digits, with or without +1."""
    if name == "phone":
        digits = "".join(letter for letter in value or "" if letter.isdigit())
        return digits.removeprefix("1") if len(digits) == _WITH_ONE else digits
    return (value or "").casefold() if name == "email" else value


def _same_contact(patrons: Iterable[Patron], new: Patron) -> str:
    """Return that somebody of another name has the same e-mail or phone; mostly empty."""
    for name, words in (("email", "e-mail"), ("phone", "phone")):
        for patron in patrons:
            if getattr(new, name) and not _differs(name, getattr(patron, name), getattr(new, name)):
                return f"same {words} as {patron.name}"
    return ""


def _differences(before: Patron, after: Patron) -> dict[str, Any]:
    return {name: getattr(after, name) for name in FIELDS if getattr(before, name) != getattr(after, name)}


def _values(patron: Patron | None) -> list[str]:
    """Return what a plan shows of a patron. The ids of new ones differ from form to form."""
    return [as_text(getattr(patron, name)) for name in FIELDS] if patron else []
