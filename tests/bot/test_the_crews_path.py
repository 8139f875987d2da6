"""From the command to the receipt: the path of a crew member on the dock."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from tests.bot.conftest import last, logged, opened
from tests.builders import EID, a_row

if TYPE_CHECKING:
    from tests.bot.conftest import BotStage

EVENING = "2026-05-23-captain-mia-evening"
SUNSET = "2026-05-24-golden-gate-sunset"


def _three_events(bot_stage: BotStage) -> None:
    """This afternoon's, this evening's in #trip-sunset, and tomorrow's, which is dear."""
    bot_stage.put(
        a_row(EVENING, title="Captain Mia, evening", starts_at="2026-05-23T18:00:00-07:00", channel="C0SUNSET"),
        a_row(
            SUNSET,
            title="Golden Gate sunset",
            starts_at="2026-05-24T18:00:00-07:00",
            without=["channel"],
            patrons={"kai": {"name": "Kai Nakamura", "party": Decimal(1), "due": Decimal("300.00")}},
        ),
    )


def test_from_the_bare_command_to_the_status(bot_stage: BotStage) -> None:
    form = opened(bot_stage.dana, "")
    assert form.values["event"] == EID, "the event that is on"
    assert form.values["amount"] is None

    form.choose("patron", "dave", pick="Dave Kowalski · owes $125.00")
    assert form.values["amount"] == "125.00"
    form.choose("method", "Cash").fill("notes", "on the dock").submit()

    assert form.title == "Payment logged"
    assert "Logged: $125.00 by cash for Dave Kowalski" in form.text
    assert "New balance\nPaid in full" in form.text
    assert "Paid in all\n$125.00 of $125.00" in form.text
    assert "Logged by\n@Dana Reyes\nSat May 23, 1:30 PM" in form.text
    assert "Captain Cory, afternoon\nSat May 23, 1:00 PM" in form.text
    assert "Notes\non the dock" in form.text
    assert "The waiver is not signed yet" in form.text

    bot_stage.olivia.command("/payment-status", EID)
    assert ["🟢 Dave Kowalski", "waiver", "$0.00", "$125.00", "$125.00", "cash"] in last(bot_stage.olivia).table


def test_the_table_holds_exactly_what_the_contract_says(bot_stage: BotStage) -> None:
    form = opened(bot_stage.dana, f"{EID} dave $80.50 venmo half now")
    payment_id = re.search(r'"payment_id": "(\w+)"', form.view["private_metadata"])
    assert payment_id is not None
    form.submit()
    assert form.title == "Payment logged"

    first = {
        "kind": "payment",
        "amount": Decimal("80.50"),
        "method": "venmo",
        "logged_by": "slack:U0DANA",
        "timestamp": "2026-05-23T20:30:00.000Z",
        "source": "slack",
        "notes": "half now",
    }
    headline = {name: first[name] for name in ("amount", "method", "logged_by", "timestamp", "notes")}
    assert bot_stage.row() == {
        **a_row(),
        "payment_ids": {payment_id[1]},
        "payments": {"dave": {**headline, "entries": {payment_id[1]: first}}},
    }

    bot_stage.clock.moment += timedelta(minutes=5)
    logged(bot_stage.marco, f"{EID} dave 44.50 cash")
    record = bot_stage.row()["payments"]["dave"]
    assert record["entries"].pop(payment_id[1]) == first, "entries never change"
    (second,) = record.pop("entries").values()
    assert second == {
        "kind": "payment",
        "amount": Decimal("44.50"),
        "method": "cash",
        "logged_by": "slack:U0MARCO",
        "timestamp": "2026-05-23T20:35:00.000Z",
        "source": "slack",
    }
    assert record == {
        "amount": Decimal("125.00"),
        "method": "cash",
        "logged_by": "slack:U0MARCO",
        "timestamp": "2026-05-23T20:35:00.000Z",
    }, "no notes: those of the first payment are not the latest's"


def test_the_receipt_shows_what_is_still_to_pay(bot_stage: BotStage) -> None:
    assert "New balance\n$45.00 to pay" in logged(bot_stage.dana, f"{EID} dave 80 cash").text
    assert "New balance\nOverpaid by $5.00" in logged(bot_stage.dana, f"{EID} dave 50 cash").text


GUESSES = {
    (EVENING, "C0DOCK"): EVENING,  # its id
    ("mia 20 cash", "C0DOCK"): EVENING,  # a word
    ("golden gate", "C0CORY"): SUNSET,  # words rather than the channel
    ("", "C0SUNSET"): EVENING,  # the channel
    ("", "C0CORY"): EID,  # the channel too
    ("", "C0OFFICE"): EID,  # the clock
}


@pytest.mark.parametrize("remembered", [False, True], ids=["cold", "warm"])
def test_the_event_is_guessed_from_its_id_words_channel_or_clock(bot_stage: BotStage, *, remembered: bool) -> None:
    _three_events(bot_stage)
    if remembered:
        bot_stage.remember_events()
    guessed = {key: opened(bot_stage.dana, key[0], channel=key[1]).values["event"] for key in GUESSES}
    assert guessed == GUESSES


def test_a_cancelled_event_is_never_guessed_but_can_be_named(bot_stage: BotStage) -> None:
    _three_events(bot_stage)
    bot_stage.put(a_row(status="cancelled"))
    assert opened(bot_stage.dana, "", channel="C0CORY").values["event"] == EVENING
    named = opened(bot_stage.dana, EID)
    assert named.values["event"] == EID
    assert "This event is cancelled. A payment can still be written down." in named.text


def test_of_two_events_that_the_words_name_the_one_that_takes_place_is_meant(bot_stage: BotStage) -> None:
    later = "2026-05-30-captain-cory-afternoon"
    bot_stage.put(a_row(status="cancelled"), a_row(later))
    assert opened(bot_stage.dana, "cory").values["event"] == later


def test_the_type_ahead_offers_coming_events_first_and_finds_by_words_and_dates(bot_stage: BotStage) -> None:
    _three_events(bot_stage)
    bot_stage.put(a_row("2026-05-20-whale-watch-morning", title="Whale watch", starts_at="2026-05-20T08:30:00-07:00"))
    form = opened(bot_stage.dana)
    assert form.options("event") == [
        "Captain Cory, afternoon · Sat May 23, 1:00 PM",
        "Captain Mia, evening · Sat May 23, 6:00 PM",
        "Golden Gate sunset · Sun May 24, 6:00 PM",
        "Whale watch · Wed May 20, 8:30 AM",
    ]
    assert form.options("event", "GATE may 24") == ["Golden Gate sunset · Sun May 24, 6:00 PM"]
    assert form.options("event", "zeppelin") == ["No event fits “zeppelin”."]


def test_the_patrons_are_those_of_the_event_that_is_chosen(bot_stage: BotStage) -> None:
    _three_events(bot_stage)
    form = opened(bot_stage.dana)
    assert form.options("patron") == ["Ana Lima · owes $250.00", "Dave Kowalski · owes $125.00", "New patron…"]
    form.choose("event", "sunset")
    assert form.values["patron"] is None
    assert form.options("patron") == ["Kai Nakamura · owes $300.00", "New patron…"]


def test_the_prefilled_amount_follows_the_patron_and_the_event(bot_stage: BotStage) -> None:
    _three_events(bot_stage)
    form = opened(bot_stage.dana, f"{EID} dave")
    choices = (("patron", "Ana"), ("patron", "Dave"), ("event", "sunset"), ("patron", "Kai"))
    amounts = [form.choose(*choice).values["amount"] for choice in choices]
    assert amounts == ["250.00", "125.00", None, "300.00"]


def test_an_amount_that_was_typed_stays_after_any_choice(bot_stage: BotStage) -> None:
    _three_events(bot_stage)
    form = opened(bot_stage.dana).fill("amount", "77").choose("patron", "Ana").choose("patron", "Dave")
    assert form.values["amount"] == "77"
    form.choose("event", "sunset").choose("patron", "Kai")
    assert form.values["amount"] == "77"
    prefilled = opened(bot_stage.dana).choose("patron", "Ana").fill("amount", "99").choose("patron", "Dave")
    assert prefilled.values["amount"] == "99"


def test_method_and_notes_stay_after_any_choice(bot_stage: BotStage) -> None:
    _three_events(bot_stage)
    form = opened(bot_stage.dana).choose("method", "Zelle").fill("notes", "for both").choose("event", "sunset")
    form.choose("patron", "Kai")
    assert (form.values["method"], form.values["notes"]) == ("zelle", "for both")


def test_who_has_paid_is_offered_last_and_filled_with_nothing(bot_stage: BotStage) -> None:
    logged(bot_stage.dana, f"{EID} ana 250 cash")
    form = opened(bot_stage.dana)
    assert form.options("patron") == ["Dave Kowalski · owes $125.00", "Ana Lima · paid", "New patron…"]
    form.choose("patron", "Ana")
    assert form.values["amount"] is None


def test_log_another_starts_a_new_payment_for_the_same_event(bot_stage: BotStage) -> None:
    receipt = logged(bot_stage.dana)
    form = receipt.submit()
    assert form is not None
    assert form.title == "Log a payment"
    assert form.values == {"event": EID, "patron": None, "amount": None, "method": None, "notes": None, "tip": None}
    form.choose("patron", "Ana").choose("method", "Cash").submit()
    assert form.title == "Payment logged"
    assert bot_stage.paid() == {"dave": "125.00", "ana": "250.00"}
    assert len(bot_stage.row()["payment_ids"]) == 2


def test_done_closes_it(bot_stage: BotStage) -> None:
    assert logged(bot_stage.dana).close() is None
