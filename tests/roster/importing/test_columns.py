"""Columns of a file: certain headings are used, uncertain ones are asked for, and nothing is guessed."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from tests.builders import EID, a_row

if TYPE_CHECKING:
    from typing import Any

    from click.testing import Result

    from tests.roster.operating import Operator


def patrons(operator: Operator, text: str, *options: str) -> Result:
    """Import a list of patrons into an event that costs 125 for each person."""
    operator.put(a_row(patrons={}))
    return operator.importing("patrons", text, "--event", EID, *options)


def roster(operator: Operator) -> dict[str, dict[str, Any]]:
    return {line["name"]: line for line in operator.row(EID)["patrons"].values()}


OTHER_THINGS = [
    "Amount paid", "Amount refunded", "Tip amount", "Deposit", "Deposit amount", "Discount total", "Tax amount",
    "Booking fee", "Total tickets sold date", "Date of birth", "Purchase date", "Payment method", "Due date",
    "Emergency contact phone", "Emergency phone number", "Guardian e-mail", "Parent email", "Agent phone",
    "Guest notes", "Ticket type", "Party type", "E-mail opt-in", "Card name", "Total nights count", "Max guests",
]  # fmt: skip


@pytest.mark.parametrize("heading", OTHER_THINGS)
def test_a_heading_that_merely_contains_a_fields_word_is_not_that_column(operator: Operator, heading: str) -> None:
    result = patrons(operator, f"Name,Party,{heading}\nRosa Delgado,2,77\n")

    assert result.exit_code == 0, result.stderr
    assert f"Not used: “{heading}”" in result.stderr
    assert roster(operator)["Rosa Delgado"] == {"name": "Rosa Delgado", "party": 2, "due": Decimal(250)}


UNSURE = {
    "Total price": "due",
    "Order total": "due",
    "Grand total": "due",
    "Invoice amount": "due",
    "Deposit due": "due",
    "Price": "due",
    "Ticket price": "due",
}


@pytest.mark.parametrize("heading", UNSURE)
def test_a_heading_that_may_be_the_due_is_asked_for(operator: Operator, heading: str) -> None:
    text = f"Name,Party,{heading}\nRosa Delgado,2,77\n"

    refused = patrons(operator, text)
    assert refused.exit_code == 1
    assert f"“{heading}” may be the due or something else" in refused.stderr
    assert f"--column 'due={heading}'" in refused.stderr
    assert operator.row(EID)["patrons"] == {}

    patrons(operator, text, "--column", f"due={heading}")
    assert roster(operator)["Rosa Delgado"]["due"] == 77
    patrons(operator, text, "--column", "due=")
    assert roster(operator)["Rosa Delgado"]["due"] == 250


def test_every_column_in_doubt_is_in_the_one_question(operator: Operator) -> None:
    result = patrons(operator, "Name,Adults,Total price,Home phone,Work phone\nRosa,2,77,1,2\n")

    assert "“Adults” may be the party" in result.stderr
    assert "“Total price” may be the due" in result.stderr
    assert "“Home phone” and “Work phone” could both be the phone" in result.stderr


@pytest.mark.parametrize("headings", ["Total,Balance due", "Order total,Amount due", "Total,Amount", "Balance,Price"])
def test_two_columns_that_may_be_the_due_are_asked_for(operator: Operator, headings: str) -> None:
    result = patrons(operator, f"Name,Party,{headings}\nRosa,2,250,100\n")

    assert "could both be the due" in result.stderr
    assert result.exit_code == 1


def test_a_total_beside_a_balance_is_asked_for_with_what_is_still_to_be_paid(operator: Operator) -> None:
    text = "Name,Party,Total,Amount paid,Balance due\nRosa,2,250,100,150\n"

    assert "--column 'due=Balance due' for what is still to be paid" in patrons(operator, text).stderr
    result = patrons(operator, text, "--column", "due=Balance due")
    assert "the rest to be paid, without “Amount paid”" in result.stderr
    assert roster(operator)["Rosa"]["due"] == 150


@pytest.mark.parametrize("heading", ["Due", "Amount due", "Total", "Balance due", "Amount due ($)", "Total (USD)"])
def test_a_due_that_is_certain_is_taken(operator: Operator, heading: str) -> None:
    assert patrons(operator, f"Name,Party,{heading},Amount paid\nRosa,2,$260.00,\n").exit_code == 0
    assert roster(operator)["Rosa"]["due"] == 260


PER_PERSON = [
    "Price per person",
    "price/person",
    "Price (per person)",
    "Price PP",
    "Cost per guest",
    "Fare per passenger",
]


@pytest.mark.parametrize("heading", PER_PERSON)
def test_a_price_for_each_person_is_multiplied_by_the_party(operator: Operator, heading: str) -> None:
    result = patrons(operator, f"Name,Party,{heading}\nRosa,3,$110.50\n", "--column", f"price={heading}")

    assert result.exit_code == 0, result.stderr
    assert roster(operator)["Rosa"]["due"] == Decimal("331.50")


@pytest.mark.transactions
def test_a_price_for_each_person_counts_the_party_that_the_roster_has(operator: Operator) -> None:
    operator.put(a_row(patrons={"dave": {"name": "Dave", "party": 4, "due": Decimal(500)}}))
    file = operator.file("p.csv", "Name,Price per person\nDave,100\n")

    operator.done("patrons", "import", file, "--event", EID, "--yes")

    assert operator.row(EID)["patrons"]["dave"]["due"] == 400


def test_people_counted_by_age_are_one_party(operator: Operator) -> None:
    result = patrons(operator, "Name,Adults,Children,Infants\nRosa,2,1,\nOwen,1,0,0\n")

    assert "party ← “Adults” + “Children” + “Infants”" in result.stderr
    assert {name: line["party"] for name, line in roster(operator).items()} == {"Rosa": 3, "Owen": 1}


def test_what_was_paid_elsewhere_is_said_and_not_imported(operator: Operator) -> None:
    result = patrons(operator, "Name,Party,Total,Amount paid\nRosa,2,250,100\nOwen,1,125,0\n")

    assert "“Amount paid” is not imported. By it 1 patron already paid something" in result.stderr
    assert roster(operator)["Rosa"]["due"] == 250
    assert operator.row(EID)["payments"] == {}


def test_an_amount_in_a_list_of_payments_is_no_due(operator: Operator) -> None:
    result = patrons(operator, "Name,Amount,Payment method\nRosa,77,cash\n")

    assert "“Amount” may be the due or something else" in result.stderr


def test_what_a_list_leaves_open_is_said(operator: Operator) -> None:
    result = patrons(operator, "Name\nRosa\n")

    assert "No column has the size of a party" in result.stderr
    assert "No column has the due" in result.stderr


def test_a_total_beside_numbers_of_people_may_be_theirs(operator: Operator) -> None:
    result = patrons(operator, "Name,Adults,Children,Total\nRosa,2,1,3\n")

    assert "“Total” may be the due or something else" in result.stderr


def test_a_heading_without_a_remark_goes_before_one_with_a_remark(operator: Operator) -> None:
    patrons(operator, "Name,E-mail,E-mail (secondary)\nRosa,rosa@example.com,other@example.com\n")

    assert roster(operator)["Rosa"]["email"] == "rosa@example.com"


@pytest.mark.parametrize("headings", ["Day,Date,Start,Title", "Day,Trip date,Start time,Title", "Day,Date,Time,Title"])
def test_a_weekday_and_a_start_beside_a_date_are_known(operator: Operator, headings: str) -> None:
    operator.imported("events", f"{headings}\nSat,2026-05-23,13:00,Bay tour\n")
    assert operator.rows()[0]["starts_at"] == "2026-05-23T13:00:00-07:00"


TRIPS = {
    "End time": "time",
    "Return time": "time",
    "Booking date": "time",
    "Created at": "time",
    "Time zone": "time",
    "Deposit amount": "price",
    "Last updated date": "date",
}


@pytest.mark.parametrize("heading", TRIPS)
def test_a_events_other_columns_are_left_alone(operator: Operator, heading: str) -> None:
    result = operator.imported("events", f"Title,Trip date,{heading}\nSunset sail,2026-05-23,9:30\n")

    assert f"Not used: “{heading}”" in result.stderr
    (row,) = operator.rows()
    assert row["starts_at"] == "2026-05-23"
    assert "price" not in row


@pytest.mark.parametrize(
    ("heading", "field"),
    [("Boarding time", "time"), ("Check-in time", "time"), ("Total price", "price"), ("Charter price", "price")],
)
def test_a_events_column_that_may_be_something_else_is_asked_for(operator: Operator, heading: str, field: str) -> None:
    result = operator.importing("events", f"Title,Trip date,{heading}\nSunset sail,2026-05-23,9:30\n")

    assert f"“{heading}” may be the {field} or something else. Pass --column '{field}={heading}'" in result.stderr
    assert operator.rows() == []
