"""The benchmarks run and print their sections. Speed is not tested, since it depends on the machine and its load."""

from __future__ import annotations

import contextlib
import importlib
import json
import runpy
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from devkit.aws import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Figures = Callable[..., dict[str, Any]]

SPREAD = {"low", "median", "high"}
STEPS = {"open", "type-ahead", "submit", "all three"}


@pytest.fixture(scope="module")
def _one_aws() -> Iterator[None]:
    """One embedded AWS serves all benchmarks of this module. Nothing is compiled beforehand, since no time matters."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "benchmarks"))
        stage = importlib.import_module("stage")
        with stage.aws() as table:
            patch.setattr(stage, "aws", lambda: contextlib.nullcontext(table))
            patch.setattr(stage, "compile_everything", lambda: None)
            yield


@pytest.fixture
def figures(_one_aws: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Figures:
    """Return what runs a benchmark as a script, in this process, and returns its output."""

    def run(script: str, *arguments: str) -> dict[str, Any]:
        monkeypatch.setattr(sys, "argv", [script, "--json", *arguments])
        with pytest.raises(SystemExit) as ended:
            runpy.run_path(str(ROOT / "benchmarks" / script), run_name="__main__")
        said: dict[str, Any] = json.loads(capsys.readouterr().out)
        assert ended.value.code == int(is_too_slow(said)), "1 only means that ours was too slow on this machine"
        return said

    return run


def is_too_slow(said: dict[str, Any]) -> bool:
    """Return whether a figure is beyond its limit."""
    if "functions" in said:
        return any(each["cpu_ratio"] > each["most"] or each["mb"] > each["most_mb"] for each in said["functions"])
    if "first_ratio" in said:
        return bool(said["ratio"] > said["most"] or said["first_ratio"] > said["most_of_first"])
    return any(ratio > said["most"][step] for step, ratio in said["ratio"].items())


BAD = [("cold.py", "--pairs"), ("warm.py", "--rounds"), ("starts.py", "--rounds")]


@pytest.mark.parametrize("bad", BAD, ids=[script for script, _ in BAD])
def test_nothing_is_measured_zero_times(bad: tuple[str, ...]) -> None:
    ran = subprocess.run(  # noqa: S603 - ours
        [sys.executable, str(ROOT / "benchmarks" / bad[0]), bad[1], "0"], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 2
    assert "must be 1 or more" in ran.stderr


def test_the_cold_benchmark_gives_its_figures_as_json(figures: Figures) -> None:
    said = figures("cold.py", "--pairs", "1", "--unmeasured", "0")
    assert said["pairs"] == 1
    assert said["first_ratio"] > 0
    assert {"date", "python", "cores", "load"} <= set(said)
    for name in ("ours_ms", "peer_ms", "ours_cpu_ms", "peer_cpu_ms"):
        assert set(said[name]) == SPREAD
        assert said[name]["median"] > 0
    assert said["ratio"] == pytest.approx(said["ours_ms"]["median"] / said["peer_ms"]["median"], abs=0.001)


def test_the_warm_benchmark_gives_its_figures_as_json(figures: Figures) -> None:
    said = figures("warm.py", "--rounds", "1", "--unmeasured", "0")
    assert said["rounds"] == 1
    assert set(said["most"]) == STEPS
    for name in ("ours_cpu_ms", "peer_cpu_ms"):
        assert set(said[name]) == STEPS
        assert all(set(spread) == SPREAD and spread["median"] > 0 for spread in said[name].values())
    assert set(said["ratio"]) == STEPS


def test_the_benchmark_of_starts_gives_its_figures_as_json(figures: Figures) -> None:
    said = figures("starts.py", "--rounds", "1")
    assert [each["name"] for each in said["functions"]] == ["bot", "web", "announce"]
    assert all(each["cpu_ms"] > 0 and each["mb"] > 10 for each in said["functions"])
