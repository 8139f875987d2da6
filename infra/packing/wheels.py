"""Fetch the wheels of the hashed requirements for one interpreter. They are cached, and verified at every use."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, kw_only=True)
class WheelTarget:
    """An interpreter and machine, as options of pip. Without options, pip's own."""

    name: str
    options: tuple[str, ...] = ()


# The runtime in infra/template.yaml. Lambda's Python 3.13 runs on Amazon Linux 2023, which has glibc 2.34.
LAMBDA: Final = WheelTarget(
    name="lambda",
    options=(
        *("--platform", "manylinux_2_28_aarch64", "--platform", "manylinux2014_aarch64"),
        *("--python-version", "3.13", "--implementation", "cp", "--abi", "cp313"),
    ),
)
HERE: Final = WheelTarget(name=f"{sys.implementation.cache_tag}-{sys.platform}")

_HASH: Final = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_PINNED: Final = re.compile(r"^([A-Za-z0-9._-]+)==", re.MULTILINE)


@dataclass(frozen=True)
class Wheel:
    """One wheel on disk. `name` is the distribution's, normalised: `aws-lambda-powertools`."""

    name: str
    version: str
    path: Path

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Yield the installed path and the content of each file."""
        with zipfile.ZipFile(self.path) as archive:
            for name in archive.namelist():
                place = None if name.endswith("/") else _place(name)
                if place:
                    yield place, archive.read(name)


def fetch_wheels(requirements: Path, target: WheelTarget, cache: Path) -> list[Wheel]:
    """Return a wheel for every distribution of the requirements, by name.

    Wheels in `cache` are not fetched again. A wheel is never used unless the requirements list its SHA-256. Raises
    Stopped when pip cannot fetch them.
    """
    text = requirements.read_text()
    key = hashlib.sha256("\n".join([text, *target.options]).encode()).hexdigest()[:16]
    folder = cache / f"{target.name}-{key}"
    if not folder.is_dir():
        _download(requirements, target, folder)
    wheels = sorted(map(_wheel, folder.glob("*.whl")), key=lambda wheel: wheel.name)
    allowed = set(_HASH.findall(text))
    wrong = [each for each in wheels if hashlib.sha256(each.path.read_bytes()).hexdigest() not in allowed]
    missing = {normalised(name) for name in _PINNED.findall(text)} - {wheel.name for wheel in wheels}
    if wrong or missing:
        raise Stopped(
            f"{folder} does not match {requirements.name} "
            f"({', '.join(sorted({each.path.name for each in wrong} | missing))}). Delete the folder and try again."
        )
    return wheels


def normalised(name: str) -> str:
    """Return a distribution's name in the normal form of the packaging standards."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _download(requirements: Path, target: WheelTarget, folder: Path) -> None:
    """Fetch all wheels, then rename the folder, so that it is never incomplete, also with two builds at once."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".fetching-") as scratch:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input"]
        command += ["--only-binary=:all:", "--require-hashes", "--no-deps", *target.options]
        command += ["--requirement", str(requirements), "--dest", scratch]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - pip, and our own words
        if ended.returncode:
            errors = [line for line in ended.stderr.splitlines() if line.startswith("ERROR:")]
            why = (errors or ended.stderr.splitlines() or ["it ended without a word"])[-1]
            raise Stopped(f"pip could not fetch the wheels of {target.name}: {why.removeprefix('ERROR: ')}")
        whole = Path(scratch) / "whole"
        whole.mkdir()
        for wheel in Path(scratch).glob("*.whl"):
            wheel.rename(whole / wheel.name)
        try:
            whole.rename(folder)
        except OSError:
            if not folder.is_dir():
                raise
            shutil.rmtree(whole)  # another build was faster


def _wheel(path: Path) -> Wheel:
    name, version, *_ = path.name.split("-")
    return Wheel(normalised(name), version, path)


def _place(name: str) -> str | None:
    """Return a file's installed path by the wheel format; None for scripts, headers and other data."""
    parts = PurePosixPath(name).parts
    if not parts[0].endswith(".data"):
        return name
    return "/".join(parts[2:]) if parts[1] in {"purelib", "platlib"} else None
