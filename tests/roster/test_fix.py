"""`events fix` renames as `lint` proposes, by one plan, and continues after an interruption."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import pytest

from tests.builders import EID, a_crew_row, a_row

if TYPE_CHECKING:
    from click.testing import Result

    from tests.roster.operating import Operator

BROKEN = [f"2026-05-{day}" for day in (23, 24, 25)]


@pytest.fixture
def season(operator: Operator) -> Operator:
    """Put three events under bare dates, and one whose id keeps the rule."""
    for old in BROKEN:
        operator.put(a_row(old), a_crew_row(old, name="Cory Blake"))
    operator.put(a_row("2026-05-26-captain-mia"))
    return operator


def fix(operator: Operator, *options: str, typed: str | None = None) -> Result:
    return operator.run("events", "fix", *options, typed=typed)


def better(old: str) -> str:
    return f"{old}-captain-cory-afternoon"


def check_repaired(operator: Operator) -> None:
    assert operator.run("events", "lint").exit_code == 0
    for old in BROKEN:
        assert operator.row(old) == {"eid": old, "crew_id": "#event", "moved_to": better(old)}
        assert operator.row(better(old))["renamed_from"] == [old]
        assert operator.row(better(old), "cory")["name"] == "Cory Blake"
    assert len(operator.rows()) == 3 * 3 + 1


def test_all_that_lint_proposes_is_done_by_one_plan(season: Operator) -> None:
    asked = fix(season, typed="y\n")

    assert asked.exit_code == 0, asked.output
    assert all(f"{old} → {better(old)} (is a bare date" in asked.stderr for old in BROKEN)
    assert "Rename 3?" in asked.stderr
    assert f"2 of 3: {BROKEN[1]}" in asked.stderr
    check_repaired(season)


def test_a_dry_run_and_a_no_change_nothing(season: Operator) -> None:
    before = season.snapshot()

    assert fix(season, "--dry-run").exit_code == 0
    assert fix(season, typed="n\n").exit_code == 0
    assert fix(season).exit_code == 1
    assert season.snapshot() == before


@pytest.mark.parametrize("transactions", range(3))
def test_a_fix_that_is_killed_goes_on_where_it_was(season: Operator, transactions: int) -> None:
    if transactions:
        season.proxy.fail_next("TransactWriteItems", delay=1e-9, times=transactions)
    season.proxy.fail_next("TransactWriteItems", error="AccessDeniedException")

    assert fix(season, "--yes").exit_code == 1
    assert sum("moved_to" in row for row in season.rows()) == transactions

    assert fix(season, "--yes").exit_code == 0
    check_repaired(season)


def test_a_rename_that_was_left_half_done_is_finished(season: Operator) -> None:
    fix(season, "--yes")
    season.put(a_crew_row(BROKEN[0], "late"))

    assert fix(season, "--yes").exit_code == 0
    assert season.row(better(BROKEN[0]), "late")
    assert season.row(BROKEN[0], "late") == {}


def test_ids_that_cannot_be_repaired_are_named_and_the_rest_is_done(season: Operator) -> None:
    season.put(a_row("nobody-knows", title="Smith", without=["starts_at"]))

    ended = fix(season, "--yes")

    assert ended.exit_code == 1
    assert "nobody-knows" in ended.stderr
    assert season.row(BROKEN[0])["moved_to"] == better(BROKEN[0])


def test_an_event_that_takes_the_proposed_id_meanwhile_keeps_it(
    season: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def agreed(*_plan: object, **_options: object) -> bool:
        season.put(a_row(better(BROKEN[1]), title="Another trip"))
        return True

    monkeypatch.setattr(import_module("roster.commands.events"), "agreed", agreed)

    ended = fix(season, "--yes")

    assert ended.exit_code == 1
    assert "already exists" in ended.stderr
    assert "2 of 3 events renamed" in ended.stdout
    assert season.row(better(BROKEN[1]))["title"] == "Another trip"
    assert "moved_to" not in season.row(BROKEN[1])


def test_a_table_without_findings_says_so(operator: Operator) -> None:
    assert "There are no events" in fix(operator, "--yes").stdout
    operator.put(a_row(EID))
    assert "All 1 event ids keep the rule" in fix(operator, "--yes").stdout
