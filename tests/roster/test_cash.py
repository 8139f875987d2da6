"""Hand-overs of cash in the operators' commands: checked, counted in the books, and brought back from a backup."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from adapters.cash import DynamoCustody, hand_over_row
from charter.cash import DIFFERENCE, OFFICE, HandOver
from devkit.season.planting import to_item
from roster import bookkeeping
from tests.builders import DANA, EID, NOW
from tests.charter.test_cash import OLIVIA, a_hand_over
from tests.roster.test_books import rows

if TYPE_CHECKING:
    from tests.roster.drill import Drill
    from tests.roster.operating import Operator

GIVEN = a_hand_over("20.00", receiver=OFFICE)
WAITS = a_hand_over("5.00", opened=NOW + timedelta(minutes=1))


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bookkeeping, "_PAUSE", 0.0)


def handed(operator: Operator) -> DynamoCustody:
    """Write two hand-overs, one of which Olivia has accepted."""
    custody = DynamoCustody(operator.client, operator.table)
    for each in (GIVEN, WAITS):
        custody.offer(each)
    custody.accept(GIVEN.hand_over_id, by=OLIVIA, admin=True, now=NOW)
    return custody


def put(operator: Operator, hand_over: HandOver, **wrong: Any) -> None:
    operator.client.put_item(TableName=operator.table, Item=to_item({**hand_over_row(hand_over), **wrong}))


def test_rebuild_and_verify_know_the_hand_overs_and_export_and_lint_pass_them_over(drill: Drill) -> None:
    operator = drill.operator
    before = [operator.done(*command).stdout for command in (("events", "lint"), ("export", "payments"))]
    handed(operator)
    assert "2 hand-overs entered anew" in operator.done("rebuild").output
    held = rows(operator)
    assert held[f"hand:{DANA}"]["given"] == {"USD": {"cash": {GIVEN.hand_over_id: 20}}}
    assert held[f"hand:{DANA}"]["offered"] == {"USD": {"cash": {WAITS.hand_over_id: 5}}}
    assert held[f"hand:{OLIVIA}"]["received"] == {"USD": {"cash": {GIVEN.hand_over_id: 20}}}
    assert "0 broken" in operator.done("verify").output
    assert [operator.done(*command).stdout for command in (("events", "lint"), ("export", "payments"))] == before

    DynamoCustody(operator.client, operator.table).withdraw(WAITS.hand_over_id, by=DANA, now=NOW)
    result = " ".join(operator.run("verify").output.split())
    assert "is counted otherwise than its row says" in result
    assert "1 hand-over entered anew" in operator.done("rebuild").output
    drill.lose_row("#cash", f"#handover:{GIVEN.hand_over_id}")
    operator.done("rebuild")
    assert "given" not in rows(operator)[f"hand:{DANA}"], "one that is gone leaves the books"


def test_a_lost_hand_over_comes_back_as_it_was_and_newer_ends_stay(drill: Drill) -> None:
    operator = drill.operator
    custody = handed(operator)
    drill.backup()
    drill.lose_row("#cash", f"#handover:{GIVEN.hand_over_id}")
    custody.withdraw(WAITS.hand_over_id, by=DANA, now=NOW)
    assert "nothing to do" in operator.done("restore", drill.restored, "--yes", "--event", EID).output, "of one event"

    done = drill.restore()
    assert "#cash: 1 hand-over of cash" in done.output
    assert "1 hand-over of cash restored." in done.output
    (back,) = custody.find([GIVEN.hand_over_id])
    assert (back.closed_by, f"{back.counted}") == (OLIVIA, "20.00")
    assert operator.row("#cash", f"#handover:{GIVEN.hand_over_id}")["restored_at"]
    (newer,) = custody.find([WAITS.hand_over_id])
    assert newer.state == "withdrawn"
    drill.check_repeatable()
    put(operator, GIVEN, counted=21)
    assert "different content" in drill.restore().output


@pytest.mark.parametrize(
    ("hand_over", "wrong", "what"),
    [
        (GIVEN, {"counted": "20"}, "not a number"),
        (GIVEN, {"counted": 0}, "not from 0.01"),
        (GIVEN, {"to": DANA}, "is the person who hands over"),
        (GIVEN, {"from": None}, "not a person"),
        (GIVEN, {"to": ""}, "not a person, the office or the bank"),
        (GIVEN, {"currency": "dollars"}, "is “dollars”"),
        (GIVEN, {"offered_at": "yesterday"}, "not a moment in UTC"),
        (GIVEN, {"accepted_at": "2026-05-23T20:00:00Z"}, "nobody has the money"),
        (
            GIVEN,
            {
                "accepted_at": "2026-05-23T20:00:00Z",
                "accepted_by": OLIVIA,
                "withdrawn_at": "2026-05-23T20:00:00Z",
                "withdrawn_by": DANA,
            },
            "has 2 ends: accepted_at, withdrawn_at",
        ),
        (GIVEN, {"crew_id": "#handover:x"}, "no ULID"),
        (replace(GIVEN, receiver=DIFFERENCE), {}, "accepts nothing, and has no end"),
    ],
)
def test_verify_lists_what_is_wrong_with_a_hand_over(
    operator: Operator, hand_over: HandOver, wrong: dict[str, Any], what: str
) -> None:
    put(operator, hand_over, **wrong)
    result = operator.run("verify")
    assert result.exit_code == 1
    assert what in " ".join(result.output.split())
