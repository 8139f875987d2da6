"""Lambda's part in SnapStart, for the tests of snapshots."""

from __future__ import annotations

import snapshot_restore_py  # type: ignore[import-untyped]  # it says nothing of its types


class Snapshots:
    """Lambda's part in SnapStart: it calls what was registered, in the order that its documentation gives."""

    def take(self) -> None:
        """Right before the snapshot is taken: what was registered last comes first."""
        for function, positional, named in reversed(list(snapshot_restore_py.get_before_snapshot())):
            function(*positional, **named)

    def wake(self) -> None:
        """Right after a process was restored."""
        for function, positional, named in list(snapshot_restore_py.get_after_restore()):
            function(*positional, **named)

    @property
    def expected(self) -> bool:
        """Return whether anything was registered."""
        return bool(snapshot_restore_py.get_before_snapshot() or snapshot_restore_py.get_after_restore())

    def forget(self) -> None:
        """A new process has registered nothing."""
        snapshot_restore_py.get_before_snapshot().clear()
        snapshot_restore_py.get_after_restore().clear()
