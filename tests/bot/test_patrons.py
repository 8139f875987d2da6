"""Adding patrons from the office's status, and what adding and editing have in common."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from devkit.slack.wire import interaction, signed_headers
from tests.bot.conftest import last
from tests.bot.test_refusals import again, changed, submission_of
from tests.bot.test_troubles import SLOW
from tests.builders import EID, a_crew_row, a_row

if TYPE_CHECKING:
    from devkit.slack import Modal, Person
    from tests.bot.conftest import Dock

SORRY = "Sorry, only the office can change who is on the roster. Please ask an admin."


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


def lines(dock: Dock, eid: str = EID) -> dict[str, dict[str, Any]]:
    """The roster as the table holds it, by name."""
    return {line["name"]: line for line in dock.row(eid)["patrons"].values()}


def test_a_patron_is_added_with_party_due_and_contact(dock: Dock) -> None:
    form = adding(dock.olivia).fill("name", "Zed <!channel> & 🏄").fill("party", "3").fill("due", "$300")
    form.fill("email", "zed@example.com").fill("phone", " +1 (415) 555-0114  x 7").submit()
    assert "Added: Zed <!channel> & 🏄" in form.text
    for sentence in ("$300.00", "3", "zed@example.com", "+1 (415) 555-0114 x 7"):
        assert sentence in form.text
    assert lines(dock)["Zed <!channel> & 🏄"] == {
        "name": "Zed <!channel> & 🏄",
        "party": Decimal(3),
        "due": Decimal("300.00"),
        "email": "zed@example.com",
        "phone": "+1 (415) 555-0114 x 7",
    }
    assert {"Dave Kowalski", "Ana Lima"} < lines(dock).keys()
    dock.dana.command("/payment-status", f"{EID} zed")
    assert "Not clear to board: payment and waiver missing." in last(dock.dana).text


def test_without_a_due_the_price_counts_for_each_of_the_party(dock: Dock) -> None:
    adding(dock.olivia).fill("name", "Zed").fill("party", "3").submit()
    assert lines(dock)["Zed"]["due"] == Decimal("375.00")
    dock.put(a_row(without=["price"]))
    form = adding(dock.olivia).fill("name", "Yan")
    assert form.block("due").get("optional") is False
    form.fill("due", "0").submit()
    assert lines(dock)["Yan"]["due"] == Decimal("0.00")
    assert lines(dock)["Yan"].keys() == {"name", "party", "due"}


def test_add_another_opens_an_empty_form_and_namesakes_are_pointed_out(dock: Dock) -> None:
    form = adding(dock.olivia).fill("name", "dave KOWALSKI")
    form.submit()
    assert "2 patrons of this name are on the roster now." in form.text
    form.submit()
    assert (form.title, form.values["name"]) == ("Add a patron", None)
    form.fill("name", "Zed").submit()
    assert lines(dock).keys() == {"Dave Kowalski", "Ana Lima", "dave KOWALSKI", "Zed"}


def test_typed_values_are_shown_in_the_forms_as_they_were_typed(dock: Dock) -> None:
    wild = "<!channel> & <@U0DANA> Zed"
    dock.put(a_row(title=wild, patrons={"zed": {"name": wild, "party": Decimal(1), "due": Decimal(1)}}))
    form = adding(dock.olivia).fill("name", wild)
    assert f"{wild} · {EID}" in form.text
    form.submit()
    assert f"Added: {wild}" in form.text
    assert form.text.count(wild) == 2
    form = editing(dock.olivia, "zed")
    assert f"{wild} · {wild}. Payments and signatures stay." in form.text
    form.fill("phone", "+1 415 555 0114").submit()
    assert f"Saved: {wild}" in form.text


def test_two_taps_add_one_patron_and_other_content_is_refused(dock: Dock) -> None:
    adding(dock.olivia).fill("name", "Zed").submit()
    sent, before = submission_of(dock), dock.row()
    assert "Already added, and counted once" in json.dumps(again(dock, sent))
    for block_id, state in (("name", {"value": "Zoe"}), ("party", {"value": "2"})):
        answer = again(dock, changed(sent, block_id, **state))
        assert answer["errors"] == {
            "name": "This form already added Zed. Close it and edit them in the status instead."
        }
    assert dock.row() == before


@pytest.mark.parametrize("times", [1, 2], ids=["the SDK's own retry", "pressed again"])
def test_lost_answers_add_and_change_once(dock: Dock, times: int) -> None:
    # The SDK's own retry of a transaction carries its token, so DynamoDB answers it as the success it was.
    saved = "Already saved: Dave Kowalski" if times > 1 else "Saved: Dave Kowalski"
    for opened, write, block_id, text, sentence in (
        (adding, "UpdateItem", "name", "Zed", "Already added, and counted once: Zed"),
        (editing, "TransactWriteItems", "due", "80", saved),
    ):
        form = opened(dock.olivia).fill(block_id, text)
        dock.world.table_faults.fail_next(write, drop_answer=True, times=times)
        form.submit()
        if times > 1:
            assert form.errors == {"name": SLOW}
            form.submit()
        assert sentence in form.text
    assert lines(dock)["Dave Kowalski"]["due"] == Decimal("80.00")
    assert len(lines(dock)) == 3
    assert [edit["what"] for edit in dock.rows("#change:")] == ["due"]


def test_a_row_without_roster_and_an_event_of_the_crew_list_take_a_patron(dock: Dock) -> None:
    dock.put(a_row(patrons=None), a_crew_row("2026-05-24-captain-mia-sunset"))
    adding(dock.olivia).fill("name", "Zed").submit()
    assert lines(dock).keys() == {"Zed"}
    crews = "2026-05-24-captain-mia-sunset"
    adding(dock.olivia, crews).fill("name", "Zed").fill("due", "95").submit()
    assert lines(dock, crews)["Zed"]["due"] == Decimal("95.00")
    assert dock.row(crews)["title"] == "Captain Mia, sunset"


def test_a_renamed_event_takes_patrons_and_edits_under_its_new_id(dock: Dock) -> None:
    old = "2026-05-20"
    dock.put(a_row(old))
    adding(dock.olivia, old).fill("name", "Zed").submit()
    added = submission_of(dock)
    form = editing(dock.olivia, "dave", old).fill("due", "99")
    now = a_row(old) | {"eid": EID, "renamed_from": [old], "patrons": dock.row(old)["patrons"]}
    dock.put(now, {"eid": old, "crew_id": "#event", "moved_to": EID})
    form.submit()
    assert lines(dock)["Dave Kowalski"]["due"] == Decimal("99.00")
    assert "Already added" in json.dumps(again(dock, added))
    assert dock.row(old) == {"eid": old, "crew_id": "#event", "moved_to": EID}


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
def test_each_bad_field_is_reported_under_it_and_nothing_is_written(dock: Dock, opened: Any) -> None:
    form = opened(dock.olivia).fill("name", "Zed")
    for block_id, typed in BAD.items():
        before = str(form.values[block_id] or "")
        said = {}
        for text in typed:
            form.fill(block_id, text).submit()
            said[text] = form.errors.get(block_id)
        assert said == typed
        form.fill(block_id, "" if before == "None" else before)
    assert dock.row() == a_row()


def test_what_slack_should_have_checked_is_checked_again(dock: Dock) -> None:
    form = adding(dock.olivia).fill("name", "Zed").fill("due", "abc")
    form.submit()
    sent = submission_of(dock)
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
        answer = again(dock, changed(sent, block_id, value=value))
        assert answer["errors"].keys() == {block_id, "due"}, "all of it at once"
        assert answer["errors"][block_id] == sentence
    dock.put(a_row(price=Decimal("90000.00")))
    adding(dock.olivia).fill("name", "Zed").fill("party", "2").submit()
    assert dock.olivia.form.errors == {"due": "The amount must be above 0 and at most 100,000.00."}


def test_a_full_row_takes_no_patron_and_no_edit(dock: Dock) -> None:
    form = adding(dock.olivia).fill("name", "Zed")
    dock.put(a_row(boats="x" * 390_000))
    form.submit()
    assert form.errors["name"].startswith("This event's ledger is full")
    for opened in (adding, editing):
        full = opened(dock.olivia)
        assert "This event's ledger is full" in full.text
        assert not [block for block in full.blocks if block["type"] == "input"]


def test_crew_have_no_buttons_and_a_form_that_they_send_anyway_writes_nothing(dock: Dock) -> None:
    for text in (EID, f"{EID} dave"):
        dock.dana.command("/payment-status", text)
        assert not {
            element.get("action_id") for block in last(dock.dana).blocks for element in block.get("elements", [])
        } & {"add_patron", "edit_patron", "open_patron"}
    for opened in (adding, editing):
        opened(dock.olivia).fill("name", "Zed").fill("phone", "12").submit()
        sent = changed(submission_of(dock), "phone", value=None)
        sent["user"] = sent["user"] | {"id": "U0DANA"}
        assert again(dock, sent)["errors"] == {"name": SORRY}
        pressed = [each.payload for each in dock.slack.deliveries if each.payload.get("type") == "block_actions"][-1]
        again_pressed = pressed | {"user": pressed["user"] | {"id": "U0DANA"}}
        modal = dock.dana.modal
        _press(dock, again_pressed)
        assert dock.dana.modal is modal
    assert dock.row() == a_row()


def _press(dock: Dock, action: dict[str, Any]) -> None:
    body = interaction(action)
    headers = signed_headers(body, secret=dock.slack.signing_secret, timestamp=int(dock.slack.clock()))
    assert dock.slack.bot("interaction", headers, body).status == 200


def test_from_the_table_of_130_patrons_anybody_opens_in_place(dock: Dock) -> None:
    long = {
        f"p{number:03}": {"name": f"{number:03} {'🏄🏽‍♀️ & <Ü> ' * 9}"[:80], "party": Decimal(1), "due": Decimal(99999)}
        for number in range(130)
    }
    dock.put(a_row(patrons=long))
    dock.olivia.command("/payment-status", EID)
    dock.olivia.click(last(dock.olivia), action_id="payment_status.next")
    answer = last(dock.olivia)
    dock.olivia.click(answer, action_id="open_patron", value="p042")
    assert not dock.olivia.troubles, dock.olivia.trouble_log
    assert last(dock.olivia).ts == answer.ts
    assert last(dock.olivia).text.startswith("042 ")
    dock.olivia.click(last(dock.olivia), action_id="edit_patron")
    dock.olivia.form.fill("party", "2").submit()
    assert "Saved: 042" in dock.olivia.form.text
    assert "the price for a party of 2" in dock.olivia.form.text


def test_what_each_step_costs(dock: Dock) -> None:
    costs = []
    for opened in (adding, editing):
        dock.olivia.command("/payment-status", EID if opened is adding else f"{EID} dave")
        answer = last(dock.olivia)
        with dock.counting() as opening:
            dock.olivia.click(answer, action_id="add_patron" if opened is adding else "edit_patron")
        dock.olivia.form.fill("name", "Zed")
        with dock.counting() as writing:
            dock.olivia.form.submit()
        costs.append((dict(opening.table), opening.slack, dict(writing.table), writing.slack))
    assert costs == [
        ({"Query": 1}, ["views.open"], {"Query": 1, "UpdateItem": 1}, []),
        ({"Query": 1}, ["views.open"], {"Query": 1, "TransactWriteItems": 1}, []),
    ]


@pytest.mark.parametrize("step", ["read", "write"])
def test_a_table_that_is_down_is_reported_in_the_form_which_keeps_everything(dock: Dock, step: str) -> None:
    for opened, write in ((adding, "UpdateItem"), (editing, "TransactWriteItems")):
        operation = "Query" if step == "read" else write
        form = opened(dock.olivia).fill("name", "Zed")
        before = form.values
        dock.world.table_faults.fail_next(operation, throttle=True, times=2)
        form.submit()
        assert form.errors == {"name": SLOW}
        assert form.values == before
        form.submit()
        assert not form.errors
