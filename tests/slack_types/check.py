"""Checks records against Slack's types with one run of the TypeScript compiler.

Each record becomes a literal of its type (`slack.ts`), so that a property too many is an error too. Planted mistakes
are compiled along with them; the compiler must refuse each one.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.slack_types.planted import Mistake, mistakes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.slack_types.records import Record

_TYPES: Final = Path(__file__).with_name("slack.ts")
_COMPILER: Final = ("node_modules", "typescript", "bin", "tsc")
_OPTIONS: Final = (
    *("--noEmit", "--strict", "--exactOptionalPropertyTypes", "--skipLibCheck", "--pretty", "false"),
    *("--module", "nodenext", "--target", "es2022"),
)
_IMPORT: Final = 'import type { Sent } from "./slack.js";\n'
_ERROR: Final = re.compile(r"^(?P<file>\w+)\.ts\((?P<line>\d+),(?P<column>\d+)\): error \w+: (?P<text>.*)$")
_EXCERPT: Final = 100


@dataclass(frozen=True)
class Outcome:
    """Complaints about records, and about planted mistakes that were not seen; and how much was checked."""

    complaints: list[str]
    summary: str


def check(records: Sequence[Record], installed: Path) -> Outcome:
    """Compile the records in the folder where `npm ci` installed the compiler. Raises RuntimeError if it cannot run."""
    planted = mistakes(records)
    shutil.copy(_TYPES, installed / "slack.ts")
    lines = [_statement(number, each) for number, each in enumerate(records)]
    (installed / "records.ts").write_text(_IMPORT + "\n".join(lines) + "\n", encoding="utf-8")
    refused = [f"// @ts-expect-error\n{_statement(number, each)}" for number, each in enumerate(planted)]
    (installed / "planted.ts").write_text(_IMPORT + "\n".join(refused) + "\n", encoding="utf-8")

    command = ["node", str(Path(*_COMPILER)), *_OPTIONS, "records.ts", "planted.ts"]
    done = subprocess.run(command, cwd=installed, capture_output=True, text=True, check=False)  # noqa: S603 - ours
    found = [error.groupdict() for error in map(_ERROR.match, done.stdout.splitlines()) if error]
    if done.returncode and not found:
        raise RuntimeError(f"The TypeScript compiler failed: {done.stdout[:500]}{done.stderr[:500]}")
    complaints = [_complaint(error, lines, records, planted) for error in found]
    kinds = Counter(record.kind for record in records)
    counts = ", ".join(f"{number} {kind}" for kind, number in kinds.most_common())
    summary = f"Checked {len(records)} distinct records against Slack's types ({counts})"
    return Outcome(complaints, f"{summary}, and {len(planted)} planted mistakes: {len(complaints)} complaints.")


def _statement(number: int, record: Record | Mistake) -> str:
    return f"export const n{number}: Sent[{json.dumps(record.kind)}] = {json.dumps(record.shape)};"


def _complaint(
    error: dict[str, str], lines: Sequence[str], records: Sequence[Record], planted: Sequence[Mistake]
) -> str:
    """Return a sentence about an error of the compiler. The first line of each file is an import."""
    row, column = int(error["line"]) - 2, int(error["column"]) - 1
    match error["file"]:
        case "records":
            excerpt = lines[row][column : column + _EXCERPT]
            return f"{records[row].kind} in {records[row].by or 'an unknown test'}: {error['text']}\n    at {excerpt}"
        case "planted":
            return f"A planted mistake at {planted[row // 2].place} was not seen: {error['text']}"
    return f"{error['file']}.ts, line {error['line']}: {error['text']}"
