"""`events lint`: the ids that break the rule, in the table or in a file, with the reasons and better ids."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from charter.event_ids import lint as reasons
from charter.event_ids import propose
from tests.builders import EID, a_crew_row, a_row

if TYPE_CHECKING:
    from click.testing import Result

    from tests.roster.operating import Operator


def lint(operator: Operator, *options: str) -> Result:
    return operator.run("events", "lint", *options)


def proposed(result: Result) -> dict[str, Any]:
    """Return the proposed ids of `--format json` by the present ones."""
    return {each["eid"]: each["proposed"] for each in json.loads(result.stdout)}


def test_a_table_whose_ids_keep_the_rule_is_a_success(operator: Operator) -> None:
    operator.put(a_row(), a_crew_row("2026-05-24-mia"))

    clean = lint(operator)

    assert (clean.exit_code, clean.stdout) == (0, "")
    assert "All 2 event ids keep the rule" in clean.stderr


def test_each_id_that_breaks_the_rule_is_shown_with_its_reasons_and_a_better_one(operator: Operator) -> None:
    operator.put(
        a_row("2026-05-23"),
        a_row("2026-05-24_Mia", title="Sunset sail with Captain Mia O’Brien", starts_at="2026-05-24T18:30:00-07:00"),
        a_row("2026-06-01-ok"),
    )

    found = lint(operator)

    assert found.exit_code == 1
    assert "2 of 3 event ids break the rule" in found.stderr
    for words in ("is a bare date", "capital letters", "spaces or underscores", EID, "2026-05-24-captain-mia-sunset"):
        assert words in " ".join(found.stdout.split())


def test_the_findings_come_as_json_and_as_csv(operator: Operator) -> None:
    operator.put(a_row("2026-05-23"), a_row("2026-02-30", without=["starts_at", "title"]))

    as_json, as_csv = lint(operator, "--format", "json"), lint(operator, "--format", "csv")

    assert (as_json.exit_code, as_csv.exit_code) == (1, 1)
    assert proposed(as_json) == {"2026-05-23": EID, "2026-02-30": None}
    rows = {row["eid"]: row for row in csv.DictReader(io.StringIO(as_csv.stdout))}
    assert rows["2026-05-23"]["proposed"] == EID
    assert rows["2026-02-30"]["reasons"] == (
        "starts with a date that is not in the calendar; is a bare date: it needs a name after the date"
    )


def test_nothing_found_is_still_json_and_csv(operator: Operator) -> None:
    assert lint(operator, "--format", "json").stdout == "[]\n"
    assert lint(operator, "--format", "csv").stdout.splitlines() == ["eid,proposed,reasons"]


@pytest.mark.parametrize(
    ("rows", "better"),
    [
        ([a_row("2026-05-23", title="Whale watch", starts_at="2026-05-23T16:00:00Z")],
         "2026-05-23-whale-watch-morning"),
        ([a_row("2026-05-23", title="", starts_at=""), a_crew_row("2026-05-23", name="Cory Blake")],
         "2026-05-23-captain-cory"),
        ([a_crew_row("2026-05-23", name="Søren Kjær"), a_crew_row("2026-05-23", "x", role="deckhand", name="Bo")],
         "2026-05-23-captain-soren"),
        ([a_row("2026-05-23 Captain Cory Afternoon", without=["title", "starts_at"])], EID),
        ([a_row("20260523-Smith-Wedding", without=["title", "starts_at"])], "2026-05-23-smith-wedding"),
        ([a_row("23.05.2026 Smith Wedding", without=["title", "starts_at"])], "2026-05-23-smith-wedding"),
        ([a_row("smith-wedding", title="Smith wedding", starts_at="2026-05-24T04:30:00Z")],
         "2026-05-23-smith-wedding-night"),
        ([a_row("2026-02-30-cory", title="Captain Cory", starts_at="2026-03-02T13:00:00-08:00")],
         "2026-03-02-captain-cory-afternoon"),
        ([a_row("2026-05-23", title="船", starts_at="never")], "2026-05-23-trip"),
        ([a_row("nobody-knows", title="Smith", without=["starts_at"])], None),
    ],
    ids=["title", "crew", "crew alone", "id", "loose date", "day first", "start", "impossible date", "no letters",
         "no day"],
)  # fmt: skip
def test_the_better_id_is_made_of_what_is_known(
    operator: Operator, rows: list[dict[str, Any]], better: str | None
) -> None:
    operator.put(*rows)

    assert list(proposed(lint(operator, "--format", "json")).values()) == [better]
    assert better is None or reasons(better) == []


def test_events_that_would_get_one_id_get_a_further_word_each(operator: Operator) -> None:
    operator.put(
        a_row(),
        a_row("2026-05-23"),
        a_crew_row("2026-05-23", name="Cory Blake"),
        a_row("2026-05-23-Cory"),
        a_row("2026-05-23_cory"),
    )

    found = proposed(lint(operator, "--format", "json"))

    assert sorted(found.values()) == [
        "2026-05-23-captain-cory-2-afternoon",
        "2026-05-23-captain-cory-3-afternoon",
        "2026-05-23-captain-cory-blake-afternoon",
    ]


def test_an_old_id_that_redirects_is_no_finding_but_a_rename_left_half_done_is(operator: Operator) -> None:
    operator.put(
        {"eid": "2026-05-23", "crew_id": "#event", "moved_to": EID},
        a_row(renamed_from=["2026-05-23"]),
        {"eid": "2026-05-24", "crew_id": "#event", "moved_to": "2026-05-24-mia"},
        a_crew_row("2026-05-24"),
        a_row("2026-05-24-mia"),
        a_row("2026-05-25"),
        {"eid": "2026-05-25-zoe", "crew_id": "#moving", "moving_from": "2026-05-25", "copies": ["cory"]},
    )

    found = lint(operator, "--format", "json")

    assert proposed(found) == {"2026-05-24": "2026-05-24-mia", "2026-05-25": "2026-05-25-zoe"}
    assert "is being renamed" in found.stdout


def test_the_table_is_read_in_pages_and_only_what_is_needed(operator: Operator) -> None:
    notes = "x" * 100_000
    operator.put(*(a_row(f"2026-05-{day:02}", notes=notes) for day in range(1, 13)))

    found = lint(operator, "--format", "json")

    assert len(proposed(found)) == 12
    assert operator.calls == {"Scan": 2}


def test_the_ids_of_a_file_are_linted_without_a_table(operator: Operator) -> None:
    path = operator.file(
        "trips.csv",
        "\ufeffTrip ID;Title;Start date;Captain\r\n"
        "2026-05-23;Whale watch;23/05/2026 13:00;Cory Blake\r\n"
        f"{EID};Captain Cory;23/05/2026 13:00;\r\n"
        "=HYPERLINK(1);Smith;24/05/2026 09:00;\r\n"
        "2026-05-25-ok;;;\r\n"
        "2026-05-26 No Start;;soon;\r\n",
    )

    found = lint(operator, "--csv", path, "--format", "csv")

    rows = list(csv.DictReader(io.StringIO(found.stdout)))
    assert found.exit_code == 1
    assert operator.calls == {}
    assert [(row["line"], row["eid"], row["proposed"]) for row in rows] == [
        ("2", "2026-05-23", "2026-05-23-captain-cory-blake-afternoon"),
        ("4", "'=HYPERLINK(1)", "2026-05-24-smith-morning"),
        ("6", "2026-05-26 No Start", "2026-05-26-no-start"),
    ]


@pytest.mark.parametrize(("dates", "proposed"), [("day-first", "2026-05-04-bay"), ("month-first", "2026-04-05-bay")])
def test_the_operator_may_say_which_date_a_file_means(operator: Operator, dates: str, proposed: str) -> None:
    path = operator.file("trips.csv", "id,title,date\nbay,Bay,4/5/2026\n")
    assert '"proposed": null' in lint(operator, "--csv", path, "--format", "json").stdout
    assert proposed in lint(operator, "--csv", path, "--dates", dates, "--format", "json").stdout


def test_a_clean_file_is_a_success_and_a_file_without_ids_is_named(operator: Operator) -> None:
    clean = operator.file("clean.csv", f"eid\n{EID}\n")
    without = operator.file("patrons.csv", "name\nDave\n")

    assert lint(operator, "--csv", clean).exit_code == 0
    refused = lint(operator, "--csv", without)
    assert refused.exit_code == 1
    assert "patrons.csv has no column for the event id" in refused.stderr
    assert lint(operator, "--csv", without, "--column", "id=name", "--format", "json").exit_code == 1


def test_a_proposed_id_always_keeps_the_rule_and_is_never_taken() -> None:
    from datetime import date, time

    taken: set[str] = set()
    for title in ["Captain Cory", "x" * 300, "Captain " + "y" * 300, "", "-- --", "Ærø & Søn", "a b c d e f g h i"] * 4:
        eid = propose(date(2026, 5, 23), title=title, captain="", starts=time(20, 59), taken=taken)
        assert reasons(eid) == []
        assert eid not in taken
        taken.add(eid)


def test_a_missing_table_and_a_table_that_refuses_end_in_one_sentence(operator: Operator) -> None:
    missing = operator.run("--table", "no-such-table", "events", "lint")
    operator.proxy.fail_next("Scan", error="AccessDeniedException")
    refused = lint(operator)

    assert (missing.exit_code, refused.exit_code) == (1, 1)
    assert "no table “no-such-table”" in missing.stderr
    assert "AWS denied access" in refused.stderr


def test_a_table_that_throttles_is_waited_for(operator: Operator) -> None:
    operator.put(a_row())
    operator.proxy.fail_next("Scan", throttle=True)

    assert lint(operator).exit_code == 0
