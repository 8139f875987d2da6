"""The rules of moving a patron to another event. They read both events and write nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, Protocol

from charter.boarding_edits import check_ashore
from charter.check_ins import check_open
from charter.events import Status
from charter.money import CENT, ZERO, check_amount
from charter.moves import MovePlan
from charter.names import same
from charter.parties import for_all
from charter.patrons import Patron, PatronState, walk_up_id
from charter.refusals import (
    AboardAlready,
    AmountOutOfRange,
    CurrencyDiffers,
    NoRoomToMove,
    NotExpected,
    PatronUnknown,
    SameTrip,
    TooManyToMove,
    TripCancelled,
)

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from decimal import Decimal

    from charter.edits import Edit
    from charter.events import Event
    from charter.moves import Moved, PatronMove
    from charter.signatures import Signature

# With their conditions, the two events and the edits, so many stay within the 100 rows of a transaction.
MOST_SIGNATURES: Final = 40


class Transfers(Protocol):
    """The moves between the table's events. Every method may raise TableUnavailable, EventIdMalformed, EventUnknown."""

    def plan(self, move: PatronMove, *, now: datetime) -> MovePlan:
        """Return what the move would do, and write nothing. Raises as `plan_of` does."""
        ...

    def move(self, move: PatronMove, *, by: str, now: datetime) -> Moved | MovePlan:
        """Move the patron in one transaction, once. The same form again is answered as the success it was.

        Returns the plan as it is now, and writes nothing, where something else would be moved than was seen. Raises as
        `plan_of` and `MovePlan.check` do; then nothing was written.
        """
        ...


def plan_of(move: PatronMove, source: Event, target: Event, *, versions: Collection[str], now: datetime) -> MovePlan:
    """Return what the move does. `versions` are those of the waiver that may be signed now.

    Raises PatronUnknown, SameTrip, TripCancelled, CurrencyDiffers, ListFrozen, AboardAlready, NotExpected for a removed
    patron without money, NoRoomToMove, TooManyToMove, AmountOutOfRange.
    """
    patron = source.patron(move.patron_id)
    if patron is None:
        raise PatronUnknown(move.patron_id)
    amount = max(source.payment(patron.patron_id).amount, ZERO)
    _check(source, target, patron, amount, now)
    exact = target.patrons.get(patron.patron_id)
    same_person = exact if exact and same(exact.name, patron.name) else None
    alike = [each for each in target.patrons.values() if same(each.name, patron.name)]
    others = () if same_person else tuple(sorted(alike, key=lambda each: each.patron_id))
    before = same_person or next((each for each in others if each.patron_id == move.person), None)
    line = _line(move, patron, before, target)
    if line.patron_id in target.boarding.aboard:
        raise AboardAlready(line.name)
    own = source.signatures_of(patron.patron_id)
    current = tuple(each for each in own if each.version in versions)
    if len(current) > MOST_SIGNATURES:
        raise TooManyToMove(len(current), MOST_SIGNATURES)
    return MovePlan(
        move=move,
        source=source,
        target=target,
        patron=patron,
        amount=amount,
        before=before,
        line=line,
        namesakes=others,
        signatures=current,
        outdated=tuple(each for each in own if each not in current),
    )


def check_target(source: Event, target: Event, now: datetime, *, amount: Decimal = CENT) -> None:
    """Check that patrons of `source` may be moved to `target` with money. Zero is of any currency.

    Raises SameTrip, TripCancelled, CurrencyDiffers, ListFrozen.
    """
    if source.eid == target.eid:
        raise SameTrip(target.title)
    if target.status is Status.CANCELLED:
        raise TripCancelled(target.title)
    if amount and source.currency != target.currency:
        raise CurrencyDiffers(source.currency, target.currency)
    check_open(target, now)


def moved_by(event: Event, form: str, what: str) -> Edit | None:
    """Return the edit that this form left on one of the two events, MOVED_TO or MOVED_FROM; None where it left none."""
    return next((edit for edit in event.edits if edit.form == form and edit.what == what), None)


def copies(plan: MovePlan) -> list[Signature]:
    """Return the signatures as they are written at the other event. One that is there already stays as it is."""
    known = plan.target.signatures or {}
    return [
        replace(each, patron_id=plan.line.patron_id, signed_for=each.signed_for or plan.source.eids)
        for each in plan.signatures
        if each.signature_id not in known
    ]


def _check(source: Event, target: Event, patron: Patron, amount: Decimal, now: datetime) -> None:
    check_target(source, target, now, amount=amount)
    check_ashore(source, patron, now)
    if patron.state is PatronState.REMOVED and not amount:
        raise NotExpected(patron.name, removed=True)
    for event in (source, target):
        if event.full:
            raise NoRoomToMove(event.title)
    if amount:
        check_amount(amount)


def _line(move: PatronMove, patron: Patron, before: Patron | None, target: Event) -> Patron:
    """Return the patron's line on the other event."""
    contacts = {name: getattr(before, name, None) or getattr(patron, name) for name in ("email", "phone")}
    if before is not None:
        usual = _usual(target, patron) if before.state else before.due
        due, party = usual if move.due is None else move.due, patron.party if before.state else before.party
        return replace(before, due=due, party=party, state=None, **contacts)
    taken = patron.patron_id in target.patrons or patron.patron_id in target.payments
    return Patron(
        patron_id=walk_up_id(patron.name, move.entry_id) if taken else patron.patron_id,
        name=patron.name,
        due=_usual(target, patron) if move.due is None else move.due,
        party=patron.party,
        **contacts,
    )


def _usual(target: Event, patron: Patron) -> Decimal:
    """Return the event's price for the party, or what they owed before where the event has no price."""
    try:
        return patron.due if target.price is None else for_all(target.price, patron.party)
    except AmountOutOfRange:
        return patron.due
