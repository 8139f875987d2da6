"""The benchmarks of growth run with little data, and their claims about the table and 1,000 boats are correct."""

from __future__ import annotations

import math
from typing import Any

import pytest

from adapters.attribute_values import from_wire
from adapters.shapes import Shape
from adapters.sizes import LARGEST_ITEM, item_size
from adapters.sums import disagreements
from devkit.aws import ROOT


@pytest.fixture
def _scripts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The benchmarks are scripts of one folder."""
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))


@pytest.mark.usefixtures("_scripts")
def test_the_model_of_1000_boats_agrees_with_its_simulation() -> None:
    import boats
    from boats_figures import checks
    from boats_model import Fleet, wait

    found = list(checks(quick=True))
    assert len(found) == 12
    assert [each for each in found if not each.holds] == []
    assert math.isinf(wait(Fleet(boats=1_000).rate * 1_000 / 4, Fleet().announcing)), "a shared table never catches up"
    (limits, _, money) = boats._limits(), boats._compared(found), boats._money()
    assert "no" not in {cell for row in boats._compared(found).rows for cell in row}
    assert len(limits.rows) == 11
    assert money.rows[0][0] == "1"


@pytest.mark.usefixtures("_scripts")
def test_growth_is_measured_by_the_steps_of_a_day_and_their_units() -> None:
    import growth

    (section,) = growth.sections(quick=True)
    cpu, calls, read, written = section.tables
    rows = {table.columns[0]: {row[0]: row[1:] for row in table.rows} for table in (cpu, calls, read, written)}
    assert set(rows["ms of CPU"]) >= {growth.OPEN, growth.SUBMIT, growth.STATUS, growth.HOME, growth.BOOKS}
    assert rows["calls of the table"][growth.OPEN][:2] == ("1", "1")
    assert rows["calls of the table"][growth.SUBMIT][:2] == ("1", "1")
    assert rows["write units"][growth.SUBMIT][0] == rows["write units"][growth.SUBMIT][1] != "0"
    assert all(figure > 0 for curve in section.curves for line in curve.series.values() for _, figure in line)


@pytest.mark.usefixtures("_scripts")
def test_the_rows_that_are_measured_are_rows_of_the_product() -> None:
    import fleet
    import one_row

    boat = fleet.BoatEvents("2026-05-31", 4)
    rows = list(boat.grown(3_000))
    own = [row for row in rows if row["crew_id"]["S"] == "#event"]
    assert len({row["eid"]["S"] for row in own}) == 3_000
    assert max(item_size(row) for row in rows) < LARGEST_ITEM
    books = {row["crew_id"]["S"]: from_wire(row) for row in rows if row["eid"]["S"] == "#books"}
    logged = sum(len(each["M"]["entries"]["M"]) for row in own for each in row["payments"]["M"].values())
    months = [each for name, each in books.items() if name[:2] == "20"]
    assert sum(int(every["entries"]) for each in months for every in each["by_method"]["USD"].values()) == logged

    empty: Any = {"eid": {"S": "2026-05-31-x"}, "crew_id": {"S": "#event"}, "price": {"N": "125"}}
    for kind in (one_row.EACH, one_row.FEW):
        filled = one_row.row_with(empty, kind, 50)
        records = from_wire(filled)["payments"].values()
        assert [reason for record in records for reason in disagreements(record)] == []
        most = one_row.most_entries(empty, kind)
        assert not Shape.of(one_row.row_with(empty, kind, most - 1)).full
        assert Shape.of(one_row.row_with(empty, kind, most)).full
