"""A trip of years ago with everything that may name a person, for tests of `forget`."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from adapters.books import DynamoBooks
from adapters.check_ins import DynamoCheckIns
from adapters.rows import edit_row
from charter.boarding import CheckIn
from charter.edits import Edit
from charter.payments import Source
from charter.signatures import SignatureMatch
from tests.builders import DANA, MARCO, ZONE, a_draft, a_refund, a_row, a_signature
from tests.roster.renames import ledger_on, signatures_on

if TYPE_CHECKING:
    from tests.roster.operating import Operator

EID = "2020-05-23-captain-cory-afternoon"
AT = datetime(2020, 5, 23, 20, tzinfo=UTC)
NAMES = ("dave", "kowalski", "555 0101", "555-0101", "example.com", "davey", "benny")
ANA = ("Ana Lima", "ana@x.example", "Rita Lima")


def put_trip(operator: Operator, eid: str = EID, *, at: datetime = AT) -> None:
    """Put a trip with Dave, who has a son, and Ana with her companion: paid, signed, edited and cast off."""
    dave = {"name": "Dave Kowalski", "party": Decimal(2), "due": Decimal("250.00")}
    contact = {"email": "Dave@Example.com", "phone": "+1 415 555 0101"}
    ana = {"name": "Ana Lima", "party": Decimal(2), "due": Decimal("250.00"), "email": "ana@x.example"}
    operator.put(a_row(eid, patrons={"dave-kowalski": {**dave, **contact}, "ana": ana}))
    ledger, signatures = ledger_on(operator), signatures_on(operator)
    for draft in (
        a_draft(
            "p1", "dave-kowalski", "300.00", eid=eid, notes="Dave Kowalski’s check, call (415) 555-0101", tip="20.00"
        ),
        a_draft("p2", "ana", "250.00", eid=eid, notes="paid by KOWALSKI, Dave"),
    ):
        ledger.log(draft, by=DANA, source=Source.SLACK, now=at)
    refund = a_refund("r1", "50.00", "dave-kowalski", eid=eid, reason="Dave was seasick")
    ledger.reverse(refund, by=DANA, source=Source.SLACK, now=at)
    signatures.sign(eid, a_signature("s1", patron_id="dave-kowalski", minors=("Benny Kowalski",)))
    signatures.sign(eid, a_signature("s2", name="Ana Lima", patron_id="ana"))
    signatures.sign(eid, a_signature("s3", name="Rita Lima", patron_id=None))
    signatures.match(SignatureMatch(eid, a_signature("s3").ref, "ana", companion=True), by=MARCO, now=at)
    for number, (what, before, after) in enumerate(
        (
            ("name", "Davey K.", "Dave Kowalski"),
            ("phone", "", "+1 415 555 0101"),
            ("email", "dave@example.com", "Dave@Example.com"),
            ("due", "125.00", "250.00"),
        )
    ):
        edit = Edit(
            what,
            before,
            after,
            by=DANA,
            at=at + timedelta(minutes=number),
            patron_id="dave-kowalski",
            reason="Dave asked",
        )
        operator.put(edit_row(eid, edit))
    check_ins = DynamoCheckIns(operator.client, operator.table, ledger=ledger)
    for patron_id, reason in (("dave-kowalski", "Dave pays later"), ("ana", "")):
        check_ins.check_in(CheckIn(eid, patron_id, 2, reason), by=DANA, admin=False, now=at)
    seen = ledger.event(eid).boarding.fingerprint
    check_ins.cast_off(eid, seen=seen, by=DANA, now=at + timedelta(minutes=9))
    books_of(operator).refresh(eid)


def books_of(operator: Operator) -> DynamoBooks:
    return DynamoBooks(operator.client, operator.table, zone=ZONE, currency="USD")


def totals(operator: Operator) -> dict[str, Any]:
    """Return every row of the books that has sums."""
    return {name: kept.sums for name, kept in books_of(operator).all_rows()}


def text_of(operator: Operator, *eids: str) -> str:
    """Return all that the table holds, or what these ids hold, in lower case."""
    rows = [row for row in operator.rows() if not eids or row["eid"] in eids]
    return json.dumps(rows, default=str, ensure_ascii=False).casefold()


def named_in(text: str) -> list[str]:
    """Return what names Dave in a text."""
    return [name for name in NAMES if name in text]


def new_id(operator: Operator, eid: str = EID) -> str:
    """Return the patron id that took Dave's place."""
    (found,) = [patron_id for patron_id in operator.roster(eid) if patron_id.startswith("forgotten-")]
    return found
