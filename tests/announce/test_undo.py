"""The button *Undo* below a payment's post, and the post after the undo."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from charter.payments import Source
from charter.undoing import undo
from tests.builders import DANA, EID

if TYPE_CHECKING:
    from tests.announce.stage import AnnounceStage


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
    void = undo(ledger.event(EID), "dave", "p1", by=DANA, now=now)
    ledger.reverse(void, by=DANA, source=Source.SLACK, now=now)
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
