"""A move of a patron to another trip is posted once in both channels. Signatures that move are not announced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.transfers import DynamoTransfers
from charter.moves import PatronMove
from tests.builders import EID, ZONE, a_row, a_signature_row

if TYPE_CHECKING:
    from tests.announce.stage import AnnounceStage

LATER = "2026-05-30-captain-mia-sunset"
TODAYS = "2026-11-23-1a2b3c4d"


def test_both_channels_read_of_a_move_once(announce_stage: AnnounceStage) -> None:
    stage = announce_stage
    stage.put(a_row(LATER, title="Mia at sunset", channel="C0SUNSET", patrons={}))
    stage.put(a_signature_row(signed_at="2026-05-23T20:00:00.000Z"))
    stage.log("p1", amount="60.00", method="check")
    stage.deliver()
    before = len(stage.posts())
    moves = DynamoTransfers(
        stage.client, stage.table, ledger=stage.ledger, versions=lambda: {TODAYS}, zone=ZONE, currency="USD"
    )
    asked = PatronMove(form="f1", eid=EID, patron_id="dave", target=LATER, reason="wind")
    for _ in range(2):
        moves.move(asked, by="slack:U0OLIVIA", now=stage.clock.now())
    records = stage.records()
    stage.deliver(records)
    stage.deliver(records)

    assert stage.posts()[before:] == [
        f"🔀 Dave Kowalski moved: $60.00 to Mia at sunset ({LATER}) · logged by Olivia Park · Captain Cory, afternoon"
    ]
    assert stage.posts("C0SUNSET") == [
        (
            f"🔀 Dave Kowalski moved: $60.00 from Captain Cory, afternoon ({EID}) · $65.00 to pay"
            " · logged by Olivia Park · Mia at sunset"
        )
    ]
