"""A boarding card whose request was taken back: it is removed, unless the event has a card for another reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.builders import EID

if TYPE_CHECKING:
    from datetime import datetime

    from tests.announce.stage import AnnounceStage


def _asked(stage: AnnounceStage) -> datetime:
    """Ask for the card, and return when."""
    stage.later(1.0)
    moment = stage.clock.now()
    stage.ledger.ask_for_card(EID, now=moment)
    stage.deliver()
    return moment


def _take_back(stage: AnnounceStage, asked_at: datetime) -> None:
    """Take back a request, as *Take back* does."""
    assert stage.ledger.take_back_card(EID, asked_at=asked_at)
    stage.deliver()


def test_a_card_that_only_the_request_made_is_deleted_and_comes_back_when_it_is_due(
    announce_stage: AnnounceStage,
) -> None:
    asked_at = _asked(announce_stage)
    assert len(announce_stage.cards()) == 1
    _take_back(announce_stage, asked_at)
    assert announce_stage.cards() == []
    announce_stage.sign()
    announce_stage.deliver()
    assert announce_stage.cards() == [], "no change brings it back"
    asked_at = _asked(announce_stage)
    assert len(announce_stage.cards()) == 1
    _take_back(announce_stage, asked_at)
    announce_stage.log()
    announce_stage.deliver()
    (card,) = announce_stage.cards()
    assert "1 paid" in card, "the first payment makes the card as ever"


def test_a_card_that_payments_need_stays_where_it_is(announce_stage: AnnounceStage) -> None:
    announce_stage.log()
    asked_at = _asked(announce_stage)
    before = announce_stage.cards()
    _take_back(announce_stage, asked_at)
    assert announce_stage.cards() == before
    announce_stage.sign()
    announce_stage.deliver()
    (card,) = announce_stage.cards()
    assert "1 signed" in card
