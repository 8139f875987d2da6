"""Whether what runs behind a public address works: the checks after a deployment. Nothing here writes anything.

Each check is a Check, also where nothing answers: none of them raises.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from infra.smoke.bot import bot_checks
from infra.smoke.checks import Check
from infra.smoke.fetch import Unreachable, fetch
from infra.smoke.keys import NO_TOKEN, Keys, forged_token
from infra.smoke.pages import from_function, missing_headers, whose

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from infra.smoke.fetch import Answer

# Events that do not exist. The second is a bare date, by which waiver links once fell through to the dispatch page.
UNKNOWN: Final = {
    "waiver of an unknown event": "1970-01-01-nobodys-trip",
    "waiver of an unknown bare date": "1970-01-01",
}
_EVENTS: Final = "/api/events?limit=1"
_AGAIN: Final = "See to the address and the network, and run this again."
_LOG: Final = "Look into the web function's log."
_OPEN: Final = "The API lets anybody in: take the alias back to the version before."
_CLOSED: Final = (
    "Lambda does not let CloudFront in: the alias needs both permissions, and the origin its access control. "
    "`python -m infra cloudfront adopt --web-function NAME` adds them."
)
_TABLE: Final = "The table does not answer: look at its alarms and at the function's role."
_ROUTES: Final = "`python -m infra cloudfront adopt --dry-run` shows what CloudFront lacks."


@dataclass(frozen=True, kw_only=True)
class Target:
    """What is looked at, and with which keys."""

    url: str
    """Scheme and host of the public site."""
    bot_url: str | None = None
    event: str | None = None
    """An event that exists; without one it is the first that the API lists."""
    function_version: str | None = None
    """The version that must answer; without one any will do."""
    keys: Keys = field(default_factory=Keys, repr=False)


def run_smoke(target: Target) -> list[Check]:
    """Every check, in order."""
    return list(smoke(target))


def smoke(target: Target) -> Iterator[Check]:
    """Every check, one by one as it is made."""
    seen: dict[str, Answer] = {}
    yield checked("health", partial(_health, target, seen))
    if seen:  # else nothing answers there, and one sentence is enough
        for name, eid in UNKNOWN.items():
            yield checked(name, partial(_unknown_waiver, target, name, eid, seen))
        yield from api_checks(target, seen)
        yield checked("waiver of an event", partial(_waiver, target, seen))
        yield _headers(seen)
        if target.url.startswith("https://"):
            yield checked("http leads to https", partial(_redirect, target))
    yield from bot_checks(target.bot_url, target.keys.signing_secret, checked=checked)


def api_checks(target: Target, seen: dict[str, Answer]) -> Iterator[Check]:
    """Login as the dispatch page does it: 401 without a token and with a made-up one, 200 with a good one."""
    for name, token in (("API without a token", None), ("API with a forged token", forged_token(target.url))):
        yield checked(name, partial(_locked, target, name, token))
    yield checked("API with a token", partial(_open, target, seen))


def checked(name: str, check: Callable[[], Check]) -> Check:
    """The check; failed where nothing answers."""
    try:
        return check()
    except Unreachable as error:
        return Check(name, passed=False, detail=str(error), remedy=_AGAIN)


def _health(target: Target, seen: dict[str, Answer]) -> Check:
    name = "health"
    answer = seen["/api/health"] = fetch("GET", f"{target.url}/api/health")
    told = _json(answer)
    if answer.status != HTTPStatus.OK or told.get("status") != "ok":
        remedy = _TABLE if _is_problem(answer) else _remedy(answer)
        return Check(name, passed=False, detail=whose(answer), remedy=remedy)
    version, function = str(told.get("version")), str(told.get("function_version"))
    detail = f"version {version}, function version {function}, table {told.get('table')}"
    if told.get("table") != "ok":
        return Check(name, passed=False, detail=detail, remedy="The health route does not tell of the table.")
    if target.function_version not in (None, function):
        wanted = f"Version {target.function_version} was to answer: look where the alias points."
        return Check(name, passed=False, detail=detail, remedy=wanted)
    return Check(name, passed=True, detail=detail)


def _unknown_waiver(target: Target, name: str, eid: str, seen: dict[str, Answer]) -> Check:
    path = f"/g/{eid}/waiver"
    answer = seen[path] = fetch("GET", f"{target.url}{path}")
    if answer.status == HTTPStatus.NOT_FOUND and from_function(answer):
        return Check(name, passed=True, detail="the function's plain 404 page")
    return Check(name, passed=False, detail=whose(answer), remedy=_remedy(answer))


def _waiver(target: Target, seen: dict[str, Answer]) -> Check:
    name = "waiver of an event"
    eid = target.event or _first_event(seen)
    if not eid:
        why = "No event is known: name one with --event, or give a token that may list them."
        return Check(name, passed=None, detail=why)
    answer = fetch("GET", f"{target.url}/g/{quote(eid, safe='')}/waiver")
    if answer.status == HTTPStatus.OK and from_function(answer):
        return Check(name, passed=True, detail=f"{eid}: a page of the function's")
    remedy = f"Is {eid} an event?" if from_function(answer) else _remedy(answer)
    return Check(name, passed=False, detail=f"{eid}: {whose(answer)}", remedy=remedy)


def _first_event(seen: dict[str, Answer]) -> str | None:
    events = _json(seen[_EVENTS]).get("events") if _EVENTS in seen else None
    first = events[0] if isinstance(events, list) and events else {}
    return str(first["eid"]) if isinstance(first, dict) and "eid" in first else None


def _locked(target: Target, name: str, token: str | None) -> Check:
    answer = fetch("GET", f"{target.url}{_EVENTS}", headers=_bearer(token))
    if answer.status == HTTPStatus.UNAUTHORIZED and _is_problem(answer):
        return Check(name, passed=True, detail="401")
    remedy = (
        "The API lets anybody in: take the alias back to the version before."
        if answer.status < HTTPStatus.MULTIPLE_CHOICES
        else None
    )
    return Check(
        name, passed=False, detail=whose(answer), remedy=remedy if _json(answer) and remedy else _remedy(answer)
    )


def _open(target: Target, seen: dict[str, Answer]) -> Check:
    name = "API with a token"
    if target.keys.token is None:
        return Check(name, passed=None, detail=NO_TOKEN)
    answer = fetch("GET", f"{target.url}{_EVENTS}", headers=_bearer(target.keys.token))
    if answer.status == HTTPStatus.OK and isinstance(_json(answer).get("events"), list):
        seen[_EVENTS] = answer
        return Check(name, passed=True, detail="200")
    remedy = _remedy(answer)
    if answer.status == HTTPStatus.UNAUTHORIZED:
        remedy = "Is the token of this site, and still good? Its audience must be the function's PUBLIC_BASE_URL."
    return Check(name, passed=False, detail=whose(answer), remedy=remedy)


def _headers(seen: dict[str, Answer]) -> Check:
    name = "security headers"
    missing = [f"{path} lacks {each}" for path, answer in seen.items() for each in missing_headers(answer)]
    if not missing:
        return Check(name, passed=True, detail="HSTS and nosniff")
    remedy = "The behaviour needs its response headers policy (infra/template.yaml)."
    return Check(name, passed=False, detail="; ".join(missing), remedy=remedy)


def _redirect(target: Target) -> Check:
    name = "http leads to https"
    path = f"/g/{UNKNOWN['waiver of an unknown event']}/waiver"
    answer = fetch("GET", f"http://{target.url.removeprefix('https://')}{path}")
    if answer.status in (301, 302, 307, 308) and answer.headers.get("location", "").startswith("https://"):
        return Check(name, passed=True, detail=str(answer.status))
    remedy = "Set the behaviour's ViewerProtocolPolicy to redirect-to-https."
    return Check(name, passed=False, detail=whose(answer), remedy=remedy)


def _bearer(token: str | None) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"} if token else {}


def _json(answer: Answer) -> dict[str, Any]:
    """A JSON object; empty where the answer is none."""
    try:
        told = json.loads(answer.body)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _is_problem(answer: Answer) -> bool:
    return answer.kind == "application/problem+json"


def _remedy(answer: Answer) -> str:
    if answer.status == HTTPStatus.FORBIDDEN and _json(answer).keys() & {"Message", "message"}:
        return _CLOSED
    return _LOG if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR or _is_problem(answer) else _ROUTES
