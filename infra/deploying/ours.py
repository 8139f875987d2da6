"""Check that a function named by hand belongs to Ship Captain Crew, before a deploy replaces its code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infra.deploying.journal import DONE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infra.deploying.snapshots import Store
    from infra.deploying.states import FunctionState
    from infra.deploying.targets import DeployTarget

# The handlers, each with the variables that it needs to start.
_NEEDED: Final = {
    "lambda_function.lambda_handler": ("EVENTS_TABLE", "SLACK_SIGNING_SECRET"),
    "web_function.lambda_handler": ("EVENTS_TABLE", "ADMIN_TOKEN_SECRET"),
    "announce_function.lambda_handler": ("EVENTS_TABLE", "ANNOUNCEMENTS_TABLE"),
}


def why_not_ours(target: DeployTarget, store: Store) -> str:
    """Return the reason why a function is not ours; empty if it is, or was deployed from here before."""
    for snapshot in store.of([target.latest.arn]):
        if any(target.name in line["versions"] for line in snapshot.journal.all(DONE)):
            return ""
    return why_another(target.production.handler, target.known)


def why_another(handler: str, variables: Mapping[str, str]) -> str:
    """Return what in the handler or the names of the variables is not ours; empty where both may be."""
    if handler not in _NEEDED:
        return f"it starts with {handler or 'no handler'}"
    missing = [name for name in _NEEDED[handler] if name not in variables]
    return f"it has no variable {' and no '.join(missing)}" if missing else ""


def in_words(state: FunctionState) -> str:
    """Return what a function is, for somebody who has to recognise it: no value of its environment."""
    config = state.config
    names = ", ".join(sorted(state.variables)) or "none"
    return (
        f"{state.name}: handler {state.handler or 'none'}, runtime {config.get('Runtime', 'none')}, last modified "
        f"{str(config.get('LastModified', ''))[:19] or 'unknown'}, variables {names}"
    )
