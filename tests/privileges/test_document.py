"""The page for people says what the tables say, which the tests of bot and web drive."""

from __future__ import annotations

from devkit.aws import ROOT
from tests.privileges.document import COMMAND, document


def test_the_page_is_that_of_the_tables() -> None:
    assert (ROOT / "docs" / "privileges.md").read_text() == document(), f"make it anew: {COMMAND}"
