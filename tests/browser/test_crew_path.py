"""The crew's path in a real browser: the real bot, through the strict Slack, to a real table and back."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from boto3.dynamodb.types import TypeDeserializer
from playwright.sync_api import expect

from devkit.local import today_at_the_dock
from devkit.season import plant
from devkit.season.planting import to_item
from tests.ahead import keep_ahead
from tests.browser.workspace_page import (
    TOO_SMALL,
    become,
    composer,
    dialog,
    eventually,
    messages,
    pick,
    pick_patron,
    run,
)

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.conftest import World

pytestmark = pytest.mark.browser

MONEY = re.compile(r"[$€£]|\d[.,]\d\d\b")


@pytest.fixture
def trip(world: World) -> str:
    """This afternoon's trip with Captain Cory; Dave Kowalski owes 125.00, Ben Okafor 65.00 of it."""
    today = today_at_the_dock()
    plant(world.client, world.table, today)
    return f"{today}-captain-cory-afternoon"


def seat(world: World, page: Page, user: str, channel: str = "C0CORY") -> Page:
    page.goto(f"{world.url}/?user={user}&channel={channel}")
    composer(page).wait_for()
    return page


def record_of(world: World, eid: str, patron_id: str) -> dict[str, Any]:
    """Return a patron's payment record in Python's types; empty when nothing was paid."""
    key: Any = to_item({"eid": eid, "crew_id": "#event"})
    row = world.client.get_item(TableName=world.table, Key=key, ConsistentRead=True)["Item"]
    payments: dict[str, Any] = TypeDeserializer().deserialize(row["payments"])
    return dict(payments.get(patron_id, {}))


def button(page: Page, name: str) -> Locator:
    return dialog(page).get_by_role("button", name=name, exact=True)


def test_a_payment_goes_from_a_few_letters_to_the_table_and_into_everybodys_status(
    world: World, trip: str, page: Page, second_page: Page
) -> None:
    keep_ahead(world.client, world.table, trip)
    seat(world, page, "U0DANA", "C0DOCK")
    run(page, "/log-payment")
    pick(page, "Event", "Captain Cory, afternoon")
    pick_patron(page, "Dave K", owes="125.00")
    amount = dialog(page).get_by_label("Amount in USD")
    pick(page, "Method", "Cash")

    amount.fill("1,2,3")
    button(page, "Log").click()
    expect(amount).to_have_attribute("aria-invalid", "true")
    expect(amount).to_have_accessible_description(re.compile("“1,2,3” is not an amount"))
    expect(dialog(page).locator("[aria-invalid=true]")).to_have_count(1)
    assert record_of(world, trip, "dave") == {}

    amount.fill("$120")
    dialog(page).get_by_label("Notes").fill("rest & tip <later>")
    button(page, "Log").click()
    expect(dialog(page)).to_have_accessible_name("Payment logged")
    for words in ("Logged: $120.00", "Dave Kowalski", "$5.00 to pay", "$120.00 of $125.00", "@Dana Reyes", "<later>"):
        expect(dialog(page)).to_contain_text(words)
    button(page, "Done").click()
    expect(dialog(page)).to_have_count(0)

    record = record_of(world, trip, "dave")
    (entry,) = record.pop("entries").values()
    assert record.pop("timestamp") == entry["timestamp"]
    assert record == {
        "amount": Decimal(120),
        "method": "cash",
        "logged_by": "slack:U0DANA",
        "notes": "rest & tip <later>",
    }
    assert entry["amount"] == Decimal(120)

    run(page, "/payment-status cory afternoon")
    dana_sees = messages(page).last
    expect(dana_sees.get_by_role("row", name=re.compile("Dave Kowalski"))).to_contain_text("partly paid")
    assert not MONEY.search(dana_sees.inner_text()), "the crew's status shows amounts"

    seat(world, second_page, "U0OLIVIA", "C0OFFICE")
    run(second_page, "/payment-status cory afternoon")
    row = messages(second_page).last.get_by_role("row", name=re.compile("Dave Kowalski"))
    expect(row.get_by_role("cell")).to_have_text(
        ["🟠 Dave Kowalski", "payment, waiver", "$5.00", "$125.00", "$120.00", "cash"]
    )


def test_a_waiver_card_appears_for_everybody_with_its_button(
    world: World, trip: str, page: Page, second_page: Page
) -> None:
    seat(world, page, "U0DANA", "C0DOCK")
    seat(world, second_page, "U0EVE", "C0DOCK")
    run(page, "/waiver cory please")
    question = messages(page)
    expect(question).to_contain_text("I am not sure which event “cory please” means.")
    expect(question).to_contain_text("Only visible to you")
    expect(messages(second_page)).to_have_count(0)
    question.get_by_role("button", name="Share here").first.click()
    for shown in (page, second_page):
        card = messages(shown).filter(has_text="Waiver for Captain Cory, afternoon")
        expect(card).to_have_count(1)
        expect(messages(shown)).to_have_count(1)
        expect(card).to_contain_text("5 of 8 people have signed")
        expect(card).not_to_contain_text("Only visible to you")
        link = card.locator("[data-action-id=open_waiver]")
        expect(link).to_have_attribute("href", f"https://trips.example.com/g/{trip}/waiver")


def test_pressing_log_twice_saves_one_payment(world: World, trip: str, page: Page) -> None:
    seat(world, page, "U0DANA")
    run(page, f"/log-payment {trip} dave 120 cash")
    expect(dialog(page).get_by_label("Patron", exact=True)).to_have_value(re.compile("Dave Kowalski"))
    world.table_faults.fail_next("UpdateItem", delay=0.3)
    button(page, "Log").dblclick()
    expect(dialog(page)).to_have_accessible_name("Payment logged")
    button(page, "Done").click()
    expect(dialog(page)).to_have_count(0)
    assert len(record_of(world, trip, "dave")["entries"]) == 1
    assert record_of(world, trip, "dave")["amount"] == Decimal(120)
    assert world.calls["UpdateItem"] == 1


def test_the_same_form_sent_again_after_a_lost_answer_is_the_same_payment(world: World, trip: str, page: Page) -> None:
    seat(world, page, "U0DANA")
    run(page, f"/log-payment {trip} dave 120 cash")
    expect(dialog(page).get_by_label("Patron", exact=True)).to_have_value(re.compile("Dave Kowalski"))
    world.table_faults.fail_next("UpdateItem", drop_answer=True, times=2)
    button(page, "Log").click()
    expect(dialog(page).locator("[aria-invalid=true]")).to_have_count(1)
    button(page, "Log").click()
    expect(dialog(page)).to_contain_text("Already logged, and counted once: $120.00")
    assert record_of(world, trip, "dave")["amount"] == Decimal(120)
    assert len(record_of(world, trip, "dave")["entries"]) == 1


def test_log_another_opens_a_fresh_form_for_the_same_trip(world: World, trip: str, page: Page) -> None:
    seat(world, page, "U0DANA")
    run(page, f"/log-payment {trip} dave 120 cash")
    expect(dialog(page).get_by_label("Patron", exact=True)).to_have_value(re.compile("Dave Kowalski"))
    button(page, "Log").click()
    button(page, "Log another").click()
    expect(dialog(page)).to_have_accessible_name("Log a payment")
    expect(dialog(page).get_by_label("Event", exact=True)).to_have_value(re.compile("Captain Cory, afternoon"))
    expect(dialog(page).get_by_label("Amount in USD")).to_have_value("")
    pick_patron(page, "Ben", owes="65.00")
    pick(page, "Method", "Venmo")
    button(page, "Log").click()
    expect(dialog(page)).to_contain_text("Paid in full")
    assert record_of(world, trip, "dave")["amount"] == Decimal(120)
    assert record_of(world, trip, "ben.okafor")["amount"] == Decimal(125)


def test_somebody_who_walks_up_joins_the_roster_with_their_payment(world: World, trip: str, page: Page) -> None:
    seat(world, page, "U0DANA")
    run(page, f"/log-payment {trip}")
    expect(dialog(page)).to_be_visible()
    pick(page, "Patron", "Zed")
    name = dialog(page).get_by_label("New patron's name")
    expect(name).to_have_value("Zed")
    name.fill("Zed Quill 🦑")
    expect(dialog(page).get_by_label("Amount in USD")).to_have_value("125.00")
    pick(page, "Method", "Zelle")
    button(page, "Log").click()
    expect(dialog(page)).to_contain_text("Zed Quill 🦑")
    expect(dialog(page)).to_contain_text("Paid in full")
    button(page, "Done").click()
    run(page, "/payment-status zed")
    expect(messages(page).last).to_contain_text("Not clear to board: waiver missing")


def test_the_keyboard_alone_logs_a_payment(world: World, trip: str, page: Page) -> None:
    seat(world, page, "U0DANA")
    keys = page.keyboard
    composer(page).focus()
    keys.type("/log")
    keys.press("Tab")
    keys.press("Enter")
    event, patron = (dialog(page).get_by_label(label, exact=True) for label in ("Event", "Patron"))
    expect(event).to_be_focused()
    expect(event).to_have_value(re.compile("Captain Cory, afternoon"))
    keys.press("Tab")
    expect(patron).to_be_focused()
    keys.type("kow")
    expect(page.get_by_role("option")).to_have_count(2)
    keys.press("Enter")
    amount = dialog(page).get_by_label("Amount in USD")
    expect(amount).to_have_value("125.00")
    keys.press("Tab")
    expect(dialog(page).get_by_role("button", name="Pay for several…")).to_be_focused()
    keys.press("Tab")
    expect(amount).to_be_focused()
    keys.press("Tab")
    keys.type("che")
    expect(page.get_by_role("option")).to_have_text(["Check"])
    keys.press("Enter")
    keys.press("Tab")
    keys.type("check 381")
    keys.press("Control+Enter")
    expect(dialog(page)).to_have_accessible_name("Payment logged")
    keys.press("Escape")
    expect(dialog(page)).to_have_count(0)
    expect(composer(page)).to_be_focused()
    record = record_of(world, trip, "dave")
    assert (record["amount"], record["method"], record["notes"]) == (Decimal(125), "check", "check 381")


def test_on_a_phone_the_whole_path_fits_a_finger(world: World, trip: str, phone: Page) -> None:
    seat(world, phone, "U0DANA")
    run(phone, f"/log-payment {trip} dave 120 cash")
    expect(dialog(phone).get_by_label("Patron", exact=True)).to_have_value(re.compile("Dave Kowalski"))
    assert dialog(phone).bounding_box() == {"x": 0, "y": 0, "width": 375, "height": 812}
    assert dialog(phone).locator("button, .field, .select").evaluate_all(TOO_SMALL) == []
    button(phone, "Log").tap()
    expect(dialog(phone)).to_have_accessible_name("Payment logged")
    assert phone.evaluate("document.documentElement.scrollWidth") == 375
    button(phone, "Done").tap()
    run(phone, "/payment-status cory afternoon")
    expect(phone.get_by_role("table")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") == 375
    eventually(lambda: record_of(world, trip, "dave").get("amount") == Decimal(120))


def test_a_guest_gets_one_polite_sentence_and_nothing_is_written(world: World, trip: str, page: Page) -> None:
    seat(world, page, "U0DANA", "C0DOCK")
    become(page, "Gus Hart")
    run(page, f"/log-payment {trip} dave 120 cash")
    expect(messages(page)).to_contain_text("This is for the crew")
    expect(messages(page)).to_contain_text("Only visible to you")
    expect(dialog(page)).to_have_count(0)
    assert record_of(world, trip, "dave") == {}
