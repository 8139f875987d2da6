"""Faults of Slack: each entry is announced all the same, and as a rule once (docs/adr/0015)."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from starlette.responses import JSONResponse

from devkit.listen import bind, listening
from tests.announce.process import TIMEOUT
from tests.announce.stage import OPS, paid
from tests.builders import EID, a_row

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from tests.announce.stage import AnnounceStage


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 500},
        {"status": 503},
        {"error": "internal_error"},
        {"error": "service_unavailable"},
        {"error": "invalid_auth"},
        {"error": "accesslimited"},
        {"error": "token_revoked"},
    ],
)
def test_when_slack_fails_for_a_while_each_payment_is_announced_once_in_the_end(
    announce_stage: AnnounceStage, fault: dict[str, Any]
) -> None:
    announce_stage.slack.fail("chat.postMessage", **fault, times=3)
    announce_stage.log("p1", amount="100.00")
    announce_stage.log("p2", amount="25.00")
    assert announce_stage.deliver() == 4
    assert paid(announce_stage) == {"$100.00": 1, "$25.00": 1}
    assert list(paid(announce_stage)) == ["$100.00", "$25.00"], "in the order in which they were logged"
    assert set(announce_stage.troubles) == {"SlackUnavailable", "BlockedByEarlier"}


def test_when_slack_does_not_listen_at_all_nothing_is_lost(announce_stage: AnnounceStage) -> None:
    announce_stage.restart(SLACK_API_URL="http://127.0.0.1:9/api/")
    announce_stage.log()
    announce_stage.sign()
    records = announce_stage.records()
    for _ in range(3):
        records = announce_stage.invoke(records)
        assert len(records) == 2
        announce_stage.later(60)
    announce_stage.restart(SLACK_API_URL=f"{announce_stage.slack_url}/api/")
    announce_stage.deliver(records)
    assert len(announce_stage.posts()) == 2


@pytest.mark.parametrize("status", [500, 200, 403])
def test_an_answer_that_was_lost_is_not_posted_again(announce_stage: AnnounceStage, status: int) -> None:
    """Also where a proxy answered with a page of its own."""
    announce_stage.slack.fail("chat.postMessage", status=status, lost=True)
    announce_stage.log()
    assert announce_stage.deliver() == 2
    assert paid(announce_stage) == {"$125.00": 1}
    assert announce_stage.kept()[f"entry:{EID}:p1"]["ts"] == announce_stage.messages()[0].ts


def test_a_yes_that_does_not_say_where_is_a_yes(announce_stage: AnnounceStage) -> None:
    asked: list[str] = []

    async def short_of_words(scope: Scope, receive: Receive, send: Send) -> None:
        asked.append(scope["path"])
        await JSONResponse({"ok": True})(scope, receive, send)

    with listening(short_of_words, bind(0)) as url:
        announce_stage.restart(SLACK_API_URL=f"{url}/api/")
        announce_stage.log()
        records = announce_stage.records()
        assert announce_stage.invoke(records) == []
        assert announce_stage.invoke(records) == []
        announce_stage.void()
        assert announce_stage.deliver() == 1
    assert asked.count("/api/chat.postMessage") == 3, "payment, card and void"
    assert {item["state"] for item in announce_stage.kept().values()} == {"done"}


def test_a_correction_whose_answer_was_lost_is_found_in_its_thread(announce_stage: AnnounceStage) -> None:
    announce_stage.log()
    announce_stage.deliver()
    announce_stage.slack.fail("chat.postMessage", status=500, lost=True)
    announce_stage.void()
    assert announce_stage.deliver() == 2
    assert len(announce_stage.posts(replies=True)) == 1
    assert len(announce_stage.posts()) == 1


@pytest.mark.parametrize("error", ["missing_scope", "not_allowed_token_type", "no_permission", "unknown_method"])
def test_a_lost_answer_is_posted_twice_at_worst_where_the_history_may_not_be_read(
    announce_stage: AnnounceStage, error: str
) -> None:
    announce_stage.slack.fail("chat.postMessage", status=500, lost=True)
    announce_stage.slack.fail("conversations.history", error=error, times=2)
    announce_stage.log()
    announce_stage.deliver()
    assert paid(announce_stage) == {"$125.00": 2}


@pytest.mark.parametrize("fault", [{"status": 503}, {"status": 429, "retry_after": 90}])
def test_a_history_that_cannot_be_read_just_now_is_waited_for(
    announce_stage: AnnounceStage, fault: dict[str, Any]
) -> None:
    announce_stage.slack.fail("chat.postMessage", status=500, lost=True)
    announce_stage.slack.fail("conversations.history", **fault)
    announce_stage.log()
    assert announce_stage.deliver(wait=100.0) == 3
    assert paid(announce_stage) == {"$125.00": 1}


def test_a_slack_that_is_too_slow_to_answer_is_asked_whether_it_did(announce_stage: AnnounceStage) -> None:
    announce_stage.function.slack.timeout = 1
    announce_stage.slack.fail("chat.postMessage", delay=1.4)
    announce_stage.log()
    records = announce_stage.invoke(announce_stage.records())
    assert announce_stage.troubles == ["SlackUnavailable"]
    with announce_stage.slack.changing():
        pass  # the slow call holds no lock; it ends on its own
    announce_stage.await_posts(1)
    announce_stage.deliver(records)
    assert paid(announce_stage) == {"$125.00": 1}


def test_retry_after_is_kept_within_the_invocation_where_there_is_time(announce_stage: AnnounceStage) -> None:
    announce_stage.slack.fail("chat.postMessage", status=429, retry_after=30)
    announce_stage.log()
    before = announce_stage.clock.seconds
    assert announce_stage.deliver() == 1
    assert announce_stage.clock.seconds - before >= 30
    assert paid(announce_stage) == {"$125.00": 1}


def test_a_retry_after_that_is_no_number_is_a_short_wait(announce_stage: AnnounceStage) -> None:
    no_number: Any = "Sat, 23 May 2026 20:31:00 GMT"
    announce_stage.slack.fail("chat.postMessage", status=429, retry_after=no_number)
    announce_stage.log()
    assert announce_stage.deliver() == 1
    assert paid(announce_stage) == {"$125.00": 1}
    assert announce_stage.troubles == []


def test_a_retry_after_that_outlasts_the_invocation_is_left_to_the_next_one(announce_stage: AnnounceStage) -> None:
    announce_stage.slack.fail("chat.postMessage", status=429, retry_after=120)
    announce_stage.log()
    before = announce_stage.clock.seconds
    records = announce_stage.invoke(announce_stage.records())
    assert announce_stage.clock.seconds - before < TIMEOUT
    assert announce_stage.kept() == {}, "nothing was posted, so the claim is not in the next one's way"
    announce_stage.later(120)
    assert announce_stage.deliver(records) == 1
    assert paid(announce_stage) == {"$125.00": 1}


def test_slack_is_not_asked_again_before_the_seconds_that_it_named_are_over(announce_stage: AnnounceStage) -> None:
    announce_stage.slack.fail("chat.postMessage", status=429, retry_after=120)
    announce_stage.log()
    records = announce_stage.invoke(announce_stage.records())
    asked = announce_stage.asked("chat.postMessage")
    announce_stage.later(2)
    assert announce_stage.invoke(records) == records
    assert announce_stage.asked("chat.postMessage") == asked == 1
    announce_stage.later(120)
    announce_stage.deliver(records)
    assert paid(announce_stage) == {"$125.00": 1}


def test_a_channel_that_takes_no_posts_for_now_does_not_hold_up_another_one(announce_stage: AnnounceStage) -> None:
    announce_stage.slack.fail("chat.postMessage", status=429, retry_after=120)
    announce_stage.log()
    records = announce_stage.invoke(announce_stage.records())
    sunset = f"{EID[:10]}-captain-mia-sunset"
    announce_stage.put(a_row(sunset, channel="C0SUNSET"))
    announce_stage.log("p2", amount="25.00", eid=sunset)
    assert announce_stage.invoke(announce_stage.records()) == []
    assert (paid(announce_stage), paid(announce_stage, "C0SUNSET")) == ({}, {"$25.00": 1})
    announce_stage.later(120)
    announce_stage.deliver(records)
    assert paid(announce_stage) == {"$125.00": 1}


def test_a_card_that_no_channel_took_comes_with_the_next_payment_after_the_bot_is_invited(
    announce_stage: AnnounceStage,
) -> None:
    announce_stage.slack.fail("chat.postMessage", error="not_in_channel", times=4)
    announce_stage.log("p1", amount="100.00")
    assert announce_stage.deliver() == 1, "other events do not wait"
    assert (announce_stage.cards(), announce_stage.cards(OPS)) == ([], [])
    announce_stage.log("p2", amount="25.00")
    assert announce_stage.deliver() == 1
    (card,) = announce_stage.cards()
    assert "1 paid" in card


def test_a_channel_gets_one_post_a_second(announce_stage: AnnounceStage) -> None:
    for number in range(1, 9):
        announce_stage.log(f"p{number}", amount=f"{number}.00")
    assert announce_stage.deliver() == 1, "the strict Slack refuses a faster one"
    moments = [float(message.ts) for message in announce_stage.messages()]
    assert all(late - early >= 1 for early, late in itertools.pairwise(moments))
    assert announce_stage.troubles == []


def test_a_batch_that_is_too_long_for_one_invocation_goes_on_in_the_next(announce_stage: AnnounceStage) -> None:
    for number in range(1, 81):
        announce_stage.log(f"p{number}", amount=f"{number}.00")
    assert announce_stage.deliver(wait=0.0) == 2
    assert paid(announce_stage) == {f"${number}.00": 1 for number in range(1, 81)}
    assert set(announce_stage.troubles) == {"OutOfTime", "BlockedByEarlier"}


def test_a_function_with_the_usual_three_seconds_goes_on_bit_by_bit(
    announce_stage: AnnounceStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.announce.process.TIMEOUT", 3.0)
    for number in (1, 2, 3):
        announce_stage.log(f"p{number}", amount=f"{number}.00")
    announce_stage.deliver()
    assert paid(announce_stage) == {f"${number}.00": 1 for number in (1, 2, 3)}
    assert len(announce_stage.cards()) == 1


def test_people_who_were_deactivated_are_named_as_before(announce_stage: AnnounceStage) -> None:
    """Check that the name in the profile is used: Slack gives no other one then."""
    announce_stage.slack.people["U0DANA"] = replace(announce_stage.slack.people["U0DANA"], deleted=True)
    announce_stage.log(amount="100.00")
    announce_stage.deliver()
    assert announce_stage.posts() == [
        "💵 Dave Kowalski paid $100.00 by cash · $25.00 to pay · logged by Dana Reyes · Captain Cory, afternoon"
    ]
