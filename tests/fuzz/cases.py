"""Cases, entry points, and the loop that draws, runs and shrinks."""

from __future__ import annotations

import random
import re
import sys
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tests.fuzz.steps import Step

SHOWN: Final = 3
"""Number of cases of one fault that are printed in full."""
TRIES: Final = 60
"""Number of runs to make a case smaller."""


@dataclass(frozen=True)
class Case:
    """A real shape of an entry point, and the steps that make it hostile."""

    entry: str
    shape: int
    name: str
    steps: tuple[Step, ...]


class Entry(Protocol):
    """An entry point. `share` is its part of all cases."""

    name: str
    share: float

    def draw(self, rng: random.Random, /) -> Case:
        """Return a random case."""
        ...

    def run(self, case: Case) -> list[str]:
        """Run a case and undo what it left. Return what is wrong with the result."""
        ...


@dataclass(frozen=True)
class Failure:
    """A case that failed, made smaller."""

    seed: int
    number: int
    case: Case
    findings: tuple[str, ...]

    def __str__(self) -> str:
        steps = "".join(f"\n    {step}" for step in self.case.steps) or "\n    no change"
        found = "".join(f"\n  * {finding[:2000]}" for finding in self.findings)
        return (
            f"FAILED  {self.case.entry}: {self.case.name}{steps}{found}\n"
            f'  again: make fuzz ARGS="--seed {self.seed} --case {self.number}"'
        )

    @property
    def kind(self) -> str:
        """The part of the finding that is the same for all cases of one fault."""
        return kind_of(self.findings)


_VARYING: Final = re.compile(r"reference=\S+ request=\S+|0x[0-9a-f]+|'[^']*'|\"[^\"]*\"|\d+|[\^~]{3,}")


def kind_of(findings: Sequence[str]) -> str:
    """Return the end of the first finding without what differs from case to case."""
    return _VARYING.sub("_", findings[0])[-500:] if findings else ""


@dataclass
class Fuzzing:
    """Runs cases of all entry points, each by its seed and number alone."""

    entries: Sequence[Entry]
    seed: int
    say: Callable[[str], object]
    counts: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)

    def case(self, number: int) -> tuple[Entry, Case]:
        """Return the case of this number, which depends on the seed and the number alone."""
        rng = random.Random(f"{self.seed}:{number}")  # noqa: S311 - cases, no secrets
        (entry,) = rng.choices(self.entries, [each.share for each in self.entries])
        return entry, entry.draw(rng)

    def run(self, numbers: Sequence[int]) -> Iterator[Failure]:
        """Run these cases. Yield each that fails, made smaller."""
        began = said = time.monotonic()
        for done, number in enumerate(numbers, start=1):
            entry, case = self.case(number)
            self.counts[entry.name] += 1
            if findings := entry.run(case):
                self.kinds[kind_of(findings)] += 1
                if self.kinds[kind_of(findings)] <= SHOWN:
                    yield Failure(self.seed, number, *self._smaller(entry, case, findings))
            if (now := time.monotonic()) - said > 10 or done == len(numbers):
                said = now
                self.say(
                    f"seed {self.seed}: {done:,} of {len(numbers):,} cases, {self.kinds.total():,} failed, "
                    f"{done / (now - began):,.0f} a second"
                )

    def _smaller(self, entry: Entry, case: Case, findings: list[str]) -> tuple[Case, tuple[str, ...]]:
        """Leave out steps, and shorten texts, as long as the same is wrong."""
        kind, tries = kind_of(findings), 0
        found = tuple(findings)
        smaller = True
        while smaller and tries < TRIES:
            smaller = False
            for candidate in _candidates(case):
                tries += 1
                if kind_of(again := entry.run(candidate)) == kind:
                    case, found, smaller = candidate, tuple(again), True
                    break
        return case, found


def _candidates(case: Case) -> Iterator[Case]:
    for place, step in enumerate(case.steps):
        yield replace(case, steps=(*case.steps[:place], *case.steps[place + 1 :]))
        if isinstance(step.value, str | list | bytes) and len(step.value) > 4:
            shorter = replace(step, value=step.value[: len(step.value) // 2])
            yield replace(case, steps=(*case.steps[:place], shorter, *case.steps[place + 1 :]))


def to_stderr(line: str) -> None:
    """Print a line of progress."""
    print(line, file=sys.stderr, flush=True)  # noqa: T201 - a command's progress
