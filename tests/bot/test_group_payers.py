"""Payers and those paid for, in other orders of the words: the payer is a note, and is not charged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.bot.conftest import opened
from tests.bot.test_group_form import FOUR
from tests.bot.trips import SUNSET, a_trip, the_button
from tests.builders import EID, a_row

if TYPE_CHECKING:
    from tests.bot.conftest import BotStage

PAID_BY_MARIA = (
    "ana and dave, maria pays 375",
    "ana and dave - maria pays",
    "ana and dave; maria paid 375 venmo",
    "ana and dave, maria pays for them",
    "maria pays for them: ana, dave",
    "maria covers ana and dave",
    "maria's paying for ana and dave",
    "maria 375 cash for ana and dave",
    "ana and dave, 375 cash from maria",
    "paid by maria: ana, dave 375 zelle",
)


def test_the_payer_is_found_wherever_the_words_name_them(bot_stage: BotStage) -> None:
    bot_stage.put(a_row(patrons=FOUR))
    for words in PAID_BY_MARIA:
        form = opened(bot_stage.dana, f"{EID} {words}")
        assert form.title == "Log for several", words
        assert (form.values["patrons"], form.values["notes"]) == (["ana", "dave"], "Paid by Maria"), words
        assert "Sum: $375.00 for 2 patrons." in form.text, words
        form.close()
    form = opened(bot_stage.dana, f"{EID} maria and bob cover ana & dave")
    assert "Maria and Bob pay and are not charged." in form.text


def test_a_list_of_those_who_paid_has_no_payer_and_drinks_pay_for_nobody(bot_stage: BotStage) -> None:
    bot_stage.put(a_row(patrons=FOUR))
    for words, patrons, notes in (
        ("dave, maria paid 215", ["dave", "maria"], "paid"),
        ("dave pays, ana pays", ["dave", "ana"], "pays, pays"),
        ("drinks for dave and ana 375", ["dave", "ana"], "drinks for"),
    ):
        form = opened(bot_stage.dana, f"{EID} {words}")
        assert (form.values["patrons"], form.values["notes"]) == (patrons, notes), words
        form.close()
    form = opened(bot_stage.dana, f"{EID} maria pays dave's and ana's 375 cash")
    assert form.values["patrons"] == ["ana"]
    assert "“maria” was not clear. Please pick who that is from the list." in form.text, "of Maria and Dave"
    assert "fits no patron" not in form.text


def test_nobody_is_said_to_have_paid_who_did_not(bot_stage: BotStage) -> None:
    bot_stage.put(a_row(patrons=FOUR))
    for words in (
        "maria didn't pay for dave and ana",
        "maria won’t pay for dave and ana",
        "did maria pay for dave and ana?",
        "nobody paid for dave and ana",
    ):
        form = opened(bot_stage.dana, f"{EID} {words}")
        assert "Paid by" not in str(form.values["notes"]), words
        assert "not charged" not in form.text, words
        form.close()
    form = opened(bot_stage.dana, f"{EID} maria's card: dave and ana 375")
    assert "“maria” was not clear." in form.text


def test_an_amount_that_is_none_is_asked_about_and_no_balance_takes_its_place(bot_stage: BotStage) -> None:
    form = opened(bot_stage.dana, f"{EID} dave and ana 0 cash")
    assert (form.values["share.dave"], form.values["share.ana"]) == (None, None)
    assert "“0” was not understood as an amount." in form.text
    form.close()
    form = opened(bot_stage.dana, f"{EID} dave").fill("amount", "12,5,0")
    form.click("pay_for_several")
    assert form.values["share.dave"] is None
    assert "“12,5,0” was not understood as an amount." in form.text
    assert not bot_stage.dana.troubles


def test_a_sum_for_each_is_no_total_and_the_form_asks(bot_stage: BotStage) -> None:
    bot_stage.put(a_row(patrons=FOUR))
    for words in ("maria pays 125 for dave and 250 for ana", "125 for dave and 250 for ana venmo"):
        form = opened(bot_stage.dana, f"{EID} {words}")
        assert form.title == "Log for several", words
        assert "Which one is the amount: “125” or “250”?" in form.text, words
        assert "was given" not in form.text, words
        assert [form.values["share.dave"], form.values["share.ana"]] == [None, None], words
        form.close()
    form = opened(bot_stage.dana, f"{EID} dave and ana 375 check 12 for the trip")
    assert "Which one" not in form.text, "the number of a check is none"


def test_names_that_nobody_bears_and_the_payer_are_still_said_after_a_switch(bot_stage: BotStage) -> None:
    bot_stage.put(a_trip(SUNSET, "Golden Gate sunset", "18:00", eva="Eva Voss", hans="Hans Li"))
    form = opened(bot_stage.dana, "maria pays for eva and hans and zed, half")
    block_id, button = the_button(form, "Switch", "Eva Voss")
    form.click(button["action_id"], block_id=block_id)
    assert form.values["patrons"] == ["eva", "hans"]
    for said in (
        "“zed” fits no patron of this event.",
        "Maria pays and is not charged.",
        "Half of what each owes is filled in.",
        "Sum: $75.00 for 2 patrons.",
    ):
        assert said in form.text, form.text
