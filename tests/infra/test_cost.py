"""`infra cost --defaults`: what a new stack costs, the figures of the README, and where a dollar comes from."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from typing import Any

import pytest
from click.testing import CliRunner

from devkit.aws import ROOT
from infra.costs.model import AIM, Setup, idle, payments, season
from infra.costs.prices import COMPILED, PRICES
from infra.costs.template import setup_of
from infra.main import main


def run_cost(*arguments: str) -> str:
    """The output of the command."""
    result = CliRunner().invoke(main, ["cost", "--defaults", *arguments])
    assert result.exit_code == 0, result.output
    return result.output


def together(output: str) -> list[tuple[str, str]]:
    """The sums: what is to pay, and by the list price."""
    return re.findall(r"^Together: (\$[\d.]+) \(list price (\$[\d.]+)\)$", output, re.MULTILINE)


def test_the_readme_and_the_walk_through_have_the_figures_that_the_command_gives() -> None:
    section = (ROOT / "docs" / "going-live.md").read_text().partition("### What it costs")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| .* \| (\$[\d.]+) \| (\$[\d.]+) \|$", section, re.MULTILINE)
    assert rows == [*together(run_cost()), together(run_cost("--parameter", "FastStart=true"))[0]]
    (quoted,) = re.findall(
        r"idle month costs (\S+),\s1,000 payments (\S+) more, a season (\S+):", (ROOT / "README.md").read_text()
    )
    assert list(quoted) == [due for due, _ in rows[:3]]
    assert "the aim" not in run_cost()
    assert COMPILED in run_cost()


def test_an_idle_month_is_below_a_dollar_by_default_and_the_faster_start_is_not() -> None:
    assert idle(setup_of({})).due <= AIM
    fast = run_cost("--parameter", "FastStart=true")
    assert "4 versions have a snapshot" in fast
    assert "An idle month is above the aim of $1.00." in fast
    assert float(together(fast)[0][0][1:]) > 15


def test_a_new_stack_before_its_first_test_has_no_snapshot() -> None:
    fresh = setup_of({"FastStart": "true", "Serving": "false"})
    assert not [each for each in fresh.functions if each.snapshots]


@pytest.mark.parametrize(
    ("parameters", "functions", "alarms"),
    [
        ({}, 3, 11),
        ({"AlarmSet": "all"}, 3, 18),
        ({"Canary": "true"}, 3, 12),
        ({"NotifyEmailTo": "a@example.com"}, 4, 13),
        ({"NotifyEmailTo": "a@example.com", "UseGmail": "true", "AlarmSet": "all"}, 4, 23),
    ],
)
def test_the_template_says_what_there_is_to_pay_for(parameters: dict[str, str], functions: int, alarms: int) -> None:
    setup = setup_of(parameters)
    assert (len(setup.functions), setup.alarms) == (functions, alarms)
    assert (setup.secrets, setup.keys, setup.firewalls, setup.dashboards) == (2, 0, 0, 1)


def changed(**others: Any) -> Setup:
    return replace(setup_of({}), **others)


def test_each_thing_that_costs_has_its_line() -> None:
    usual = idle(setup_of({}))
    for others, dollars in (
        ({"keys": 1}, 1.00),
        ({"alarms": 12, "canary": True}, 0.10),  # the work of its runs is within the free allowance
        ({"secrets": 3}, 0.40),
        ({"firewalls": 1}, 5.00),
        ({"other_alarms": 10}, 1.00),  # the free ones are used up
        ({"other_dashboards": 3}, 3.00),
        (
            {"table_gb": 10.0},
            10 * 0.20 + 2 * 30 * 10e9 / 8192 * PRICES["read_unit"].dollars,
        ),  # kept; and read twice a day
    ):
        more = idle(changed(**others)).due - usual.due
        assert more == pytest.approx(dollars, rel=0.05), others
    unbacked = idle(changed(table_gb=10.0, recovery=False))
    assert "Point-in-time recovery" not in {line.what for line in unbacked.lines}


def test_free_allowances_count_once_over_all_lines() -> None:
    setup = setup_of({})
    assert payments(setup, 2000).listed == pytest.approx(2 * payments(setup, 1000).listed)
    many = payments(setup, 1_000_000)  # beyond every allowance
    assert many.due > 0.5 * many.listed
    assert season(setup).due < 6 * (idle(setup).due + payments(setup).due)


def test_a_parameter_without_a_value_is_refused_and_one_of_a_real_stack_too() -> None:
    for arguments in (["--defaults", "--parameter", "FastStart"], ["--parameter", "FastStart=true"]):
        result = CliRunner().invoke(main, ["cost", *arguments])
        assert result.exit_code == 2


def test_without_a_region_every_command_that_asks_aws_ends_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for words in (["cost"], ["up", "--yes"], ["site", "promote", "--yes"]):
        result = CliRunner().invoke(main, words)
        assert (result.exit_code, result.output.strip()) == (
            1,
            "Error: No region is configured. Set AWS_REGION, or pass --region.",
        ), words


def test_an_address_that_is_none_ends_in_a_sentence_too() -> None:
    for words in (
        ["smoke", "[[["],
        ["smoke", "trips.example.com:x"],
        ["smoke", "trips.example.com", "--bot-url", "https://["],
    ):
        result = CliRunner().invoke(main, words)
        assert result.exit_code == 1
        assert "address" in result.output, words
