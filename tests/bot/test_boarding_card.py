"""`/payment-status … public`: the request for the live boarding card, which the table's stream then posts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.bot.conftest import last
from tests.bot.test_roles import SORRY
from tests.builders import EID, a_crew_row, a_row

if TYPE_CHECKING:
    from tests.bot.conftest import BotStage

SUNSET = "2026-05-24-sunset-evening"


def test_the_request_is_one_write_and_the_answer_for_the_asker_alone(bot_stage: BotStage) -> None:
    with bot_stage.counting() as cost:
        bot_stage.dana.command("/payment-status", f"{EID} public")
    answer = last(bot_stage.dana)
    assert answer.ephemeral
    assert answer.text == (
        "The boarding card of Captain Cory, afternoon goes to #trip-captain-cory. "
        "It counts who is expected, has paid, has signed and is aboard, names nobody who has not paid, and keeps "
        "itself up to date.\nTake back"
    )
    assert bot_stage.row()["card_asked_at"] == "2026-05-23T20:30:00.000Z"
    assert cost.table["UpdateItem"] == 1
    assert bot_stage.marco.sees() == []


@pytest.mark.parametrize("text", ["public", "PUBLIC", "cory public", "cory afternoon  Public ", "2026-05-23 public"])
def test_the_event_is_found_by_its_words_its_day_or_as_the_only_one_today(bot_stage: BotStage, text: str) -> None:
    bot_stage.remember_events()
    bot_stage.dana.command("/payment-status", text)
    assert "goes to #trip-captain-cory" in last(bot_stage.dana).text
    assert "card_asked_at" in bot_stage.row()


def test_the_channels_own_event_is_meant_where_none_is_named(bot_stage: BotStage) -> None:
    bot_stage.put(a_row(SUNSET, title="Sunset", channel="C0SUNSET"))
    bot_stage.dana.command("/payment-status", "public", channel="C0SUNSET")
    assert "card_asked_at" in bot_stage.row(SUNSET)
    assert "card_asked_at" not in bot_stage.row()


def test_nothing_is_guessed_for_a_whole_channel(bot_stage: BotStage) -> None:
    bot_stage.put(a_row("2026-05-23-captain-cory-evening", title="Captain Cory, evening", channel="C0SUNSET"))
    bot_stage.dana.command("/payment-status", "cory public")
    assert last(bot_stage.dana).text.splitlines()[1:] == [
        f"• Captain Cory, afternoon: /payment-status {EID} public",
        "• Captain Cory, evening: /payment-status 2026-05-23-captain-cory-evening public",
    ]
    assert "card_asked_at" not in bot_stage.row()


def test_where_nothing_is_coming_the_answer_shows_how_to_name_an_event(bare_bot_stage: BotStage) -> None:
    bare_bot_stage.dana.command("/payment-status", "public")
    assert "/payment-status 2026-05-23-captain-cory-afternoon public" in last(bare_bot_stage.dana).text


def test_an_event_without_a_channel_gets_its_card_in_the_offices(bot_stage: BotStage) -> None:
    bot_stage.put(a_row(without=["channel"]))
    bot_stage.dana.command("/payment-status", f"{EID} public")
    assert "goes to the office's channel" in last(bot_stage.dana).text


def test_an_event_that_only_crew_rows_know_gets_its_row_with_the_request(bare_bot_stage: BotStage) -> None:
    bare_bot_stage.put(a_crew_row())
    bare_bot_stage.dana.command("/payment-status", f"{EID} public")
    assert bare_bot_stage.row()["card_asked_at"] == "2026-05-23T20:30:00.000Z"
    assert bare_bot_stage.row()["payments"] == {}


def test_a_later_request_is_another_one(bot_stage: BotStage) -> None:
    bot_stage.dana.command("/payment-status", f"{EID} public")
    first = bot_stage.row()["card_asked_at"]
    bot_stage.clock.moment = bot_stage.clock.moment.replace(minute=45)
    bot_stage.dana.command("/payment-status", f"{EID} public")
    assert bot_stage.row()["card_asked_at"] > first


@pytest.mark.parametrize(
    ("text", "said"),
    [("2026-05-29-nobody-knows public", "no event"), ("2026-13-45-x public", "no event")],
)
def test_what_is_no_event_is_refused_in_words(bot_stage: BotStage, text: str, said: str) -> None:
    bot_stage.dana.command("/payment-status", text)
    assert last(bot_stage.dana).ephemeral
    assert said in last(bot_stage.dana).text


def test_a_cancelled_event_gets_no_card(bot_stage: BotStage) -> None:
    bot_stage.put(a_row(status="cancelled"))
    bot_stage.dana.command("/payment-status", f"{EID} public")
    assert "cancelled" in last(bot_stage.dana).text
    assert "card_asked_at" not in bot_stage.row()


def test_guests_cannot_ask_for_a_card(bot_stage: BotStage) -> None:
    bot_stage.gus.command("/payment-status", f"{EID} public")
    assert SORRY in last(bot_stage.gus).text
    assert "card_asked_at" not in bot_stage.row()


def test_help_names_it_and_public_alone_in_the_middle_is_a_word_like_any(bot_stage: BotStage) -> None:
    bot_stage.dana.command("/payment-status", "help")
    assert "cory afternoon public" in last(bot_stage.dana).text
    bot_stage.dana.command("/payment-status", "public dave")
    assert "card_asked_at" not in bot_stage.row()


def test_when_the_table_is_down_the_asker_hears_of_it(bot_stage: BotStage) -> None:
    bot_stage.world.table_faults.fail_next("UpdateItem", throttle=True, times=2)
    bot_stage.dana.command("/payment-status", f"{EID} public")
    assert "card_asked_at" not in bot_stage.row()
    assert last(bot_stage.dana).ephemeral


def test_a_request_is_taken_back_by_whoever_sent_it_and_a_later_one_stays(bot_stage: BotStage) -> None:
    bot_stage.dana.command("/payment-status", f"{EID} public")
    answer = last(bot_stage.dana)
    bot_stage.dana.click(answer, action_id="take_back_card")
    assert bot_stage.row()["card_asked_at"] == ""
    assert last(bot_stage.dana).text.startswith("Taken back. The boarding card of Captain Cory, afternoon disappears")
    assert len(bot_stage.dana.sees()) == 1

    for minute in (40, 50):
        bot_stage.clock.moment = bot_stage.clock.moment.replace(minute=minute)
        bot_stage.dana.command("/payment-status", f"{EID} public")
    earlier, later = bot_stage.dana.sees()[-2:]
    before = bot_stage.row()
    bot_stage.dana.click(earlier, action_id="take_back_card")
    assert bot_stage.row() == before
    assert "Nothing was changed" in bot_stage.dana.sees()[-2].text
    bot_stage.world.table_faults.fail_next("UpdateItem", drop_answer=True)
    bot_stage.dana.click(later, action_id="take_back_card")
    assert "Taken back" in last(bot_stage.dana).text, "twice is once"
    assert bot_stage.marco.sees() == []
