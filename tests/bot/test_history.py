"""`/payment-status … since 10:00`, `… yesterday`, `… asof 14:00`: the changes, and earlier balances."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from charter.moments import utc
from tests.bot.conftest import last, logged, opened
from tests.bot.test_costs import MONTHS
from tests.bot.test_patrons import editing
from tests.bot.test_roles import MONEY
from tests.bot.test_status import EIGHTY, status
from tests.bot.trips import SUNSET
from tests.builders import EID, a_row, a_signature_row

if TYPE_CHECKING:
    from tests.bot.conftest import BotStage


@pytest.fixture
def noon(bot_stage: BotStage) -> BotStage:
    """At 13:30 Dave paid in part and Ana's due was lowered; at 14:30 Dave signed and paid the rest, with a tip."""
    logged(bot_stage.dana, f"{EID} dave 60 cash first half").close()
    editing(bot_stage.olivia, "ana").fill("due", "200").fill("reason", "a discount").submit()
    bot_stage.clock.moment += timedelta(hours=1)
    signed = utc(bot_stage.clock.moment)
    bot_stage.put(a_signature_row(signed_at=signed, matched_at=signed))
    logged(bot_stage.marco, f"{EID} dave 65 venmo tip 5").close()
    bot_stage.clock.moment += timedelta(minutes=10)
    return bot_stage


def test_changes_are_shown_with_time_who_and_amounts_to_the_office(noon: BotStage) -> None:
    text = status(noon.olivia, "cory since 10:00").text
    assert text.startswith("Captain Cory, afternoon\nSat May 23, 1:00 PM\nSince Sat May 23, 10:00 AM\n4 changes")
    for line in (
        "2:30 PM · Dave Kowalski: payment $65.00 by venmo · tip $5.00 · @Marco Bell",
        "2:30 PM · “Dave Kowalski” signed",
        "1:30 PM · Ana Lima: due $250.00 → $200.00 · @Olivia Park · because “a discount”",
        "1:30 PM · Dave Kowalski: payment $60.00 by cash · @Dana Reyes · “first half”",
    ):
        assert line in text
    assert text.index("2:30 PM") < text.index("1:30 PM"), "the latest comes first"
    assert "Who was put on the roster by the office or an import is not listed" in text
    later = status(noon.olivia, f"since 14:00 {EID}").text
    assert "2 changes" in later
    assert "Ana" not in later


def test_a_button_below_an_event_shows_what_changed_today(noon: BotStage) -> None:
    for person in (noon.olivia, noon.dana):
        person.click(status(person, "today"), action_id="payment_status.changes")
        assert "Since Sat May 23, 12:00 AM\n4 changes" in last(person).text


def test_crew_read_the_same_without_amounts(noon: BotStage) -> None:
    answer = status(noon.dana, "cory since 10:00")
    assert not MONEY.search(answer.text + answer.fallback)
    assert "Dave Kowalski: payment by venmo · @Marco Bell" in answer.text
    assert "Ana Lima: due changed · @Olivia Park\n" in answer.text
    assert "discount" not in answer.text
    assert "half" not in answer.text
    then = status(noon.dana, "cory asof 14:00")
    assert not MONEY.search(then.text + then.fallback)
    assert "🔴 payment, waiver · Dave Kowalski" in then.text


def test_of_one_patron_only_their_own_changes_are_listed(noon: BotStage) -> None:
    text = status(noon.olivia, "dave since 10:00").text
    assert text.startswith("Dave Kowalski\nCaptain Cory, afternoon · Sat May 23, 1:00 PM\nSince")
    assert "3 changes" in text
    assert "2:30 PM · payment $65.00 by venmo" in text
    noon.olivia.click(last(noon.olivia), action_id="payment_status.now")
    assert "due $125.00 · paid $125.00" in last(noon.olivia).text


def test_yesterday_is_the_whole_day_and_a_trip_of_that_day_is_offered(noon: BotStage) -> None:
    noon.clock.moment += timedelta(days=1)
    text = status(noon.olivia, "dave yesterday").text
    assert "On Sat May 23\n3 changes" in text
    assert "Captain Cory, afternoon was on Sat May 23, 1:00 PM. Do you mean that trip?" in text
    noon.olivia.click(last(noon.olivia), action_id="payment_status.that_day")
    assert last(noon.olivia).table[0][:2] == ["Patron", "Missing"]
    noon.clock.moment += timedelta(days=1)
    assert "Nothing changed." in status(noon.olivia, "dave yesterday").text


def test_without_a_name_it_is_the_channels_trip_else_those_of_the_days(noon: BotStage) -> None:
    noon.put(a_row(SUNSET, title="Golden Gate sunset", channel="C0SUNSET"))
    noon.put(a_row("2026-05-22-captain-bo-morning", title="Captain Bo, morning", channel="C0OFFICE"))
    noon.dana.command("/payment-status", "since 3h", channel="C0SUNSET")
    assert last(noon.dana, "C0SUNSET").text.startswith("Golden Gate sunset")
    both = status(noon.olivia, "since yesterday").text
    assert "Since Fri May 22, 12:00 AM\nCaptain Cory, afternoon · Sat May 23" in both
    assert "Captain Bo, morning · Fri May 22" in both
    assert "Nothing changed." in both
    noon.olivia.click(last(noon.olivia), action_id=f"payment_status.{EID}")
    assert "Since Fri May 22, 12:00 AM\n4 changes" in last(noon.olivia).text
    assert status(noon.dana, "changes").text.startswith("Captain Cory, afternoon")


def test_as_of_a_moment_the_balances_are_those_of_then(noon: BotStage) -> None:
    text = status(noon.olivia, "cory as of 14:00").text
    assert "As of Sat May 23, 2:00 PM" in text
    assert "🟢 0 paid · 🟠 1 partial · 🔴 1 unpaid · $265.00 outstanding" in text
    assert "🔴 $200.00, waiver · Ana Lima, party of 2\n🔴 $65.00, waiver · Dave Kowalski" in text
    earlier = status(noon.olivia, "cory asof 13:00").text
    assert "🔴 $250.00, waiver · Ana Lima" in earlier
    assert "🔴 $125.00, waiver · Dave Kowalski" in earlier
    assert "Whether they were on the roster yet is not known: Ana Lima, Dave Kowalski." in earlier
    dave = status(noon.olivia, "dave asof 14:00").text
    assert "🔴 Not clear to board: $65.00, waiver\ndue $125.00 · paid $60.00 · balance $65.00" in dave
    assert "payment $60.00 by cash" in dave
    assert "venmo" not in dave
    assert "🟢 Clear to board" in status(noon.olivia, "dave asof now").text


def test_a_past_that_cannot_be_known_is_said_to_be_unknown(noon: BotStage) -> None:
    patrons = noon.row()["patrons"]
    noon.put(noon.row() | {"patrons": patrons | {"ana": patrons["ana"] | {"due": Decimal(180)}}})
    old = {"amount": Decimal(9), "method": "cash", "logged_by": "slack:U0DANA", "timestamp": utc(noon.clock.moment)}
    noon.put(noon.row() | {"payments": noon.row()["payments"] | {"ghost": old}})
    walk_up = opened(noon.dana).choose("patron", "Zed Quist", pick="New patron “Zed Quist”").choose("method", "Cash")
    walk_up.submit()
    text = status(noon.olivia, "cory asof 14:00").text
    assert "🔴 $180.00, waiver · Ana Lima" in text
    assert "What was due then is not known; the present due is shown: Ana Lima." in text
    assert (
        "What was paid by then is not known, as the record is older than the ledger; nothing is counted: ghost." in text
    )
    assert "Zed" not in text
    assert "They were not on the roster yet." in status(noon.olivia, "zed asof 14:00").text
    noon.put(noon.row() | {"status": "cancelled"})
    assert "since when the event is cancelled, is not known" in status(noon.dana, "cory asof 14:00").text
    assert "Zed Quist: payment $125.00 by cash · @Dana Reyes · joined the roster" in status(noon.olivia, "changes").text


def test_a_question_which_patron_is_meant_keeps_the_moment(noon: BotStage) -> None:
    noon.put(noon.row() | {"patrons": noon.row()["patrons"] | {"d2": {"name": "Dave Mercer", "party": 1, "due": 9}}})
    assert "Whom do you mean?" in status(noon.olivia, "dave asof 14:00").text
    noon.olivia.click(last(noon.olivia), action_id="payment_status.0")
    assert "Dave Kowalski\n" in last(noon.olivia).text
    assert "As of Sat May 23, 2:00 PM" in last(noon.olivia).text


def test_words_that_were_not_understood_are_shown_as_such(noon: BotStage) -> None:
    for text, said in {
        "cory since foo <!here>": "“foo <!here>” was not understood as a time. Write since 10:00",
        "cory asof": "A time is missing. Write since 10:00",
        "asof tomorrow": "Sun May 24, 11:59 PM is still ahead.",
        "since 2027-01-01 dave": "Fri Jan 1 2027, 12:00 AM is still ahead.",
        f"{EID} zed since 10:00": "Nobody on this roster is called “zed”.",
        "zed since 10:00": "Nothing near today is called “zed”.",
    }.items():
        assert said in status(noon.dana, text).text, text


def test_edits_and_boarding_are_described_in_words(noon: BotStage) -> None:
    form = editing(noon.olivia, "ana").fill("name", "Ana <Lima>").fill("email", "ana@example.com")
    form.fill("party", "3").submit()
    noon.dana.command("/board", EID)
    noon.dana.form.click("board_check_in", block_id="party_of.dave")
    noon.dana.form.click("board_cast_off")
    crew = status(noon.dana, "cory since 14:35").text
    for line in (
        "Cast off with 1 soul · @Dana Reyes",
        "Dave Kowalski: 1 aboard · @Dana Reyes",
        "Ana <Lima>: name Ana Lima → Ana <Lima> · @Olivia Park",
        "Ana <Lima>: party of 2 → 3 · @Olivia Park",
        "Ana <Lima>: e-mail changed · @Olivia Park",
    ):
        assert line in crew
    assert "e-mail nothing → ana@example.com" in status(noon.olivia, "cory since 14:35").text


def test_long_histories_turn_their_pages_and_fit_with_any_words(bot_stage: BotStage) -> None:
    entries = {
        f"p{number:02}": {
            "kind": "payment",
            "amount": Decimal("1.00"),
            "method": "&" * 60,
            "logged_by": "slack:U0DANA",
            "timestamp": f"2026-05-23T18:{number:02}:00Z",
            "source": "slack",
            "notes": "<&>" * 166,
            "reason": "&" * 200,
        }
        for number in range(25)
    }
    record = {"amount": Decimal(25), "method": "cash", "logged_by": "x", "timestamp": "2026-05-23T18:24:00Z"}
    line = {"name": "&" * 80, "party": Decimal(1), "due": Decimal(9)}
    bot_stage.put(a_row(patrons={"dave": line}, payments={"dave": record | {"entries": entries}}))
    assert "25 changes" in status(bot_stage.olivia, f"{EID} since 10:00").text
    for page in (2, 3):
        bot_stage.olivia.click(last(bot_stage.olivia), action_id="payment_status.next")
        assert f"Page {page} of 3 · 25 in all" in last(bot_stage.olivia).text
    many = {f"p{n}": {"name": f"{n:02} {EIGHTY}"[:80], "party": 1, "due": Decimal(100_000)} for n in range(60)}
    bot_stage.put(a_row(patrons=many))
    text = status(bot_stage.olivia, f"{EID} asof 10:00").text
    assert "… and 30 more" in text
    assert "and 55 more." in text


def test_the_past_costs_as_many_reads_as_the_present(bot_stage: BotStage) -> None:
    bot_stage.restart(CREW_USERS="U0DANA")
    for text, table in (
        (f"{EID} since 10:00", {"Query": 1}),
        (f"{EID} dave asof 10:00", {"Query": 1}),
        ("cory since 10:00", {"Query": 1 + MONTHS}),
        ("yesterday", {"Query": 1}),
    ):
        with bot_stage.counting() as cost:
            bot_stage.dana.command("/payment-status", text)
        assert (cost.table, cost.slack) == (table, []), text
    assert last(bot_stage.dana).text


def test_yesterday_before_since_is_the_day_that_is_meant(bot_stage: BotStage) -> None:
    bot_stage.clock.moment -= timedelta(days=1)
    logged(bot_stage.dana, f"{EID} dave 60 cash").close()
    bot_stage.clock.moment += timedelta(days=1)
    for words, span in (
        ("yesterday since 10:00", "Since Fri May 22, 10:00 AM"),
        ("yesterday's changes", "On Fri May 22"),
    ):
        text = status(bot_stage.olivia, f"cory {words}").text
        assert f"{span}\n1 change" in text, text
    bot_stage.clock.moment = datetime(2026, 11, 1, 9, 45, tzinfo=UTC)  # 1:45 for the second time
    assert "Since Sun Nov 1, 1:50 AM" in status(bot_stage.olivia, f"{EID} since 2026-11-01T01:50").text
