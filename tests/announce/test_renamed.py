"""A renamed event: nothing is announced twice or lost, corrections find their payment, and there is still one card."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.announce.stage import paid
from tests.builders import EID, a_crew_row, a_row
from tests.roster.command import renamed

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.announce.stage import AnnounceStage
    from tests.conftest import Engine

OLD = "2026-05-23"


@pytest.fixture
def old_stage(bare_announce_stage: AnnounceStage) -> AnnounceStage:
    """Captain Cory's trip, which still is a bare date, already known to the stream's reader."""
    bare_announce_stage.put(a_row(OLD), a_crew_row(OLD))
    bare_announce_stage.records()
    return bare_announce_stage


@pytest.fixture
def rename(dynamodb: Engine, events_table: str) -> Callable[[], None]:
    """Rename Captain Cory's trip, as the office does."""
    return lambda: renamed(dynamodb.endpoint, events_table, OLD, EID)


def test_a_rename_announces_nothing_again(old_stage: AnnounceStage, rename: Callable[[], None]) -> None:
    old_stage.log("p1", amount="100.00", eid=OLD)
    old_stage.sign("s1", eid=OLD)
    old_stage.deliver()
    before = old_stage.posts(), old_stage.cards()

    rename()
    old_stage.restart()
    old_stage.deliver()

    assert (old_stage.posts(), old_stage.cards()) == before
    assert len(before[0]) == 2


def test_a_fact_that_was_not_announced_before_the_rename_is_announced_once(
    old_stage: AnnounceStage, rename: Callable[[], None]
) -> None:
    old_stage.log("p1", amount="100.00", eid=OLD)
    old_stage.sign("s1", eid=OLD)
    rename()
    old_stage.log("p2", amount="25.00", eid=OLD)
    records = old_stage.records()

    old_stage.deliver(records)
    old_stage.restart()
    old_stage.deliver(records)

    assert paid(old_stage) == {"$100.00": 1, "$25.00": 1}
    assert sum("Waiver signed" in line for line in old_stage.posts()) == 1
    assert len(old_stage.cards()) == 1


def test_the_new_rows_shard_may_be_ahead_of_the_old_ones(old_stage: AnnounceStage, rename: Callable[[], None]) -> None:
    old_stage.log("p1", amount="100.00", eid=OLD)
    rename()
    old_stage.log("p2", amount="25.00")
    records = old_stage.records()
    ahead = [record for record in records if record["dynamodb"]["Keys"]["eid"]["S"] == EID]

    old_stage.deliver(ahead)
    assert paid(old_stage) == {"$25.00": 1}, "the entries of the renamed row were announced from the old row"
    old_stage.deliver([record for record in records if record not in ahead])

    assert paid(old_stage) == {"$100.00": 1, "$25.00": 1}
    assert len(old_stage.cards()) == 1


def test_a_void_after_the_rename_strikes_the_post_from_before_it(
    old_stage: AnnounceStage, rename: Callable[[], None]
) -> None:
    old_stage.log("p1", amount="100.00", eid=OLD)
    old_stage.deliver()
    rename()

    old_stage.void("p1", eid=OLD)
    old_stage.deliver()

    assert len(old_stage.posts()) == 1
    assert "voided by" in old_stage.posts()[0]
    assert len(old_stage.posts(replies=True)) == 1


def test_the_card_stays_one_and_goes_on_keeping_itself_up_to_date(
    old_stage: AnnounceStage, rename: Callable[[], None]
) -> None:
    old_stage.log("p1", amount="125.00", eid=OLD)
    old_stage.deliver()
    place = old_stage.messages()[-1].ts
    rename()

    old_stage.log("p2", "ana", "250.00")
    old_stage.deliver()

    (card,) = old_stage.cards()
    assert "3 paid" in card
    assert place in [message.ts for message in old_stage.messages()]
    assert [key for key in old_stage.kept() if key.startswith("card:")] == [f"card:{OLD}"]

    old_stage.ledger.ask_for_card(OLD, now=old_stage.clock.now())
    old_stage.deliver()
    assert len(old_stage.cards()) == 1
    assert old_stage.messages()[-1].text == old_stage.cards()[0]


def test_a_rename_that_is_undone_announces_nothing_either(old_stage: AnnounceStage, dynamodb: Engine) -> None:
    old_stage.put(a_row())
    old_stage.records()
    other = "2026-05-23-cory"
    old_stage.log("p1", amount="100.00")
    old_stage.deliver()
    before = old_stage.posts(), old_stage.cards()

    renamed(dynamodb.endpoint, old_stage.table, EID, other)
    old_stage.deliver()
    renamed(dynamodb.endpoint, old_stage.table, other, EID)
    old_stage.restart()
    old_stage.deliver()

    assert (old_stage.posts(), old_stage.cards()) == before
    old_stage.void("p1")
    old_stage.deliver()
    assert "voided by" in old_stage.posts()[0]
