"""Wheels: fetched once by pip, and never used without a hash that the requirements name."""

from __future__ import annotations

import hashlib
import zipfile
from typing import TYPE_CHECKING

import pytest

from infra.packing.wheels import HERE, fetch_wheels
from terminal.failures import Stopped

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one wheel, where pip looks instead of in its index."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    with zipfile.ZipFile(folder / "made_up-1.2-py3-none-any.whl", "w") as wheel:
        wheel.writestr("made_up/__init__.py", "answer = 42\n")
        wheel.writestr("made_up-1.2.data/purelib/made_up/more.py", "")
        wheel.writestr("made_up-1.2.data/scripts/made-up", "#!python\n")
        wheel.writestr(
            "made_up-1.2.dist-info/WHEEL",
            "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        wheel.writestr(
            "made_up-1.2.dist-info/METADATA", "Metadata-Version: 2.1\nName: made-up\nVersion: 1.2\n\nWords.\n"
        )
        wheel.writestr("made_up-1.2.dist-info/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@pytest.fixture
def requirements(shelf: Path, tmp_path: Path) -> Path:
    """They ask for that wheel by its hash."""
    (wheel,) = shelf.iterdir()
    path = tmp_path / "requirements.txt"
    path.write_text(f"made-up==1.2 \\\n    --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n")
    return path


def test_wheels_are_fetched_once_and_put_their_files_where_the_format_says(
    shelf: Path, requirements: Path, tmp_path: Path
) -> None:
    fetch_wheels(requirements, HERE, tmp_path / "wheels")
    (shelf / "made_up-1.2-py3-none-any.whl").unlink()
    (wheel,) = fetch_wheels(requirements, HERE, tmp_path / "wheels")
    assert (wheel.name, wheel.version) == ("made-up", "1.2")
    assert {path for path, _ in wheel.files() if ".dist-info" not in path} == {"made_up/__init__.py", "made_up/more.py"}
    assert not [path for path in (tmp_path / "wheels").iterdir() if path.name.startswith(".")]


def test_a_wheel_that_was_changed_since_is_not_used(requirements: Path, tmp_path: Path) -> None:
    (wheel,) = fetch_wheels(requirements, HERE, tmp_path / "wheels")
    with zipfile.ZipFile(wheel.path, "a") as archive:
        archive.writestr("made_up/evil.py", "")
    with pytest.raises(Stopped, match=r"made_up-1\.2-py3-none-any\.whl"):
        fetch_wheels(requirements, HERE, tmp_path / "wheels")
    wheel.path.unlink()
    with pytest.raises(Stopped, match="made-up"):
        fetch_wheels(requirements, HERE, tmp_path / "wheels")


def test_a_wheel_with_another_hash_is_not_even_kept(shelf: Path, requirements: Path, tmp_path: Path) -> None:
    requirements.write_text(f"made-up==1.2 --hash=sha256:{'0' * 64}\n")
    with pytest.raises(Stopped, match="pip could not fetch the wheels"):
        fetch_wheels(requirements, HERE, tmp_path / "wheels")
    assert list((tmp_path / "wheels").iterdir()) == []
    assert list(shelf.iterdir())
