"""The PDF copy shows every name as typed, in every script, and the drawing as drawn."""

from __future__ import annotations

import io
import re
import unicodedata
from typing import TYPE_CHECKING, Any

import pytest
from pypdf import PdfReader

from tests.builders import EID, a_row
from tests.web.reading import signed_id

if TYPE_CHECKING:
    from tests.web.stage import WebStage

NAMES: dict[str, dict[str, str]] = {
    "East Asia": {
        "Chinese": "李小龍 王喆堃 欧阳娜娜",
        "Chinese beyond 16 bits": "𠮷野 𬭩",
        "Japanese": "髙橋 ゆうこ・スミス",
        "Korean": "김철수 뷁",
    },
    "South Asia": {
        "Hindi": "नरेन्द्र मोदी क्षत्रिय",
        "Bengali": "রবীন্দ্রনাথ ঠাকুর",
        "Punjabi": "ਸਿੰਘ",
        "Gujarati": "નરેન્દ્ર",
        "Odia": "ଶ୍ରୀନିବାସ",
        "Tamil": "தமிழ்ச்செல்வி கௌரி",
        "Telugu": "శ్రీనివాస్",
        "Kannada": "ಶ್ರೀನಿವಾಸ್",
        "Malayalam": "ശ്രീനിവാസൻ",
        "Sinhala": "ශ්‍රීමත්",
    },
    "Southeast Asia, Tibet and Mongolia": {
        "Thai": "สมชาย ใจดี น้ำ",
        "Lao": "ສົມສັກ",
        "Khmer": "សុភាព ភ្នំ",
        "Burmese": "အောင်ဆန်း",
        "Tibetan": "བསྟན་འཛིན",
        "Mongolian": "ᠪᠠᠲᠤ",
    },
    "right to left": {
        "Arabic": "محمد عبد الله",
        "Arabic with vowels": "مُحَمَّد",
        "Persian": "علی رضایی می‌خواهم",
        "Urdu": "ٹیپو سلطان",
        "Hebrew": "דוד כהן",
        "Divehi": "މުހައްމަދު",
        "N'Ko": "ߒߞߏ",
        "Syriac": "ܝܫܘܥ",
    },
    "Africa, the Caucasus and Europe": {
        "Amharic": "አበበ ቢቂላ",
        "Georgian": "გიორგი",
        "Armenian": "Արմեն",
        "Greek": "Γιώργος Παπαδόπουλος",
        "Cyrillic": "Дмитрий Ѓорѓи",
    },
    "others": {
        "Cherokee": "ᏣᎳᎩ",
        "Inuktitut": "ᐃᓄᒃ",
        "Yi": "ꆈꌠ",
        "Javanese": "ꦱꦸꦂꦪ",
    },
    "marks and decomposed letters": {
        "Vietnamese": "Nguyễn Thị Ánh",
        "Vietnamese, decomposed": unicodedata.normalize("NFD", "Nguyễn Thị Ánh"),
        "Korean, decomposed": unicodedata.normalize("NFD", "김철수"),
        "Yoruba": "Ọ̀gbẹ́ni",
    },
    "styles and signs": {
        "mathematical letters": "𝓓𝓪𝓿𝓮",
        "wide letters": "Ｄａｖｅ",
        "with an emoji": "Zoë 🐬 👩‍🚀",
        "with the mark for a number of pages": "Anna {nb}",
    },
}
NUMBERS = "This copy cannot show every letter."


def copy_of(web_stage: WebStage, **changed: Any) -> PdfReader:
    """Return the copy of a new signature."""
    return PdfReader(io.BytesIO(web_stage.read(f"signed={signed_id(web_stage, patron_id=None, **changed)}&pdf").body))


def words(copy: PdfReader) -> str:
    """Text that a reader copies, on one line and composed. Spaces are left out: each reader guesses its own."""
    text = "".join(page.extract_text() for page in copy.pages)
    return "".join(unicodedata.normalize("NFC", text).split())


def close(text: str) -> str:
    return "".join(unicodedata.normalize("NFC", text).split())


def glyphs_of(copy: PdfReader, letter: str) -> int:
    """Number of forms of the letter in the copy's fonts."""
    pages: list[Any] = list(copy.pages)
    fonts = {font.indirect_reference: font for page in pages for font in page["/Resources"]["/Font"].values()}
    maps = [font.get_object()["/ToUnicode"].get_data().decode() for font in fonts.values()]
    return sum(len(re.findall(rf"^<\w+> <{ord(letter):04X}>$", each, re.MULTILINE)) for each in maps)


def strokes(copy: PdfReader) -> str:
    """Return the operators of the drawing, without the line below it."""
    content = "".join(page.get_contents().get_data().decode("latin1") for page in copy.pages)  # type: ignore[union-attr]
    found = re.search(r"/GS0 gs (.*?) (\S+) Q Q", content)
    assert found is not None
    return f"{found[1]} {found[2]}"


@pytest.mark.parametrize("part", NAMES)
def test_a_name_is_shown_in_every_script(web_stage: WebStage, part: str) -> None:
    for script, name in NAMES[part].items():
        web_stage.world.put(a_row(title=f"{name} tour"))
        minors = [{"name": f"{name} jr", "age": 9}]

        text = words(copy_of(web_stage, name=name, minors=minors, signature={"kind": "typed", "text": f"{name} sig"}))

        assert f"By{close(name)}," in text, script
        for shown in (f"{name} tour", f"{name} jr", f"{name} sig"):
            assert all(close(word) in text for word in shown.split()), script
        assert close(NUMBERS) not in text, script
        assert "[U+" not in text, script


def test_each_word_of_a_name_in_two_directions_is_shown(web_stage: WebStage) -> None:
    for name in ("דוד 3 כהן", "محمد (علي) 7", "Dave שלום 李 محمد", "𞤀𞤣𞤤𞤢𞤥"):
        text = words(copy_of(web_stage, name=name))

        for word in re.findall(r"\w+", name):
            assert word in text or word[::-1] in text, name
        assert "[U+" not in text, name


def test_arabic_letters_are_joined(web_stage: WebStage) -> None:
    """The letter has another form at the beginning, in the middle, and at the end of a word."""
    assert glyphs_of(copy_of(web_stage, name="ببب"), "ب") == 3


def test_consonants_of_hindi_are_joined(web_stage: WebStage) -> None:
    """The three letters of क्ष have one form, and no sign between them."""
    copy = copy_of(web_stage, name="क्ष")

    assert glyphs_of(copy, "क") == glyphs_of(copy, "्") == 0
    assert "क्ष" in words(copy)


def test_ages_stay_with_the_names_that_are_written_from_right_to_left(web_stage: WebStage) -> None:
    minors = [{"name": "דנה כהן", "age": 9}, {"name": "محمد علي", "age": 7}]

    text = words(copy_of(web_stage, minors=minors))

    assert re.search(r"minors:\S*דנה\S*\(9\),\S*محمد\S*\(7\)\.", text)


def test_a_letter_that_no_font_has_is_written_as_its_number_and_the_copy_says_so(web_stage: WebStage) -> None:
    text = words(copy_of(web_stage, name="Da\ue000ve \U0002a6a5", signature={"kind": "typed", "text": "Dave"}))

    assert "ByDa[U+E000]ve[U+2A6A5]," in text
    assert close(NUMBERS) in text


def test_marks_that_show_nothing_are_no_letters_that_the_copy_lacks(web_stage: WebStage) -> None:
    text = words(copy_of(web_stage, name="Da\u200bve\u2060 葛\U000e0100 ❤\ufe0f"))

    assert "ByDave葛❤" in re.sub("[\u200b\u2060\ufe0f]", "", text)
    assert "[U+" not in text


def test_a_long_name_is_broken_between_lines_and_shown_whole(web_stage: WebStage) -> None:
    name = "李" * 80

    assert words(copy_of(web_stage, name=name)).count("李") == 80


def test_a_stroke_ends_where_the_pen_was_lifted(web_stage: WebStage) -> None:
    path = "M60 40L60 200L300 200M350 100C350 20 450 20 450 100M500 60L500 60"

    drawn = strokes(copy_of(web_stage, signature={"kind": "drawn", "path": path}))

    assert re.findall(r"[a-zA-Z]\*?", drawn) == ["m", "l", "l", "m", "c", "m", "l", "S"]
    (left, top), (down_x, down_y), (right, bottom) = [
        (float(x), float(y)) for x, y in re.findall(r"([0-9.]+) ([0-9.]+) [ml]", drawn)[:3]
    ]
    assert (left, down_x, right) == (28, 28, 60)
    assert (round(down_y - top, 3), bottom) == (21.333, down_y)  # where it begins depends on the text above


def test_a_stroke_that_was_closed_is_closed(web_stage: WebStage) -> None:
    drawn = strokes(copy_of(web_stage, signature={"kind": "drawn", "path": "M60 40h90v60z"}))

    assert re.findall(r"[a-zA-Z]\*?", drawn) == ["m", "l", "l", "l", "S"]


def test_a_touch_is_a_round_dot(web_stage: WebStage) -> None:
    copy = copy_of(web_stage, signature={"kind": "drawn", "path": "M60 40L90 90M200 60L200 60"})

    style = copy.pages[-1]["/Resources"]["/ExtGState"]["/GS0"].get_object()  # type: ignore[index]
    assert style["/LC"] == 1
    assert strokes(copy).count(" m ") == 2


def test_the_same_name_gives_the_same_bytes_after_a_restart(web_stage: WebStage) -> None:
    address = f"signed={signed_id(web_stage, name='محمد 李 नरेन्द्र')}&pdf"
    first = web_stage.read(address)
    web_stage.world.restart()

    assert web_stage.read(address).body == first.body
    assert len(first.body) < 100_000
    assert EID in first.headers["content-disposition"]
