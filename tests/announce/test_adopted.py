"""Payments of an older system that are brought into the ledger: they are not announced, at once or late."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from tests.adopting.old_system import PAID, OldSystem, crew_row
from tests.announce.stage import paid
from tests.builders import EID
from tests.roster.command import roster

if TYPE_CHECKING:
    from tests.announce.stage import AnnounceStage
    from tests.conftest import Engine


def test_what_is_adopted_or_replaced_is_posted_neither_at_once_nor_by_a_sweep_and_what_follows_is(
    announce_stage: AnnounceStage, dynamodb: Engine
) -> None:
    old = OldSystem(announce_stage.client, announce_stage.table)
    old.put(crew_row(EID, payments={"dave": PAID, "stranger": {**PAID, "amount": "60.00"}}))
    adopt = (dynamodb.endpoint, announce_stage.table, "payments", "adopt", "--yes")
    assert roster(*adopt).exit_code == 0
    old.log_payment(EID, "stranger", {**PAID, "amount": Decimal(70)})
    assert roster(*adopt, "--changed", "replace").exit_code == 0
    announce_stage.deliver()
    assert announce_stage.posts() == []

    announce_stage.later(60 * 3600)
    assert announce_stage.function.lambda_handler({"sweep": "late"}, announce_stage.invocation())["announced"] == 0
    assert announce_stage.posts() == []

    announce_stage.log("new", "ana", "250.00")
    announce_stage.deliver()
    assert paid(announce_stage) == {"$250.00": 1}
    assert roster(*adopt[:2], "rebuild").exit_code == 0
    taken = old.rows()["#books", "2026-05"]["by_method"]["USD"]["venmo"]
    assert taken["payment"] == 255, "Dave's, and both of the stranger's: the void is of the month in which it was made"
