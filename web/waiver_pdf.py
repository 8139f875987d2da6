"""A PDF copy of a signed waiver: the text as it was signed, then who signed it, when, and the signature itself."""

from __future__ import annotations

import logging
import warnings
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Final

from charter.drawing import HEIGHT, WIDTH, read_drawing
from charter.waivers import MarkKind, utc
from web.waiver_pages import blocks, spoken

if TYPE_CHECKING:
    from datetime import tzinfo

    from fpdf import FPDF

    from charter.waivers import Mark, Signed

# It has the letters of most names; what it lacks, as emoji, stands as a box.
_FONT: Final = Path(__file__).parent / "fonts" / "DejaVuSans.ttf"
_SIZE: Final = 10  # points
_PEN: Final = 4  # of the pad's units, as on the page


def pdf(signed: Signed, *, zone: tzinfo) -> bytes:
    """The copy on Letter paper. The same signature gives the same bytes."""
    paper = _paper(signed)
    _write(paper, "Waiver", size=9)
    _write(paper, signed.title, size=18)
    _write(paper, spoken(signed.starts_at, zone), after=4)
    for kind, text in blocks(signed.text.markdown):
        _write(paper, text, size=13 if kind == "heading" else _SIZE, indent=6 if kind == "item" else 0, after=2)
    _write(paper, "Signed", size=13, after=2)
    for sentence in _told(signed, zone):
        _write(paper, sentence, after=2)
    _sign(paper, signed.signing.mark)
    _write(
        paper,
        f"Version {signed.signing.version}, SHA-256 {signed.text.sha256}. Signature {signed.signing.signature_id}, "
        f"{utc(signed.signed_at)}.",
        size=7,
    )
    return bytes(paper.output())


def _paper(signed: Signed) -> FPDF:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the zip may leave Pillow out: there are no pictures here
        from fpdf import FPDF
    logging.getLogger("fpdf").setLevel(logging.ERROR)  # it would tell which letters of a name the font lacks

    paper = FPDF(format="letter", unit="mm")
    paper.set_creation_date(signed.signed_at.astimezone(UTC))
    paper.set_title(f"Waiver for {signed.title}, signed by {signed.signing.name}")
    paper.set_lang("en")
    paper.set_margin(20)
    paper.set_auto_page_break(auto=True, margin=18)
    paper.add_font("DejaVu", fname=_FONT)
    paper.add_page()
    return paper


def _told(signed: Signed, zone: tzinfo) -> list[str]:
    signing = signed.signing
    told = [f"By {_as_read(signing.name)}, on {spoken(signed.signed_at, zone)}."]
    if signing.minors:
        minors = ", ".join(f"{_as_read(minor.name)} ({minor.age})" for minor in signing.minors)
        told += [f"Also for these minors: {minors}.", f"“{signed.text.guardian}”"]
    return [*told, f"“{signed.text.consent}”"]


def _as_read(name: str) -> str:
    """The name in the order of its letters on paper: Hebrew and Arabic from right to left."""
    from fpdf.bidi import BidiParagraph

    return str(BidiParagraph(text=name).get_reordered_string())


def _write(paper: FPDF, text: str, *, size: int = _SIZE, indent: int = 0, after: int = 0) -> None:
    paper.set_font("DejaVu", size=size)
    paper.set_x(paper.l_margin + indent)
    paper.multi_cell(0, size * 0.5, text, align="L", new_x="LMARGIN", new_y="NEXT")
    paper.ln(after)


def _sign(paper: FPDF, mark: Mark) -> None:
    """Draws the signature on a line of 80 mm, or writes it as it was typed."""
    if mark.kind is MarkKind.TYPED:
        _write(paper, _as_read(mark.content), size=18, after=3)
        return
    across = 80.0
    scale = across / WIDTH
    if paper.will_page_break(HEIGHT * scale):
        paper.add_page()
    left, top = paper.l_margin, paper.get_y()
    with paper.new_path() as path:
        path.style.fill_color = None
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
