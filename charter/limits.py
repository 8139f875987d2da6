"""Limits on signatures by strangers: of one event over its plain link, and from one address in a time window."""

from __future__ import annotations

import ipaddress
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from charter.refusals import SignaturesFull

if TYPE_CHECKING:
    from charter.events import Event

FEWEST_BY_PLAIN_LINK: Final = 60
PER_PERSON: Final = 3  # a second try, a corrected name, a minor who signs too

# A boatful that signs over the marina's Wi-Fi has one address. Personal links are not counted.
PER_ADDRESS: Final = 60
WINDOW: Final = timedelta(minutes=10)

_ONE_HOUSEHOLD: Final = 64  # bits of an IPv6 address; the rest is for the caller to choose


def most_by_plain_link(event: Event) -> int:
    """Return how many signatures an event takes over its plain link."""
    return max(FEWEST_BY_PLAIN_LINK, PER_PERSON * max(event.capacity or 0, event.souls))


def check_room(event: Event) -> None:
    """Check that the event takes one more signature over its plain link. Raises SignaturesFull."""
    if len(event.by_plain_link) >= most_by_plain_link(event):
        raise SignaturesFull(event.title)


def network_of(address: str) -> str:
    """Return the part of an address that one caller holds: an IPv4 address itself, the first half of an IPv6 one."""
    try:
        found = ipaddress.ip_address(address.strip())
    except ValueError:
        return address.strip()
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((int(found), _ONE_HOUSEHOLD), strict=False))
    return str(found)
