"""Tokens: JWTs that identify an admin to the dispatch page and the API, or crew to one event's passenger list.

Claims: sub (a Slack user id, or a subject that an operator chose), name, role, iat, exp, and aud = PUBLIC_BASE_URL.
A crew token also has eid, the first id of its event, and captain.
PyJWT is imported on first use, because the bot's cold start does not need it.
"""

from __future__ import annotations

import math
import re
from dataclasses import field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from charter.frozen import dataclass
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

# What to do about a token that is missing, invalid or expired.
_OFFICE: Final = "Type /dispatch in Slack for a new link."
_CREW: Final = "Type /board in Slack for a new link."


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
    """The holder of a valid token. A crew token is for one event: `eid` is the first id of that event, else empty.

    `captain` is True for a crew token of that event's captain.
    """

    subject: str
    name: str
    role: Role = Role.ADMIN
    eid: str = ""
    captain: bool = False

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
        """Return a new token that works everywhere. Raises SubjectMalformed."""
        return self._signed(subject, name, good_for, role=role.value)

    def link(self, subject: str, *, name: str, good_for: timedelta = GOOD_FOR) -> str:
        """Return the dispatch page's address with a new token in its fragment, which no server ever sees."""
        return f"{self.audience.rstrip('/')}/dispatch#token={self.issue(subject, name=name, good_for=good_for)}"

    def list_link(self, subject: str, *, name: str, eid: str, captain: bool = False, role: Role = Role.CREW) -> str:
        """Return the address of an event's passenger list, with a new token in its fragment. `eid` is its first id.

        The token of crew is good for this list alone. An admin gets an admin's token. Raises SubjectMalformed.
        """
        own = {} if role is Role.ADMIN else {"eid": eid, "captain": captain}
        token = self._signed(subject, name, GOOD_FOR, role=role.value, **own)
        return f"{self.audience.rstrip('/')}/dispatch/passengers.html#token={token}&eid={quote(eid, safe='')}"

    def _signed(self, subject: str, name: str, good_for: timedelta, **own: object) -> str:
        import jwt

        if _SUBJECT.fullmatch(subject) is None:
            raise SubjectMalformed
        now = self.now()
        claims = {
            "sub": subject,
            "name": " ".join(name.split())[:_LONGEST_NAME] or subject,
            **own,
            "iat": int(now.timestamp()),
            "exp": int((now + min(good_for, LONGEST)).timestamp()),
            "aud": self.audience,
        }
        return jwt.encode(claims, self.secret, algorithm=_ALGORITHM)

    def admin(self, headers: Mapping[str, str]) -> Caller:
        """Return the holder of an admin's token in `Authorization: Bearer`. Raises TokenRefused, NotAllowed."""
        claims = self._claims(headers, _OFFICE)
        if claims["role"] != Role.ADMIN:
            raise NotAllowed("Sorry, only the office can work here. Please ask an admin.")
        return Caller(claims["sub"], claims["name"])

    def reader(self, headers: Mapping[str, str]) -> Caller:
        """Return the holder of a token for a passenger list: an admin, or crew of one event.

        Raises TokenRefused, NotAllowed.
        """
        claims = self._claims(headers, _CREW)
        if claims["role"] == Role.ADMIN:
            return Caller(claims["sub"], claims["name"])
        if claims["role"] != Role.CREW:
            raise NotAllowed("Sorry, passenger lists are for the crew. Please ask the office.")
        eid = claims.get("eid")
        if not isinstance(eid, str) or not eid:
            raise TokenRefused(f"This token names no event. {_CREW}")
        return Caller(claims["sub"], claims["name"], Role.CREW, eid, captain=claims.get("captain") is True)

    def _claims(self, headers: Mapping[str, str], advice: str) -> dict[str, Any]:
        """Return the claims of the token in `Authorization: Bearer`, with a valid subject and a name.

        Header names are in lower case. CloudFront puts its own signature into that header and passes the browser's on
        in another (infra/template.yaml). `advice` ends the sentences of TokenRefused, which is raised.
        """
        given = headers.get(VIEWERS_AUTHORIZATION) or headers.get("authorization", "")
        scheme, _, token = given.strip().partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise TokenRefused(f"This needs a link with a token. {advice}", given=False)
        claims = self._decoded(token.strip(), advice)
        subject, name = claims["sub"], claims.get("name")
        if not isinstance(subject, str) or _SUBJECT.fullmatch(subject) is None:
            raise TokenRefused(f"This token has no valid subject. {advice}")
        return {**claims, "name": name if isinstance(name, str) and name else subject, "role": claims.get("role")}

    def _decoded(self, token: str, advice: str) -> dict[str, Any]:
        """Return the claims of a token that is ours and valid now. Raises TokenRefused."""
        import jwt

        try:
            claims: dict[str, Any] = jwt.decode(
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
            raise TokenRefused(f"This token is not valid. {advice}") from None
        now = self.now().timestamp()
        if now >= expires:
            raise TokenRefused(f"This token has expired. {advice}")
        if now < issued - _LEEWAY.total_seconds():
            raise TokenRefused(f"This token is not valid yet. {advice}")
        return claims


def _moment(value: object) -> float:
    """Return a time in a token, in seconds since 1970. Raises ValueError unless it is a finite number.

    Python's JSON reader accepts NaN, and every comparison with NaN is false.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError("not a moment")
    return float(value)
