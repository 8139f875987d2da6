"""GET /api/books/{month} and its crew: a month's totals by currency, and its tips, for admins."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from adapters.books import DynamoBooks
from adapters.ledger import DynamoLedger
from adapters.months import DynamoMonths
from adapters.roster import DynamoRoster
from charter.edits import Adjustment
from charter.enrolling import PatronChange, fingerprint_of
from charter.payments import Source
from roster import bookkeeping
from tests.builders import DANA, EID, MARCO, NOW, ZONE, a_crew_row, a_draft, a_refund, a_row

if TYPE_CHECKING:
    from tests.web.conftest import WebWorld

STOCKHOLM = "2026-05-20-stockholm"
NOTHING = {
    "payments": "0.00",
    "refunds": "0.00",
    "voids": "0.00",
    "returned": "0.00",
    "transfers": "0.00",
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
    assert book["open"]["USD"] == {"owed": {EID: "50.00"}, "back": {}, "credit": {}}


def test_adjustments_are_counted_apart_from_the_money(month: WebWorld) -> None:
    ledger = DynamoLedger(month.client, month.table, zone=ZONE, currency="USD")
    roster = DynamoRoster(month.client, month.table, ledger=ledger, zone=ZONE, currency="USD")
    for kind, due, now in (
        (Adjustment.COMP, "0.00", NOW - timedelta(days=30)),
        (Adjustment.SURCHARGE, "20.00", NOW),
        (Adjustment.DISCOUNT, "15.00", NOW),
    ):
        dave = ledger.event(EID).patrons["dave"]
        change = PatronChange(EID, "dave", fingerprint_of(dave), {"due": Decimal(due)}, "a friend", kind, kind.value)
        roster.change(change, by=DANA, now=now.astimezone(ZONE))
    keep(month)
    dollars = month.get("/api/books/2026-05").json["currencies"]["USD"]
    assert dollars["adjustments"] == {
        "discount": {"amount": "-5.00", "number": 1},
        "surcharge": {"amount": "20.00", "number": 1},
    }
    assert dollars["adjusted"] == {"amount": "15.00", "number": 2}
    assert dollars["adjusted_before"]["number"] == 1
    assert dollars["total"]["net"] == "265.00"


def test_tips_are_split_among_the_crew_and_hands_have_names(month: WebWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    month.put(a_crew_row(EID, "U0DANA", name="Dana\u202e Reyes"), a_crew_row(EID, "zoe"))
    ledger = DynamoLedger(month.client, month.table, zone=ZONE, currency="USD")
    ledger.log(a_draft("t1", "ana", "1.00", eid=STOCKHOLM, tip="7.00"), by=DANA, source=Source.WEB, now=NOW)
    keep(month)
    with month.counting() as cost:
        answer = month.get("/api/books/2026-05/crew")
    assert answer.status == 200
    assert cost == {"BatchGetItem": 1, "Query": 2}, "a short Query for each event"
    assert answer.json == {
        "month": "2026-05",
        "names": {DANA: "Dana Reyes"},
        "currencies": {
            "SEK": {"total": "7.00", "shares": [], "not_split": "7.00", "not_read": "0.00"},
            "USD": {
                "total": "5.00",
                "shares": [
                    {"crew_id": "U0DANA", "name": "Dana Reyes", "amount": "2.50"},
                    {"crew_id": "zoe", "name": "zoe", "amount": "2.50"},
                ],
                "not_split": "0.00",
                "not_read": "0.00",
            },
        },
    }
    monkeypatch.setattr("web.crew_tips.MOST", 1)
    with month.counting() as cost:
        tips = month.get("/api/books/2026-05/crew").json["currencies"]
    assert cost["Query"] == 1
    assert (tips["SEK"]["not_split"], tips["USD"]["not_read"]) == ("7.00", "5.00"), "the first events are read"
    assert (tips["USD"]["total"], tips["USD"]["shares"]) == ("5.00", [])


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
    assert month.ask("GET", "/api/books/2026-05/crew").status == 401
    for name in ("2026-5", "2026-13", "may", "2026-05-01", "0000-01", "%E2%80%AE"):
        answer = month.get(f"/api/books/{name}")
        assert (answer.status, answer.errors) == (422, {"month": "Send a month, like 2026-05."}), name
        assert month.get(f"/api/books/{name}/crew").status == 422, name
    empty = month.get("/api/books/2031-05")
    assert (empty.status, empty.json["currencies"]) == (200, {})


def test_a_table_without_books_is_404_and_says_what_to_do(web_world: WebWorld) -> None:
    answer = web_world.get("/api/books/2026-05")
    assert answer.status == 404
    assert "python -m roster rebuild" in answer.json["detail"]
    assert web_world.get("/api/books/2026-05/crew").json["detail"] == answer.json["detail"]
