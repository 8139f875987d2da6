"""Waivers: the text, what a patron sends to sign it, and the rules of signing."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - dataclass fields
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from charter.drawing import check_drawing
from charter.moments import utc
from charter.names import is_plain, is_visible, without_unseen
from charter.party_links import waiver_link as waiver_link  # noqa: PLC0414 - whoever reads a waiver needs its address
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
from charter.signatures import Signature

if TYPE_CHECKING:
    from collections.abc import Sequence

    from charter.events import Event

MOST_MINORS: Final = 10
OLDEST_MINOR: Final = 17

# 128 random bits as the page's `crypto.randomUUID` writes them: who knows the id may see the signature.
# A random UUID in any of its forms, a ULID or a nano id: long enough that nobody guesses one, plain enough for a key.
_SIGNATURE_ID: Final = re.compile("[A-Za-z0-9_-]{16,64}")
_REVISED: Final = re.compile(r"Revised ([0-9]{4}-[0-9]{2}-[0-9]{2})")


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
    """Fields that a patron sends to sign, each one checked. The page mints `signature_id` when it opens.

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
            party_link=self.signing.patron_id is not None,
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
