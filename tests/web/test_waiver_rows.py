"""Signatures have rows of their own, never in the money's row; the requests that this costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.builders import EID, a_crew_row, a_row
from tests.web.pier import MINORS

if TYPE_CHECKING:
    from tests.web.pier import Pier


def test_an_event_known_only_by_crew_rows_is_signed_for_and_gets_no_row_of_its_own(bare_pier: Pier) -> None:
    bare_pier.world.put(a_crew_row())

    assert bare_pier.sign().status == 201

    assert bare_pier.world.row() == {}
    assert [line["name"] for line in bare_pier.waivers().values()] == ["Dave Kowalski"]
    assert bare_pier.read().status == 200
    assert bare_pier.unmatched() == ["Dave Kowalski"]


@pytest.mark.parametrize(
    "row",
    [a_row(), a_row(without=["patrons", "payments"]), a_row(ballast="x" * 405_000)],
    ids=["usual", "bare", "full"],
)
def test_a_signature_never_touches_the_events_row(bare_pier: Pier, row: dict[str, Any]) -> None:
    bare_pier.world.put(row)
    before = bare_pier.world.row()

    for name in ("Dave Kowalski", "Somebody Else"):
        bare_pier.signed(name, minors=MINORS, booked_by="Ana Lima")

    assert bare_pier.world.row() == before


def test_a_full_roster_of_signatures_leaves_room_for_payments(pier: Pier) -> None:
    for number in range(12):
        pier.signed(f"{'N' * 60} {number}", minors=[{"name": "M" * 80, "age": 9}] * 10)

    assert pier.world.log().status == 201


def test_the_secret_id_is_nowhere_but_in_the_rows_key_and_the_evidence(pier: Pier) -> None:
    signature_id = pier.signed("Dave Kowalski", party=pier.party("dave"))
    unmatched = pier.signed("Nobody Knows")

    for secret in (signature_id, unmatched):
        assert secret not in str(pier.waivers()[secret])
        assert secret not in str(pier.world.row())
        for path in ("/api/events", f"/api/events/{EID}"):
            assert secret not in pier.world.get(path).text
        for query in ("", f"party={pier.party('dave')}"):
            assert secret not in pier.read(query).text


def test_a_signature_costs_one_read_one_object_two_writes_and_a_look_whether_the_event_moved(pier: Pier) -> None:
    with pier.world.counting() as cost:
        pier.sign()

    assert cost == {"Query": 1, "UpdateItem": 1, "PutItem": 1, "GetItem": 1}
    assert pier.s3_faults.calls == {"PUT": 1}


def test_a_signature_over_a_personal_link_costs_one_read_more(pier: Pier) -> None:
    party = pier.party("dave")
    with pier.world.counting() as cost:
        pier.sign(party=party)

    assert cost == {"Query": 2, "PutItem": 1, "GetItem": 1}
    assert pier.s3_faults.calls == {"PUT": 1}


def test_a_replay_costs_no_write_to_the_table(pier: Pier) -> None:
    sent = pier.signing()
    pier.sign(sent)
    pier.world.later(seconds=1)
    with pier.world.counting() as cost:
        assert pier.sign(sent).status == 200

    assert cost == {"Query": 1}
