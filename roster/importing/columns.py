"""Which column is which: what is certain is taken and shown, what is not is asked for; `--column` overrules both."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from roster.importing.fields import PRICES
from roster.importing.headings import is_one_of, words
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from roster.importing.booking_services import Service
    from roster.importing.headings import Field
    from roster.importing.sheets import SheetLine
    from terminal.console import Console


@dataclass(frozen=True, slots=True)
class Columns:
    """The place of each field, and all headings. `service`: the booking service whose export the file is.

    `notes` are further lines for the operator about how the file was read.
    """

    places: Mapping[str, int]
    headings: Sequence[str]
    service: str = ""
    notes: list[str] = field(default_factory=list)

    def cell(self, line: SheetLine, name: str) -> str:
        """The text of one field on one line; empty when there is no such column."""
        place = self.places.get(name)
        return "" if place is None else line.cells[place]

    def heading(self, name: str) -> str:
        """The heading of a field's column; empty when there is no such column."""
        place = self.places.get(name)
        return "" if place is None else self.headings[place]

    def has(self, *fields: str) -> bool:
        """Whether there is a column for any of these."""
        return any(name in self.places for name in fields)

    def report(self, console: Console) -> None:
        """Show which column was taken for what, and which was not used."""
        if self.service:
            console.note(f"Read as an export of {self.service}.")
        taken = ", ".join(f"{name} ← “{self.headings[place]}”" for name, place in self.places.items())
        console.note(f"Columns: {taken}.")
        unused = [
            heading for place, heading in enumerate(self.headings) if place not in self.places.values() and heading
        ]
        if unused:
            console.note(
                f"Not used: {', '.join(f'“{heading}”' for heading in unused)}. (--column NAME=HEADING says otherwise.)"
            )
        for note in self.notes:
            console.note(note)


def find_columns(  # noqa: PLR0913 - each is a thing that decides about a column
    headings: Sequence[str],
    known: Mapping[str, Field],
    *,
    chosen: Iterable[str] = (),
    file: str,
    service: Service | None = None,
    ask: bool = True,
) -> Columns:
    """Return the columns of the `known` fields.

    `chosen` are the operator's own, `NAME=HEADING`; `NAME=` alone says that there is none. A known `service` says which
    of its columns is which. Raises Stopped where a column may be a field and nothing makes it certain; without `ask`
    such a column is not used.
    """
    places, closed = _chosen(headings, known, chosen, file=file)
    if service is not None:
        service.place(headings, places, closed)
    doubts: dict[str, list[int]] = {}
    for name, spec in known.items():
        if name in places or name in closed:
            continue
        free = [place for place, heading in enumerate(headings) if heading and place not in places.values()]
        sure = [place for place in free if spec.is_sure(headings[place])]
        bare = [place for place in sure if not {"(", "["} & set(headings[place])]  # `E-mail`, not `E-mail (second)`
        if len(sure) == 1 or len(bare) == 1:
            places[name] = (bare or sure)[0]
        elif sure:
            doubts[name] = sure
    for name, spec in known.items():
        if name in places or name in closed or name in doubts or (service and service.columns):
            continue
        possible = _take_alone(name, spec, headings, places)
        if possible and not any(other in places for other in _INSTEAD.get(name, ())):
            doubts[name] = possible
    if doubts and ask:
        raise Stopped(_question(doubts, headings, file))
    return Columns({name: places[name] for name in known if name in places}, headings, service.name if service else "")


# A field is not asked for where one of these is known in its place.
_INSTEAD: Final = {"name": ("first", "last"), "due": ("price",)}
# Words of a due from which what was paid is taken off already.
_LEFT: Final = frozenset(("due", "balance", "owed", "owing", "outstanding", "remaining"))


def _take_alone(name: str, spec: Field, headings: Sequence[str], places: dict[str, int]) -> list[int]:
    """Take the one column that may be the field where its heading is certain enough by itself; else return them all."""
    free = [place for place, heading in enumerate(headings) if heading and place not in places.values()]
    possible = [place for place in free if spec.is_possible(headings[place])]
    if len(possible) == 1 and is_one_of(headings[possible[0]], spec.alone):
        places[name] = possible.pop()
    return possible


def _question(doubts: Mapping[str, Sequence[int]], headings: Sequence[str], file: str) -> str:
    """Return one sentence for each field in doubt, and how the operator says which column it is."""
    sentences = []
    for name, places in doubts.items():
        named = [f"“{headings[place]}”" for place in places]
        left = [place for place in places if _LEFT & set(words(headings[place]))] if name == "due" else []
        option = f"--column '{name}={headings[(left or places)[0]]}'"
        if len(named) > 1:
            joined = f"{', '.join(named[:-1])} and {named[-1]}"
            could = f"{joined} could {'both' if len(named) == 2 else 'all'} be the {name}"  # noqa: PLR2004 - two
        else:
            could = f"{named[0]} may be the {name} or something else"
        if name == "due" and any(is_one_of(headings[place], PRICES) for place in places):
            option += ", or 'price=…' if it is for each person"
        elif left and len(places) > 1:
            option += " for what is still to be paid"
        sentences.append(f"{could}. Say which: {option}; '{name}=' if none is.")
    return f"{file}: {' '.join(sentences)}"


def _chosen(
    headings: Sequence[str], known: Mapping[str, Field], chosen: Iterable[str], *, file: str
) -> tuple[dict[str, int], set[str]]:
    places: dict[str, int] = {}
    closed: set[str] = set()
    by_name = {words(heading): place for place, heading in reversed(list(enumerate(headings)))}
    exact = {heading: place for place, heading in reversed(list(enumerate(headings)))}
    for request in chosen:
        name, equals, heading = request.partition("=")
        name, heading = name.strip().lower(), heading.strip()
        if not equals or name not in known:
            raise Stopped(f"--column {request}: write NAME=HEADING, where NAME is one of {', '.join(known)}.")
        place = exact.get(heading, by_name.get(words(heading)))
        if not heading:
            closed.add(name)
        elif place is not None:
            places[name] = place
        else:
            raise Stopped(f"{file} has no column “{heading}”. It has: {', '.join(filter(None, headings))}.")
    return places, closed
