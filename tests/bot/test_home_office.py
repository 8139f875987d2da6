"""The Home tab for the office: open money of all events, this month as a picture, and open tasks."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from roster import bookkeeping
from tests.bot.conftest import logged
from tests.bot.test_costs import MONTHS
from tests.bot.test_month import SUNSET, keep_books, pay
from tests.bot.test_undo import later
from tests.builders import EID, a_row, a_signature_row

if TYPE_CHECKING:
    from tests.bot.conftest import BotStage

LOOSE: Any = {"name": "Dawn <Kim>", "patron_id": None, "matched_at": None, "matched_by": None}


@pytest.fixture
def stage(bot_stage: BotStage, monkeypatch: pytest.MonkeyPatch) -> BotStage:
    """Two events with payments, one with a signature of nobody and a request to void, and the books of them."""
    monkeypatch.setattr(bookkeeping, "_PAUSE", 0.0)
    bot_stage.put(a_row(SUNSET, title="Sunset"), a_signature_row("s1", **LOOSE), a_signature_row("s2", **LOOSE))
    receipt = logged(bot_stage.dana, f"{EID} dave 80 cash")
    later(bot_stage, minutes=12)
    receipt.click("undo_entry")
    receipt.click("ask_office")
    pay(bot_stage, "v1", "40.00", eid=SUNSET, method="venmo")
    keep_books(bot_stage)
    return bot_stage


def test_admins_see_the_open_money_of_all_events_and_the_month_as_a_picture(stage: BotStage) -> None:
    with stage.counting() as cost:
        stage.olivia.open_home()
    # Beside the trips: the books, the two hands of the person, and the hand-overs of the last days.
    assert cost.table == {"Query": MONTHS - 1 + 3, "BatchGetItem": 1, "GetItem": 2}
    assert cost.slack[-1] == "views.publish"
    text = stage.olivia.home.text
    assert "$630.00 to get on 2 trips" in text
    assert "May 2026 so far: $120.00 · 2 entries" in text
    (picture,) = [block for block in stage.olivia.home.blocks if block["type"] == "rich_text"]
    drawn = picture["elements"][0]["elements"][0]["text"].splitlines()
    assert [line.split() for line in drawn] == [["cash", "█" * 12, "$80.00"], ["venmo", "█" * 6, "$40.00"]]
    assert "image" not in {block["type"] for block in stage.olivia.home.blocks}, "a picture would have a public address"
    assert "Waiting for you\nMay 23 · Captain Cory, afternoon\n:memo: 2 signatures not matched yet" in text
    assert ":leftwards_arrow_with_hook: 1 request to void" in text
    stage.dana.open_home()
    assert "$630.00" not in stage.dana.home.text
    assert "Waiting for you" not in stage.dana.home.text


def test_what_waits_is_done_in_the_form_that_the_button_opens_and_the_tab_follows(stage: BotStage) -> None:
    stage.olivia.open_home()
    with stage.counting() as cost:
        form = stage.olivia.home.press("home_event.0")
    assert form is not None
    assert (cost.table, cost.slack) == ({"Query": 1}, ["views.open"])
    assert "2 signed, but not matched to the roster. Whose are they?" in form.text
    assert "@Dana Reyes asks to void $80.00 by cash for Dave Kowalski" in form.text
    assert "🟠 Dave Kowalski · $45.00 to pay" in form.text

    form.click("void_as_asked")
    assert "asks to void" not in form.text
    assert "🔴 Dave Kowalski · $125.00 to pay" in form.text
    menus = [block for block in form.blocks if block.get("accessory", {}).get("type") == "external_select"]
    form.choose(menus[0]["block_id"], "dave", pick="dave")
    assert "1 signed, but not matched" in form.text
    form.click("set_aside.0")
    assert "not matched to the roster" not in form.text
    assert "1 set aside, counting for nobody" in form.text

    keep_books(stage)
    form.close()
    assert "Waiting for you" not in stage.olivia.home.text
    assert stage.paid()["dave"] == "0.00"


def test_a_tab_without_books_shows_the_trips_and_says_what_to_do(bot_stage: BotStage) -> None:
    bot_stage.olivia.open_home()
    text = bot_stage.olivia.home.text
    assert "Outstanding on these trips: $375.00" in text
    assert "There are no books yet." in text


def test_a_month_in_which_nothing_was_logged_and_trips_of_the_month_after(stage: BotStage) -> None:
    stage.put(a_signature_row("s9", eid=SUNSET, **LOOSE))
    keep_books(stage)
    stage.clock.moment += timedelta(days=14)
    stage.olivia.open_home()
    text = stage.olivia.home.text
    assert "June 2026 so far: nothing was logged yet." in text
    assert "May 23 · Captain Cory, afternoon" in text, "last month's signatures wait still"
    assert "Jun 24 · Golden Gate, sunset\n:memo: 1 signature not matched yet" in text


def test_crew_do_not_open_an_event_of_the_office(stage: BotStage) -> None:
    stage.olivia.open_home()
    stage.restart(ADMIN_USERS="U0MARCO")
    stage.olivia.home.press("home_event.0")
    assert "nly the office can" in stage.olivia.form.text
    assert "$" not in stage.olivia.form.text
