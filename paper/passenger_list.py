"""The passenger list on paper: a page for 30 people, readable in black and white, with lines for a count by hand."""

from __future__ import annotations

import logging
import tempfile
import warnings
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from paper.people import LEGEND, PersonRow, rows_of
from paper.typefaces import apart, lacks, load, straight

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # Pillow may be missing from the zip; the pages have no pictures
    from paper.typesetting import Box, Paper

from charter.starts import DayOnly

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime, tzinfo

    from charter.passengers import PassengerList
    from paper.typesetting import Size

PEOPLE_PER_PAGE: Final = 30

logging.getLogger("fpdf").setLevel(logging.ERROR)  # its warnings would log letters of people's names
_WIDTHS: Final[dict[Size, float]] = {"letter": 215.9, "a4": 210.0}
_HEIGHTS: Final[dict[Size, float]] = {"letter": 279.4, "a4": 297.0}
_MARGIN: Final = 10.0
_LIST_TOP: Final = 46.0
_LIST_BOTTOM: Final = 24.0  # above the page's end
_GAP: Final = 1.5  # between columns
_INSET: Final = 0.5  # between a text and the rules around it
_RULE: Final = 0.15
_GREY: Final = 130
_PRIVATE_HEIGHT: Final = 20.0
_COLUMNS: Final = (("", 7.0), ("No.", 8.0), ("Name", 60.0), ("Adult or minor", 36.0), ("Party", 36.0))
_LAST_COLUMNS: Final = (("Signed", 13.0), ("Phone", 0.0))  # the last one takes what is left
_PRIVATE_COLUMNS: Final = (("Person", 45.0), ("Emergency contact", 58.0), ("Medical note", 0.0))
_BY_HAND: Final = "Counted by hand: ________  at ____:____  by ______________________________"
_NUMBERS: Final = "Each [U+…] is the Unicode number of a letter that this page cannot show."
_CANCELLED: Final = "Cancelled: nobody boards"
_CAPTAIN: Final = "For the captain only"
_UNREAD: Final = "{} could not be read now. Print the list again before you cast off."


class Private(NamedTuple):
    """Emergency contact and medical note of a signer. The signer has signed for `minors` too."""

    name: str
    minors: tuple[str, ...]
    emergency_contact: str
    medical_note: str


@dataclass
class _Page:
    """The texts of one page and its rules, by their height from the top in mm."""

    boxes: list[Box]
    rules: list[float] = field(default_factory=list)


def pdf(  # noqa: PLR0913 - each by its name
    listed: PassengerList,
    *,
    paper: Size,
    zone: tzinfo,
    private: Sequence[Private] = (),
    unread: int = 0,
    cancelled: bool = False,
    printed_at: datetime | None = None,
) -> bytes:
    """Return the list as a PDF, with the times of `zone`. The same list gives the same bytes.

    `private` goes onto a page of its own; `unread` is the number of people whose private details could not be read.
    `printed_at` is shown while the list is open: what is printed after the cast-off is always the same.
    """
    count = _CANCELLED if cancelled else _count(listed, zone)
    pages = _list_pages(listed, paper, zone, count, _notes(listed, zone, printed_at))
    if private or unread:
        pages += _private_pages(listed, paper, zone, private, unread)
    made = Paper(paper)
    made.set_creation_date((listed.cast_off.at if listed.cast_off else listed.starts_at).astimezone(UTC))
    made.set_title(f"Passenger list of {listed.title}, {listed.starts_at.astimezone(zone):%Y-%m-%d}")
    made.set_lang("en")
    made.set_auto_page_break(auto=False)
    with tempfile.TemporaryDirectory() as folder:
        load(made, [box.text for page in pages for box in page.boxes], Path(folder))
        for page in pages:
            _draw(made, page)
        return bytes(made.output())


def _draw(made: Paper, page: _Page) -> None:
    made.add_page()
    made.set_line_width(_RULE)
    made.set_draw_color(_GREY)
    for top in page.rules:
        made.line(_MARGIN, top, made.w - _MARGIN, top)
    for box in page.boxes:
        if box.text:
            made.write_in(box)


def _list_pages(listed: PassengerList, paper: Size, zone: tzinfo, count: str, notes: Sequence[str]) -> list[_Page]:
    parts, pages = _parts(rows_of(listed)), list[_Page]()
    for place, rows in enumerate(parts, 1):
        page = _Page(_header(listed, paper, zone, count))
        wide = _WIDTHS[paper] - 2 * _MARGIN
        page.boxes.append(Box(f"Page {place} of {len(parts)}", _MARGIN + wide - 30, 8, 30, 8, 10, "R"))
        _add_rows(page, paper, rows)
        numbered = any(lacks(box.text) for box in page.boxes)
        _add_footer(page, paper, [*notes, _NUMBERS] if numbered else notes)
        pages.append(page)
    return pages


def _parts(rows: list[PersonRow]) -> list[list[PersonRow]]:
    """Return the rows of each page. No page ends with a heading, and an empty list has one page."""
    parts: list[list[PersonRow]] = [[]]
    for row in rows:
        if len(parts[-1]) == PEOPLE_PER_PAGE or (row.is_heading and len(parts[-1]) == PEOPLE_PER_PAGE - 1):
            parts.append([])
        parts[-1].append(row)
    return parts


def _header(listed: PassengerList, paper: Size, zone: tzinfo, count: str) -> list[Box]:
    """Return the texts above the columns. `count` is the last and largest one."""
    wide = _WIDTHS[paper] - 2 * _MARGIN
    start = listed.starts_at.astimezone(zone)
    hour = "" if isinstance(start, DayOnly) else f", {start:%H:%M} {start:%Z}"
    when = f"{start:%A, %B} {start.day}, {start.year}{hour}"
    boat = f"Boat: {apart(listed.boat) if listed.boat else 'not known'}"
    capacity = f"Capacity: {listed.capacity if listed.capacity is not None else 'not known'}"
    others = ", ".join(apart(member.name) for member in listed.crew if not member.is_captain)
    captain = f"Captain: {apart(listed.captain) if listed.captain else 'not known'}"
    return [
        Box(straight(listed.title), _MARGIN, 8, wide - 32, 8, 16),
        Box(f"{when}    {boat}    {capacity}", _MARGIN, 17, wide, 6, 11),
        Box(f"{captain}    Crew: {others or 'nobody else'}", _MARGIN, 23.5, wide, 6, 11),
        Box(count, _MARGIN, 30.5, wide, 8, 15),
    ]


def _count(listed: PassengerList, zone: tzinfo) -> str:
    done = listed.cast_off
    if done is None:
        return f"{listed.souls} aboard of {listed.expected} expected"
    souls = "1 soul" if done.souls == 1 else f"{done.souls} souls"
    return f"Cast off {done.at.astimezone(zone):%H:%M}, {souls}, by {apart(listed.name_of(done.by))}"


def _notes(listed: PassengerList, zone: tzinfo, printed_at: datetime | None) -> list[str]:
    """Return the small print of each page."""
    if listed.cast_off:
        return [LEGEND, f"{listed.expected} expected. SHA-256 of the frozen list: {listed.cast_off.sha256}"]
    if printed_at is None:
        return [LEGEND]
    local = printed_at.astimezone(zone)
    return [
        LEGEND,
        f"As it was at {local:%H:%M} on {local:%B} {local.day}. Not cast off yet: the list may still change.",
    ]


def _add_rows(page: _Page, paper: Size, rows: Sequence[PersonRow]) -> None:
    """Add the head of the columns and the rows, each in a thirtieth of the height."""
    columns = _placed((*_COLUMNS, *_LAST_COLUMNS), paper)
    page.boxes += [Box(words, left, _LIST_TOP - 5, width, 5, 8) for words, left, width in columns]
    page.rules.append(_LIST_TOP)
    step = (_HEIGHTS[paper] - _LIST_TOP - _LIST_BOTTOM) / PEOPLE_PER_PAGE
    for place, row in enumerate(rows):
        top = _LIST_TOP + place * step
        page.rules.append(top + step)
        if row.is_heading:
            page.boxes.append(Box(row.name, _MARGIN, top, _WIDTHS[paper] - 2 * _MARGIN, step, 10))
            continue
        cells = (row.box, row.number, straight(row.name), row.age, row.party, row.signed, row.phone)
        sizes = (17, 10, 12, 10, 10, 11, 10)
        page.boxes += [
            Box(text, left, top + _INSET, width, step - 2 * _INSET, size)
            for text, size, (_, left, width) in zip(cells, sizes, columns, strict=True)
        ]


def _add_footer(page: _Page, paper: Size, notes: Sequence[str]) -> None:
    wide, bottom = _WIDTHS[paper] - 2 * _MARGIN, _HEIGHTS[paper]
    page.boxes.append(Box(_BY_HAND, _MARGIN, bottom - 20, wide, 7, 12))
    page.boxes += [Box(note, _MARGIN, bottom - 12 + 3 * place, wide, 3, 7) for place, note in enumerate(notes)]


def _private_pages(
    listed: PassengerList, paper: Size, zone: tzinfo, private: Sequence[Private], unread: int
) -> Iterator[_Page]:
    columns = _placed(_PRIVATE_COLUMNS, paper)
    most = int((_HEIGHTS[paper] - _LIST_TOP - _LIST_BOTTOM) // _PRIVATE_HEIGHT)
    for first in range(0, max(len(private), 1), most):
        page = _Page(_header(listed, paper, zone, _CAPTAIN), [_LIST_TOP])
        page.boxes += [Box(words, left, _LIST_TOP - 5, width, 5, 8) for words, left, width in columns]
        for place, row in enumerate(private[first : first + most]):
            top = _LIST_TOP + place * _PRIVATE_HEIGHT
            page.rules.append(top + _PRIVATE_HEIGHT)
            person = apart(row.name) + "".join(f", {apart(minor)}" for minor in row.minors)
            cells = (person, straight(row.emergency_contact), straight(row.medical_note))
            page.boxes += [
                Box(text, left, top + _INSET, width, _PRIVATE_HEIGHT - 2 * _INSET, 12)
                for text, (_, left, width) in zip(cells, columns, strict=True)
            ]
        if unread:
            whose = "The details of 1 signature" if unread == 1 else f"The details of {unread} signatures"
            words = _UNREAD.format(whose)
            page.boxes.append(Box(words, _MARGIN, _HEIGHTS[paper] - 20, columns[-1][1] + columns[-1][2], 7, 12))
        yield page


def _placed(columns: Sequence[tuple[str, float]], paper: Size) -> list[tuple[str, float, float]]:
    """Return each column's heading, left edge and width."""
    placed, left = [], _MARGIN
    for words, width in columns:
        wide = width or _WIDTHS[paper] - _MARGIN - left
        placed.append((words, left, wide - (_GAP if width else 0)))
        left += wide
    return placed
