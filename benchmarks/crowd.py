"""The world of a load: a table, a bucket, a Slack that says ok to everything, and a handler in a process of its own."""

from __future__ import annotations

import json
import threading
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final

from stage import OURS, NotAnswered, RunningContender, TimedReply, aws

from devkit.announcing import verify_sender
from devkit.aws import create_announcements_table
from devkit.buckets import create_waivers_bucket
from devkit.environment import ANNOUNCEMENTS_TABLE, MAIL_DOMAIN, WAIVERS_BUCKET
from devkit.functions import from_answer, to_event
from devkit.local_slack import local_slack, serve
from devkit.slack import Answer, people

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loads import Handler, LoadRequest
    from stage import BenchmarkAws

_TABLE: Final = "events-ours"
_MOST_LATE: Final = 100
_TRIES: Final = 5


@dataclass(frozen=True)
class World:
    """Parts that all handlers share. `row` is the event's own row, without payments of Dave's."""

    table: BenchmarkAws
    slack: str
    eid: str
    row: dict[str, Any]
    captured: dict[str, dict[str, Any]]
    """Payloads of a crew member's requests: `command`, `suggestion` and `submission`."""

    def put(self, row: dict[str, Any]) -> None:
        """Write an event's row."""
        self.table.client.put_item(TableName=_TABLE, Item=row)

    def restore(self) -> None:
        """Write the event's row as it was at first."""
        self.put(self.row)


class Loaded(RunningContender):
    """A handler in an interpreter of its own, and its requests one after another."""

    def __init__(self, handler: Handler, world: World) -> None:
        super().__init__(handler.lambda_, world.table.environment(OURS, slack=world.slack))
        self._asked: Iterator[LoadRequest] = handler.requests(world)
        self.late = 0
        """Answers that were not as expected. On a busy machine the table is late now and then, and the bot says so."""

    def one(self) -> TimedReply:
        """Send the next request. Raises NotAnswered where the process ended, or where answers are wrong too often."""
        asked, process = next(self._asked), self._process
        assert process.stdin is not None  # noqa: S101 - both are pipes
        assert process.stdout is not None  # noqa: S101 - as above
        process.stdin.write(json.dumps(asked.request) + "\n")
        process.stdin.flush()
        line = process.stdout.readline()
        if not line:
            raise self._not_answered("ended")
        reply = TimedReply(**json.loads(line))
        self.late += asked.expected not in json.dumps(reply.answer, ensure_ascii=False)
        if self.late > _MOST_LATE:
            raise self._not_answered(f"answered {reply.answer} instead of {asked.expected}")
        return reply

    def megabytes(self) -> float:
        """Return the memory that it holds, as the system counts it (VmRSS)."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:"))
        return int(kilobytes) / 1024


@contextmanager
def world() -> Iterator[World]:
    """A world with the sample season."""
    with aws() as table, quick_slack() as slack, ExitStack() as stack:
        create_announcements_table(table.client, ANNOUNCEMENTS_TABLE)
        create_waivers_bucket(table.endpoint, WAIVERS_BUCKET)
        verify_sender(table.endpoint, f"crew@{MAIL_DOMAIN}")
        eid, row, captured = _captured(table, stack)
        yield World(table, slack, eid, row, captured)


def _captured(table: BenchmarkAws, stack: ExitStack) -> tuple[str, dict[str, Any], dict[str, dict[str, Any]]]:
    """Let a crew member log a payment before the strict Slack. Return its event, that row before, and the payloads."""

    def deliver(_kind: str, headers: dict[str, str], body: bytes) -> Answer:
        reply = running.ask(to_event("POST", "/slack/events", "", headers, body))
        status, answered, content = from_answer(reply.answer)
        return Answer(status, dict(answered), content)

    workspace = local_slack(deliver, recorded=False, patience=60)
    served = serve(workspace)
    stack.callback(served.stop)
    with RunningContender(OURS, table.environment(OURS, slack=served.url)) as running:
        dana = workspace.as_("U0DANA")
        for _ in range(_TRIES):  # a busy machine may be late
            dana.command("/log-payment", "dave 20 cash", channel="C0CORY")
            if dana.modal is not None:
                break
        eid = str(dana.form.values["event"])
        dana.form.suggest("patron", "dave")
        key: Any = {"eid": {"S": eid}, "crew_id": {"S": "#event"}}
        row = table.client.get_item(TableName=_TABLE, Key=key, ConsistentRead=True)["Item"]
        dana.form.submit()
        command, suggestion, submission = (each.payload for each in workspace.deliveries[-3:])
        if dana.form.title != "Payment logged":
            raise NotAnswered(f"nothing was logged: {dana.form.text}")
    return eid, row, {"command": command, "suggestion": suggestion, "submission": submission}


class _Agreeable(BaseHTTPRequestHandler):
    """Says ok to each call, with what callers read of the answers."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm: ClassVar[bool] = True
    wbufsize: ClassVar[int] = -1
    answer: ClassVar[bytes] = json.dumps(
        {
            "ok": True,
            "channel": "C0CORY",
            "ts": "1700000000.000100",
            "view": {"id": "V0000000001", "hash": "1.a"},
            "user": {
                "id": "U0DANA",
                "team_id": people.TEAM_ID,
                "is_restricted": False,
                "profile": {"real_name": "Dana Reyes"},
            },
            "messages": [],
        }
    ).encode()

    def do_POST(self) -> None:
        """Answer one call of the Web API."""
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.send_response(200)
        self.send_header("content-type", "application/json; charset=utf-8")
        self.send_header("content-length", str(len(self.answer)))
        self.end_headers()
        self.wfile.write(self.answer)

    def log_message(self, *_: object) -> None:
        """Nothing: the terminal shows the figures."""


@contextmanager
def quick_slack() -> Iterator[str]:
    """Serve a Slack that agrees to everything. Yields its address, without `/api/`."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Agreeable) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
