"""The score of the last mutation testing, for the page of figures. It is read from mutation_score.json."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any, Final

from results import ResultTable, Section

STORE: Final = Path(__file__).with_name("mutation_score.json")
_HOW: Final = """\
`make mutation` changes `charter/` and the ledger (`adapters/ledger.py` and the modules that it is made of) in small
ways, by the operators of mutmut: another number, another comparison, an argument less. Each change is a *mutant*. The
tests that run its statement, found by a recording, are shown it, fast ones first. A mutant is *killed* when one of them
fails, or does not come to an end. An *explained* one survives, and `tests/mutation/explained.toml` says why no test can
or need notice it. A mutant that is compiled to the same code as the original is not counted. These are the results of
{date}, at commit {commit}; the page does not run them again. A mutant that survived the first time and is killed
now, by a test written for it or by more tests than it was shown then, counts as *killed later*, not as *killed at
first*: the share at first shows what the tests would notice of a change that nobody has tried yet."""
_COLUMNS: Final = (
    "run",
    "killed at first",
    "by time-out",
    "killed later",
    "explained",
    "survive",
    "killed at first of all",
    "killed now of all",
)


def sections(quick: bool) -> tuple[Section, ...]:  # noqa: FBT001  # as each benchmark has it
    """Return the section of the score. It is the same, quick or not: it is read, not measured."""
    del quick
    stored = json.loads(STORE.read_text())
    return (
        Section(
            title="Mutation testing",
            how=_HOW.format(**stored),
            tables=(_in_all(stored), _by_file(stored)),
            findings=_findings(stored),
        ),
    )


def _in_all(stored: dict[str, Any]) -> ResultTable:
    """Return a table of the random sample and of all results."""
    known: Counter[str] = Counter()
    for counts in stored["files"].values():
        known.update(counts)
    drawn = "all mutants" if stored["seed"] is None else f"a random sample of all (seed {stored['seed']})"
    rows = (_row(drawn, stored["sample"]), _row("all that were run, by choice or by chance", known))
    return ResultTable(("", *_COLUMNS), rows)


def _by_file(stored: dict[str, Any]) -> ResultTable:
    """Return a table of the files that were run whole, the weakest first, and of the others together."""
    whole = {path: counts for path, counts in stored["files"].items() if _is_whole(counts)}
    rest: Counter[str] = Counter()
    for path, counts in stored["files"].items():
        if path not in whole:
            rest.update(counts)
    rows = [
        _row(f"`{path}`", counts)
        for path, counts in sorted(whole.items(), key=lambda each: (_at_first(each[1]), each[0]))
    ]
    if rest["run"]:
        rows.append(_row(f"{len(stored['files']) - len(whole)} files that were run in part", rest))
    return ResultTable(("file", *_COLUMNS), tuple(rows))


def _is_whole(counts: dict[str, int]) -> bool:
    return counts["run"] + counts["same"] == counts["generated"] and counts["run"] > 0


def _row(name: str, counts: dict[str, int] | Counter[str]) -> tuple[str, ...]:
    parts = ("timeout", "killed_later", "explained", "survived")
    numbers = (counts["run"], _killed(counts), *(counts[each] for each in parts))
    return (name, *(f"{each:,}" for each in numbers), f"{_at_first(counts):.1%}", f"{_now(counts):.1%}")


def _killed(counts: dict[str, int] | Counter[str]) -> int:
    return counts["killed"] + counts["timeout"]


def _at_first(counts: dict[str, int] | Counter[str]) -> float:
    return _killed(counts) / counts["run"] if counts["run"] else 1.0


def _now(counts: dict[str, int] | Counter[str]) -> float:
    return (_killed(counts) + counts["killed_later"]) / counts["run"] if counts["run"] else 1.0


def _findings(stored: dict[str, Any]) -> str:
    sample, left = stored["sample"], len(stored["unexplained"])
    survived = sample["run"] - _killed(sample)
    deleted = len(stored.get("deleted", ()))  # the tables count them under *survive*
    gone = f" The other {deleted} were in code that has been deleted since." if deleted else ""
    found = (
        f"{stored['generated']:,} mutants were generated. The tests killed {_at_first(sample):.1%} of those that were "
        f"run, the first time. Of the {survived} that survived then, {sample['killed_later']} are killed by now and "
        f"{sample['explained']} have a reason.{gone} Of all that were ever run, {left or 'none'} survive without one."
    )
    if stored["seed"] is None:
        return found
    low, high = stored["interval"]
    waiting = stored["drawn"] - sample["run"] - sample["same"]
    at_import = f"{stored['drawn_at_import']} of the {stored['drawn']:,} that were drawn are of what an import runs"
    found += (
        f" {at_import}, such as limits and names, which takes longest; {waiting} of these could not be run."
        if waiting
        else f" {at_import}, such as limits and names. Those are shown few tests at first, since it takes longest."
    )
    return (
        f"{found} They were drawn at random: with 95 % confidence {low:.1%} to {high:.1%} of all are killed at first."
    )
