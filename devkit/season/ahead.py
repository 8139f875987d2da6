"""The events of today and of the following days."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

from devkit.season.crews import CORY, DANA_REYES, MARCO_BELL, MIA, called
from devkit.season.crowd import crowd
from devkit.season.rows import MARCO, OFFICE, OLIVIA, Booked, SampleEvent, day, gets_back, pays, undone

EIGHTY_LETTERS = "Maximiliana Alexandrina Wilhelmina Theodora von Hohenstaufen-Rosenberg-Lindqvist"


def this_afternoon(today: date) -> SampleEvent:
    """Return today's event at 13:00. Dave has not paid."""
    wrong_method = pays("125.00", "venmo")
    return SampleEvent(
        today,
        "captain-cory-afternoon",
        "Captain Cory, afternoon",
        time(13),
        channel="C0CORY",
        patrons=(
            Booked("Dave Kowalski", "dave", email="dave.kowalski@example.com", phone="+1 415 555 0114"),
            Booked("Maria Santos", "maria", (pays("125.00", "venmo"),), signed=True),
            Booked("Ben Okafor", lines=(pays("60.00", notes="rest on the dock"),), signed=True),
            Booked(
                "Lucille Park", party=2, lines=(pays("260.00", notes="tip in it"),), signed=True, minors=("Ty Park",)
            ),
            Booked(
                "Ines Duarte",
                lines=(
                    wrong_method,
                    undone(wrong_method, at=0, reason="it was zelle"),
                    pays("125.00", "zelle", notes="from her sister's account"),
                ),
            ),
            Booked("Greg Halloran", lines=(pays("125.00", "card", by=OFFICE),), email="greg@example.com"),
            Booked(
                "Nadia Petrova",
                lines=(pays("250.00", "card", by=OFFICE), gets_back("125.00", "card", reason="comes alone")),
                signed=True,
            ),
        ),
        unmatched=("Davy Kowalski",),
        crew=(called(CORY, "11:30"), called(DANA_REYES, "12:00"), called(MARCO_BELL, "12:15")),
        boat="Pelican",
        capacity=12,
    )


def tomorrows_sunset(today: date) -> SampleEvent:
    """Return tomorrow's event at 18:00."""
    return SampleEvent(
        day(today, 1),
        "golden-gate-sunset",
        "Golden Gate sunset",
        time(18),
        price="95.00",
        channel="C0SUNSET",
        patrons=(
            Booked("Kai 🏄 Nakamura", "kai", (pays("95.00", "venmo", notes="🤙"),), signed=True),
            Booked("Rosa Delgado", party=2, lines=(pays("100.00", "zelle"),), signed=True),
            Booked("Theo Brandt", lines=(pays("95.00", "check", by=MARCO, notes="check 377"),), signed=True),
            Booked("Ruth Abernathy", due="0.00", signed=True),
            Booked("Owen McAllister", phone="+1 415 555 0177"),
        ),
        crew=(called(MIA, "16:30"), called(MARCO_BELL, "16:45")),
        boat="Sea Otter",
        capacity=20,
    )


def harbor_festival(today: date) -> SampleEvent:
    """Return an event in two days with 130 patrons, more than Slack shows at once."""
    return SampleEvent(
        day(today, 2),
        "harbor-festival-midday",
        "Harbor festival, midday",
        time(12),
        price="45.00",
        patrons=crowd(130, price="45.00"),
        crew=(
            called(CORY, "10:00"),
            called(MIA, "10:00"),
            called(DANA_REYES, "10:30"),
            called(MARCO_BELL, "10:30"),
        ),
        boat="Grand Pelican",
        capacity=149,
        extra={"tags": {"festival", "catered"}},
    )


def cancelled(today: date) -> SampleEvent:
    """Return a cancelled event in four days. Its payments were refunded."""
    weather = "cancelled for weather"
    return SampleEvent(
        day(today, 4),
        "fishing-charter-morning",
        "Fishing charter, morning",
        time(6, 30),
        price="180.00",
        status="cancelled",
        patrons=(
            Booked(
                "Hank Petersen", lines=(pays("180.00", "card", by=OFFICE), gets_back("180.00", "card", reason=weather))
            ),
            Booked("Lou Marchetti", lines=(pays("90.00"), gets_back("90.00", reason=weather))),
        ),
        crew=(called(CORY, "05:00"),),
        boat="Pelican",
        capacity=12,
    )


def nobody_paid(today: date) -> SampleEvent:
    """Return an event in five days. Its row, of an older writer, has no `payments` map."""
    return SampleEvent(
        day(today, 5),
        "captain-cory-sunrise",
        "Captain Cory, sunrise",
        time(6),
        price="140.00",
        patrons=(
            Booked("Elena Vasquez"),
            Booked("Martin Cho", party=2),
            Booked("Beth Cooper", email="beth@example.com"),
        ),
        crew=(called(CORY, "04:45"), called(DANA_REYES, "05:00")),
        extra={"imported_from": "spreadsheet", "row_number": Decimal(41)},
    )


def angel_island(today: date) -> SampleEvent:
    """Return an event in eight days with names that are hard to display."""
    return SampleEvent(
        day(today, 8),
        "angel-island",
        "Angel Island day event",
        time(10, 30),
        price="75.00",
        patrons=(
            Booked(EIGHTY_LETTERS, "maximiliana", (pays("75.00", "card", by=OFFICE),), signed=True),
            Booked(
                "<!channel> & Sons", "channel-and-sons", (pays("100.00", "check", notes="<!here> *Sons* pay"),), party=4
            ),
            Booked("Zoë Ångström", "zoe@example.com", (pays("75.00", "other", notes="gift card"),), signed=True),
            Booked("Dave Mercer"),
            Booked("José Ángel Núñez", "jose.nunez", (pays("75.00", "venmo"),)),
            Booked("Jose Angel Nunez", "jose.nunez-2"),
        ),
        unmatched=("José Angel Nuñez",),
        crew=(called(MIA, "09:00"),),
        boat="Sea Otter",
        capacity=20,
        extra={"ferry_permit": "AI-2291", "stops": ["Ayala Cove", "East Garrison"]},
    )


def company_outing(today: date) -> SampleEvent:
    """Return an event in sixteen days with few payers and large sums."""
    return SampleEvent(
        day(today, 16),
        "northgate-outing-evening",
        "Northgate company outing",
        time(17, 30),
        price="160.00",
        patrons=(
            Booked(
                "Northgate Dental",
                "northgate",
                (pays("3200.00", "check", by=OLIVIA, notes="check 20418"),),
                party=24,
                others=("Ada Quist", "Björn Ekdahl", "Chen Wei"),
            ),
            Booked("Dr. Simone Achebe", "simone.achebe", (pays("160.00", "card", by=OFFICE),), signed=True),
        ),
        crew=(called(CORY, "16:00"), called(MARCO_BELL, "16:15")),
        boat="Grand Pelican",
        capacity=149,
    )


def next_month(today: date) -> SampleEvent:
    """Return an event in 33 days, so in another month of the index, without patrons."""
    return SampleEvent(
        day(today, 33),
        "captain-cory-afternoon",
        "Captain Cory, afternoon",
        time(13),
        channel="C0CORY",
        boat="Pelican",
        capacity=12,
    )


def known_by_its_crew_only(today: date) -> SampleEvent:
    """Return an event in twelve days of which the table has crew rows only."""
    return SampleEvent(
        day(today, 12),
        "captain-mia-afternoon",
        "Captain Mia, afternoon",
        time(13),
        crew=(called(MIA, "11:30"), called(MARCO_BELL, "12:00")),
    )
