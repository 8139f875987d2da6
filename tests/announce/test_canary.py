"""The canary payment: it shows that payments are logged, and it counts nowhere as a patron's payment."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from adapters.attribute_values import from_wire
from adapters.canary import CANARY
from adapters.history import DynamoHistory
from adapters.month_rows import BoundedRows
from adapters.sums import disagreements
from charter.refusals import EventIdMalformed
from roster.walking import walk
from tests.announce.stage import OPS

if TYPE_CHECKING:
    from tests.announce.stage import AnnounceStage


def fly(stage: AnnounceStage) -> None:
    """Invoke the function as the schedule does."""
    assert stage.function.lambda_handler({"canary": True}, stage.invocation()) == {}


def rows(stage: AnnounceStage) -> list[dict[str, Any]]:
    """All rows of the canary."""
    found = stage.client.scan(TableName=stage.table, ConsistentRead=True)["Items"]
    return [row for row in map(from_wire, found) if "canary" in f"{row['eid']}{row['crew_id']}"]


def test_a_canary_payment_is_logged_read_and_voided_on_one_row_however_often(announce_stage: AnnounceStage) -> None:
    for count in (1, 2, 3):
        announce_stage.later(3600)
        fly(announce_stage)
        assert announce_stage.counted("CanaryPayment") == [{}] * count
        (row,) = rows(announce_stage)
        record = row["payments"]["canary"]
        assert sorted(entry["amount"] for entry in record["entries"].values()) == [Decimal("-1.00"), Decimal("1.00")]
        assert record["amount"] == 0
        assert not list(disagreements(record))
    assert len([metric for metric in announce_stage.metrics if metric["name"] == "CanaryTook"]) == 3
    assert announce_stage.counted("CanaryFailed") == []


def test_nobody_meets_the_canary(announce_stage: AnnounceStage) -> None:
    announce_stage.restart(ANNOUNCE_BY="books,slack")
    fly(announce_stage)
    records = announce_stage.records()
    # The filter of the stream's mappings passes none of these (tests/infra/test_schedules.py).
    assert {record["dynamodb"]["Keys"]["crew_id"]["S"] for record in records} == {CANARY}
    announce_stage.deliver(records)  # and nothing would follow
    for sweep in ("late", "now"):
        announce_stage.function.lambda_handler({"sweep": sweep}, announce_stage.invocation())
    announce_stage.function.lambda_handler({"digest": "now"}, announce_stage.invocation())
    assert not [message for message in announce_stage.messages(OPS) if "anary" in str(message)]
    assert announce_stage.posts() == []
    client, table, ledger = announce_stage.client, announce_stage.table, announce_stage.ledger
    assert announce_stage.troubles == []
    assert CANARY not in {taking.first_eid for taking in ledger.takings()}
    now = announce_stage.clock.now()
    assert not [
        eid for page in DynamoHistory(client, table).pages(now - timedelta(days=1), after="") for eid in page.eids
    ]
    assert CANARY not in {listing.eid for listing in ledger.listings([now.date()])}
    assert CANARY not in {row["eid"]["S"] for row in walk(client, table)}
    assert CANARY not in {row["eid"]["S"] for row in BoundedRows(client, table, seconds=9).all()}
    assert [row["eid"] for row in rows(announce_stage)] == [CANARY], "nor is it in the books"
    with pytest.raises(EventIdMalformed):
        ledger.event(CANARY)


def test_a_lost_answer_is_a_payment_and_an_outage_is_counted_and_not_raised(announce_stage: AnnounceStage) -> None:
    announce_stage.faults.fail_next("UpdateItem", drop_answer=True)
    fly(announce_stage)
    assert announce_stage.counted("CanaryPayment") == [{}]
    announce_stage.later(3600)
    announce_stage.faults.fail_next("UpdateItem", error="AccessDeniedException")
    fly(announce_stage)
    announce_stage.faults.fail_next("PutItem", throttle=True, times=2)
    fly(announce_stage)
    assert announce_stage.counted("CanaryPayment") == [{}], "no failure is a success"
    assert announce_stage.counted("CanaryFailed") == [{"why": "ClientError"}, {"why": "TableUnavailable"}]
    fly(announce_stage)  # on the row that the failures left
    assert len(announce_stage.counted("CanaryPayment")) == 2


def test_a_row_that_does_not_hold_what_was_written_is_a_failure(
    announce_stage: AnnounceStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = announce_stage.function.table.update_item

    def spoilt(**request: Any) -> Any:
        """Let another program write to the row right after the payment."""
        answer = real(**request)
        announce_stage.client.update_item(
            TableName=announce_stage.table,
            Key={"eid": {"S": CANARY}, "crew_id": {"S": CANARY}},
            UpdateExpression="SET payments.canary.amount = :more",
            ExpressionAttributeValues={":more": {"N": "2"}},
        )
        return answer

    monkeypatch.setattr(announce_stage.function.table, "update_item", spoilt)
    fly(announce_stage)
    assert announce_stage.counted("CanaryFailed") == [{"why": "CanaryWrong"}]
    assert announce_stage.counted("CanaryPayment") == []
