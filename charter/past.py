"""The past of an event: its roster, payments and signatures as they were at an earlier moment.

Entries, edits and signatures carry their moments, so most of the past follows from them. What does not is a gap.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping  # noqa: TC003 - dataclass fields
from dataclasses import replace
from datetime import datetime  # noqa: TC003 - dataclass fields
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from charter.edits import as_text
from charter.events import Event, SignaturesNotRead, Status
from charter.frozen import dataclass
from charter.moments import read_moment, utc
from charter.money import CENT
from charter.names import fold
from charter.patrons import PatronState, is_id_of
from charter.payments import BEFORE_THE_LEDGER, Payment

if TYPE_CHECKING:
    from charter.patrons import Patron
    from charter.signatures import Signature

# The fields of a roster's line that are undone, and those of an event on which balances depend.
_LINE: Final = ("name", "party", "due", "state")
_EVENT: Final = ("price", "currency", "status")

# What the edits of signatures name as changed.
MATCHED: Final = "signature"
SET_ASIDE: Final = "signature_set_aside"

# What the edits of a move from one event to another name as changed, on the first and on the other one, and the value
# of the latter where the patron came onto the roster by it.
MOVED_TO, MOVED_FROM = "moved_to", "moved_from"
JOINED: Final = "joined"
_JOINED: Final = (MOVED_FROM, JOINED)


class Gap(StrEnum):
    """The parts of a patron's past that are not known."""

    JOINED = "joined"
    """Nothing of theirs was recorded by then, so they may not have been on the roster yet. They are shown."""
    LINE = "line"
    """The line was changed without an edit. The present value is shown."""
    PAID = "paid"
    """Their record is older than the ledger, and only its last moment is known. Nothing of it is counted."""
    SIGNED = "signed"
    """Return for whom in the party a signature counted. The names decide, or the present match is shown."""
    EVENT = "event"
    """The price or the status of the event, which every patron has in common. The present one is shown."""


@dataclass(frozen=True, slots=True)
class Past:
    """An event as it was at `at` (aware). `gaps` has the ids of the patrons of whom something is not known.

    Of the boarding, `event` has the parties who were checked in by then and still are.
    """

    event: Event
    at: datetime
    gaps: Mapping[Gap, frozenset[str]]


def as_of(event: Event, at: datetime) -> Past:
    """Return the event as it was at `at` (aware), an entry or an edit of that moment included.

    Raises SignaturesNotRead or BoardingNotRead where the event was read without them.
    """
    gaps: dict[Gap, set[str]] = {gap: set() for gap in Gap}
    signatures = {
        key: signed for key, each in signatures_read(event).items() if (signed := _signature(event, each, at, gaps))
    }
    patrons = {
        key: _line(event, patron, at, gaps) for key, patron in event.patrons.items() if _is_there(event, key, at)
    }
    payments = {
        key: paid for key, each in event.payments.items() if (paid := _payment(key, each, at, gaps)) is not None
    }
    boarding = event.boarding
    done = boarding.cast_off
    values, is_known = _values(event, None, {name: getattr(event, name) for name in _EVENT}, at)
    if not is_known or (event.status is Status.CANCELLED and "status" not in {edit.what for edit in event.edits}):
        gaps[Gap.EVENT] |= event.patrons.keys() | event.payments.keys()
    then = replace(
        event,
        **values,
        patrons=patrons,
        payments=payments,
        signatures=signatures,
        edits=tuple(edit for edit in event.edits if edit.at <= at),
        boarding_read=replace(
            boarding,
            aboard={key: party for key, party in boarding.aboard.items() if party.at <= at},
            cast_off=done if done and done.at <= at else None,
        ),
        cast_offs=tuple(frozen for frozen in event.cast_offs if frozen.at <= at),
    )
    gaps[Gap.JOINED] |= {key for key in patrons if joined_with(event, key) is None and not _recorded(event, key, at)}
    return Past(then, at, {gap: frozenset(found) for gap, found in gaps.items() if found})


def joined_with(event: Event, patron_id: str) -> datetime | None:
    """Return the moment at which a patron joined the roster, if it was with a payment or from another event; else None.

    The first payment of a walk-up is that moment.
    """
    came = [edit.at for edit in event.edits if edit.patron_id == patron_id and (edit.what, edit.after) == _JOINED]
    if came:
        return min(came)
    entries = event.payment(patron_id).entries
    return next((entry.timestamp for entry in entries if is_id_of(patron_id, entry.payment_id)), None)


def _is_there(event: Event, patron_id: str, at: datetime) -> bool:
    """Return whether the patron may have been on the roster. A walk-up was not before their payment."""
    joined = joined_with(event, patron_id)
    return joined is None or joined <= at


def _recorded(event: Event, patron_id: str, at: datetime) -> bool:
    """Return whether anything of the patron was recorded by then."""
    moments = [entry.timestamp for entry in event.payment(patron_id).entries]
    moments += [edit.at for edit in event.edits if edit.patron_id == patron_id]
    moments += [moment for each in event.signatures_of(patron_id) if (moment := read_moment(each.matched_at))]
    moments += [party.at for key, party in event.boarding.aboard.items() if key == patron_id]
    return any(moment <= at for moment in moments)


def _line(event: Event, patron: Patron, at: datetime, gaps: dict[Gap, set[str]]) -> Patron:
    present = {name: getattr(patron, name) for name in _LINE}
    values, is_known = _values(event, patron.patron_id, present, at)
    if not is_known:
        gaps[Gap.LINE].add(patron.patron_id)
    return replace(patron, **values)


def _values(
    event: Event, patron_id: str | None, present: Mapping[str, Any], at: datetime
) -> tuple[dict[str, Any], bool]:
    """Return those of these fields that were different then, and False if one was changed without an edit.

    A field had the value before its first later edit. Where the edit before that left another value, somebody changed
    it in between, nobody knows when, so it keeps its present value.
    """
    values, is_known = dict[str, Any](), True
    for name, value in present.items():
        edits = [edit for edit in event.edits if edit.patron_id == patron_id and edit.field == name]
        edits.sort(key=lambda edit: edit.at)
        earlier = next((edit for edit in reversed(edits) if edit.at <= at), None)
        later = next((edit for edit in edits if edit.at > at), None)
        then = later.before if later else as_text(value)
        if earlier is not None and not _are_equal(name, earlier.after, then):
            is_known = False
        elif later is not None:
            try:
                values[name] = _read_value(name, then)
            except (ValueError, ArithmeticError):
                is_known = False
    return values, is_known


def _read_value(name: str, text: str) -> Any:  # noqa: ANN401 - a field of any type
    """Return the value in an edit. Raises ValueError or ArithmeticError where another writer stored no such value."""
    match name:
        case "party":
            return int(text)
        case "due" | "price":
            return None if name == "price" and not text else Decimal(text or 0).quantize(CENT)
        case "state":
            return PatronState(text) if text else None
        case "status":
            return Status(text)
        case _:
            return text


def _are_equal(name: str, one: str, other: str) -> bool:
    try:
        return bool(_read_value(name, one) == _read_value(name, other))
    except (ValueError, ArithmeticError):
        return one == other


def _payment(patron_id: str, payment: Payment, at: datetime, gaps: dict[Gap, set[str]]) -> Payment | None:
    """Return the payment as it was; None where the patron is known by payments alone and had made none."""
    entries = tuple(entry for entry in payment.entries if entry.timestamp <= at)
    if len(entries) == len(payment.entries):
        return payment
    is_unknown = any(entry.payment_id == BEFORE_THE_LEDGER for entry in payment.entries if entry not in entries)
    if is_unknown:
        gaps[Gap.PAID].add(patron_id)
    return Payment(entries) if entries or is_unknown else None


def _signature(event: Event, signature: Signature, at: datetime, gaps: dict[Gap, set[str]]) -> Signature | None:
    """Return the signature as it was, or None where it was not made yet."""
    signed_at = signature.moment
    if signed_at is not None and signed_at > at:
        return None
    then, is_match_known = _match(event, signature, at)
    then, is_mark_known = _set_aside(event, then, at)
    if then.patron_id and not (signed_at and is_match_known and is_mark_known):
        gaps[Gap.SIGNED].add(then.patron_id)
    return then


def _match(event: Event, signature: Signature, at: datetime) -> tuple[Signature, bool]:
    """Return the signature with the match that it had, and False where it is not known.

    A match that no edit explains stays. Of an earlier match by a person nobody knows whether the signer was the patron.
    """
    edits = [edit for edit in event.edits if edit.what == MATCHED and edit.reason == signature.name]
    then, is_known = signature, True
    while _is_later(then.matched_at, at):
        last = next((each for each in edits if (each.after, utc(each.at)) == (then.patron_id, then.matched_at)), None)
        if last is None:
            return then, False
        before = [each for each in edits if each.after == last.before and each.at < last.at]
        earlier = max(before, key=lambda each: each.at, default=None)
        matched_at = utc(earlier.at) if earlier else then.signed_at if last.before else None
        then = replace(then, patron_id=last.before or None, matched_at=matched_at, matched_by=None, companion=False)
        is_known = earlier is None
    return then, is_known


def _set_aside(event: Event, signature: Signature, at: datetime) -> tuple[Signature, bool]:
    """Return the signature with the mark that it had, and False where namesakes leave that open."""
    edits = [edit for edit in event.edits if edit.what == SET_ASIDE and edit.reason == signature.name]
    edits.sort(key=lambda edit: edit.at)
    later = next((edit for edit in edits if edit.at > at), None)
    if later is None:
        marked_later = _is_later(signature.set_aside_at, at)
        return (replace(signature, set_aside_at=None, set_aside_by=None) if marked_later else signature), True
    alike = Counter(fold(each.name) for each in signatures_read(event).values())
    if alike[fold(signature.name)] > 1:
        return signature, False
    if not later.before:
        return replace(signature, set_aside_at=None, set_aside_by=None), True
    mark = next((edit for edit in reversed(edits) if edit.at <= at), None)
    by, since = (mark.by, utc(mark.at)) if mark else ("", None)
    return replace(signature, set_aside_at=since, set_aside_by=by), True


def signatures_read(event: Event) -> Mapping[str, Signature]:
    """Return the event's signatures. Raises SignaturesNotRead."""
    if event.signatures is None:
        raise SignaturesNotRead(event.eid)
    return event.signatures


def _is_later(text: str | None, at: datetime) -> bool:
    moment = read_moment(text)
    return moment is not None and moment > at
