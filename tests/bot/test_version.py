"""`/payment-status version`: the release, the time of its publication, and unknown facts; for the office."""

from __future__ import annotations

import io
import uuid
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from charter.version import VERSION
from tests.bot.conftest import last
from tests.infra.deploying.stage import direct_client

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bot.conftest import BotStage
    from tests.conftest import Engine


@pytest.fixture
def released(dynamodb: Engine) -> Iterator[str]:
    """The name of a function whose version 1 a deploy published."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("lambda_function.py", "")
    client: Any = direct_client(dynamodb.endpoint)
    name = f"crew-{uuid.uuid4().hex[:8]}-bot"
    client.create_function(
        FunctionName=name,
        Runtime="python3.13",
        Role="arn:aws:iam::000000000000:role/made-up",
        Handler="lambda_function.lambda_handler",
        Code={"ZipFile": content.getvalue()},
    )
    client.publish_version(FunctionName=name, Description="deploy 20260523T130000Z")
    yield name
    client.delete_function(FunctionName=name)
    client.close()


def _version_text(stage: BotStage, **environment: str) -> str:
    stage.restart(**environment)
    stage.olivia.command("/payment-status", " Version ")
    assert not stage.olivia.troubles, stage.olivia.trouble_log
    assert last(stage.olivia).ephemeral
    return last(stage.olivia).text


def test_the_office_reads_the_release_and_what_is_not_known_of_it(
    bot_stage: BotStage, dynamodb: Engine, released: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", dynamodb.endpoint)
    first, when, unknown = _version_text(
        bot_stage, AWS_LAMBDA_FUNCTION_NAME=released, AWS_LAMBDA_FUNCTION_VERSION="1"
    ).splitlines()
    assert first == f"Ship Captain Crew {VERSION}, version 1 of the function {released}."
    assert when.startswith("Published ")
    assert when.endswith(", by deploy 20260523T130000Z.")
    assert unknown.startswith("Since when it serves is not recorded")

    gone = _version_text(bot_stage, AWS_LAMBDA_FUNCTION_NAME=released, AWS_LAMBDA_FUNCTION_VERSION="7")
    assert "When it was published is not known: Lambda did not say (ResourceNotFoundException)." in gone
    monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", "http://127.0.0.1:9")
    silent = _version_text(bot_stage, AWS_LAMBDA_FUNCTION_NAME=released, AWS_LAMBDA_FUNCTION_VERSION="1")
    assert "version 1 of the function" in silent
    assert "is not known: Lambda did not say (" in silent
    latest = _version_text(bot_stage, AWS_LAMBDA_FUNCTION_NAME=released, AWS_LAMBDA_FUNCTION_VERSION="$LATEST")
    assert f"unpublished code of the function {released}" in latest


def test_outside_lambda_it_says_so_and_shows_the_crew_whom_to_ask(bot_stage: BotStage) -> None:
    assert (
        _version_text(bot_stage)
        == f"Ship Captain Crew {VERSION}, outside Lambda. When it was released is not known here."
    )
    bot_stage.dana.command("/payment-status", "version")
    assert last(bot_stage.dana).text == "Only the office can see which version serves. Ask @Olivia Park."
