"""The forms on top of the boarding list: reasons, capacity, numbers of people, no-shows, removals, reopening."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from tests.bot.conftest import last, logged
from tests.bot.test_board import aboard, board, choose, morning, options_of, press, row_of  # noqa: F401 - a fixture
from tests.bot.test_refusals import again, changed, submission_of
from tests.builders import EID, a_row, a_signature_row

if TYPE_CHECKING:
    from tests.bot.conftest import BotStage

pytestmark = pytest.mark.usefixtures("morning")

ANA = {"name": "Ana Lima", "party": Decimal(2), "due": Decimal("250.00")}


def _ana(bot_stage: BotStage) -> dict[str, Any]:
    line: dict[str, Any] = bot_stage.row()["patrons"]["ana"]
    return line


def _full(bot_stage: BotStage) -> None:
    """Let the boat take two people, of three who are expected."""
    bot_stage.put({**bot_stage.row(), "capacity": Decimal(2)})


def test_a_party_that_is_not_clear_comes_aboard_with_a_reason_alone(bot_stage: BotStage) -> None:
    form = board(bot_stage.dana)
    let = press(form, "board_let_aboard", "ana")
    assert "Missing: payment and waiver." in let.text
    let.submit()
    assert "reason" in let.errors
    for count in ("3", "0"):
        let.fill("reason", "pays on board").fill("count", count).submit()
        assert "count" in let.errors
    let.fill("count", "1").fill("reason", "pays <!here> on  board").submit()
    assert bot_stage.dana.form.id == form.id, "the form is closed"
    assert row_of(form, "ana")[1:] == [
        ":white_check_mark: *1 of 2 aboard* · <@U0DANA>, 1:30 PM · because “pays &lt;!here&gt; on board”",
        "🔴 Not clear: payment · 0 of 2 signed",
        "Take back…",
    ]
    again(bot_stage, submission_of(bot_stage))
    assert aboard(bot_stage) == {"ana": 1}
    assert [(row["what"], row["reason"]) for row in bot_stage.rows("#change:")] == [("aboard", "pays <!here> on board")]
    more = choose(form, "ana", "Another number aboard…")
    more.fill("reason", "both here").submit()
    assert aboard(bot_stage) == {"ana": 2}


def test_beyond_the_capacity_crew_are_refused_and_an_admin_gives_a_reason(bot_stage: BotStage) -> None:
    _full(bot_stage)
    crew = board(bot_stage.dana)
    press(crew, "board_let_aboard", "ana").fill("reason", "pays later").submit()
    press(crew, "board_check_in", "dave")
    sentence = "Pelican takes 2 people, and this would make 3."
    assert f":warning: {sentence} Only the office may go beyond it. Ask @Olivia Park." in crew.text
    assert aboard(bot_stage) == {"ana": 2}
    office = board(bot_stage.olivia)
    let = press(office, "board_let_aboard", "dave")
    assert "2 of the 2 whom the boat takes are aboard." in let.text
    let.submit()
    assert "reason" in let.errors
    let.fill("reason", "he is the cook").submit()
    assert "because “he is the cook”" in row_of(office, "dave")[1]
    assert ":warning: 🟢 3 aboard of 3 expected · boat takes 2" in office.text


def test_crew_correct_a_number_of_people_and_the_due_stays(bot_stage: BotStage) -> None:
    form = board(bot_stage.dana)
    number = choose(form, "ana", "Number of people…")
    assert "due" not in number.values
    for text in ("0", "201"):
        number.fill("party", text).submit()
        assert "party" in number.errors
    number.fill("party", "4").fill("reason", "two cousins").submit()
    assert row_of(form, "ana")[0] == "*Ana Lima* · 4 people"
    assert "0 aboard of 5 expected" in form.text
    assert _ana(bot_stage) == ANA | {"party": Decimal(4)}
    again(bot_stage, submission_of(bot_stage))
    assert [(row["what"], row["from"], row["to"], row["reason"]) for row in bot_stage.rows("#change:")] == [
        ("party", "2", "4", "two cousins")
    ]
    _full(bot_stage)
    number = choose(form, "ana", "Number of people…").fill("party", "5")
    number.submit()
    assert (
        "Pelican takes 2 people, and this would make 6. Only the office may go beyond it. Ask Olivia Park."
        in number.text
    )
    number.fill("party", "1").submit()
    assert _ana(bot_stage)["party"] == 1, "fewer are always welcome"


def test_fewer_than_are_aboard_is_refused(bot_stage: BotStage) -> None:
    form = board(bot_stage.dana)
    press(form, "board_let_aboard", "ana").fill("reason", "later").submit()
    number = choose(form, "ana", "Number of people…").fill("party", "1")
    number.submit()
    assert number.errors == {"party": "Ana Lima is checked in. Take the check-in back first."}
    assert _ana(bot_stage) == ANA


def test_for_an_admin_the_due_follows_the_number_unless_it_was_typed(bot_stage: BotStage) -> None:
    form = board(bot_stage.olivia)
    number = choose(form, "ana", "Number of people…").fill("party", "3")
    assert number.values["due"] == "375.00"
    number.submit()
    assert _ana(bot_stage) == ANA | {"party": Decimal(3), "due": Decimal("375.00")}
    number = choose(form, "ana", "Number of people…").fill("due", "300").fill("party", "2")
    assert number.values["due"] == "300"
    assert "The price for a party of 2 is $250.00." in number.text
    number.submit()
    assert _ana(bot_stage) == ANA | {"due": Decimal("300.00")}


def test_of_two_who_correct_one_party_the_second_sees_what_it_is_now(bot_stage: BotStage) -> None:
    first, second = board(bot_stage.dana), board(bot_stage.marco)
    late = choose(second, "ana", "Number of people…")
    choose(first, "ana", "Number of people…").fill("party", "3").submit()
    late.fill("party", "1").submit()
    assert "Somebody else changed this party meanwhile" in late.text
    assert "Ana Lima · 3 people" in late.text
    assert _ana(bot_stage)["party"] == 3
    late.submit()
    assert _ana(bot_stage)["party"] == 1


def test_a_no_show_is_not_expected_any_more_keeps_its_money_and_can_be_taken_back(bot_stage: BotStage) -> None:
    logged(bot_stage.dana, f"{EID} ana 100 cash").close()
    form = board(bot_stage.dana)
    mark = choose(form, "ana", "No-show…")
    assert "money" not in mark.values
    mark.submit()
    assert "reason" in mark.errors
    mark.fill("reason", "did not answer the phone").submit()
    assert "0 aboard of 1 expected" in form.text
    said = ":ghost: No-show · <@U0DANA>, 1:30 PM · because “did not answer the phone”"
    assert form.blocks[-2]["text"]["text"].split("\n") == ["*Ana Lima* · 2 people", said]
    assert options_of(form, "ana") == ["Not a no-show"]
    again(bot_stage, submission_of(bot_stage))
    assert _ana(bot_stage) == ANA | {"state": "no_show"}
    assert bot_stage.paid()["ana"] == "100.00"
    choose(form, "ana", "Not a no-show")
    assert "0 aboard of 3 expected" in form.text
    assert _ana(bot_stage).get("state", "") == ""


def test_who_is_aboard_is_no_no_show(bot_stage: BotStage) -> None:
    late, form = board(bot_stage.marco), board(bot_stage.dana)
    mark = choose(late, "dave", "No-show…").fill("reason", "not seen")
    press(form, "board_check_in", "dave")
    mark.submit()
    assert not mark.is_open
    assert ":warning: Dave Kowalski is checked in. Take the check-in back first." in late.text
    assert row_of(late, "dave")[-1] == "Take back…"
    assert options_of(form, "dave") == ["Number of people…"]


def test_the_office_chooses_what_becomes_of_a_no_shows_money_and_undoing_it_undoes_that(bot_stage: BotStage) -> None:
    form = board(bot_stage.olivia)
    mark = choose(form, "dave", "No-show…").fill("reason", "ill").choose("money", "Nothing is due any more")
    mark.submit()
    assert bot_stage.row()["patrons"]["dave"]["due"] == 0
    bot_stage.olivia.command("/payment-status", EID)
    assert "$125.00 to give back" in last(bot_stage.olivia).text
    choose(form, "dave", "Not a no-show")
    assert bot_stage.row()["patrons"]["dave"]["due"] == 125


def test_an_admin_removes_with_a_reason_and_gives_back_or_keeps_the_money(bot_stage: BotStage) -> None:
    form = board(bot_stage.olivia)
    off = choose(form, "dave", "Take off the roster…").fill("reason", "cancelled by phone")
    off.submit()
    assert "money" in off.errors, "it is asked, and not guessed"
    off.choose("money", "Nothing is due any more").submit()
    assert options_of(form, "dave") == ["Put back on the roster"]
    bot_stage.olivia.command("/payment-status", EID)
    table = last(bot_stage.olivia)
    assert "Dave Kowalski · off the roster" in table.text
    bot_stage.olivia.click(table, action_id="open_patron", value="dave")
    page = last(bot_stage.olivia)
    assert "Off the roster · @Olivia Park, 1:30 PM · because “cancelled by phone”\n$125.00 must go back" in page.text
    bot_stage.olivia.click(page, action_id="refund_payment")
    bot_stage.olivia.form.choose("method", "Cash").fill("reason", "cancelled").submit()
    assert bot_stage.paid()["dave"] == "0.00"
    board(bot_stage.olivia)
    choose(bot_stage.olivia.form, "dave", "Put back on the roster")
    assert bot_stage.row()["patrons"]["dave"]["due"] == 125
    logged(bot_stage.dana, f"{EID} dave 60 cash").close()
    form = board(bot_stage.olivia)
    off = choose(form, "dave", "Take off the roster…").fill("reason", "too late").choose("money", "Keep what was paid")
    off.submit()
    assert bot_stage.row()["patrons"]["dave"]["due"] == 60
    bot_stage.olivia.command("/payment-status", EID)
    assert "to give back" not in last(bot_stage.olivia).text


def test_what_only_admins_may_is_refused_to_crew_also_in_a_form(bot_stage: BotStage) -> None:
    bot_stage.put(a_row(), a_signature_row())
    form = board(bot_stage.olivia)
    choose(form, "ana", "Take off the roster…").fill("reason", "cancelled").submit()
    removal = submission_of(bot_stage)
    choose(form, "dave", "No-show…").fill("reason", "ill").choose("money", "Nothing is due any more").submit()
    zeroed = submission_of(bot_stage)
    choose(form, "ana", "Put back on the roster")
    choose(form, "dave", "Not a no-show")
    before = bot_stage.rows("#")
    for submission in (removal, zeroed):
        answer = again(bot_stage, {**submission, "user": {**submission["user"], "id": "U0DANA"}})
        assert answer["errors"]["reason"].startswith("Only the office can")
    crew = board(bot_stage.dana)
    number = choose(crew, "ana", "Number of people…").fill("party", "3")
    number.submit()
    with_due = changed(submission_of(bot_stage), "party", value="4")
    with_due["view"]["state"]["values"]["due"] = {"due": {"type": "plain_text_input", "value": "0"}}
    again(bot_stage, json.loads(json.dumps(with_due)))
    assert _ana(bot_stage)["due"] == Decimal("250.00")
    kept = [row for row in bot_stage.rows("#change:") if row["what"] in {"due", "state"}]
    assert kept == [row for row in before if row.get("what") in {"due", "state"}]
