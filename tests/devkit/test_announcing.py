"""The local stream invokes the announce Lambda."""

from __future__ import annotations

import sys
from datetime import date
from typing import TYPE_CHECKING, Any

from devkit.announcing import announcing, show_digest, without_the_planted
from devkit.season import plant
from devkit.stream import mapped
from tests.browser.workspace_page import eventually

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.conftest import Engine

DAY = date(2026, 5, 23)


class Heard:
    """A handler that records the keys of its rows."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, str]] = []

    def __call__(self, event: dict[str, Any], _context: Any) -> None:
        keys = [record["dynamodb"]["Keys"] for record in event["Records"]]
        self.rows += [(key["eid"]["S"], key["crew_id"]["S"]) for key in keys]


def test_a_planted_season_is_no_news_but_a_row_made_by_its_first_payment_is(
    dynamodb: Engine, events_table: str
) -> None:
    heard = Heard()
    theirs: Any = {"eid": {"S": "2026-05-23-first-write"}, "crew_id": {"S": "#event"}, "title": {"S": "First"}}
    with mapped(without_the_planted(heard, lambda: DAY), endpoint=dynamodb.endpoint, table=events_table):
        assert plant(dynamodb.client, events_table, DAY) == 12
        dynamodb.client.put_item(TableName=events_table, Item=theirs)
    assert [eid for eid, crew_id in heard.rows if crew_id.startswith("#")] == ["2026-05-23-first-write"]
    assert any(not crew_id.startswith("#") for _, crew_id in heard.rows), "rows of the crew's pass"


def test_a_planted_row_that_somebody_changes_is_news(dynamodb: Engine, events_table: str) -> None:
    heard = Heard()
    eid = f"{DAY}-captain-cory-afternoon"
    with mapped(without_the_planted(heard, lambda: DAY), endpoint=dynamodb.endpoint, table=events_table):
        plant(dynamodb.client, events_table, DAY)
        key: Any = {"eid": {"S": eid}, "crew_id": {"S": "#event"}}
        dynamodb.client.update_item(TableName=events_table, Key=key, UpdateExpression="REMOVE payments.dave")
        dynamodb.client.update_item(
            TableName=events_table,
            Key=key,
            UpdateExpression="SET note_of_a_test = :n",
            ExpressionAttributeValues={":n": {"S": "now"}},
        )
    assert heard.rows.count((eid, "#event")) == 1


def test_what_the_function_prints_is_kept_apart_and_the_mornings_call_reaches_it(
    dynamodb: Engine, events_table: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    calls: list[dict[str, Any]] = []

    def handler(event: dict[str, Any], _context: Any) -> None:
        sys.stdout.write("a metric\n")
        calls.append(event)
        if len(calls) > 1:
            raise RuntimeError("no digest today")

    log = tmp_path / "announce.log"
    with announcing(
        endpoint=dynamodb.endpoint, table=events_table, today=lambda: DAY, log=log, handler=handler
    ) as running:
        assert show_digest(running) is True
        assert calls == [{"digest": "now"}]
        assert show_digest(running) is False
    assert log.read_text() == "a metric\n" * 2
    assert capsys.readouterr().out == ""


def test_the_function_never_runs_twice_at_a_time(dynamodb: Engine, events_table: str) -> None:
    at_once: list[int] = []
    inside: list[None] = []

    def handler(event: dict[str, Any], _context: Any) -> None:
        inside.append(None)
        at_once.append(len(inside))
        if "Records" in event:
            eventually(lambda: waiting[0] or len(inside) > 1)
        inside.pop()

    waiting = [False]
    with announcing(endpoint=dynamodb.endpoint, table=events_table, today=lambda: DAY, handler=handler) as running:
        item: Any = {"eid": {"S": "x"}, "crew_id": {"S": "#event"}}
        dynamodb.client.put_item(TableName=events_table, Item=item)
        eventually(lambda: len(at_once) == 1)
        waiting[0] = True
        assert show_digest(running)
    assert at_once == [1, 1]


def test_what_waits_for_a_shared_mail_is_asked_for_again_and_again_until_the_end(
    dynamodb: Engine, events_table: str
) -> None:
    calls: list[dict[str, Any]] = []

    def handler(event: dict[str, Any], _context: Any) -> None:
        calls.append(event)

    with announcing(
        endpoint=dynamodb.endpoint, table=events_table, today=lambda: DAY, handler=handler, waiting_pause=0.01
    ):
        eventually(lambda: len(calls) > 2)
    ended = len(calls)
    assert calls == [{"sweep": "waiting"}] * ended
