"""Amounts and parties in a file: read in the event's currency, or refused where they are not certain."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from tests.builders import EID, a_row

if TYPE_CHECKING:
    from click.testing import Result

    from tests.roster.operating import Operator

TRIP = "2026-05-23-bay-tour"


def patrons(operator: Operator, text: str, *, currency: str = "USD") -> Result:
    operator.put(a_row(patrons={}, currency=currency))
    return operator.importing("patrons", text, "--event", EID)


def due(operator: Operator) -> Decimal:
    (patron,) = operator.row(EID)["patrons"].values()
    return Decimal(patron["due"])


AMOUNTS = {
    "125": "125", "$125": "125", "US$125": "125", "us$ 125.50": "125.50", "USD 125": "125", "$125.00 USD": "125",
    "125 US$": "125", "$1,250.00": "1250", "125.0000": "125", "\u00a0125\u00a0": "125", "125 \ufeff": "125",
    "Free": "0", "0.00": "0",
}  # fmt: skip


@pytest.mark.parametrize("text", AMOUNTS)
def test_an_amount_is_read_however_it_is_written(operator: Operator, text: str) -> None:
    result = patrons(operator, f'Name,Due\nRosa,"{text}"\n')

    assert result.exit_code == 0, result.stderr
    assert due(operator) == Decimal(AMOUNTS[text])


@pytest.mark.parametrize("text", ["0,250", "01,250", "$0,250", "00,125.00", "125,5", "~120", "60x2", "-5", "half"])
def test_what_is_not_plainly_one_amount_is_refused(operator: Operator, text: str) -> None:
    result = patrons(operator, f'Name,Due\nRosa,"{text}"\n')

    assert "line 2: " in result.stderr
    assert result.exit_code == 1
    assert operator.row(EID)["patrons"] == {}


@pytest.mark.parametrize("text", ["$65", "US$65", "USD 65", "£65", "CA$65", "65 SEK"])
def test_an_amount_in_another_currency_than_the_events_is_refused(operator: Operator, text: str) -> None:
    result = patrons(operator, f"Name,Due\nRosa,{text}\n", currency="EUR")

    assert "is not an amount in EUR" in result.stderr
    assert operator.row(EID)["patrons"] == {}


@pytest.mark.parametrize("text", ["65", "€65", "EUR 65", "65 €"])
def test_an_amount_is_in_the_events_currency(operator: Operator, text: str) -> None:
    assert patrons(operator, f"Name,Due\nRosa,{text}\n", currency="EUR").exit_code == 0
    assert due(operator) == 65


@pytest.mark.parametrize(
    "text",
    [
        "Name,Due,Currency\nRosa,65,USD\n",
        "Name,Due,Currency\nRosa,65,$\n",
        "Name,Due (USD)\nRosa,65\n",
        "Name,Currency\nRosa,GBP\n",
    ],
)
def test_a_currency_column_counts(operator: Operator, text: str) -> None:
    result = patrons(operator, text, currency="EUR")

    assert f"but {EID} is in EUR" in result.stderr
    assert operator.row(EID)["patrons"] == {}


def test_dollars_are_those_of_the_currency_column(operator: Operator) -> None:
    assert patrons(operator, "Name,Due,Currency\nRosa,$65.00,CAD\n", currency="CAD").exit_code == 0
    assert due(operator) == 65


PARTIES = {
    "4": 4, "4.0": 4, "4 adults": 4, "4 pax": 4, "party of 4": 4, "4 people": 4, "2 adults, 1 child": 3,
    "2 Adults + 1 Child": 3, "2 adults and 2 kids": 4, "2 Adults (13+), 1 Child (4-12)": 3, "Adult x 2": 2,
    "2 x Adult, 1 x Child": 3, "Adults: 2; Children: 1": 3, "4 (2 adults, 2 children)": 4,
}  # fmt: skip


@pytest.mark.parametrize("text", PARTIES)
def test_a_party_is_counted_however_it_is_written(operator: Operator, text: str) -> None:
    result = patrons(operator, f'Name,Party\nRosa,"{text}"\n')

    assert result.exit_code == 0, result.stderr
    (patron,) = operator.row(EID)["patrons"].values()
    assert patron["party"] == PARTIES[text]


@pytest.mark.parametrize(
    "text", ["2+1", "2-3", "4 people, 2 kids", "4 (2 adults, 1 child)", "some", "2 hours", "0", "1.5"]
)
def test_a_party_that_may_be_several_is_refused(operator: Operator, text: str) -> None:
    result = patrons(operator, f'Name,Party\nRosa,"{text}"\n')

    assert "line 2: party: " in result.stderr
    assert operator.row(EID)["patrons"] == {}


def trip(operator: Operator, text: str) -> Result:
    return operator.importing("events", text)


@pytest.mark.transactions
def test_a_events_price_is_in_the_currency_that_the_event_has(operator: Operator) -> None:
    operator.put(a_row(TRIP, currency="EUR", price=Decimal(50)))

    refused = trip(operator, f"id,date,price\n{TRIP},2026-05-23,$65\n")
    assert f"line 2: price: is in USD, and {TRIP} is in EUR." in refused.stderr
    assert operator.row(TRIP)["price"] == 50

    assert trip(operator, f"id,date,price\n{TRIP},2026-05-23,€65\n").exit_code == 0
    assert operator.row(TRIP)["price"] == 65
    assert trip(operator, f"id,date,price\n{TRIP},2026-05-23,70\n").exit_code == 0
    assert (operator.row(TRIP)["price"], operator.row(TRIP)["currency"]) == (70, "EUR")


def test_a_new_events_price_is_in_the_currency_that_the_file_names(operator: Operator) -> None:
    refused = trip(operator, f"id,date,price\n{TRIP},2026-05-23,€65\n")
    assert f"price: is in EUR, and {TRIP} is in USD." in refused.stderr

    assert trip(operator, f"id,date,price,currency\n{TRIP},2026-05-23,€65,eur\n").exit_code == 0
    assert (operator.row(TRIP)["price"], operator.row(TRIP)["currency"]) == (65, "EUR")


@pytest.mark.parametrize("text", ["0,250", "01,250", "125,5", "about 60"])
def test_a_events_price_that_is_not_plainly_one_amount_is_refused(operator: Operator, text: str) -> None:
    result = trip(operator, f'id,date,price\n{TRIP},2026-05-23,"{text}"\n')

    assert "line 2: price: " in result.stderr
    assert operator.rows() == []
