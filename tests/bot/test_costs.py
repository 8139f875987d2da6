"""Requests of each step to the table and to Slack, and no more."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from typing import TYPE_CHECKING

from devkit.aws import ROOT
from tests.bot.conftest import logged, opened
from tests.builders import EID, a_row

if TYPE_CHECKING:
    from tests.bot.conftest import BotStage


def test_the_first_contact_asks_slack_once_who_it_is(bot_stage: BotStage) -> None:
    for person, asked in ((bot_stage.dana, ["users.info"]), (bot_stage.dana, []), (bot_stage.marco, ["users.info"])):
        with bot_stage.counting() as cost:
            opened(person)
        assert cost.slack == [*asked, "views.open"]


def test_listed_people_need_no_question(bot_stage: BotStage) -> None:
    bot_stage.restart(CREW_USERS="U0DANA")
    with bot_stage.counting() as cost:
        opened(bot_stage.dana)
    assert cost.slack == ["views.open"]


# A query a month: last month, for the last fortnight, this one, and a year ahead.
MONTHS = 14


def test_opening_costs_the_list_of_events_once_then_a_roster_and_one_slack_call(bot_stage: BotStage) -> None:
    bot_stage.restart(CREW_USERS="U0DANA")
    roster = {"Query": 1}
    costs = {
        "": {"Query": MONTHS + 1},  # nothing is remembered yet
        "cory dave": roster,
        "dave 20 cash": roster,
        EID: roster,
        f"{EID} dave 20 cash": roster,
        "2026-05-23": roster,
    }
    for text, table in costs.items():
        with bot_stage.counting() as cost:
            opened(bot_stage.dana, text)
        assert (cost.table, cost.slack) == (table, ["views.open"]), text


def test_an_id_costs_no_list(bot_stage: BotStage) -> None:
    bot_stage.restart(CREW_USERS="U0DANA")
    with bot_stage.counting() as cost:
        opened(bot_stage.dana, f"{EID} dave 20 cash")
    assert cost.table == {"Query": 1}


def test_a_name_that_is_not_on_the_event_costs_the_near_rosters_in_one_read_more(bot_stage: BotStage) -> None:
    bot_stage.put(a_row("2026-05-24-golden-gate-sunset", patrons={"owen": {"name": "Owen", "party": 1, "due": 95}}))
    bot_stage.restart(CREW_USERS="U0DANA")
    with bot_stage.counting() as cost:
        opened(bot_stage.dana, "owen 95")
    assert (cost.table, cost.slack) == ({"Query": MONTHS + 2}, ["views.open"])


def test_a_name_that_nobody_near_bears_is_looked_for_in_a_list_that_is_read_anew(bot_stage: BotStage) -> None:
    bot_stage.remember_events()
    with bot_stage.counting() as cost:
        opened(bot_stage.dana, "nobody at all")
    assert cost.table == {"Query": 1 + MONTHS + 1}


def test_an_id_without_a_row_costs_a_second_short_read_and_the_list_of_candidates(bot_stage: BotStage) -> None:
    with bot_stage.counting() as cost:
        opened(bot_stage.dana, "2026-05-23-no-such")
    assert cost.table == {"Query": 2 + MONTHS}


def test_every_payment_is_one_write_and_no_slack_call(bot_stage: BotStage) -> None:
    bot_stage.restart()  # a Lambda that has seen nothing
    for amount in (10, 20, 30, 40, 50):
        form = opened(bot_stage.dana, f"{EID} dave {amount} cash")
        with bot_stage.counting() as cost:
            form.submit()
        assert form.title == "Payment logged"
        assert cost.table == {"UpdateItem": 1}, amount
        assert cost.slack == []
    assert bot_stage.paid() == {"dave": "150.00"}


def test_an_undo_is_one_read_and_one_write_and_of_a_walk_up_the_removal_too(bot_stage: BotStage) -> None:
    form = logged(bot_stage.dana, f"{EID} dave 80 cash")
    with bot_stage.counting() as cost:
        form.click("undo_entry")
    assert (cost.table, cost.slack) == ({"Query": 1, "UpdateItem": 1}, ["views.update"])
    form = opened(bot_stage.dana).choose("patron", "Zed Quist", pick="New patron “Zed Quist”").choose("method", "Cash")
    form.submit()
    with bot_stage.counting() as cost:
        form.click("undo_entry")
    assert (cost.table, cost.slack) == ({"Query": 3, "UpdateItem": 1, "TransactWriteItems": 1}, ["views.update"])
    form = logged(bot_stage.dana, f"{EID} dave 80 cash")
    bot_stage.clock.moment += timedelta(minutes=10)
    form.click("undo_entry")
    with bot_stage.counting() as cost:
        form.click("ask_office")
    assert (cost.table, cost.slack) == ({"Query": 1, "TransactWriteItems": 1}, ["views.update"])


def test_each_choice_costs_one_read_and_one_slack_call(bot_stage: BotStage) -> None:
    form = opened(bot_stage.dana)
    for block_id, query in (("event", "cory"), ("patron", "ana")):
        option = form.suggest(block_id, query)[0]
        element = form.block(block_id)["element"]
        with bot_stage.counting() as cost:
            bot_stage.slack.act(bot_stage.dana.id, form.id, block_id, element["action_id"], {"selected_option": option})
        assert (cost.table, cost.slack) == ({"Query": 1}, ["views.update"])


def test_typing_into_the_patron_field_costs_one_read(bot_stage: BotStage) -> None:
    form = opened(bot_stage.dana)
    with bot_stage.counting() as cost:
        form.suggest("patron", "da")
    assert (cost.table, cost.slack) == ({"Query": 1}, [])


def test_the_list_of_events_is_read_once_for_many_letters(bot_stage: BotStage) -> None:
    form = opened(bot_stage.dana)
    with bot_stage.counting() as cost:
        for query in ("c", "co", "cor"):
            form.suggest("event", query)
    assert (cost.table, cost.slack) == ({"Query": MONTHS}, [])


def test_the_status_of_one_event_is_one_read(bot_stage: BotStage) -> None:
    bot_stage.restart(CREW_USERS="U0DANA")
    for text, table in (
        (EID, {"Query": 1}),
        (f"{EID} dave", {"Query": 1}),
        ("cory", {"Query": 1 + MONTHS}),
    ):
        with bot_stage.counting() as cost:
            bot_stage.dana.command("/payment-status", text)
        assert (cost.table, cost.slack) == (table, [])


def test_the_overview_reads_all_rosters_at_once(bot_stage: BotStage) -> None:
    bot_stage.put(a_row("2026-05-24-golden-gate-sunset"), a_row("2026-06-24-golden-gate-sunset"))
    with bot_stage.counting() as cost:
        bot_stage.olivia.command("/payment-status")
    assert cost.table == {"Query": MONTHS + 3}


def test_nothing_ever_scans_the_table(bot_stage: BotStage) -> None:
    bot_stage.remember_events()
    logged(bot_stage.dana, "cory dave 20 cash")
    for command, text in (("/payment-status", ""), ("/payment-status", "dave"), ("/waiver", ""), ("/waiver", "cory")):
        bot_stage.dana.command(command, text)
    opened(bot_stage.dana, "").options("patron")
    assert "Scan" not in bot_stage.world.calls
    assert bot_stage.world.calls.keys() <= {"GetItem", "Query", "UpdateItem"}


def test_a_cold_start_pays_for_the_payments_form_alone(bot_stage: BotStage) -> None:
    del bot_stage  # it has set the environment
    code = "import sys, lambda_function; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603 - our own words
    loaded = run.stdout.split()
    assert [name for name in loaded if name.startswith("bot.commands.")] == ["bot.commands.log_payment"]
    assert "bot.views.log_payment" in loaded
    assert "bot.views.receipt" in loaded
    forms = {
        "bot.views.status",
        "bot.views.balance",
        "bot.views.corrections",
        "bot.views.group_form",
        "bot.views.waiver",
        "bot.understanding.moments",
        "bot.views.edit_event",
        "bot.views.new_event",
        "bot.views.patrons",
        "bot.views.lint",
        "bot.views.home",
        "bot.views.history",
        "bot.views.cash",
        "bot.views.hand_over",
        "charter.cash",
        "charter.changes",
        "charter.editing",
        "charter.enrolling",
        "charter.held",
        "charter.new_events",
    }
    assert forms.isdisjoint(loaded)
    # 676 before libraries' unused parts were imported late; what Python itself has loaded is among them.
    assert len(loaded) < 600
    assert len([name for name in loaded if name.split(".")[0] in {"bot", "charter", "adapters"}]) < 140
    assert not {"boto3", "pydantic", "asyncio.events", "sqlite3", "zipfile", "email.mime", "html.parser"} & set(loaded)
