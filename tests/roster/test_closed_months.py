"""The summaries of closed months: `verify` checks them, `rebuild` leaves them, and `restore` brings them back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from adapters.months import DynamoMonths
from roster import bookkeeping
from tests.builders import NOW, ZONE

if TYPE_CHECKING:
    from tests.roster.drill import Drill
    from tests.roster.operating import Operator

CLOSED = "closed:2026-05"
LATER = (NOW + timedelta(days=30)).astimezone(ZONE)
KEY: Any = {"eid": {"S": "#books"}, "crew_id": {"S": CLOSED}}


@pytest.fixture
def closed(drill: Drill, monkeypatch: pytest.MonkeyPatch) -> Drill:
    """A table of which May was closed, and a copy of it."""
    monkeypatch.setattr(bookkeeping, "_PAUSE", 0.0)
    drill.operator.done("rebuild")
    months = DynamoMonths(drill.operator.client, drill.operator.table)
    assert months.close("2026-05", by="slack:U0OLIVIA", now=LATER).closed
    drill.backup()
    return drill


def row(operator: Operator) -> dict[str, Any]:
    """The row of the closed month on the wire; empty where there is none."""
    found: Any = operator.client.get_item(TableName=operator.table, Key=KEY, ConsistentRead=True)
    return dict(found.get("Item", {}))


def put(operator: Operator, **changes: str) -> None:
    """Write the row anew with these attributes changed."""
    item: Any = {**row(operator), **{name: {"S": value} for name, value in changes.items()}}
    operator.client.put_item(TableName=operator.table, Item=item)


def test_rebuild_keeps_a_closed_month_and_verify_finds_nothing(closed: Drill) -> None:
    before = row(closed.operator)
    assert before
    closed.operator.done("rebuild")
    assert row(closed.operator) == before
    assert "Nothing is broken or odd" in closed.operator.done("verify").stdout


def test_a_summary_that_was_changed_is_found(closed: Drill) -> None:
    operator, before = closed.operator, row(closed.operator)
    for changes, fault in (
        ({"summary": before["summary"]["S"].replace("50.00", "51.00")}, "sha256 is not the hash of its summary"),
        ({"sha256": "0" * 64}, "sha256 is not the hash of its summary"),
        ({"summary": "{}"}, "summary is not readable"),
        ({"by": "slack:U0DANA"}, "summary names another month, person or moment than its row"),
        ({"by": "nobody"}, "by is “nobody”, neither slack:… nor web:…"),
        ({"at": "yesterday"}, "at is “yesterday”, not a moment in UTC"),
    ):
        put(operator, **changes)
        result = operator.run("verify")
        assert result.exit_code == 1, changes
        assert fault in " ".join(result.output.split()), changes
        operator.client.put_item(TableName=operator.table, Item=before)
    assert operator.done("verify")


def test_a_closed_month_that_was_lost_comes_back(closed: Drill) -> None:
    operator, before = closed.operator, row(closed.operator)
    closed.lose_row("#books", CLOSED)
    assert "closed:2026-05" in operator.done("restore", closed.restored, "--dry-run").output
    assert not row(operator)
    assert "closed:2026-05: the closed month restored" in " ".join(closed.restore().output.split())
    assert row(operator) == before
    closed.check_repeatable()


def test_a_month_that_was_closed_otherwise_stays_and_is_reported(closed: Drill) -> None:
    put(closed.operator, by="slack:U0DANA")
    result = closed.restore().output
    assert "2026-05 is closed in both tables with different content." in " ".join(result.split())
    assert row(closed.operator)["by"] == {"S": "slack:U0DANA"}
