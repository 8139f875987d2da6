"""A pasted list of patrons: the plan that the office sees, and the one press that writes it."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from tests.bot.conftest import last, plain_errors
from tests.bot.test_patrons import SORRY, lines
from tests.bot.test_refusals import again, submission_of
from tests.bot.test_troubles import SLOW
from tests.builders import EID, a_crew_row, a_row

if TYPE_CHECKING:
    from devkit.slack import Modal, Person
    from tests.bot.conftest import BotStage

LIST = """\
Zoë Ñandú-O’Brien, party of 2, 250, zoe@example.com
Max <!channel> & 🏄 +1 415 555 0101

3 x Noor Haddad 330
Bo (2)
Table 4 for Kim
"""
DAVE = {"name": "Dave Kowalski", "party": Decimal(1), "due": Decimal(125)}


def pasting(person: Person, text: str, eid: str = EID) -> Modal:
    """The plan of a list, from the button in the status."""
    person.command("/payment-status", eid)
    person.click(last(person), action_id="paste_roster")
    assert not person.troubles, person.trouble_log
    assert person.form.title == "Paste a roster"
    person.form.fill("list", text).submit()
    return person.form


def test_a_list_becomes_a_plan_and_one_press_writes_it(bot_stage: BotStage) -> None:
    before = bot_stage.row()
    plan = pasting(bot_stage.olivia, LIST)
    assert plan.title == "Roster: the plan"
    for sentence in (
        "4 new, 0 changed, 0 unchanged, 1 left out",
        "Zoë Ñandú-O’Brien · party of 2 · $250.00 · zoe@example.com",
        "Max <!channel> & 🏄 · party of 1 · $125.00 · +1 415 555 0101",
        "Noor Haddad · party of 3 · $330.00",
        "Bo · party of 2 · $250.00",
        "6 Table 4 for Kim: “Table” is not understood beside a name. Leave it out.",
    ):
        assert sentence in plan.text, plan.text
    assert bot_stage.row() == before, "nothing is written by the plan"

    with bot_stage.counting() as cost:
        plan.submit()
    assert (cost.table, cost.slack) == ({"Query": 1, "TransactWriteItems": 1}, [])
    assert plan.title == "Roster saved"
    assert "4 added, 0 changed, 1 left out" in plan.text
    assert "Table 4 for Kim" in plan.text
    assert lines(bot_stage)["Zoë Ñandú-O’Brien"] == {
        "name": "Zoë Ñandú-O’Brien",
        "party": Decimal(2),
        "due": Decimal("250.00"),
        "email": "zoe@example.com",
    }
    assert lines(bot_stage)["Max <!channel> & 🏄"]["phone"] == "+1 415 555 0101"
    assert len(lines(bot_stage)) == 2 + 4
    assert bot_stage.rows("#change:") == []


def test_patrons_on_the_roster_change_only_in_what_the_list_names_with_a_trace(bot_stage: BotStage) -> None:
    plan = pasting(bot_stage.olivia, "dave KOWALSKI, 2 people, dave@example.com\nAna Lima\nLima, Ana; 125\nKim $10")
    assert "1 new, 1 changed, 0 unchanged, 2 left out" in plan.text
    assert "Dave Kowalski: party 1 → 2, e-mail – → dave@example.com, the due stays $125.00" in plan.text
    assert "Line 3 has the same name." in plan.text
    plan.fill("list", "dave KOWALSKI, 2 people, dave@example.com\nAna Lima\nKim $10").submit()
    assert "1 new, 1 changed, 1 unchanged, 0 left out" in plan.text
    assert "The list or the roster has changed, so nothing is written yet." in plan.text
    assert bot_stage.row() == a_row()

    plan.submit()
    assert "1 added, 1 changed, 0 left out" in plan.text
    assert lines(bot_stage)["Dave Kowalski"] == {**DAVE, "party": Decimal(2), "email": "dave@example.com"}
    assert lines(bot_stage)["Ana Lima"] == {line["name"]: line for line in a_row()["patrons"].values()}["Ana Lima"]
    edits = {edit["what"]: (edit["from"], edit["to"], edit["by"]) for edit in bot_stage.rows("#change:")}
    assert edits == {"party": ("1", "2", "slack:U0OLIVIA"), "email": ("", "dave@example.com", "slack:U0OLIVIA")}
    pasting(bot_stage.olivia, "Kim\nDave Kowalski")
    assert "0 new, 0 changed, 2 unchanged, 0 left out" in bot_stage.olivia.form.text
    before = bot_stage.row()
    bot_stage.olivia.form.submit()
    assert bot_stage.olivia.form.title == "Roster: the plan", "there is nothing to write"
    assert bot_stage.row() == before


def test_namesakes_and_patrons_who_left_are_shown_and_not_merged(bot_stage: BotStage) -> None:
    roster = {
        "dave": {**DAVE, "email": "dave@example.com"},
        "ana": {"name": "Ana Lima", "party": 1, "due": 1},
        "ana-2": {"name": "ana lima", "party": 1, "due": 1},
        "gone": {"name": "Kim", "party": 1, "due": 1, "state": "removed"},
    }
    bot_stage.put(a_row(patrons=roster))
    before = bot_stage.row()
    plan = pasting(bot_stage.olivia, "Dave Kowalski, other@example.com\nANA LIMA, 300\nKim 300\nZed, dave@example.com")
    for sentence in (
        "The roster has this name with another phone or e-mail.",
        "2 patrons of this name are on the roster. Change the one you mean with Edit…",
        "This patron was taken off the roster or did not come.",
        "Zed · party of 1 · $125.00 · dave@example.com · :warning: same e-mail as Dave Kowalski",
        "1 new, 0 changed, 0 unchanged, 3 left out",
    ):
        assert sentence in plan.text, plan.text
    plan.submit()
    assert {name: bot_stage.row()["patrons"][name] for name in roster} == before["patrons"]
    assert len(bot_stage.row()["patrons"]) == len(roster) + 1


UNCLEAR = {
    "Kim 4": "It is not clear what 4 means. Write “party of 2” for people and “$250” for the due.",
    "Kim, 250, 300": "It is not clear what 250 and 300 mean.",
    "Kim, 2,250": "It is not clear what 2,250 means.",
    "Will Kim paid": "“paid” is not understood beside a name. Leave it out.",
    "Kim and Lee": "“and” is not understood beside a name. Leave it out.",
    "Kim, Lee": "It is not clear which of “Kim”, “Lee” is the name.",
    "Kim €250": "“€250” is not an amount in USD.",
    "Kim party of 300": "Write how many people come along with this name, 1 to 200.",
    "Kim a@b.c d@e.f": "Write one e-mail address, like dave@example.com, or leave it empty.",
    "Kim +44 20 7946 0958 250": "It is not clear where the phone number ends:",
    "------": "Write a name, and beside it what you know:",
    f"{'Kim' * 30} $1": "Write the patron's name, 80 letters at most.",
}


def test_what_is_unclear_is_left_out_with_the_reason_and_never_guessed(bot_stage: BotStage) -> None:
    plan = pasting(bot_stage.olivia, "\n".join(UNCLEAR))
    assert f"0 new, 0 changed, 0 unchanged, {len(UNCLEAR)} left out" in plan.text
    for line, why in UNCLEAR.items():
        assert f"{line}: {why}" in plan.text, line
    bot_stage.put(a_row(without=["price"]))
    assert "so write what the whole party owes, or 0." in pasting(bot_stage.olivia, "Kim (2)").text


@pytest.mark.parametrize(
    "text",
    [
        "Name\tParty\tAmount due\tE-mail\tPhone\nKim Lee\t4\t12\tkim@example.com\t555-0101",
        "First name,Last name,Pax,Owes,Email,Phone\nKim,Lee,4,12,kim@example.com,555-0101",
        "1. Kim Lee; 4 pax; $12; kim@example.com; 555-0101",
        "555-0101  kim@example.com  12 USD  Kim Lee  party of four",
        "- Kim Lee <kim@example.com> 2 adults and 2 kids, due 12.00, tel 555-0101",
    ],
)
def test_a_line_is_understood_in_any_sensible_order(bot_stage: BotStage, text: str) -> None:
    assert "Kim Lee · party of 4 · $12.00 · 555-0101 · kim@example.com" in pasting(bot_stage.olivia, text).text


def test_two_presses_and_a_second_form_add_nobody_twice(bot_stage: BotStage) -> None:
    plan = pasting(bot_stage.olivia, "Kim\nLee\nDave Kowalski $200")
    plan.submit()
    sent, before = submission_of(bot_stage), bot_stage.row()
    assert "Already written, and counted once: 2 added, 1 changed, 0 left out" in json.dumps(again(bot_stage, sent))
    assert (bot_stage.row(), len(bot_stage.rows("#change:"))) == (before, 1)
    assert "0 new, 0 changed, 3 unchanged" in pasting(bot_stage.olivia, "Kim\nLee\nDave Kowalski $200").text


def test_a_lost_answer_is_made_good_by_another_press(bot_stage: BotStage) -> None:
    plan = pasting(bot_stage.olivia, "Kim\nLee\nDave Kowalski $200")
    bot_stage.world.table_faults.fail_next("TransactWriteItems", drop_answer=True, times=2)
    plan.submit()
    assert plain_errors(plan) == {"list": SLOW}
    plan.submit()
    assert "Already written, and counted once: 2 added, 1 changed, 0 left out" in plan.text
    assert (len(lines(bot_stage)), len(bot_stage.rows("#change:"))) == (4, 1)


def test_a_failed_write_leaves_nothing_behind_and_can_be_pressed_again(bot_stage: BotStage) -> None:
    plan = pasting(bot_stage.olivia, "Kim\nLee")
    bot_stage.world.table_faults.fail_next("TransactWriteItems", throttle=True, times=2)
    plan.submit()
    assert plain_errors(plan) == {"list": SLOW}
    assert bot_stage.row() == a_row()
    plan.submit()
    assert "2 added, 0 changed, 0 left out" in plan.text


def test_a_roster_that_changed_meanwhile_is_planned_anew_before_it_is_written(bot_stage: BotStage) -> None:
    plan = pasting(bot_stage.olivia, "Kim\nLee $90")
    now = a_row(patrons={**a_row()["patrons"], "lee": {"name": "Lee", "party": 1, "due": 80}})
    bot_stage.put(now)
    plan.submit()
    assert "The list or the roster has changed, so nothing is written yet. This is the plan now." in plan.text
    assert "Lee: due $80.00 → $90.00" in plan.text
    assert bot_stage.row()["patrons"].keys() == now["patrons"].keys()
    plan.submit()
    assert "1 added, 1 changed, 0 left out" in plan.text


def test_the_boats_capacity_needs_a_reason_which_is_kept(bot_stage: BotStage) -> None:
    bot_stage.put(a_row(boat="Pelican", capacity=5))
    plan = pasting(bot_stage.olivia, "Kim (2)\nLee")
    assert "Pelican takes 5, 3 are expected. The plan brings 3 more." in plan.text
    plan.submit()
    assert plan.errors == {"reason": "Pelican takes 5 people, and this would make 6. Write a reason to go beyond it."}
    assert len(lines(bot_stage)) == 2
    plan.fill("reason", "a second boat").submit()
    assert "2 added, 0 changed, 0 left out" in plan.text
    assert [(edit["what"], edit["reason"]) for edit in bot_stage.rows("#change:")] == [("capacity", "a second boat")]


def test_a_hundred_lines_are_one_write_and_more_are_refused(bot_stage: BotStage) -> None:
    def people(count: int) -> str:
        return "\n".join(f"Zoë Q{chr(97 + n // 26)}{chr(97 + n % 26)}ski <&> 🏄, 2, 250" for n in range(count))

    plan = pasting(bot_stage.olivia, people(100))
    assert "100 new, 0 changed, 0 unchanged, 0 left out" in plan.text
    with bot_stage.counting() as cost:
        plan.submit()
    assert cost.table == {"Query": 1, "TransactWriteItems": 1}
    assert "100 added, 0 changed, 0 left out" in plan.text
    assert len(lines(bot_stage)) == 102
    before = bot_stage.row()
    changes = pasting(bot_stage.olivia, people(91).replace("250", "260"))
    assert changes.errors == {
        "list": "This changes 91 fields of patrons. Paste fewer lines: at most 90 changes at a time."
    }
    for text, sentence in (
        ("\n".join("x" for _ in range(101)), "This list has 101 lines. Paste at most 100 at a time."),
        (" \n ", "Paste a list with one patron a line."),
    ):
        changes.fill("list", text).submit()
        assert changes.errors == {"list": sentence}
    assert bot_stage.row() == before


def test_the_command_opens_the_form_and_asks_where_the_event_is_unclear(bot_stage: BotStage) -> None:
    bot_stage.put(a_row("2026-05-24-golden-gate-sunset", title="Golden Gate, sunset"))
    for text in ("roster", f"roster {EID}", "roster cory", "Roster cory afternoon"):
        bot_stage.olivia.command("/payment-status", text)
        assert EID in bot_stage.olivia.form.text, text
        bot_stage.olivia.form.close()
    bot_stage.olivia.command("/payment-status", "roster nonsense")
    assert "Which event is the list for?" in last(bot_stage.olivia).text


def test_an_event_of_the_crew_list_and_a_renamed_one_take_a_list(bot_stage: BotStage) -> None:
    crews, old = "2026-05-24-captain-mia-sunset", "2026-05-20"
    bot_stage.put(a_crew_row(crews), a_row(old))
    pasting(bot_stage.olivia, "Kim $20", crews).submit()
    assert lines(bot_stage, crews)["Kim"]["due"] == Decimal("20.00")
    plan = pasting(bot_stage.olivia, "Kim", old)
    bot_stage.put(a_row(old) | {"eid": EID, "renamed_from": [old]}, {"eid": old, "crew_id": "#event", "moved_to": EID})
    plan.submit()
    assert "1 added" in plan.text
    assert "Kim" in lines(bot_stage)


def test_the_crew_neither_see_the_button_nor_open_the_form(bot_stage: BotStage) -> None:
    bot_stage.dana.command("/payment-status", EID)
    assert "Paste a roster" not in json.dumps(last(bot_stage.dana).blocks)
    bot_stage.dana.command("/payment-status", f"roster {EID}")
    assert last(bot_stage.dana).text == SORRY
    pasting(bot_stage.olivia, "Kim")
    sent: dict[str, Any] = submission_of(bot_stage)
    sent["user"] = {**sent["user"], "id": "U0DANA", "username": "dana"}
    assert "Only the office can change who is on the roster." in json.dumps(again(bot_stage, sent))
    assert bot_stage.row() == a_row()
