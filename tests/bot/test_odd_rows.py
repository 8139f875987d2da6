"""Rows that others wrote: whatever their content, the bot serves the readable parts, and everything else works."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.bot.conftest import last, logged, opened
from tests.bot.test_status import status
from tests.builders import EID, a_row

if TYPE_CHECKING:
    from tests.bot.conftest import BotStage


def _line(name: str) -> dict[str, Any]:
    return {"name": name, "party": Decimal(1), "due": Decimal(125)}


def test_an_event_whose_id_cannot_be_looked_up_is_shown_in_the_overview_and_guessed_nowhere(
    bot_stage: BotStage,
) -> None:
    nameless, endless = "captain cory today", "2026-05-23-" + "y" * 300
    odd = {"starts_at": "2026-05-23T13:30:00-07:00", "month": "2026-05"}
    bot_stage.put(a_row(nameless, title="Nameless", **odd), a_row(endless, title="Endless", **odd))
    for _ in range(2):
        assert opened(bot_stage.dana, "").values["event"] == EID
        bot_stage.remember_events()
    assert opened(bot_stage.dana).options("event") == ["Captain Cory, afternoon · Sat May 23, 1:00 PM"]
    bot_stage.dana.command("/waiver", "", channel="C0CORY")
    assert EID in last(bot_stage.dana, "C0CORY").fallback
    overview = status(bot_stage.olivia).text
    assert "Nameless" in overview
    assert ":warning: id does not start with a date" in overview
    assert "Endless" in overview
    assert ":warning: id is longer than 100 characters" in overview
    assert overview.count("Open") == 1
    assert "Dave Kowalski" in status(bot_stage.dana, "dave").text


def test_blank_and_endless_names_break_nothing(bot_stage: BotStage) -> None:
    patrons = {"blank": _line("  "), "endless": _line("Endless " + "& Sons " * 500), "i" * 200: _line("Long Id")}
    bot_stage.put(a_row(title="   ", patrons=patrons))
    assert opened(bot_stage.dana).options("patron", "endless")[0].startswith("Endless & Sons")
    assert len(opened(bot_stage.dana).options("patron")) == 3, "an id that no menu can carry is left out"
    receipt = logged(bot_stage.dana, f"{EID} endless 125 cash")
    assert "Endless & Sons" in receipt.text
    for person in (bot_stage.dana, bot_stage.olivia):
        for text in ("", EID, f"{EID} blank", f"{EID} endless", f"{EID} long id"):
            assert status(person, text).text
    bot_stage.dana.command("/waiver", EID)
    assert "Waiver for" in last(bot_stage.dana).text


def test_odd_values_are_read_as_what_a_person_would_take_them_for(bot_stage: BotStage) -> None:
    odd = {"dave": {"name": 5, "due": "125", "party": "two"}, "ana": "Ana Lima", "bo": {}}
    bot_stage.put(a_row(patrons=odd, payments={"dave": {"amount": "60"}, "bo": "paid"}, price="100"))
    table = status(bot_stage.olivia, EID).table
    assert ["🟠 dave", "payment, waiver", "$65.00", "$125.00", "$60.00", "other"] in table
    assert ["🔴 bo", "payment, waiver", "$100.00", "$100.00", "$0.00", "–"] in table
    logged(bot_stage.dana, f"{EID} dave 65 cash")
    assert bot_stage.row()["payments"]["dave"]["amount"] == 125


def test_another_currency_is_kept_from_the_form_to_the_ledger(bot_stage: BotStage) -> None:
    bot_stage.put(a_row(currency="SEK"))
    form = opened(bot_stage.dana, f"{EID} dave").choose("method", "Cash")
    assert form.block("amount")["label"]["text"] == "Amount in SEK"
    form.fill("amount", "$20").submit()
    assert form.errors == {"amount": "“$20” is not an amount in SEK. Write one number, like 125 or 1,250.00."}
    form.fill("amount", "20 sek").submit()
    assert "Logged: 20.00 SEK by cash" in form.text
    assert "105.00 SEK" in status(bot_stage.olivia, EID).text
