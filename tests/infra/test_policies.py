"""checkov has something to say of exactly what stands as an exemption beside the resource, with its reason."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from devkit.aws import ROOT
from devkit.edge import read_template

if TYPE_CHECKING:
    from pathlib import Path

SCANNER = ROOT / ".venv" / "checkov" / "bin" / "checkov"


def exemptions() -> dict[tuple[str, str], str]:
    """The reasons, by resource and check."""
    return {
        (name, each["id"]): each["comment"]
        for name, resource in read_template()["Resources"].items()
        for each in resource.get("Metadata", {}).get("checkov", {}).get("skip", ())
    }


def findings(template: Path) -> set[tuple[str, str]]:
    """Return the findings of the scanner for a template, as in `make scan`, by resource and check."""
    command = [
        str(SCANNER),
        "--config-file",
        str(ROOT / "infra" / "checkov.yaml"),
        "--file",
        str(template),
        "-o",
        "json",
    ]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own scanner
    failed: list[dict[str, Any]] = json.loads(ended.stdout)["results"]["failed_checks"]
    return {(check["resource"].rpartition(".")[2], check["check_id"]) for check in failed}


def test_each_exemption_has_a_reason() -> None:
    for reason in exemptions().values():
        assert len(reason.split()) >= 8


@pytest.mark.skipif(not SCANNER.exists() and "CI" not in os.environ, reason="`make scan` installs the scanner")
def test_the_scanner_says_what_is_exempted_and_nothing_else(tmp_path: Path) -> None:
    bare = read_template()
    for resource in bare["Resources"].values():
        resource.pop("Metadata", None)
    path = tmp_path / "template.json"
    path.write_text(json.dumps(bare, indent=1))
    assert findings(path) == exemptions().keys()
