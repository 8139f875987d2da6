"""The documents' commands are commands: each is held against the command line, and the long one is run."""

from __future__ import annotations

import ast
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
import pytest

from devkit.season.planting import to_item
from infra.main import main
from infra.outputs import STACK, for_stack
from tests.builders import a_row
from tests.roster.command import roster

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from tests.conftest import Engine

ROOT: Final = Path(__file__).resolve().parents[2]
RUNBOOK: Final = (ROOT / "docs" / "runbook.md").read_text()


def commands_in(text: str) -> Iterator[str]:
    """Return the arguments of `python -m infra` in fences and in code, without the comment after them."""
    for line in re.findall(r"python -m infra ([^`\n]+)", text):
        yield re.split(r"\s{2,}|\s[;&|#]", line.strip().rstrip("\\"))[0]


def wrong(line: str) -> str:
    """Return the fault of a command; empty where there is none."""
    words = shlex.split(line.replace("…", "x"))
    command: click.Command = main
    options = {name for parameter in command.params for name in parameter.opts}
    lacking: set[str] = set()
    for word in words:
        name = word.partition("=")[0]
        if isinstance(command, click.Group) and word in command.commands:
            command = command.commands[word]
            options |= {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
            lacking = {each.opts[0] for each in command.params if each.required and each.param_type_name == "option"}
        elif word.startswith("-") and name not in {*options, "--help", "-h"}:
            return f"{line}: no option {name}"
        lacking.discard(name)
    if lacking:
        return f"{line}: {', '.join(sorted(lacking))} is required"
    return "" if command is not main else f"{line}: no command"


def said_in(path: Path) -> Iterator[str]:
    """Return the arguments of `python -m infra` in the messages of a module, with `x` for what is filled in."""
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.JoinedStr(values=parts):
                text = "".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in parts)
            case ast.Constant(value=str(text)):
                pass
            case _:
                continue
        for line in re.findall(r"python -m infra ([a-z][^`\n]*)", text):
            yield re.split(r"\s{2,}|[.;]\s|[.]?$", line)[0]


DOCUMENTS: Final = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_infra_command_of_the_documents_is_one(document: Path) -> None:
    assert [found for line in commands_in(document.read_text()) if (found := wrong(line))] == []


def test_every_command_in_the_messages_is_one() -> None:
    said = {line for path in sorted((ROOT / "infra").rglob("*.py")) for line in said_in(path)}
    assert len(said) > 40
    assert [found for line in sorted(said) if (found := wrong(line))] == []


def test_a_hint_about_another_stack_names_it() -> None:
    hint = "Run `python -m infra site stage`, `python -m infra up --renew x` or `python -m infra up --stack other`."
    assert for_stack(hint, STACK) == hint
    assert for_stack(hint, "crew-staging") == (
        "Run `python -m infra site stage --stack crew-staging`, `python -m infra up --stack crew-staging --renew x` "
        "or `python -m infra up --stack other`."
    )
    assert for_stack("`python -m infra manifest --url URL`", "crew-staging") == "`python -m infra manifest --url URL`"


def test_a_wrong_command_is_seen() -> None:
    assert wrong("deploy --set NAME") == ""
    assert wrong("deploy --sett NAME") == "deploy --sett NAME: no option --sett"
    assert wrong("cloudfront adopt --dry-run") == "cloudfront adopt --dry-run: --distribution-id is required"
    assert wrong("deplyo") == "deplyo: no command"
    assert len(list(commands_in(RUNBOOK))) > 10


def test_the_runbooks_way_to_put_rows_back_does_it(dynamodb: Engine) -> None:
    first, one = re.findall(r'python -m roster --table "\$TABLE" (restore .*?)(?:\s{2,}#.*)?\n', RUNBOOK)
    assert "--event" in one
    with dynamodb.fresh_table() as restored, dynamodb.fresh_table() as table:
        old: Any = to_item(a_row())
        later: Any = to_item(a_row("2026-06-01-later", title="since then"))
        lost: Any = to_item(a_row("2026-06-02-lost"))
        for item in (old, lost):
            dynamodb.client.put_item(TableName=restored, Item=item)
        for item in (to_item(a_row(title="since then")), later):
            dynamodb.client.put_item(TableName=table, Item=item)
        words = shlex.split(first.replace("$TABLE-restored", restored))
        done = roster(dynamodb.endpoint, table, *words, answer="y\n")
        assert done.exit_code == 0, done.output
        titles = {row["eid"]["S"]: row["title"]["S"] for row in dynamodb.client.scan(TableName=table)["Items"]}
        assert titles == {
            old["eid"]["S"]: "since then",
            "2026-06-01-later": "since then",
            "2026-06-02-lost": lost["title"]["S"],
        }
