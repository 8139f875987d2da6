"""An invalid address ends a command with one sentence."""

from __future__ import annotations

import pytest

from tests.roster.command import roster


@pytest.mark.parametrize("endpoint", ["--help", "nonsense", "localhost:4566", "http://[", "http://a b"])
def test_an_endpoint_that_is_no_url_is_refused(endpoint: str) -> None:
    result = roster(endpoint, "events", "rebuild")

    assert result.exit_code == 1
    assert "Error: Invalid" in result.stderr
    assert result.stderr.rstrip().endswith("Pass --endpoint as `make run` prints it, or none.")
