"""`/dispatch`: a link of one's own to the office's page, for admins alone."""

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
from web.tokens import TokenRefused, Tokens

if TYPE_CHECKING:
    from devkit.slack import Message, Person
    from tests.bot.conftest import Dock

PAGE = "https://trips.example.com/dispatch#token="


def _button(message: Message) -> dict[str, Any]:
    (button,) = [element for block in message.blocks for element in block.get("elements", ()) if "url" in element]
    return dict(button)


def _token(person: Person) -> str:
    person.command("/dispatch")
    url = str(_button(last(person))["url"])
    assert url.startswith(PAGE)
    return url.removeprefix(PAGE)


def _tokens(dock: Dock) -> Tokens:
    settings = dock.world.lambda_function.settings
    return Tokens(settings.admin_token_secret, settings.public_base_url, now=lambda: dock.clock.now(UTC))


def test_an_admin_gets_a_link_in_their_own_name_that_works_for_twelve_hours(dock: Dock) -> None:
    token = _token(dock.olivia)
    caller = _tokens(dock).admin({"authorization": f"Bearer {token}"})
    assert (caller.subject, caller.name, caller.logged_by) == ("U0OLIVIA", "Olivia Park", "web:U0OLIVIA")

    dock.clock.moment += timedelta(hours=11, minutes=59)
    assert _tokens(dock).admin({"authorization": f"Bearer {token}"}) == caller
    dock.clock.moment += timedelta(minutes=2)
    with pytest.raises(TokenRefused, match="expired"):
        _tokens(dock).admin({"authorization": f"Bearer {token}"})


def test_only_the_asker_sees_the_link_and_no_preview_or_log_holds_it(
    dock: Dock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    token = _token(dock.olivia)
    message = last(dock.olivia)
    assert message.ephemeral
    assert token not in message.fallback
    assert token not in message.text
    assert token not in caplog.text
    assert dock.dana.sees("C0DOCK") == []
    dock.olivia.click(message, action_id="open_dispatch")
    assert not dock.olivia.troubles


def test_crew_and_guests_get_one_polite_sentence(dock: Dock) -> None:
    for person, sentence in (
        (dock.dana, "Sorry, the dispatch page is for the office. Please ask an admin."),
        (dock.gus, "Sorry, this is for the crew of Ship Captain Crew. Please ask the office if you should have it."),
    ):
        person.command("/dispatch")
        assert last(person).text == sentence
        assert last(person).ephemeral


def test_help_is_shown(dock: Dock) -> None:
    dock.dana.command("/dispatch", "help")
    assert "/dispatch" in last(dock.dana).text
    assert last(dock.dana).ephemeral


def test_a_name_that_slack_does_not_give_keeps_nobody_out(dock: Dock) -> None:
    dock.slack.fail("users.info", error="internal_error")
    token = _token(dock.olivia)
    assert _tokens(dock).admin({"authorization": f"Bearer {token}"}).name == "olivia"


def test_a_crew_token_opens_nothing(dock: Dock) -> None:
    from charter.roles import Role

    token = _tokens(dock).issue("U0DANA", name="Dana Reyes", role=Role.CREW)
    with pytest.raises(NotAllowed, match="only the office"):
        _tokens(dock).admin({"authorization": f"Bearer {token}"})


def test_the_bot_starts_without_the_token_library(dock: Dock) -> None:
    code = "import sys, lambda_function; sys.exit('jwt' in sys.modules or 'aws_lambda_powertools' in sys.modules)"
    assert dock.world.lambda_function is not None, "its environment is this test's"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0  # noqa: S603 - our own code
