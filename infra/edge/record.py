"""Records of adoptions on disk: the distribution before and after, so that `cloudfront undo` can take one back.

An origin may have a header with a secret, so the files are as private as the snapshots of a deploy.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from infra.deploying.journal import PRIVATE_FILE
from infra.deploying.snapshots import PRIVATE_FOLDER
from infra.moments import compact

if TYPE_CHECKING:
    from pathlib import Path

    from infra.template import JSON

FOLDER: Final = "distributions"


@dataclass(frozen=True)
class Adoption:
    """One change of a distribution: its configuration before and after."""

    path: Path
    before: JSON
    after: JSON

    def forget(self) -> None:
        """Mark it as taken back."""
        self.path.rename(self.path.with_suffix(".undone"))


def write(snapshots: Path, distribution_id: str, before: JSON, after: JSON) -> Path:
    """Write a record before the change, and return when it is on the disk."""
    folder = snapshots / FOLDER
    folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    stem, number = f"{distribution_id}.{compact(datetime.now(UTC))}", 0
    while (path := folder / f"{stem}-{number:03}.json").exists():
        number += 1
    text = json.dumps({"before": before, "after": after}, indent=1, default=str)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return path


def last(snapshots: Path, distribution_id: str) -> Adoption | None:
    """Return the last adoption of that distribution that was not taken back; None where there is none."""
    found = sorted((snapshots / FOLDER).glob(f"{distribution_id}.*.json"))
    if not found:
        return None
    held = json.loads(found[-1].read_text())
    return Adoption(found[-1], held["before"], held["after"])
