"""`make run` starts with one command, prints what to open, keeps payments, and ends cleanly."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import signal
import socket
import stat
import threading
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, cast
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route, WebSocketRoute

from adapters.ledger import DynamoLedger
from charter.payments import Source
from devkit.__main__ import _wait
from devkit.aws import dynamodb_client
from devkit.environment import TIMEZONE, bot_environment, use
from devkit.listen import bind, listening
from devkit.local import AlreadyRunning, LocalTables, embedded_table, today_at_the_dock, token_secret
from devkit.season.planting import to_item
from tests.ahead import keep_ahead
from tests.browser.workspace_page import eventually
from tests.builders import a_draft
from tests.devkit.running import ask, running

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.requests import Request
    from starlette.websockets import WebSocket


def dave_pays(endpoint: str, amount: str | None = None) -> str | None:
    """Add `amount` to Dave's payments of today's event, as another writer. Return the sum."""
    client = dynamodb_client(endpoint)
    key: Any = to_item({"eid": f"{today_at_the_dock()}-captain-cory-afternoon", "crew_id": "#event"})
    if amount:
        client.update_item(
            TableName="events",
            Key=key,
            UpdateExpression="SET payments.dave = :p",
            ExpressionAttributeValues={":p": {"M": {"amount": {"N": amount}}}},
        )
    payments = client.get_item(TableName="events", Key=key)["Item"]["payments"]["M"]
    client.close()
    return payments["dave"]["M"]["amount"]["N"] if "dave" in payments else None


def log_payment(endpoint: str, payment_id: str) -> None:
    """Log 20.00 from Dave on today's event, as the bot writes it."""
    client = dynamodb_client(endpoint)
    ledger = DynamoLedger(client, "events", zone=ZoneInfo(TIMEZONE), currency="USD")
    keep_ahead(client, "events", eid := f"{today_at_the_dock()}-captain-cory-afternoon")
    draft = a_draft(payment_id, "dave", "20.00", eid=eid)
    draft = replace(draft, confirmed=True)  # it is logged twice
    ledger.log(draft, by="slack:U0DANA", source=Source.SLACK, now=datetime.now(UTC))
    client.close()


def test_one_command_brings_up_a_workspace_in_which_a_payment_form_opens(tmp_path: Path) -> None:
    with running(tmp_path, "--port", "0") as run:
        page = run.address(r"Open\s+")
        assert "/log-payment dave 120 cash" in run.text
        asked = {
            "user": "U0DANA",
            "channel": "C0CORY",
            "command": "/log-payment",
            "text": f"{today_at_the_dock()}-captain-cory-afternoon dave",
        }
        assert ask(f"{page}/ui/command", asked)["ok"], "Slack refused the command"
        state = ask(f"{page}/ui/state?user=U0DANA")
        assert not state["troubles"]
        assert state["modal"]["view"]["title"]["text"] == "Log a payment"
        assert "Dave Kowalski" in json.dumps(state["modal"])
        assert run.stop(signal.SIGINT) == 0
        assert "Payments are kept" in run.text
        assert "Traceback" not in run.text


def test_payments_are_there_after_a_restart_and_gone_with_fresh(tmp_path: Path) -> None:
    with running(tmp_path, "--port", "0") as run:
        table = run.address("its table ")
        assert dave_pays(table) is None
        dave_pays(table, "125")
        assert run.stop() == 0
    with running(tmp_path, "--port", "0") as run:
        assert "as you left them" in run.text
        assert dave_pays(run.address("its table ")) == "125"
        assert run.stop(signal.SIGHUP) == 0
    with running(tmp_path, "--port", "0", "--fresh") as run:
        assert "Planted 12 events" in run.text
        assert dave_pays(run.address("its table ")) is None
        assert run.stop() == 0


def test_a_payment_is_posted_and_mailed_and_the_last_one_too_when_it_is_stopped_at_once(tmp_path: Path) -> None:
    with running(tmp_path, "--port", "0") as run:
        page, outbox = run.address(r"Open\s+"), run.address("the outbox, ")
        log_payment(run.address("its table "), "first")
        eventually(lambda: len(ask(f"{outbox}/mails")) >= 1, seconds=60)  # the office's, and perhaps Dave's receipt

        def said(words: str) -> bool:
            return words in json.dumps(ask(f"{page}/ui/state?user=U0DANA")["channels"], ensure_ascii=False)

        eventually(lambda: said("Dave Kowalski paid $20.00 by cash"), seconds=60)
        eventually(lambda: said("This card keeps itself up to date"), seconds=60)
        assert ask(f"{page}/ui/state?user=U0DANA")["links"] == [{"name": "Mail outbox", "url": f"{outbox}/"}]
        log_payment(run.address("its table "), "second")
        assert run.stop() == 0
    assert "Traceback" not in run.text
    assert "_aws" not in run.text, "metrics are for the log"
    assert "EntryLogged" in (tmp_path / "announce.log").read_text()
    eid = f"{today_at_the_dock()}-captain-cory-afternoon"
    with embedded_table(tmp_path) as table:
        kept = table.client.scan(TableName="announcements")["Items"]
    done = {item["id"]["S"] for item in kept if item["state"]["S"] == "done"}
    assert {f"{by}entry:{eid}:{payment_id}" for by in ("", "mail:") for payment_id in ("first", "second")} <= done


def test_it_passes_over_a_taken_port_and_listens_on_this_machine_only(tmp_path: Path) -> None:
    with bind(0) as taken:
        port = taken.getsockname()[1]
        with running(tmp_path, "--port", str(port)) as run:
            places = (r"Open\s+", "function URL is ", "public site is ", "the outbox, ", "its table ")
            addresses = {run.address(place) for place in places}
            assert len(addresses) == 5
            ports = [int(address.rpartition(":")[2]) for address in addresses]
            assert port not in ports
            for each in ports:
                with socket.socket() as probe, pytest.raises(ConnectionRefusedError):
                    probe.connect(("127.0.0.2", each))  # reached only by those that listen on every address
            assert run.stop() == 0


def test_a_second_world_over_the_same_payments_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with (
        embedded_table(tmp_path),
        pytest.raises(AlreadyRunning, match=rf"process {os.getpid()}\) and keeps its payments in"),
        embedded_table(tmp_path, patience=0.2),
    ):
        pass


def test_the_next_world_waits_until_the_last_one_has_saved(tmp_path: Path) -> None:
    with embedded_table(tmp_path) as first:
        first.plant(date(2026, 5, 23))
    with embedded_table(tmp_path) as second:
        assert second.plant(date(2026, 5, 23)) == 0


def test_what_does_not_start_is_one_sentence_and_a_status(tmp_path: Path) -> None:
    (tmp_path / "aws").write_text("a file where the folder of the state belongs")
    with running(tmp_path, until=None) as run:
        assert run.end() == 1
    assert "cannot be kept" in run.text
    assert "Traceback" not in run.text


def test_the_admin_tokens_secret_is_made_once_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    secret = token_secret(tmp_path)
    assert len(secret) >= 32
    assert token_secret(tmp_path) == secret
    (path,) = tmp_path.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_lambda_gets_every_variable_that_the_design_requires(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-real")
    monkeypatch.setenv("ADMIN_USERS", "U123")
    required = {"SLACK_SIGNING_SECRET", "SLACK_BOT_TOKEN", "EVENTS_TABLE", "PUBLIC_BASE_URL", "ADMIN_TOKEN_SECRET"}
    named: dict[str, str] = {"aws": "http://127.0.0.1:1", "public_url": "http://127.0.0.1:2", "token_secret": "s" * 32}
    local = bot_environment(slack="http://127.0.0.1:3", **named)
    assert required | {"ANNOUNCEMENTS_TABLE", "AWS_REGION", "AWS_ENDPOINT_URL"} <= set(local)
    assert local["SLACK_API_URL"] == "http://127.0.0.1:3/api/"
    assert local["ADMIN_USERS"] == "U0OLIVIA"
    real = bot_environment(slack=None, **named)
    assert required <= set(real)
    assert (real["SLACK_BOT_TOKEN"], real["ADMIN_USERS"]) == ("xoxb-real", "U123")
    assert "SLACK_API_URL" not in real


def test_no_mail_leaves_this_machine_unless_the_real_slack_is_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    named: dict[str, str] = {"aws": "http://127.0.0.1:1", "public_url": "http://127.0.0.1:2", "token_secret": "s" * 32}
    with mock.patch.dict(os.environ):
        monkeypatch.setenv("GMAIL_REFRESH_TOKEN", "somebody's own")
        monkeypatch.setenv("NOTIFY_EMAIL_TO", "boss@example.com")
        assert bot_environment(slack=None, **named)["GMAIL_REFRESH_TOKEN"] == "somebody's own"
        use(bot_environment(slack="http://127.0.0.1:3", **named))
        assert "GMAIL_REFRESH_TOKEN" not in os.environ
        assert os.environ["NOTIFY_EMAIL_TO"].endswith(".example")


def test_a_world_that_runs_past_midnight_plants_the_new_days_events() -> None:
    planted: list[date] = []

    class Remembering:
        def plant(self, day: date) -> int:
            planted.append(day)
            return 12

    days = itertools.chain([date(2026, 5, 23)] * 3, [date(2026, 5, 24)] * 2)

    def today() -> date:
        try:
            return next(days)
        except StopIteration:
            raise KeyboardInterrupt from None

    with pytest.raises(KeyboardInterrupt):
        _wait(cast("LocalTables", Remembering()), today=today, seconds=0)
    assert planted == [date(2026, 5, 24)]


class RealSlack:
    """The calls of the real Slack that Socket Mode needs: it opens a socket, sends a command, and gets the answer."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.answers: list[dict[str, Any]] = []
        self.answered = threading.Event()
        self.refuse = ""
        self.app = Starlette(
            routes=[Route("/api/{method}", self.api, methods=["POST"]), WebSocketRoute("/link", self.link)]
        )

    async def api(self, request: Request) -> JSONResponse:
        self.calls.append(request.path_params["method"])
        if self.refuse:
            return JSONResponse({"ok": False, "error": self.refuse})
        content: dict[str, Any] = {
            "apps.connections.open": {"url": f"ws://{request.headers['host']}/link"},
            "auth.test": {"team_id": "T1"},
            "users.info": {"user": {"id": "U1", "team_id": "T1"}},
        }
        return JSONResponse({"ok": True, **content.get(request.path_params["method"], {})})

    async def link(self, websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_json({"type": "hello"})
        payload = {
            "command": "/log-payment",
            "text": "help",
            "user_id": "U1",
            "team_id": "T1",
            "channel_id": "C1",
            "trigger_id": "1.2.3",
            "response_url": "https://hooks.slack.com/x",
            "api_app_id": "A1",
        }
        envelope = {"type": "slash_commands", "envelope_id": "e1", "payload": payload}
        await websocket.send_json({**envelope, "accepts_response_payload": True})
        self.answers.append(await websocket.receive_json())
        self.answered.set()
        with contextlib.suppress(Exception):  # it hangs up when it stops
            await websocket.receive_text()


TOKENS = {"SLACK_APP_TOKEN": "xapp-made-up", "SLACK_BOT_TOKEN": "xoxb-made-up"}


def test_with_tokens_the_same_bot_answers_the_real_slack_over_a_socket(tmp_path: Path) -> None:
    slack = RealSlack()
    with listening(slack.app, bind(0)) as url, running(tmp_path, SLACK_API_URL=f"{url}/api/", **TOKENS) as run:
        assert slack.answered.wait(20), run.text
        assert slack.answers[0]["envelope_id"] == "e1"
        assert "/log-payment" in json.dumps(slack.answers[0]["payload"])
        assert "apps.connections.open" in slack.calls
        assert "Connected to Slack" in run.text
        run.read_until("ADMIN_USERS")
        assert run.stop() == 0
        assert "Payments are kept" in run.text


def test_a_token_that_slack_refuses_is_named(tmp_path: Path) -> None:
    slack = RealSlack()
    slack.refuse = "invalid_auth"
    with (
        listening(slack.app, bind(0)) as url,
        running(tmp_path, until=None, SLACK_API_URL=f"{url}/api/", **TOKENS) as run,
    ):
        assert run.end() == 1
    assert "Slack did not accept SLACK_APP_TOKEN: invalid_auth." in run.text
    assert "Traceback" not in run.text
