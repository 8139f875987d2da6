"""`roster forget` is not announced: nothing is posted or mailed again, the card loses the name, and the books stay."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from roster.forgetting.work import Forgetting
from roster.transactions import OperatorTransactions
from tests.announce.test_books import add_up, kept, totals
from tests.builders import EID, ZONE

if TYPE_CHECKING:
    from tests.announce.stage import AnnounceStage

pytestmark = pytest.mark.transactions


def test_forgetting_announces_nothing_and_changes_no_books(announce_stage: AnnounceStage) -> None:
    stage = announce_stage
    stage.restart(ANNOUNCE_BY="books,slack")
    stage.log("p1", "ana", "100.00")
    stage.sign("s1", name="Rita Lima", patron_id="ana", matched_by="link")
    stage.deliver()
    posts, books = stage.posts(), totals(kept(stage))
    assert "Ana Lima" in stage.cards()[0]

    tool = Forgetting(
        stage.client,
        OperatorTransactions(stage.client, stage.table),
        zone=ZONE,
        currency="USD",
        now=datetime.now(UTC),
        filed=lambda _eid, _list_id: None,
    )
    assert tool.forget(EID, ["ana"])
    records = stage.records()
    stage.deliver(records)
    stage.restart()
    stage.deliver(records)

    assert stage.posts() == posts
    assert stage.posts(replies=True) == []
    (card,) = stage.cards()
    assert "Ana Lima" not in card
    assert "Patron " in card
    assert totals(kept(stage)) == books == add_up(stage)
    stage.void("p1", next(iter(stage.row()["payments"])))  # a correction still finds the post
    stage.deliver()
    assert "voided by" in stage.posts()[0]
