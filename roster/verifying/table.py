"""Checks of the whole table in one Scan. References to other rows are checked at the end, in batches."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from adapters.attribute_values import from_wire
from adapters.moved import MOVED_TO, MOVING_ROW, RENAMED_FROM, moved_to
from adapters.rows import CHANGE_ROW, SIGNATURE_ROW
from roster.verifying.boarding import check_boarding, is_of_boarding
from roster.verifying.events import check_event, check_redirect
from roster.verifying.evidence import check_edit, check_signature
from roster.verifying.findings import Finding, Remark, broken, odd, shown
from roster.verifying.old_payments import OldPayments
from roster.verifying.transfers import TransferPairs
from roster.walking import by_id, is_event, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from mypy_boto3_dynamodb import DynamoDBClient


def verify(client: DynamoDBClient, table: str, advance: Callable[[int], object]) -> Iterator[Finding]:
    """Yield every fault as it is found. Reads only: a Scan, and batches for the targets of redirects."""
    redirects: dict[str, str] = {}
    left_behind: list[tuple[str, str]] = []
    transfers, old_payments = TransferPairs(), OldPayments(client, table)
    for eid, rows in groupby(walk(client, table, advance=advance), lambda wire: str(wire["eid"]["S"])):
        own: Mapping[str, Any] = {}
        belonging: list[tuple[str, Any]] = []
        boarding: list[Mapping[str, Any]] = []
        moving = False
        for wire in rows:
            name = wire["crew_id"].get("S", "")
            old_payments.read(wire)
            if is_event(wire):
                own = wire
                yield from transfers.read(wire)
                if target := moved_to(wire):
                    redirects[eid] = target
            elif is_of_boarding(name):
                boarding.append(wire)
                belonging.append((name, None))
            elif name.startswith((SIGNATURE_ROW, CHANGE_ROW)):
                belonging.append((name, wire.get("patron_id")))
            moving = moving or name == MOVING_ROW
            yield from (Finding(eid, remark) for remark in _check(wire))
        if not moving:  # copies of an unfinished rename belong to the event at its old id
            if eid in redirects:
                left_behind += [(eid, name) for name, _ in belonging]
            else:
                yield from (Finding(eid, remark) for each in belonging for remark in _check_patron(*each, own))
            yield from (Finding(eid, remark) for remark in check_boarding(boarding, own))
    yield from transfers.left()
    yield from old_payments.left()
    yield from _check_redirects(client, table, redirects)
    for eid, name in left_behind:
        yield Finding(eid, _left_behind(client, table, name, target=redirects[eid]))


def _check(wire: Mapping[str, Any]) -> Iterator[Remark]:
    name = wire["crew_id"].get("S", "")
    if is_event(wire):
        yield from check_redirect(wire) if moved_to(wire) else check_event(wire)
    elif name == MOVING_ROW:
        origin = from_wire(wire).get("moving_from")
        yield odd(name, f"a rename of {origin} to this id is running or was interrupted. Run `events rename` again.")
    elif name.startswith(SIGNATURE_ROW):
        yield from check_signature(wire)
    elif name.startswith(CHANGE_ROW):
        yield from check_edit(wire)
    elif name.startswith("#") and not is_of_boarding(name):
        yield odd(name, "is an unknown kind of row.")


def _check_patron(name: str, patron_id: Any, own: Mapping[str, Any]) -> Iterator[Remark]:  # noqa: ANN401 - on the wire
    """Check that the patron of a row, if it has one, is one of the event's."""
    known = {*own.get("patrons", {}).get("M", {}), *own.get("payments", {}).get("M", {})}
    if patron_id is None or patron_id.get("S") in known:
        return
    who = shown(from_wire({"patron_id": patron_id})["patron_id"])
    mark = broken if name.startswith(SIGNATURE_ROW) else odd
    yield mark(name, f"belongs to {who}, who is not on this event's roster.")


def _check_redirects(client: DynamoDBClient, table: str, redirects: Mapping[str, str]) -> Iterator[Finding]:
    rows = {
        row["eid"]["S"]: from_wire(row)
        for row in by_id(client, table, redirects.values(), names=("eid", "crew_id", MOVED_TO, RENAMED_FROM))
    }
    for eid, target in redirects.items():
        row = rows.get(target)
        if row is None:
            yield Finding(eid, broken(MOVED_TO, f"redirects to {target}, where there is no event."))
        elif row.get(MOVED_TO):
            circle = row[MOVED_TO] == eid
            mark, what = (broken, "in a circle") if circle else (odd, f"further to {row[MOVED_TO]}")
            yield Finding(eid, mark(MOVED_TO, f"redirects to {target}, which redirects {what}."))
        elif eid not in (row.get(RENAMED_FROM) or []):
            yield Finding(eid, odd(MOVED_TO, f"redirects to {target}, which does not list it as an earlier id."))


def _left_behind(client: DynamoDBClient, table: str, name: str, *, target: str) -> Remark:
    """Return the remark about a row at an id that redirects. Who signs in the moment of a rename leaves two copies."""
    key: Any = {"eid": {"S": target}, "crew_id": {"S": name}}
    if client.get_item(TableName=table, Key=key, ConsistentRead=True).get("Item"):
        return odd(name, f"is a second copy of the row at {target}, where this id leads. Run `events rename` again.")
    return broken(name, f"is at an id that redirects to {target}, where nothing reads it. Run `events rename` again.")
