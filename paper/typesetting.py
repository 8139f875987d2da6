"""Typeset text of any script in a PDF: lines, directions of writing, joined letters."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from itertools import accumulate, groupby
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from fpdf import FPDF
from fpdf.bidi import BidiParagraph, auto_detect_base_direction
from fpdf.enums import TextDirection
from fpdf.line_break import Fragment

from paper.typefaces import MAIN, Cluster, dress, is_plain, split

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_LEADING: Final = 0.5  # mm of a line's height for each point of the letters' size
_TIGHT: Final = 0.42  # the same, for the lines inside a box
_SMALLEST: Final = 6  # points of a text that is broken at spaces alone

Size = Literal["letter", "a4"]


class Box(NamedTuple):
    """Text with its place on a page, in mm. `size` is in points, at most; `align` is L, C or R."""

    text: str
    left: float
    top: float
    width: float
    height: float
    size: int = 11
    align: str = "L"


class Paper(FPDF):
    """Paper that takes text of any script. `typefaces.load` must have added the fonts."""

    def __init__(self, size: Size = "letter") -> None:
        super().__init__(format=size, unit="mm")
        self.str_alias_nb_pages = ""  # or fpdf would replace `{nb}` in a name by the number of pages

    def write_text(self, text: str, *, size: int, indent: int = 0, after: int = 0) -> None:
        """Write one paragraph, then leave `after` mm. `size` is in points."""
        if is_plain(text):
            self.set_text_shaping(use_shaping_engine=False)
            self.set_font(MAIN, size=size)
            self.set_x(self.l_margin + indent)
            self.multi_cell(0, size * _LEADING, text, align="L", new_x="LMARGIN", new_y="NEXT")
        else:
            start = self.l_margin + indent + self.c_margin
            for line in self._lines(_levelled(dress(text)), size, self.w - self.r_margin - self.c_margin - start):
                self._write_line(line, size, start)
        self.ln(after)

    def write_in(self, box: Box) -> None:
        """Write text in the middle of a box's height. It is smaller and on several lines where it would not fit."""
        if is_plain(box.text) and self._write_plain(box):
            return
        clusters = _levelled(dress(box.text))
        for size in range(box.size, 0, -1):
            lines, step = list(self._lines(clusters, size, box.width)), size * _TIGHT
            if len(lines) == 1 or len(lines) * step <= box.height:
                break
        top = box.top + (box.height - len(lines) * step) / 2
        # A letter's marks may be piled up. Only a local context restores the font for what is written next.
        with self.local_context(), self.rect_clip(box.left, box.top, box.width, box.height):
            for place, line in enumerate(lines):
                spare = box.width - self._width(line, size)
                shift = {"L": 0.0, "C": spare / 2, "R": spare}[box.align]
                self._put(line, size, box.left + shift, top + place * step, step)

    def _write_plain(self, box: Box) -> bool:
        """Write text of the main font into a box, broken at spaces alone. Return False where it would be too small."""
        self.set_text_shaping(use_shaping_engine=False)
        for size in range(box.size, _SMALLEST - 1, -1):
            self.set_font(MAIN, size=size)
            lines, step = self._plain_lines(box.text, box.width), size * _TIGHT
            if lines and (len(lines) == 1 or len(lines) * step <= box.height):
                break
        else:
            return False
        top, margin, self.c_margin = box.top + (box.height - len(lines) * step) / 2, self.c_margin, 0
        for place, line in enumerate(lines):
            self.set_xy(box.left, top + place * step)
            self.cell(box.width, step, line, align=box.align)
        self.c_margin = margin
        return True

    def _plain_lines(self, text: str, width: float) -> list[str]:
        """Return the lines of a text in the present font; none where a word is wider than `width`."""
        if self.get_string_width(text) <= width:
            return [text]
        lines = [""]
        for word in text.split(" "):
            if self.get_string_width(word) > width:
                return []
            longer = f"{lines[-1]} {word}".strip()
            if self.get_string_width(longer) <= width:
                lines[-1] = longer
            else:
                lines.append(word)
        return lines

    def _lines(self, clusters: list[Cluster], size: int, width: float) -> Iterator[list[Cluster]]:
        """Yield lines that are as wide as `width` at most, broken at spaces, and inside a word that is wider."""
        line: list[Cluster] = []
        used = 0.0
        for is_space, group in groupby(clusters, key=lambda cluster: cluster.text == " "):
            word = list(group)
            wide = self._width(word, size)
            if is_space or used + wide <= width:
                line += word
                used += wide
                continue
            if wide <= width:
                yield line
                line, used = word, wide
                continue
            for cluster in word:
                one = self._width([cluster], size)
                if used + one > width:
                    yield line
                    line, used = [], 0.0
                line.append(cluster)
                used += one
        if line:
            yield line

    def _width(self, clusters: Sequence[Cluster], size: int) -> float:
        total = 0.0
        for font, group in groupby(clusters, key=lambda cluster: cluster.font):
            if font:
                text = "".join(cluster.text for cluster in group)
                self._shape(font, size, auto_detect_base_direction(text))
                total += self.get_string_width(text)
        return total

    def _write_line(self, line: list[Cluster], size: int, start: float) -> None:
        height = size * _LEADING
        if self.will_page_break(height):
            self.add_page()
        top = self.get_y()
        self._put(line, size, start, top, height)
        self.set_xy(self.l_margin, top + height)

    def _put(self, line: list[Cluster], size: int, left: float, top: float, height: float) -> None:
        """Write one line at a place."""
        margin, self.c_margin = self.c_margin, 0
        self.set_xy(left, top)
        for text, font, run in _runs(line):
            self._shape(font, size, run)
            self.cell(self.get_string_width(text), height, text, new_x="RIGHT", new_y="TOP")
        self.c_margin = margin

    def _shape(self, font: str, size: int, direction: TextDirection) -> None:
        self.set_font(font, size=size)
        # Without a language, HarfBuzz would use the machine's.
        self.set_text_shaping(direction=direction.name.lower(), language="und")

    def _preload_bidirectional_text(self, text: str, markdown: bool) -> Sequence[Fragment]:  # noqa: FBT001 - fpdf's own
        """Return shaped text as one piece. fpdf would cut a letter from its marks where their scripts differ."""
        if not self.text_shaping:
            return super()._preload_bidirectional_text(text, markdown)
        shaping: dict[str, Any] = self.text_shaping
        shaping["paragraph_direction"] = shaping["fragment_direction"] = shaping["direction"]
        return (_ShapedText(text, self._get_current_graphics_state(), self.k),)


class _ShapedText(Fragment):
    """A run of one font and direction. It maps each glyph to its letters, so that the text can be copied."""

    def render_with_text_shaping(self, pos_x: float, pos_y: float, h: float, word_spacing: float) -> str:  # noqa: ARG002
        """Return the PDF operators that show the text at this place of a page that is `h` high."""
        font: Any = self.font
        infos, positions = font.perform_harfbuzz_shaping(self.string, self.font_size_pt, self.text_shaping_parameters)
        backwards = self.fragment_direction is TextDirection.RTL
        shares = _shares(self.string, [info.cluster for info in infos], backwards=backwards)
        unit = font.scale * self.font_size_pt / 1000 / self.k
        operators = []
        for info, position, letters in zip(infos, positions, shares, strict=True):
            name = font.ttfont.getGlyphName(info.codepoint)
            glyph = font.subset.get_glyph(
                glyph=info.codepoint,
                unicode=tuple(map(ord, letters)),
                glyph_name=name,
                glyph_width=round(font.scale * font.ttfont["hmtx"][name][0]),
            )
            if glyph is not None:
                across = (pos_x + position.x_offset * unit) * self.k
                up = (h - pos_y + position.y_offset * unit) * self.k
                code = font.escape_text(chr(font.subset.pick_glyph(glyph)))
                operators.append(f"1 0 0 1 {across:.2f} {up:.2f} Tm ({code}) Tj")
            pos_x += position.x_advance * unit
        return " ".join(operators)


def _shares(text: str, clusters: list[int], *, backwards: bool) -> list[str]:
    """Return each glyph's letters. `clusters` has the position in the text where each glyph's letters begin.

    The glyphs of one cluster share its letters in reading order.
    """
    begins = list(accumulate(map(len, split(text)), initial=0))
    own = [begins[bisect_right(begins, place) - 1] for place in clusters]
    starts = sorted(set(own))
    shares = [""] * len(own)
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        glyphs = [at for at, begin in enumerate(own) if begin == start]
        glyphs = glyphs[::-1] if backwards else glyphs
        letters = text[start:end]
        if len(letters) < len(glyphs):
            letters = unicodedata.normalize("NFD", letters)
        for place, at in enumerate(glyphs):
            shares[at] = letters[place:] if at == glyphs[-1] else letters[place : place + 1]
    return shares


def _levelled(clusters: list[Cluster]) -> list[Cluster]:
    """Return the clusters of one paragraph with their levels, as Unicode's bidirectional algorithm has them."""
    paragraph = BidiParagraph("".join(cluster.text[0] for cluster in clusters), preserve_bn_chars=True)
    levels = {each.character_index: each.embedding_level for each in paragraph.get_characters()}
    return [cluster._replace(level=levels.get(at, 0)) for at, cluster in enumerate(clusters)]


def _runs(line: list[Cluster]) -> Iterator[tuple[str, str, TextDirection]]:
    """Yield the runs of one font and direction from left to right: the text as it is read, its font, its direction."""
    ordered = list(line)
    while ordered and ordered[-1].text == " ":
        ordered.pop()
    for level in range(max((cluster.level for cluster in ordered), default=0), 0, -1):
        # Turn each stretch of this level and above around.
        stretches = [list(group) for _, group in groupby(ordered, key=lambda cluster: cluster.level >= level)]
        ordered = [
            cluster
            for stretch in stretches
            for cluster in (reversed(stretch) if stretch[0].level >= level else stretch)
        ]
    shown = [cluster for cluster in ordered if cluster.font]
    for (font, level), group in groupby(shown, key=lambda cluster: (cluster.font, cluster.level)):
        texts = [cluster.text for cluster in group]
        backwards = level % 2 == 1
        direction = TextDirection.RTL if backwards else TextDirection.LTR
        yield "".join(reversed(texts) if backwards else texts), font, direction
