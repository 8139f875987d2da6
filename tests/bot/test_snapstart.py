"""The bot from a snapshot: no open connection is kept, no id is used twice, and no old data is used as current."""

from __future__ import annotations

import json
import random
import socket
import sys
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, cast

import pytest

from tests.bot.conftest import logged, opened
from tests.builders import EID, a_row

if TYPE_CHECKING:
    from tests.bot.conftest import BotStage
    from tests.snapshots import Snapshots

# No id and no list of events is asked for: what the bot read ahead must be enough to know which event is meant.
WORDS = "cory dave 20 cash"


@pytest.fixture
def bot_stage(bot_stage: BotStage, snapshots: Snapshots) -> BotStage:
    """The bot as Lambda starts it for a snapshot; Dana is known by her id."""
    assert not snapshots.expected
    bot_stage.restart(CREW_USERS="U0DANA")
    return bot_stage


def test_a_connection_of_before_the_snapshot_is_not_used_after_it(bot_stage: BotStage, snapshots: Snapshots) -> None:
    came_by = bot_stage.world.table_faults.came_by
    opened(bot_stage.dana, f"{EID} dave 20 cash")
    before = set(came_by)
    assert len(came_by) > len(before) == 1  # kept alive between requests: this one a snapshot would hold
    snapshots.take()
    snapshots.wake()
    logged(bot_stage.dana)
    after = set(came_by) - before
    assert len(after) == 1  # and the request came by the one that reading ahead had opened
    assert came_by[-1] in after


def test_the_rare_commands_are_in_the_snapshot_so_that_nobody_waits_for_their_imports(
    bot_stage: BotStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "bot.commands.version", raising=False)
    bot_stage.restart(CREW_USERS="U0DANA")
    assert "bot.commands.version" in sys.modules


def test_two_processes_from_one_snapshot_mint_ids_of_their_own(bot_stage: BotStage, snapshots: Snapshots) -> None:
    snapshots.take()
    drawn, chance = random.getstate(), set()
    for _ in range(2):
        random.setstate(drawn)  # the same memory, restored twice
        snapshots.wake()
        chance.add(random.random())  # noqa: S311 - what libraries draw from
        logged(bot_stage.dana, f"{EID} dave {60 + len(chance)} cash")
    assert len(chance) == 2
    assert len(bot_stage.row()["payments"]["dave"]["entries"]) == 2


def test_the_first_form_after_a_restore_knows_the_month_as_it_is_then(
    bot_stage: BotStage, snapshots: Snapshots
) -> None:
    snapshots.take()
    bot_stage.put(a_row("2026-05-23-mystery-cruise", title="Mystery Cruise"))
    snapshots.wake()
    for text in (WORDS, "mystery dave 20 cash"):
        with bot_stage.counting() as cost:
            form = opened(bot_stage.dana, text)
        assert cost.table == {"Query": 1}
        assert form.values["patron"] == "dave"


def test_slack_is_asked_nothing_before_the_snapshot(bot_stage: BotStage, snapshots: Snapshots) -> None:
    # Slack's answers about a person are cached by a clock that does not advance in a snapshot.
    bot_stage.restart(CREW_USERS="*")
    snapshots.take()
    assert bot_stage.slack.api_calls == []


@pytest.mark.parametrize(("started_as", "reads_ahead"), [("on-demand", 1), ("snap-start", 2)])
def test_the_bot_starts_and_wakes_though_it_may_not_read_yet(
    bot_stage: BotStage, snapshots: Snapshots, started_as: str, reads_ahead: int
) -> None:
    # A version is published while the permissions of a new role still spread.
    snapshots.forget()
    bot_stage.world.table_faults.fail_next("Query", error="AccessDeniedException", times=reads_ahead)
    bot_stage.restart(AWS_LAMBDA_INITIALIZATION_TYPE=started_as)
    snapshots.take()
    snapshots.wake()
    assert bot_stage.world.table_faults.unused == {}
    logged(bot_stage.dana)


def test_a_python_without_snapshots_starts_all_the_same(
    bot_stage: BotStage, snapshots: Snapshots, monkeypatch: pytest.MonkeyPatch
) -> None:
    del snapshots
    monkeypatch.setitem(sys.modules, "snapshot_restore_py", None)
    bot_stage.restart()
    logged(bot_stage.dana)


def test_a_process_that_no_snapshot_is_taken_of_registers_nothing(bot_stage: BotStage, snapshots: Snapshots) -> None:
    assert snapshots.expected
    snapshots.forget()
    bot_stage.restart(AWS_LAMBDA_INITIALIZATION_TYPE="on-demand")
    assert not snapshots.expected


class Vault(ThreadingHTTPServer):
    """Lambda's endpoint for a role's credentials, good for a quarter of an hour. It keeps connections open."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Clerk)
        self.now = datetime.now(UTC)
        self.issued: list[str] = []
        self.open: list[socket.socket] = []
        self.url = f"http://127.0.0.1:{self.server_address[1]}/credentials"

    def hang_up(self) -> None:
        """Break all connections that are open now."""
        while self.open:
            self.open.pop().shutdown(socket.SHUT_RDWR)


class _Clerk(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        vault = cast("Vault", self.server)
        vault.open.append(self.connection)
        vault.issued.append(f"key-{len(vault.issued)}")
        ends = (vault.now + timedelta(minutes=16)).isoformat()
        issued = {"AccessKeyId": vault.issued[-1], "SecretAccessKey": "s", "Token": "t", "Expiration": ends}
        content = json.dumps(issued).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the parent's name for it
        """Nothing."""


def test_credentials_of_before_the_snapshot_are_renewed_after_it(
    bot_stage: BotStage, snapshots: Snapshots, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Vault() as vault:
        threading.Thread(target=vault.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", vault.url)
        snapshots.forget()
        bot_stage.restart(AWS_ACCESS_KEY_ID=None, AWS_SECRET_ACCESS_KEY=None)
        assert vault.issued == ["key-0"]
        logged(bot_stage.dana)
        assert vault.issued == ["key-0"]
        snapshots.take()
        vault.hang_up()
        vault.now += timedelta(days=3)
        credentials = bot_stage.world.lambda_function.table._request_signer._credentials
        credentials._time_fetcher = lambda: vault.now  # botocore's own clock, which is bound where it was made
        snapshots.wake()
        logged(bot_stage.dana, f"{EID} dave 60 cash")
        vault.shutdown()
    assert vault.issued == ["key-0", "key-1"]
    assert len(bot_stage.row()["payments"]["dave"]["entries"]) == 2
