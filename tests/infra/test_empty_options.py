"""Options that a script left empty, as with an unset variable, end in a sentence and change nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from infra.main import main
from tests.infra.stacks.building_site import BuildingSite, site

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["site"]  # a fixture
OF_A_STACK = [
    *(["announce"], ["cost"], ["deploy", "--yes"], ["doctor"], ["rollback", "--yes"], ["status"], ["survey"]),
    *(["site", "stage"], ["site", "promote", "--yes"], ["site", "rollback"], ["site", "releases"], ["up", "--yes"]),
    *(["smoke", "https://trips.example.com"], ["cloudfront", "adopt", "--distribution-id", "E2EXAMPLE"]),
]


@pytest.mark.parametrize("words", OF_A_STACK, ids=" ".join)
@pytest.mark.parametrize("name", ["", "ship captain", "crew_b", "-", "9crew"])
def test_a_stack_without_a_name_is_no_stack(words: Sequence[str], name: str) -> None:
    result = CliRunner().invoke(main, [*words, "--stack", name])
    assert result.exit_code == 2
    assert f"“{name}” cannot be the name of a stack. Begin with a letter" in result.output


def test_an_empty_name_of_a_secret_or_function_is_named_and_nothing_is_made(site: BuildingSite) -> None:
    result = site.up("--yes", "--parameter", "CredentialsName=")
    assert result.exit_code == 1
    assert "GetSecretValue was not sent, because a value is empty or malformed (SecretId)." in result.stderr
    assert site.status == ""
    result = site.run("deploy", "--function", "", "--yes")
    assert result.exit_code == 1
    assert "was not sent, because a value is empty or malformed (FunctionName). Check your options." in result.stderr
