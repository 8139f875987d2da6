"""The app's Home tab: today's and the next trips for crew, money for admins, and one sentence for others."""

from __future__ import annotations

import json
import time
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from devkit.functions import to_event
from devkit.slack.people import SIGNING_SECRET
from devkit.slack.wire import signed_headers
from tests.bot.conftest import logged
from tests.bot.test_costs import MONTHS
from tests.bot.test_roles import SORRY
from tests.builders import EID, NOW, a_row

if TYPE_CHECKING:
    from tests.bot.conftest import BotStage

SUNSET = "2026-05-24-golden-gate-sunset"

# Reads of the cash: the person's two hands, and the hand-overs of the last weeks.
CASH = Counter(GetItem=2, Query=1)


def log_on_home(bot_stage: BotStage, eid: str = EID) -> None:
    """Dana logs 20 in cash for Dave, by the trip's button on the tab, and leaves the receipt open."""
    form = bot_stage.dana.home.press(f"home_log.{eid}")
    assert form is not None, bot_stage.dana.trouble_log
    assert form.values["event"] == eid
    form.choose("patron", "dave", pick="dave").fill("amount", "20").choose("method", "Cash").submit()
    assert form.title == "Payment logged"


def posted(bot_stage: BotStage, body: dict[str, Any], **headers: str) -> dict[str, Any]:
    """The bot's answer to a signed JSON request of the Events API."""
    raw = json.dumps(body).encode()
    signed = {
        **signed_headers(raw, secret=SIGNING_SECRET, timestamp=int(time.time())),
        "content-type": "application/json",
        **headers,
    }
    answer: dict[str, Any] = bot_stage.world.lambda_function.lambda_handler(
        to_event("POST", "/slack/events", "", signed, raw), None
    )
    return answer


def test_crew_see_the_trips_of_today_and_the_next_ones_with_their_boarding_and_no_money(bot_stage: BotStage) -> None:
    bot_stage.put(a_row(SUNSET))
    logged(bot_stage.marco, f"{EID} ana 10 cash")
    bot_stage.dana.open_home()
    text = bot_stage.dana.home.text
    assert text.index("Today") < text.index("Captain Cory, afternoon") < text.index("Next trips") < text.index("May 24")
    assert "clear to board" in text
    assert "$" not in text, "somebody else's payment, and what is owed, are not for crew"
    waiver = next(block for block in bot_stage.dana.home.blocks if block["block_id"] == f"trip.{SUNSET}")["elements"][2]
    assert waiver["url"].endswith(f"/g/{SUNSET}/waiver")
    bot_stage.dana.home.press("open_waiver", block_id=f"trip.{SUNSET}")
    assert not bot_stage.dana.troubles


def test_admins_also_see_what_is_outstanding_and_signatures_of_nobody(bot_stage: BotStage) -> None:
    bot_stage.plant_season()
    bot_stage.olivia.open_home()
    text = bot_stage.olivia.home.text
    assert "Outstanding on these trips: $" in text
    assert f"not matched yet on Captain Cory, afternoon: /payment-status {EID}" in text
    assert len(bot_stage.olivia.home.blocks) <= 100


def test_a_payment_that_is_logged_on_the_tab_is_on_it_when_its_receipt_is_closed(bot_stage: BotStage) -> None:
    bot_stage.dana.open_home()
    assert "My last payments" not in bot_stage.dana.home.text
    log_on_home(bot_stage)
    with bot_stage.counting() as cost:
        bot_stage.dana.form.close()
    assert cost.slack == ["views.publish"]
    assert "My last payments\n$20.00 by cash · Dave Kowalski · Captain Cory, afternoon" in bot_stage.dana.home.text
    bot_stage.marco.open_home()
    assert "My last payments" not in bot_stage.marco.home.text
    logged(bot_stage.dana)
    with bot_stage.counting() as cost:
        bot_stage.dana.form.close()
    assert cost.slack == [], "a form that a command opened leaves the tab alone"


def test_a_payment_is_undone_on_the_tab_for_ten_minutes_and_then_the_office_is_asked(bot_stage: BotStage) -> None:
    dana = bot_stage.dana
    logged(dana, f"{EID} dave 20 cash")
    bot_stage.clock.moment += timedelta(minutes=1)
    logged(dana, f"{EID} ana 30 cash")
    dana.open_home()
    with bot_stage.counting() as cost:
        dana.home.press("home_undo.1")
    assert cost.slack == ["views.publish"]
    assert bot_stage.paid() == {"ana": "0.00", "dave": "20.00"}
    assert dana.home.text.count("· voided") == 1

    bot_stage.clock.moment += timedelta(minutes=11)
    dana.home.press("home_undo.3")
    assert bot_stage.paid()["dave"] == "20.00", "it is too late"
    assert dana.form is not None
    dana.form.close()
    dana.home.press("home_refresh")
    dana.home.press("home_ask_office.3")
    assert "the office was asked to void it" in dana.home.text
    (asked,) = [row for row in bot_stage.rows("#change:") if row["what"] == "void_requested"]
    assert (asked["patron_id"], asked["by"]) == ("dave", "slack:U0DANA")


def test_a_form_of_the_tab_updates_it_also_after_a_question_and_after_an_undo(bot_stage: BotStage) -> None:
    bot_stage.dana.open_home()
    log_on_home(bot_stage)
    bot_stage.dana.form.close()
    form = bot_stage.dana.home.press(f"home_log.{EID}")
    assert form is not None
    form.choose("patron", "dave", pick="dave").fill("amount", "20").choose("method", "Cash").submit()
    assert "Is this another one?" in form.text
    bot_stage.put(a_row())  # the logged payment is gone
    form.close()
    assert "My last payments" not in bot_stage.dana.home.text
    log_on_home(bot_stage)
    bot_stage.dana.form.click("undo_entry")
    assert bot_stage.dana.form.title == "Payment undone"
    with bot_stage.counting() as cost:
        bot_stage.dana.form.close()
    assert cost.slack == ["views.publish"]


def test_a_check_in_from_the_tab_is_on_it_when_the_list_is_closed(bot_stage: BotStage) -> None:
    bot_stage.dana.open_home()
    board = bot_stage.dana.home.press(f"board_open.{EID}")
    assert board is not None
    assert board.title == "Boarding"
    board.press("board_let_aboard", block_id="party_of.dave")
    bot_stage.dana.form.fill("reason", "pays on board").submit()
    bot_stage.dana.form.close(everything=True)
    assert "1 aboard of" in bot_stage.dana.home.text


def test_any_payment_is_logged_from_the_tab_and_refresh_shows_those_of_others(bot_stage: BotStage) -> None:
    bot_stage.dana.open_home()
    form = bot_stage.dana.home.press("home_log_any")
    assert form is not None
    assert form.title == "Log a payment"
    form.close()
    bot_stage.put(a_row(SUNSET))
    bot_stage.clock.moment = NOW + timedelta(minutes=1)
    bot_stage.dana.home.press("home_refresh")
    assert SUNSET in json.dumps(bot_stage.dana.home.blocks)


def test_guests_see_one_sentence_and_a_role_that_ended_opens_no_form(bot_stage: BotStage) -> None:
    bot_stage.gus.open_home()
    assert bot_stage.gus.home.text.startswith(SORRY)
    bot_stage.dana.open_home()
    bot_stage.restart(CREW_USERS="U0MARCO", ADMIN_USERS="U0OLIVIA")
    form = bot_stage.dana.home.press(f"home_log.{EID}")
    assert form is not None
    assert SORRY in form.text
    bot_stage.dana.open_home()
    assert bot_stage.dana.home.text.startswith(SORRY)


def test_a_table_that_is_down_is_said_on_the_tab_and_refresh_tries_again(bot_stage: BotStage) -> None:
    bot_stage.restart(CREW_USERS="U0DANA")
    bot_stage.world.table_faults.fail_next("Query", throttle=True, times=2)
    bot_stage.dana.open_home()
    assert bot_stage.dana.home.text.startswith("The ledger did not answer in time.")
    bot_stage.dana.home.press("home_refresh")
    assert "Captain Cory, afternoon" in bot_stage.dana.home.text
    assert not bot_stage.dana.troubles


def test_opening_costs_the_list_of_events_their_rosters_and_one_slack_call(bot_stage: BotStage) -> None:
    bot_stage.put(a_row(SUNSET))
    bot_stage.restart(CREW_USERS="U0DANA")
    for table in ({"Query": MONTHS - 1 + 2}, {"Query": 2}):
        with bot_stage.counting() as cost:
            bot_stage.dana.open_home()
        assert (cost.table, cost.slack) == (Counter(table) + CASH, ["views.publish"])


def test_months_are_read_until_there_are_enough_trips(bot_stage: BotStage) -> None:
    bot_stage.put(*(a_row(f"2026-05-24-trip-{number:02}-morning") for number in range(10)))
    for month in ("2026-06", "2027-05"):
        bot_stage.put(a_row(f"{month}-01-late-morning"))
    bot_stage.restart(CREW_USERS="U0DANA")
    with bot_stage.counting() as cost:
        bot_stage.dana.open_home()
    assert cost.table == Counter({"Query": 1 + 10}) + CASH
    assert "More are coming. /payment-status lists them." in bot_stage.dana.home.text
    assert "Jun" not in bot_stage.dana.home.text
    logged(bot_stage.dana)
    bot_stage.clock.moment += timedelta(days=5)
    bot_stage.dana.open_home()
    assert "Jun 1" in bot_stage.dana.home.text
    assert "May 1, " in bot_stage.dana.home.text, "a year ahead"
    bot_stage.put(a_row("2026-05-31-night-boat", starts_at="2026-05-31T20:00:00-07:00"))
    bot_stage.clock.moment = NOW.replace(month=6, day=1, hour=8)  # one o'clock at night on the boat
    bot_stage.dana.open_home()
    assert "night-boat" in str(bot_stage.dana.home.blocks), "it goes on past midnight"


def test_slack_may_verify_the_address_and_repeat_an_event(bot_stage: BotStage) -> None:
    assert bot_stage.slack.verify_url()
    bot_stage.dana.open_home()
    event = next(body for body in map(_sent, bot_stage.slack.deliveries) if body.get("type") == "event_callback")
    for reason, calls in (("http_timeout", []), ("connection_failed", ["views.publish"])):
        with bot_stage.counting() as cost:
            answer = posted(bot_stage, event, **{"x-slack-retry-num": "1", "x-slack-retry-reason": reason})
        assert (answer["statusCode"], cost.slack) == (200, calls), "one that took too long is in hand already"
    event["event"]["tab"] = "messages"
    with bot_stage.counting() as cost:
        assert posted(bot_stage, event)["statusCode"] == 200
    assert cost.slack == []


def _sent(delivery: Any) -> dict[str, Any]:
    """The JSON that Slack sent; empty for a form."""
    try:
        body: dict[str, Any] = json.loads(delivery.body)
    except ValueError:
        return {}
    return body
