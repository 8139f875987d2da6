"""*New event*, from the command or the shortcut to the table: written once, for the office alone."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from tests.bot.conftest import last, plain_errors
from tests.bot.test_refusals import again, changed, submission_of
from tests.bot.test_troubles import SLOW
from tests.builders import EID, a_crew_row, a_row

if TYPE_CHECKING:
    from devkit.slack import Modal, Person
    from tests.bot.conftest import BotStage

SORRY = "Only the office can create an event. Ask @Olivia Park."
SUNSET = "2026-06-06-captain-mia-evening"


def new_form(person: Person) -> Modal:
    """The form as the command opens it."""
    person.command("/payment-status", "new")
    assert not person.troubles, person.trouble_log
    return person.form


def filled(person: Person, **fields: str) -> Modal:
    """The form with Captain Mia's evening of June 6, or what is given, filled in from top to bottom."""
    form = new_form(person)
    for block_id, text in ({"day": "2026-06-06", "time": "18:30", "captain": "Mia Ortega"} | fields).items():
        form.fill(block_id, text)
    return form


def test_one_press_writes_the_event_as_the_table_wants_it(bot_stage: BotStage) -> None:
    bot_stage.olivia.command("/payment-status")
    form = filled(bot_stage.olivia, title="Golden Gate <!channel> & 🌅", price="$95")
    form.fill("boat", " Sea  Otter <!here>").fill("capacity", "20").choose("channel", "C0SUNSET")
    form.submit()
    assert bot_stage.row(SUNSET) == {
        "eid": SUNSET,
        "crew_id": "#event",
        "title": "Golden Gate <!channel> & 🌅",
        "starts_at": "2026-06-06T18:30:00-07:00",
        "month": "2026-06",
        "status": "scheduled",
        "price": Decimal("95.00"),
        "currency": "USD",
        "boat": "Sea Otter <!here>",
        "capacity": Decimal(20),
        "channel": "C0SUNSET",
        "patrons": {},
        "payments": {},
    }
    assert "Created: Golden Gate <!channel> & 🌅" in form.text
    assert f"https://trips.example.com/g/{SUNSET}/waiver" in form.text
    assert "Sat Jun 6, 6:30 PM" in form.text
    assert "Boat\nSea Otter <!here>, takes 20" in form.text
    bot_stage.olivia.command("/payment-status")
    assert "Golden Gate <!chann…" in last(bot_stage.olivia).text, "the list of events is read anew"


def test_without_title_price_and_channel_the_id_says_it_all(bot_stage: BotStage) -> None:
    filled(bot_stage.olivia).submit()
    row = bot_stage.row(SUNSET)
    assert row["title"] == "Captain Mia, evening"
    assert row.keys() & {"price", "channel", "boat", "capacity"} == set()


def test_pressing_twice_makes_one_event_and_says_so(bot_stage: BotStage) -> None:
    filled(bot_stage.olivia, price="95").submit()
    before = bot_stage.row(SUNSET)
    answer = again(bot_stage, submission_of(bot_stage))
    assert answer["response_action"] == "update"
    assert "Already created, and stored once" in json.dumps(answer)
    assert bot_stage.row(SUNSET) == before


@pytest.mark.parametrize("times", [1, 2], ids=["the SDK's own retry", "pressed again"])
def test_a_lost_answer_makes_one_event(bot_stage: BotStage, times: int) -> None:
    form = filled(bot_stage.olivia)
    bot_stage.world.table_faults.fail_next("UpdateItem", drop_answer=True, times=times)
    form.submit()
    if times > 1:
        assert plain_errors(form) == {"title": SLOW}
        form.submit()
    assert "Already created, and stored once: Captain Mia, evening" in form.text


def test_a_form_that_was_opened_before_a_memos_field_was_renamed_still_creates_its_event(bot_stage: BotStage) -> None:
    filled(bot_stage.olivia, price="95").fill("price", "0").submit()  # refused, so the table is as it was
    sent = changed(submission_of(bot_stage), "price", value="95")
    memo = json.loads(sent["view"]["private_metadata"])
    memo["told"] = memo.pop("fingerprint")
    sent["view"]["private_metadata"] = json.dumps(memo)
    outdated = changed(sent, "captain", value="Cory")
    assert "The id was not up to date with the form" in json.dumps(again(bot_stage, outdated))
    assert bot_stage.row(SUNSET) == {}
    assert "Created: Captain Mia, evening" in json.dumps(again(bot_stage, sent))
    assert bot_stage.row(SUNSET)["price"] == Decimal("95.00")


def test_an_id_that_is_taken_is_refused_on_its_field_with_another_one(bot_stage: BotStage) -> None:
    bot_stage.put(a_row(SUNSET, title="Mia's own <trip>"))
    form = filled(bot_stage.olivia, title="Dolphins")
    before = bot_stage.row(SUNSET)
    form.submit()
    assert form.errors == {
        "eid": f"“{SUNSET}” is taken by Mia's own <trip>. Write another id, like 2026-06-06-captain-mia-ortega-evening."
    }
    assert bot_stage.row(SUNSET) == before
    form.fill("eid", "2026-06-06-captain-mia-ortega-evening").submit()
    assert form.title == "Event created"


def test_an_id_that_leads_on_since_a_rename_is_taken_too(bot_stage: BotStage) -> None:
    bot_stage.put(a_row(EID, renamed_from=[SUNSET]), {"eid": SUNSET, "crew_id": "#event", "moved_to": EID})
    form = filled(bot_stage.olivia)
    form.submit()
    assert "is taken by Captain Cory, afternoon." in form.errors["eid"]
    assert bot_stage.row(SUNSET) == {"eid": SUNSET, "crew_id": "#event", "moved_to": EID}


def test_an_event_that_only_the_crew_list_knows_gets_its_row(bot_stage: BotStage) -> None:
    bot_stage.put(a_crew_row(SUNSET))
    filled(bot_stage.olivia, price="95").submit()
    assert bot_stage.row(SUNSET)["price"] == Decimal("95.00")


def test_every_bad_field_is_reported_at_once_and_nothing_is_written(bot_stage: BotStage) -> None:
    filled(bot_stage.olivia).fill("price", "0")
    bot_stage.olivia.form.fill("eid", "2026-06-06-Mia").submit()
    sent = submission_of(bot_stage)
    assert bot_stage.olivia.form.errors.keys() == {"price", "eid"}
    bad: tuple[tuple[str, dict[str, Any], str], ...] = (
        ("day", {"selected_date": None}, "Pick the day of the event."),
        ("time", {"selected_time": "25:00"}, "Pick the time at which the event starts."),
        ("captain", {"value": None}, "Write what the event is called, or its captain's name."),
        ("title", {"value": "x" * 81}, "Write it in visible letters, 80 at most."),
        ("title", {"value": "\u200d"}, "Write it in visible letters, 80 at most."),
        ("channel", {"selected_conversation": "<!here>"}, "Pick the channel from the list."),
        ("boat", {"value": "\u200d"}, "Write the boat's name in visible letters, 80 at most, or leave it empty."),
        *(
            ("capacity", {"value": text}, "Write how many people the boat takes, 1 to 2,000, or leave it empty.")
            for text in ("0", "2001", "12.5", "-1", "twelve", "٣")
        ),
    )
    for block_id, state, sentence in bad:
        answer = again(bot_stage, changed(sent, block_id, **state))
        field = "title" if block_id == "captain" else block_id
        assert answer["errors"][field] == sentence
        assert answer["errors"]["price"] == "The amount must be above 0 and at most 100,000.00."
    assert "UpdateItem" not in bot_stage.world.calls


def test_the_shortcut_opens_the_same_form(bot_stage: BotStage) -> None:
    bot_stage.olivia.shortcut("new_event")
    assert bot_stage.olivia.form.title == "New event"


@pytest.mark.parametrize("role", ["crew", "guest"])
def test_who_is_not_of_the_office_gets_one_polite_sentence(bot_stage: BotStage, role: str) -> None:
    person, sentence = {"crew": (bot_stage.dana, SORRY), "guest": (bot_stage.gus, "This is for the crew")}[role]
    with bot_stage.counting() as cost:
        person.command("/payment-status", "new")
    assert person.modal is None
    assert last(person).text.startswith(sentence)
    person.shortcut("new_event")
    assert person.form.title == "Ship Captain Crew"
    assert sentence in person.form.text
    assert cost.table == {}


def test_crew_who_send_the_offices_form_write_nothing(bot_stage: BotStage) -> None:
    filled(bot_stage.olivia).fill("eid", "2026-06-06-Mia").submit()
    sent = changed(submission_of(bot_stage), "eid", value=SUNSET)
    sent["user"] = sent["user"] | {"id": "U0DANA"}
    assert again(bot_stage, sent)["errors"]["title"] == SORRY.replace("@", "")
    assert bot_stage.row(SUNSET) == {}


def test_a_shortcut_that_comes_too_late_breaks_nothing(bot_stage: BotStage) -> None:
    bot_stage.slack.fail("views.open", error="expired_trigger_id")
    bot_stage.olivia.shortcut("new_event")
    assert bot_stage.slack.deliveries[-1].status == 200
    bot_stage.slack.fail("users.info", status=500)
    bot_stage.slack.fail("views.open", error="expired_trigger_id")
    bot_stage.gus.shortcut("new_event")
    assert bot_stage.slack.deliveries[-1].status == 200


def test_a_patron_called_new_is_still_found(bot_stage: BotStage) -> None:
    bot_stage.put(a_row(patrons={"n": {"name": "Olga New", "party": Decimal(1), "due": Decimal(1)}}))
    bot_stage.olivia.command("/payment-status", "olga new")
    assert bot_stage.olivia.modal is None
    assert "Olga New" in last(bot_stage.olivia).text


def test_from_the_new_event_straight_to_its_first_patrons_and_payment(bot_stage: BotStage) -> None:
    form = filled(bot_stage.olivia, price="95")
    form.submit()
    bot_stage.olivia.click(form, action_id="add_patron")
    bot_stage.olivia.form.fill("name", "Zed").submit()
    assert bot_stage.olivia.form.title == "Patron added"
    bot_stage.olivia.form.close()
    assert bot_stage.olivia.form.title == "Event created", "one step back, not all of them"
    bot_stage.olivia.click(bot_stage.olivia.form, action_id="paste_roster")
    bot_stage.olivia.form.fill("list", "Kim\nLee (2)").submit()
    bot_stage.olivia.form.submit()
    assert "2 added, 0 changed, 0 left out" in bot_stage.olivia.form.text
    bot_stage.olivia.form.close()
    bot_stage.olivia.click(bot_stage.olivia.form, action_id="log_payment_for")
    bot_stage.olivia.form.choose("patron", "Zed").choose("method", "Cash")
    assert bot_stage.olivia.form.values["amount"] == "95.00"
    bot_stage.olivia.form.submit()
    assert list(bot_stage.paid(SUNSET).values()) == ["95.00"]


def test_a_payment_for_an_event_of_the_past_names_it_as_finished(bot_stage: BotStage) -> None:
    form = filled(bot_stage.olivia, day="2026-05-12", price="95")
    form.submit()
    bot_stage.olivia.click(form, action_id="log_payment_for")
    assert "This event is finished. A payment can still be written down." in bot_stage.olivia.form.text


def test_what_each_step_costs(bot_stage: BotStage) -> None:
    steps: dict[str, Any] = {
        "open": lambda: new_form(bot_stage.olivia),
        "day": lambda: bot_stage.olivia.form.fill("day", "2026-06-06"),
        "captain": lambda: bot_stage.olivia.form.fill("captain", "Mia"),
        "price": lambda: bot_stage.olivia.form.fill("price", "95"),
        "time": lambda: bot_stage.olivia.form.fill("time", "18:30"),
        "create": lambda: bot_stage.olivia.form.submit(),  # noqa: PLW0108 - the form is not open before
    }
    costs = {}
    for name, step in steps.items():
        with bot_stage.counting() as cost:
            step()
        costs[name] = (dict(cost.table), cost.slack)
    assert costs == {
        "open": ({}, ["views.open"]),
        "day": ({}, ["views.update"]),
        "captain": ({}, ["views.update"]),
        "price": ({}, []),
        "time": ({}, ["views.update"]),
        "create": ({"UpdateItem": 1}, []),
    }


def test_a_table_that_is_down_is_reported_in_the_form_which_keeps_everything(bot_stage: BotStage) -> None:
    form = filled(bot_stage.olivia, price="95")
    before = form.values
    bot_stage.world.table_faults.fail_next("UpdateItem", throttle=True, times=2)
    form.submit()
    assert plain_errors(form) == {"title": SLOW}
    assert form.values == before
    form.submit()
    assert form.title == "Event created"
