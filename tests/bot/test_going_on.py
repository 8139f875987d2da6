"""A form that Slack no longer opens in time: a button opens it with everything that was typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.going_on import GO_ON
from tests.bot.conftest import last, logged, plainly
from tests.bot.test_troubles import SLOW, TOO_LATE
from tests.builders import EID, a_row

if TYPE_CHECKING:
    from tests.bot.conftest import BotStage

LATE = "expired_trigger_id"


@pytest.mark.parametrize("error", [LATE, "trigger_expired"])
def test_a_command_goes_on_with_its_words(bot_stage: BotStage, error: str) -> None:
    bot_stage.slack.fail("views.open", error=error)
    bot_stage.dana.command("/log-payment", f"{EID} dave 80 venmo <half> & rest on friday", channel="C0CORY")
    offer = last(bot_stage.dana, "C0CORY")
    assert offer.ephemeral
    assert plainly(offer.text) == TOO_LATE
    assert bot_stage.slack.deliveries[-1].answer == b"", "Slack reads no response after three seconds"
    bot_stage.dana.click(offer, action_id=GO_ON)
    form = bot_stage.dana.form
    assert (form.values["patron"], form.values["amount"], form.values["method"]) == ("dave", "80", "venmo")
    assert "rest on friday" in form.text
    assert bot_stage.dana.sees("C0CORY") == [], "the button is gone"
    form.submit()
    assert form.title == "Payment logged"
    assert bot_stage.paid() == {"dave": "80.00"}


def test_too_late_again_offers_the_button_again(bot_stage: BotStage) -> None:
    bot_stage.slack.fail("views.open", error=LATE, times=2)
    bot_stage.dana.command("/board", EID)
    bot_stage.dana.click(last(bot_stage.dana), action_id=GO_ON)
    (offer,) = bot_stage.dana.sees()
    bot_stage.dana.click(offer, action_id=GO_ON)
    assert bot_stage.dana.form.title == "Boarding"
    assert bot_stage.dana.sees() == []


def test_a_message_goes_on_from_its_menu_and_a_button_from_the_status(bot_stage: BotStage) -> None:
    said = bot_stage.marco.say("Dave paid 80 on Venmo")
    bot_stage.slack.fail("views.open", error=LATE)
    bot_stage.dana.message_shortcut(said, "log_payment_message")
    bot_stage.dana.click(last(bot_stage.dana), action_id=GO_ON)
    form = bot_stage.dana.form
    assert (form.values["patron"], form.values["amount"], form.values["method"]) == ("dave", "80", "venmo")
    assert "@Marco" in form.text, "its author"
    form.close()

    logged(bot_stage.dana)
    bot_stage.olivia.command("/payment-status", f"{EID} dave")
    status = last(bot_stage.olivia)
    bot_stage.slack.fail("views.open", error=LATE)
    bot_stage.olivia.click(status, action_id="void_entry")
    bot_stage.olivia.click(last(bot_stage.olivia), action_id=GO_ON)
    assert bot_stage.olivia.form.title == "Void an entry"
    assert [message.ts for message in bot_stage.olivia.sees() if message.ephemeral] == [status.ts]


def test_a_form_on_top_of_another_goes_on_there(bot_stage: BotStage) -> None:
    bot_stage.put(a_row(capacity=12))
    bot_stage.dana.command("/board", EID)
    board = bot_stage.dana.form
    bot_stage.slack.fail("views.push", error=LATE)
    board.click("board_passengers")
    assert bot_stage.dana.form.title == "Boarding"
    assert TOO_LATE in board.text
    board.click(GO_ON)
    assert bot_stage.dana.form.title == "Passenger list"


def test_the_home_tab_has_the_button_itself_and_a_shortcut_sends_it_directly(bot_stage: BotStage) -> None:
    bot_stage.dana.open_home()
    bot_stage.slack.fail("views.open", error=LATE)
    bot_stage.dana.home.press(f"home_log.{EID}")
    assert TOO_LATE in bot_stage.dana.home.text
    bot_stage.dana.home.press(GO_ON)
    assert bot_stage.dana.form.values["event"] == EID
    bot_stage.dana.form.close()
    assert "Today" in bot_stage.dana.home.text, "closing the form publishes the tab again"

    direct = bot_stage.slack.direct_channel("U0DANA").id
    bot_stage.slack.fail("views.open", error=LATE)
    bot_stage.dana.shortcut("log_payment")
    (offer,) = bot_stage.dana.sees(direct)
    assert plainly(offer.text) == TOO_LATE
    bot_stage.dana.click(offer, action_id=GO_ON)
    assert bot_stage.dana.form.title == "Log a payment"
    assert bot_stage.dana.sees(direct) == []


def test_words_are_not_lost_in_an_outage_either(bot_stage: BotStage) -> None:
    bot_stage.world.table_faults.fail_next("Query", throttle=True, times=2)
    bot_stage.dana.command("/payment-status", f"{EID} dave")
    failed = last(bot_stage.dana)
    assert plainly(failed.text) == SLOW
    bot_stage.world.table_faults.fail_next("Query", throttle=True, times=2)
    bot_stage.dana.click(failed, action_id=GO_ON)
    (failed,) = bot_stage.dana.sees()
    assert plainly(failed.text) == SLOW, "the answer takes the place of the last one"
    bot_stage.dana.click(failed, action_id=GO_ON)
    assert "Dave Kowalski" in last(bot_stage.dana).text
    assert len(bot_stage.dana.sees()) == 1

    bot_stage.world.table_faults.fail_next("Query", throttle=True, times=2)
    bot_stage.dana.command("/waiver", EID)
    bot_stage.dana.click(last(bot_stage.dana), action_id=GO_ON)
    assert [message.ephemeral for message in bot_stage.marco.sees()] == [False], "the card is for everybody"


def test_words_that_no_button_can_carry_are_asked_for_again(bot_stage: BotStage) -> None:
    bot_stage.slack.fail("views.open", error=LATE)
    bot_stage.dana.command("/log-payment", f"{EID} dave 80 cash " + "and so on " * 200)
    assert plainly(last(bot_stage.dana).text).endswith("Please ask for it again.")
    assert last(bot_stage.dana).blocks == []


def test_the_role_is_that_of_whoever_presses(bot_stage: BotStage) -> None:
    bot_stage.slack.fail("views.open", error=LATE)
    bot_stage.dana.command("/log-payment", EID)
    offer = last(bot_stage.dana)
    bot_stage.restart(CREW_USERS="U0MARCO")
    bot_stage.dana.click(offer, action_id=GO_ON)
    assert bot_stage.dana.modal is None
    assert last(bot_stage.dana).text.startswith("This is for the crew")
