"""Waivers: the text, the fields of a signing, and the rules of signing."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import field
from datetime import datetime  # noqa: TC003 - dataclass fields
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Final

from charter.drawing import check_drawing
from charter.frozen import dataclass
from charter.moments import utc
from charter.names import is_plain, is_visible, without_unseen
from charter.party_links import waiver_link as waiver_link  # noqa: PLC0414 - callers need both
from charter.patrons import check_name
from charter.refusals import (
    EventCancelled,
    EventOver,
    FieldChecks,
    ForCaptainMalformed,
    MinorMalformed,
    NameMalformed,
    SignatureIdMalformed,
    SignatureMissing,
    SignerUnknown,
    TooManyMinors,
    WaiverChanged,
)
from charter.signatures import Signature

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from charter.events import Event

MOST_MINORS: Final = 10
OLDEST_MINOR: Final = 17
LONGEST_CONTACT: Final = 120
LONGEST_NOTE: Final = 300
FEWEST_DIGITS: Final = 3  # of a phone number; an emergency number is the shortest

# The page makes 128 random bits with `crypto.randomUUID`. Anybody who knows the id can see the signature, so it must be
# too long to guess. A UUID in any of its forms, a ULID and a nano id are accepted.
_SIGNATURE_ID: Final = re.compile("[A-Za-z0-9_-]{16,64}")
_REVISED: Final = re.compile(r"(?:Revised |(?=[0-9-]{10}\W*\Z))([0-9]{4}-[0-9]{2}-[0-9]{2})")

ENGLISH: Final = "en"  # the language of all texts that were signed before there was a choice


@dataclass(frozen=True, slots=True)
class WaiverText:
    """The text to be signed, in Markdown, the sentence of consent, and a guardian's statement for minors.

    `language` is the two or three letters of its language, as in `en` (BCP 47).
    """

    markdown: str
    consent: str
    guardian: str
    language: str = ENGLISH

    @property
    def sha256(self) -> str:
        """The hash of the whole text, in hexadecimal."""
        return hashlib.sha256(f"{self.markdown}\n\n{self.consent}\n\n{self.guardian}".encode()).hexdigest()

    @property
    def version(self) -> str:
        """The day of the revision and the start of the hash, as `2026-11-23-1a2b3c4d`.

        The day is behind the word `Revised` or, in any language, at the very end. Raises ValueError without one.
        """
        revised = _REVISED.search(self.markdown)
        if revised is None:
            raise ValueError("The waiver's text has no line such as “Revised 2026-04-01”. Add one.")
        return f"{revised[1]}-{self.sha256[:8]}"


class MarkKind(StrEnum):
    """The form of a signature; both count the same."""

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
    """Fields that a patron sends to sign, each one checked. The page chooses `signature_id` when it opens.

    `patron_id` is the patron whose party's personal link was opened; `booked_by` was written under "Who booked?".
    `emergency_contact` (name and phone) and `medical_note` are for the captain alone: they are kept in the evidence and
    nowhere else, and a printed Signing leaves them out.
    """

    signature_id: str
    name: str
    mark: Mark
    version: str
    patron_id: str | None = None
    booked_by: str = ""
    minors: tuple[Minor, ...] = ()
    emergency_contact: str = field(default="", repr=False)
    medical_note: str = field(default="", repr=False)

    @property
    def for_captain(self) -> bool:
        """True if there is something that is for the captain."""
        return bool(self.emergency_contact or self.medical_note)


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
        """The table's entry of it, not matched yet: names, but no ages, address, drawing or words for the captain."""
        return Signature(
            signature_id=self.signing.signature_id,
            name=self.signing.name,
            signed_at=utc(self.signed_at),
            minors=tuple(minor.name for minor in self.signing.minors),
            version=self.signing.version,
            language=self.text.language,
            booked_by=self.signing.booked_by,
            party_link=self.signing.patron_id is not None,
            for_captain=self.signing.for_captain,
        )


def current_text(version: str, texts: Iterable[WaiverText]) -> WaiverText | None:
    """Return the text of this version among the current ones, one in each language, or None for an outdated version."""
    return next((text for text in texts if text.version == version), None)


def is_current_version(version: str, texts: Iterable[WaiverText]) -> bool:
    """Return whether this version is what patrons sign now, in any language."""
    return current_text(version, texts) is not None


def check_signing(signing: Signing, *, event: Event, texts: Iterable[WaiverText], now: datetime) -> None:
    """Check that this may be signed at `now` (aware). `texts` are the current ones.

    Raises EventCancelled, EventOver, SignerUnknown or WaiverChanged.
    """
    if event.status == "cancelled":
        raise EventCancelled(event.title)
    if event.over(now):
        raise EventOver(event.title)
    if signing.patron_id is not None and event.patron(signing.patron_id) is None:
        raise SignerUnknown
    if not is_current_version(signing.version, texts):
        raise WaiverChanged


def check_signature_id(text: str) -> str:
    """Return `text` itself when it can name a signature. Raises SignatureIdMalformed."""
    if _SIGNATURE_ID.fullmatch(text) is None:
        raise SignatureIdMalformed
    return text


def check_signer(text: str, *, field: str = "name") -> str:
    """Return a plain name as `check_name` leaves it, with a visible letter in it.

    Raises NameMalformed, in words for who signs.
    """
    whose = "your full name" if field == "name" else "the minor's full name"
    if not is_plain(text):
        raise NameMalformed(whose=whose, field=field, forged=is_visible(text))
    try:
        name = check_name(without_unseen(text))
    except NameMalformed:
        name = ""
    if not any(unicodedata.category(letter).startswith("L") and is_visible(letter) for letter in name):
        raise NameMalformed(whose=whose, field=field)
    return name


def check_minors(lines: Sequence[tuple[str, int]]) -> tuple[Minor, ...]:
    """Return the minors of these names and ages. Raises TooManyMinors, or an ExceptionGroup of all refusals."""
    if len(lines) > MOST_MINORS:
        raise TooManyMinors(MOST_MINORS)
    minors: list[Minor] = []
    checks = FieldChecks()
    for place, (name, age) in enumerate(lines):
        plain = checks.run(partial(check_signer, name, field=f"minors.{place}.name"))
        if not 0 <= age <= OLDEST_MINOR:
            checks.refusals.append(MinorMalformed(OLDEST_MINOR, field=f"minors.{place}.age"))
        minors.append(Minor(plain or "", age))
    if checks.refusals:
        raise checks.error("minors")
    return tuple(minors)


def check_mark(kind: MarkKind, content: str) -> Mark:
    """Return the signature. Raises SignatureMissing, SignatureMalformed."""
    if kind is MarkKind.DRAWN:
        return Mark(kind, check_drawing(content))
    try:
        return Mark(kind, check_signer(content))
    except NameMalformed:
        raise SignatureMissing from None


def check_emergency_contact(text: str) -> str:
    """Return a name and a phone number on one line, or an empty text where nothing visible was written.

    Raises ForCaptainMalformed.
    """
    contact = _one_line(text)
    if len(contact) > LONGEST_CONTACT:
        raise ForCaptainMalformed.too_long("emergency_contact", "a name and a phone number", LONGEST_CONTACT)
    if contact and sum(letter.isdigit() for letter in contact) < FEWEST_DIGITS:
        raise ForCaptainMalformed("Write a phone number too, so that the captain can call them.", "emergency_contact")
    return contact


def check_medical_note(text: str) -> str:
    """Return the note on one line, or an empty text where nothing visible was written. Raises ForCaptainMalformed."""
    note = _one_line(text)
    if len(note) > LONGEST_NOTE:
        raise ForCaptainMalformed.too_long("medical_note", "what matters most", LONGEST_NOTE)
    return note


def _one_line(text: str) -> str:
    """Return the text without direction marks, invisible letters and control characters; empty if nothing shows."""
    bare = without_unseen(text)
    printable = "".join(" " if unicodedata.category(letter) in {"Cc", "Cs"} else letter for letter in bare)
    return " ".join(printable.split()) if is_visible(printable) else ""
