"""The roster over the table: events and lines are written once, and only if the row is unchanged since it was read."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from adapters.roster import DynamoRoster
from charter.enrolling import NewPatron
from charter.events import known_by_id
from charter.new_events import NewEvent
from charter.payments import Source
from charter.refusals import EventExists, EventUnknown, PatronAdded, RowFull
from charter.starts import written
from tests.adapters.conftest import meanwhile
from tests.builders import DANA, EID, NOW, ZONE, a_crew_row, a_draft, a_patron, a_row

if TYPE_CHECKING:
    from tests.adapters.conftest import Table

pytestmark = pytest.mark.dynamodb

NEW = "2026-06-06-captain-mia-evening"


def a_new_event(eid: str = NEW, *, title: str = "Dolphins", price: str | None = "95.00", **more: Any) -> NewEvent:
    """Return an event to be written."""
    starts_at = datetime(2026, 6, 6, 18, 30, tzinfo=ZONE)
    each = None if price is None else Decimal(price)
    return NewEvent(eid=eid, title=title, starts_at=starts_at, currency="USD", price=each, **more)


def test_an_event_is_written_once_whatever_stood_under_its_id(table: Table, roster: DynamoRoster) -> None:
    table.put(a_crew_row(NEW))
    for replayed in (False, True):
        assert roster.create(a_new_event(channel="C0SUNSET")).replayed is replayed
    row = table.row(NEW)
    assert (row["month"], row["price"], row["channel"]) == ("2026-06", Decimal("95.00"), "C0SUNSET")
    for other in (
        a_new_event(price=None, channel="C0SUNSET"),
        a_new_event(title="Whales", channel="C0SUNSET"),
        a_new_event(),
    ):
        with pytest.raises(EventExists, match="is taken by Dolphins"):
            roster.create(other)
    assert table.row(NEW) == row
    assert table.row(NEW, "cory") == a_crew_row(NEW)


def test_an_id_that_leads_on_is_not_written_over(table: Table, roster: DynamoRoster) -> None:
    redirect = {"eid": NEW, "crew_id": "#event", "moved_to": EID}
    table.put(a_row(renamed_from=[NEW]), redirect)
    with pytest.raises(EventExists, match="is taken by Captain Cory, afternoon"):
        roster.create(a_new_event())
    table.client.delete_item(TableName=table.name, Key={"eid": {"S": EID}, "crew_id": {"S": "#event"}})
    with pytest.raises(EventExists, match=f"is taken by {EID}"):
        roster.create(a_new_event())
    assert table.row(NEW) == redirect


ROWS: dict[str, dict[str, Any] | None] = {
    "a roster": a_row(),
    "no roster yet": a_row(without=["patrons"]),
    "a null for the roster": a_row(patrons=None),
    "crew rows alone": None,
}


@pytest.mark.parametrize("row", ROWS)
def test_a_line_joins_whatever_shape_the_row_has(table: Table, roster: DynamoRoster, row: str) -> None:
    table.put(ROWS[row] or a_crew_row())
    zed = replace(a_patron("zed-1a2b3c", name="Zed", party=2, due="190.00"), email="zed@example.com")
    assert not roster.add(NewPatron(EID, zed), by=DANA, now=NOW).replayed
    after = table.row()
    assert after["patrons"]["zed-1a2b3c"] == {
        "name": "Zed",
        "party": Decimal(2),
        "due": Decimal("190.00"),
        "email": "zed@example.com",
    }
    assert len(after["patrons"]) == (3 if row == "a roster" else 1)
    if ROWS[row] is None:
        known = known_by_id(EID, zone=ZONE, currency="USD")
        assert (after["title"], after["starts_at"]) == (known.title, written(known.starts_at))
    assert roster.add(NewPatron(EID, zed), by=DANA, now=NOW).replayed
    with pytest.raises(PatronAdded, match="already added Zed"):
        roster.add(NewPatron(EID, replace(zed, patron_id="zoe-1a2b3c", name="Zoe")), by=DANA, now=NOW)
    assert table.row() == after


def test_many_who_join_at_once_all_do_beside_payments(table: Table, roster: DynamoRoster) -> None:
    table.put(a_row())
    ledger = table.ledger()

    def deed(number: int) -> None:
        if number % 2:
            roster.add(NewPatron(EID, a_patron(f"p-{number:06x}", name=f"P {number}")), by=DANA, now=NOW)
        else:
            ledger.log(a_draft(f"p{number}", amount="1.00", confirmed=True), by=DANA, source=Source.SLACK, now=NOW)

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(deed, range(24)))
    assert len(table.row()["patrons"]) == 2 + 12
    assert table.row()["payments"]["dave"]["amount"] == Decimal("12.00")


def test_a_renamed_event_is_followed_also_between_looking_and_writing(table: Table, roster: DynamoRoster) -> None:
    table.put(a_row(NEW, renamed_from=[EID]), {"eid": EID, "crew_id": "#event", "moved_to": NEW})
    roster.add(NewPatron(EID, a_patron("zed-1a2b3c", name="Zed")), by=DANA, now=NOW)
    assert table.row(NEW)["patrons"].keys() == {"dave", "ana", "zed-1a2b3c"}
    assert table.row() == {"eid": EID, "crew_id": "#event", "moved_to": NEW}


def test_an_event_that_is_renamed_in_that_very_moment_is_followed(
    table: Table, roster: DynamoRoster, monkeypatch: pytest.MonkeyPatch
) -> None:
    table.put(a_row())
    redirect = {"eid": EID, "crew_id": "#event", "moved_to": NEW, "patrons": {}}
    meanwhile(roster, monkeypatch, lambda: table.put(a_row(NEW, renamed_from=[EID]), redirect))
    roster.add(NewPatron(EID, a_patron("zed-1a2b3c", name="Zed")), by=DANA, now=NOW)
    assert "zed-1a2b3c" in table.row(NEW)["patrons"]
    assert table.row() == redirect


def test_two_taps_in_the_same_moment_add_one_and_the_first_one_is_kept(
    table: Table, roster: DynamoRoster, monkeypatch: pytest.MonkeyPatch
) -> None:
    table.put(a_row())
    zed = a_patron("zed-1a2b3c", name="Zed")
    other = DynamoRoster(table.client, table.name, ledger=table.ledger(), zone=ZONE, currency="USD")
    meanwhile(roster, monkeypatch, lambda: other.add(NewPatron(EID, zed), by=DANA, now=NOW))
    assert roster.add(NewPatron(EID, zed), by=DANA, now=NOW).replayed
    yan = a_patron("yan-1a2b3d", name="Yan")
    meanwhile(roster, monkeypatch, lambda: other.add(NewPatron(EID, yan), by=DANA, now=NOW))
    with pytest.raises(PatronAdded, match="already added Yan"):
        roster.add(NewPatron(EID, replace(yan, party=2)), by=DANA, now=NOW)
    assert table.row()["patrons"]["yan-1a2b3d"]["party"] == Decimal(1)


def test_what_is_not_there_or_has_no_room_is_refused(table: Table, roster: DynamoRoster) -> None:
    zed = NewPatron(EID, a_patron("zed-1a2b3c", name="Zed"))
    with pytest.raises(EventUnknown):
        roster.add(zed, by=DANA, now=NOW)
    table.put(a_row(boats="x" * 390_000))
    with pytest.raises(RowFull):
        roster.add(zed, by=DANA, now=NOW)


def test_captains_are_read_from_the_crews_rows(table: Table, roster: DynamoRoster) -> None:
    table.put(a_crew_row(name="Cory"), a_crew_row(NEW, "dana", role="mate", name="Dana"), a_row("2026-05-20"))
    assert roster.captains([EID, NEW, "2026-05-20"]) == {EID: "Cory"}
    assert table.calls == {"Query": 3}
