"""The digest's part about cash: its holders by the books, open hand-overs, differences in counting, and the bank."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from charter.cash import BANK, HandOverState
from charter.edits import ulid
from tests.announce.test_cash import OLIVIA, custody, hand
from tests.announce.test_digest import A_DAY, settled, the_digest
from tests.builders import MARCO

if TYPE_CHECKING:
    from tests.announce.stage import AnnounceStage


def test_tips_are_shown_beside_the_methods_and_are_in_the_hands(announce_stage: AnnounceStage) -> None:
    announce_stage.log("p1", "dave", "100.00", tip="20.00")
    announce_stage.log("p2", "ana", "60.00", method="venmo", tip="5.00")
    announce_stage.log("p3", "ana", "80.00", method="check", by=MARCO)
    settled(announce_stage)
    (posted,) = the_digest(announce_stage)
    assert "By method: cash $100.00 + $20.00 tips · venmo $60.00 + $5.00 tips · check $80.00\n" in posted
    assert "In all: $240.00 + $25.00 tips\n" in posted
    assert posted.endswith("Cash with: Dana Reyes $120.00\nChecks with: Marco Bell $80.00")


def test_who_voids_an_entry_did_not_take_its_cash_and_who_refunds_gave_it(announce_stage: AnnounceStage) -> None:
    announce_stage.log("p1", "dave", "100.00", by="slack:U0DANA")
    announce_stage.log("p2", "ana", "90.00", by="slack:U0MARCO")
    announce_stage.log("p3", "ana", "60.00", by="slack:U0MARCO")
    announce_stage.void("p2", "ana")
    announce_stage.refund("r1", "25.00", "dave")
    settled(announce_stage)
    (posted,) = the_digest(announce_stage)
    assert "Cash with: Dana Reyes $100.00 · Marco Bell $60.00\nThe boat owes: Olivia Park $25.00" in posted
    assert "By method: cash $135.00\n" in posted


def test_cash_that_is_wholly_undone_is_in_nobodys_hands(announce_stage: AnnounceStage) -> None:
    announce_stage.log()
    announce_stage.void()
    settled(announce_stage)
    (posted,) = the_digest(announce_stage)
    assert "By method: cash $0.00" in posted
    assert "Cash with" not in posted


def test_hand_overs_are_in_it_once_and_those_that_wait_every_morning(announce_stage: AnnounceStage) -> None:
    announce_stage.log("p1", "dave", "125.00")
    announce_stage.log("p2", "ana", "250.00")
    settled(announce_stage)
    given, waits = hand(announce_stage), hand(announce_stage, "2.00", to=MARCO, expected="2.00")
    accepted = custody(announce_stage).accept(given.hand_over_id, by=OLIVIA, admin=True, now=announce_stage.clock.now())
    bank = replace(
        accepted,
        hand_over_id=ulid(announce_stage.clock.now(), "bank"),
        giver=OLIVIA,
        receiver=BANK,
        reference="4711",
        counted=accepted.expected,
        state=HandOverState.ACCEPTED,
    )
    custody(announce_stage).offer(bank)
    settled(announce_stage)
    (posted,) = the_digest(announce_stage)
    assert posted.endswith(
        "Cash with: Dana Reyes $5.00\n"
        "The boat owes: Olivia Park $5.00\n"
        "Counted otherwise: $370.00 in cash from Dana Reyes to the office. The books say $375.00: $5.00 less.\n"
        "To the bank: $375.00 in cash by Olivia Park, slip 4711"
    )
    announce_stage.later(A_DAY)
    _, posted = the_digest(announce_stage)
    assert posted.splitlines()[1:] == [
        "Cash and checks",
        "Cash with: Dana Reyes $5.00",
        "The boat owes: Olivia Park $5.00",
        "Handed over, but not accepted: $2.00 in cash from Dana Reyes to Marco Bell since Sat May 23, 1:31 PM",
    ]
    custody(announce_stage).withdraw(waits.hand_over_id, by=waits.giver, now=announce_stage.clock.now())
    announce_stage.later(A_DAY)
    assert len(the_digest(announce_stage)) == 2, "who holds what is no reason to write"


def test_books_that_lack_a_payment_are_said_and_nobody_is_said_to_hold_anything(announce_stage: AnnounceStage) -> None:
    announce_stage.log("p1", "dave", "100.00")
    settled(announce_stage)
    announce_stage.log("p2", "ana", "90.00", by=MARCO)
    announce_stage.later(60)
    (posted,) = the_digest(announce_stage)
    assert "Cash with: Dana Reyes $100.00" in posted, "the books count a payment a moment later"
    announce_stage.later(A_DAY)
    announce_stage.log("p3", "ana", "1.00", method="venmo")
    announce_stage.later(60)
    _, posted = the_digest(announce_stage)
    assert "Who holds the cash is not known: the books do not have every payment. python -m roster rebuild" in posted
    assert "Cash with" not in posted
