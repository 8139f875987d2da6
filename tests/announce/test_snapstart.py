"""The announce Lambda from a snapshot opens new connections to the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.announce.stage import paid

if TYPE_CHECKING:
    from tests.announce.stage import AnnounceStage
    from tests.snapshots import Snapshots


def test_a_connection_of_before_the_snapshot_is_not_used_after_it(
    announce_stage: AnnounceStage, snapshots: Snapshots
) -> None:
    announce_stage.restart()
    announce_stage.log("p1")
    announce_stage.deliver()
    before = set(announce_stage.faults.came_by)
    assert len(announce_stage.faults.came_by) > len(before)  # kept alive: a snapshot would hold them
    snapshots.take()
    snapshots.wake()
    taken_along = len(announce_stage.faults.came_by)
    announce_stage.log("p2")
    announce_stage.deliver()
    after = announce_stage.faults.came_by[taken_along:]
    assert after
    assert not before & set(after)
    assert sum(paid(announce_stage).values()) == 2


def test_it_starts_while_the_table_cannot_be_asked(announce_stage: AnnounceStage, snapshots: Snapshots) -> None:
    announce_stage.faults.fail_next("GetItem", error="AccessDeniedException")
    announce_stage.restart()
    assert announce_stage.faults.unused == {}
    snapshots.take()
    snapshots.wake()
    announce_stage.log()
    announce_stage.deliver()
    assert sum(paid(announce_stage).values()) == 1
