"""Hand-overs over a real table: each is written once and ends once, also with lost answers and in races."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from adapters.cash import DynamoCustody
from charter import cash
from charter.refusals import HandOverClosed, HandOverReused, HandOverUnknown, TableUnavailable
from tests.builders import DANA, MARCO, NOW
from tests.charter.test_cash import OLIVIA, a_hand_over

if TYPE_CHECKING:
    from tests.adapters.conftest import Table

pytestmark = pytest.mark.dynamodb

GIVEN = a_hand_over("20.00", receiver=cash.OFFICE, trips={"2026-05-22-cory": a_hand_over("20.00").counted})


@pytest.fixture
def custody(table: Table) -> DynamoCustody:
    return DynamoCustody(table.through_proxy, table.name)


def row(table: Table) -> dict[str, object]:
    return table.row("#cash", f"#handover:{GIVEN.hand_over_id}")


def test_a_hand_over_is_read_as_it_was_written_once(table: Table, custody: DynamoCustody) -> None:
    table.proxy.fail_next("PutItem", drop_answer=True)
    assert custody.offer(GIVEN) == GIVEN
    assert custody.find([GIVEN.hand_over_id, "01KSB8FJA0Q39HX1974PQV3RKD"]) == [GIVEN]
    assert custody.offer(GIVEN) == GIVEN
    with pytest.raises(HandOverReused):
        custody.offer(a_hand_over("21.00", receiver=cash.OFFICE, hand_over_id=GIVEN.hand_over_id))
    later = a_hand_over("5.00", opened=NOW + timedelta(days=1))
    custody.offer(later)
    assert custody.opened_since(NOW - timedelta(1)) == [GIVEN, later]
    assert custody.opened_since(NOW + timedelta(hours=1)) == [later]


def test_it_ends_once_also_when_the_answer_is_lost(table: Table, custody: DynamoCustody) -> None:
    custody.offer(GIVEN)
    table.proxy.fail_next("UpdateItem", drop_answer=True, times=2)
    with pytest.raises(TableUnavailable):
        custody.accept(GIVEN.hand_over_id, by=OLIVIA, admin=True, now=NOW)
    before = row(table)
    again = custody.accept(GIVEN.hand_over_id, by=OLIVIA, admin=True, now=NOW + timedelta(1))
    assert again.closed_at == NOW
    assert row(table) == before
    with pytest.raises(HandOverClosed):
        custody.withdraw(GIVEN.hand_over_id, by=DANA, now=NOW)
    with pytest.raises(HandOverUnknown):
        custody.withdraw("01KSB8FJA0Q39HX1974PQV3RKD", by=DANA, now=NOW)


def test_whoever_comes_second_changes_nothing(
    table: Table, custody: DynamoCustody, monkeypatch: pytest.MonkeyPatch
) -> None:
    custody.offer(GIVEN)
    other, real = DynamoCustody(table.client, table.name), cash.accepted

    def overtaken(*arguments: object, **named: object) -> cash.HandOver:
        monkeypatch.setattr(cash, "accepted", real)
        other.withdraw(GIVEN.hand_over_id, by=DANA, now=NOW)
        return real(*arguments, **named)  # type: ignore[arg-type]  # as it was called

    monkeypatch.setattr(cash, "accepted", overtaken)
    with pytest.raises(HandOverClosed, match="already taken back"):
        custody.accept(GIVEN.hand_over_id, by=MARCO, admin=True, now=NOW)
    assert row(table)["withdrawn_by"] == DANA
    assert "accepted_at" not in row(table)
