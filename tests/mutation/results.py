"""The results of the mutants, kept in a file of lines, so that a run that was stopped goes on where it was."""

from __future__ import annotations

import json
import math
import tomllib
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from tests.mutation.children import KILLED, SAME, SURVIVED, TIMEOUT, Ended
from tests.mutation.statements import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from tests.mutation.mutants import Mutant

LATER: Final = "killed_later"
"""Survived once, and is killed now: by more tests than it was given first, or by one that was written for it."""
EXPLAINED: Final = ROOT / "tests" / "mutation" / "explained.toml"
_SURE: Final = 1.96  # standard deviations: 95 %


class Results:
    """The results of all runs of this folder, by the names of the mutants. The newest holds."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._found: dict[str, Ended] = {}
        self._survivors: set[str] = set()
        if file.exists():
            for line in file.read_text().splitlines():
                each = json.loads(line)
                self._found[each["name"]] = Ended(each["status"], each["by"], each["seconds"])
                if each["status"] == SURVIVED:
                    self._survivors.add(each["name"])

    def of(self, mutant: Mutant) -> Ended | None:
        """Return how a mutant ended, or None."""
        return self._found.get(mutant.name)

    def survived_once(self, mutant: Mutant) -> bool:
        """Return whether a mutant survived in any run."""
        return mutant.name in self._survivors

    def keep(self, mutant: Mutant, ended: Ended) -> None:
        """Store a result."""
        self._found[mutant.name] = ended
        with self._file.open("a") as file:
            line = {
                "name": mutant.name,
                "path": mutant.path,
                "status": ended.status,
                "by": ended.by,
                "seconds": round(ended.seconds, 2),
            }
            file.write(json.dumps(line) + "\n")


@dataclass(frozen=True)
class Explained:
    """A mutant that no test needs to kill, by its lines without the spaces around them, and why."""

    path: str
    line: str
    becomes: str
    reason: str

    def is_about(self, mutant: Mutant) -> bool:
        """Return whether it is this mutant."""
        return mutant.path == self.path and mutant.change == (self.line, self.becomes)


def explained(file: Path = EXPLAINED) -> list[Explained]:
    """Read the explained mutants."""
    return [Explained(**each) for each in tomllib.loads(file.read_text()).get("mutant", [])]


@dataclass
class Score:
    """The counts of some mutants."""

    counts: Counter[str] = field(default_factory=Counter)

    @property
    def run(self) -> int:
        """Number of mutants that were run to an end. Those whose code is the same as the original's do not count."""
        return self.killed + self.counts[LATER] + self.counts[SURVIVED] + self.counts["explained"]

    @property
    def killed(self) -> int:
        """Number of mutants that a test detected in their first run. A test that does not end counts as detecting."""
        return self.counts[KILLED] + self.counts[TIMEOUT]

    @property
    def at_first(self) -> float:
        """The share that was killed in the first run of each mutant. Tests written since then do not count."""
        return self.killed / self.run if self.run else 1.0

    @property
    def now(self) -> float:
        """The share that is killed by now."""
        return (self.killed + self.counts[LATER]) / self.run if self.run else 1.0

    @property
    def settled(self) -> float:
        """The share that is killed by now or has a reason."""
        return 1 - self.counts[SURVIVED] / self.run if self.run else 1.0


def counted(mutants: Iterable[Mutant], results: Results, reasons: Sequence[Explained]) -> dict[str, Score]:
    """Return the score of each file; those that have not run are counted as `waiting` in no score."""
    scores: dict[str, Score] = {}
    for mutant in mutants:
        ended = results.of(mutant)
        score = scores.setdefault(mutant.path, Score())
        if ended is not None:
            status = ended.status
            if status == SURVIVED and any(each.is_about(mutant) for each in reasons):
                status = "explained"
            elif status in (KILLED, TIMEOUT) and results.survived_once(mutant):
                status = LATER
            score.counts[status] += 1
    return scores


def unexplained(
    mutants: Iterable[Mutant], results: Results, reasons: Sequence[Explained], *, odd: Iterable[str] = ()
) -> list[Mutant]:
    """Return the mutants that survive without a reason, and those that ended in one of the `odd` ways."""
    among = {SURVIVED, *odd}
    ended = [each for each in mutants if (found := results.of(each)) and found.status in among]
    return [each for each in ended if not any(reason.is_about(each) for reason in reasons)]


def together(scores: Mapping[str, Score]) -> Score:
    """Add scores."""
    total = Score()
    for score in scores.values():
        total.counts += score.counts
    return total


def interval(share: float, number: int) -> tuple[float, float]:
    """Return the 95 % confidence interval of a share that was measured on a random sample (Wilson)."""
    if not number:
        return 0.0, 1.0
    square = _SURE**2
    middle = (share + square / (2 * number)) / (1 + square / number)
    half = _SURE / (1 + square / number) * math.sqrt(share * (1 - share) / number + square / (4 * number**2))
    return middle - half, middle + half


def summary(everything: Sequence[Mutant], sample: Sequence[Mutant], results: Results) -> dict[str, Any]:
    """Return what the page of figures shows: the counts of a random sample, and of each file all that was run.

    `unexplained` are the survivors of all that was run, for whoever works on them next.
    """
    reasons = explained()
    number = Counter(mutant.path for mutant in everything)
    scores = counted(everything, results, reasons)
    files = {path: {"generated": number[path], **_counts(score)} for path, score in sorted(scores.items())}
    total = together(counted(sample, results, reasons))
    around = interval(total.at_first, total.run)
    drawn = {"drawn": len(sample), "drawn_at_import": sum(mutant.statement is None for mutant in sample)}
    left = [{"path": each.path, "change": each.change} for each in unexplained(everything, results, reasons)]
    return {
        "generated": len(everything),
        **drawn,
        "sample": _counts(total),
        "interval": around,
        "unexplained": left,
        "files": files,
    }


def _counts(score: Score) -> dict[str, int]:
    return {
        "run": score.run,
        **{name: score.counts[name] for name in (KILLED, TIMEOUT, LATER, SURVIVED, "explained", SAME)},
    }
