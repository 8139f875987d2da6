"""Check Slack credentials before a version with them serves: a token by auth.test, a signing secret by its form."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from infra.slack.app import API, ask_slack
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from terminal.console import Console

TOKEN: Final = "SLACK_BOT_TOKEN"  # noqa: S105  # the variable's name
SIGNING_SECRET: Final = "SLACK_SIGNING_SECRET"  # noqa: S105  # the variable's name
_SIGNING_SECRET: Final = re.compile("[0-9a-f]{32}")


@dataclass(frozen=True)
class EnvironmentChange:
    """One function's environment, before and after a deploy."""

    function: str
    before: Mapping[str, str] = field(repr=False)
    after: Mapping[str, str] = field(repr=False)

    def brings(self, name: str) -> bool:
        """Return True if the variable gets a value that does not serve now."""
        return name in self.after and self.after[name] != self.before.get(name)


def check_credentials(
    changes: Iterable[EnvironmentChange],
    console: Console,
    agree: Callable[[str], None],
    *,
    insist: Callable[[str], None] | None,
) -> None:
    """Check every Slack credential that would be new in production. Raises Stopped when one must not serve.

    `agree` asks about a credential that could not be checked. `insist` asks about a token that Slack refuses; without
    it, that token raises Stopped. Both raise Stopped when the operator declines.
    """
    changes = [each for each in changes if each.brings(TOKEN) or each.brings(SIGNING_SECRET)]
    for each in changes:
        for name in (TOKEN, SIGNING_SECRET):
            if each.brings(name):
                _check_written(each, name)
    tried: set[tuple[str, str, str]] = set()
    for each in changes:
        api = each.after.get("SLACK_API_URL") or os.environ.get("SLACK_API_URL") or API
        key = (each.after.get(TOKEN, ""), api, each.after.get("SLACK_TEAM_ID", ""))
        if each.brings(TOKEN) and key not in tried:
            tried.add(key)
            _check_token(*key, console, agree, insist)
    secrets = {each.after[SIGNING_SECRET] for each in changes if each.brings(SIGNING_SECRET)}
    _check_signing_secrets(secrets, console, agree)


def _check_written(change: EnvironmentChange, name: str) -> None:
    """Raise Stopped when the value is empty or has a character that no Slack credential has, such as a space."""
    value = change.after[name]
    if not value:
        raise Stopped(f"{name} of {change.function} would be empty. Nothing was changed. To remove it, pass --unset.")
    if re.search(r"\s|[^\x21-\x7e]", value):
        raise Stopped(
            f"{name} of {change.function} would have a space or another character that no Slack credential has. "
            "Nothing was changed. Copy it again."
        )


def _check_token(  # noqa: PLR0913, PLR0917  # a token, the API that checks it, and two questions
    token: str,
    api: str,
    workspace: str,
    console: Console,
    agree: Callable[[str], None],
    insist: Callable[[str], None] | None,
) -> None:
    try:
        with console.step(f"Asking Slack about the new {TOKEN}"):
            app = ask_slack(token, api=api, remedy="." if insist else ". Nothing was changed.")
    except Stopped as refused:
        if insist is None:
            raise
        console.warn(refused.message)
        insist("Deploy a token that Slack refuses?")
        return
    if app is None:
        console.warn(f"Slack did not answer, so the new {TOKEN} could not be checked.")
        agree("Deploy it anyway?")
        return
    if app.lacks:
        console.warn(f"The app lacks {', '.join(app.lacks)}. Paste the manifest at api.slack.com/apps.")
    found = app.parameters.get("SlackTeamId", "")
    if workspace and found and found != workspace:
        raise Stopped(
            f"The new {TOKEN} belongs to the workspace {found}, but SLACK_TEAM_ID is {workspace}. Nothing was changed. "
            f"If the move is intended, also pass --set SLACK_TEAM_ID={found}."
        )


def _check_signing_secrets(secrets: set[str], console: Console, agree: Callable[[str], None]) -> None:
    """Warn that a signing secret is unverified: Slack has no method that checks one."""
    if any(not _SIGNING_SECRET.fullmatch(secret) for secret in secrets):
        console.warn(
            f"The new {SIGNING_SECRET} does not have the form of Slack's: 32 digits and letters a to f. "
            "With a wrong one, the bot refuses every request."
        )
        agree("Deploy it anyway?")
    elif secrets:
        console.note(f"Slack cannot check a {SIGNING_SECRET}. Afterwards, type a command in Slack to check it.")
