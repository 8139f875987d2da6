"""The zips of this run: built once for each target, whichever of the test processes comes first.

Nobody measures the one for this machine, so it is compressed quickly.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import zipfile
import zlib
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from unittest import mock

from infra.packing.package import Package, ZipPart, build_package
from infra.packing.wheels import HERE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest

    from infra.packing.wheels import WheelTarget


def zip_of(target: WheelTarget, factory: pytest.TempPathFactory) -> Package:
    """The target's zip."""
    base = factory.getbasetemp()
    folder = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base  # all processes' own
    path, summary = folder / f"{target.name}.zip", folder / f"{target.name}.json"
    with (folder / f"{target.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not summary.exists():
            with _compressing_quickly() if target is HERE else contextlib.nullcontext():
                built = build_package(path, target=target)
            listed = [list(vars(part).values()) for part in built.parts]
            summary.write_text(json.dumps([built.sha256, built.size, listed]))
    sha256, size, parts = json.loads(summary.read_text())
    return Package(path, sha256, size, tuple(ZipPart(*part) for part in parts))


@contextlib.contextmanager
def _compressing_quickly() -> Iterator[None]:
    def compressobj(_level: int, *settings: int) -> Any:
        return zlib.compressobj(zlib.Z_BEST_SPEED, *settings)  # type: ignore[arg-type]  # integers, as zipfile passes them

    with mock.patch.object(zipfile, "zlib", SimpleNamespace(**{**vars(zlib), "compressobj": compressobj})):
        yield


def unpack(factory: pytest.TempPathFactory) -> Path:
    """The same zip with the wheels of this interpreter, unpacked into a folder of its own."""
    folder = factory.mktemp("unpacked")
    with zipfile.ZipFile(zip_of(HERE, factory).path) as archive:
        archive.extractall(folder)
    return folder
