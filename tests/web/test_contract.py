"""The contract describes the API: schemathesis sends valid and invalid requests and finds no difference."""

from __future__ import annotations

import json
import re
import tomllib
from typing import TYPE_CHECKING

from devkit.aws import ROOT
from infra.edge.behaviours import API_PATHS
from infra.edge.patterns import within
from tests.builders import EID
from tests.web.contract import findings_of
from web import VERSION

if TYPE_CHECKING:
    from tests.web.conftest import WebWorld


def test_no_request_gets_an_answer_that_the_contract_does_not_describe(web_world: WebWorld) -> None:
    findings, statuses = findings_of(web_world.web_function.lambda_handler, web_world.token())
    assert not findings, "\n\n".join(findings)
    assert {200, 400, 401, 404, 405, 422} <= statuses.keys()
    assert web_world.row()["payments"] == {}, "nobody guesses an id"


def test_nor_does_one_about_a_patron_who_is_there(web_world: WebWorld) -> None:
    findings, statuses = findings_of(
        web_world.web_function.lambda_handler, web_world.token(), eid=EID, patron_id="dave"
    )
    assert not findings, "\n\n".join(findings)
    assert {200, 201, 400, 401, 405, 415, 422} <= statuses.keys()
    record = web_world.row()["payments"]["dave"]
    assert record["amount"] == sum(entry["amount"] for entry in record["entries"].values())


def test_the_contract_has_what_a_client_needs(web_world: WebWorld) -> None:
    answer = web_world.ask("GET", "/api/openapi.json")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    schema = answer.json
    assert schema["openapi"].startswith("3.1")
    assert (
        schema["info"]["version"]
        == VERSION
        == tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    )
    assert schema["servers"] == [{"url": "https://trips.example.com"}]
    assert schema["components"]["securitySchemes"]["adminToken"]["scheme"] == "bearer"
    assert set(schema["paths"]) == {
        "/api/health",
        "/api/events",
        "/api/events/{eid}",
        "/api/events/{eid}/payment-log",
        "/api/events/{eid}/payment-cleared",
        "/api/search",
        "/api/books/{month}",
        "/api/books/{month}/crew",
        "/api/exports/payments",
        "/api/events/{eid}/manifest",
        "/api/events/{eid}/manifest.pdf",
        "/g/{eid}/waiver",
    }
    log = schema["paths"]["/api/events/{eid}/payment-log"]["post"]
    headers = [
        (parameter["name"], parameter["required"]) for parameter in log["parameters"] if parameter["in"] == "header"
    ]
    assert headers == [("Idempotency-Key", False), ("Prefer", False)]
    assert log["security"] == [{"adminToken": []}]
    printed = schema["paths"]["/api/events/{eid}/manifest.pdf"]["get"]
    (paper,) = [parameter["schema"] for parameter in printed["parameters"] if parameter["in"] == "query"]
    assert (paper["enum"], paper["default"]) == (["letter", "a4"], "letter")
    assert printed["security"] == [{"listToken": []}]
    assert set(printed["responses"]["200"]["content"]) == {"application/pdf"}
    body = schema["components"]["schemas"]["PaymentLog"]
    assert body["properties"]["method"]["enum"] == ["cash", "venmo", "zelle", "card", "check", "other"]
    assert {"Found", "OpenMoney", "Person", "Problem", "Share", "Standing"} <= schema["components"]["schemas"].keys()
    for operations in schema["paths"].values():
        for operation in operations.values():
            for status, response in operation["responses"].items():
                kinds = set(response["content"])
                if operation["operationId"] not in {"readWaiver", "printManifest", "exportPayments"}:  # pages
                    assert kinds == ({"application/json"} if status < "300" else {"application/problem+json"})
    assert "HTTPValidationError" not in json.dumps(schema)


def test_the_narrow_paths_for_another_distribution_are_those_of_the_contract(web_world: WebWorld) -> None:
    routes = web_world.ask("GET", "/api/openapi.json").json["paths"]
    api = {re.sub(r"{[a-z]+}", "x", path) for path in routes if path.startswith("/api/")} | {"/api/openapi.json"}
    assert len(api) > 8
    assert [path for path in api if not any(within(path, each) for each in API_PATHS)] == []
    assert [each for each in API_PATHS if not any(within(path, each) for path in api)] == [], "none too many"
