"""Voids and refunds, from the office's status to the ledger."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from boto3.dynamodb.types import TypeDeserializer

from charter.payments import Source, Void
from devkit.functions import in_process
from devkit.season import plant
from devkit.slack.people import SIGNING_SECRET, TEAM_ID
from devkit.slack.wire import interaction, signed_headers

if TYPE_CHECKING:
    from devkit.slack.driver import Message
    from tests.conftest import World

TODAY = datetime.now(ZoneInfo("America/Los_Angeles")).date()
EID = f"{TODAY}-captain-cory-afternoon"
OFFICE = "C0OFFICE"


@pytest.fixture
def season(world: World) -> World:
    plant(world.client, world.table, TODAY)
    return world


def dave(world: World) -> dict[str, Any]:
    """Dave's record as the table holds it."""
    key: Any = {"eid": {"S": EID}, "crew_id": {"S": "#event"}}
    row = world.client.get_item(TableName=world.table, Key=key, ConsistentRead=True)["Item"]
    record: dict[str, Any] = TypeDeserializer().deserialize(row["payments"])["dave"]
    return record


def log(world: World, amount: str) -> None:
    dana = world.slack.as_("U0DANA")
    dana.command("/log-payment", f"{EID} dave {amount} venmo", channel="C0CORY")
    dana.form.submit()
    dana.form.close()


def status_of_dave(world: World, user: str = "U0OLIVIA", channel: str = OFFICE) -> Message:
    person = world.slack.as_(user)
    person.command("/payment-status", f"{EID} dave", channel=channel)
    assert not person.troubles
    return person.sees(channel)[-1]


def test_an_admin_voids_a_wrong_payment_and_both_entries_stay(season: World) -> None:
    log(season, "1250")
    olivia = season.slack.as_("U0OLIVIA")
    olivia.click(status_of_dave(season), action_id="void_entry")
    olivia.form.choose("payment_id", "$1,250.00 venmo")
    olivia.form.fill("reason", "meant 125.00 <!channel>")
    olivia.form.submit()

    assert "Voided: $1,250.00" in olivia.form.text
    assert "$125.00 to pay" in olivia.form.text
    record = dave(season)
    assert record["amount"] == sum(entry["amount"] for entry in record["entries"].values()) == 0
    (void,) = [entry for entry in record["entries"].values() if entry["kind"] == "void"]
    assert void["amount"] == Decimal(-1250)
    assert void["reverses"] in record["entries"]
    assert void["reason"] == "meant 125.00 <!channel>"
    assert void["logged_by"] == "slack:U0OLIVIA"
    explained = status_of_dave(season)
    assert [row[2:] for row in explained.table[1:]] == [
        ["–", "$125.00"],
        ["+$1,250.00", "-$1,125.00"],
        ["-$1,250.00", "$125.00"],
    ]
    assert "voided by @Olivia Park" in explained.text
    assert not season.slack.pings


def test_an_entry_that_somebody_else_just_voided_is_not_voided_again(season: World) -> None:
    log(season, "125")
    olivia = season.slack.as_("U0OLIVIA")
    olivia.click(status_of_dave(season), action_id="void_entry")
    (payment_id,) = dave(season)["entries"]
    reversal = Void(EID, "dave", payment_id, "from the office's page")
    season.lambda_function.ledger.reverse(reversal, by="web:olivia", source=Source.WEB, now=datetime.now(UTC))

    olivia.form.choose("payment_id", "$125.00 venmo")
    olivia.form.fill("reason", "wrong person")
    olivia.form.submit()
    assert "already voided" in olivia.form.errors["payment_id"]
    assert len(dave(season)["entries"]) == 2
    olivia.form.close()
    olivia.click(status_of_dave(season), action_id="void_entry")
    assert "Every entry of this patron is voided or returned by the bank already." in olivia.form.text


def test_a_refund_gives_back_part_and_never_more_than_was_paid(season: World) -> None:
    log(season, "130")
    olivia = season.slack.as_("U0OLIVIA")
    olivia.click(status_of_dave(season), action_id="refund_payment")
    form = olivia.form
    assert form.values["amount"] == "5.00", "what was overpaid is filled in"
    assert form.values["method"] == "venmo"
    form.fill("amount", "500")
    form.fill("reason", "change")
    form.submit()
    assert "no more than that can go back" in olivia.form.errors["amount"]
    assert len(dave(season)["entries"]) == 1
    olivia.form.fill("amount", "5")
    olivia.form.submit()
    assert "Refunded: $5.00" in olivia.form.text
    assert "Paid in full" in olivia.form.text
    record = dave(season)
    assert record["amount"] == Decimal(125)
    assert sorted(entry["kind"] for entry in record["entries"].values()) == ["payment", "refund"]


def test_a_refund_without_a_reason_is_asked_for_one(season: World) -> None:
    log(season, "125")
    olivia = season.slack.as_("U0OLIVIA")
    olivia.click(status_of_dave(season), action_id="refund_payment")
    olivia.form.fill("amount", "ten")
    olivia.form.fill("reason", "   ")
    olivia.form.submit()
    assert set(olivia.form.errors) <= {"amount", "reason"}
    assert olivia.form.errors
    assert len(dave(season)["entries"]) == 1


def test_crew_see_no_buttons_that_take_money_back(season: World) -> None:
    log(season, "125")
    assert "Refund" not in status_of_dave(season, "U0DANA", "C0DOCK").text


@pytest.mark.parametrize("kind", ["block_actions", "view_submission"])
def test_crew_who_send_the_office_s_form_are_turned_away(season: World, kind: str) -> None:
    log(season, "125")
    olivia = season.slack.as_("U0OLIVIA")
    olivia.click(status_of_dave(season), action_id="void_entry")
    (payment_id,) = dave(season)["entries"]
    values = {
        "payment_id": {"payment_id": {"selected_option": {"value": payment_id}}},
        "reason": {"reason": {"value": "me too"}},
    }
    payload = {
        "type": kind,
        "user": {"id": "U0MARCO", "team_id": TEAM_ID},
        "team": {"id": TEAM_ID},
        "trigger_id": "1.2.3",
        "response_url": f"{season.url}/response/none",
        "view": {**olivia.form.view, "state": {"values": values}},
        "actions": [{"type": "button", "action_id": "void_entry", "block_id": "b", "value": f'{{"eid": "{EID}"}}'}],
    }
    body = interaction(payload)
    headers = signed_headers(body, secret=SIGNING_SECRET, timestamp=int(time.time()))
    answer = in_process(season.lambda_function.lambda_handler)("interaction", headers, body)

    assert answer.status == 200
    shown = answer.body.decode() + olivia.form.text
    assert "Only the office can take a payment back" in shown
    assert len(dave(season)["entries"]) == 1
