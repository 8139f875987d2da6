"""The amount behind `/log-payment`: a plain one is understood, else the field stays empty and the form says why."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from tests.bot.conftest import opened
from tests.builders import EID, a_row

if TYPE_CHECKING:
    from tests.bot.conftest import BotStage

PLAIN = {
    ".50": ".50",
    "60x2": "120.00",
    "2x60": "120.00",
    "60 x 2": "120.00",
    "2 × $60": "120.00",
    "$60,-": "60",
    "$60.-": "60",
    "60.-": "60",
    "sixty": "60",
    "Sixty-five": "65",
    "a hundred dollars": "100",
    "one hundred and twenty five": "125",
    "one thousand": "1000",
    "120\u200b": "120",
    "\u2066120\u2069": "120",
    "１２０": "120",
    "*120*": "120",
    "`120`": "120",
    "_120_": "120",
    "“120”": "120",
    "‘120’": "120",
    "120,": "120",
    "US$120": "US$120",
    "half": "62.50",
    "½": "62.50",
    "1/2": "62.50",
    "half of 100": "50.00",
}
UNCLEAR = (
    *("62,5", "12,50", "0,250", "01,250", "1.250,00", "125cash", "1k", "~120", "~120~", "-20", "−20", "–20", "+120"),
    *("€120", "120€", "120 eur", "1e9", "٣٤", "1,2500", "120-125", "100ish", "50%", "120+5", "1" * 60),
    *(
        "half price",
        "quarter",
        "two fifty",
        "2 hundred",
        "two thousand",
        "60 each",
        "about 120",
        "120 or so",
        "2 x",
        "I20",
        "12O",
    ),
)


@pytest.fixture
def boat(bot_stage: BotStage) -> BotStage:
    """Dave owes 125.00 and has an id for a name; the Smiths are on board too."""
    roster = {"dave": ("Dave Kowalski", 125), "smith": ("Pat Smith", 500), "paid": ("Zoe Paid-Up", 0)}
    bot_stage.put(
        a_row(patrons={key: {"name": name, "party": 1, "due": Decimal(due)} for key, (name, due) in roster.items()})
    )
    return bot_stage


def test_what_is_plainly_an_amount_is_filled_in(boat: BotStage) -> None:
    read = {text: opened(boat.dana, f"{EID} dave {text} venmo").values["amount"] for text in PLAIN}
    assert read == PLAIN


def test_what_looks_like_money_and_is_not_plain_leaves_the_field_empty_and_is_named(boat: BotStage) -> None:
    for text in UNCLEAR:
        form = opened(boat.dana, f"{EID} dave {text} venmo")
        assert (form.values["patron"], form.values["amount"]) == ("dave", None), text
        assert f"“{text.strip('~')[:40]}" in form.text or f"“{text[:40]}" in form.text, text
        assert "understood as an amount. Write the amount." in form.text or "Which one is the amount" in form.text
        assert form.values["notes"] is None, text
        form.submit()
        assert form.errors.keys() == {"amount"}, text
    assert boat.paid() == {}


@pytest.mark.parametrize("text", ["about 120 or", "ca 120 at", "about 120 or tomorrow"])
def test_a_rough_number_takes_no_word_of_what_is_behind_it(boat: BotStage, text: str) -> None:
    form = opened(boat.dana, f"{EID} dave {text}")
    assert f"“{text[: text.index('0') + 1]}” was not understood as an amount" in form.text
    assert form.values["amount"] is None


def test_picking_the_patron_does_not_put_the_balance_in_the_place_of_what_was_not_understood(boat: BotStage) -> None:
    form = opened(boat.dana, f"{EID} zed 62,5").choose("patron", "dave")
    assert form.values["amount"] is None
    assert "“62,5” was not understood as an amount." in form.text
    form.fill("amount", "62.50").choose("patron", "smith")
    assert form.values["amount"] == "62.50"
    assert "“62,5”" not in form.text


DOUBTFUL = {
    "cash:120": "cash:120",
    "125 dollars 50 cents": "“125 dollars” or “50 cents”",
    "4 seats @125": "@125",
    "amount=120": "amount=120",
    "venmo-120": "venmo-120",
    "cash120": "cash120",
    "a grand": "grand",
    "a tenner": "tenner",
    "3 twenties": "3 twenties",
    "two twenties": "twenties",
    "a couple hundred": "hundred",
    "a third": "third",
    "¼": "¼",
    "⅓": "⅓",
    "50/50": "50/50",
    "60/125": "60/125",
    "$": "$",
    "five": "five",
    "half 125": "half 125",
    "4 at 125": "4 at 125",
    "two x sixty": "x sixty",
    "2 times 60": "2 times",
    "0x60": "0x60",
    "125 less 10": "“125” or “less 10”",
    "125 minus 10": "“125” or “minus 10”",
    "200 change 75": "“200” or “change 75”",
    "gave 200 got 75 back": "“200” or “75 back”",
}


def test_what_speaks_of_money_without_saying_plainly_how_much_never_leaves_the_balance(boat: BotStage) -> None:
    for text, quoted in DOUBTFUL.items():
        form = opened(boat.dana, f"{EID} dave {text}")
        assert (form.values["patron"], form.values["amount"]) == ("dave", None), text
        assert quoted in form.text, (text, form.text)


MEANT = {
    "five cash": ("5", None),
    "total $120": ("$120", "total"),
    "amount 120": ("120", "amount"),
    "120 check dated may 20": ("120", "dated may 20"),
    "60 half now half tomorrow": ("60", "half now half tomorrow"),
    "a twenty": ("20", None),
    "half the 120": ("60.00", None),
    "half of the $125": ("62.50", None),
    "1st half 60": ("60", "1st half"),
    "half $60": ("$60", "half"),
    "plus one 120": ("120", "plus one"),
    "party of five 120": ("120", "party of five"),
    "seat:12 120": ("120", "seat:12"),
    "120 at 5": ("120", "at 5"),
    "couple 120": ("120", "couple"),
    "party of 2 $120 cash": ("$120", "party of 2"),
    "check 377 125": ("125", "check 377"),
    "check #377 125": ("125", "#377"),
    "may 23 120": ("120", None),
    "120 may 23, 2026": ("120", None),
    "owes 125 pays 60": ("60", "owes 125 pays 60"),
    "owes $125 pays $60": ("$60", "owes $125 pays $60"),
    "paid 60 of 125": ("60", "paid 60 of 125"),
    "125 due, 60 cash": ("60", "125 due,"),
    "2 people 120": ("120", "2 people"),
    "4 tickets 120": ("120", "4 tickets"),
    "3 pm 120": ("120", "3 pm"),
    "1:30pm 120": ("120", "1:30pm"),
    "#12 120": ("120", "#12"),
    "table 5 120": ("120", "table 5"),
    "seat 4 120": ("120", "seat 4"),
    "120 seat 4": ("120", "seat 4"),
    "120 seats 3,4": ("120", "seats 3,4"),
    "ticket 377 120": ("120", "ticket 377"),
    "120 ticket 377": ("120", "ticket 377"),
    "twenty people 120": ("120", "twenty people"),
    "120 cash including 10 tip": ("120", "10 tip"),
    "for 2 120 cash": ("120", "for 2"),
    "120 cash no tip 10": ("120", "no tip 10"),
    "120 tip 10 tip 5": ("120", "tip 10 tip 5"),
    "for 3 at $40 120": ("120", "for 3 at $40"),
    "120 the 2nd half": ("120", "the 2nd half"),
    "total 120": ("120", "total 120"),
    "total 125 paid 60": ("60", "total 125 paid 60"),
}


def test_a_number_that_belongs_to_a_word_beside_it_is_not_the_amount(boat: BotStage) -> None:
    read = {}
    for text in MEANT:
        form = opened(boat.dana, f"{EID} dave {text}")
        assert form.values["patron"] == "dave", text
        read[text] = (form.values["amount"], form.values["notes"])
    assert read == MEANT


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("smith family 4 500 cash", "“4” or “500”"),
        ("dave 120 30 cash", "“120” or “30”"),
        ("dave $120 $30 cash", "“$120” or “$30”"),
        ("dave sixty or 70", "“sixty” or “70”"),
        ("dave 60 and 60", "“60”"),
        ("dave 20 20", "“20” or “20”"),
        ("dave check 377", "“check 377”"),
        ("dave owes me 20", "“owes 20”"),
        ("dave owes 125", "“owes 125”"),
        ("dave 2026", "“2026”"),
    ],
)
def test_where_two_numbers_remain_or_one_is_doubtful_it_asks(boat: BotStage, text: str, named: str) -> None:
    form = opened(boat.dana, f"{EID} {text}")
    assert form.values["amount"] is None
    assert named in form.text


def test_an_amount_that_is_glued_to_a_name_is_asked_about_when_the_patron_is_picked(boat: BotStage) -> None:
    for text in ("dave+500", "dave;500;cash", "dave/500/cash", "dave=500", "dave,500"):
        form = opened(boat.dana, f"{EID} {text}").choose("patron", "dave")
        assert form.values["amount"] is None, text
        assert f"“{text}” was not understood as an amount." in form.text


def test_half_of_what_is_owed_for_a_half_day(boat: BotStage) -> None:
    half_day = "2026-08-01-half-day-fishing"
    boat.put(a_row(half_day, title="Half-day fishing", patrons={"pat": {"name": "Pat O'Hara", "party": 1, "due": 75}}))
    for text in (
        "pat half half-day",
        "pat half half day",
        "half pat half-day",
        "half day pat half",
        "half-day half pat",
    ):
        form = opened(boat.dana, text)
        assert (form.values["event"], form.values["patron"], form.values["amount"]) == (half_day, "pat", "37.50"), text
    assert opened(boat.dana, "half day pat").values["amount"] == "75.00"


def test_half_waits_for_the_patron_and_is_nothing_where_nothing_is_owed(boat: BotStage) -> None:
    form = opened(boat.dana, f"{EID} zed half cash")
    assert form.values["amount"] is None
    assert "“half” was not understood yet: pick the patron" in form.text
    form.choose("patron", "Dave")
    assert form.values["amount"] == "62.50"
    assert "Half of $125.00 is filled in." in form.text
    form = opened(boat.dana, f"{EID} paid-up half cash")
    assert form.values["amount"] is None
    assert "Nothing is owed, so “half” is not an amount." in form.text


def test_the_amount_is_in_the_events_currency(boat: BotStage) -> None:
    boat.put(a_row(currency="EUR"))
    assert opened(boat.dana, f"{EID} dave €65").values["amount"] == "€65"
    assert opened(boat.dana, f"{EID} dave 65 eur").values["amount"] == "65"
    form = opened(boat.dana, f"{EID} dave $65")
    assert form.values["amount"] is None
    assert "“$65” was not understood as an amount." in form.text


def test_words_that_are_no_note_are_shown_as_not_understood(boat: BotStage) -> None:
    form = opened(boat.dana, f"{EID} dave 60 cash zeppelin")
    assert (form.values["patron"], form.values["notes"]) == ("dave", None)
    assert "Not understood: “zeppelin”." in form.text
    for note in ("half now", "paid on the dock", "rest tomorrow", "🤙", "seats 3,4"):
        form = opened(boat.dana, f"{EID} dave 60 cash {note}")
        assert form.values["notes"] == note
        assert "Not understood" not in form.text
    quoted = opened(boat.dana, f"{EID} dave 60 cash “zeppelin lunch”")
    assert quoted.values["notes"] == "zeppelin lunch"


def test_in_the_field_a_leading_point_is_fine_and_a_zero_before_a_group_is_not(boat: BotStage) -> None:
    form = opened(boat.dana, f"{EID} dave cash")
    for unclear in ("0,250", "01,250", "62,5", "half"):
        form.fill("amount", unclear).submit()
        assert "is not an amount in USD" in form.errors["amount"]
    form.fill("amount", ".50").submit()
    assert form.title == "Payment logged"
    assert boat.paid() == {"dave": "0.50"}
