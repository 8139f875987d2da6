"""The tables that look like `events`: what each lacks, and its rows by kind, counted in a bounded sample."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from infra.asking import ask, pages
from infra.tables.preparing import steps_for
from infra.tables.state import TableState, read_table
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.aws import Aws
    from infra.survey.looking import Looking

KEYS: Final = {"eid", "crew_id"}
_OURS: Final = ("#books", "#cash", "#address:")  # partitions of ours that are no event
# What is read of each row: whose it is, and whether it holds payments. The payments themselves are not kept.
_READ: Final = "eid, crew_id, payments"


@dataclass
class Rows:
    """A sample of a table's rows."""

    kinds: Counter[str] = field(default_factory=Counter)
    events: set[str] = field(default_factory=set)
    """Events with a row `#event`."""
    crews: set[str] = field(default_factory=set)
    """Events with a crew assignment."""
    elsewhere: int = 0
    """Rows other than `#event` that hold payments."""
    whole: bool = True

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
        elif kind == "crew assignments":
            self.crews.add(eid)
            self.elsewhere += bool(row.get("payments", {}).get("M"))


@dataclass(frozen=True)
class Table:
    """One table, and the lines of what it lacks."""

    state: TableState
    rows: Rows
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
            yield f"  {rows.elsewhere:,} rows other than #event hold payments"


def read_tables(aws: Aws, looking: Looking, sample: int) -> list[Table]:
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
            rows = looking.at(f"the rows of {name}", lambda name=name: _sampled(aws, name, sample), Rows(whole=False))  # type: ignore[misc]
            found.append(_table(state, rows))
    return found


def _table(state: TableState, rows: Rows) -> Table:
    try:
        return Table(state, rows, tuple(step.line for step in steps_for(state)))
    except Stopped as conflict:
        return Table(state, rows, conflict=conflict.message)


def _sampled(aws: Aws, name: str, sample: int) -> Rows:
    rows = Rows()
    start: dict[str, Any] = {}
    while True:
        limit = min(sample - rows.total, 500)
        page = ask(aws.tables, "Scan", TableName=name, ProjectionExpression=_READ, Limit=limit, **start)
        for row in page["Items"]:
            rows.add(row)
        if not page.get("LastEvaluatedKey"):
            return rows
        if rows.total >= sample:
            rows.whole = False
            return rows
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
