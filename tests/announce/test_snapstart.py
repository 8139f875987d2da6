"""The announce Lambda from a snapshot opens new connections to the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.announce.harbour import paid

if TYPE_CHECKING:
    from tests.announce.harbour import Harbour
    from tests.conftest import Snapshots


def test_a_connection_of_before_the_snapshot_is_not_used_after_it(harbour: Harbour, snapshots: Snapshots) -> None:
    harbour.restart()
    harbour.log("p1")
    harbour.deliver()
    before = set(harbour.faults.came_by)
    assert len(harbour.faults.came_by) > len(before)  # kept alive: a snapshot would hold them
    snapshots.take()
    snapshots.wake()
    taken_along = len(harbour.faults.came_by)
    harbour.log("p2")
    harbour.deliver()
    after = harbour.faults.came_by[taken_along:]
    assert after
    assert not before & set(after)
    assert sum(paid(harbour).values()) == 2


def test_it_starts_while_the_table_cannot_be_asked(harbour: Harbour, snapshots: Snapshots) -> None:
    harbour.faults.fail_next("GetItem", error="AccessDeniedException")
    harbour.restart()
    assert harbour.faults.unused == {}
    snapshots.take()
    snapshots.wake()
    harbour.log()
    harbour.deliver()
    assert sum(paid(harbour).values()) == 1
