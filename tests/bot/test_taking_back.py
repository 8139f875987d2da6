"""`/log-payment refund dave 20` and `void dave` open the forms for corrections, or name the people who can use them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from tests.bot.conftest import last, opened
from tests.builders import EID, a_row

if TYPE_CHECKING:
    from tests.bot.conftest import BotStage


@pytest.fixture
def boat(bot_stage: BotStage) -> BotStage:
    """Dave owes 125.00 and has an id for a name; the Smiths are on board too."""
    roster = {"dave": ("Dave Kowalski", 125), "smith": ("Pat Smith", 500), "paid": ("Zoe Paid-Up", 0)}
    bot_stage.put(
        a_row(patrons={key: {"name": name, "party": 1, "due": Decimal(due)} for key, (name, due) in roster.items()})
    )
    return bot_stage


def test_refund_and_void_open_their_forms_for_admins(boat: BotStage) -> None:
    opened(boat.dana, f"{EID} dave 125 cash").submit()
    for text in ("refund dave 20", "dave 20 refund", "Refund dave $20", "refund dave's 20"):
        form = opened(boat.olivia, text)
        assert form.title == "Refund", text
        assert form.values["amount"] in {"20", "$20"}
    unclear = opened(boat.olivia, "refund dave 62,5")
    assert unclear.values["amount"] is None
    assert "“62,5” was not understood as an amount." in unclear.text
    form = opened(boat.olivia, "void dave")
    assert form.title == "Void an entry"
    assert "$125.00 cash, payment" in form.options("payment_id")[0]


def test_what_else_was_typed_is_in_the_form_that_takes_back(boat: BotStage) -> None:
    form = opened(boat.olivia, "refund dave 20 zelle only half the trip zeppelin")
    assert (form.values["amount"], form.values["method"]) == ("20", "zelle")
    opened(boat.dana, "dave 60 cash").submit()
    opened(boat.dana, "dave 20 venmo").submit()
    form = opened(boat.olivia, "void dave 60 paid twice")
    assert "$60.00 cash, payment" in form.text
    assert form.values["reason"] == "paid twice"
    assert opened(boat.olivia, "void dave").values["payment_id"] is None
    lost = opened(boat.olivia, "refund dave 20 seasick")
    assert "Not understood: “seasick”." in lost.text


def test_who_never_paid_has_nothing_to_void(boat: BotStage) -> None:
    form = opened(boat.olivia, "void dave")
    assert form.title == "Void an entry"
    assert "Nothing is logged yet." in form.text


def test_other_words_for_taking_back_lead_there_too(boat: BotStage) -> None:
    opened(boat.dana, "dave 60 cash").submit()
    for text, title in {
        "undo dave": "Void an entry",
        "reverse dave 60": "Void an entry",
        "reimburse dave 20": "Refund",
        "give back dave 20": "Refund",
        "give dave 20 back": "Refund",
        "dave, his money back": "Refund",
        "dave paid back 20": "Log a payment",
        "dave 60, no money back": "Log a payment",
    }.items():
        assert opened(boat.olivia, text).title == title, text


def test_crew_read_who_can_take_a_payment_back(boat: BotStage) -> None:
    for text in (
        "refund dave 20",
        "void dave",
        "dave 20 refund",
        "refund",
        "void zed",
        "give dave 20 back",
        "undo dave",
    ):
        boat.dana.command("/log-payment", text)
        assert boat.dana.modal is None, text
        assert last(boat.dana).text == (
            "Only the office can take a payment back. "
            "For ten minutes you can undo your own, below its post. Ask @Olivia Park."
        )


def test_whose_refund_is_unclear_is_asked(boat: BotStage) -> None:
    boat.put(
        a_row("2026-05-24-golden-gate-sunset", title="Golden Gate sunset", patrons={"kai": {"name": "Kai", "party": 1}})
    )
    boat.olivia.command("/log-payment", "refund kai 20")
    assert boat.olivia.modal is None
    assert "Nobody on Captain Cory, afternoon is called “kai”. Whom do you mean?" in last(boat.olivia).text
    assert "Kai · Golden Gate sunset" in last(boat.olivia).text
    boat.olivia.click(last(boat.olivia), action_id="payment_status.0")
    assert "Kai" in last(boat.olivia).text


def test_the_roster_that_asks_whose_refund_it_is_is_sent_where_slack_takes_a_table(boat: BotStage) -> None:
    for text in ("refund", "void zed"):
        boat.olivia.command("/log-payment", text)
        assert not boat.olivia.troubles, boat.olivia.trouble_log
        named = [row[0].partition(" ")[2] for row in last(boat.olivia).table[1:]]
        assert named == ["Dave Kowalski", "Pat Smith", "Zoe Paid-Up"], text
        assert boat.slack.deliveries[-1].answer == b"", "the HTTP response has no second answer"


def test_somebody_called_void_pays_like_anybody(boat: BotStage) -> None:
    boat.put(a_row(patrons={"v": {"name": "Ann Void", "party": 1, "due": 60}, "dave": {"name": "Dave", "party": 1}}))
    form = opened(boat.dana, f"{EID} ann void 60 cash")
    assert (form.title, form.values["patron"]) == ("Log a payment", "v")
    noted = opened(boat.dana, f"{EID} ann void 60 cash no refund")
    assert noted.values["notes"] == "no refund"
