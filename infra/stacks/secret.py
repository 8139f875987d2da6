"""Bring the secret of a stack up to date: check its owner, add missing credentials, and check a new token."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from infra.slack.app import API, PARAMETERS, learn
from infra.stacks import credentials
from infra.stacks.stack import oldest_with
from infra.stacks.taking_over import gmail_of
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from infra.aws import Aws
    from infra.stacks.credentials import HeldCredentials
    from infra.stacks.order import Asking, StackOptions
    from infra.stacks.stack import Now
    from terminal.console import Console


class Secret:
    """The secret during one run. A credential in `--renew` is prompted for once."""

    def __init__(
        self, aws: Aws, console: Console, order: StackOptions, asking: Asking, serving: Callable[[str], str]
    ) -> None:
        """`serving` returns a variable's value in production."""
        self._aws, self._console, self._order, self._asking = aws, console, order, asking
        self._serving = serving
        self._renew = order.renew
        self._agreed = False
        self._checked = ""

    def complete(self, values: dict[str, str], now: Now) -> HeldCredentials:
        """Write missing, given and renewed credentials into the secret, and fill in the ids that Slack reports.

        A new token is checked before it is written, and a token written by somebody else before it serves. Raises
        Stopped when Slack refuses it, when the secret of another stack would be written, and when its use was declined.
        """
        order, name = self._order, values.get("CredentialsName", self._order.stack)
        held = credentials.read(self._aws, name)
        wanted = [*credentials.SLACK, *(credentials.GMAIL if values.get("UseGmail") == "true" else ())]
        new = {key: value for key, value in order.given.items() if (held.values or {}).get(key) != value}
        if order.gmail_from and "UseGmail" in values:
            new |= gmail_of(self._aws, self._console, order.gmail_from, held, (*new, *self._renew))
        asked = [key for key in dict.fromkeys((*held.missing(wanted), *self._renew)) if key not in new]
        self._check_whose(held, now, changes=(*asked, *new))
        if order.dry_run:
            for key in (*asked, *new):
                self._console.note(f"{key} would be written into the secret {name}.")
            return held
        new |= credentials.gather(asked, os.environ, self._asking.secret)
        self._renew = ()
        self._check_written(held, new)
        token = new.get("slack_bot_token", "")
        self._ask_slack(values, now, token or (held.values or {})["slack_bot_token"], is_new=bool(token))
        if new:
            held = credentials.write(self._aws, name, new)
            self._console.note(f"The secret {name} now has {', '.join(sorted(new))}.")
        return held

    def _check_whose(self, held: HeldCredentials, now: Now, *, changes: tuple[str, ...]) -> None:
        """Raise Stopped unless the secret is this stack's own, or its shared use was agreed to."""
        stack, name = self._order.stack, held.name
        is_ours = now.exists and now.parameters.get("CredentialsName", stack) == name
        if held.values is None or (is_ours and not changes):
            return
        owner = oldest_with(self._aws, "CredentialsName", name)
        if owner in {"", stack}:
            if not (is_ours or self._agreed or self._order.dry_run):
                self._agree_to_take(name)
            return
        own = f"For a secret of its own, pass --parameter CredentialsName={stack}."
        if changes:
            raise Stopped(
                f"The secret {name} belongs to the stack {owner}. {', '.join(changes)} cannot be written there for "
                f"{stack}; use --stack {owner}. {own}"
            )
        if is_ours or self._agreed or self._order.dry_run or self._order.share_credentials:
            return
        self._console.warn(f"The secret {name} belongs to the stack {owner}. {stack} would be the same Slack app.")
        if not self._asking.insist(f"Let {stack} use the credentials of {owner}?", "--share-credentials"):
            raise Stopped(f"The stack was not changed. {own}")
        self._agreed = True

    def _agree_to_take(self, name: str) -> None:
        if not self._asking.agree(f"The secret {name} exists already, and no stack uses it. Use it?"):
            raise Stopped("The stack was not changed. Name another secret with --parameter CredentialsName=….")
        self._agreed = True

    def _check_written(self, held: HeldCredentials, new: Mapping[str, str]) -> None:
        """Raise Stopped when the secret holds a malformed value that would serve now."""
        for key in credentials.SLACK:
            value = (held.values or {}).get(key, "")
            if value and key not in new and value != self._serving(key.upper()):
                try:
                    unchanged = credentials.checked(key, str(value)) == value
                except Stopped as wrong:
                    raise Stopped(f"{wrong.message} It is in the secret {held.name}. Pass --renew {key}.") from None
                if not unchanged:
                    raise Stopped(f"{key} in the secret {held.name} has spaces around it. Pass --renew {key}.")

    def _ask_slack(self, values: dict[str, str], now: Now, token: str, *, is_new: bool) -> None:
        """Check a new token, and fill in the ids from Slack that the operator did not set."""
        declared = [name for name in PARAMETERS if name in values]
        wanted = [name for name in declared if name not in self._order.parameters]
        serving = self._serving("SLACK_BOT_TOKEN")
        is_other = is_new or not now.exists or bool(serving and serving != token)
        tried = is_other and token != self._checked and bool(declared or os.environ.get("SLACK_API_URL"))
        if not tried and all(values[name] for name in wanted):
            return
        with self._console.step("Asking Slack which app this is"):
            known = learn(token, api=os.environ.get("SLACK_API_URL") or API, console=self._console)
        if is_other and not known and token != self._checked:
            self._agree_untried(is_new=is_new)
        self._checked = token
        if now.exists and is_other and "SlackTeamId" in wanted:
            self._check_workspace(values["SlackTeamId"], known)
        values.update({name: known[name] for name in wanted if name in known})

    def _agree_untried(self, *, is_new: bool) -> None:
        question, end = (
            ("Slack could not check the new token. Write it anyway?", "No credential was written.")
            if is_new
            else (
                "Slack could not check the token of the secret. Use it anyway?",
                "The stack was not changed.",
            )
        )
        if not self._asking.agree(question):
            raise Stopped(end)

    def _check_workspace(self, before: str, known: Mapping[str, str]) -> None:
        found = known.get("SlackTeamId", "")
        if before and found and found != before:
            raise Stopped(
                f"The new token belongs to the workspace {found}, but {self._order.stack} to {before}. No credential "
                f"was written. If the move is intended, pass --parameter SlackTeamId={found}."
            )
