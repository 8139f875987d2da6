"""Walk-up parties: their number of people and their due, in the form that logs their first payment."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from devkit.slack.wire import Answer
from tests.bot.conftest import last, opened
from tests.bot.test_refusals import again, changed, submission_of
from tests.builders import EID, a_row

if TYPE_CHECKING:
    from devkit.slack import Modal
    from tests.bot.conftest import BotStage

RANGE = "The amount must be above 0 and at most 100,000.00."
PARTY = "Write how many people come along with this name, 1 to 200."


def _new(bot_stage: BotStage, text: str = EID) -> Modal:
    """The form with a new patron, Rosa Diaz, who pays cash."""
    return (
        opened(bot_stage.dana, text)
        .choose("patron", "Rosa Diaz", pick="New patron “Rosa Diaz”")
        .choose("method", "Cash")
    )


def _rosa(bot_stage: BotStage) -> dict[str, Any]:
    (line,) = [line for line in bot_stage.row()["patrons"].values() if line["name"] == "Rosa Diaz"]
    return dict(line)


def _shown(form: Modal) -> tuple[object, ...]:
    return tuple(form.values[name] for name in ("party", "due", "amount"))


def test_a_new_patron_is_one_person_who_owes_the_price(bot_stage: BotStage) -> None:
    assert _shown(_new(bot_stage)) == ("1", "125.00", "125.00")


def test_four_who_pay_for_four_are_paid_in_full(bot_stage: BotStage) -> None:
    form = _new(bot_stage).fill("party", "4")
    assert _shown(form) == ("4", "500.00", "500.00")
    form.submit()
    assert "Logged: $500.00 by cash for Rosa Diaz" in form.text
    assert "New balance\nPaid in full" in form.text
    assert "$500.00 of $500.00" in form.text
    assert _rosa(bot_stage) == {"name": "Rosa Diaz", "party": Decimal(4), "due": Decimal("500.00")}


def test_four_whose_amount_was_in_the_command_are_paid_in_full(bot_stage: BotStage) -> None:
    form = _new(bot_stage, f"{EID} rosa diaz 500 cash").fill("party", "4")
    assert _shown(form) == ("4", "500.00", "500")
    form.submit()
    assert "New balance\nPaid in full" in form.text


PARTIES = {
    "party of 4 rosa diaz 500": ("4", "500.00", "500"),
    "rosa diaz 4 people 500": ("4", "500.00", "500"),
    "rosa diaz family of five 600": ("5", "625.00", "600"),
    "rosa diaz 2 adults 2 kids 500": ("4", "500.00", "500"),
    "rosa diaz 4pax 500": ("4", "500.00", "500"),
    "rosa diaz 4x125": ("4", "500.00", "500.00"),
    "rosa diaz 4 x $125": ("4", "500.00", "500.00"),
    "rosa diaz party of 3": ("3", "375.00", "375.00"),
    "rosa diaz 60x2": ("1", "125.00", "120.00"),
    "rosa diaz party of 4, 5 people, 500": ("1", "125.00", "500"),
    "rosa diaz party of 900 500": ("1", "125.00", "500"),
    "rosa diaz 120": ("1", "125.00", "120"),
}


def test_a_party_that_the_words_name_is_in_the_form(bot_stage: BotStage) -> None:
    shown = {}
    for text in PARTIES:
        form = opened(bot_stage.dana, f"{EID} {text} cash")
        shown[text] = _shown(form.choose("patron", "", pick="New patron “rosa diaz”"))
    assert shown == PARTIES


def test_due_and_amount_follow_the_party_up_and_down(bot_stage: BotStage) -> None:
    form = _new(bot_stage)
    for party, due in (("3", "375.00"), ("2", "250.00"), ("1", "125.00"), ("12", "1500.00")):
        assert _shown(form.fill("party", party)) == (party, due, due)


def test_half_of_what_the_party_owes_follows_it(bot_stage: BotStage) -> None:
    form = _new(bot_stage, f"{EID} rosa diaz half cash")
    assert form.values["amount"] == "62.50"
    assert _shown(form.fill("party", "4")) == ("4", "500.00", "250.00")


def test_an_amount_that_was_typed_stays(bot_stage: BotStage) -> None:
    form = _new(bot_stage).fill("amount", "200").fill("party", "4")
    assert _shown(form) == ("4", "500.00", "200")
    form.submit()
    assert "New balance\n$300.00 to pay" in form.text


def test_a_due_that_was_typed_stays_and_the_amount_offered_is_that_due(bot_stage: BotStage) -> None:
    form = _new(bot_stage).fill("party", "3").fill("due", "300")
    assert _shown(form) == ("3", "300", "300.00")
    form.fill("party", "4")
    assert _shown(form) == ("4", "300", "300.00")
    form.submit()
    assert "New balance\nPaid in full" in form.text
    assert _rosa(bot_stage) == {"name": "Rosa Diaz", "party": Decimal(4), "due": Decimal("300.00")}


def test_a_due_that_is_emptied_is_the_price_for_each(bot_stage: BotStage) -> None:
    form = _new(bot_stage).fill("party", "2").fill("due", "")
    form.fill("amount", "100").submit()
    assert "New balance\n$150.00 to pay" in form.text
    assert _rosa(bot_stage)["due"] == Decimal("250.00")


def test_a_party_that_owes_nothing_may_pay_all_the_same(bot_stage: BotStage) -> None:
    form = _new(bot_stage).fill("due", "0").fill("amount", "20")
    form.submit()
    assert "Overpaid by $20.00" in form.text
    assert _rosa(bot_stage)["due"] == 0


def test_a_name_and_notes_that_were_typed_stay_when_the_party_changes(bot_stage: BotStage) -> None:
    form = _new(bot_stage).fill("name", "Rosa M. Diaz").fill("notes", "by the pier").fill("party", "2")
    assert (form.values["name"], form.values["notes"], form.values["method"]) == ("Rosa M. Diaz", "by the pier", "cash")


def test_an_amount_for_another_party_is_refused_until_it_is_written(bot_stage: BotStage) -> None:
    form = _new(bot_stage)
    bot = bot_stage.slack.bot
    bot_stage.slack.bot = lambda *_: Answer(200)  # the update comes after Log was pressed
    form.fill("party", "4")
    bot_stage.slack.bot = bot
    form.submit()
    assert form.errors == {"amount": "This was filled in for another party. Write what was paid for the party of 4."}
    assert bot_stage.row() == a_row()
    form.fill("amount", "500").submit()
    assert "New balance\nPaid in full" in form.text
    assert _rosa(bot_stage)["due"] == Decimal("500.00"), "the due that the form offered for one person counts as empty"


def test_an_amount_for_another_due_is_refused_until_it_is_written(bot_stage: BotStage) -> None:
    form = _new(bot_stage).fill("party", "4")
    bot = bot_stage.slack.bot
    bot_stage.slack.bot = lambda *_: Answer(200)
    form.fill("due", "300")
    bot_stage.slack.bot = bot
    form.submit()
    assert form.errors == {"amount": "This was filled in for another due. Write what was paid."}
    assert bot_stage.row() == a_row()
    form.fill("amount", "500").submit()
    assert "Overpaid by $200.00" in form.text


@pytest.mark.parametrize("party", ["0", "201", "-1", "1.5", "abc", "", "٣"])
def test_what_is_no_party_is_refused_on_its_field(bot_stage: BotStage, party: str) -> None:
    _new(bot_stage).submit()
    before = bot_stage.row()
    answer = again(bot_stage, changed(submission_of(bot_stage), "party", value=party))
    assert answer["errors"] == {"party": PARTY}
    assert bot_stage.row() == before


def test_a_party_that_is_no_number_yet_changes_nothing(bot_stage: BotStage) -> None:
    form = _new(bot_stage).fill("party", "4").fill("party", "")
    assert _shown(form) == (None, "500.00", "500.00")
    assert _shown(form.fill("party", "201")) == ("201", "500.00", "500.00")


def test_an_event_without_a_price_offers_nothing_and_expects_what_is_written(bot_stage: BotStage) -> None:
    bot_stage.put(a_row(without=["price"]))
    form = _new(bot_stage).fill("party", "4")
    assert _shown(form) == ("4", None, None)
    form.fill("due", "480").fill("amount", "480").submit()
    assert "New balance\nPaid in full" in form.text
    assert _rosa(bot_stage) == {"name": "Rosa Diaz", "party": Decimal(4), "due": Decimal("480.00")}


def test_an_event_in_another_currency_is_read_in_its_own(bot_stage: BotStage) -> None:
    bot_stage.put(a_row(currency="EUR", price=Decimal("65.00")))
    form = _new(bot_stage).fill("party", "2")
    assert _shown(form) == ("2", "130.00", "130.00")
    assert form.block("due")["label"]["text"] == "Due in EUR"
    form.fill("due", "$120").submit()
    assert list(form.errors) == ["due"]
    form.fill("due", "€120").fill("amount", "120").submit()
    assert "New balance\nPaid in full" in form.text


def test_a_due_that_is_no_amount_is_refused_on_its_field(bot_stage: BotStage) -> None:
    form = _new(bot_stage).fill("amount", "20")
    for due in ("abc", "-5", "1.005", "100,000.01", "0,250"):
        form.fill("due", due).submit()
        assert list(form.errors) == ["due"], due
    assert bot_stage.row() == a_row()


def test_a_price_that_no_party_so_large_can_owe_is_left_to_be_written(bot_stage: BotStage) -> None:
    bot_stage.put(a_row(price=Decimal("90000.00")))
    form = _new(bot_stage).fill("party", "2")
    assert _shown(form) == ("2", None, None)
    form.fill("amount", "20").submit()
    assert form.errors == {"due": RANGE}


def test_of_two_presses_one_counts_and_the_party_joins_once(bot_stage: BotStage) -> None:
    _new(bot_stage).fill("party", "4").submit()
    answer = again(bot_stage, submission_of(bot_stage))
    assert "Already logged, and counted once" in str(answer)
    assert len(bot_stage.row()["patrons"]) == 3
    assert list(bot_stage.paid().values()) == ["500.00"]


def test_the_same_form_with_another_party_or_due_is_refused(bot_stage: BotStage) -> None:
    _new(bot_stage).fill("party", "4").fill("amount", "100").submit()
    before, sent = bot_stage.row(), submission_of(bot_stage)
    for block_id, text in (("party", "5"), ("due", "450")):
        answer = again(bot_stage, changed(sent, block_id, value=text))
        assert list(answer.get("errors", {})), (block_id, answer)
    assert bot_stage.row() == before


def test_going_to_another_event_asks_who_it_is_again(bot_stage: BotStage) -> None:
    other = "2026-05-24-golden-gate-sunset"
    bot_stage.put(a_row(other, title="Golden Gate sunset", price=Decimal("80.00")))
    form = _new(bot_stage).fill("party", "4").choose("event", "Golden Gate")
    assert "party" not in form.values
    assert form.values["amount"] is None
    form.choose("patron", "Rosa Diaz", pick="New patron “Rosa Diaz”")
    assert _shown(form)[1:] == ("80.00", "80.00")


def test_the_status_counts_the_whole_party(bot_stage: BotStage) -> None:
    _new(bot_stage).fill("party", "4").submit()
    bot_stage.dana.command("/payment-status", f"{EID} rosa")
    assert "Not clear to board: waiver missing." in last(bot_stage.dana).text
    bot_stage.dana.command("/payment-status", EID)
    assert "0 of 7 clear to board" in last(bot_stage.dana).text


def test_changing_the_party_costs_one_read_and_one_call(bot_stage: BotStage) -> None:
    form = _new(bot_stage)
    with bot_stage.counting() as cost:
        form.fill("party", "4")
    assert (dict(cost.table), cost.slack) == ({"Query": 1}, ["views.update"])
