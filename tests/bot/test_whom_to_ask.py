"""Refusals name who has the role: by the settings, three at most, as mentions or by name, and notify nobody."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tests.bot.conftest import last, opened
from tests.bot.test_refusals import again, submission_of
from tests.builders import EID

if TYPE_CHECKING:
    from tests.bot.conftest import BotStage

WHO: dict[str, tuple[dict[str, str | None], str]] = {
    "one admin": ({"ADMIN_USERS": "U0OLIVIA"}, "Ask <@U0OLIVIA>."),
    "a few": ({"ADMIN_USERS": "U0OLIVIA,U0MARCO"}, "Ask <@U0OLIVIA> or <@U0MARCO>."),
    "many": ({"ADMIN_USERS": "U0AAAA,U0BBBB,U0CCCC,U0DDDD,U0EEEE"}, "Ask <@U0AAAA>, <@U0BBBB>, <@U0CCCC> or 2 others."),
    "a user group": ({"ADMIN_USERS": None, "ADMIN_USERGROUP": "S0OFFICE"}, "Ask <!subteam^S0OFFICE>."),
    "both": ({"ADMIN_USERS": "U0MARCO", "ADMIN_USERGROUP": "S0OFFICE"}, "Ask <@U0MARCO> or <!subteam^S0OFFICE>."),
    "nobody yet": ({"ADMIN_USERS": None}, "Nobody is of the office yet: whoever set up this app can change that."),
}


def test_the_settings_say_whom_a_refusal_names(bot_stage: BotStage) -> None:
    before = {name: os.environ.get(name) for environment, _ in WHO.values() for name in environment}
    found = {}
    for setting, (environment, _) in WHO.items():
        bot_stage.restart(**before | environment)
        bot_stage.dana.command("/dispatch")
        said = bot_stage.slack.board.posts[-1].text
        found[setting] = said.removeprefix("Only the office can open the dispatch page. ")
    assert found == {setting: said for setting, (_, said) in WHO.items()}
    assert {message.ephemeral for message in bot_stage.dana.sees()} == {True}, "nobody else sees it, or is notified"


def test_where_everybody_is_of_the_office_a_guest_of_the_crew_may_ask_anybody(bot_stage: BotStage) -> None:
    bot_stage.restart(ADMIN_USERS="*", CREW_USERS="U0GUS,U0DANA")
    bot_stage.gus.command("/dispatch")
    assert last(bot_stage.gus).text.endswith("Every full member of this workspace is of the office: ask one of them.")


def test_a_list_of_crew_is_named_to_guests(bot_stage: BotStage) -> None:
    bot_stage.restart(CREW_USERS="U0DANA", CREW_USERGROUP="S0CREW")
    bot_stage.gus.command("/log-payment")
    assert "Crew are @Dana Reyes and @crew. Ask @Olivia Park." in last(bot_stage.gus).text


def test_plain_text_has_names_also_of_a_group_and_does_without_when_slack_is_slow(bot_stage: BotStage) -> None:
    opened(bot_stage.dana, f"{EID} dave 80 cash").submit()
    sent = submission_of(bot_stage)
    sent["user"] = sent["user"] | {"id": "U0GUS"}
    bot_stage.restart(ADMIN_USERS=None, ADMIN_USERGROUP="S0OFFICE")
    assert again(bot_stage, sent)["errors"]["amount"].endswith("Ask Olivia Park.")
    bot_stage.restart(ADMIN_USERS="U0OLIVIA", ADMIN_USERGROUP=None)
    bot_stage.gus.command("/board")  # Slack says who Gus is, and that is kept
    bot_stage.slack.fail("users.info", error="internal_error")
    assert again(bot_stage, sent)["errors"]["amount"].endswith("guests are not. Ask the office.")


def test_an_admin_is_not_referred_to_an_admin(bot_stage: BotStage) -> None:
    bot_stage.restart(ADMIN_USERS="U0OLIVIA,U0MARCO")
    form = opened(bot_stage.olivia, f"{EID} dave 80 cash")
    bot_stage.put({**bot_stage.row(), "log": "x" * 395_000})
    form.submit()
    form.close()
    form = opened(bot_stage.olivia, f"{EID} ana 80 cash")
    form.submit()
    assert form.errors == {
        "event": "This event's ledger is full, so nothing was saved. The office can open a second event for the day."
    }
