"""The pass on top of a signed waiver: green only while the signature counts for its trip."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.builders import EID, a_row
from tests.web.reading import plain, signed_id
from tests.web.stage import MINORS, an_id

if TYPE_CHECKING:
    from tests.web.conftest import Answer
    from tests.web.stage import WebStage

BOAT: dict[str, Any] = {"boat": "Second <Wind>", "patrons": {"dave": {"name": "Dave Kowalski", "party": 4, "due": 0}}}


def the_pass(answer: Answer) -> str:
    """Return the HTML of the only pass of the page."""
    (found,) = re.findall(r'<section class="pass .*?</section>', answer.text, re.DOTALL)
    return str(found)


def look(answer: Answer) -> str:
    """Return the class of the pass that sets its colour and its mark."""
    return the_pass(answer).partition('class="pass ')[2].partition('"')[0]


def words(answer: Answer) -> str:
    """Return what the pass says."""
    return " ".join(re.sub("<[^>]*>", " ", the_pass(answer)).split())


def test_the_pass_says_who_signed_for_which_trip_before_all_else(bare_web_stage: WebStage) -> None:
    bare_web_stage.world.put(a_row(**BOAT))
    signature_id = signed_id(bare_web_stage, minors=MINORS, party=bare_web_stage.party())

    with bare_web_stage.world.counting() as cost:
        answer = bare_web_stage.read(f"signed={signature_id}")

    assert cost == {"Query": 1}
    assert look(answer) == "good"
    assert words(answer) == (
        "Waiver · Ship Captain Crew Signed by Dave Kowalski with Mia Kowalski and Leo Kowalski"
        " Captain Cory, afternoon Saturday, May 23, 2026, 1:00 PM PDT Boat Second &lt;Wind&gt;"
        " The party of Dave Kowalski : 3 of 4 have signed; 1 still has to. Signed Saturday, May 23, 2026, 1:30 PM PDT"
    )
    assert answer.text.index("<h1>") > answer.text.index('class="pass ') > answer.text.index("<main")
    assert answer.text.index("PDF copy") > answer.text.index("</section>")
    assert answer.text.count("<h1") == 1
    assert "clear to board" not in plain(answer).lower()
    assert "Boat Second &lt;Wind&gt;" in plain(bare_web_stage.read())


CHANGES: list[tuple[dict[str, Any], str, str]] = [
    ({"status": "cancelled"}, "bad", "Trip cancelled – Dave Kowalski"),
    (
        {"title": "Whale watch"},
        "plain",
        "Now: Whale watch Saturday, May 23, 2026, 1:00 PM PDT Signed for: Captain Cory",
    ),
    ({"starts_at": "2026-05-24T13:00:00-07:00"}, "plain", "Now: Captain Cory, afternoon Sunday, May 24"),
]


@pytest.mark.parametrize(("change", "expected", "said"), CHANGES, ids=str)
def test_an_event_that_was_changed_since_is_no_green_pass(
    web_stage: WebStage, change: dict[str, Any], expected: str, said: str
) -> None:
    sent = web_stage.signing()
    web_stage.sign(sent)
    assert look(web_stage.read(f"signed={sent['signature_id']}")) == "good"
    web_stage.world.put(a_row(**change))

    answer = web_stage.read(f"signed={sent['signature_id']}")
    again = web_stage.sign(sent)

    assert (answer.status, look(answer)) == (200, expected)
    assert said in words(answer)
    assert "Signed by" not in words(answer)
    assert again.status == 200, "the retry of a signature is the success that it was, and says what became of it"
    assert again.json["standing"] == ("cancelled" if "status" in change else "changed")


def test_a_signature_that_the_crew_set_aside_is_no_green_pass_until_it_is_taken_back(web_stage: WebStage) -> None:
    sent = web_stage.signing()
    web_stage.sign(sent)
    row = {"eid": EID, "crew_id": f"#signature:{sent['signature_id']}", **web_stage.waivers()[sent["signature_id"]]}
    web_stage.world.put({**row, "set_aside_at": "2026-05-23T20:31:00.000Z", "set_aside_by": "slack:U0DANA"})

    answer = web_stage.read(f"signed={sent['signature_id']}")

    assert look(answer) == "bad"
    assert "Set aside – Dave Kowalski The crew set this signature aside, so it does not count." in words(answer)
    assert web_stage.sign(sent).json["standing"] == "set_aside"
    web_stage.world.put(row)
    assert look(web_stage.read(f"signed={sent['signature_id']}")) == "good"


def test_yesterdays_pass_is_not_green_today(web_stage: WebStage) -> None:
    signature_id = signed_id(web_stage)
    web_stage.world.later(hours=24)

    answer = web_stage.read(f"signed={signature_id}")
    web_stage.table_faults.fail_next("Query", throttle=True, times=2)
    unread = web_stage.read(f"signed={signature_id}")

    assert look(answer) == look(unread) == "plain"
    assert "Trip over" in words(answer)


def test_evidence_whose_entry_was_never_written_is_no_green_pass(web_stage: WebStage) -> None:
    sent = web_stage.signing()
    web_stage.table_faults.fail_next("PutItem", drop_request=True, times=2)
    assert web_stage.sign(sent).status == 503

    answer = web_stage.read(f"signed={sent['signature_id']}")

    assert look(answer) == "plain"
    assert "Not on the list" in words(answer)
    assert web_stage.sign(sent).json["standing"] == "signed"
    assert look(web_stage.read(f"signed={sent['signature_id']}")) == "good"


def test_while_the_table_does_not_answer_the_pass_says_what_the_evidence_says_and_that_it_was_not_checked(
    bare_web_stage: WebStage,
) -> None:
    bare_web_stage.world.put(a_row(**BOAT))
    signature_id = signed_id(bare_web_stage, minors=MINORS, party=bare_web_stage.party())
    bare_web_stage.table_faults.fail_next("Query", throttle=True, times=2)

    answer = bare_web_stage.read(f"signed={signature_id}")

    assert (answer.status, look(answer)) == (200, "good")
    assert "Signed by Dave Kowalski with Mia Kowalski and Leo Kowalski" in words(answer)
    assert "The crew's list could not be read just now" in words(answer).replace("&#39;", "'")
    assert "Boat" not in words(answer)
    assert "party" not in words(answer)


def test_the_answer_to_a_signing_has_what_the_pass_shows(bare_web_stage: WebStage) -> None:
    bare_web_stage.world.put(a_row(**BOAT))

    answer = bare_web_stage.sign(signature_id=an_id(), party=bare_web_stage.party())

    assert answer.status == 201
    assert {name: answer.json[name] for name in ("title", "starts_at", "boat", "standing", "party")} == {
        "title": "Captain Cory, afternoon",
        "starts_at": "2026-05-23T20:00:00.000Z",
        "boat": "Second <Wind>",
        "standing": "signed",
        "party": {"name": "Dave Kowalski", "signed": 1, "people": 4},
    }
