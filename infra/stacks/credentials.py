"""The credentials of Slack and Google, in one secret of Secrets Manager. Writing keeps the other values."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from infra.asking import AwsRefused, ask
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from infra.aws import Aws

SLACK: Final = ("slack_bot_token", "slack_signing_secret")
GMAIL: Final = ("gmail_client_id", "gmail_client_secret", "gmail_refresh_token")
_DESCRIPTION: Final = "Credentials of Ship Captain Crew from Slack and Google. `python -m infra up` prompts for them."

# The form of each, and the page that shows it. An error never quotes a value.
_SHAPES: Final = {
    "slack_bot_token": (r"xoxb-[A-Za-z0-9-]{10,}", "starts with xoxb-; the app's page OAuth & Permissions has it"),
    "slack_signing_secret": (
        r"[0-9a-f]{32}",
        "has 32 digits and letters a to f; the app's page Basic Information has it",
    ),
}


@dataclass(frozen=True)
class HeldCredentials:
    """The present secret; `values` is None where there is none. The version changes with the content."""

    name: str
    values: Mapping[str, str] | None = field(default=None, repr=False)
    version: str = ""

    def missing(self, wanted: Iterable[str]) -> list[str]:
        """Return the keys of `wanted` that have no value yet."""
        return [key for key in wanted if not (self.values or {}).get(key)]


def read(aws: Aws, name: str) -> HeldCredentials:
    """Read the secret. Raises Stopped when it is not a JSON object, or is being deleted."""
    try:
        found = ask(aws.secrets, "GetSecretValue", SecretId=name)
    except AwsRefused as refused:
        if refused.code == "ResourceNotFoundException":
            return HeldCredentials(name)
        if refused.code == "InvalidRequestException":
            raise Stopped(
                f"The secret {name} is being deleted. Restore it: aws secretsmanager restore-secret --secret-id {name}"
            ) from None
        raise
    try:
        values = json.loads(found.get("SecretString", ""))
    except ValueError:
        values = None
    if not isinstance(values, dict):
        raise Stopped(f"The secret {name} is not a JSON object. Correct it, or use another.")
    return HeldCredentials(name, values, found["VersionId"])


def gather(missing: Iterable[str], environment: Mapping[str, str], ask_for: Callable[[str], str]) -> dict[str, str]:
    """Return a value for each key: from the environment, under its name in capitals, else from `ask_for`."""
    return {key: checked(key, environment.get(key.upper()) or ask_for(key)) for key in missing}


def read_given(text: str) -> dict[str, str]:
    """Return the keys and values of the operator's JSON object. Raises Stopped, which never quotes it."""
    try:
        given = json.loads(text)
    except ValueError:
        given = None
    if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
        raise Stopped('The credentials are not a JSON object of strings. The form is {"slack_bot_token": "…"}.')
    unknown = sorted(given.keys() - {*SLACK, *GMAIL})
    if unknown:
        raise Stopped(f"Unknown credentials: {', '.join(unknown)}. The known ones are {', '.join((*SLACK, *GMAIL))}.")
    return {key: checked(key, value) for key, value in given.items()}


def write(aws: Aws, name: str, new: Mapping[str, str]) -> HeldCredentials:
    """Write the new values over the present ones, and keep the other keys."""
    held = read(aws, name)
    text = json.dumps({**(held.values or {}), **new}, indent=2)
    if held.values is None:
        ask(aws.secrets, "CreateSecret", Name=name, Description=_DESCRIPTION, SecretString=text)
    else:
        ask(aws.secrets, "PutSecretValue", SecretId=name, SecretString=text)
    return read(aws, name)


def checked(key: str, value: str) -> str:
    """Return the value without surrounding spaces. Raises Stopped, without quoting it, when its form is wrong."""
    value = value.strip()
    shape, words = _SHAPES.get(key, (r"\S+", "is one word, as Google shows it"))
    if not re.fullmatch(shape, value):
        raise Stopped(f"This is not a {key}: it {words}.")
    return value
