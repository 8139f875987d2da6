"""Names that strangers sign with: what could pass for our own words is refused, and what people are called is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from charter.names import is_plain
from tests.web.pier import TYPED

if TYPE_CHECKING:
    from tests.web.pier import Pier

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
]


@pytest.mark.parametrize("name", FORGED, ids=ascii)
@pytest.mark.parametrize("field", ["name", "booked_by", "minors"])
def test_a_name_that_could_pass_for_our_own_words_is_refused_in_one_sentence(pier: Pier, name: str, field: str) -> None:
    given: dict[str, Any] = {field: [{"name": name, "age": 9}] if field == "minors" else name}

    answer = pier.sign(**given)

    assert answer.status == 422
    (sentence,) = answer.errors.values()
    assert sentence.endswith(", without links, invisible characters, and signs such as · or |.")
    assert list(answer.errors) == ["minors.0.name" if field == "minors" else field]
    assert pier.nothing_written()


@pytest.mark.parametrize("name", REAL, ids=ascii)
def test_names_of_real_people_are_signed_as_they_are(pier: Pier, name: str) -> None:
    assert is_plain(name)
    given = pier.sign(name=name, booked_by=name, minors=[{"name": name, "age": 9}], signature=TYPED)

    assert given.status == 201
    assert (given.json["name"], given.json["booked_by"], given.json["minors"][0]["name"]) == (name, name, name)


@pytest.mark.parametrize("copied", ["\u200bDave Kowalski", "Dave\u200e Kowalski", "\u202aDave Kowalski\u202c\ufeff"])
def test_invisible_letters_that_copying_brings_along_are_left_out(pier: Pier, copied: str) -> None:
    assert pier.sign(name=copied, booked_by=copied).json["name"] == "Dave Kowalski"
