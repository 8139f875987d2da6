"""Payments over the API: log one, ask how a patron stands."""

from __future__ import annotations

import re
from decimal import Decimal
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, TypeVar

from charter.event_ids import check_served
from charter.moments import utc
from charter.money import check_amount, parse_amount, plain_amount
from charter.patrons import check_patron_id
from charter.payments import Draft, Source, check_method, check_notes, check_payment_id
from charter.refusals import PatronUnknown, Refusal
from web.answers import PaymentCleared, PaymentLogged, entry_answer
from web.problems import FieldMalformed

if TYPE_CHECKING:
    from collections.abc import Callable

    from web.answers import PaymentLog
    from web.desk import Desk
    from web.tokens import Caller

    T = TypeVar("T")


# A plain number, which is the same amount in every currency.
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,4}(?:\.[0-9]{1,2})?")


def handle_payment_log(
    eid: str, given: PaymentLog, payment_id: str, *, caller: Caller, desk: Desk
) -> tuple[PaymentLogged, int]:
    """Logs one payment once: 201, and 200 with the same content for each replay of its Idempotency-Key.

    Raises all Refusals of the form in one ExceptionGroup, and what `Ledger.log` raises.
    """
    draft = read_payment_log(eid, given, payment_id, desk=desk)
    logged = desk.ledger.log(draft, by=caller.logged_by, source=Source.WEB, now=desk.now())
    event, patron, entry = logged.event, logged.patron, logged.entry
    balance = event.balance(patron.patron_id)
    answer = PaymentLogged(
        eid=event.eid,
        patron_id=patron.patron_id,
        payment_id=entry.payment_id,
        amount=plain_amount(entry.amount),
        method=entry.method,
        notes=entry.notes or None,
        logged_by=entry.logged_by,
        timestamp=utc(entry.timestamp),
        replayed=logged.replayed,
        due=plain_amount(balance.due),
        paid=plain_amount(balance.paid),
        balance=plain_amount(balance.owed),
        cleared=balance.cleared,
        state=balance.state.value,
        currency=event.currency,
    )
    return answer, HTTPStatus.OK if logged.replayed else HTTPStatus.CREATED


def handle_payment_cleared(eid: str, patron_id: str, *, desk: Desk) -> PaymentCleared:
    """How one patron stands, in one read. Raises EventIdMalformed, PatronIdMalformed, EventUnknown, PatronUnknown."""
    event = desk.ledger.event(check_served(eid))
    patron = event.patron(check_patron_id(patron_id))
    if patron is None:
        raise PatronUnknown(patron_id)
    balance, payment = event.balance(patron_id), event.payment(patron_id)
    return PaymentCleared(
        eid=event.eid,
        patron_id=patron_id,
        cleared=balance.cleared,
        due=plain_amount(balance.due),
        paid=plain_amount(balance.paid),
        balance=plain_amount(balance.owed),
        currency=event.currency,
        payments=[entry_answer(entry) for entry in payment.entries],
    )


def read_payment_log(eid: str, given: PaymentLog, payment_id: str, *, desk: Desk) -> Draft:
    """Return the draft in a request's path, header and body. Raises one ExceptionGroup of every field's Refusal.

    The event is read only where the amount depends on its currency.
    """
    refusals: list[Refusal] = [
        FieldMalformed("There is no such field here.", field=name[:80]) for name in given.model_extra or ()
    ]

    def read(check: Callable[[], T]) -> T | None:
        try:
            return check()
        except Refusal as refusal:
            refusals.append(refusal)
            return None

    served = read(lambda: check_served(eid))

    def currency() -> str:
        return desk.ledger.event(served).currency if served else desk.currency

    checked = (
        read(lambda: check_payment_id(payment_id)),
        read(lambda: check_patron_id(_text(given.patron_id, "patron_id"))),
        read(lambda: _amount(given.amount, currency)),
        read(lambda: check_method(_text(given.method, "method"), desk.methods)),
        read(lambda: "" if given.notes is None else check_notes(_text(given.notes, "notes"))),
    )
    key, patron_id, amount, method, notes = checked
    if refusals or served is None or key is None or patron_id is None or amount is None or method is None:
        raise ExceptionGroup("the request", refusals)
    return Draft(payment_id=key, eid=served, patron_id=patron_id, amount=amount, method=method, notes=notes or "")


def _text(value: object, field: str) -> str:
    if value is None:
        raise FieldMalformed("This is required.", field=field)
    if not isinstance(value, str):
        raise FieldMalformed("This must be text.", field=field)
    return value


def _amount(value: object, currency: Callable[[], str]) -> Decimal:
    """Return the amount. `currency` reads the event's; it is called only for a text that is more than a number."""
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        return check_amount(Decimal(value))
    if isinstance(value, str):
        return check_amount(Decimal(value)) if _NUMBER.fullmatch(value) else parse_amount(value, currency=currency())
    if value is None:
        raise FieldMalformed("This is required.", field="amount")
    raise FieldMalformed("Write the amount as a number or as text, like 125 or “125.00”.", field="amount")
