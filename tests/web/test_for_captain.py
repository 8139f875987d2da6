"""The emergency contact and the medical note: stored in the evidence for the captain, and nowhere else."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader

from tests.builders import EID
from tests.roster.command import roster
from tests.web.test_waiver_scripts import words

if TYPE_CHECKING:
    from tests.conftest import Engine
    from tests.web.stage import WebStage

MARK = "Zebrafish"
CONTACT, NOTE = f"{MARK} Ruth, +1 415 555 0134", f"{MARK} peanuts\u202e <b>&"
PAGES = ["", "signed={signature_id}", "signed={signature_id}&party={party}", "party={party}"]
API = ["/api/events", f"/api/events/{EID}", f"/api/events/{EID}/payment-cleared?patron_id=dave", "/api/openapi.json"]


def test_what_is_for_the_captain_is_in_the_evidence_and_nowhere_else(
    web_stage: WebStage,
    dynamodb: Engine,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    party = web_stage.party()
    sent = web_stage.signing(emergency_contact=f"  {CONTACT}\n", medical_note=NOTE, party=party)
    signature_id = sent["signature_id"]
    answers = [web_stage.sign(sent), web_stage.sign(sent)]
    answers += [web_stage.sign(sent | {"medical_note": f"{MARK} other"}), web_stage.sign(sent | {"version": "x"})]
    answers.append(web_stage.sign(web_stage.signing(emergency_contact=MARK * 20, medical_note=MARK * 40)))
    assert [answer.status for answer in answers] == [201, 200, 409, 409, 422]

    (kept,) = web_stage.kept().values()
    assert (kept["emergency_contact"], kept["medical_note"]) == (CONTACT, f"{MARK} peanuts <b>&")
    assert web_stage.waivers()[signature_id]["for_captain"] is True

    answers.append(web_stage.world.log(notes="cash"))
    answers += [web_stage.read(page.format(signature_id=signature_id, party=party)) for page in PAGES]
    answers += [web_stage.world.get(*path.split("?")) for path in API]
    for answer in answers:
        assert MARK not in answer.text
        assert "0134" not in answer.text
    copy = web_stage.read(f"signed={signature_id}&pdf").body
    assert MARK.encode() not in copy
    assert MARK not in words(PdfReader(io.BytesIO(copy)))
    table = web_stage.world.client.scan(TableName=web_stage.world.table, ConsistentRead=True)["Items"]
    assert len(table) >= 2
    assert MARK not in json.dumps(table), "nor can the stream, a post, a mail or Slack have it"
    exported = roster(dynamodb.endpoint, web_stage.world.table, "export", "payments").stdout
    assert "Dave Kowalski" in exported
    assert MARK not in exported
    assert MARK not in caplog.text + "".join(capfd.readouterr())


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"emergency_contact": "", "medical_note": " \n"},
        {"emergency_contact": "\u200b\u2060", "medical_note": "\u3164"},
    ],
    ids=str,
)
def test_both_are_optional_and_without_them_neither_store_mentions_them(
    web_stage: WebStage, given: dict[str, str]
) -> None:
    sent = web_stage.signing(**given)
    assert web_stage.sign(sent).status == 201

    (kept,) = web_stage.kept().values()
    assert not {"emergency_contact", "medical_note"} & kept.keys()
    assert "for_captain" not in web_stage.waivers()[sent["signature_id"]]
    without = {name: value for name, value in sent.items() if name not in given}
    assert web_stage.sign(without).status == 200, (
        "evidence without them, as older evidence is, reads as nothing written"
    )


@pytest.mark.parametrize("field", ["emergency_contact", "medical_note"])
def test_one_alone_is_for_the_captain_too_and_other_words_are_refused(web_stage: WebStage, field: str) -> None:
    sent = web_stage.signing(**{field: "Ruth 911"})
    assert web_stage.sign(sent).status == 201
    assert web_stage.waivers()[sent["signature_id"]]["for_captain"] is True

    for other in ("Ruth 912", None):
        answer = web_stage.sign({name: value for name, value in {**sent, field: other}.items() if value is not None})
        assert (answer.status, list(answer.errors)) == (409, ["signature_id"])
    assert [kept[field] for kept in web_stage.kept().values()] == ["Ruth 911"]


def test_each_field_that_cannot_be_kept_gets_one_sentence_and_all_come_together(web_stage: WebStage) -> None:
    for given, sentences in (
        (
            {"emergency_contact": "1" * 121, "medical_note": "n" * 301},
            {
                "emergency_contact": "Write a name and a phone number in at most 120 letters.",
                "medical_note": "Write what matters most in at most 300 letters.",
            },
        ),
        (
            {"emergency_contact": "Ruth Kowalski", "name": ""},
            {
                "emergency_contact": "Write a phone number too, so that the captain can call them.",
                "name": "Write your full name: a letter at least, and at most 80 letters.",
            },
        ),
        (
            {"emergency_contact": 911, "medical_note": ["nuts"]},
            {"emergency_contact": "This must be text.", "medical_note": "This must be text."},
        ),
    ):
        answer = web_stage.sign(**given)
        assert answer.status == 422
        assert answer.errors.keys() == sentences.keys()
        assert {**sentences, "name": answer.errors.get("name")} == {"name": None, **answer.errors}
    assert web_stage.nothing_written()
    fits = web_stage.sign(emergency_contact="1" * 120, medical_note="n" * 300)
    assert fits.status == 201


def test_a_printed_signing_leaves_them_out() -> None:
    from charter.waivers import Mark, MarkKind, Signing

    mark = Mark(MarkKind.TYPED, "Dave")
    signing = Signing(
        signature_id="x" * 16, name="Dave", mark=mark, version="1", emergency_contact=CONTACT, medical_note=NOTE
    )

    assert MARK not in repr(signing)
    assert signing.for_captain
