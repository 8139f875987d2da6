"""Payments over the API: log a payment, read a patron's balance."""

from __future__ import annotations

import re
from decimal import Decimal
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from charter.event_ids import check_served
from charter.frozen import dataclass
from charter.moments import utc
from charter.money import check_amount, check_tip, parse_amount, parse_tip, plain_amount
from charter.patrons import check_patron_id
from charter.payments import Draft, Source, check_method, check_notes, check_payment_id
from charter.refusals import FieldChecks, PatronUnknown
from web.answers import PaymentCleared, PaymentLogged, entry_answer
from web.problems import FieldMalformed, text_of, unknown_fields

if TYPE_CHECKING:
    from collections.abc import Callable

    from web.answers import PaymentLog
    from web.services import Services
    from web.tokens import Caller


# A plain number. It is the same amount in every currency.
_NUMBER: Final = re.compile(r"(?:0|[1-9][0-9]{0,4})(?:\.[0-9]{1,2})?")


@dataclass(frozen=True, slots=True)
class Sender:
    """The sender of a payment: the caller, and the Idempotency-Key if there is one.

    A payment with another key is another payment, unless the sender is `strict` and wants to be asked.
    """

    caller: Caller
    key: str | None
    strict: bool = False


def handle_payment_log(eid: str, given: PaymentLog, sender: Sender, *, services: Services) -> tuple[PaymentLogged, int]:
    """Log one payment once. Return it with 201, or with 200 for a replay of its Idempotency-Key.

    Without a key the payment gets an id of its own. Raises all Refusals of the request in one ExceptionGroup, and the
    errors of `Ledger.log`.
    """
    draft = read_payment_log(eid, given, sender, services=services)
    logged = services.ledger.log(draft, by=sender.caller.logged_by, source=Source.WEB, now=services.now())
    event, patron, entry = logged.event, logged.patron, logged.entry
    balance = event.balance(patron.patron_id)
    answer = PaymentLogged(
        eid=event.eid,
        patron_id=patron.patron_id,
        payment_id=entry.payment_id,
        amount=plain_amount(entry.amount),
        method=entry.method,
        tip=plain_amount(entry.tip) if entry.tip else None,
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


def handle_payment_cleared(eid: str, patron_id: str, *, services: Services) -> PaymentCleared:
    """Return one patron's balance, in one read.

    Raises EventIdMalformed, PatronIdMalformed, EventUnknown, PatronUnknown.
    """
    event = services.ledger.event(check_served(eid))
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


def read_payment_log(eid: str, given: PaymentLog, sender: Sender, *, services: Services) -> Draft:
    """Return the draft in a request's path, header and body. Raises one ExceptionGroup of all fields' Refusals.

    The event is read only if the amount depends on its currency.
    """
    named = sender.key is not None and not sender.strict
    checks = FieldChecks(unknown_fields(given))
    read = checks.run
    served = read(lambda: check_served(eid))

    def currency() -> str:
        return services.ledger.event(served).currency if served else services.currency

    checked = (
        read(lambda: check_payment_id(services.new_id() if sender.key is None else sender.key)),
        read(lambda: check_patron_id(text_of(given.patron_id, "patron_id"))),
        read(lambda: _amount(given.amount, currency)),
        read(lambda: check_method(text_of(given.method, "method"), services.methods)),
        read(lambda: "" if given.notes is None else check_notes(text_of(given.notes, "notes"))),
    )
    tip = read(lambda: None if given.tip is None else _tip(given.tip, currency))
    confirmed = read(lambda: named if given.confirm is None else _confirmed(given.confirm))
    payment_id, patron_id, amount, method, notes = checked
    if checks.refusals or served is None or payment_id is None or patron_id is None or amount is None or method is None:
        raise checks.error("the request")
    return Draft(
        payment_id=payment_id,
        eid=served,
        patron_id=patron_id,
        amount=amount,
        method=method,
        notes=notes or "",
        confirmed=confirmed or False,
        tip=tip,
    )


def _confirmed(value: object) -> bool:
    if not isinstance(value, bool):
        raise FieldMalformed("Send true or false.", field="confirm")
    return value


def _amount(value: object, currency: Callable[[], str]) -> Decimal:
    """Return the amount. `currency` reads the event's currency; it is called only for text other than a number."""
    number = _number(value, "amount")
    return parse_amount(str(value), currency=currency()) if number is None else check_amount(number)


def _tip(value: object, currency: Callable[[], str]) -> Decimal | None:
    """Return the tip, None for zero. `currency` is as for the amount."""
    number = _number(value, "tip")
    return parse_tip(str(value), currency=currency()) if number is None else check_tip(number)


def _number(value: object, field: str) -> Decimal | None:
    """Return the number of a JSON value, None for text that depends on the currency. Raises FieldMalformed."""
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        return Decimal(value)
    if isinstance(value, str):
        return Decimal(value) if _NUMBER.fullmatch(value) else None
    if value is None:
        raise FieldMalformed("This is required.", field=field)
    raise FieldMalformed(f"Send the {field} as a number or as text, like 125 or “125.00”.", field=field)
