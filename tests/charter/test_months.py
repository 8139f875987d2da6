"""A month's frozen summary: the same sums give the same text, and the text gives the same sums."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charter.months import BookedMonth, Closed, freeze, name_of, next_to
from charter.refusals import BooksNotCompared, MonthMalformed, MonthNotOver
from tests.builders import ZONE

LATER = datetime(2026, 6, 1, tzinfo=ZONE)
BY = "slack:U0OLIVIA"

_names = st.text(min_size=1, max_size=8)
_amounts = (
    st.integers(min_value=-10_000_000, max_value=10_000_000).filter(bool).map(lambda cents: cents * Decimal("0.01"))
)
_sums = st.dictionaries(
    st.tuples(
        st.sampled_from(("by_method", "by_hand", "by_event")),
        st.sampled_from(("USD", "EUR")),
        _names,
        st.sampled_from(("payment", "refund", "void", "tip")),
    ),
    _amounts,
)
_counts = st.dictionaries(
    st.tuples(st.just("by_method"), st.just("USD"), _names, st.just("entries")), st.integers(1, 9).map(Decimal)
)


@given(_sums, _counts)
def test_a_summary_gives_back_the_sums_that_were_frozen(
    sums: dict[tuple[str, ...], Decimal], counts: dict[tuple[str, ...], Decimal]
) -> None:
    found = BookedMonth("2026-05", sums | counts, compared=True)
    closed = freeze(found, at=LATER, by=BY)
    assert closed.sums == sums | counts
    backwards = dict(reversed((sums | counts).items()))
    assert freeze(BookedMonth("2026-05", backwards, compared=True), at=LATER, by=BY) == closed
    assert BookedMonth("2026-05", sums | counts, closed=closed).since_closed == {}


def test_a_month_is_frozen_when_it_is_over_and_was_counted_whole() -> None:
    with pytest.raises(MonthNotOver):
        freeze(BookedMonth("2026-06", compared=True), at=LATER, by=BY)
    with pytest.raises(BooksNotCompared):
        freeze(BookedMonth("2026-05"), at=LATER, by=BY)
    assert freeze(BookedMonth("2026-05", compared=True), at=LATER, by=BY).sums == {}
    of_an_accent = BookedMonth("2026-05", {("by_method", "USD", "Zellé", "payment"): Decimal(1)}, compared=True)
    assert '"Zellé"' in freeze(of_an_accent, at=LATER, by=BY).text
    owing = BookedMonth("2026-05", open={("owed", "USD", "2026-05-23-cory"): Decimal(65)}, compared=True)
    assert json.loads(freeze(owing, at=LATER, by=BY).text)["open"] == {"owed": {"USD": "65.00"}, "back": {}}


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format":2}', '{"format":1}', '{"format":1,"by_method":[]}'])
def test_a_text_that_nobody_froze_is_not_readable(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - its text is the summary's
        _ = Closed("2026-05", LATER, BY, text, "").sums


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-5", "2026-13", "26-05", "2026-05-01", "20260501", "#books", "0999-12"]
)
def test_a_text_that_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(MonthMalformed):
        name_of(text)


def test_months_are_counted_to_the_ends_of_the_calendar() -> None:
    assert (next_to("2026-12", 1), next_to("2026-01", -1)) == ("2027-01", "2025-12")
    assert (next_to("9999-12", 1), next_to("1000-01", -1)) == ("", "")
