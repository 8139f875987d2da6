"""Words after a command, each without the marks that people, phones and Slack put around it."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from bot.understanding.vocabulary import FILLERS, NO_NAMES, NOTE_WORDS, OF_A_PAYMENT
from charter.frozen import dataclass
from charter.names import fold, is_visible
from charter.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

_QUOTED: Final = pattern(r'[“„”«"]([^“„”«»"]*)[“”»"]|([^“„”«»"]+)')
_LINK: Final = pattern(r"<(?:mailto:[^>|\s]*\|([^>]*)|(https?://[^>|\s]+)(?:\|[^>]*)?|@[A-Z0-9]+\|([^>]*))>")
_CHANNEL: Final = pattern(r"<#(C[A-Z0-9]+)(?:\|[^>]*)?>")
_WAIVER: Final = pattern(r"/g/([^/?#|>\s]+)(?:/waiver)?")
_DASHES: Final = str.maketrans(
    dict.fromkeys("‐‑‒–—―−﹘﹣－", "-") | dict.fromkeys("´΄\u1ffd\u1fef", "'")  # NFKC makes a space of these accents
)
_MARKS: Final = "*_`'‘’‚´′\""
_STOPS: Final = ",.;:!?…"
_BRACKETS: Final = {"(": ")", "[": "]", "{": "}", "<": ">"}
_IN_NAMES: Final = frozenset("'’.-")

_SEPARATORS: Final = frozenset("-,.:;/|=+·•")
# `dave@example.com` and `dave/maria` are people who were not understood, and no note.
_DIGIT: Final = pattern(r"\d")
_ADDRESS: Final = pattern(r"[^\W\d_][@/+&][^\W\d_]")

# A longer run of words is no name.
_LONGEST_UNKNOWN: Final = 3


@dataclass(frozen=True, slots=True)
class Word:
    """One word. `bare` is the word without the marks around it; `keys` compare it: `dave's` is also `dave`."""

    raw: str
    bare: str
    keys: tuple[str, ...]
    quoted: bool = False
    channel: str | None = None
    eid: str | None = None

    @property
    def key(self) -> str:
        """The word, folded as names are for comparison."""
        return self.keys[0]

    @property
    def is_name_like(self) -> bool:
        """True if the word may be part of a person's name: letters alone, and no word of a note."""
        return _is_of_letters(self.bare) and self.key not in NO_NAMES

    @property
    def has_digits(self) -> bool:
        """True if a digit is in the word, as it was typed or without the marks around it."""
        return _DIGIT.search(self.raw) is not None or _DIGIT.search(self.bare) is not None


def split_words(text: str) -> tuple[Word, ...]:
    """Return the words of `text`, which is as people typed it, with Slack's escapes already undone."""
    return tuple(
        _word(raw, quoted=found[1] is not None)
        for found in _QUOTED.finditer(_LINK.sub(_without_label, text))
        for raw in (found[1] if found[1] is not None else found[2]).split()
    )


def runs_of(words: Sequence[Word], places: Collection[int]) -> Iterator[list[int]]:
    """Yield the runs of consecutive `places`. A quotation is a run of its own."""
    run: list[int] = []
    for place in sorted(places):
        if run and (place != run[-1] + 1 or words[place].quoted != words[run[-1]].quoted):
            yield run
            run = []
        run.append(place)
    if run:
        yield run


def text_of(words: Sequence[Word], places: Iterable[int]) -> str:
    """Return the words at these places as they were typed."""
    return " ".join(words[place].raw for place in sorted(places))


@dataclass(frozen=True, slots=True)
class Rest:
    """The remaining words: a possible name, a note, and words that were not understood."""

    name: str = ""
    notes: str = ""
    lost: str = ""


def sort_rest(
    words: Sequence[Word], places: Collection[int], *, notes: Collection[int], nameless: bool, prose: bool = False
) -> Rest:
    """Return the words at `places`, sorted. The words at `notes` are surely a note.

    A run of words is a note if it was quoted, has a word of notes (`half now`, `paid on the dock`), has anything but
    letters (`seats 3,4`, an emoji), or is longer than a name. An unknown name is no note. While no patron is known
    (`nameless`), the first such name is taken for the patron; any other was not understood.

    In `prose` pieces of sentences remain, which are no note: none of them was understood, but for words of any payment.
    """
    name: list[int] = []
    noted, lost = list[int](), list[int]()
    silent = {place for place in places if set(words[place].bare) <= _SEPARATORS}
    for run in runs_of(words, set(places) - set(notes) - silent):
        if nameless and not name:
            name = _first_name(words, run)
        for piece in runs_of(words, set(run) - set(name)):
            (noted if not prose and _reads_as_note(words, piece) else lost).extend(piece)
    if prose:
        lost = [place for place in lost if words[place].key not in OF_A_PAYMENT]
    if not notes and all(words[place].key in FILLERS for place in noted):
        noted = []  # `for` of `120 for dave` has no meaning of its own
    if all(words[place].key in FILLERS for place in lost):
        lost = []
    return Rest(text_of(words, name), text_of(words, {*noted, *notes}), text_of(words, lost))


def _first_name(words: Sequence[Word], run: Sequence[int]) -> list[int]:
    """Return the places of the first words of the run that may be a name; empty if there are none."""
    start = next((at for at, place in enumerate(run) if words[place].is_name_like), len(run))
    end = next((at for at in range(start, len(run)) if _ends_a_name(words[run[at]])), len(run))
    return list(run[start:end])


def _ends_a_name(word: Word) -> bool:
    return word.key in NO_NAMES or any(letter.isdigit() for letter in word.bare)


def _reads_as_note(words: Sequence[Word], run: Sequence[int]) -> bool:
    if words[run[0]].quoted or len(run) > _LONGEST_UNKNOWN:
        return True
    said = [words[place] for place in run if is_visible(words[place].raw) and not _ADDRESS.search(words[place].bare)]
    return any(word.key in NOTE_WORDS or not (word.is_name_like or word.key in FILLERS) for word in said)


def _word(raw: str, *, quoted: bool) -> Word:
    channel = _CHANNEL.fullmatch(raw)
    if channel is not None:
        return Word(raw, raw, ("",), quoted, channel=channel[1])
    link = _WAIVER.search(raw) if "/g/" in raw else None
    eid = _stripped(_plain(unquote(link[1]))) if link else None
    bare = _stripped(_plain(raw)) or raw
    return Word(raw, bare, _keys(bare), quoted, eid=eid)


def _keys(bare: str) -> tuple[str, ...]:
    """Return the keys of a word: `dave's` is also `dave`."""
    if bare.isascii() and bare.isalnum():
        return (fold(bare),)
    return tuple(dict.fromkeys((fold(bare), fold(re.sub(r"['’ʼ`´]s$", "", bare, flags=re.IGNORECASE)))))


def _without_label(link: re.Match[str]) -> str:
    return "".join(link.groups(""))


@lru_cache(maxsize=1024)  # a word is asked about many times in one request
def _is_of_letters(bare: str) -> bool:
    letters = [letter for letter in bare if letter not in _IN_NAMES and fold(f"a{letter}b") != "ab"]
    return bool(letters) and all(unicodedata.category(letter)[0] in "LM" for letter in letters)


def _plain(text: str) -> str:
    """Return the text with plain dashes, without full-width and invisible letters."""
    if text.isascii() and text.isprintable():
        return text
    seen = "".join(letter for letter in text.translate(_DASHES) if _shows(letter))
    return unicodedata.normalize("NFKC", seen) if not set(seen) & set("½¼¾") else seen


def _shows(letter: str) -> bool:
    kind = unicodedata.category(letter)
    return kind[0] == "M" or (kind not in {"Cf", "Cs", "Cc"} and (kind[0] not in "LS" or is_visible(letter)))


def _stripped(text: str) -> str:
    """Return the word without the marks, brackets and stops around it."""
    before = text if text.isalnum() else None
    while text and text != before:
        before = text
        text = text.strip(_MARKS).rstrip(_STOPS).lstrip(",;:!?@")
        for opening, closing in _BRACKETS.items():
            if text.startswith(opening) and (text.endswith(closing) or closing not in text):
                text = text[1:]
            if text.endswith(closing) and opening not in text:
                text = text[:-1]
        if text.startswith(".") and not text[1:2].isdigit():
            text = text[1:]
        if "~" in (text[:1], text[-1:]) and not any(letter.isdigit() for letter in text[:3]):
            text = text.strip("~")
        if re.fullmatch(r"~[0-9]{4}-[0-9]{2}-[0-9]{2}.*~?", text):  # a struck-out id is still an id
            text = text.strip("~")
    return text
