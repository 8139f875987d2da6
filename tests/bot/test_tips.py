"""A tip beside the amount: understood in words, kept with the payment, and never counted toward what is due."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from tests.bot.conftest import last, logged, opened
from tests.bot.test_refusals import again, submission_of
from tests.builders import EID

if TYPE_CHECKING:
    from tests.bot.conftest import BotStage

WORDS = {
    "125 cash tip 20": ("125", "20", None),
    "$125 tip $20.50": ("$125", "$20.50", None),
    "125 20 tip by the gate": ("125", "20", "by the gate"),
    "half cash tips 5": ("62.50", "5", None),
    "125 cash no tip": ("125", None, "no tip"),
    "125 incl 20 tip": ("125", None, "20 tip"),
    "145 including a 20 tip": ("145", None, "including a 20 tip"),
    "125 cash 20 dollars tip": ("125", "20", None),
    "125 dollars tip 20": ("125", "20", None),
    "125 dollars and 20 dollars tip": ("125", "20", None),
    "125 tip 10 tip 5": ("125", None, "tip 10 tip 5"),
}


def test_words_fill_the_tip_where_they_are_clear(bot_stage: BotStage) -> None:
    read = {}
    for text in WORDS:
        form = opened(bot_stage.dana, f"{EID} dave {text}")
        assert form.values["patron"] == "dave", text
        read[text] = tuple(form.values[field] for field in ("amount", "tip", "notes"))
    assert read == WORDS
    form = opened(bot_stage.dana, f"{EID} 20 dollars tip dave 125")
    assert (form.values["amount"], form.values["tip"]) == ("125", "20")
    assert opened(bot_stage.dana, f"{EID} dave tip 20").values["tip"] is None, "money alone may be the amount"


def test_a_tip_is_in_the_receipt_the_ledger_and_the_balance_page_and_pays_nothing(bot_stage: BotStage) -> None:
    paper = logged(bot_stage.dana, f"{EID} dave 100 cash tip 20")
    assert "Logged: $100.00 and a tip of $20.00 by cash for Dave Kowalski" in paper.text
    assert "$25.00 to pay" in paper.text
    sent = submission_of(bot_stage)
    assert "counted once" in str(again(bot_stage, sent))
    sent["view"]["state"]["values"]["tip"]["tip"]["value"] = "21"
    assert "already logged" in str(again(bot_stage, sent))
    (entry,) = bot_stage.row()["payments"]["dave"]["entries"].values()
    assert (entry["amount"], entry["tip"]) == (Decimal(100), Decimal(20))
    bot_stage.olivia.command("/payment-status", f"{EID} dave")
    assert "tip $20.00" in last(bot_stage.olivia).text


def test_what_is_no_tip_is_said_at_its_field_and_a_picked_patron_keeps_it(bot_stage: BotStage) -> None:
    form = opened(bot_stage.dana, f"{EID} dave 100 cash tip 20")
    form.choose("patron", "ana")
    assert form.values["tip"] == "20"
    for bad in ("-5", "some", "1.005"):
        form.fill("tip", bad).submit()
        assert form.errors.keys() == {"tip"}, bad
    form.fill("tip", "0").submit()
    assert form.title == "Payment logged"
    assert "tip" not in next(iter(bot_stage.row()["payments"]["ana"]["entries"].values()))
