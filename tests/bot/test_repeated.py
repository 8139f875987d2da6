"""The same payment from a second form: the form asks, and writes it after somebody confirms that it is another one."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.bot.conftest import logged, opened
from tests.bot.test_refusals import again, submission_of
from tests.builders import EID

if TYPE_CHECKING:
    from tests.bot.conftest import BotStage

ASKED = "@Dana Reyes logged $125.00 by venmo 2 minutes ago. Is this another one?"
YES = "Yes, this is another payment"
VENMO = f"{EID} dave 125 venmo"


def test_a_second_form_is_asked_and_a_tick_writes_it(bot_stage: BotStage) -> None:
    logged(bot_stage.dana, VENMO)
    bot_stage.clock.moment += timedelta(minutes=2)
    form = opened(bot_stage.marco, f"{VENMO} by the gate")
    before = bot_stage.row()

    with bot_stage.counting() as cost:
        form.submit()
    assert (cost.table.total(), cost.slack) == (1, [])
    assert ASKED in form.text
    assert {name: form.values[name] for name in ("amount", "method", "notes")} == {
        "amount": "125",
        "method": "venmo",
        "notes": "by the gate",
    }
    form.submit()
    assert form.errors.keys() == {"confirm"}, "the box has to be ticked"
    assert bot_stage.row() == before

    form.choose("confirm", YES)
    with bot_stage.counting() as cost:
        form.submit()
    assert (cost.table, cost.slack) == ({"UpdateItem": 1}, [])
    assert form.title == "Payment logged"
    assert bot_stage.paid() == {"dave": "250.00"}


def test_a_tick_answers_for_what_was_asked_and_for_nothing_else(bot_stage: BotStage) -> None:
    logged(bot_stage.dana, VENMO)
    logged(bot_stage.dana, f"{EID} ana 60 venmo")
    bot_stage.clock.moment += timedelta(minutes=2)
    form = opened(bot_stage.marco, VENMO)
    form.submit()
    form.choose("confirm", YES).fill("amount", "12.50").submit()
    assert form.title == "Payment logged", "nobody has paid that yet"
    assert bot_stage.paid() == {"dave": "137.50", "ana": "60.00"}

    form = opened(bot_stage.marco, VENMO)
    form.submit()
    form.choose("confirm", YES).fill("amount", "12.50").submit()
    assert "@Marco Bell logged $12.50 by venmo just now. Is this another one?" in form.text
    assert form.values["confirm"] == []
    form.choose("confirm", YES).fill("amount", "125.00").submit()
    assert ASKED in form.text
    form.choose("patron", "ana").fill("amount", "60")
    assert "Is this another one?" not in form.text, "the question was about Dave"
    form.submit()
    assert "@Dana Reyes logged $60.00 by venmo 2 minutes ago" in form.text
    assert bot_stage.paid() == {"dave": "137.50", "ana": "60.00"}
    form.choose("confirm", YES).submit()
    assert bot_stage.paid() == {"dave": "137.50", "ana": "120.00"}


def test_slack_delivers_a_form_again_before_and_after_the_tick(bot_stage: BotStage) -> None:
    logged(bot_stage.dana, VENMO)
    form = opened(bot_stage.marco, VENMO)
    form.submit()
    asked = submission_of(bot_stage)
    form.choose("confirm", YES).submit()

    for sent in (asked, submission_of(bot_stage)):
        assert "Already logged, and counted once" in str(again(bot_stage, sent))
    assert bot_stage.paid() == {"dave": "250.00"}
