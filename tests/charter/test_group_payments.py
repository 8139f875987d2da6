"""The split of one sum among patrons, and the drafts of a group."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charter.group_payments import MOST_TOGETHER, GroupDraft, PatronShare
from charter.money import LARGEST
from charter.refusals import PaymentIdMalformed
from charter.splitting import split
from tests.builders import EID, a_group

AMOUNTS = st.decimals("-1000", LARGEST, places=2)
TOTALS = st.decimals("0.01", LARGEST, places=2)


@given(TOTALS, st.lists(AMOUNTS, max_size=MOST_TOGETHER))
def test_a_total_is_used_up_in_order_and_nobody_gets_more_than_they_owe(total: Decimal, owed: list[Decimal]) -> None:
    shares = split(total, owed)
    assert len(shares) == len(owed)
    assert sum(shares, Decimal(0)) == min(total, sum((max(each, Decimal(0)) for each in owed), Decimal(0)))
    assert all(0 <= share <= max(each, Decimal(0)) for share, each in zip(shares, owed, strict=True))
    for place, share in enumerate(shares):
        if share < max(owed[place], Decimal(0)):
            assert not any(shares[place + 1 :]), "nobody gets anything after somebody who got less than they owe"


@given(TOTALS, st.lists(AMOUNTS, max_size=MOST_TOGETHER), AMOUNTS)
def test_one_more_patron_changes_nothing_for_those_who_were_picked_before(
    total: Decimal, owed: list[Decimal], another: Decimal
) -> None:
    assert split(total, [*owed, another])[:-1] == split(total, owed)
    assert split(None, owed) == [max(each, Decimal(0)) for each in owed]


def test_a_form_takes_ten_patrons() -> None:
    assert MOST_TOGETHER == 10  # the largest size that the table's expressions are known to take


def test_the_entries_of_a_group_have_ids_that_follow_from_its_own() -> None:
    draft = replace(a_group("a" * 62, tip="5"), shares=tuple(PatronShare(f"p{n}", Decimal(1)) for n in range(9)))
    drafts = draft.drafts
    assert [each.payment_id for each in drafts[:3]] == ["a" * 62, "a" * 62 + ".2", "a" * 62 + ".3"]
    assert {each.group for each in drafts} == {"a" * 62}
    assert [each.tip for each in drafts] == [Decimal(5)] + [None] * 8
    (single,) = a_group("p1", dave="5", tip="5").drafts
    assert (single.payment_id, single.group, single.tip) == ("p1", "", Decimal(5))
    (bare,) = GroupDraft("p1", EID, (PatronShare("dave", Decimal(5)),), "cash").drafts
    assert (bare.notes, bare.tip, bare.permalink, bare.confirmed) == ("", None, "", False)
    with pytest.raises(PaymentIdMalformed):
        _ = a_group("a" * 63).drafts
