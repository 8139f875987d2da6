"""The table that `up` uses in place: its present stream, for the mapping of the announce functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infra.stacks.stack import maker_of, oldest_with
from infra.tables.state import read_table
from terminal.failures import Stopped

if TYPE_CHECKING:
    from infra.aws import Aws
    from infra.stacks.order import StackOptions
    from infra.stacks.stack import Now

NAME: Final = "EventsTableName"
LABEL: Final = "EventsStreamLabel"
IMPORTED: Final = "EventsTableImported"


def stream_of_named_table(aws: Aws, order: StackOptions, now: Now) -> dict[str, str]:
    """Return the parameter that names the stream of the table EventsTableName; nothing where the stack makes its own.

    It is read at each run, because a stream that was turned off and on again is another one. Raises Stopped where the
    table is not there or lacks something.
    """
    kept = now.parameters if now.exists else {}
    if order.parameters.get(IMPORTED, kept.get(IMPORTED)) != kept.get(IMPORTED):
        raise Stopped(
            f"{IMPORTED} follows from an import, which up cannot make, so nothing was changed. See docs/adopting.md."
        )
    name = order.parameters.get(NAME, kept.get(NAME, ""))
    if not name:
        return {LABEL: ""} if kept.get(LABEL) else {}
    state = read_table(aws, name)
    state.check_ready()
    _check_alone(aws, order.stack, name)
    return {LABEL: state.stream_label}


def _check_alone(aws: Aws, own: str, table: str) -> None:
    """Raise Stopped where another stack uses the table, or made it: both would announce each payment."""
    other = oldest_with(aws, NAME, table) or own
    if other == own:
        other = maker_of(aws, table) or own
    if other != own:
        raise Stopped(
            f"The stack {other} uses the table {table}, and both would post and mail each payment. Nothing was "
            "changed. For a rehearsal use a restored copy of the table (docs/adopting.md); otherwise delete that stack."
        )
