"""Each entry is announced once, at whatever point the process dies or a table fails, also at random (docs/adr/0015)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.announce.harbour import paid
from tests.announce.process import TIMEOUT
from tests.builders import a_row

if TYPE_CHECKING:
    from tests.announce.harbour import Harbour

OTHER = "2026-05-24-sunset"


# The table of announcements


@pytest.mark.parametrize("operation", ["PutItem", "GetItem"])
def test_when_the_table_throttles_each_payment_is_announced_once_in_the_end(harbour: Harbour, operation: str) -> None:
    harbour.faults.fail_next(operation, throttle=True, times=5)
    harbour.log()
    harbour.deliver(wait=TIMEOUT)
    assert paid(harbour) == {"$125.00": 1}
    assert len(harbour.cards()) == 1


def test_a_claim_whose_answer_was_lost_is_known_again(harbour: Harbour) -> None:
    harbour.faults.fail_next("PutItem", drop_answer=True)
    harbour.log()
    assert harbour.deliver() == 1, "the SDK's second try meets its own first one"
    assert paid(harbour) == {"$125.00": 1}


def test_a_post_that_could_not_be_written_down_is_found_again(harbour: Harbour) -> None:
    harbour.log()
    records = harbour.records()
    with harbour.failing_after("posted.claim", operation="PutItem", throttle=True, times=2):
        records = harbour.invoke(records)
    assert harbour.troubles == ["TableUnavailable"]
    assert harbour.invoke(records) == records, "it is in hand until the process must have ended"
    harbour.deliver(records)
    assert paid(harbour) == {"$125.00": 1}


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
def test_wherever_the_process_dies_each_payment_is_announced_once(harbour: Harbour, death: str, call: int) -> None:
    """Calls 1 and 2 are of the payments, 3 is of the card."""
    what, method, after = DEATHS[death]
    harbour.log("p1", amount="100.00")
    harbour.log("p2", amount="25.00")
    records = harbour.records()
    with harbour.dying(what, method, after=after, call=call):
        harbour.invoke(records)
    harbour.deliver(records)
    assert paid(harbour) == {"$100.00": 1, "$25.00": 1}
    assert len(harbour.cards()) == 1
    assert {item["state"] for item in harbour.kept().values()} == {"done"}


@pytest.mark.parametrize("death", [*DEATHS, "after the strike"])
def test_wherever_the_process_dies_a_correction_is_announced_once(harbour: Harbour, death: str) -> None:
    what, method, after = DEATHS.get(death, ("poster", "update", True))
    harbour.log()
    harbour.deliver()
    harbour.void()
    records = harbour.records()
    with harbour.dying(what, method, after=after):
        harbour.invoke(records)
    harbour.deliver(records)
    assert [line.split(" · ")[1] for line in harbour.posts()] == ["voided by Olivia Park"]
    assert len(harbour.posts(replies=True)) == 1


def test_a_claim_left_by_a_dead_process_is_taken_over_when_that_must_have_ended_and_not_before(
    harbour: Harbour,
) -> None:
    harbour.log()
    records = harbour.records()
    with harbour.dying("posted", "claim", after=True):
        harbour.invoke(records)
    harbour.later(TIMEOUT - 1)
    assert harbour.invoke(records) == records
    assert harbour.troubles == ["InHand"]
    assert harbour.posts() == []
    harbour.later(10)
    assert harbour.deliver(records) == 1
    assert paid(harbour) == {"$125.00": 1}


def test_who_wakes_up_after_the_claim_was_taken_over_changes_nothing_that_is_kept(harbour: Harbour) -> None:
    harbour.log()
    records = harbour.records()
    slow = harbour.function
    with harbour.dying("posted", "claim", after=True):
        harbour.invoke(records)
    harbour.deliver(records)
    before = harbour.kept()
    held = next(iter(slow.posted._held))
    slow.posted.done(held, slow.posted.find(held), until=harbour.clock.now())
    assert harbour.kept() == before


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
    bare_harbour: Harbour, deeds: list[str], troubles: list[tuple[str, Any]]
) -> None:
    harbour = bare_harbour.anew()
    harbour.put(a_row())
    harbour.records()
    pending: list[dict[str, Any]] = []
    paid_until_now: list[str] = []
    voided, signed = 0, 0
    for deed in [*deeds, "deliver"]:
        if deed == "pay":
            paid_until_now.append(f"{len(paid_until_now) + 1}.00")
            harbour.log(f"p{len(paid_until_now)}", amount=paid_until_now[-1])
        elif deed == "sign":
            signed += 1
            harbour.sign(f"s{signed}")
        elif deed == "void" and voided < len(paid_until_now):
            voided += 1
            harbour.void(f"p{voided}")
        elif deed == "deliver":
            pending += harbour.records()
            for _ in range(len(troubles)):
                pending = _with(harbour, troubles.pop(), pending)
                harbour.later(TIMEOUT + 10)
            harbour.deliver(pending)
            harbour.slack.faults.clear()
            harbour.faults.forget_faults()
            pending = []
    lines = [line for channel in ("C0CORY", "C0OFFICE") for line in harbour.posts(channel)]
    replies = [line for channel in ("C0CORY", "C0OFFICE") for line in harbour.posts(channel, replies=True)]
    amounts = Counter(line.split(" paid $")[1].split(" ")[0] for line in lines if " paid $" in line)
    assert amounts == Counter(paid_until_now)
    assert sum("Waiver signed" in line for line in lines) == signed
    assert sum("voided by Olivia" in line for line in lines) == len(replies) == voided


def _with(harbour: Harbour, trouble: tuple[str, Any], records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One try with this trouble; what must come again."""
    kind, how = trouble
    match kind:
        case "slack":
            harbour.slack.fail("chat.postMessage", **how)
        case "table":
            harbour.faults.fail_next("PutItem", **how)
        case "twice":
            harbour.invoke(records)
            harbour.later(TIMEOUT + 10)
        case "death":
            what, method, after = DEATHS[how[0]]
            with harbour.dying(what, method, after=after, call=how[1]):
                harbour.invoke(records)
                harbour.die()  # fewer calls than that: it dies at the end
            return records
    return harbour.invoke(records)
