"""A boat that is full: walk-ups and roster changes beyond its capacity, for crew and for the office."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from tests.bot.conftest import logged, opened
from tests.bot.test_patrons import adding, editing
from tests.bot.test_refusals import again, submission_of
from tests.builders import EID, a_row

if TYPE_CHECKING:
    from devkit.slack import Modal, Person
    from tests.bot.conftest import BotStage

FULL = "Pelican takes 4 people, and this would make 5."
ASK = f"{FULL} Only the office may go beyond it. Ask Olivia Park."
WRITE = f"{FULL} Write a reason to go beyond it."


@pytest.fixture
def four(bare_bot_stage: BotStage) -> BotStage:
    """The bot over an event whose boat takes four. Dave and Ana's party of two are expected."""
    bare_bot_stage.put(a_row(boat="Pelican", capacity=Decimal(4)))
    return bare_bot_stage


def walk_up(person: Person, name: str = "Rosa Diaz", *, party: str = "2") -> Modal:
    form = opened(person).choose("patron", name, pick=f"New patron “{name}”").fill("party", party)
    return form.choose("method", "Cash")


def names(stage: BotStage) -> list[str]:
    return sorted(line["name"] for line in stage.row()["patrons"].values())


def test_the_form_says_how_full_the_boat_is_and_crew_cannot_go_beyond(four: BotStage) -> None:
    form = walk_up(four.dana)
    assert "Pelican takes 4, 3 are expected. Only an admin can go beyond it." in form.text
    assert "reason" not in form.values
    form.submit()
    assert form.errors == {"patron": ASK}
    assert names(four) == ["Ana Lima", "Dave Kowalski"]
    form.fill("party", "1")
    assert "Only an admin" not in form.text
    with four.counting() as cost:
        form.submit()
    assert form.title == "Payment logged"
    assert cost.table == {"UpdateItem": 1}
    assert names(four) == ["Ana Lima", "Dave Kowalski", "Rosa Diaz"]
    logged(four.dana, f"{EID} dave 125 cash")
    assert four.paid()["dave"] == "125.00", "who is on the roster can always pay"


def test_an_admin_goes_beyond_with_a_reason_that_is_kept_in_the_entry(four: BotStage) -> None:
    form = walk_up(four.olivia)
    assert "Write a reason below to go beyond it." in form.text
    form.submit()
    assert form.errors == {"reason": WRITE}
    form.fill("reason", " Marco  stays <!here> ashore ")
    with four.counting() as cost:
        form.submit()
    assert "Reason\nMarco stays <!here> ashore" in form.text
    assert cost.table == {"UpdateItem": 1}
    (entry,) = (entry for record in four.row()["payments"].values() for entry in record["entries"].values())
    assert entry["reason"] == "Marco stays <!here> ashore"
    assert "Already logged" in str(again(four, submission_of(four)))


def test_a_boat_that_fills_up_while_the_form_is_open_is_noticed(four: BotStage) -> None:
    crews, offices = walk_up(four.dana, party="1"), walk_up(four.olivia, "Zed", party="1")
    assert "reason" not in offices.values
    row = four.row()
    four.put(row | {"patrons": row["patrons"] | {"eve": {"name": "Eve", "party": Decimal(1), "due": Decimal(0)}}})
    crews.submit()
    assert crews.errors == {"patron": ASK}
    offices.submit()
    assert "Pelican takes 4, 4 are expected. Write a reason below to go beyond it." in offices.text
    assert (offices.values["name"], offices.values["amount"], offices.values["method"]) == ("Zed", "125.00", "cash")
    offices.fill("reason", "a crew member stays").submit()
    assert names(four) == ["Ana Lima", "Dave Kowalski", "Eve", "Zed"]


def test_the_offices_forms_need_a_reason_beyond_the_capacity_and_keep_it_as_an_edit(four: BotStage) -> None:
    form = adding(four.olivia).fill("name", "Rosa").fill("party", "2")
    assert "Pelican takes 4, 3 are expected." in form.text
    form.submit()
    assert form.errors == {"reason": WRITE}
    form.fill("reason", "a child on a lap").submit()
    assert form.title == "Patron added"
    assert "Pelican takes 4, 5 are expected." in form.text
    assert "Already added" in str(again(four, submission_of(four)))

    form = editing(four.olivia, "dave").fill("party", "2").fill("due", "250")
    form.submit()
    assert form.errors == {"reason": WRITE.replace("make 5", "make 6")}
    form.fill("reason", "his wife comes").submit()
    editing(four.olivia, "ana").fill("party", "1").fill("due", "125").submit()
    edits = [(edit["what"], edit["from"], edit["to"], edit.get("reason")) for edit in four.rows("#change:")]
    assert sorted(edits) == [
        ("capacity", "3", "5", "a child on a lap"),
        ("due", "125.00", "250.00", "his wife comes"),
        ("due", "250.00", "125.00", None),
        ("party", "1", "2", "his wife comes"),
        ("party", "2", "1", None),
    ]
