"""`events adopt`: events known by crew rows alone get a row of their own, by one plan and without guesses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.adopting.old_system import BARE, CORY, TIMED, UNDATED, crew_row
from tests.builders import a_row

if TYPE_CHECKING:
    from tests.adopting.old_system import OldSystem
    from tests.roster.operating import Operator

pytestmark = pytest.mark.dynamodb
NO_TIME = 1e-9


@pytest.mark.transactions  # a rename
def test_every_event_of_a_season_gets_its_row_and_what_nothing_says_stays_unknown(
    operator: Operator, old: OldSystem
) -> None:
    operator.put(a_row("2026-07-01-captain-cory-morning", starts_at="2026-07-01T09:00:00-07:00"))
    operator.client.update_item(
        TableName=operator.table,
        Key={"eid": {"S": "2026-07-01-captain-cory-morning"}, "crew_id": {"S": "#event"}},
        UpdateExpression="REMOVE #month",
        ExpressionAttributeNames={"#month": "month"},
    )
    theirs, before = old.theirs(), operator.snapshot()

    dry = operator.run("events", "adopt", "--dry-run")
    assert dry.exit_code == 1, "one event cannot be adopted"
    assert operator.snapshot() == before
    result = operator.run("events", "adopt", typed="y\n")

    assert result.exit_code == 1
    plan = [
        f"{CORY}: “Captain Cory, afternoon” by its id; 2026-05-23 by its id; its start is unknown; 2 crew rows",
        f"{BARE}: no title: its id is shown; 2026-05-30 by its id; its start is unknown; 2 crew rows",
        f"{TIMED}: “Sunset with Ana” by title of the row ana; 2026-06-06 by its id; starts 18:30 by starts_at of",
        "2026-07-01-captain-cory-morning: its month becomes 2026-07",
    ]
    for line in plan:
        assert line in dry.stderr
        assert line in result.stderr
    assert f"{UNDATED}: its day is unknown. Rename it: events rename {UNDATED} YYYY-MM-DD-NAME" in result.stderr
    assert "3 events adopted, 1 month set." in result.stdout
    assert f"Ids that break the rule: {BARE}" in result.stderr
    own = {"status": "scheduled", "currency": "USD", "patrons": {}, "payments": {}}
    assert operator.row(CORY) == {
        **own,
        "eid": CORY,
        "crew_id": "#event",
        "title": "Captain Cory, afternoon",
        "month": "2026-05",
    }
    assert operator.row(BARE) == {**own, "eid": BARE, "crew_id": "#event", "month": "2026-05"}
    assert operator.row(TIMED)["starts_at"] == "2026-06-06T18:30:00-07:00"
    assert operator.row("2026-07-01-captain-cory-morning")["month"] == "2026-07"
    assert operator.row(UNDATED) == {}
    assert old.theirs() == theirs

    after = operator.snapshot()
    assert "could not be adopted" in operator.run("events", "adopt", "--yes").stderr
    assert operator.snapshot() == after
    operator.done("events", "rename", UNDATED, "2026-07-04-summer-party", "--yes")
    assert "There is nothing to adopt: all 5 events" in operator.done("events", "adopt").stdout


def test_a_start_is_given_by_the_operator_or_by_the_usual_hours_and_doubts_are_said(operator: Operator) -> None:
    operator.put(
        crew_row(CORY, starts_at="Saturday, after lunch"),
        crew_row(BARE, event_date="2026-05-31", start_time="9:00"),
        crew_row(TIMED, start_time="18:00"),
        crew_row(TIMED, "marco", start_time="18:30"),
        crew_row("gala", event_date="2026-08-01", event_title="Gala"),
    )
    assert "is no event of which only crew rows exist" in operator.run("events", "adopt", "--start", "x=9:00").stderr

    result = operator.run("events", "adopt", "--yes", "--usual-hours", "--start", f"{BARE}=10:15")

    assert "starts 13:00 by the usual hour of “afternoon”" in result.stderr
    assert f"{CORY}: starts_at of the row cory is “Saturday, after lunch”, which is not used." in result.stderr
    assert f"{TIMED}: the rows disagree about start_time." in result.stderr
    assert f"{BARE}: event_date of the row cory says 2026-05-31, which is not the day of the id." in result.stderr
    assert "Rename it: events rename gala 2026-08-01-gala" in result.stderr
    assert operator.row(CORY)["starts_at"] == "2026-05-23T13:00:00-07:00"
    assert operator.row(BARE)["starts_at"] == "2026-05-30T10:15:00-07:00"
    assert operator.row(TIMED)["starts_at"] == "2026-06-06T18:00:00-07:00", "sunset's usual hour, as was asked for"


def test_an_event_in_the_midst_of_a_rename_or_renamed_is_not_adopted(operator: Operator) -> None:
    operator.put(
        {"eid": CORY, "crew_id": "#moving", "moving_from": BARE, "copies": ["cory"]},
        crew_row(CORY),
        {"eid": TIMED, "crew_id": "#event", "moved_to": "2026-06-06-captain-ana-evening"},
        crew_row(TIMED),
    )
    before = operator.snapshot()
    operator.done("events", "adopt", "--yes")
    assert operator.snapshot() == before


@pytest.mark.parametrize("fault", [{"error": "AccessDeniedException"}, {"drop_answer": True}], ids=["refused", "lost"])
def test_a_run_that_ends_at_any_write_is_finished_by_the_next(
    operator: Operator, old: OldSystem, fault: dict[str, Any]
) -> None:
    theirs = old.theirs()
    for nth in range(3):
        for eid in (CORY, BARE, TIMED):
            key = {"eid": {"S": eid}, "crew_id": {"S": "#event"}}
            operator.client.delete_item(TableName=operator.table, Key=key)
        operator.proxy.fail_next("PutItem", delay=NO_TIME, times=nth)
        operator.proxy.fail_next("PutItem", **fault)
        assert operator.run("events", "adopt", "--yes").exit_code == 1
        operator.run("events", "adopt", "--yes")
        assert [operator.row(eid).get("title") for eid in (CORY, BARE, TIMED)] == [
            "Captain Cory, afternoon",
            None,
            "Sunset with Ana",
        ]
    assert old.theirs() == theirs
