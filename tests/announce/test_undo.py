"""The button *Undo* below a payment's post, the post after the undo, and requests to the office."""

from __future__ import annotations

import json
from datetime import UTC
from typing import TYPE_CHECKING

import pytest

from adapters.void_requests import DynamoVoidRequests
from charter.payments import Source
from charter.undoing import Undo
from tests.announce.stage import OPS
from tests.builders import DANA, EID
from tests.roster.command import renamed

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.announce.stage import AnnounceStage
    from tests.conftest import Engine


def buttons(stage: AnnounceStage, channel: str = "C0CORY") -> list[tuple[str, dict[str, str]]]:
    """The buttons below the channel's posts about payments: label and value."""
    return [
        (element["text"]["text"], json.loads(element["value"]))
        for message in stage.messages(channel)
        for block in message.blocks
        if block["type"] == "actions" and not message.text.startswith("📝")
        for element in block["elements"]
        if "value" in element
    ]


def test_a_new_payment_from_slack_has_a_button_that_its_undo_takes_away(announce_stage: AnnounceStage) -> None:
    announce_stage.log()
    announce_stage.log("p2", "ana", by="web:U0OLIVIA", source=Source.WEB)
    announce_stage.deliver()
    assert buttons(announce_stage) == [("Undo", {"eid": EID, "patron": "dave", "payment": "p1"})]

    ledger, now = announce_stage.ledger, announce_stage.clock.now()
    ledger.reverse(Undo(EID, "dave", "p1"), by=DANA, source=Source.SLACK, now=now)
    announce_stage.deliver()
    assert buttons(announce_stage) == []
    assert announce_stage.posts()[0] == (
        "💵 Dave Kowalski paid $125.00 by cash · voided by Dana Reyes · Captain Cory, afternoon"
    )
    assert announce_stage.posts(replies=True) == [
        "🚫 Voided by Dana Reyes · “undone by whoever logged it” · Dave Kowalski: $125.00 to pay"
    ]


def test_a_payment_that_is_posted_late_or_after_its_void_has_no_button(announce_stage: AnnounceStage) -> None:
    announce_stage.log()
    announce_stage.later(600)
    announce_stage.deliver()
    announce_stage.log("p2", "ana")
    announce_stage.void("p2", "ana")
    announce_stage.deliver()
    assert len(announce_stage.posts()) == 2
    assert buttons(announce_stage) == []


@pytest.fixture
def ask(announce_stage: AnnounceStage) -> Callable[[], None]:
    """Ask the office, as Dana, to void Dave's payment."""
    requests = DynamoVoidRequests(announce_stage.client, announce_stage.table, ledger=announce_stage.ledger)

    def ask() -> None:
        requests.ask(EID, "dave", "p1", by=DANA, now=announce_stage.clock.now(UTC))

    return ask


ASKED = "🙋 Dana Reyes asks the office to void: Dave Kowalski paid $125.00 by cash · Captain Cory, afternoon"


def test_a_request_is_posted_to_the_office_once_and_struck_after_the_void(
    announce_stage: AnnounceStage, ask: Callable[[], None], dynamodb: Engine
) -> None:
    announce_stage.log()
    ask()
    records = announce_stage.records()
    announce_stage.deliver(records)
    announce_stage.deliver(records)
    ask()
    announce_stage.deliver()
    (post,) = announce_stage.posts(OPS)
    assert post == f"{ASKED}\nVoid"
    assert buttons(announce_stage, OPS) == [("Void", {"eid": EID, "patron": "dave", "payment": "p1"})]
    assert len(announce_stage.posts()) == 1, "the event's channel reads of the payment alone"

    renamed(dynamodb.endpoint, announce_stage.table, EID, f"{EID}-2")
    announce_stage.deliver()
    assert len(announce_stage.posts(OPS)) == 1, "its row moved along"
    announce_stage.void(eid=f"{EID}-2")
    announce_stage.deliver()
    assert announce_stage.posts(OPS) == [ASKED.replace(" · ", " · voided by Olivia Park · ")]
    assert buttons(announce_stage, OPS) == []


def test_a_request_that_is_announced_after_its_void_offers_no_button(
    announce_stage: AnnounceStage, ask: Callable[[], None]
) -> None:
    announce_stage.log()
    ask()
    announce_stage.void()
    announce_stage.deliver()
    (post,) = announce_stage.posts(OPS)
    assert "voided by Olivia Park" in post
    assert buttons(announce_stage, OPS) == []


def test_without_an_office_channel_a_request_is_posted_in_the_events(
    announce_stage: AnnounceStage, ask: Callable[[], None]
) -> None:
    announce_stage.restart(OPS_CHANNEL=None)
    announce_stage.log()
    ask()
    announce_stage.deliver()
    assert f"{ASKED}\nVoid" in announce_stage.posts()


def test_a_request_that_slack_missed_for_a_day_is_posted_late(
    announce_stage: AnnounceStage, ask: Callable[[], None]
) -> None:
    announce_stage.log()
    announce_stage.deliver()
    ask()
    announce_stage.records()  # read and dropped: the stream gave up on them
    announce_stage.later(24 * 3600)
    announce_stage.function.lambda_handler({"sweep": "late"}, announce_stage.invocation())
    (post,) = announce_stage.posts(OPS)
    assert "asks the office to void: Dave Kowalski paid $125.00" in post
    assert "late" in post.lower()
