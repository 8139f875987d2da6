"""Names of signers: text that could pass for our own words is refused, and real names are not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from charter.names import is_plain
from tests.web.stage import TYPED

if TYPE_CHECKING:
    from tests.web.stage import WebStage

FORGED = [
    "Ines Duarte paid $125.00 · Captain Cory",
    "Ines Duarte • paid in full",
    "Ines Duarte | paid",
    "Ines ｜ paid",
    "Ines∙paid",
    "Ines·paid",
    "see https://example.com/now",
    "see https：／／example.com",
    "Ines Duarte paid\u3164\u3164\u3164\u3164",
    "Ines\u115fDuarte",
    "Ines\u2800Duarte",
    "Ines Duarte" + "\u200b" * 40,
    "Ines Duarte" + "\u034f\ufe00" * 9,
    "Ines Duarte\U000e0041\U000e0042",
    "Ines \u200e\u200f Duarte\u2060\u2060",
    "http:\u200b//example.com",
    "https:/\u2060/example.com",
    "http\ua789//example.com",
    "http\u2236\u2215\u2215example.com",
    "http:\\\\example.com",
    "WWW.example.com",
    "Ines \u2223 paid",
    "Ines \u23d0 paid",
    "Ines \u25cf paid",
    "Ines \u2b24 paid",
    "Ines \u01c0 paid",
    "I\u034fn\u034fe\u034fs",
    "I\ufe00n\ufe00es",
    "Ines\ufe0f\ufe0f\ufe0f\ufe0fDuarte",
    "Ines\u200dDuarte",
    "Ines\u180e Duarte",
    "\u200cInes Duarte",
    "Ines\U000e0101 Duarte",
    "Ines\ufff9\ufffbDuarte",
    "Ines\ufff3Duarte",
    "Ines\u2065Duarte",
    "Ines\U00013431Duarte",
    "Ines\U0001bca0Duarte",
    "Ines\U0001d173Duarte",
    "Ines\U000e0fffDuarte",
    "Ines\U00016fe4Duarte",
    "Ines\ue000\ue001\ue000\uf8ffDuarte",
    "Ines" + "\U00100000" * 30,
    "I" + "\u0301" * 9 + "nes",
    "Ines" + "\u20dd" * 40,
]
REAL = [
    'O\'Brien & Sons "Bob"',
    "Anne-Marie d’Été",
    "J. R. Smith, Jr.",
    "奥黛丽·赫本",
    "マリア・ガルシア",
    "Marcel·la Vila",
    "علی\u200cرضا",
    "Ana 👩\u200d🚀 Lima",
    "Nguyễn Thị Ánh",
    "Ana/Lima",
    "Ana 👁\ufe0f\u200d🗨\ufe0f Lima",
    "Ana ❤\ufe0f Lima",
    "ᠰᠠᠷᠠᠨ\u180bᠠ",
    "葛\U000e0100城",
    "क्\u200dषमा",
    "Te\u0323\u0302nh Nguye\u0302\u0303n",
    "שָׁלוֹם כֹּהֵן",
    "ǀUirab",
    "Da\ue000ve",
    "J.R. Smith: Jr.",
    "Siobhán Ó Súilleabháin",
    "Ana – Lima",
]


@pytest.mark.parametrize("name", FORGED, ids=ascii)
@pytest.mark.parametrize("field", ["name", "booked_by", "minors"])
def test_a_name_that_could_pass_for_our_own_words_is_refused_in_one_sentence(
    web_stage: WebStage, name: str, field: str
) -> None:
    given: dict[str, Any] = {field: [{"name": name, "age": 9}] if field == "minors" else name}

    answer = web_stage.sign(**given)

    assert answer.status == 422
    (sentence,) = answer.errors.values()
    assert sentence.endswith(", without links, invisible characters, and signs such as · or |.")
    assert list(answer.errors) == ["minors.0.name" if field == "minors" else field]
    assert web_stage.nothing_written()


@pytest.mark.parametrize("name", REAL, ids=ascii)
def test_names_of_real_people_are_signed_as_they_are(web_stage: WebStage, name: str) -> None:
    assert is_plain(name)
    given = web_stage.sign(name=name, booked_by=name, minors=[{"name": name, "age": 9}], signature=TYPED)

    assert given.status == 201
    assert (given.json["name"], given.json["booked_by"], given.json["minors"][0]["name"]) == (name, name, name)


@pytest.mark.parametrize("copied", ["\u200bDave Kowalski", "Dave\u200e Kowalski", "\u202aDave Kowalski\u202c\ufeff"])
def test_invisible_letters_that_copying_brings_along_are_left_out(web_stage: WebStage, copied: str) -> None:
    assert web_stage.sign(name=copied, booked_by=copied).json["name"] == "Dave Kowalski"
