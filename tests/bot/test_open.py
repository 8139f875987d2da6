"""`/payment-status open`: debts of patrons and of the boat, on every event, from the books."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from adapters.books import DynamoBooks
from roster import bookkeeping
from tests.bot.conftest import last
from tests.bot.test_month import asked, pay, pressed
from tests.builders import EID, ZONE, a_row

if TYPE_CHECKING:
    from tests.bot.conftest import BotStage

OPEN = "open"
OLD, WHALE, SUNSET = "2025-11-02-whale-watch", "2026-05-14-whale-watch", "2026-06-24-golden-gate-sunset"


def books_of(stage: BotStage) -> DynamoBooks:
    """The books over the stage's table."""
    return DynamoBooks(stage.world.client, stage.world.table, zone=ZONE, currency="USD", clock=lambda: 0.0)


def one_patron(patron_id: str, name: str, due: str, **of: Any) -> dict[str, Any]:
    """The patrons of a row, of which there is one."""
    return {patron_id: {"name": name, "party": Decimal(1), "due": Decimal(due), **of}}


@pytest.fixture
def stage(bot_stage: BotStage, monkeypatch: pytest.MonkeyPatch) -> BotStage:
    """A boat with two trips that are over, today's and a coming one, one of them cancelled, and books of them all."""
    monkeypatch.setattr(bookkeeping, "_PAUSE", 0.0)
    bot_stage.put(
        a_row(OLD, title="Whale <watch>", patrons=one_patron("zoe", "Zoë Kowalski", "40.00")),
        a_row(WHALE, title="Whale watch"),
        a_row(SUNSET, title="Sunset", status="cancelled"),
    )
    pay(bot_stage, "w1", "250.00", eid=WHALE, patron="ana")
    pay(bot_stage, "s1", "80.00", eid=SUNSET)
    bookkeeping.rebuild(bot_stage.world.client, bot_stage.world.table, books_of(bot_stage), lambda _rows: None)
    return bot_stage


def test_every_event_with_open_money_is_listed_the_oldest_first_with_its_age_and_who_owes(stage: BotStage) -> None:
    with stage.counting() as cost:
        answer = asked(stage.olivia, OPEN)
    assert cost.table == {"BatchGetItem": 1, "Query": 4}
    assert cost.slack == []
    text = answer.text
    assert "*" not in text
    assert (
        "$540.00 to get on 3 events\nThe boat owes $80.00 on 1 event\n2 of these trips are over and not paid in full"
        in text
    )
    assert "Whale <watch>\nSun Nov 2, 2025 · 202 days ago · $40.00\nZoë Kowalski: $40.00" in text
    assert "Whale watch\nThu May 14 · 9 days ago · $125.00\nDave Kowalski: $125.00" in text
    assert "Captain Cory, afternoon\nSat May 23 · today · $375.00\nAna Lima: $250.00\nDave Kowalski: $125.00" in text
    assert (
        "The boat owes\nSunset\nWed Jun 24 · in 32 days · :no_entry: cancelled · $80.00\nDave Kowalski: $80.00" in text
    )
    assert text.index("Nov 2") < text.index("May 14") < text.index("May 23") < text.index("Jun 24")
    assert "the books, which follow the ledgers by a second or two" in text
    assert "may be missing" not in text

    stage.olivia.click(answer, action_id="payment_status.1")
    assert "2026-05-14-whale-watch" in last(stage.olivia).text


def test_somebody_who_paid_too_much_and_still_comes_is_owed_the_rest(stage: BotStage) -> None:
    pay(stage, "o1", "140.00", eid=EID)
    books_of(stage).refresh(EID)
    text = asked(stage.olivia, "open cory").text
    assert "The boat owes $15.00 on 1 event" in text
    assert "Captain Cory, afternoon\nSat May 23 · today · $250.00\nAna Lima: $250.00" in text
    assert "The boat owes\nCaptain Cory, afternoon\nSat May 23 · today · $15.00\nDave Kowalski: $15.00" in text


def test_a_month_and_words_of_an_event_filter(stage: BotStage) -> None:
    for words, listed in {
        "open november": ["Nov 2"],
        "open 2025-11": ["Nov 2"],
        "Open nov 2025": ["Nov 2"],
        "open 11/2025": ["Nov 2"],
        "open november 2026": [],
        "open this month": ["May 14", "May 23"],
        "open 2026": ["May 14", "May 23", "Jun 24"],
        "open cory": ["May 23"],
        "open the whale": ["Nov 2", "May 14"],
        "open whale may": ["May 14"],
        "open whale cory": [],
        f"open {SUNSET}": ["Jun 24"],
    }.items():
        text = asked(stage.olivia, words).text
        assert [day for day in ("Nov 2", "May 14", "May 23", "Jun 24") if f" {day}" in text] == listed, words
        assert ("Nothing is open" in text) == (not listed), words
    assert "Nothing is open in November 2026." in asked(stage.olivia, "open november 2026").text
    assert "Nothing is open on events named “whale cory”." in asked(stage.olivia, "open whale cory").text
    assert "What is open in May on events named “whale”:\n$125.00 to get on 1 event" in (
        asked(stage.olivia, "open may whale").text
    )


def test_a_patrons_name_filters_and_the_answer_says_how_many_events_were_searched(stage: BotStage) -> None:
    text = asked(stage.olivia, "open dave").text
    assert "“dave”: $250.00 to get on 2 events, $80.00 to give back on 1 event" in text
    assert "Searched: 4 events with open money." in text
    assert "Ana" not in text
    assert "Zoë" not in text
    assert text.index("Dave Kowalski: $125.00") < text.index("The boat owes") < text.index("Dave Kowalski: $80.00")
    assert "Zoë Kowalski: $40.00" in asked(stage.olivia, "open zoe kow").text
    assert "“dave”: $125.00 to get on 1 event\nSearched: 2 events with open money on events named “whale”." in (
        asked(stage.olivia, "open whale dave").text
    )


def test_words_that_name_nothing_are_shown_and_never_replaced_by_a_guess(stage: BotStage) -> None:
    for words in ("davy jones", "dave jones", "<!channel>"):
        text = asked(stage.olivia, f"open {words}").text
        assert f"“{words}” is no month, no event with open money, and nobody" in text
        assert "Searched: 4 events" in text
        assert "$" not in text


def test_a_name_that_an_events_id_has_too_is_looked_for_among_patrons_by_a_button(stage: BotStage) -> None:
    stage.put(a_row(WHALE, title="Whale watch", patrons=one_patron("cory2", "Cory <b>", "30.00")))
    assert "Cory <b>" not in asked(stage.olivia, "open cory").text
    text = pressed(stage.olivia, "Patrons called cory").text
    assert "“cory”: $30.00 to get on 1 event" in text
    assert "Cory <b>: $30.00" in text
    assert "Captain Cory" not in text


def test_crew_do_not_learn_who_owes(stage: BotStage) -> None:
    for words in (OPEN, "open dave"):
        text = asked(stage.dana, words).text
        assert "nly the office can see who owes" in text
        assert "$" not in text
    stage.dana.open_home()
    assert "Who owes" not in str(stage.dana.home.blocks)


def test_namesakes_are_distinguished_many_people_are_folded_and_a_no_show_is_owed_to(stage: BotStage) -> None:
    patrons = {f"p{each}": {"name": "Pat <b>", "party": Decimal(1), "due": Decimal(each)} for each in range(1, 9)}
    came = one_patron("sam", "Sam", "0.00", state="no_show") | one_patron("gone", "Pat <b>", "0.00", state="removed")
    paid = {"amount": Decimal("25.00"), "method": "cash", "timestamp": "2026-05-20T18:00:00.000Z", "logged_by": "x"}
    stage.put(a_row(patrons=patrons | came, payments={"sam": paid, "gone": paid}))
    books_of(stage).refresh(EID)
    text = asked(stage.olivia, "open cory").text
    assert "Pat <b> (id p8): $8.00\nPat <b> (id p7): $7.00\nPat <b> (id p6): $6.00\nPat <b> (id p5): $5.00\n" in text
    assert "and 4 more: $10.00" in text
    assert "The boat owes $50.00 on 1 event" in text
    assert "Pat <b> (id gone) · off the roster: $25.00\nSam · no-show: $25.00" in text


def test_what_the_books_lack_or_have_too_much_of_is_said(stage: BotStage) -> None:
    stage.world.client.delete_item(TableName=stage.world.table, Key={"eid": {"S": WHALE}, "crew_id": {"S": "#event"}})
    pay(stage, "z1", "40.00", eid=OLD, patron="zoe")
    stage.world.client.delete_item(
        TableName=stage.world.table, Key={"eid": {"S": "#books"}, "crew_id": {"S": "compared"}}
    )
    text = asked(stage.olivia, OPEN).text
    assert "Whale <watch>\nSun Nov 2, 2025 · 202 days ago\nNothing is open any more." in text
    assert f"{WHALE} · $125.00\n:warning: the books have it, the table has no such event" in text
    assert "Payments from before the books may be missing" in text


def test_without_books_the_answer_says_what_to_do(bot_stage: BotStage) -> None:
    assert asked(bot_stage.olivia, OPEN).text.startswith("There are no books yet.")
    bot_stage.olivia.open_home()
    bot_stage.olivia.home.press("open_money_home")
    assert "There are no books yet." in bot_stage.olivia.form.text


def test_hundreds_of_open_events_cost_as_much_as_a_page_of_them(stage: BotStage) -> None:
    begin = date(2024, 1, 1)
    eids = [f"{begin + timedelta(days=each)}-sail-{each}" for each in range(300)]
    stage.put(*(a_row(eid, title="&" * 200, patrons=one_patron("lee", "&" * 90, "5.00")) for eid in eids))
    bookkeeping.rebuild(stage.world.client, stage.world.table, books_of(stage), lambda _rows: None)
    with stage.counting() as cost:
        text = asked(stage.olivia, OPEN).text
    assert cost.table == {"BatchGetItem": 1, "Query": 10}
    assert "$2,040.00 to get on 303 events" in text
    assert "Page 1 of 31 · 304 in all" in text
    assert "Sun Jan 10" not in pressed(stage.olivia, "Next ›").text
    assert "Thu Jan 11, 2024" in last(stage.olivia).text
    with stage.counting() as cost:
        text = asked(stage.olivia, "open lee").text
    assert cost.table == {"BatchGetItem": 1, "Query": 15}
    assert "Searched: events 1 to 15 of 304 with open money." in text
    assert "Searched: events 16 to 30 of 304" in pressed(stage.olivia, "Next ›").text


def test_the_home_tab_opens_the_answer_as_a_form_whose_pages_turn_and_whose_events_open(stage: BotStage) -> None:
    eids = [f"2026-04-{day:02}-sail" for day in range(1, 12)]
    stage.put(*(a_row(eid, patrons=one_patron("lee", "Lee", "5.00")) for eid in eids))
    for eid in eids:
        books_of(stage).refresh(eid)
    stage.olivia.open_home()
    with stage.counting() as cost:
        form = stage.olivia.home.press("open_money_home")
    assert (cost.table, cost.slack) == ({"BatchGetItem": 1, "Query": 10}, ["views.open"])
    assert form is not None
    assert "$595.00 to get on 14 events" in form.text
    form.click("open_money_page.next")
    assert "Captain Cory, afternoon\nSat May 23 · today · $375.00" in form.text
    form.click("home_event.3")
    assert stage.olivia.form.title == "Captain Cory, afternoon"
    assert "🔴 Ana Lima · $250.00 to pay" in stage.olivia.form.text
