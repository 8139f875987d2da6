"""Read the pinned requirements, and the packages of npm's lock files."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from infra.packing.wheels import normalised
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SHIPPED: Final = "requirements.txt"
REQUIREMENTS: Final = (
    SHIPPED,
    "requirements-dev.txt",
    "requirements-ministack.txt",
    "requirements-checkov.txt",
    "requirements-moto.txt",
    "requirements-mutation.txt",
)
LOCKS: Final = ("tests/engines/package-lock.json", "tests/slack_types/package-lock.json")
PYPI: Final = "PyPI"
NPM: Final = "npm"
_PIN: Final = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)(?:\s*;\s*([^\\\n]*?))?\s*\\?$", re.MULTILINE)
_HASH: Final = re.compile(r"--hash=(\w+):([0-9a-f]+)")
_INTEGRITY: Final = re.compile(r"sha512-[A-Za-z0-9+/]{86}==")


@dataclass(frozen=True)
class Pin:
    """One package at one version. `hashes` are those of its distributions, `marker` says where it is installed."""

    name: str
    version: str
    ecosystem: str = PYPI
    hashes: tuple[str, ...] = field(default=(), compare=False)
    marker: str = field(default="", compare=False)

    @property
    def key(self) -> str:
        """The pin in one word: `pypi:botocore==1.44.5`."""
        return f"{self.ecosystem.lower()}:{self.name}=={self.version}"


def read_pins(path: Path) -> list[Pin]:
    """Return the pins of a requirements file. Raises Stopped where a line is none."""
    text = path.read_text(encoding="utf-8")
    found = list(_PIN.finditer(text))
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.startswith((" ", "#")) and not _PIN.match(line):
            raise Stopped(f"Line {number} of {path.name} is no pin: {line.strip()[:60]}. Run `make lock`.")
    ends = [*(each.start() for each in found[1:]), len(text)]
    return [
        Pin(
            normalised(each[1]),
            each[2],
            hashes=tuple(value for kind, value in _HASH.findall(text[each.end() : end]) if kind == "sha256"),
            marker=each[3] or "",
        )
        for each, end in zip(found, ends, strict=True)
    ]


def read_lock(path: Path) -> list[Pin]:
    """Return the packages of npm's lock file, with npm's own hashes (SHA-512, in base64)."""
    lock: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    found = []
    for place, package in lock["packages"].items():
        if place:
            name = package.get("name") or place.rpartition("node_modules/")[2]
            hashes = tuple(_INTEGRITY.findall(package.get("integrity", "")))
            found.append(Pin(name, package["version"], NPM, hashes))
    return found


def every_pin(root: Path) -> Iterator[tuple[str, Pin]]:
    """Yield each pin of the repository with the file that has it."""
    for name in REQUIREMENTS:
        yield from ((name, pin) for pin in read_pins(root / name))
    for name in LOCKS:
        yield from ((name, pin) for pin in read_lock(root / name))
