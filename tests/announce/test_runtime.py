"""Each function file under the runtime client that Lambda itself uses: its events, its JSON, its errors."""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from charter.payments import Source
from devkit.functions import to_event
from devkit.runtime_api import Outcome, running
from devkit.slack import people
from infra.smoke.keys import slack_headers
from tests.builders import a_draft

if TYPE_CHECKING:
    from tests.announce.stage import AnnounceStage

# With Lambda's Python, where an environment of it has requirements.txt and awslambdaric: see CONTRIBUTING.md.
PYTHONS = [
    pytest.param(
        sys.executable,
        marks=pytest.mark.skipif(not importlib.util.find_spec("runtime_client"), reason="awslambdaric is Linux's"),
        id="here",
    ),
    pytest.param(
        os.environ.get("LAMBDA_PYTHON", ""),
        marks=pytest.mark.skipif("LAMBDA_PYTHON" not in os.environ, reason="no LAMBDA_PYTHON"),
        id="LAMBDA_PYTHON",
    ),
]
pytestmark = pytest.mark.parametrize("python", PYTHONS)


def test_the_bot_answers_a_signed_request_and_refuses_a_forged_one(announce_stage: AnnounceStage, python: str) -> None:
    command = {"command": "/log-payment", "text": "help", "user_id": "U0DANA", "team_id": people.TEAM_ID}
    others = {"channel_id": "C0OFFICE", "trigger_id": "1.2.3", "response_url": "https://slack.invalid/", "token": "x"}
    body = urlencode(command | others).encode()
    form = {"content-type": "application/x-www-form-urlencoded"}
    signed = form | slack_headers(people.SIGNING_SECRET, body, at=time.time())
    forged = form | slack_headers("another", body, at=time.time())
    with running(python, "lambda_function.lambda_handler", os.environ) as function:
        answers = [function.invoke(to_event("POST", "/", "", headers, body)) for headers in (signed, forged)]
    assert [answer.kind for answer in answers] == ["response", "response"], answers
    assert [answer.sent["statusCode"] for answer in answers] == [200, 401]
    assert "/log-payment" in answers[0].sent["body"]
    assert announce_stage.slack.board.posts == []


def test_the_web_function_answers_a_request(announce_stage: AnnounceStage, python: str) -> None:
    del announce_stage
    with running(python, "web_function.lambda_handler", os.environ) as function:
        answers = [function.invoke(to_event("GET", path, "", {}, b"")) for path in ("/api/health", "/api/events")]
    assert [answer.kind for answer in answers] == ["response", "response"], answers
    assert [answer.sent["statusCode"] for answer in answers] == [200, 401]
    assert json.loads(answers[0].sent["body"])["function_version"] == "7", "as Lambda names it"


def test_the_announce_function_takes_a_record_of_the_stream_and_nothing_that_it_does_not_know(
    announce_stage: AnnounceStage, python: str
) -> None:
    wanted = a_draft("p1", "dave", "125.00", confirmed=True)
    announce_stage.ledger.log(wanted, by="slack:U0DANA", source=Source.SLACK, now=datetime.now(UTC))
    records = announce_stage.records()
    for record in records:
        record["dynamodb"]["ApproximateCreationDateTime"] = int(time.time())
    with running(python, "announce_function.lambda_handler", os.environ) as function:
        answer = function.invoke({"Records": records})
        unknown = function.invoke({"Records": "no list"})
    assert answer == Outcome("response", {"batchItemFailures": []})
    assert "125.00" in json.dumps([post.text for post in announce_stage.slack.board.posts])
    assert unknown == Outcome("response", {})
