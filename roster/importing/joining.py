"""Compares the patrons of a file with an event's roster, and makes the updates of those that are new or change.

An update contains only the changed fields of single lines. Payments that are logged meanwhile, other patrons and other
programs' attributes are never in it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from adapters.attribute_values import from_wire, to_wire
from adapters.expressions import Update
from adapters.shapes import Shape, own_row, update_of_present
from adapters.sizes import value_size
from charter.boarding import Boarding
from charter.capacity import is_beyond
from charter.patrons import PatronState, walk_up_id
from roster.importing.bookings import check_fits, due_of, folded
from roster.importing.problems import ImportProblem, Problems, Unreadable, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from charter.events import Event
    from charter.patrons import Patron
    from roster.importing.bookings import Booking
    from roster.importing.results import ResultRow

# Largest weight of an update: DynamoDB allows expressions of 4 KB and 300 operators.
_AT_ONCE: Final = 40


@dataclass(frozen=True, slots=True)
class PatronStep:
    """One patron to be written: the `wanted` fields, if the line is still as `before`, or None without a line.

    `number` is the line of the file.
    """

    number: int
    patron_id: str
    wanted: Mapping[str, Any]
    before: object | None
    name: str

    @property
    def result(self) -> str:
        """The word for the change."""
        return "new" if self.before is None else "changed"

    @property
    def detail(self) -> str:
        """The new content, or the changes, in words."""
        if self.before is None:
            party = f", party of {self.wanted['party']}" if self.wanted["party"] != 1 else ""
            return f"due {shown('due', self.wanted['due'])}{party}"
        before = self.before if isinstance(self.before, dict) else {}
        return ", ".join(
            f"{name} {shown(name, before.get(name))} → {shown(name, value)}" for name, value in self.wanted.items()
        )

    def plan_line(self) -> str:
        """Return the line of the plan."""
        return f"{self.result:<8} {self.name} ({self.patron_id}): {self.detail}"

    def row(self, eid: str) -> ResultRow:
        """Return the step as a row for programs."""
        return self.number, eid, self.patron_id, self.result, self.detail

    @property
    def weight(self) -> int:
        """The share of an update's expressions: a new line has two conditions, a changed one has one for each field."""
        return 2 if self.before is None else len(self.wanted)

    @property
    def is_smaller(self) -> bool:
        """True if the line makes the party smaller."""
        known = self.before.get("party", 1) if isinstance(self.before, dict) else 1
        return bool(self.wanted.get("party", known) < known)

    def after(self) -> dict[str, Any]:
        """Return the line of the roster as it is after the write."""
        return {**(self.before if isinstance(self.before, dict) else {}), **self.wanted}


@dataclass(slots=True)
class Joining:
    """Changes of one event's roster. `kept`: whether it has a row, and a roster in it. `left_out`: removed patrons."""

    event: Event
    kept: tuple[bool, bool]
    lines: list[PatronStep] = field(default_factory=list)
    problems: Problems = field(default_factory=Problems)
    left_out: list[ImportProblem] = field(default_factory=list)
    same: int = 0
    boarding: Boarding = field(default_factory=Boarding)  # read where a party gets smaller

    @property
    def souls(self) -> int:
        """Number of people who are expected after the import, minors included."""
        souls = self.event.souls
        for line in self.lines:
            known = self.event.patron(line.patron_id)
            before = known.party if known else 0
            if known is None or known.state is None:
                souls += int(line.wanted.get("party", before)) - before
        return souls

    @property
    def is_beyond(self) -> bool:
        """True if the import adds more people than the boat takes."""
        return is_beyond(self.event, self.souls - self.event.souls)

    def updates(self) -> Iterator[tuple[Update, Sequence[PatronStep]]]:
        """Yield the conditional updates, each with the lines that it writes."""
        row, roster = self.kept
        if not row:
            update = Update()
            update.when_missing("eid")
            patrons = {line.patron_id: line.wanted for line in self.lines}
            update.set_all(to={**own_row(self.event), "patrons": patrons, "payments": {}})
            yield update, self.lines
        elif not roster:
            update = update_of_present()
            update.when_empty("patrons")
            update.set("patrons", to={line.patron_id: line.wanted for line in self.lines})
            yield update, self.lines
        else:
            some: list[PatronStep] = []
            for line in self.lines:
                if some and sum(each.weight for each in some) + line.weight > _AT_ONCE:
                    yield _lines(some), some
                    some = []
                some.append(line)
            if some:
                yield _lines(some), some


def done_in(wire: Mapping[str, Any], lines: Sequence[PatronStep]) -> bool:
    """Return whether a row already has these lines, as after a write whose answer was lost."""
    roster = from_wire(wire.get("patrons", {}).get("M", {}))
    return all(roster.get(line.patron_id) == line.after() for line in lines)


def compare(event: Event, wire: Mapping[str, Any], bookings: Sequence[Booking], *, namesakes: bool) -> Joining:
    """Return the changes of an event's roster. `wire` is its row, empty where it has none yet.

    With `namesakes` a new id is another person, even if the roster has the name.
    """
    joining = Joining(event, (bool(wire), "M" in wire.get("patrons", {})))
    roster = from_wire(wire.get("patrons", {}).get("M", {}))
    by_name: dict[str, list[Patron]] = defaultdict(list)
    removed: dict[tuple[str, str], Patron] = {}
    for patron in event.patrons.values():
        if patron.state is PatronState.REMOVED:
            removed |= {("id", patron.patron_id): patron, ("name", folded(patron.name)): patron}
        else:
            by_name[folded(patron.name)].append(patron)
    in_file: dict[str, list[Booking]] = defaultdict(list)
    taken: dict[str, int] = {}
    for booking in bookings:
        with joining.problems.collect(booking.line):
            check_fits(booking, event)
            name = folded(booking.name)
            _check_alone(booking, in_file[name])
            alike = by_name[name]
            gone = removed.get(("id", booking.patron_id) if booking.patron_id else ("name", "" if alike else name))
            if gone is not None:
                joining.left_out.append(_left_out(booking, gone, event))
                continue
            patron_id = _found(booking, event, alike, namesakes=namesakes)
            line = _line(booking, patron_id, event, roster.get(patron_id))
            first = taken.setdefault(patron_id, booking.line)
            if first != booking.line:
                raise Unreadable(f"is the patron of line {first}, {patron_id}.")
            if line.wanted:
                joining.lines.append(line)
            else:
                joining.same += 1
    _check_room(joining, wire, bookings)
    return joining


def _left_out(booking: Booking, gone: Patron, event: Event) -> ImportProblem:
    reason = f"“{gone.name}” ({gone.patron_id}) was taken off the roster of {event.eid} and is not put back. "
    return ImportProblem(
        booking.line, reason + "If they come, take the removal back in Slack and import the file again."
    )


def _check_alone(booking: Booking, alike: list[Booking]) -> None:
    """Raise Unreadable if an earlier line has a name that looks the same, and not both have an id."""
    first = alike[0] if alike else None
    alike.append(booking)
    if first and not all(each.patron_id for each in alike):
        raise Unreadable(
            f"“{booking.name}” looks like “{first.name}” on line {first.line}: if they are two people, give each an id."
        )


def _found(booking: Booking, event: Event, alike: Sequence[Patron], *, namesakes: bool) -> str:
    """Return the patron's id: the file's, else that of the only patron whose name looks the same, else a new one.

    Raises Unreadable where that may be somebody else.
    """
    known = ", ".join(
        each.patron_id if _spelled_alike(each.name, booking.name) else f"{each.patron_id} ({each.name})"
        for each in alike
    )
    name = folded(booking.name)
    if booking.patron_id:
        if booking.patron_id not in event.patrons and alike and not namesakes:
            raise Unreadable(
                f"“{booking.name}” is on the roster of {event.eid} already, as {known}: use that id, "
                "or pass --namesakes if they are two people."
            )
        return booking.patron_id
    if len(alike) > 1:
        raise Unreadable(
            f"the roster of {event.eid} has several “{booking.name}”: {known}. Give the line one of these ids."
        )
    if alike and _contradicts(booking, alike[0]):
        raise Unreadable(
            f"“{booking.name}” looks like {known} on the roster of {event.eid}, whose e-mail or phone differs. "
            "If they are one person, give the line that id; if they are two, give it a new id and pass --namesakes."
        )
    return alike[0].patron_id if alike else walk_up_id(name, f"{event.eid}/{name}")


def _spelled_alike(one: str, other: str) -> bool:
    """Return whether two names differ in case and spaces at most."""
    return one.casefold().split() == other.casefold().split()


def _contradicts(booking: Booking, patron: Patron) -> bool:
    """Return whether a booking is probably another person: another spelling, and no e-mail or phone is equal."""
    pairs = [
        (booking.email and booking.email.casefold(), patron.email and patron.email.casefold()),
        (_digits(booking.phone), _digits(patron.phone)),
    ]
    both = [mine == theirs for mine, theirs in pairs if mine and theirs]
    return not _spelled_alike(booking.name, patron.name) and bool(both) and not any(both)


def _digits(phone: str | None) -> str:
    """Return the last digits of a phone number, which are the same with and without the country's code."""
    return "".join(letter for letter in phone or "" if letter.isdigit())[-9:]


def _line(booking: Booking, patron_id: str, event: Event, before: object) -> PatronStep:
    known = before if isinstance(before, dict) else {}
    party = booking.party or (1 if not known else None)
    given: dict[str, Any] = {"party": party, "email": booking.email, "phone": booking.phone}
    listed = event.patrons.get(patron_id)
    # A line found by a name of another spelling identifies the patron and does not change the name.
    if booking.patron_id or listed is None or _spelled_alike(booking.name, listed.name):
        given = {"name": booking.name, **given}
    if booking.due or booking.price or not known:
        given["due"] = due_of(booking, event, party=party or int(known.get("party") or 1))
    wanted = {name: value for name, value in given.items() if value is not None and known.get(name) != value}
    return PatronStep(
        booking.line, patron_id, wanted, before, listed.name if listed and "name" not in given else booking.name
    )


def _check_room(joining: Joining, wire: Mapping[str, Any], bookings: Sequence[Booking]) -> None:
    """Turn the changes into a problem if the row would come so near to 400 KB that payments no longer fit."""
    added = sum(len(line.patron_id) + value_size(to_wire(line.wanted)) + 1 for line in joining.lines)
    if joining.lines and added > Shape.of(wire).room:
        first = min(booking.line for booking in bookings)
        joining.problems.append(
            ImportProblem(
                first,
                f"with these {len(joining.lines):,} patrons the row of {joining.event.eid} would exceed 400 KB, "
                "including the room for payments. Open a second event for the day.",
            )
        )
        joining.lines.clear()


def _lines(lines: Iterable[PatronStep]) -> Update:
    update = update_of_present()
    update.when_map("patrons")
    for line in lines:
        here = ("patrons", line.patron_id)
        if line.before is None:
            update.when_empty(*here)
            update.set(*here, to=line.wanted)
        elif isinstance(line.before, dict):
            update.when_map(*here)
            for name in line.wanted:
                update.when_still(*here, name, in_=line.before)
            update.set_all(*here, to=line.wanted)
        else:  # another program's value, not a line of a roster
            update.when(*here, is_="=", value=line.before)
            update.set(*here, to=line.wanted)
    return update
