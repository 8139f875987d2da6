"""Changes that were never announced are found and announced: late, marked as late, and once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.announce.harbour import paid
from tests.announce.process import Invocation
from tests.builders import EID, a_row

if TYPE_CHECKING:
    from tests.announce.harbour import Harbour

HOUR = 3600.0
OTHER = "2026-06-06-captain-mia-evening"


def sweep(harbour: Harbour, kind: str = "late") -> dict[str, Any]:
    """One run, as the schedule or the command orders it."""
    answer: dict[str, Any] = harbour.function.lambda_handler({"sweep": kind}, Invocation(harbour.clock))
    return answer


def lost(harbour: Harbour, *, hours: float) -> None:
    """An outage that outlasts the stream: its records are gone."""
    harbour.records()
    harbour.later(hours * HOUR)


def test_what_is_older_than_a_day_becomes_one_line_for_each_event(harbour: Harbour) -> None:
    harbour.put(a_row(OTHER, channel="C0CORY", title="Mia, evening"))
    harbour.log("p1", amount="100.00")
    harbour.log("p2", "ana", "250.00")
    harbour.sign("s1", name="Somebody Else", patron_id=None)
    harbour.log("p3", "dave", "125.00", eid=OTHER)
    lost(harbour, hours=60)

    answer = sweep(harbour)

    mine, other = sorted(harbour.posts())
    assert mine.startswith(
        "🕰 Late, from Fri May 22, 11:00 AM to Sat May 23, 1:30 PM: 1 signature, 2 payments ($350.00 in"
    )
    assert mine.endswith("· Captain Cory, afternoon")
    assert "1 payment ($125.00)" in other
    assert other.endswith("· Mia, evening")
    assert answer["announced"] == 4
    (card,) = harbour.cards()
    assert "1 paid" in card, "the card of the trip that is still to come is brought up to date"


def test_the_next_runs_announce_nothing_again(harbour: Harbour) -> None:
    harbour.log("p1", amount="100.00")
    lost(harbour, hours=60)
    sweep(harbour)
    before = harbour.posts()

    for kind in ("late", "now", "late"):
        harbour.restart()
        harbour.later(6 * HOUR)
        assert sweep(harbour, kind)["announced"] == 0

    assert harbour.posts() == before


def test_what_the_stream_announced_is_not_announced_by_a_sweep(harbour: Harbour) -> None:
    harbour.log("p1", amount="100.00")
    harbour.sign("s1")
    harbour.deliver()
    before = harbour.posts()
    harbour.later(60 * HOUR)

    assert sweep(harbour)["announced"] == 0
    assert harbour.posts() == before


def test_what_the_stream_may_still_announce_is_left_to_it(harbour: Harbour) -> None:
    harbour.log("p1", amount="100.00")
    harbour.later(19 * HOUR)

    sweep(harbour)

    assert harbour.posts() == []


def test_what_is_younger_than_a_day_is_announced_by_itself_and_says_that_it_is_late(harbour: Harbour) -> None:
    harbour.log("p1", amount="100.00")
    lost(harbour, hours=22)

    sweep(harbour)

    (line,) = harbour.posts()
    assert "Dave Kowalski paid $100.00" in line
    assert "Late: this is from Sat May 23" in line


def test_a_void_that_was_never_announced_strikes_the_payments_post(harbour: Harbour) -> None:
    harbour.log("p1", amount="100.00")
    harbour.deliver()
    harbour.void("p1")
    lost(harbour, hours=60)

    sweep(harbour)

    (line,) = harbour.posts()
    assert "voided by" in line
    (reply,) = harbour.posts(replies=True)
    assert "Late: this is from" in reply


def test_a_void_of_a_payment_in_the_line_strikes_nothing(harbour: Harbour) -> None:
    harbour.log("p1", amount="100.00")
    lost(harbour, hours=60)
    sweep(harbour)
    harbour.void("p1")
    harbour.deliver()

    first, second = harbour.posts()
    assert "1 payment ($100.00)" in first
    assert "voided" in second


def test_slack_that_is_down_again_loses_nothing(harbour: Harbour) -> None:
    harbour.log("p1", amount="100.00")
    lost(harbour, hours=60)
    harbour.slack.fail("chat.postMessage", status=503)

    assert sweep(harbour)["failed"] == 1
    assert harbour.posts() == []
    assert sweep(harbour)["announced"] == 1
    assert len(harbour.posts()) == 1


def test_an_answer_of_slacks_that_is_lost_leaves_one_line_also_where_more_is_old_by_then(harbour: Harbour) -> None:
    harbour.log("p1", amount="10.00")
    harbour.log("p2", amount="20.00")
    harbour.later(10 * HOUR)
    harbour.log("p3", amount="40.00")
    lost(harbour, hours=20)
    harbour.slack.fail("chat.postMessage", status=500, lost=True)
    assert sweep(harbour)["failed"] == 1
    harbour.later(24 * HOUR)

    sweep(harbour)

    first, second = harbour.posts()
    assert "2 payments ($30.00 in all)" in first
    assert "1 payment ($40.00)" in second
    harbour.later(HOUR)
    assert sweep(harbour)["announced"] == 0


def test_what_the_stream_posted_without_learning_of_it_is_not_in_the_line(harbour: Harbour) -> None:
    harbour.log("p1", amount="10.00")
    harbour.slack.fail("chat.postMessage", status=500, lost=True)
    harbour.invoke(harbour.records())
    assert len(harbour.posts()) == 1
    harbour.log("p2", amount="20.00")
    lost(harbour, hours=60)

    sweep(harbour)

    assert len(harbour.posts()) == 2
    assert "1 payment ($20.00)" in harbour.posts()[1]


@pytest.mark.parametrize("operation", ["PutItem", "Scan", "GetItem", "Query"])
def test_a_throttled_table_only_delays(harbour: Harbour, operation: str) -> None:
    harbour.log("p1", amount="10.00")
    lost(harbour, hours=60)
    harbour.faults.fail_next(operation, throttle=True, times=2)

    sweep(harbour)
    harbour.later(HOUR)
    sweep(harbour)

    assert len(harbour.posts()) == 1


@pytest.mark.parametrize("step", ["claim", "done"])
def test_a_run_that_dies_leaves_one_line(harbour: Harbour, step: str) -> None:
    for number in range(4):
        harbour.log(f"p{number}", amount="10.00")
    lost(harbour, hours=60)
    with harbour.dying("posted", step, after=True, call=2):
        sweep(harbour)
    harbour.later(HOUR)

    sweep(harbour)

    assert len(harbour.posts()) == 1
    assert "4 payments ($40.00 in all)" in harbour.posts()[0]
    harbour.later(HOUR)
    assert sweep(harbour)["announced"] == 0


def test_one_odd_event_holds_up_no_other(harbour: Harbour) -> None:
    harbour.put({**a_row(EID, channel="C0CORY"), "eid": "summer-party", "starts_at": "never"})
    harbour.put(a_row(OTHER, channel="C0NOWHERE", title="<!channel> *Mia*"))
    harbour.log("p1", amount="100.00")
    harbour.log("p3", amount="125.00", eid=OTHER)
    lost(harbour, hours=60)

    sweep(harbour)

    assert len(harbour.posts()) == 1
    assert harbour.slack.pings == []


def test_what_is_a_month_old_is_no_news(harbour: Harbour) -> None:
    harbour.log("p1", amount="100.00")
    lost(harbour, hours=32 * 24)

    assert sweep(harbour)["announced"] == 0
    assert paid(harbour) == {}


def test_too_little_time_leaves_the_rest_to_the_next_run(harbour: Harbour, monkeypatch: pytest.MonkeyPatch) -> None:
    harbour.log("p1", amount="100.00")
    lost(harbour, hours=60)
    monkeypatch.setattr(Invocation, "get_remaining_time_in_millis", lambda _self: 3000)
    assert sweep(harbour)["announced"] == 0
    monkeypatch.undo()

    assert harbour.function.lambda_handler({"sweep": "late"}, Invocation(harbour.clock))["announced"] == 1


def test_mail_alone_announces_nothing_late(harbour: Harbour) -> None:
    harbour.restart(ANNOUNCE_BY="mail", NOTIFY_EMAIL_TO=None)
    assert sweep(harbour) == {}
