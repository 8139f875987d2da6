"""An incomplete answer of the table is never read as an empty table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.builders import EID, a_row

if TYPE_CHECKING:
    from tests.roster.operating import Operator

pytestmark = pytest.mark.dynamodb

CUT = "The table's answer arrived incomplete. Finished steps are kept. Run the same command again in a minute."
SPOILT: list[dict[str, Any]] = [{"body": b""}, {"body": b"{}"}, {"body": b'{"Items": [{"eid'}, {"body": b"[]"}]


@pytest.mark.parametrize("fault", SPOILT, ids=str)
@pytest.mark.parametrize(
    ("operation", "command"),
    [
        ("Scan", ["verify"]),
        ("Scan", ["events", "lint"]),
        ("Scan", ["export", "payments"]),
        ("Query", ["events", "rename", EID, "2026-05-23-another", "--yes"]),
    ],
)
def test_a_cut_answer_ends_a_command_in_one_sentence(
    operator: Operator, operation: str, command: list[str], fault: dict[str, Any]
) -> None:
    operator.put(a_row())
    before = operator.snapshot()
    operator.proxy.fail_next(operation, **fault)

    result = operator.run(*command)

    assert result.exit_code == 1
    assert CUT in result.stderr
    assert operator.snapshot() == before


def test_a_damaged_answer_is_asked_for_again(operator: Operator) -> None:
    operator.put(a_row())
    operator.proxy.fail_next("Scan", damaged=True)

    assert "Reading the rows: 1 " in operator.done("verify").output


def test_an_answer_that_stays_damaged_is_not_believed(operator: Operator) -> None:
    operator.put(a_row())
    operator.proxy.fail_next("Scan", damaged=True, times=5)

    result = operator.run("verify")

    assert result.exit_code == 1
    assert CUT in result.stderr
