"""Which column is which, guessed by the headings that people write; always shown, and overruled by `--column`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from roster.importing.sheets import Line
    from terminal.console import Console


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each field stands, and the headings that are for nothing here."""

    places: Mapping[str, int]
    headings: Sequence[str]

    def cell(self, line: Line, field: str) -> str:
        """The text of one field on one line; empty when there is no such column."""
        place = self.places.get(field)
        return "" if place is None else line.cells[place]

    def has(self, *fields: str) -> bool:
        """Whether there is a column for any of these."""
        return any(field in self.places for field in fields)

    def tell(self, console: Console) -> None:
        """Shows what was guessed."""
        taken = ", ".join(f"{field} ← “{self.headings[place]}”" for field, place in self.places.items())
        console.note(f"Columns: {taken}.")
        unused = [
            heading for place, heading in enumerate(self.headings) if place not in self.places.values() and heading
        ]
        if unused:
            console.note(
                f"Not used: {', '.join(f'“{heading}”' for heading in unused)}. (--column NAME=HEADING says otherwise.)"
            )


def find_columns(
    headings: Sequence[str], known: Mapping[str, Sequence[str]], *, chosen: Iterable[str] = (), file: str
) -> Columns:
    """The columns of the `known` fields, each with the headings that mean it, the surest first.

    `chosen` are the operator's own, `NAME=HEADING`; `NAME=` alone says that there is none. Raises Stopped where two
    columns could be the same field.
    """
    places, closed = _chosen(headings, known, chosen, file=file)
    words = [_words(heading) for heading in headings]
    for sure in (True, False):
        for field, names in known.items():
            if field in places or field in closed:
                continue
            free = [place for place in range(len(headings)) if place not in places.values()]
            fitting = [place for place in free if any(_means(words[place], name, sure=sure) for name in names)]
            if len(fitting) > 1:
                both = " and ".join(f"“{headings[place]}”" for place in fitting)
                raise Stopped(
                    f"{file}: {both} could both be the {field}. Say which: --column '{field}={headings[fitting[0]]}'."
                )
            if fitting:
                places[field] = fitting[0]
    return Columns(places, headings)


def _chosen(
    headings: Sequence[str], known: Mapping[str, Sequence[str]], chosen: Iterable[str], *, file: str
) -> tuple[dict[str, int], set[str]]:
    places: dict[str, int] = {}
    closed: set[str] = set()
    by_name = {_words(heading): place for place, heading in reversed(list(enumerate(headings)))}
    for wish in chosen:
        field, equals, heading = wish.partition("=")
        field = field.strip().lower()
        if not equals or field not in known:
            raise Stopped(f"--column {wish}: write NAME=HEADING, where NAME is one of {', '.join(known)}.")
        if not heading.strip():
            closed.add(field)
        elif _words(heading) in by_name:
            places[field] = by_name[_words(heading)]
        else:
            raise Stopped(f"{file} has no column “{heading.strip()}”. It has: {', '.join(filter(None, headings))}.")
    return places, closed


def _means(heading: tuple[str, ...], name: str, *, sure: bool) -> bool:
    """`Trip date` surely means a date where `trip date` is one of its names, and perhaps where `date` is."""
    wanted = _words(name)
    if sure:
        return heading == wanted or "".join(heading) == "".join(wanted)
    return any(heading[start : start + len(wanted)] == wanted for start in range(len(heading)))


def _words(heading: str) -> tuple[str, ...]:
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", heading)  # startsAt
    return tuple(re.findall(r"[^\W_]+", apart.casefold()))
