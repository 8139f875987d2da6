"""The local Slack: the product's manifest in a strict workspace, served to programs and pages of this machine only."""

from __future__ import annotations

import threading
import urllib.request
from contextlib import closing
from http.client import HTTPConnection
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from bot import words
from devkit.local_slack import RECORDS, RunningSlack, local_slack, serve
from devkit.slack import Answer
from infra.slack.manifest import COMMANDS, GLOBAL_SHORTCUTS
from tests.slack_types.records import read_records

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from devkit.slack import Workspace


@pytest.fixture
def workspace() -> Workspace:
    return local_slack(lambda _kind, _headers, _body: Answer(200))


@pytest.fixture
def running(workspace: Workspace) -> Iterator[RunningSlack]:
    running = serve(workspace)
    yield running
    running.stop()


def test_its_app_declares_the_commands_and_shortcuts_of_the_manifest(workspace: Workspace) -> None:
    commands = [(each.command, each.description, each.usage_hint) for each in workspace.commands.values()]
    shortcuts = [(each.callback_id, each.name, each.description) for each in workspace.shortcuts.values()]
    assert commands == list(COMMANDS)
    assert shortcuts == list(GLOBAL_SHORTCUTS)
    assert set(workspace.commands) == set(words.HELP)
    assert not any(each.should_escape for each in workspace.commands.values())


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "localhost:1"}, 200),
        ({"Host": "evil.example"}, 403),
        ({"Host": "127.0.0.1.evil.example"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Host": "localhost:1", "Origin": "http://localhost:1"}, 200),
        ({"Host": "localhost:1", "Origin": "http://localhost:2"}, 403),
    ],
)
def test_only_pages_of_this_machine_get_an_answer(running: RunningSlack, headers: dict[str, str], status: int) -> None:
    with closing(HTTPConnection(urlsplit(running.url).netloc, timeout=5)) as connection:
        connection.request("GET", "/ui/state?user=U0DANA", headers=headers)
        assert connection.getresponse().status == status


def test_stopping_ends_open_event_streams_at_once(workspace: Workspace) -> None:
    running = serve(workspace)
    stream = urllib.request.urlopen(f"{running.url}/ui/events?user=U0DANA", timeout=5)  # noqa: S310  # our own http
    first = [stream.readline() for _ in range(3)]
    assert first[0] == b"event: state\n"
    stopper = threading.Thread(target=running.stop)
    stopper.start()
    stopper.join(4)
    assert not stopper.is_alive()
    assert stream.read() == b""
    stream.close()


def test_a_taken_port_is_reported(running: RunningSlack, workspace: Workspace) -> None:
    with pytest.raises(RuntimeError, match="taken"):
        serve(workspace, port=int(urlsplit(running.url).port or 0))


def test_the_local_slack_records_where_the_environment_names_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(RECORDS, str(tmp_path))
    slack = local_slack(lambda _kind, _headers, _body: Answer(200, {}, b'{"text": "Ahoy"}'))
    slack.as_("U0DANA").command("/waiver")
    assert [each.kind for each in read_records(tmp_path)] == ["answer to command"]
    monkeypatch.delenv(RECORDS)
    silent = local_slack(lambda _kind, _headers, _body: Answer(200, {}, b'{"blocks": []}'))
    silent.as_("U0DANA").command("/waiver")
    assert len(read_records(tmp_path)) == 1
