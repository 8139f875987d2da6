"""Mutation testing of `charter/` and the ledger: `make mutation`, which ARGS narrows down.

    ARGS=charter/money.py            the mutants of these files
    ARGS="--sample 500 --seed 7"     a random sample of them all
    ARGS="--again --budget 60"       the survivors once more, each with a minute of tests
    ARGS=--show                      what is known so far; nothing runs
    ARGS="--store"                   writes the score to benchmarks/mutation_score.json too

A run that is stopped goes on where it was. Results are in .local/mutation.
"""

from __future__ import annotations

import contextlib
import os
import random
import sys
import time
import traceback
from collections import Counter
from typing import TYPE_CHECKING, Final

from devkit.aws import start_ministack
from tests.mutation.arguments import parsed
from tests.mutation.children import KILLED, NEEDS_IMPORT, SURVIVED, Ended
from tests.mutation.cold import run_cold
from tests.mutation.mutants import Mutant, generated
from tests.mutation.recording import record
from tests.mutation.reporting import print_report, store
from tests.mutation.results import Results
from tests.mutation.scope import TESTS, files
from tests.mutation.statements import ROOT
from tests.mutation.warm import Warm

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.mutation.arguments import Arguments
    from tests.mutation.choosing import Recorded

FOLDER: Final = ROOT / ".local" / "mutation"
_EVERY: Final = 10.0
"""Seconds between two lines of progress."""


class Progress:
    """Stores each result, and prints the progress now and then."""

    def __init__(self, results: Results, recorded: Recorded, number: int) -> None:
        self._results = results
        self._recorded = recorded
        self._number = number
        self._counts: Counter[str] = Counter()
        self._began = self._reported = time.monotonic()

    def __call__(self, mutant: Mutant, ended: Ended) -> None:
        """Keep the result of a mutant."""
        self._results.keep(mutant, ended)
        if ended.status == KILLED:
            self._recorded.kills[mutant.path, mutant.function, ended.by] += 1
        self._counts[ended.status] += 1
        now = time.monotonic()
        done = self._counts.total()
        if now - self._reported >= _EVERY or done == self._number:
            self._reported = now
            each = (now - self._began) / done
            counts = ", ".join(f"{count} {status}" for status, count in self._counts.most_common())
            left = each * (self._number - done) / 60
            os.write(_TERMINAL, f"{done}/{self._number}: {counts}; {each:.2f} s each, {left:.0f} min left\n".encode())


_TERMINAL: Final = os.dup(2)


def main(arguments: Arguments) -> None:
    """Run the mutants that were asked for and are not known yet, and report."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    everything = generated(files(), kept=FOLDER / "mutants")
    chosen = generated(arguments.files, kept=FOLDER / "mutants") if arguments.files else everything
    if arguments.sample:
        drawn = random.Random(arguments.seed)  # noqa: S311  # a sample, not a secret
        chosen = drawn.sample(chosen, min(arguments.sample, len(chosen)))
    results = Results(FOLDER / "results.jsonl")
    if not arguments.show:
        again = {SURVIVED, NEEDS_IMPORT} if arguments.again else {NEEDS_IMPORT}
        waiting = [each for each in chosen if (ended := results.of(each)) is None or ended.status in again]
        if waiting:
            _run(waiting, results, arguments)
            results = Results(FOLDER / "results.jsonl")
    print_report(chosen, results, sample=bool(arguments.sample))
    if arguments.store:
        store(everything, chosen, results, seed=arguments.seed if arguments.sample else None)


def _run(waiting: Sequence[Mutant], results: Results, arguments: Arguments) -> None:
    """Run mutants: those of functions first, in forks of a process that has imported everything, then the others."""
    recorded = record(FOLDER, at_once=arguments.processes)
    with _engine():
        cold = {each.name for each in waiting if recorded.runs_at_import(each)}
        warm = [each for each in waiting if each.name not in cold]
        if warm:
            _run_warm(warm, recorded, results, arguments)
        results = Results(FOLDER / "results.jsonl")
        rest = [
            each
            for each in waiting
            if each.name in cold or ((ended := results.of(each)) and ended.status == NEEDS_IMPORT)
        ]
        progress = Progress(results, recorded, len(rest))
        for mutant, ended in run_cold(rest, recorded, arguments):
            progress(mutant, ended)


@contextlib.contextmanager
def _engine() -> Iterator[None]:
    """Start one engine for all children, and name it to them. A project without fixtures of ours needs none."""
    if not (ROOT / "tests" / "conftest.py").exists():
        yield
        return
    with start_ministack() as endpoint:
        os.environ["DYNAMODB_ENDPOINT"] = endpoint
        yield


def _run_warm(warm: Sequence[Mutant], recorded: Recorded, results: Results, arguments: Arguments) -> None:
    """Run mutants in a process of their own, since this one must not import the product."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            quiet = os.open(os.devnull, os.O_RDWR)
            os.dup2(quiet, 1)
            folders = [f"tests/{part}" for part in TESTS if (ROOT / "tests" / part).exists()]
            Warm(warm, recorded, arguments, Progress(results, recorded, len(warm))).run(folders)
            status = 0
        finally:
            if status:
                traceback.print_exc()
            os._exit(status)
    _, code = os.waitpid(pid, 0)
    if code:
        raise SystemExit("The mutants of functions could not be run; see above.")


if __name__ == "__main__":
    main(parsed(sys.argv[1:], about=__doc__ or ""))
