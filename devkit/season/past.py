"""The events of past days."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

from charter.patrons import PatronState
from devkit.season.crews import CORY, DANA_REYES, MARCO_BELL, MIA, called
from devkit.season.rows import MARCO, OFFICE, OLIVIA, Booked, SampleEvent, day, gets_back, pays, undone


def before_the_ledger(today: date) -> SampleEvent:
    """Return an event nine days ago, with records of four fields and no entries."""
    return SampleEvent(
        day(today, -9),
        "captain-cory-morning",
        "Captain Cory, morning",
        time(9),
        channel="C0CORY",
        patrons=(
            Booked("Bernice Tully", lines=(pays("125.00", notes="paid on the dock"),)),
            Booked("Amir Haddad", lines=(pays("60.00", "venmo"),)),
            Booked("June Sorensen"),
        ),
        crew=(called(CORY, "07:45"), called(DANA_REYES, "08:00")),
    )


def whale_watch(today: date) -> SampleEvent:
    """Return an event six days ago with a voided mistake and a refund. Nobody owes anything."""
    mistyped = pays("1850.00", notes="two adults")
    sick = gets_back("92.50", "card", reason="one of them fell ill")
    return SampleEvent(
        day(today, -6),
        "whale-watch-morning",
        "Whale watch, morning",
        time(8, 30),
        price="92.50",
        patrons=(
            Booked(
                "Harriet Lindgren",
                party=2,
                lines=(mistyped, undone(mistyped, at=0, reason="a zero too many"), pays("185.00", notes="two adults")),
                signed=True,
            ),
            Booked("Tomás Ibarra", "tomas.ibarra", (pays("92.50", "venmo"),), signed=True),
            Booked(
                "Priya Raman",
                lines=(pays("277.50", "card", by=OFFICE), sick),
                party=2,
                signed=True,
                minors=("Anika Raman",),
            ),
            Booked("Walter Osei", lines=(pays("92.50", "check", by=MARCO, notes="check 1042"),), signed=True),
        ),
        crew=(called(MIA, "07:00"), called(MARCO_BELL, "07:15")),
        boat="Sea Otter",
        capacity=20,
    )


def bare_date(today: date) -> SampleEvent:
    """Return an event three days ago whose id breaks the rule: it is only a date."""
    deposit = pays("700.00", "check", by=OLIVIA, notes="deposit")
    return SampleEvent(
        day(today, -3),
        "",
        "Hensley private charter",
        time(10),
        price="1400.00",
        patrons=(Booked("Carol Hensley", "hensley", (deposit,), party=8, due="1400.00"),),
        crew=(called(CORY, "08:30"),),
    )


def last_night(today: date) -> SampleEvent:
    """Return yesterday's event, which has cast off: a party came with fewer, one was let aboard, two did not come.

    One patron paid too much, and a no-show still owes.
    """
    return SampleEvent(
        day(today, -1),
        "captain-mia-evening",
        "Captain Mia, evening",
        time(18),
        price="110.00",
        patrons=(
            Booked("Leo Fontana", lines=(pays("120.00", notes="keep the change"),), signed=True),
            Booked("Grace Whitfield", lines=(pays("110.00", "zelle"),), signed=True),
            Booked(
                "Noor Haddad", lines=(pays("330.00", "card", by=OFFICE),), party=3, signed=True, minors=("Sami Haddad",)
            ),
            Booked("Otto Lindh", lines=(pays("110.00", "venmo"),)),
            Booked("Rita Moss", due="0.00", state=PatronState.REMOVED),
            Booked("Sam Adeyemi", lines=(pays("50.00"),), signed=True, state=PatronState.NO_SHOW),
        ),
        crew=(called(MIA, "16:30"), called(DANA_REYES, "16:45")),
        boat="Sea Otter",
        capacity=20,
        cast_off=True,
        extra={"log": {"returned": "21:10", "engine_hours": Decimal("3.2")}},
    )
