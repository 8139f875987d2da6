"""Each handler runs from the unpacked zip alone, and does there what it does in production."""

from __future__ import annotations

import json
import os
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
import urllib3

from adapters.check_ins import DynamoCheckIns
from adapters.ledger import DynamoLedger
from adapters.waiver_texts import read_waiver_texts
from charter.boarding import CheckIn
from devkit.announcing import verify_sender
from devkit.aws import create_announcements_table
from devkit.batches import payload
from devkit.buckets import create_waivers_bucket, s3_client
from devkit.environment import MAIL_DOMAIN, bot_environment
from devkit.local_slack import local_slack, serve
from devkit.season.planting import to_item
from devkit.slack.wire import Answer
from devkit.stream import streams_client
from tests.builders import DANA, ZONE, a_row
from tests.infra.packing.unpacked import Unpacked
from tests.infra.packing.zips import unpack
from tests.web.stage import DRAWN
from web.tokens import Tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from devkit.slack import Person, Workspace
    from tests.conftest import Engine

PUBLIC = "https://trips.example.com"
SECRET = "made-up-token-secret-of-at-least-32-bytes"


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The zip of this interpreter, unpacked."""
    return unpack(tmp_path_factory)


@pytest.fixture
def trip(dynamodb: Engine, events_table: str) -> str:
    """Tomorrow's trip, in the table."""
    if dynamodb.name != "ministack":
        pytest.skip("only MiniStack has S3, SES and SQS beside the table")
    eid = f"{datetime.now(ZONE) + timedelta(days=1):%Y-%m-%d}-captain-cory-afternoon"
    dynamodb.client.put_item(TableName=events_table, Item=to_item(a_row(eid)))
    return eid


@pytest.fixture
def environment(dynamodb: Engine, events_table: str) -> Callable[..., dict[str, str]]:
    """The Lambdas' variables, but for Slack's address."""

    def made(slack: str, **more: str) -> dict[str, str]:
        usual = bot_environment(
            aws=dynamodb.endpoint, slack=slack, public_url=PUBLIC, token_secret=SECRET, events_table=events_table
        )
        return {**usual, **more}

    return made


@pytest.fixture
def workspace() -> Iterator[tuple[Workspace, str, list[Callable[[bytes, dict[str, str]], Answer]]]]:
    """A strict and patient Slack, where it is served, and a place for whoever answers it."""
    bots: list[Callable[[bytes, dict[str, str]], Answer]] = []
    slack = local_slack(lambda _kind, headers, body: bots[0](body, headers), patience=60)
    running = serve(slack)
    yield slack, running.url, bots
    running.stop()


def test_the_bot_runs_from_the_unpacked_zip_alone(
    unpacked: Path, trip: str, environment: Callable[..., dict[str, str]], workspace: Any
) -> None:
    slack, url, bots = workspace
    with Unpacked(unpacked, "lambda_function", environment(url)) as bot:

        def answer(body: bytes, headers: dict[str, str]) -> Answer:
            status, answered, content = bot.ask("POST", "/slack/events", headers=headers, body=body)
            return Answer(status, dict(answered), content)

        bots.append(answer)
        dana, olivia = slack.as_("U0DANA"), slack.as_("U0OLIVIA")
        _until(lambda: dana.modal, dana.command, "/log-payment", f"{trip} dave 120 cash")
        _until(lambda: "Logged: $120.00 by cash for Dave Kowalski" in dana.form.text, dana.form.submit)
        for command, text, expected in (
            ("/payment-status", trip, "🟠 Dave Kowalski"),
            ("/waiver", trip, f"{PUBLIC}/g/{trip}/waiver"),
            ("/dispatch", "", f"{PUBLIC}/dispatch#token="),
        ):
            _until(partial(_sees, olivia, expected), olivia.command, command, text)
        assert (dana.troubles, olivia.troubles) == ([], [])
        forged, _, _ = bot.ask("POST", "/slack/events", headers={"x-slack-signature": "v0=0"}, body=b"command=/waiver")
        assert forged == 401


def _until(came: Callable[[], object], do: Callable[..., None], *arguments: str) -> None:
    """Does it until it came: on a busy machine the table's answer may take longer than the bot waits for it."""
    for _ in range(5):
        do(*arguments)
        if came():
            return
    raise AssertionError(f"{arguments} came to nothing")


def _sees(person: Person, expected: str) -> bool:
    """Return whether it is the last one before somebody."""
    return expected in json.dumps(person.sees()[-1].blocks, ensure_ascii=False)


def test_the_web_function_runs_from_the_unpacked_zip_alone(
    unpacked: Path, trip: str, environment: Callable[..., dict[str, str]], dynamodb: Engine
) -> None:
    bucket = f"waivers-unpacked-{os.getpid()}"
    create_waivers_bucket(dynamodb.endpoint, bucket)
    with Unpacked(unpacked, "web_function", environment("http://127.0.0.1:9", WAIVERS_BUCKET=bucket)) as web:
        page = f"/g/{trip}/waiver"
        status, _, body = web.ask("GET", page)
        assert (status, b"Captain Cory, afternoon" in body) == (200, True)
        status, _, body = web.ask("GET", page, "qr")
        assert (status, body[:8]) == (200, b"\x89PNG\r\n\x1a\n")
        for number, mark in enumerate((DRAWN, {"kind": "typed", "text": "Zoë שלום 🐬 李"})):
            signing = {
                "signature_id": f"00000000-0000-4000-8000-00000000000{number}",
                "name": "Dave Kowalski",
                "minors": [{"name": "Mia Kowalski", "age": 9}],
                "agreed": True,
                "version": read_waiver_texts()[number].version,
                "signature": mark,
            }
            body = json.dumps(signing).encode()
            status, _, answer = web.ask("POST", page, headers={"content-type": "application/json"}, body=body)
            assert status == 201, answer
            status, _, copy = web.ask("GET", page, f"signed={signing['signature_id']}&pdf")
            assert (status, copy[:5], b"DejaVu" in copy) == (200, b"%PDF-", True), web.log
        tokens = Tokens(secret=SECRET, audience=PUBLIC, now=lambda: datetime.now(ZONE))
        token = {"x-viewer-authorization": f"Bearer {tokens.issue('U0OLIVIA', name='Olivia')}"}
        headers = {**token, "content-type": "application/json", "idempotency-key": "k1"}
        paying = json.dumps({"patron_id": "dave", "amount": "5.00", "method": "cash"}).encode()
        assert web.ask("POST", f"/api/events/{trip}/payment-log", headers=headers, body=paying)[0] == 201
        for path in ("/api/health", "/api/openapi.json"):
            assert web.ask("GET", path)[0] == 200


def test_the_announce_function_runs_from_the_unpacked_zip_alone(  # noqa: PLR0917 - fixtures arrive as arguments
    unpacked: Path,
    trip: str,
    environment: Callable[..., dict[str, str]],
    workspace: Any,
    dynamodb: Engine,
    events_table: str,
) -> None:
    slack, url, _ = workspace
    announcements = f"announcements-unpacked-{os.getpid()}"
    create_announcements_table(dynamodb.client, announcements)
    verify_sender(dynamodb.endpoint, MAIL_DOMAIN)
    entry = {"kind": "payment", "amount": 120, "method": "cash", "logged_by": "slack:U0DANA", "source": "slack"}
    entry["timestamp"] = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}.000Z"  # what is older than a day is no news
    headline = {name: entry[name] for name in ("amount", "method", "logged_by", "timestamp")}
    paid = a_row(trip, payments={"dave": {**headline, "entries": {"p1": entry}}}, payment_ids={"p1"})
    dynamodb.client.put_item(TableName=events_table, Item=to_item(paid))
    bucket = f"lists-unpacked-{os.getpid()}"
    create_waivers_bucket(dynamodb.endpoint, bucket)
    _cast_off(dynamodb, events_table, trip)
    records = [
        payload(record, stream="arn:aws:dynamodb:us-west-2:0:table/x/stream/1")
        for record in _records(dynamodb, events_table)
    ]
    more = {"ANNOUNCEMENTS_TABLE": announcements, "WAIVERS_BUCKET": bucket}
    variables = environment(url, NOTIFY_EMAIL_TO="unpacked@example.com", **more)
    with Unpacked(unpacked, "announce_function", variables) as announce:
        assert announce.invoke({"Records": records}) == {"batchItemFailures": []}, announce.log
        assert announce.invoke({"digest": "now"}) == {}
    posted = " ".join(message.text for message in slack.as_("U0DANA").sees("C0CORY"))
    assert "Dave Kowalski paid $120.00" in posted
    assert "Cast off with 1 soul" in posted
    with closing(s3_client(dynamodb.endpoint)) as s3:
        filed = s3.list_objects_v2(Bucket=bucket)["Contents"]
    assert sorted(each["Key"].rpartition(".")[2] for each in filed) == ["json", "pdf"]
    digest = " ".join(message.text for message in slack.as_("U0OLIVIA").sees("C0OFFICE"))
    assert "Captain Cory, afternoon" in digest
    mails = urllib3.request("GET", f"{dynamodb.endpoint}/_ministack/ses/messages", retries=False).data
    assert b"unpacked@example.com" in mails


def _cast_off(dynamodb: Engine, table: str, eid: str) -> None:
    """Let Dave board, and the boat cast off."""
    ledger = DynamoLedger(dynamodb.client, table, zone=ZONE, currency="USD")
    check_ins, now = DynamoCheckIns(dynamodb.client, table, ledger=ledger), datetime.now(ZONE)
    event = check_ins.check_in(CheckIn(eid, "dave", 1, "signs on paper"), by=DANA, admin=False, now=now)
    check_ins.cast_off(eid, seen=event.boarding.fingerprint, by=DANA, now=now)


def _records(dynamodb: Engine, table: str) -> list[Any]:
    stream = streams_client(dynamodb.endpoint)
    arn = dynamodb.client.describe_table(TableName=table)["Table"]["LatestStreamArn"]
    (shard,) = stream.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    iterator = stream.get_shard_iterator(StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON")
    records: list[Any] = stream.get_records(ShardIterator=iterator["ShardIterator"])["Records"]
    stream.close()
    return records
