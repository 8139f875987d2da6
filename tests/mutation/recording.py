"""Record which statements each test runs, once; afterwards only the tests of files that are new or have changed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from tests.mutation.choosing import Recorded
from tests.mutation.scope import TESTS
from tests.mutation.statements import ROOT, hash_of

if TYPE_CHECKING:
    from pathlib import Path


def record(folder: Path, *, at_once: int) -> Recorded:
    """Return what the tests run, after recording those that have no record yet."""
    recorded = Recorded.read(folder)
    files = sorted(path for part in TESTS for path in (ROOT / "tests" / part).rglob("test_*.py"))
    new = [path for path in files if recorded.hashes.get(path.relative_to(ROOT).as_posix()) != hash_of(path)]
    if not new:
        return recorded
    sys.stderr.write(f"Recording what the tests of {len(new)} files run …\n")
    workers = ["-n", str(at_once), "--dist", "worksteal"] if len(new) > at_once else ["-n", "0"]
    plugins = ["-p", "tests.mutation.recorder", "-p", "no:schemathesis"]
    for what in (["tests.mutation.recorder"], ["pytest", "-q", *plugins, *workers, *map(str, new)]):
        subprocess.run(  # noqa: S603  # our own tests; one that fails has no record, and kills no mutant
            [sys.executable, "-m", *what],
            cwd=ROOT,
            env={**os.environ, "RECORD_COVERAGE_IN": str(folder / f"coverage-{time.time_ns()}")},
            stdout=subprocess.DEVNULL,
            check=False,
        )
    return Recorded.read(folder)
