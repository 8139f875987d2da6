"""The embedded engines start, answer, keep their data if asked to, and report failures clearly."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import textwrap
import time
from typing import TYPE_CHECKING

import pytest

from devkit import aws
from devkit.aws import (
    EngineFailed,
    create_announcements_table,
    create_events_table,
    dynamodb_client,
    start_dynalite,
    start_ministack,
)
from devkit.listen import free_port

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Engine

ROW = {"eid": {"S": "2026-05-23-captain-cory"}, "crew_id": {"S": "#event"}, "price": {"N": "125.00"}}
KEY = {"eid": ROW["eid"], "crew_id": ROW["crew_id"]}


@pytest.mark.dynamodb
def test_the_events_table_has_the_keys_index_and_stream_of_the_design(dynamodb: Engine, events_table: str) -> None:
    table = dynamodb.client.describe_table(TableName=events_table)["Table"]
    assert {key["KeyType"]: key["AttributeName"] for key in table["KeySchema"]} == {"HASH": "eid", "RANGE": "crew_id"}
    (index,) = table["GlobalSecondaryIndexes"]
    assert index["IndexName"] == "by_month"
    assert {key["KeyType"]: key["AttributeName"] for key in index["KeySchema"]} == {"HASH": "month", "RANGE": "eid"}
    assert index["Projection"]["ProjectionType"] == "INCLUDE"
    assert sorted(index["Projection"]["NonKeyAttributes"]) == ["channel", "starts_at", "status", "title"]
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    if dynamodb.name != "dynalite":  # it has no streams
        assert table["StreamSpecification"]["StreamViewType"] == "NEW_AND_OLD_IMAGES"


@pytest.mark.dynamodb
def test_a_table_that_exists_keeps_its_rows_when_it_is_made_again(dynamodb: Engine, events_table: str) -> None:
    dynamodb.client.put_item(TableName=events_table, Item=ROW)
    create_events_table(dynamodb.client, events_table)
    assert dynamodb.client.get_item(TableName=events_table, Key=KEY)["Item"]["price"]["N"] in ("125", "125.00")


def test_announcements_are_forgotten_at_their_expiration(dynamodb: Engine) -> None:
    name = f"announcements-{time.monotonic_ns()}"
    create_announcements_table(dynamodb.client, name)
    create_announcements_table(dynamodb.client, name)
    described = dynamodb.client.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    assert described["AttributeName"] == "expiration"
    assert described["TimeToLiveStatus"] == "ENABLED"


def test_ministack_keeps_its_rows_when_it_is_stopped_and_started_again(tmp_path: Path) -> None:
    for start in ("first", "second"):
        with start_ministack(state=tmp_path / "state") as endpoint:
            client = dynamodb_client(endpoint)
            create_events_table(client, "events")
            if start == "first":
                client.put_item(TableName="events", Item=ROW)
            assert client.get_item(TableName="events", Key=KEY)["Item"]["crew_id"] == {"S": "#event"}
            client.close()


def test_ministack_keeps_its_rows_when_the_program_that_started_it_is_killed(tmp_path: Path) -> None:
    state = tmp_path / "state"
    program = """
        import json, sys, time
        from pathlib import Path
        from devkit.aws import create_events_table, dynamodb_client, start_ministack
        with start_ministack(state=Path(sys.argv[1])) as endpoint:
            client = dynamodb_client(endpoint)
            create_events_table(client, "events")
            client.put_item(TableName="events", Item=json.loads(sys.argv[2]))
            print(endpoint, flush=True)
            time.sleep(60)
    """
    arguments = [sys.executable, "-c", textwrap.dedent(program), str(state), json.dumps(ROW)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, cwd=aws.ROOT) as parent:  # noqa: S603  # the program above
        assert parent.stdout is not None
        port = int(parent.stdout.readline().rpartition(":")[2])
        parent.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 15
    while not (state / "dynamodb.json").exists() or _listens(port):
        assert time.monotonic() < deadline, "MiniStack outlived its parent, or saved nothing"
        time.sleep(0.05)
    with start_ministack(state=state) as endpoint:
        client = dynamodb_client(endpoint)
        assert "Item" in client.get_item(TableName="events", Key=KEY)
        client.close()


def _listens(port: int, host: str = "127.0.0.1") -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((host, port)) == 0


def test_ministack_listens_on_this_machine_only(dynamodb: Engine) -> None:
    if dynamodb.name != "ministack":
        pytest.skip("another engine was chosen")
    port = int(dynamodb.endpoint.rpartition(":")[2])
    assert _listens(port)
    assert not _listens(port, "127.0.0.2")  # where only those answer who listen on every address


def test_a_start_that_fails_says_so_with_the_end_of_the_log() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with (
            pytest.raises(EngineFailed, match=r"(?s)MiniStack.*ended while starting.*already in use"),
            start_ministack(port=port),
        ):
            pass


def test_what_is_not_installed_is_named_with_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(aws, "MINISTACK_PYTHON", tmp_path / "nothing")
    monkeypatch.setattr(aws, "DYNALITE", tmp_path / "nothing")
    with pytest.raises(EngineFailed, match="make setup"), start_ministack():
        pass
    with pytest.raises(EngineFailed, match="make test-dynamodb"), start_dynalite():
        pass


@pytest.mark.skipif(not aws.DYNALITE.exists(), reason="dynalite is not installed: make test-dynamodb")
def test_dynalite_starts_and_ends_with_its_block() -> None:
    with start_dynalite(free_port()) as endpoint:
        client = dynamodb_client(endpoint)
        create_events_table(client, "events")
        assert client.list_tables()["TableNames"] == ["events"]
        client.close()
    assert not _listens(int(endpoint.rpartition(":")[2]))
