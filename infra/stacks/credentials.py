"""What others gave us, in one secret of Secrets Manager: what is there is kept, what is missing is added."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from infra.asking import Refused, ask
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from infra.aws import Aws

SLACK: Final = ("slack_bot_token", "slack_signing_secret")
GMAIL: Final = ("gmail_client_id", "gmail_client_secret", "gmail_refresh_token")
_DESCRIPTION: Final = (
    "What Slack and Google gave Ship Captain Crew: tokens and signing secret. `python -m infra up` asks for it."
)

# What each looks like, and where it stands. Nothing is said of a value but that it does not look like one.
_SHAPES: Final = {
    "slack_bot_token": (r"xoxb-[A-Za-z0-9-]{10,}", "starts with xoxb-; the app's page OAuth & Permissions has it"),
    "slack_signing_secret": (
        r"[0-9a-f]{32}",
        "has 32 digits and letters a to f; the app's page Basic Information has it",
    ),
}


@dataclass(frozen=True)
class Held:
    """The secret as it is: None where there is none. Its version changes with its content."""

    name: str
    values: Mapping[str, str] | None = field(default=None, repr=False)
    version: str = ""

    def missing(self, wanted: Iterable[str]) -> list[str]:
        """The keys of `wanted` that have no value yet."""
        return [key for key in wanted if not (self.values or {}).get(key)]


def read(aws: Aws, name: str) -> Held:
    """Raises Stopped when somebody put something there that is no JSON object, or is deleting it."""
    try:
        found = ask(aws.secrets, "GetSecretValue", SecretId=name)
    except Refused as refused:
        if refused.code == "ResourceNotFoundException":
            return Held(name)
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
        raise Stopped(f"The secret {name} holds no JSON object. Put one there, or name another with CredentialsName.")
    return Held(name, values, found["VersionId"])


def gather(missing: Iterable[str], environment: Mapping[str, str], ask_for: Callable[[str], str]) -> dict[str, str]:
    """A value for each key: the environment's, under its name in capitals, else what `ask_for` gets from a person."""
    return {key: checked(key, environment.get(key.upper()) or ask_for(key)) for key in missing}


def read_given(text: str) -> dict[str, str]:
    """The keys and values of a JSON object that somebody hands over. Raises Stopped; never quotes it."""
    try:
        given = json.loads(text)
    except ValueError:
        given = None
    if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
        raise Stopped('The credentials are no JSON object of texts, as {"slack_bot_token": "…"}.')
    unknown = sorted(given.keys() - {*SLACK, *GMAIL})
    if unknown:
        raise Stopped(f"Nothing here knows {', '.join(unknown)}. There are {', '.join((*SLACK, *GMAIL))}.")
    return {key: checked(key, value) for key, value in given.items()}


def write(aws: Aws, name: str, new: Mapping[str, str]) -> Held:
    """Adds the new values to what is there at this moment; a key that is there and not in `new` stays as it is."""
    held = read(aws, name)
    text = json.dumps({**(held.values or {}), **new}, indent=2)
    if held.values is None:
        ask(aws.secrets, "CreateSecret", Name=name, Description=_DESCRIPTION, SecretString=text)
    else:
        ask(aws.secrets, "PutSecretValue", SecretId=name, SecretString=text)
    return read(aws, name)


def checked(key: str, value: str) -> str:
    """Return the value without the spaces around it. Raise Stopped, without a word of it, when it is no such thing."""
    value = value.strip()
    shape, words = _SHAPES.get(key, (r"\S+", "is one word, as Google gave it"))
    if not re.fullmatch(shape, value):
        raise Stopped(f"That is no {key}: it {words}.")
    return value
