"""Checks of one patron's record: the ledger's entries, and the four fields that other programs read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from adapters.sums import disagreements
from charter.kinds import OLD_IDS
from charter.money import CENT, LARGEST, ZERO
from charter.payments import (
    BEFORE_THE_LEDGER,
    ENTRY_FIELDS,
    LONGEST_TEXTS,
    OWN_IDS,
    RELIED_ON,
    RETURNED,
    REVERSALS,
    Kind,
    Source,
    check_payment_id,
    reversal_id,
)
from roster.verifying.findings import BY, Remark, amount_fault, broken, in_utc, odd, refusal_of, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

# Two functions may write at once, each with its own clock. The headline is of the entry that was written last.
_AT_ONCE: Final = timedelta(seconds=10)
_LONGEST_METHOD: Final = 75
_OPTIONAL_AMOUNTS: Final = [name for name, kind in ENTRY_FIELDS.items() if kind == Decimal | None]
_RANGES: Final = {
    Kind.PAYMENT: (CENT, LARGEST),
    Kind.REFUND: (-LARGEST, -CENT),
    Kind.VOID: (-LARGEST, LARGEST),
    Kind.TRANSFER: (-LARGEST, LARGEST),
    **dict.fromkeys(RETURNED, (-LARGEST, -CENT)),
}

Record = Mapping[str, Any]


def check_record(patron_id: str, record: object) -> Iterator[Remark]:
    """Check the record of one patron."""
    here = f"payments.{patron_id}"
    for reason in disagreements(record):
        yield broken(here, reason)
    if not isinstance(record, Mapping):
        return
    if isinstance(record.get("amount"), str):
        yield odd(here, "amount is a text, not a number.")
    entries = record.get("entries")
    if not isinstance(entries, Mapping):
        yield from _older(here, record)
        return
    sound = {payment_id: entry for payment_id, entry in entries.items() if isinstance(entry, Mapping)}
    if not sound:
        yield broken(here, "has an empty map of entries, so the amount paid is unknown.")
        return
    for payment_id, entry in sound.items():
        yield from _check_entry(f"{here}.entries.{payment_id}", payment_id, entry)
    yield from _check_reversals(here, patron_id, sound)
    yield from _check_sums(here, sound)
    yield from _check_headline(here, record, sound)


def _older(here: str, record: Record) -> Iterator[Remark]:
    """Check a record from before the ledger, which counts as one entry."""
    fault = amount_fault(record.get("amount"), least=ZERO)
    if fault and isinstance(record.get("amount"), Decimal):
        yield broken(here, f"amount {fault}.")
    yield from (odd(f"{here}.{name}", f"is {shown(record.get(name))}.") for name in RELIED_ON if not record.get(name))


def _check_entry(here: str, payment_id: str, entry: Record) -> Iterator[Remark]:
    try:
        kind = Kind(str(entry.get("kind")))
    except ValueError:
        yield broken(here, f"kind is {shown(entry.get('kind'))}.")
        return
    named_by_us = payment_id.startswith(OWN_IDS) or payment_id == BEFORE_THE_LEDGER
    if not named_by_us and (refusal := refusal_of(check_payment_id, payment_id)):
        yield broken(here, refusal)
    least, most = _RANGES[kind]
    if fault := amount_fault(entry.get("amount"), least=least, most=most):
        yield broken(here, f"amount of a {kind} {fault}.")
    if in_utc(entry.get("timestamp")) is None:
        yield broken(here, f"timestamp is {shown(entry.get('timestamp'))}, not a moment in UTC.")
    method, by = entry.get("method"), entry.get("logged_by")
    if not (isinstance(method, str) and method == method.strip() and 0 < len(method) <= _LONGEST_METHOD):
        yield broken(here, f"method is {shown(method)}.")
    if not (isinstance(by, str) and re.fullmatch(BY, by)):
        yield broken(here, f"logged_by is {shown(by)}, neither slack:… nor web:….")
    if entry.get("source") not in [*Source]:
        yield broken(here, f"source is {shown(entry.get('source'))}, neither slack nor web.")
    yield from _check_words(here, kind, entry)


def _check_words(here: str, kind: Kind, entry: Record) -> Iterator[Remark]:
    for name, longest in LONGEST_TEXTS.items():
        text = entry.get(name, "")
        if not isinstance(text, str) or len(text) > longest:
            yield broken(here, f"{name} is not a text of at most {longest} characters.")
    for name in _OPTIONAL_AMOUNTS:
        if name in entry and (fault := amount_fault(entry[name], least=-LARGEST)):
            yield broken(here, f"{name} {fault}.")
    if kind is not Kind.PAYMENT and not entry.get("reason"):
        yield odd(here, f"is a {kind} without a reason.")
    if kind not in REVERSALS and entry.get("reverses") is not None:
        yield broken(here, f"is a {kind}, but only a void, a bounced check or a chargeback may have `reverses`.")


def _check_reversals(here: str, patron_id: str, entries: Mapping[str, Record]) -> Iterator[Remark]:
    """Check that a reversal takes back one entry completely, once, and has the id that follows from it."""
    undone: dict[str, str] = {}
    for payment_id, entry in entries.items():
        if _kind(entry) not in REVERSALS:
            own, _, _ = payment_id.partition(":")
            named = payment_id.startswith(OWN_IDS) and not payment_id.startswith(OLD_IDS)
            if named and own != _kind(entry):
                yield broken(f"{here}.entries.{payment_id}", f"has the id of a {own}, but is a {entry.get('kind')}.")
            continue
        at, target = f"{here}.entries.{payment_id}", entry.get("reverses")
        if not isinstance(target, str) or target not in entries:
            yield broken(at, f"reverses {shown(target)}, which is not in this patron's ledger.")
            continue
        kind, of = Kind(_kind(entry)), _kind(entries[target])
        if of in REVERSALS or (kind in RETURNED and of != Kind.PAYMENT):
            yield broken(at, f"reverses {target}, which is itself a {of}.")
        elif entry.get("amount") != _minus(entries[target].get("amount")):
            yield broken(at, f"does not reverse the whole amount of {target}.")
        if target in undone:
            yield broken(at, f"reverses {target} a second time, after {undone[target]}.")
        undone.setdefault(target, payment_id)
        own = reversal_id(kind, target, patron_id)
        if payment_id != own:
            yield broken(at, f"should have the id {own}, so that an entry is reversed once.")


def _check_sums(here: str, entries: Mapping[str, Record]) -> Iterator[Remark]:
    """Check that no more was paid back than was paid."""
    amounts = [entry.get("amount") for entry in sorted(entries.values(), key=_order)]
    paid, lowest = ZERO, ZERO
    for amount in amounts:
        paid += amount if isinstance(amount, Decimal) else ZERO
        lowest = min(lowest, paid)
    if paid < 0:
        yield broken(here, f"more was paid back than was paid: {paid:.2f}.")
    elif lowest < 0:
        yield odd(here, f"in the order of its entries, at one time {-lowest:.2f} more was paid back than was paid.")


def _check_headline(here: str, record: Record, entries: Mapping[str, Record]) -> Iterator[Remark]:
    """Check that the three fields beside `amount` are those of the latest entry."""
    dated = [(moment, entry) for entry in entries.values() if (moment := in_utc(entry.get("timestamp"))) is not None]
    if not dated:
        return
    last = max(moment for moment, _ in dated)
    latest = [entry for moment, entry in dated if last - moment <= _AT_ONCE]
    if any(all(record.get(name) == entry.get(name) for name in RELIED_ON) for entry in latest):
        return
    entry = max(latest, key=_order)
    for name in RELIED_ON:
        if record.get(name) != entry.get(name):
            yield broken(
                f"{here}.{name}", f"is {shown(record.get(name))}, but {shown(entry.get(name))} in the latest entry."
            )


def _order(entry: Record) -> tuple[datetime, bool]:
    moment = in_utc(entry.get("timestamp"))
    return moment or datetime.fromisoformat("1970-01-01T00:00:00+00:00"), _kind(entry) in REVERSALS


def _kind(entry: Record) -> str:
    return str(entry.get("kind"))


def _minus(amount: object) -> Decimal | None:
    return -amount if isinstance(amount, Decimal) else None
