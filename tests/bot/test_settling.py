"""The money of a cancelled trip is refunded, moved or kept as credit: sums are shown first, and each is done once."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

import bot.settling
from adapters.books import DynamoBooks
from adapters.waiver_texts import read_waiver_texts
from tests.bot.conftest import logged
from tests.bot.test_refusals import again, submission_of
from tests.bot.test_status import status
from tests.builders import EID, ZONE, a_row, a_signature_row

if TYPE_CHECKING:
    from devkit.slack import Modal
    from tests.bot.conftest import BotStage

LATER = "2026-05-30-captain-cory-sunset"
PAID = "2026-05-23T19:00:00.000Z"


def a_record(amount: str, method: str = "cash") -> dict[str, Any]:
    """A patron's record with one payment."""
    entry = {"kind": "payment", "amount": Decimal(amount), "method": method, "logged_by": "slack:U0DANA",
             "timestamp": PAID, "source": "slack"}  # fmt: skip
    headline = {name: entry[name] for name in ("timestamp", "method", "logged_by")}
    return {"amount": Decimal(amount), **headline, "entries": {f"p-{amount}-{method}": entry}}


def off(**attributes: Any) -> dict[str, Any]:
    """Captain Cory's trip, cancelled, with what Dave, Ana and Zoe paid."""
    patrons = a_row()["patrons"] | {"zoe": {"name": "Zoe Rey", "party": Decimal(1), "due": Decimal("125.00")}}
    payments = {"dave": a_record("125.00"), "ana": a_record("250.00", "venmo"), "zoe": a_record("60.00")}
    return a_row(status="cancelled", patrons=patrons, payments=payments, **attributes)


@pytest.fixture
def cancelled(bot_stage: BotStage) -> BotStage:
    """A cancelled trip on which three patrons paid, and a later one."""
    bot_stage.put(off(), a_row(LATER, title="Cory at sunset", price=Decimal("150.00"), patrons={}))
    return bot_stage


@pytest.fixture(autouse=True)
def _enough_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give each press unlimited time, so that a slow machine does not matter."""
    monkeypatch.setattr(bot.settling, "left", lambda: 2.0)


def settling(stage: BotStage) -> Modal:
    """The form as the button below the status opens it."""
    stage.olivia.click(status(stage.olivia, EID), action_id="settle_money")
    assert not stage.olivia.troubles, stage.olivia.trouble_log
    return stage.olivia.form


def kinds(stage: BotStage, eid: str = EID) -> Counter[str]:
    """The kinds of the event's entries."""
    records = stage.row(eid).get("payments", {}).values()
    return Counter(entry["kind"] for record in records for entry in record["entries"].values())


def test_all_are_refunded_as_they_paid_once_after_the_sums_were_shown(cancelled: BotStage) -> None:
    form = settling(cancelled)
    assert "$435.00 of 3 patrons is undecided." in form.text
    assert "Ana Lima · $250.00 · undecided" in form.text
    form.submit()
    assert set(form.errors) == {"decision", "reason"}, "nothing is chosen for the office"
    form.choose("decision", "Refund").fill("reason", "gale & <!channel>").submit()
    for line in ("$435.00 is refunded to 3 patrons:", "$185.00 by cash to 2 patrons", "$250.00 by venmo to 1 patron"):
        assert line in form.text
    assert "Nothing is saved yet." in form.text
    assert (kinds(cancelled), cancelled.rows("#change:")) == (Counter(payment=3), [])
    form.submit()
    assert "Refunded now: $435.00 of 3 patrons." in form.text
    assert "Nothing is open any more." in form.text
    sent = submission_of(cancelled)
    replay = json.dumps(again(cancelled, sent))
    assert "Nothing is open any more." in replay
    assert kinds(cancelled) == Counter(payment=3, refund=3)
    assert set(cancelled.paid().values()) == {"0.00"}
    assert len(cancelled.rows("#change:")) == 3
    answer = status(cancelled.olivia, EID)
    assert "settle_money" not in json.dumps(answer.blocks)
    assert "nothing must go back" in answer.text


def test_the_answer_after_cancelling_leads_on_with_its_reason(bot_stage: BotStage) -> None:
    bot_stage.put(off() | {"status": "scheduled"})
    bot_stage.olivia.click(status(bot_stage.olivia, EID), action_id="cancel_event")
    answer = bot_stage.olivia.form.fill("reason", "gale")
    answer.submit()
    bot_stage.olivia.click(answer, action_id="settle_money")
    form = bot_stage.olivia.form
    assert form.values["reason"] == "gale"
    form.choose("decision", "Credit").submit()
    form.submit()
    assert "Kept as credit: $435.00 for 3 patrons." in form.text
    form.close()
    bot_stage.olivia.click(status(bot_stage.olivia, EID), action_id="bring_back_event")
    bot_stage.olivia.form.submit()
    shown = status(bot_stage.olivia, EID).text
    assert "credit" not in shown, "what was paid counts toward the trip again"


def test_each_choice_is_for_whom_it_was_picked_and_open_money_shows_the_credit(cancelled: BotStage) -> None:
    text = read_waiver_texts()[0].version
    cancelled.put(a_signature_row("sig-of-dave-12345", version=text))
    form = settling(cancelled).choose("patrons", "Zoe").choose("decision", "Credit").fill("reason", "gale")
    form.submit()
    assert "$60.00 is kept as credit for 1 patron." in form.text
    form.submit()
    assert "Kept as credit: $60.00 for 1 patron." in form.text
    assert "$375.00 of 2 patrons is undecided." in form.text
    form.close()
    assert "$375.00 paid must go back · $60.00 kept as credit" in status(cancelled.olivia, EID).text
    assert "Cancelled: $60.00 is kept as credit" in status(cancelled.olivia, f"{EID} zoe").text

    form = settling(cancelled).choose("patrons", "Dave").choose("decision", "Move").fill("reason", "gale")
    form.submit()
    assert "event" in form.errors
    form.choose("event", "sunset").submit()
    assert "1 patron with $125.00 go to Cory at sunset" in form.text
    form.submit()
    assert "Moved now: $125.00 of 1 patron." in form.text
    assert cancelled.paid(LATER) == {"dave": "125.00"}
    assert len(cancelled.rows("#signature:", LATER)) == 1
    form.close()

    books = DynamoBooks(cancelled.world.client, cancelled.world.table, zone=ZONE, currency="USD")
    books.refresh(EID)
    assert {key: value for key, value in books.row("open").items() if key[2] == EID} == {
        ("back", "USD", EID): 250,
        ("credit", "USD", EID): 60,
    }
    answer = status(cancelled.olivia, "open").text
    assert "The boat owes $250.00 on 1 event" in answer
    assert "$60.00 is kept as credit on 1 event" in answer
    assert "Kept as credit by patrons of cancelled trips" in answer
    assert "Zoe Rey: $60.00" in answer
    assert "Zoe Rey: $60.00 kept as credit" in status(cancelled.olivia, f"{EID} since 10:00").text
    crews = status(cancelled.dana, f"{EID} since 10:00").text
    assert "kept as credit" in crews
    assert "$" not in crews

    cancelled.put(cancelled.row(LATER) | {"status": "cancelled"})
    cancelled.olivia.click(status(cancelled.olivia, LATER), action_id="settle_money")
    form = cancelled.olivia.form.choose("decision", "Refund").fill("reason", "gale again")
    form.submit()
    assert "The money of Dave Kowalski came from another trip." in form.errors["method"]
    form.choose("method", "Cash").submit()
    form.submit()
    assert cancelled.paid(LATER) == {"dave": "0.00"}
    form.close()

    form = settling(cancelled).choose("patrons", "Zoe").choose("decision", "Refund").choose("method", "Zelle")
    form.fill("reason", "asked for it").submit()
    form.submit()
    assert "Refunded now: $60.00 of 1 patron." in form.text, "a credit is refunded later"


def test_whoever_cannot_be_moved_is_named_with_the_reason_and_the_others_go_on(cancelled: BotStage) -> None:
    cancelled.put(
        a_row(LATER, title="Cory at sunset", price=Decimal("150.00"), patrons={}, capacity=Decimal(1)),
        a_signature_row("sig-of-zoe-123456", name="Zoe Rey", patron_id="zoe", version="2020-01-01-older000"),
    )
    form = settling(cancelled).choose("decision", "Move").choose("event", "sunset").fill("reason", "gale")
    form.submit()
    assert "The boat takes 1 people, and with them it would be 4." in form.text
    form.submit()
    assert "Moved now: $125.00 of 1 patron." in form.text
    assert "2 patrons could not be settled." in form.text
    assert "Ana Lima: The boat takes 1 people, and this would make 2" in form.text
    assert "Zoe Rey: Zoe Rey signed an older text of the waiver" in form.text
    assert "$310.00 of 2 patrons is decided, and not done yet." in form.text
    form.submit()
    assert "2 patrons could not be settled." in form.text, "Try again tries again"
    form.close()
    answer = status(cancelled.olivia, EID)
    assert "Go on: 2 decided, not done yet" in answer.text
    form = settling(cancelled)
    assert f"Ana Lima · $250.00 · move to {LATER} decided, not done yet" in form.text
    form.choose("patrons", "Ana").choose("decision", "Refund").fill("reason", "no room").submit()
    form.submit()
    assert "Refunded now: $250.00 of 1 patron." in form.text
    assert cancelled.paid() == {"dave": "0.00", "ana": "0.00", "zoe": "60.00"}


def test_an_interrupted_settlement_goes_on_where_it_stopped(
    cancelled: BotStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.settling, "left", lambda: 0.0)
    form = settling(cancelled).choose("decision", "Refund").choose("method", "Cash").fill("reason", "gale")
    form.submit()
    form.submit()
    assert "Refunded now: $250.00 of 1 patron." in form.text, "one step is always taken"
    assert "$185.00 of 2 patrons is decided, and not done yet." in form.text
    first = submission_of(cancelled)
    form.close()
    logged(cancelled.dana, f"{EID} zoe 40 cash").close()
    cancelled.olivia.click(status(cancelled.olivia, EID), action_id="settle_go_on")
    form = cancelled.olivia.form
    assert "$125.00 of 1 patron is decided, and not done yet." in form.text
    assert "$100.00 of 1 patron is undecided." in form.text, "Zoe paid meanwhile, so her sum was never shown"
    cancelled.world.table_faults.fail_next("UpdateItem", drop_answer=True, times=2)
    form.submit()
    assert "The table did not answer in time. What is done is saved" in form.text
    form.submit()
    again(cancelled, first)
    again(cancelled, submission_of(cancelled))
    assert kinds(cancelled) == Counter(payment=4, refund=2)
    assert cancelled.paid() == {"dave": "0.00", "ana": "0.00", "zoe": "100.00"}
    assert "undecided: the sum changed since" in settling(cancelled).text


def test_what_changed_before_the_press_is_not_decided_and_a_trip_that_takes_place_is_refused(
    cancelled: BotStage,
) -> None:
    form = settling(cancelled).choose("decision", "Credit").fill("reason", "gale")
    form.submit()
    logged(cancelled.dana, f"{EID} zoe 40 cash").close()
    form.submit()
    assert "Kept as credit: $375.00 for 2 patrons." in form.text
    assert "The money of 1 patron changed meanwhile, so nothing was decided about it." in form.text
    form.close()
    form = settling(cancelled).choose("decision", "Refund").fill("reason", "gale")
    form.submit()
    by_crew = submission_of(cancelled)
    cancelled.put(off(without=("card",)) | {"status": "scheduled"})
    form.submit()
    assert "takes place, so its money is not settled" in form.text
    by_crew["user"] = by_crew["user"] | {"id": "U0DANA"}
    assert "office" in json.dumps(again(cancelled, by_crew))
    assert kinds(cancelled) == Counter(payment=3)


def test_a_hundred_and_thirty_patrons_are_decided_and_settled(bot_stage: BotStage) -> None:
    names = [f"patron-{number:03}" for number in range(130)]
    bot_stage.put(
        a_row(
            status="cancelled",
            patrons={each: {"name": each, "party": Decimal(1), "due": Decimal("125.00")} for each in names},
            payments={each: a_record("125.00") for each in names},
        )
    )
    form = settling(bot_stage)
    assert "and 100 more" in form.text
    form.choose("decision", "Credit").fill("reason", "gale").submit()
    assert "$16,250.00 is kept as credit for 130 patrons." in form.text
    form.submit()
    assert "Kept as credit: $16,250.00 for 130 patrons." in form.text
    assert "Nothing is open any more." in form.text
    assert len(bot_stage.rows("#change:")) == 130
