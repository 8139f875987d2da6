"""Each entry is announced once, also if the process dies or a table fails at any point (docs/adr/0015).

`tests/histories/` does the same with random faults, also of Slack and of mail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.announce.process import TIMEOUT
from tests.announce.stage import paid

if TYPE_CHECKING:
    from tests.announce.stage import AnnounceStage


# The table of announcements


@pytest.mark.parametrize("operation", ["PutItem", "GetItem"])
def test_when_the_table_throttles_each_payment_is_announced_once_in_the_end(
    announce_stage: AnnounceStage, operation: str
) -> None:
    announce_stage.faults.fail_next(operation, throttle=True, times=5)
    announce_stage.log()
    announce_stage.deliver(wait=TIMEOUT)
    assert paid(announce_stage) == {"$125.00": 1}
    assert len(announce_stage.cards()) == 1


def test_a_claim_whose_answer_was_lost_is_known_again(announce_stage: AnnounceStage) -> None:
    announce_stage.faults.fail_next("PutItem", drop_answer=True)
    announce_stage.log()
    assert announce_stage.deliver() == 1, "the SDK's second try meets its own first one"
    assert paid(announce_stage) == {"$125.00": 1}


def test_a_post_that_could_not_be_written_down_is_found_again(announce_stage: AnnounceStage) -> None:
    announce_stage.log()
    records = announce_stage.records()
    with announce_stage.failing_after("posted.claim", operation="PutItem", throttle=True, times=2):
        records = announce_stage.invoke(records)
    assert announce_stage.troubles == ["TableUnavailable"]
    assert announce_stage.invoke(records) == records, "it is in hand until the process must have ended"
    announce_stage.deliver(records)
    assert paid(announce_stage) == {"$125.00": 1}


# The process dies

DEATHS = {
    "before the claim": ("posted", "claim", False),
    "after the claim": ("posted", "claim", True),
    "before the post": ("poster", "post", False),
    "after the post": ("poster", "post", True),
    "before the bookkeeping": ("posted", "done", False),
    "after the bookkeeping": ("posted", "done", True),
}


@pytest.mark.parametrize("death", DEATHS)
@pytest.mark.parametrize("call", [1, 2, 3])
def test_wherever_the_process_dies_each_payment_is_announced_once(
    announce_stage: AnnounceStage, death: str, call: int
) -> None:
    """Calls 1 and 2 are of the payments, 3 is of the card."""
    what, method, after = DEATHS[death]
    announce_stage.log("p1", amount="100.00")
    announce_stage.log("p2", amount="25.00")
    records = announce_stage.records()
    with announce_stage.dying(what, method, after=after, call=call):
        announce_stage.invoke(records)
    announce_stage.deliver(records)
    assert paid(announce_stage) == {"$100.00": 1, "$25.00": 1}
    assert len(announce_stage.cards()) == 1
    assert {item["state"] for item in announce_stage.kept().values()} == {"done"}


@pytest.mark.parametrize("death", [*DEATHS, "after the strike"])
def test_wherever_the_process_dies_a_correction_is_announced_once(announce_stage: AnnounceStage, death: str) -> None:
    what, method, after = DEATHS.get(death, ("poster", "update", True))
    announce_stage.log()
    announce_stage.deliver()
    announce_stage.void()
    records = announce_stage.records()
    with announce_stage.dying(what, method, after=after):
        announce_stage.invoke(records)
    announce_stage.deliver(records)
    assert [line.split(" · ")[1] for line in announce_stage.posts()] == ["voided by Olivia Park"]
    assert len(announce_stage.posts(replies=True)) == 1


def test_a_claim_left_by_a_dead_process_is_taken_over_when_that_must_have_ended_and_not_before(
    announce_stage: AnnounceStage,
) -> None:
    announce_stage.log()
    records = announce_stage.records()
    with announce_stage.dying("posted", "claim", after=True):
        announce_stage.invoke(records)
    announce_stage.later(TIMEOUT - 1)
    assert announce_stage.invoke(records) == records
    assert announce_stage.troubles == ["InHand"]
    assert announce_stage.posts() == []
    announce_stage.later(10)
    assert announce_stage.deliver(records) == 1
    assert paid(announce_stage) == {"$125.00": 1}


def test_who_wakes_up_after_the_claim_was_taken_over_changes_nothing_that_is_kept(
    announce_stage: AnnounceStage,
) -> None:
    announce_stage.log()
    records = announce_stage.records()
    slow = announce_stage.function
    with announce_stage.dying("posted", "claim", after=True):
        announce_stage.invoke(records)
    announce_stage.deliver(records)
    before = announce_stage.kept()
    held = next(iter(slow.posted._held))
    slow.posted.done(held, slow.posted.find(held), until=announce_stage.clock.now())
    assert announce_stage.kept() == before
