"""Adding patrons from the office's status, and behaviour that adding and editing share."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from devkit.slack.wire import interaction, signed_headers
from tests.bot.conftest import last, plain_errors
from tests.bot.test_refusals import again, changed, submission_of
from tests.bot.test_troubles import SLOW
from tests.builders import EID, a_crew_row, a_row

if TYPE_CHECKING:
    from devkit.slack import Modal, Person
    from tests.bot.conftest import BotStage

SORRY = "Only the office can change who is on the roster. Ask @Olivia Park."


def adding(person: Person, eid: str = EID) -> Modal:
    """The form for a new patron, as the status opens it."""
    person.command("/payment-status", eid)
    person.click(last(person), action_id="add_patron")
    assert not person.troubles, person.trouble_log
    return person.form


def editing(person: Person, patron: str = "dave", eid: str = EID) -> Modal:
    """The form over a patron, as their status opens it."""
    person.command("/payment-status", f"{eid} {patron}")
    person.click(last(person), action_id="edit_patron")
    assert not person.troubles, person.trouble_log
    return person.form


def lines(bot_stage: BotStage, eid: str = EID) -> dict[str, dict[str, Any]]:
    """The roster as the table holds it, by name."""
    return {line["name"]: line for line in bot_stage.row(eid)["patrons"].values()}


def test_a_patron_is_added_with_party_due_and_contact(bot_stage: BotStage) -> None:
    form = adding(bot_stage.olivia).fill("name", "Zed <!channel> & 🏄").fill("party", "3").fill("due", "$300")
    form.fill("email", "zed@example.com").fill("phone", " +1 (415) 555-0114  x 7").submit()
    assert "Added: Zed <!channel> & 🏄" in form.text
    for sentence in ("$300.00", "3", "zed@example.com", "+1 (415) 555-0114 x 7"):
        assert sentence in form.text
    assert lines(bot_stage)["Zed <!channel> & 🏄"] == {
        "name": "Zed <!channel> & 🏄",
        "party": Decimal(3),
        "due": Decimal("300.00"),
        "email": "zed@example.com",
        "phone": "+1 (415) 555-0114 x 7",
    }
    assert {"Dave Kowalski", "Ana Lima"} < lines(bot_stage).keys()
    bot_stage.dana.command("/payment-status", f"{EID} zed")
    assert "Not clear to board: payment and waiver missing." in last(bot_stage.dana).text


def test_without_a_due_the_price_counts_for_each_of_the_party(bot_stage: BotStage) -> None:
    adding(bot_stage.olivia).fill("name", "Zed").fill("party", "3").submit()
    assert lines(bot_stage)["Zed"]["due"] == Decimal("375.00")
    bot_stage.put(a_row(without=["price"]))
    form = adding(bot_stage.olivia).fill("name", "Yan")
    assert form.block("due").get("optional") is False
    form.fill("due", "0").submit()
    assert lines(bot_stage)["Yan"]["due"] == Decimal("0.00")
    assert lines(bot_stage)["Yan"].keys() == {"name", "party", "due"}


def test_add_another_opens_an_empty_form_and_namesakes_are_pointed_out(bot_stage: BotStage) -> None:
    form = adding(bot_stage.olivia).fill("name", "dave KOWALSKI")
    form.submit()
    assert "2 patrons of this name are on the roster now." in form.text
    form.submit()
    assert (form.title, form.values["name"]) == ("Add a patron", None)
    form.fill("name", "Zed").submit()
    assert lines(bot_stage).keys() == {"Dave Kowalski", "Ana Lima", "dave KOWALSKI", "Zed"}


def test_typed_values_are_shown_in_the_forms_as_they_were_typed(bot_stage: BotStage) -> None:
    wild = "<!channel> & <@U0DANA> Zed"
    bot_stage.put(a_row(title=wild, patrons={"zed": {"name": wild, "party": Decimal(1), "due": Decimal(1)}}))
    form = adding(bot_stage.olivia).fill("name", wild)
    assert f"{wild} · {EID}" in form.text
    form.submit()
    assert f"Added: {wild}" in form.text
    assert form.text.count(wild) == 2
    form = editing(bot_stage.olivia, "zed")
    assert f"{wild} · {wild}. Payments and signatures stay." in form.text
    form.fill("phone", "+1 415 555 0114").submit()
    assert f"Saved: {wild}" in form.text


def test_two_taps_add_one_patron_and_other_content_is_refused(bot_stage: BotStage) -> None:
    adding(bot_stage.olivia).fill("name", "Zed").submit()
    sent, before = submission_of(bot_stage), bot_stage.row()
    assert "Already added, and counted once" in json.dumps(again(bot_stage, sent))
    for block_id, state in (("name", {"value": "Zoe"}), ("party", {"value": "2"})):
        answer = again(bot_stage, changed(sent, block_id, **state))
        assert answer["errors"] == {
            "name": "This form already added Zed. Close it and edit them in the status instead."
        }
    assert bot_stage.row() == before


@pytest.mark.parametrize("times", [1, 2], ids=["the SDK's own retry", "pressed again"])
def test_lost_answers_add_and_change_once(bot_stage: BotStage, times: int) -> None:
    # The SDK's own retry of a transaction carries its token, so DynamoDB answers it as the success it was.
    saved = "Already saved: Dave Kowalski" if times > 1 else "Saved: Dave Kowalski"
    for opened, write, block_id, text, sentence in (
        (adding, "UpdateItem", "name", "Zed", "Already added, and counted once: Zed"),
        (editing, "TransactWriteItems", "due", "80", saved),
    ):
        form = opened(bot_stage.olivia).fill(block_id, text)
        bot_stage.world.table_faults.fail_next(write, drop_answer=True, times=times)
        form.submit()
        if times > 1:
            assert plain_errors(form) == {"name": SLOW}
            form.submit()
        assert sentence in form.text
    assert lines(bot_stage)["Dave Kowalski"]["due"] == Decimal("80.00")
    assert len(lines(bot_stage)) == 3
    assert [edit["what"] for edit in bot_stage.rows("#change:")] == ["due"]


def test_a_row_without_roster_and_an_event_of_the_crew_list_take_a_patron(bot_stage: BotStage) -> None:
    bot_stage.put(a_row(patrons=None), a_crew_row("2026-05-24-captain-mia-sunset"))
    adding(bot_stage.olivia).fill("name", "Zed").submit()
    assert lines(bot_stage).keys() == {"Zed"}
    crews = "2026-05-24-captain-mia-sunset"
    adding(bot_stage.olivia, crews).fill("name", "Zed").fill("due", "95").submit()
    assert lines(bot_stage, crews)["Zed"]["due"] == Decimal("95.00")
    assert bot_stage.row(crews)["title"] == "Captain Mia, sunset"


def test_a_renamed_event_takes_patrons_and_edits_under_its_new_id(bot_stage: BotStage) -> None:
    old = "2026-05-20"
    bot_stage.put(a_row(old))
    adding(bot_stage.olivia, old).fill("name", "Zed").submit()
    added = submission_of(bot_stage)
    form = editing(bot_stage.olivia, "dave", old).fill("due", "99")
    now = a_row(old) | {"eid": EID, "renamed_from": [old], "patrons": bot_stage.row(old)["patrons"]}
    bot_stage.put(now, {"eid": old, "crew_id": "#event", "moved_to": EID})
    form.submit()
    assert lines(bot_stage)["Dave Kowalski"]["due"] == Decimal("99.00")
    assert "Already added" in json.dumps(again(bot_stage, added))
    assert bot_stage.row(old) == {"eid": old, "crew_id": "#event", "moved_to": EID}


BAD = {
    "name": {
        " ": "Write the patron's name, 80 letters at most.",
        "\u200d": "Write the patron's name, 80 letters at most.",
    },
    "due": {
        "abc": "“abc” is not an amount in USD. Write one number, like 125 or 1,250.00.",
        "-5": "The amount must be above 0 and at most 100,000.00.",
        "1.005": "Write at most two decimals, like 125.50.",
        "100,000.01": "The amount must be above 0 and at most 100,000.00.",
    },
    "phone": dict.fromkeys(
        ("12", "call me", "٣٤٥٦٧٨", "1" * 30, "<tel:1>"),
        "Write one phone number, like +1 415 555 0114, or leave it empty.",
    ),
}


@pytest.mark.parametrize("opened", [adding, editing])
def test_each_bad_field_is_reported_under_it_and_nothing_is_written(bot_stage: BotStage, opened: Any) -> None:
    form = opened(bot_stage.olivia).fill("name", "Zed")
    for block_id, typed in BAD.items():
        before = str(form.values[block_id] or "")
        said = {}
        for text in typed:
            form.fill(block_id, text).submit()
            said[text] = form.errors.get(block_id)
        assert said == typed
        form.fill(block_id, "" if before == "None" else before)
    assert bot_stage.row() == a_row()


def test_what_slack_should_have_checked_is_checked_again(bot_stage: BotStage) -> None:
    form = adding(bot_stage.olivia).fill("name", "Zed").fill("due", "abc")
    form.submit()
    sent = submission_of(bot_stage)
    for block_id, value, sentence in (
        ("party", "0", "Write how many people come along with this name, 1 to 200."),
        ("party", "201", "Write how many people come along with this name, 1 to 200."),
        ("party", "1.5", "Write how many people come along with this name, 1 to 200."),
        ("party", None, "Write how many people come along with this name, 1 to 200."),
        ("email", "zed@", "Write one e-mail address, like dave@example.com, or leave it empty."),
        ("email", "a@b.c, d@e.f", "Write one e-mail address, like dave@example.com, or leave it empty."),
        ("email", f"{'x' * 250}@example.com", "Write one e-mail address, like dave@example.com, or leave it empty."),
        ("name", "x" * 81, "Write the patron's name, 80 letters at most."),
    ):
        answer = again(bot_stage, changed(sent, block_id, value=value))
        assert answer["errors"].keys() == {block_id, "due"}, "all of it at once"
        assert answer["errors"][block_id] == sentence
    bot_stage.put(a_row(price=Decimal("90000.00")))
    adding(bot_stage.olivia).fill("name", "Zed").fill("party", "2").submit()
    assert bot_stage.olivia.form.errors == {"due": "The amount must be above 0 and at most 100,000.00."}


def test_a_full_row_takes_no_patron_and_no_edit(bot_stage: BotStage) -> None:
    form = adding(bot_stage.olivia).fill("name", "Zed")
    bot_stage.put(a_row(boats="x" * 390_000))
    form.submit()
    assert form.errors["name"].startswith("This event's ledger is full")
    for opened in (adding, editing):
        full = opened(bot_stage.olivia)
        assert "This event's ledger is full" in full.text
        assert not [block for block in full.blocks if block["type"] == "input"]


def test_crew_have_no_buttons_and_a_form_that_they_send_anyway_writes_nothing(bot_stage: BotStage) -> None:
    for text in (EID, f"{EID} dave"):
        bot_stage.dana.command("/payment-status", text)
        assert not {
            element.get("action_id") for block in last(bot_stage.dana).blocks for element in block.get("elements", [])
        } & {"add_patron", "edit_patron", "open_patron"}
    for opened in (adding, editing):
        opened(bot_stage.olivia).fill("name", "Zed").fill("phone", "12").submit()
        sent = changed(submission_of(bot_stage), "phone", value=None)
        sent["user"] = sent["user"] | {"id": "U0DANA"}
        assert again(bot_stage, sent)["errors"]["name"] == SORRY.replace("@", "")
        pressed = [each.payload for each in bot_stage.slack.deliveries if each.payload.get("type") == "block_actions"][
            -1
        ]
        again_pressed = pressed | {"user": pressed["user"] | {"id": "U0DANA"}}
        modal = bot_stage.dana.modal
        _press(bot_stage, again_pressed)
        assert bot_stage.dana.modal is modal
    assert bot_stage.row() == a_row()


def _press(bot_stage: BotStage, action: dict[str, Any]) -> None:
    body = interaction(action)
    headers = signed_headers(body, secret=bot_stage.slack.signing_secret, timestamp=int(bot_stage.slack.clock()))
    assert bot_stage.slack.bot("interaction", headers, body).status == 200


def test_from_the_table_of_130_patrons_anybody_opens_in_place(bot_stage: BotStage) -> None:
    long = {
        f"p{number:03}": {"name": f"{number:03} {'🏄🏽‍♀️ & <Ü> ' * 9}"[:80], "party": Decimal(1), "due": Decimal(99999)}
        for number in range(130)
    }
    bot_stage.put(a_row(patrons=long))
    bot_stage.olivia.command("/payment-status", EID)
    bot_stage.olivia.click(last(bot_stage.olivia), action_id="payment_status.next")
    answer = last(bot_stage.olivia)
    bot_stage.olivia.click(answer, action_id="open_patron", value="p042")
    assert not bot_stage.olivia.troubles, bot_stage.olivia.trouble_log
    assert last(bot_stage.olivia).ts == answer.ts
    assert last(bot_stage.olivia).text.startswith("042 ")
    bot_stage.olivia.click(last(bot_stage.olivia), action_id="edit_patron")
    bot_stage.olivia.form.fill("party", "2").submit()
    assert "Saved: 042" in bot_stage.olivia.form.text
    assert "the price for a party of 2" in bot_stage.olivia.form.text


def test_what_each_step_costs(bot_stage: BotStage) -> None:
    costs = []
    for opened in (adding, editing):
        bot_stage.olivia.command("/payment-status", EID if opened is adding else f"{EID} dave")
        answer = last(bot_stage.olivia)
        with bot_stage.counting() as opening:
            bot_stage.olivia.click(answer, action_id="add_patron" if opened is adding else "edit_patron")
        bot_stage.olivia.form.fill("name", "Zed")
        with bot_stage.counting() as writing:
            bot_stage.olivia.form.submit()
        costs.append((dict(opening.table), opening.slack, dict(writing.table), writing.slack))
    assert costs == [
        ({"Query": 1}, ["views.open"], {"Query": 1, "UpdateItem": 1}, []),
        ({"Query": 1}, ["views.open"], {"Query": 1, "TransactWriteItems": 1}, []),
    ]


@pytest.mark.parametrize("step", ["read", "write"])
def test_a_table_that_is_down_is_reported_in_the_form_which_keeps_everything(bot_stage: BotStage, step: str) -> None:
    for opened, write in ((adding, "UpdateItem"), (editing, "TransactWriteItems")):
        operation = "Query" if step == "read" else write
        form = opened(bot_stage.olivia).fill("name", "Zed")
        before = form.values
        bot_stage.world.table_faults.fail_next(operation, throttle=True, times=2)
        form.submit()
        assert plain_errors(form) == {"name": SLOW}
        assert form.values == before
        form.submit()
        assert not form.errors
