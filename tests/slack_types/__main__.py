"""Checks the records in a folder: `python -m tests.slack_types RECORDS INSTALLED`. Exits with 1 for a mistake."""

from __future__ import annotations

import sys
from pathlib import Path

from devkit.local_slack import RECORDS
from tests.slack_types.check import check
from tests.slack_types.records import read_records


def main(recorded: str, installed: str) -> int:
    """Check the shapes recorded in one folder with the compiler installed in the other. Return the exit status."""
    records = read_records(Path(recorded))
    if not records:
        sys.stderr.write(f"Nothing is recorded in {recorded}. Run the tests with {RECORDS}={recorded} first.\n")
        return 1
    outcome = check(records, Path(installed))
    sys.stdout.write("\n".join([*outcome.complaints, outcome.summary, ""]))
    return 1 if outcome.complaints else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
