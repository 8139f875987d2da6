"""Signatures have rows of their own, separate from the row with the money; the number of requests for that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.builders import EID, a_crew_row, a_row
from tests.web.stage import MINORS

if TYPE_CHECKING:
    from tests.web.stage import WebStage


def test_an_event_known_only_by_crew_rows_is_signed_for_and_gets_no_row_of_its_own(bare_web_stage: WebStage) -> None:
    bare_web_stage.world.put(a_crew_row())

    assert bare_web_stage.sign().status == 201

    assert bare_web_stage.world.row() == {}
    assert [line["name"] for line in bare_web_stage.waivers().values()] == ["Dave Kowalski"]
    assert bare_web_stage.read().status == 200
    assert bare_web_stage.unmatched() == ["Dave Kowalski"]


@pytest.mark.parametrize(
    "row",
    [a_row(), a_row(without=["patrons", "payments"]), a_row(ballast="x" * 405_000)],
    ids=["usual", "bare", "full"],
)
def test_a_signature_never_touches_the_events_row(bare_web_stage: WebStage, row: dict[str, Any]) -> None:
    bare_web_stage.world.put(row)
    before = bare_web_stage.world.row()

    for name in ("Dave Kowalski", "Somebody Else"):
        bare_web_stage.signed(name, minors=MINORS, booked_by="Ana Lima")

    assert bare_web_stage.world.row() == before


def test_a_full_roster_of_signatures_leaves_room_for_payments(web_stage: WebStage) -> None:
    for number in range(12):
        web_stage.signed(f"{'N' * 60} {number}", minors=[{"name": "M" * 80, "age": 9}] * 10)

    assert web_stage.world.log().status == 201


def test_the_secret_id_is_nowhere_but_in_the_rows_key_and_the_evidence(web_stage: WebStage) -> None:
    signature_id = web_stage.signed("Dave Kowalski", party=web_stage.party("dave"))
    unmatched = web_stage.signed("Nobody Knows")

    for secret in (signature_id, unmatched):
        assert secret not in str(web_stage.waivers()[secret])
        assert secret not in str(web_stage.world.row())
        for path in ("/api/events", f"/api/events/{EID}"):
            assert secret not in web_stage.world.get(path).text
        for query in ("", f"party={web_stage.party('dave')}"):
            assert secret not in web_stage.read(query).text


def test_a_signature_costs_one_read_one_object_two_writes_and_a_look_whether_the_event_moved(
    web_stage: WebStage,
) -> None:
    with web_stage.world.counting() as cost:
        web_stage.sign()

    assert cost == {"Query": 1, "UpdateItem": 1, "PutItem": 1, "GetItem": 1}
    assert web_stage.s3_faults.calls == {"PUT": 1}


def test_a_signature_over_a_personal_link_costs_one_read_more(web_stage: WebStage) -> None:
    party = web_stage.party("dave")
    with web_stage.world.counting() as cost:
        web_stage.sign(party=party)

    assert cost == {"Query": 2, "PutItem": 1, "GetItem": 1}
    assert web_stage.s3_faults.calls == {"PUT": 1}


def test_a_replay_costs_no_write_to_the_table(web_stage: WebStage) -> None:
    sent = web_stage.signing()
    web_stage.sign(sent)
    web_stage.world.later(seconds=1)
    with web_stage.world.counting() as cost:
        assert web_stage.sign(sent).status == 200

    assert cost == {"Query": 1}
