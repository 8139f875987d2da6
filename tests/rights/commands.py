"""The rights that docs/going-live.md and docs/runbook.md name for the operators' commands."""

from __future__ import annotations

import re
from typing import Final

from devkit.aws import ROOT

# IAM's names of actions whose operation is called otherwise.
IN_IAM: Final = {
    "CopyObject": "PutObject",
    "DeleteObjects": "DeleteObject",
    "HeadBucket": "ListBucket",
    "HeadObject": "GetObject",
    "Invoke": "InvokeFunction",
    "ListBuckets": "ListAllMyBuckets",
    "ListObjectsV2": "ListBucket",
    "ListObjectVersions": "ListBucketVersions",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
}
OF_UP: Final = ("up", "deploy", "rollback", "site", "table")
"""The commands of which docs/going-live.md says what they call."""


def listed_for_up() -> dict[str, set[str]]:
    """Return the actions that the page lists for `up`, by service."""
    text = (ROOT / "docs" / "going-live.md").read_text()
    section = text.partition("### The rights that `up` needs")[2].partition("\n## ")[0]
    return {
        service: set(re.findall(r"`(\w+)`", actions))
        for services, actions in re.findall(r"^\| (`[a-z0-9`, ]+`) \| (.*?) \|", section, re.MULTILINE)
        for service in re.findall(r"`([a-z0-9]+)`", services)
    }


def listed_in_the_runbook() -> dict[str, set[str]]:
    """Return the actions that the runbook lists to deploy and to roll back, by command."""
    text = (ROOT / "docs" / "runbook.md").read_text()
    listed = text.partition("**Permissions.** To deploy, you need `lambda:` ")[2].partition("\n\n")[0]
    deploy = re.findall(r"\b[A-Z]\w+", listed.partition("`cloudformation")[0])
    assert "first six and UpdateAlias" in listed
    of_stacks = set(re.findall(r"`cloudformation:(\w+)`", listed))
    return {"deploy": {*deploy, *of_stacks}, "rollback": {*deploy[:6], "UpdateAlias", *of_stacks}}


def unlisted(asked: set[tuple[str, str]]) -> list[str]:
    """Return what the commands asked for and no page lists."""
    of_up, of_runbook, found = listed_for_up(), listed_in_the_runbook(), []
    for command, call in sorted(asked):
        service, _, operation = call.partition(":")
        action = IN_IAM.get(operation, operation)
        if command in OF_UP and action not in of_up.get(service, ()):
            found.append(f"docs/going-live.md does not list {service}:{action}, which `infra {command}` calls")
        if service == "lambda" and action not in of_runbook.get(command, {action}):
            found.append(f"docs/runbook.md does not list {service}:{action}, which `infra {command}` calls")
    return found


def unused(asked: set[tuple[str, str]]) -> list[str]:
    """Return what docs/going-live.md lists, and no test saw called nor a command's source names."""
    called = {call.partition(":")[2] for command, call in asked if command in OF_UP} | named_in_sources()
    called |= {IN_IAM.get(operation, operation) for operation in called}
    return [
        f"docs/going-live.md lists {service}:{action}, which no command calls"
        for service, actions in listed_for_up().items()
        for action in sorted(actions)
        if action not in called and action not in NOT_CALLED
    ]


def named_in_sources() -> set[str]:
    """Return the operations that the sources of the commands name, as `"GetAlias"` or `get_alias`."""
    text = "\n".join(path.read_text() for path in (ROOT / "infra").rglob("*.py"))
    plain = re.findall(r'"([A-Z][A-Za-z0-9]+)"', text)
    dotted = re.findall(r"\b([a-z0-9]+(?:_[a-z0-9]+)+)\b", text)
    return {*plain, *("".join(part.capitalize() for part in each.split("_")) for each in dotted)}


NOT_CALLED: Final = {
    "GetObjectVersion": "IAM's name of GetObject where it names a version, as a rollback of the site does",
    "GetRandomPassword": "CloudFormation calls it for the secret",
    "PassRole": "IAM checks it where CloudFormation gives a role to a function",
}
"""Actions of that page that no command calls by that name, and why they are there."""
