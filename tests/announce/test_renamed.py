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
def old_harbour(bare_announce_stage: AnnounceStage) -> AnnounceStage:
    """Captain Cory's trip, which still is a bare date, already known to the stream's reader."""
    bare_announce_stage.put(a_row(OLD), a_crew_row(OLD))
    bare_announce_stage.records()
    return bare_announce_stage


@pytest.fixture
def rename(dynamodb: Engine, events_table: str) -> Callable[[], None]:
    """Renames Captain Cory's trip, as the office does."""
    return lambda: renamed(dynamodb.endpoint, events_table, OLD, EID)


def test_a_rename_announces_nothing_again(old_harbour: AnnounceStage, rename: Callable[[], None]) -> None:
    old_harbour.log("p1", amount="100.00", eid=OLD)
    old_harbour.sign("s1", eid=OLD)
    old_harbour.deliver()
    before = old_harbour.posts(), old_harbour.cards()

    rename()
    old_harbour.restart()
    old_harbour.deliver()

    assert (old_harbour.posts(), old_harbour.cards()) == before
    assert len(before[0]) == 2


def test_a_fact_that_was_not_announced_before_the_rename_is_announced_once(
    old_harbour: AnnounceStage, rename: Callable[[], None]
) -> None:
    old_harbour.log("p1", amount="100.00", eid=OLD)
    old_harbour.sign("s1", eid=OLD)
    rename()
    old_harbour.log("p2", amount="25.00", eid=OLD)
    records = old_harbour.records()

    old_harbour.deliver(records)
    old_harbour.restart()
    old_harbour.deliver(records)

    assert paid(old_harbour) == {"$100.00": 1, "$25.00": 1}
    assert sum("Waiver signed" in line for line in old_harbour.posts()) == 1
    assert len(old_harbour.cards()) == 1


def test_the_new_rows_shard_may_be_ahead_of_the_old_ones(
    old_harbour: AnnounceStage, rename: Callable[[], None]
) -> None:
    old_harbour.log("p1", amount="100.00", eid=OLD)
    rename()
    old_harbour.log("p2", amount="25.00")
    records = old_harbour.records()
    ahead = [record for record in records if record["dynamodb"]["Keys"]["eid"]["S"] == EID]

    old_harbour.deliver(ahead)
    assert paid(old_harbour) == {"$25.00": 1}, "the entries of the renamed row were announced from the old row"
    old_harbour.deliver([record for record in records if record not in ahead])

    assert paid(old_harbour) == {"$100.00": 1, "$25.00": 1}
    assert len(old_harbour.cards()) == 1


def test_a_void_after_the_rename_strikes_the_post_from_before_it(
    old_harbour: AnnounceStage, rename: Callable[[], None]
) -> None:
    old_harbour.log("p1", amount="100.00", eid=OLD)
    old_harbour.deliver()
    rename()

    old_harbour.void("p1", eid=OLD)
    old_harbour.deliver()

    assert len(old_harbour.posts()) == 1
    assert "voided by" in old_harbour.posts()[0]
    assert len(old_harbour.posts(replies=True)) == 1


def test_the_card_stays_one_and_goes_on_keeping_itself_up_to_date(
    old_harbour: AnnounceStage, rename: Callable[[], None]
) -> None:
    old_harbour.log("p1", amount="125.00", eid=OLD)
    old_harbour.deliver()
    place = old_harbour.messages()[-1].ts
    rename()

    old_harbour.log("p2", "ana", "250.00")
    old_harbour.deliver()

    (card,) = old_harbour.cards()
    assert "3 paid" in card
    assert place in [message.ts for message in old_harbour.messages()]
    assert [key for key in old_harbour.kept() if key.startswith("card:")] == [f"card:{OLD}"]

    old_harbour.ledger.ask_for_card(OLD, now=old_harbour.clock.now())
    old_harbour.deliver()
    assert len(old_harbour.cards()) == 1
    assert old_harbour.messages()[-1].text == old_harbour.cards()[0]


def test_a_rename_that_is_undone_announces_nothing_either(old_harbour: AnnounceStage, dynamodb: Engine) -> None:
    old_harbour.put(a_row())
    old_harbour.records()
    other = "2026-05-23-cory"
    old_harbour.log("p1", amount="100.00")
    old_harbour.deliver()
    before = old_harbour.posts(), old_harbour.cards()

    renamed(dynamodb.endpoint, old_harbour.table, EID, other)
    old_harbour.deliver()
    renamed(dynamodb.endpoint, old_harbour.table, other, EID)
    old_harbour.restart()
    old_harbour.deliver()

    assert (old_harbour.posts(), old_harbour.cards()) == before
    old_harbour.void("p1")
    old_harbour.deliver()
    assert "voided by" in old_harbour.posts()[0]
