"""A balance that an operator's import changed: its explanation names the person and the file."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from adapters.rows import edit_row
from charter.edits import Edit
from tests.bot.conftest import last
from tests.builders import EID, NOW, a_row

if TYPE_CHECKING:
    from tests.bot.conftest import BotStage


@pytest.mark.parametrize(
    ("by", "named"),
    [
        ("roster:anna", "anna"),
        ("roster:Anna Müller", "Anna Müller"),
        ("roster:U0DANA", "U0DANA"),  # a user of that name, and nobody in Slack
        ("roster:<!here>", "<!here>"),
        ("roster:somebody", "somebody"),
    ],
)
def test_a_due_that_an_import_changed_names_the_operator_and_the_file(bot_stage: BotStage, by: str, named: str) -> None:
    edit = Edit("due", "150.00", "125.00", by, NOW - timedelta(days=1), "dave", reason="imported from May.csv")
    bot_stage.put(a_row(), edit_row(EID, edit))

    bot_stage.olivia.command("/payment-status", f"{EID} dave")

    answer = last(bot_stage.olivia)
    assert answer.table[1:] == [
        ["–", "Usual price, $125.00 × 1", "–", "$125.00"],
        ["–", "due at first", "+$25.00", "$150.00"],
        ["Fri May 22, 1:30 PM", "due changed", "$150.00 → $125.00", "$125.00"],
    ]
    assert f"due changed by {named} · because “imported from May.csv”" in answer.text


def test_an_edit_of_the_whole_event_is_in_nobodys_balance(bot_stage: BotStage) -> None:
    edit = Edit("price", "125.00", "150.00", "roster:anna", NOW - timedelta(days=1), reason="imported from May.csv")
    bot_stage.put(a_row(), edit_row(EID, edit))

    bot_stage.olivia.command("/payment-status", f"{EID} dave")

    answer = last(bot_stage.olivia)
    assert "Nothing is logged yet" in answer.text
    assert "anna" not in answer.text
