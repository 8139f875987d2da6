"""`make` builds .venv with a Python that was compiled with optimizations, where the machine has one."""

import os
import subprocess
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parent.parent
GOOD, BAD = 0, 1


def _an_interpreter(path: Path, status: int) -> Path:
    """Put a program there that answers every check with this exit status."""
    path.parent.mkdir()
    path.write_text(f"#!/bin/sh\nexit {status}\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    ("optimized", "systems", "chosen"),
    [(GOOD, GOOD, "python3"), (BAD, GOOD, "system"), (BAD, BAD, "python3"), (GOOD, BAD, "python3")],
)
def test_the_systems_python_is_taken_where_python3_is_not_optimized(
    tmp_path: Path, optimized: int, systems: int, chosen: str
) -> None:
    first = _an_interpreter(tmp_path / "first" / "python3", optimized)
    system = _an_interpreter(tmp_path / "system" / "python3", systems)
    asked = ["make", "-s", f"SYSTEM_PYTHON={system}", "--eval", "chosen: ; @echo $(PYTHON)", "chosen"]
    path = {"PATH": os.pathsep.join((str(first.parent), os.environ["PATH"]))}
    answer = subprocess.run(asked, cwd=ROOT, env=path, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603
    assert answer == (str(system) if chosen == "system" else chosen)


def test_another_can_be_named() -> None:
    asked = ["make", "-s", "PYTHON=python3.13", "--eval", "chosen: ; @echo $(PYTHON)", "chosen"]
    assert subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout == "python3.13\n"  # noqa: S603
