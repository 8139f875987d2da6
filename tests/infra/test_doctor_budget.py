"""The doctor and the budget, which no emulator has: a stand-in answers as AWS Budgets does."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest

from devkit.aws import CREDENTIALS, REGION
from infra.aws import Aws
from infra.doctor.finding import guarded
from infra.doctor.inside import budget_check
from infra.stacks.stack import Now

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.smoke.checks import SmokeCheck
    from tests.conftest import Engine

NAME = "ship-captain-crew"
_ANSWERS: dict[str, tuple[int, dict[str, Any]]] = {}


class _Budgets(BaseHTTPRequestHandler):
    def do_POST(self) -> None:  # the library's own name
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        assert asked["BudgetName"] == NAME
        status, body = _ANSWERS["now"]
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/x-amz-json-1.1")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@pytest.fixture
def aws(dynamodb: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Budgets)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    for name, value in {**CREDENTIALS, "AWS_ENDPOINT_URL": dynamodb.endpoint}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_ENDPOINT_URL_BUDGETS", f"http://127.0.0.1:{server.server_port}")
    yield Aws(region=REGION)
    server.shutdown()
    server.server_close()
    thread.join()


def _checked(aws: Aws, status: int, body: dict[str, Any], **parameters: str) -> SmokeCheck:
    _ANSWERS["now"] = (status, body)
    now = Now("UPDATE_COMPLETE", {"MonthlyBudget": "10", **parameters})
    (check,) = guarded("budget", lambda: budget_check(aws, now, NAME))
    return check


def test_a_budget_is_there_or_used_up_or_missing_or_not_to_be_read(aws: Aws) -> None:
    def budget(spent: str) -> dict[str, Any]:
        dollars = {"Amount": spent, "Unit": "USD"}
        limit = {"BudgetLimit": {"Amount": "10.0", "Unit": "USD"}, "CalculatedSpend": {"ActualSpend": dollars}}
        return {"Budget": {"BudgetName": NAME, "TimeUnit": "MONTHLY", "BudgetType": "COST", **limit}}

    below = _checked(aws, 200, budget("0.9"))
    assert (below.passed, below.detail) == (True, "$0.90 of $10.00 this month, of the whole account")
    above = _checked(aws, 200, budget("12"))
    assert above.passed is False
    assert above.remedy.startswith("Run `python -m infra cost`.")
    gone = _checked(aws, 400, {"__type": "NotFoundException"})
    assert gone.passed is False
    assert "AlarmEmail" in gone.remedy
    denied = _checked(aws, 400, {"__type": "AccessDeniedException"})
    assert (denied.passed, denied.detail) == (
        None,
        "You lack the permission for DescribeBudget (AccessDeniedException).",
    )
    none = _checked(aws, 500, {}, MonthlyBudget="0")
    assert (none.passed, none.detail) == (None, "none is set")
