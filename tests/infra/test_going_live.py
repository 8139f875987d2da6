"""The walk-through names commands and options that exist."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import click
import pytest
from botocore import session

from devkit.edge import read_template
from infra.main import main as infra
from infra.stacks.retained import is_wanted
from roster.main import main as roster
from tests.infra.standing import transformed

ROOT = Path(__file__).resolve().parent.parent.parent
TEXT = (ROOT / "docs" / "going-live.md").read_text()
ADOPTING = (ROOT / "docs" / "adopting.md").read_text()
# In fences or in backticks; a placeholder of another's is left to them.
COMMANDS = sorted(set(re.findall(r"python -m (?:infra|roster)[^`\n]*", f"{TEXT}\n{ADOPTING}")))


@pytest.mark.parametrize("line", COMMANDS)
def test_every_command_of_the_walk_through_is_there_with_its_options(line: str) -> None:
    words = shlex.split(line.partition(" > ")[0])[2:]
    command: Any = {"infra": infra, "roster": roster}[words.pop(0)]
    while words:
        word = words.pop(0)
        if word.startswith("-") and word != "-":
            options = {name: option for option in command.params for name in option.opts}
            assert word in options, f"{command.name} has no {word}"
            if not options[word].is_flag:
                words.pop(0)
        elif isinstance(command, click.Group):
            assert word in command.commands, f"{command.name} has no {word}"
            command = command.commands[word]


def test_the_walk_through_is_found_to_have_commands() -> None:
    assert {line.split()[3] for line in COMMANDS if "-m infra" in line and "--region" not in line} >= {"up", "manifest"}
    assert len(COMMANDS) > 8


def test_every_parameter_of_the_walk_through_is_the_templates() -> None:
    known = set(read_template()["Parameters"])
    named = set(re.findall(r"--parameter (\w+)=", f"{TEXT}\n{ADOPTING}"))
    listed = {
        name
        for row in re.findall(r"^\| (`[A-Z].*?) \|", TEXT, re.MULTILINE)
        for name in re.findall(r"`([A-Z][A-Za-z]+)`", row)
    }
    assert named
    assert (named | listed) - known == set()


def test_the_walk_through_counts_the_changes_of_a_first_run() -> None:
    template = transformed()
    values = {name: str(each.get("Default", "")) for name, each in template["Parameters"].items()} | {
        "Serving": "false"
    }
    made = [each for each in template["Resources"].values() if is_wanted(template, each, values)]
    assert f"Make {len(made)} changes? [y/N]: y" in TEXT


# IAM's names of actions whose operation is called otherwise.
IN_IAM = {
    "CopyObject": "PutObject",
    "DeleteObjects": "DeleteObject",
    "HeadBucket": "ListBucket",
    "HeadObject": "GetObject",
    "Invoke": "InvokeFunction",
    "ListBuckets": "ListAllMyBuckets",
    "ListObjectsV2": "ListBucket",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
}


def test_the_rights_name_every_action_that_up_calls_and_every_service_of_the_stack() -> None:
    section = TEXT.partition("### The rights that `up` needs")[2].partition("\n## ")[0]
    rights = {
        service: set(re.findall(r"`(\w+)`", actions))
        for services, actions in re.findall(r"^\| (`[a-z0-9`, ]+`) \| (.*?) \|", section, re.MULTILINE)
        for service in re.findall(r"`([a-z0-9]+)`", services)
    }
    aws = session.get_session()
    operations = {service: aws.get_service_model(service).operation_names for service, named in rights.items() if named}
    sources = [
        path.read_text()
        for part in ("stacks/*", "deploying/*", "page/*", "tables/*", "edge/hosts", "outputs")
        for path in (ROOT / "infra").glob(f"{part}.py")
    ]
    called = {
        word
        for word in re.findall(r'"([A-Z][A-Za-z]+)"', "\n".join(sources))
        if any(word in known for known in operations.values())
    }
    assert len(called) > 30
    assert {word for word in called if not any(IN_IAM.get(word, word) in named for named in rights.values())} == set()
    of_stack = {resource["Type"].split("::")[1].lower() for resource in read_template()["Resources"].values()}
    assert of_stack - {"serverless"} <= rights.keys()
