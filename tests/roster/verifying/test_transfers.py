"""Transfers in exports and in `verify`: both entries lead to each other, and a lone one is a fault."""

from __future__ import annotations

import json
import shutil
import subprocess
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from beancount import loader

from adapters.ledger import DynamoLedger
from adapters.transfers import DynamoTransfers
from charter.moves import PatronMove
from charter.payments import Source
from tests.builders import DANA, EID, NOW, ZONE, a_draft, a_row, a_signature_row

if TYPE_CHECKING:
    from tests.roster.operating import Operator

pytestmark = [pytest.mark.dynamodb, pytest.mark.transactions]

LATER = "2026-06-02-captain-mia-sunset"
HLEDGER = shutil.which("hledger")


@pytest.fixture
def moved(operator: Operator) -> Operator:
    """Dave paid for Captain Cory's trip and was moved to Mia's, with his signature."""
    operator.put(a_row(), a_row(LATER, title="Mia", patrons={}), a_signature_row())
    ledger = DynamoLedger(operator.client, operator.table, zone=ZONE, currency="USD")
    ledger.log(a_draft(), by=DANA, source=Source.SLACK, now=NOW)
    moves = DynamoTransfers(
        operator.client,
        operator.table,
        ledger=ledger,
        versions=lambda: {"2026-11-23-1a2b3c4d"},
        zone=ZONE,
        currency="USD",
    )
    moves.move(
        PatronMove(form="f1", eid=EID, patron_id="dave", target=LATER, reason="wind"), by="slack:U0OLIVIA", now=NOW
    )
    return operator


def test_exports_balance_and_name_both_ends(moved: Operator) -> None:
    journal = moved.done("export", "payments", "--format", "beancount").stdout
    _, errors, _ = loader.load_string(journal)
    assert errors == []
    assert journal.count('"transfer: ') == 2
    assert journal.count("^transfer-f1") == 2
    assert "Equity:Transfers  0.00 ~ 0.00 USD" in journal
    assert "Assets:Cash:Slack-U0DANA  125.00 ~ 0.00 USD" in journal
    if HLEDGER:
        text = moved.done("export", "payments", "--format", "hledger").stdout
        checked = subprocess.run(  # noqa: S603 - the tool itself, on our own text
            [HLEDGER, "-f", "-", "check", "--strict"], input=text, capture_output=True, text=True, check=False
        )
        assert checked.returncode == 0, checked.stderr
    entries = json.loads(moved.done("export", "payments", "--format", "json").stdout)
    ends = {(each["eid"], each["amount"], each["counterpart"]) for each in entries if each["kind"] == "transfer"}
    assert ends == {(EID, "-125.00", f"{LATER}/dave"), (LATER, "125.00", f"{EID}/dave")}


def test_verify_finds_a_lone_end_and_ends_that_differ(moved: Operator) -> None:
    assert "transfer" not in moved.run("verify").output
    row: Any = moved.row(LATER)
    entry = row["payments"]["dave"]["entries"]["transfer:f1"]
    changed = {**entry, "amount": Decimal("100.00"), "counterpart": f"{EID}/ana"}
    record = {**row["payments"]["dave"], "amount": Decimal("100.00"), "entries": {"transfer:f1": changed}}
    moved.put({**row, "payments": {"dave": record}})
    found = moved.run("verify").output
    assert "the other end of the transfer" in found
    assert f"counterpart is “{EID}/ana”, and the other end is {EID}/dave" in found
    moved.put({**row, "payments": {}})
    found = moved.run("verify").output
    assert f"is one end of a transfer, and the other one, “{LATER}/dave”, is not in the table" in found
