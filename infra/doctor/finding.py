"""The result of one check of `doctor`: ok, not ok, or not checked and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infra.asking import AwsRefused
from infra.smoke.checks import SmokeCheck
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

# Headings of docs/runbook.md; a test compares them.
STATE: Final = "What is the state?"
UNFINISHED: Final = "An unfinished deploy"
BAD: Final = "Bad deploy"
TOKEN: Final = "A token was revoked"  # noqa: S105  # a heading
SECRET: Final = "The Slack signing secret was rotated"  # noqa: S105  # a heading
TABLE: Final = "The table, as it was"
SHARE: Final = "The web function has no share of its own"
LETTERS: Final = "The dead-letter queue is not empty"
WAITING: Final = "Posts or mails wait"
UNHEARD: Final = "Nobody hears the alarms"
SLOW: Final = "Answers are slow"
CANARY: Final = "No canary payment gets through"
SECTIONS: Final = (STATE, UNFINISHED, BAD, TOKEN, SECRET, TABLE, SHARE, LETTERS, WAITING, UNHEARD, SLOW, CANARY)

_WORDS: Final = {True: "ok", False: "not ok", None: "could not check"}


def ok(name: str, detail: str = "") -> SmokeCheck:
    """Return a check that passed."""
    return SmokeCheck(name, passed=True, detail=detail)


def bad(name: str, detail: str, remedy: str, section: str) -> SmokeCheck:
    """Return a check that failed, with what to do and where the runbook says more."""
    return SmokeCheck(name, passed=False, detail=detail, remedy=f"{remedy} Runbook, “{section}”.")


def raised(alarm: str, what: str, description: str) -> SmokeCheck:
    """Return the check of an alarm that is raised or mute. Its description says what to do."""
    return SmokeCheck(f"alarm {alarm}", passed=False, detail=what, remedy=description or f"Runbook, “{STATE}”.")


def unknown(name: str, why: str, remedy: str = "") -> SmokeCheck:
    """Return a check that could not be made."""
    return SmokeCheck(name, passed=None, detail=why, remedy=remedy)


def guarded(name: str, make: Callable[[], Iterable[SmokeCheck]]) -> Iterator[SmokeCheck]:
    """Yield the checks of `make`; where AWS refuses or does not answer, one that says so."""
    try:
        yield from make()
    except (AwsRefused, Stopped) as refused:
        yield unknown(name, str(refused))


def line(check: SmokeCheck) -> str:
    """Return the check as a line for people."""
    detail = "".join(letter if letter.isprintable() else "�" for letter in check.detail)  # it may be a stranger's
    text = f"{_WORDS[check.passed]:<16}{check.name}" + (f": {detail}" if detail else "")
    return f"{text}\n                → {check.remedy}" if check.remedy else text
