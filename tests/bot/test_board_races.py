"""Cast-off and reopening from the boarding list, with simultaneous changes on other phones and to the event."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.bot.conftest import last
from tests.bot.test_board import aboard, again, board, choose, morning, options_of, press, row_of  # noqa: F401 - a fixture
from tests.bot.test_refusals import again as send_again
from tests.bot.test_refusals import submission_of
from tests.bot.test_troubles import SLOW
from tests.builders import DANA, EID, a_row
from tests.roster.command import renamed

if TYPE_CHECKING:
    from tests.bot.conftest import BotStage
    from tests.conftest import Engine

pytestmark = pytest.mark.usefixtures("morning")

FROZEN = "The list is frozen: cast off at 1:30 PM with 1 soul. An admin can reopen it, with a reason."


def test_cast_off_says_who_is_not_aboard_and_freezes_the_list_once(bot_stage: BotStage) -> None:
    form = board(bot_stage.dana)
    form.click("board_cast_off")
    assert "Nobody is checked in yet" in form.text
    press(form, "board_check_in", "dave")
    asks = next(each for each in form.block("list_buttons")["elements"] if each["action_id"] == "board_cast_off")
    assert asks["confirm"]["text"]["text"] == (
        "1 person is aboard. 2 expected are not: Ana Lima. This freezes the list and posts the cast-off."
    )
    form.click("board_cast_off")
    again(bot_stage)
    assert "Cast off at 1:30 PM with 1 soul by @Dana Reyes. The list is frozen." in form.text
    assert "Take back…" not in form.text
    assert "Reopen…" not in form.text, "that is the office's"
    assert options_of(form, "ana") == ["No-show…"]
    lists = bot_stage.rows("#manifest:")
    assert [(each["by"], each["souls"]) for each in lists] == [("slack:U0DANA", 1)]
    assert [party["name"] for party in json.loads(lists[0]["list"])["aboard"]] == ["Dave Kowalski"]
    bot_stage.marco.command("/payment-status", EID)
    assert "Cast off at 1:30 PM with 1 soul by @Dana Reyes" in last(bot_stage.marco).text
    assert last(bot_stage.marco).table[2][:2] == ["Dave Kowalski", "✅ 1 aboard"]


def test_a_press_or_a_form_after_somebody_elses_cast_off_is_refused_and_shows_the_frozen_list(
    bot_stage: BotStage,
) -> None:
    dana, marco, olivia = board(bot_stage.dana), board(bot_stage.marco), board(bot_stage.olivia)
    let = press(olivia, "board_let_aboard", "ana").fill("reason", "pays later")
    press(dana, "board_check_in", "dave")
    press(marco, "board_check_in", "dave")
    dana.click("board_cast_off")
    press(marco, "board_take_back", "dave")
    assert f":warning: {FROZEN}" in marco.text
    assert "Take back…" not in marco.text
    let.submit()
    assert not let.is_open
    assert f":warning: {FROZEN}" in olivia.text
    assert aboard(bot_stage) == {"dave": 1}


def test_a_cast_off_over_an_older_list_is_refused_shows_the_new_one_and_works_then(bot_stage: BotStage) -> None:
    dana, marco = board(bot_stage.dana), board(bot_stage.marco)
    press(dana, "board_check_in", "dave")
    press(marco, "board_let_aboard", "ana").fill("reason", "pays later").submit()
    dana.click("board_cast_off")
    assert "Somebody else changed the list meanwhile: 3 aboard now." in dana.text
    assert "3 aboard of 3 expected" in dana.text
    assert bot_stage.rows("#manifest:") == []
    dana.click("board_cast_off")
    assert "Cast off at 1:30 PM with 3 souls" in dana.text
    marco.click("board_cast_off")
    assert "The list is frozen: cast off at 1:30 PM with 3 souls." in marco.text
    assert len(bot_stage.rows("#manifest:")) == 1


def test_the_office_reopens_with_a_reason_and_both_lists_are_kept(bot_stage: BotStage) -> None:
    dana = board(bot_stage.dana)
    press(dana, "board_check_in", "dave")
    dana.click("board_cast_off")
    office = board(bot_stage.olivia)
    why = office.click("board_reopen")
    assert why is not None
    why.submit()
    assert "reason" in why.errors
    why.fill("reason", "Ana came running").submit()
    reopening = submission_of(bot_stage)
    assert "The list is frozen" not in office.text
    press(office, "board_let_aboard", "ana").fill("reason", "pays later").submit()
    dana.click("board_refresh")
    dana.click("board_cast_off")
    assert "with 3 souls" in dana.text
    frozen = [json.loads(each["list"])["names"] for each in bot_stage.rows("#manifest:")]
    assert frozen == [{DANA: "Dana Reyes"}, {DANA: "Dana Reyes", "slack:U0OLIVIA": "Olivia Park"}]
    send_again(bot_stage, reopening)  # an old submission opens no newer list
    dana.click("board_refresh")
    assert "with 3 souls" in dana.text
    assert [row["souls"] for row in bot_stage.rows("#manifest:")] == [1, 3]
    assert send_again(bot_stage, {**reopening, "user": {**reopening["user"], "id": "U0MARCO"}})["errors"] == {
        "reason": "Only the office can reopen a list after cast-off. Ask Olivia Park."
    }


def test_an_event_that_is_cancelled_meanwhile_boards_nobody(bot_stage: BotStage) -> None:
    form = board(bot_stage.dana)
    bot_stage.put({**bot_stage.row(), "status": "cancelled"})
    press(form, "board_check_in", "dave")
    assert "Captain Cory, afternoon is cancelled, so nobody boards." in form.text
    assert "This event is cancelled: nobody boards." in form.text
    assert "Check in" not in form.text
    assert "Cast off" not in form.text
    assert aboard(bot_stage) == {}


def test_an_event_that_is_renamed_meanwhile_takes_the_press(
    bot_stage: BotStage, dynamodb: Engine, events_table: str
) -> None:
    bot_stage.put(a_row("2026-05-23", title="Renamed", patrons={"zed": {"name": "Zed", "party": 1, "due": 0}}))
    form = board(bot_stage.dana, "2026-05-23")
    new = "2026-05-23-captain-zed-morning"
    renamed(dynamodb.endpoint, events_table, "2026-05-23", new)
    let = press(form, "board_let_aboard", "zed").fill("reason", "signs on board")
    let.submit()
    assert row_of(form, "zed")[-1] == "Take back…"
    assert json.loads(form.view["private_metadata"])["eid"] == new
    assert aboard(bot_stage, new) == {"zed": 1}


def test_a_patron_who_is_a_no_show_meanwhile_is_not_checked_in(bot_stage: BotStage) -> None:
    dana, marco = board(bot_stage.dana), board(bot_stage.marco)
    choose(marco, "dave", "No-show…").fill("reason", "not here").submit()
    press(dana, "board_check_in", "dave")
    assert "Dave Kowalski is marked as a no-show. Take that back first." in dana.text
    assert options_of(dana, "dave") == ["Not a no-show"]
    assert aboard(bot_stage) == {}


def test_an_outage_shows_one_sentence_and_the_press_works_later(bot_stage: BotStage) -> None:
    form = board(bot_stage.dana)
    bot_stage.world.table_faults.fail_next("TransactWriteItems", throttle=True, times=2)
    press(form, "board_check_in", "dave")
    assert f":warning: {SLOW}" in form.text
    press(form, "board_check_in", "dave")
    assert row_of(form, "dave")[-1] == "Take back…"
    assert SLOW not in form.text
    assert aboard(bot_stage) == {"dave": 1}
