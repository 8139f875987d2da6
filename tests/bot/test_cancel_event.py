"""*Cancel event* and *Bring back*: the effects are shown first, a reason is kept, and money can still be refunded."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.bot.conftest import last, logged, opened
from tests.bot.test_edit_event import editing, edits
from tests.bot.test_refusals import again, submission_of
from tests.bot.test_status import status
from tests.builders import EID, a_row, a_signature_row

if TYPE_CHECKING:
    from devkit.slack import Modal, Person
    from tests.bot.conftest import BotStage


def pressed(person: Person, action_id: str) -> Modal:
    """The form that the button below the event's status opens."""
    person.click(status(person, EID), action_id=action_id)
    assert not person.troubles, person.trouble_log
    return person.form


def test_the_form_says_what_cancelling_means_and_a_press_does_it_once(bot_stage: BotStage) -> None:
    bot_stage.put(a_signature_row())
    logged(bot_stage.dana, f"{EID} dave 60 cash").close()
    form = pressed(bot_stage.olivia, "cancel_event")
    for sentence in (
        "3 people in 2 parties are expected.",
        "$60.00 was paid by 1 patron and must go back.",
        "1 of 3 signed: Dave Kowalski",
        "Then nobody boards or signs, nobody owes, and no reminder is posted.",
    ):
        assert sentence in form.text
    form.submit()
    assert form.errors == {"reason": "Please complete this required field."}
    form.fill("reason", " storm  <!here> ").submit()
    assert form.title == "Event cancelled"
    assert "Cancelled: Captain Cory, afternoon" in form.text
    assert "$60.00 was paid and must go back." in form.text
    assert bot_stage.row()["status"] == "cancelled"
    assert "Already saved, and counted once" in json.dumps(again(bot_stage, submission_of(bot_stage)))
    assert edits(bot_stage) == [("status", "scheduled", "cancelled", "storm <!here>")]
    for person in (bot_stage.dana, bot_stage.olivia):
        changes = status(person, f"{EID} since 10:00").text
        assert "status takes place → cancelled · @Olivia Park · because “storm <!here>”" in changes

    form.click("bring_back_event")
    back = bot_stage.olivia.form
    assert "3 people in 2 parties are expected again. $315.00 is owed then." in back.text
    back.submit()
    assert "Takes place again: Captain Cory, afternoon" in back.text
    assert bot_stage.row()["status"] == "scheduled"
    assert "cancel_event" in json.dumps(status(bot_stage.olivia, EID).blocks)


def test_the_words_open_the_form_with_the_reason_and_find_what_is_cancelled(bot_stage: BotStage) -> None:
    form = editing(bot_stage.olivia, "cory cancel because the engine failed")
    assert (form.title, form.values) == ("Cancel event", {"reason": "the engine failed"})
    form.submit()
    assert "bring_back_event" in json.dumps(status(bot_stage.olivia, EID).blocks)
    bot_stage.olivia.form.close()
    back = editing(bot_stage.olivia, "bring back")
    assert back.title == "Bring event back"
    back.close()
    again_cancelled = editing(bot_stage.olivia, f"{EID} cancel")
    assert "This event is cancelled already." in again_cancelled.text
    again_cancelled.close()
    editing(bot_stage.olivia, f"{EID} bring it back").submit()
    assert bot_stage.row()["status"] == "scheduled"
    both = editing(bot_stage.olivia, "cory cancel price 20")
    assert (both.title, both.values["status"], both.values["price"]) == ("Edit event", "cancelled", "20.00")
    both.close()
    bot_stage.olivia.command("/payment-status", "edit bring back")
    assert "No event that is to come is cancelled." in last(bot_stage.olivia).text


def test_two_admins_at_once_cancel_once_and_the_second_sees_a_new_time_first(bot_stage: BotStage) -> None:
    bot_stage.restart(ADMIN_USERS="U0OLIVIA,U0MARCO")
    form = pressed(bot_stage.olivia, "cancel_event").fill("reason", "storm")
    editing(bot_stage.marco, f"{EID} to 15:00").submit()
    form.submit()
    assert "Somebody else changed this event meanwhile, so nothing is saved yet." in form.text
    assert "Last change: start Sat May 23, 1:00 PM → Sat May 23, 3:00 PM · @Marco" in form.text
    assert form.values == {"reason": "storm"}
    assert bot_stage.row()["status"] == "scheduled"
    late = pressed(bot_stage.marco, "cancel_event").fill("reason", "wind")
    form.submit()
    late.submit()
    assert "Nothing was changed: Captain Cory, afternoon" in late.text
    assert [row["reason"] for row in bot_stage.rows("#change:") if row["what"] == "status"] == ["storm"]


def test_a_cancelled_event_is_not_guessed_and_refuses_boarding_and_reminders_but_takes_money_back(
    bot_stage: BotStage,
) -> None:
    logged(bot_stage.dana, f"{EID} dave 60 cash").close()
    bot_stage.put(a_row("2026-05-24-golden-gate-sunset", title="Golden Gate, sunset"))
    editing(bot_stage.olivia, "cory cancel because storm").submit()
    form = opened(bot_stage.dana, "")
    assert form.values["event"] == "2026-05-24-golden-gate-sunset"
    form.close()
    assert "This event is cancelled. A payment can still be written down." in opened(bot_stage.dana, EID).text
    bot_stage.dana.form.close()
    bot_stage.dana.command("/waiver", f"remind {EID}")
    assert "Captain Cory, afternoon is cancelled, so there is nothing to sign." in last(bot_stage.dana).text
    bot_stage.dana.command("/board", EID)
    assert "This event is cancelled: nobody boards." in bot_stage.dana.form.text
    bot_stage.dana.form.close()
    for action, says in (("add_patron", "Add a patron"), ("paste_roster", "Paste a roster")):
        opened_form = pressed(bot_stage.olivia, action)
        assert opened_form.title == says
        assert "This event is cancelled." in opened_form.text
        opened_form.close()
    refund = opened(bot_stage.olivia, f"refund {EID} dave 60")
    refund.fill("reason", "storm").submit()
    assert bot_stage.paid() == {"dave": "0.00"}
