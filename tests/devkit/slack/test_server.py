"""The strict Slack over HTTP: the bot's side with Slack's own SDK, the page's side as the page speaks.

Both sides in one file, as they share one running server and the ways to ask it.
"""

from __future__ import annotations

import http.client
import json
import threading
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from devkit.slack import Answer, Running, Workspace, over_http, serve
from devkit.slack.people import BOT_TOKEN
from tests.devkit.slack.stage import (
    Stage,
    a_button,
    a_section,
    a_select,
    a_text_input,
    a_view,
    an_actions_block,
    an_input,
    an_option,
    opening,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devkit.slack.wire import JSON

PATRON = an_input({"type": "external_select", "min_query_length": 0}, "patron")


@pytest.fixture
def stage() -> Stage:
    return opening(*[a_view(PATRON, a_text_input("amount"), a_select("method"))] * 3)


@pytest.fixture
def running(stage: Stage) -> Iterator[Running]:
    served = serve(stage.slack)
    yield served
    served.stop()


def get(running: Running, path: str, **headers: str) -> tuple[int, str]:
    return ask(running, "GET", path, None, **headers)


def do(running: Running, deed: str, **asked: Any) -> JSON:
    status, body = ask(running, "POST", f"/ui/{deed}", json.dumps(asked), **{"Content-Type": "application/json"})
    return {**json.loads(body), "status": status}


def ask(running: Running, method: str, path: str, body: str | None, **headers: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection(str(urlsplit(running.url).netloc), timeout=5)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def state(running: Running, user: str = "U0DANA") -> JSON:
    status, body = get(running, f"/ui/state?user={user}")
    assert status == 200
    return dict(json.loads(body))


# The bot's side


def test_slacks_own_client_speaks_with_it(running: Running, stage: Stage) -> None:
    client = WebClient(token=BOT_TOKEN, base_url=f"{running.url}/api/")
    assert client.auth_test()["user_id"] == "U0SHIPBOT"
    posted = client.chat_postMessage(channel="C0DOCK", text="Ahoy & hello", blocks=[a_section("Ahoy")])
    client.chat_update(channel="C0DOCK", ts=posted["ts"], text="Bye")
    assert client.users_info(user="U0GUS")["user"]["is_restricted"] is True
    assert [message.text for message in stage.slack.as_("U0DANA").sees()] == ["Bye"]


def test_slacks_own_client_hears_its_refusals(running: Running) -> None:
    client = WebClient(token=BOT_TOKEN, base_url=f"{running.url}/api/")
    with pytest.raises(SlackApiError, match="invalid_blocks") as refused:
        client.chat_postMessage(channel="C0DOCK", text="x", blocks=[a_section("")])
    assert "json-pointer:/blocks/0/text/text" in str(refused.value.response["response_metadata"])
    with pytest.raises(SlackApiError, match="invalid_auth"):
        WebClient(token="xoxb-other", base_url=f"{running.url}/api/").auth_test()
    with pytest.raises(SlackApiError, match="unknown_method"):
        client.api_call("chat.shout")


def test_a_token_may_come_in_the_form(running: Running) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert json.loads(ask(running, "POST", "/api/auth.test", f"token={BOT_TOKEN}", **form)[1])["ok"] is True
    assert json.loads(ask(running, "POST", "/api/auth.test", "", **form)[1])["error"] == "not_authed"
    wrong = ask(running, "POST", "/api/auth.test", "{", **{"Content-Type": "application/json"})
    assert json.loads(wrong[1])["error"] == "invalid_json"
    listed = ask(running, "POST", f"/api/auth.test?token={BOT_TOKEN}", "[]", **{"Content-Type": "application/json"})
    assert json.loads(listed[1])["ok"] is True


def test_a_rate_limit_is_a_429_with_retry_after(running: Running, stage: Stage) -> None:
    stage.slack.fail("auth.test", error="ratelimited")
    with pytest.raises(SlackApiError) as refused:
        WebClient(token=BOT_TOKEN, base_url=f"{running.url}/api/").auth_test()
    assert refused.value.response.status_code == 429
    assert refused.value.response.headers["Retry-After"] == "1"


def test_a_slack_that_is_down_answers_without_a_body(running: Running, stage: Stage) -> None:
    stage.slack.fail("auth.test", status=503)
    bearer = {"Authorization": f"Bearer {BOT_TOKEN}"}
    assert ask(running, "POST", "/api/auth.test", "", **bearer) == (503, "")
    assert ask(running, "POST", "/api/auth.test", "", **bearer)[0] == 200


def test_slacks_own_webhook_client_answers_a_response_url(running: Running, stage: Stage) -> None:
    dana = stage.slack.as_("U0DANA")
    dana.command("/waiver")
    url = stage.heard[0]["response_url"]
    assert url.startswith(running.url)
    answers = [WebhookClient(url).send(text=f"{number}").body for number in range(6)]
    assert answers == ["ok"] * 5 + ["used_url"]
    assert len(dana.sees()) == 5
    path = urlsplit(url).path
    assert ask(running, "POST", path, "no json")[0] == 400
    assert ask(running, "POST", path, "[]")[0] == 400


def test_a_bot_behind_http_gets_the_same_bytes(stage: Stage) -> None:
    """`over_http` carries requests to a bot elsewhere, and its failures back."""
    other = Workspace(lambda _kind, _headers, _body: Answer(200))
    served = serve(other)
    deliver = over_http(f"{served.url}/api/api.test?error=boom", timeout=5)
    answer = deliver("command", {"Content-Type": "application/x-www-form-urlencoded"}, b"x=1")
    assert (answer.status, json.loads(answer.body)["error"]) == (200, "boom")
    assert over_http(f"{served.url}/nowhere")("command", {}, b"").status == 404
    served.stop()
    stage.slack.bot = over_http(f"{served.url}/")
    stage.slack.as_("U0DANA").command("/waiver")
    assert stage.slack.as_("U0DANA").troubles == ['/waiver failed with the error "dispatch_failed"']


# The page's side


def test_the_state_tells_the_page_everything(running: Running, stage: Stage) -> None:
    stage.api("chat.postMessage", channel="C0DOCK", text="Ahoy", blocks=[a_section("Ahoy")])
    stage.api("chat.postEphemeral", channel="C0DOCK", user="U0DANA", text="Psst")
    seen = state(running)
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
    assert [channel["name"] for channel in state(running, "U0EVE")["channels"]] == ["dock"]
    assert get(running, "/ui/state?user=U0NOBODY")[0] == 404


def test_a_payment_goes_all_the_way_through_the_page(running: Running, stage: Stage) -> None:
    assert do(running, "command", user="U0DANA", channel="C0DOCK", command="/log-payment", text="dave")["ok"]
    modal = state(running)["modal"]
    assert modal["view"]["title"]["text"] == "Log a payment"
    assert modal["values"]["amount"]["amount"] == {"type": "plain_text_input", "value": None}
    where = {"modal": modal["view"]["id"]}

    stage.says = lambda _stage, _payload: {"options": [an_option("Dave")]}
    offered = do(running, "options", user="U0DANA", where=where, block_id="patron", action_id="patron", query="da")
    (dave,) = offered["options"]
    chosen = {"user": "U0DANA", "where": where, "block_id": "patron", "action_id": "patron", "selected_option": dave}
    assert do(running, "action", **chosen)["ok"]
    assert state(running)["modal"]["values"]["patron"]["patron"]["selected_option"]["value"] == "dave"

    missing = do(running, "submit", user="U0DANA", view_id=where["modal"], values={})
    assert (missing["ok"], sorted(missing["errors"])) == (False, ["amount", "method"])

    values = {
        "amount": {"amount": {"type": "plain_text_input", "value": "120"}},
        "method": {
            "method": {"type": "static_select", "selected_option": modal["view"]["blocks"][2]["element"]["options"][0]}
        },
    }
    stage.says = lambda _stage, _payload: {"response_action": "errors", "errors": {"amount": "Too much."}}
    refused = do(running, "submit", user="U0DANA", view_id=where["modal"], values=values)
    assert refused["errors"] == {"amount": "Too much."}
    assert state(running)["modal"]["errors"] == {"amount": "Too much."}

    stage.says = lambda _stage, _payload: Answer(500)
    failed = do(running, "submit", user="U0DANA", view_id=where["modal"], values=values)
    assert (failed["ok"], failed["trouble"]) == (False, "We had some trouble connecting. Try again?")
    assert state(running)["modal"]["trouble"] == failed["trouble"]

    stage.says = lambda _stage, _payload: None
    assert do(running, "submit", user="U0DANA", view_id=where["modal"], values=values)["ok"]
    assert stage.heard[-1]["view"]["state"]["values"]["amount"]["amount"]["value"] == "120"
    assert state(running)["modal"] is None


def test_the_page_says_presses_and_closes(running: Running, stage: Stage) -> None:
    ts = do(running, "message", user="U0DANA", channel="C0DOCK", text="<b>hello</b>")["ts"]
    message = state(running, "U0MARCO")["channels"][0]["messages"][0]
    assert (message["ts"], message["text"], message["is_bot"]) == (ts, "&lt;b&gt;hello&lt;/b&gt;", False)
    posted = stage.api("chat.postMessage", channel="C0DOCK", text="x", blocks=[an_actions_block(a_button("open"))])[
        "ts"
    ]
    pressed = {"where": {"channel": "C0DOCK", "ts": posted}, "block_id": "buttons", "action_id": "open"}
    assert do(running, "action", user="U0DANA", **pressed)["ok"]
    assert stage.heard[-1]["actions"][0]["action_id"] == "open"
    do(running, "command", user="U0DANA", channel="C0DOCK", command="/log-payment", text="")
    view = state(running)["modal"]["view"]["id"]
    assert do(running, "close", user="U0DANA", view_id=view)["ok"]
    assert state(running)["modal"] is None


def test_what_is_not_there_is_a_404_and_nonsense_a_400(running: Running) -> None:
    assert do(running, "close", user="U0DANA", view_id="V404")["status"] == 404
    assert do(running, "close", user="U0DANA")["status"] == 404
    assert do(running, "dance", user="U0DANA")["status"] == 404
    assert do(running, "message", user="U0NOBODY", channel="C0DOCK", text="x")["status"] == 404
    assert ask(running, "POST", "/ui/message", "{")[0] == 400


def test_troubles_reach_the_page(running: Running, stage: Stage) -> None:
    stage.slack.bot = lambda _kind, _headers, _body: Answer(502)
    do(running, "command", user="U0DANA", channel="C0DOCK", command="/waiver", text="")
    (trouble,) = state(running)["troubles"]
    assert trouble["text"] == '/waiver failed with the error "dispatch_failed"'
    assert state(running, "U0MARCO")["troubles"] == []


def test_changes_arrive_as_events_without_asking(running: Running, stage: Stage) -> None:
    with urllib.request.urlopen(f"{running.url}/ui/events?user=U0DANA", timeout=5) as stream:  # noqa: S310  # our own http
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        assert _event(stream)["channels"][0]["messages"] == []
        stage.api("chat.postEphemeral", channel="C0DOCK", user="U0MARCO", text="not for Dana")
        stage.api("chat.postMessage", channel="C0DOCK", text="Ahoy")
        messages = _event(stream)["channels"][0]["messages"]
        assert [message["text"] for message in messages] == ["Ahoy"]


def test_a_comment_keeps_a_quiet_line_open(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("devkit.slack.server.PING_SECONDS", 0.02)
    with urllib.request.urlopen(f"{running.url}/ui/events?user=U0DANA", timeout=5) as stream:  # noqa: S310  # our own http
        _event(stream)
        assert stream.readline() == b": still here\n"


def test_nobody_unknown_gets_events(running: Running) -> None:
    assert get(running, "/ui/events?user=U0NOBODY")[0] == 404


def _event(stream: Any) -> JSON:
    assert stream.readline() == b"event: state\n"
    data = stream.readline()
    assert stream.readline() == b"\n"
    return dict(json.loads(data.removeprefix(b"data: ")))


def test_stopping_ends_open_event_streams_at_once(stage: Stage) -> None:
    served = serve(stage.slack)
    stream = urllib.request.urlopen(f"{served.url}/ui/events?user=U0DANA", timeout=5)  # noqa: S310  # our own http
    _event(stream)
    stopper = threading.Thread(target=served.stop)
    stopper.start()
    stopper.join(4)
    assert not stopper.is_alive()
    assert stream.read() == b""
    stream.close()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "localhost:1"}, 200),
        ({"Host": "evil.example"}, 403),
        ({"Host": "127.0.0.1.evil.example"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Host": "localhost:1", "Origin": "http://localhost:1"}, 200),
        ({"Host": "localhost:1", "Origin": "http://localhost:2"}, 403),
    ],
)
def test_only_pages_of_this_machine_may_speak_with_it(running: Running, headers: dict[str, str], status: int) -> None:
    assert get(running, "/ui/state?user=U0DANA", **headers)[0] == status


def test_the_page_is_served(running: Running) -> None:
    assert get(running, "/")[0] == 200
    assert get(running, "/page/index.html")[0] == 200
    assert get(running, "/page/../server.py")[0] == 404
    assert get(running, "/page/%2e%2e/server.py")[0] == 404


def test_a_taken_port_is_said(running: Running) -> None:
    with pytest.raises(RuntimeError, match="taken"):
        serve(Stage().slack, port=int(urlsplit(running.url).port or 0))
