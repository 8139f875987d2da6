"""Matching a signature to the party that it belongs to: once, when it is made, and only where there is no doubt."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from charter.moments import utc
from charter.names import fold, same
from charter.signatures import MatchedBy

if TYPE_CHECKING:
    from datetime import datetime

    from charter.events import Event
    from charter.patrons import Patron
    from charter.signatures import Signature

# Written under "Who booked?", these name the signer.
_MYSELF: Final = frozenset({"i", "i did", "me", "myself", "self", "same"})


def matched(signature: Signature, event: Event, *, link_of: str | None, now: datetime) -> Signature:
    """Return the signature with the patron in whose party the signer is, or as it is where that is not certain.

    `link_of` is the patron whose personal link was opened. Without one, the patron's name must look like the signer's,
    or like the name under "Who booked?", and it must be exactly one patron.
    """
    patron = event.patron(link_of) if link_of is not None else _by_name(signature, event)
    if patron is None:
        return signature
    other_name = MatchedBy.BOOKED_BY if link_of is None else MatchedBy.LINK
    how = MatchedBy.NAME if signature.names(patron) else other_name
    return replace(signature, patron_id=patron.patron_id, matched_at=utc(now), matched_by=how)


def _by_name(signature: Signature, event: Event) -> Patron | None:
    """Return the one patron whom the signature's own words name, or None where they name nobody or several.

    Whoever writes that somebody else booked is in that party: a patron who merely has the signer's name is then not
    enough.
    """
    signers = [patron for patron in event.people if same(patron.name, signature.name)]
    if signature.booked_by and fold(signature.booked_by) not in _MYSELF:
        booked = [patron for patron in event.people if same(patron.name, signature.booked_by)]
        found = [patron for patron in booked if patron in signers] if signers else booked
    else:
        found = signers
    return found[0] if len(found) == 1 else None
