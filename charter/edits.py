"""Edits: changes of an event or its roster, with author, moment and reason. They are only ever added."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from charter.frozen import dataclass
from charter.money import ZERO, plain_amount
from charter.starts import written

if TYPE_CHECKING:
    from collections.abc import Iterable

# Crockford's base 32, in which ULIDs are written (github.com/ulid/spec).
_DIGITS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH, _MOMENT = 26, 10  # letters of an id, and of the moment in it
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Adjustment(StrEnum):
    """An edit of a due that has a kind of its own: less is due, nothing is due any more, more is due."""

    DISCOUNT = "discount"
    COMP = "comp"
    SURCHARGE = "surcharge"


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit. `what` names the field, as `due`, or the kind of an adjustment; `before` and `after` are texts.

    `by` is the author, as `slack:U…`; `at` is aware. `patron_id` is None where the edit concerns the whole event.
    `form` is the id of the form that made an adjustment, so that a form sent again is known; mostly empty.
    """

    what: str
    before: str
    after: str
    by: str
    at: datetime
    patron_id: str | None = None
    reason: str = ""
    form: str = ""

    @property
    def field(self) -> str:
        """The name of the field that changed. An adjustment changes the `due`."""
        return "due" if self.what in set(Adjustment) else self.what

    @property
    def effect(self) -> Decimal:
        """The effect of an edit of an amount: after less before. A text that is no amount counts as zero."""
        return amount_in(self.after) - amount_in(self.before)

    @property
    def edit_id(self) -> str:
        """A ULID: its first ten characters are the moment, the others follow from the content.

        The same edit sent again has the same id, and ids sort by their time.
        """
        parts = [self.what, self.before, self.after, self.by, self.patron_id or "", self.reason]
        return ulid(self.at, "\n".join([*parts, self.form] if self.form else parts))


def latest(edits: Iterable[Edit], what: str, *, patron_id: str) -> Edit | None:
    """Return the last edit of this field of the patron's line, or None."""
    found = [edit for edit in edits if edit.field == what and edit.patron_id == patron_id]
    return max(found, key=lambda edit: edit.at, default=None)


def ulid(at: datetime, content: str) -> str:
    """Return a ULID of the moment `at` whose random part follows from the content."""
    chance = int.from_bytes(hashlib.sha256(content.encode()).digest()[:10])
    number = int(at.timestamp() * 1000) << 80 | chance
    return "".join(_DIGITS[number >> 5 * place & 31] for place in reversed(range(_LENGTH)))


def moment_of(ulid: str) -> datetime:
    """Return the moment in a ULID, in UTC. Raises ValueError for a text that is none."""
    if len(ulid) != _LENGTH:
        raise ValueError(ulid)
    milliseconds = 0
    for digit in ulid[:_MOMENT]:
        milliseconds = milliseconds << 5 | _DIGITS.index(digit)
    try:
        return _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        raise ValueError(ulid) from None


def as_text(value: object) -> str:
    """Return a field's value as an edit stores it: amounts with two decimals, moments in ISO 8601, empty for None.

    A start of which only the day is known is the day.
    """
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return plain_amount(value)
    return written(value) if isinstance(value, datetime) else str(value)


def amount_in(text: str) -> Decimal:
    """Return the amount that an edit stores as text; zero if another writer stored no amount."""
    try:
        amount = Decimal(text)
    except ArithmeticError:
        return ZERO
    return amount if amount.is_finite() else ZERO
