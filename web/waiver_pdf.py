"""PDF copies of signed waivers: the text as it was signed, then the signer, the time and the signature."""

from __future__ import annotations

import logging
import tempfile
import warnings
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from charter.drawing import HEIGHT, WIDTH, read_drawing
from charter.moments import utc
from charter.waivers import MarkKind
from paper.typefaces import apart, lacks, load, straight
from web.languages import Language, language
from web.waiver_pages import blocks

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # Pillow may be missing from the zip; the copies have no pictures
    from paper.typesetting import Paper

if TYPE_CHECKING:
    from datetime import tzinfo

    from charter.waivers import Mark, Signed

logging.getLogger("fpdf").setLevel(logging.ERROR)  # its warnings would log letters of people's names
_SIZE: Final = 10  # points
_PEN: Final = 4  # in the pad's units, as on the page


class _Line(NamedTuple):
    """One paragraph of the copy. `size` is in points, `indent` and `after` in mm."""

    text: str
    size: int = _SIZE
    indent: int = 0
    after: int = 2


def pdf(signed: Signed, *, zone: tzinfo) -> bytes:
    """Return the copy on Letter paper, all in the language that was signed. The same signature gives the same bytes."""
    mark, words = signed.signing.mark, language(signed.text.language)
    above, below = _above(signed, words, zone), [_version(signed, words)]
    if mark.kind is MarkKind.TYPED:
        above.append(_Line(straight(mark.content), size=18, after=3))
    if any(lacks(line.text) for line in above):
        below.insert(0, _Line(words.say("paper.numbers")))
    with tempfile.TemporaryDirectory() as folder:
        paper = Paper()
        _begin(paper, signed, words)
        load(paper, [line.text for line in (*above, *below)], Path(folder))
        for line in above:
            _write(paper, line)
        if mark.kind is MarkKind.DRAWN:
            _draw(paper, mark)
        for line in below:
            _write(paper, line)
        return bytes(paper.output())


def _begin(paper: Paper, signed: Signed, words: Language) -> None:
    paper.set_creation_date(signed.signed_at.astimezone(UTC))
    paper.set_title(words.say("paper.title", title=signed.title, name=signed.signing.name))
    paper.set_lang(words.code)
    paper.set_margin(20)
    paper.set_auto_page_break(auto=True, margin=18)
    paper.add_page()


def _above(signed: Signed, words: Language, zone: tzinfo) -> list[_Line]:
    """Return what is written above a drawn signature."""
    return [
        _Line(words.say("paper.waiver"), size=9, after=0),
        _Line(straight(signed.title), size=18, after=0),
        _Line(words.spoken(signed.starts_at, zone), after=4),
        *(
            _Line(text, size=13 if kind == "heading" else _SIZE, indent=6 if kind == "item" else 0)
            for kind, text in blocks(signed.text.markdown)
        ),
        _Line(words.say("paper.signed"), size=13),
        *map(_Line, _statements(signed, words, zone)),
    ]


def _version(signed: Signed, words: Language) -> _Line:
    """Return the line with the text's version and language, and the signature's id, in small print."""
    text = words.say(
        "paper.version",
        version=signed.signing.version,
        language=words.name,
        sha256=signed.text.sha256,
        signature_id=signed.signing.signature_id,
        at=utc(signed.signed_at),
    )
    return _Line(text, size=7, after=0)


def _statements(signed: Signed, words: Language, zone: tzinfo) -> list[str]:
    signing = signed.signing
    statements = [words.say("paper.by", name=apart(signing.name), at=words.spoken(signed.signed_at, zone))]
    if signing.minors:
        names = ", ".join(f"{apart(minor.name)} ({minor.age})" for minor in signing.minors)
        statements += [words.say("paper.minors", names=names), f"“{signed.text.guardian}”"]
    return [*statements, f"“{signed.text.consent}”"]


def _write(paper: Paper, line: _Line) -> None:
    paper.write_text(line.text, size=line.size, indent=line.indent, after=line.after)


def _draw(paper: Paper, mark: Mark) -> None:
    """Draw the signature on a line of 80 mm."""
    across = 80.0
    scale = across / WIDTH
    if paper.will_page_break(HEIGHT * scale):
        paper.add_page()
    left, top = paper.l_margin, paper.get_y()
    with paper.new_path() as path:
        path.style.fill_color = None
        path.style.auto_close = False  # a stroke must not be closed into a shape
        path.style.stroke_width = _PEN * scale
        path.style.stroke_cap_style = path.style.stroke_join_style = "round"
        for segment in read_drawing(mark.content):
            points = [number for x, y in segment.points for number in (left + x * scale, top + y * scale)]
            match segment.command:
                case "M":
                    path.move_to(*points)
                case "L":
                    path.line_to(*points)
                case "Q":
                    path.quadratic_curve_to(*points)
                case _:
                    path.curve_to(*points)
    paper.set_y(top + HEIGHT * scale)
    paper.line(left, paper.get_y(), left + across, paper.get_y())
    paper.ln(3)
