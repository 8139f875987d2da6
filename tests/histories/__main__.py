"""The nightly command: thousands of histories, and a failing one cut down to the steps that it needs."""

from __future__ import annotations

import argparse
import contextlib
import gc
import io
import logging
import sys
import time
from collections import Counter
from typing import TYPE_CHECKING, Final

from tests.histories.boat import Harness
from tests.histories.playing import play
from tests.histories.steps import LONGEST, history

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from tests.histories.playing import Played
    from tests.histories.steps import Step

_BETWEEN: Final = 25  # histories between two garbage collections, and between two lines of progress


@contextlib.contextmanager
def prepared() -> Iterator[Harness]:
    """Prepare this process for histories: caches of the libraries, no logs, and the harness in its place."""
    from tests.cached_bolt import cached_bolt
    from tests.cached_botocore import cached_botocore

    harness = Harness()
    logging.disable(logging.CRITICAL)
    try:
        with cached_bolt(), cached_botocore(), harness.in_place():
            yield harness
    finally:
        logging.disable(logging.NOTSET)


def quietly(harness: Harness, seed: str, steps: Sequence[Step]) -> Played:
    """Play a history without what its processes print, which are metrics."""
    with contextlib.redirect_stdout(io.StringIO()):
        return play(harness, seed, steps)


def cut_down(steps: Sequence[Step], fails: Callable[[Sequence[Step]], bool]) -> list[Step]:
    """Return the steps that a failure needs, without every step and every fault that it does not need."""
    left = list(steps)
    for place in reversed(range(len(left))):
        without = left[:place] + left[place + 1 :]
        if fails(without):
            left = without
    for place, step in enumerate(left):
        for simpler in _simpler(step):
            changed = [*left[:place], simpler, *left[place + 1 :]]
            if fails(changed):
                left = changed
                break
    return left


def _simpler(step: Step) -> Iterator[Step]:
    from dataclasses import replace

    yield replace(step, faults=(), twice="", meanwhile=None, long=None)
    yield replace(step, long=None)
    yield replace(step, faults=())
    yield replace(step, twice="", meanwhile=None)
    for place in range(len(step.faults)):
        yield replace(step, faults=step.faults[:place] + step.faults[place + 1 :])


def report(harness: Harness, seed: str, steps: Sequence[Step], faults: Sequence[str], *, longest: int) -> str:
    """Return the broken promises of a failing history, the steps that it needs, and the command that repeats it."""
    needed = cut_down(steps, lambda fewer: bool(quietly(harness, seed, fewer).faults))
    numbers = ",".join(str(step.number) for step in needed)
    lines = [f"History {seed} broke a promise:", *(f"  {fault}" for fault in faults)]
    lines += ["It needs these steps:", *(f"  {step}" for step in needed)]
    lines += [f'Repeat: make histories ARGS="--only {seed} --longest {longest}"   (the steps {numbers} are enough)']
    return "\n".join(lines)


def main(
    arguments: Sequence[str] | None = None, *, prepare: Callable[[], AbstractContextManager[Harness]] = prepared
) -> int:
    """Play histories until one fails or all are done. Return 0, or 1 after a failure."""
    parser = argparse.ArgumentParser(prog="make histories", description=__doc__)
    parser.add_argument("--count", type=int, default=10_000, help="how many histories (%(default)s)")
    parser.add_argument("--seed", default="night", help="the seed of all of them (%(default)s)")
    parser.add_argument("--first", type=int, default=0, help="the number of the first one (%(default)s)")
    parser.add_argument("--longest", type=int, default=LONGEST, help="the most steps of one (%(default)s)")
    parser.add_argument("--only", help="play this one history, by the seed that a failure printed")
    parser.add_argument("--go-on", action="store_true", help="go on after a failure")
    given = parser.parse_args(arguments)
    seeds = [given.only] if given.only else [f"{given.seed}-{n}" for n in range(given.first, given.first + given.count)]
    with prepare() as harness:
        return _play_all(harness, seeds, longest=given.longest, go_on=given.go_on)


def _play_all(harness: Harness, seeds: Sequence[str], *, longest: int, go_on: bool) -> int:
    done, met, failed, began = Counter[str](), Counter[str](), 0, time.process_time()
    gc.disable()
    for number, seed in enumerate(seeds, start=1):
        steps = history(seed, longest=longest)
        played = quietly(harness, seed, steps)
        done += played.done
        met += played.met
        if played.faults:
            failed += 1
            print(report(harness, seed, steps, played.faults, longest=longest), flush=True)  # noqa: T201 - a command
            if not go_on:
                break
        if number % _BETWEEN == 0:
            gc.collect()
            passed = time.process_time() - began
            print(f"{number} histories, {failed} failed, {passed / number * 1000:.0f} ms each", flush=True)  # noqa: T201
    if len(seeds) == 1:
        print("\n".join(map(str, history(seeds[0], longest=longest))))  # noqa: T201
    print(f"Acts: {dict(sorted(done.items()))}\nFaults: {dict(sorted(met.items()))}")  # noqa: T201
    print(f"{number} histories from {seeds[0]} on, {failed} of them failed.")  # noqa: T201
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
