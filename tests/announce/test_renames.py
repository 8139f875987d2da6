"""A rename from Slack: done at once if it fits into one transaction, else once by the stream's function."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from adapters.cash import DynamoCustody
from adapters.renames import DynamoRenames
from charter.holdings import holdings
from charter.refusals import EventIdBusy, EventIdIsOld, EventIdMalformed, EventIdTaken, EventUnknown, TableUnavailable
from charter.renaming import Renamed
from tests.announce.stage import paid
from tests.announce.test_books import add_up, kept, totals
from tests.announce.test_cash import hand
from tests.builders import DANA, EID, ZONE, a_crew_row, a_row

if TYPE_CHECKING:
    from tests.announce.stage import AnnounceStage

pytestmark = pytest.mark.transactions

OLIVIA = "slack:U0OLIVIA"
NEW, OTHER = "2026-05-24-captain-cory-evening", "2026-05-25-sunset"
MANY = 60  # crew rows: more than move in one transaction


def renames(stage: AnnounceStage) -> DynamoRenames:
    return DynamoRenames(stage.client, stage.table, zone=ZONE, currency="USD")


def rename(stage: AnnounceStage, new: str = NEW, old: str = EID) -> Renamed:
    """Rename an event, as the office does in Slack."""
    return renames(stage).rename(old, new, by=OLIVIA, now=stage.clock.now())


def rows(stage: AnnounceStage, eid: str) -> dict[str, Any]:
    """Return the rows of an id by their sort keys."""
    found = stage.client.query(
        TableName=stage.table,
        KeyConditionExpression="eid = :eid",
        ExpressionAttributeValues={":eid": {"S": eid}},
        ConsistentRead=True,
    )["Items"]
    return {row["crew_id"]["S"]: row for row in found}


def crew(stage: AnnounceStage, eid: str) -> set[str]:
    return {name for name in rows(stage, eid) if not name.startswith("#")}


@pytest.fixture
def full(announce_stage: AnnounceStage) -> AnnounceStage:
    """Captain Cory's trip with a payment and sixty crew, which is in the books."""
    announce_stage.restart(ANNOUNCE_BY="books,slack")
    announce_stage.put(*(a_crew_row(crew_id=f"crew-{number:03}") for number in range(MANY)))
    announce_stage.log("p1", amount="100.00")
    announce_stage.deliver()
    return announce_stage


def test_a_rename_moves_money_posts_and_signatures_at_once_and_announces_nothing(announce_stage: AnnounceStage) -> None:
    stage = announce_stage
    stage.restart(ANNOUNCE_BY="books,slack")
    stage.log("p1", amount="100.00", tip="5.00")
    stage.sign("s1")
    handed = hand(stage, "40.00", expected="105.00")
    DynamoCustody(stage.client, stage.table).accept(handed.hand_over_id, by=OLIVIA, admin=True, now=stage.clock.now())
    stage.deliver()
    posts, cards, before = stage.posts(), stage.cards(), totals(kept(stage))
    place = stage.messages()[-1].ts
    held = holdings(DynamoCustody(stage.client, stage.table).hands(), zone=ZONE)

    assert rename(stage) == Renamed(EID, NEW)
    assert rename(stage) == Renamed(EID, NEW, replayed=True), "the first answer was lost"
    stage.deliver()

    event = stage.ledger.event(EID)
    assert (event.eid, event.first_eid, set(event.signatures or {})) == (NEW, EID, {"s1"})
    assert [(edit.what, edit.before, edit.after, edit.by) for edit in event.edits] == [("eid", EID, NEW, OLIVIA)]
    assert set(rows(stage, EID)) == {"#event"}
    assert (stage.posts(), stage.cards()) == (posts, cards), "a rename is no news"
    after = totals(kept(stage))
    assert json.loads(json.dumps(after, default=str).replace(NEW, EID)) == json.loads(json.dumps(before, default=str))
    now_held = holdings(DynamoCustody(stage.client, stage.table).hands(), zone=ZONE)
    assert {who: [pile.held for pile in piles] for who, piles in now_held.items()} == {
        who: [pile.held for pile in piles] for who, piles in held.items()
    }

    stage.void("p1")  # by the old id, as a button below an old post does
    stage.deliver()
    assert "voided by" in stage.posts()[0]
    stage.log("p2", "ana", "250.00")
    stage.deliver()
    (card,) = stage.cards()
    assert "2 paid" in card
    assert place in [message.ts for message in stage.messages()]


def test_an_id_that_is_taken_or_malformed_is_refused_on_its_field_and_nothing_is_written(
    announce_stage: AnnounceStage,
) -> None:
    stage = announce_stage
    stage.put(a_row(OTHER), a_crew_row("2026-05-26-crew-only"))
    rename(stage, "2026-05-25-old", OTHER)
    stage.put({"eid": "2026-05-28-busy", "crew_id": "#moving", "moving_from": OTHER, "copies": []})
    before = stage.client.scan(TableName=stage.table)["Items"]

    refused = {
        "2026-05-25-old": EventIdTaken,
        "2026-05-26-crew-only": EventIdTaken,
        OTHER: EventIdIsOld,
        "2026-05-28-busy": EventIdBusy,
        "2026-05-24": EventIdMalformed,
    }
    for new, kind in refused.items():
        with pytest.raises(kind) as refusal:
            rename(stage, new)
        assert refusal.value.field == "eid"  # type: ignore[attr-defined]  # each is a refusal
    with pytest.raises(EventUnknown):
        rename(stage, NEW, "2026-05-29-nobody")
    assert stage.client.scan(TableName=stage.table)["Items"] == before


def test_a_large_event_is_renamed_by_the_streams_function_within_a_minute(full: AnnounceStage) -> None:
    posts, cards, before = full.posts(), full.cards(), totals(kept(full))

    assert rename(full) == Renamed(EID, NEW, finished=False)
    assert rename(full) == Renamed(EID, NEW, finished=False), "pressing again changes nothing"
    asked = full.records()
    assert full.ledger.event(EID).eid == EID, "until then everything works under the old id"
    with pytest.raises(EventUnknown):
        full.ledger.event(NEW)
    full.put(a_row(OTHER))
    with pytest.raises(EventIdBusy):
        rename(full, NEW, OTHER)
    full.log("p2", amount="25.00")

    full.deliver(asked)
    full.deliver(asked)
    full.deliver()

    event = full.ledger.event(EID)
    assert (event.eid, event.payment("dave").amount) == (NEW, Decimal(125))
    assert [(edit.what, edit.before, edit.after, edit.by) for edit in event.edits] == [("eid", EID, NEW, OLIVIA)]
    assert len(crew(full, NEW)) == MANY
    assert set(rows(full, EID)) == {"#event"}
    assert "#moving" not in rows(full, NEW)
    assert (len(full.cards()), full.posts()[: len(posts)]) == (len(cards), posts)
    assert paid(full) == {"$100.00": 1, "$25.00": 1}
    assert before != totals(kept(full))
    assert totals(kept(full)) == add_up(full)


def test_wherever_the_function_dies_the_rename_is_finished_once(full: AnnounceStage) -> None:
    rename(full)
    asked = full.records()
    for after in (False, True, True, True):  # before the first step, then after the mark, the copies and the flip
        with full.dying("table", "transact_write_items", after=after):
            full.invoke(asked)
        assert full.ledger.event(EID).payment("dave").entry("p1")
        assert len(crew(full, full.ledger.event(EID).eid)) == MANY
    assert len(crew(full, EID)) == MANY, "the old rows are still there"
    full.deliver(asked)

    assert full.ledger.event(EID).eid == NEW
    assert len(crew(full, NEW)) == MANY
    assert set(rows(full, EID)) == {"#event"}


def test_a_rename_waits_for_the_next_invocation_where_the_time_is_short(full: AnnounceStage) -> None:
    rename(full)
    asked = full.records()
    full.function.time_left = lambda: 1.0  # type: ignore[attr-defined]  # a module takes any attribute
    full.function.renames._before_each = full.function.check_time

    assert full.invoke(asked)[-1:] == asked[-1:]
    assert full.troubles == ["OutOfTime"]
    full.restart()
    full.deliver(asked)
    assert full.ledger.event(EID).eid == NEW


def test_the_latest_of_two_requests_counts_in_whatever_order_they_arrive(full: AnnounceStage) -> None:
    for newest_first in (False, True):
        present = full.ledger.event(EID).eid
        first, last = f"2026-05-2{6 if newest_first else 7}-first", f"2026-05-2{6 if newest_first else 7}-last"
        full.later(60)
        rename(full, first, present)
        full.later(60)
        rename(full, last, present)
        asked = full.records()
        full.deliver(asked[::-1] if newest_first else asked)
        full.deliver()
        full.deliver()
        assert full.ledger.event(EID).eid == last
        assert len(crew(full, last)) == MANY
        assert rows(full, first) == {} or set(rows(full, first)) == {"#event"}


def test_a_request_that_became_impossible_is_taken_back_and_reported(full: AnnounceStage) -> None:
    rename(full)
    asked = full.records()
    full.put(a_row(NEW))  # another program took the id

    full.deliver(asked)

    assert full.troubles == ["EventIdTaken"]
    assert full.ledger.event(EID).eid == EID
    assert set(rows(full, NEW)) == {"#event"}
    assert len(crew(full, EID)) == MANY


def test_a_table_that_does_not_answer_leaves_the_event_where_it_is_and_pressing_again_is_safe(
    announce_stage: AnnounceStage,
) -> None:
    stage = announce_stage
    slow = DynamoRenames(stage.function.table, stage.table, zone=ZONE, currency="USD")
    stage.faults.fail_next("TransactWriteItems", drop_answer=True, times=2)
    with pytest.raises(TableUnavailable):
        slow.rename(EID, NEW, by=DANA, now=stage.clock.now())
    assert rename(stage).replayed
    assert stage.ledger.event(EID).eid == NEW
