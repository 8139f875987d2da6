"""Slack's long faults affect the product as they are drawn, and the promises for them are checked."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from tests.histories.__main__ import quietly
from tests.histories.fault_injection import SLACK, Fault
from tests.histories.long_faults import CHANNELS, CLOSED, OPEN, POST, RATE_LIMITED, TO_THE_END, UPDATE, LongFault, drawn
from tests.histories.mutants import MUTANTS
from tests.histories.steps import Step

if TYPE_CHECKING:
    from tests.histories.boat import Harness
    from tests.histories.playing import Played

CORY, OFFICE = CHANNELS[0], CHANNELS[-1]


def played(harness: Harness, *steps: Step) -> Played:
    """Play these steps."""
    return quietly(harness, "long", steps)


def paid(harness: Harness, channel: str) -> int:
    """Return how many posts of a channel are about a payment."""
    assert harness.boat is not None
    posts = harness.boat.slack.board.posts
    return sum(post.channel == channel and " paid $" in post.text for post in posts)


def announce(number: int, *, long: LongFault | None = None, faults: tuple[Fault, ...] = ()) -> Step:
    """Return a step in which both readers take the next records."""
    return Step(number, "announce", picks=(1, 0, 0, 0, 0, 0), long=long, faults=faults)


@pytest.mark.parametrize("error", CLOSED)
def test_while_a_channel_is_closed_its_payments_are_posted_in_the_offices(harness: Harness, error: str) -> None:
    closed = LongFault(error, TO_THE_END, (CORY,))
    found = played(harness, Step(0, "log"), announce(2, long=closed))
    assert found.faults == []
    assert found.met[f"{POST} {error}"] > 0
    assert (paid(harness, CORY), paid(harness, OFFICE)) == (0, 1)


def test_a_closed_channel_is_open_again_when_its_time_is_over(harness: Harness) -> None:
    closed = LongFault(CLOSED[0], 60, (CORY,))
    minute = Step(2, "time_passes", picks=(1, 0, 0, 0, 0, 0))
    found = played(harness, Step(0, "log", long=closed), minute, announce(4))
    assert (found.faults, found.met.total()) == ([], 0)
    assert (paid(harness, CORY), paid(harness, OFFICE)) == (1, 0)


def test_a_doubtful_post_in_a_channel_that_was_closed_meanwhile_may_be_posted_again(harness: Harness) -> None:
    lost = Fault(SLACK, 1, "lost")
    closed = LongFault("not_in_channel", TO_THE_END, (CORY,))
    found = played(harness, Step(0, "log"), announce(2, faults=(lost,)), announce(4, long=closed))
    assert found.faults == []
    assert (paid(harness, CORY), paid(harness, OFFICE)) == (1, 1)


def test_a_doubtful_post_in_a_channel_that_was_archived_meanwhile_is_found(harness: Harness) -> None:
    lost = Fault(SLACK, 1, "lost")
    closed = LongFault("is_archived", TO_THE_END, (CORY,))
    found = played(harness, Step(0, "log"), announce(2, faults=(lost,)), announce(4, long=closed))
    assert found.faults == []
    assert (paid(harness, CORY), paid(harness, OFFICE)) == (1, 0)


@pytest.mark.parametrize("seconds", [30.0, 900.0])
def test_a_rate_limit_of_posts_is_waited_for_here_or_before_the_next_try(harness: Harness, seconds: float) -> None:
    limit = LongFault(RATE_LIMITED, seconds, (CORY,), POST)
    found = played(harness, Step(0, "log"), announce(2, long=limit))
    assert found.faults == []
    assert found.met[f"{POST} {RATE_LIMITED}"] > 0
    assert (paid(harness, CORY), paid(harness, OFFICE)) == (1, 0)


def test_a_rate_limit_of_forms_is_reported(harness: Harness) -> None:
    step = Step(0, "log", long=LongFault(RATE_LIMITED, 900, method=OPEN))
    assert played(harness, step).faults == []
    with MUTANTS["nobody_reads_that_slack_opened_no_form"]():
        found = played(harness, step)
    assert "a form did not open, and nobody was notified" in found.faults[0]
    assert found.met[f"{OPEN} {RATE_LIMITED}"] == 1


def test_every_long_fault_is_drawn() -> None:
    chance = random.Random("drawn")  # noqa: S311 - a fixed choice
    faults = [drawn(chance) for _ in range(200)]
    assert {fault.error for fault in faults} == {*CLOSED, RATE_LIMITED}
    assert {fault.method for fault in faults} == {"", POST, OPEN, UPDATE}
    assert {fault.seconds for fault in faults if fault.error == RATE_LIMITED} == {30, 45, 120, 900}
    assert all(fault.channels for fault in faults if not fault.method.startswith("views."))
    assert str(LongFault("is_archived", TO_THE_END, (CORY,))) == f"is_archived at {CORY} to the end"
