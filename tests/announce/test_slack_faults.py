"""Faults of Slack: each entry is announced all the same, and as a rule once (docs/adr/0015)."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from starlette.responses import JSONResponse

from devkit.listen import bind, listening
from tests.announce.harbour import paid
from tests.announce.process import TIMEOUT
from tests.builders import EID

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from tests.announce.harbour import Harbour


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
    harbour: Harbour, fault: dict[str, Any]
) -> None:
    harbour.slack.fail("chat.postMessage", **fault, times=3)
    harbour.log("p1", amount="100.00")
    harbour.log("p2", amount="25.00")
    assert harbour.deliver() == 4
    assert paid(harbour) == {"$100.00": 1, "$25.00": 1}
    assert list(paid(harbour)) == ["$100.00", "$25.00"], "in the order in which they were logged"
    assert set(harbour.troubles) == {"SlackUnavailable", "BlockedByEarlier"}


def test_when_slack_does_not_listen_at_all_nothing_is_lost(harbour: Harbour) -> None:
    harbour.restart(SLACK_API_URL="http://127.0.0.1:9/api/")
    harbour.log()
    harbour.sign()
    records = harbour.records()
    for _ in range(3):
        records = harbour.invoke(records)
        assert len(records) == 2
        harbour.later(60)
    harbour.restart(SLACK_API_URL=f"{harbour.slack_url}/api/")
    harbour.deliver(records)
    assert len(harbour.posts()) == 2


@pytest.mark.parametrize("status", [500, 200, 403])
def test_an_answer_that_was_lost_is_not_posted_again(harbour: Harbour, status: int) -> None:
    """Also where a proxy answered with a page of its own."""
    harbour.slack.fail("chat.postMessage", status=status, lost=True)
    harbour.log()
    assert harbour.deliver() == 2
    assert paid(harbour) == {"$125.00": 1}
    assert harbour.kept()[f"entry:{EID}:p1"]["ts"] == harbour.messages()[0].ts


def test_a_yes_that_does_not_say_where_is_a_yes(harbour: Harbour) -> None:
    asked: list[str] = []

    async def short_of_words(scope: Scope, receive: Receive, send: Send) -> None:
        asked.append(scope["path"])
        await JSONResponse({"ok": True})(scope, receive, send)

    with listening(short_of_words, bind(0)) as url:
        harbour.restart(SLACK_API_URL=f"{url}/api/")
        harbour.log()
        records = harbour.records()
        assert harbour.invoke(records) == []
        assert harbour.invoke(records) == []
        harbour.void()
        assert harbour.deliver() == 1
    assert asked.count("/api/chat.postMessage") == 3, "payment, card and void"
    assert {item["state"] for item in harbour.kept().values()} == {"done"}


def test_a_correction_whose_answer_was_lost_is_found_in_its_thread(harbour: Harbour) -> None:
    harbour.log()
    harbour.deliver()
    harbour.slack.fail("chat.postMessage", status=500, lost=True)
    harbour.void()
    assert harbour.deliver() == 2
    assert len(harbour.posts(replies=True)) == 1
    assert len(harbour.posts()) == 1


@pytest.mark.parametrize("error", ["missing_scope", "not_allowed_token_type", "no_permission", "unknown_method"])
def test_a_lost_answer_is_posted_twice_at_worst_where_the_history_may_not_be_read(harbour: Harbour, error: str) -> None:
    harbour.slack.fail("chat.postMessage", status=500, lost=True)
    harbour.slack.fail("conversations.history", error=error, times=2)
    harbour.log()
    harbour.deliver()
    assert paid(harbour) == {"$125.00": 2}


@pytest.mark.parametrize("fault", [{"status": 503}, {"status": 429, "retry_after": 300}])
def test_a_history_that_cannot_be_read_just_now_is_waited_for(harbour: Harbour, fault: dict[str, Any]) -> None:
    harbour.slack.fail("chat.postMessage", status=500, lost=True)
    harbour.slack.fail("conversations.history", **fault)
    harbour.log()
    assert harbour.deliver() == 3
    assert paid(harbour) == {"$125.00": 1}


def test_a_slack_that_is_too_slow_to_answer_is_asked_whether_it_did(harbour: Harbour) -> None:
    harbour.function.slack.timeout = 1
    harbour.slack.fail("chat.postMessage", delay=1.4)
    harbour.log()
    records = harbour.invoke(harbour.records())
    assert harbour.troubles == ["SlackUnavailable"]
    with harbour.slack.changing():
        pass  # the slow call holds no lock; it ends on its own
    harbour.await_posts(1)
    harbour.deliver(records)
    assert paid(harbour) == {"$125.00": 1}


def test_retry_after_is_kept_within_the_invocation_where_there_is_time(harbour: Harbour) -> None:
    harbour.slack.fail("chat.postMessage", status=429, retry_after=30)
    harbour.log()
    before = harbour.clock.seconds
    assert harbour.deliver() == 1
    assert harbour.clock.seconds - before >= 30
    assert paid(harbour) == {"$125.00": 1}


def test_a_retry_after_that_is_no_number_is_a_short_wait(harbour: Harbour) -> None:
    no_number: Any = "Sat, 23 May 2026 20:31:00 GMT"
    harbour.slack.fail("chat.postMessage", status=429, retry_after=no_number)
    harbour.log()
    assert harbour.deliver() == 1
    assert paid(harbour) == {"$125.00": 1}
    assert harbour.troubles == []


def test_a_retry_after_that_outlasts_the_invocation_is_left_to_the_next_one(harbour: Harbour) -> None:
    harbour.slack.fail("chat.postMessage", status=429, retry_after=120)
    harbour.log()
    before = harbour.clock.seconds
    records = harbour.invoke(harbour.records())
    assert harbour.clock.seconds - before < TIMEOUT
    assert harbour.kept() == {}, "nothing was posted, so the claim is not in the next one's way"
    harbour.later(120)
    assert harbour.deliver(records) == 1
    assert paid(harbour) == {"$125.00": 1}


def test_a_channel_gets_one_post_a_second(harbour: Harbour) -> None:
    for number in range(1, 9):
        harbour.log(f"p{number}", amount=f"{number}.00")
    assert harbour.deliver() == 1, "the strict Slack refuses a faster one"
    moments = [float(message.ts) for message in harbour.messages()]
    assert all(late - early >= 1 for early, late in itertools.pairwise(moments))
    assert harbour.troubles == []


def test_a_batch_that_is_too_long_for_one_invocation_goes_on_in_the_next(harbour: Harbour) -> None:
    for number in range(1, 81):
        harbour.log(f"p{number}", amount=f"{number}.00")
    assert harbour.deliver(wait=0.0) == 2
    assert paid(harbour) == {f"${number}.00": 1 for number in range(1, 81)}
    assert set(harbour.troubles) == {"OutOfTime", "BlockedByEarlier"}


def test_a_function_with_the_usual_three_seconds_goes_on_bit_by_bit(
    harbour: Harbour, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.announce.process.TIMEOUT", 3.0)
    for number in (1, 2, 3):
        harbour.log(f"p{number}", amount=f"{number}.00")
    harbour.deliver()
    assert paid(harbour) == {f"${number}.00": 1 for number in (1, 2, 3)}
    assert len(harbour.cards()) == 1


def test_people_who_were_deactivated_are_named_as_before(harbour: Harbour) -> None:
    """Slack says their name in their profile alone then."""
    harbour.slack.people["U0DANA"] = replace(harbour.slack.people["U0DANA"], deleted=True)
    harbour.log(amount="100.00")
    harbour.deliver()
    assert harbour.posts() == [
        "💵 Dave Kowalski paid $100.00 by cash · $25.00 to pay · logged by Dana Reyes · Captain Cory, afternoon"
    ]
