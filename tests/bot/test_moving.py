"""A patron is moved to another trip, with money and signatures, from the button of their balance."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from adapters.books import DynamoBooks
from adapters.waiver_texts import read_waiver_texts
from tests.bot.conftest import last, logged
from tests.bot.test_refusals import again, submission_of
from tests.bot.test_status import status
from tests.builders import EID, ZONE, a_row, a_signature_row

if TYPE_CHECKING:
    from devkit.slack import Message, Modal, Person
    from tests.bot.conftest import BotStage

LATER = "2026-05-30-captain-cory-sunset"
TODAYS = read_waiver_texts()[0].version


@pytest.fixture
def two_trips(bot_stage: BotStage) -> BotStage:
    """Captain Cory's trip of today with Dave and Ana, and his next one, which costs more, with nobody."""
    bot_stage.put(a_row(LATER, title="Cory at sunset", price=Decimal("150.00"), patrons={}, channel="C0LATER"))
    return bot_stage


def moving(person: Person, patron: str = "ana", to: str = "sunset", eid: str = EID) -> Modal:
    """The form with what would be moved, after the trip was picked."""
    person.click(status(person, f"{eid} {patron}"), action_id="move_patron")
    assert not person.troubles, person.trouble_log
    person.form.choose("event", to).submit()
    assert not person.troubles, person.trouble_log
    return person.form


def removed(person: Person, eid: str, patron: str) -> Message:
    """The balance of a patron who is off the roster, from the menu below the event's table."""
    person.click(status(person, eid), action_id="open_patron", value=patron)
    return last(person)


def entries(bot_stage: BotStage, eid: str, patron: str = "ana") -> list[dict[str, Any]]:
    """The entries of the patron's ledger in the order of their time."""
    record = bot_stage.row(eid)["payments"].get(patron, {"entries": {}})
    return sorted(({"id": key, **line} for key, line in record["entries"].items()), key=lambda each: each["timestamp"])


def test_money_and_signatures_go_along_once_and_both_trips_say_so(two_trips: BotStage) -> None:
    two_trips.put(
        a_signature_row("sig-of-ana-123456", name="Ana Lima", patron_id="ana", version=TODAYS),
        a_signature_row("sig-of-dave-12345", version=TODAYS),
    )
    logged(two_trips.dana, f"{EID} ana 250 cash").close()
    two_trips.clock.moment += two_trips.clock.moment - two_trips.clock.moment.replace(minute=29)
    form = moving(two_trips.olivia)
    for sentence in ("Ana Lima · party of 2", "$250.00 goes along. 1 signature of the party goes along.",
                     "Due so far: $250.00. Usual there: $150.00 × 2."):  # fmt: skip
        assert sentence in form.text
    assert form.values["due"] == "300.00"
    assert entries(two_trips, LATER) == [], "nothing is written before the last press"
    form.fill("reason", "wind & <!channel>").submit()
    for sentence in ("Moved: Ana Lima", "$250.00", "$50.00 to pay", "1 of 2 signed", "wind", "move the patron back"):
        assert sentence in form.text
    sent = submission_of(two_trips)
    assert "Already moved, and counted once" in json.dumps(again(two_trips, sent))

    (paid, out), (into,) = entries(two_trips, EID), entries(two_trips, LATER)
    assert (paid["amount"], out["amount"], into["amount"]) == (250, -250, 250)
    assert {out["id"], into["id"], out["group"], into["group"]} == {out["id"]}, "one id links both"
    assert (out["kind"], into["kind"], out["method"]) == ("transfer", "transfer", "transfer")
    assert (out["counterpart"], into["counterpart"]) == (f"{LATER}/ana", f"{EID}/ana")
    assert two_trips.paid(EID) == {"ana": "0.00"}
    assert two_trips.paid(LATER) == {"ana": "250.00"}
    line = two_trips.row(EID)["patrons"]["ana"]
    assert (line["state"], line["due"]) == ("removed", 0)
    assert two_trips.row(LATER)["patrons"] == {"ana": {"name": "Ana Lima", "party": 2, "due": 300}}
    (copy,), kept = two_trips.rows("#signature:", LATER), two_trips.rows("#signature:", EID)
    assert (copy["patron_id"], copy["matched_by"], copy["signed_for"]) == ("ana", "name", [EID])
    assert [row["patron_id"] for row in kept] == ["ana", "dave"], "the originals stay"

    there, here = status(two_trips.olivia, f"{LATER} ana"), removed(two_trips.olivia, EID, "ana")
    assert ["transfer", "+$250.00", "$50.00"] in [row[1:] for row in there.table]
    assert f"moved by @Olivia Park in Slack · “From Captain Cory, afternoon ({EID})”" in there.text
    assert f"“To Cory at sunset ({LATER})” · because “wind & <!channel>”" in here.text
    crews = status(two_trips.dana, f"{EID} since 10:00").text
    assert f"Ana Lima: moved to {LATER}" in crews
    assert "$" not in crews
    two_trips.olivia.click(there, action_id="void_entry")
    assert "A move between two trips is not voided: move the patron back instead." in two_trips.olivia.form.text
    two_trips.olivia.form.close()

    books = DynamoBooks(two_trips.world.client, two_trips.world.table, zone=ZONE, currency="USD")
    for eid in (EID, LATER):
        books.refresh(eid)
    month = books.row("2026-05")
    assert month["by_method", "USD", "cash", "payment"] == 250
    assert not month.get(("by_method", "USD", "transfer", "transfer"))
    assert {key[2] for key in month if key[0] == "by_hand"} == {"slack:U0DANA"}
    assert [month["by_event", "USD", eid, "transfer"] for eid in (EID, LATER)] == [-250, 250]
    assert sum(books.row("hand:slack:U0DANA").values()) == 250, "Dana holds the cash still"


def test_a_move_back_uses_the_old_line_and_the_old_signature(two_trips: BotStage) -> None:
    two_trips.put(a_signature_row("sig-of-ana-123456", name="Ana Lima", patron_id="ana", version=TODAYS))
    logged(two_trips.dana, f"{EID} ana 100 cash").close()
    moving(two_trips.olivia).fill("reason", "wind").submit()
    two_trips.clock.moment += two_trips.clock.moment - two_trips.clock.moment.replace(minute=29)
    back = moving(two_trips.olivia, "ana", "afternoon", LATER)
    assert "was on that roster, and comes back" in back.text
    back.fill("due", "240").fill("reason", "calm").submit()
    assert "$140.00 to pay" in back.text
    line = two_trips.row(EID)["patrons"]["ana"]
    assert (line.get("state"), line["due"], two_trips.paid(EID)) == (None, 240, {"ana": "100.00"})
    assert len(two_trips.rows("#signature:", EID)) == 1
    two_trips.olivia.click(removed(two_trips.olivia, LATER, "ana"), action_id="void_entry")
    assert "No entry of this patron is left to void." in two_trips.olivia.form.text
    two_trips.olivia.form.close()
    assert "off the roster" in status(two_trips.olivia, LATER).text


def test_an_older_text_a_namesake_and_a_full_boat_are_asked_about(two_trips: BotStage) -> None:
    others = {"a-2": {"name": "ana lima", "party": Decimal(1), "due": Decimal("150.00")}}
    two_trips.put(
        a_row(LATER, title="Cory at sunset", price=Decimal("150.00"), patrons=others, capacity=Decimal(2), payments={}),
        a_signature_row("sig-of-ana-123456", name="Ana Lima", patron_id="ana", version="2020-01-01-older000"),
        a_signature_row("sig-of-bo-1234567", name="Bo Lima", patron_id="ana", version=TODAYS, companion=True),
    )
    form = moving(two_trips.olivia)
    assert "1 of an older text does not." in form.text
    assert "Send the waiver link of the new trip, so that they sign again." in form.text
    form.fill("reason", "wind").submit()
    assert "Somebody called Ana Lima is on that trip" in form.errors["person"]
    form.choose("person", "Somebody else").submit()
    assert "Ana Lima signed an older text of the waiver" in form.errors["unsigned"]
    form.choose("unsigned", "Move without them").submit()
    assert "takes 2 people, and this would make 3. Tick the box" in form.errors["beyond"]
    assert two_trips.rows("#change:") == []
    form.choose("beyond", "Move them all the same").submit()
    assert "Moved: Ana Lima" in form.text
    assert "Waiver link for this party on the new trip" in form.text
    patrons = two_trips.row(LATER)["patrons"]
    assert set(patrons) == {"a-2", "ana"}
    assert [row["name"] for row in two_trips.rows("#signature:", LATER)] == ["Bo Lima"]
    assert [row["what"] for row in two_trips.rows("#change:", LATER)].count("capacity") == 1
    assert "payments" not in two_trips.row(EID)["payments"], "nothing was paid, so no entry is written"

    dave = moving(two_trips.olivia, "dave")
    dave.fill("reason", "wind").fill("due", "nothing much").submit()
    assert "due" in dave.errors
    dave.close()


def test_the_same_person_there_gets_the_money_on_the_line_that_is_there(two_trips: BotStage) -> None:
    there = {"lima": {"name": "Ana LIMA", "party": Decimal(1), "due": Decimal("150.00")}}
    two_trips.put(a_row(LATER, title="Cory at sunset", price=Decimal("150.00"), patrons=there, payments={}))
    logged(two_trips.dana, f"{EID} ana 250 cash").close()
    form = moving(two_trips.olivia).choose("person", "The same person").fill("reason", "twice booked")
    form.submit()
    assert "Overpaid by $100.00" in form.text
    assert two_trips.row(LATER)["patrons"]["lima"] == there["lima"]
    assert two_trips.paid(LATER) == {"lima": "250.00"}


def test_what_changed_meanwhile_is_shown_before_anything_is_moved(two_trips: BotStage) -> None:
    form = moving(two_trips.olivia).fill("reason", "wind")
    logged(two_trips.dana, f"{EID} ana 30 cash").close()
    form.submit()
    assert "Something changed meanwhile, so nothing is moved yet" in form.text
    assert "$30.00 goes along" in form.text
    assert form.values["reason"] == "wind"
    assert two_trips.row(LATER)["patrons"] == {}
    form.submit()
    assert two_trips.paid(LATER) == {"ana": "30.00"}


def test_trips_that_take_nobody_are_refused_on_the_trip(two_trips: BotStage) -> None:
    logged(two_trips.dana, f"{EID} ana 250 cash").close()
    later = a_row(LATER, title="Cory at sunset", price=Decimal("150.00"), patrons={})
    off = {"at": "2026-05-30T20:00:00.000Z", "by": "slack:U0DANA", "souls": Decimal(1), "sha256": "x", "list_id": "01"}
    aboard = {"ana": {"count": Decimal(1), "at": "2026-05-23T20:00:00.000Z", "by": "slack:U0DANA"}}
    faults: list[tuple[dict[str, Any], str]] = [
        ({**later, "status": "cancelled"}, "is cancelled. Pick a trip that takes place."),
        ({**later, "currency": "EUR"}, "paid in USD, and that trip is sold in EUR. Refund them here"),
        ({"eid": LATER, "crew_id": "#boarding", "aboard": {}, "cast_off": off}, "The list is frozen"),
        ({"eid": EID, "crew_id": "#boarding", "aboard": aboard}, "is checked in. Take the check-in back first."),
    ]
    for row, sentence in faults:
        two_trips.put(later, {"eid": LATER, "crew_id": "#boarding", "aboard": {}}, row)
        form = moving(two_trips.olivia)
        assert sentence in form.errors["event"], sentence
        form.close()
    assert "is on Captain Cory, afternoon already" in moving(two_trips.olivia, to="afternoon").errors["event"]
    two_trips.olivia.form.close()
    assert two_trips.paid(EID) == {"ana": "250.00"}
    assert two_trips.rows("#change:") == []
