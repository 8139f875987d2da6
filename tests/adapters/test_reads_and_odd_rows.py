"""The ledger's read requests, and rows of other writers with missing attributes."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from adapters.boarding_rows import read_boarding
from adapters.dynamo import TimeBudget
from adapters.event_rows import EventRows
from adapters.takings import takings


def test_a_row_that_decides_about_a_write_is_read_consistently() -> None:
    asked: list[dict[str, Any]] = []

    def get_item(**request: Any) -> dict[str, Any]:
        asked.append(request)
        return {}

    client: Any = SimpleNamespace(get_item=get_item)
    rows, budget = EventRows(client, "events"), TimeBudget(lambda: 0.0)

    assert (rows.row("e1", budget), rows.redirect("e1", budget)) == ({}, {})
    assert [each["ConsistentRead"] for each in asked] == [True, True]


def test_an_event_that_is_seen_under_both_its_ids_is_counted_once() -> None:
    def row(eid: str, *earlier: str) -> dict[str, Any]:
        return {"eid": {"S": eid}, "payments": {"M": {}}, "renamed_from": {"L": [{"S": each} for each in earlier]}}

    client: Any = SimpleNamespace(scan=lambda **_: {"Items": [row("e1"), row("e2", "e1"), row("e3"), row("e3")]})
    assert [each.first_eid for each in takings(client, "events", currency="USD")] == ["e1", "e3"]


def test_a_cast_off_without_its_list_has_no_hash() -> None:
    done = read_boarding({"cast_off": {"at": "2026-05-23T20:30:00Z", "by": "slack:U0DANA", "souls": 2}}).cast_off
    assert done is not None
    assert (done.sha256, done.list_id) == ("", "")
