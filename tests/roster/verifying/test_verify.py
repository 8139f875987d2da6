"""`verify`: each promise broken once, in one table; and tables without a fault."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from adapters.sizes import LARGEST_ITEM
from tests.builders import DANA, EID, MARCO, a_crew_row, a_row
from tests.roster.operating import Operator

if TYPE_CHECKING:
    from collections.abc import Callable

    from devkit.proxy import Proxy
    from tests.conftest import Engine

pytestmark = pytest.mark.dynamodb

Row = dict[str, Any]
_ENTRY = {
    "kind": "payment",
    "amount": Decimal("125.00"),
    "method": "cash",
    "logged_by": DANA,
    "source": "slack",
    "timestamp": "2026-05-23T20:30:00.000Z",
}
_VOID = _ENTRY | {
    "kind": "void",
    "amount": Decimal("-125.00"),
    "reverses": "p1",
    "reason": "twice",
    "timestamp": "2026-05-23T21:30:00.000Z",
}


def _record(**entries: Row) -> Row:
    """Return a sound record of these entries, the last of which is the latest."""
    last = list(entries.values())[-1]
    amount = sum((entry["amount"] for entry in entries.values()), Decimal(0))
    return {"amount": amount, **{name: last[name] for name in ("timestamp", "method", "logged_by")}, "entries": entries}


def _sound(eid: str) -> Row:
    return a_row(eid, payments={"dave": _record(p1=_ENTRY)}, payment_ids={"p1"})


def _of_dave(**changes: Any) -> Callable[[Row], object]:
    return lambda row: row["payments"]["dave"].update(changes)


def _of_entry(**changes: Any) -> Callable[[Row], object]:
    """Change the entry, and the record so that only the entry is wrong."""

    def change(row: Row) -> None:
        row["payments"]["dave"] = _record(p1=_ENTRY | changes)

    return change


def _entries(**entries: Row) -> Callable[[Row], object]:
    """Put other entries into a sound record."""

    def change(row: Row) -> None:
        row["payments"]["dave"] = _record(**{name.replace("_", ":"): entry for name, entry in entries.items()})
        row["payment_ids"] = set(row["payments"]["dave"]["entries"])

    return change


def _row(**changes: Any) -> Callable[[Row], object]:
    return lambda row: row.update(changes)


def _of_patron(**changes: Any) -> Callable[[Row], object]:
    return lambda row: row["patrons"]["dave"].update(changes)


REFUND = _ENTRY | {"kind": "refund", "reason": "seasick", "timestamp": "2026-05-23T22:00:00.000Z"}
LATER = {"timestamp": "2026-05-23T21:00:00.000Z"}

# A change of a sound row → the place of the finding, and a part of its text.
BROKEN: dict[str, tuple[Callable[[Row], object], str, str]] = {
    "amount": (_of_dave(amount=Decimal(130)), "payments.dave", "130.00, but its entries add up to 125.00"),
    "amount-text": (_of_dave(amount="lots"), "payments.dave", "which is not a number"),
    "latest-method": (_of_dave(method="venmo"), "payments.dave.method", "“venmo”, but “cash” in the latest entry"),
    "latest-by": (_of_dave(logged_by=MARCO), "payments.dave.logged_by", "in the latest entry"),
    "latest-time": (_of_dave(timestamp="2026-05-01T00:00:00.000Z"), "payments.dave.timestamp", "in the latest entry"),
    "no-entries": (_of_dave(entries={}), "payments.dave", "has an empty map of entries"),
    "odd-entries": (_of_dave(entries="x"), "payments.dave", "entries is not a map"),
    "odd-record": (_row(payments={"dave": "paid"}), "payments.dave", "is not a record"),
    "kind": (_of_entry(kind="gift"), "payments.dave.entries.p1", "kind is “gift”"),
    "too-fine": (_of_entry(amount=Decimal("1.005")), "payments.dave.entries.p1", "more than two decimals"),
    "too-much": (_of_entry(amount=Decimal("100000.01")), "payments.dave.entries.p1", "not from 0.01 to 100000.00"),
    "zero": (_of_entry(amount=Decimal(0)), "payments.dave.entries.p1", "not from 0.01"),
    "local-time": (_of_entry(timestamp="2026-05-23T13:30:00-07:00"), "payments.dave.entries.p1", "not a moment in UTC"),
    "method": (_of_entry(method=" "), "payments.dave.entries.p1", "method is"),
    "by": (_of_entry(logged_by="Dana"), "payments.dave.entries.p1", "neither slack:… nor web:…"),
    "source": (_of_entry(source="phone"), "payments.dave.entries.p1", "neither slack nor web"),
    "odd-source": (_of_entry(source=["slack"]), "payments.dave.entries.p1", "neither slack nor web"),
    "notes": (_of_entry(notes="x" * 501), "payments.dave.entries.p1", "notes is not a text of at most 500"),
    "reversing-payment": (
        _of_entry(reverses="p0"),
        "payments.dave.entries.p1",
        "only a void, a bounced check or a chargeback",
    ),
    "payment-id": (_entries(**{"p 1": _ENTRY}), "payments.dave.entries.p 1", "cannot name a payment"),
    "void-of-nothing": (
        _entries(p2=_ENTRY, void_p1=_VOID),
        "payments.dave.entries.void:p1",
        "is not in this patron's ledger",
    ),
    "void-of-a-part": (
        _entries(p1=_ENTRY, void_p1=_VOID | {"amount": Decimal(-25)}),
        "payments.dave.entries.void:p1",
        "does not reverse the whole amount of p1",
    ),
    "void-twice": (
        _entries(p1=_ENTRY, p2=_ENTRY, void_p1=_VOID, void_p2=_VOID),
        "payments.dave.entries.void:p2",
        "reverses p1 a second time",
    ),
    "void-name": (_entries(p1=_ENTRY, p9=_VOID), "payments.dave.entries.p9", "should have the id void:p1"),
    "void-of-void": (
        _entries(p1=_ENTRY, void_p1=_VOID, void_void_p1=_VOID | {"reverses": "void:p1", "amount": Decimal(125)}),
        "payments.dave.entries.void:void:p1",
        "itself a void",
    ),
    "bounced-and-voided": (
        _entries(p1=_ENTRY, p2=_ENTRY, void_p1=_VOID, bounced_p1=_VOID | {"kind": "bounced"}),
        "payments.dave.entries.bounced:p1",
        "reverses p1 a second time",
    ),
    "bounced-refund": (
        _entries(p1=_ENTRY, r1=REFUND, chargeback_r1=_VOID | {"kind": "chargeback", "reverses": "r1"}),
        "payments.dave.entries.chargeback:r1",
        "which is itself a refund",
    ),
    "bounced-name": (
        _entries(p1=_ENTRY, void_p1=_VOID | {"kind": "bounced"}),
        "payments.dave.entries.void:p1",
        "should have the id bounced:p1",
    ),
    "bounced-sign": (
        _entries(p1=_ENTRY, bounced_p1=_ENTRY | {"kind": "bounced", "reverses": "p1"}),
        "payments.dave.entries.bounced:p1",
        "amount of a bounced",
    ),
    "no-void": (_entries(void_p1=_ENTRY), "payments.dave.entries.void:p1", "has the id of a void"),
    "overpaid-back": (
        _entries(p1=_ENTRY, r1=REFUND | {"amount": Decimal(-200)}),
        "payments.dave",
        "more was paid back",
    ),
    "refund-sign": (_entries(p1=_ENTRY, r1=REFUND), "payments.dave.entries.r1", "amount of a refund"),
    "gone": (_row(payment_ids={"p1", "p0"}), "payment_ids", "has p0, but there is no entry with that id"),
    "unguarded": (
        lambda row: (_entries(p1=_ENTRY, p2=_ENTRY | LATER)(row), row.update(payment_ids={"p1"})),
        "payment_ids",
        "lacks p2",
    ),
    "shared-id": (
        lambda row: row["payments"].update(ana=_record(p1=_ENTRY)),
        "payments",
        "p1 is an entry of ana and of dave",
    ),
    "odd-set": (_row(payment_ids="p1"), "payment_ids", "not a set"),
    "month": (_row(month="2026-06"), "month", "“2026-06”, but the event starts on 2026-05-23"),
    "no-month": (lambda row: row.pop("month"), "month", "missing, but"),
    "start": (_row(starts_at="at noon"), "starts_at", "“at noon”"),
    "naive-start": (_row(starts_at="2026-05-23T13:00:00"), "starts_at", "not a moment with an offset"),
    "status": (_row(status="maybe"), "status", "neither scheduled nor cancelled"),
    "price": (_row(price=Decimal(-1)), "price", "not from 0"),
    "price-text": (_row(price="125"), "price", "not a number"),
    "currency": (_row(currency="$"), "currency", "three capital letters"),
    "channel": (_row(channel="#sunset"), "channel", "not the id of a Slack channel"),
    "roster": (_row(patrons=[]), "patrons", "not a map"),
    "patron-id": (
        lambda row: row["patrons"].update({"d ve": row["patrons"]["dave"]}),
        "patrons.“d ve”",
        "not a patron id",
    ),
    "patron-name": (_of_patron(name="D" * 81), "patrons.dave", "at most 80 characters"),
    "party": (_of_patron(party=Decimal("1.5")), "patrons.dave", "party is “1.5”"),
    "due": (_of_patron(due=Decimal("1.234")), "patrons.dave", "more than two decimals"),
    "patron-line": (lambda row: row["patrons"].update(dave="yes"), "patrons.dave", "not a line of a roster"),
    "boat": (_row(boat=["Pelican"]), "boat", "not a name"),
    "capacity": (_row(capacity=Decimal("12.5")), "capacity", "not a number of people"),
    "capacity-text": (_row(capacity="a dozen"), "capacity", "“a dozen”"),
    "renamed-from": (_row(renamed_from="x"), "renamed_from", "not a list"),
}

ODD: dict[str, tuple[Callable[[Row], object], str, str]] = {
    "older": (_row(payments={"dave": {"amount": Decimal(5)}}, payment_ids=None), "payments.dave.method", "missing"),
    "bad-eid": (lambda row: row.update(eid=row["eid"] + "-Cory"), "eid", "capital letters"),
    "no-title": (lambda row: row.pop("title"), "title", "the id is shown instead"),
    "no-start": (lambda row: row.pop("starts_at"), "starts_at", "the day of the id is used instead"),
    "no-due": (lambda row: row["patrons"]["dave"].pop("due"), "patrons.dave", "has no due"),
    "no-reason": (
        _entries(p1=_ENTRY, void_p1=_VOID | {"reason": ""}),
        "payments.dave.entries.void:p1",
        "without a reason",
    ),
    "text-amount": (_of_dave(amount="125.00"), "payments.dave", "a text, not a number"),
    "back-too-early": (
        _entries(r1=REFUND | {"amount": Decimal(-25)}, p1=_ENTRY | {"timestamp": "2026-05-23T23:00:00.000Z"}),
        "payments.dave",
        "more was paid back than was paid",
    ),
    "state": (_of_patron(state="ill"), "patrons.dave", "neither no_show nor removed"),
    "waivers": (
        _row(waivers={"s1": {"name": "Dave", "patron_id": "dave"}}),
        "waivers",
        "from an older version and is not read",
    ),
    "no-waivers": (_row(waivers={}), "waivers", "from an older version"),
    "large": (_row(filler="x" * int(LARGEST_ITEM * 0.85)), "", "before it is full"),
    "full": (_row(filler="x" * (LARGEST_ITEM - 9000)), "", "takes no more payments"),
}


def _mutated(cases: dict[str, tuple[Callable[[Row], object], str, str]]) -> list[Row]:
    rows = []
    for name, (change, _, _) in cases.items():
        row = _sound(f"2026-05-23-{name}")
        change(row)
        rows.append(row)
    return rows


@pytest.fixture(scope="module")
def found(dynamodb: Engine, before_the_table: Proxy, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, str]]:
    """Return the findings in a table with one row for each broken promise, and sound ones between them."""
    with dynamodb.fresh_table() as table:
        operator = Operator(table, dynamodb.client, before_the_table, tmp_path_factory.mktemp("verify"))
        operator.put(_sound(EID), a_crew_row(), *_mutated(BROKEN), *_mutated(ODD), *REDIRECTS)
        before = operator.snapshot()
        before_the_table.calls.clear()
        result = operator.run("verify", "--format", "json")
        assert result.exit_code == 1
        assert f"Error: {result.stdout.count('broken')} broken, " in result.stderr
        assert set(before_the_table.calls) == {"Scan", "BatchGetItem", "Query"}  # it reads, and nothing else
        assert operator.snapshot() == before
        findings: list[dict[str, str]] = json.loads(result.stdout)
        return findings


REDIRECTS: list[Row] = [
    {"eid": "2026-01-01-lost", "crew_id": "#event", "moved_to": "2026-01-01-nowhere"},
    {"eid": "2026-01-02-round", "crew_id": "#event", "moved_to": "2026-01-02-about"},
    {"eid": "2026-01-02-about", "crew_id": "#event", "moved_to": "2026-01-02-round"},
    {"eid": "2026-01-03-self", "crew_id": "#event", "moved_to": "2026-01-03-self"},
    {"eid": "2026-01-04-kept", "crew_id": "#event", "moved_to": EID, "month": "2026-01", "payments": {"dave": {}}},
    {"eid": "2026-01-04-signed", "crew_id": "#event", "moved_to": EID, "waivers": {"s1": {"name": "Dave"}}},
    {"eid": "2026-01-05-good", "crew_id": "#event", "moved_to": "2026-01-05-new"},
    a_row("2026-01-05-new", renamed_from=["2026-01-05-good"], starts_at="2026-01-05T13:00:00-08:00"),
    {"eid": "2026-01-06-new", "crew_id": "#moving", "moving_from": "2026-01-06-old"},
    {"eid": "2026-01-07-x", "crew_id": "#other"},
]
LED_ASTRAY = {
    "2026-01-01-lost": ("broken", "where there is no event"),
    "2026-01-02-round": ("broken", "in a circle"),
    "2026-01-03-self": ("broken", "redirects to itself"),
    "2026-01-04-kept": ("broken", "payments, month are still here"),
    "2026-01-04-signed": ("broken", "waivers are still here"),
    "2026-01-06-new": ("odd", "Run `events rename` again"),
    "2026-01-07-x": ("odd", "unknown kind of row"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_promise_is_found_where_it_is(found: list[dict[str, str]], case: str) -> None:
    _, where, what = BROKEN[case]
    output = [each for each in found if each["eid"] == f"2026-05-23-{case}"]

    assert [each["level"] for each in output if each["where"] == where and what in each["what"]] == ["broken"], output


@pytest.mark.parametrize("case", ODD)
def test_what_is_odd_is_reported_and_no_more(found: list[dict[str, str]], case: str) -> None:
    _, where, what = ODD[case]
    output = [each for each in found if each["eid"].startswith(f"2026-05-23-{case}")]

    assert any(each["where"] == where and what in each["what"] for each in output), output
    assert {each["level"] for each in output} == {"odd"}


@pytest.mark.parametrize("eid", LED_ASTRAY)
def test_redirects_are_sane(found: list[dict[str, str]], eid: str) -> None:
    level, what = LED_ASTRAY[eid]

    assert any(each["eid"] == eid and each["level"] == level and what in each["what"] for each in found)


def test_sound_rows_are_not_reported(found: list[dict[str, str]]) -> None:
    assert {each["eid"] for each in found} & {EID, "2026-01-05-good", "2026-01-05-new"} == set()
