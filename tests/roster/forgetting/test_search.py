"""`forget NAME`: a person is searched for everywhere, and of several who may be meant nobody is guessed."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from adapters.transfers import DynamoTransfers
from charter.moves import PatronMove
from charter.payments import Source
from tests.builders import DANA, NOW, ZONE, a_draft, a_row, a_signature_row
from tests.roster.forgetting.trip import text_of
from tests.roster.renames import ledger_on

if TYPE_CHECKING:
    from tests.roster.operating import Operator

pytestmark = pytest.mark.transactions

MAY, JUNE, JULY = "2020-05-23-cory", "2020-06-23-mia", "2020-07-23-sunset"
MATCH = ("patron_id", "matched_at", "matched_by")
MAIL, PHONE = "dave@example.com", "+1 415 555 0101"


def a_line(name: str = "Dave Kowalski", **more: Any) -> dict[str, Any]:
    return {"name": name, "party": Decimal(1), "due": Decimal(0), **more}


@pytest.fixture
def season(operator: Operator) -> Operator:
    """Put three trips: Dave on two of them, a namesake of his on the third, and signers."""
    operator.put(
        a_row(MAY, patrons={"dave": a_line(email=MAIL, phone=PHONE), "ana": a_line("Ana Lima", email="ana@x.example")}),
        a_row(JUNE, patrons={"d1": a_line("KOWALSKI, Dave", email=MAIL.upper())}),
        a_row(JULY, patrons={"d2": a_line(phone="+1 212 555 9999")}),
        a_signature_row(eid=JULY, name="Otto Signer", without=MATCH, minors=["Mia Signer"]),
    )
    return operator


def test_namesakes_are_listed_with_what_distinguishes_them_and_must_be_picked(season: Operator) -> None:
    before = season.snapshot()

    refused = season.run("forget", "dave kowalski", "--yes")

    assert refused.exit_code == 1
    for said in (f"[{MAY}/dave]", f"[{JUNE}/d1]", f"[{JULY}/d2]", MAIL, "+1 212 555 9999", "--pick EVENT/PERSON"):
        assert said in refused.stderr
    assert season.snapshot() == before
    assert "None of the matches is x/y" in season.run("forget", "dave kowalski", "--pick", "x/y").stderr
    season.done("forget", "dave kowalski", "--pick", f"{MAY}/dave", "--pick", f"{JUNE}/d1", "--yes")
    assert "kowalski" not in text_of(season, MAY, JUNE)
    assert "kowalski" in text_of(season, JULY)
    season.done("forget", "dave kowalski", "--yes")
    assert "kowalski" not in text_of(season)
    assert "Nobody in the table is “dave kowalski”" in season.done("forget", "dave kowalski").stdout


@pytest.mark.parametrize("wanted", [MAIL, "Dave Kowalski"])
def test_a_phone_or_an_email_makes_matches_one_person(season: Operator, wanted: str) -> None:
    season.put(a_row(JULY, patrons={}))
    plan = season.run("forget", wanted, typed="n\n")
    assert (plan.exit_code, "Forget 2 people at 2 events?" in plan.stderr) == (0, True)
    season.done("forget", wanted, typed="y\n")
    assert "kowalski" not in text_of(season)
    assert "ana lima" in text_of(season)


def test_a_phone_is_found_without_the_countrys_code_and_a_patron_by_their_id(season: Operator) -> None:
    season.done("forget", "(415) 555-0101", "--yes")
    assert "555 0101" not in text_of(season)
    season.done("forget", "d2", "--yes")
    assert "kowalski" not in text_of(season, MAY, JULY)
    assert "kowalski" in text_of(season, JUNE)


def test_a_couple_with_one_email_is_two_people(season: Operator) -> None:
    season.put(a_row(JULY, patrons={"eve": a_line("Eve Kowalski", email=MAIL)}))
    refused = season.run("forget", MAIL, "--yes")
    assert (refused.exit_code, "Eve Kowalski" in refused.stderr) == (1, True)


def test_a_signer_is_found_and_a_minor_with_the_adult_who_signed(season: Operator) -> None:
    minor = season.done("forget", "Mia Signer")
    assert "is a minor for whom an adult signed" in minor.stdout
    season.done("forget", "Otto Signer", "--yes")
    assert "signer, otto" not in text_of(season)
    assert "mia signer" not in text_of(season)
    assert season.row(JULY, "#signature:s1")["minors"][0].startswith("Minor 1 of Signer ")


def test_whoever_is_still_expected_is_left_out(season: Operator) -> None:
    season.put(a_row("2999-01-01-far", patrons={"zoe": a_line("Zoe Late"), "rob": a_line("Rob Out", state="removed")}))
    left = season.done("forget", "Zoe Late", "--yes")
    assert "the trip is still to come: 2999-01-01-far/zoe" in left.stderr
    assert "zoe late" in text_of(season)
    season.done("forget", "Rob Out", "--yes")
    assert "rob out" not in text_of(season)


def test_only_one_of_two_namesakes_of_one_trip_is_forgotten(season: Operator) -> None:
    entry = {"kind": "payment", "amount": Decimal(5), "method": "cash", "notes": "Bo Lee owes", "logged_by": "slack:U1"}
    payments = {"b": {"amount": Decimal(5), "entries": {"p": entry}}}
    season.put(a_row(JULY, patrons={"a": a_line("Bo Lee"), "b": a_line("Bo Lee")}, payments=payments))
    season.done("forget", JULY, "a", "--yes")
    row = season.row(JULY)
    assert row["patrons"]["b"]["name"] == "Bo Lee"
    assert row["payments"]["b"]["entries"]["p"]["notes"] == "Bo Lee owes"
    assert "a" not in row["patrons"]


def test_old_events_are_forgotten_but_for_open_money_and_the_rest_stays(season: Operator) -> None:
    this_year = f"{datetime.now(UTC).year - 1}-12-31-recent"
    season.put(
        a_row(
            JULY,
            patrons={
                "owes": a_line("Olga Owes", due=Decimal(9)),
                "even": a_line("Ed Even"),
                "gone": a_line("Gil Gone", due=Decimal(9), state="removed"),
            },
        ),
        a_row(this_year, patrons={"new": a_line("Nora New")}),
    )
    assert "is no age" in season.run("forget", "--older-than", "a while").stderr
    for wrong in ((), ("",), ("Dave", "--older-than", "2y"), ("a", "b", "c")):
        assert "Pass a name" in season.run("forget", *wrong).stderr
    assert "--pick chooses among" in season.run("forget", "--older-than", "2y", "--pick", "a/b").stderr

    done = season.done("forget", "--older-than", "24 months", "--yes")

    assert f"money is open: {JULY}/owes" in done.stderr
    text = text_of(season)
    assert [
        name for name in ("kowalski", "ana lima", "ed even", "gil gone", "signer,", "mia signer") if name in text
    ] == []
    assert all(name in text for name in ("olga owes", "nora new"))
    before = season.snapshot()
    again = season.done("forget", "--older-than", "730 days", "--yes")
    assert (season.snapshot(), "money is open" in again.stderr) == (before, True)
    season.done("forget", JULY, "owes", "--yes")
    assert "olga owes" not in text_of(season)


def test_a_move_of_money_leads_to_the_pseudonym_on_both_sides(season: Operator) -> None:
    ledger = ledger_on(season)
    season.put(
        a_row(MAY, patrons={"dave": a_line(due=Decimal(5), email=MAIL)}),
        a_row(JUNE, patrons={}),
        a_row(JULY, patrons={}),
    )
    ledger.log(a_draft("p1", amount="5.00", eid=MAY), by=DANA, source=Source.SLACK, now=NOW)
    transfers = DynamoTransfers(season.client, season.table, ledger=ledger, versions=set, zone=ZONE, currency="USD")
    transfers.move(
        PatronMove(form="f1", eid=MAY, patron_id="dave", target=JUNE, reason="Dave K. asked"), by=DANA, now=NOW
    )

    season.done("forget", MAIL, "--yes")

    ((here, one),), ((there, other),) = (season.row(eid)["payments"].items() for eid in (MAY, JUNE))
    assert one["entries"]["transfer:f1"]["counterpart"] == f"{JUNE}/{there}"
    assert other["entries"]["transfer:f1"]["counterpart"] == f"{MAY}/{here}"
    assert [name for name in ("dave", "kowalski", MAIL) if name in text_of(season)] == []
    season.done("verify")
