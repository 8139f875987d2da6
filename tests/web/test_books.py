"""GET /api/books/{month}: a month's totals by currency, for admins."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from adapters.books import DynamoBooks
from adapters.ledger import DynamoLedger
from adapters.months import DynamoMonths
from charter.payments import Source
from roster import bookkeeping
from tests.builders import DANA, EID, MARCO, NOW, ZONE, a_draft, a_refund, a_row

if TYPE_CHECKING:
    from tests.web.conftest import WebWorld

STOCKHOLM = "2026-05-20-stockholm"
NOTHING = {
    "payments": "0.00",
    "refunds": "0.00",
    "voids": "0.00",
    "returned": "0.00",
    "net": "0.00",
    "tips": "0.00",
    "entries": 0,
}


@pytest.fixture
def month(web_world: WebWorld, monkeypatch: pytest.MonkeyPatch) -> WebWorld:
    """Payments in two currencies, in April and May, and the books of them."""
    monkeypatch.setattr(bookkeeping, "_PAUSE", 0.0)
    web_world.put(a_row(STOCKHOLM, currency="SEK"))
    ledger = DynamoLedger(web_world.client, web_world.table, zone=ZONE, currency="USD")
    for wanted, by, now in (
        (a_draft("a1", "dave", "60.00"), DANA, NOW - timedelta(days=30)),
        (a_draft("m1", "dave", "40.00", tip="5.00"), DANA, NOW),
        (a_draft("m2", "ana", "250.00", method="venmo"), MARCO, NOW),
        (a_draft("m3", "dave", "100.00", eid=STOCKHOLM), DANA, NOW),
    ):
        ledger.log(wanted, by=by, source=Source.SLACK, now=now)
    ledger.reverse(a_refund("r1", "25.00"), by=MARCO, source=Source.SLACK, now=NOW)
    keep(web_world)
    return web_world


def keep(web_world: WebWorld) -> None:
    """Make the books anew."""
    books = DynamoBooks(web_world.client, web_world.table, zone=ZONE, currency="USD", clock=lambda: 0.0)
    bookkeeping.rebuild(web_world.client, web_world.table, books, lambda _rows: None)


def test_a_month_has_its_totals_by_currency_and_costs_one_read(month: WebWorld) -> None:
    with month.counting() as cost:
        answer = month.get("/api/books/2026-05")
    assert answer.status == 200
    assert cost == {"BatchGetItem": 1}
    book = answer.json
    assert (book["month"], book["compared"], book["closed"]) == ("2026-05", True, None)
    assert set(book["currencies"]) == {"USD", "SEK"}
    dollars = book["currencies"]["USD"]
    whole = NOTHING | {"payments": "290.00", "refunds": "-25.00", "net": "265.00", "tips": "5.00", "entries": 3}
    assert dollars["total"] == whole
    assert dollars["before"] == {**NOTHING, "payments": "60.00", "net": "60.00", "entries": 1}
    assert set(dollars["by_method"]) == {"cash", "venmo"}
    assert dollars["by_hand"][MARCO]["net"] == "225.00"
    assert dollars["by_event"] == {EID: whole}
    assert book["currencies"]["SEK"]["by_event"][STOCKHOLM]["net"] == "100.00"
    assert book["open"]["USD"] == {"owed": {EID: "50.00"}, "back": {}}


def test_a_closed_month_says_who_closed_it_and_what_was_added_since(month: WebWorld) -> None:
    later = (NOW + timedelta(days=30)).astimezone(ZONE)
    DynamoMonths(month.client, month.table).close("2026-05", by="slack:U0OLIVIA", now=later)
    ledger = DynamoLedger(month.client, month.table, zone=ZONE, currency="USD")
    ledger.reverse(a_refund("r2", "10.00"), by=MARCO, source=Source.WEB, now=NOW)
    keep(month)
    closed = month.get("/api/books/2026-05").json["closed"]
    assert (closed["by"], closed["at"]) == ("slack:U0OLIVIA", "2026-06-22T20:30:00.000Z")
    assert closed["since"] == {"USD": {"cash": {**NOTHING, "refunds": "-10.00", "net": "-10.00", "entries": 1}}}
    row = {"eid": "#books", "crew_id": "closed:2026-05", "at": closed["at"], "by": closed["by"], "summary": "{}"}
    month.put(row)
    assert month.get("/api/books/2026-05").json["closed"]["since"] is None


def test_only_admins_read_a_month_and_only_by_its_key(month: WebWorld) -> None:
    assert month.ask("GET", "/api/books/2026-05").status == 401
    for name in ("2026-5", "2026-13", "may", "2026-05-01", "0000-01", "%E2%80%AE"):
        answer = month.get(f"/api/books/{name}")
        assert (answer.status, answer.errors) == (422, {"month": "Send a month, like 2026-05."}), name
    empty = month.get("/api/books/2031-05")
    assert (empty.status, empty.json["currencies"]) == (200, {})


def test_a_table_without_books_is_404_and_says_what_to_do(web_world: WebWorld) -> None:
    answer = web_world.get("/api/books/2026-05")
    assert answer.status == 404
    assert "python -m roster rebuild" in answer.json["detail"]
