"""The digest lists open matters: debts of the last days, money to give back, signatures that nobody matched."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.announce.test_digest import the_digest
from tests.builders import a_row

if TYPE_CHECKING:
    from tests.announce.boarding import BoardingStage
    from tests.announce.stage import AnnounceStage


def test_it_names_who_still_owes_for_events_of_the_last_14_days_and_nothing_older(
    announce_stage: AnnounceStage,
) -> None:
    announce_stage.put(
        a_row("2026-05-09-owls", title="Owls", starts_at="2026-05-09T20:00:00-07:00"),
        a_row("2026-05-08-older", title="Older", starts_at="2026-05-08T20:00:00-07:00"),
        a_row("2026-05-20-square", title="Square", starts_at="2026-05-20T20:00:00-07:00", patrons={}),
        a_row("2026-05-21-off", title="Off", starts_at="2026-05-21T20:00:00-07:00", status="cancelled"),
    )
    announce_stage.log("p1", "dave", "125.00", eid="2026-05-09-owls")
    announce_stage.log("p2", "ana", "100.00", eid="2026-05-09-owls")
    announce_stage.log("p3", "ana", "70.00", eid="2026-05-21-off")
    (posted,) = the_digest(announce_stage)
    assert posted.partition("Still open from the last 14 days\n")[2].splitlines() == [
        "Owls, Sat May 9, 8:00 PM: Ana Lima ($150.00)",
        "Off, Thu May 21, 8:00 PM: cancelled, $70.00 paid must go back",
    ]


def test_a_cancelled_event_whose_patrons_paid_says_that_money_must_go_back(announce_stage: AnnounceStage) -> None:
    announce_stage.log(amount="100.00")
    row = {**a_row(), **{name: value for name, value in announce_stage.row().items() if name == "payments"}}
    announce_stage.put({**row, "status": "cancelled"})
    (posted,) = the_digest(announce_stage)
    assert "⛔ Captain Cory, afternoon · 1:00 PM · cancelled · $100.00 paid must go back" in posted


def test_signatures_that_nobody_matched_are_named(announce_stage: AnnounceStage) -> None:
    announce_stage.sign("s1", name="Davy K.", patron_id=None)
    (posted,) = the_digest(announce_stage)
    assert "Signed, but not matched to the roster: “Davy K.”" in posted


def test_what_removed_patrons_and_no_shows_paid_beyond_their_due_must_go_back(announce_stage: AnnounceStage) -> None:
    def a_trip(eid: str, title: str) -> dict[str, Any]:
        people = a_row()["patrons"]
        people["ana"] |= {"due": Decimal(0), "state": "removed"}
        people["dave"] |= {"due": Decimal(25), "state": "no_show"}
        return a_row(eid, title=title, patrons=people, starts_at=f"{eid[:10]}T20:00:00-07:00")

    for number, eid in enumerate(("2026-05-20-whales", "2026-05-23-owls")):
        announce_stage.put(a_trip(eid, eid[11:].title()))
        announce_stage.log(f"a{number}", "ana", "250.00", eid=eid)
        announce_stage.log(f"d{number}", "dave", "20.00", eid=eid)
    (posted,) = the_digest(announce_stage)
    today = [
        "🟢 Owls · 8:00 PM · 0 of 0 clear to board",
        "To pay: Dave Kowalski ($5.00)",
        "To give back: $250.00 to no-shows and removed patrons",
    ]
    assert "\n".join(today) in posted
    assert "Whales, Wed May 20, 8:00 PM: Dave Kowalski ($5.00), Ana Lima ($250.00 to give back)" in posted


def test_it_says_who_is_aboard_and_that_the_boat_has_cast_off(
    announce_stage: AnnounceStage, boarding_stage: BoardingStage
) -> None:
    boarding_stage.board()
    assert " · 1:00 PM · 0 of 3 clear to board · 1 aboard\n" in the_digest(announce_stage, "now")[-1]
    boarding_stage.cast_off()
    assert " · 1:00 PM · 0 of 3 clear to board · cast off with 1 soul\n" in the_digest(announce_stage, "now")[-1]
