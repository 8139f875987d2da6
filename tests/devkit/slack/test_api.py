"""The Web API: the effect of each method, and its refusals in Slack's words."""

from __future__ import annotations

import time
from typing import Any

import pytest

from devkit.slack.api import call
from devkit.slack.people import BOT_TOKEN, Channel, Human
from tests.devkit.slack.cast import CHANNELS, PEOPLE
from tests.devkit.slack.stage import Stage, a_section, a_table, a_view


def refused(stage: Stage, method: str, **args: Any) -> str:
    """Return the error name of a call that is refused."""
    answer = stage.api(method, **args)
    assert not answer["ok"], answer
    return str(answer["error"])


@pytest.mark.parametrize(
    ("token", "error"), [(None, "not_authed"), ("", "not_authed"), ("xoxb-other", "invalid_auth"), (BOT_TOKEN, None)]
)
def test_a_call_needs_the_bots_token(token: str | None, error: str | None) -> None:
    reply = call(Stage().slack, "auth.test", {}, token)
    assert reply.body is not None
    assert reply.body.get("error") == error


def test_an_unknown_method_is_refused() -> None:
    assert refused(Stage(), "chat.shout") == "unknown_method"


def test_auth_test_returns_the_ids_of_the_bot() -> None:
    answer = Stage().api("auth.test")
    assert (answer["team_id"], answer["user_id"], answer["bot_id"]) == ("T0SHIPCREW", "U0SHIPBOT", "B0SHIPBOT")


def test_api_test_echoes_and_fails_on_request() -> None:
    stage = Stage()
    assert stage.api("api.test", foo="bar")["args"] == {"foo": "bar"}
    assert refused(stage, "api.test", error="my_error") == "my_error"


# chat


def test_a_message_is_posted_in_its_channel_only() -> None:
    stage = Stage()
    answer = stage.api("chat.postMessage", channel="C0DOCK", text="Ahoy", blocks=[a_section("Ahoy")])
    message = stage.slack.as_("U0DANA").sees("C0DOCK")[0]
    assert message.ts == answer["ts"]
    assert (message.user, message.ephemeral, message.edited) == ("U0SHIPBOT", False, False)
    assert answer["message"]["bot_id"] == "B0SHIPBOT"
    assert stage.slack.as_("U0DANA").sees("C0OFFICE") == []


def test_blocks_may_come_as_json_in_a_form() -> None:
    stage = Stage()
    assert stage.api("chat.postMessage", channel="C0DOCK", blocks='[{"type": "divider"}]')["ok"]
    assert refused(stage, "chat.postMessage", channel="C0DOCK", blocks="[{") == "invalid_blocks_format"
    assert refused(stage, "chat.postMessage", channel="C0DOCK", blocks='{"type": "divider"}') == "invalid_blocks_format"


def test_a_channel_may_be_named_by_id_or_name() -> None:
    stage = Stage()
    assert stage.api("chat.postMessage", channel="#dock", text="Ahoy")["channel"] == "C0DOCK"
    assert refused(stage, "chat.postMessage", channel="C0NOWHERE", text="Ahoy") == "channel_not_found"
    assert refused(stage, "chat.postMessage", text="Ahoy") == "channel_not_found"


def test_a_message_to_a_person_goes_to_their_direct_messages() -> None:
    stage = Stage()
    answer = stage.api("chat.postMessage", channel="U0DANA", text="Psst")
    assert answer["channel"] == stage.slack.direct_channel("U0DANA").id
    assert [message.text for message in stage.slack.as_("U0DANA").sees(answer["channel"])] == ["Psst"]
    assert stage.slack.as_("U0MARCO").sees(answer["channel"]) == []


def test_the_bot_must_be_in_the_channel() -> None:
    without = Channel(id="C0SECRET", name="secret", members=frozenset({"U0DANA"}))
    stage = Stage(channels=(*CHANNELS, without))
    assert refused(stage, "chat.postMessage", channel="C0SECRET", text="Ahoy") == "not_in_channel"
    assert refused(stage, "chat.postEphemeral", channel="C0SECRET", user="U0DANA", text="Ahoy") == "not_in_channel"


def test_wrong_blocks_are_refused_with_their_place_in_both_of_slacks_formats() -> None:
    answer = Stage().api("chat.postMessage", channel="C0DOCK", text="x", blocks=[a_section("x" * 3001)])
    said = "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    assert answer == {
        "ok": False,
        "error": "invalid_blocks",
        "errors": [said],
        "response_metadata": {"messages": [f"[ERROR] {said}"]},
    }


def test_other_refusals_of_messages_have_their_own_names() -> None:
    stage = Stage()
    assert refused(stage, "chat.postMessage", channel="C0DOCK") == "no_text"
    assert refused(stage, "chat.postMessage", channel="C0DOCK", text="x" * 40_001) == "msg_too_long"
    tables = [a_table([["x"]]), a_table([["x"]])]
    assert refused(stage, "chat.postMessage", channel="C0DOCK", text="x", blocks=tables) == "invalid_attachments"
    long = [a_section("x" * 3000)] * 5
    assert refused(stage, "chat.postMessage", channel="C0DOCK", text="x", blocks=long) == "msg_blocks_too_long"
    assert stage.slack.as_("U0DANA").sees() == []


def test_views_open_needs_a_trigger_and_a_view() -> None:
    stage = Stage()
    assert refused(stage, "views.open", trigger_id="1.2.x", view="[]") == "invalid_arguments"
    assert refused(stage, "views.open", trigger_id="1.2.x", view="{") == "invalid_arguments"
    assert refused(stage, "views.open", trigger_id="1.2.x") == "invalid_arguments"
    assert refused(stage, "views.open", view=a_view()) == "invalid_arguments"


def test_attachments_are_refused() -> None:
    assert refused(Stage(), "chat.postMessage", channel="C0DOCK", text="x", attachments='[{"text": "x"}]') == (
        "invalid_attachments"
    )


def test_a_reply_has_the_timestamp_of_its_root() -> None:
    stage = Stage()
    root = stage.api("chat.postMessage", channel="C0DOCK", text="Trip")["ts"]
    stage.clock.forward(1)
    stage.api("chat.postMessage", channel="C0DOCK", text="Paid", thread_ts=root)
    assert [message.thread_ts for message in stage.slack.as_("U0DANA").sees()] == [None, root]


def test_an_ephemeral_message_has_one_reader_and_cannot_be_changed() -> None:
    stage = Stage()
    ts = stage.api("chat.postEphemeral", channel="C0DOCK", user="U0DANA", text="Psst")["message_ts"]
    assert [message.ephemeral for message in stage.slack.as_("U0DANA").sees()] == [True]
    assert stage.slack.as_("U0MARCO").sees() == []
    assert refused(stage, "chat.update", channel="C0DOCK", ts=ts, text="x") == "message_not_found"
    assert refused(stage, "chat.delete", channel="C0DOCK", ts=ts) == "message_not_found"


def test_an_ephemeral_message_needs_its_reader_in_the_channel() -> None:
    stage = Stage()
    assert refused(stage, "chat.postEphemeral", channel="C0OFFICE", user="U0GUS", text="x") == "user_not_in_channel"
    assert refused(stage, "chat.postEphemeral", channel="C0OFFICE", text="x") == "invalid_arguments"


def test_a_message_can_be_changed_and_deleted_by_its_author() -> None:
    stage = Stage()
    dana = stage.slack.as_("U0DANA")
    ts = stage.api("chat.postMessage", channel="C0DOCK", text="old", blocks=[a_section("old")])["ts"]
    assert stage.api("chat.update", channel="C0DOCK", ts=ts, text="new")["text"] == "new"
    assert [(message.text, message.edited) for message in dana.sees()] == [("new", True)]
    assert stage.api("chat.delete", channel="C0DOCK", ts=ts)["ok"]
    assert dana.sees() == []
    assert refused(stage, "chat.delete", channel="C0DOCK", ts=ts) == "message_not_found"
    theirs = dana.say("mine").ts
    assert refused(stage, "chat.update", channel="C0DOCK", ts=theirs, text="x") == "cant_update_message"
    assert refused(stage, "chat.delete", channel="C0DOCK", ts=theirs) == "cant_delete_message"


def test_an_update_takes_less_text_than_a_post() -> None:
    stage = Stage()
    ts = stage.api("chat.postMessage", channel="C0DOCK", text="x")["ts"]
    assert stage.api("chat.update", channel="C0DOCK", ts=ts, text="x" * 4000)["ok"]
    assert refused(stage, "chat.update", channel="C0DOCK", ts=ts, text="x" * 4001) == "msg_too_long"


def test_a_permalink_leads_to_a_message_and_to_a_reply_in_its_thread() -> None:
    stage = Stage()
    stage.slack.rate_limit = False
    ts = stage.api("chat.postMessage", channel="C0DOCK", text="x")["ts"]
    reply = stage.api("chat.postMessage", channel="C0DOCK", text="y", thread_ts=ts)["ts"]
    links = [stage.api("chat.getPermalink", channel="C0DOCK", message_ts=each) for each in (ts, reply)]
    address = f"{stage.slack.base_url}/archives/C0DOCK/p"
    assert [link["permalink"] for link in links] == [
        address + ts.replace(".", ""),
        f"{address}{reply.replace('.', '')}?thread_ts={ts}&cid=C0DOCK",
    ]
    secret = stage.api("chat.postEphemeral", channel="C0DOCK", user="U0DANA", text="Psst")["message_ts"]
    for missing in ("1.2", "", secret):
        assert refused(stage, "chat.getPermalink", channel="C0DOCK", message_ts=missing) == "message_not_found"
    assert refused(stage, "chat.getPermalink", channel="C0NOWHERE", message_ts=ts) == "channel_not_found"


def test_a_channel_is_described() -> None:
    stage = Stage()
    dock = stage.api("conversations.info", channel="C0DOCK")["channel"]
    assert (dock["name"], dock["is_ext_shared"], dock["is_member"]) == ("dock", True, True)
    assert dock["topic"]["value"] == "What happens on the dock"
    assert refused(stage, "conversations.info", channel="C0NOWHERE") == "channel_not_found"


def test_every_message_has_a_timestamp_of_its_own() -> None:
    stage = Stage()
    stage.slack.rate_limit = False
    stamps = [stage.api("chat.postMessage", channel="C0DOCK", text="x")["ts"] for _ in range(5)]
    assert sorted(set(stamps)) == stamps


def test_one_message_a_second_and_channel() -> None:
    stage = Stage()

    def post(channel: str) -> tuple[int, object]:
        reply = call(stage.slack, "chat.postMessage", {"channel": channel, "text": "x"}, BOT_TOKEN)
        return reply.status, reply.headers.get("Retry-After")

    assert post("C0DOCK") == (200, None)
    assert post("C0DOCK") == (429, "1")
    assert post("C0OFFICE") == (200, None)
    stage.clock.forward(1)
    assert post("C0DOCK") == (200, None)


# People and channels


def test_people_are_described_with_the_fields_that_roles_need() -> None:
    away = Human(id="U0OLD", handle="old", name="Old Hand", role="crew", deleted=True, is_ultra_restricted=True)
    stage = Stage(people=(*PEOPLE, away))
    dana, gus, eve, old = (stage.api("users.info", user=user)["user"] for user in ("U0DANA", "U0GUS", "U0EVE", "U0OLD"))
    assert (dana["real_name"], dana["team_id"], dana["tz"]) == ("Dana Reyes", "T0SHIPCREW", "America/Los_Angeles")
    assert [user["is_restricted"] for user in (dana, gus)] == [False, True]
    assert (old["is_ultra_restricted"], old["deleted"]) == (True, True)
    assert eve["team_id"] == "T0OTHER"
    assert dana["profile"]["display_name"] == "dana"
    assert stage.api("users.info", user="U0SHIPBOT")["user"]["is_bot"]
    assert refused(stage, "users.info", user="U0NOBODY") == "user_not_found"


def test_deactivated_people_have_a_name_in_their_profile_only() -> None:
    away = Human(id="U0OLD", handle="old", name="Old Hand", role="crew", deleted=True)
    old = Stage(people=(*PEOPLE, away)).api("users.info", user="U0OLD")["user"]
    assert old["profile"]["real_name"] == "Old Hand"
    assert "real_name" not in old
    assert "tz" not in old


def test_only_people_of_other_workspaces_who_share_no_channel_are_strangers() -> None:
    far = Human(id="U0FAR", handle="far", name="Far Away", role="other workspace", team_id="T0OTHER")
    stage = Stage(people=(*PEOPLE, far))
    assert stage.api("users.info", user="U0FAR")["user"]["is_stranger"] is True
    for user in ("U0EVE", "U0DANA", "U0GUS"):
        assert "is_stranger" not in stage.api("users.info", user=user)["user"]


def test_user_groups_list_their_members() -> None:
    stage = Stage()
    assert stage.api("usergroups.users.list", usergroup="S0OFFICE")["users"] == ["U0OLIVIA"]
    assert refused(stage, "usergroups.users.list", usergroup="S0NONE") == "no_such_subteam"


# Faults and the log


def test_a_method_fails_as_often_as_ordered() -> None:
    stage = Stage()
    stage.slack.fail("chat.postMessage", error="fatal_error", times=2)
    errors = [stage.api("chat.postMessage", channel="C0DOCK", text="x").get("error") for _ in range(3)]
    assert errors == ["fatal_error", "fatal_error", None]
    assert len(stage.slack.as_("U0DANA").sees()) == 1


def test_a_method_can_fail_with_a_bare_status_or_late() -> None:
    stage = Stage()
    stage.slack.fail("auth.test", status=503)
    stage.slack.fail("auth.test", status=429)
    replies = [call(stage.slack, "auth.test", {}, BOT_TOKEN) for _ in range(2)]
    assert [(reply.status, reply.body, reply.headers.get("Retry-After")) for reply in replies] == [
        (503, None, None),
        (429, None, "1"),
    ]
    stage.slack.fail("auth.test", delay=0.05)
    began = time.perf_counter()
    assert stage.api("auth.test")["ok"]
    assert time.perf_counter() - began >= 0.05


def test_every_call_is_logged_with_how_it_ended() -> None:
    stage = Stage()
    stage.api("chat.postMessage", channel="C0DOCK", text="x")
    stage.api("views.open", trigger_id="1.2.x", view=a_view())
    stage.slack.fail("api.test", status=500)
    stage.api("api.test")
    assert [(made.method, made.ok, made.error) for made in stage.slack.api_calls] == [
        ("chat.postMessage", True, None),
        ("views.open", False, "invalid_trigger_id"),
        ("api.test", False, "http_500"),
    ]
    assert stage.slack.api_calls[0].args == {"channel": "C0DOCK", "text": "x"}


def test_every_delivery_is_logged_with_how_long_it_took() -> None:
    stage = Stage(lambda _stage, _payload: time.sleep(0.02))
    stage.slack.as_("U0DANA").command("/waiver")
    delivery = stage.slack.deliveries[0]
    assert (delivery.kind, delivery.name, delivery.status, delivery.error) == ("command", "/waiver", 200, None)
    assert delivery.payload["user_id"] == "U0DANA"
    assert delivery.seconds >= 0.02
