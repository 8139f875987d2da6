"""Roles: crew, admins, guests, other workspaces; by lists, by `*`, by user groups."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.bot.conftest import last, logged, opened, plainly
from tests.bot.test_refusals import again, submission_of
from tests.builders import EID, a_row

if TYPE_CHECKING:
    from devkit.slack import Person
    from tests.bot.conftest import BotStage

SORRY = "This is for the crew of Ship Captain Crew."
GUEST = f"{SORRY} Full members of this workspace are crew, guests are not. Ask @Olivia Park."
UNKNOWN = "Slack did not confirm in time who you are, so nothing was done. Please try again."
MONEY = re.compile(r"\$|USD|\d\.\d\d")


def _roles(bot_stage: BotStage) -> dict[str, str]:
    """Return each person's role, judged by what the status shows them."""
    return {
        person.human.handle: _role(person)
        for person in (bot_stage.dana, bot_stage.marco, bot_stage.olivia, bot_stage.gus)
    }


def _role(person: Person) -> str:
    person.command("/payment-status", EID)
    text = last(person).text
    return "nobody" if text.startswith(SORRY) else "admin" if MONEY.search(text) else "crew"


CREW = {"dana": "crew", "marco": "crew", "olivia": "admin", "gus": "nobody"}
ROLES: dict[str, tuple[dict[str, str | None], dict[str, str]]] = {
    "as the devkit has it": ({}, CREW),
    "by default nobody is admin and every full member is crew": (
        {"ADMIN_USERS": None, "CREW_USERS": None},
        CREW | {"olivia": "crew"},
    ),
    "without the workspace's id": ({"SLACK_TEAM_ID": None}, CREW),
    "crew by a list": ({"CREW_USERS": " U0DANA ,U0GUS"}, CREW | {"marco": "nobody", "gus": "crew"}),
    "everybody an admin": ({"ADMIN_USERS": "*"}, CREW | {"dana": "admin", "marco": "admin"}),
    "by user groups": ({"ADMIN_USERS": None, "CREW_USERS": "U0NOBODY", "ADMIN_USERGROUP": "S0OFFICE"}, {}),
    "a group that is gone": ({"CREW_USERS": "U0DANA", "CREW_USERGROUP": "S0GONE"}, CREW | {"marco": "nobody"}),
}
ROLES["by user groups"] = ({**ROLES["by user groups"][0], "CREW_USERGROUP": "S0CREW"}, CREW)


def test_roles_follow_the_settings(bot_stage: BotStage) -> None:
    before = {name: os.environ.get(name) for environment, _ in ROLES.values() for name in environment}
    found = {}
    for setting, (environment, _) in ROLES.items():
        bot_stage.restart(**before | environment)
        found[setting] = _roles(bot_stage)
    assert found == {setting: roles for setting, (_, roles) in ROLES.items()}


@pytest.mark.parametrize("flag", ["is_restricted", "is_ultra_restricted", "deleted"])
def test_who_is_no_full_member_is_nobody(bot_stage: BotStage, flag: str) -> None:
    people = bot_stage.slack.people
    people["U0MARCO"] = replace(people["U0MARCO"], **{flag: True})  # type: ignore[arg-type]  # each of them is a bool
    assert _role(bot_stage.marco) == "nobody"


def test_groups_are_asked_once_in_ten_minutes(bot_stage: BotStage) -> None:
    bot_stage.restart(ADMIN_USERGROUP="S0OFFICE", CREW_USERGROUP="S0CREW", CREW_USERS="U0NOBODY", ADMIN_USERS=None)
    with bot_stage.counting() as cost:
        for _ in range(3):
            _roles(bot_stage)
    assert cost.slack == ["usergroups.users.list"] * 2 + ["users.info"], "the guest: is it somebody of ours?"


def test_a_guest_gets_one_sentence_for_their_eyes_only(bot_stage: BotStage) -> None:
    for command, text in (("/log-payment", EID), ("/payment-status", EID), ("/waiver", EID), ("/log-payment", "help")):
        with bot_stage.counting() as cost:
            bot_stage.gus.command(command, text)
        assert cost.table == {}
    assert [(message.text, message.ephemeral) for message in bot_stage.gus.sees()] == [(GUEST, True)] * 4
    assert bot_stage.gus.modal is None
    assert bot_stage.dana.sees() == []


def test_a_guest_who_sends_somebody_elses_form_writes_nothing(bot_stage: BotStage) -> None:
    opened(bot_stage.dana, f"{EID} dave 80 cash").submit()
    sent = submission_of(bot_stage)
    sent["user"] = sent["user"] | {"id": "U0GUS"}
    sent["view"]["private_metadata"] = sent["view"]["private_metadata"].replace('payment_id": "', 'payment_id": "x')
    before = bot_stage.row()
    assert again(bot_stage, sent) == {
        "response_action": "errors",
        "errors": {"amount": GUEST.replace("@", "")},
    }
    assert bot_stage.row() == before


def test_somebody_of_another_workspace_writes_nothing_even_with_their_own_form(bot_stage: BotStage) -> None:
    opened(bot_stage.dana, f"{EID} dave 80 cash").submit()
    sent = submission_of(bot_stage)
    before = bot_stage.row()
    sent["user"] = {"id": "U0EVE", "team_id": "T0OTHER"}
    sent["view"]["private_metadata"] = sent["view"]["private_metadata"].replace("U0DANA", "U0EVE")
    assert again(bot_stage, sent)["errors"]["amount"].startswith(SORRY)
    assert bot_stage.row() == before


def test_without_the_workspaces_id_the_one_that_asks_is_home_and_others_stay_outside(bot_stage: BotStage) -> None:
    bot_stage.restart(SLACK_TEAM_ID=None)
    opened(bot_stage.dana, f"{EID} dave 80 cash").submit()
    sent = submission_of(bot_stage)
    before = bot_stage.row()
    sent["user"] = {"id": "U0EVE"}
    assert again(bot_stage, sent)["errors"]["amount"].startswith(SORRY)
    sent["team"] = {"id": "T0OTHER"}
    sent["user"] = {"id": "U0MARCO"}
    assert again(bot_stage, sent)["errors"]["amount"].startswith(SORRY)
    assert bot_stage.row() == before


def test_the_public_waiver_button_works_for_everybody(bot_stage: BotStage) -> None:
    bot_stage.dana.command("/waiver", EID)
    for person in (bot_stage.eve, bot_stage.gus):
        with bot_stage.counting() as cost:
            person.click(last(person), action_id="open_waiver")
        assert not person.troubles
        assert (cost.table, cost.slack) == ({}, [])
        assert len(person.sees()) == 1


@pytest.mark.parametrize("fault", [{"error": "internal_error"}, {"status": 500}, {"delay": 2.2}], ids=str)
def test_the_door_stays_closed_politely_while_slack_does_not_say_who_it_is(
    bot_stage: BotStage, fault: dict[str, str]
) -> None:
    bot_stage.slack.fail("users.info", **fault)  # type: ignore[arg-type]  # a name, a number or seconds
    bot_stage.dana.command("/payment-status", EID)
    assert plainly(last(bot_stage.dana).text) == UNKNOWN
    bot_stage.dana.command("/payment-status", EID)
    assert _role(bot_stage.dana) == "crew", "it was not remembered"


def test_somebody_whom_slack_does_not_know_is_nobody(bot_stage: BotStage) -> None:
    bot_stage.slack.fail("users.info", error="user_not_found")
    bot_stage.dana.command("/payment-status", EID)
    assert last(bot_stage.dana).text.startswith(SORRY)


def test_crew_never_see_money_in_any_status(bot_stage: BotStage) -> None:
    bot_stage.plant_season()
    bot_stage.put(a_row())
    logged(bot_stage.marco, f"{EID} dave 200 cash for 3 at $40.00")
    festival = "2026-05-25-harbor-festival-midday"
    for text in ("", EID, f"{EID} dave", f"{EID} ana", festival, "sam", "dave", "cory", "zeppelin", "2026-05-20"):
        bot_stage.dana.command("/payment-status", text)
        message = last(bot_stage.dana)
        assert not MONEY.search(message.text + message.fallback), text
    assert "🔴 Not clear to board: waiver missing." in _status(bot_stage.dana, f"{EID} dave")
    assert "🔴 Not clear to board: payment and waiver missing." in _status(bot_stage.dana, f"{EID} ana")


def test_crew_see_no_money_behind_the_buttons_either(bot_stage: BotStage) -> None:
    bot_stage.plant_season()
    bot_stage.dana.command("/payment-status")
    bot_stage.dana.click(last(bot_stage.dana), action_id="open_trip", value="2026-05-25-harbor-festival-midday")
    bot_stage.dana.click(last(bot_stage.dana), action_id="payment_status.next")
    assert "Page 2 of 5" in last(bot_stage.dana).text
    assert not MONEY.search(last(bot_stage.dana).text)


def _status(person: Person, text: str) -> str:
    person.command("/payment-status", text)
    return last(person).text


def test_help_is_for_the_crew_on_every_command(bot_stage: BotStage) -> None:
    for command in ("/log-payment", "/payment-status", "/waiver"):
        for word in ("help", " HELP ", "?"):
            with bot_stage.counting() as cost:
                bot_stage.dana.command(command, word)
            assert f"{command}" in last(bot_stage.dana).text
            assert last(bot_stage.dana).ephemeral
            assert cost.table == {}
