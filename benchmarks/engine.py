"""The embedded DynamoDB as a metered stand-in that holds 100,000 events: a process of its own, with commands as lines.

    .venv/ministack/bin/python benchmarks/engine.py PORT

It is MiniStack's own DynamoDB, so keys, conditions, expressions and pages of 1 MB are as in the local world. Two things
are added. Rows of whole years are put straight into its store, because 100,000 events by BatchWriteItem take minutes.
And each request is metered by AWS's published rules, from the sizes of the rows that it reads or writes:

    read     units of 4 KB: of the rows of a Query or Scan together, before a filter; of each row of a GetItem or
             BatchGetItem. Half of that where the read need not be consistent.
    written  units of 1 KB of the larger of the row before and after, twice in a transaction, and what the index costs.
             A write that a condition refuses costs as much as the row that it met.

Each line of standard input is a JSON list, the name of a command and its arguments; each is answered by one line.
"""

from __future__ import annotations

import asyncio
import bisect
import gc
import importlib
import json
import math
import os
import signal
import sys
import threading
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

sys.path += [str(Path(__file__).resolve().parent.parent), str(Path(__file__).resolve().parent)]

from fleet import BoatEvents

from devkit.embedded import Guard, serve_app

if TYPE_CHECKING:
    from collections.abc import Callable

# MiniStack has an environment of its own, which the type checker does not see.
ministack: Any = importlib.import_module("ministack.app")
dynamodb: Any = importlib.import_module("ministack.services.dynamodb")

_READ_UNIT: Final = 4096
_WRITE_UNIT: Final = 1024
_GOOD: Final = 300
_MANY: Final = 1_000
_OPERATIONS: Final = (
    *("query", "scan", "get_item", "batch_get_item", "put_item", "update_item", "delete_item"),
    "transact_write_items",
)
_store = dynamodb._set_item


class UnitMeter:
    """Counts calls and units. MiniStack answers one request at a time, so the sizes seen are those of the request."""

    def __init__(self) -> None:
        self.counted: defaultdict[str, float] = defaultdict(float)
        self._read = 0
        self._written = 0.0
        self._times = 1

    def install(self) -> None:
        """Count what MiniStack's handlers do from now on."""
        paginate, remove = dynamodb._paginate_evaluated_items, dynamodb._remove_item

        def paginated(items: Any, limit: Any, table: Any, index_name: Any = None) -> Any:
            page, more = paginate(items, limit, table, index_name)
            shown = [dynamodb._apply_index_projection(row, table, index_name) for row in page] if index_name else page
            self._read += sum(map(dynamodb._item_size_bytes, shown))
            return page, more

        def stored(table: Any, pk: str, sk: str, item: Any) -> Any:
            self._write(table, table["items"].get(pk, {}).get(sk), item)
            return _store(table, pk, sk, item)

        def removed(table: Any, pk: str, sk: str) -> Any:
            self._write(table, table["items"].get(pk, {}).get(sk), None)
            return remove(table, pk, sk)

        dynamodb._paginate_evaluated_items, dynamodb._set_item, dynamodb._remove_item = paginated, stored, removed
        for name in _OPERATIONS:
            setattr(dynamodb, f"_{name}", self._counting(name, getattr(dynamodb, f"_{name}")))

    def _counting(self, name: str, handler: Callable[[Any], Any]) -> Callable[[Any], Any]:
        operation = "".join(map(str.capitalize, name.split("_")))

        def handle(request: Any) -> Any:
            self._read, self._written, self._times = 0, 0.0, 1 + (name == "transact_write_items")
            self.counted[operation] += 1
            self.counted["read"] += self._of_keys(name, request)
            answer = handler(request)
            if name in {"query", "scan"}:
                self.counted["read"] += _share(request) * max(1, math.ceil(self._read / _READ_UNIT))
            elif name in {"put_item", "update_item", "delete_item"} and answer[0] >= _GOOD:
                self._written = self._of_refused(request)
            self._written += sum(
                self._times * _units(request_part["ConditionCheck"], _WRITE_UNIT)
                for request_part in request.get("TransactItems", ())
                if "ConditionCheck" in request_part
            )
            self.counted["written"] += self._written
            return answer

        return handle

    def _of_keys(self, name: str, request: Any) -> float:
        """Return the units of a read by keys."""
        if name == "get_item":
            return _share(request) * _units(request, _READ_UNIT)
        if name != "batch_get_item":
            return 0
        return sum(
            _share(asked) * sum(_units({"TableName": table, "Key": key}, _READ_UNIT) for key in asked["Keys"])
            for table, asked in request["RequestItems"].items()
        )

    def _of_refused(self, request: Any) -> float:
        return _units({"TableName": request["TableName"], "Key": request.get("Key") or request["Item"]}, _WRITE_UNIT)

    def _write(self, table: Any, before: Any, after: Any) -> None:
        size = max(dynamodb._item_size_bytes(before or {}), dynamodb._item_size_bytes(after or {}))
        of_indexes = (
            dynamodb._index_write_units(table, index, before, after) or 0
            for index in table.get("GlobalSecondaryIndexes") or ()
        )
        self._written += self._times * max(1, math.ceil(size / _WRITE_UNIT)) + sum(of_indexes)


class Ordered:
    """MiniStack sorts all keys of a table for each page of a Scan. Here the order is kept until keys come or go."""

    def __init__(self) -> None:
        self._kept: dict[tuple[int, str, str], list[str]] = {}

    def __call__(self, things: Any, **how: Any) -> list[Any]:
        """Return the things in order, as `sorted` does."""
        if how or len(things := list(things)) < _MANY:
            return sorted(things, **how)
        if (mark := (len(things), things[0], things[-1])) not in self._kept:
            self._kept = {mark: sorted(things)}
        return self._kept[mark]


def after(items: list[Any], start: Any, _table: Any) -> list[Any]:
    """Return the items of a Scan after a key, in MiniStack's place, which goes through all of them for each page."""
    return items[bisect.bisect_right(items, _key(start), key=_key) :]


def _key(item: Any) -> tuple[str, str]:
    return item["eid"]["S"], item["crew_id"]["S"]


class EngineCommands:
    """The commands of the process that started this one."""

    def __init__(self, meter: UnitMeter, loop: asyncio.AbstractEventLoop) -> None:
        self._meter = meter
        self._loop = loop
        self._answers = os.fdopen(os.dup(1), "w")
        os.dup2(2, 1)  # what MiniStack prints goes to standard error
        self._fleets: dict[str, BoatEvents] = {}
        self._kept: dict[str, Any] = {}

    def run(self) -> None:
        """Carry out each line in the server's own thread, and end the process at the end of the input."""
        for line in sys.stdin:
            name, *arguments = json.loads(line)
            asked = asyncio.run_coroutine_threadsafe(self._do(name, arguments), self._loop)
            self._answers.write(json.dumps(asked.result()) + "\n")
            self._answers.flush()
        os.kill(os.getpid(), signal.SIGTERM)

    async def _do(self, name: str, arguments: list[Any]) -> Any:
        return getattr(self, name)(*arguments)

    def grow(self, table: str, count: int, today: str, per_day: int) -> list[str]:
        """Let the table hold `count` events around a day, with their books. Return the ids of that day and of the next.

        Late on a day the form opens with an event of the next.
        """
        fleet = self._fleets.setdefault(table, BoatEvents(today, per_day))
        self.put(table, fleet.grown(count))
        gc.freeze()
        return [fleet.eid(number) for number in range(min(count, 2 * per_day))]

    def put(self, table: str, rows: Any) -> bool:
        """Store rows on the wire, whatever is there, and meter nothing."""
        stored = dynamodb._tables[table]
        for row in rows:
            _store(stored, row["eid"]["S"], row["crew_id"]["S"], row)
        return True

    def copy(self, table: str, row: Any, eids: list[str]) -> bool:
        """Store a row under each of these ids."""
        return self.put(table, ({**row, "eid": {"S": eid}, "month": {"S": eid[:7]}} for eid in eids))

    def keep(self, table: str, eids: list[str]) -> bool:
        """Remember the rows of these ids as they are now."""
        stored = dynamodb._tables[table]["items"]
        self._kept = {eid: dict(stored[eid]) for eid in eids}
        return True

    def restore(self, table: str) -> bool:
        """Bring the rows that were remembered back."""
        stored = dynamodb._tables[table]["items"]
        stored.update({eid: dict(rows) for eid, rows in self._kept.items()})
        return True

    def counted(self, _table: str) -> dict[str, float]:
        """Return the calls and the units since the last time."""
        counted, self._meter.counted = self._meter.counted, defaultdict(float)
        return dict(counted)


def _units(request: Any, size: int) -> int:
    """Return the units of the row that a key names."""
    item = dynamodb._get_item_by_key(dynamodb._tables[request["TableName"]], request["Key"])
    bytes_of_it: int = dynamodb._item_size_bytes(item or {})
    return max(1, math.ceil(bytes_of_it / size))


def _share(request: Any) -> float:
    """Return what a unit of a read counts."""
    return 1 if request.get("ConsistentRead") else 0.5


def main() -> None:
    """Serve DynamoDB on 127.0.0.1 until standard input ends."""

    async def serve() -> None:
        meter = UnitMeter()
        meter.install()
        dynamodb.sorted, dynamodb._apply_exclusive_start_key_scan = Ordered(), after
        commands = EngineCommands(meter, asyncio.get_running_loop())
        threading.Thread(target=commands.run, daemon=True).start()
        await serve_app(Guard(ministack.app, ministack.detect_service), port=int(sys.argv[1]))

    asyncio.run(serve())


if __name__ == "__main__":
    main()
