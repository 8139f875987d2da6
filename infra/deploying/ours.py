"""Check that a function named by hand belongs to Ship Captain Crew, before a deploy replaces its code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infra.deploying.journal import DONE

if TYPE_CHECKING:
    from infra.deploying.snapshots import Store
    from infra.deploying.targets import Target

# The handlers, each with the variables that it needs to start.
_NEEDED: Final = {
    "lambda_function.lambda_handler": ("EVENTS_TABLE", "SLACK_SIGNING_SECRET"),
    "web_function.lambda_handler": ("EVENTS_TABLE", "ADMIN_TOKEN_SECRET"),
    "announce_function.lambda_handler": ("EVENTS_TABLE", "ANNOUNCEMENTS_TABLE"),
}


def why_not_ours(target: Target, store: Store) -> str:
    """Return the reason why a function is not ours; empty if it is, or was deployed from here before."""
    for snapshot in store.of([target.latest.arn]):
        if any(target.name in line["versions"] for line in snapshot.journal.all(DONE)):
            return ""
    handler = target.production.handler
    if handler not in _NEEDED:
        return f"it starts with {handler or 'no handler'}"
    missing = [name for name in _NEEDED[handler] if name not in target.known]
    return f"it has no variable {' and no '.join(missing)}" if missing else ""
