"""Invoke a version to check that it works, before it serves anybody."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, Final

from infra.asking import SERVER_ERROR, AwsRefused
from infra.smoke.keys import slack_headers

if TYPE_CHECKING:
    from infra.deploying.functions import Functions
    from infra.deploying.states import FunctionState

OK: Final = 200
UNAUTHORIZED: Final = 401
_CHALLENGE: Final = "smoke"


def probe(functions: Functions, state: FunctionState) -> str:
    """Invoke the version, and return what it answered, in words. Raises AwsRefused when it does not work."""
    module = state.handler.partition(".")[0]
    if module == "announce_function":
        functions.invoke(state.name, state.version, {"Records": []})
        return "took an empty batch"
    if module == "web_function":
        _expect(functions, state, _request("GET", "/api/health"), OK, "/api/health")
        return "/api/health answers 200"
    secret = state.variables.get("SLACK_SIGNING_SECRET", "")
    if module == "lambda_function" and secret:
        _expect(functions, state, _from_slack(secret), OK, "a signed Slack request")
        _expect(functions, state, _from_slack(secret + "-forged"), UNAUTHORIZED, "a forged Slack request")
        return "a signed Slack request answers 200, a forged one 401"
    status = _status(functions.invoke(state.name, state.version, _request("GET", "/")))
    if status >= SERVER_ERROR:
        raise AwsRefused(f"{state.name}:{state.version} answers {status} to GET /.")
    return "answers a request"


def _expect(functions: Functions, state: FunctionState, event: dict[str, Any], status: int, what: str) -> None:
    answered = _status(functions.invoke(state.name, state.version, event))
    if answered != status:
        raise AwsRefused(f"{state.name}:{state.version} answers {answered or 'nothing'} to {what}, and not {status}.")


def _status(answer: object) -> int:
    status = answer.get("statusCode") if isinstance(answer, dict) else None
    return status if isinstance(status, int) else 0


def _from_slack(secret: str) -> dict[str, Any]:
    """Return Slack's url_verification request, signed like every request. The app answers it without calling Slack."""
    body = json.dumps({"type": "url_verification", "challenge": _CHALLENGE, "token": "smoke"})
    headers = {"content-type": "application/json", **slack_headers(secret, body.encode(), at=time.time())}
    return _request("POST", "/", headers, body)


def _request(method: str, path: str, headers: dict[str, str] | None = None, body: str = "") -> dict[str, Any]:
    """Return a function URL's event, payload format 2.0."""
    http = {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": "smoke"}
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"host": "smoke.invalid", "x-forwarded-proto": "https", **(headers or {})},
        "requestContext": {
            "accountId": "anonymous",
            "apiId": "smoke",
            "domainName": "smoke.invalid",
            "domainPrefix": "smoke",
            "http": http,
            "requestId": "smoke",
            "routeKey": "$default",
            "stage": "$default",
            "time": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime()),
            "timeEpoch": int(time.time() * 1000),
        },
        **({"body": body} if body else {}),
        "isBase64Encoded": False,
    }
