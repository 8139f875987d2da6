"""GET /api/events?open=true: the events with open money, past ones too, from the books."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from adapters.books import DynamoBooks
from tests.builders import EID, ZONE, a_row
from tests.web.test_events import _list

if TYPE_CHECKING:
    from tests.web.conftest import WebWorld


def test_events_with_open_money_are_listed_whatever_their_day_the_oldest_first(web_world: WebWorld) -> None:
    eids = [f"2025-{month:02}-05-whale" for month in range(1, 13)]
    web_world.put(*(a_row(eid, patrons={"lee": {"name": "Lee", "due": Decimal(5)}}) for eid in eids))
    web_world.put(a_row("2026-04-01-paid", patrons={}))
    books = DynamoBooks(web_world.client, web_world.table, zone=ZONE, currency="USD", clock=lambda: 0.0)
    for eid in (*eids, EID, "2026-04-01-paid"):
        books.refresh(eid)
    with web_world.counting() as cost:
        first = _list(web_world, open="true", limit=5).json
    assert cost == {"BatchGetItem": 1, "Query": 5}
    assert [card["eid"] for card in first["events"]] == eids[:5]
    assert first["events"][0]["outstanding"] == "5.00"
    rest = _list(web_world, **{"open": "true", "from": first["next"]}).json
    assert [card["eid"] for card in rest["events"]] == [*eids[5:], EID]
    assert rest["next"] is None
    later = _list(web_world, **{"open": "true", "from": "2025-12-01"}).json
    assert [card["eid"] for card in later["events"]] == [eids[-1], EID]
    assert [card["eid"] for card in _list(web_world).json["events"]] == [EID]


def test_open_money_needs_books_and_a_plain_answer(web_world: WebWorld) -> None:
    missing = _list(web_world, open="true")
    assert missing.status == 404
    assert missing.json["detail"].startswith("There are no books yet.")
    assert _list(web_world, open="yes").errors == {"open": "Send true or false."}
