"""The files of each language: each has every text that English has, and pages use no other texts."""

from __future__ import annotations

import re
import string
import tomllib
from pathlib import Path
from typing import Any

import pytest

from adapters.waiver_texts import read_waiver_texts
from charter import refusals
from charter.refusals import FieldChecks, Refusal
from paper.typefaces import lacks
from web.languages import Language, codes, language
from web.waiver_pages import blocks

FOLDER = Path("web/waiver_text")
TEMPLATES = Path("web/templates")
OTHERS = [code for code in codes() if code != "en"]
# Refusals of these modules that only people in Slack meet.
IN_SLACK = {
    *("EventIdBusy", "EventIdIsOld", "EventIdTaken", "NoRoomForId", "NothingToRemind"),
    *("RemindedJustNow", "SignatureMatched", "SignatureSetAside", "TooManyDues"),
}
TITLE = "Captain Cory, afternoon"
OF_SIGNERS: list[Refusal] = [
    refusals.EventCancelled(TITLE),
    refusals.EventIdMalformed("x", "does not start with a date"),
    refusals.EventOver(TITLE),
    refusals.EventUnknown("2026-05-23-nowhere"),
    refusals.EvidenceUnavailable(),
    refusals.ForCaptainMalformed("Write a phone number too.", "emergency_contact"),
    refusals.ForCaptainMalformed.too_long("emergency_contact", "a name and a phone number", 120),
    refusals.ForCaptainMalformed.too_long("medical_note", "what matters most", 300),
    refusals.MinorMalformed(17, field="minors.3.age"),
    *(
        refusals.NameMalformed(field=field, forged=forged)
        for field in ("name", "booked_by", "minors.10.name")
        for forged in (False, True)
    ),
    refusals.NotAgreed(),
    refusals.SignatureIdMalformed(),
    refusals.SignatureMalformed(),
    refusals.SignatureMissing(),
    refusals.SignatureReused(),
    refusals.SignatureUnknown(),
    refusals.SignaturesFull(TITLE),
    refusals.SignerUnknown(),
    refusals.TableUnavailable(),
    refusals.TooManyMinors(10),
    refusals.TooManySignings(),
    refusals.WaiverChanged(),
]


def texts_of(code: str) -> dict[str, str]:
    """Return all texts of a language's page by their keys, but for the refusals."""
    tables: dict[str, Any] = tomllib.loads((FOLDER / code / "page.toml").read_text(encoding="utf-8"))
    tables.pop("refusals", None)
    found: dict[str, str] = {}
    for table, content in tables.items():
        for name, text in (content if isinstance(content, dict) else {"": content}).items():
            for place, each in enumerate(text if isinstance(text, list) else [text]):
                found[f"{table}.{name}.{place}"] = each
    return found


def places(text: str) -> set[str]:
    """Return the names in braces."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_english_and_spanish_are_there_and_each_folder_is_whole() -> None:
    assert codes()[:1] == ("en",)
    assert {"en", "es"} <= set(codes())
    assert [folder.name for folder in sorted(FOLDER.iterdir())] == sorted(codes())
    assert [text.language for text in read_waiver_texts()] == list(codes())
    assert len({text.version for text in read_waiver_texts()}) == len(codes())


@pytest.mark.parametrize("code", OTHERS)
def test_a_language_says_all_that_english_says_with_the_same_facts(code: str) -> None:
    english, other = texts_of("en"), texts_of(code)
    assert other.keys() == english.keys()
    for key, text in english.items():
        assert other[key].strip(), key
        assert places(other[key]) == places(text), key
    same = {key for key, text in english.items() if other[key] == text}
    assert same <= {"pass.of.0", "script.no_minors.0", "pass.and.0"}, "said in English"
    assert language(code).name != "English"
    assert lacks("".join(other.values())) is False


@pytest.mark.parametrize("code", OTHERS)
def test_the_text_that_is_signed_has_the_same_parts_in_every_language(code: str) -> None:
    english, other = read_waiver_texts()[0], next(text for text in read_waiver_texts() if text.language == code)
    shapes = [[(kind, text.partition(" ")[0][:1] in "•1234567") for kind, text in blocks(each.markdown)]
              for each in (english, other)]  # fmt: skip
    assert shapes[0] == shapes[1]
    assert english.markdown.count("**") == other.markdown.count("**")
    assert english.version[:10] == other.version[:10], "revised on the same day"
    assert lacks(other.markdown + other.consent + other.guardian) is False
    assert other.consent != english.consent
    assert other.guardian != english.guardian


@pytest.mark.parametrize("code", OTHERS)
def test_every_refusal_that_a_signer_meets_is_said_in_the_language(code: str) -> None:
    words = language(code)
    said = {words.refusal(refusal): refusal for refusal in OF_SIGNERS}
    assert not {str(refusal) for refusal in OF_SIGNERS} & said.keys(), "said in English"
    for sentence, refusal in said.items():
        assert all(str(fact) in sentence for fact in refusal.facts.values())
    assert len(words.words["refusals"]) == len(said), "a sentence that nobody meets, or one for two refusals"
    in_modules = {
        kind.__name__
        for module in (refusals.waivers, refusals.events)
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Refusal) and kind.__module__ == module.__name__
    }
    of_the_office = {kind for kind in in_modules if kind.startswith(("Title", "Day", "Time", "Boat", "Capacity"))}
    assert in_modules - of_the_office - IN_SLACK - {"EventExists"} <= {type(each).__name__ for each in OF_SIGNERS}


def test_a_group_of_refusals_is_said_in_the_language_too_and_what_only_programs_meet_is_not() -> None:
    checks = FieldChecks([refusals.NotAgreed(), refusals.NothingPicked("event")])
    with pytest.raises(ExceptionGroup) as several, language("es").refusals():
        raise checks.error()
    assert [str(each) for each in several.value.exceptions] == [
        "Marque la casilla para decir que leyó la exención y que está de acuerdo con ella.",
        "Pick the event from the list.",
    ]


def test_the_pages_say_only_what_the_files_have_and_the_files_have_no_more() -> None:
    used: set[str] = set()
    for template in TEMPLATES.glob("*.html"):
        text = template.read_text(encoding="utf-8")
        used |= set(re.findall(r'"([a-z_]+\.[a-z_]+)"', text))
        bare = re.sub(r"\{[{%].*?[%}]\}|<[^>]*>", "", re.sub(r"\{\{.*?\}\}", "", text), flags=re.DOTALL)
        assert set(re.findall("[A-Za-z]{2,}", bare)) <= {"Ship", "Captain", "Crew"}, template.name
    scripts = "".join(script.read_text(encoding="utf-8") for script in TEMPLATES.glob("*.js"))
    keys = {key.removesuffix(".0") for key in texts_of("en")}
    for table in ("pass", "script", "qr_script"):
        for key in (key for key in keys if key.startswith(f"{table}.")):
            name = key.partition(".")[2]
            if re.search(rf'"{name.removesuffix("_one")}"|words\.{name}\b|"{name}"', scripts):
                used.add(key)
    for module in Path("web").glob("*.py"):
        used |= set(re.findall(r'"([a-z_]+\.[a-z_]+)"', module.read_text(encoding="utf-8")))
    notices = {"cancelled", "over", "no_such_event", "no_such_signature", "try_again", "out_of_order"}
    computed = {*notices, "word", "sentence", "dates", "name", "locale"}
    assert {key for key in keys if key.partition(".")[0] not in computed} - used == set()
    assert not re.search(r'textContent: "[A-Z]|textContent = "[A-Z]', scripts)
    known = {"textContent"} | {key.partition(".")[2] for key in keys}
    assert set(re.findall(r'(?:word|wordNodes)\("(\w+)"', scripts)) <= known


def test_days_are_written_as_the_languages_readers_write_them() -> None:
    from tests.builders import NOW, ZONE

    noon = NOW.astimezone(ZONE).replace(hour=12, minute=5)
    said = {code: [language(code).spoken(moment, ZONE) for moment in (NOW, noon)] for code in ("en", "es")}
    assert said["en"] == ["Saturday, May 23, 2026, 1:30 PM PDT", "Saturday, May 23, 2026, 12:05 PM PDT"]
    assert said["es"] == ["sábado 23 de mayo de 2026, 1:30 p. m. PDT", "sábado 23 de mayo de 2026, 12:05 p. m. PDT"]
    assert language("tlh").code == "en"
    assert isinstance(language("es"), Language)
