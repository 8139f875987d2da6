"""Find faults of the rights from the calls that were recorded."""

from __future__ import annotations

import fnmatch
from typing import Final

from tests.rights import recorder
from tests.rights.commands import unlisted
from tests.rights.commands import unused as unused_actions
from tests.rights.policies import Grant, grants

# Grants that no test uses, by Sid and resource, and why they are needed.
UNSEEN: Final = {
    ("Logs", "arn:*"): "Lambda itself writes the logs",
    ("Stream", "EventsTable/stream/*"): "Lambda itself reads the stream for the function",
    ("Mail", "configuration-set"): "SES checks it where the sender's identity has a configuration set",
}


def of_any_run() -> list[str]:
    """Return the faults that any run can find: calls that nothing allows, or that no page lists."""
    return [*sorted(recorder.refused), *unlisted(recorder.asked_by_commands)]


def of_a_whole_run() -> list[str]:
    """Return the faults that only a whole run can find: unused grants, and reasons that are no longer needed."""
    unused = [each for each in grants() if key(each) not in recorder.seen]
    wrong = [f"granted and never used: {each}" for each in unused if not _is_needed(each)]
    return [*wrong, *unused_actions(recorder.asked_by_commands)]


def _is_needed(grant: Grant) -> bool:
    return any(grant.sid == sid and fnmatch.fnmatchcase(grant.resource, like) for sid, like in UNSEEN)


def key(grant: Grant) -> tuple[str, str, str, str]:
    """Return how the records name a grant."""
    return grant.role, grant.sid, grant.action, grant.resource
