"""Boarding in the status: people aboard, no-shows, and how much of what is due was paid."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from charter.moments import utc
from tests.bot.conftest import last, logged
from tests.bot.test_board import board, choose, morning, press  # noqa: F401 - a fixture
from tests.bot.test_status import EIGHTY, status
from tests.builders import EID, NOW, a_row

if TYPE_CHECKING:
    from tests.bot.conftest import BotStage


def test_the_table_and_the_patrons_page_say_who_is_aboard_and_who_did_not_come(morning: BotStage) -> None:  # noqa: F811 - the fixture
    form = board(morning.dana)
    press(form, "board_check_in", "dave")
    choose(form, "ana", "No-show…").fill("reason", "ill").submit()
    answer = status(morning.dana, EID)
    assert "🟢 1 aboard of 1 expected · boat takes 12" in answer.text
    assert {row[0]: row[1] for row in answer.table} == {
        "Patron": "Missing",
        "Ana Lima": "no-show",
        "Dave Kowalski": "✅ 1 aboard",
    }
    assert "1 of 1 aboard · @Dana Reyes, 1:30 PM" in status(morning.dana, f"{EID} dave").text
    absent = status(morning.dana, f"{EID} ana").text
    assert "No-show · @Dana Reyes, 1:30 PM · because “ill”\n⚪ Not expected." in absent
    office = status(morning.olivia, EID)
    assert {row[0] for row in office.table[1:]} == {"🔴 Ana Lima · no-show", "🟢 Dave Kowalski · aboard"}
    morning.dana.click(answer, action_id=f"board_open.{EID}")
    assert morning.dana.form.title == "Boarding"


def test_kept_money_of_a_no_show_is_said_to_the_office_alone(morning: BotStage) -> None:  # noqa: F811 - the fixture
    logged(morning.dana, f"{EID} ana 100 cash").close()
    form = board(morning.olivia)
    choose(form, "ana", "No-show…").fill("reason", "too late").choose("money", "Keep what was paid").submit()
    assert "because “too late”\n$100.00 is kept" in status(morning.olivia, f"{EID} ana").text
    assert "$" not in status(morning.dana, f"{EID} ana").text


def test_thirty_of_the_longest_names_aboard_fit_into_one_answer(bot_stage: BotStage) -> None:
    names = {
        f"p{n}": {"name": f"{n:02} {EIGHTY}"[:80], "party": Decimal(1), "due": Decimal(100_000)} for n in range(60)
    }
    aboard = {patron: {"count": Decimal(1), "at": utc(NOW), "by": "slack:U0DANA"} for patron in names}
    bot_stage.put(a_row(patrons=names), {"eid": EID, "crew_id": "#boarding", "aboard": aboard})
    for person in (bot_stage.dana, bot_stage.olivia):
        assert len(status(person, EID).table) == 31
        person.click(last(person), action_id="payment_status.next")
        assert "Page 2 of 2" in last(person).text


def test_crew_see_who_has_paid_only_a_part_without_the_amount(bot_stage: BotStage) -> None:
    bot_stage.put(a_row(patrons={name: {"name": name, "due": 125} for name in ("ana", "ben", "kim", "lea")}))
    for patron, amount in (("ana", "120"), ("kim", "125"), ("lea", "131")):
        logged(bot_stage.dana, f"{EID} {patron} {amount} cash")
    table = status(bot_stage.dana, EID).table
    assert {row[0]: row[2] for row in table[1:]} == {
        "ana": "partly paid",
        "ben": "not paid",
        "kim": "paid",
        "lea": "paid",
    }
    assert "120" not in str(table)
