"""The whole table, walked once; what a row says of others is looked up at the end, in batches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adapters.moved import MOVED_TO, MOVING_ROW, RENAMED_FROM, moved_to
from adapters.rows import CHANGE_ROW, SIGNATURE_ROW
from adapters.wire import from_wire
from roster.verifying.findings import Finding, Remark, broken, odd, shown
from roster.verifying.rows import check_edit, check_event, check_redirect, check_signature
from roster.walking import by_id, is_event, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from mypy_boto3_dynamodb import DynamoDBClient


def verify(client: DynamoDBClient, table: str, advance: Callable[[int], object]) -> Iterator[Finding]:
    """Everything that is broken or odd, as it is found. Reads only: a Scan, and batches for where redirects lead."""
    redirects: dict[str, str] = {}
    own: Mapping[str, Any] = {}
    for wire in walk(client, table):
        advance(1)
        eid = wire["eid"]["S"]
        if is_event(wire):
            own = wire  # the rows of one event come together, and this one before its signatures
            if target := moved_to(wire):
                redirects[eid] = target
        remarks = [*_check(wire), *_check_place(wire, own if own.get("eid") == wire["eid"] else {})]
        for remark in remarks:
            yield Finding(eid, remark)
    yield from _check_redirects(client, table, redirects)


def _check(wire: Mapping[str, Any]) -> Iterator[Remark]:
    name = wire["crew_id"].get("S", "")
    if is_event(wire):
        yield from check_redirect(wire) if moved_to(wire) else check_event(wire)
    elif name == MOVING_ROW:
        origin = from_wire(wire).get("moving_from")
        yield odd(name, f"a rename of {origin} to this id is under way, or was interrupted: run `events rename` again.")
    elif name.startswith(SIGNATURE_ROW):
        yield from check_signature(wire)
    elif name.startswith(CHANGE_ROW):
        yield from check_edit(wire)
    elif name.startswith("#"):
        yield odd(name, "is a row that this project does not know.")


def _check_place(wire: Mapping[str, Any], own: Mapping[str, Any]) -> Iterator[Remark]:
    """A signature belongs to a patron on its event's roster, and is kept at the id where the event is."""
    name = wire["crew_id"].get("S", "")
    if not name.startswith(SIGNATURE_ROW):
        return
    if target := moved_to(own):
        yield broken(name, f"is at an id that leads to {target}, where nobody reads it: run `events rename` again.")
    patron_id = wire.get("patron_id", {}).get("S")
    known = {*own.get("patrons", {}).get("M", {}), *own.get("payments", {}).get("M", {})}
    if patron_id is not None and patron_id not in known:
        yield broken(name, f"is of {shown(patron_id)}, who is not on this event's roster.")


def _check_redirects(client: DynamoDBClient, table: str, redirects: Mapping[str, str]) -> Iterator[Finding]:
    rows = {
        row["eid"]["S"]: from_wire(row)
        for row in by_id(client, table, redirects.values(), names=("eid", "crew_id", MOVED_TO, RENAMED_FROM))
    }
    for eid, target in redirects.items():
        row = rows.get(target)
        if row is None:
            yield Finding(eid, broken(MOVED_TO, f"leads to {target}, where there is no event."))
        elif row.get(MOVED_TO):
            circle = row[MOVED_TO] == eid
            mark, what = (broken, "in a circle") if circle else (odd, f"further to {row[MOVED_TO]}")
            yield Finding(eid, mark(MOVED_TO, f"leads to {target}, which leads {what}."))
        elif eid not in (row.get(RENAMED_FROM) or []):
            yield Finding(eid, odd(MOVED_TO, f"leads to {target}, which does not know that it was called this."))
