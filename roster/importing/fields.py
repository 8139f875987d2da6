"""The headings for the fields of a patron and of an event, and the words that exclude a field."""

from __future__ import annotations

from typing import Final

from roster.importing.headings import Field, listed, spaced

_PEOPLE: Final = spaced("attendees guests passengers pax people persons seats tickets")
_NOT_MONEY: Final = _PEOPLE | spaced(
    "adults at child children code collected commission count coupon credit date deposit deposits discount "
    "discounts duration email fee fees gratuity gst hours id kid kids method minutes name number on paid payment "
    "payments phone promo received refund refundable refunded refunds status tax taxes time tip tips type vat "
    "weight"
)
_NOT_A_START: Final = spaced(
    "anniversary arrival arrive arrives birth book booked booking born canceled cancellation cancelled checked "
    "created creation deadline dob drive due duration end ending ends expires expiry finish finishes invoice issued "
    "last modified order ordered paid pay payment purchase purchased purchasing refund refunded registered "
    "registration return returns sale signed signup sold stamp submission submitted timestamp timezone travel until "
    "updated zone"
)
_NOT_THE_PATRONS: Final = spaced(
    "affiliate agency agent captain company confirmed consent crew doctor emergency father fax guardian guardians "
    "guide hotel kin marketing mother newsletter opt parent parents sent spouse staff subscribed supplier type "
    "verified"
)
_PER_PERSON: Final = listed(
    "price per person, per person, price pp, price p p, pp, price per guest, price per head, per head, price per "
    "passenger, price per seat, price per ticket, price each, each, unit price, cost per person, fare per person, "
    "rate per person, amount per person, due per person, cost pp, price person, per person price, per person rate, "
    "fare per passenger"
)

# Headings of a price that may be for each person or for the whole party.
PRICES: Final = listed("price, fare, cost, rate, ticket price")

PATRON: Final = {
    "event": Field(listed("event, event id, eid, trip, trip id")),
    "id": Field(listed("id, patron id, guest id, customer id")),
    "first": Field(listed("first name, given name, forename, first, guest first name, customer first name")),
    "last": Field(listed("last name, surname, family name, last, guest last name, customer last name")),
    "name": Field(
        listed(
            "name, patron, full name, guest, customer, passenger, patron name, guest name, customer name, passenger "
            "name, client, client name, attendee, attendee name, lead guest, lead guest name, lead passenger, contact "
            "name, first and last name, first last name, name first and last"
        ),
        hints=spaced("attendee booked booker buyer client contact customer guest name passenger"),
        other=_NOT_THE_PATRONS
        | spaced(
            "boat card count date email event family file first given group id item last list maiden middle nick "
            "nickname note notes number phone product surname ticket time tour trip user username vessel"
        ),
    ),
    "party": Field(
        listed(
            "party of, party, party size, people, guests, seats, pax, passengers, persons, number of people, "
            "number of guests, "
            "number of passengers, number of pax, number of persons, number of seats, number of tickets, no of "
            "people, no of guests, no of pax, no of passengers, no of persons, no of seats, no of tickets, number in "
            "party, number in your party, number pax, number guests, number people, pax number, people number, guest "
            "count, passenger count, pax count, people count, party count, head count, headcount, group size, size of "
            "party, size of group, total guests, total pax, total people, total passengers, total persons, total "
            "party, people in party, people in your party, tickets, ticket quantity, ticket count, quantity, qty, "
            "participants, number of participants, attendees, number of attendees, how many, how many people, how "
            "many guests, how many passengers, how many seats, how many tickets, how many in your party, how many "
            "people are in your party, how many people in your party, how many guests in your party, how many guests "
            "are in your party, how many people are coming, how many people will be coming, how many people will be "
            "attending, how many people will attend, how many are in your party, how many of you, how many of you are "
            "coming, number of people in your party, number of people in party"
        ),
        hints=spaced(
            "adults attendees guests headcount many participants party passengers pax people persons seats tickets"
        ),
        other=spaced(
            "address age ages amount available capacity child children code contact cost country date due email "
            "fare first id infants kids last lead left limit list max maximum min minimum name names note notes "
            "number paid per phone price remaining revenue status surname time total type value"
        ),
    ),
    "due": Field(
        listed("due, owes"),
        alone=listed(
            "amount due, total due, balance, balance due, due balance, remaining balance, outstanding, outstanding "
            "balance, amount outstanding, balance outstanding, amount owed, amount owing, owed, balance owed, total "
            "owed, to pay, left to pay, still to pay, total, amount"
        ),
        hints=spaced(
            "amount balance charge charged cost due fare outstanding owe owed owes owing price rate sum total"
        ),
        other=_NOT_MONEY,
        firm=spaced("balance due outstanding owe owed owes owing"),
    ),
    "price": Field(_PER_PERSON),
    "email": Field(
        listed(
            "email, mail, email address, email addresses, contact email, customer email, guest email, buyer email, "
            "attendee email, client email, passenger email, booker email, lead guest email, customer email address, "
            "contact email address, primary email"
        ),
        hints=spaced("email mail"),
        other=_NOT_THE_PATRONS | spaced("at date list receive send status subscribe time update updates"),
    ),
    "phone": Field(
        listed(
            "phone, phone number, mobile, mobile number, mobile phone, mobile phone number, cell, cell phone, cell "
            "number, cell phone number, cellphone, tel, telephone, telephone number, contact phone, contact number, "
            "contact phone number, customer phone, customer phone number, guest phone, guest phone number, buyer "
            "phone, client phone, attendee phone, passenger phone, primary phone"
        ),
        hints=spaced("cell mobile phone tel telephone"),
        other=_NOT_THE_PATRONS | spaced("code country email ext extension ok status"),
    ),
    "currency": Field(listed("currency, currency code")),
    "status": Field(listed("status")),
    "day": Field(
        listed(
            "trip date, start date, event date, departure date, tour date, activity date, sail date, sailing date, "
            "charter date, cruise date, date of trip, availability date, event start date, appointment date, date of "
            "travel, travel date"
        ),
    ),
}

# People of one party, counted by their ages.
HEADS: Final = listed(
    "adults, adult, number of adults, no of adults, children, child, kids, number of children, number of kids, no of "
    "children, no of kids, infants, number of infants, seniors, number of seniors, youth, youths, students, teens, "
    "toddlers, babies, how many adults, how many children, how many kids"
)
PAID: Final = listed(
    "amount paid, paid, total paid, paid amount, already paid, paid so far, deposit, deposit paid, deposit amount, "
    "amount collected, total collected, paid total, payments, payments received, prepaid"
)
REFUNDED: Final = listed("amount refunded, refunded, refund amount, total refunded, refunds, refund, refunded amount")

EVENT: Final = {
    "id": Field(listed("id, eid, event id, trip id")),
    "title": Field(
        listed(
            "title, name, trip, event, trip name, event name, summary, subject, what, trip title, event title, tour, "
            "tour name, cruise, charter, activity"
        ),
    ),
    "date": Field(
        listed(
            "date, start date, trip date, starts at, event date, departure date, tour date, sail date, sailing date, "
            "charter date, cruise date, activity date, date of trip, date and time, date time, start date time, start "
            "date and time, event start, event start date, start at, departure date and time, departure date time"
        ),
        alone=listed("day, start, starts, when, departs"),
        hints=spaced("date day departs departure start starts when"),
        other=_NOT_A_START | spaced("days dock location notes of place point port time week"),
    ),
    "time": Field(
        listed(
            "time, start time, departure, departure time, departs at, hour, trip time, event time, sail time, sailing "
            "time, event start time, time of departure, time start, tour time"
        ),
        alone=listed("start, starts, departs, begins"),
        hints=spaced("hour time"),
        other=_NOT_A_START | spaced("date times total"),
    ),
    "captain": Field(listed("captain, skipper, capt, captain name, skipper name, captain s name")),
    "price": Field(
        (*listed("price, fare, cost"), *_PER_PERSON),
        alone=listed("amount"),
        hints=spaced("amount cost fare price rate"),
        other=(_NOT_MONEY - _PEOPLE) | spaced("captain crew due exchange fuel member"),
    ),
    "boat": Field(
        listed(
            "boat, vessel, boat name, vessel name, ship, ship name, yacht, yacht name, name of boat, name of vessel"
        ),
        hints=spaced("boat vessel yacht"),
        other=spaced(
            "available capacity captain charge color cost count crew date email fee fuel hours id insurance kind "
            "length license limit link make max maximum model note notes number of on or owner people phone price "
            "rate ready registration seats size status time type url"
        ),
    ),
    "capacity": Field(
        listed(
            "capacity, boat capacity, vessel capacity, passenger capacity, guest capacity, seating capacity, max "
            "capacity, maximum capacity, total capacity, event capacity, trip capacity, max passengers, maximum "
            "passengers, max guests, maximum guests, max pax, maximum pax, max people, maximum people, number of seats "
            "on board, people the boat takes"
        ),
        alone=listed("seats, number of seats, total seats, max seats, maximum seats"),
        hints=spaced("capacity seats"),
        other=spaced(
            "confirmed cost date fee fuel min minimum note notes per percent price status tank tickets type water"
        ),
        never=spaced(
            "available booked bought filled free full left occupied open paid remaining reserved sold taken time "
            "unsold used waitlist"
        ),
    ),
    "currency": Field(listed("currency, currency code")),
    "channel": Field(listed("channel, slack channel, channel id, slack channel id")),
    "status": Field(listed("status, state, trip status, event status")),
    "all day": Field(listed("all day event, all day, whole day")),
}
