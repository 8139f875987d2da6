"""People of an Enterprise organisation, as users.info describes them."""

from __future__ import annotations

from tests.devkit.slack.cast import NORA, OTTO, SIGRID
from tests.devkit.slack.stage import Stage


def test_people_of_an_enterprise_organisation_name_all_their_workspaces() -> None:
    stage = Stage()
    nora, otto, sigrid = (stage.slack.welcome(human, "C0DOCK") for human in (NORA, OTTO, SIGRID))
    found = {each.human.id: stage.api("users.info", user=each.human.id)["user"] for each in (nora, otto, sigrid)}
    assert {each: user["team_id"] for each, user in found.items()} == {
        "U0NORA": "T0SISTER",
        "W0OTTO": "E0HARBOR",
        "U0SIGRID": "T0SISTER",
    }
    assert [user["enterprise_user"]["teams"] for user in found.values()] == [
        ["T0SISTER", "T0SHIPCREW"],
        ["T0SHIPCREW"],
        ["T0SISTER"],
    ]
    # People who share a channel with the app are no strangers.
    assert not [user for user in found.values() if "is_stranger" in user]
    nora.command("/waiver")
    assert stage.heard[-1]["team_id"] == "T0SHIPCREW"
