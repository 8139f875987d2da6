"""The ledger and a renamed event: the row at the old id is a redirect, and everything goes to the new one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from charter.group_undo import GroupUndo
from charter.payments import Source
from charter.refusals import EventUnknown, PaymentIdReused
from tests.builders import DANA, EID, NOW, a_crew_row, a_draft, a_group, a_refund, a_row, a_void

if TYPE_CHECKING:
    from adapters.ledger import DynamoLedger
    from charter.events import Logged
    from tests.adapters.conftest import Table

pytestmark = pytest.mark.dynamodb

OLD = "2026-05-23"


def a_redirect(old: str = OLD, new: str = EID) -> dict[str, Any]:
    return {"eid": old, "crew_id": "#event", "moved_to": new}


def log(ledger: DynamoLedger, payment_id: str = "p1", amount: str = "125.00", **draft: Any) -> Logged:
    wanted = a_draft(payment_id, amount=amount, **{"eid": OLD, **draft})
    return ledger.log(wanted, by=DANA, source=Source.SLACK, now=NOW)


@pytest.fixture
def moved(table: Table) -> Table:
    """Return Captain Cory's trip, whose id was a bare date once."""
    table.put(a_row(renamed_from=[OLD]), a_crew_row(), a_redirect())
    return table


def test_a_renamed_event_is_read_by_its_old_id_in_one_read_more(moved: Table, ledger: DynamoLedger) -> None:
    event = ledger.event(OLD)

    assert (event.eid, event.renamed_from, event.first_eid) == (EID, (OLD,), OLD)
    assert moved.calls == {"Query": 2}


def test_by_its_own_id_a_renamed_event_is_one_read_and_one_write_as_any_other(
    moved: Table, ledger: DynamoLedger
) -> None:
    ledger.event(EID)
    log(ledger, eid=EID)

    assert moved.calls == {"Query": 1, "UpdateItem": 1}


def test_a_form_from_before_the_rename_logs_its_payment_to_the_renamed_event_once(moved: Table) -> None:
    moved.put(a_row(OLD, without=["payments"]))
    ledger = moved.ledger()
    ledger.event(OLD)  # the form opens, and the rename comes between
    moved.put(a_redirect())

    logged = log(ledger)
    again = log(moved.ledger())

    assert (logged.event.eid, logged.replayed) == (EID, False)
    assert (again.event.eid, again.replayed) == (EID, True)
    assert moved.row()["payments"]["dave"]["amount"] == 125
    assert moved.row(OLD) == a_redirect()


def test_a_payment_from_before_the_rename_is_replayed_as_the_success_it_was(table: Table, ledger: DynamoLedger) -> None:
    table.put(a_row(OLD))
    log(ledger)
    table.put({**table.row(OLD), "eid": EID, "renamed_from": [OLD]}, a_redirect())

    again = log(ledger)

    assert again.replayed
    assert again.event.payment("dave").amount == 125
    with pytest.raises(PaymentIdReused):
        log(ledger, amount="60.00")
    assert table.row(OLD) == a_redirect()


def test_a_group_is_undone_also_where_its_event_moves_between_the_read_and_the_write(
    table: Table, ledger: DynamoLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    table.put(a_row(OLD))
    ledger.log_group(replace(a_group(), eid=OLD), by=DANA, source=Source.SLACK, now=NOW)
    follow = ledger._own.follow

    def moving(eid: str, budget: Any) -> Any:
        found = follow(eid, budget)
        if table.row(OLD) != a_redirect():
            table.put({**table.row(OLD), "eid": EID, "renamed_from": [OLD]}, a_redirect())
        return found

    monkeypatch.setattr(ledger._own, "follow", moving)
    ledger.undo_group(GroupUndo(OLD, "g1"), by=DANA, source=Source.SLACK, now=NOW)

    assert {record["amount"] for record in table.row()["payments"].values()} == {0}
    assert table.row(OLD) == a_redirect()


def test_nothing_is_ever_written_into_a_redirect(moved: Table, ledger: DynamoLedger) -> None:
    log(ledger, walk_up="Wanda Wave", patron_id="wanda")
    log(ledger, "p2")
    ledger.reverse(a_void("p2", eid=OLD), by=DANA, source=Source.SLACK, now=NOW)
    ledger.reverse(a_refund(patron_id="wanda", eid=OLD), by=DANA, source=Source.SLACK, now=NOW)
    ledger.ask_for_card(OLD, now=NOW)

    row = moved.row()
    assert {patron: record["amount"] for patron, record in row["payments"].items()} == {"wanda": 100, "dave": 0}
    assert row["card_asked_at"]
    assert ledger.take_back_card(OLD, asked_at=NOW)
    assert ledger.take_back_card(OLD, asked_at=NOW), "twice is once"
    assert not moved.row()["card_asked_at"]
    assert moved.row(OLD) == a_redirect()


def test_a_redirect_to_an_event_that_only_crew_rows_know_gives_it_its_row(table: Table, ledger: DynamoLedger) -> None:
    table.put(a_redirect(), a_crew_row())

    assert ledger.event(OLD).eid == EID
    log(ledger, walk_up="Wanda Wave", patron_id="wanda")

    assert table.row()["payments"]["wanda"]["amount"] == 125


def test_a_list_from_before_the_rename_shows_the_event_once(moved: Table, ledger: DynamoLedger) -> None:
    moved.put(a_row("2026-05-24-mia"))

    assert [event.eid for event in ledger.events([OLD, "2026-05-24-mia"])] == [EID, "2026-05-24-mia"]
    assert [event.eid for event in ledger.events([OLD, EID])] == [EID]


@pytest.mark.usefixtures("moved")
def test_a_redirect_is_in_no_month(ledger: DynamoLedger) -> None:
    assert [listing.eid for listing in ledger.listings([NOW.date()])] == [EID]


def test_redirects_that_lead_on_are_followed(moved: Table, ledger: DynamoLedger) -> None:
    moved.put(a_redirect("2026-05-23-first", OLD))

    assert log(ledger, eid="2026-05-23-first").event.eid == EID
    assert ledger.event("2026-05-23-first").eid == EID


@pytest.mark.parametrize(
    "redirects",
    [
        {OLD: OLD},
        {OLD: "2026-05-23-b", "2026-05-23-b": OLD},
        {OLD: "2026-05-23-nowhere"},
        {OLD: "2026-05-23-1", **{f"2026-05-23-{step}": f"2026-05-23-{step + 1}" for step in range(1, 9)}},
    ],
    ids=["itself", "a circle", "nowhere", "a long way"],
)
def test_a_redirect_that_leads_nowhere_is_an_unknown_event(
    table: Table, ledger: DynamoLedger, redirects: dict[str, str]
) -> None:
    table.put(*(a_redirect(old, new) for old, new in redirects.items()))

    with pytest.raises(EventUnknown):
        ledger.event(OLD)
    with pytest.raises(EventUnknown):
        log(ledger)
    with pytest.raises(EventUnknown):
        ledger.ask_for_card(OLD, now=NOW)
    assert ledger.events([OLD]) == []


def test_what_a_rename_has_put_aside_is_no_event_yet(table: Table, ledger: DynamoLedger) -> None:
    table.put({"eid": EID, "crew_id": "#moving", "moving_from": OLD, "copies": ["cory"]}, a_crew_row())

    with pytest.raises(EventUnknown):
        ledger.event(EID)
    with pytest.raises(EventUnknown):
        log(ledger, eid=EID, walk_up="Wanda Wave", patron_id="wanda")
    assert table.row() == {}


def test_a_row_that_appears_right_after_it_was_looked_for_is_read_whole(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Let a rename come between the two reads: the crew's rows alone would be half of the event."""
    table.put(a_crew_row())
    ledger = table.ledger()
    look = ledger._own.rows

    def late(eid: str, budget: Any) -> Any:
        seen = look(eid, budget)
        if not seen.own:
            table.put(a_row(renamed_from=[OLD]), a_redirect())
        return seen

    monkeypatch.setattr(ledger._own, "rows", late)

    assert set(ledger.event(EID).patrons) == {"dave", "ana"}
