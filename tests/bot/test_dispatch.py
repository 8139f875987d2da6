"""`/dispatch`: a personal link to the office's page, for admins only."""

from __future__ import annotations

import logging
import subprocess
import sys
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from charter.refusals import NotAllowed
from devkit.aws import ROOT
from tests.bot.conftest import last
from tests.bot.test_roles import SORRY
from web.tokens import TokenRefused, Tokens

if TYPE_CHECKING:
    from devkit.slack import Message, Person
    from tests.bot.conftest import BotStage

PAGE = "https://trips.example.com/dispatch#token="


def _button(message: Message) -> dict[str, Any]:
    (button,) = [element for block in message.blocks for element in block.get("elements", ()) if "url" in element]
    return dict(button)


def _token(person: Person) -> str:
    person.command("/dispatch")
    url = str(_button(last(person))["url"])
    assert url.startswith(PAGE)
    return url.removeprefix(PAGE)


def _tokens(bot_stage: BotStage) -> Tokens:
    settings = bot_stage.world.lambda_function.settings
    return Tokens(settings.admin_token_secret, settings.public_base_url, now=lambda: bot_stage.clock.now(UTC))


def test_an_admin_gets_a_link_in_their_own_name_that_works_for_twelve_hours(bot_stage: BotStage) -> None:
    token = _token(bot_stage.olivia)
    caller = _tokens(bot_stage).admin({"authorization": f"Bearer {token}"})
    assert (caller.subject, caller.name, caller.logged_by) == ("U0OLIVIA", "Olivia Park", "web:U0OLIVIA")

    bot_stage.clock.moment += timedelta(hours=11, minutes=59)
    assert _tokens(bot_stage).admin({"authorization": f"Bearer {token}"}) == caller
    bot_stage.clock.moment += timedelta(minutes=2)
    with pytest.raises(TokenRefused, match="expired"):
        _tokens(bot_stage).admin({"authorization": f"Bearer {token}"})


def test_only_the_asker_sees_the_link_and_no_preview_or_log_holds_it(
    bot_stage: BotStage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    token = _token(bot_stage.olivia)
    message = last(bot_stage.olivia)
    assert message.ephemeral
    assert token not in message.fallback
    assert token not in message.text
    assert token not in caplog.text
    assert bot_stage.dana.sees("C0DOCK") == []
    bot_stage.olivia.click(message, action_id="open_dispatch")
    assert not bot_stage.olivia.troubles


def test_crew_and_guests_get_one_polite_sentence(bot_stage: BotStage) -> None:
    for person, sentence in (
        (bot_stage.dana, "Only the office can open the dispatch page. Ask @Olivia Park."),
        (
            bot_stage.gus,
            f"{SORRY} Full members of this workspace are crew, guests are not. Ask @Olivia Park.",
        ),
    ):
        person.command("/dispatch")
        assert last(person).text == sentence
        assert last(person).ephemeral


def test_help_is_shown(bot_stage: BotStage) -> None:
    bot_stage.dana.command("/dispatch", "help")
    assert "/dispatch" in last(bot_stage.dana).text
    assert last(bot_stage.dana).ephemeral


def test_a_name_that_slack_does_not_give_keeps_nobody_out(bot_stage: BotStage) -> None:
    bot_stage.slack.fail("users.info", error="internal_error")
    token = _token(bot_stage.olivia)
    assert _tokens(bot_stage).admin({"authorization": f"Bearer {token}"}).name == "olivia"


def test_a_crew_token_opens_nothing(bot_stage: BotStage) -> None:
    from charter.roles import Role

    token = _tokens(bot_stage).issue("U0DANA", name="Dana Reyes", role=Role.CREW)
    with pytest.raises(NotAllowed, match="only the office"):
        _tokens(bot_stage).admin({"authorization": f"Bearer {token}"})


def test_the_bot_starts_without_the_token_library(bot_stage: BotStage) -> None:
    code = "import sys, lambda_function; sys.exit('jwt' in sys.modules or 'aws_lambda_powertools' in sys.modules)"
    assert bot_stage.world.lambda_function is not None, "its environment is this test's"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0  # noqa: S603 - our own code
