"""Enrolling: adding and editing the lines of a roster. Payments and signatures are not part of them."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping  # noqa: TC003 - dataclass fields
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, TypeVar

from charter.edits import Adjustment, Edit, as_text
from charter.events import Event  # noqa: TC001 - dataclass fields
from charter.frozen import dataclass
from charter.patrons import Patron  # noqa: TC001 - dataclass fields
from charter.refusals import EmailMalformed, PhoneMalformed

if TYPE_CHECKING:
    from datetime import datetime

T = TypeVar("T")

LONGEST_EMAIL: Final = 254  # RFC 5321's path of 256, without its brackets
LONGEST_PHONE: Final = 40

_EMAIL: Final = re.compile(r"[^@\s<>,;\"]{1,64}@[^@\s<>,;\"]+\.[^@\s<>,;\".]+")
_PHONE: Final = re.compile(r"\+?[0-9 ()./-]+(?:x ?[0-9]{1,6})?")
_DIGITS: Final = range(5, 21)

# The fields of a patron that admins may edit in the form.
FIELDS: Final = ("name", "party", "due", "email", "phone")
# All fields of a roster line in the table.
LINE_FIELDS: Final = (*FIELDS, "state")


@dataclass(frozen=True, slots=True)
class NewPatron:
    """A line that is to join the roster of an event. `reason` says why, where the boat is full; mostly empty."""

    eid: str
    patron: Patron
    reason: str = ""

    def edit(self, event: Event, *, by: str, now: datetime) -> Edit:
        """Return the edit for a line that exceeds the capacity: the number of people before and after it."""
        return beyond_capacity(
            event.souls, event.souls + self.patron.party, by=by, now=now, who=self.patron.patron_id, reason=self.reason
        )


@dataclass(frozen=True, slots=True)
class PatronChange:
    """A change of one line: `values` has a value for each field that changes, None to empty it.

    `seen` is the fingerprint of the line when the editor read it. `reason` is empty where none was given. A change of
    the due that is an `adjustment` is written once for its `form`, whose id is in the edit.
    """

    eid: str
    patron_id: str
    seen: str
    values: Mapping[str, Any]
    reason: str = ""
    adjustment: Adjustment | None = None
    form: str = ""

    def is_written_in(self, event: Event) -> bool:
        """Return whether the same form has adjusted the due already."""
        return bool(self.form) and any(edit.form == self.form for edit in event.edits)

    def made_to(self, patron: Patron) -> Patron:
        """Return the patron as this change leaves them."""
        return replace(patron, **self.values)

    def edits(self, before: Patron, *, by: str, now: datetime) -> list[Edit]:
        """Return an edit for each field that this change alters."""
        after = self.made_to(before)
        return [
            Edit(
                what=self.adjustment if self.adjustment and name == "due" else name,
                before=as_text(getattr(before, name)),
                after=as_text(getattr(after, name)),
                by=by,
                at=now,
                patron_id=self.patron_id,
                reason=self.reason,
                form=self.form,
            )
            for name in LINE_FIELDS
            if getattr(before, name) != getattr(after, name)
        ]


@dataclass(frozen=True, slots=True)
class Added:
    """A patron who was added to the roster, with the event right after. `replayed` is as in Created."""

    event: Event
    patron: Patron
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Changed:
    """A line that was changed from `before` to `after`. `replayed`: an earlier try had changed it, `before` is gone."""

    event: Event
    before: Patron
    after: Patron
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Overtaken:
    """Nothing was changed, since another editor changed the line meanwhile. `patron` is the line now."""

    event: Event
    patron: Patron


def beyond_capacity(  # noqa: PLR0913 - the fields of an edit, by name
    before: int, after: int, *, by: str, now: datetime, who: str | None = None, reason: str
) -> Edit:
    """Return the edit `capacity`, which keeps why an event expects more people than its boat takes."""
    return Edit("capacity", str(before), str(after), by, now, who, reason)


def fingerprint_of(patron: Patron) -> str:
    """Return the fingerprint of a roster line. It changes whenever the line does."""
    marked = [patron.state] if patron.state else []
    line = json.dumps([getattr(patron, name) for name in FIELDS] + marked, default=str)
    return hashlib.sha256(line.encode()).hexdigest()[:16]


def check_email(text: str) -> str | None:
    """Return an e-mail address, or None when there is none. Raises EmailMalformed."""
    email = text.strip()
    if email and (len(email) > LONGEST_EMAIL or _EMAIL.fullmatch(email) is None or not email.isprintable()):
        raise EmailMalformed
    return email or None


def check_phone(text: str) -> str | None:
    """Return a phone number as people write it, or None when there is none. Raises PhoneMalformed."""
    phone = " ".join(text.split())
    digits = sum(letter.isdigit() for letter in phone)
    if phone and (len(phone) > LONGEST_PHONE or digits not in _DIGITS or _PHONE.fullmatch(phone) is None):
        raise PhoneMalformed
    return phone or None
