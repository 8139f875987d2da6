"""Changes that were never announced are found and announced: late, marked as late, and once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from devkit.slack.people import BOT_USER_ID
from tests.announce.process import Invocation, sweep
from tests.announce.stage import OPS, paid
from tests.builders import EID, a_row

if TYPE_CHECKING:
    from devkit.slack.people import Channel
    from tests.announce.stage import AnnounceStage

HOUR = 3600.0
OTHER = "2026-06-06-captain-mia-evening"


def lost(announce_stage: AnnounceStage, *, hours: float) -> None:
    """Simulate an outage that outlasts the stream: its records are gone."""
    announce_stage.records()
    announce_stage.later(hours * HOUR)


def close_channels(announce_stage: AnnounceStage) -> dict[str, Channel]:
    """Remove the bot from the event's channel and the office's. Return the channels as they were."""
    before = {name: announce_stage.slack.channels[name] for name in ("C0CORY", OPS)}
    for name, channel in before.items():
        announce_stage.slack.channels[name] = replace(channel, members=channel.members - {BOT_USER_ID})
    return before


def test_what_is_older_than_a_day_becomes_one_line_for_each_event(announce_stage: AnnounceStage) -> None:
    announce_stage.put(a_row(OTHER, channel="C0CORY", title="Mia, evening"))
    announce_stage.log("p1", amount="100.00")
    announce_stage.log("p2", "ana", "250.00")
    announce_stage.sign("s1", name="Somebody Else", patron_id=None)
    announce_stage.log("p3", "dave", "125.00", eid=OTHER)
    lost(announce_stage, hours=60)

    answer = sweep(announce_stage)

    mine, other = sorted(announce_stage.posts())
    assert mine.startswith(
        "🕰 Late, from Fri May 22, 11:00 AM to Sat May 23, 1:30 PM: 1 signature, 2 payments ($350.00 in"
    )
    assert mine.endswith("· Captain Cory, afternoon")
    assert "1 payment ($125.00)" in other
    assert other.endswith("· Mia, evening")
    assert answer["announced"] == 4
    (card,) = announce_stage.cards()
    assert "1 paid" in card, "the card of the trip that is still to come is brought up to date"


def test_the_next_runs_announce_nothing_again(announce_stage: AnnounceStage) -> None:
    announce_stage.log("p1", amount="100.00")
    lost(announce_stage, hours=60)
    sweep(announce_stage)
    before = announce_stage.posts()

    for kind in ("late", "now", "late"):
        announce_stage.restart()
        announce_stage.later(6 * HOUR)
        assert sweep(announce_stage, kind)["announced"] == 0

    assert announce_stage.posts() == before


def test_what_the_stream_announced_is_not_announced_by_a_sweep(announce_stage: AnnounceStage) -> None:
    announce_stage.log("p1", amount="100.00")
    announce_stage.sign("s1")
    announce_stage.deliver()
    before = announce_stage.posts()
    announce_stage.later(60 * HOUR)

    assert sweep(announce_stage)["announced"] == 0
    assert announce_stage.posts() == before


def test_what_the_stream_may_still_announce_is_left_to_it(announce_stage: AnnounceStage) -> None:
    announce_stage.log("p1", amount="100.00")
    announce_stage.later(19 * HOUR)

    sweep(announce_stage)

    assert announce_stage.posts() == []


def test_what_is_younger_than_a_day_is_announced_by_itself_and_says_that_it_is_late(
    announce_stage: AnnounceStage,
) -> None:
    announce_stage.log("p1", amount="100.00")
    lost(announce_stage, hours=22)

    sweep(announce_stage)

    (line,) = announce_stage.posts()
    assert "Dave Kowalski paid $100.00" in line
    assert "Late: this is from Sat May 23" in line


def test_a_void_that_was_never_announced_strikes_the_payments_post(announce_stage: AnnounceStage) -> None:
    announce_stage.log("p1", amount="100.00")
    announce_stage.deliver()
    announce_stage.void("p1")
    lost(announce_stage, hours=60)

    sweep(announce_stage)

    (line,) = announce_stage.posts()
    assert "voided by" in line
    (reply,) = announce_stage.posts(replies=True)
    assert "Late: this is from" in reply


def test_a_void_of_a_payment_in_the_line_strikes_nothing(announce_stage: AnnounceStage) -> None:
    announce_stage.log("p1", amount="100.00")
    lost(announce_stage, hours=60)
    sweep(announce_stage)
    announce_stage.void("p1")
    announce_stage.deliver()

    first, second = announce_stage.posts()
    assert "1 payment ($100.00)" in first
    assert "voided" in second


def test_slack_that_is_down_again_loses_nothing(announce_stage: AnnounceStage) -> None:
    announce_stage.log("p1", amount="100.00")
    lost(announce_stage, hours=60)
    announce_stage.slack.fail("chat.postMessage", status=503)

    assert sweep(announce_stage)["failed"] == 1
    assert announce_stage.posts() == []
    assert sweep(announce_stage)["announced"] == 1
    assert len(announce_stage.posts()) == 1


def test_an_answer_of_slacks_that_is_lost_leaves_one_line_also_where_more_is_old_by_then(
    announce_stage: AnnounceStage,
) -> None:
    announce_stage.log("p1", amount="10.00")
    announce_stage.log("p2", amount="20.00")
    announce_stage.later(10 * HOUR)
    announce_stage.log("p3", amount="40.00")
    lost(announce_stage, hours=20)
    announce_stage.slack.fail("chat.postMessage", status=500, lost=True)
    assert sweep(announce_stage)["failed"] == 1
    announce_stage.later(24 * HOUR)

    sweep(announce_stage)

    first, second = announce_stage.posts()
    assert "2 payments ($30.00 in all)" in first
    assert "1 payment ($40.00)" in second
    announce_stage.later(HOUR)
    assert sweep(announce_stage)["announced"] == 0


def test_what_the_stream_posted_without_learning_of_it_is_not_in_the_line(announce_stage: AnnounceStage) -> None:
    announce_stage.log("p1", amount="10.00")
    announce_stage.slack.fail("chat.postMessage", status=500, lost=True)
    announce_stage.invoke(announce_stage.records())
    assert len(announce_stage.posts()) == 1
    announce_stage.log("p2", amount="20.00")
    lost(announce_stage, hours=60)

    sweep(announce_stage)

    assert len(announce_stage.posts()) == 2
    assert "1 payment ($20.00)" in announce_stage.posts()[1]


def test_what_no_channel_took_is_announced_late_once_the_bot_is_invited(announce_stage: AnnounceStage) -> None:
    open_channels = close_channels(announce_stage)
    announce_stage.log("p1", amount="100.00")
    announce_stage.sign("s1", name="Somebody Else", patron_id=None)
    assert announce_stage.deliver() == 1, "other events do not wait"
    assert announce_stage.counted("NoChannel")
    announce_stage.later(22 * HOUR)
    answer = sweep(announce_stage)
    assert (answer["announced"], answer["failed"]) == (0, 1), "nothing is reported as announced that nobody reads"

    announce_stage.slack.channels.update(open_channels)
    answer = sweep(announce_stage)

    assert (answer["announced"], answer["failed"]) == (2, 0)
    assert paid(announce_stage) == {"$100.00": 1}
    assert len(announce_stage.posts()) == 2
    assert sweep(announce_stage)["announced"] == 0


@pytest.mark.parametrize("operation", ["PutItem", "Scan", "GetItem", "Query"])
def test_a_throttled_table_only_delays(announce_stage: AnnounceStage, operation: str) -> None:
    announce_stage.log("p1", amount="10.00")
    lost(announce_stage, hours=60)
    announce_stage.faults.fail_next(operation, throttle=True, times=2)

    sweep(announce_stage)
    announce_stage.later(HOUR)
    sweep(announce_stage)

    assert len(announce_stage.posts()) == 1


@pytest.mark.parametrize("step", ["claim", "done"])
def test_a_run_that_dies_leaves_one_line(announce_stage: AnnounceStage, step: str) -> None:
    for number in range(4):
        announce_stage.log(f"p{number}", amount="10.00")
    lost(announce_stage, hours=60)
    with announce_stage.dying("posted", step, after=True, call=2):
        sweep(announce_stage)
    announce_stage.later(HOUR)

    sweep(announce_stage)

    assert len(announce_stage.posts()) == 1
    assert "4 payments ($40.00 in all)" in announce_stage.posts()[0]
    announce_stage.later(HOUR)
    assert sweep(announce_stage)["announced"] == 0


def test_one_odd_event_holds_up_no_other(announce_stage: AnnounceStage) -> None:
    announce_stage.put({**a_row(EID, channel="C0CORY"), "eid": "summer-party", "starts_at": "never"})
    announce_stage.put(a_row(OTHER, channel="C0NOWHERE", title="<!channel> *Mia*"))
    announce_stage.log("p1", amount="100.00")
    announce_stage.log("p3", amount="125.00", eid=OTHER)
    lost(announce_stage, hours=60)

    sweep(announce_stage)

    assert len(announce_stage.posts()) == 1
    assert announce_stage.slack.pings == []


def test_what_is_a_month_old_is_no_news(announce_stage: AnnounceStage) -> None:
    announce_stage.log("p1", amount="100.00")
    lost(announce_stage, hours=32 * 24)

    assert sweep(announce_stage)["announced"] == 0
    assert paid(announce_stage) == {}


def test_too_little_time_leaves_the_rest_to_the_next_run(
    announce_stage: AnnounceStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    announce_stage.log("p1", amount="100.00")
    lost(announce_stage, hours=60)
    monkeypatch.setattr(Invocation, "get_remaining_time_in_millis", lambda _self: 3000)
    assert sweep(announce_stage)["announced"] == 0
    monkeypatch.undo()

    assert announce_stage.function.lambda_handler({"sweep": "late"}, Invocation(announce_stage.clock))["announced"] == 1


def test_mail_alone_announces_nothing_late(announce_stage: AnnounceStage) -> None:
    announce_stage.restart(ANNOUNCE_BY="mail", NOTIFY_EMAIL_TO=None)
    assert sweep(announce_stage) == {}
