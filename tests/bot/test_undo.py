"""*Undo* in the receipt and below the post of a payment: for the person who logged it, for ten minutes, and once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from announce.posts import payment_line
from charter.announcements import EntryLogged
from charter.boarding import CheckIn
from charter.boarding_edits import come_back
from charter.moments import utc
from charter.payments import Refund, Source, Void
from devkit.slack.people import BOT_USER_ID
from devkit.slack.seen import Message
from tests.bot.conftest import last, logged, opened
from tests.bot.test_board import again
from tests.bot.test_troubles import SLOW
from tests.bot.test_walk_ups import _newcomer as newcomer
from tests.builders import DANA, EID, NOW, a_row
from tests.roster.command import renamed

if TYPE_CHECKING:
    from devkit.slack import Modal, Person
    from tests.bot.conftest import BotStage
    from tests.conftest import Engine

UNDONE = "undone by whoever logged it"
LATE = "Logged 10 minutes ago. Only the office can void it now."


def entries(bot_stage: BotStage, patron_id: str = "dave", eid: str = EID) -> list[dict[str, Any]]:
    """The entries of a patron as the table holds them, the void last."""
    found = bot_stage.row(eid)["payments"][patron_id]["entries"].values()
    return sorted(found, key=lambda entry: str(entry["kind"]))


def posted(bot_stage: BotStage, patron_id: str = "dave", eid: str = EID) -> Message:
    """The post of the patron's payment in #dock, as the announcements write it."""
    event = bot_stage.world.lambda_function.ledger.event(eid)
    patron = event.patron(patron_id)
    assert patron is not None
    fact = EntryLogged(event, patron, event.payment(patron_id).entries[0], NOW)
    line = payment_line(fact, by="Dana Reyes", undoable=True)
    post = bot_stage.slack.board.add(channel="C0DOCK", user=BOT_USER_ID, payload=line)
    return Message(bot_stage.slack, "U0DANA", post)


def answer(person: Person, message: Message) -> str:
    """Return the answer after pressing *Undo* below the post, which the person alone reads."""
    person.click(message, action_id="undo_entry")
    assert last(person).ephemeral
    return last(person).text


def later(bot_stage: BotStage, **time: float) -> None:
    bot_stage.clock.moment += timedelta(**time)


def walked_up(person: Person, name: str = "Zed Quist", **typed: str) -> Modal:
    """The receipt of a walk-up's payment."""
    form = opened(person).choose("patron", name, pick=f"New patron “{name}”").choose("method", "Cash")
    for block_id, text in typed.items():
        form.fill(block_id, text)
    form.submit()
    assert form.title == "Payment logged", form.text
    return form


def test_the_receipt_undoes_its_payment_once_and_then_logs_another(bot_stage: BotStage) -> None:
    form = logged(bot_stage.dana, f"{EID} dave 80 cash")
    confirm = form.block("undo")["elements"][0]["confirm"]
    assert confirm["text"]["text"] == (
        "$80.00 by cash for Dave Kowalski: the entry stays in the ledger, and a new one takes it back."
    )
    form.click("undo_entry")
    assert form.title == "Payment undone"
    assert "Undone: $80.00 by cash for Dave Kowalski" in form.text
    assert "@Dana Reyes" in form.text
    again(bot_stage)  # the same press, redelivered
    _, void = entries(bot_stage)
    assert (void["amount"], void["reason"], void["logged_by"]) == (Decimal(-80), UNDONE, DANA)
    assert void["reverses"] in bot_stage.row()["payments"]["dave"]["entries"]
    assert bot_stage.paid() == {"dave": "0.00"}
    form.submit()
    assert form.title == "Log a payment"
    form.choose("patron", "Dave").fill("amount", "90").choose("method", "Cash").submit()
    assert bot_stage.paid() == {"dave": "90.00"}


def test_below_the_post_only_its_author_can_undo_and_the_office_gets_the_form_for_a_void(bot_stage: BotStage) -> None:
    logged(bot_stage.dana, f"{EID} dave 80 cash")
    post = posted(bot_stage)
    assert answer(bot_stage.marco, post) == (
        ":warning: Only @Dana Reyes, who logged it, and the office can undo it. Ask @Olivia Park."
    )
    bot_stage.olivia.click(post, action_id="undo_entry")
    form = bot_stage.olivia.form
    assert form.title == "Void an entry"
    assert [form.values["payment_id"]] == list(bot_stage.row()["payments"]["dave"]["entries"])
    form.close()
    assert len(entries(bot_stage)) == 1

    assert "Undone: $80.00 by cash for Dave Kowalski" in answer(bot_stage.dana, post)
    assert "Already undone, and counted once: $80.00" in answer(bot_stage.dana, post)
    assert "already voided" in answer(bot_stage.marco, post)
    assert "already voided" in answer(bot_stage.olivia, post)
    assert len(entries(bot_stage)) == 2


def test_after_ten_minutes_it_is_too_late_for_crew_and_an_undo_of_before_still_is_one(bot_stage: BotStage) -> None:
    receipt = logged(bot_stage.dana, f"{EID} dave 80 cash")
    early, post = posted(bot_stage), posted(bot_stage)
    later(bot_stage, minutes=10)
    receipt.click("undo_entry")
    assert f":warning: {LATE}" in receipt.text
    assert "Logged: $80.00" in receipt.text, "the receipt stays"
    assert LATE in answer(bot_stage.dana, post)
    later(bot_stage, hours=3)
    assert "Logged 3 hours ago." in answer(bot_stage.dana, post)
    assert len(entries(bot_stage)) == 1

    later(bot_stage, hours=-3, seconds=-1)
    assert "Undone: $80.00" in answer(bot_stage.dana, early)
    later(bot_stage, days=2)
    assert "Already undone, and counted once" in answer(bot_stage.dana, early)
    assert len(entries(bot_stage)) == 2


def test_a_payment_that_a_faster_clock_dated_can_be_undone(bot_stage: BotStage) -> None:
    form = logged(bot_stage.dana, f"{EID} dave 80 cash")
    later(bot_stage, seconds=-20)
    form.click("undo_entry")
    assert form.title == "Payment undone"


def test_an_admin_who_is_late_voids_from_the_receipt(bot_stage: BotStage) -> None:
    receipt = logged(bot_stage.olivia, f"{EID} dave 80 cash")
    later(bot_stage, minutes=11)
    form = receipt.click("undo_entry")
    assert form is not None
    assert form.title == "Void an entry"
    assert "$80.00 cash, payment" in form.text
    form.fill("reason", "wrong patron").submit()
    assert bot_stage.paid() == {"dave": "0.00"}


def test_what_the_office_voided_or_gave_back_meanwhile_is_not_undone_and_names_no_other_amount(
    bot_stage: BotStage,
) -> None:
    ledger, now = bot_stage.world.lambda_function.ledger, datetime.now(UTC)
    voided, refunded = logged(bot_stage.dana, f"{EID} dave 80 cash"), logged(bot_stage.marco, f"{EID} ana 90 cash")
    (paid,) = bot_stage.row()["payments"]["dave"]["entries"]
    ledger.reverse(Void(EID, "dave", paid, "twice"), by="web:olivia", source=Source.WEB, now=now)
    refund = Refund("r1", EID, "ana", Decimal("12.34"), "cash", "change")
    ledger.reverse(refund, by="web:olivia", source=Source.WEB, now=now)
    voided.click("undo_entry")
    assert "That entry is already voided or returned by the bank. Nothing was changed." in voided.text
    refunded.click("undo_entry")
    assert "Some of the money was given back since. Only the office can void it now." in refunded.text
    assert "77.66" not in refunded.text
    assert "12.34" not in refunded.text
    assert bot_stage.paid() == {"dave": "0.00", "ana": "77.66"}


@pytest.mark.parametrize("typed", [{}, {"party": "3", "due": "300"}])
def test_a_walk_up_who_paid_only_this_leaves_the_roster_too(bot_stage: BotStage, typed: dict[str, str]) -> None:
    form = walked_up(bot_stage.dana, **typed)
    patron_id, line = newcomer(bot_stage)
    form.click("undo_entry")
    assert "They had paid nothing else, so they are off the roster too." in form.text
    assert newcomer(bot_stage)[1] == {**line, "state": "removed", "due": Decimal("0.00")}
    assert bot_stage.paid() == {patron_id: "0.00"}
    edits = [(edit["what"], edit["to"], edit["by"], edit["reason"]) for edit in bot_stage.rows("#change:")]
    assert sorted(edits) == [
        ("due", "0.00", DANA, UNDONE),
        ("state", "removed", DANA, UNDONE),
    ]
    again(bot_stage)
    assert len(bot_stage.rows("#change:")) == 2


def test_a_walk_up_who_paid_again_or_is_aboard_or_was_put_back_stays(bot_stage: BotStage) -> None:
    first = walked_up(bot_stage.dana)
    patron_id, line = newcomer(bot_stage)
    logged(bot_stage.marco, f"{EID} zed 20 cash")
    first.click("undo_entry")
    assert newcomer(bot_stage)[1] == line
    assert bot_stage.paid() == {patron_id: "20.00"}
    first.close()

    bot_stage.put(a_row())
    second = walked_up(bot_stage.dana)
    patron_id, line = newcomer(bot_stage)
    boarding = bot_stage.world.lambda_function.services.check_ins
    boarding.check_in(CheckIn(EID, patron_id, 1, "known"), by=DANA, admin=False, now=NOW)
    second.click("undo_entry")
    assert "They stay on the roster, because they are checked in." in second.text
    assert newcomer(bot_stage)[1] == line
    seen = bot_stage.world.lambda_function.ledger.event(EID).boarding.aboard[patron_id].at
    boarding.take_back(EID, patron_id, seen=utc(seen), by=DANA, now=NOW)
    again(bot_stage)
    assert newcomer(bot_stage)[1]["state"] == "removed", "a second press finishes it"
    event = bot_stage.world.lambda_function.ledger.event(EID)
    bot_stage.world.lambda_function.services.roster.change(come_back(event, patron_id), by="slack:U0OLIVIA", now=NOW)
    again(bot_stage)
    assert newcomer(bot_stage)[1] == line, "whom the office put back is not removed again"


def test_an_outage_between_the_void_and_the_mark_is_reported_and_a_second_press_finishes_it(
    bot_stage: BotStage,
) -> None:
    form = walked_up(bot_stage.dana)
    patron_id, _ = newcomer(bot_stage)
    bot_stage.world.table_faults.fail_next("TransactWriteItems", throttle=True, times=2)
    form.click("undo_entry")
    assert SLOW in form.text
    assert bot_stage.paid() == {patron_id: "0.00"}
    assert "state" not in newcomer(bot_stage)[1]
    form.click("undo_entry")
    assert "Already undone, and counted once" in form.text
    assert "off the roster too" in form.text
    assert newcomer(bot_stage)[1]["state"] == "removed"
    assert len(entries(bot_stage, patron_id)) == 2


def test_a_lost_answer_of_the_table_leaves_one_void(bot_stage: BotStage) -> None:
    form = logged(bot_stage.dana, f"{EID} dave 80 cash")
    bot_stage.world.table_faults.fail_next("UpdateItem", drop_answer=True, times=2)
    form.click("undo_entry")
    assert SLOW in form.text
    form.click("undo_entry")
    assert "Already undone, and counted once: $80.00" in form.text
    assert len(entries(bot_stage)) == 2


def test_a_full_event_takes_the_undo(bot_stage: BotStage) -> None:
    form = logged(bot_stage.dana, f"{EID} dave 80 cash")
    bot_stage.put({**bot_stage.row(), "filler": "x" * 395_000})
    refused = opened(bot_stage.marco, f"{EID} ana 80 cash")
    refused.submit()
    assert "This event's ledger is full" in refused.text
    form.click("undo_entry")
    assert form.title == "Payment undone"
    assert bot_stage.paid() == {"dave": "0.00"}


def test_an_event_that_was_renamed_or_cancelled_meanwhile_takes_the_undo(
    bare_bot_stage: BotStage, dynamodb: Engine, events_table: str
) -> None:
    bare_bot_stage.put(a_row("2026-05-23"))
    form = logged(bare_bot_stage.dana, "2026-05-23 dave 80 cash")
    renamed(dynamodb.endpoint, events_table, "2026-05-23", EID)
    bare_bot_stage.put({**bare_bot_stage.row(), "status": "cancelled"})
    form.click("undo_entry")
    assert form.title == "Payment undone"
    assert bare_bot_stage.paid() == {"dave": "0.00"}
