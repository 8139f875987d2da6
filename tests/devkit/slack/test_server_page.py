"""The page's side of the server: state, actions and events."""

from __future__ import annotations

import json
import urllib.request
from typing import TYPE_CHECKING, Any

from devkit.slack import Answer
from tests.devkit.slack.serving import ask, do, get, state
from tests.devkit.slack.stage import a_button, a_home, a_section, an_actions_block, an_option

if TYPE_CHECKING:
    import pytest

    from devkit.slack.wire import JSON
    from tests.devkit.slack.stage import Stage


def test_the_state_contains_everything_that_the_page_shows(url: str, stage: Stage) -> None:
    stage.api("chat.postMessage", channel="C0DOCK", text="Ahoy", blocks=[a_section("Ahoy")])
    stage.api("chat.postEphemeral", channel="C0DOCK", user="U0DANA", text="Psst")
    seen = state(url)
    assert seen["team"]["name"] == "Ship Captain Crew"
    assert (seen["me"]["id"], seen["me"]["role"]) == ("U0DANA", "crew")
    assert [person["id"] for person in seen["people"]] == ["U0DANA", "U0MARCO", "U0OLIVIA", "U0GUS", "U0EVE"]
    assert [channel["name"] for channel in seen["channels"]] == ["dock", "office", "trip-captain-cory", "trip-sunset"]
    first, second = seen["channels"][0]["messages"]
    assert (first["name"], first["is_bot"], first["text"], first["ephemeral"], first["edited"]) == (
        "Ship Captain Crew",
        True,
        "Ahoy",
        False,
        False,
    )
    assert first["blocks"][0]["block_id"]
    assert second["ephemeral"] is True
    assert seen["modal"] is None
    assert (seen["depth"], seen["troubles"]) == (0, [])
    assert seen["commands"][0]["command"] == "/log-payment"
    assert [channel["name"] for channel in state(url, "U0EVE")["channels"]] == ["dock"]
    assert get(url, "/ui/state?user=U0NOBODY")[0] == 404


def test_without_a_person_the_state_is_that_of_the_first(url: str) -> None:
    status, body = get(url, "/ui/state")
    assert (status, json.loads(body)["me"]["id"]) == (200, "U0DANA")


def test_a_payment_is_logged_through_the_page(url: str, stage: Stage) -> None:
    assert do(url, "command", user="U0DANA", channel="C0DOCK", command="/log-payment", text="dave")["ok"]
    modal = state(url)["modal"]
    assert modal["view"]["title"]["text"] == "Log a payment"
    assert modal["values"]["amount"]["amount"] == {"type": "plain_text_input", "value": None}
    where = {"view": modal["view"]["id"]}

    stage.says = lambda _stage, _payload: {"options": [an_option("Dave")]}
    offered = do(url, "options", user="U0DANA", where=where, block_id="patron", action_id="patron", query="da")
    (dave,) = offered["options"]
    chosen = {"user": "U0DANA", "where": where, "block_id": "patron", "action_id": "patron", "selected_option": dave}
    assert do(url, "action", **chosen)["ok"]
    assert state(url)["modal"]["values"]["patron"]["patron"]["selected_option"]["value"] == "dave"

    missing = do(url, "submit", user="U0DANA", view_id=where["view"], values={})
    assert (missing["ok"], sorted(missing["errors"])) == (False, ["amount", "method"])

    values = {
        "amount": {"amount": {"type": "plain_text_input", "value": "120"}},
        "method": {
            "method": {"type": "static_select", "selected_option": modal["view"]["blocks"][2]["element"]["options"][0]}
        },
    }
    stage.says = lambda _stage, _payload: {"response_action": "errors", "errors": {"amount": "Too much."}}
    refused = do(url, "submit", user="U0DANA", view_id=where["view"], values=values)
    assert refused["errors"] == {"amount": "Too much."}
    assert state(url)["modal"]["errors"] == {"amount": "Too much."}

    stage.says = lambda _stage, _payload: Answer(500)
    failed = do(url, "submit", user="U0DANA", view_id=where["view"], values=values)
    assert (failed["ok"], failed["trouble"]) == (False, "We had some trouble connecting. Try again?")
    assert state(url)["modal"]["trouble"] == failed["trouble"]

    stage.says = lambda _stage, _payload: None
    assert do(url, "submit", user="U0DANA", view_id=where["view"], values=values)["ok"]
    assert stage.heard[-1]["view"]["state"]["values"]["amount"]["amount"]["value"] == "120"
    assert state(url)["modal"] is None


def test_the_page_posts_presses_and_closes(url: str, stage: Stage) -> None:
    ts = do(url, "message", user="U0DANA", channel="C0DOCK", text="<b>hello</b>")["ts"]
    message = state(url, "U0MARCO")["channels"][0]["messages"][0]
    assert (message["ts"], message["text"], message["is_bot"]) == (ts, "&lt;b&gt;hello&lt;/b&gt;", False)
    posted = stage.api("chat.postMessage", channel="C0DOCK", text="x", blocks=[an_actions_block(a_button("open"))])[
        "ts"
    ]
    pressed = {"where": {"channel": "C0DOCK", "ts": posted}, "block_id": "buttons", "action_id": "open"}
    assert do(url, "action", user="U0DANA", **pressed)["ok"]
    assert stage.heard[-1]["actions"][0]["action_id"] == "open"
    do(url, "command", user="U0DANA", channel="C0DOCK", command="/log-payment", text="")
    view = state(url)["modal"]["view"]["id"]
    assert do(url, "close", user="U0DANA", view_id=view)["ok"]
    assert state(url)["modal"] is None


def test_the_page_opens_the_home_tab_replies_and_chooses_message_shortcuts(url: str, stage: Stage) -> None:
    seen = state(url)
    assert (seen["home"], seen["app"]) == (None, {"name": "Ship Captain Crew", "has_home": True})
    assert state(url, "U0EVE")["app"]["has_home"] is False
    assert do(url, "home", user="U0EVE")["status"] == 404
    assert do(url, "home", user="U0DANA")["ok"]
    assert stage.heard[-1]["event"]["type"] == "app_home_opened"
    stage.api("views.publish", user_id="U0DANA", view=a_home(an_actions_block(a_button("today"))))
    pressed = {"where": {"view": state(url)["home"]["view"]["id"]}, "block_id": "buttons", "action_id": "today"}
    assert do(url, "action", user="U0DANA", **pressed)["ok"]
    assert stage.heard[-1]["actions"][0]["action_id"] == "today"

    dock = {"user": "U0DANA", "channel": "C0DOCK"}
    said = do(url, "message", **dock, text="Who has paid?")["ts"]
    reply = do(url, "message", **dock, text="Dave", thread_ts=said)["ts"]
    assert state(url)["channels"][0]["messages"][-1]["thread_ts"] == said
    assert do(url, "message_shortcut", **dock, ts=reply, callback_id="log_payment")["ok"]
    assert stage.heard[-1]["message_ts"] == reply
    assert do(url, "command", **dock, command="/waiver", text="", thread_ts=said)["ok"]
    assert state(url)["troubles"][-1]["text"] == "/waiver is not supported in threads. Sorry!"


def test_a_permalink_leads_to_the_page(url: str, stage: Stage) -> None:
    ts = stage.api("chat.postMessage", channel="C0DOCK", text="x")["ts"]
    link = stage.api("chat.getPermalink", channel="C0DOCK", message_ts=ts)["permalink"]
    with urllib.request.urlopen(link, timeout=5) as answer:  # noqa: S310  # our own http
        assert answer.url == f"{url}/?channel=C0DOCK&message={ts}"


def test_an_unknown_thing_is_a_404_and_invalid_json_a_400(url: str) -> None:
    assert do(url, "close", user="U0DANA", view_id="V404")["status"] == 404
    assert do(url, "close", user="U0DANA")["status"] == 404
    assert do(url, "dance", user="U0DANA")["status"] == 404
    assert do(url, "message", user="U0NOBODY", channel="C0DOCK", text="x")["status"] == 404
    assert ask(url, "POST", "/ui/message", "{")[0] == 400


def test_troubles_reach_the_page(url: str, stage: Stage) -> None:
    stage.slack.bot = lambda _kind, _headers, _body: Answer(502)
    do(url, "command", user="U0DANA", channel="C0DOCK", command="/waiver", text="")
    (trouble,) = state(url)["troubles"]
    assert trouble["text"] == '/waiver failed with the error "dispatch_failed"'
    assert state(url, "U0MARCO")["troubles"] == []


def test_changes_arrive_as_events(url: str, stage: Stage) -> None:
    with urllib.request.urlopen(f"{url}/ui/events?user=U0DANA", timeout=5) as stream:  # noqa: S310  # our own http
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        assert _event(stream)["channels"][0]["messages"] == []
        stage.api("chat.postEphemeral", channel="C0DOCK", user="U0MARCO", text="not for Dana")
        stage.api("chat.postMessage", channel="C0DOCK", text="Ahoy")
        messages = _event(stream)["channels"][0]["messages"]
        assert [message["text"] for message in messages] == ["Ahoy"]


def test_a_comment_keeps_a_quiet_stream_open(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("devkit.slack.server.PING_SECONDS", 0.02)
    with urllib.request.urlopen(f"{url}/ui/events?user=U0DANA", timeout=5) as stream:  # noqa: S310  # our own http
        _event(stream)
        assert stream.readline() == b": still here\n"


def test_an_unknown_person_gets_no_events(url: str) -> None:
    assert get(url, "/ui/events?user=U0NOBODY")[0] == 404


def _event(stream: Any) -> JSON:
    assert stream.readline() == b"event: state\n"
    data = stream.readline()
    assert stream.readline() == b"\n"
    return dict(json.loads(data.removeprefix(b"data: ")))


def test_the_page_is_served(url: str) -> None:
    assert get(url, "/")[0] == 200
    assert get(url, "/page/index.html")[0] == 200
    assert get(url, "/page/../server.py")[0] == 404
    assert get(url, "/page/%2e%2e/server.py")[0] == 404
