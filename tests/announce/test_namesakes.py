"""Posts, card and digest distinguish two patrons of one name, and are right about a cancelled event."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from tests.builders import a_row

if TYPE_CHECKING:
    from tests.announce.stage import AnnounceStage

LINE = {"name": "Dave Kowalski", "party": Decimal(1), "due": Decimal(125)}


def test_of_two_patrons_of_one_name_each_line_says_which(announce_stage: AnnounceStage) -> None:
    announce_stage.put(a_row(patrons={"dave": LINE, "dave-2": {**LINE, "name": "dave KOWALSKI"}}))
    announce_stage.log("p1", "dave-2")
    announce_stage.sign("s1", patron_id="dave")
    announce_stage.deliver()
    paid, signed = announce_stage.posts()
    assert "dave KOWALSKI (id dave-2) paid $125.00 by cash" in paid
    assert "Dave Kowalski (id dave)'s party: 1 of 1 signed" in signed
    card = announce_stage.cards()[0]
    assert "🔴 1 party has not paid in full." in card
    assert "🔴 dave KOWALSKI (id dave-2): waiver missing" in card


def test_of_a_cancelled_event_nobody_is_clear_to_board(announce_stage: AnnounceStage) -> None:
    announce_stage.log()
    announce_stage.deliver()
    announce_stage.put({**announce_stage.row(), "status": "cancelled"})
    announce_stage.log("p2", "ana", "250.00")
    announce_stage.sign("s1")
    announce_stage.deliver()
    assert "⛔ Nobody boards: the event is cancelled" in announce_stage.cards()[0]
    assert "🟢" not in announce_stage.cards()[0]
    assert "🔴" not in announce_stage.cards()[0]
    _, paid, signed = announce_stage.posts()
    assert "Ana Lima paid $250.00 by cash · cancelled: $250.00 must go back" in paid
    assert "clear to board" not in signed
    assert "the event is cancelled" in signed
