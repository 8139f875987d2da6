"""Finds the column of each field: certain ones are used and shown, uncertain ones are asked for (`--column`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from roster.importing.fields import PRICES
from roster.importing.headings import is_one_of, words
from roster.spooled import Spooled
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from roster.importing.booking_services import Service
    from roster.importing.headings import Field
    from roster.importing.sheets import SheetLine
    from terminal.console import Console


@dataclass(frozen=True, slots=True)
class Columns:
    """The column of each field, and all headings. `service` names the booking service that exported the file.

    `notes` are further lines for the operator about how the file was read.
    """

    places: Mapping[str, int]
    headings: Sequence[str]
    service: str = ""
    notes: Spooled[str] = field(default_factory=Spooled)

    def cell(self, line: SheetLine, name: str) -> str:
        """Return the text of a field on one line; an empty text where it has no column."""
        place = self.places.get(name)
        return "" if place is None else line.cells[place]

    def heading(self, name: str) -> str:
        """Return the heading of a field's column; an empty text where it has none."""
        place = self.places.get(name)
        return "" if place is None else self.headings[place]

    def has(self, *fields: str) -> bool:
        """Return whether any of these fields has a column."""
        return any(name in self.places for name in fields)

    def report(self, console: Console) -> None:
        """Print the column of each field, the unused columns and the notes."""
        if self.service:
            console.note(f"Read as an export of {self.service}.")
        taken = ", ".join(f"{name} ← “{self.headings[place]}”" for name, place in self.places.items())
        console.note(f"Columns: {taken}.")
        unused = [
            heading for place, heading in enumerate(self.headings) if place not in self.places.values() and heading
        ]
        if unused:
            console.note(
                f"Not used: {', '.join(f'“{heading}”' for heading in unused)}. (--column NAME=HEADING overrules.)"
            )
        for note in self.notes:
            console.note(note)


def find_columns(  # noqa: PLR0913 - each decides about a column
    headings: Sequence[str],
    known: Mapping[str, Field],
    *,
    chosen: Iterable[str] = (),
    file: str,
    service: Service | None = None,
    ask: bool = True,
) -> Columns:
    """Return the columns of the `known` fields.

    `chosen` are the operator's own, `NAME=HEADING`; `NAME=` alone means that the field has no column. A known `service`
    determines its columns. Raises Stopped if a column may be a field and it is not certain; without `ask` such a column
    is not used.
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


# A field is not asked for if one of these is known instead.
_INSTEAD: Final = {"name": ("first", "last"), "due": ("price",)}
# Words of a heading for what is still to be paid.
_LEFT: Final = frozenset(("due", "balance", "owed", "owing", "outstanding", "remaining"))


def _take_alone(name: str, spec: Field, headings: Sequence[str], places: dict[str, int]) -> list[int]:
    """Use the only possible column if its heading is one of `alone`. Return the possible columns that are not used."""
    free = [place for place, heading in enumerate(headings) if heading and place not in places.values()]
    possible = [place for place in free if spec.is_possible(headings[place])]
    if len(possible) == 1 and is_one_of(headings[possible[0]], spec.alone):
        places[name] = possible.pop()
    return possible


def _question(doubts: Mapping[str, Sequence[int]], headings: Sequence[str], file: str) -> str:
    """Return a question for each uncertain field, with the option that answers it."""
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
        sentences.append(f"{could}. Pass {option}, or '{name}=' if none is.")
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
            raise Stopped(
                f"--column {request} is not valid. Write NAME=HEADING, where NAME is one of {', '.join(known)}."
            )
        place = exact.get(heading, by_name.get(words(heading)))
        if not heading:
            closed.add(name)
        elif place is not None:
            places[name] = place
        else:
            raise Stopped(f"{file} has no column “{heading}”. It has: {', '.join(filter(None, headings))}.")
    return places, closed
