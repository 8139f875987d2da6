"""Print the results of the mutants, and store the score for the page of figures."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from tests.mutation.children import BROKEN, KILLED, NEEDS_IMPORT, SAME, SURVIVED, TIMEOUT
from tests.mutation.results import LATER, Results, Score, counted, explained, interval, summary, together, unexplained
from tests.mutation.statements import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.mutation.mutants import Mutant

STORE: Final = ROOT / "benchmarks" / "mutation_score.json"


def print_report(chosen: Sequence[Mutant], results: Results, *, sample: bool) -> None:
    """Print the survivors as diffs, a line for each file, and the score."""
    reasons = explained()
    for mutant in unexplained(chosen, results, reasons, odd=(BROKEN, NEEDS_IMPORT)):
        ended = results.of(mutant)
        _say(f"\n{ended.status if ended else ''}: {mutant.name} {mutant.function}\n{mutant.diff()}")
    scores = counted(chosen, results, reasons)
    _say(f"\n{'file':36} {'run':>5} {'killed':>7} {'time-out':>9} {'later':>6} {'survived':>9} {'explained':>10}")
    for path, score in sorted(scores.items()):
        if score.counts:
            _say(_line(path, score))
    total = together(scores)
    _say(_line("all", total))
    low, high = interval(total.at_first, total.run)
    _say(f"\n{total.counts[SAME]} more are compiled to the same code as the original, and are not counted.")
    _say(f"Killed at first {total.at_first:.1%}, now {total.now:.1%}.")
    _say(f"With those that a reason explains it is {total.settled:.1%}.")
    if sample:
        _say(f"At first, in all files, with 95 % confidence: {low:.1%} to {high:.1%}.")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def _line(path: str, score: Score) -> str:
    counts = score.counts
    odd = sum(counts[each] for each in (BROKEN, NEEDS_IMPORT))
    return (
        f"{path:36} {score.run:>5} {counts[KILLED]:>7} {counts[TIMEOUT]:>9} {counts[LATER]:>6}"
        f" {counts[SURVIVED]:>9} {counts['explained']:>10}" + (f"  {odd} not run" if odd else "")
    )


def store(everything: Sequence[Mutant], sample: Sequence[Mutant], results: Results, *, seed: int | None) -> None:
    """Write the score to the repository, with the day and the commit. Without a seed, the sample is all mutants."""
    ask = ["git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(ask, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()  # noqa: S603  # git
    about = {"date": f"{datetime.now(tz=UTC):%Y-%m-%d}", "commit": commit, "seed": seed}
    STORE.write_text(json.dumps(about | summary(everything, sample, results), indent=1) + "\n")
