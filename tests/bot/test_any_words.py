"""Any text after a command or in a field gets an answer that Slack takes."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.understanding.command import read_beside, rest_of
from bot.understanding.parties import party_in
from bot.understanding.several import find_several
from tests.bot.conftest import opened
from tests.builders import EID
from tests.fuzz.sentences import sentence

if TYPE_CHECKING:
    from tests.bot.conftest import BotStage

# Words with a meaning here, and arbitrary text between them.
BITS = st.sampled_from(
    (
        *(EID, "2026-05-23", "2026-13-99-x", "cory", "dave", "ana lima", "today", "saturday", "help", "?", "new:"),
        *("120", "$1,250.00", "usd", "$", "-5", "1e9", "9" * 50, "cash", "VENMO"),
        *(
            "refund",
            "void",
            "half",
            "sixty",
            "60x2",
            "62,5",
            "5/24",
            "may 23",
            "next week",
            "captain",
            "cruise",
            "#trip-sunset",
        ),
        *("“", '"', "<!channel>", "<@U0DANA>", "&", "&amp;", "*", "`", ",", "."),
        *("🏄🏽\u200d♀️", "\u202e", "\u200b", "\x00", "a" * 90),
    )
)
WORDS = st.lists(BITS | st.text(max_size=40), max_size=12).map(" ".join)
NO_SURROGATES = WORDS.map(lambda text: text.encode("utf-8", "ignore").decode())
FEW = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # the examples share one world: they only ask
)


@pytest.mark.parametrize("command", ["/log-payment", "/payment-status", "/board", "/waiver"])
def test_any_text_behind_a_command_is_answered(bot_stage: BotStage, command: str) -> None:
    bot_stage.plant_season()

    @FEW
    @given(NO_SURROGATES)
    def holds(text: str) -> None:
        bot_stage.dana.command(command, text)
        assert not bot_stage.dana.troubles, bot_stage.dana.trouble_log
        delivery = bot_stage.slack.deliveries[-1]
        assert delivery.status == 200
        assert b"went wrong on our side" not in delivery.answer

    holds()


def test_the_words_that_mean_something_are_read_in_any_order(bot_stage: BotStage) -> None:
    """A word that ends the text may be one that others follow as a rule: `about 120 or`."""
    services = bot_stage.world.lambda_function.services
    event = services.ledger.event(EID)
    chance = Random(1)  # noqa: S311 - the same sentences each time
    for _ in range(8000):
        text = sentence(chance)
        try:
            command = services.read(text, methods=services.settings.methods)
            reading = read_beside(command, event, taken=frozenset(), currency=event.currency)
            rest_of(command, reading)
            find_several(command, reading, event)
            party_in(command.words)
        except Exception as error:
            raise AssertionError(text) from error


def test_any_text_in_the_fields_is_saved_or_refused_on_its_field(bot_stage: BotStage) -> None:
    inputs = st.fixed_dictionaries({"name": NO_SURROGATES, "amount": NO_SURROGATES, "notes": NO_SURROGATES})

    @FEW
    @given(NO_SURROGATES, inputs)
    def holds(query: str, fields: dict[str, str]) -> None:
        form = opened(bot_stage.dana)
        form.choose("event", "cory").choose("patron", query, pick="New patron").choose("method", "Cash")
        for block_id, text in fields.items():
            form.fill(block_id, text)
        form.submit()
        assert not bot_stage.dana.troubles, bot_stage.dana.trouble_log
        assert form.errors or form.title == "Payment logged"
        assert form.errors.keys() <= {"name", "amount", "notes"}
        assert "went wrong" not in form.text

    holds()
