"""Crew match a signature to a patron: once, with their name, and never over another match that they have not seen."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from charter.refusals import PatronUnknown, SignatureMatched, SignatureUnknown, TableUnavailable
from charter.signatures import SignatureMatch
from tests.builders import DANA, EID, MARCO, NOW, a_row, a_signature, a_signature_row

if TYPE_CHECKING:
    from tests.adapters.conftest import Table

REF = a_signature().ref


@pytest.fixture
def loose(table: Table) -> Table:
    """Return a table in which one signature is matched to nobody."""
    table.put(a_row(), a_signature_row(name="Davy K.", without=["patron_id", "matched_at", "matched_by"]))
    return table


def test_a_match_is_kept_with_who_made_it_and_when_and_the_evidence_stays(loose: Table) -> None:
    (before,) = loose.signed()

    event = loose.signatures().match(SignatureMatch(EID, REF, "dave"), by=DANA, now=NOW)

    (row,) = loose.signed()
    assert row == before | {"patron_id": "dave", "matched_at": "2026-05-23T20:30:00.000Z", "matched_by": DANA}
    assert event.signed("dave")
    assert loose.ledger().event(EID).signed("dave")
    (edit,) = loose.edits()
    assert (edit["what"], edit["from"], edit["to"], edit["by"]) == ("signature", "", "dave", DANA)


def test_the_same_match_again_writes_nothing_and_another_one_unseen_is_refused(loose: Table) -> None:
    signatures = loose.signatures()
    signatures.match(SignatureMatch(EID, REF, "dave"), by=DANA, now=NOW)
    before = loose.signed()

    signatures.match(SignatureMatch(EID, REF, "dave"), by=MARCO, now=NOW)
    with pytest.raises(SignatureMatched, match="was matched to Dave Kowalski meanwhile"):
        signatures.match(SignatureMatch(EID, REF, "ana"), by=MARCO, now=NOW)
    assert loose.signed() == before

    signatures.match(SignatureMatch(EID, REF, "ana", seen="dave"), by=MARCO, now=NOW)
    assert [row["patron_id"] for row in loose.signed()] == ["ana"]
    assert [edit["to"] for edit in loose.edits()] == ["dave", "ana"]


def test_somebody_of_a_party_does_not_stand_in_for_its_patron(loose: Table) -> None:
    signatures = loose.signatures()
    event = signatures.match(SignatureMatch(EID, REF, "ana", companion=True), by=DANA, now=NOW)
    assert str(event.coverage("ana")) == "1 of 2 signed"
    loose.put(a_signature_row("s2", name="Rui", patron_id="ana", matched_by="link"))
    assert str(loose.ledger().event(EID).coverage("ana")) == "1 of 2 signed"

    signatures.match(SignatureMatch(EID, REF, "ana", seen="ana"), by=DANA, now=NOW)
    assert str(loose.ledger().event(EID).coverage("ana")) == "2 of 2 signed"
    assert "companion" not in loose.signed()[0]


def test_of_two_crew_at_once_one_matches(loose: Table) -> None:
    def match(patron_id: str) -> str:
        try:
            loose.signatures().match(SignatureMatch(EID, REF, patron_id), by=DANA, now=NOW)
        except SignatureMatched:
            return "refused"
        return patron_id

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(match, ["dave", "ana"]))

    assert outcomes[1] == "refused" or outcomes.count("refused") == 1
    assert loose.signed()[0]["patron_id"] in outcomes
    assert len(loose.edits()) == 1


def test_who_or_what_is_not_there_is_refused(loose: Table) -> None:
    with pytest.raises(PatronUnknown):
        loose.signatures().match(SignatureMatch(EID, REF, "zed"), by=DANA, now=NOW)
    with pytest.raises(SignatureUnknown):
        loose.signatures().match(SignatureMatch(EID, "0" * 32, "dave"), by=DANA, now=NOW)


def test_an_outage_wrote_nothing(loose: Table) -> None:
    before = loose.signed()
    loose.proxy.fail_next("TransactWriteItems", throttle=True, times=2)

    with pytest.raises(TableUnavailable):
        loose.signatures().match(SignatureMatch(EID, REF, "dave"), by=DANA, now=NOW)

    assert (loose.signed(), loose.edits()) == (before, [])


def test_the_signatures_secret_id_is_in_no_other_row(loose: Table) -> None:
    loose.signatures().match(SignatureMatch(EID, REF, "dave"), by=DANA, now=NOW)
    assert all("s1" not in str(edit.values()) for edit in loose.edits())
