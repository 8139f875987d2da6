"""The metered table in a process of its own: see engine.py."""

from __future__ import annotations

import json
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, Final, cast

from stage import ROOT

from devkit.aws import MINISTACK_PYTHON, REGION, create_events_table, dynamodb_client
from devkit.embedded import SERVICES
from devkit.listen import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient

TABLE: Final = "events"
_PATIENCE: Final = 30.0  # seconds until the stand-in answers


@dataclass(frozen=True)
class Cost:
    """Cost of a request in the table: its calls by operation, and units as AWS counts them."""

    calls: dict[str, int]
    read: float
    written: float

    @property
    def times(self) -> int:
        """The number of calls."""
        return sum(self.calls.values())


@dataclass(frozen=True)
class StandIn:
    """The running stand-in with an events table."""

    endpoint: str
    client: DynamoDBClient
    _commands: IO[str]
    _answers: IO[str]

    def execute(self, command: str, *arguments: Any) -> Any:  # noqa: ANN401 - JSON
        """Execute a command of engine.py on the table, and return its answer."""
        self._commands.write(json.dumps([command, TABLE, *arguments]) + "\n")
        self._commands.flush()
        return json.loads(self._answers.readline())

    def cost(self) -> Cost:
        """Return what was counted since the last time."""
        counted = self.execute("counted")
        read, written = counted.pop("read", 0.0), counted.pop("written", 0.0)
        return Cost({name: int(count) for name, count in counted.items()}, read, written)

    def put(self, rows: Sequence[Any]) -> None:
        """Store rows on the wire, unmetered."""
        self.execute("put", rows)


@contextmanager
def stand_in() -> Iterator[StandIn]:
    """Run the stand-in with an empty events table."""
    port = free_port()
    process = subprocess.Popen(
        [str(MINISTACK_PYTHON), "-I", str(ROOT / "benchmarks" / "engine.py"), str(port)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={"MINISTACK_REGION": REGION, "SERVICES": ",".join(SERVICES), "PERSIST_STATE": "0"},
    )
    endpoint = f"http://127.0.0.1:{port}"
    try:
        _await(endpoint, process)
        client = dynamodb_client(endpoint)
        create_events_table(client, TABLE)
        yield StandIn(endpoint, client, cast("IO[str]", process.stdin), cast("IO[str]", process.stdout))
        client.close()
    finally:
        process.communicate()


def _await(endpoint: str, process: subprocess.Popen[str]) -> None:
    """Return when the stand-in answers. Raises RuntimeError where it ends, or takes too long."""
    ends = time.monotonic() + _PATIENCE
    while process.poll() is None and time.monotonic() < ends:
        try:
            urllib.request.urlopen(endpoint, timeout=1).close()  # noqa: S310 - an address of our own
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("The stand-in of the table did not start. Run `make setup` once.")
