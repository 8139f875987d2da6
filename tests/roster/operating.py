"""An operator at the command line, over a real table; what is sent to it is counted and, when a test wants it, hurt."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from click.testing import CliRunner

from adapters.wire import from_wire, to_wire
from devkit.aws import CREDENTIALS
from roster.main import main

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from click.testing import Result
    from mypy_boto3_dynamodb import DynamoDBClient

    from devkit.proxy import Proxy


@dataclass(frozen=True)
class Operator:
    """Types commands against one fresh table. What the test itself reads and writes is neither counted nor hurt."""

    table: str
    client: DynamoDBClient
    proxy: Proxy
    folder: Path

    def run(self, *arguments: str, typed: str | None = None) -> Result:
        """One command, as `python -m roster` runs it; `typed` is what the operator answers."""
        ours = {name: None for name in os.environ if name.startswith(("AWS_", "EVENTS_", "TIMEZONE", "CURRENCY"))}
        place = ["--table", self.table, "--endpoint", self.proxy.url, "--region", "us-west-2"]
        runner = CliRunner(env={**ours, **CREDENTIALS})
        return runner.invoke(main, [*place, *arguments], input=typed)

    def done(self, *arguments: str, typed: str | None = None) -> Result:
        """As `run`, for a command that is to end well."""
        result = self.run(*arguments, typed=typed)
        assert result.exit_code == 0, result.output
        return result

    def file(self, name: str, content: str | bytes) -> str:
        """A file of the operator's, and its path."""
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    @property
    def calls(self) -> Counter[str]:
        """What was sent to the table, by operation."""
        return self.proxy.calls

    def put(self, *rows: Mapping[str, Any]) -> None:
        """Writes whole rows, given in Python's types."""
        for row in rows:
            self.client.put_item(TableName=self.table, Item={name: to_wire(value) for name, value in row.items()})

    def row(self, eid: str, crew_id: str = "#event") -> dict[str, Any]:
        """One row in Python's types; empty when there is none."""
        key = {"eid": {"S": eid}, "crew_id": {"S": crew_id}}
        return from_wire(self.client.get_item(TableName=self.table, Key=key, ConsistentRead=True).get("Item", {}))

    def rows(self) -> list[dict[str, Any]]:
        """Every row, in no order."""
        return [from_wire(item) for item in self._items()]

    def snapshot(self) -> str:
        """Stands for all that is in the table."""
        return json.dumps(sorted(self._items(), key=str), sort_keys=True, default=str)

    def _items(self) -> Iterator[dict[str, Any]]:
        for page in self.client.get_paginator("scan").paginate(TableName=self.table):
            yield from page["Items"]
