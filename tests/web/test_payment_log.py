"""POST /api/events/{eid}/payment-log: a payment is logged once, also after failures and retries."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from tests.builders import EID, a_crew_row, a_row

if TYPE_CHECKING:
    from tests.web.conftest import WebWorld


def test_a_payment_is_logged_in_the_tokens_name_and_answered_with_the_balance(web_world: WebWorld) -> None:
    answer = web_world.log(key="dock-1", amount="75.50", notes="  half now ")
    assert answer.status == 201
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.json == {
        "eid": EID,
        "patron_id": "dave",
        "payment_id": "dock-1",
        "amount": "75.50",
        "method": "cash",
        "tip": None,
        "notes": "half now",
        "logged_by": "web:U0OLIVIA",
        "timestamp": "2026-05-23T20:30:00.000Z",
        "replayed": False,
        "due": "125.00",
        "paid": "75.50",
        "balance": "49.50",
        "cleared": False,
        "state": "partial",
        "currency": "USD",
    }
    record = web_world.row()["payments"]["dave"]
    assert record["amount"] == Decimal("75.50")
    assert record["logged_by"] == "web:U0OLIVIA"
    assert record["entries"]["dock-1"]["source"] == "web"


@pytest.mark.parametrize(
    ("amount", "written"),
    [(125, "125.00"), (75.5, "75.50"), ("$1,250.00", "1250.00"), (0.01, "0.01"), (100000, "100000.00"), (0.57, "0.57")],
)
def test_amounts_are_numbers_or_text_and_exact(web_world: WebWorld, amount: object, written: str) -> None:
    assert web_world.log(amount=amount).json["amount"] == written
    assert web_world.row()["payments"]["dave"]["amount"] == Decimal(written)


def test_a_number_with_a_long_tail_is_refused_and_not_rounded(web_world: WebWorld) -> None:
    answer = web_world.log(b'{"patron_id": "dave", "amount": 0.1000000000000000055, "method": "cash"}')
    assert answer.status == 422
    assert answer.errors == {"amount": "Write at most two decimals, like 125.50."}
    assert web_world.row()["payments"] == {}


def test_the_same_key_again_is_the_same_payment(web_world: WebWorld) -> None:
    first = web_world.log(key="k-1")
    web_world.later(minutes=20)
    again = web_world.log(key="k-1")
    assert (first.status, again.status) == (201, 200)
    assert again.json == {**first.json, "replayed": True}
    assert list(web_world.entries()) == ["k-1"]


@pytest.mark.parametrize(
    "changed",
    [{"amount": "1"}, {"patron_id": "ana"}, {"method": "venmo"}, {"notes": "other"}, {"tip": "1"}],
    ids=lambda changed: str(*changed),
)
def test_the_same_key_with_other_content_is_409_and_nothing_is_written(
    web_world: WebWorld, changed: dict[str, str]
) -> None:
    web_world.log(key="k-1")
    before = web_world.row()
    answer = web_world.log(key="k-1", **changed)  # type: ignore[arg-type]  # fields, not parts of the request
    assert answer.status == 409
    assert "$125.00 for Dave Kowalski" in answer.errors["amount"]
    assert web_world.row() == before


def test_the_same_key_from_somebody_else_is_409(web_world: WebWorld) -> None:
    web_world.log(key="k-1")
    assert web_world.log(key="k-1", token=web_world.token("U0ADA")).status == 409
    assert len(web_world.entries()) == 1


def test_the_same_key_on_another_event_is_another_payment(web_world: WebWorld) -> None:
    other = "2026-05-24-golden-gate-sunset"
    web_world.put(a_row(other))
    assert web_world.log(key="k-1").status == 201
    assert web_world.log(key="k-1", eid=other).status == 201


def test_every_bad_field_is_reported_at_once(web_world: WebWorld) -> None:
    answer = web_world.log(
        {"patron_id": "da ve", "amount": True, "method": "bribe", "notes": "n" * 501, "note": 1},
        eid="soon",
        key="void:x",
    )
    assert answer.status == 422
    assert answer.errors.keys() == {"eid", "Idempotency-Key", "patron_id", "amount", "method", "notes", "note"}
    assert web_world.log({}).errors == dict.fromkeys(("patron_id", "amount", "method"), "This is required.")
    assert web_world.row()["payments"] == {}


ODD: tuple[Any, ...] = (None, True, 5, 1.5, [], ["dave"], {}, {"a": "b"}, "", "x" * 3000, "\x00", "..", "<b>")


@pytest.mark.parametrize(
    ("field", "fine"),
    [
        ("patron_id", ()),
        ("amount", (5, 1.5)),
        ("method", ()),
        ("notes", (None, "", "\x00", "..", "<b>")),
        ("confirm", (None, True)),
        ("tip", (None, 5, 1.5, "")),
    ],
)
def test_wrong_values_are_422_on_their_field(web_world: WebWorld, field: str, fine: tuple[object, ...]) -> None:
    payment: dict[str, Any] = {"patron_id": "dave", "amount": "125.00", "method": "cash"}
    written = 0
    for value in ODD:
        answer = web_world.log({"confirm": True, **payment, field: value})
        if any(value is each for each in fine):
            assert answer.status == 201, value
            written += 1
        elif (field, value) == ("patron_id", ".."):
            assert answer.status == 404, "it is an id by the rule; nobody has it"
        else:
            assert (answer.status, set(answer.errors)) == (422, {field}), value
    assert len(web_world.entries()) == written == len(fine)


def test_a_tip_stands_beside_the_amount_and_pays_nothing_of_the_due(web_world: WebWorld) -> None:
    answer = web_world.log(key="k-1", amount="100", tip="$20")
    assert (answer.status, answer.json["tip"], answer.json["paid"]) == (201, "20.00", "100.00")
    assert web_world.log(key="k-1", amount="100", tip=20).status == 200
    record = web_world.row()["payments"]["dave"]
    assert (record["amount"], record["entries"]["k-1"]["tip"]) == (100, 20)
    for number, zero in enumerate((0, "0", "0.00", 0.0)):
        assert web_world.log(key=f"z{number}", amount=number + 1, tip=zero).json["tip"] is None
        assert "tip" not in web_world.entries()[f"z{number}"]
    ledger = web_world.get(f"/api/events/{EID}/payment-cleared", "patron_id=dave").json["payments"]
    assert [entry["tip"] for entry in ledger if entry["tip"]] == ["20.00"]
    assert {(entry["group"], entry["permalink"]) for entry in ledger} == {(None, None)}
    for bad in ("-5", -5, 100000.01, "1.005", "some"):
        assert web_world.log(tip=bad).errors.keys() == {"tip"}


def test_a_bad_key_is_400_and_says_what_to_do(web_world: WebWorld) -> None:
    for key in ("", " ", "a b", "ü", "x" * 65, "a/b", "'; drop", "a,b"):
        answer = web_world.log(headers={"idempotency-key": key})
        assert answer.status == 400
        assert "new one for another payment" in answer.errors["Idempotency-Key"]
    assert web_world.row()["payments"] == {}


def test_unknown_events_and_patrons_are_404(web_world: WebWorld) -> None:
    assert web_world.log(eid="2026-05-23-no-such").errors.keys() == {"eid"}
    nobody = web_world.log(patron_id="nobody")
    assert nobody.status == 404
    assert nobody.errors == {"patron_id": "“nobody” is not on this event's roster."}, (
        "only Slack's form has new patrons"
    )
    assert nobody.json["detail"] == nobody.errors["patron_id"]


def test_an_event_known_by_crew_rows_alone_has_no_patrons_yet(bare_web_world: WebWorld) -> None:
    bare_web_world.put(a_crew_row())
    assert bare_web_world.log().errors.keys() == {"patron_id"}
    assert bare_web_world.row() == {}


def test_a_bare_date_takes_payments_too(bare_web_world: WebWorld) -> None:
    bare_web_world.put(a_row("2026-05-20"))
    assert bare_web_world.log(eid="2026-05-20").status == 201


def test_a_full_row_is_409(bare_web_world: WebWorld) -> None:
    bare_web_world.put(a_row(logbook="x" * 390_000))
    bare_web_world.get(f"/api/events/{EID}")
    answer = bare_web_world.log()
    assert answer.status == 409
    assert answer.errors.keys() == {"eid"}
    assert bare_web_world.row()["payments"] == {}


def test_a_throttled_table_is_503_with_retry_after_and_the_same_key_then_writes_once(web_world: WebWorld) -> None:
    web_world.table_faults.fail_next("UpdateItem", throttle=True, times=2)
    answer = web_world.log(key="k-1")
    assert answer.status == 503
    assert answer.headers["retry-after"] == "2"
    assert "nothing is counted twice" in answer.json["detail"]
    assert web_world.log(key="k-1").status == 201
    assert list(web_world.entries()) == ["k-1"]


def test_an_answer_lost_after_the_write_is_a_success_or_its_replay(web_world: WebWorld) -> None:
    web_world.table_faults.fail_next("UpdateItem", drop_answer=True)
    assert web_world.log(key="k-1").status in {200, 201}
    assert web_world.log(key="k-1").status == 200
    assert web_world.row()["payments"]["dave"]["amount"] == Decimal(125)


def test_each_payment_is_one_write_when_the_row_was_seen(web_world: WebWorld) -> None:
    web_world.get(f"/api/events/{EID}")
    for amount in range(1, 6):
        with web_world.counting() as cost:
            assert web_world.log(amount=amount).status == 201
        assert cost == {"UpdateItem": 1}


def test_a_row_that_was_never_seen_costs_one_failed_try_at_most(web_world: WebWorld) -> None:
    web_world.log()
    web_world.restart()
    with web_world.counting() as cost:
        assert web_world.log(amount="5").status == 201
    assert cost["UpdateItem"] <= 2
    assert cost.keys() == {"UpdateItem"}


def test_a_form_in_base64_is_read_alike(web_world: WebWorld) -> None:
    body = json.dumps({"patron_id": "dave", "amount": "5", "method": "cash", "notes": "Zoë 🤙"}).encode()
    headers = {
        "authorization": f"Bearer {web_world.token()}",
        "content-type": "application/json; charset=UTF-8",
        "idempotency-key": "k-1",
    }
    path = f"/api/events/{EID}/payment-log"
    answer = web_world.ask("POST", path, body=body, headers=headers, base64_body=True)
    assert answer.status == 201
    assert web_world.entries()["k-1"]["notes"] == "Zoë 🤙"
