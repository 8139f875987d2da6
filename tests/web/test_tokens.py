"""Admins with a valid token may use the API. Every other request is refused clearly, and nothing is written."""

from __future__ import annotations

import base64
import hmac
import json
import logging
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import jwt
import pytest

import admin_token
from charter.refusals import NotAllowed
from charter.roles import Role
from tests.builders import EID
from tests.web.conftest import PUBLIC, SECRET
from web.tokens import Caller, SubjectMalformed, TokenRefused, Tokens

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.web.conftest import Answer, WebWorld

PATHS = ("/api/events", f"/api/events/{EID}", f"/api/events/{EID}/payment-cleared")


def _claims(world: WebWorld, *, without: Iterable[str] = (), **changed: Any) -> dict[str, Any]:
    now = int(world.clock.moment.timestamp())
    claims = {
        "sub": "U0OLIVIA",
        "name": "Olivia Park",
        "role": "admin",
        "iat": now,
        "exp": now + 3600,
        "aud": PUBLIC,
        **changed,
    }
    return {name: value for name, value in claims.items() if name not in set(without)}


def _signed(claims: dict[str, Any], *, secret: str = SECRET, algorithm: str = "HS256") -> str:
    return jwt.encode(claims, secret, algorithm=algorithm)


def _by_hand(header: object, claims: object, signature: str = "") -> str:
    parts = (base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, claims))
    return ".".join([*parts, signature])


def _refused(world: WebWorld, authorization: str, status: int = 401) -> Answer:
    headers = {"authorization": authorization} if authorization else {}
    for path in PATHS:
        answer = world.ask("GET", path, "patron_id=dave", headers=headers)
        assert answer.status == status, path
    body = json.dumps({"patron_id": "dave", "amount": "5", "method": "cash"}).encode()
    headers |= {"content-type": "application/json", "idempotency-key": "k-1"}
    answer = world.ask("POST", f"/api/events/{EID}/payment-log", body=body, headers=headers)
    assert answer.status == status
    assert answer.errors == {}
    assert world.row()["payments"] == {}
    return answer


def test_without_a_token_the_answer_says_where_to_get_one(web_world: WebWorld) -> None:
    answer = _refused(web_world, "")
    assert answer.headers["www-authenticate"] == "Bearer"
    assert "Type /dispatch in Slack" in answer.json["detail"]


def test_nothing_of_a_request_is_looked_at_before_its_token(web_world: WebWorld) -> None:
    with web_world.counting() as cost:
        answer = web_world.ask("POST", "/api/events/nonsense/payment-log", body=b"\xff" * 100_000)
    assert answer.status == 401
    assert cost == {}


@pytest.mark.parametrize("authorization", ["Bearer", "Bearer ", "Basic T2xpdmlh", "bearer\tx", "token", "Bearer,"])
def test_other_schemes_of_authorization_are_refused(web_world: WebWorld, authorization: str) -> None:
    _refused(web_world, authorization)


def test_the_word_bearer_is_read_in_any_case(web_world: WebWorld) -> None:
    for word in ("bearer", "BEARER", "Bearer "):
        answer = web_world.ask("GET", "/api/events", headers={"authorization": f"{word} {web_world.token()}"})
        assert answer.status == 200


def test_behind_cloudfront_the_token_is_beside_its_signature(web_world: WebWorld) -> None:
    signature = "AWS4-HMAC-SHA256 Credential=AKIA/20260523/us-west-2/lambda/aws4_request, Signature=abc"
    headers = {"authorization": signature, "x-viewer-authorization": f"Bearer {web_world.token()}"}
    assert web_world.ask("GET", "/api/events", headers=headers).status == 200
    for wrong in ({"authorization": signature}, {**headers, "x-viewer-authorization": "Bearer x"}):
        assert web_world.ask("GET", "/api/events", headers=wrong).status == 401


def test_tokens_that_cannot_be_trusted_are_refused(web_world: WebWorld) -> None:
    good = _claims(web_world)
    now = good["iat"]
    token = _signed(good)
    untrusted = {
        "another secret": _signed(good, secret="another-secret-of-at-least-32-bytes!"),
        "alg none": _by_hand({"alg": "none", "typ": "JWT"}, good),
        "alg None": _by_hand({"alg": "None"}, good),
        "alg none with a signature": _by_hand({"alg": "none"}, good, token.rpartition(".")[2]),
        "another hash": _signed(good, secret=SECRET * 2, algorithm="HS512"),
        "a key of one's own": _by_hand({"alg": "HS256", "jwk": {"kty": "oct", "k": "AA"}}, good, "AA"),
        "no algorithm": _by_hand({"typ": "JWT"}, good, "AA"),
        "a changed claim": ".".join([token.split(".")[0], _by_hand({}, {**good, "sub": "U0EVE"}).split(".")[1], "AA"]),
        "another audience": _signed(_claims(web_world, aud="https://elsewhere.example.com")),
        "two audiences": _signed(_claims(web_world, aud=[PUBLIC, "https://elsewhere.example.com"])),
        "no audience": _signed(_claims(web_world, without=["aud"])),
        "no expiry": _signed(_claims(web_world, without=["exp"])),
        "no issue": _signed(_claims(web_world, without=["iat"])),
        "no subject": _signed(_claims(web_world, without=["sub"])),
        "expired": _signed(_claims(web_world, exp=now)),
        "of the future": _signed(_claims(web_world, iat=now + 31)),
        "an expiry in words": _signed(_claims(web_world, exp="tomorrow")),
        "an expiry without end": _by_hand({"alg": "HS256"}, {**good, "exp": float("inf")}, "AA"),
        "a subject that is markup": _signed(_claims(web_world, sub="<script>")),
        "an empty subject": _signed(_claims(web_world, sub="")),
        "claims that are a list": _by_hand({"alg": "HS256"}, [1], "AA"),
        "rubbish": "x" * 3000,
        "dots": "...",
        "letters beyond ASCII": "ü.é.ß",
    }
    for how, bad in untrusted.items():
        answer = web_world.get("/api/events", token=bad)
        assert answer.status == 401, how
        assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"', how
        assert "/dispatch" in answer.json["detail"], how
        assert web_world.log(token=bad).status == 401, how
    assert web_world.row()["payments"] == {}


@pytest.mark.parametrize("claim", ["exp", "iat"])
@pytest.mark.parametrize(
    "moment",
    [
        *("NaN", "Infinity", "-Infinity", "1e999", "-1e999", "9" * 400, "true", "false", "null", "[]", "{}"),
        *('"NaN"', '"inf"', '"1e999"', '"4102444800"', '""', "[4102444800]", '{"$numberLong": "4102444800"}'),
    ],
)
def test_a_signed_token_whose_moments_are_no_numbers_is_refused(web_world: WebWorld, claim: str, moment: str) -> None:
    text = json.dumps({**_claims(web_world), claim: 0}).replace(f'"{claim}": 0', f'"{claim}": {moment}')
    head = base64.urlsafe_b64encode(b'{"alg": "HS256", "typ": "JWT"}').rstrip(b"=")
    signed = head + b"." + base64.urlsafe_b64encode(text.encode()).rstrip(b"=")
    signature = base64.urlsafe_b64encode(hmac.new(SECRET.encode(), signed, "sha256").digest()).rstrip(b"=")
    bad = (signed + b"." + signature).decode()
    answer = web_world.get("/api/events", token=bad)
    assert answer.status == 401
    assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'
    assert web_world.log(token=bad).status == 401
    assert web_world.row()["payments"] == {}


def test_a_few_seconds_between_clocks_are_forgiven_to_a_new_token_and_none_to_an_old_one(web_world: WebWorld) -> None:
    now = int(web_world.clock.moment.timestamp())
    for claims, status, detail in (
        (_claims(web_world, iat=now + 25), 200, None),
        (_claims(web_world, iat=now + 31), 401, "This token is not valid yet."),
        (_claims(web_world, exp=now + 1), 200, None),
        (_claims(web_world, exp=now), 401, "This token has expired."),
    ):
        answer = web_world.get("/api/events", token=_signed(claims))
        assert answer.status == status
        assert detail is None or answer.json["detail"].startswith(detail)


@pytest.mark.parametrize("role", ["crew", "nobody", "Admin", "", None, ["admin"], 1])
def test_every_other_role_is_403(web_world: WebWorld, role: object) -> None:
    answer = _refused(web_world, f"Bearer {_signed(_claims(web_world, role=role))}", 403)
    assert "only the office" in answer.json["detail"]


def test_a_token_works_for_twelve_hours_and_then_says_how_to_get_a_new_one(web_world: WebWorld) -> None:
    token = web_world.token()
    web_world.later(hours=11, minutes=59)
    assert web_world.get("/api/events", token=token).status == 200
    web_world.later(minutes=2)
    answer = web_world.get("/api/events", token=token)
    assert answer.status == 401
    assert answer.json["detail"] == "This token has expired. Type /dispatch in Slack for a new link."


def test_health_and_the_contract_need_no_token(web_world: WebWorld) -> None:
    for path in ("/api/health", "/api/openapi.json"):
        assert web_world.ask("GET", path).status == 200


def test_no_token_and_no_secret_is_ever_logged(web_world: WebWorld, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    token, bad = web_world.token(), _signed(_claims(web_world, aud="https://elsewhere.example.com"))
    web_world.log(token=token)
    web_world.log(token=bad)
    web_world.table_faults.fail_next("Query", error="AccessDeniedException")
    assert web_world.get(f"/api/events/{EID}", token=token).status == 500
    for secret in (token, bad, SECRET):
        assert secret not in caplog.text
    assert SECRET not in repr(web_world.web_function.settings)


def test_a_token_is_issued_for_plain_subjects_alone_and_never_for_longer_than_a_week(web_world: WebWorld) -> None:
    tokens = Tokens(SECRET, PUBLIC, now=lambda: web_world.clock.moment)
    for subject in ("", "a b", "<script>", "x" * 65, "web:me", "../.."):
        with pytest.raises(SubjectMalformed):
            tokens.issue(subject, name="Somebody")
    token = tokens.issue("olivia@example.com", name="  Olivia \n Park ", good_for=timedelta(days=400))
    claims = jwt.decode(token, SECRET, algorithms=["HS256"], audience=PUBLIC, options={"verify_exp": False})
    assert claims["name"] == "Olivia Park"
    assert claims["role"] == Role.ADMIN
    assert claims["exp"] - claims["iat"] == timedelta(days=7).total_seconds()


def test_an_operator_issues_a_link_without_slack(web_world: WebWorld, capsys: pytest.CaptureFixture[str]) -> None:
    assert admin_token.main(["--sub", "till", "--name", "The till", "--hours", "2"]) == 0
    printed = capsys.readouterr().out.strip()
    link, _, token = printed.partition("#token=")
    assert link == f"{PUBLIC}/dispatch"
    claims = jwt.decode(token, SECRET, algorithms=["HS256"], audience=PUBLIC)
    assert (claims["sub"], claims["name"], claims["exp"] - claims["iat"]) == ("till", "The till", 7200)
    assert admin_token.main(["--sub", "till", "--token-only"]) == 0
    assert capsys.readouterr().out.count(".") == 2
    assert web_world.token("till") != token


def test_an_operator_gets_a_clear_error(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("PUBLIC_BASE_URL", PUBLIC)
    monkeypatch.delenv("ADMIN_TOKEN_SECRET", raising=False)
    assert admin_token.main(["--sub", "till"]) == 1
    assert capsys.readouterr().err == "The environment variable ADMIN_TOKEN_SECRET is missing.\n"
    monkeypatch.setenv("ADMIN_TOKEN_SECRET", "short")
    assert admin_token.main(["--sub", "till"]) == 1
    assert capsys.readouterr().err == "The environment variable ADMIN_TOKEN_SECRET must be 32 bytes or more.\n"
    monkeypatch.setenv("ADMIN_TOKEN_SECRET", SECRET)
    assert admin_token.main(["--sub", "the till"]) == 1
    assert "subject" in capsys.readouterr().err
    for hours in ("0", "169", "-1", "soon"):
        with pytest.raises(SystemExit):
            admin_token.main(["--sub", "till", "--hours", hours])


def test_a_good_token_names_its_caller(web_world: WebWorld) -> None:
    tokens = Tokens(SECRET, PUBLIC, now=lambda: web_world.clock.moment.astimezone(UTC))
    caller = tokens.admin({"authorization": f"Bearer {_signed(_claims(web_world, without=['name']))}"})
    assert (caller.name, caller.logged_by) == ("U0OLIVIA", "web:U0OLIVIA")
    with pytest.raises(TokenRefused):
        tokens.admin({})


def test_a_link_to_a_passenger_list_is_good_for_that_list_alone(web_world: WebWorld) -> None:
    tokens = Tokens(SECRET, PUBLIC, now=lambda: web_world.clock.moment)
    link = tokens.list_link("U0DANA", name="Dana Reyes", eid=EID, captain=True)
    page, _, fragment = link.partition("#")
    said = dict(parse_qsl(fragment))
    assert (page, said["eid"]) == (f"{PUBLIC}/dispatch/passengers.html", EID)
    _refused(web_world, f"Bearer {said['token']}", 403)
    caller = tokens.reader({"authorization": f"Bearer {said['token']}"})
    assert caller == Caller("U0DANA", "Dana Reyes", Role.CREW, EID, captain=True)
    claims = jwt.decode(said["token"], SECRET, algorithms=["HS256"], audience=PUBLIC, options={"verify_exp": False})
    assert claims["exp"] - claims["iat"] == timedelta(hours=12).total_seconds()

    of_office = tokens.list_link("U0OLIVIA", name="Olivia Park", eid=EID, role=Role.ADMIN)
    token = dict(parse_qsl(of_office.partition("#")[2]))["token"]
    assert tokens.reader({"authorization": f"Bearer {token}"}) == Caller("U0OLIVIA", "Olivia Park")
    assert web_world.get("/api/events", token=token).status == 200


def test_a_token_for_a_passenger_list_names_its_event_and_a_role(web_world: WebWorld) -> None:
    tokens = Tokens(SECRET, PUBLIC, now=lambda: web_world.clock.moment)
    for changed in ({}, {"eid": ""}, {"eid": [EID]}):
        bad = _signed(_claims(web_world, role="crew", **changed))
        with pytest.raises(TokenRefused, match="This token names no event"):
            tokens.reader({"authorization": f"Bearer {bad}"})
    unsure = _signed(_claims(web_world, role="crew", eid=EID, captain="yes"))
    assert not tokens.reader({"authorization": f"Bearer {unsure}"}).captain
    with pytest.raises(NotAllowed):
        tokens.reader({"authorization": f"Bearer {_signed(_claims(web_world, role='nobody', eid=EID))}"})
    with pytest.raises(TokenRefused, match="Type /board in Slack for a new link"):
        tokens.reader({})
