"""The command of mutation testing, on a tiny project: it kills detected mutants, and shows the survivors."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.mutation import mutants
from tests.mutation.children import KILLED, SURVIVED, Ended
from tests.mutation.results import Results, counted, explained, interval

REPOSITORY = Path(__file__).resolve().parent.parent.parent
FARE = '''"""Fares."""

LIMIT = 4


def fare(people: int) -> int:
    """Return the fare."""
    if people > LIMIT:
        raise ValueError(people)
    return people * 60


def is_full(people: int) -> bool:
    """Return whether nobody else fits."""
    while people < 0:
        people += 1
    return people >= LIMIT
'''
TESTS = """from charter.fares import fare, is_full


def test_two_people_pay_twice():
    assert fare(2) == 120


def test_a_boat_of_minus_two_is_not_full():
    assert not is_full(-2)


def test_five_are_too_many():
    try:
        fare(5)
    except ValueError:
        return
    raise AssertionError
"""
CHANGES = {
    "noticed in a function": ("* 60", "/ 60"),
    "noticed where a module is imported": ("LIMIT = 4", "LIMIT = 5"),
    "never ending": ("people += 1", "people -= 1"),
    "not noticed": (">= LIMIT", "> LIMIT"),
    "not noticed, with a reason": ("people < 0", "people <= 0"),
    "no change": ("(people)", "((people))"),
}

PARTS = ("killed", "timeout", "killed_later", "survived", "explained")


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A project of one module with tests, and the changes above as its mutants."""
    places = [(FARE.index(old), old, new) for old, new in CHANGES.values()]
    made = [[FARE.count("\n", 0, at) + 1, at, at + len(old), new] for at, old, new in places]
    reason = '[[mutant]]\npath = "charter/fares.py"\nline = "while people < 0:"\nbecomes = "while people <= 0:"\n'
    kept = ".local/mutation/mutants"
    files = {
        "pytest.ini": "[pytest]\n",
        "charter/__init__.py": "",
        "charter/fares.py": FARE,
        "adapters/__init__.py": "",
        "adapters/ledger.py": "",
        "tests/charter/test_fares.py": TESTS,
        "tests/mutation/explained.toml": reason + 'reason = "One more is still not full."\n',
        f"{kept}/{mutants.kept_as('charter/fares.py', FARE)}": json.dumps(made),
        f"{kept}/{mutants.kept_as('charter/__init__.py', '')}": "[]",
        f"{kept}/{mutants.kept_as('adapters/ledger.py', '')}": "[]",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_the_command_separates_the_changes_that_tests_notice_from_those_that_none_does(tiny: Path) -> None:
    ran = subprocess.run(  # our own command
        [sys.executable, "-m", "tests.mutation", "--processes", "1", "--least", "0.3"],
        cwd=tiny,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), "MUTATE_IN": str(tiny)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    words = [line.split() for line in ran.stdout.splitlines()]
    assert ["charter/fares.py", "5", "2", "1", "0", "1", "1"] in words
    # These are: run, killed, never ending, killed later, survived, explained.
    assert "+    return people > LIMIT" in ran.stdout
    assert "people <= 0" not in ran.stdout
    assert "1 more are compiled to the same code" in ran.stdout
    assert "Killed at first 60.0%, now 60.0%.\nWith those that a reason explains it is 80.0%." in ran.stdout


def test_a_survivor_that_is_killed_later_does_not_count_as_killed_at_first(tmp_path: Path) -> None:
    mutant = mutants.Mutant("charter/money.py", 1, 0, 0, "#")
    for status in (SURVIVED, KILLED):
        Results(tmp_path / "results.jsonl").keep(mutant, Ended(status, "", 0.0))

    score = counted([mutant], Results(tmp_path / "results.jsonl"), [])[mutant.path]
    assert (score.run, score.at_first, score.now) == (1, 0.0, 1.0)


def test_a_sample_says_how_far_it_may_be_from_all() -> None:
    low, high = interval(0.9, 1000)
    assert (round(low, 3), round(high, 3)) == (0.880, 0.917)
    assert interval(1.0, 10)[0] < 0.75
    assert interval(0.0, 0) == (0.0, 1.0)


def test_no_explained_mutant_outlives_its_line() -> None:
    for each in explained():
        lines = {line.strip() for line in (REPOSITORY / each.path).read_text().splitlines()}
        assert set(each.line.splitlines()) <= lines, each
        assert len(each.reason) > 20, each


def test_the_page_of_figures_shows_the_stored_score(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(REPOSITORY / "benchmarks"))
    stored = json.loads((REPOSITORY / "benchmarks" / "mutation_score.json").read_text())
    [section] = importlib.import_module("mutation_score").sections(quick=True)

    whole, by_file = section.tables
    assert stored["commit"] in section.how
    assert whole.rows[0][1] == f"{stored['sample']['run']:,}"
    assert {len(row) for table in section.tables for row in table.rows} == {9}
    for counts in [stored["sample"], *stored["files"].values()]:
        assert counts["run"] == sum(counts[name] for name in PARTS)
    shown = sum(int(row[1].replace(",", "")) for row in by_file.rows)
    assert shown == sum(counts["run"] for counts in stored["files"].values())
    assert stored["unexplained"] == [], "kill it or write its reason"
    for each in stored.get("deleted", ()):
        assert each["change"][0] not in (REPOSITORY / each["path"]).read_text(), each
    low, high = stored["interval"]
    assert f"{low:.1%} to {high:.1%}" in section.findings
