"""The Events API: app_home_opened as Slack sends it, its retries, and url_verification."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from slack_sdk.signature import Clock as SlacksClock
from slack_sdk.signature import SignatureVerifier

from devkit.slack import Answer, people
from tests.devkit.slack.cast import a_manifest
from tests.devkit.slack.stage import Stage, a_home, a_section, answering

if TYPE_CHECKING:
    from collections.abc import Callable

    from devkit.slack.wire import JSON


def retries(stage: Stage) -> list[tuple[str | None, str | None]]:
    """Return the retry number and reason of each request."""
    names = ("X-Slack-Retry-Num", "X-Slack-Retry-Reason")
    return [(sent.headers.get(names[0]), sent.headers.get(names[1])) for sent in stage.slack.deliveries]


def test_opening_the_home_tab_arrives_as_slack_sends_it() -> None:
    stage = Stage()
    stage.slack.as_("U0DANA").open_home()
    (heard,) = stage.heard
    assert heard.pop("event_id").startswith("Ev")
    assert heard["event"].pop("event_ts").count(".") == 1
    assert heard == {
        "token": people.VERIFICATION_TOKEN,
        "team_id": "T0SHIPCREW",
        "api_app_id": "A0SHIPCREW",
        "event": {"type": "app_home_opened", "user": "U0DANA", "channel": "D0DANA", "tab": "home"},
        "type": "event_callback",
        "event_time": int(stage.clock.now),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": "T0SHIPCREW",
                "user_id": "U0SHIPBOT",
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
    }


def test_the_event_is_signed_json_and_contains_the_view_that_the_person_saw() -> None:
    def says(stage: Stage, _payload: JSON) -> None:
        assert stage.api("views.publish", user_id="U0DANA", view=a_home(a_section("Ahoy")))["ok"]

    stage = Stage(says)
    dana = stage.slack.as_("U0DANA")
    dana.open_home()
    assert dana.home.text == "Ahoy"
    seen = dana.home.view
    dana.open_home()
    first, second = stage.heard
    assert "view" not in first["event"]
    assert second["event"]["view"] == seen
    assert first["event_id"] != second["event_id"]
    sent = stage.slack.deliveries[0]
    assert (sent.kind, sent.name, sent.headers["Content-Type"]) == ("event", "app_home_opened", "application/json")
    clock = SlacksClock()
    clock.now = lambda: stage.clock.now  # type: ignore[method-assign]  # the stage's own time
    headers = {name.lower(): value for name, value in sent.headers.items()}
    assert SignatureVerifier(people.SIGNING_SECRET, clock).is_valid_request(sent.body, headers)


def test_only_events_that_the_manifest_lists_are_sent() -> None:
    stage = Stage(manifest=a_manifest(events=()))
    assert stage.api("views.publish", user_id="U0DANA", view=a_home(a_section("Ahoy")))["ok"]
    stage.slack.as_("U0DANA").open_home()
    assert stage.slack.as_("U0DANA").home.text == "Ahoy"
    assert stage.heard == []
    with pytest.raises(ValueError, match="member_joined_channel"):
        Stage(manifest=a_manifest(events=("app_home_opened", "member_joined_channel")))


def _raise() -> None:
    raise ZeroDivisionError


@pytest.mark.parametrize(
    ("said", "reason"),
    [(lambda: Answer(500), "http_error"), (lambda: Answer(302), "http_error"), (_raise, "connection_failed")],
)
def test_an_event_without_a_2xx_is_sent_again_three_times(said: Callable[[], Any], reason: str) -> None:
    stage = Stage(lambda *_: said())
    stage.slack.as_("U0DANA").open_home()
    assert retries(stage) == [(None, None), ("1", reason), ("2", reason), ("3", reason)]
    assert len({payload["event_id"] for payload in stage.heard}) == 1
    assert stage.slack.as_("U0DANA").troubles == []  # people do not see failed events


def test_retries_end_with_the_first_2xx() -> None:
    stage = Stage(lambda stage, _payload: Answer(500 if len(stage.heard) == 1 else 204))
    stage.slack.as_("U0DANA").open_home()
    assert retries(stage) == [(None, None), ("1", "http_error")]


def test_an_app_may_refuse_retries() -> None:
    stage = answering(Answer(500, {"x-slack-no-retry": "1"}))
    stage.slack.as_("U0DANA").open_home()
    assert retries(stage) == [(None, None)]


def test_a_late_answer_is_a_timeout_and_is_sent_again() -> None:
    released = threading.Event()

    def says(stage: Stage, _payload: JSON) -> None:
        if len(stage.heard) == 1:
            released.wait(5)

    stage = Stage(says, patience=0.05)
    stage.slack.as_("U0DANA").open_home()
    released.set()
    assert retries(stage)[:2] == [(None, None), ("1", "http_timeout")]


@pytest.mark.parametrize(
    ("said", "verified"),
    [
        (lambda challenge: challenge, True),
        (lambda challenge: {"challenge": challenge}, True),
        (lambda challenge: urlencode({"challenge": challenge}), True),
        (lambda _challenge: "another", False),
        (lambda _challenge: None, False),
        (lambda challenge: Answer(404, {}, challenge.encode()), False),
    ],
)
def test_a_request_url_is_verified_by_its_answer_to_the_challenge(
    said: Callable[[str], Any], *, verified: bool
) -> None:
    stage = Stage(lambda _stage, payload: said(payload["challenge"]))
    assert stage.slack.verify_url() is verified
    assert (stage.heard[0]["type"], stage.heard[0]["token"]) == ("url_verification", people.VERIFICATION_TOKEN)
