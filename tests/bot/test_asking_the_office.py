"""*Ask the office* for a void, once it is too late to undo a payment, and the press with which an admin grants it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from announce.posts import request_line
from charter.payments import Source, Void
from charter.refusals import NotYours
from charter.void_requests import VoidRequested
from devkit.season.planting import to_item
from devkit.slack.people import BOT_USER_ID
from devkit.slack.seen import Message
from roster.verifying.evidence import check_edit
from tests.bot.conftest import last, logged
from tests.bot.test_board import again
from tests.bot.test_troubles import SLOW
from tests.bot.test_undo import LATE, answer, entries, later, posted
from tests.builders import DANA, EID, NOW

if TYPE_CHECKING:
    from tests.bot.conftest import BotStage


def requests(bot_stage: BotStage) -> list[dict[str, Any]]:
    return [row for row in bot_stage.rows("#change:") if row["what"] == "void_requested"]


def test_who_is_too_late_asks_the_office_once_from_the_receipt_or_the_post(bot_stage: BotStage) -> None:
    receipt = logged(bot_stage.dana, f"{EID} dave 80 cash")
    post = posted(bot_stage)
    later(bot_stage, minutes=12)
    receipt.click("undo_entry")
    bot_stage.world.table_faults.fail_next("TransactWriteItems", throttle=True, times=2)
    receipt.click("ask_office")
    assert SLOW in receipt.text
    assert "Ask the office" in receipt.text, "it can be pressed again"
    receipt.click("ask_office")
    assert ":envelope: The office is asked: void $80.00 by cash for Dave Kowalski." in receipt.text
    assert not {"Undo", "Ask the office"} & set(receipt.text.splitlines())
    later(bot_stage, minutes=1)
    again(bot_stage)
    assert "Only the office can void it now." in answer(bot_stage.dana, post)
    bot_stage.dana.click(last(bot_stage.dana), action_id="ask_office")
    assert "You asked already, and the office reads it once: void $80.00" in last(bot_stage.dana).text
    assert "Ask the office" not in last(bot_stage.dana).text

    (row,) = requests(bot_stage)
    (paid,) = bot_stage.row()["payments"]["dave"]["entries"]
    assert {name: row[name] for name in ("patron_id", "from", "to", "by", "at")} == {
        "patron_id": "dave",
        "from": "",
        "to": paid,
        "by": DANA,
        "at": "2026-05-23T20:42:00.000Z",
    }
    assert list(check_edit(to_item(row))) == []
    assert bot_stage.paid() == {"dave": "80.00"}, "a request changes no money"


def test_what_was_voided_meanwhile_or_is_somebody_elses_is_not_asked_for(bot_stage: BotStage) -> None:
    receipt = logged(bot_stage.dana, f"{EID} dave 80 cash")
    later(bot_stage, minutes=12)
    post = posted(bot_stage)
    assert LATE.replace("10", "12") in answer(bot_stage.dana, post)
    press = last(bot_stage.dana)
    receipt.click("undo_entry")
    (paid,) = bot_stage.row()["payments"]["dave"]["entries"]
    asked = bot_stage.world.lambda_function.services.void_requests
    with pytest.raises(NotYours):
        asked.ask(EID, "dave", paid, by="slack:U0MARCO", now=NOW)
    ledger = bot_stage.world.lambda_function.ledger
    ledger.reverse(Void(EID, "dave", paid, "twice"), by="web:olivia", source=Source.WEB, now=NOW)
    receipt.click("ask_office")
    assert "That entry is already voided or returned by the bank. Nothing was changed." in receipt.text
    bot_stage.dana.click(press, action_id="ask_office")
    assert "That entry is already voided or returned by the bank." in last(bot_stage.dana).text
    assert requests(bot_stage) == []


def test_an_admin_voids_what_was_asked_for_with_one_press_once(bot_stage: BotStage) -> None:
    logged(bot_stage.dana, f"{EID} dave 80 cash")
    (paid,) = bot_stage.row()["payments"]["dave"]["entries"]
    asked = bot_stage.world.lambda_function.services.void_requests.ask(EID, "dave", paid, by=DANA, now=NOW)
    line = request_line(VoidRequested(asked.event, asked.patron, asked.entry, asked.edit, NOW), by="Dana Reyes")
    post = bot_stage.slack.board.add(channel="C0DOCK", user=BOT_USER_ID, payload=line)
    request = Message(bot_stage.slack, "U0OLIVIA", post)
    bot_stage.marco.click(request, action_id="void_as_asked")
    assert "Only the office can take a payment back" in last(bot_stage.marco).text
    assert bot_stage.paid() == {"dave": "80.00"}

    bot_stage.olivia.click(request, action_id="void_as_asked")
    assert "Voided: $80.00 by cash for Dave Kowalski." in last(bot_stage.olivia).text
    bot_stage.olivia.click(request, action_id="void_as_asked")
    assert "Already voided, and counted once: $80.00" in last(bot_stage.olivia).text
    _, void = entries(bot_stage)
    assert (void["logged_by"], void["reason"]) == (
        "slack:U0OLIVIA",
        "the person who logged it asked the office to void it",
    )
