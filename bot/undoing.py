"""Undoing a payment: the void, and for a walk-up who paid only this the removal from the roster after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from charter import undoing
from charter.enrolling import Overtaken
from charter.frozen import dataclass
from charter.group_undo import GroupUndo
from charter.patrons import PatronState, is_id_of
from charter.payments import Source
from charter.refusals import AboardAlready, ListFrozen, PaidTooLittle, RefundedSince, TableUnavailable

if TYPE_CHECKING:
    from bot.services import Services
    from bot.undo_menu import GroupTarget, UndoTarget
    from charter.events import Logged

_TRIES: Final = 3


@dataclass(frozen=True, slots=True)
class UndonePayment:
    """A payment that was undone. `left`: the walk-up is off the roster. `aboard`: they stay, as they are checked in."""

    logged: Logged
    left: bool = False
    aboard: bool = False


def undo(target: UndoTarget, *, by: str, services: Services) -> UndonePayment:
    """Write the void once, then the mark of a walk-up who paid nothing else. A second press finishes the first.

    Raises as Ledger.reverse and charter.undoing.Undo.entry do, and RefundedSince.
    """
    request = undoing.Undo(target.eid, target.patron_id, target.payment_id)
    try:
        logged = services.ledger.reverse(request, by=by, source=Source.SLACK, now=services.now())
    except PaidTooLittle as error:
        raise RefundedSince from error
    if not is_id_of(target.patron_id, target.payment_id):
        return UndonePayment(logged)
    return _leave(logged, target, by=by, services=services)


def undo_group(target: GroupTarget, *, by: str, services: Services) -> tuple[Logged, ...]:
    """Write the voids of what is left of a group, once. Raises as Ledger.undo_group does, and RefundedSince."""
    request = GroupUndo(target.eid, target.group)
    try:
        return services.ledger.undo_group(request, by=by, source=Source.SLACK, now=services.now())
    except PaidTooLittle as error:
        raise RefundedSince from error


def _leave(logged: Logged, target: UndoTarget, *, by: str, services: Services) -> UndonePayment:
    """Take the walk-up off the roster if they paid nothing else and are not aboard."""
    eid, now = logged.event.eid, services.now()
    for _ in range(_TRIES):
        event = services.ledger.event(eid)
        try:
            change = undoing.departure(event, target.patron_id, target.payment_id, now=now)
            if change is None:
                patron = event.patron(target.patron_id)
                return UndonePayment(logged, left=patron is not None and patron.state is PatronState.REMOVED)
            outcome = services.roster.change(change, by=by, now=now)
        except (AboardAlready, ListFrozen):
            return UndonePayment(logged, aboard=True)
        if not isinstance(outcome, Overtaken):
            return UndonePayment(logged, left=True)
    raise TableUnavailable
