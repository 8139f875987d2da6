"""Signing: the evidence is kept first, then the table's entry (docs/adr, *The evidence before the entry*)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from charter.frozen import dataclass
from charter.limits import check_room
from charter.moments import utc
from charter.names import fold, same
from charter.refusals import Refusal, SignatureReused, TooManySignings
from charter.signatures import MatchedBy
from charter.waivers import Signed, check_signing, current_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from charter.events import Event
    from charter.patrons import Patron
    from charter.ports import Evidence, Signatures, SigningAddresses
    from charter.signatures import Signature
    from charter.waivers import Signing, WaiverText

# Written under "Who booked?", these name the signer.
_MYSELF: Final = frozenset({"i", "i did", "me", "myself", "self", "same"})


@dataclass(frozen=True, slots=True)
class Receipt:
    """A waiver that is signed: the evidence, the table's entry, and the event as it was read right before.

    `replayed`: an earlier try had kept it already. The event may have been cancelled since that try.
    """

    signed: Signed
    signature: Signature
    event: Event
    replayed: bool


@dataclass(frozen=True, slots=True)
class SigningOrigin:
    """The origin of a signing, as the edge and the browser report it."""

    address: str
    user_agent: str


def sign(  # noqa: PLR0913 - each is a thing that signing needs, by name
    signing: Signing,
    *,
    eid: str,
    texts: Sequence[WaiverText],
    origin: SigningOrigin,
    now: datetime,
    signatures: Signatures,
    evidence: Evidence,
    addresses: SigningAddresses | None = None,
) -> Receipt:
    """Keep the evidence, then write the entry, each once. The same signing again is answered as the success it was.

    `texts` are the current ones, one in each language. Evidence cannot be deleted, so every check comes before it is
    kept. A try whose evidence is kept is completed by the next one, even if the checks would refuse it by then. Without
    `addresses`, no address is limited. Raises what `check_signing` does, EventIdMalformed, EventUnknown,
    SignatureReused, SignaturesFull, TooManySignings, Unavailable.
    """
    event = signatures.event(eid)
    made = _evidence(signing, event=event, texts=texts, origin=origin, now=now)
    entered = (event.signatures or {}).get(signing.signature_id)
    # An earlier try may have kept it before the event was renamed.
    kept = find_evidence(evidence, event.eids if entered else event.renamed_from, signing.signature_id)
    if entered and not kept and not entered.has_words_of(made.signature):
        raise SignatureReused
    try:
        check_signing(signing, event=event, texts=texts, now=now)
        if signing.patron_id is None and not entered and not kept:
            _check_limits(event, origin, now=now, addresses=addresses)
    except Refusal:
        kept = kept or evidence.find(event.eid, signing.signature_id)
        if kept is None:
            raise
    kept = kept or evidence.keep(made)
    if kept.signing != signing:
        raise SignatureReused
    signature = entered or signatures.sign(
        event.eid, matched(kept.signature, event, link_of=kept.signing.patron_id, now=kept.signed_at)
    )
    return Receipt(kept, signature, event, replayed=entered is not None or kept != made)


def matched(signature: Signature, event: Event, *, link_of: str | None, now: datetime) -> Signature:
    """Return the signature with the patron in whose party the signer is, or as it is where that is not certain.

    `link_of` is the patron whose personal link was opened. Without one, exactly one patron's name must fold like the
    signer's, or like the name under "Who booked?".
    """
    patron = event.patron(link_of) if link_of is not None else _by_name(signature, event)
    if patron is None:
        return signature
    other_name = MatchedBy.BOOKED_BY if link_of is None else MatchedBy.LINK
    how = MatchedBy.NAME if signature.names(patron) else other_name
    return replace(signature, patron_id=patron.patron_id, matched_at=utc(now), matched_by=how)


def _check_limits(event: Event, origin: SigningOrigin, *, now: datetime, addresses: SigningAddresses | None) -> None:
    """Check the limits of a plain link. Raises SignaturesFull, TooManySignings."""
    check_room(event)
    if addresses and not addresses.admits(origin.address, now=now):
        raise TooManySignings


def find_evidence(evidence: Evidence, eids: Iterable[str], signature_id: str) -> Signed | None:
    """Return the evidence of a signature under the first of these event ids that has it. Raises EvidenceUnavailable."""
    found = (evidence.find(eid, signature_id) for eid in eids)
    return next((kept for kept in found if kept is not None), None)


def _evidence(
    signing: Signing, *, event: Event, texts: Sequence[WaiverText], origin: SigningOrigin, now: datetime
) -> Signed:
    """Return the evidence of this signing. That of an outdated version is only compared with what is kept."""
    return Signed(
        eid=event.eid,
        title=event.title,
        starts_at=event.starts_at,
        signing=signing,
        text=current_text(signing.version, texts) or texts[0],
        # As the evidence keeps it, so that what is read back equals what was written.
        signed_at=_to_the_millisecond(now),
        address=origin.address,
        user_agent=origin.user_agent,
    )


def _to_the_millisecond(moment: datetime) -> datetime:
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _by_name(signature: Signature, event: Event) -> Patron | None:
    """Return the one patron whom the signature's own words name, or None where they name nobody or several.

    A signer who names another person under "Who booked?" is in that person's party. A patron with the signer's name is
    then not enough.
    """
    signers = [patron for patron in event.people if same(patron.name, signature.name)]
    if signature.booked_by and fold(signature.booked_by) not in _MYSELF:
        booked = [patron for patron in event.people if same(patron.name, signature.booked_by)]
        found = [patron for patron in booked if patron in signers] if signers else booked
    else:
        found = signers
    return found[0] if len(found) == 1 else None
