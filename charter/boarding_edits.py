"""Rules of the roster at boarding: the number of people of a party, no-shows, removals, and taking these back.

They read an event and return the change of the line. Nothing of a ledger is ever changed.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from charter.capacity import check_seats
from charter.check_ins import check_open
from charter.edits import latest
from charter.enrolling import PatronChange, fingerprint_of
from charter.money import CENT, ZERO
from charter.patrons import PatronState
from charter.refusals import AboardAlready, NotExpected, PatronUnknown

if TYPE_CHECKING:
    from datetime import datetime

    from charter.events import Event
    from charter.patrons import Patron


class MoneyDecision(StrEnum):
    """The decision about the money of a patron who does not come."""

    AS_IT_IS = "as_it_is"
    """The due stays."""
    NOTHING_DUE = "nothing_due"
    """Nothing is due any more, so what was paid must be given back."""
    KEEP = "keep"
    """The boat keeps the amount paid, and no more is due."""


def leave(  # noqa: PLR0913 - the fields of the form, by name
    event: Event,
    patron_id: str,
    state: PatronState,
    *,
    money: MoneyDecision = MoneyDecision.AS_IT_IS,
    reason: str,
    now: datetime,
) -> PatronChange:
    """Return the change that marks a patron as a no-show or takes them off the roster.

    A patron who has the mark keeps their due. Raises PatronUnknown, NotExpected, AboardAlready, ListFrozen.
    """
    patron = _patron(event, patron_id)
    values: dict[str, Any] = {"state": state}
    if patron.state is PatronState.REMOVED and state is not PatronState.REMOVED:
        raise NotExpected(patron.name, removed=True)
    if patron.state is not state:
        check_ashore(event, patron, now)
        values |= _due(event, patron, money)
    return PatronChange(event.eid, patron_id, fingerprint_of(patron), values, reason)


def come_back(event: Event, patron_id: str) -> PatronChange:
    """Return the change that takes the mark of a no-show or a removed patron away.

    A due that was changed together with the mark becomes what it was, unless it was edited since. Raises PatronUnknown.
    """
    patron = _patron(event, patron_id)
    values: dict[str, Any] = {"state": None}
    mark, due = (latest(event.edits, what, patron_id=patron_id) for what in ("state", "due"))
    if patron.state and mark and due and (due.at, due.by) == (mark.at, mark.by):
        values["due"] = Decimal(due.before or 0)
    return PatronChange(event.eid, patron_id, fingerprint_of(patron), values)


def correct_party(  # noqa: PLR0913 - the fields of the form, by name
    event: Event, patron_id: str, values: dict[str, Any], *, seen: str, admin: bool, reason: str, now: datetime
) -> PatronChange:
    """Return the change of a party's number of people, and of its due where `values` has one.

    Raises ListFrozen, PatronUnknown, AboardAlready where more are aboard; BoatFull where the boat takes no more, for an
    admin only without a reason.
    """
    check_open(event, now)
    patron = _patron(event, patron_id)
    party = int(values.get("party", patron.party))
    check_aboard_at_most(event, patron, party)
    check_seats(event, party - patron.party, admin=admin, reason=reason)
    return PatronChange(event.eid, patron_id, seen, values, reason)


def check_ashore(event: Event, patron: Patron, now: datetime) -> None:
    """Raise ListFrozen or AboardAlready if the patron's party is aboard."""
    if patron.patron_id in event.boarding.aboard:
        check_open(event, now)
        raise AboardAlready(patron.name)


def check_aboard_at_most(event: Event, patron: Patron, party: int) -> None:
    """Raise AboardAlready if more people of the patron's party are aboard."""
    aboard = event.boarding.aboard.get(patron.patron_id)
    if aboard and aboard.count > party:
        raise AboardAlready(patron.name)


def _due(event: Event, patron: Patron, money: MoneyDecision) -> dict[str, Decimal]:
    """Return the new due by its field's name; nothing where it stays."""
    match money:
        case MoneyDecision.AS_IT_IS:
            return {}
        case MoneyDecision.NOTHING_DUE:
            return {"due": ZERO.quantize(CENT)}
        case MoneyDecision.KEEP:
            return {"due": max(event.payment(patron.patron_id).amount, ZERO).quantize(CENT)}


def _patron(event: Event, patron_id: str) -> Patron:
    patron = event.patron(patron_id)
    if patron is None:
        raise PatronUnknown(patron_id)
    return patron
