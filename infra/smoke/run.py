"""The checks after a deployment. They write nothing.

No check raises: where nothing answers, it is a failed SmokeCheck.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from infra.smoke.bot import bot_checks
from infra.smoke.checks import SmokeCheck
from infra.smoke.fetch import Unreachable, fetch
from infra.smoke.keys import NO_TOKEN, Keys, forged_token
from infra.smoke.pages import described, from_function, missing_headers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from infra.smoke.fetch import FetchedAnswer

# Events that do not exist. The second is a bare date, which once led waiver links to the dispatch page.
UNKNOWN: Final = {
    "waiver of an unknown event": "1970-01-01-nobodys-trip",
    "waiver of an unknown bare date": "1970-01-01",
}
_EVENTS: Final = "/api/events?limit=1"
_AGAIN: Final = "Check the address and the network, and run this again."
_LOG: Final = "Read the web function's log."
_OPEN: Final = "The API accepts anybody. Roll back now: python -m infra rollback"
_CLOSED: Final = (
    "Lambda refuses CloudFront: the alias needs both permissions, and the origin its access control. "
    "To add them: python -m infra cloudfront adopt --distribution-id ID"
)
_TABLE: Final = "The table or its index does not answer. Check its alarms and the function's role."
_ROUTES: Final = "To see what CloudFront lacks: python -m infra cloudfront adopt --distribution-id ID --dry-run"


@dataclass(frozen=True, kw_only=True)
class SmokeTarget:
    """The addresses to check, and the keys."""

    url: str
    """Scheme and host of the public site."""
    bot_url: str | None = None
    event: str | None = None
    """An existing event; None for the first that the API lists."""
    function_version: str | None = None
    """The version that must answer; None for any."""
    keys: Keys = field(default_factory=Keys, repr=False)


def run_smoke(target: SmokeTarget) -> list[SmokeCheck]:
    """Return every check, in order."""
    return list(smoke(target))


def smoke(target: SmokeTarget) -> Iterator[SmokeCheck]:
    """Yield every check as it is made."""
    seen: dict[str, FetchedAnswer] = {}
    yield checked("health", partial(_health, target, seen))
    if seen:  # else nothing answers, and one sentence is enough
        for name, eid in UNKNOWN.items():
            yield checked(name, partial(_unknown_waiver, target, name, eid, seen))
        yield from api_checks(target, seen)
        yield checked("waiver of an event", partial(_waiver, target, seen))
        yield _headers(seen)
        if target.url.startswith("https://"):
            yield checked("http leads to https", partial(_redirect, target))
    yield from bot_checks(target.bot_url, target.keys.signing_secret, checked=checked)


def api_checks(target: SmokeTarget, seen: dict[str, FetchedAnswer]) -> Iterator[SmokeCheck]:
    """Yield the checks of the dispatch page's login: 401 without a token or with a forged one, 200 with a valid one."""
    for name, token in (("API without a token", None), ("API with a forged token", forged_token(target.url))):
        yield checked(name, partial(_locked, target, name, token))
    yield checked("API with a token", partial(_open, target, seen))


def checked(name: str, check: Callable[[], SmokeCheck]) -> SmokeCheck:
    """Return the check; a failed one where nothing answers."""
    try:
        return check()
    except Unreachable as error:
        return SmokeCheck(name, passed=False, detail=str(error), remedy=_AGAIN)


def _health(target: SmokeTarget, seen: dict[str, FetchedAnswer]) -> SmokeCheck:
    name = "health"
    answer = seen["/api/health"] = fetch("GET", f"{target.url}/api/health")
    found = _json(answer)
    if answer.status != HTTPStatus.OK or found.get("status") != "ok":
        remedy = _TABLE if _is_problem(answer) else _remedy(answer)
        return SmokeCheck(name, passed=False, detail=described(answer), remedy=remedy)
    version, function = str(found.get("version")), str(found.get("function_version"))
    detail = f"version {version}, function version {function}, table {found.get('table')}"
    if found.get("table") != "ok" or found.get("index", "ok") != "ok":  # an older version does not report the index
        return SmokeCheck(name, passed=False, detail=detail, remedy="The health route does not report table and index.")
    if target.function_version not in (None, function):
        wanted = f"Version {target.function_version} should answer. Check the version of the alias."
        return SmokeCheck(name, passed=False, detail=detail, remedy=wanted)
    return SmokeCheck(name, passed=True, detail=detail)


def _unknown_waiver(target: SmokeTarget, name: str, eid: str, seen: dict[str, FetchedAnswer]) -> SmokeCheck:
    path = f"/g/{eid}/waiver"
    answer = seen[path] = fetch("GET", f"{target.url}{path}")
    if answer.status == HTTPStatus.NOT_FOUND and from_function(answer):
        return SmokeCheck(name, passed=True, detail="the function's plain 404 page")
    return SmokeCheck(name, passed=False, detail=described(answer), remedy=_remedy(answer))


def _waiver(target: SmokeTarget, seen: dict[str, FetchedAnswer]) -> SmokeCheck:
    name = "waiver of an event"
    eid = target.event or _first_event(seen)
    if not eid:
        why = "No event is known. Pass one with --event, or set a token that may list them."
        return SmokeCheck(name, passed=None, detail=why)
    answer = fetch("GET", f"{target.url}/g/{quote(eid, safe='')}/waiver")
    if answer.status == HTTPStatus.OK and from_function(answer):
        return SmokeCheck(name, passed=True, detail=f"{eid}: a page of the function's")
    remedy = f"Check that {eid} is an event." if from_function(answer) else _remedy(answer)
    return SmokeCheck(name, passed=False, detail=f"{eid}: {described(answer)}", remedy=remedy)


def _first_event(seen: dict[str, FetchedAnswer]) -> str | None:
    events = _json(seen[_EVENTS]).get("events") if _EVENTS in seen else None
    first = events[0] if isinstance(events, list) and events else {}
    return str(first["eid"]) if isinstance(first, dict) and "eid" in first else None


def _locked(target: SmokeTarget, name: str, token: str | None) -> SmokeCheck:
    answer = fetch("GET", f"{target.url}{_EVENTS}", headers=_bearer(token))
    if answer.status == HTTPStatus.UNAUTHORIZED and _is_problem(answer):
        return SmokeCheck(name, passed=True, detail="401")
    remedy = _OPEN if answer.status < HTTPStatus.MULTIPLE_CHOICES else None
    return SmokeCheck(
        name, passed=False, detail=described(answer), remedy=remedy if _json(answer) and remedy else _remedy(answer)
    )


def _open(target: SmokeTarget, seen: dict[str, FetchedAnswer]) -> SmokeCheck:
    name = "API with a token"
    if target.keys.token is None:
        return SmokeCheck(name, passed=None, detail=NO_TOKEN)
    answer = fetch("GET", f"{target.url}{_EVENTS}", headers=_bearer(target.keys.token))
    if answer.status == HTTPStatus.OK and isinstance(_json(answer).get("events"), list):
        seen[_EVENTS] = answer
        return SmokeCheck(name, passed=True, detail="200")
    remedy = _remedy(answer)
    if answer.status == HTTPStatus.UNAUTHORIZED:
        remedy = "Check that the token is still valid, and that its audience is the function's PUBLIC_BASE_URL."
    return SmokeCheck(name, passed=False, detail=described(answer), remedy=remedy)


def _headers(seen: dict[str, FetchedAnswer]) -> SmokeCheck:
    name = "security headers"
    missing = [f"{path} lacks {each}" for path, answer in seen.items() for each in missing_headers(answer)]
    if not missing:
        return SmokeCheck(name, passed=True, detail="HSTS and nosniff")
    remedy = "The behaviour needs its response headers policy (infra/template.yaml)."
    return SmokeCheck(name, passed=False, detail="; ".join(missing), remedy=remedy)


def _redirect(target: SmokeTarget) -> SmokeCheck:
    name = "http leads to https"
    path = f"/g/{UNKNOWN['waiver of an unknown event']}/waiver"
    answer = fetch("GET", f"http://{target.url.removeprefix('https://')}{path}")
    if answer.status in (301, 302, 307, 308) and answer.headers.get("location", "").startswith("https://"):
        return SmokeCheck(name, passed=True, detail=str(answer.status))
    remedy = "Set the behaviour's ViewerProtocolPolicy to redirect-to-https."
    return SmokeCheck(name, passed=False, detail=described(answer), remedy=remedy)


def _bearer(token: str | None) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"} if token else {}


def _json(answer: FetchedAnswer) -> dict[str, Any]:
    """Return the answer's JSON object; empty where it has none."""
    try:
        found = json.loads(answer.body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _is_problem(answer: FetchedAnswer) -> bool:
    return answer.kind == "application/problem+json"


def _remedy(answer: FetchedAnswer) -> str:
    if answer.status == HTTPStatus.FORBIDDEN and _json(answer).keys() & {"Message", "message"}:
        return _CLOSED
    return _LOG if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR or _is_problem(answer) else _ROUTES
