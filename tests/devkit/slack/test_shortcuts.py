"""Global shortcuts: the request, the people who have them, and failures of the bot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from devkit.slack import Answer, people, ui
from tests.devkit.slack.stage import Stage, a_section, a_view

if TYPE_CHECKING:
    from devkit.slack.wire import JSON


def test_a_shortcut_arrives_as_slack_sends_it() -> None:
    stage = Stage()
    stage.slack.as_("U0OLIVIA").shortcut("new_event")
    (heard,) = stage.heard
    assert heard.pop("trigger_id").count(".") == 2
    assert heard.pop("action_ts").count(".") == 1
    assert heard == {
        "type": "shortcut",
        "token": people.VERIFICATION_TOKEN,
        "team": {"id": "T0SHIPCREW", "domain": "ship-captain-crew"},
        "user": {"id": "U0OLIVIA", "username": "olivia", "team_id": "T0SHIPCREW"},
        "callback_id": "new_event",
        "is_enterprise_install": False,
        "enterprise": None,
    }


def test_its_trigger_opens_one_modal() -> None:
    errors = []

    def says(stage: Stage, payload: JSON) -> None:
        for _ in range(2):
            said = stage.api("views.open", trigger_id=payload["trigger_id"], view=a_view(a_section("Hello")))
            errors.append(said.get("error"))

    stage = Stage(says)
    olivia = stage.slack.as_("U0OLIVIA")
    olivia.shortcut("new_event")
    assert "Hello" in olivia.form.text
    assert errors == [None, "exchanged_trigger_id"]


def test_a_failure_of_the_bot_is_shown_to_the_person() -> None:
    stage = Stage(lambda *_: Answer(500))
    stage.slack.as_("U0OLIVIA").shortcut("new_event")
    assert stage.slack.as_("U0OLIVIA").troubles == ["We had some trouble connecting. Try again?"]


def test_people_of_other_workspaces_and_unknown_shortcuts_are_refused() -> None:
    stage = Stage()
    for user, callback_id in (("U0EVE", "new_event"), ("U0OLIVIA", "old_event")):
        with pytest.raises(LookupError):
            stage.slack.as_(user).shortcut(callback_id)
    assert stage.heard == []
    assert ui.state(stage.slack, "U0EVE")["shortcuts"] == []
    assert [each["callback_id"] for each in ui.state(stage.slack, "U0GUS")["shortcuts"]] == ["new_event"]


def test_the_page_can_choose_a_shortcut() -> None:
    stage = Stage()
    assert ui.ACTIONS["shortcut"](stage.slack, {"user": "U0DANA", "callback_id": "new_event"}) == {"ok": True}
    assert stage.types() == ["shortcut"]
