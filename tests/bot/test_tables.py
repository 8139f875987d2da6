"""A table that Slack does not take is shown in lines: in the answer to a command, and in its place after a press."""

from __future__ import annotations

import logging
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from bot.blocks import table
from bot.tables import in_lines
from bot.views.pages import turn_button
from devkit.slack.limits import check_message
from devkit.slack.visible import pings_in
from tests.bot.conftest import last, logged
from tests.builders import EID, a_row

if TYPE_CHECKING:
    from tests.bot.conftest import BotStage

LEDGER = f"{EID} dave"
IN_LINES = "Entry payment, venmo · Amount +$125.00 · Balance $0.00"


def _long_ledger() -> dict[str, Any]:
    """Entries with the longest texts that people can type, all in characters that Slack escapes."""
    entries = {
        f"p{number:02}": {
            "kind": "payment",
            "amount": Decimal("99999.00"),
            "method": "&" * 60,
            "logged_by": "slack:U0DANA",
            "timestamp": f"2026-05-20T10:{number:02}:00Z",
            "source": "slack",
            "notes": "<&>" * 166,
        }
        for number in range(45)
    }
    newest = {"method": "cash", "logged_by": "slack:U0DANA", "timestamp": "2026-05-20T10:44:00Z"}
    return a_row(payments={"dave": {**newest, "amount": Decimal("4499955.00"), "entries": entries}})


def test_an_answer_with_a_table_is_sent_where_a_refusal_would_be_seen(bot_stage: BotStage) -> None:
    logged(bot_stage.olivia, f"{EID} dave 125 venmo")
    with bot_stage.counting() as cost:
        bot_stage.olivia.command("/payment-status", LEDGER)
    answer = last(bot_stage.olivia)
    assert answer.table[-1][1:] == ["payment, venmo", "+$125.00", "$0.00"]
    assert answer.ephemeral
    assert bot_stage.slack.deliveries[-1].answer == b"", "the HTTP response has no second answer"
    assert cost.slack == [], "no method of the Web API"


@pytest.mark.parametrize("status", [400, 500])
def test_where_slack_refuses_tables_the_answer_has_lines(
    bot_stage: BotStage, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    logged(bot_stage.olivia, f"{EID} dave 125 venmo")
    bot_stage.slack.refuse_tables(status)
    before = len(bot_stage.olivia.sees())
    with caplog.at_level(logging.WARNING):
        bot_stage.olivia.command("/payment-status", LEDGER)
    answer = last(bot_stage.olivia)
    assert len(bot_stage.olivia.sees()) == before + 1
    assert answer.ephemeral
    assert IN_LINES in answer.text
    assert "Usual price, $125.00 × 1\nBalance $125.00" in answer.text, "the first row, whose other cells are empty"
    assert f"invalid_blocks (status {status})" in caplog.text

    bot_stage.olivia.click(answer, action_id="void_entry")
    assert bot_stage.olivia.form.title == "Void an entry", "its buttons work as ever"


def test_where_slack_cannot_be_reached_the_answer_to_a_command_has_lines(bot_stage: BotStage) -> None:
    logged(bot_stage.olivia, f"{EID} dave 125 venmo")
    bot_stage.slack.base_url = "http://127.0.0.1:9"  # of the response_urls; the answer itself needs none
    bot_stage.olivia.command("/payment-status", LEDGER)
    assert IN_LINES in last(bot_stage.olivia).text


def test_a_long_ledger_in_lines_turns_its_pages_and_fits(bot_stage: BotStage) -> None:
    bot_stage.put(_long_ledger())
    bot_stage.slack.refuse_tables()
    bot_stage.olivia.command("/payment-status", LEDGER)
    texts = [last(bot_stage.olivia).text]
    for _ in range(2):
        bot_stage.olivia.click(last(bot_stage.olivia), action_id="payment_status.next")
        texts.append(last(bot_stage.olivia).text)
    assert not bot_stage.olivia.troubles, bot_stage.olivia.trouble_log
    assert sum(text.count("Amount +$99,999.00") for text in texts) == 45
    assert not any("table" in str(message.blocks) for message in bot_stage.olivia.sees())


def test_a_full_roster_in_lines_fits_with_any_names_and_notifies_nobody() -> None:
    """Each part of the answer is cut so that the longest names, or names of escaped characters, stay within limits."""
    for character in ("x", "&", "<!here> "):
        names = {f"p{number:02}": (f"{number:02}" + character * 80)[:80] for number in range(30)}
        blocks = [
            table(
                [("Patron", "left"), ("Due", "right"), ("Method", "left")],
                [[name, "$9.00", ""] for name in names.values()],
            )
        ]
        *sections, below = in_lines({"blocks": [*blocks, turn_button("Open", "x", eid=EID)], "text": "x"})["blocks"]
        assert below["action_id"] == "x"
        lines = "\n".join(each["text"]["text"] for each in sections).split("\n")
        assert (len(lines), set(lines[1::2])) == (60, {"Due $9.00"})
        assert check_message({"text": "x", "blocks": sections}) == []
        assert sum(map(len, lines)) < 5000
        assert pings_in({"blocks": sections}) == []
        assert character != "x" or lines[0] == f"*{names['p00']}*", "names of ordinary letters are whole"
