"""An operator at the command line, over a real table. Calls to the table are counted and may be made to fail."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adapters.attribute_values import from_wire, to_wire
from tests.builders import EID
from tests.roster.command import roster

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from click.testing import Result
    from mypy_boto3_dynamodb import DynamoDBClient

    from devkit.proxy import Proxy


@dataclass(frozen=True)
class Operator:
    """An operator of one fresh table. The test's own reads and writes are not counted and never fail."""

    table: str
    client: DynamoDBClient
    proxy: Proxy
    folder: Path

    def run(self, *arguments: str, typed: str | None = None) -> Result:
        """Run one command, as `python -m roster` does. `typed` is the operator's answer."""
        return roster(self.proxy.url, self.table, *arguments, answer=typed)

    def done(self, *arguments: str, typed: str | None = None) -> Result:
        """Do as `run`, for a command that must succeed."""
        result = self.run(*arguments, typed=typed)
        assert result.exit_code == 0, result.output
        return result

    def file(self, name: str, content: str | bytes) -> str:
        """Write a file of the operator, and return its path."""
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    @property
    def calls(self) -> Counter[str]:
        """The numbers of calls to the table, by operation."""
        return self.proxy.calls

    def importing(self, what: str, content: str | bytes, *options: str) -> Result:
        """Run the import of `events` or `patrons` from a CSV with this content, confirmed."""
        return self.run(what, "import", self.file("s.csv", content), "--yes", *options)

    def imported(self, what: str, content: str | bytes, *options: str) -> Result:
        """Do as `importing`, for an import that must succeed."""
        return self.done(what, "import", self.file("s.csv", content), "--yes", *options)

    def roster(self, eid: str = EID) -> dict[str, Any]:
        """Return the patrons of an event."""
        roster: dict[str, Any] = self.row(eid)["patrons"]
        return roster

    def put(self, *rows: Mapping[str, Any]) -> None:
        """Write whole rows, given in Python's types."""
        for row in rows:
            self.client.put_item(TableName=self.table, Item={name: to_wire(value) for name, value in row.items()})

    def row(self, eid: str, crew_id: str = "#event") -> dict[str, Any]:
        """Return one row in Python's types; an empty one where there is none."""
        key = {"eid": {"S": eid}, "crew_id": {"S": crew_id}}
        return from_wire(self.client.get_item(TableName=self.table, Key=key, ConsistentRead=True).get("Item", {}))

    def rows(self) -> list[dict[str, Any]]:
        """Return every row, in no order."""
        return [from_wire(item) for item in self._items()]

    def snapshot(self) -> str:
        """Return the content of the table as a text, to compare it later."""
        return json.dumps(sorted(self._items(), key=str), sort_keys=True, default=str)

    def _items(self) -> Iterator[dict[str, Any]]:
        for page in self.client.get_paginator("scan").paginate(TableName=self.table):
            yield from page["Items"]


def check_problems(result: Result, expected: Mapping[int, str]) -> None:
    """Check that a refused import printed a problem for exactly these lines, each with the expected words."""
    lines = [line for line in result.stderr.splitlines() if line.startswith("! line ")]
    problems = dict(line.removeprefix("! line ").split(": ", 1) for line in lines)
    assert problems.keys() == {str(line) for line in expected}
    assert {line: words for line, words in expected.items() if words in problems[str(line)]} == expected
