"""Each entry is announced once, at whatever point the process dies or a table fails, also at random (docs/adr/0015)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.announce.process import TIMEOUT
from tests.announce.stage import paid
from tests.builders import a_row

if TYPE_CHECKING:
    from tests.announce.stage import AnnounceStage

OTHER = "2026-05-24-sunset"


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


# All of it at random

TROUBLES = st.one_of(
    st.sampled_from(
        [
            ("slack", {"status": 500}),
            ("slack", {"status": 500, "lost": True}),
            ("slack", {"status": 429, "retry_after": 5}),
            ("slack", {"status": 429, "retry_after": 300}),
            ("slack", {"error": "not_in_channel"}),
            ("table", {"throttle": True, "times": 2}),
            ("table", {"drop_answer": True}),
            ("twice", {}),
        ]
    ),
    st.tuples(st.just("death"), st.tuples(st.sampled_from(sorted(DEATHS)), st.integers(1, 4))),
)


@given(
    deeds=st.lists(st.sampled_from(["pay", "pay", "sign", "void", "deliver"]), min_size=1, max_size=6),
    troubles=st.lists(TROUBLES, max_size=5),
)
@settings(
    max_examples=25,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # shrinking takes minutes, and the examples are small
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_after_any_fault_all_is_announced_at_least_once_and_never_twice_where_slack_can_be_searched(
    bare_announce_stage: AnnounceStage, deeds: list[str], troubles: list[tuple[str, Any]]
) -> None:
    announce_stage = bare_announce_stage.anew()
    announce_stage.put(a_row())
    announce_stage.records()
    pending: list[dict[str, Any]] = []
    paid_until_now: list[str] = []
    voided, signed = 0, 0
    for deed in [*deeds, "deliver"]:
        if deed == "pay":
            paid_until_now.append(f"{len(paid_until_now) + 1}.00")
            announce_stage.log(f"p{len(paid_until_now)}", amount=paid_until_now[-1])
        elif deed == "sign":
            signed += 1
            announce_stage.sign(f"s{signed}")
        elif deed == "void" and voided < len(paid_until_now):
            voided += 1
            announce_stage.void(f"p{voided}")
        elif deed == "deliver":
            pending += announce_stage.records()
            for _ in range(len(troubles)):
                pending = _with(announce_stage, troubles.pop(), pending)
                announce_stage.later(TIMEOUT + 10)
            announce_stage.deliver(pending)
            announce_stage.slack.faults.clear()
            announce_stage.faults.forget_faults()
            pending = []
    lines = [line for channel in ("C0CORY", "C0OFFICE") for line in announce_stage.posts(channel)]
    replies = [line for channel in ("C0CORY", "C0OFFICE") for line in announce_stage.posts(channel, replies=True)]
    amounts = Counter(line.split(" paid $")[1].split(" ")[0] for line in lines if " paid $" in line)
    assert amounts == Counter(paid_until_now)
    assert sum("Waiver signed" in line for line in lines) == signed
    alone = sum(line.startswith("🚫") for line in lines)  # Slack refused the reply, so the void has a post of its own
    assert sum("voided by Olivia" in line for line in lines) == len(replies) + alone == voided


def _with(
    announce_stage: AnnounceStage, trouble: tuple[str, Any], records: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """One try with this trouble; what must come again."""
    kind, how = trouble
    match kind:
        case "slack":
            announce_stage.slack.fail("chat.postMessage", **how)
        case "table":
            announce_stage.faults.fail_next("PutItem", **how)
        case "twice":
            announce_stage.invoke(records)
            announce_stage.later(TIMEOUT + 10)
        case "death":
            what, method, after = DEATHS[how[0]]
            with announce_stage.dying(what, method, after=after, call=how[1]):
                announce_stage.invoke(records)
                announce_stage.die()  # fewer calls than that: it dies at the end
            return records
    return announce_stage.invoke(records)
