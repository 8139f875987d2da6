"""The parts of the product: what goes into the zip, and what development installs, each with its pin and licence."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from infra.bill.licences import UNKNOWN, installed
from infra.bill.pins import LOCKS, REQUIREMENTS, SHIPPED, Pin, read_lock, read_pins
from infra.bill.vendored import read_vendored
from infra.packing.pruning import LEFT_OUT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# The environment that each file of requirements fills, under .venv; `None` is .venv itself.
ENVIRONMENTS: Final[dict[str, str | None]] = {
    SHIPPED: None,
    "requirements-dev.txt": None,
    "requirements-ministack.txt": "ministack",
    "requirements-checkov.txt": "checkov",
    "requirements-moto.txt": "moto",
    "requirements-mutation.txt": "mutation",
}


@dataclass(frozen=True)
class BillComponent:
    """One package, or one file of others. `where` are the files that pin it, or the zip."""

    name: str
    licence: str
    where: tuple[str, ...]
    pin: Pin | None = None
    sha256: str = ""
    origin: str = field(default="")

    @property
    def is_pinned(self) -> bool:
        """True if nothing else than these bytes can come in its place."""
        return bool(self.sha256 or (self.pin and self.pin.hashes))


def shipped(root: Path) -> list[BillComponent]:
    """Return the parts of the zip: requirements.txt without what the zip leaves out, and the fonts."""
    here = installed()
    packages = [
        BillComponent(pin.name, here[pin.name].licence if pin.name in here else UNKNOWN, ("the zip",), pin)
        for pin in read_pins(root / SHIPPED)
        if pin.name not in LEFT_OUT
    ]
    files = [
        BillComponent(each.path, each.licence, ("the zip",), None, each.sha256, each.origin)
        for each in read_vendored(root)
    ]
    return packages + files


def development(root: Path) -> list[BillComponent]:
    """Return the packages of every environment, each version once.

    A licence is known where the environment is built, and where the platform installs the package.
    """
    found: dict[str, BillComponent] = {}
    for part in _installed(root):
        assert part.pin  # noqa: S101 - for the types
        key = part.pin.key
        before = found.get(key)
        if before is None:
            found[key] = part
        else:
            where = tuple(dict.fromkeys((*before.where, *part.where)))
            found[key] = BillComponent(part.name, before.licence or part.licence, where, part.pin)
    return [found[key] for key in sorted(found)]


def _installed(root: Path) -> Iterator[BillComponent]:
    for name in REQUIREMENTS:
        folder = ENVIRONMENTS[name]
        there = installed(root / ".venv" / folder if folder else None)
        for pin in read_pins(root / name):
            same = pin.name in there and there[pin.name].version == pin.version
            yield BillComponent(pin.name, there[pin.name].licence if same else UNKNOWN, (name,), pin)
    for name in LOCKS:
        packages = json.loads((root / name).read_text(encoding="utf-8"))["packages"]
        said = {place.rpartition("node_modules/")[2]: str(each.get("license", "")) for place, each in packages.items()}
        yield from (
            BillComponent(pin.name, said.get(pin.name, UNKNOWN), (name,), pin) for pin in read_lock(root / name)
        )
