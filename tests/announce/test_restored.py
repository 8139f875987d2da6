"""Rows that are restored: their entries are not announced again."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from adapters.rows import entry_line
from charter.moments import utc
from tests.announce.stage import paid
from tests.builders import EID, a_row, a_signature_row, an_entry
from tests.roster.command import roster

if TYPE_CHECKING:
    from tests.announce.stage import AnnounceStage
    from tests.conftest import Engine

DAY = 60 * 24
FORTY = range(1, 41)


def a_record(*entries: dict[str, Any]) -> dict[str, Any]:
    """Dave's record with these entries."""
    last = entries[-1]
    return {
        "amount": sum((entry["amount"] for entry in entries), Decimal(0)),
        **{name: last[name] for name in ("timestamp", "method", "logged_by")},
        "entries": {f"p{number}": entry for number, entry in enumerate(entries, start=1)},
    }


def old_row(*, days: int, **more: Any) -> dict[str, Any]:
    """The trip's row with forty payments that were logged so many days ago."""
    entries = [entry_line(an_entry(f"p{number}", "5.00", minutes=-days * DAY + number)) for number in FORTY]
    ids = {f"p{number}" for number in FORTY}
    return a_row(payments={"dave": a_record(*entries)}, payment_ids=ids, **more)


@pytest.mark.parametrize("days", [2, 30, 400])
def test_forty_old_payments_of_a_row_that_is_put_back_over_the_living_one_are_not_posted(
    announce_stage: AnnounceStage, days: int
) -> None:
    announce_stage.put(old_row(days=days))

    announce_stage.deliver()

    assert announce_stage.posts() == []
    (card,) = announce_stage.cards()
    assert "1 paid" in card, "the card shows what the row says now"


def test_a_payment_that_is_logged_after_the_restore_is_posted_and_no_other(announce_stage: AnnounceStage) -> None:
    announce_stage.put(old_row(days=3))
    announce_stage.log("new", "ana", "250.00")

    announce_stage.deliver()

    assert paid(announce_stage) == {"$250.00": 1}


def test_payments_of_this_morning_that_the_restore_command_puts_back_are_not_posted(
    announce_stage: AnnounceStage,
) -> None:
    announce_stage.put(old_row(days=0, restored_at=utc(announce_stage.clock.now())))
    announce_stage.put(
        a_signature_row(signed_at=utc(announce_stage.clock.now()), restored_at=utc(announce_stage.clock.now()))
    )

    announce_stage.deliver()

    assert announce_stage.posts() == []
    assert len(announce_stage.cards()) == 1


def test_what_is_logged_into_a_restored_row_is_posted(announce_stage: AnnounceStage) -> None:
    announce_stage.put(old_row(days=0, restored_at=utc(announce_stage.clock.now())))
    announce_stage.log("new", "ana", "250.00")
    announce_stage.void("p1")

    announce_stage.deliver()

    assert paid(announce_stage) == {"$250.00": 1}
    assert sum("voided" in line for line in announce_stage.posts()) == 1


def test_what_was_announced_is_not_announced_again_when_its_row_is_lost_and_put_back(
    announce_stage: AnnounceStage,
) -> None:
    announce_stage.log("p1")
    announce_stage.deliver()
    before, row = announce_stage.posts(), announce_stage.row(EID)
    announce_stage.put(a_row())

    announce_stage.put(row)
    announce_stage.deliver()

    assert announce_stage.posts() == before


def test_a_whole_restore_by_the_command_announces_nothing_now_or_later(
    announce_stage: AnnounceStage, dynamodb: Engine
) -> None:
    for number in range(5):
        announce_stage.log(f"p{number}", amount="10.00")
    announce_stage.sign("s1")
    announce_stage.deliver()
    before = announce_stage.posts()
    with dynamodb.fresh_table() as restored:
        for item in announce_stage.client.scan(TableName=announce_stage.table, ConsistentRead=True)["Items"]:
            announce_stage.client.put_item(TableName=restored, Item=item)
            key: Any = {name: item[name] for name in ("eid", "crew_id")}
            announce_stage.client.delete_item(TableName=announce_stage.table, Key=key)
        announce_stage.put(a_row())
        announce_stage.log("new", "ana", "250.00")

        result = roster(dynamodb.endpoint, announce_stage.table, "restore", restored, "--yes")
    assert result.exit_code == 0, result.output
    announce_stage.deliver()

    assert announce_stage.row()["payments"]["dave"]["amount"] == Decimal(50)
    posts = announce_stage.posts()
    assert len(posts) == len(before) + 1
    announce_stage.later(60 * 3600)
    assert announce_stage.function.lambda_handler({"sweep": "late"}, announce_stage.invocation())["announced"] == 0
    assert announce_stage.posts() == posts
