"""The keys that a smoke test may use, and what it makes with them. None of them is ever shown."""

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
    """What opens the API and what Slack signs with; each may be missing."""

    token: str | None = field(default=None, repr=False)
    signing_secret: str | None = field(default=None, repr=False)


def read_keys(environment: Mapping[str, str], *, url: str) -> Keys:
    """ADMIN_TOKEN, or a token of ten minutes by ADMIN_TOKEN_SECRET for PUBLIC_BASE_URL, else for `url`.

    Raises Stopped for what is no token: the HTTP client would quote it where it cannot be a header.
    """
    token = environment.get("ADMIN_TOKEN", "").strip()
    if token and not _TOKEN.fullmatch(token):
        raise Stopped("ADMIN_TOKEN is no token. `python admin_token.py --token-only` makes one.")
    if not token and (secret := environment.get("ADMIN_TOKEN_SECRET")):
        token = make_token(secret, audience=environment.get("PUBLIC_BASE_URL") or url)
    return Keys(token or None, environment.get("SLACK_SIGNING_SECRET") or None)


def make_token(secret: str, *, audience: str) -> str:
    """An admin's token as the web function takes them (design, *Web*)."""
    now = int(time.time())
    claims = {"sub": "smoke-test", "name": "Smoke test", "role": "admin", "iat": now, "exp": now + GOOD_FOR}
    return jwt.encode({**claims, "aud": audience}, secret, algorithm="HS256")


def forged_token(audience: str) -> str:
    """A token with everything right but the signature."""
    return make_token(secrets.token_hex(32), audience=audience)


def slack_headers(secret: str, body: bytes, *, at: float) -> dict[str, str]:
    """How Slack signs a body at a moment, in seconds (docs.slack.dev/authentication/verifying-requests-from-slack)."""
    stamp = str(int(at))
    digest = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    return {"x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={digest}"}
