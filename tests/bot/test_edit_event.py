"""*Edit event*, from the status or `/payment-status edit …` to the table: written at once, once, and kept as edits."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from tests.bot.conftest import last, logged, plain_errors
from tests.bot.test_refusals import again, submission_of
from tests.bot.test_status import status
from tests.bot.test_troubles import SLOW
from tests.builders import EID, a_crew_row, a_row, a_signature_row

if TYPE_CHECKING:
    from devkit.slack import Modal, Person
    from tests.bot.conftest import BotStage

SORRY = "Only the office can change an event. Ask @Olivia Park."
NEXT_DAY = "2026-05-24-captain-cory-afternoon"


def editing(person: Person, text: str = EID) -> Modal:
    """The form as the command opens it."""
    person.command("/payment-status", f"edit {text}")
    assert not person.troubles, person.trouble_log
    return person.form


def edits(stage: BotStage, eid: str = EID) -> list[tuple[str, str, str, str]]:
    """Return field, old value, new value and reason of each edit of the event's fields and dues."""
    rows = stage.rows("#change:", eid)
    kept = [row for row in rows if row["what"] != "eid"]
    assert all(row["by"] == "slack:U0OLIVIA" and row["at"] == "2026-05-23T20:30:00.000Z" for row in rows)
    return sorted((row["what"], row["from"], row["to"], row.get("reason", "")) for row in kept)


def test_a_new_time_is_written_with_its_edit_and_shown_everywhere(bot_stage: BotStage) -> None:
    before = bot_stage.row()
    form = editing(bot_stage.olivia, "cory afternoon to 14:30")
    assert (form.values["time"], form.values["day"], form.values["eid"]) == ("14:30", "2026-05-23", EID)
    form.fill("reason", "late <!channel> tide").submit()
    assert "Saved: Captain Cory, afternoon" in form.text
    assert "start Sat May 23, 1:00 PM → Sat May 23, 2:30 PM" in form.text
    assert bot_stage.row() == before | {"starts_at": "2026-05-23T14:30:00-07:00"}
    assert edits(bot_stage) == [
        ("starts_at", "2026-05-23T13:00:00-07:00", "2026-05-23T14:30:00-07:00", "late <!channel> tide")
    ]
    changes = status(bot_stage.olivia, f"{EID} since 10:00").text
    assert "start Sat May 23, 1:00 PM → Sat May 23, 2:30 PM · @Olivia Park · because “late <!channel> tide”" in changes
    bot_stage.olivia.command("/payment-status")
    assert "2:30 PM" in last(bot_stage.olivia).text, "the list of events is read anew"


def test_every_field_is_edited_from_the_status_in_one_press(bot_stage: BotStage) -> None:
    bot_stage.olivia.click(status(bot_stage.olivia, EID), action_id="edit_event")
    form = bot_stage.olivia.form
    form.fill("price", "$150").fill("boat", "Sea Otter").fill("capacity", "12").choose("channel", "C0SUNSET").submit()
    assert {name: bot_stage.row()[name] for name in ("price", "boat", "capacity", "channel")} == {
        "price": Decimal("150.00"),
        "boat": "Sea Otter",
        "capacity": Decimal(12),
        "channel": "C0SUNSET",
    }
    assert edits(bot_stage) == [
        ("boat", "", "Sea Otter", ""),
        ("capacity", "", "12", ""),
        ("channel", "C0CORY", "C0SUNSET", ""),
        ("price", "125.00", "150.00", ""),
    ]
    assert "what 2 patrons owe stays at the old price" in form.text
    assert {line["due"] for line in bot_stage.row()["patrons"].values()} == {125, 250}
    form = editing(bot_stage.olivia)
    form.fill("price", "").fill("boat", "").fill("capacity", "").fill("channel", "").submit()
    assert bot_stage.row().keys() & {"price", "boat", "capacity", "channel"} == set()
    crew = status(bot_stage.dana, f"{EID} since 10:00").text
    assert "price changed" in crew
    assert "$" not in crew


def test_a_new_day_and_title_rename_the_id_and_the_month_follows(bot_stage: BotStage) -> None:
    bot_stage.put(a_signature_row(), a_crew_row())
    logged(bot_stage.dana, f"{EID} dave 60 cash").close()
    form = editing(bot_stage.olivia)
    form.fill("day", "2026-06-01")
    assert "The id becomes 2026-06-01-captain-cory-afternoon. Links with the old id keep working." in form.text
    form.fill("title", "Whale watch").fill("time", "09:00")
    assert form.values["eid"] == "2026-06-01-whale-watch-morning"
    form.submit()
    new = "2026-06-01-whale-watch-morning"
    assert f"It has the id {new} now. Links with {EID} keep working." in form.text
    assert bot_stage.row() == {"eid": EID, "crew_id": "#event", "moved_to": new}
    row = bot_stage.row(new)
    assert (row["month"], row["starts_at"], row["title"]) == ("2026-06", "2026-06-01T09:00:00-07:00", "Whale watch")
    assert bot_stage.paid(new) == {"dave": "60.00"}
    assert [each[0] for each in edits(bot_stage, new)] == ["starts_at", "title"]
    assert len(bot_stage.rows("#signature:", new)) == len(bot_stage.rows("cory", new)) == 1

    back = editing(bot_stage.olivia, EID)
    back.fill("title", "Captain Cory, afternoon").fill("day", "2026-05-23").fill("time", "13:00")
    assert back.values["eid"] == EID, "an old id of its own is free"
    back.submit()
    assert bot_stage.row()["title"] == "Captain Cory, afternoon"
    assert bot_stage.row(new)["moved_to"] == EID


def test_an_id_that_is_taken_is_refused_on_its_field_before_anything_is_written(bot_stage: BotStage) -> None:
    bot_stage.put(a_row(NEXT_DAY, title="Another"))
    form = editing(bot_stage.olivia, f"{EID} to tomorrow")
    before = bot_stage.row()
    form.fill("eid", NEXT_DAY).submit()
    assert form.errors == {"eid": f"An event “{NEXT_DAY}” already exists. Choose another id."}
    form.fill("eid", EID).submit()
    assert "is of another day than the event" in form.errors["eid"]
    assert (bot_stage.row(), bot_stage.rows("#change:")) == (before, [])
    form.fill("eid", f"{NEXT_DAY}-2").submit()
    assert bot_stage.row(f"{NEXT_DAY}-2")["starts_at"] == "2026-05-24T13:00:00-07:00"


def test_dues_at_the_usual_price_follow_it_only_where_the_box_is_ticked(bot_stage: BotStage) -> None:
    patrons = bot_stage.row()["patrons"]
    patrons["free"] = {"name": "Fay", "party": Decimal(1), "due": Decimal(0)}
    patrons["gone"] = {"name": "Gil", "party": Decimal(1), "due": Decimal(125), "state": "removed"}
    patrons["none"] = {"name": "Ned", "party": Decimal(1)}
    bot_stage.put(a_row(patrons=patrons))
    form = editing(bot_stage.olivia, f"{EID} price 150")
    assert form.values["price"] == "150.00"
    assert "3 patrons owe the usual price, 4 × $125.00. At $150.00 that is $100.00 more in all." in form.text
    form.fill("price", "100")
    assert "At $100.00 that is $100.00 less in all. What they owe stays as it is, unless you tick the box." in form.text
    form.choose("dues", "yes").submit()
    assert "dues of 3 patrons changed: $100.00 less in all" in form.text
    dues = {key: line["due"] for key, line in bot_stage.row()["patrons"].items()}
    assert dues == {"dave": 100, "ana": 200, "free": 0, "gone": 125, "none": 100}
    assert edits(bot_stage) == [
        ("due", "125.00", "100.00", ""),
        ("due", "125.00", "100.00", ""),
        ("due", "250.00", "200.00", ""),
        ("price", "125.00", "100.00", ""),
    ]
    explained = status(bot_stage.olivia, f"{EID} dave")
    assert [row[1:] for row in explained.table[1:]] == [
        ["Usual price, $125.00 × 1", "–", "$125.00"],
        ["due changed", "$125.00 → $100.00", "$100.00"],
    ]

    bot_stage.put(a_row(patrons={"none": patrons["none"]}))
    editing(bot_stage.olivia, f"{EID} price 150").submit()
    assert bot_stage.row()["patrons"]["none"]["due"] == 125, "what a line without a due owes does not change unseen"


def test_more_dues_than_one_write_can_trace_are_refused_whole(bot_stage: BotStage) -> None:
    line = {"party": Decimal(1), "due": Decimal(125)}
    bot_stage.put(a_row(patrons={f"p{number}": {**line, "name": f"P {number}"} for number in range(91)}))
    before = bot_stage.row()
    form = editing(bot_stage.olivia, f"{EID} price 150").choose("dues", "yes")
    form.submit()
    assert "This changes what 91 patrons owe, and at most 90 can change together." in form.errors["dues"]
    assert (bot_stage.row(), bot_stage.rows("#change:")) == (before, [])
    del before["patrons"]["p0"]
    bot_stage.put(before)
    form.submit()
    assert "Somebody else changed this event meanwhile" in form.text, "the dues are not those that were counted"
    assert "90 patrons owe" in form.text
    form.submit()
    assert "dues of 90 patrons changed: $2,250.00 more in all" in form.text
    assert len(bot_stage.rows("#change:")) == 91


def test_a_form_counts_once_however_often_it_is_sent(bot_stage: BotStage) -> None:
    editing(bot_stage.olivia, f"{EID} to tomorrow price 150").choose("dues", "yes").submit()
    row, rows = bot_stage.row(NEXT_DAY), bot_stage.rows("#change:", NEXT_DAY)
    sent = submission_of(bot_stage)
    assert "Already saved, and counted once" in json.dumps(again(bot_stage, sent))
    assert (bot_stage.row(NEXT_DAY), bot_stage.rows("#change:", NEXT_DAY)) == (row, rows)

    form = editing(bot_stage.olivia, f"{NEXT_DAY} takes 20")
    form.submit()
    fresh: dict[str, Any] = submission_of(bot_stage)
    memo = json.loads(fresh["view"]["private_metadata"]) | {"form": "another"}
    fresh["view"]["private_metadata"] = json.dumps(memo)
    bot_stage.put(row)
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda one: json.dumps(again(bot_stage, one)), [fresh] * 4))
    assert all("aved" in answer for answer in answers)
    assert [each.get("form") for each in bot_stage.rows("#change:", NEXT_DAY)].count("another") == 1


@pytest.mark.parametrize("after", [0, 1], ids=["the edit's answer was lost", "the rename failed"])
def test_a_form_that_was_interrupted_finishes_the_rename_when_it_is_sent_again(bot_stage: BotStage, after: int) -> None:
    form = editing(bot_stage.olivia, f"{EID} to tomorrow")
    bot_stage.world.table_faults.fail_next(
        "TransactWriteItems", drop_answer=not after, throttle=bool(after), times=2, after=after
    )
    form.submit()
    assert plain_errors(form) == {"title": SLOW}
    form.submit()
    assert f"It has the id {NEXT_DAY} now" in form.text
    sent = submission_of(bot_stage)
    assert sorted(row["what"] for row in bot_stage.rows("#change:", NEXT_DAY)) == ["eid", "starts_at"]
    editing(bot_stage.olivia, f"{NEXT_DAY} title Whale watch").submit()
    assert "Already saved" in json.dumps(again(bot_stage, sent))
    assert bot_stage.row(NEXT_DAY)["moved_to"] == "2026-05-24-whale-watch-afternoon", "it is not renamed back"


def test_an_event_with_many_rows_is_moved_now_and_gets_its_id_later(bot_stage: BotStage) -> None:
    bot_stage.put(*(a_signature_row(f"s{number}") for number in range(101)))
    form = editing(bot_stage.olivia, f"{EID} to tomorrow")
    form.submit()
    assert "It gets its new id within a minute." in form.text
    assert bot_stage.row()["starts_at"] == "2026-05-24T13:00:00-07:00"
    assert "Already saved, and counted once" in json.dumps(again(bot_stage, submission_of(bot_stage)))
    assert len(bot_stage.rows("#change:")) == 1


def test_whoever_was_overtaken_sees_what_changed_and_loses_nothing(bot_stage: BotStage) -> None:
    form = editing(bot_stage.olivia, f"{EID} price 150").fill("boat", "Pelican")
    bot_stage.put(a_row(price=Decimal("140.00"), starts_at="2026-05-23T15:00:00-07:00"))
    form.submit()
    assert "Somebody else changed this event meanwhile, so nothing is saved yet." in form.text
    assert "Now: start Sat May 23, 3:00 PM · price $140.00." in form.text
    assert (form.values["time"], form.values["price"], form.values["boat"]) == ("15:00", "150.00", "Pelican")
    assert bot_stage.rows("#change:") == []
    form.submit()
    assert edits(bot_stage) == [("boat", "", "Pelican", ""), ("price", "140.00", "150.00", "")]
    assert bot_stage.row()["starts_at"] == "2026-05-23T15:00:00-07:00"


def test_what_cannot_be_is_refused_on_its_field(bot_stage: BotStage) -> None:
    form = editing(bot_stage.olivia).fill("price", "a lot").fill("capacity", "2")
    form.submit()
    assert set(form.errors) == {"price"}
    form.fill("price", "").submit()
    assert form.errors == {"reason": "The boat takes 2 people, and this would make 3. Write a reason to go beyond it."}
    form.choose("status", "Cancelled").submit()
    assert form.errors == {"reason": "Say why, in 200 letters at most."}
    form.choose("status", "Takes place").choose("dues", "yes").submit()
    assert set(form.errors) == {"price"}, "dues cannot follow a price that is taken away"
    assert bot_stage.row() == a_row()
    form.close()
    nothing = editing(bot_stage.olivia)
    nothing.submit()
    assert "Nothing was changed: Captain Cory, afternoon" in nothing.text
    assert bot_stage.rows("#change:") == []


def test_an_event_of_the_crew_list_gets_its_row_with_the_edit(bot_stage: BotStage) -> None:
    crews = "2026-05-24-captain-mia-sunset"
    bot_stage.put(a_crew_row(crews))
    editing(bot_stage.olivia, f"{crews} to 19:00 takes 30").submit()
    row = bot_stage.row(crews)
    assert (row["starts_at"], row["capacity"], row["month"]) == ("2026-05-24T19:00:00-07:00", 30, "2026-05")
    assert [each[0] for each in edits(bot_stage, crews)] == ["capacity", "starts_at"]


def test_the_words_find_the_event_and_what_is_not_understood_is_shown(bot_stage: BotStage) -> None:
    bot_stage.put(a_row("2026-05-24-golden-gate-sunset", title="Golden Gate, sunset", channel="C0SUNSET"))
    form = editing(bot_stage.olivia, "sunset blargh to 6:30 price abc takes lots <!here>")
    assert "Not understood: blargh <!here>, price abc, capacity lots." in form.text
    assert "6:30 was read as 6:30 AM. Correct the time if it is PM." in form.text
    assert (form.values["time"], form.values["price"], form.values["capacity"]) == ("06:30", "125.00", None)
    form.close()
    for text, values in {
        "sunset to monday 7pm": {"day": "2026-05-25", "time": "19:00"},
        "sunset to june 2": {"day": "2026-06-02"},
        "golden title Dolphin watch boat Pelican channel <#C0CORY|cory>": {
            "title": "Dolphin watch",
            "boat": "Pelican",
            "channel": "C0CORY",
            "eid": "2026-05-24-dolphin-watch-afternoon",
        },
        "to 9:30": {"day": "2026-05-23", "time": "09:30"},
    }.items():
        form = editing(bot_stage.olivia, text)
        assert {name: form.values[name] for name in values} == values, text
        form.close()
    for text, said in {
        "blargh to 9:30": "“blargh” fits no event.",
        "2026-05-29-no-such price 20": "There is no event “2026-05-29-no-such”.",
    }.items():
        bot_stage.olivia.command("/payment-status", f"edit {text}")
        assert said in last(bot_stage.olivia).text
        assert f"/payment-status edit {EID} {text.partition(' ')[2]}" in last(bot_stage.olivia).text
        assert bot_stage.olivia.modal is None


def test_the_crew_neither_see_the_buttons_nor_open_or_send_the_form(bot_stage: BotStage) -> None:
    assert "edit_event" not in json.dumps(status(bot_stage.dana, EID).blocks)
    bot_stage.dana.command("/payment-status", f"edit {EID} cancel")
    assert last(bot_stage.dana).text == SORRY
    editing(bot_stage.olivia, f"{EID} takes 20").submit()
    sent = submission_of(bot_stage)
    sent["user"] = {**sent["user"], "id": "U0DANA", "username": "dana"}
    bot_stage.put(a_row())
    assert "Only the office can change an event." in json.dumps(again(bot_stage, sent))
    assert bot_stage.row() == a_row()
