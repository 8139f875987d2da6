"""The walk-through tells of commands and options that are there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import click
import pytest

from devkit.edge import read_template
from infra.main import main as infra
from roster.main import main as roster

ROOT = Path(__file__).resolve().parent.parent.parent
TEXT = (ROOT / "docs" / "going-live.md").read_text()
# In fences or in backticks; a placeholder of another's is left to them.
TOLD = sorted(set(re.findall(r"python -m (?:infra|roster)[^`\n]*", TEXT)))


@pytest.mark.parametrize("line", TOLD)
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
    assert {line.split()[3] for line in TOLD if "-m infra" in line and "--region" not in line} >= {"up", "manifest"}
    assert len(TOLD) > 8


def test_every_parameter_of_the_walk_through_is_the_templates() -> None:
    known = set(read_template()["Parameters"])
    told = set(re.findall(r"--parameter (\w+)=", TEXT))
    listed = {
        name
        for row in re.findall(r"^\| (`[A-Z].*?) \|", TEXT, re.MULTILINE)
        for name in re.findall(r"`([A-Z][A-Za-z]+)`", row)
    }
    assert told
    assert (told | listed) - known == set()
