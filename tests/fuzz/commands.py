"""Command lines, made hostile: each ends in a usage sentence or a plain refusal, and never calls AWS.

The operator has neither a region nor credentials, so that a line that happens to be right ends in a sentence too.
"""

from __future__ import annotations

import contextlib
import io
import os
import socket
import tempfile
import traceback
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from unittest import mock

import click
from click.testing import CliRunner

import admin_token
import devkit.__main__ as make_run
import infra.main
import roster.main
from terminal.failures import Stopped
from tests.fuzz.bot import SECRETS
from tests.fuzz.cases import Case
from tests.fuzz.files import judged
from tests.fuzz.hostile import TEXTS
from tests.fuzz.steps import Step

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator

PROGRAMS: Final = ("roster", "infra", "admin_token", "devkit")
TREES: Final[dict[str, click.Command]] = {"roster": roster.main.main, "infra": infra.main.main}
OWN: Final[dict[str, tuple[str, ...]]] = {
    "admin_token": ("--sub", "--name", "--hours", "--token-only", "--help", "U0OLIVIA", "12"),
    "devkit": ("--port", "--fresh", "--folder", "--help", "8080", "-1"),
}
WORDS: Final = tuple(
    text.encode(errors="replace").decode()  # no system takes half a letter, nor a zero
    for text in TEXTS
    if len(text) < 5000 and "\x00" not in text and not text.startswith(("/", ".", "file"))
)
BARE: Final = {
    "PATH": os.environ.get("PATH", ""),
    "HOME": "/nonexistent",
    "AWS_CONFIG_FILE": "/nonexistent",
    "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
    "AWS_EC2_METADATA_DISABLED": "true",
    "COLUMNS": "200",
}


@dataclass
class Commands:
    """Command lines of an operator."""

    name: str = "commands"
    share: float = 8.0
    _folder: str = field(default_factory=lambda: tempfile.mkdtemp(prefix="fuzz-"))

    def draw(self, rng: random.Random) -> Case:
        """Return words for one program: a command's own ones, other commands', and hostile ones."""
        place = rng.randrange(len(PROGRAMS))
        program = PROGRAMS[place]
        words = _path(rng, TREES[program]) if program in TREES else []
        known = _options(TREES[program], words) if program in TREES else OWN[program]
        for _ in range(rng.randrange(6)):
            words.append(rng.choice(known) if rng.random() < 0.6 else rng.choice(WORDS))
        if rng.random() < 0.15:
            rng.shuffle(words)
        steps = tuple(Step("word", "word", (count,), word) for count, word in enumerate(words))
        return Case(self.name, place, program, steps)

    def run(self, case: Case) -> list[str]:
        """Run the command line and judge how it ended."""
        program, words = PROGRAMS[case.shape], [str(step.value) for step in case.steps]
        asked: list[str] = []
        with ExitStack() as stack:
            for patch in _without_network(asked):
                stack.enter_context(patch)
            stack.enter_context(mock.patch.dict(os.environ, BARE, clear=True))
            stack.enter_context(contextlib.chdir(self._folder))
            if program in TREES:
                result = CliRunner().invoke(TREES[program], words)
                findings, said = [*judged(result)], result.output
            else:
                findings, said = _called(program, words)
        findings += [f"asked for {where}" for where in asked if "amazonaws" in where or "169.254" in where]
        findings += [f"showed the secret {secret[:4]}…" for secret in SECRETS if secret in said]
        return findings


def _path(rng: random.Random, tree: click.Command) -> list[str]:
    """Return the names of a command from the top."""
    words = []
    while isinstance(tree, click.Group) and rng.random() < 0.95:
        name = rng.choice(sorted(tree.commands))
        words.append(name)
        tree = tree.commands[name]
    return words


def _options(tree: click.Command, words: list[str]) -> tuple[str, ...]:
    """Return the options of the program, of its commands on this path, and the names of all commands."""
    found = [option for parameter in tree.params for option in parameter.opts]
    for word in words:
        if isinstance(tree, click.Group):
            found += tree.commands
            tree = tree.commands.get(word, tree)
            found += [option for parameter in tree.params for option in parameter.opts]
    return tuple(sorted({*found, "--help"}))


def _without_network(asked: list[str]) -> Iterator[Any]:
    """Yield patches that let nothing leave this process, and note for what it asked. No zip is built."""

    def connect(_self: socket.socket, address: Any) -> None:
        asked.append(str(address))
        raise OSError(101, "Network is unreachable")

    def look_up(host: Any, *_: Any, **__: Any) -> Any:
        asked.append(str(host))
        raise socket.gaierror(-2, "Name or service not known")

    def build(*_: Any, **__: Any) -> Any:
        raise Stopped("No zip is built here.")

    yield mock.patch.object(socket.socket, "connect", connect)
    yield mock.patch.object(socket, "getaddrinfo", look_up)
    for module in ("package", "deploy"):
        yield mock.patch(f"infra.commands.{module}.build_package", build)


def _called(program: str, words: list[str]) -> tuple[list[str], str]:
    """Call a program that is read by argparse. `make run` is not started where its options are right."""
    call: Callable[[list[str]], Any] = admin_token.main if program == "admin_token" else make_run._options
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    error = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="backslashreplace")
    findings = []
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(error):
            call(words)
            out.flush()
    except SystemExit as end:
        if end.code not in {0, 1, 2, None}:
            findings.append(f"ended with {end.code}")
    except Exception as failure:  # noqa: BLE001 - the finding
        where = traceback.extract_tb(failure.__traceback__)[-1]
        findings.append(f"raised {type(failure).__name__}: {failure} at {Path(where.filename).name}:{where.lineno}")
    error.flush()
    buffers: list[Any] = [out.buffer, error.buffer]
    return findings, "".join(each.getvalue().decode() for each in buffers)
