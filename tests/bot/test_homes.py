"""Members of our workspace: people of an Enterprise organisation count, others do not, and lost roles take effect."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from devkit.people import ENTERPRISE_ID, OF_THE_ORGANISATION, OTHER_TEAM_ID, SISTER_TEAM_ID
from devkit.slack.people import TEAM_ID
from devkit.slack.wire import form, interaction, signed_headers
from tests.bot.conftest import last, logged, opened, plainly
from tests.bot.test_refusals import again, submission_of
from tests.bot.test_roles import SORRY, UNKNOWN
from tests.builders import EID

if TYPE_CHECKING:
    from collections.abc import Callable

    from devkit.slack import Person
    from tests.bot.conftest import BotStage

NORA, OTTO, SIGRID = OF_THE_ORGANISATION
"""Of a sister workspace and ours; of the organisation and ours; of the sister workspace alone."""


def welcomed(bot_stage: BotStage, human: Any = NORA) -> Person:
    return bot_stage.slack.welcome(human, "C0DOCK", "C0OFFICE")


@pytest.mark.parametrize("human", [NORA, OTTO], ids=["a sister workspace", "the organisation"])
def test_people_of_our_organisation_work_as_anybody_of_the_crew(bot_stage: BotStage, human: Any) -> None:
    bot_stage.plant_season()
    person = welcomed(bot_stage, human)
    paper = opened(person, "")
    assert paper.options("event")
    paper.choose("event", "Cory", pick=EID)
    assert paper.options("patron", "dav")
    paper.choose("patron", "dave", pick="dave")
    paper.fill("amount", "80").choose("method", "Cash").submit()
    assert (paper.title, paper.errors) == ("Payment logged", {}), person.trouble_log
    paper.submit()
    assert paper.title == "Log a payment"
    assert bot_stage.paid() == {"dave": "80.00"}


@pytest.mark.parametrize("human", [NORA, OTTO], ids=["a sister workspace", "the organisation"])
def test_an_admin_of_our_organisation_uses_buttons_menus_and_shortcuts(bot_stage: BotStage, human: Any) -> None:
    bot_stage.plant_season()
    bot_stage.restart(ADMIN_USERS=human.id)
    person = welcomed(bot_stage, human)
    person.command("/payment-status", EID)
    assert "USD" in last(person).text or "$" in last(person).text
    person.command("/payment-status")
    festival = "2026-05-25-harbor-festival-midday"
    person.click(last(person), action_id="open_trip", value=festival)
    assert "festival" in last(person).text.lower()
    person.shortcut("new_event")
    assert person.form.title == "New event"
    assert not person.troubles


def test_who_is_in_a_sister_workspace_alone_stays_outside_on_every_kind_of_request(bot_stage: BotStage) -> None:
    bot_stage.restart(ADMIN_USERS=f"U0OLIVIA,{SIGRID.id}")
    _stays_outside(bot_stage, SIGRID)


def test_people_of_slack_connect_stay_outside_on_every_kind_of_request(bot_stage: BotStage) -> None:
    bot_stage.restart(CREW_USERS="U0DANA,U0MARCO,U0EVE")
    _stays_outside(bot_stage, bot_stage.slack.people["U0EVE"])


def test_people_of_another_organisation_stay_outside_on_every_kind_of_request(bot_stage: BotStage) -> None:
    other = replace(NORA, id="U0NILS", team_id="E0OTHER", enterprise_id="E0OTHER", workspaces=(OTHER_TEAM_ID,))
    _stays_outside(bot_stage, other)


def _stays_outside(bot_stage: BotStage, human: Any) -> None:
    """Send each kind of request as this person, as if Slack showed them our forms and buttons."""
    bot_stage.plant_season()
    welcomed(bot_stage, human)
    bot_stage.olivia.command("/payment-status")
    paper = logged(bot_stage.olivia, f"{EID} dave 80 cash")
    paper.submit()
    paper.choose("event", "Cory", pick=EID).options("patron", "dav")
    bot_stage.olivia.shortcut("new_event")
    sent = [each.payload for each in bot_stage.slack.deliveries if "type" in each.payload]
    assert {each["type"] for each in sent} == {"view_submission", "block_suggestion", "block_actions", "shortcut"}
    before = bot_stage.row()
    for payload in sent:
        for team in (TEAM_ID, human.team_id):
            forged = json.loads(json.dumps(payload).replace("U0OLIVIA", human.id))
            forged["user"] |= {"id": human.id, "team_id": human.team_id}
            forged["team"] = {"id": team}
            with bot_stage.counting() as cost:
                answer = _sent(bot_stage, interaction(forged))
            assert cost.table == {}, payload["type"]
            assert SORRY in answer or EID not in answer, payload["type"]
    assert bot_stage.row() == before
    assert [view for view in bot_stage.slack.modals.stack(human.id) if SORRY not in json.dumps(view.view)] == []


def _sent(bot_stage: BotStage, body: bytes) -> str:
    headers = signed_headers(body, secret=bot_stage.slack.signing_secret, timestamp=int(bot_stage.slack.clock()))
    answer = bot_stage.slack.bot("interaction", headers, body)
    assert answer.status == 200
    return answer.body.decode()


def _commanded(bot_stage: BotStage, **fields: str) -> str:
    sent = {"command": "/payment-status", "text": EID, "channel_id": "C0DOCK", "trigger_id": "1.1", **fields}
    return _sent(bot_stage, form({"response_url": "http://127.0.0.1:0/response/none", **sent}))


def test_without_the_workspaces_id_slack_is_asked_once_and_the_request_never_believed(bot_stage: BotStage) -> None:
    bot_stage.restart(SLACK_TEAM_ID=None)
    with bot_stage.counting() as cost:
        for _ in range(2):
            assert SORRY in _commanded(bot_stage, user_id="U0DANA", team_id=OTHER_TEAM_ID)
            assert SORRY in _commanded(bot_stage, user_id="U0EVE", team_id=OTHER_TEAM_ID)
            assert SORRY in _commanded(bot_stage, user_id="U0EVE", team_id=TEAM_ID)
            assert "Captain Cory" in _commanded(bot_stage, user_id="U0DANA", team_id=TEAM_ID)
    assert cost.slack == ["auth.test", "users.info", "users.info"]


def test_nobody_is_let_in_while_slack_does_not_say_which_workspace_is_ours(bot_stage: BotStage) -> None:
    bot_stage.restart(SLACK_TEAM_ID=None)
    bot_stage.slack.fail("auth.test", error="internal_error")
    bot_stage.olivia.command("/payment-status", EID)
    assert plainly(last(bot_stage.olivia).text) == UNKNOWN
    bot_stage.olivia.command("/payment-status", EID)
    assert "Captain Cory" in last(bot_stage.olivia).text


def test_an_organisation_wide_installation_that_names_no_workspace_asks_who_belongs_to_ours(
    bot_stage: BotStage,
) -> None:
    opened(bot_stage.dana, f"{EID} dave 80 cash").submit()
    sent = submission_of(bot_stage)
    before = bot_stage.row()
    for human, said in ((SIGRID, SORRY), (NORA, "This form was already logged")):
        welcomed(bot_stage, human)
        mine = json.loads(json.dumps(sent).replace("U0DANA", human.id))
        mine |= {"team": None, "is_enterprise_install": True, "enterprise": {"id": ENTERPRISE_ID}}
        mine["user"]["team_id"] = SISTER_TEAM_ID
        assert again(bot_stage, mine)["errors"]["amount"].startswith(said)
    assert bot_stage.row() == before


ROLES_THAT_END: dict[str, Callable[[BotStage], None]] = {
    "a member who became a guest": lambda bot_stage: _now(bot_stage, is_restricted=True),
    "a member who left": lambda bot_stage: _now(bot_stage, deleted=True),
}


def _now(bot_stage: BotStage, **flags: Any) -> None:
    bot_stage.slack.people["U0DANA"] = replace(bot_stage.slack.people["U0DANA"], **flags)


@pytest.mark.parametrize("ended", ROLES_THAT_END)
def test_a_role_that_was_taken_away_ends_within_ten_minutes_also_in_an_open_form(
    bot_stage: BotStage, ended: str
) -> None:
    paper = opened(bot_stage.dana, f"{EID} dave 80 cash")
    ROLES_THAT_END[ended](bot_stage)
    bot_stage.clock.moment += timedelta(minutes=10)
    paper.submit()
    assert paper.errors["amount"].startswith(SORRY)
    assert bot_stage.paid() == {}


def test_logging_one_payment_after_another_renews_no_role(bot_stage: BotStage) -> None:
    paper = logged(bot_stage.dana, f"{EID} dave 20 cash")
    _now(bot_stage, is_restricted=True)
    for minutes, amount in ((4, "10"), (4, "11")):
        bot_stage.clock.moment += timedelta(minutes=minutes)
        paper.submit()
        paper.choose("patron", "dave", pick="dave").fill("amount", amount).choose("method", "Cash").submit()
        assert paper.title == "Payment logged", paper.errors
    bot_stage.clock.moment += timedelta(minutes=2)
    paper.submit()
    assert paper.title == "Payment logged"
    assert bot_stage.paid() == {"dave": "41.00"}


def test_a_form_carries_no_role_past_the_ten_minutes_that_slacks_word_lasts(bot_stage: BotStage) -> None:
    opened(bot_stage.dana, EID).close()
    bot_stage.clock.moment += timedelta(minutes=9)
    paper = opened(bot_stage.dana, f"{EID} dave 80 cash")
    _now(bot_stage, is_restricted=True)
    bot_stage.clock.moment += timedelta(minutes=1)
    paper.submit()
    assert bot_stage.paid() == {}


def test_who_keeps_their_role_keeps_the_form_however_long_it_is_open(bot_stage: BotStage) -> None:
    paper = opened(bot_stage.dana, f"{EID} dave 80 cash")
    bot_stage.clock.moment += timedelta(hours=3)
    paper.submit()
    assert paper.title == "Payment logged"


@pytest.mark.parametrize("opener", ['""', "null", None], ids=["empty", "null", "missing"])
@pytest.mark.parametrize("user", [{}, {"id": ""}, {"id": None}, {"id": "U0GUS"}], ids=str)
def test_a_memo_without_an_opener_is_nobodys(bot_stage: BotStage, opener: str | None, user: dict[str, Any]) -> None:
    opened(bot_stage.dana, f"{EID} dave 80 cash").submit()
    sent = submission_of(bot_stage)
    before = bot_stage.row()
    memo = json.loads(sent["view"]["private_metadata"])
    memo["payment_id"] = "another-payment"
    memo["opened_by"] = json.loads(opener) if opener else None
    if opener is None:
        del memo["opened_by"]
    sent["view"]["private_metadata"] = json.dumps(memo)
    sent["user"] = user
    assert again(bot_stage, sent)["errors"]["amount"].startswith(SORRY)
    assert bot_stage.row() == before


@pytest.mark.parametrize("user", [None, {}, [], "U0DANA"], ids=str)
def test_an_answer_of_slack_without_a_user_makes_nobody_a_full_member(
    bot_stage: BotStage, monkeypatch: pytest.MonkeyPatch, user: object
) -> None:
    monkeypatch.setattr(bot_stage.world.lambda_function.slack, "users_info", lambda **_: {"ok": True, "user": user})
    bot_stage.dana.command("/payment-status", EID)
    assert last(bot_stage.dana).text.startswith(SORRY)
    monkeypatch.undo()


HOME = {"id": "U0DANA", "team_id": TEAM_ID}
OF_OTHERS: dict[str, dict[str, Any]] = {
    "who left": HOME | {"deleted": True},
    "a bot": HOME | {"is_bot": True},
    "a guest of several channels": HOME | {"is_restricted": True},
    "a guest of one channel": HOME | {"is_restricted": True, "is_ultra_restricted": True},
    "a guest by one flag": HOME | {"is_ultra_restricted": True},
    "a stranger": HOME | {"is_stranger": True},
    "of no workspace": {"id": "U0DANA"},
    "of null": {"id": "U0DANA", "team_id": None},
    "of another workspace": HOME | {"team_id": OTHER_TEAM_ID},
    "of an organisation without its workspaces": HOME | {"team_id": ENTERPRISE_ID, "enterprise_user": {}},
    "of an organisation with none": HOME | {"team_id": ENTERPRISE_ID, "enterprise_user": {"teams": []}},
    "of an organisation with null": HOME | {"team_id": ENTERPRISE_ID, "enterprise_user": {"teams": None}},
    "of an organisation in a text": HOME | {"team_id": ENTERPRISE_ID, "enterprise_user": {"teams": f"x{TEAM_ID}x"}},
    "of an organisation by name": HOME | {"team_id": ENTERPRISE_ID, "enterprise_user": {"teams": {TEAM_ID: True}}},
    "of an organisation that is a text": HOME | {"team_id": ENTERPRISE_ID, "enterprise_user": TEAM_ID},
    "of an organisation that is a list": HOME | {"team_id": ENTERPRISE_ID, "enterprise_user": [TEAM_ID]},
    "a guest of our organisation": {
        "team_id": ENTERPRISE_ID,
        "enterprise_user": {"teams": [TEAM_ID]},
        "is_restricted": True,
    },
}


@pytest.mark.parametrize("who", OF_OTHERS)
def test_only_a_full_member_of_our_workspace_is_of_the_crew(
    bot_stage: BotStage, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    answer = {"ok": True, "user": OF_OTHERS[who]}
    monkeypatch.setattr(bot_stage.world.lambda_function.slack, "users_info", lambda **_: answer)
    with bot_stage.counting() as cost:
        bot_stage.dana.command("/payment-status", EID)
    assert last(bot_stage.dana).text.startswith(SORRY)
    assert cost.table == {}


@pytest.mark.parametrize("users", [None, "xU0DANAx", {"U0DANA": True}, [], ["U0MARCO"]], ids=str)
def test_an_odd_list_of_a_group_makes_nobody_a_member(
    bot_stage: BotStage, monkeypatch: pytest.MonkeyPatch, users: object
) -> None:
    bot_stage.restart(CREW_USERS="U0OLIVIA", CREW_USERGROUP="S0CREW")
    answer = {"ok": True, "users": users}
    monkeypatch.setattr(bot_stage.world.lambda_function.slack, "usergroups_users_list", lambda **_: answer)
    bot_stage.dana.command("/payment-status", EID)
    assert last(bot_stage.dana).text.startswith(SORRY)
