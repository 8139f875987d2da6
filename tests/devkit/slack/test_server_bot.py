"""The bot's side of the server: Slack's own SDK calls the Web API and answers response_urls."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from devkit.slack import over_http
from devkit.slack.people import BOT_TOKEN
from tests.devkit.slack.serving import ask, served
from tests.devkit.slack.stage import Stage, a_section


def test_slacks_own_client_posts_updates_and_reads(url: str, stage: Stage) -> None:
    client = WebClient(token=BOT_TOKEN, base_url=f"{url}/api/")
    assert client.auth_test()["user_id"] == "U0SHIPBOT"
    posted = client.chat_postMessage(channel="C0DOCK", text="Ahoy & hello", blocks=[a_section("Ahoy")])
    client.chat_update(channel="C0DOCK", ts=posted["ts"], text="Bye")
    assert client.users_info(user="U0GUS")["user"]["is_restricted"] is True
    assert [message.text for message in stage.slack.as_("U0DANA").sees()] == ["Bye"]


def test_slacks_own_client_receives_refusals(url: str) -> None:
    client = WebClient(token=BOT_TOKEN, base_url=f"{url}/api/")
    with pytest.raises(SlackApiError, match="invalid_blocks") as refused:
        client.chat_postMessage(channel="C0DOCK", text="x", blocks=[a_section("")])
    assert "json-pointer:/blocks/0/text/text" in str(refused.value.response["response_metadata"])
    with pytest.raises(SlackApiError, match="invalid_auth"):
        WebClient(token="xoxb-other", base_url=f"{url}/api/").auth_test()
    with pytest.raises(SlackApiError, match="unknown_method"):
        client.api_call("chat.shout")


def test_a_token_may_come_in_the_form(url: str) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert json.loads(ask(url, "POST", "/api/auth.test", f"token={BOT_TOKEN}", **form)[1])["ok"] is True
    assert json.loads(ask(url, "POST", "/api/auth.test", "", **form)[1])["error"] == "not_authed"
    wrong = ask(url, "POST", "/api/auth.test", "{", **{"Content-Type": "application/json"})
    assert json.loads(wrong[1])["error"] == "invalid_json"
    listed = ask(url, "POST", f"/api/auth.test?token={BOT_TOKEN}", "[]", **{"Content-Type": "application/json"})
    assert json.loads(listed[1])["ok"] is True


def test_a_rate_limit_is_a_429_with_retry_after(url: str, stage: Stage) -> None:
    stage.slack.fail("auth.test", error="ratelimited")
    with pytest.raises(SlackApiError) as refused:
        WebClient(token=BOT_TOKEN, base_url=f"{url}/api/").auth_test()
    assert refused.value.response.status_code == 429
    assert refused.value.response.headers["Retry-After"] == "1"


def test_a_slack_that_is_down_answers_without_a_body(url: str, stage: Stage) -> None:
    stage.slack.fail("auth.test", status=503)
    bearer = {"Authorization": f"Bearer {BOT_TOKEN}"}
    assert ask(url, "POST", "/api/auth.test", "", **bearer) == (503, "")
    assert ask(url, "POST", "/api/auth.test", "", **bearer)[0] == 200


def test_slacks_own_webhook_client_answers_a_response_url(url: str, stage: Stage) -> None:
    dana = stage.slack.as_("U0DANA")
    dana.command("/waiver")
    url = stage.heard[0]["response_url"]
    assert url.startswith(url)
    answers = [WebhookClient(url).send(text=f"{number}").body for number in range(6)]
    assert answers == ["ok"] * 5 + ["used_url"]
    assert len(dana.sees()) == 5
    path = urlsplit(url).path
    assert ask(url, "POST", path, "no json")[0] == 400
    assert ask(url, "POST", path, "[]")[0] == 400


def test_over_http_carries_requests_and_failures(stage: Stage) -> None:
    with served(Stage().slack) as other:
        deliver = over_http(f"{other}/api/api.test?error=boom", timeout=5)
        answer = deliver("command", {"Content-Type": "application/x-www-form-urlencoded"}, b"x=1")
        assert (answer.status, json.loads(answer.body)["error"]) == (200, "boom")
        assert over_http(f"{other}/nowhere")("command", {}, b"").status == 404
    stage.slack.bot = over_http(f"{other}/")
    stage.slack.as_("U0DANA").command("/waiver")
    assert stage.slack.as_("U0DANA").troubles == ['/waiver failed with the error "dispatch_failed"']
