"""The keys of a smoke test, and the tokens and signatures made with them. None of them is ever shown."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import jwt

from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Mapping

GOOD_FOR: Final = 600  # seconds
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]+[.][A-Za-z0-9_-]+[.][A-Za-z0-9_-]+")
NO_TOKEN: Final = "Neither ADMIN_TOKEN nor ADMIN_TOKEN_SECRET is in the environment."  # noqa: S105  # a sentence
NO_SIGNING_SECRET: Final = "SLACK_SIGNING_SECRET is not in the environment."  # noqa: S105  # as above


@dataclass(frozen=True)
class Keys:
    """A token for the API, and Slack's signing secret; each may be missing."""

    token: str | None = field(default=None, repr=False)
    signing_secret: str | None = field(default=None, repr=False)


def read_keys(environment: Mapping[str, str], *, url: str) -> Keys:
    """Return ADMIN_TOKEN, else a token of ten minutes, signed with ADMIN_TOKEN_SECRET for PUBLIC_BASE_URL or `url`.

    Raises Stopped for an invalid token, since the HTTP client would quote it in its error.
    """
    token = environment.get("ADMIN_TOKEN", "").strip()
    if token and not _TOKEN.fullmatch(token):
        raise Stopped("ADMIN_TOKEN is not a token. To make one: python admin_token.py --token-only")
    if not token and (secret := environment.get("ADMIN_TOKEN_SECRET")):
        token = make_token(secret, audience=environment.get("PUBLIC_BASE_URL") or url)
    return Keys(token or None, environment.get("SLACK_SIGNING_SECRET") or None)


def make_token(secret: str, *, audience: str) -> str:
    """Return an admin's token for the web function."""
    now = int(time.time())
    claims = {"sub": "smoke-test", "name": "Smoke test", "role": "admin", "iat": now, "exp": now + GOOD_FOR}
    return jwt.encode({**claims, "aud": audience}, secret, algorithm="HS256")


def forged_token(audience: str) -> str:
    """Return a token that is valid but for its signature."""
    return make_token(secrets.token_hex(32), audience=audience)


def slack_headers(secret: str, body: bytes, *, at: float) -> dict[str, str]:
    """Sign a body as Slack does at that time (docs.slack.dev/authentication/verifying-requests-from-slack)."""
    stamp = str(int(at))
    digest = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    return {"x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={digest}"}
