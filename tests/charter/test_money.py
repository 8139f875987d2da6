"""Amounts as people type them: those that are plainly one amount, and those that are not."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charter.money import (
    CENT,
    LARGEST,
    check_amount,
    check_tip,
    format_amount,
    looks_like_amount,
    parse_amount,
    parse_tip,
    plain_amount,
)
from charter.refusals import AmountOutOfRange, AmountTooFine, AmountUnclear, Refusal

amounts = st.decimals(CENT, LARGEST, places=2)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("125", "125.00"),
        ("125.5", "125.50"),
        ("$1,250.00", "1250.00"),
        (" 125 usd", "125.00"),
        ("USD 125", "125.00"),
        ("125$", "125.00"),
        ("$ 125.05 USD", "125.05"),
        ("1,250", "1250.00"),
        ("0.01", "0.01"),
        ("00125", "125.00"),
        ("100000", "100000.00"),
        ("100,000.00", "100000.00"),
        (".50", "0.50"),
        ("$.5", "0.50"),
        ("US$125", "125.00"),
        ("120\u200b", "120.00"),  # a mark that nobody sees
        ("\u2066120\u2069", "120.00"),
        ("\u00a0125\u00a0", "125.00"),  # pasted from a web page
    ],
)
def test_what_is_plainly_one_amount_is_read_to_the_cent(text: str, amount: str) -> None:
    assert str(parse_amount(text)) == amount


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        *[
            (text, AmountUnclear)
            for text in (
                "",
                "   ",
                "abc",
                "1,2,3",
                "12,50",
                "1,2500",
                ",125",
                "1,250,00",
                "1250,000",
                "1e9",
                "1_000",
                "٣٤",
                "１２５",
                "NaN",
                "Infinity",
                "0x7d",
                "½",
                "1 250",
                "125.",
                "0,250",
                "01,250",
                "000,250",
                ".",
                "1..5",
                "1.250.00",
                "12 30",
                "120 + 5",
                "+125",
                "−5",
                "--5",
                "$$5",
                "5 eur",
                "€5",
                "usd",
                "125\x00",
                "<!channel>",
                "1" * 3000,
            )
        ],
        ("1.005", AmountTooFine),
        ("125.500", AmountTooFine),
        ("0.001", AmountTooFine),
        ("0", AmountOutOfRange),
        ("0.00", AmountOutOfRange),
        ("-5", AmountOutOfRange),
        ("$-5", AmountOutOfRange),
        ("100000.01", AmountOutOfRange),
        ("100,001", AmountOutOfRange),
        ("9" * 39, AmountOutOfRange),
    ],
)
def test_what_is_not_plainly_one_amount_is_refused_at_its_field(text: str, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal) as raised:
        parse_amount(text)
    assert raised.value.field == "amount"
    assert len(str(raised.value)) < 200


def test_a_tip_is_read_as_an_amount_is_and_none_or_zero_is_no_tip() -> None:
    assert parse_tip("1,250") == Decimal(1250)
    assert parse_tip("12 sek", currency="SEK") == Decimal(12)
    assert parse_tip(" ") is parse_tip("$0.00") is check_tip(Decimal("0.00")) is None
    for text in ("-0", "twelve"):
        with pytest.raises(Refusal) as raised:
            parse_tip(text)
        assert raised.value.field == "tip"
    with pytest.raises(AmountOutOfRange) as raised_too:
        check_tip(Decimal(-1))
    assert raised_too.value.field == "tip"


def test_forty_letters_are_read_and_one_more_is_not() -> None:
    longest = " " * 37 + "125"
    assert parse_amount(longest) == Decimal(125)
    assert looks_like_amount(longest)
    with pytest.raises(AmountUnclear):
        parse_amount(f" {longest}")
    assert not looks_like_amount(f" {longest}")


def test_an_empty_field_is_asked_for_and_not_called_wrong() -> None:
    with pytest.raises(AmountUnclear, match=r"^Write the amount"):
        parse_amount(" ")


@pytest.mark.parametrize(("text", "currency"), [("€12.50", "EUR"), ("12.50 sek", "SEK"), ("£12.50", "GBP")])
def test_the_sign_and_the_code_are_those_of_the_currency(text: str, currency: str) -> None:
    assert parse_amount(text, currency=currency) == Decimal("12.50")
    with pytest.raises(AmountUnclear, match="in USD"):
        parse_amount(text)


@given(amounts)
def test_every_amount_is_read_back_from_the_way_it_is_shown(amount: Decimal) -> None:
    for currency in ("USD", "EUR", "SEK"):
        assert parse_amount(format_amount(amount, currency), currency=currency) == amount
    assert parse_amount(plain_amount(amount)) == amount


@given(st.text(alphabet="0123456789.,-+ $eEusdNa٣", max_size=12))
def test_whatever_is_accepted_is_a_decimal_in_range_to_the_cent(text: str) -> None:
    try:
        amount = parse_amount(text)
    except Refusal:
        return
    assert type(amount) is Decimal
    assert 0 < amount <= LARGEST
    assert amount.as_tuple().exponent == -2
    assert amount == Decimal(re.sub(r"[^0-9.]", "", text))


@pytest.mark.parametrize(
    ("amount", "refusal"),
    [
        *[(text, AmountOutOfRange) for text in ("0", "-0", "-1", "100000.001", "1E+9", "NaN", "sNaN", "Infinity")],
        *[(text, AmountTooFine) for text in ("0.001", "1E-50", "1.0000000000000000000000000000000001", "99999.999")],
    ],
)
def test_a_decimal_that_no_entry_may_have_is_refused(amount: str, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        check_amount(Decimal(amount))


@pytest.mark.parametrize("amount", ["1", "1.0", "1.000", "1E+2", "100000"])
def test_a_decimal_that_an_entry_may_have_gets_two_places(amount: str) -> None:
    assert check_amount(Decimal(amount)) == Decimal(amount)
    assert check_amount(Decimal(amount)).as_tuple().exponent == -2


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        ("1250", "USD", "$1,250.00"),
        ("-5", "USD", "-$5.00"),
        ("0", "USD", "$0.00"),
        ("-0.00", "USD", "$0.00"),
        ("1250.5", "SEK", "1,250.50 SEK"),
        ("-1250.5", "SEK", "-1,250.50 SEK"),
        ("12.5", "EUR", "€12.50"),
    ],
)
def test_money_is_shown_with_two_decimals_and_its_currency(amount: str, currency: str, shown: str) -> None:
    assert format_amount(Decimal(amount), currency) == shown


@pytest.mark.parametrize("word", ["120", "$1,250", "0", "-5", "125usd", "1.005", "$120.50", "9" * 30])
def test_a_word_meant_as_money_is_known_right_or_wrong(word: str) -> None:
    assert looks_like_amount(word)


@pytest.mark.parametrize("word", ["dave", "cash", "2026-05-23", "2026-05-23-cory", "p1", "1,2,3", "$", "usd", "", "٣٤"])
def test_a_word_that_is_no_money_is_not_taken_for_it(word: str) -> None:
    assert not looks_like_amount(word)
