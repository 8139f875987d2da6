"""Members of our workspace: people of an Enterprise organisation count, other people do not, and every role ends."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from devkit.people import ENTERPRISE_ID, OF_THE_ORGANISATION, OTHER_TEAM_ID, SISTER_TEAM_ID
from devkit.slack.people import TEAM_ID
from devkit.slack.wire import form, interaction, signed_headers
from tests.bot.conftest import last, logged, opened
from tests.bot.test_refusals import again, submission_of
from tests.bot.test_roles import SORRY, UNKNOWN
from tests.builders import EID

if TYPE_CHECKING:
    from collections.abc import Callable

    from devkit.slack import Person
    from tests.bot.conftest import Dock

NORA, OTTO, SIGRID = OF_THE_ORGANISATION
"""Of a sister workspace and ours; of the organisation and ours; of the sister workspace alone."""


def welcomed(dock: Dock, human: Any = NORA) -> Person:
    return dock.slack.welcome(human, "C0DOCK", "C0OFFICE")


@pytest.mark.parametrize("human", [NORA, OTTO], ids=["a sister workspace", "the organisation"])
def test_people_of_our_organisation_work_as_anybody_of_the_crew(dock: Dock, human: Any) -> None:
    dock.plant_season()
    person = welcomed(dock, human)
    paper = opened(person, "")
    assert paper.options("event")
    paper.choose("event", "Cory", pick=EID)
    assert paper.options("patron", "dav")
    paper.choose("patron", "dave", pick="dave")
    paper.fill("amount", "80").choose("method", "Cash").submit()
    assert (paper.title, paper.errors) == ("Payment logged", {}), person.trouble_log
    paper.submit()
    assert paper.title == "Log a payment"
    assert dock.paid() == {"dave": "80.00"}


@pytest.mark.parametrize("human", [NORA, OTTO], ids=["a sister workspace", "the organisation"])
def test_an_admin_of_our_organisation_uses_buttons_menus_and_shortcuts(dock: Dock, human: Any) -> None:
    dock.plant_season()
    dock.restart(ADMIN_USERS=human.id)
    person = welcomed(dock, human)
    person.command("/payment-status", EID)
    assert "USD" in last(person).text or "$" in last(person).text
    person.command("/payment-status")
    festival = "2026-05-25-harbor-festival-midday"
    person.click(last(person), action_id=f"payment_status.{festival}")
    assert "festival" in last(person).text.lower()
    person.shortcut("new_event")
    assert person.form.title == "New event"
    assert not person.troubles


def test_who_is_in_a_sister_workspace_alone_stays_outside_on_every_kind_of_request(dock: Dock) -> None:
    dock.restart(ADMIN_USERS=f"U0OLIVIA,{SIGRID.id}")
    _stays_outside(dock, SIGRID)


def test_people_of_slack_connect_stay_outside_on_every_kind_of_request(dock: Dock) -> None:
    dock.restart(CREW_USERS="U0DANA,U0MARCO,U0EVE")
    _stays_outside(dock, dock.slack.people["U0EVE"])


def test_people_of_another_organisation_stay_outside_on_every_kind_of_request(dock: Dock) -> None:
    other = replace(NORA, id="U0NILS", team_id="E0OTHER", enterprise_id="E0OTHER", workspaces=(OTHER_TEAM_ID,))
    _stays_outside(dock, other)


def _stays_outside(dock: Dock, human: Any) -> None:
    """Send each kind of request as this person, as if Slack showed them our forms and buttons."""
    dock.plant_season()
    welcomed(dock, human)
    dock.olivia.command("/payment-status")
    paper = logged(dock.olivia, f"{EID} dave 80 cash")
    paper.submit()
    paper.choose("event", "Cory", pick=EID).options("patron", "dav")
    dock.olivia.shortcut("new_event")
    sent = [each.payload for each in dock.slack.deliveries if "type" in each.payload]
    assert {each["type"] for each in sent} == {"view_submission", "block_suggestion", "block_actions", "shortcut"}
    before = dock.row()
    for payload in sent:
        for team in (TEAM_ID, human.team_id):
            forged = json.loads(json.dumps(payload).replace("U0OLIVIA", human.id))
            forged["user"] |= {"id": human.id, "team_id": human.team_id}
            forged["team"] = {"id": team}
            with dock.counting() as cost:
                answer = _sent(dock, interaction(forged))
            assert cost.table == {}, payload["type"]
            assert SORRY in answer or EID not in answer, payload["type"]
    assert dock.row() == before
    assert [view for view in dock.slack.modals.stack(human.id) if SORRY not in json.dumps(view.view)] == []


def _sent(dock: Dock, body: bytes) -> str:
    headers = signed_headers(body, secret=dock.slack.signing_secret, timestamp=int(dock.slack.clock()))
    answer = dock.slack.bot("interaction", headers, body)
    assert answer.status == 200
    return answer.body.decode()


def _commanded(dock: Dock, **fields: str) -> str:
    sent = {"command": "/payment-status", "text": EID, "channel_id": "C0DOCK", "trigger_id": "1.1", **fields}
    return _sent(dock, form({"response_url": "http://127.0.0.1:0/response/none", **sent}))


def test_without_the_workspaces_id_slack_is_asked_once_and_the_request_never_believed(dock: Dock) -> None:
    dock.restart(SLACK_TEAM_ID=None)
    with dock.counting() as cost:
        for _ in range(2):
            assert SORRY in _commanded(dock, user_id="U0DANA", team_id=OTHER_TEAM_ID)
            assert SORRY in _commanded(dock, user_id="U0EVE", team_id=OTHER_TEAM_ID)
            assert SORRY in _commanded(dock, user_id="U0EVE", team_id=TEAM_ID)
            assert "Captain Cory" in _commanded(dock, user_id="U0DANA", team_id=TEAM_ID)
    assert cost.slack == ["auth.test", "users.info", "users.info"]


def test_nobody_is_let_in_while_slack_does_not_say_which_workspace_is_ours(dock: Dock) -> None:
    dock.restart(SLACK_TEAM_ID=None)
    dock.slack.fail("auth.test", error="internal_error")
    dock.olivia.command("/payment-status", EID)
    assert last(dock.olivia).text == UNKNOWN
    dock.olivia.command("/payment-status", EID)
    assert "Captain Cory" in last(dock.olivia).text


def test_an_organisation_wide_installation_that_names_no_workspace_asks_who_belongs_to_ours(dock: Dock) -> None:
    opened(dock.dana, f"{EID} dave 80 cash").submit()
    sent = submission_of(dock)
    before = dock.row()
    for human, said in ((SIGRID, SORRY), (NORA, "This form was already logged")):
        welcomed(dock, human)
        mine = json.loads(json.dumps(sent).replace("U0DANA", human.id))
        mine |= {"team": None, "is_enterprise_install": True, "enterprise": {"id": ENTERPRISE_ID}}
        mine["user"]["team_id"] = SISTER_TEAM_ID
        assert again(dock, mine)["errors"]["amount"].startswith(said)
    assert dock.row() == before


ROLES_THAT_END: dict[str, Callable[[Dock], None]] = {
    "a member who became a guest": lambda dock: _now(dock, is_restricted=True),
    "a member who left": lambda dock: _now(dock, deleted=True),
}


def _now(dock: Dock, **flags: Any) -> None:
    dock.slack.people["U0DANA"] = replace(dock.slack.people["U0DANA"], **flags)


@pytest.mark.parametrize("ended", ROLES_THAT_END)
def test_a_role_that_was_taken_away_ends_within_ten_minutes_also_in_an_open_form(dock: Dock, ended: str) -> None:
    paper = opened(dock.dana, f"{EID} dave 80 cash")
    ROLES_THAT_END[ended](dock)
    dock.clock.moment += timedelta(minutes=10)
    paper.submit()
    assert paper.errors == {"amount": SORRY}
    assert dock.paid() == {}


def test_logging_one_payment_after_another_renews_no_role(dock: Dock) -> None:
    paper = logged(dock.dana, f"{EID} dave 20 cash")
    _now(dock, is_restricted=True)
    for minutes in (4, 4):
        dock.clock.moment += timedelta(minutes=minutes)
        paper.submit()
        paper.choose("patron", "dave", pick="dave").fill("amount", "10").choose("method", "Cash").submit()
        assert paper.title == "Payment logged", paper.errors
    dock.clock.moment += timedelta(minutes=2)
    paper.submit()
    assert paper.title == "Payment logged"
    assert dock.paid() == {"dave": "40.00"}


def test_a_form_carries_no_role_past_the_ten_minutes_that_slacks_word_lasts(dock: Dock) -> None:
    opened(dock.dana, EID).close()
    dock.clock.moment += timedelta(minutes=9)
    paper = opened(dock.dana, f"{EID} dave 80 cash")
    _now(dock, is_restricted=True)
    dock.clock.moment += timedelta(minutes=1)
    paper.submit()
    assert dock.paid() == {}


def test_who_keeps_their_role_keeps_the_form_however_long_it_is_open(dock: Dock) -> None:
    paper = opened(dock.dana, f"{EID} dave 80 cash")
    dock.clock.moment += timedelta(hours=3)
    paper.submit()
    assert paper.title == "Payment logged"


@pytest.mark.parametrize("opener", ['""', "null", None], ids=["empty", "null", "missing"])
@pytest.mark.parametrize("user", [{}, {"id": ""}, {"id": None}, {"id": "U0GUS"}], ids=str)
def test_a_memo_without_an_opener_is_nobodys(dock: Dock, opener: str | None, user: dict[str, Any]) -> None:
    opened(dock.dana, f"{EID} dave 80 cash").submit()
    sent = submission_of(dock)
    before = dock.row()
    memo = json.loads(sent["view"]["private_metadata"])
    memo["payment_id"] = "another-payment"
    memo["opened_by"] = json.loads(opener) if opener else None
    if opener is None:
        del memo["opened_by"]
    sent["view"]["private_metadata"] = json.dumps(memo)
    sent["user"] = user
    assert again(dock, sent)["errors"] == {"amount": SORRY}
    assert dock.row() == before


@pytest.mark.parametrize("user", [None, {}, [], "U0DANA"], ids=str)
def test_an_answer_of_slack_without_a_user_makes_nobody_a_full_member(
    dock: Dock, monkeypatch: pytest.MonkeyPatch, user: object
) -> None:
    monkeypatch.setattr(dock.world.lambda_function.slack, "users_info", lambda **_: {"ok": True, "user": user})
    dock.dana.command("/payment-status", EID)
    assert last(dock.dana).text == SORRY
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
    dock: Dock, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    answer = {"ok": True, "user": OF_OTHERS[who]}
    monkeypatch.setattr(dock.world.lambda_function.slack, "users_info", lambda **_: answer)
    with dock.counting() as cost:
        dock.dana.command("/payment-status", EID)
    assert last(dock.dana).text == SORRY
    assert cost.table == {}


@pytest.mark.parametrize("users", [None, "xU0DANAx", {"U0DANA": True}, [], ["U0MARCO"]], ids=str)
def test_an_odd_list_of_a_group_makes_nobody_a_member(
    dock: Dock, monkeypatch: pytest.MonkeyPatch, users: object
) -> None:
    dock.restart(CREW_USERS="U0OLIVIA", CREW_USERGROUP="S0CREW")
    answer = {"ok": True, "users": users}
    monkeypatch.setattr(dock.world.lambda_function.slack, "usergroups_users_list", lambda **_: answer)
    dock.dana.command("/payment-status", EID)
    assert last(dock.dana).text == SORRY
