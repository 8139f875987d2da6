"""The books follow from the table's stream: each entry counts once, also with repeated or reordered deliveries."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from adapters.attribute_values import from_wire
from adapters.books import DynamoBooks
from adapters.roster import DynamoRoster
from adapters.void_requests import DynamoVoidRequests
from charter import books
from charter.edits import Adjustment
from charter.enrolling import PatronChange, fingerprint_of
from charter.payments import Source
from devkit.season.planting import to_item
from tests.builders import DANA, EID, ZONE, a_row
from tests.roster.command import renamed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.announce.stage import AnnounceStage
    from tests.conftest import Engine

OLIVIA = "slack:U0OLIVIA"
MAY, OTHER = "2026-05", "2026-05-24-cory-sunset"


@pytest.fixture
def stage(announce_stage: AnnounceStage) -> AnnounceStage:
    """The announce Lambda that keeps the books and announces nothing."""
    announce_stage.restart(ANNOUNCE_BY="books")
    return announce_stage


def kept(stage: AnnounceStage) -> dict[str, dict[str, Any]]:
    """Return the rows of the books as the table has them, without versions."""
    items = stage.client.query(
        TableName=stage.table,
        KeyConditionExpression="eid = :books",
        ExpressionAttributeValues={":books": {"S": "#books"}},
        ConsistentRead=True,
    )["Items"]
    rows = {row.pop("crew_id"): row for row in map(from_wire, items)}
    for row in rows.values():
        assert row.pop("version")
        del row["eid"]
    return rows


def add_up(stage: AnnounceStage) -> dict[str, Any]:
    """Return the totals as they follow from every event's row, nested as the table has them."""
    reader = DynamoBooks(stage.client, stage.table, zone=ZONE, currency="USD")
    found = stage.client.scan(
        TableName=stage.table,
        FilterExpression="crew_id = :own AND attribute_not_exists(moved_to)",
        ExpressionAttributeValues={":own": {"S": "#event"}},
        ConsistentRead=True,
    )["Items"]
    each = [reader.contribution_of(item["eid"]["S"]) for item in found]
    return books.nested(books.added(*each))


def totals(rows: Mapping[str, Any]) -> dict[str, Any]:
    """Return the totals in rows, without those in which nothing is left."""
    return {name: row for name, row in rows.items() if row and not name.startswith("event:")}


def test_a_payment_is_counted_by_method_hand_and_event(stage: AnnounceStage) -> None:
    stage.log("p1", "dave", "100.00", tip="20.00")
    stage.log("p2", "ana", "125.00", by=OLIVIA, method="venmo")
    stage.deliver()

    rows = kept(stage)
    assert rows[MAY]["by_method"]["USD"] == {
        "cash": {"payment": 100, "tip": 20, "entries": 1},
        "venmo": {"payment": 125, "entries": 1},
    }
    assert rows[MAY]["by_hand"]["USD"] == {
        DANA: {"payment": 100, "tip": 20, "entries": 1},
        OLIVIA: {"payment": 125, "entries": 1},
    }
    assert rows[MAY]["by_event"]["USD"] == {EID: {"payment": 225, "tip": 20, "entries": 2}}
    assert rows[f"hand:{DANA}"] == {"taken": {"USD": {"cash": {EID: 120}}}}, "a tip in cash is cash in the hand"
    assert f"hand:{OLIVIA}" not in rows, "nobody holds what came by Venmo"
    assert rows["open"] == {"owed": {"USD": {EID: 150}}}


def test_voids_and_refunds_leave_the_hands_that_they_came_from(stage: AnnounceStage) -> None:
    stage.log("p1", "dave", "100.00", tip="20.00")
    stage.log("p2", "ana", "125.00")
    stage.void("p1", "dave")
    stage.refund("r1", "25.00", "ana")
    stage.deliver()

    rows = kept(stage)
    assert rows[MAY]["by_method"]["USD"]["cash"] == {"payment": 225, "void": -100, "refund": -25, "entries": 4}
    assert rows[f"hand:{DANA}"] == {"taken": {"USD": {"cash": {EID: 125}}}}, "the void is Dana's, who took the money"
    assert rows[f"hand:{OLIVIA}"] == {"taken": {"USD": {"cash": {EID: -25}}}}, "Olivia paid the refund out"


def test_a_month_is_the_month_on_the_boats_clock(stage: AnnounceStage) -> None:
    stage.clock.seconds = 1780282800  # 2026-06-01 03:00 UTC, the evening of May 31 on the boat
    stage.log("p1", "dave", "60.00")
    stage.later(6 * 3600)
    stage.log("p2", "dave", "65.00")
    stage.deliver()
    rows = kept(stage)
    assert rows[MAY]["by_method"]["USD"]["cash"]["payment"] == 60
    assert rows["2026-06"]["by_method"]["USD"]["cash"]["payment"] == 65


def test_each_entry_counts_once_in_whatever_order_and_however_often_it_is_delivered(stage: AnnounceStage) -> None:
    stage.put(a_row(OTHER, title="Sunset"))
    dice = random.Random(7)  # noqa: S311 - a fixed series
    for number in range(12):
        stage.log(f"p{number}", dice.choice(["dave", "ana"]), "10.00", eid=dice.choice([EID, OTHER]))
        if number % 4 == 3:
            stage.log(f"q{number}", "dave", "5.00", method="zelle", source=Source.WEB, by="web:office")
            stage.void(f"q{number}", "dave")
    records = stage.records()
    dice.shuffle(records)

    stage.deliver(records[:9])
    stage.deliver(records)
    dice.shuffle(records)
    stage.restart()
    stage.deliver(records)

    rows = kept(stage)
    assert totals(rows) == add_up(stage)
    assert rows[MAY]["by_method"]["USD"]["cash"] == {"payment": 120, "entries": 12}


@pytest.mark.parametrize("after", [False, True])
def test_a_process_that_dies_at_the_write_counts_an_entry_once(stage: AnnounceStage, *, after: bool) -> None:
    stage.log("p1", "dave", "100.00")
    records = stage.records()
    with stage.dying("books", "replace", after=after):
        stage.invoke(records)
    stage.deliver(records)
    assert kept(stage)[MAY]["by_event"]["USD"] == {EID: {"payment": 100, "entries": 1}}


def test_a_table_that_fails_is_tried_again(stage: AnnounceStage) -> None:
    stage.log("p1", "dave", "100.00")
    stage.faults.fail_next("TransactWriteItems", throttle=True, times=3)
    assert stage.deliver() > 1
    assert totals(kept(stage)) == add_up(stage)


def test_another_writer_between_reading_and_writing_is_not_overwritten(
    stage: AnnounceStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.log("p1", "dave", "100.00")
    stage.deliver()
    stage.log("p2", "ana", "25.00")
    other = DynamoBooks(stage.client, stage.table, zone=ZONE, currency="USD")
    mine = stage.function.books
    real, left = mine.replace, [True]

    def overtaken(*arguments: Any) -> Any:
        if left:
            left.pop()
            stage.log("p3", "ana", "30.00")
            assert other.refresh(EID), "the other writer has the newer row"
        return real(*arguments)

    monkeypatch.setattr(mine, "replace", overtaken)
    stage.deliver()
    assert kept(stage)[MAY]["by_event"]["USD"] == {EID: {"payment": 155, "entries": 3}}


def test_a_renamed_event_is_counted_once_under_its_present_id(
    bare_announce_stage: AnnounceStage, dynamodb: Engine, events_table: str
) -> None:
    stage, old = bare_announce_stage, "2026-05-23"
    stage.restart(ANNOUNCE_BY="books")
    stage.put(a_row(old))
    stage.log("p1", "dave", "100.00", eid=old)
    before = stage.records()
    stage.deliver(before)
    renamed(dynamodb.endpoint, events_table, old, EID)
    after = stage.records()
    stage.deliver([record for record in after if record["dynamodb"]["Keys"]["eid"]["S"] == EID])
    once = kept(stage)
    stage.deliver(before + after)
    stage.restart()
    stage.deliver(after)

    assert kept(stage) == once
    assert once[MAY]["by_event"]["USD"] == {EID: {"payment": 100, "entries": 1}}
    assert [name for name in once if name.startswith("event:")] == [f"event:{EID}"]
    assert totals(once) == add_up(stage)


def test_what_is_open_follows_the_roster_and_a_cancelled_event_owes_its_patrons(stage: AnnounceStage) -> None:
    stage.log("p1", "dave", "100.00")
    stage.deliver()
    owed = kept(stage)["open"]
    row = stage.row()
    stage.put(row | {"status": "cancelled"})
    stage.deliver()
    assert owed == {"owed": {"USD": {EID: 275}}}
    assert kept(stage)["open"] == {"back": {"USD": {EID: 100}}}


def test_an_adjustment_is_in_its_month_and_changes_what_is_open(stage: AnnounceStage) -> None:
    dave = stage.ledger.event(EID).patrons["dave"]
    less = PatronChange(
        EID, "dave", fingerprint_of(dave), {"due": Decimal("100.00")}, "a friend", Adjustment.DISCOUNT, "form-1"
    )
    roster = DynamoRoster(stage.client, stage.table, ledger=stage.ledger, zone=ZONE, currency="USD")
    roster.change(less, by=OLIVIA, now=stage.clock.now())
    roster.change(less, by=OLIVIA, now=stage.clock.now())
    stage.deliver()
    rows = kept(stage)
    assert rows[MAY] == {"adjustments": {"USD": {"discount": {"amount": -25, "entries": 1}}}}
    assert rows["open"] == {"owed": {"USD": {EID: 350}}}
    assert totals(rows) == add_up(stage)


def test_what_waits_for_a_person_is_counted_until_it_is_done(stage: AnnounceStage) -> None:
    stage.sign("s1", name="Zed Unknown", patron_id=None)
    stage.log("p1", "dave", "100.00")
    asked = DynamoVoidRequests(stage.client, stage.table, ledger=stage.ledger)
    asked.ask(EID, "dave", "p1", by=DANA, now=stage.clock.now())
    stage.deliver()
    assert kept(stage)[f"waiting:{MAY}"] == {"unmatched": {EID: 1}, "void_requests": {EID: 1}}

    stage.match("s1", "ana")
    stage.void("p1", "dave")
    stage.deliver()
    assert kept(stage)[f"waiting:{MAY}"] == {}


def test_an_event_that_is_taken_out_of_the_table_leaves_the_books(stage: AnnounceStage) -> None:
    stage.log("p1", "dave", "100.00")
    stage.deliver()
    key: Any = to_item({"eid": EID, "crew_id": "#event"})
    stage.client.delete_item(TableName=stage.table, Key=key)
    stage.deliver()
    assert totals(kept(stage)) == {}
    assert f"event:{EID}" not in kept(stage)


def test_an_error_of_the_books_holds_up_no_announcement(announce_stage: AnnounceStage) -> None:
    announce_stage.restart(ANNOUNCE_BY="books,slack")

    def broken(_eid: str) -> bool:
        raise ValueError("dave paid 100")

    announce_stage.function.books.refresh = broken
    announce_stage.log("p1", "dave", "100.00")
    announce_stage.deliver()
    assert len(announce_stage.posts()) == 1
    assert announce_stage.troubles == ["ValueError"]


def test_a_row_whose_id_is_longer_than_any_events_does_not_reach_the_books(
    stage: AnnounceStage, caplog: pytest.LogCaptureFixture
) -> None:
    stage.put(a_row("2026-05-23-" + "x" * 1100))
    stage.deliver()
    assert kept(stage) == {}
    assert not caplog.records
