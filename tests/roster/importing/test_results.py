"""Results of an import as JSON and as CSV: standard output has nothing else."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.builders import a_row

if TYPE_CHECKING:
    from click.testing import Result

    from tests.roster.operating import Operator

pytestmark = pytest.mark.dynamodb

CORY = "2026-05-23-captain-cory-afternoon"
MIA = "2026-05-24-captain-mia-evening"
SHEET = f"id,title,date,time,price\n{MIA},=1+1,2026-05-24,18:30,90\n{CORY},Bay tour,2026-05-23,13:00,90\n"


def rows(result: Result) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(result.stdout)
    return found


@pytest.mark.transactions
def test_each_event_that_is_new_or_changed_is_a_row(operator: Operator) -> None:
    operator.put(a_row(CORY, title="Bay tour", starts_at="2026-05-23T13:00:00-07:00", price=80))
    file = operator.file("season.csv", SHEET)
    before = operator.snapshot()

    dry = operator.done("events", "import", file, "--dry-run", "--format", "json")
    assert operator.snapshot() == before
    done = operator.done("events", "import", file, "--yes", "--format", "json")

    assert rows(done) == rows(dry)
    assert rows(done) == [
        {"line": 2, "eid": MIA, "patron": None, "result": "new", "detail": "=1+1, 2026-05-24 18:30, 90.00"},
        {"line": 3, "eid": CORY, "patron": None, "result": "changed", "detail": "price 80.00 → 90.00"},
    ]
    assert "Imported season.csv" in done.stderr
    assert rows(operator.done("events", "import", file, "--yes", "--format", "json")) == []


def test_a_row_that_would_be_a_formula_is_none_in_csv(operator: Operator) -> None:
    output = operator.done("events", "import", operator.file("s.csv", SHEET), "--dry-run", "--format", "csv").stdout
    assert [(line["line"], line["result"], line["detail"]) for line in csv.DictReader(io.StringIO(output))] == [
        ("2", "new", "'=1+1, 2026-05-24 18:30, 90.00"),
        ("3", "new", "Bay tour, 2026-05-23 13:00, 90.00"),
    ]


def test_refused_lines_are_rows_too_whether_they_stop_it_or_not(operator: Operator) -> None:
    file = operator.file("season.csv", f"{SHEET}x,Late,2026-02-30,10:00,90\n")

    stopped = operator.run("events", "import", file, "--yes", "--format", "json")
    assert (stopped.exit_code, operator.rows()) == (1, [])
    assert {(row["line"], row["result"]) for row in rows(stopped)} == {(4, "refused")}
    assert any("2026-02-30" in row["detail"] for row in rows(stopped))

    skipped = operator.done("events", "import", file, "--yes", "--skip-bad", "--format", "json")
    assert [(row["line"], row["result"]) for row in rows(skipped)][:2] == [(2, "new"), (3, "new")]
    assert rows(skipped)[2:] == rows(stopped)


def test_a_no_makes_nothing_of_any_line(operator: Operator) -> None:
    file = operator.file("season.csv", SHEET)
    assert rows(operator.done("events", "import", file, "--format", "json", typed="n\n")) == []
    assert operator.rows() == []


def test_each_patron_is_a_row_with_event_and_id(operator: Operator) -> None:
    operator.put(a_row(CORY, price=80))
    file = operator.file("guests.csv", "id,name,party\np1,Ann,2\np2,Bob,x\n")

    stopped = operator.run("patrons", "import", file, "--event", CORY, "--yes", "--format", "json")
    assert [(row["line"], row["result"]) for row in rows(stopped)] == [(3, "refused")]

    done = operator.done("patrons", "import", file, "--event", CORY, "--yes", "--skip-bad", "--format", "json")
    ann = {"line": 2, "eid": CORY, "patron": "p1", "result": "new", "detail": "due 160.00, party of 2"}
    assert rows(done) == [ann, *rows(stopped)]
