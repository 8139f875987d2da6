"""docs/privileges.md is up to date with the tables that the tests of bot and web check."""

from __future__ import annotations

from devkit.aws import ROOT
from tests.privileges.document import COMMAND, document


def test_the_page_is_that_of_the_tables() -> None:
    assert (ROOT / "docs" / "privileges.md").read_text() == document(), f"make it anew: {COMMAND}"
