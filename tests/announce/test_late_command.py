"""`python -m infra announce`: it announces entries that never were, and prints one sentence."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from devkit.aws import CREDENTIALS, REGION
from infra.aws import Aws
from infra.main import main

if TYPE_CHECKING:
    from click.testing import Result

    from tests.announce.stage import AnnounceStage

NAME = "ship-captain-crew-announce"


@dataclass
class Lambda:
    """The Lambda service, with the one function that is being tested."""

    announce_stage: AnnounceStage
    invoked: list[str] = field(default_factory=list)

    def invoke(self, *, FunctionName: str, Qualifier: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803 - AWS's own
        """Run the handler, as Lambda does."""
        assert Qualifier == "live"
        self.invoked.append(FunctionName)
        try:
            answer = self.announce_stage.function.lambda_handler(json.loads(Payload), self.announce_stage.invocation())
        except Exception as error:  # noqa: BLE001 - whatever it raises
            return {"FunctionError": "Unhandled", "Payload": io.BytesIO(json.dumps({"errorType": str(error)}).encode())}
        return {"Payload": io.BytesIO(json.dumps(answer).encode())}


@dataclass
class Stacks:
    """The CloudFormation service, with the one stack that is being tested."""

    outputs: dict[str, str]

    def describe_stacks(self, *, StackName: str) -> dict[str, Any]:  # noqa: N803 - AWS's own
        """Describe it."""
        assert StackName == "ship-captain-crew"
        return {"Stacks": [{"Outputs": [{"OutputKey": k, "OutputValue": v} for k, v in self.outputs.items()]}]}


@pytest.fixture
def cloud(announce_stage: AnnounceStage, monkeypatch: pytest.MonkeyPatch) -> Lambda:
    """The announce function in Lambda."""
    made = Lambda(announce_stage)
    monkeypatch.setattr(Aws, "functions", made)
    return made


def announce(*names: str) -> Result:
    """The words that an operator types."""
    runner = CliRunner(env={**CREDENTIALS, "AWS_REGION": REGION})
    options = [word for name in names or [NAME] for word in ("--function", name)]
    return runner.invoke(main, ["announce", *options])


@pytest.mark.usefixtures("cloud")
def test_what_an_outage_lost_is_announced_once(announce_stage: AnnounceStage) -> None:
    announce_stage.log("p1", amount="100.00")
    announce_stage.records()
    announce_stage.later(60 * 3600)

    first, second = announce(), announce()

    assert (first.exit_code, second.exit_code) == (0, 0), first.output + second.output
    assert "Announced: 1. Dead letters removed: 0, left: 0." in first.stdout
    assert "Announced: 0." in second.stdout
    assert len(announce_stage.posts()) == 1


def test_functions_of_both_channels_are_asked_and_their_counts_summed(
    cloud: Lambda, announce_stage: AnnounceStage
) -> None:
    announce_stage.log("p1", amount="100.00")
    announce_stage.records()
    announce_stage.later(60 * 3600)

    both = announce(NAME, "ship-captain-crew-mail")

    assert both.exit_code == 0, both.output
    assert cloud.invoked == [NAME, "ship-captain-crew-mail"]
    assert "Announced: 1. Dead letters removed: 0, left: 0." in both.stdout


@pytest.mark.parametrize("mail", [True, False])
def test_without_names_the_stacks_functions_are_asked(
    cloud: Lambda, monkeypatch: pytest.MonkeyPatch, *, mail: bool
) -> None:
    mailing = {"MailFunctionName": "ship-captain-crew-mail"} if mail else {}
    outputs = {"AnnounceFunctionName": NAME, **mailing}
    monkeypatch.setattr(Aws, "stacks", Stacks(outputs))
    runner = CliRunner(env={**CREDENTIALS, "AWS_REGION": REGION})

    done = runner.invoke(main, ["announce"])

    assert done.exit_code == 0, done.output
    assert cloud.invoked == list(outputs.values())


@pytest.mark.usefixtures("cloud")
def test_slack_that_is_down_still_is_said(announce_stage: AnnounceStage) -> None:
    announce_stage.log("p1", amount="100.00")
    announce_stage.records()
    announce_stage.later(60 * 3600)
    announce_stage.slack.fail("chat.postMessage", status=503)

    failed = announce()

    assert failed.exit_code == 1
    assert "Events that failed: 1." in failed.stderr
    assert announce().exit_code == 0
    assert len(announce_stage.posts()) == 1


@pytest.mark.usefixtures("cloud")
def test_a_function_that_announces_nothing_in_slack_is_named(announce_stage: AnnounceStage) -> None:
    announce_stage.restart(ANNOUNCE_BY="mail", NOTIFY_EMAIL_TO=None)

    wrong = announce()

    assert wrong.exit_code == 1
    assert f"{NAME} is not an announce function" in wrong.stderr
