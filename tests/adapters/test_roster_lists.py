"""A pasted list over a real table: written whole and once, and only if its effect is still the plan that was shown."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from adapters.check_ins import DynamoCheckIns
from charter.boarding import CheckIn
from charter.enrolling import NewPatron
from charter.pasting import Enrolled, PastedLine, PastedList, PastePlan, plan_for
from charter.refusals import RowFull
from tests.adapters.conftest import meanwhile
from tests.builders import DANA, EID, MARCO, NOW, ZONE, a_patron, a_row, a_signature_row

if TYPE_CHECKING:
    from adapters.roster import DynamoRoster
    from tests.adapters.conftest import Table

OLIVIA = "slack:U0OLIVIA"
BOAT = NOW.astimezone(ZONE)


def a_list(table: Table, *lines: dict[str, Any], form: str = "form-1") -> PastedList:
    """Build a list whose plan was seen as the table is now."""
    read = tuple(PastedLine(place, place, "", **line) for place, line in enumerate(lines, start=1))
    return PastedList(EID, read, form, plan_for(table.ledger().event(EID), read, form=form).mark)


KIM = {"name": "Kim"}
DAVE = {"name": "Dave Kowalski", "party": 1}


def test_two_presses_at_once_write_the_list_once(table: Table, roster: DynamoRoster) -> None:
    table.put(a_row())
    pasted = a_list(table, KIM, {"name": "Ana Lima", "due": Decimal("90.00")})
    with ThreadPoolExecutor(2) as threads:
        done = list(threads.map(lambda _: roster.put_list(pasted, by=OLIVIA, now=NOW), range(2)))
    assert sorted(each.replayed for each in done if isinstance(each, Enrolled)) == [False, True]
    assert {(each.added, each.changed) for each in done if isinstance(each, Enrolled)} == {
        (done[0].added, done[0].changed)  # type: ignore[union-attr]  # both are Enrolled
    }
    assert len(table.row()["patrons"]) == 3
    assert len(table.edits()) == 1


def test_lines_that_join_meanwhile_stay_and_a_plan_that_changes_is_not_written(
    table: Table, roster: DynamoRoster, monkeypatch: pytest.MonkeyPatch
) -> None:
    table.put(a_row(patrons={"dave": {"name": "Dave Kowalski", "party": 2, "due": 0, "color": "blue"}}))
    pasted = a_list(table, KIM, DAVE)
    lee = NewPatron(EID, a_patron("lee-1", name="Lee"))
    meanwhile(roster, monkeypatch, lambda: roster.add(lee, by=DANA, now=NOW))
    assert isinstance(roster.put_list(pasted, by=OLIVIA, now=NOW), Enrolled)
    assert sorted(line["name"] for line in table.row()["patrons"].values()) == ["Dave Kowalski", "Kim", "Lee"]
    assert table.row()["patrons"]["dave"] == {"name": "Dave Kowalski", "party": 1, "due": 0, "color": "blue"}

    pasted = a_list(table, {"name": "Zed"}, form="form-2")
    zed = NewPatron(EID, a_patron("zed-2", name="ZED"))
    meanwhile(roster, monkeypatch, lambda: roster.add(zed, by=DANA, now=NOW))
    plan = roster.put_list(pasted, by=OLIVIA, now=NOW)
    assert isinstance(plan, PastePlan)
    assert plan.written == []
    assert len(table.row()["patrons"]) == 4


def test_a_party_that_boards_meanwhile_is_not_made_smaller(
    table: Table, roster: DynamoRoster, monkeypatch: pytest.MonkeyPatch
) -> None:
    table.put(a_row(patrons={"dave": {"name": "Dave Kowalski", "party": 2, "due": 0}}), a_signature_row())
    check_ins = DynamoCheckIns(table.through_proxy, table.name, ledger=table.ledger())
    both = CheckIn(EID, "dave", 2, reason="both are here")
    meanwhile(roster, monkeypatch, lambda: check_ins.check_in(both, by=MARCO, admin=False, now=BOAT))
    plan = roster.put_list(a_list(table, KIM, DAVE), by=OLIVIA, now=NOW)
    assert isinstance(plan, PastePlan)
    assert [each.why for each in plan.lines] == ["", "Dave Kowalski is checked in. Take the check-in back first."]
    assert table.row()["patrons"].keys() == {"dave"}


def test_a_row_without_room_for_a_payment_beside_the_list_takes_none_of_it(table: Table, roster: DynamoRoster) -> None:
    table.put(a_row())
    pasted = a_list(table, *({"name": f"Kim {number}"} for number in range(60)))
    table.put(a_row(boats="x" * (1024 * (400 - 16 - 7) - 2_000)))
    with pytest.raises(RowFull):
        roster.put_list(pasted, by=OLIVIA, now=NOW)
    assert len(table.row()["patrons"]) == 2
