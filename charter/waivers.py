"""Waivers: the text, what a patron sends to sign it, the rules of signing, and where it is read."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from charter.drawing import check_drawing
from charter.names import fold, is_visible, same
from charter.patrons import check_name
from charter.refusals import (
    EventCancelled,
    EventOver,
    MinorMalformed,
    NameMalformed,
    Refusal,
    SignatureIdMalformed,
    SignatureMissing,
    SignerUnknown,
    TooManyMinors,
    WaiverChanged,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from charter.events import Event
    from charter.patrons import Patron

MOST_MINORS: Final = 10
OLDEST_MINOR: Final = 17

# 128 random bits as the page's `crypto.randomUUID` writes them: who knows the id may see the signature.
# A random UUID in any of its forms, a ULID or a nano id: long enough that nobody guesses one, plain enough for a key.
_SIGNATURE_ID: Final = re.compile("[A-Za-z0-9_-]{16,64}")
_REVISED: Final = re.compile(r"Revised ([0-9]{4}-[0-9]{2}-[0-9]{2})")


class MatchedBy(StrEnum):
    """Ways in which the system itself matches a signature to a patron. A person who matches is kept as `slack:U…`."""

    NAME = "name"
    """The patron is the signer, or one of the minors signed for, by their folded name."""
    LINK = "link"
    """Signed over the party's personal link, by somebody of another name."""
    BOOKED_BY = "booked_by"
    """The signer wrote the patron's name under "Who booked?"."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature as the table keeps it; the evidence itself is in S3. Moments are ISO 8601.

    `patron_id` is the patron in whose party the signer is, matched once when the waiver was signed, or later by a
    person; None while nobody knows. `matched_by` says how: a `MatchedBy`, or the person as `slack:U…`.
    """

    signature_id: str
    name: str
    signed_at: str
    patron_id: str | None = None
    minors: tuple[str, ...] = ()
    version: str = ""
    booked_by: str = ""
    matched_at: str | None = None
    matched_by: str | None = None

    @property
    def ref(self) -> str:
        """The name of this signature outside the table. Its id opens the evidence, so the id itself stays secret."""
        return hashlib.sha256(self.signature_id.encode()).hexdigest()[:32]

    @property
    def moment(self) -> datetime | None:
        """When it was signed (aware), or None where the table's text is no moment."""
        try:
            moment = datetime.fromisoformat(self.signed_at)
        except ValueError:
            return None
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    def has_content_of(self, other: Signature) -> bool:
        """Return whether both say the same of who signed what and when; who they were matched to may differ."""
        return self._content() == other._content()

    def _content(self) -> tuple[object, ...]:
        return (self.signature_id, self.name, self.signed_at, self.minors, self.version, self.booked_by)

    def names(self, patron: Patron) -> bool:
        """Return whether the patron is the signer or one of the minors, by the look of their names."""
        return any(same(name, patron.name) for name in (self.name, *self.minors))

    def covers(self, patron: Patron) -> bool:
        """Return whether this signature, matched to the patron's party, covers the patron in person.

        So it does when the names were alike at the time, or when a person said so. A later edit of the patron's name
        changes nothing.
        """
        if self.matched_by is None:
            return self.names(patron)
        return self.matched_by not in {MatchedBy.LINK, MatchedBy.BOOKED_BY}


@dataclass(frozen=True, slots=True)
class Match:
    """What a person says of a signature: it belongs to this patron's party.

    `ref` is the signature's; `seen` is the patron to whom it was matched when the person looked, if any.
    """

    eid: str
    ref: str
    patron_id: str
    seen: str | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many people of a party are covered by a signature of their own or as a minor named in one."""

    signed: int
    people: int

    @property
    def complete(self) -> bool:
        """Whether everybody in the party is covered."""
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


@dataclass(frozen=True, slots=True)
class WaiverText:
    """What is signed: the text in Markdown, the sentence that is agreed to, and what a guardian states for minors."""

    markdown: str
    consent: str
    guardian: str

    @property
    def sha256(self) -> str:
        """Over all that is signed, in hexadecimal."""
        return hashlib.sha256(f"{self.markdown}\n\n{self.consent}\n\n{self.guardian}".encode()).hexdigest()

    @property
    def version(self) -> str:
        """The day of the revision and the start of the hash, as `2026-11-23-1a2b3c4d`.

        Raises ValueError when the text does not say `Revised` and a day.
        """
        revised = _REVISED.search(self.markdown)
        if revised is None:
            raise ValueError("the waiver's text does not say when it was revised")
        return f"{revised[1]}-{self.sha256[:8]}"


class MarkKind(StrEnum):
    """How a patron signs; both count the same."""

    DRAWN = "drawn"
    TYPED = "typed"


@dataclass(frozen=True, slots=True)
class Mark:
    """The signature itself: a drawing's path on a pad of charter.drawing's size, or the name as it was typed."""

    kind: MarkKind
    content: str


@dataclass(frozen=True, slots=True)
class Minor:
    """A child for whom a guardian signs. `age` in years."""

    name: str
    age: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """What a patron sends to sign, each field checked. The page mints `signature_id` when it opens.

    `patron_id` is the patron whose party's personal link was opened; `booked_by` was written under "Who booked?".
    """

    signature_id: str
    name: str
    mark: Mark
    version: str
    patron_id: str | None = None
    booked_by: str = ""
    minors: tuple[Minor, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """The evidence: who signed what for which event, when, and from where. Written once and never changed.

    `address` and `user_agent` are what the edge and the browser said; `signed_at` is aware.
    """

    eid: str
    title: str
    starts_at: datetime
    signing: Signing
    text: WaiverText
    signed_at: datetime
    address: str
    user_agent: str

    @property
    def signature(self) -> Signature:
        """The small entry that the table keeps of it, not matched yet: names, but no ages, address or drawing."""
        return Signature(
            signature_id=self.signing.signature_id,
            name=self.signing.name,
            signed_at=utc(self.signed_at),
            minors=tuple(minor.name for minor in self.signing.minors),
            version=self.signing.version,
            booked_by=self.signing.booked_by,
        )


def check_signing(signing: Signing, *, event: Event, text: WaiverText, now: datetime) -> None:
    """Whether this may be signed at `now` (aware).

    Raises EventCancelled, EventOver, SignerUnknown or WaiverChanged.
    """
    if event.status == "cancelled":
        raise EventCancelled(event.title)
    if event.over(now):
        raise EventOver(event.title)
    if signing.patron_id is not None and event.patron(signing.patron_id) is None:
        raise SignerUnknown
    if signing.version != text.version:
        raise WaiverChanged


def check_signature_id(text: str) -> str:
    """`text` itself when it can name a signature. Raises SignatureIdMalformed."""
    if _SIGNATURE_ID.fullmatch(text) is None:
        raise SignatureIdMalformed
    return text


def check_signer(text: str, *, field: str = "name") -> str:
    """A name as `check_name` leaves it, with a visible letter in it. Raises NameMalformed, in words for who signs."""
    try:
        name = check_name(text)
    except NameMalformed:
        name = ""
    if not any(unicodedata.category(letter).startswith("L") and is_visible(letter) for letter in name):
        raise NameMalformed(whose="your full name" if field == "name" else "the minor's full name", field=field)
    return name


def check_minors(lines: Sequence[tuple[str, int]]) -> tuple[Minor, ...]:
    """The minors of these names and ages. Raises TooManyMinors, or an ExceptionGroup of what is wrong with each."""
    if len(lines) > MOST_MINORS:
        raise TooManyMinors(MOST_MINORS)
    minors: list[Minor] = []
    refusals: list[Refusal] = []
    for place, (name, age) in enumerate(lines):
        try:
            minors.append(Minor(check_signer(name, field=f"minors.{place}.name"), age))
        except NameMalformed as refusal:
            refusals.append(refusal)
        if not 0 <= age <= OLDEST_MINOR:
            refusals.append(MinorMalformed(OLDEST_MINOR, field=f"minors.{place}.age"))
    if refusals:
        raise ExceptionGroup("minors", refusals)
    return tuple(minors)


def check_mark(kind: MarkKind, content: str) -> Mark:
    """The signature as it was made. Raises SignatureMissing, SignatureMalformed."""
    if kind is MarkKind.DRAWN:
        return Mark(kind, check_drawing(content))
    try:
        return Mark(kind, check_signer(content, field="signature"))
    except NameMalformed:
        raise SignatureMissing from None


def utc(moment: datetime) -> str:
    """The moment as the table and the evidence keep it: ISO 8601, UTC, milliseconds, `Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def waiver_link(public_base_url: str, eid: str, *, party: str | None = None) -> str:
    """Return the address where anyone reads and signs the waiver of one event; `party` is a party's own token."""
    link = f"{public_base_url.rstrip('/')}/g/{quote(eid, safe='')}/waiver"
    return link if party is None else f"{link}?party={quote(party, safe='')}"
