"""Tips are split equally to the cent, and nothing is lost or added."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charter.tips import split

CENT = Decimal("0.01")
cents = st.integers(min_value=-10_000_000, max_value=10_000_000).map(lambda number: number * CENT)
crews = st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=12)


@given(cents, crews)
def test_the_shares_add_up_and_differ_by_a_cent_at_most(tips: Decimal, crew: list[str]) -> None:
    shares = split(tips, crew)
    assert set(shares) == set(crew)
    assert sum(shares.values()) == tips
    assert max(shares.values()) - min(shares.values()) <= CENT
    assert all(share == share.quantize(CENT) for share in shares.values())


@given(cents, crews)
def test_the_order_of_the_crew_changes_no_share_and_the_first_ids_get_what_is_left(
    tips: Decimal, crew: list[str]
) -> None:
    shares = split(tips, crew)
    assert split(tips, reversed(crew)) == shares
    by_id = [abs(shares[person]) for person in sorted(shares)]
    assert by_id == sorted(by_id, reverse=True)


@pytest.mark.parametrize("tips", ["0", "20.00", "-5.01"])
def test_without_crew_nothing_is_split(tips: str) -> None:
    assert split(Decimal(tips), []) == {}


def test_ten_dollars_among_three() -> None:
    assert split(Decimal(10), ["zoe", "cory", "ana"]) == {
        "ana": Decimal("3.34"),
        "cory": Decimal("3.33"),
        "zoe": Decimal("3.33"),
    }
