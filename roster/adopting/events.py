"""Gives an own row to each event that crew rows alone make known, and each own row its month."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from adapters.attribute_values import from_wire, to_wire
from adapters.dynamo import is_condition_failure
from adapters.moved import MOVED_TO, MOVING_ROW, moved_to
from adapters.shapes import key, own_row, update_of_present
from adapters.transactions import missing
from charter.event_ids import day_of
from charter.events import Event
from charter.moments import month_of
from roster.adopting.facts import NAMES, Said, read_facts
from roster.verifying.findings import moment_of
from roster.walking import is_event, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import tzinfo

    from mypy_boto3_dynamodb import DynamoDBClient

    from adapters.dynamo import Wire
    from roster.adopting.facts import Known

_NAMES = ("eid", "crew_id", "month", MOVED_TO, *NAMES)


@dataclass(frozen=True, slots=True)
class MonthRepair:
    """An event's own row whose month is missing or wrong, with the month that it gets."""

    eid: str
    row: Wire
    month: str


@dataclass(slots=True)
class AdoptableEvents:
    """The events without an own row, by their ids, and the own rows without their month. `total` counts all events."""

    crews: dict[str, Said] = field(default_factory=dict)
    months: list[MonthRepair] = field(default_factory=list)
    total: int = 0


def find(client: DynamoDBClient, table: str, advance: Callable[[int], object]) -> AdoptableEvents:
    """Return what there is to adopt, by one Scan. Reads only."""
    crews: dict[str, Said] = defaultdict(Said)
    aside: set[str] = set()  # ids with an own row, and ids to which a rename brings rows
    months: list[MonthRepair] = []
    total = 0
    for wire in walk(client, table, names=_NAMES, advance=advance):
        eid, name = wire["eid"]["S"], str(wire["crew_id"].get("S"))
        if is_event(wire):
            aside.add(eid)
            if not moved_to(wire):
                total += 1
                months += _month_for(eid, wire)
        elif name == MOVING_ROW:
            aside.add(eid)
        else:
            crews[eid].add(from_wire(wire))
    left = {eid: said for eid, said in sorted(crews.items()) if eid not in aside}
    return AdoptableEvents(left, sorted(months, key=lambda each: each.eid), total + len(left))


def facts_of(found: AdoptableEvents, *, zone: tzinfo, starts: Mapping[str, time], usual: bool) -> Iterator[Known]:
    """Yield what is known of each event without an own row."""
    for eid, said in found.crews.items():
        yield read_facts(eid, said, zone=zone, start=starts.get(eid), usual=usual)


class Adopting:
    """Writes over one table. `zone` is the boat's, and `currency` that of events which have none."""

    def __init__(self, client: DynamoDBClient, table: str, *, zone: tzinfo, currency: str) -> None:
        self._client, self._table, self._zone, self._currency = client, table, zone, currency

    def put_event(self, known: Known) -> bool:
        """Write the own row of an event whose day is known; return False where it got one meanwhile.

        Without a start or a title the row has none: readers take the day of the id, and the id.
        """
        if known.day is None:
            return False
        at_midnight = datetime.combine(known.day, time(), self._zone)
        event = Event(known.eid, known.title, known.starts or at_midnight, currency=self._currency)
        row: dict[str, Any] = {**own_row(event), "patrons": {}, "payments": {}}
        if known.starts is None:
            del row["starts_at"]
        if not known.title:
            del row["title"]
        item = {**key(known.eid), **{name: to_wire(value) for name, value in row.items()}}
        return _written(lambda: self._client.put_item(TableName=self._table, Item=item, **missing()))

    def set_month(self, wanted: MonthRepair) -> bool:
        """Set the month of an own row that is still as it was read; return False where it changed meanwhile."""
        update = update_of_present()
        for name in ("month", "starts_at"):
            update.when_as_read(name, in_=wanted.row)
        update.set("month", to=wanted.month)
        request = update.request()
        return _written(lambda: self._client.update_item(TableName=self._table, Key=key(wanted.eid), **request))


def _month_for(eid: str, wire: Wire) -> Iterator[MonthRepair]:
    """Yield the month that the row should have, where it has another one or none, and something says it."""
    row = from_wire(wire)
    starts = moment_of(row.get("starts_at"))
    if starts is not None:
        month = month_of(starts)
    else:
        try:
            month = month_of(day_of(eid))
        except ValueError:
            return
    if row.get("month") != month:
        yield MonthRepair(eid, wire, month)


def _written(write: Callable[[], object]) -> bool:
    try:
        write()
    except ClientError as error:
        if not is_condition_failure(error):
            raise
        return False
    return True
