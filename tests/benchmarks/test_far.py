"""Benchmarks over a distance and under load: their quick runs do their job, with ours and with the peer."""

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


def measured(folder: Path, module: str) -> dict[str, Any]:
    """Return the section of a quick run. Its page must be there, as the command wrote it."""
    command = [sys.executable, str(ROOT / "benchmarks" / "figures.py"), "--quick", "--only", module]
    ran = subprocess.run(  # noqa: S603 - ours
        [*command, "--into", str(folder)], capture_output=True, text=True, check=False, timeout=110
    )
    assert ran.returncode == 0, ran.stderr
    stored = json.loads((folder / "figures" / f"{module}.json").read_text())
    (section,) = stored["sections"]
    assert f"## {section['title']}" in (folder / "figures.md").read_text()
    found: dict[str, Any] = section
    return found


def column(table: dict[str, Any], name: str) -> list[float]:
    place = table["columns"].index(name)
    return [float(row[place]) for row in table["rows"]]


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate of the far services")
def test_over_a_distance_each_round_trip_costs_and_forms_open_no_new_connection(tmp_path: Path) -> None:
    steps, connections = measured(tmp_path, "distance")["tables"]
    assert [row[0] for row in connections["rows"]] == ["slack", "table"]
    assert connections["rows"][0][1:] == ["0.00", "2.00"], "the peer connects anew for each form"
    ours, peer = column(steps, "ours p50"), column(steps, "peer p50")
    assert ours[0] > 25, "one round trip to the table and one to Slack"
    assert peer[0] > 65, "one to the table, and three to Slack: TCP, TLS, the call"
    assert all(time > 5 for time in (*ours, *peer))
    assert {path.name for path in (tmp_path / "pictures" / "figures").iterdir()} == {
        "distance-open.svg",
        "distance-submit.svg",
    }


def test_each_handler_does_its_job_under_load_and_its_memory_is_seen(tmp_path: Path) -> None:
    section = measured(tmp_path, "memory")
    (table,) = section["tables"]
    assert [row[0] for row in table["rows"]] == ["bot", "web", "announce"]
    assert all(a_second > 0 for a_second in column(table, "requests a second on one core"))
    assert all(megabytes > 10 for megabytes in column(table, "MB at the end"))
    (curve,) = section["curves"]
    assert set(curve["series"]) == {"bot", "web", "announce"}
    assert all(len(points) > 3 for points in curve["series"].values())
