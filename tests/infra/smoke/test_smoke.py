"""`smoke` against the real Lambdas behind CloudFront's routing, whole and broken."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from devkit.edge import read_template
from devkit.edge.template import parse_template
from devkit.listen import bind, listening
from infra.deploying.states import FunctionState
from infra.deploying.targets import DeployTarget
from infra.doctor.outside import site_checks
from infra.smoke.keys import make_token
from infra.stacks.stack import Now
from tests.builders import EID
from tests.devkit.edge_stage import changed
from tests.infra.site_stage import SECRET, SIGNING, SiteStage, berth, site_stage_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import Engine

READS = {"GetItem", "Query"}


@pytest.fixture(scope="module")
def running(dynamodb: Engine) -> Iterator[SiteStage]:
    with site_stage_of(dynamodb) as site_stage:
        yield site_stage


@pytest.fixture
def site_stage(running: SiteStage) -> SiteStage:
    return berth(running)


def outcomes(site_stage: SiteStage, *arguments: str, code: int = 0, **environment: str) -> dict[str, dict[str, Any]]:
    """Each check by its name."""
    report = json.loads(site_stage.run("smoke", site_stage.url, *arguments, "--json", code=code, **environment))
    assert report["passed"] is (code == 0)
    return {check.pop("name"): check for check in report["checks"]}


def failing(checks: dict[str, dict[str, Any]]) -> set[str]:
    return {name for name, check in checks.items() if check["passed"] is False}


def test_a_whole_site_passes_every_check_and_nothing_is_written(site_stage: SiteStage) -> None:
    site_stage.table_proxy.calls.clear()
    said = site_stage.run("smoke", site_stage.url, "--bot-url", site_stage.bot_url, "--event", EID)
    assert "✗" not in said
    assert "–" not in said
    assert "health: version" in said
    assert f"{EID}: a page of the function's" in said
    assert "11 passed" in said
    assert set(site_stage.table_proxy.calls) <= READS


def test_one_throttled_read_of_the_table_is_tried_again(site_stage: SiteStage) -> None:
    site_stage.table_proxy.fail_next("Query", throttle=True, times=2)  # both tries of one request
    checks = outcomes(site_stage)
    assert not site_stage.table_proxy.unused
    assert checks["API with a token"]["passed"] is True


def test_without_keys_it_says_what_it_leaves_out_and_strict_minds(site_stage: SiteStage) -> None:
    keyless: Any = {"ADMIN_TOKEN_SECRET": "", "SLACK_SIGNING_SECRET": ""}
    checks = outcomes(site_stage, "--bot-url", site_stage.bot_url, **keyless)
    left_out = {name: check["detail"] for name, check in checks.items() if check["passed"] is None}
    assert left_out.keys() == {
        "API with a token",
        "waiver of an event",
        "Slack's signed request",
        "Slack's request of ten minutes ago",
    }
    assert "ADMIN_TOKEN" in left_out["API with a token"]
    assert "SLACK_SIGNING_SECRET" in left_out["Slack's signed request"]
    assert checks["forged Slack request"]["passed"] is True  # that needs no key
    outcomes(site_stage, "--strict", code=1, **keyless)


def test_a_token_of_the_environment_is_used_as_it_is(site_stage: SiteStage) -> None:
    good = make_token(SECRET, audience=site_stage.url)
    assert outcomes(site_stage, ADMIN_TOKEN_SECRET="", ADMIN_TOKEN=good)["API with a token"]["passed"] is True
    of_another_site = make_token(SECRET, audience="https://elsewhere.example.com")
    checks = outcomes(site_stage, code=1, ADMIN_TOKEN=of_another_site)
    assert failing(checks) == {"API with a token"}
    assert "PUBLIC_BASE_URL" in checks["API with a token"]["remedy"]


def test_the_tokens_audience_is_the_sites_own_where_another_name_is_tested(site_stage: SiteStage) -> None:
    checks = outcomes(site_stage, code=1, PUBLIC_BASE_URL="https://elsewhere.example.com")
    assert failing(checks) == {"API with a token"}


def test_another_signing_secret_than_the_bots_is_reported(site_stage: SiteStage) -> None:
    checks = outcomes(
        site_stage, "--bot-url", site_stage.bot_url, code=1, SLACK_SIGNING_SECRET=f"{SIGNING}-of-last-year"
    )
    assert failing(checks) == {"Slack's signed request"}
    assert "another SLACK_SIGNING_SECRET" in checks["Slack's signed request"]["remedy"]


def test_what_cannot_be_a_token_is_not_sent_and_not_shown(site_stage: SiteStage) -> None:
    said = site_stage.run("smoke", site_stage.url, code=1, ADMIN_TOKEN="not a\ntoken")
    assert said == "Error: ADMIN_TOKEN is not a token. To make one: python admin_token.py --token-only\n"


def test_an_event_that_is_none_is_asked_after_and_odd_letters_stay_in_their_place(site_stage: SiteStage) -> None:
    for eid in ("2026-01-01-no-such-trip", "../../dispatch", "a b?c#d"):
        checks = outcomes(site_stage, "--event", eid, code=1)
        assert failing(checks) == {"waiver of an event"}
        assert checks["waiver of an event"]["remedy"] == f"Check that {eid} is an event."


BROKEN = {
    "no behaviour for waivers": ("/g/*/waiver\n", "/nothing/*\n"),
    "waivers of longer ids alone": ("/g/*/waiver\n", "/g/*-*-*-*/waiver\n"),
    "no behaviour for the API": ("PathPattern: /api/*", "PathPattern: /nothing/*"),
    "the page for every path": ("uri === '/dispatch'", "!isFile"),
}
WAIVERS = {"waiver of an unknown event", "waiver of an unknown bare date", "waiver of an event"}
API = {"health", "API without a token", "API with a forged token", "API with a token"}


@pytest.mark.parametrize(
    ("how", "fails"),
    [
        ("no behaviour for waivers", WAIVERS),
        ("waivers of longer ids alone", {"waiver of an unknown bare date"}),
        ("no behaviour for the API", API),
    ],
)
def test_a_route_that_is_missing_fails_its_checks_and_says_what_to_do(
    site_stage: SiteStage, how: str, fails: set[str]
) -> None:
    site_stage.serve(parse_template(changed(*BROKEN[how])))
    checks = outcomes(site_stage, "--event", EID, code=1)
    assert failing(checks) == fails
    assert all("cloudfront adopt" in checks[name]["remedy"] for name in fails)
    assert all("the bucket's error" in checks[name]["detail"] for name in fails)


def test_the_dispatch_page_in_the_place_of_a_waiver_is_seen_whatever_its_status(site_stage: SiteStage) -> None:
    # As it once was: waivers fell through to the default, and a function answered every path with the page.
    site_stage.site("stage")
    site_stage.site("promote")
    text = changed(*BROKEN["no behaviour for waivers"]).replace(*BROKEN["the page for every path"])
    site_stage.serve(parse_template(text))
    checks = outcomes(site_stage, "--event", EID, code=1)
    assert failing(checks) == WAIVERS
    assert "200, the dispatch page" in checks["waiver of an unknown event"]["detail"]
    _answer_unknown_events_with(site_stage, status=404)
    assert "404, the dispatch page" in outcomes(site_stage, code=1)["waiver of an unknown event"]["detail"]


def _answer_unknown_events_with(site_stage: SiteStage, *, status: int) -> None:
    """CloudFront's page for errors: the dispatch page with the error's own status."""
    assert site_stage.edge is not None
    answer = site_stage.edge.answer

    def masked(request: Any) -> Any:
        _, headers, body = answer(request)
        return (status if "/waiver" in request.raw_path else 200), headers, body

    site_stage.edge.answer = masked  # type: ignore[method-assign]  # this edge alone


def test_a_policy_that_is_missing_and_an_answer_of_the_wrong_version_are_reported(site_stage: SiteStage) -> None:
    bare = parse_template(
        changed("          StrictTransportSecurity: {AccessControlMaxAgeSec: 31536000, Override: true}\n", "")
    )
    site_stage.serve(bare)
    checks = outcomes(site_stage, "--function-version", "7", code=1)
    assert failing(checks) == {"security headers", "health"}
    assert "/api/health lacks strict-transport-security" in checks["security headers"]["detail"]
    assert "Version 7 should answer" in checks["health"]["remedy"]


def test_a_function_that_lets_nobody_in_is_reported_with_its_remedy(site_stage: SiteStage) -> None:
    site_stage.serve(read_template())
    assert site_stage.edge is not None
    refused = (403, [("content-type", "application/json")], b'{"Message":"Forbidden"}')
    site_stage.edge._origins["WebFunction"] = lambda _request: refused
    checks = outcomes(site_stage, code=1)
    assert failing(checks) >= API
    assert "permissions" in checks["health"]["remedy"]


def test_a_table_that_does_not_answer_fails_health(site_stage: SiteStage) -> None:
    site_stage.table_proxy.fail_next("GetItem", error="InternalServerError", times=20)
    checks = outcomes(site_stage, code=1)
    assert "table" in checks["health"]["remedy"]
    site_stage.table_proxy.forget_faults()


def test_nobody_listening_is_one_sentence_and_exit_1(site_stage: SiteStage) -> None:
    said = site_stage.run("smoke", "http://127.0.0.1:1", "--bot-url", "http://127.0.0.1:1/", code=1)
    assert said.count("✗") == 4  # the site once, and each request of Slack's
    assert "127.0.0.1:1 refuses connections." in said
    assert "Traceback" not in said


def test_somebody_elses_404_page_is_not_taken_for_the_functions(site_stage: SiteStage) -> None:
    async def elsewhere(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 404, "headers": [(b"content-type", b"text/html")]})
        await send(
            {"type": "http.response.body", "body": b"<style>p { margin: 0 }</style><p>We do not know this event"}
        )

    with listening(elsewhere, bind(0)) as url:
        said = site_stage.run("smoke", url, code=1)
    assert "✗ waiver of an unknown event: 404, HTML, not from the function" in said


def test_an_api_and_a_bot_that_take_anything_fail(site_stage: SiteStage) -> None:
    async def agrees(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
        await send({"type": "http.response.body", "body": b'{"events": [], "status": "ok", "table": "ok"}'})

    with listening(agrees, bind(0)) as url:
        others = ("--bot-url", f"{url}/", "--stack", "crew-staging")
        report = json.loads(site_stage.run("smoke", url, *others, "--json", code=1))
    checks = {check["name"]: check for check in report["checks"]}
    assert {"API without a token", "API with a forged token", "forged Slack request", "Slack's signed request"} <= (
        failing(checks)
    )
    assert "accepts anybody" in checks["API with a forged token"]["remedy"]
    assert checks["API with a forged token"]["remedy"].endswith("python -m infra rollback --stack crew-staging")
    assert "not Slack's" in checks["forged Slack request"]["remedy"]


@pytest.mark.parametrize(
    "address",
    ["http://trips.example.com", "https://trips.example.com/dispatch", "ftp://x", "https://a:b@x", "https://x?y"],
)
def test_an_address_that_would_show_a_token_or_is_none_is_refused(site_stage: SiteStage, address: str) -> None:
    said = site_stage.run("smoke", address, code=1)
    assert said.startswith("Error: ")
    assert "https://" in said


def test_the_doctor_makes_the_same_checks_and_opens_the_page(site_stage: SiteStage, tmp_path: Path) -> None:
    environment = {"ADMIN_TOKEN_SECRET": SECRET, "SLACK_SIGNING_SECRET": SIGNING, "PUBLIC_BASE_URL": site_stage.url}
    config = {"FunctionName": "bot", "Version": "1", "Environment": {"Variables": environment}}

    def wrong() -> dict[str, str]:
        found = list(
            site_checks(Now(), [DeployTarget(FunctionState(config), None, None)], site_stage.url, site_stage.bot_url)
        )
        assert len(found) > 10
        return {each.name: each.remedy for each in found if each.passed is False}

    missing = wrong()
    assert missing.keys() == {"dispatch page"}
    assert "site promote" in missing["dispatch page"]
    assert missing["dispatch page"].endswith("Runbook, “Bad deploy”.")
    page = '<link href="dispatch/page.css"><script type="module" src="dispatch/app.js"></script>'
    site_stage.release(tmp_path / "page", index_html=f'{page}<dialog id="log-payment-modal"></dialog>')
    assert wrong() == {}
