"""`forget`: a person's name, phone and e-mail leave the table, and every amount stays."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from tests.roster.forgetting.trip import ANA, EID, NAMES, named_in, new_id, put_trip, text_of, totals
from tests.roster.renames import ledger_on

if TYPE_CHECKING:
    from tests.roster.operating import Operator

pytestmark = pytest.mark.transactions

OTHER = "2020-06-01-sunset"


def test_a_person_is_forgotten_everywhere_and_no_amount_changes(operator: Operator) -> None:
    put_trip(operator)
    before, sums = ledger_on(operator).event(EID), totals(operator)
    assert set(named_in(text_of(operator))) == set(NAMES)

    done = operator.done("forget", EID, "dave-kowalski", "--yes")

    text = text_of(operator)
    assert named_in(text) == []
    assert all(name.casefold() in text for name in ANA), "nobody else is forgotten"
    event, who = ledger_on(operator).event(EID), new_id(operator)
    patron = event.patrons[who]
    assert (patron.party, patron.due, patron.email, patron.phone) == (2, Decimal(250), None, None)
    old = [
        (each.payment_id, each.kind, each.amount, each.tip, each.timestamp, each.logged_by)
        for each in before.payment("dave-kowalski").entries
    ]
    assert [
        (each.payment_id, each.kind, each.amount, each.tip, each.timestamp, each.logged_by)
        for each in event.payment(who).entries
    ] == old
    notes = {each.payment_id: each.notes or each.reason for each in event.payment(who).entries}
    assert notes == {
        "p1": f"{patron.name}’s check, call forgotten",
        "r1": f"{patron.name} was seasick",
    }
    assert [each.notes for each in event.payment("ana").entries] == [f"paid by {patron.name}"]
    assert event.coverage(who).signed == before.coverage("dave-kowalski").signed == 2
    signed = (event.signatures or {})["s1"]
    assert (signed.name, signed.minors) == (patron.name, (f"Minor 1 of {patron.name}",))
    assert event.boarding.aboard[who].count == 2
    assert ("name", patron.name, who) in {(edit.what, edit.after, edit.patron_id) for edit in event.edits}
    (frozen,) = event.cast_offs
    assert sorted(party["name"] for party in json.loads(frozen.text)["aboard"]) == ["Ana Lima", patron.name]
    assert frozen.sha256 == before.cast_offs[0].sha256, "the hash is the evidence's"
    assert totals(operator) == sums
    assert "Nothing is broken or odd." in operator.done("verify", "--strict").stdout

    assert "Forgotten: 1 person at 1 event. All amounts and the books are as they were." in done.stdout
    for said in ("locked until about 2033", "C0CORY", "35 days", "mails to the office", "90 days"):
        assert said in done.stdout
    again = operator.done("forget", EID, "dave-kowalski", "--yes")
    assert "has nobody “dave-kowalski” any more" in again.stdout
    assert text_of(operator) == text
