"""Give a table what the product needs of it, step by step. Each step is safe to repeat, and no row is touched."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from infra.asking import AwsRefused, ask
from infra.tables.state import EXPIRES, IMAGES, INDEX, INDEX_KEYS, PROJECTED, TableState, read_table
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from infra.aws import Aws
    from terminal.console import Console

_SLOWEST: Final = 5.0  # seconds between two polls
_NEWS: Final = 30.0  # seconds between two reports of the same state
_LOST: Final = 8  # polls without an answer before giving up


@dataclass(frozen=True, slots=True)
class TableStep:
    """One thing that a table lacks: its line of the plan, the call that adds it, and whether it is still lacking."""

    line: str
    operation: str
    lacking: Callable[[TableState], bool]
    arguments: Mapping[str, Any] = field(default_factory=dict)


_ON_DEMAND: Final = TableStep(
    "on-demand billing, in place of a fixed capacity that a busy morning may exceed",
    "UpdateTable",
    lambda state: not state.on_demand,
    {"BillingMode": "PAY_PER_REQUEST"},
)
_STREAM_OFF: Final = TableStep(
    f"the stream off, because it shows less than {IMAGES} and AWS changes that only by a new stream. "
    "Whatever reads the present one stops",
    "UpdateTable",
    lambda state: state.view not in {"", IMAGES},
    {"StreamSpecification": {"StreamEnabled": False}},
)
_STREAM: Final = TableStep(
    f"the stream on, with {IMAGES}: posts, mails and the books follow from it",
    "UpdateTable",
    lambda state: state.view != IMAGES,
    {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": IMAGES}},
)
_INDEX: Final = TableStep(
    f"the index {INDEX}, by which coming events are found. AWS fills it from the rows, which takes minutes",
    "UpdateTable",
    lambda state: not state.index,
)
_RECOVERY: Final = TableStep(
    "point-in-time recovery: the table as it was at any second of the last 35 days",
    "UpdateContinuousBackups",
    lambda state: not state.recovers,
    {"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True}},
)
_EXPIRY: Final = TableStep(
    f"time to live by {EXPIRES}, which only the counts of signings by address have",
    "UpdateTimeToLive",
    lambda state: not state.expires,
    {"TimeToLiveSpecification": {"AttributeName": EXPIRES, "Enabled": True}},
)
_PROTECTION: Final = TableStep(
    "deletion protection", "UpdateTable", lambda state: not state.protected, {"DeletionProtectionEnabled": True}
)
# In this order: with a fixed capacity the index would need one of its own, and a backup is worth having first.
_STEPS: Final = (_RECOVERY, _PROTECTION, _ON_DEMAND, _STREAM_OFF, _STREAM, _INDEX, _EXPIRY)


def steps_for(state: TableState) -> list[TableStep]:
    """Return what the table lacks, in order. Raises Stopped where something is there that only its owner may remove."""
    state.check_keys()
    _check_index(state)
    return [step for step in _STEPS if step.lacking(state)]


def replaces_stream(steps: list[TableStep]) -> bool:
    """Return whether the stream that is there would end."""
    return _STREAM_OFF in steps


def remarks_on(state: TableState) -> Iterator[str]:
    """Yield what a person should know and this command does not change."""
    if state.expires and state.expires != EXPIRES:
        yield (
            f"Rows expire by {state.expires} already, and a table has one such attribute. "
            f"The counts of signings by address, which have {EXPIRES}, are kept for good. They are small."
        )


def prepare(aws: Aws, console: Console, steps: list[TableStep], name: str) -> None:
    """Carry out the steps, and wait for each. Raises Stopped and AwsRefused; the same command then goes on."""
    for number, step in enumerate(steps, start=1):
        state = wait_until_ready(aws, console, name)
        if not step.lacking(state):
            continue
        with console.step(f"{number} of {len(steps)}: {step.line.partition(':')[0].partition(',')[0]}"):
            _carry_out(aws, step, state)
    wait_until_ready(aws, console, name)


def wait_until_ready(aws: Aws, console: Console, name: str) -> TableState:
    """Return the table once AWS has finished all work on it, and report the progress."""
    pause, begun, reported, said, lost = aws.pause, time.monotonic(), 0.0, "", 0
    while True:
        try:
            state = read_table(aws, name)
        except AwsRefused as refused:
            lost += 1
            if not refused.lost or lost == _LOST:
                raise
        else:
            lost = 0
            if not state.busy:
                return state
            waited = time.monotonic() - begun
            if state.busy != said or waited - reported >= _NEWS:
                console.note(f"  Waiting: {state.busy} ({waited:.0f} s). Ctrl-C stops only the waiting.")
                said, reported = state.busy, waited
        time.sleep(pause)
        pause = min(pause * 1.5, _SLOWEST)


def _carry_out(aws: Aws, step: TableStep, state: TableState) -> None:
    """Do one step. An answer that was lost, or a no because an earlier try did it, is settled by reading again."""
    arguments = _index_of(state) if step is _INDEX else step.arguments
    try:
        ask(aws.tables, step.operation, TableName=state.name, **arguments)
    except AwsRefused:
        if step.lacking(read_table(aws, state.name)):
            raise


def _index_of(state: TableState) -> dict[str, Any]:
    types = {**state.types, "month": "S"}
    index = {
        "IndexName": INDEX,
        "KeySchema": INDEX_KEYS,
        "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(PROJECTED)},
    }
    return {
        "AttributeDefinitions": [{"AttributeName": name, "AttributeType": kind} for name, kind in types.items()],
        "GlobalSecondaryIndexUpdates": [{"Create": index}],
    }


def _check_index(state: TableState) -> None:
    """Raise Stopped where another index has the name, or another type the attribute."""
    if state.types.get("month", "S") != "S":
        raise Stopped(
            f"{state.name} has an index by a month that is no text (S), so {INDEX} cannot be made. "
            "Delete that index, or use a table of the stack's own."
        )
    if not state.index:
        return
    projection = state.index.get("Projection", {})
    whole = projection.get("ProjectionType") == "ALL"
    if state.index.get("KeySchema") != INDEX_KEYS or not (
        whole or set(PROJECTED) <= set(projection.get("NonKeyAttributes", ()))
    ):
        raise Stopped(
            f"{state.name} has another index {INDEX}: not by month and eid with {', '.join(PROJECTED)}. "
            "Whatever uses it must move first; then delete it, and run the same command again."
        )
