"""An address in the environment that is none ends a command in one sentence."""

from __future__ import annotations

from click.testing import CliRunner

from devkit.aws import CREDENTIALS, REGION
from infra.main import main


def test_an_endpoint_that_is_no_url_is_named() -> None:
    environment = {**CREDENTIALS, "AWS_REGION": REGION, "AWS_ENDPOINT_URL": "nonsense", "AWS_PROFILE": None}

    result = CliRunner(env=environment).invoke(main, ["doctor"])

    assert result.exit_code == 1
    assert result.stderr.endswith("Error: Invalid endpoint: nonsense. Correct AWS_ENDPOINT_URL, or unset it.\n")
