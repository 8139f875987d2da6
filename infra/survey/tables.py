"""The tables that look like `events`: what each lacks, and its rows by kind, counted in a bounded sample."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from boto3.dynamodb.types import TypeDeserializer

from infra.asking import ask, pages
from infra.tables.preparing import steps_for
from infra.tables.state import TableState, read_table
from terminal.failures import Stopped
from terminal.old_payments import LIFTED, content_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.aws import Aws
    from infra.survey.looking import Looking

KEYS: Final = {"eid", "crew_id"}
_OURS: Final = ("#books", "#cash", "#address:")  # partitions of ours that are no event
# What is read of each row: whose it is, its payments, and what its ledger has. Of a payment its content's hash is kept.
_READ: Final = "eid, crew_id, payments, payment_ids, moved_to"
_FOLLOWED: Final = 50  # events outside the sample whose own row is read


@dataclass
class SampleRows:
    """A sample of a table's rows."""

    kinds: Counter[str] = field(default_factory=Counter)
    events: set[str] = field(default_factory=set)
    """Events with a row `#event`."""
    crews: set[str] = field(default_factory=set)
    """Events with a crew assignment."""
    old: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    """The contents of the payments in other rows than `#event`, by the row's keys."""
    lifted: dict[str, frozenset[str]] = field(default_factory=dict)
    """The contents of the payments that an event's ledger has from there."""
    moved: dict[str, str] = field(default_factory=dict)
    """The present ids of events that were renamed."""
    whole: bool = True

    @property
    def elsewhere(self) -> int:
        """The number of rows other than `#event` that hold payments."""
        return len(self.old)

    @property
    def left(self) -> int:
        """The number of those with a payment that no ledger has yet."""
        return sum(
            not self.lifted.get(self.present(eid), frozenset()) >= {*held} for (eid, _), held in self.old.items()
        )

    def present(self, eid: str) -> str:
        """Return the event's present id."""
        for _ in range(len(self.moved)):
            if eid not in self.moved:
                break
            eid = self.moved[eid]
        return eid

    @property
    def unread(self) -> list[str]:
        """The events with such payments whose own row is not in the sample."""
        return sorted({self.present(eid) for eid, _ in self.old} - self.lifted.keys())

    @property
    def total(self) -> int:
        """The number of rows."""
        return self.kinds.total()

    @property
    def unknown(self) -> int:
        """The number of events that are known by crew rows alone."""
        return len(self.crews - self.events)

    def add(self, row: dict[str, Any]) -> None:
        """Count a row, in DynamoDB's form."""
        eid, crew_id = (row.get(name, {}).get("S", "") for name in ("eid", "crew_id"))
        kind = crew_id.partition(":")[0] if crew_id.startswith("#") else "crew assignments"
        if eid.startswith(_OURS):
            kind = eid.partition(":")[0]
        self.kinds[kind] += 1
        if kind == "#event":
            self.events.add(eid)
            self.add_event(eid, row)
        elif kind == "crew assignments":
            self.crews.add(eid)
            if held := _contents(row.get("payments", {}).get("M") or {}):
                self.old[eid, crew_id] = held

    def add_event(self, eid: str, row: dict[str, Any]) -> None:
        """Note what the ledger of an event's own row has of old payments, or where the event is now."""
        if to := row.get("moved_to", {}).get("S"):
            self.moved[eid] = to
        else:
            ids = row.get("payment_ids", {}).get("SS", ())
            self.lifted[eid] = frozenset(each.rpartition(":")[2] for each in ids if each.startswith(LIFTED))


@dataclass(frozen=True)
class SurveyedTable:
    """One table, and the lines of what it lacks."""

    state: TableState
    rows: SampleRows
    lacks: tuple[str, ...] = ()
    conflict: str = ""

    @property
    def name(self) -> str:
        """Its name."""
        return self.state.name

    def lines(self) -> Iterator[str]:
        """Yield the table in words."""
        state, rows = self.state, self.rows
        yield f"{self.name}: eid and crew_id, about {state.rows:,} rows"
        backups = "on" if state.recovers else "off"
        yield (
            f"  index by_month: {'there' if state.index else 'none'}; stream: {state.view or 'off'}; point-in-time "
            f"recovery: {backups}; billing: {'on demand' if state.on_demand else 'fixed capacity'}"
        )
        counted = ", ".join(f"{number:,} {kind}" for kind, number in sorted(rows.kinds.items())) or "none"
        yield f"  {'all rows' if rows.whole else f'a sample of {rows.total:,} rows'}: {counted}"
        if rows.unknown:
            yield f"  {rows.unknown:,} events are known by crew assignments alone"
        if rows.elsewhere:
            how = f"in {rows.left:,} of them some are in no ledger yet" if rows.left else "the ledgers have all of them"
            yield f"  {rows.elsewhere:,} rows other than #event hold payments; {how}"


def read_tables(aws: Aws, looking: Looking, sample: int) -> list[SurveyedTable]:
    """Return the tables of the region whose keys are eid and crew_id."""

    def names() -> list[str]:
        token = ("LastEvaluatedTableName", "ExclusiveStartTableName")
        return [name for page in pages(aws.tables, "ListTables", token=token) for name in page["TableNames"]]

    def is_alike(name: str) -> bool:
        keys = ask(aws.tables, "DescribeTable", TableName=name)["Table"]["KeySchema"]
        return {each["AttributeName"] for each in keys} == KEYS

    found = []
    for name in looking.several("the tables", names):
        if not looking.at(f"the table {name}", lambda name=name: is_alike(name), otherwise=False):  # type: ignore[misc]
            continue
        state = looking.at(f"the settings of {name}", lambda name=name: read_table(aws, name), None)  # type: ignore[misc]
        if state is not None:
            unread = SampleRows(whole=False)
            rows = looking.at(f"the rows of {name}", lambda name=name: _sampled(aws, name, sample), unread)  # type: ignore[misc]
            found.append(_table(state, rows))
    return found


def _table(state: TableState, rows: SampleRows) -> SurveyedTable:
    try:
        return SurveyedTable(state, rows, tuple(step.line for step in steps_for(state)))
    except Stopped as conflict:
        return SurveyedTable(state, rows, conflict=conflict.message)


def _sampled(aws: Aws, name: str, sample: int) -> SampleRows:
    rows = SampleRows()
    start: dict[str, Any] = {}
    while True:
        limit = min(sample - rows.total, 500)
        page = ask(aws.tables, "Scan", TableName=name, ProjectionExpression=_READ, Limit=limit, **start)
        for row in page["Items"]:
            rows.add(row)
        rows.whole = not page.get("LastEvaluatedKey")
        if rows.whole or rows.total >= sample:
            _follow(aws, name, rows)
            return rows
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def _follow(aws: Aws, name: str, rows: SampleRows) -> None:
    """Read the own rows of events that the sample left out, since they say whether their payments were lifted."""
    for _ in range(_FOLLOWED):
        if not (unread := rows.unread):
            return
        key = {"eid": {"S": unread[0]}, "crew_id": {"S": "#event"}}
        names = {"ProjectionExpression": _READ}
        rows.add_event(unread[0], ask(aws.tables, "GetItem", TableName=name, Key=key, **names).get("Item", {}))


def _contents(payments: dict[str, Any]) -> list[str]:
    """Return the hashes of the payments of a row, without those that say that nothing was paid."""
    held = [TypeDeserializer().deserialize(each) for each in payments.values()]
    return [content_of(each) if isinstance(each, dict) else "" for each in held if not _is_nothing(each)]


def _is_nothing(record: object) -> bool:
    """Return True for NULL, an empty map, or an amount of zero, which nobody lifts."""
    return record in (None, {}) or (isinstance(record, dict) and record.get("amount") == 0)
