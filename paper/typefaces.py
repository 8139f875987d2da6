"""Choose a font of `paper/fonts` for each letter, and load only the fonts and letters that a PDF needs."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import uharfbuzz as harfbuzz  # type: ignore[import-untyped]  # compiled, without types

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fpdf import FPDF

MAIN: Final = "DejaVuSans"
_FOLDER: Final = Path(__file__).parent / "fonts"
# Each script's own font comes first. These have letters of many scripts and are tried last, in this order.
_LAST: Final = (MAIN, "NotoSans", "NotoSansSymbols", "NotoSansMath", "NotoEmoji")
# Reading one of these whole takes up to 0.2 s. The others keep every letter: to draw one, HarfBuzz may take it apart
# into letters that the text does not name.
_LARGE: Final = frozenset(
    {MAIN, "DroidSansFallback", "NotoSansKR", "NotoSansJP", "NotoSansHK", "NotoSansSC", "NotoSans", "NotoEmoji"}
)
_FORMS: Final = ("NFC", "NFD")
_RULES: Final = frozenset(int.from_bytes(tag) for tag in (b"GSUB", b"GPOS", b"GDEF"))

# Unicode's Default_Ignorable_Code_Point: they change how letters join or run, and show nothing themselves.
_INVISIBLE: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_TURNS: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")  # they would reorder the words after a name
_SEPARATE: Final = frozenset(" \u061c\u200e\u200f\u2066\u2067\u2068\u2069")  # a space, and marks of direction
_JOINER: Final = "\u200d"
_SKIN_TONES: Final = re.compile("[\U0001f3fb-\U0001f3ff]")
_FLAGS: Final = re.compile("[\U0001f1e6-\U0001f1ff]")
_VIRAMA: Final = 9  # the combining class of signs that join two consonants


class Cluster(NamedTuple):
    """The characters that a reader sees as one letter.

    `font` names its font and is empty for a mark of direction. `level` is odd where text runs from right to left.
    """

    text: str
    font: str
    level: int = 0


def dress(text: str) -> list[Cluster]:
    """Return the text as clusters, each with a font that shows it.

    A word keeps to one font where one font has all of its letters. A letter that no font has becomes its number, as
    `[U+E000]`.
    """
    dressed: list[Cluster] = []
    for word in _words(text):
        if word == " ":
            before = dressed[-1].font if dressed else MAIN
            dressed.append(Cluster(word, before if before and ord(word) in _letters()[before] else MAIN))
        elif word in _SEPARATE:
            dressed.append(Cluster(word, ""))
        else:
            dressed += _dress_word(word)
    return dressed


def is_plain(text: str) -> bool:
    """Return True if the main font shows the text letter by letter, from left to right."""
    return all(map(_is_plain, set(text)))


def straight(text: str) -> str:
    """Return the text on one line, without marks that would reorder what stands after it."""
    return " ".join(_TURNS.sub("", text).split())


def apart(name: str) -> str:
    """Return the name between marks that isolate its direction of writing from the words around it."""
    return name if is_plain(name) else f"\u2068{straight(name)}\u2069"


def lacks(text: str) -> bool:
    """Return True if some letter of the text is in no font, so that its number is written instead."""
    if is_plain(text):
        return False
    clusters = (cluster for word in _words(text) if word not in _SEPARATE for cluster in split(word))
    return any(_font_of(letter) is None for cluster in clusters for letter in cluster if _form_of(cluster) is None)


def split(word: str) -> list[str]:
    """Return the clusters of a word: a letter with its marks, joined consonants, a joined emoji, a flag."""
    clusters: list[str] = []
    for letter in word:
        before = clusters[-1] if clusters else ""
        joins = before and (
            unicodedata.category(letter).startswith("M")
            or _INVISIBLE.match(letter)
            or _SKIN_TONES.match(letter)
            or before[-1] == _JOINER
            or unicodedata.combining(before[-1]) == _VIRAMA
            or (_FLAGS.match(letter) and len(before) == 1 and _FLAGS.match(before))
        )
        if joins:
            clusters[-1] += letter
        else:
            clusters.append(letter)
    return clusters


def load(paper: FPDF, texts: Iterable[str], folder: Path) -> None:
    """Add to `paper` each font that the texts need, without what the copy does not need of it.

    The cut fonts are written into `folder`, which must exist until the paper is output.
    """
    needed: dict[str, set[str]] = {MAIN: set()}
    for text in texts:
        for cluster in [Cluster(text, MAIN)] if is_plain(text) else dress(text):
            if cluster.font:
                needed.setdefault(cluster.font, set()).add(cluster.text)
    for name, clusters in sorted(needed.items()):
        wanted = _letters_of(clusters) if name in _LARGE else _glyphs_alone()
        path = folder / f"{name}.ttf"
        path.write_bytes(harfbuzz.subset(_faces()[name], wanted).blob.data)
        paper.add_font(name, fname=path)
        if name not in _LARGE:
            # The glyphs have their old numbers, so the whole font says how to place them.
            paper.fonts[name.lower()]._hbfont = harfbuzz.Font(_faces()[name])  # type: ignore[union-attr]  # noqa: SLF001


def _letters_of(clusters: set[str]) -> object:
    """Return the subset of a font that these clusters need: each letter in all of its forms."""
    forms = (unicodedata.normalize(form, text) for text in clusters for form in _FORMS)
    wanted = harfbuzz.SubsetInput()
    wanted.unicode_set.update({ord(" "), *(ord(letter) for text in (*clusters, *forms) for letter in text)})
    wanted.layout_feature_tag_set.clear()
    wanted.layout_feature_tag_set.invert()  # all of them
    return wanted


def _glyphs_alone() -> object:
    """Return the subset of a font to embed: every glyph, but no rules for joining and placing them.

    fpdf would take up to 0.4 s to read the rules, only to leave them out.
    """
    wanted = harfbuzz.SubsetInput()
    wanted.keep_everything()
    wanted.drop_table_tag_set.update(_RULES)
    return wanted


def _path(name: str) -> Path:
    return _FOLDER / f"{name}.ttf"


@cache
def _faces() -> dict[str, Any]:
    """Return every font by its name, in the order of choice. Opening a font does not read it yet."""
    names = sorted(path.stem for path in _FOLDER.glob("*.ttf"))
    ordered = [*(name for name in names if name not in _LAST), *_LAST]
    return {name: harfbuzz.Face(harfbuzz.Blob.from_file_path(_path(name))) for name in ordered}


@cache
def _letters() -> dict[str, Any]:
    """Return the code points of each font, in the order of choice."""
    return {name: face.unicodes for name, face in _faces().items()}


@cache
def _is_plain(letter: str) -> bool:
    return (
        ord(letter) in _letters()[MAIN]
        and not _INVISIBLE.match(letter)
        and unicodedata.category(letter) not in {"Mn", "Mc", "Me", "Co", "Cc"}
        and unicodedata.bidirectional(letter) not in {"R", "AL", "AN"}
    )


def _words(text: str) -> Iterator[str]:
    """Yield words, spaces and marks of direction, one after another."""
    straight = "".join(" " if unicodedata.category(letter) == "Cc" else letter for letter in text)
    return (word for word in re.split(f"([{''.join(_SEPARATE)}])", straight) if word)


def _dress_word(word: str) -> list[Cluster]:
    for form in (word, unicodedata.normalize("NFC", word)):
        font = _font_of(form)
        if font is not None:
            return _in_font(split(form), font)
    return [dressed for cluster in split(word) for dressed in _dress_cluster(cluster)]


def _dress_cluster(cluster: str) -> list[Cluster]:
    form = _form_of(cluster)
    if form is not None:
        return _in_font([form[0]], form[1])
    dressed: list[Cluster] = []
    for letter in cluster:
        font = _font_of(letter)
        dressed += _numbered(letter) if font is None else _in_font([letter], font)
    return dressed


def _form_of(cluster: str) -> tuple[str, str] | None:
    """Return a form of the cluster that some font has, and the font: unchanged, composed, or without its style."""
    for form in (cluster, unicodedata.normalize("NFC", cluster), unicodedata.normalize("NFKC", cluster)):
        font = _font_of(form)
        if font is not None:
            return form, font
    return None


def _font_of(text: str) -> str | None:
    """Return the first font that has every visible letter of the text, or None."""
    visible = {ord(letter) for letter in text if not _INVISIBLE.match(letter)}
    if not visible:
        return MAIN
    if any(unicodedata.category(chr(code)) == "Co" for code in visible):
        return None  # a letter for private use has no agreed form
    return next((name for name, letters in _letters().items() if all(code in letters for code in visible)), None)


def _in_font(clusters: Iterable[str], font: str) -> list[Cluster]:
    """Return the clusters in one font, without the invisible letters that the font does not know."""
    letters = _letters()[font]
    kept = ("".join(each for each in text if ord(each) in letters) for text in clusters)
    return [Cluster(text, font) for text in kept if text]


def _numbered(letter: str) -> list[Cluster]:
    """Return the letter's number, isolated so that it always runs from left to right."""
    return [Cluster("\u2066", ""), *(Cluster(each, MAIN) for each in f"[U+{ord(letter):04X}]"), Cluster("\u2069", "")]
