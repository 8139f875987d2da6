"""Admin tokens: JWTs that identify an admin to the dispatch page and the API.

Claims: sub (a Slack user id, or a subject that an operator chose), name, role, iat, exp, and aud = PUBLIC_BASE_URL.
PyJWT is imported on first use, because the bot's cold start does not need it.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from charter.refusals import Malformed, NotAllowed, Refusal
from charter.roles import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

# Lifetime of the link that `/dispatch` hands out: one day on the boat.
GOOD_FOR: Final = timedelta(hours=12)
LONGEST: Final = timedelta(days=7)

# The clocks of two machines may differ by this much, and a link may be opened in the second in which it is made.
_LEEWAY: Final = timedelta(seconds=30)
_ALGORITHM: Final = "HS256"
VIEWERS_AUTHORIZATION: Final = "x-viewer-authorization"
_SUBJECT: Final = re.compile(r"[A-Za-z0-9._@-]{1,64}")
_LONGEST_NAME: Final = 80


class TokenRefused(Refusal):
    """The token is missing (`given` is False), invalid or expired."""

    def __init__(self, sentence: str, *, given: bool = True) -> None:
        super().__init__(sentence)
        self.given = given


class SubjectMalformed(Malformed):
    """A token's subject has characters that may not go into the ledger, where it is stored as `web:<sub>`."""

    default_field = "sub"

    def __init__(self) -> None:
        super().__init__("A token's subject has 1 to 64 letters, digits and . _ @ - only.")


@dataclass(frozen=True, slots=True)
class Caller:
    """The holder of a valid token."""

    subject: str
    name: str

    @property
    def logged_by(self) -> str:
        """The caller's name in the ledger."""
        return f"web:{self.subject}"


@dataclass(frozen=True, slots=True)
class Tokens:
    """Issue and check tokens. `audience` is PUBLIC_BASE_URL; `now` returns the time in UTC."""

    secret: str = field(repr=False)
    audience: str
    now: Callable[[], datetime]

    def issue(self, subject: str, *, name: str, role: Role = Role.ADMIN, good_for: timedelta = GOOD_FOR) -> str:
        """Return a new token. Raises SubjectMalformed."""
        import jwt

        if _SUBJECT.fullmatch(subject) is None:
            raise SubjectMalformed
        now = self.now()
        claims = {
            "sub": subject,
            "name": " ".join(name.split())[:_LONGEST_NAME] or subject,
            "role": role.value,
            "iat": int(now.timestamp()),
            "exp": int((now + min(good_for, LONGEST)).timestamp()),
            "aud": self.audience,
        }
        return jwt.encode(claims, self.secret, algorithm=_ALGORITHM)

    def link(self, subject: str, *, name: str, good_for: timedelta = GOOD_FOR) -> str:
        """Return the dispatch page's address with a new token in its fragment, which no server ever sees."""
        return f"{self.audience.rstrip('/')}/dispatch#token={self.issue(subject, name=name, good_for=good_for)}"

    def admin(self, headers: Mapping[str, str]) -> Caller:
        """Return the holder of the token in `Authorization: Bearer`. Raises TokenRefused, NotAllowed.

        Header names are in lower case. CloudFront puts its own signature into that header and passes the browser's on
        in another (infra/template.yaml).
        """
        given = headers.get(VIEWERS_AUTHORIZATION) or headers.get("authorization", "")
        scheme, _, token = given.strip().partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise TokenRefused(
                "This needs a token of the office. Type /dispatch in Slack for a link that contains one.", given=False
            )
        return self._caller(token.strip())

    def _caller(self, token: str) -> Caller:
        import jwt

        try:
            claims = jwt.decode(
                token,
                self.secret,
                algorithms=[_ALGORITHM],
                audience=self.audience,
                options={
                    "require": ["exp", "iat", "aud", "sub"],
                    "verify_exp": False,  # checked below, by our own clock
                    "verify_iat": False,
                    "strict_aud": True,
                },
            )
            expires, issued = _moment(claims["exp"]), _moment(claims["iat"])
        except (jwt.PyJWTError, TypeError, ValueError, OverflowError, RecursionError):
            raise TokenRefused("This token is not valid. Type /dispatch in Slack for a new link.") from None
        now = self.now().timestamp()
        if now >= expires:
            raise TokenRefused("This token has expired. Type /dispatch in Slack for a new link.")
        if now < issued - _LEEWAY.total_seconds():
            raise TokenRefused("This token is not valid yet. Type /dispatch in Slack for a new link.")
        subject, name = claims["sub"], claims.get("name")
        if not isinstance(subject, str) or _SUBJECT.fullmatch(subject) is None:
            raise TokenRefused("This token has no valid subject. Type /dispatch in Slack for a new link.")
        if claims.get("role") != Role.ADMIN:
            raise NotAllowed("Sorry, only the office can work here. Please ask an admin.")
        return Caller(subject, name if isinstance(name, str) and name else subject)


def _moment(value: object) -> float:
    """Return a time in a token, in seconds since 1970. Raises ValueError unless it is a finite number.

    Python's JSON reader accepts NaN, and every comparison with NaN is false.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError("not a moment")
    return float(value)
