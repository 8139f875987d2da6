"""Fuzz every entry point: `make fuzz ARGS="--cases 100000 --seed 7"`.

Each case is drawn from the seed and its number alone, so that a failure is repeated by both. Schemathesis makes a part
of the requests of the web function, from the contract; its findings are printed with the request as a curl command.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from devkit.aws import start_ministack
from tests.builders import EID, NOW
from tests.fuzz.announce import Announce
from tests.fuzz.bot import Bot
from tests.fuzz.bot_routes import other_shapes
from tests.fuzz.bot_shapes import Crawl
from tests.fuzz.cases import Fuzzing, to_stderr
from tests.fuzz.commands import Commands
from tests.fuzz.environments import Environments
from tests.fuzz.files import Files
from tests.fuzz.web import Web
from tests.fuzz.world import PUBLIC, TOKEN_SECRET, opened
from tests.web.contract import findings_of
from web.tokens import Tokens

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Sequence

    from tests.fuzz.cases import Entry
    from tests.fuzz.world import World

ALL_SHAPES: Final = 2000
REQUESTS_OF_AN_EXAMPLE: Final = 150
"""About how many requests schemathesis sends, in two passes, for one more example of each operation."""
OF_SCHEMATHESIS: Final = 0.05
"""Its part of all cases."""


@dataclass
class Command:
    """One run of the command, or a part of it."""

    cases: int
    seed: int
    part: int
    parts: int
    alone: tuple[int, ...]
    only: str

    @property
    def numbers(self) -> Sequence[int]:
        """The numbers of the cases that this part runs."""
        return self.alone or range(self.part, self.cases, self.parts)

    def run(self) -> int:
        """Run the cases. Print each failure and a last line with the counts; return the number of failures."""
        with ExitStack() as stack:
            world = stack.enter_context(opened(stack.enter_context(start_ministack())))
            entries = entries_of(world)
            if self.only:
                entries = [each for each in entries if each.name == self.only]
            fuzzing = Fuzzing(entries, self.seed, to_stderr)
            for failure in fuzzing.run(self.numbers):
                _print(str(failure))
            counts, failed = fuzzing.counts, fuzzing.kinds.total()
            if not self.alone and not self.only and self.part == 0:
                failed += self._by_schemathesis(world, counts)
        for kind, count in fuzzing.kinds.most_common():
            _print(f"{count:>6} × {kind[-160:]}")
        counted = ", ".join(f"{name} {count:,}" for name, count in sorted(counts.items()))
        said = f"seed {self.seed}, part {self.part + 1} of {self.parts}"
        _print(f"{said}: {counts.total():,} cases ({counted}), {failed:,} failed")
        return failed

    def _by_schemathesis(self, world: World, counts: Counter[str]) -> int:
        token = Tokens(TOKEN_SECRET, PUBLIC, now=lambda: NOW).issue("U0OLIVIA", name="Olivia Park")
        examples = max(1, round(self.cases * OF_SCHEMATHESIS / REQUESTS_OF_AN_EXAMPLE))
        failed = 0
        for known in ({}, {"eid": EID, "patron_id": "dave"}):
            handler = world.web.lambda_handler
            findings, statuses = findings_of(handler, token, seed=self.seed, examples=examples, **known)
            counts["schemathesis"] += statuses.total()
            failed += len(findings)
            for finding in findings:
                _print(f"FAILED  schemathesis, seed {self.seed}: {finding}")
            world.reset()
        return failed


def entries_of(world: World, *, most_shapes: int = ALL_SHAPES) -> list[Entry]:
    """Return all entry points over this world."""
    shapes = Crawl(world, most_shapes).run()
    others = other_shapes(world, shapes)
    world.slack.keep_ids()
    return [Bot(world, [*shapes, *others]), Web(world), Announce(world), Files(world), Commands(), Environments()]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the cases, in several processes if requested. Return 1 if one failed."""
    parser = argparse.ArgumentParser(prog="make fuzz", description="Send hostile input to every entry point.")
    parser.add_argument("--cases", type=int, default=2000, help="how many (default: %(default)s)")
    parser.add_argument("--seed", type=int, help="of the cases (default: another one each time; it is printed)")
    parser.add_argument("--case", type=int, action="append", default=[], help="run this case alone; repeatable")
    parser.add_argument("--only", default="", help="run all cases of one entry: bot, web, announce, files, …")
    parser.add_argument("--jobs", type=int, default=1, help="how many processes share the cases")
    parser.add_argument("--part", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    seed = random.randrange(10**6) if options.seed is None else options.seed  # noqa: S311 - cases, no secrets
    if options.part is None and options.jobs > 1 and not options.case:
        return _in_processes(options, seed)
    command = Command(options.cases, seed, options.part or 0, options.jobs, tuple(options.case), options.only)
    return int(command.run() > 0)


def _in_processes(options: argparse.Namespace, seed: int) -> int:
    began = time.monotonic()
    words = [sys.executable, "-m", "tests.fuzz", "--cases", str(options.cases), "--seed", str(seed)]
    words += ["--jobs", str(options.jobs), "--only", options.only]
    started = [subprocess.Popen([*words, "--part", str(part)]) for part in range(options.jobs)]  # noqa: S603 - this program
    ended = [each.wait() for each in started]
    _print(f"{options.jobs} processes took {time.monotonic() - began:,.0f} s.")
    return int(any(ended))


def _print(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - a command's result


if __name__ == "__main__":
    sys.exit(main())
