"""Payments of several patrons in one write: all of them or none, once, and undone together or singly."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest

from adapters.attribute_values import to_wire
from adapters.rows import read_event
from adapters.shapes import LARGEST_ENTRY, EntryTarget, Shape, add_entries
from adapters.sizes import LARGEST_ITEM, RESERVE, item_size
from charter.group_payments import MOST_TOGETHER, PatronShare, together
from charter.group_undo import GroupUndo
from charter.payments import Source
from charter.refusals import (
    EntryReversed,
    EntryUnknown,
    EventUnknown,
    NoRoomForAll,
    NotYours,
    PaidTooLittle,
    PatronUnknown,
    PaymentIdReused,
    PossibleDuplicate,
    RowFull,
    TableUnavailable,
    TooLateToUndo,
)
from charter.undoing import Undo
from roster.verifying.events import check_event
from tests.builders import DANA, EID, MARCO, NOW, ZONE, a_draft, a_group, a_refund, a_row, a_void

if TYPE_CHECKING:
    from adapters.ledger import DynamoLedger
    from charter.events import Logged
    from charter.group_payments import GroupDraft
    from tests.adapters.conftest import Table

pytestmark = pytest.mark.dynamodb


def log(ledger: DynamoLedger, draft: GroupDraft, *, minutes: float = 0, by: str = DANA) -> tuple[Logged, ...]:
    return ledger.log_group(draft, by=by, source=Source.SLACK, now=NOW + timedelta(minutes=minutes))


def undo(ledger: DynamoLedger, *, minutes: float = 1, by: str = DANA) -> tuple[Logged, ...]:
    request = GroupUndo(EID, "g1")
    return ledger.undo_group(request, by=by, source=Source.SLACK, now=NOW + timedelta(minutes=minutes))


def paid(table: Table) -> dict[str, str]:
    return {patron: f"{record['amount']:.2f}" for patron, record in table.row()["payments"].items()}


def kinds(table: Table) -> dict[str, list[str]]:
    return {
        patron: sorted(entry["kind"] for entry in record["entries"].values())
        for patron, record in table.row()["payments"].items()
    }


def test_one_write_gives_each_patron_an_entry_of_the_group(table: Table, ledger: DynamoLedger) -> None:
    table.put(a_row())
    table.ledger().log(a_draft("p1", amount="25", method="cash"), by=MARCO, source=Source.SLACK, now=NOW)
    table.calls.clear()
    ledger.event(EID)
    draft = replace(a_group(dave="100", ana="250", notes="Paid by Maria", tip="20"), permalink="https://x.example/p1")
    logged = log(ledger, draft)

    assert table.calls == {"Query": 1, "UpdateItem": 1}
    assert [(each.patron.name, int(each.entry.amount), each.replayed) for each in logged] == [
        ("Dave Kowalski", 100, False),
        ("Ana Lima", 250, False),
    ]
    assert [logged[0].event.balance(patron_id).owed for patron_id in ("dave", "ana")] == [0, 0]
    payments = table.row()["payments"]
    first, second = payments["dave"]["entries"]["g1"], payments["ana"]["entries"]["g1.2"]
    for entry in (first, second):
        shared = {name: entry[name] for name in ("group", "method", "notes", "permalink", "kind")}
        assert shared == {
            "group": "g1",
            "method": "venmo",
            "notes": "Paid by Maria",
            "permalink": "https://x.example/p1",
            "kind": "payment",
        }
    assert (first["tip"], second.get("tip")) == (20, None), "it was given once"
    assert (payments["dave"]["amount"], payments["dave"]["method"]) == (125, "venmo")
    assert table.row()["payment_ids"] == {"p1", "g1", "g1.2"}
    assert [str(remark) for remark in check_event(table.wire())] == []


@pytest.mark.parametrize(
    "row",
    [
        a_row(without=["payments"]),
        a_row(payments={"dave": {"amount": Decimal(5), "method": "cash", "timestamp": "2026-05-01T00:00:00Z"}}),
        a_row(payments={"ana": {"amount": None, "entries": {}}}),
        a_row(),
    ],
    ids=["without payments", "with a payment from before the ledger", "with an odd record", "of the bot"],
)
@pytest.mark.parametrize("has_read", [True, False])
def test_a_row_of_any_shape_takes_all_of_them(table: Table, *, row: dict[str, Any], has_read: bool) -> None:
    table.put(row)
    ledger = table.ledger()
    before = ledger.event(EID) if has_read else table.ledger().event(EID)
    log(ledger, a_group())
    after = table.ledger().event(EID)
    assert [after.payment(each).amount - before.payment(each).amount for each in ("dave", "ana")] == [125, 250]
    assert [patron.patron_id for patron, _ in together(after, "g1")] == ["dave", "ana"]


def test_the_same_form_again_is_a_success_and_with_other_content_it_is_refused(table: Table) -> None:
    table.put(a_row(patrons=a_row()["patrons"] | {"bob": {"name": "Bob", "party": 1, "due": 5}}))
    writer, other = table.ledger(), table.ledger()
    other.event(EID)
    log(writer, a_group())
    before = table.wire()

    for ledger in (writer, other, table.ledger()):
        assert [each.replayed for each in log(ledger, a_group(), minutes=2)] == [True, True]
        for otherwise in (
            a_group(dave="125", ana="249"),
            a_group(dave="125"),
            a_group(dave="125", ana="250", bob="5"),
            a_group(ana="250", dave="125"),
            a_group(notes="from Maria"),
            a_group(method="cash"),
        ):
            with pytest.raises(PaymentIdReused, match=r"as \$375\.00 for (Dave Kowalski and Ana Lima|Ana L.*)\."):
                log(ledger, otherwise)
        with pytest.raises(PaymentIdReused):
            log(ledger, a_group(), by=MARCO)
        with pytest.raises(PaymentIdReused):
            ledger.log(a_draft("g1", confirmed=True), by=DANA, source=Source.SLACK, now=NOW)
    assert table.wire() == before


def test_a_form_that_was_logged_for_one_patron_is_not_logged_for_several(table: Table) -> None:
    table.put(a_row())
    table.ledger().log(a_draft("g1"), by=DANA, source=Source.SLACK, now=NOW)
    for ledger in (table.ledger(), table.ledger()):
        with pytest.raises(PaymentIdReused, match=r"as \$125\.00 for Dave Kowalski\."):
            log(ledger, a_group(method="cash", confirmed=True))
        ledger.event(EID)
    assert paid(table) == {"dave": "125.00"}


def test_a_lost_answer_and_two_presses_at_once_write_one_group(table: Table) -> None:
    table.put(a_row())
    table.proxy.fail_next("UpdateItem", drop_answer=True, times=2)
    with pytest.raises(TableUnavailable):
        log(table.ledger(), a_group())
    ledgers, start = [table.ledger() for _ in range(4)], Barrier(4)

    def press(ledger: DynamoLedger) -> bool:
        start.wait()
        return log(ledger, a_group())[0].replayed

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(press, ledgers)) == [True] * 4
    assert paid(table) == {"dave": "125.00", "ana": "250.00"}


def test_whoever_is_not_on_the_roster_any_more_is_refused_on_their_field_and_nothing_is_written(table: Table) -> None:
    table.put(a_row())
    saw, never = table.ledger(), table.ledger()
    saw.event(EID)
    (row := table.row())["patrons"].pop("ana")
    table.put(row)
    before = table.wire()
    for ledger in (saw, never):
        with pytest.raises(ExceptionGroup) as refused:
            log(ledger, a_group())
        (refusal,) = refused.value.exceptions
        assert isinstance(refusal, PatronUnknown)
        assert refusal.field == "share.ana"
    with pytest.raises(EventUnknown):
        log(never, a_group(eid="2026-05-24-nowhere"))
    assert table.wire() == before


def test_possible_duplicates_are_asked_patron_by_patron_and_a_confirmed_group_is_written(table: Table) -> None:
    table.put(a_row())
    saw = table.ledger()
    saw.event(EID)
    writer = table.ledger()
    for number, patron_id in enumerate(("dave", "ana")):
        amount = {"dave": "125", "ana": "250"}[patron_id]
        single = a_draft(f"p{number}", patron_id, amount, method="venmo")
        writer.log(single, by=MARCO, source=Source.SLACK, now=NOW)
    before = table.wire()
    for ledger in (saw, writer, table.ledger()):
        with pytest.raises(ExceptionGroup) as refused:
            log(ledger, a_group(), minutes=3)
        asked = [each for each in refused.value.exceptions if isinstance(each, PossibleDuplicate)]
        assert [(each.patron, each.field) for each in asked] == [
            ("Dave Kowalski", "share.dave"),
            ("Ana Lima", "share.ana"),
        ]
    assert table.wire() == before
    log(saw, a_group(confirmed=True), minutes=3)
    assert paid(table) == {"dave": "250.00", "ana": "500.00"}


def test_a_row_takes_the_group_or_says_that_only_single_payments_fit(table: Table, ledger: DynamoLedger) -> None:
    row = a_row()
    used = item_size({name: to_wire(value) for name, value in row.items()})
    free = LARGEST_ITEM - used - len("filler") - RESERVE
    for used_up, refusal in ((free - LARGEST_ENTRY - 100, NoRoomForAll), (free - 100, RowFull)):
        table.put(row | {"filler": "x" * used_up})
        ledger.event(EID)
        with pytest.raises(refusal):
            log(ledger, a_group())
    assert table.row()["payments"] == {}
    table.put(row | {"filler": "x" * (free - 3 * LARGEST_ENTRY)})
    log(ledger, a_group())
    assert paid(table) == {"dave": "125.00", "ana": "250.00"}


def test_the_largest_group_stays_within_dynamodbs_limit_for_an_expression(table: Table) -> None:
    people = {f"p{n}": {"name": f"P {n}", "party": 1, "due": 5} for n in range(MOST_TOGETHER)}
    table.put(a_row(patrons=people))
    ledger = table.ledger()
    for number, patron_id in enumerate(people):
        ledger.log(a_draft(f"e{number}", patron_id), by=DANA, source=Source.SLACK, now=NOW)
    draft = replace(a_group(notes="n"), shares=tuple(PatronShare(each, Decimal(5)) for each in people))
    additions = [
        (EntryTarget(each.patron_id), each.entry(by=DANA, source=Source.SLACK, now=NOW)) for each in draft.drafts
    ]
    request = add_entries(additions, Shape.of(table.wire())).request()
    assert len(request["UpdateExpression"]) < 4096
    assert len(request["ConditionExpression"]) < 4096
    assert request["UpdateExpression"].count(":v") + request["ConditionExpression"].count("#n") < 300
    log(ledger, draft)
    assert set(paid(table).values()) == {"130.00"}
    undo(ledger)
    assert set(paid(table).values()) == {"125.00"}


def test_an_undo_takes_all_back_in_one_write_and_is_a_success_again(table: Table, ledger: DynamoLedger) -> None:
    table.put(a_row())
    log(ledger, a_group(tip="20"))
    table.calls.clear()
    undone = undo(ledger)
    assert table.calls == {"Query": 1, "UpdateItem": 1}
    assert [(each.patron.patron_id, int(each.entry.amount), each.replayed) for each in undone] == [
        ("dave", -125, False),
        ("ana", -250, False),
    ]
    before = table.wire()
    for each in (ledger, table.ledger()):
        assert [again.replayed for again in undo(each, minutes=60)] == [True, True]
    assert table.wire() == before
    assert paid(table) == {"dave": "0.00", "ana": "0.00"}
    assert [str(remark) for remark in check_event(table.wire())] == []


def test_what_is_left_of_a_group_is_undone_and_nothing_where_one_cannot_be(table: Table, ledger: DynamoLedger) -> None:
    table.put(a_row())
    log(ledger, a_group())
    ledger.reverse(Undo(EID, "dave", "g1"), by=DANA, source=Source.SLACK, now=NOW)
    before = table.wire()
    for who, minutes, refusal in ((MARCO, 1, NotYours), (DANA, 10, TooLateToUndo)):
        with pytest.raises(refusal):
            undo(ledger, by=who, minutes=minutes)
    with pytest.raises(EntryUnknown):
        ledger.undo_group(GroupUndo(EID, "g2"), by=DANA, source=Source.SLACK, now=NOW)
    assert table.wire() == before
    assert [each.patron.patron_id for each in undo(ledger)] == ["ana"]
    assert kinds(table) == {"dave": ["payment", "void"], "ana": ["payment", "void"]}

    table.put(a_row())
    log(ledger, a_group())
    ledger.reverse(a_refund(amount="10"), by=MARCO, source=Source.WEB, now=NOW)
    with pytest.raises(PaidTooLittle):
        undo(ledger)
    assert paid(table) == {"dave": "115.00", "ana": "250.00"}, "all or nothing"

    table.put(a_row())
    log(ledger, a_group())
    for patron_id, payment_id in (("dave", "g1"), ("ana", "g1.2")):
        ledger.reverse(a_void(payment_id, patron_id), by=MARCO, source=Source.WEB, now=NOW)
    with pytest.raises(EntryReversed):
        undo(ledger)
    assert read_event(table.row(), zone=ZONE, currency="USD").payment("ana").amount == 0
