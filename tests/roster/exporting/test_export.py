"""`export payments` for spreadsheets and programs, and rules for every format."""

from __future__ import annotations

import csv
import io
import json
import stat
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.ledger import DynamoLedger
from charter.exported import ExportedEntry, ExportedLedger
from charter.payments import Source
from exports.plain import COLUMNS, as_csv, as_json
from roster import walking
from roster.exporting import rows
from tests.builders import DANA, EID, MARCO, NOW, ZONE, a_draft, a_refund, a_row, a_void, an_entry, an_event

if TYPE_CHECKING:
    from typing import Any

    from tests.roster.operating import Operator

pytestmark = pytest.mark.dynamodb

MIA = "2026-06-02-captain-mia-sunset"


@pytest.fixture
def paid(operator: Operator) -> Operator:
    """Log cash of Dave, of which 25 went back, a voided venmo of Ana, and a payment of Dave for another event."""
    operator.put(a_row(), a_row(MIA, starts_at="2026-06-02T18:00:00-07:00", currency="EUR"))
    ledger = DynamoLedger(operator.client, operator.table, zone=ZONE, currency="USD")
    log: Any = {"by": DANA, "source": Source.SLACK, "now": NOW}
    ledger.log(a_draft("p1", notes='=HYPERLINK("http://x")'), **log)
    ledger.log(a_draft("p2", "ana", "50", method="venmo"), **log)
    ledger.log(a_draft("p3", eid=MIA), **(log | {"by": MARCO}))
    office: Any = {"by": "slack:U0OLIVIA", "source": Source.SLACK, "now": NOW.replace(hour=23)}
    ledger.reverse(a_refund("r1", "25"), **office)
    ledger.reverse(a_void("p2", "ana"), **office)
    return operator


def _csv(operator: Operator, *options: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(operator.done("export", "payments", *options).stdout)))


def test_every_entry_is_a_line_with_all_that_it_says(paid: Operator) -> None:
    lines = {line["payment_id"]: line for line in _csv(paid)}

    assert list(lines["p1"]) == list(COLUMNS)
    assert sorted(lines) == ["p1", "p2", "p3", "r1", "void:p2"]
    assert lines["r1"] == {
        "eid": EID,
        "title": "Captain Cory, afternoon",
        "starts_at": "2026-05-23T13:00:00-07:00",
        "patron_id": "dave",
        "patron": "Dave Kowalski",
        "payment_id": "r1",
        "kind": "refund",
        "amount": "-25.00",
        "currency": "USD",
        "method": "cash",
        "logged_by": "slack:U0OLIVIA",
        "timestamp": "2026-05-23T23:30:00.000Z",
        "source": "slack",
        "notes": "",
        "reverses": "",
        "reason": "seasick",
        "tip": "",
        "group": "",
        "counterpart": "",
        "permalink": "",
    }
    assert lines["void:p2"]["reverses"] == "p2"
    assert lines["p3"]["currency"] == "EUR"


def test_formulas_are_no_formulas_and_negative_amounts_stay_numbers(paid: Operator) -> None:
    lines = {line["payment_id"]: line for line in _csv(paid)}

    assert lines["p1"]["notes"] == '\'=HYPERLINK("http://x")'
    assert Decimal(lines["r1"]["amount"]) == -25


def test_json_is_one_array_with_amounts_as_texts(paid: Operator) -> None:
    entries = json.loads(paid.done("export", "payments", "--format", "json").stdout)

    assert {entry["payment_id"]: entry["amount"] for entry in entries} == {
        "p1": "125.00",
        "r1": "-25.00",
        "p2": "50.00",
        "void:p2": "-50.00",
        "p3": "125.00",
    }
    assert "reverses" not in entries[0]


CHOICES = {
    "of an event": (["--event", EID], {"p1", "p2", "r1", "void:p2"}),
    "of a month": (["--month", "2026-06"], {"p3"}),
    "logged in a month": (["--logged", "2026-05"], {"p1", "p2", "p3", "r1", "void:p2"}),
    "logged in another month": (["--logged", "2026-06"], set()),
    "by a method, and what was voided of it": (["--method", "Venmo"], {"p2", "void:p2"}),
    "by one of the crew, and what was voided of theirs": (["--by", "U0DANA"], {"p1", "p2", "void:p2"}),
    "by another": (["--by", "slack:U0MARCO"], {"p3"}),
    "by the office: what it gave back": (["--by", "U0OLIVIA"], {"r1"}),
    "of an event by a method": (["--event", EID, "--method", "cash"], {"p1", "r1"}),
}


@pytest.mark.parametrize("choice", CHOICES)
def test_what_was_asked_for_is_exported(paid: Operator, choice: str) -> None:
    options, ids = CHOICES[choice]

    assert {line["payment_id"] for line in _csv(paid, *options)} == ids


def test_an_unknown_event_and_an_invalid_month_are_reported(paid: Operator) -> None:
    assert "There is no event" in paid.run("export", "payments", "--event", "2026-01-01-nowhere").stderr
    assert "Write one like 2026-05" in paid.run("export", "payments", "--month", "May").stderr
    assert paid.run("export", "payments", "--format", "json", "--bom").exit_code == 2


def test_an_old_id_leads_to_its_event(operator: Operator) -> None:
    payments = {
        "dave": {"amount": Decimal(5), "method": "cash", "logged_by": DANA, "timestamp": "2026-05-01T00:00:00Z"}
    }
    operator.put({"eid": "2026-05-23", "crew_id": "#event", "moved_to": EID}, a_row(payments=payments))

    assert [line["payment_id"] for line in _csv(operator, "--event", "2026-05-23")] == ["before-the-ledger"]
    assert len(_csv(operator)) == 1


def test_an_event_that_is_renamed_while_it_is_exported_counts_once(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    payments = {
        "dave": {"amount": Decimal(5), "method": "cash", "logged_by": DANA, "timestamp": "2026-05-01T00:00:00Z"}
    }
    old, new = a_row("2026-05-23", payments=payments), a_row(payments=payments, renamed_from=["2026-05-23"])
    operator.put(old, new)  # as a walk meets them that passed the old row before the rename, and the new one after it

    assert len(_csv(operator)) == 1

    operator.put({"eid": "2026-05-23", "crew_id": "#event", "moved_to": EID})
    walked = walking.walk
    monkeypatch.setattr(  # and as one that passed the new id's place before the rename, and the old one's after it
        rows, "walk", lambda *args: (row for row in walked(*args) if row["eid"] != {"S": EID})
    )

    assert [line["eid"] for line in _csv(operator)] == [EID]


def test_nothing_to_export_is_an_empty_export(operator: Operator) -> None:
    operator.put(a_row(without=["payments"]))

    assert _csv(operator) == []
    assert json.loads(operator.done("export", "payments", "--format", "json").stdout) == []


FORMATS = ("csv", "json", "hledger", "beancount")
WRONG = {
    "an amount that is not the sum": ({"amount": Decimal(130)}, "amount is 130.00, but its entries add up to 125.00"),
    "no amount": ({"amount": None}, "amount is missing"),
    "an amount in words": ({"amount": "lots"}, "“lots”, which is not a number"),
    "a third decimal": ({"amount": Decimal("125.001")}, "more than two decimals"),
    "an entry in words": ({"entries": {"p1": "125"}}, "the amount of entry p1 is not a number"),
    "no entries at all": ({"entries": {}}, "its entries add up to 0.00"),
}


@pytest.mark.parametrize(
    ("wrong", "form"), [*((wrong, "csv") for wrong in WRONG), *(("no amount", form) for form in FORMATS[1:])]
)
def test_where_entries_and_amounts_disagree_nothing_is_exported(paid: Operator, wrong: str, form: str) -> None:
    change, reason = WRONG[wrong]
    row = paid.row(MIA)
    row["payments"]["dave"] |= change
    paid.put(row)
    file = paid.folder / "out"
    file.write_text("yesterday's")

    loud = paid.run("export", "payments", "--format", form, "--output", str(file))
    piped = paid.run("export", "payments", "--format", form)

    assert loud.exit_code == piped.exit_code == 1
    assert f"{MIA}, dave: " in loud.stderr
    assert reason in loud.stderr
    assert "nothing was exported" in loud.stderr
    assert piped.stdout == ""
    assert file.read_text() == "yesterday's"
    assert [path.name for path in paid.folder.iterdir()] == ["out"]
    assert paid.run("export", "payments", "--format", form, "--event", EID).exit_code == 0


def test_a_file_appears_whole_and_keeps_who_may_read_it(paid: Operator) -> None:
    new, old = paid.folder / "new.csv", paid.folder / "old.csv"
    old.write_text("before")
    old.chmod(0o640)

    for file in (new, old):
        paid.done("export", "payments", "-o", str(file), "--bom")

    assert new.read_bytes() == old.read_bytes()
    assert new.read_bytes().startswith(b"\xef\xbb\xbfeid,title")
    assert [stat.S_IMODE(file.stat().st_mode) for file in (new, old)] == [0o600, 0o640]
    assert "cannot be written" in paid.run("export", "payments", "-o", str(paid.folder / "nowhere" / "x")).stderr


def test_export_never_writes_to_the_table(paid: Operator) -> None:
    paid.done("export", "payments")
    paid.done("export", "payments", "--event", EID)

    assert set(paid.calls) == {"Scan", "BatchGetItem"}


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
FORMULAS = st.sampled_from(
    ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "'=1", '=HYPERLINK("x")', "-", "a,b", '"', "a\nb"]
)


def _ledger(name: str, notes: str, amount: str) -> ExportedLedger:
    entry = an_entry("p1", amount, notes=notes)
    return ExportedLedger(an_event(), (ExportedEntry("dave", name, entry, DANA),))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(name=TEXTS | FORMULAS, notes=TEXTS | FORMULAS, cents=st.integers(-10_000_000, 10_000_000))
def test_whatever_was_typed_comes_back_from_csv_and_json(name: str, notes: str, cents: int) -> None:
    amount = f"{Decimal(cents) / 100:.2f}"
    ledger = _ledger(name, notes, amount)

    (line,) = csv.DictReader(io.StringIO("".join(as_csv([ledger])), newline=""))
    (entry,) = json.loads("".join(as_json([ledger])))

    assert Decimal(line["amount"]) == Decimal(entry["amount"]) == Decimal(amount)
    for field, typed in (("patron", name), ("notes", notes)):
        assert line[field] in {typed, f"'{typed}"}
        assert not line[field].startswith(("=", "+", "-", "@", "\t", "\r"))
        assert entry.get(field, "") == typed
