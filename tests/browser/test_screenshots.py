"""`make screenshots` still works with the bot, and takes every picture that the README shows."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from devkit.aws import ROOT
from devkit.screenshots import PICTURES

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.browser
@pytest.mark.usefixtures("chromium")  # skips where there is none; the pictures start one of their own
def test_every_picture_of_the_readme_can_be_taken_anew(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "devkit.screenshots", "--folder", str(tmp_path)]
    taking = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=280)  # noqa: S603 - our own program
    assert (taking.returncode, taking.stderr) == (0, "")
    assert {path.name for path in tmp_path.iterdir()} == {path.name for path in PICTURES.glob("*.png")}


def test_without_a_browser_one_sentence_says_so(tmp_path: Path) -> None:
    without = {name: value for name, value in os.environ.items() if name != "CHROMIUM"} | {"PATH": str(tmp_path)}
    command = [sys.executable, "-m", "devkit.screenshots", "--folder", str(tmp_path / "pictures")]
    taking = subprocess.run(  # noqa: S603 - our own program
        command, cwd=ROOT, env=without, capture_output=True, text=True, check=False, timeout=60
    )
    assert taking.returncode == 1
    assert taking.stderr.startswith("Pictures need a browser")
    assert len(taking.stderr.splitlines()) == 1
