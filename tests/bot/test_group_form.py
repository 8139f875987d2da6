"""One payer, several patrons: the form with an amount for each, from words, from a message and from a button."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.bot.conftest import logged, opened
from tests.bot.test_log_from_message import from_message, kept
from tests.bot.test_refusals import again, changed, submission_of
from tests.bot.trips import SUNSET, a_line, a_trip, the_button
from tests.builders import EID, a_row

if TYPE_CHECKING:
    from devkit.slack import Modal
    from tests.bot.conftest import BotStage

FOUR = {
    "dave": a_line("Dave Kowalski", 125),
    "ana": a_line("Ana Lima", 250),
    "maria": a_line("Maria Santos", 90),
    "bob": a_line("Bob Day", 60),
}


@pytest.fixture
def crowd(bot_stage: BotStage) -> BotStage:
    """This afternoon's event with Dave, Ana, Maria and Bob."""
    bot_stage.put(a_row(patrons=FOUR))
    return bot_stage


def shares(form: Modal) -> dict[str, object]:
    """The amounts in the form, by patron."""
    return {
        block_id.removeprefix("share."): text for block_id, text in form.values.items() if block_id.startswith("share.")
    }


def test_words_with_a_payer_open_the_form_and_one_write_logs_all(crowd: BotStage) -> None:
    form = opened(crowd.dana, f"{EID} maria pays for dave and ana 375 venmo tip 20")
    assert form.title == "Log for several"
    assert form.values == {
        "patrons": ["dave", "ana"],
        "share.dave": "125.00",
        "share.ana": "250.00",
        "method": "venmo",
        "notes": "Paid by Maria",
        "tip": "20",
    }
    assert "Maria pays and is not charged. Pick them too if they pay for themselves." in form.text
    assert "Sum: $375.00 for 2 patrons." in form.text
    assert "not assigned" not in form.text
    with crowd.counting() as cost:
        form.submit()
    assert (cost.table, cost.slack) == ({"UpdateItem": 1}, [])
    assert form.title == "Payment logged", form.text
    for line in (
        "Logged: $375.00 by venmo for Dave Kowalski and Ana Lima and a tip of $20.00",
        "Dave Kowalski: $125.00 · Paid in full",
        "Ana Lima: $250.00 · Paid in full",
        "The tip is kept with Dave Kowalski's payment.",
        "Paid by Maria",
    ):
        assert line in form.text, form.text
    assert "Maria Santos" not in form.text
    payments = crowd.row()["payments"]
    assert payments.keys() == {"dave", "ana"}
    (first,), (second,) = (payments[each]["entries"].items() for each in ("dave", "ana"))
    assert second[0] == f"{first[0]}.2"
    assert {first[1]["group"], second[1]["group"]} == {first[0]}
    assert (first[1]["tip"], "tip" in second[1]) == (20, False)
    for _ in range(2):
        assert "Already logged, and counted once: $375.00" in str(again(crowd, submission_of(crowd)))
    otherwise = changed(submission_of(crowd), "share.ana", value="249")
    assert "This form was already logged, as $375.00 for Dave Kowalski and Ana Lima." in str(again(crowd, otherwise))
    assert crowd.paid() == {"dave": "125.00", "ana": "250.00"}
    form.submit()  # Log another
    assert (form.title, form.values["patron"]) == ("Log a payment", None)


def test_a_message_is_read_the_same_way_and_each_entry_keeps_its_link(crowd: BotStage) -> None:
    form = from_message(crowd.dana, crowd.marco.say("Maria paid 185 on Venmo for Dave and Bob, thanks"))
    assert (form.values["patrons"], shares(form)) == (["dave", "bob"], {"dave": "125.00", "bob": "60.00"})
    assert (form.values["method"], form.values["notes"]) == ("venmo", "Paid by Maria")
    assert "From a message of @Marco Bell" in form.text
    assert "Not understood" not in form.text
    link = kept(form)
    form.submit()
    entries = [entry for each in ("dave", "bob") for entry in crowd.row()["payments"][each]["entries"].values()]
    assert [entry["permalink"] for entry in entries] == [link, link]


WORDS = {
    "dave and ana 375": (["dave", "ana"], "", []),
    "dave, bob & ana venmo 435": (["dave", "bob", "ana"], "", []),
    "dave kowalski + bob half cash": (["dave", "bob"], "", []),
    "maria pays for herself and bob": (["maria", "bob"], "Paid by Maria", []),
    "150 from Maria S. for bob and ana": (["bob", "ana"], "Paid by Maria S", ["Maria S pays and is not charged."]),
    "dave and bob 185 paid by maria": (["dave", "bob"], "Paid by Maria", ["Maria pays and is not charged."]),
    "zed is paying for dave and bob": (["dave", "bob"], "Paid by Zed", ["Zed pays and is not charged."]),
    "maria pays for bob, quinn and dave": (["bob", "dave"], "Paid by Maria", ["“quinn” fits no patron of this event."]),
    'dave and bob "rest on friday"': (["dave", "bob"], "rest on friday", []),
}


@pytest.mark.parametrize("text", WORDS)
def test_who_is_paid_for_and_who_pays_is_understood(crowd: BotStage, text: str) -> None:
    patrons, notes, said = WORDS[text]
    form = opened(crowd.dana, f"{EID} {text}")
    assert (form.values["patrons"], form.values["notes"] or "") == (patrons, notes)
    for sentence in said:
        assert sentence in form.text
    assert "Not understood" not in form.text
    assert crowd.row() == a_row(patrons=FOUR)


@pytest.mark.parametrize(
    ("text", "patron", "notes"),
    [
        ("maria pays for dave 125 cash", "dave", "Paid by Maria"),
        ("Maria paid 125 cash for Dave", "dave", "Paid by Maria"),
        ("maria pays for quinn 20 cash", None, "Paid by Maria"),
        ("dave paid 120 for parking cash", "dave", "paid for parking"),
        ("dave 60 cash for and", "dave", None),
        ("dave and quinn 60 cash", "dave", "and quinn"),
    ],
)
def test_a_payer_of_one_patron_is_not_charged_either(
    crowd: BotStage, text: str, patron: str | None, notes: str | None
) -> None:
    form = opened(crowd.dana, f"{EID} {text}")
    assert (form.title, form.values["patron"], form.values["notes"]) == ("Log a payment", patron, notes)
    if patron is None:
        assert "You typed “quinn”. Please pick who that is from the list." in form.text


def test_a_name_that_fits_two_stays_a_question_and_a_couple_on_one_line_is_one_patron(crowd: BotStage) -> None:
    crowd.put(a_row(patrons=FOUR | {"d2": a_line("Dave Mercer"), "tom": a_line("Eve and Tom Hill", 200)}))
    form = opened(crowd.dana, f"{EID} dave and bob 185 cash")
    assert form.values["patrons"] == ["bob"]
    assert "“dave” fits 2 patrons. Please pick who that is from the list." in form.text
    assert form.options("patrons")[:2] == ["Dave Kowalski · owes $125.00", "Dave Mercer · owes $75.00"]
    form.choose("patrons", "Mercer")
    assert "fits 2 patrons" not in form.text
    assert shares(form) == {"bob": "60.00", "d2": "75.00"}
    assert "$185.00 was given, and $50.00 is not assigned." in form.text

    form = opened(crowd.dana, f"{EID} eve and tom hill 60 cash")
    assert (form.title, form.values["patron"]) == ("Log a payment", "tom")


def test_a_total_is_split_in_order_and_what_is_left_or_too_much_is_said_live(crowd: BotStage) -> None:
    form = opened(crowd.dana, f"{EID} dave and ana 200 venmo")
    assert shares(form) == {"dave": "125.00", "ana": "75.00"}
    assert "$200.00 was given, and they owe $375.00 together. Filled in from the top, each up to what" in form.text
    form.choose("patrons", "Bob")
    assert shares(form) == {"dave": "125.00", "ana": "75.00", "bob": None}
    assert "Sum: $200.00 for 3 patrons, 1 amount is missing." in form.text
    form.submit()
    assert form.errors == {"share.bob": "Please complete this required field."}

    with crowd.counting() as cost:
        form.fill("share.bob", "60")
    assert (cost.table, cost.slack) == ({}, ["views.update"])
    assert "Sum: $260.00 for 3 patrons." in form.text
    assert "$200.00 was given, and the sum is $60.00 more." in form.text
    form.fill("share.dave", "sixty")
    assert "Sum: $135.00 for 3 patrons, 1 amount is missing." in form.text
    form.submit()
    assert form.errors.keys() == {"share.dave"}
    form.fill("share.dave", "65")
    assert "Sum: $200.00 for 3 patrons." in form.text
    assert "Correct the amounts" not in form.text
    form.choose("patrons", "Maria")
    assert shares(form) == {"dave": "65", "ana": "75.00", "bob": "60", "maria": None}, "what is shown stays"
    form.unchoose("patrons").choose("patrons", "Ana").choose("patrons", "Dave")
    assert shares(form) == {"ana": "200.00", "dave": None}, "nothing is left for Dave"
    form.fill("share.ana", "150").fill("share.dave", "50").submit()
    assert "Ana Lima: $150.00 · $100.00 to pay" in form.text
    assert crowd.paid() == {"ana": "150.00", "dave": "50.00"}


def test_unclear_amounts_and_halves_are_treated_as_for_one_patron(crowd: BotStage) -> None:
    form = opened(crowd.dana, f"{EID} dave and bob 60 or 65 cash")
    assert "Which one is the amount: “60” or “65”? Write it." in form.text
    assert shares(form) == {"dave": None, "bob": None}
    assert shares(opened(crowd.dana, f"{EID} dave and bob half")) == {"dave": "62.50", "bob": "30.00"}
    logged(crowd.dana, f"{EID} dave 130 cash").close()
    form = opened(crowd.dana, f"{EID} dave and bob")
    assert shares(form) == {"dave": None, "bob": "60.00"}, "Dave owes nothing"
    assert "Dave Kowalski · overpaid $5.00: amount in USD" in form.text


def test_a_button_turns_the_form_of_one_patron_into_that_of_several_and_back(crowd: BotStage) -> None:
    form = opened(crowd.dana, f"{EID} dave cash by the gate")
    form.click("pay_for_several")
    assert form.values == {
        "patrons": ["dave"],
        "share.dave": "125.00",
        "method": "cash",
        "notes": "by the gate",
        "tip": None,
    }
    assert "Maria Santos · owes $90.00" in form.options("patrons")
    assert not any("New patron" in label for label in form.options("patrons", "zed"))
    form.choose("patrons", "maria").fill("share.maria", "80").fill("tip", "5").choose("method", "Venmo")
    assert "Sum: $205.00 for 2 patrons." in form.text
    form.click("pay_for_one")
    assert (form.title, form.values["patron"], form.values["amount"]) == ("Log a payment", "dave", "125.00")
    form.fill("amount", "200").click("pay_for_several")
    assert shares(form) == {"dave": "125.00"}
    assert "$200.00 was given, and $75.00 is not assigned." in form.text
    form.choose("patrons", "maria")
    assert shares(form) == {"dave": "125.00", "maria": "75.00"}
    form.unchoose("patrons")
    assert "Pick the patrons. Each gets an amount, and the sum is shown here." in form.text
    form.submit()
    assert form.errors.keys() == {"patrons"}
    form.choose("patrons", "bob")
    form.submit()
    assert "Logged: $60.00 and a tip of $5.00 by venmo for Bob Day" in form.text, "one patron is an ordinary payment"
    (entry,) = crowd.row()["payments"]["bob"]["entries"].values()
    assert "group" not in entry

    form = opened(crowd.dana, f"{EID}").choose("patron", "Zed", pick="New patron “Zed”")
    assert "Pay for several" not in form.text, "a new patron is logged alone"


def test_more_than_ten_are_not_taken_and_ten_are(bot_stage: BotStage) -> None:
    people = {f"p{n}": a_line(f"Person {chr(65 + n)}", 10) for n in range(12)}
    bot_stage.put(a_row(patrons=people))
    form = opened(bot_stage.dana, f"{EID} cash")
    form.click("pay_for_several")
    for n in range(10):
        form.choose("patrons", f"Person {chr(65 + n)}")
    with pytest.raises(LookupError, match="takes at most 10"):
        form.choose("patrons", "Person L")
    form.submit()
    assert "Logged: $100.00 by cash for Person A, Person B" in form.text
    form.click("undo_group")
    assert set(bot_stage.paid().values()) == {"0.00"}


def test_patrons_of_another_near_event_are_found_there_and_one_press_switches(crowd: BotStage) -> None:
    crowd.put(a_trip(SUNSET, "Golden Gate sunset", "18:00", "C0SUNSET", owen="Owen McAllister", pat="Pat O'Hara"))
    form = opened(crowd.dana, "sunset owen and pat 150 cash")
    assert (form.title, form.values["patrons"]) == ("Log for several", ["owen", "pat"])
    assert "Golden Gate sunset" in form.text

    form = opened(crowd.dana, "zed pays for owen and pat 120 cash")
    assert (form.title, form.values["event"], form.values["patron"]) == ("Log a payment", EID, None)
    assert "Owen McAllister and Pat O'Hara are on Golden Gate sunset, tomorrow." in form.text
    assert form.values["notes"] == "Paid by Zed"
    block_id, button = the_button(form, "Switch", "Owen")
    crowd.slack.act("U0DANA", form.id, block_id, button["action_id"])
    assert (form.title, shares(form)) == ("Log for several", {"owen": "75.00", "pat": "45.00"})
    form.submit()
    assert crowd.paid(SUNSET) == {"owen": "75.00", "pat": "45.00"}
