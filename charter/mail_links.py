"""Addresses of patrons as mail services take them, and the links with which whoever has one ends our mails to it.

Nobody can guess a link, and neither the link nor what is stored for it names anybody.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import field
from typing import TYPE_CHECKING, Final, Protocol

from charter.enrolling import check_email
from charter.frozen import dataclass
from charter.refusals import EmailMalformed

if TYPE_CHECKING:
    from datetime import datetime

PATH: Final = "/api/mails"
"""The path of the page on which mails are ended, and begun again."""
ONE_CLICK: Final = "List-Unsubscribe=One-Click"
"""The body of a request that ends mails (RFC 8058, section 3.1)."""

_BYTES: Final = 16  # 128 bits each for the mark and its proof
_MARK: Final = 22  # letters of so many bytes
_LOCAL: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+")
_DOMAIN: Final = re.compile(r"[^\s.@<>()\[\]\\,;:\"]+(?:\.[^\s.@<>()\[\]\\,;:\"]+)+")


class Unsubscribed(Protocol):
    """The addresses to which no mail is sent, each by its mark. Every method may raise TableUnavailable."""

    def has(self, mark: str) -> bool:
        """Return whether mails to this address were ended."""
        ...

    def add(self, mark: str, *, now: datetime) -> None:
        """End mails to this address. Once more is a success too."""
        ...

    def remove(self, mark: str, *, now: datetime) -> None:
        """Begin mails to this address again. Once more is a success too."""
        ...


@dataclass(frozen=True, slots=True)
class MailLinks:
    """Makes and reads the tokens of the links. They follow from a secret and the address; nothing is stored for them.

    After the secret is changed, the links in old mails are good no more. What they ended stays ended.
    """

    secret: str = field(repr=False)
    public_base_url: str

    def link(self, address: str) -> str:
        """Return the address of the page that ends mails to `address`."""
        return f"{self.public_base_url.rstrip('/')}{PATH}?address={self.token(address)}"

    def token(self, address: str) -> str:
        """Return the token of an address: its mark, and the proof that we made it."""
        mark = mark_of(address)
        return mark + self._proof(mark)

    def find(self, token: str) -> str | None:
        """Return the mark of the address whose token it is, or None for a token that we never made."""
        mark = token[:_MARK]
        if not token.isascii() or not hmac.compare_digest(mark + self._proof(mark), token):
            return None
        return mark

    def _proof(self, mark: str) -> str:
        digest = hmac.new(self.secret.encode(), f"mails\n{mark}".encode(), hashlib.sha256).digest()
        return _letters(digest)


def mark_of(address: str) -> str:
    """Return the mark under which an address is kept. Capitals make no difference."""
    return _letters(hashlib.sha256(f"mails\n{address.strip().casefold()}".encode()).digest())


def mailable(email: str | None) -> str | None:
    """Return the patron's address if mail services take it, else None.

    Other programs write rosters too, so what a form would refuse is refused here as well. No mail service of ours takes
    other letters than ASCII before the @.
    """
    try:
        address = check_email(email or "")
    except EmailMalformed:
        return None
    local, _, domain = (address or "").rpartition("@")
    return address if _LOCAL.fullmatch(local) and _DOMAIN.fullmatch(domain) else None


def _letters(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest[:_BYTES]).decode().rstrip("=")
