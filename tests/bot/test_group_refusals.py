"""Payments for several patrons that are refused or asked about: nothing is written, and everything typed is kept."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from tests.bot.conftest import last, logged, opened
from tests.bot.test_group_form import FOUR, shares
from tests.bot.test_refusals import again, changed, submission_of
from tests.builders import EID, a_row

if TYPE_CHECKING:
    from tests.bot.conftest import BotStage


@pytest.fixture
def crowd(bot_stage: BotStage) -> BotStage:
    """This afternoon's event with Dave, Ana, Maria and Bob."""
    bot_stage.put(a_row(patrons=FOUR))
    return bot_stage


def test_possible_duplicates_are_one_question_that_names_each(crowd: BotStage) -> None:
    logged(crowd.dana, f"{EID} dave 125 cash").close()
    logged(crowd.dana, f"{EID} bob 60 cash").close()
    crowd.clock.moment += timedelta(minutes=2)
    form = opened(crowd.marco, f"{EID} dave, ana and bob cash by the gate")
    form.fill("share.dave", "125").fill("share.bob", "60")
    with crowd.counting() as cost:
        form.submit()
    assert (cost.table.total(), cost.slack) == (1, [])
    assert "@Dana Reyes logged $125.00 by cash for Dave Kowalski 2 minutes ago." in form.text
    assert "@Dana Reyes logged $60.00 by cash for Bob Day 2 minutes ago. Are these other ones?" in form.text
    assert form.values["notes"] == "by the gate"
    form.choose("confirm", "Yes, these are other payments").fill("share.bob", "50").submit()
    assert "logged $125.00 by cash for Dave Kowalski 2 minutes ago. Is this another one?" in form.text
    assert crowd.paid() == {"dave": "125.00", "bob": "60.00"}
    form.choose("confirm", "Yes, this is another payment").submit()
    assert form.title == "Payment logged"
    assert crowd.paid() == {"dave": "250.00", "ana": "250.00", "bob": "110.00"}


def test_a_patron_who_is_gone_is_refused_on_their_field_and_nothing_is_written(crowd: BotStage) -> None:
    form = opened(crowd.dana, f"{EID} dave and ana cash")
    fewer = {patron_id: line for patron_id, line in FOUR.items() if patron_id != "ana"}
    crowd.put(a_row(patrons=fewer))
    form.submit()
    gone = "This patron is not on the event's roster any more. Take them off the list of patrons."
    assert form.errors == {"share.ana": gone}
    form.fill("share.dave", "0").choose("patrons", "bob").submit()
    assert form.errors == {"share.dave": "The amount must be above 0 and at most 100,000.00."}
    assert crowd.row() == a_row(patrons=fewer)
    assert shares(form) == {"dave": "0", "bob": "60.00"}, "Ana is on the roster no more"


def test_a_press_before_all_amounts_are_shown_shows_them_first(crowd: BotStage) -> None:
    form = opened(crowd.dana, f"{EID} dave and ana cash")
    form.fill("share.ana", "249")
    form.submit()
    early = submission_of(crowd)
    crowd.put(a_row(patrons=FOUR))
    picked = early["view"]["state"]["values"]["patrons"]
    (held,) = picked.values()
    option = {"text": {"type": "plain_text", "text": "Bob Day", "emoji": True}, "value": "bob"}
    sent = changed(early, "patrons", selected_options=[*held["selected_options"], option])
    answer = again(crowd, sent)
    assert answer["response_action"] == "update"
    said = json.dumps(answer, ensure_ascii=False)
    assert "The form was still changing. Check the amounts, then press Log again." in said
    blocks = {block.get("block_id"): block for block in answer["view"]["blocks"]}
    assert blocks["share.bob"]["element"]["initial_value"] == "60.00"
    assert blocks["share.ana"]["element"]["initial_value"] == "249"
    assert crowd.row() == a_row(patrons=FOUR)


def test_more_patrons_than_a_form_takes_are_named_and_never_dropped_in_silence(bot_stage: BotStage) -> None:
    people = {f"p{n}": {"name": f"Zoe{n:02d} {'&' * 190}", "party": Decimal(1), "due": Decimal(75)} for n in range(12)}
    bot_stage.put(a_row(patrons=people))
    form = opened(bot_stage.dana, f"{EID} {' and '.join(f'zoe{n:02d}' for n in range(12))} 900 venmo")
    assert ":warning: One form takes 10 patrons. Log Zoe10 &&&" in form.text
    assert "and Zoe11 &&&" in form.text
    assert "in another one." in form.text
    form.submit()
    assert form.title == "Payment logged", form.errors
    bot_stage.clock.moment += timedelta(minutes=10)
    form.click("undo_group")
    form.click("ask_office_of_group")
    assert form.text.count("void $75.00 by venmo for Zoe") == 10
    bot_stage.olivia.command("/waiver", f"remind {EID}")
    assert "• Zoe11 &&&" in last(bot_stage.olivia).text


def test_everything_typed_is_shown_escaped_and_within_slacks_limits(bot_stage: BotStage) -> None:
    evil = "<!channel> " + "W" * 90
    people = {
        f"{n}" + "i" * 60: {"name": f"{evil} {n}", "party": Decimal(9), "due": Decimal("99999.99")} for n in range(10)
    }
    bot_stage.put(a_row(patrons=people, title="<!here> " + "T" * 200))
    form = opened(bot_stage.dana, f'{EID} cash "{"n" * 480}"')
    form.click("pay_for_several")
    for n in range(10):
        form.choose("patrons", f"{n}" + "i" * 60)
    form.fill("tip", "5").submit()
    assert form.title == "Payment logged", form.errors
    form.click("undo_entry", block_id="undo.3")
    assert "Undone: $99,999.99" in form.text
    form.click("undo_group")
    assert form.title == "Payment undone"
