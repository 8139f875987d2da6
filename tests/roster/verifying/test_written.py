"""`verify` finds no fault in tables that the app filled."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from adapters.ledger import DynamoLedger
from adapters.roster import DynamoRoster
from adapters.signatures import DynamoSignatures
from charter.enrolling import PatronChange, fingerprint_of
from charter.payments import Source
from charter.signatures import SignatureMatch
from devkit.season.planting import plant
from tests.builders import DANA, EID, NOW, ZONE, a_draft, a_refund, a_row, a_signature, a_void

if TYPE_CHECKING:
    from tests.roster.operating import Operator

pytestmark = pytest.mark.dynamodb

FROM_BEFORE_THE_LEDGER = {
    "amount": Decimal("125.00"),
    "method": "cash",
    "logged_by": DANA,
    "timestamp": "2026-05-23T20:30:00.000Z",
}


@pytest.mark.transactions
def test_what_the_ledger_writes_keeps_every_promise(operator: Operator) -> None:
    operator.put(a_row(payments={"ana": FROM_BEFORE_THE_LEDGER}))
    ledger = DynamoLedger(operator.client, operator.table, zone=ZONE, currency="USD")
    log: Any = {"by": DANA, "source": Source.SLACK, "now": NOW}
    for draft in (a_draft("p1"), a_draft("p2", "ana", "20"), a_draft("p3", "zoe-1a2b3c", walk_up="Zoë Rey")):
        ledger.log(draft, **log)
    later: Any = log | {"now": datetime(2026, 5, 24, tzinfo=UTC)}
    ledger.reverse(a_refund("r1", "25"), **later)
    for correction in (a_void("p3", "zoe-1a2b3c"), a_void("before-the-ledger", "ana")):
        ledger.reverse(correction, **later)
    signatures = DynamoSignatures(operator.client, operator.table, ledger=ledger)
    lost = a_signature("s2", name="Mum", patron_id=None)
    for signature in (a_signature(), lost):
        signatures.sign(EID, signature)
    signatures.match(SignatureMatch(EID, lost.ref, "ana"), by=DANA, now=NOW)
    roster = DynamoRoster(operator.client, operator.table, ledger=ledger, zone=ZONE, currency="USD")
    seen = fingerprint_of(ledger.event(EID).patrons["ana"])
    roster.change(PatronChange(EID, "ana", seen, {"party": 3, "due": Decimal(300)}, reason="a child"), by=DANA, now=NOW)

    result = operator.done("verify", "--strict")

    assert "Nothing is broken or odd." in result.stdout


def test_the_sample_season_is_sound_but_for_its_bare_date(operator: Operator) -> None:
    plant(operator.client, operator.table, date(2026, 5, 23))

    lines = list(csv.DictReader(io.StringIO(operator.done("verify", "--format", "csv").stdout)))

    assert [(line["level"], line["where"]) for line in lines] == [("odd", "eid")]
    assert operator.run("verify", "--strict").exit_code == 1
