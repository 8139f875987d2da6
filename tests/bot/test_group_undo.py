"""*Undo* of payments that were logged together: all of them or one, in the receipt and below the post."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from announce.group_posts import GroupPosts
from charter.announcements import EntryLogged
from charter.payments import Refund, Source, Void
from devkit.slack.people import BOT_USER_ID
from devkit.slack.seen import Message
from tests.bot.conftest import last, logged
from tests.bot.test_asking_the_office import requests
from tests.bot.test_board import again
from tests.bot.test_troubles import SLOW
from tests.bot.test_undo import LATE, entries, later
from tests.builders import DANA, EID, NOW

if TYPE_CHECKING:
    from devkit.slack import Modal, Person
    from tests.bot.conftest import BotStage

BOTH = "$375.00 by venmo for Dave Kowalski and Ana Lima"


def together(person: Person, text: str = f"{EID} dave and ana venmo") -> Modal:
    """The receipt of payments for Dave and Ana."""
    return logged(person, text)


def posted(bot_stage: BotStage) -> Message:
    """The post of the group in #dock, as the announcements write it."""
    event = bot_stage.world.lambda_function.ledger.event(EID)
    patron = event.patron("dave")
    assert patron is not None
    services: Any = SimpleNamespace(poster=SimpleNamespace(name=lambda _id: "Dana Reyes"), now=lambda: NOW)
    message = GroupPosts(services=services).message(EntryLogged(event, patron, event.payment("dave").entries[0], NOW))
    assert message is not None
    post = bot_stage.slack.board.add(channel="C0DOCK", user=BOT_USER_ID, payload=message)
    return Message(bot_stage.slack, "U0DANA", post)


def kinds(bot_stage: BotStage) -> dict[str, list[str]]:
    return {each: [str(entry["kind"]) for entry in entries(bot_stage, each)] for each in ("dave", "ana")}


def answer(person: Person, message: Message, action_id: str = "undo_group") -> str:
    """Return the answer to a press below the post, which the person alone reads."""
    person.click(message, action_id=action_id)
    assert last(person).ephemeral
    return last(person).text


def test_the_receipt_undoes_one_payment_and_then_the_rest_each_once(bot_stage: BotStage) -> None:
    form = together(bot_stage.dana)
    confirm = form.block("undo")["elements"][0]["confirm"]["text"]["text"]
    assert confirm == f"{BOTH}: the entries stay in the ledger, and new ones take them back."
    form.click("undo_entry", block_id="undo.1")
    assert "Undone: $250.00 by venmo for Ana Lima" in form.text
    assert "Ana Lima: $250.00 · taken back" in form.text
    assert "Dave Kowalski: $125.00 · Paid in full" in form.text
    assert "Undo all" not in form.text, "one is left"
    again(bot_stage)
    assert kinds(bot_stage) == {"dave": ["payment"], "ana": ["payment", "void"]}
    form.click("undo_entry", block_id="undo.0")
    assert form.title == "Payment undone"
    assert "Undo" not in form.text.splitlines()
    assert kinds(bot_stage) == {"dave": ["payment", "void"], "ana": ["payment", "void"]}
    assert bot_stage.paid() == {"dave": "0.00", "ana": "0.00"}
    form.submit()
    assert form.title == "Log a payment"


def test_undo_all_is_one_write_and_survives_a_lost_answer(bot_stage: BotStage) -> None:
    form = together(bot_stage.dana)
    bot_stage.world.table_faults.fail_next("UpdateItem", drop_answer=True, times=2)
    form.click("undo_group")
    assert SLOW in form.text
    assert bot_stage.paid() == {"dave": "0.00", "ana": "0.00"}
    form.click("undo_group")
    assert f"Already undone, and counted once: {BOTH}" in form.text
    assert form.title == "Payment undone"
    again(bot_stage)
    assert kinds(bot_stage) == {"dave": ["payment", "void"], "ana": ["payment", "void"]}

    form = together(bot_stage.dana)
    with bot_stage.counting() as cost:
        form.click("undo_group")
    assert (cost.table, cost.slack) == ({"Query": 1, "UpdateItem": 1}, ["views.update"])
    assert f"Undone: {BOTH}" in form.text


def test_below_the_post_its_author_undoes_all_or_one_and_nobody_else_does(bot_stage: BotStage) -> None:
    together(bot_stage.dana).close()
    post = posted(bot_stage)
    only = "Only @Dana Reyes, who logged it, and the office can undo it."
    assert answer(bot_stage.marco, post) == f":warning: {only} Ask @Olivia Park."
    each = "Press the Undo of each patron: it opens the form for a void."
    assert answer(bot_stage.olivia, post) == f":warning: {only} {each}"
    bot_stage.olivia.click(post, action_id="undo_entry.2")
    form = bot_stage.olivia.form
    assert (form.title, form.values["payment_id"]) == (
        "Void an entry",
        next(iter(bot_stage.row()["payments"]["ana"]["entries"])),
    )
    form.close()
    assert kinds(bot_stage) == {"dave": ["payment"], "ana": ["payment"]}

    assert "Undone: $125.00 by venmo for Dave Kowalski" in answer(bot_stage.dana, post, "undo_entry.1")
    assert "Undone: $250.00 by venmo for Ana Lima. The entries stay" in answer(bot_stage.dana, post)
    assert f"Already undone, and counted once: {BOTH}" in answer(bot_stage.dana, post)
    assert kinds(bot_stage) == {"dave": ["payment", "void"], "ana": ["payment", "void"]}


def test_after_ten_minutes_the_office_is_asked_about_what_is_left(bot_stage: BotStage) -> None:
    receipt = together(bot_stage.dana)
    post = posted(bot_stage)
    bot_stage.world.lambda_function.ledger.reverse(
        Void(EID, "dave", next(iter(bot_stage.row()["payments"]["dave"]["entries"])), "twice"),
        by="slack:U0OLIVIA",
        source=Source.SLACK,
        now=bot_stage.clock.moment,
    )
    later(bot_stage, minutes=10)
    receipt.click("undo_group")
    assert f":warning: {LATE} Ask @Olivia Park." in receipt.text
    receipt.click("ask_office_of_group")
    assert ":envelope: The office is asked: void $250.00 by venmo for Ana Lima." in receipt.text
    assert LATE in answer(bot_stage.dana, post)
    bot_stage.dana.click(last(bot_stage.dana), action_id="ask_office_of_group")
    assert "You asked already, and the office reads it once: void $250.00" in last(bot_stage.dana).text
    (row,) = requests(bot_stage)
    assert (row["patron_id"], row["by"]) == ("ana", DANA)
    assert kinds(bot_stage) == {"dave": ["payment", "void"], "ana": ["payment"]}
    receipt.click("undo_entry", block_id="undo.1")
    assert f":warning: {LATE}" in receipt.text, "a single one is late too"


def test_money_that_was_given_back_to_one_of_them_stops_the_undo_of_all(bot_stage: BotStage) -> None:
    form = together(bot_stage.dana)
    refund = Refund("r1", EID, "ana", Decimal("12.34"), "cash", "change")
    bot_stage.world.lambda_function.ledger.reverse(refund, by="web:olivia", source=Source.WEB, now=NOW)
    form.click("undo_group")
    assert "Some of the money was given back since. Only the office can void it now." in form.text
    assert "237.66" not in form.text
    assert bot_stage.paid() == {"dave": "125.00", "ana": "237.66"}
    form.click("undo_entry", block_id="undo.0")
    assert "Undone: $125.00 by venmo for Dave Kowalski" in form.text


def test_the_offices_ledger_says_with_whom_an_entry_was_paid(bot_stage: BotStage) -> None:
    together(bot_stage.dana, f"{EID} maria pays for dave and ana venmo").close()
    bot_stage.olivia.command("/payment-status", "ana")
    said = last(bot_stage.olivia).text
    assert "logged by @Dana Reyes in Slack · together with Dave Kowalski · “Paid by Maria”" in said
