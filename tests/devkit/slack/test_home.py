"""The Home tab: views.publish, the views that it accepts, and the actions of a person on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from devkit.slack import Answer
from devkit.slack.limits import check_view
from tests.devkit.slack.cast import a_manifest
from tests.devkit.slack.parts import image, x
from tests.devkit.slack.stage import (
    Stage,
    a_button,
    a_home,
    a_section,
    a_select,
    a_table,
    a_text_input,
    a_view,
    an_actions_block,
    an_input,
    plain,
)

if TYPE_CHECKING:
    from devkit.slack.wire import JSON


def publish(stage: Stage, *blocks: JSON, user: str = "U0DANA", given_hash: str | None = None, **view: Any) -> JSON:
    """Publish a Home tab. Return the answer."""
    return stage.api("views.publish", user_id=user, view=a_home(*blocks, **view), hash=given_hash)


def with_home(*blocks: JSON, says: Any = None) -> Stage:
    """Return a stage where Dana has a Home tab."""
    stage = Stage(says)
    assert publish(stage, *blocks)["ok"]
    return stage


# Publishing


def test_one_person_sees_the_home_tab_that_was_published_for_them() -> None:
    stage = with_home(a_section("Welcome, *Dana*"), image())
    assert stage.slack.as_("U0DANA").home.text == "Welcome, Dana\nxxxxx"
    with pytest.raises(AssertionError, match="no Home tab for U0MARCO"):
        _ = stage.slack.as_("U0MARCO").home


def test_publishing_again_replaces_the_blocks_and_keeps_the_id_and_the_values_of_inputs() -> None:
    stage = with_home(a_text_input("note", optional=True), a_section("Old"))
    home = stage.slack.as_("U0DANA").home
    before = home.fill("note", "Fuel").view
    after = publish(stage, a_section("New"), a_text_input("note", optional=True))["view"]
    assert (after["id"], after["root_view_id"], after["type"]) == (before["id"], before["id"], "home")
    assert after["hash"] != before["hash"]
    assert home.values == {"note": "Fuel"}
    assert home.text == "New\nNote\nFuel"


def test_a_stale_hash_is_a_conflict_and_changes_nothing() -> None:
    stage = with_home(a_section("First"))
    first = stage.slack.as_("U0DANA").home.view["hash"]
    second = publish(stage, a_section("Second"), given_hash=first)["view"]["hash"]
    assert publish(stage, a_section("Third"), given_hash=first)["error"] == "hash_conflict"
    assert stage.slack.as_("U0DANA").home.text == "Second"
    assert publish(stage, a_section("Third"), given_hash=second)["ok"]


def test_a_home_tab_can_be_updated_by_its_id_and_by_its_external_id() -> None:
    stage = Stage()
    view = publish(stage, external_id="home-dana", callback_id="home", private_metadata="page 1")["view"]
    assert (view["external_id"], view["callback_id"], view["private_metadata"]) == ("home-dana", "home", "page 1")
    for target in ({"view_id": view["id"]}, {"external_id": "home-dana"}):
        assert stage.api("views.update", view=a_home(a_section("x"), external_id="home-dana"), **target)["ok"]
    assert stage.api("views.update", view=a_view(), view_id=view["id"])["error"] == "invalid_arguments"
    assert publish(stage, user="U0MARCO", external_id="home-dana")["error"] == "duplicate_external_id"


def test_unknown_people_and_people_of_other_workspaces_have_no_home_tab() -> None:
    stage = Stage()
    for user in ("U0NOBODY", "U0EVE"):
        answer = publish(stage, user=user)
        assert answer["error"] == "invalid_arguments"
        assert answer["response_metadata"]["messages"] == ["[ERROR] invalid `user_id` [json-pointer:/user_id]"]
    with pytest.raises(LookupError, match="U0EVE has no Home tab"):
        stage.slack.as_("U0EVE").open_home()


def test_an_app_whose_manifest_enables_no_home_tab_has_none() -> None:
    stage = Stage(manifest=a_manifest(home=False))
    assert publish(stage)["error"] == "not_enabled"
    with pytest.raises(LookupError, match="U0DANA has no Home tab"):
        stage.slack.as_("U0DANA").open_home()
    assert stage.heard == []


# Accepted views


FINE = [
    [a_section()] * 100,
    [a_text_input(), a_select()],
    [an_input({"type": "rich_text_input"})],
    [image()],
    [{"type": "header", "text": plain("Today")}, {"type": "divider"}],
]
WRONG: list[tuple[JSON, str]] = [
    (a_home(*[a_section()] * 101), "no more than 100 items allowed [json-pointer:/view/blocks]"),
    (a_home(submit=plain("Log")), "invalid additional property: submit [json-pointer:/view]"),
    (a_home(title=plain("Home")), "invalid additional property: title [json-pointer:/view]"),
    (a_home(private_metadata=x(3001)), "must be less than 3001 characters [json-pointer:/view/private_metadata]"),
    (a_home(callback_id=x(256)), "must be less than 256 characters [json-pointer:/view/callback_id]"),
    (a_home(external_id=x(256)), "must be less than 256 characters [json-pointer:/view/external_id]"),
    (a_home(a_table([["x"]])), "unsupported type: table [json-pointer:/view/blocks/0/type]"),
    (
        a_home(an_input({"type": "number_input", "is_decimal_allowed": True})),
        "unsupported type: number_input [json-pointer:/view/blocks/0/element/type]",
    ),
    (
        a_home(an_input({"type": "channels_select", "response_url_enabled": True})),
        "only works with menus in input blocks in modals [json-pointer:/view/blocks/0/element/response_url_enabled]",
    ),
    (
        a_home(a_section(block_id="a"), a_section(block_id="a")),
        '`block_id` "a" already exists [json-pointer:/view/blocks/1/block_id]',
    ),
    (a_view(), "must be a valid enum value [json-pointer:/view/type]"),
    ({"type": "home"}, "missing required field: blocks [json-pointer:/view]"),
]


@pytest.mark.parametrize("blocks", FINE)
def test_a_home_tab_accepts_inputs_without_a_submit_button_and_100_blocks(blocks: list[JSON]) -> None:
    assert check_view(a_home(*blocks), "home") == []


@pytest.mark.parametrize(("view", "said"), WRONG)
def test_a_view_that_is_no_home_tab_is_refused(view: JSON, said: str) -> None:
    answer = Stage().api("views.publish", user_id="U0DANA", view=view)
    assert answer["error"] == "invalid_arguments"
    assert answer["response_metadata"]["messages"] == [f"[ERROR] {said}"]


def test_a_home_view_does_not_open_as_a_modal() -> None:
    said: list[JSON] = []
    stage = Stage(lambda stage, got: said.append(stage.api("views.open", trigger_id=got["trigger_id"], view=a_home())))
    stage.slack.as_("U0DANA").command("/waiver")
    assert said[0]["response_metadata"]["messages"] == ["[ERROR] must be a valid enum value [json-pointer:/view/type]"]


# Actions


def test_a_press_arrives_as_slack_sends_it() -> None:
    stage = with_home(a_text_input("note", optional=True), an_actions_block(a_button("today", value="e1")))
    home = stage.slack.as_("U0DANA").home
    assert home.fill("note", "Fuel").press("today", value="e1") is None
    (heard,) = stage.heard
    assert heard["type"] == "block_actions"
    assert heard["container"] == {"type": "view", "view_id": home.id}
    assert (heard["view"]["type"], heard["view"]["hash"]) == ("home", home.view["hash"])
    assert heard["view"]["state"]["values"]["note"]["note"]["value"] == "Fuel"
    assert [(each["action_id"], each["value"]) for each in heard["actions"]] == [("today", "e1")]
    assert heard["trigger_id"].count(".") == 2
    assert not {"response_url", "channel", "message"} & set(heard)


def test_a_press_opens_a_modal_whose_submit_may_publish_again() -> None:
    def says(stage: Stage, payload: JSON) -> None:
        if payload["type"] == "view_submission":
            assert publish(stage, a_section("Logged"))["ok"]
            return
        trigger_id = payload["trigger_id"]
        answers = [stage.api(method, trigger_id=trigger_id, view=a_view()) for method in ("views.push", "views.open")]
        errors.extend(answer.get("error") for answer in answers)

    errors: list[str | None] = []
    stage = with_home(an_actions_block(a_button("log")), says=says)
    dana = stage.slack.as_("U0DANA")
    form = dana.home.press("log")
    assert errors == ["not_found", None]  # there is no modal to push on
    assert form is not None
    assert form.fill("amount", "120").submit() is None
    assert dana.home.text == "Logged"


def test_a_failure_of_the_bot_is_shown_on_the_home_tab_until_the_next_action() -> None:
    stage = with_home(an_actions_block(a_button("today")), says=lambda *_: Answer(500))
    home = stage.slack.as_("U0DANA").home
    home.press("today")
    assert home.trouble == "We had some trouble connecting. Try again?"
    stage.says = lambda *_: None
    home.press("today")
    assert home.trouble is None
