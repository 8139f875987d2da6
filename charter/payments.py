"""Payments: a ledger of entries per patron, only ever added to."""

from __future__ import annotations

from dataclasses import field, fields
from datetime import datetime
from decimal import Decimal  # noqa: TC003 - get_type_hints reads it
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, get_type_hints

from charter.frozen import dataclass
from charter.kinds import OWN_IDS as OWN_IDS  # noqa: PLC0414 - an entry's kind is read beside it
from charter.kinds import RETURNED as RETURNED  # noqa: PLC0414 - likewise
from charter.kinds import REVERSALS as REVERSALS  # noqa: PLC0414 - likewise
from charter.kinds import Kind as Kind  # noqa: PLC0414 - likewise
from charter.moments import utc
from charter.money import ZERO, check_amount, plain_amount
from charter.patterns import pattern
from charter.refusals import (
    EntryReversed,
    EntryUnknown,
    MethodUnknown,
    MoneyMoved,
    NotesTooLong,
    NothingToReverse,
    PaidTooLittle,
    PaymentIdMalformed,
    ReasonMissing,
    TransferStays,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LONGEST_NOTES: Final = 500
LONGEST_REASON: Final = 200
LONGEST_GROUP: Final = 64
LONGEST_PERMALINK: Final = 255
LONGEST_COUNTERPART: Final = 255

# A record that is older than the ledger counts as one entry, under this id.
BEFORE_THE_LEDGER: Final = "before-the-ledger"

_PAYMENT_ID: Final = pattern(rf"(?!{'|'.join(OWN_IDS)}|{BEFORE_THE_LEDGER})[A-Za-z0-9._:-]{{1,64}}")


class Source(StrEnum):
    """The interface by which an entry was logged."""

    SLACK = "slack"
    WEB = "web"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a patron's ledger. `amount` is signed: payments add, refunds take, a reversal is minus its target.

    `tip` is money handed over beside the amount, which never counts toward the due; a reversal takes its target's back.
    Entries that were paid together have one `group`, and so have both entries of a transfer, whose `counterpart` is the
    event and patron of the other one: `eid/patron_id`. `permalink` leads to the message that an entry was logged from.

    This is the only list of an entry's fields. The table's reader and writer, the exports, the API's answers, `roster
    verify` and the sample season follow from each field's name, its type, and the most letters that it takes.
    """

    payment_id: str
    kind: Kind
    amount: Decimal
    method: str
    logged_by: str
    timestamp: datetime
    source: Source
    notes: str = field(default="", metadata={"longest": LONGEST_NOTES})
    reverses: str | None = None
    counterpart: str = field(default="", metadata={"longest": LONGEST_COUNTERPART})
    reason: str = field(default="", metadata={"longest": LONGEST_REASON})
    tip: Decimal | None = None
    group: str = field(default="", metadata={"longest": LONGEST_GROUP})
    permalink: str = field(default="", metadata={"longest": LONGEST_PERMALINK})

    def plain(self) -> dict[str, str | Decimal | None]:
        """Return all fields by name as text or as Decimal: moments in UTC, None for an empty text."""
        return {name: _plain(getattr(self, name)) for name in ENTRY_FIELDS}

    def says_the_same_as(self, other: Entry) -> bool:
        """Return whether `other` is this entry sent again.

        Every field is compared except the timestamp, which differs between a try and its retry.
        """
        compared = [each.name for each in fields(self) if each.name != "timestamp"]
        return all(getattr(self, name) == getattr(other, name) for name in compared)


# The type of each field of an entry, by name and in order.
ENTRY_FIELDS: Final[Mapping[str, object]] = get_type_hints(Entry)
# The most letters of each text that a person types into an entry.
LONGEST_TEXTS: Final[Mapping[str, int]] = {
    each.name: each.metadata["longest"] for each in fields(Entry) if "longest" in each.metadata
}
# Fields that a patron's record repeats from its latest entry, for other readers of the table. They rely on the first
# three; the notes are there only when the entry has some.
RELIED_ON: Final = ("timestamp", "method", "logged_by")
HEADLINE: Final = (*RELIED_ON, "notes")


@dataclass(frozen=True, slots=True)
class Payment:
    """A patron's payment: the entries in the order in which they were logged. `amount` is their sum."""

    entries: tuple[Entry, ...] = ()

    @property
    def amount(self) -> Decimal:
        """Net paid, in the event's currency."""
        return sum((entry.amount for entry in self.entries), ZERO)

    @property
    def latest(self) -> Entry | None:
        """The entry that was logged last. Its method, time and author are shown for the whole payment."""
        return self.entries[-1] if self.entries else None

    def entry(self, payment_id: str) -> Entry | None:
        """Return the entry under this id, or None."""
        return next((entry for entry in self.entries if entry.payment_id == payment_id), None)

    def reversal_of(self, payment_id: str) -> Entry | None:
        """Return the entry that undoes the one under this id wholly, or None."""
        return next((each for each in self.entries if each.kind in REVERSALS and each.reverses == payment_id), None)

    def voided(self, payment_id: str) -> bool:
        """Return whether a later entry undoes the one under this id wholly."""
        return self.reversal_of(payment_id) is not None

    def holder_of(self, entry: Entry) -> str:
        """Return who took the money of an entry. A reversal is attributed to whoever took the reversed money."""
        undone = self.entry(entry.reverses) if entry.reverses and entry.kind in REVERSALS else None
        return (undone or entry).logged_by


@dataclass(frozen=True, slots=True)
class Draft:
    """A payment as a form holds it, each field checked. `Ledger.log` writes it.

    The client chooses `payment_id` when its form opens. `walk_up` is a new patron's name, None for one on the
    roster. A new patron joins the roster under `patron_id` with a `party` that owes `due`. Without a due the party owes
    the event's price for each person. `reason` says why a new patron comes although the boat is full, mostly empty.
    `confirmed`: a person said that it is another payment than one that looks the same.
    """

    payment_id: str
    eid: str
    patron_id: str
    amount: Decimal
    method: str
    notes: str = ""
    walk_up: str | None = None
    party: int = 1
    due: Decimal | None = None
    reason: str = ""
    confirmed: bool = False
    tip: Decimal | None = None
    group: str = ""
    permalink: str = ""

    def entry(self, *, by: str, source: Source, now: datetime) -> Entry:
        """Return the entry of this draft, logged by `by` (`slack:U…`, `web:…`) at `now` (aware)."""
        return Entry(
            payment_id=self.payment_id,
            kind=Kind.PAYMENT,
            amount=self.amount,
            method=self.method,
            logged_by=by,
            timestamp=now,
            source=source,
            notes=self.notes,
            reason=self.reason,
            tip=self.tip,
            group=self.group,
            permalink=self.permalink,
        )


@dataclass(frozen=True, slots=True)
class Void:
    """A request to undo one entry wholly, by a void or another kind of reversal, whose id follows from the entry's."""

    eid: str
    patron_id: str
    reverses: str
    reason: str
    kind: Kind = Kind.VOID

    def entry(self, payment: Payment, *, by: str, source: Source, now: datetime) -> Entry:
        """Return the entry that undoes it.

        Raises EntryUnknown, NothingToReverse, TransferStays, EntryReversed, PaidTooLittle, MoneyMoved.
        """
        undone = payment.entry(self.reverses)
        if undone is None:
            raise EntryUnknown
        if undone.kind is Kind.TRANSFER:
            raise TransferStays
        if undone.kind in REVERSALS:
            raise NothingToReverse
        entry = Entry(
            payment_id=reversal_id(self.kind, self.reverses, self.patron_id),
            kind=self.kind,
            amount=-undone.amount,
            method=undone.method,
            logged_by=by,
            timestamp=now,
            source=source,
            reverses=self.reverses,
            reason=self.reason,
            tip=-undone.tip if undone.tip else None,
        )
        written = payment.entry(entry.payment_id)
        if payment.voided(self.reverses) and not (written and written.says_the_same_as(entry)):
            raise EntryReversed
        return entry if written else _affordable(entry, payment)


@dataclass(frozen=True, slots=True)
class Refund:
    """A request to give `amount`, above 0, back to a patron."""

    payment_id: str
    eid: str
    patron_id: str
    amount: Decimal
    method: str
    reason: str

    def entry(self, payment: Payment, *, by: str, source: Source, now: datetime) -> Entry:
        """Return the entry that gives it back. Raises PaidTooLittle when that is more than was paid."""
        entry = Entry(
            payment_id=self.payment_id,
            kind=Kind.REFUND,
            amount=-check_amount(self.amount),
            method=self.method,
            logged_by=by,
            timestamp=now,
            source=source,
            reason=self.reason,
        )
        return entry if payment.entry(self.payment_id) else _affordable(entry, payment)


def _plain(value: Any) -> str | Decimal | None:  # noqa: ANN401 - a field of any type
    if isinstance(value, datetime):
        return utc(value)
    plain: str | Decimal | None = value.value if isinstance(value, StrEnum) else value
    return None if plain == "" else plain


def _affordable(entry: Entry, payment: Payment) -> Entry:
    if payment.amount + entry.amount < 0:
        is_moved = any(each.kind is Kind.TRANSFER and each.amount < 0 for each in payment.entries)
        raise MoneyMoved if is_moved else PaidTooLittle(plain_amount(payment.amount))
    return entry


def reversal_id(kind: Kind, reverses: str, patron_id: str) -> str:
    """Return a reversal's id. It names the patron for an entry from before the ledger, of which each may have one."""
    own = f"{kind}:{reverses}"
    return f"{own}:{patron_id}" if reverses == BEFORE_THE_LEDGER else own


def check_payment_id(text: str) -> str:
    """Return `text` itself when it can name a payment. Raises PaymentIdMalformed."""
    if _PAYMENT_ID.fullmatch(text) is None:
        raise PaymentIdMalformed(text)
    return text


def check_method(text: str, methods: Sequence[str]) -> str:
    """Return the method as PAYMENT_METHODS spells it, in any case typed. Raises MethodUnknown."""
    method = text.strip().lower()
    if method not in methods:
        raise MethodUnknown(method, methods)
    return method


def check_notes(text: str) -> str:
    """Return the notes without outer white space. Raises NotesTooLong."""
    notes = text.strip()
    if len(notes) > LONGEST_NOTES:
        raise NotesTooLong(LONGEST_NOTES)
    return notes


def check_reason(text: str) -> str:
    """Return the reason for a reversal, on one line. Raises ReasonMissing when it is empty or too long."""
    reason = " ".join(text.split())
    if not 0 < len(reason) <= LONGEST_REASON:
        raise ReasonMissing(LONGEST_REASON)
    return reason
