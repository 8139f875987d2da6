"""The score of the last mutation testing, for the page of figures. It is read from mutation_score.json."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any, Final

from results import Section, Table

STORE: Final = Path(__file__).with_name("mutation_score.json")
_HOW: Final = """\
`make mutation` changes `charter/` and the ledger (`adapters/ledger.py` and the modules that it is made of) in small
ways, by the operators of mutmut: another number, another comparison, an argument less. Each change is a *mutant*. The
tests that run its statement, found by a recording, are shown it, fast ones first. A mutant is *killed* when one of them
fails, or does not come to an end. An *explained* one survives, and `tests/mutation/explained.toml` says why no test can
or need notice it. A mutant that is compiled to the same code as the original is not counted. These are the results of
{date}, at commit {commit}; the page does not run them again."""


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


def _in_all(stored: dict[str, Any]) -> Table:
    """Return a table of the random sample and of all results."""
    known: Counter[str] = Counter()
    for counts in stored["files"].values():
        known.update(counts)
    drawn = "all mutants" if stored["seed"] is None else f"a random sample of all (seed {stored['seed']})"
    rows = (_row(drawn, stored["sample"]), _row("all that were run, by choice or by chance", known))
    return Table(
        ("", "run", "killed", "by time-out", "survived", "explained", "killed of all", "killed of all unexplained"),
        rows,
    )


def _by_file(stored: dict[str, Any]) -> Table:
    """Return a table of the files that were run whole, the weakest first, and of the others together."""
    whole = {path: counts for path, counts in stored["files"].items() if _is_whole(counts)}
    rest: Counter[str] = Counter()
    for path, counts in stored["files"].items():
        if path not in whole:
            rest.update(counts)
    rows = [
        _row(f"`{path}`", counts) for path, counts in sorted(whole.items(), key=lambda each: (_score(each[1]), each[0]))
    ]
    if rest["run"]:
        rows.append(_row(f"{len(stored['files']) - len(whole)} files that were run in part", rest))
    return Table(
        ("file", "run", "killed", "by time-out", "survived", "explained", "killed of all", "killed of all unexplained"),
        tuple(rows),
    )


def _is_whole(counts: dict[str, int]) -> bool:
    return counts["run"] + counts["same"] == counts["generated"] and counts["run"] > 0


def _row(name: str, counts: dict[str, int] | Counter[str]) -> tuple[str, ...]:
    killed = counts["killed"] + counts["timeout"]
    raw = f"{killed / counts['run']:.1%}" if counts["run"] else "–"
    numbers = (counts["run"], killed, counts["timeout"], counts["survived"], counts["explained"])
    return (name, *(f"{each:,}" for each in numbers), raw, f"{_score(counts):.1%}")


def _score(counts: dict[str, int] | Counter[str]) -> float:
    among = counts["run"] - counts["explained"]
    return (counts["killed"] + counts["timeout"]) / among if among else 1.0


def _findings(stored: dict[str, Any]) -> str:
    sample = stored["sample"]
    score = _score(sample)
    found = (
        f"{stored['generated']:,} mutants were generated. The tests kill {score:.1%} of those that no reason explains."
    )
    if stored["seed"] is None:
        return found
    low, high = stored["interval"]
    waiting = stored["drawn"] - sample["run"] - sample["same"]
    if waiting:
        found += (
            f" Of {stored['drawn']} that were drawn, {waiting} were not run: they are of what an import runs, such as "
            f"limits and names ({stored['drawn_at_import']} of those drawn are), which takes longest."
        )
    return f"{found} They were drawn at random: with 95 % confidence it is {low:.1%} to {high:.1%} of all."
