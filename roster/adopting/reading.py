"""Reads an older system's payment: strictly, so that whatever may mean two things is reported and left alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from charter.money import CENT, ZERO, check_amount, parse_amount
from charter.patrons import check_patron_id
from charter.payments import LONGEST_NOTES, Entry, Kind, Source
from charter.refusals import AmountTooFine, Refusal
from charter.settings import DEFAULT_METHODS
from roster.importing.problems import Unreadable
from roster.verifying.findings import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

_NEAR: Final = Decimal("1e-9")  # what a binary fraction is off by: 125.09999999999999 is 125.10
_SECONDS: Final = re.compile(r"\d{10}(\.\d+)?")
_MILLISECONDS: Final = re.compile(r"\d{13}")
_WITH_TIME: Final = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}.*")
_BY: Final = re.compile(r"slack:[A-Z0-9]{2,}|web:\S(?:.*\S)?")
_EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
_AHEAD: Final = timedelta(days=1)
_LONGEST_BY: Final = 100


@dataclass(frozen=True, kw_only=True)
class ReadingRules:
    """The rules for reading old payments. `methods` and `people` translate the older system's words into ours."""

    now: datetime
    known: Sequence[str] = DEFAULT_METHODS
    methods: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)

    def entry(self, payment_id: str, record: Mapping[str, Any], *, currency: str) -> Entry:
        """Return the entry of an old payment. Raises Unreadable with the reason."""
        by = self._by(record.get("logged_by"))
        return Entry(
            payment_id=payment_id,
            kind=Kind.PAYMENT,
            amount=read_amount(record.get("amount"), currency=currency),
            method=self._method(record.get("method")),
            logged_by=by,
            timestamp=read_moment(record.get("timestamp"), now=self.now),
            source=Source.SLACK if by.startswith("slack:") else Source.WEB,
            notes=_notes(record.get("notes")),
        )

    def _method(self, value: object) -> str:
        word = " ".join(value.split()).lower() if isinstance(value, str) else ""
        if value is not None and not isinstance(value, str):
            raise Unreadable(f"method is {shown(value)}, not a word")
        method = self.methods.get(word, word)
        if method not in self.known:
            raise Unreadable(f"method is {shown(value)}, none of {', '.join(self.known)}: pass --method '{word}=…'")
        return method

    def _by(self, value: object) -> str:
        if value is not None and not isinstance(value, str):
            raise Unreadable(f"logged_by is {shown(value)}, not a name")
        name = " ".join((value or "").split())
        by = self.people.get(name, name)
        if not by:
            raise Unreadable("logged_by is missing: pass --by '=web:NAME' for those without one")
        by = by if _BY.fullmatch(by) else f"web:{by}"
        if len(by) > _LONGEST_BY or not by.isprintable():
            raise Unreadable(f"logged_by is {shown(value)}, not a name")
        return by


def is_nothing(record: object) -> bool:
    """Return whether a map entry says that nothing was paid: NULL, empty, or an amount of zero."""
    if record is None or record == {}:
        return True
    amount = record.get("amount") if isinstance(record, Mapping) else None
    return isinstance(amount, Decimal) and amount.is_finite() and amount == ZERO


def read_record(record: object) -> Mapping[str, Any]:
    """Return the map entry of a patron. Raises Unreadable where it is no single payment."""
    if not isinstance(record, Mapping):
        raise Unreadable(f"is {shown(record)}, not a payment")
    if record.get("entries") is not None:
        raise Unreadable("has entries of a ledger: compare it with the event by hand")
    return record


def read_patron_id(text: str) -> str:
    """Return the patron's id. Raises Unreadable."""
    try:
        return check_patron_id(text)
    except Refusal as refusal:
        raise Unreadable(f"the patron's id {shown(text)} cannot be one: {refusal}") from None


def read_amount(value: object, *, currency: str) -> Decimal:
    """Return an amount that was written as a number, as text, or with a binary fraction. Raises Unreadable."""
    try:
        if isinstance(value, Decimal):
            return check_amount(_in_cents(value))
        if isinstance(value, str):
            return _from_text(value, currency)
    except Refusal as refusal:
        raise Unreadable(f"amount is {shown(value)}. {refusal}".rstrip(".")) from None
    raise Unreadable(f"amount is {shown(value)}, not a number")


def read_moment(value: object, *, now: datetime) -> datetime:
    """Return the moment of a payment: ISO 8601, or seconds or milliseconds since 1970. Raises Unreadable.

    Without an offset it is UTC: that is Lambda's clock, and how the ledger reads its own.
    """
    text = f"{value:f}" if isinstance(value, Decimal) else value.strip() if isinstance(value, str) else ""
    try:
        if _MILLISECONDS.fullmatch(text):
            moment = datetime.fromtimestamp(int(text) // 1000, UTC) + timedelta(milliseconds=int(text) % 1000)
        elif _SECONDS.fullmatch(text):
            whole, _, part = text.partition(".")
            moment = datetime.fromtimestamp(int(whole), UTC) + timedelta(microseconds=int(f"{part:0<6}"[:6]))
        elif _WITH_TIME.fullmatch(text):
            moment = datetime.fromisoformat(text)
        else:
            moment = None
    except (ValueError, OverflowError):
        moment = None
    if moment is None:
        raise Unreadable(f"timestamp is {shown(value)}, not a moment with its time")
    moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    if not _EARLIEST <= moment <= now + _AHEAD:
        raise Unreadable(f"timestamp is {shown(value)}, which is no moment of a payment")
    return moment


def _from_text(text: str, currency: str) -> Decimal:
    try:
        return parse_amount(text, currency=currency)
    except AmountTooFine:
        if re.fullmatch(r"\d+\.\d+", text.strip()):
            return check_amount(_in_cents(Decimal(text.strip())))
        raise


def _in_cents(number: Decimal) -> Decimal:
    """Return the number in whole cents where it is off by no more than a binary fraction is; else as it is."""
    if not number.is_finite() or abs(number) > 10**9:
        return number
    cents = number.quantize(CENT)
    return cents if abs(cents - number) <= _NEAR else number


def _notes(value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, str) or len(value.strip()) > LONGEST_NOTES:
        raise Unreadable(f"notes are {shown(value)}, not a text of at most {LONGEST_NOTES} characters")
    return value.strip()
