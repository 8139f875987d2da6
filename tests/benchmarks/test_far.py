"""Benchmarks over a distance and under load: their quick runs work with our bot and with the peer."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from devkit.aws import ROOT

if TYPE_CHECKING:
    from pathlib import Path


FAR = shutil.which("openssl") is not None
"""openssl makes the certificate of the far services."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a quick run of both. One process measures both, as `make figures` does."""
    folder = tmp_path_factory.mktemp("figures")
    command = [sys.executable, str(ROOT / "benchmarks" / "figures.py"), "--quick", "--only", "memory"]
    far = ("--only", "distance") if FAR else ()
    ran = subprocess.run(  # noqa: S603 - ours
        [*command, *far, "--into", str(folder)], capture_output=True, text=True, check=False, timeout=220
    )
    assert ran.returncode == 0, ran.stderr
    return folder


def section_of(folder: Path, module: str) -> dict[str, Any]:
    """Return the section of a module. It must be on the page, as the command wrote it."""
    stored = json.loads((folder / "figures" / f"{module}.json").read_text())
    (section,) = stored["sections"]
    assert f"## {section['title']}" in (folder / "figures.md").read_text()
    found: dict[str, Any] = section
    return found


def column(table: dict[str, Any], name: str) -> list[float]:
    place = table["columns"].index(name)
    return [float(row[place]) for row in table["rows"]]


@pytest.mark.skipif(not FAR, reason="openssl makes the certificate of the far services")
def test_over_a_distance_each_round_trip_costs_and_forms_open_no_new_connection(folder: Path) -> None:
    steps, connections = section_of(folder, "distance")["tables"]
    assert [row[0] for row in connections["rows"]] == ["slack", "table"]
    assert connections["rows"][0][1:] == ["0.00", "2.00"], "the peer connects anew for each form"
    ours, peer = column(steps, "ours p50"), column(steps, "peer p50")
    assert ours[0] > 25, "one round trip to the table and one to Slack"
    assert peer[0] > 65, "one to the table, and three to Slack: TCP, TLS, the call"
    assert all(time > 5 for time in (*ours, *peer))
    drawn = {path.name for path in (folder / "pictures" / "figures").iterdir()}
    assert drawn == {"distance-open.svg", "distance-submit.svg", "memory.svg"}


def test_each_handler_does_its_job_under_load_and_its_memory_is_seen(folder: Path) -> None:
    section = section_of(folder, "memory")
    (table,) = section["tables"]
    assert [row[0] for row in table["rows"]] == ["bot", "web", "announce"]
    assert all(a_second > 0 for a_second in column(table, "requests a second on one core"))
    assert all(megabytes > 10 for megabytes in column(table, "MB at the end"))
    (curve,) = section["curves"]
    assert set(curve["series"]) == {"bot", "web", "announce"}
    assert all(len(points) > 3 for points in curve["series"].values())
