"""What was looked at after a deployment, and how it was."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from terminal.console import Console


@dataclass(frozen=True)
class Check:
    """One thing that was looked at."""

    name: str
    passed: bool | None
    """None where it could not be looked at, for want of a key."""
    detail: str = ""
    remedy: str = ""
    """What to do about it. Empty where it passed."""

    @property
    def line(self) -> str:
        """As people read it."""
        mark = {True: "✓", False: "✗", None: "–"}[self.passed]
        detail = "".join(letter if letter.isprintable() else "�" for letter in self.detail)  # it may be a stranger's
        told = f"{mark} {self.name}: {detail}" if detail else f"{mark} {self.name}"
        return f"{told}\n    → {self.remedy}" if self.remedy else told

    @property
    def told(self) -> dict[str, Any]:
        """As programs read it."""
        return asdict(self)


def failed(checks: Iterable[Check]) -> list[Check]:
    """Those that failed."""
    return [check for check in checks if check.passed is False]


def counted(checks: Iterable[Check]) -> str:
    """`7 passed, 1 failed, 2 left out`."""
    outcomes = [check.passed for check in checks]
    words = ((True, "passed"), (False, "failed"), (None, "left out"))
    return ", ".join(f"{outcomes.count(outcome)} {word}" for outcome, word in words if outcome in outcomes)


def show(checks: Iterable[Check], console: Console) -> list[Check]:
    """A line for each check as it is made; all of them at the end."""
    made = []
    for check in checks:
        console.say(check.line)
        made.append(check)
    return made
