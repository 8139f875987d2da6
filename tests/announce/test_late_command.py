"""`python -m infra announce`: an operator finds what was never announced, and is answered in a sentence."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from devkit.aws import CREDENTIALS, REGION
from infra.aws import Aws
from infra.commands import main

if TYPE_CHECKING:
    from click.testing import Result

    from tests.announce.harbour import Harbour

NAME = "ship-captain-crew-announce"


@dataclass
class Lambda:
    """The Lambda service, with the one function that is being tested."""

    harbour: Harbour

    def invoke(self, *, FunctionName: str, Qualifier: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803 - AWS's own
        """Run the handler, as Lambda does."""
        assert (FunctionName, Qualifier) == (NAME, "live")
        try:
            answer = self.harbour.function.lambda_handler(json.loads(Payload), self.harbour.invocation())
        except Exception as error:  # noqa: BLE001 - whatever it raises
            return {"FunctionError": "Unhandled", "Payload": io.BytesIO(json.dumps({"errorType": str(error)}).encode())}
        return {"Payload": io.BytesIO(json.dumps(answer).encode())}


@pytest.fixture
def cloud(harbour: Harbour, monkeypatch: pytest.MonkeyPatch) -> Lambda:
    """The announce function in Lambda."""
    made = Lambda(harbour)
    monkeypatch.setattr(Aws, "functions", made)
    return made


def announce() -> Result:
    """The words that an operator types."""
    runner = CliRunner(env={**CREDENTIALS, "AWS_REGION": REGION})
    return runner.invoke(main, ["announce", "--function", NAME])


@pytest.mark.usefixtures("cloud")
def test_what_an_outage_lost_is_announced_once(harbour: Harbour) -> None:
    harbour.log("p1", amount="100.00")
    harbour.records()
    harbour.later(60 * 3600)

    first, second = announce(), announce()

    assert (first.exit_code, second.exit_code) == (0, 0), first.output + second.output
    assert "Announced: 1. Dead letters settled: 0, left: 0." in first.stdout
    assert "Announced: 0." in second.stdout
    assert len(harbour.posts()) == 1


@pytest.mark.usefixtures("cloud")
def test_slack_that_is_down_still_is_said(harbour: Harbour) -> None:
    harbour.log("p1", amount="100.00")
    harbour.records()
    harbour.later(60 * 3600)
    harbour.slack.fail("chat.postMessage", status=503)

    failed = announce()

    assert failed.exit_code == 1
    assert "Events that failed: 1." in failed.stderr
    assert announce().exit_code == 0
    assert len(harbour.posts()) == 1


@pytest.mark.usefixtures("cloud")
def test_a_function_that_announces_nothing_in_slack_is_named(harbour: Harbour) -> None:
    harbour.restart(ANNOUNCE_BY="mail", NOTIFY_EMAIL_TO=None)

    wrong = announce()

    assert wrong.exit_code == 1
    assert f"{NAME} is no announce function" in wrong.stderr
