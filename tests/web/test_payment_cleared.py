"""GET /api/events/{eid}/payment-cleared?patron_id=: one patron's balance."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from charter.payments import Source, Void
from charter.returned import Returned
from tests.builders import EID, a_crew_row, a_row

if TYPE_CHECKING:
    from tests.web.conftest import Answer, WebWorld


def _ask(world: WebWorld, query: str = "patron_id=dave", eid: str = EID) -> Answer:
    return world.get(f"/api/events/{eid}/payment-cleared", query)


def test_nobody_paid_yet(web_world: WebWorld) -> None:
    with web_world.counting() as cost:
        answer = _ask(web_world)
    assert answer.status == 200
    assert answer.json == {
        "eid": EID,
        "patron_id": "dave",
        "cleared": False,
        "due": "125.00",
        "paid": "0.00",
        "balance": "125.00",
        "currency": "USD",
        "payments": [],
    }
    assert cost == {"Query": 1}


def test_every_entry_is_listed_voided_ones_too(web_world: WebWorld) -> None:
    web_world.log(key="k-1", amount="125", notes="dock")
    web_world.web_function.ledger.reverse(
        Void(EID, "dave", "k-1", "wrong patron"), by="slack:U0OLIVIA", source=Source.SLACK, now=datetime.now(UTC)
    )
    web_world.later(days=365)
    web_world.log(key="k-2", amount="130", method="venmo")
    content = _ask(web_world).json
    assert (content["cleared"], content["paid"], content["balance"]) == (True, "130.00", "-5.00")
    lines = {line["payment_id"]: line for line in content["payments"]}
    assert lines["k-1"]["notes"] == "dock"
    assert lines["void:k-1"]["amount"] == "-125.00"
    assert (lines["void:k-1"]["kind"], lines["void:k-1"]["reverses"]) == ("void", "k-1")
    assert lines["void:k-1"]["reason"] == "wrong patron"
    assert lines["k-2"]["source"] == "web"
    web_world.log(key="k-3", amount="40", method="check")
    web_world.web_function.ledger.reverse(
        Returned(EID, "dave", "k-3", "no funds"), by="slack:U0OLIVIA", source=Source.SLACK, now=datetime.now(UTC)
    )
    bounced = next(line for line in _ask(web_world).json["payments"] if line["payment_id"] == "bounced:k-3")
    assert (bounced["kind"], bounced["amount"], bounced["reverses"]) == ("bounced", "-40.00", "k-3")
    for taken in ("void:k-9", "bounced:k-9", "chargeback:k-9"):
        assert web_world.log(key=taken, amount="1").status == 422, "an id of the ledger's own is nobody's to choose"


def test_a_patron_who_paid_without_being_on_the_roster_is_known(bare_web_world: WebWorld) -> None:
    old = {"zed": {"amount": 125, "timestamp": "2026-05-01T10:00:00Z", "method": "cash", "logged_by": "someone"}}
    bare_web_world.put(a_row(payments=old))
    content = _ask(bare_web_world, "patron_id=zed").json
    assert (content["cleared"], content["payments"][0]["payment_id"]) == (True, "before-the-ledger")


def test_a_bad_patron_is_reported_on_the_field(web_world: WebWorld) -> None:
    for query, status in (
        ("", 422),
        ("patron_id=", 422),
        ("patron_id=dave&patron_id=ana", 422),
        ("patron_id=a%20b", 422),
        ("patron_id=%00", 422),
        (f"patron_id={'x' * 3000}", 422),
        ("patron_id=<script>", 422),
        ("patron_id=nobody", 404),
        ("patron_id=..", 404),
    ):
        answer = _ask(web_world, query)
        assert (answer.status, set(answer.errors)) == (status, {"patron_id"}), query


def test_an_id_with_a_plus_is_found_when_it_is_encoded(bare_web_world: WebWorld) -> None:
    bare_web_world.put(a_row(patrons={"dave+1@example.com": {"name": "Dave", "party": 1, "due": 5}}))
    assert _ask(bare_web_world, "patron_id=dave%2B1%40example.com").json["due"] == "5.00"


def test_unknown_events_are_404_and_crew_rows_alone_make_one(bare_web_world: WebWorld) -> None:
    assert _ask(bare_web_world).errors.keys() == {"eid"}
    bare_web_world.put(a_crew_row())
    assert _ask(bare_web_world).errors.keys() == {"patron_id"}


def test_a_table_that_does_not_answer_is_503(web_world: WebWorld) -> None:
    web_world.table_faults.fail_next("Query", throttle=True, times=2)
    assert _ask(web_world).status == 503


@pytest.mark.parametrize(
    "fault",
    [{"damaged": True, "times": 2}, {"cut": True, "times": 2}, {"body": b"{}"}, {"body": b'{"Items": [{'}],
    ids=str,
)
def test_an_answer_of_the_table_that_was_cut_is_503_with_retry_after(
    web_world: WebWorld, fault: dict[str, Any]
) -> None:
    web_world.table_faults.fail_next("Query", **fault)
    answer = _ask(web_world)
    assert answer.status == 503
    assert answer.headers["retry-after"] == "2"
    assert _ask(web_world).status == 200
