"""Editing patrons from the office's status: no change of others is overwritten unseen, and no money is changed."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import TYPE_CHECKING

from devkit.slack.wire import Answer
from tests.bot.conftest import last, logged
from tests.bot.test_patrons import editing, lines
from tests.bot.test_refusals import again, submission_of
from tests.builders import EID, a_row, a_signature_row

if TYPE_CHECKING:
    from devkit.slack import Modal
    from tests.bot.conftest import BotStage

DAVE = {"name": "Dave Kowalski", "party": Decimal(1), "due": Decimal("125.00")}


def _named_anew(bot_stage: BotStage, patron: str, name: str) -> Modal:
    form = editing(bot_stage.olivia, patron).fill("name", name)
    form.submit()
    return form


def test_an_edit_shows_what_changed_and_touches_neither_money_nor_signatures(bot_stage: BotStage) -> None:
    bot_stage.put(a_signature_row())
    logged(bot_stage.dana, f"{EID} dave 60 cash").close()
    before = bot_stage.row()
    form = editing(bot_stage.olivia)
    assert form.values == {
        "name": "Dave Kowalski",
        "party": "1",
        "due": "125.00",
        "email": None,
        "phone": None,
        "reason": None,
    }
    form.fill("due", "60").fill("email", "dave@example.com").submit()
    for sentence in ("Saved: Dave Kowalski", "Due: $125.00 → $60.00", "E-mail: – → dave@example.com", "Paid in full"):
        assert sentence in form.text
    assert "Name:" not in form.text
    line = DAVE | {"due": Decimal("60.00"), "email": "dave@example.com"}
    assert bot_stage.row() == before | {"patrons": before["patrons"] | {"dave": line}}
    bot_stage.olivia.command("/payment-status", f"{EID} dave")
    assert "dave@example.com" in last(bot_stage.olivia).text
    bot_stage.dana.command("/payment-status", f"{EID} dave")
    assert "Clear to board." in last(bot_stage.dana).text
    assert "@example.com" not in last(bot_stage.dana).text


def test_only_what_was_typed_over_is_written_and_other_writers_words_stay(bot_stage: BotStage) -> None:
    odd = {"name": "Dave Kowalski", "due": "125", "party": Decimal(1), "seat": "A4", "email": "d@example.com"}
    bot_stage.put(a_row(patrons={"dave": odd}))
    form = editing(bot_stage.olivia)
    form.submit()
    assert "Nothing was changed: Dave Kowalski" in form.text
    editing(bot_stage.olivia).fill("name", "David Kowalski").fill("email", "").submit()
    assert bot_stage.row()["patrons"]["dave"] == {
        "name": "David Kowalski",
        "due": "125",
        "party": Decimal(1),
        "seat": "A4",
    }


def test_a_larger_party_is_offered_its_due(bot_stage: BotStage) -> None:
    form = editing(bot_stage.olivia).fill("party", "2")
    assert form.values["due"] == "250.00"
    assert lines(bot_stage)["Dave Kowalski"] == DAVE, "offered, and not written"
    form.submit()
    assert "Party: 1 → 2\nDue: $125.00 → $250.00" in form.text
    assert lines(bot_stage)["Dave Kowalski"] == DAVE | {"party": Decimal(2), "due": Decimal("250.00")}


def test_an_offered_due_follows_the_party_back_and_then_nothing_changes(bot_stage: BotStage) -> None:
    form = editing(bot_stage.olivia)
    offered = [form.fill("party", party).values["due"] for party in ("4", "3", "1")]
    assert offered == ["500.00", "375.00", "125.00"]
    form.submit()
    assert "Nothing was changed: Dave Kowalski" in form.text


def test_a_due_that_was_typed_stays_when_the_party_changes_and_the_price_is_said(bot_stage: BotStage) -> None:
    form = editing(bot_stage.olivia).fill("due", "200").fill("party", "2")
    assert form.values["due"] == "200"
    assert "The price for a party of 2 is $250.00." in form.text
    form.submit()
    assert lines(bot_stage)["Dave Kowalski"]["due"] == Decimal("200.00")


def test_a_due_that_was_offered_for_another_party_is_saved_with_a_warning(bot_stage: BotStage) -> None:
    form = editing(bot_stage.olivia).fill("party", "2")
    late = bot_stage.slack.bot
    bot_stage.slack.bot = lambda *_: Answer(200)  # the update for the next party comes after Save was pressed
    form.fill("party", "4")
    bot_stage.slack.bot = late
    form.submit()
    assert "Due is $250.00; the price for a party of 4 is $500.00." in form.text


def test_a_due_that_was_not_the_price_stays_and_the_price_for_the_party_is_said(bot_stage: BotStage) -> None:
    editing(bot_stage.olivia).fill("due", "99").submit()
    form = editing(bot_stage.olivia).fill("party", "2")
    assert form.values["due"] == "99.00"
    assert "The price for a party of 2 is $250.00." in form.text
    form.submit()
    assert "Due stays $99.00; the price for a party of 2 is $250.00." in form.text
    editing(bot_stage.olivia).fill("due", "").submit()
    assert lines(bot_stage)["Dave Kowalski"]["due"] == Decimal("250.00")


def test_what_is_no_party_yet_offers_nothing(bot_stage: BotStage) -> None:
    form = editing(bot_stage.olivia).fill("party", "")
    assert form.values["due"] == "125.00"
    for party in ("0", "201", "9999999"):
        form.fill("party", party)
        assert form.values["due"] == "125.00"
    form.submit()
    assert "party" in form.errors
    assert lines(bot_stage)["Dave Kowalski"] == DAVE


def test_what_else_was_typed_stays_when_a_due_is_offered(bot_stage: BotStage) -> None:
    form = editing(bot_stage.olivia).fill("name", "David Kowalski").fill("reason", "brings a friend").fill("party", "2")
    assert (form.values["name"], form.values["reason"]) == ("David Kowalski", "brings a friend")
    form.submit()
    assert lines(bot_stage)["David Kowalski"] == {
        "name": "David Kowalski",
        "party": Decimal(2),
        "due": Decimal("250.00"),
    }


def test_an_event_without_a_price_offers_no_due(bot_stage: BotStage) -> None:
    bot_stage.put(a_row(without=["price"]))
    form = editing(bot_stage.olivia).fill("party", "2")
    assert form.values["due"] == "125.00"
    assert "price" not in form.text


def test_why_is_kept_with_each_change_and_shown_where_the_balance_is_explained(bot_stage: BotStage) -> None:
    editing(bot_stage.olivia).fill("party", "2").fill("reason", "his sister <!here> joins").submit()
    changes = {row["what"]: row for row in bot_stage.rows("#change:")}
    assert {what: (row["from"], row["to"]) for what, row in changes.items()} == {
        "party": ("1", "2"),
        "due": ("125.00", "250.00"),
    }
    assert {(row["by"], row["reason"]) for row in changes.values()} == {("slack:U0OLIVIA", "his sister <!here> joins")}
    bot_stage.olivia.command("/payment-status", f"{EID} dave")
    assert "his sister <!here> joins" in last(bot_stage.olivia).text
    bot_stage.dana.command("/payment-status", f"{EID} dave")
    assert "sister" not in last(bot_stage.dana).text
    assert "$" not in last(bot_stage.dana).text


def test_a_reason_alone_changes_nothing_and_leaves_no_trace(bot_stage: BotStage) -> None:
    form = editing(bot_stage.olivia).fill("reason", "just looking")
    form.submit()
    assert "Nothing was changed: Dave Kowalski" in form.text
    assert bot_stage.rows("#change:") == []


def test_of_two_who_edit_the_second_sees_the_current_fields_and_saves_knowingly(bot_stage: BotStage) -> None:
    bot_stage.restart(ADMIN_USERS="U0OLIVIA,U0MARCO")
    first, second = editing(bot_stage.olivia), editing(bot_stage.marco)
    first.fill("phone", "+1 415 555 0114").fill("party", "2").submit()
    before = bot_stage.row()
    second.fill("due", "99").submit()
    sentence = "Somebody else changed this patron, so nothing is saved yet. Now: "
    assert f"{sentence}name Dave Kowalski, party 2, due $250.00, phone +1 415 555 0114." in second.text
    assert bot_stage.row() == before
    assert second.values == {
        "name": "Dave Kowalski",
        "party": "2",
        "due": "99",
        "email": None,
        "phone": "+1 415 555 0114",
        "reason": None,
    }
    second.submit()
    assert "Due: $250.00 → $99.00" in second.text
    assert lines(bot_stage)["Dave Kowalski"] == DAVE | {
        "party": Decimal(2),
        "due": Decimal("99.00"),
        "phone": "+1 415 555 0114",
    }


def test_a_name_of_somebody_else_than_the_signer_is_pointed_out(bot_stage: BotStage) -> None:
    bot_stage.put(a_signature_row())
    form = editing(bot_stage.olivia).fill("name", "Dave  KOWALSKI-")
    form.submit()
    assert "signed as this patron" not in form.text
    form = editing(bot_stage.olivia).fill("name", "Zed Quist")
    form.submit()
    said = (
        "“Dave Kowalski” signed as this patron. If Zed Quist is somebody else, who has not signed, match that signature"
    )
    assert said in form.text
    assert "signed as this patron" not in _named_anew(bot_stage, "ana", "Ana Lima-Roux").text


def test_a_payment_meanwhile_is_no_edit_and_blocks_nobody(bot_stage: BotStage) -> None:
    form = editing(bot_stage.olivia).fill("due", "99")
    logged(bot_stage.dana, f"{EID} dave 60 cash")
    logged(bot_stage.dana, f"{EID} ana 60 cash")
    form.submit()
    assert "$39.00 to pay · paid $60.00 of $99.00" in form.text
    assert bot_stage.paid() == {"dave": "60.00", "ana": "60.00"}


def test_edits_and_payments_at_once_lose_nothing(bot_stage: BotStage) -> None:
    submissions = []
    for due in ("91", "92", "93", "94"):
        editing(bot_stage.olivia).fill("due", due).submit()
        submissions.append(submission_of(bot_stage))
        bot_stage.put(a_row())
    for number in range(4):
        logged(bot_stage.dana, f"{EID} ana {number + 1} cash").close()
        submissions.append(submission_of(bot_stage))
    bot_stage.put(a_row())
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda sent: json.dumps(again(bot_stage, sent)), submissions))
    saved = [answer for answer in answers[:4] if "Saved:" in answer]
    overtaken = [answer for answer in answers[:4] if "Somebody else changed" in answer]
    assert (len(saved), len(overtaken)) == (1, 3)
    assert bot_stage.paid() == {"ana": "10.00"}


def test_who_paid_without_being_on_the_roster_joins_it_by_an_edit(bot_stage: BotStage) -> None:
    paid = {"amount": Decimal("60.00"), "method": "cash", "logged_by": "web:x", "timestamp": "2026-05-20T10:00:00Z"}
    bot_stage.put(a_row(payments={"ghost": paid}))
    editing(bot_stage.olivia, "ghost").fill("name", "Gil Host").submit()
    assert bot_stage.row()["patrons"]["ghost"] == {"name": "Gil Host", "party": Decimal(1), "due": Decimal("125.00")}
    assert bot_stage.row()["payments"] == {"ghost": paid}


def test_a_patron_who_was_removed_meanwhile_is_reported(bot_stage: BotStage) -> None:
    form = editing(bot_stage.olivia).fill("due", "99")
    bot_stage.put(a_row(patrons={}))
    form.submit()
    assert "“dave” is not on this event's roster." in form.errors["name"]
    assert bot_stage.row()["patrons"] == {}


def test_odd_lines_of_other_writers_can_be_edited(bot_stage: BotStage) -> None:
    odd = {
        "long": {"name": "L" * 5000, "due": Decimal(-3), "party": Decimal(900), "email": "n/a", "phone": "p" * 3000},
        "text": "a note, no line",
    }
    bot_stage.put(a_row(patrons=odd))
    form = editing(bot_stage.olivia, "long")
    form.fill("email", "").fill("due", "5").submit()
    assert "Due: -$3.00 → $5.00" in form.text
    assert bot_stage.row()["patrons"]["long"] == {
        "name": "L" * 5000,
        "due": Decimal("5.00"),
        "party": Decimal(900),
        "phone": "p" * 3000,
    }
