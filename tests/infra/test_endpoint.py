"""An address in the environment that is none ends a command in one sentence."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from devkit.aws import CREDENTIALS, REGION
from infra.main import main


@pytest.mark.parametrize(
    ("endpoint", "what"), [("nonsense", "Invalid endpoint: nonsense"), ("http://[", "Invalid IPv6 URL")]
)
def test_an_endpoint_that_is_no_url_is_refused(endpoint: str, what: str) -> None:
    environment = {**CREDENTIALS, "AWS_REGION": REGION, "AWS_ENDPOINT_URL": endpoint, "AWS_PROFILE": None}

    result = CliRunner(env=environment).invoke(main, ["doctor"])

    assert result.exit_code == 1
    assert result.stderr.endswith(f"Error: {what}. Correct AWS_ENDPOINT_URL, or unset it.\n")
