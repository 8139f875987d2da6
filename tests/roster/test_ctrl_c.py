"""Ctrl-C during a command, in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from devkit.aws import CREDENTIALS, ROOT

if TYPE_CHECKING:
    from tests.roster.operating import Operator

TRIPS = 200
WRITERS = 8
PATIENCE = 60.0


def test_an_import_that_is_interrupted_says_how_it_goes_on_and_does(operator: Operator) -> None:
    rows = "".join(f"Trip {number},2026-06-{number % 28 + 1:02},10:00\n" for number in range(TRIPS))
    file = operator.file("season.csv", f"title,date,time\n{rows}")
    # In all, longer than a busy machine takes to interrupt.
    operator.proxy.fail_next("UpdateItem", delay=0.5, times=TRIPS)
    # A run in the background ignores Ctrl-C, and so would the process that it starts.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)

    theirs = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    place = ["--table", operator.table, "--endpoint", operator.proxy.url, "--region", "us-west-2"]
    process = subprocess.Popen(  # noqa: S603 - this very interpreter
        [sys.executable, "-m", "roster", *place, "events", "import", file, "--yes"],
        cwd=ROOT,
        env={**theirs, **CREDENTIALS},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    signal.signal(signal.SIGINT, before)
    deadline = time.monotonic() + PATIENCE
    while operator.calls["UpdateItem"] < WRITERS and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=PATIENCE)
    operator.proxy.forget_faults()

    assert (process.returncode, stdout) == (1, "")
    assert "✗ Writing, after" in stderr
    assert stderr.splitlines()[-1] == (
        "Error: Interrupted. Finished steps are kept. Run the same command again to continue."
    )
    assert "Traceback" not in stderr
    assert "\x1b" not in stderr, "no colour and no spinner in a pipe"
    assert len(operator.rows()) < TRIPS
    assert f"{TRIPS:,}" not in operator.done("events", "import", file, "--yes").stdout
    assert len(operator.rows()) == TRIPS
