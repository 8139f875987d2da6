"""Recognises exports of booking services by their headings: FareHarbor, Peek Pro, Eventbrite, Square and others.

For each service a table lists the headings of its fields. An amount paid is never used as the due. Services rename and
reorder columns, so a few typical headings are enough to recognise an export.
"""

from __future__ import annotations

import re
from collections.abc import Mapping  # noqa: TC003 - dataclass fields
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from roster.importing.headings import listed, place_of, words

if TYPE_CHECKING:
    from collections.abc import Sequence

Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Service:
    """One kind of export. `signs`: an export has a heading of each; `never`: it has none of these.

    `columns` has the headings of each field, the best first. `closed` fields have no column. Lines with the same
    `order` and name are one party. With `nameless`, lines without a name are left out. `statuses` are further columns
    with the state of a booking.
    """

    name: str
    signs: tuple[Names, ...]
    columns: Mapping[str, Names]
    never: Names = ()
    closed: frozenset[str] = frozenset()
    order: Names = ()
    nameless: bool = False
    statuses: Names = ()

    def is_of(self, headings: Sequence[str]) -> bool:
        """Return whether these are the headings of such an export."""
        return (
            all(place_of(headings, names) is not None for names in self.signs)
            and place_of(headings, self.never) is None
        )

    def is_named(self, text: str, headings: Sequence[str]) -> bool:
        """Return whether a text has the service's name, and the headings are a name and two more of its columns."""
        key = self.name.removesuffix(" Pro").replace(" ", "").casefold()
        if not self.columns or key not in re.sub(r"[\W_]", "", text.casefold()):
            return False
        found = {name for name, names in self.columns.items() if place_of(headings, names) is not None}
        return bool({"name", "first"} & found) and len(found) > 2  # noqa: PLR2004 - a name and two more

    def place(self, headings: Sequence[str], places: dict[str, int], closed: set[str]) -> None:
        """Add the place of each field that is not in `places` or `closed` yet, then close the missing fields."""
        for name, names in self.columns.items():
            place = place_of(headings, names)
            if name not in places and name not in closed and place is not None and place not in places.values():
                places[name] = place
        bought = "name" in places and {"buyer", "purchaser"} & set(words(headings[places["name"]]))
        if bought and "first" in places:
            del places["name"]  # the buyer is not always the passenger
        if "name" in places:
            closed |= {"first", "last"} - places.keys()
        closed |= self.closed - places.keys()


def known_service(headings: Sequence[str], *, named: str = "") -> Service | None:
    """Return the service whose export has these headings; None where no service is recognised.

    Fewer headings are enough if `named`, the file's name with the text above the headings, contains a service's name.
    """
    by_headings = next((service for service in SERVICES if service.is_of(headings)), None)
    return by_headings or next((service for service in SERVICES if service.is_named(named, headings)), None)


_STILL_DUE: Final = listed("amount due, balance due, due, balance, total due, amount owed, due total, remaining")
_ORDER: Final = listed("order id, order number, order reference, order")
_NOT_SAID: Final = frozenset({"id", "due", "price"})
_CURRENCY: Final = {"currency": listed("currency, currency code")}

_FAREHARBOR: Final = _CURRENCY | {
    "id": listed("booking id, booking number"),
    "name": listed("contact, contact name, customer name, customer, guest name, full name, name"),
    "first": listed("first name, contact first name"),
    "last": listed("last name, contact last name"),
    "party": listed(
        "number of pax, pax, number of customers, customers, customer count, number of guests, guests, party size"
    ),
    "due": (*_STILL_DUE, *listed("total, booking total, total incl tax")),
    "email": listed("email, contact email, email address, customer email"),
    "phone": listed("phone, contact phone, phone number, customer phone"),
    "day": listed("start date, availability date, availability start date, start, availability, date"),
}
_PEEK: Final = _CURRENCY | {
    "id": listed("booking id, booking code, booking number, peek id, confirmation code, confirmation number"),
    "name": listed("guest name, customer name, primary guest, booking name, contact name, name, customer, guest"),
    "first": listed("guest first name, customer first name, first name"),
    "last": listed("guest last name, customer last name, last name"),
    "party": listed(
        "guests, number of guests, guest count, tickets, number of tickets, participants, quantity, qty, party size"
    ),
    "due": (*_STILL_DUE, *listed("total, booking total, total price, order total")),
    "email": listed("email, email address, guest email, customer email, contact email"),
    "phone": listed("phone, phone number, guest phone, customer phone, contact phone, mobile"),
    "day": listed("activity date, activity date time, activity date and time, activity start, date of activity"),
}
_CHECKFRONT: Final = _CURRENCY | {
    "id": listed("booking id, booking code"),
    "name": listed("customer, customer name, name"),
    "first": listed("first name, customer first name"),
    "last": listed("last name, customer last name"),
    "party": listed("qty, quantity, guests, number of guests, pax, party size"),
    "due": (*_STILL_DUE, *listed("amount, total")),
    "email": listed("email, customer email, email address"),
    "phone": listed("phone, customer phone, phone number"),
    "day": listed("start date, date"),
}
_EVENTBRITE: Final = _CURRENCY | {
    "name": listed("attendee name, name, buyer name"),
    "first": listed("attendee first name, first name, buyer first name"),
    "last": listed("attendee last name, attendee surname, last name, surname, buyer last name, buyer surname"),
    "party": listed("ticket quantity, quantity, tickets, number of tickets"),
    "email": listed("attendee email, email, email address, buyer email"),
    "phone": listed("cell phone, mobile phone, phone number, phone, home phone"),
    "day": listed("event start date, event date, event start"),
}
_TICKET_TAILOR: Final = _CURRENCY | {
    "name": listed(
        "attendee name, ticket holder name, ticket holder, full name, name, buyer name, purchaser name, customer name"
    ),
    "first": listed("attendee first name, first name, buyer first name"),
    "last": listed("attendee last name, last name, buyer last name"),
    "party": listed("number of tickets, quantity, ticket quantity, qty, total tickets, tickets"),
    "email": listed("attendee email, email, email address, buyer email"),
    "phone": listed("attendee phone, phone, phone number, mobile number, buyer phone"),
    "day": listed("event date, event start date, event start"),
}
_SQUARE_PAYMENTS: Final = _CURRENCY | {"name": ("customer name",)}
_SQUARE_ORDERS: Final = _CURRENCY | {
    "name": listed("recipient name, customer name"),
    "email": listed("recipient email, customer email"),
    "phone": listed("recipient phone, recipient phone number, customer phone"),
}
_SQUARE_APPOINTMENTS: Final = _CURRENCY | {
    "name": listed("client name, customer name, client, customer"),
    "due": _STILL_DUE,
    "email": listed("client email, customer email, email, email address"),
    "phone": listed("client phone, customer phone, phone, phone number, client phone number, customer phone number"),
    "day": listed("appointment date, start date, appointment start, start, date"),
}

SERVICES: Final = (
    Service("Google Sheets", (("timestamp",),), {}, never=listed("booking id, order id, transaction id, order number")),
    Service(
        "FareHarbor",
        (listed("contact, contact name"), listed("number of pax, pax")),
        _FAREHARBOR,
        never=listed("name, full name, guest name"),
    ),
    Service(
        "FareHarbor",
        (
            listed("booking id, booking number"),
            listed("contact, contact name, customer name"),
            listed("paid status, number of pax"),
        ),
        _FAREHARBOR,
    ),
    Service(
        "Peek Pro",
        (
            listed("activity, activity name, activity title"),
            listed("activity date, activity date time, activity date and time, activity start, activity time"),
            listed("purchase date, purchased, purchased at, purchased on, booking id, booking code, order id"),
        ),
        _PEEK,
    ),
    Service("Peek Pro", (listed("peek id, peek booking id, peek order id"),), _PEEK),
    Service(
        "Eventbrite",
        (_ORDER, listed("attendee status, attendee number, buyer surname")),
        _EVENTBRITE,
        closed=_NOT_SAID,
        order=_ORDER,
    ),
    Service(
        "Eventbrite",
        (_ORDER, ("event name",), ("ticket quantity",), listed("ticket type, gross sales, total paid")),
        _EVENTBRITE,
        closed=_NOT_SAID,
        order=_ORDER,
    ),
    Service(
        "Ticket Tailor",
        (
            _ORDER,
            listed("ticket type, ticket types, ticket description, ticket name, issued tickets"),
            listed(
                "ticket code, ticket id, issued ticket id, barcode, checked in, box office, buyer name, "
                "buyer first name, ticket status, event series, voucher code"
            ),
        ),
        _TICKET_TAILOR,
        closed=_NOT_SAID,
        order=_ORDER,
    ),
    Service(
        "Square",
        (("gross sales",), ("net sales",), listed("transaction id, payment id")),
        _SQUARE_PAYMENTS,
        closed=_NOT_SAID | {"party"},
        nameless=True,
        statuses=("event type",),
    ),
    Service(
        "Square",
        (
            ("recipient name",),
            listed("order, order id, order name, order number"),
            listed("fulfillment date, fulfillment type, fulfillment status, order state, item quantity"),
        ),
        _SQUARE_ORDERS,
        closed=_NOT_SAID | {"party"},
        nameless=True,
        statuses=("order state",),
    ),
    Service(
        "Square",
        (
            listed("client name, client, customer name, customer"),
            listed("service, services, appointment id, service name"),
            listed("staff, staff name, staff member, team member, employee"),
        ),
        _SQUARE_APPOINTMENTS,
        closed=_NOT_SAID - {"due"},
    ),
    Service(
        "Checkfront",
        (
            listed("booking id, booking code"),
            listed("customer, customer name, first name"),
            ("start date",),
            listed("sku, tid, partner account, date modified, provider, check in out, sub total, status name"),
        ),
        _CHECKFRONT,
    ),
)
