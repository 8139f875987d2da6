"""The peer does the work for which it is measured. A peer that fails fast would be no comparison."""

from __future__ import annotations

import importlib
import os
import sys
from contextlib import ExitStack
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final
from unittest import mock
from zoneinfo import ZoneInfo

import pytest

from devkit.aws import ROOT
from devkit.environment import TIMEZONE, bot_environment
from devkit.functions import in_process
from devkit.local_slack import local_slack, serve
from devkit.season import plant
from devkit.slack import Person

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devkit.slack import Answer
    from tests.conftest import Engine

_MODULES: Final = ("app", "models", "settings", "table", "views")


@pytest.fixture
def dana(dynamodb: Engine, events_table: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Person]:
    """A crew member before a strict Slack whose bot is the peer, over a table with the sample season in it."""
    plant(dynamodb.client, events_table, datetime.now(ZoneInfo(TIMEZONE)).date())
    handler: Any = None

    def deliver(kind: str, headers: dict[str, str], body: bytes) -> Answer:
        return in_process(handler)(kind, headers, body)

    slack = local_slack(deliver, recorded=False)
    with ExitStack() as stack:
        running = serve(slack)
        stack.callback(running.stop)
        environment = bot_environment(
            aws=dynamodb.endpoint,
            slack=running.url,
            public_url="https://trips.example.com",
            token_secret="made-up-token-secret-of-at-least-32-bytes",
            events_table=events_table,
        )
        stack.enter_context(mock.patch.dict(os.environ, environment))
        monkeypatch.syspath_prepend(str(ROOT / "benchmarks" / "peer"))
        for name in _MODULES:
            stack.callback(sys.modules.pop, name, None)
        handler = importlib.import_module("app").handler
        yield slack.as_("U0DANA")


def entries(engine: Engine, table: str, eid: str, patron_id: str) -> dict[str, Any]:
    row = engine.client.get_item(TableName=table, Key={"eid": {"S": eid}, "crew_id": {"S": "#event"}})["Item"]
    record: Any = row.get("payments", {}).get("M", {}).get(patron_id, {}).get("M", {})
    written: dict[str, Any] = record.get("entries", {}).get("M", {})
    assert sum(Decimal(entry["M"]["amount"]["N"]) for entry in written.values()) == Decimal(record["amount"]["N"])
    return written


def test_the_peer_opens_a_filled_form_and_writes_the_payment(dana: Person, dynamodb: Engine, events_table: str) -> None:
    for amount, entries_by_now in (("120.00", 1), ("5.00", 2)):
        dana.command("/log-payment", f"dave {amount} cash half now", channel="C0CORY")
        eid, patron = dana.form.values["event"], dana.form.values["patron"]
        assert patron == "dave"
        assert dana.form.values["amount"] == amount
        assert dana.form.values["notes"] == "half now"
        dana.form.submit()
        assert dana.form.title == "Payment logged"
        assert f"Logged: ${amount}" in dana.form.text
        dana.form.close()
        written = entries(dynamodb, events_table, str(eid), "dave")
        assert len(written) == entries_by_now
    assert dana.troubles == []


def test_the_peers_type_aheads_offer_the_season(dana: Person) -> None:
    dana.command("/log-payment", "", channel="C0CORY")
    assert any("Golden Gate sunset" in label for label in dana.form.options("event", "sunset"))
    assert [label.partition(" ·")[0] for label in dana.form.options("patron", "maria")] == ["Maria Santos"]


def test_the_peers_status_lists_the_coming_trips_with_what_is_owed(dana: Person) -> None:
    dana.command("/payment-status", channel="C0CORY")
    assert "Captain Cory" in dana.sees("C0CORY")[-1].text
    assert "owe $" in dana.sees("C0CORY")[-1].text


def test_the_peer_puts_an_error_on_its_field(dana: Person) -> None:
    dana.command("/log-payment", "dave 120 cash", channel="C0CORY")
    dana.form.fill("amount", "plenty")
    dana.form.submit()
    assert list(dana.form.errors) == ["amount"]


def test_the_peer_opens_nothing_for_guests(dana: Person) -> None:
    gus = Person(dana._workspace, dana._workspace.people["U0GUS"])
    gus.command("/log-payment", "", channel="C0CORY")
    assert gus.modal is None
