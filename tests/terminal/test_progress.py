"""Progress of long work, in a log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from terminal import console

if TYPE_CHECKING:
    import pytest

    from tests.roster.operating import Operator


def test_a_log_reads_how_far_an_import_is(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "_LOG_SECONDS", 0.0)
    rows = "".join(f"Trip {number},2026-06-{number:02}\n" for number in range(1, 4))

    result = operator.done("events", "import", operator.file("s.csv", f"title,date\n{rows}"), "--yes")

    lines = [line.strip() for line in result.stderr.splitlines() if "Writing" in line]
    assert lines[:3] == ["Writing … 1 of 3", "Writing … 2 of 3", "Writing … 3 of 3"]
    assert lines[3].startswith("✓ Writing: 3 of 3")


def test_what_stops_says_how_far_it_came(operator: Operator) -> None:
    operator.proxy.fail_next("Scan", error="AccessDeniedException")

    assert "✗ Reading the rows, after 0" in operator.run("verify").stderr
