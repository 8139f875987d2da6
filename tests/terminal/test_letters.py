"""Control characters in typed text do not reach the operator's terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.builders import a_row

if TYPE_CHECKING:
    from tests.roster.operating import Operator

EVIL = "2026-05-23-\x1b]0;owned\x07\x9b31m"
SHOWN = "2026-05-23-␛]0;owned␇�31m"


@pytest.mark.parametrize(
    ("words", "code"),
    [(("events", "lint"), 1), (("events", "fix", "--dry-run"), 0), (("events", "fix", "--yes"), 0), (("verify",), 0)],
    ids=["lint", "a dry fix", "fix", "verify"],
)
def test_an_id_with_commands_for_the_terminal_is_shown_with_signs(
    operator: Operator, words: tuple[str, ...], code: int
) -> None:
    operator.put(a_row(EVIL))
    output = operator.run(*words)
    assert output.exit_code == code, output.output
    assert SHOWN in output.output
    assert not {"\x1b", "\x07", "\x9b"} & set(output.output)


def test_neither_does_a_refusal_repeat_them(operator: Operator) -> None:
    output = operator.run("events", "rename", EVIL, "2026-05-24-cory", "--yes")
    assert output.exit_code == 1
    assert "␛]0;owned" in output.stderr
    assert "\x1b" not in output.stderr
