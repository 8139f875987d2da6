"""The last seats of a boat over a real table: they are given away once, also to several people at the same moment.

The writes compare the whole roster. dynalite finds no two maps equal, so these tests are not for it.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from adapters.roster import DynamoRoster
from charter.enrolling import NewPatron, PatronChange, fingerprint_of
from charter.payments import Source
from charter.refusals import BoatFull, TableUnavailable
from tests.adapters.conftest import meanwhile
from tests.builders import DANA, EID, MARCO, NOW, ZONE, a_draft, a_patron, a_row

if TYPE_CHECKING:
    from charter.payments import Draft
    from tests.adapters.conftest import Table


def walk_up(number: int, *, party: int = 1, eid: str = EID) -> Draft:
    return replace(a_draft(f"w{number}", f"walk-up-{number:06x}", walk_up=f"Guest {number}", eid=eid), party=party)


def test_two_walk_ups_at_the_same_moment_never_both_take_the_last_seat(table: Table) -> None:
    table.put(a_row(capacity=Decimal(6)))

    def log(number: int) -> bool:
        ledger = table.ledger(client=table.client)
        ledger.event(EID)  # as its form read it
        while True:
            try:
                ledger.log(walk_up(number), by=DANA, source=Source.SLACK, now=NOW)
            except BoatFull:
                return False
            except TableUnavailable:
                continue
            return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(log, range(7))) == 3
    assert len(table.row()["patrons"]) == 5


def test_what_a_ledger_remembers_of_the_seats_is_checked_by_the_write(table: Table) -> None:
    table.put(a_row(capacity=Decimal(4)))
    ledger = table.ledger()
    ledger.event(EID)
    larger = {"name": "Dave Kowalski", "party": Decimal(2), "due": Decimal(125)}
    table.put(a_row(capacity=Decimal(4), patrons=a_row()["patrons"] | {"dave": larger}))

    with pytest.raises(BoatFull) as refused:
        ledger.log(walk_up(1), by=DANA, source=Source.SLACK, now=NOW)
    assert refused.value.field == "patron"
    table.put(a_row(capacity=Decimal(5), patrons=a_row()["patrons"] | {"dave": larger}))
    ledger.log(walk_up(1), by=DANA, source=Source.SLACK, now=NOW)  # a larger boat came, which is read before
    assert ledger.log(walk_up(1), by=DANA, source=Source.SLACK, now=NOW).replayed

    for admin, reason in ((False, "knows the captain"), (True, "")):
        with pytest.raises(BoatFull):
            ledger.log(replace(walk_up(2), reason=reason), by=DANA, source=Source.SLACK, now=NOW, admin=admin)
    beyond = replace(walk_up(2), reason="Marco stays ashore")
    assert ledger.log(beyond, by=DANA, source=Source.SLACK, now=NOW, admin=True).entry.reason == "Marco stays ashore"


def test_an_admin_with_a_reason_takes_a_walk_up_beyond_the_capacity(table: Table) -> None:
    table.put(a_row(capacity=Decimal(3)))
    with pytest.raises(BoatFull):
        table.ledger().log(walk_up(1), by=DANA, source=Source.SLACK, now=NOW, admin=True)

    draft = replace(walk_up(1), reason="The second boat comes along")
    assert table.ledger().log(draft, by=DANA, source=Source.SLACK, now=NOW, admin=True).patron.name == "Guest 1"


def test_a_no_show_frees_a_seat_and_a_renamed_event_keeps_its_capacity(table: Table) -> None:
    new = "2026-05-23-captain-mia-afternoon"
    gone = a_row()["patrons"]["dave"] | {"state": "no_show"}
    table.put(a_row(capacity=Decimal(3)))
    ledger = table.ledger()
    ledger.event(EID)
    table.put(a_row(new, capacity=Decimal(3), patrons=a_row()["patrons"] | {"dave": gone}, renamed_from=[EID]))
    table.put({"eid": EID, "crew_id": "#event", "moved_to": new})

    assert ledger.log(walk_up(1), by=DANA, source=Source.SLACK, now=NOW).event.eid == new
    with pytest.raises(BoatFull):
        ledger.log(walk_up(2), by=DANA, source=Source.SLACK, now=NOW)


def test_the_office_and_a_walk_up_at_the_same_moment_do_not_share_a_seat(
    table: Table, roster: DynamoRoster, monkeypatch: pytest.MonkeyPatch
) -> None:
    table.put(a_row(capacity=Decimal(4)))
    zed = NewPatron(EID, a_patron("zed-1a2b3c", name="Zed"))

    def log() -> None:
        table.ledger().log(walk_up(1), by=MARCO, source=Source.SLACK, now=NOW)

    meanwhile(roster, monkeypatch, log)
    with pytest.raises(BoatFull, match="takes 4 people, and this would make 5"):
        roster.add(zed, by=DANA, now=NOW)

    table.put(a_row(capacity=Decimal(4)))
    dave = table.ledger().event(EID).patrons["dave"]
    larger = PatronChange(EID, "dave", fingerprint_of(dave), {"party": 2})
    meanwhile(roster, monkeypatch, log)
    with pytest.raises(BoatFull):
        roster.change(larger, by=DANA, now=NOW)

    other = DynamoRoster(table.client, table.name, ledger=table.ledger(), zone=ZONE, currency="USD")
    meanwhile(roster, monkeypatch, lambda: other.change(replace(larger, reason="his wife"), by=MARCO, now=NOW))
    roster.add(replace(zed, reason="a child on a lap"), by=DANA, now=NOW)
    edits = {(edit["what"], edit["from"], edit["to"], edit["reason"]) for edit in table.edits()}
    assert edits == {("party", "1", "2", "his wife"), ("capacity", "5", "6", "a child on a lap")}
