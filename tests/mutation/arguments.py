"""The arguments of the command."""

from __future__ import annotations

import argparse
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass
class Arguments(argparse.Namespace):
    """The parsed arguments of the command."""

    files: list[str] = field(default_factory=list)
    sample: int = 0
    seed: int = 0
    again: bool = False
    show: bool = False
    store: bool = False
    budget: float = 8.0
    processes: int = 2
    least: float = 5.0


def parsed(arguments: Sequence[str], *, about: str) -> Arguments:
    """Parse the command line. Exits where it is wrong."""
    parser = argparse.ArgumentParser(
        prog="make mutation", description=about, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="*", help="files of charter/ and adapters/; all in scope without one")
    parser.add_argument("--sample", type=int, help="so many mutants, at random")
    parser.add_argument("--seed", type=int, help="of the sample")
    parser.add_argument("--again", action="store_true", help="run the survivors again, those with a reason too")
    parser.add_argument("--show", action="store_true", help="run nothing")
    parser.add_argument("--store", action="store_true", help="write benchmarks/mutation_score.json")
    parser.add_argument("--budget", type=float, help="seconds of tests for each mutant at most, as recorded")
    parser.add_argument("--processes", type=int, help="how many mutants at once")
    parser.add_argument("--least", type=float, help="seconds of CPU that each test may use, however fast it was")
    return parser.parse_args(arguments, namespace=Arguments())
