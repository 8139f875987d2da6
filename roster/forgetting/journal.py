"""The record of what was forgotten: rows under `eid` `#forgotten`, one for each event and run.

While a run is under way, its row names the people, so that the run can go on after an interruption. At its end the row
keeps the moment and the new ids alone. `restore` and imports read it, so that no name comes back unseen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from adapters.attribute_values import from_wire, to_wire
from adapters.dynamo import rows_of
from charter.pseudonyms import Pseudonym, plain, read_pseudonym
from roster.verifying.findings import Finding, odd

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_dynamodb import DynamoDBClient

    from adapters.dynamo import Wire

FORGOTTEN: Final = "#forgotten"
_UNDER_WAY: Final = "under_way"


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgettingJournal:
    """The people whom one run forgets at one event. `eid` is the event's first id, `at` the moment in UTC as ISO 8601.

    `patrons` are the new ids of those who were on the roster, `people` counts everybody. `under_way` has the pseudonyms
    until all rows are rewritten.
    """

    eid: str
    token: str
    at: str
    patrons: tuple[str, ...]
    people: int
    under_way: tuple[Pseudonym, ...] = ()

    @property
    def key(self) -> Wire:
        """The key of the row."""
        return {"eid": {"S": FORGOTTEN}, "crew_id": {"S": f"{self.eid}:{self.token}"}}

    @property
    def row(self) -> Wire:
        """The row on the wire."""
        content: dict[str, object] = {"event": self.eid, "at": self.at, "people": self.people}
        content["patrons"] = list(self.patrons)
        if self.under_way:
            content[_UNDER_WAY] = [plain(each) for each in self.under_way]
        return {**self.key, **{name: to_wire(value) for name, value in content.items()}}


def journals(client: DynamoDBClient, table: str) -> dict[str, list[ForgettingJournal]]:
    """Return what was forgotten, by the events' first ids, the earliest first."""
    found: dict[str, list[ForgettingJournal]] = {}
    for wire in rows_of(client, table, FORGOTTEN).values():
        row = from_wire(wire)
        journal = ForgettingJournal(
            eid=str(row["event"]),
            token=str(row["crew_id"]).rpartition(":")[2],
            at=str(row["at"]),
            patrons=tuple(row["patrons"]),
            people=int(row["people"]),
            under_way=tuple(read_pseudonym(each) for each in row.get(_UNDER_WAY, [])),
        )
        found.setdefault(journal.eid, []).append(journal)
    return found


def check_journals(client: DynamoDBClient, table: str) -> Iterator[Finding]:
    """Report each run that was interrupted: its journal names the people until it is finished."""
    for eid, found in journals(client, table).items():
        for journal in found:
            if journal.under_way:
                what = f"people of {eid} are forgotten in part. Run `forget` again; it goes on where it stopped."
                yield Finding(FORGOTTEN, odd(eid, what))
