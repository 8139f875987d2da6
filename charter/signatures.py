"""Signatures: the party of each signer, and the number of people of a party who are covered by one."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from charter.frozen import dataclass
from charter.names import fold, same

if TYPE_CHECKING:
    from collections.abc import Iterable

    from charter.patrons import Patron


class MatchedBy(StrEnum):
    """Rules by which the system itself matches a signature. Where a person matched it, `slack:U…` is stored."""

    NAME = "name"
    """The patron is the signer, or one of the minors signed for, by their folded name."""
    LINK = "link"
    """Signed over the party's personal link, under another name than the patron's."""
    BOOKED_BY = "booked_by"
    """The signer wrote the patron's name under "Who booked?"."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature as the table keeps it; the evidence itself is in S3. Moments are ISO 8601.

    `patron_id` is the patron in whose party the signer is, matched once when the waiver was signed, or later by a
    person; None while nobody knows. `matched_by` says how: a `MatchedBy`, or the person as `slack:U…`. `companion`:
    that person said that the signer is not the patron, but comes along.
    """

    signature_id: str
    name: str
    signed_at: str
    patron_id: str | None = None
    minors: tuple[str, ...] = ()
    version: str = ""
    language: str = ""
    """The language of the text that was signed, as in `es`. Empty in rows from before there was a choice: English."""
    booked_by: str = ""
    matched_at: str | None = None
    matched_by: str | None = None
    companion: bool = False
    party_link: bool = False
    """Signed over a party's personal link."""
    for_captain: bool = False
    """The evidence has an emergency contact or a medical note, which is for the captain."""
    set_aside_at: str | None = None
    set_aside_by: str | None = None
    """The person who said that the signature is false, as `slack:U…`. It is kept, and counts for nothing."""
    signed_for: tuple[str, ...] = ()
    """The ids of another event for which it was signed, where its party was moved here. The evidence is under them."""

    @property
    def ref(self) -> str:
        """The name of this signature outside the table. Its id opens the evidence, so the id itself stays secret."""
        return hashlib.sha256(self.signature_id.encode()).hexdigest()[:32]

    @property
    def is_set_aside(self) -> bool:
        """True if a person said that the signature is false."""
        return self.set_aside_by is not None

    @property
    def moment(self) -> datetime | None:
        """The moment of signing (aware), or None where the table's text is no moment."""
        try:
            moment = datetime.fromisoformat(self.signed_at)
        except ValueError:
            return None
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    def has_content_of(self, other: Signature) -> bool:
        """Return whether both have the same signer, text and moment. Their matches may differ."""
        return self._content() == other._content()

    def has_words_of(self, other: Signature) -> bool:
        """Return whether both have the same signer and text. Their moments and matches may differ."""
        return self._words() == other._words()

    def _content(self) -> tuple[object, ...]:
        return (*self._words(), self.signed_at)

    def _words(self) -> tuple[object, ...]:
        return (self.signature_id, self.name, self.minors, self.version, self.booked_by, self.for_captain)

    def names(self, patron: Patron) -> bool:
        """Return whether the patron is the signer or one of the minors, by their folded names."""
        return any(same(name, patron.name) for name in (self.name, *self.minors))

    def covers(self, patron: Patron) -> bool:
        """Return whether this signature, matched to the patron's party, covers the patron in person.

        It does when the names were alike at the time, or when a person said so. A later edit of the name has no effect.
        """
        if self.matched_by is None:
            return self.names(patron)
        return not self.companion and self.matched_by not in {MatchedBy.LINK, MatchedBy.BOOKED_BY}


@dataclass(frozen=True, slots=True)
class SignatureMatch:
    """A person's match of a signature: the signer is this patron or, as a `companion`, another member of the party.

    `ref` is the signature's. `seen` is the patron to whom it was matched when the person read it, if any.
    """

    eid: str
    ref: str
    patron_id: str
    seen: str | None = None
    companion: bool = False


@dataclass(frozen=True, slots=True)
class Coverage:
    """Number of people of a party who signed themselves or are minors named in a signature."""

    signed: int
    people: int

    @property
    def complete(self) -> bool:
        """True if everybody in the party is covered."""
        return self.signed >= self.people

    def __str__(self) -> str:
        return f"{self.signed} of {self.people} signed"


def coverage_of(patron: Patron, signatures: Iterable[Signature]) -> Coverage:
    """Return how many of the patron's party the signatures matched to it cover.

    The same name in two signatures is one person, also where a youth signs and is named as a minor by a guardian. In
    one signature, a signer and a minor of the same name are two. The patron counts only when covered in person: others
    of the party cannot sign for them, so without the patron's own signature at most everybody else is covered.
    """
    own = list(signatures)
    covered = Counter[str]()
    for signature in own:
        minors = {fold(minor) or minor for minor in signature.minors}
        covered |= Counter([fold(signature.name) or signature.signature_id]) + Counter(minors)
    most = patron.party if any(signature.covers(patron) for signature in own) else patron.party - 1
    return Coverage(min(covered.total(), most), patron.party)
