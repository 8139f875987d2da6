"""Outages of the table and of Slack: one clear sentence in time, the form kept, and nothing counted twice."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.bot.conftest import last, logged, opened, plain_errors, plainly
from tests.bot.test_costs import MONTHS
from tests.builders import EID, a_row

if TYPE_CHECKING:
    from tests.bot.conftest import BotStage

pytestmark = pytest.mark.hasty

SLOW = "The ledger did not answer in time. Try again: it is safe, nothing is counted twice."
TROUBLE = "Something went wrong on our side. Please try once more: nothing is counted twice."
TOO_LATE = "Slack opens a form within three seconds only, and this took longer. Nothing is saved yet."


def test_a_lost_answer_is_found_again_by_the_bots_own_second_try(bot_stage: BotStage) -> None:
    form = opened(bot_stage.dana, f"{EID} dave 80 cash")
    bot_stage.world.table_faults.fail_next("UpdateItem", drop_answer=True)
    form.submit()
    assert form.title == "Payment logged"
    assert bot_stage.paid() == {"dave": "80.00"}


def test_when_every_answer_is_lost_pressing_again_shows_the_receipt(bot_stage: BotStage) -> None:
    form = opened(bot_stage.dana, f"{EID} dave 80 cash for two")
    bot_stage.world.table_faults.fail_next("UpdateItem", drop_answer=True, times=2)
    form.submit()
    assert plain_errors(form) == {"amount": SLOW}
    assert form.values["notes"] == "for two"
    form.submit()
    assert "Already logged, and counted once: $80.00" in form.text
    assert bot_stage.paid() == {"dave": "80.00"}


@pytest.mark.parametrize("fault", ["throttle", "error", "drop_request", "delay"])
def test_a_submit_that_the_table_does_not_take_is_reported_in_time(bot_stage: BotStage, fault: str) -> None:
    form = opened(bot_stage.dana, f"{EID} dave 80 cash")
    how = {"throttle": True, "error": "InternalServerError", "drop_request": True, "delay": 1.2}[fault]
    bot_stage.world.table_faults.fail_next("UpdateItem", times=2, **{fault: how})  # type: ignore[arg-type]  # one of the four
    began = time.perf_counter()
    form.submit()
    assert time.perf_counter() - began < 2.9
    assert plain_errors(form) == {"amount": SLOW}
    assert not bot_stage.dana.troubles
    time.sleep(0.6 if fault == "delay" else 0)  # a delayed request still arrives
    form.submit()
    assert form.title == "Payment logged"
    assert bot_stage.paid() == {"dave": "80.00"}


def test_a_table_that_is_down_opens_no_form_and_says_so(bot_stage: BotStage) -> None:
    for text in (EID, ""):
        bot_stage.world.table_faults.fail_next("Query", throttle=True, times=2)
        bot_stage.dana.command("/log-payment", text)
        assert bot_stage.dana.modal is None
        assert plainly(last(bot_stage.dana).text) == SLOW
        assert last(bot_stage.dana).ephemeral


@pytest.mark.parametrize("fault", ["throttle", "error", "drop_request", "delay"])
def test_a_roster_that_does_not_answer_leaves_a_form_without_it_in_time(bot_stage: BotStage, fault: str) -> None:
    bot_stage.remember_events()
    how = {"throttle": True, "error": "InternalServerError", "drop_request": True, "delay": 1.2}[fault]
    bot_stage.world.table_faults.fail_next("Query", times=2, **{fault: how})  # type: ignore[arg-type]  # one of the four
    form = opened(bot_stage.dana, "dave 62,5 cash")
    assert bot_stage.slack.deliveries[-1].seconds < 2.9
    assert (form.values["event"], form.values["patron"], form.values["method"]) == (EID, None, "cash")
    assert "The roster could not be read in time." in form.text
    assert "You typed “dave”. Please pick who that is from the list." in form.text
    time.sleep(0.6 if fault == "delay" else 0)
    form.choose("patron", "dave")
    assert form.values["amount"] is None, "what was typed was not understood, so the balance does not take its place"
    form.fill("amount", "62.50").submit()
    assert form.title == "Payment logged"


def test_near_rosters_that_do_not_answer_cost_the_offer_and_not_the_form(bot_stage: BotStage) -> None:
    bot_stage.put(a_row("2026-05-24-golden-gate-sunset", patrons={"owen": {"name": "Owen", "party": 1, "due": 95}}))
    bot_stage.world.table_faults.fail_next("Query", delay=1.2, times=2, after=MONTHS + 1)
    form = opened(bot_stage.dana, "owen 95 cash")
    assert bot_stage.slack.deliveries[-1].seconds < 2.9
    assert "You typed “owen”." in form.text
    assert "Switch" not in form.text


def test_a_list_that_does_not_answer_in_time_is_reported_in_time(bot_stage: BotStage) -> None:
    bot_stage.world.table_faults.fail_next("Query", delay=1.2, times=2)
    bot_stage.dana.command("/log-payment", "dave 20")
    assert plainly(last(bot_stage.dana).text) == SLOW
    assert bot_stage.slack.deliveries[-1].seconds < 2.9


def test_a_slow_table_is_reported_in_time(bot_stage: BotStage) -> None:
    bot_stage.remember_events()
    for command in ("/log-payment", "/waiver"):
        bot_stage.world.table_faults.fail_next("Query", delay=0.9, times=2)
        bot_stage.dana.command(command, EID)
        assert plainly(last(bot_stage.dana).text) == SLOW
    assert max(each.seconds for each in bot_stage.slack.deliveries) < 2.9


def test_type_aheads_say_why_they_offer_nothing_while_the_table_is_down(bot_stage: BotStage) -> None:
    form = opened(bot_stage.dana)
    bot_stage.world.table_faults.fail_next("Query", throttle=True, times=2)
    assert form.options("patron", "da") == ["The ledger did not answer in time."]
    bot_stage.world.table_faults.fail_next("Query", throttle=True, times=2)
    assert form.options("event", "co") == ["The ledger did not answer in time."]
    assert not bot_stage.dana.troubles
    assert form.options("event", "co") == ["Captain Cory, afternoon · Sat May 23, 1:00 PM"]


def test_while_choosing_the_form_stays_with_a_banner_until_the_table_is_back(bot_stage: BotStage) -> None:
    form = opened(bot_stage.dana, f"{EID} dave 80 cash for two")
    before, ana = form.values, _offered(bot_stage, "ana")
    bot_stage.world.table_faults.fail_next("Query", error="InternalServerError", times=2)
    bot_stage.slack.act("U0DANA", form.id, "patron", f"patron.{EID}", {"selected_option": ana})
    assert form.values == before | {"patron": "ana"}
    assert SLOW in form.text
    form.choose("patron", "Dave")
    assert SLOW not in form.text
    assert form.values == before


def _offered(bot_stage: BotStage, query: str) -> dict[str, object]:
    return dict(bot_stage.dana.form.suggest("patron", query)[0])


def test_trouble_on_trouble_leaves_one_banner(bot_stage: BotStage) -> None:
    form = opened(bot_stage.dana)
    ana, dave = _offered(bot_stage, "ana"), _offered(bot_stage, "dave")
    for option in (ana, dave):
        bot_stage.world.table_faults.fail_next("Query", throttle=True, times=2)
        bot_stage.slack.act("U0DANA", form.id, "patron", f"patron.{EID}", {"selected_option": option})
    assert form.text.count(SLOW) == 1


def test_a_view_that_moved_on_is_left_alone(bot_stage: BotStage) -> None:
    form = opened(bot_stage.dana)
    bot_stage.slack.fail("views.update", error="hash_conflict")
    form.choose("patron", "ana")
    assert not bot_stage.dana.troubles
    assert "went wrong" not in form.text


def test_a_late_answer_to_an_earlier_choice_does_not_undo_a_later_one(bot_stage: BotStage) -> None:
    form = opened(bot_stage.dana)
    ana, dave = _offered(bot_stage, "ana"), _offered(bot_stage, "dave")
    bot_stage.world.table_faults.fail_next("Query", delay=0.4)
    choice = (form.id, "patron", f"patron.{EID}")
    late = threading.Thread(target=bot_stage.slack.act, args=("U0DANA", *choice, {"selected_option": ana}))
    late.start()
    while bot_stage.world.table_faults.unused:
        time.sleep(0.01)
    bot_stage.slack.act("U0DANA", *choice, {"selected_option": dave})
    assert late.is_alive()
    late.join()
    assert (form.values["patron"], form.values["amount"]) == ("dave", "125.00")
    assert not bot_stage.dana.troubles


def test_choosing_while_slack_takes_no_update_breaks_nothing(bot_stage: BotStage) -> None:
    form = opened(bot_stage.dana)
    for fault in ({"error": "internal_error"}, {"status": 500}, {"error": "ratelimited"}):
        bot_stage.slack.fail("views.update", times=2, **fault)
        form.choose("patron", "ana")
        assert bot_stage.slack.deliveries[-1].status == 200
    form.fill("amount", "250").choose("method", "Cash").submit()
    assert form.title == "Payment logged"


def test_table_and_slack_down_together_break_nothing(bot_stage: BotStage) -> None:
    form = opened(bot_stage.dana)
    ana = _offered(bot_stage, "ana")
    bot_stage.world.table_faults.fail_next("Query", throttle=True, times=2)
    bot_stage.slack.fail("views.update", status=503, times=3)
    bot_stage.slack.act("U0DANA", form.id, "patron", f"patron.{EID}", {"selected_option": ana})
    assert bot_stage.slack.deliveries[-1].status == 200


def test_a_form_that_slack_does_not_open_is_explained(bot_stage: BotStage) -> None:
    for error, said in (
        ("expired_trigger_id", TOO_LATE),
        ("exchanged_trigger_id", TOO_LATE),
        ("ratelimited", TROUBLE),
        ("invalid_auth", TROUBLE),
    ):
        bot_stage.slack.fail("views.open", error=error)
        bot_stage.dana.command("/log-payment", EID)
        assert plainly(last(bot_stage.dana).text) == said
    bot_stage.slack.fail("views.open", status=500)
    bot_stage.dana.command("/log-payment", EID)
    assert plainly(last(bot_stage.dana).text) == TROUBLE


def test_a_slack_that_does_not_answer_is_given_up_in_time(bot_stage: BotStage) -> None:
    logged(bot_stage.dana)
    bot_stage.slack.fail("views.open", delay=2.3)
    bot_stage.dana.command("/log-payment", EID)
    assert plainly(last(bot_stage.dana).text) == TROUBLE


def test_log_another_while_the_table_is_down_keeps_the_receipt(bot_stage: BotStage) -> None:
    receipt = logged(bot_stage.dana)
    bot_stage.world.table_faults.fail_next("Query", throttle=True, times=2)
    receipt.submit()
    assert not bot_stage.dana.troubles, bot_stage.dana.trouble_log
    assert SLOW in receipt.text
    assert "Logged: $125.00 by cash for Dave Kowalski" in receipt.text
    receipt.submit()
    assert receipt.title == "Log a payment"


def test_a_status_button_whose_answer_slack_does_not_take_breaks_nothing(bot_stage: BotStage) -> None:
    bot_stage.dana.command("/payment-status")
    before = last(bot_stage.dana)
    bot_stage.monkeypatch.setattr(bot_stage.slack, "respond", lambda *_: (404, "expired_url"))
    bot_stage.dana.click(before, action_id=f"payment_status.{EID}")
    assert bot_stage.slack.deliveries[-1].status == 200
    assert [message.ts for message in bot_stage.dana.sees()] == [before.ts]


def test_an_answer_that_slack_takes_too_slowly_is_given_up_in_time(bot_stage: BotStage) -> None:
    form = opened(bot_stage.dana)
    bot_stage.slack.fail("views.update", delay=2.2, times=2)
    form.choose("patron", "ana")
    bot_stage.dana.command("/payment-status")

    def slowly(*_: object) -> tuple[int, str]:
        time.sleep(3.2)
        return 200, "ok"

    bot_stage.monkeypatch.setattr(bot_stage.slack, "respond", slowly)
    bot_stage.dana.click(last(bot_stage.dana), action_id=f"payment_status.{EID}")
    assert not bot_stage.dana.troubles, bot_stage.dana.trouble_log
    bot_stage.slack.faults.clear()


def test_a_slack_that_is_slow_at_every_step_is_given_up_in_time(bot_stage: BotStage) -> None:
    bot_stage.dana.command("/payment-status")
    answer, before = last(bot_stage.dana), len(bot_stage.slack.deliveries)
    bot_stage.restart()  # nobody is known yet
    bot_stage.slack.fail("users.info", delay=1.7)
    bot_stage.slack.fail("views.open", delay=1.7)
    bot_stage.dana.command("/log-payment", EID)
    assert plainly(last(bot_stage.dana).text) == TROUBLE

    def slowly(*_: object) -> tuple[int, str]:
        time.sleep(1.7)
        return 200, "ok"

    bot_stage.monkeypatch.setattr(bot_stage.slack, "respond", slowly)
    bot_stage.restart()
    bot_stage.slack.fail("users.info", delay=1.7)
    bot_stage.dana.click(answer, action_id=f"payment_status.{EID}")
    assert not bot_stage.dana.troubles, bot_stage.dana.trouble_log
    assert max(each.seconds for each in bot_stage.slack.deliveries[before:]) < 2.95


def test_a_status_button_while_the_table_is_down_answers_the_asker(bot_stage: BotStage) -> None:
    bot_stage.dana.command("/payment-status")
    before = last(bot_stage.dana)
    bot_stage.world.table_faults.fail_next("Query", throttle=True, times=2)
    bot_stage.dana.click(before, action_id=f"payment_status.{EID}")
    assert plainly(last(bot_stage.dana).text) == SLOW
    assert before.ts in {message.ts for message in bot_stage.dana.sees()}
    assert bot_stage.row() == a_row()


@pytest.mark.parametrize("fault", [{"damaged": True, "times": 2}, {"cut": True, "times": 2}, {"body": b"{}"}], ids=str)
def test_an_answer_of_the_table_that_was_cut_is_said_in_the_usual_sentence(
    bot_stage: BotStage, fault: dict[str, Any]
) -> None:
    bot_stage.world.table_faults.fail_next("Query", **fault)
    bot_stage.dana.command("/log-payment", EID)
    assert bot_stage.dana.modal is None
    assert plainly(last(bot_stage.dana).text) == SLOW

    form = opened(bot_stage.dana, f"{EID} dave 80 cash")
    bot_stage.world.table_faults.fail_next("UpdateItem", **fault)
    form.submit()
    assert plain_errors(form) == {"amount": SLOW}
    form.submit()
    assert "Already logged, and counted once: $80.00" in form.text
    assert bot_stage.paid() == {"dave": "80.00"}
