"""Reads the shapes that a test run recorded (`devkit/slack/sent.py`)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Record:
    """One shape of what the app sent: a method, `response_url` or an answer, and the test that first sent it."""

    kind: str
    shape: Any
    by: str


def read_records(folder: Path) -> list[Record]:
    """Return each shape once, also if several processes recorded it."""
    found: dict[str, Record] = {}
    for file in sorted(folder.glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            record = Record(**json.loads(line))
            found.setdefault(json.dumps([record.kind, record.shape], sort_keys=True), record)
    return list(found.values())
