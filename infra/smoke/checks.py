"""The results of checks, for people and programs."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from terminal.console import Console


@dataclass(frozen=True)
class SmokeCheck:
    """The result of one check."""

    name: str
    passed: bool | None
    """None where it was skipped, for want of a key."""
    detail: str = ""
    remedy: str = ""
    """The next step for a person; empty where it passed."""

    @property
    def line(self) -> str:
        """The result as a line for people."""
        mark = {True: "✓", False: "✗", None: "–"}[self.passed]
        detail = "".join(letter if letter.isprintable() else "�" for letter in self.detail)  # it may be a stranger's
        text = f"{mark} {self.name}: {detail}" if detail else f"{mark} {self.name}"
        return f"{text}\n    → {self.remedy}" if self.remedy else text

    @property
    def as_dict(self) -> dict[str, Any]:
        """The result for programs."""
        return asdict(self)


def failed(checks: Iterable[SmokeCheck]) -> list[SmokeCheck]:
    """Return the failed checks."""
    return [check for check in checks if check.passed is False]


def counted(checks: Iterable[SmokeCheck]) -> str:
    """Return `7 passed, 1 failed, 2 skipped`."""
    outcomes = [check.passed for check in checks]
    words = ((True, "passed"), (False, "failed"), (None, "skipped"))
    return ", ".join(f"{outcomes.count(outcome)} {word}" for outcome, word in words if outcome in outcomes)


def show(checks: Iterable[SmokeCheck], console: Console) -> list[SmokeCheck]:
    """Show a line for each check as it is made, and return them all."""
    made = []
    for check in checks:
        console.say(check.line)
        made.append(check)
    return made
