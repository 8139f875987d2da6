"""Addresses of a waiver: one link for everyone, and a personal one for each party.

Nobody can guess a personal link, and it names nobody.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import field
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from charter.frozen import dataclass

if TYPE_CHECKING:
    from charter.events import Event
    from charter.patrons import Patron

_BYTES: Final = 16  # 128 bits
_LONGEST: Final = 64


@dataclass(frozen=True, slots=True)
class PartyLinks:
    """Makes and reads the tokens of `?party=`. They follow from a secret, the event's first id and the patron's id.

    Nothing is stored for them. After the secret is changed, an old link still opens the waiver, for no party.
    """

    secret: str = field(repr=False)
    public_base_url: str

    def token(self, event: Event, patron_id: str) -> str:
        """Return the token of the patron's party; it stays the same when the event is renamed."""
        content = f"party\n{event.first_eid}\n{patron_id}"
        digest = hmac.new(self.secret.encode(), content.encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest[:_BYTES]).decode().rstrip("=")

    def link(self, event: Event, patron_id: str) -> str:
        """Return the address of the waiver for the patron's party."""
        return waiver_link(self.public_base_url, event.eid, party=self.token(event, patron_id))

    def qr_page(self, event: Event, patron_id: str) -> str:
        """Return the address of the page that shows the party's link as a QR code."""
        return qr_page_link(self.public_base_url, event.eid, party=self.token(event, patron_id))

    def find(self, event: Event, token: str) -> Patron | None:
        """Return the patron whose party's token it is, or None."""
        if not token.isascii() or len(token) > _LONGEST:
            return None
        found = [patron for patron in event.people if hmac.compare_digest(self.token(event, patron.patron_id), token)]
        return found[0] if found else None


def waiver_link(public_base_url: str, eid: str, *, party: str | None = None) -> str:
    """Return the address where anyone reads and signs the waiver of one event; `party` is a party's own token."""
    link = f"{public_base_url.rstrip('/')}/g/{quote(eid, safe='')}/waiver"
    return link if party is None else f"{link}?party={quote(party, safe='')}"


def qr_page_link(public_base_url: str, eid: str, *, party: str | None = None) -> str:
    """Return the address of the page that shows the waiver's link as a QR code."""
    link = waiver_link(public_base_url, eid, party=party)
    return f"{link}{'?' if party is None else '&'}qr=page"
