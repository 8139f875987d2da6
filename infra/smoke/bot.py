"""Check that the bot accepts requests signed by Slack, and no others.

The signed request is Slack's own `url_verification`: Bolt checks its signature and answers with the challenge, before
any listener, so nothing is read or written, and Slack is not called.
"""

from __future__ import annotations

import json
import secrets
import time
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from infra.smoke.checks import SmokeCheck
from infra.smoke.fetch import fetch
from infra.smoke.keys import NO_SIGNING_SECRET, slack_headers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from infra.smoke.fetch import FetchedAnswer

SIGNED: Final = "Slack's signed request"
FORGED: Final = "forged Slack request"
STALE: Final = "Slack's request of ten minutes ago"
_TEN_MINUTES: Final = 600
_OPEN: Final = "The bot accepts requests that are not Slack's. Roll back now: python -m infra rollback"


def bot_checks(
    url: str | None, secret: str | None, *, checked: Callable[[str, Callable[[], SmokeCheck]], SmokeCheck]
) -> Iterator[SmokeCheck]:
    """Yield three checks: signed → 200, forged → 401, too old → 401. Those without an address or secret are skipped."""
    if url is None:
        for name in (SIGNED, FORGED, STALE):
            yield SmokeCheck(name, passed=None, detail="The bot's address is unknown. Pass it with --bot-url.")
        return
    yield checked(SIGNED, partial(_signed, url, secret))
    yield checked(FORGED, partial(_refused, url, FORGED, secrets.token_hex(16), age=0))
    if secret is None:
        yield SmokeCheck(STALE, passed=None, detail=NO_SIGNING_SECRET)
    else:
        yield checked(STALE, partial(_refused, url, STALE, secret, age=_TEN_MINUTES))


def _signed(url: str, secret: str | None) -> SmokeCheck:
    if secret is None:
        return SmokeCheck(SIGNED, passed=None, detail=NO_SIGNING_SECRET)
    challenge = secrets.token_hex(16)
    answer = _post(url, secret, challenge=challenge)
    # The challenge in the answer proves that it is the bot, and not a page that answers 200 to everything.
    if answer.status == HTTPStatus.OK and challenge.encode() in answer.body:
        return SmokeCheck(SIGNED, passed=True, detail="200, with its challenge")
    remedy = "Read the bot function's log."
    if answer.status == HTTPStatus.UNAUTHORIZED:
        remedy = "The bot has another SLACK_SIGNING_SECRET than this environment, or a wrong clock."
    elif answer.status == HTTPStatus.FORBIDDEN:
        remedy = "The bot's function URL is closed. Its alias needs both permissions for everybody."
    return SmokeCheck(SIGNED, passed=False, detail=f"{answer.status} {answer.kind}".strip(), remedy=remedy)


def _refused(url: str, name: str, secret: str, *, age: int) -> SmokeCheck:
    answer = _post(url, secret, challenge=secrets.token_hex(16), age=age)
    if answer.status == HTTPStatus.UNAUTHORIZED:
        return SmokeCheck(name, passed=True, detail="401")
    remedy = (
        _OPEN
        if answer.status < HTTPStatus.MULTIPLE_CHOICES
        else "Check that this is the bot's address, and read its log."
    )
    return SmokeCheck(name, passed=False, detail=f"{answer.status} {answer.kind}".strip(), remedy=remedy)


def _post(url: str, secret: str, *, challenge: str, age: int = 0) -> FetchedAnswer:
    body = json.dumps({"type": "url_verification", "challenge": challenge, "token": "smoke-test"}).encode()
    headers = slack_headers(secret, body, at=time.time() - age)
    return fetch("POST", url, headers={"content-type": "application/json", **headers}, body=body)
