"""The health check, and other small requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.web.conftest import WebWorld


def test_health_has_the_version_and_costs_two_small_reads(web_world: WebWorld) -> None:
    with web_world.counting() as cost:
        answer = web_world.ask("GET", "/api/health")
    assert answer.status == 200
    assert answer.json == {
        "status": "ok",
        "table": "ok",
        "index": "ok",
        "version": "0.1.0",
        "function_version": "$LATEST",
    }
    assert cost == {"GetItem": 1, "Query": 1}


def test_a_table_that_does_not_answer_is_503_and_says_when_to_try_again(web_world: WebWorld) -> None:
    for operation in ("GetItem", "Query"):  # the table, and its index
        web_world.table_faults.fail_next(operation, throttle=True, times=2)
        answer = web_world.ask("GET", "/api/health")
        assert answer.status == 503
        assert answer.errors == {}
        assert answer.headers["retry-after"] == "2"
