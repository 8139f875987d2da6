"""GET /api/exports/payments: the very files that `roster export payments` writes, while they fit into one answer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from adapters.ledger import DynamoLedger
from charter.payments import Source
from tests.builders import DANA, EID, MARCO, NOW, ZONE, a_draft, a_refund, a_row, a_signature_row
from tests.roster.command import renamed, roster

if TYPE_CHECKING:
    from tests.web.conftest import WebWorld

PATH = "/api/exports/payments"
JUNE, OLD, NEW = "2026-06-02-captain-mia-sunset", "2026-05-30", "2026-05-30-cory-morning"


@pytest.fixture
def paid(web_world: WebWorld) -> WebWorld:
    """Payments of three events and two currencies; one event was renamed, one has a signature, one has no money."""
    web_world.put(a_row(JUNE, currency="EUR", title="Mia’s “sunset”"), a_row(OLD), a_row("2026-05-31-empty"))
    web_world.put(a_signature_row())
    ledger = DynamoLedger(web_world.client, web_world.table, zone=ZONE, currency="USD")
    for wanted, by in (
        (a_draft("p1", notes='=HYPERLINK("http://x")', tip="5.00"), DANA),
        (a_draft("p2", "ana", "50", method="venmo", eid=JUNE), MARCO),
        (a_draft("p3", "ana", "60", eid=OLD), MARCO),
    ):
        ledger.log(wanted, by=by, source=Source.SLACK, now=NOW)
    ledger.reverse(a_refund("r1", "25"), by=MARCO, source=Source.SLACK, now=NOW.replace(month=6))
    renamed(web_world.client.meta.endpoint_url, web_world.table, OLD, NEW)
    return web_world


def by_roster(world: WebWorld, *options: str) -> bytes:
    """The output of the operator's command."""
    result = roster(world.client.meta.endpoint_url, world.table, "export", "payments", *options)
    assert result.exit_code == 0, result.output
    return result.stdout_bytes


@pytest.mark.parametrize("form", ["csv", "json", "hledger", "beancount"])
def test_each_file_is_byte_for_byte_the_operators(paid: WebWorld, form: str) -> None:
    for query, options in (
        ("", []),
        ("month=2026-05", ["--month", "2026-05"]),
        ("logged=2026-06", ["--logged", "2026-06"]),
        ("month=2026-05&logged=2026-05", ["--month", "2026-05", "--logged", "2026-05"]),
        ("month=1999-01", ["--month", "1999-01"]),
    ):
        answer = paid.get(PATH, f"format={form}&{query}")
        assert answer.status == 200, answer.text
        assert answer.body == by_roster(paid, "--format", form, *options), query
    assert b"p1" in paid.get(PATH, f"format={form}").body


def test_a_file_has_a_name_and_is_stored_nowhere(paid: WebWorld) -> None:
    headers = paid.get(PATH, "month=2026-05").headers
    assert headers["content-type"] == "text/csv; charset=utf-8"
    assert headers["content-disposition"] == 'attachment; filename="payments-2026-05.csv"'
    assert headers["cache-control"] == "no-store"
    named = paid.get(PATH, "format=hledger&logged=2026-05").headers["content-disposition"]
    assert named == 'attachment; filename="payments-logged-2026-05.journal"'


def test_what_the_query_cannot_mean_is_said_by_field(paid: WebWorld) -> None:
    answer = paid.get(PATH, "month=may&logged=2026-13&format=xlsx")
    assert (answer.status, answer.errors) == (
        422,
        {
            "month": "Send a month, like 2026-05.",
            "logged": "Send a month, like 2026-05.",
            "format": "Send one of csv, json, hledger, beancount.",
        },
    )
    assert paid.ask("GET", PATH).status == 401


def test_an_export_that_does_not_fit_says_who_can_make_it(paid: WebWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    sentence = "This export is too large for the web. The operator makes it with `python -m roster export payments`."
    with monkeypatch.context() as patched:
        patched.setattr(paid.web_function, "EXPORT_SECONDS", -1)  # as if the time of the reading were over
        answer = paid.get(PATH)
    assert (answer.status, answer.json["detail"]) == (409, sentence)
    whole = len(json.dumps(paid.get(PATH).text)) - 2
    monkeypatch.setattr("web.exports.LARGEST", whole - 1)
    answer = paid.get(PATH)
    assert (answer.status, answer.json["detail"]) == (409, sentence)
    assert paid.get(PATH, "month=1999-01").status == 200


def test_money_that_is_not_certain_is_not_exported(paid: WebWorld) -> None:
    row = paid.row()
    row["payments"]["dave"]["amount"] += 1
    paid.put(row)
    answer = paid.get(PATH)
    assert answer.status == 409
    assert "Entries and amounts disagree" in answer.json["detail"]
    assert paid.get(PATH, "month=2026-06").status == 200
    assert EID not in paid.get(PATH, "month=2026-06").text


def test_a_table_that_does_not_answer_is_503(paid: WebWorld) -> None:
    paid.table_faults.fail_next("Scan", throttle=True, times=2)
    assert paid.get(PATH).status == 503


def test_a_month_of_a_large_table_is_read_by_its_events_and_names_every_entry(
    paid: WebWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No index has a row without `month`; what it took is exported all the same, under whatever id."""
    nameless, moved = "2026-05-28-mia", "2026-06-20-cory"
    paid.put(a_row(nameless, without=["month"]), a_row(moved, starts_at="2026-05-29T13:00:00-07:00", month="2026-05"))
    ledger = DynamoLedger(paid.client, paid.table, zone=ZONE, currency="USD")
    for number, eid in enumerate((nameless, moved)):
        wanted = a_draft(f"m{number}", "ana", "70", eid=eid)
        ledger.log(wanted, by=DANA, source=Source.SLACK, now=NOW.replace(month=6))
    queries = ("month=2026-05", "logged=2026-05", "logged=2026-06", "month=2026-05&logged=2026-06", "month=1999-01")
    whole = {query: sorted(paid.get(PATH, query).text.splitlines()) for query in queries}
    monkeypatch.setattr("adapters.month_rows._PAGES", 0)  # as if the table had more
    assert sorted(paid.get(PATH, queries[0]).text.splitlines()) == whole[queries[0]], "no books yet: all is scanned"

    assert roster(paid.client.meta.endpoint_url, paid.table, "rebuild").exit_code == 0
    for query in queries:
        with paid.counting() as cost:
            answer = paid.get(PATH, query)
        assert sorted(answer.text.splitlines()) == whole[query], query
        assert "Scan" not in cost
        assert cost.total() <= 7
    assert "m0" in "".join(whole["month=2026-05"])
    assert "m1" in "".join(whole["month=2026-05"])
    ledger.log(a_draft("new", "ana", "5", eid=JUNE), by=DANA, source=Source.SLACK, now=NOW)
    assert ",new," in paid.get(PATH, "logged=2026-05").text, "the books are behind, but the trip is near"
    with paid.counting() as cost:
        paid.get(PATH)
    assert cost["Scan"] == 1, "everything is everything"
