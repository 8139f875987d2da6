"""What is wrong with the rights, by what the tests saw."""

from __future__ import annotations

from typing import Final

from tests.rights import recorder
from tests.rights.policies import Grant, grants

# Grants that no test uses, and why they are needed, by Sid; with an action where it is that one alone.
UNSEEN: Final = {
    "Logs": "Lambda itself writes the logs",
    "Stream": "Lambda itself reads the stream for the function",
}


def of_any_run() -> list[str]:
    """Return what is wrong however few tests ran: calls that nothing allows."""
    return sorted(recorder.refused)


def of_a_whole_run() -> list[str]:
    """Return what is wrong where every test ran: grants that nothing used, and reasons that are needed no more."""
    unused = [each for each in grants() if key(each) not in recorder.seen]
    return [f"granted and never used: {each}" for each in unused if each.sid not in UNSEEN]


def key(grant: Grant) -> tuple[str, str, str, str]:
    """Return how the records name a grant."""
    return grant.role, grant.sid, grant.action, grant.resource
