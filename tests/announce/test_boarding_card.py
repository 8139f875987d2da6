"""The boarding card counts people expected, signed and aboard, becomes the final record, and shows no debts."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from announce.settings import read_settings
from charter.settings import SettingsMalformed
from tests.announce.test_settings import COMPLETE
from tests.builders import EID, a_row

if TYPE_CHECKING:
    from tests.announce.boarding import BoardingStage
    from tests.announce.stage import AnnounceStage


def shown(announce_stage: AnnounceStage) -> list[str]:
    """Return the lines of the one card, without its title, its start and its last line."""
    announce_stage.deliver()
    (card,) = announce_stage.cards()
    return card.splitlines()[2:-1]


def test_it_counts_who_is_aboard_becomes_the_record_and_lives_again_when_the_list_is_reopened(
    announce_stage: AnnounceStage, boarding_stage: BoardingStage
) -> None:
    announce_stage.log()
    announce_stage.sign()
    announce_stage.sign("s2", name="Ana Lima", patron_id="ana")
    announce_stage.deliver()
    updates = announce_stage.asked("chat.update")
    boarding_stage.board()
    boarding_stage.board("ana", 2)
    waiting = [
        "🔴 1 party has not paid in full. /board shows crew which.",
        "🔴 Ana Lima: waiver (1 of 2 signed) missing",
    ]
    live = ["🟠 1 of 3 clear to board", "3 expected · 1 paid · 2 signed · 3 aboard", *waiting]
    assert shown(announce_stage) == live
    assert announce_stage.asked("chat.update") == updates + 1, "many check-ins of one batch are one update"

    boarding_stage.cast_off()
    record = ["⚓ Cast off at 1:30 PM with 3 souls", "3 aboard of 3 expected"]
    assert shown(announce_stage) == record
    (card,) = [post for post in announce_stage.messages() if post.text == announce_stage.cards()[0]]
    assert card.fallback == "Captain Cory, afternoon: Cast off at 1:30 PM with 3 souls"
    announce_stage.log("p2", "walk-1", "40.00", walk_up="Walter Walk-up")
    assert shown(announce_stage) == record, "who pays afterwards was not on the boat's list"

    boarding_stage.reopen()
    assert shown(announce_stage)[:2] == ["🟠 1 of 4 clear to board", "4 expected · 1 paid · 2 signed · 3 aboard"]


@pytest.mark.parametrize("names", ["unsigned", "none"])
def test_no_post_and_no_card_says_that_somebody_has_not_paid(announce_stage: AnnounceStage, names: str) -> None:
    announce_stage.restart(CARD_NAMES=names)
    announce_stage.put(a_row(patrons={**a_row()["patrons"], "zoe": {"name": "Zoë Novak", "due": Decimal(95)}}))
    announce_stage.log()
    announce_stage.sign("s1", name="Zoë Novak", patron_id="zoe")
    card = shown(announce_stage)
    posted = [(post.blocks, post.fallback) for post in announce_stage.messages() if "Waiver signed by" not in post.text]
    assert "Zo" not in str(posted), "she has signed, and the rest is for the crew"
    assert "🔴 2 parties have not paid in full. /board shows crew which." in card
    named = ["🔴 Ana Lima: waiver missing", "🔴 Dave Kowalski: waiver missing"]
    assert card[3:] == (named if names == "unsigned" else ["🔴 2 parties have not signed yet"])
    (signed,) = [line for line in announce_stage.posts() if "Waiver signed by" in line]
    assert signed.splitlines()[0] == "📝 Waiver signed by “Zoë Novak” · 1 of 1 signed · Captain Cory, afternoon"


def test_no_shows_and_removed_patrons_are_not_expected(announce_stage: AnnounceStage) -> None:
    people = a_row()["patrons"]
    away = {
        "mia": {"name": "Mia Chen", "party": Decimal(4), "due": Decimal(0), "state": "removed"},
        "zoe": {"name": "Zoë Novak", "party": Decimal(5), "due": Decimal(95), "state": "no_show"},
    }
    announce_stage.put(a_row(patrons=people | away))
    announce_stage.log()
    card = shown(announce_stage)
    assert card[:2] == ["🟠 0 of 3 clear to board", "3 expected · 1 paid · 0 signed · 0 aboard"]
    assert not any("Mia" in line or "Zoë" in line for line in card)


def test_another_word_for_the_names_is_refused() -> None:
    assert read_settings(COMPLETE).card_names == "unsigned"
    with pytest.raises(SettingsMalformed, match=r"^The environment variable CARD_NAMES must be unsigned or none\.$"):
        read_settings({**COMPLETE, "CARD_NAMES": "everybody"})


def test_a_card_of_a_cancelled_trip_that_had_cast_off_stays_the_record(
    announce_stage: AnnounceStage, boarding_stage: BoardingStage
) -> None:
    announce_stage.log()
    boarding_stage.board()
    boarding_stage.cast_off()
    announce_stage.deliver()
    announce_stage.put({**announce_stage.row(EID), "status": "cancelled"})
    assert shown(announce_stage) == ["⚓ Cast off at 1:30 PM with 1 soul", "1 aboard of 3 expected"]
