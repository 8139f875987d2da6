"""The table that `up` uses in place: its present stream, for the mapping of the announce functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infra.tables.state import read_table

if TYPE_CHECKING:
    from infra.aws import Aws
    from infra.stacks.order import Order
    from infra.stacks.stack import Now

NAME: Final = "EventsTableName"
LABEL: Final = "EventsStreamLabel"


def stream_of_named_table(aws: Aws, order: Order, now: Now) -> dict[str, str]:
    """Return the parameter that names the stream of the table EventsTableName; nothing where the stack makes its own.

    It is read at each run, because a stream that was turned off and on again is another one. Raises Stopped where the
    table is not there or lacks something.
    """
    kept = now.parameters if now.exists else {}
    name = order.parameters.get(NAME, kept.get(NAME, ""))
    if not name:
        return {LABEL: ""} if kept.get(LABEL) else {}
    state = read_table(aws, name)
    state.check_ready()
    return {LABEL: state.stream_label}
