"""Cash from hand to hand in Slack: the holders and their sums, the form, and the receiver's answer."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from adapters.books import DynamoBooks
from devkit.slack.seen import Message
from tests.bot.conftest import last
from tests.builders import DANA, EID, NOW, ZONE, a_row

if TYPE_CHECKING:
    from devkit.slack import Modal, Person
    from tests.bot.conftest import BotStage

OLIVIA, MARCO = "slack:U0OLIVIA", "slack:U0MARCO"
EARLIER = "2026-05-21-cory-sunset"
TITLES = {EARLIER: "Sunset & wine", EID: "Captain Cory, afternoon"}
FORM, ACCEPT, DECLINE, BACK = "cash_hand_over", "cash_i_have_it", "cash_another_sum", "cash_take_back"


class Till:
    """The bot over a table whose books are kept, as the announce function keeps them."""

    def __init__(self, stage: BotStage) -> None:
        self.stage = stage
        self.books = DynamoBooks(stage.world.client, stage.world.table, zone=ZONE, currency="USD")

    def took(self, eid: str, *amounts: str, by: str = DANA, method: str = "cash") -> None:
        """Let a person take money on an event, whose row is written anew."""
        entries = {
            f"{method}{place}": {
                "kind": "payment",
                "amount": Decimal(amount),
                "method": method,
                "logged_by": by,
                "timestamp": NOW.isoformat(),
                "source": "slack",
            }
            for place, amount in enumerate(amounts)
        }
        total = sum(map(Decimal, amounts), Decimal(0))
        self.stage.put(
            a_row(eid, title=TITLES.get(eid, "Captain Cory"), payments={"dave": {"amount": total, "entries": entries}})
        )
        self.books.refresh(eid)

    def rows(self) -> list[dict[str, Any]]:
        """The hand-overs as the table has them."""
        return self.stage.rows("#handover:", "#cash")

    def keep(self) -> None:
        """Bring the books up to the hand-overs, as the stream does a moment later."""
        for row in self.rows():
            self.books.refresh_hand_over(row["crew_id"].removeprefix("#handover:"))

    def holds(self, person: Person) -> str:
        """The answer to `/payment-status cash`."""
        person.command("/payment-status", "cash", channel="C0DOCK")
        return last(person).text

    def opened(self, person: Person) -> Modal:
        """The form, from the answer to the command. Each is opened a second after the one before."""
        self.stage.clock.moment += timedelta(seconds=1)
        self.holds(person)
        person.click(last(person), action_id=FORM)
        return person.form

    def handed(self, person: Person, sum_: str, to: str = "The office", *, who: str = "", **fields: str) -> Modal:
        """The form after it was sent."""
        form = self.opened(person).choose("to", to).fill("counted", sum_)
        if who:
            form.choose("person", who)
        for name, text in fields.items():
            form.choose(name, text) if name in {"more", "pile"} else form.fill(name, text)
        form.submit()
        return person.form


@pytest.fixture
def till(bare_bot_stage: BotStage) -> Till:
    """Dana took $250.00 on a trip of Thursday and $125.00 today, and the books know it."""
    made = Till(bare_bot_stage)
    made.took(EARLIER, "200.00", "50.00")
    made.took(EID, "125.00")
    return made


def test_crew_see_what_they_hold_and_admins_what_everybody_holds(till: Till) -> None:
    till.took("2026-05-22-cory", "500.00", by="web:U0OLIVIA", method="check")
    seen = till.holds(till.stage.dana)
    assert "What you hold\n$375.00 in cash\n" in seen
    assert "• $250.00 from Sunset & wine (Thu May 21)\n• $125.00 from" in seen
    assert "Oldest: Thu May 21, 2 days ago" in seen
    assert "500" not in seen, "others' money is the office's"
    assert "Payments from before the books may be missing" in seen
    till.books.mark_compared("2026-05-23T20:00:00.000Z")
    assert "may be missing" not in till.holds(till.stage.dana)
    assert "no cash and no checks in your hand" in till.holds(till.stage.marco)
    everybody = till.holds(till.stage.olivia)
    assert everybody.index("$500.00 in checks") < everybody.rindex("$375.00 in cash"), "whoever holds most comes first"
    assert "In all $375.00 in cash and $500.00 in checks with 2 people" in everybody
    till.stage.gus.command("/payment-status", "cash", channel="C0DOCK")
    assert "for the crew" in last(till.stage.gus).text


def test_books_that_nobody_keeps_are_said_and_nobody_is_said_to_hold_nothing(bot_stage: BotStage) -> None:
    till = Till(bot_stage)
    assert "The books are not kept yet" in till.holds(bot_stage.dana)
    assert "The books are not kept yet" in till.holds(bot_stage.olivia)


def test_a_hand_over_to_the_office_waits_until_an_admin_has_it_once(till: Till) -> None:
    form = till.opened(till.stage.dana)
    assert "you can hand over:\n$375.00 in cash: $250.00 from Sunset & wine (Thu May 21)" in form.text
    form.fill("counted", "370").submit()
    assert "$370.00 in cash waits for the office." in till.stage.dana.form.text
    assert "The books say $375.00: $5.00 less." in till.stage.dana.form.text
    (row,) = till.rows()
    assert (row["from"], row["to"], row["counted"], row["expected"]) == (DANA, "office", 370, 375)
    assert row["trips"] == {EARLIER: 250, EID: 120}, "the oldest first"

    seen = till.holds(till.stage.dana)
    assert "$370.00 of it is handed over and waits" in seen
    assert "Take it back" in seen, "before the books counted it"
    till.holds(till.stage.olivia)
    listed = last(till.stage.olivia)
    till.stage.olivia.click(listed, action_id=ACCEPT)
    assert "$370.00 in cash\n• $250.00 from Sunset & wine" in last(till.stage.olivia).text
    till.stage.clock.moment += timedelta(minutes=1)
    again = till.stage.world.lambda_function.services.custody
    (before,) = till.rows()
    again.accept(before["crew_id"].removeprefix("#handover:"), by=OLIVIA, admin=True, now=NOW + timedelta(1))
    assert till.rows() == [before], "a second tap changes nothing"
    assert (before["accepted_by"], before["accepted_at"]) == (OLIVIA, "2026-05-23T20:30:01.000Z")
    assert "$5.00 in cash" in till.holds(till.stage.dana)
    till.keep()
    assert "$5.00 in cash" in till.holds(till.stage.dana), "and the same after the books counted it"


def test_only_the_receiver_accepts_and_a_declined_sum_can_be_handed_over_anew(till: Till) -> None:
    till.handed(till.stage.dana, "375", "Somebody of the crew", who="U0MARCO")
    custody = till.stage.world.lambda_function.services.custody
    (row,) = till.rows()
    assert row["to"] == MARCO
    till.holds(till.stage.olivia)
    assert ACCEPT not in str(last(till.stage.olivia).blocks), "it is Marco's to accept"
    till.holds(till.stage.marco)
    listed = last(till.stage.marco)
    till.stage.marco.click(listed, action_id=DECLINE)
    till.stage.marco.form.fill("reason", "I counted <350>").submit()
    assert "You did not accept $375.00 in cash" in till.stage.marco.form.text
    till.stage.marco.click(listed, action_id=ACCEPT)
    assert "That hand-over was already declined. Nothing was changed." in last(till.stage.marco).text
    (row,) = till.rows()
    assert (row["declined_by"], row["reason"]) == (MARCO, "I counted <350>")
    till.handed(till.stage.dana, "350", "Somebody of the crew", who="U0MARCO")
    till.stage.clock.moment += timedelta(minutes=1)
    till.holds(till.stage.marco)
    till.stage.marco.click(last(till.stage.marco), action_id=ACCEPT)
    assert "What you hold\n$350.00 in cash" in last(till.stage.marco).text
    assert custody.opened_since(NOW - timedelta(1))[-1].trips == {EARLIER: 250, EID: 100}


def test_what_waits_is_not_handed_over_twice_unless_more_was_counted(till: Till) -> None:
    till.handed(till.stage.dana, "300")
    form = till.opened(till.stage.dana)
    form.fill("counted", "100").submit()
    assert "you have $75.00 in cash left to hand over" in form.errors["counted"]
    form.choose("more", "more").submit()
    assert "The books say $75.00: $25.00 more." in till.stage.dana.form.text
    assert len(till.rows()) == 2
    seen = till.holds(till.stage.dana)
    assert seen.count("waits for the office") == 2
    assert "Hand over…" not in seen, "there is nothing left"
    listed = last(till.stage.dana)
    first = min(row["crew_id"] for row in till.rows()).removeprefix("#handover:")
    till.stage.dana.click(listed, action_id=BACK, value=first)
    assert last(till.stage.dana).text.count("waits for the office") == 1
    assert "Hand over…" in last(till.stage.dana).text


def test_the_form_refuses_on_its_fields_and_a_retry_writes_once(till: Till) -> None:
    form = till.opened(till.stage.dana)
    form.choose("to", "Somebody of the crew").fill("counted", "a lot").submit()
    assert "Pick the person who gets the money." in form.errors["person"]
    assert form.errors["counted"]
    for who, why in (("U0GUS", "not of the crew"), ("U0DANA", "That is you")):
        form.choose("person", who).fill("counted", "10").submit()
        assert why in form.errors["person"]
    assert "The bank" not in str(form.blocks), "crew bring nothing to the bank"
    form.choose("person", "U0MARCO").fill("counted", "375")
    till.stage.world.table_faults.fail_next("PutItem", drop_answer=True, times=2)
    form.submit()
    assert "did not answer in time" in str(form.errors)
    form.submit()
    assert "waits for" in till.stage.dana.form.text
    assert len(till.rows()) == 1


def test_an_admin_brings_money_to_the_bank_with_the_slip(till: Till) -> None:
    till.took("2026-05-22-cory", "500.00", by=OLIVIA)
    till.took("2026-05-23-cory-noon", "80.00", by=OLIVIA, method="check")
    form = till.opened(till.stage.olivia)
    form.choose("to", "The bank").choose("pile", "$500.00 in cash").fill("counted", "500").submit()
    assert "Write the number of the deposit slip" in form.errors["reference"]
    form.fill("reference", "4711").submit()
    assert "$500.00 in cash went to the bank, slip 4711." in till.stage.olivia.form.text
    till.keep()
    assert till.books.row("2026-05")["deposited", "USD", "cash"] == 500
    till.stage.olivia.command("/payment-status", "month", channel="C0DOCK")
    assert "Cash and checks\nTo the bank: $500.00 in cash" in last(till.stage.olivia).text
    assert "$80.00 in checks" in till.holds(till.stage.olivia)
    assert "$500.00" not in last(till.stage.olivia).text


def test_an_admin_writes_off_what_is_missing_with_a_reason_and_crew_do_not(till: Till) -> None:
    till.took("2026-05-22-cory", "-25.00", by="roster:anna")
    till.holds(till.stage.olivia)
    listed = last(till.stage.olivia)
    till.stage.olivia.click(listed, action_id="cash_write_off", value="U0DANA")
    form = till.stage.olivia.form
    form.fill("amount", "400").fill("reason", "Lost in the bilge").submit()
    assert "The books have only $375.00 in cash in that hand." in form.errors["amount"]
    form.fill("amount", "5").submit()
    assert "$5.00 in cash written off for @Dana Reyes: “Lost in the bilge”" in till.stage.olivia.form.text
    assert "$370.00 in cash" in till.holds(till.stage.dana)

    till.stage.clock.moment += timedelta(seconds=1)
    till.stage.olivia.click(listed, action_id="cash_write_off", value="roster:anna")
    till.stage.olivia.form.fill("amount", "25").fill("reason", "Paid back to her").submit()
    till.keep()
    assert till.books.row("2026-05")["written_off", "USD", "cash", DANA] == 5
    assert till.books.row("2026-05")["written_off", "USD", "cash", "roster:anna"] == -25
    till.stage.olivia.command("/payment-status", "month", channel="C0DOCK")
    month = last(till.stage.olivia).text
    assert "Written on: $25.00 in cash of anna\nWritten off: $5.00 in cash of @Dana Reyes" in month
    assert "anna" not in till.holds(till.stage.olivia)
    till.stage.restart(ADMIN_USERS="U0MARCO", CREW_USERS="*")
    till.stage.olivia.click(listed, action_id="cash_write_off", value="U0DANA")
    assert "Only the office can correct what somebody holds. Ask" in last(till.stage.olivia).text


def test_a_press_below_the_post_is_answered_beside_it_and_a_withdrawn_one_is_said(till: Till) -> None:
    from bot.cash_menu import row_for_receiver
    from devkit.slack.people import BOT_USER_ID

    till.handed(till.stage.dana, "100")
    hand_over_id = till.rows()[0]["crew_id"].removeprefix("#handover:")
    message = {"text": "Dana hands over", "blocks": [row_for_receiver(hand_over_id)]}
    post = till.stage.slack.board.add(channel="C0OFFICE", user=BOT_USER_ID, payload=message)
    till.stage.marco.click(Message(till.stage.slack, "U0MARCO", post), action_id=ACCEPT)
    assert "Only the person who gets the money" in last(till.stage.marco, "C0OFFICE").text
    till.stage.olivia.click(Message(till.stage.slack, "U0OLIVIA", post), action_id=ACCEPT)
    assert "You have $100.00 in cash from" in last(till.stage.olivia, "C0OFFICE").text
    till.stage.olivia.click(Message(till.stage.slack, "U0OLIVIA", post), action_id=DECLINE)
    assert "already accepted" in last(till.stage.olivia, "C0OFFICE").text


def test_the_home_tab_shows_what_the_person_holds_and_is_new_after_a_hand_over(till: Till) -> None:
    till.stage.dana.open_home()
    assert "Cash you hold: $375.00\n$250.00 from Cory, sunset (Thu May 21) · $125.00" in till.stage.dana.home.text
    form = till.stage.dana.home.press(FORM)
    assert form is not None
    form.fill("counted", "375").submit()
    till.stage.dana.form.close()
    assert "$375.00 in cash is handed over and waits" in till.stage.dana.home.text
    till.stage.olivia.open_home()
    assert "1 hand-over waits for you: /payment-status cash" in till.stage.olivia.home.text
    till.stage.marco.open_home()
    assert "hold" not in till.stage.marco.home.text
