"""The sample season, with every oddity of a real table: its people can be forgotten, and its money stays."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from devkit.season import plant
from tests.roster.forgetting.trip import text_of, totals
from tests.roster.renames import ledger_on

if TYPE_CHECKING:
    from decimal import Decimal

    from tests.roster.operating import Operator

pytestmark = pytest.mark.transactions

SETTLED = ("bernice tully", "harriet.lindgren", "tomás ibarra", "sami haddad", "kai 🏄 nakamura", "greg@example.com")


def taken(operator: Operator) -> dict[str, list[Decimal]]:
    """Return what each event's patrons paid."""
    return {
        each.first_eid: sorted(paid.amount for paid in each.payments.values()) for each in ledger_on(operator).takings()
    }


def test_a_season_is_forgotten_and_its_money_stays(operator: Operator) -> None:
    plant(operator.client, operator.table, date(2020, 6, 1))
    operator.done("rebuild")
    money, sums = taken(operator), totals(operator)
    before, findings = text_of(operator), operator.run("verify", "--format", "csv").stdout
    assert all(name in before for name in SETTLED)

    done = operator.done("forget", "--older-than", "2 years", "--yes")

    assert "92 people at 9 events" in done.stdout
    assert "82 left out, because money is open" in done.stderr
    text = text_of(operator)
    assert [name for name in SETTLED if name in text] == []
    assert (taken(operator), totals(operator)) == (money, sums)
    assert operator.run("verify", "--format", "csv").stdout == findings
