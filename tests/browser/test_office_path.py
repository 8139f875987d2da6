"""The office's path in a real browser: a new event by the shortcut, its first patron, an edit, and invalid ids."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from boto3.dynamodb.types import TypeDeserializer
from playwright.sync_api import expect

from devkit.local import today_at_the_dock
from devkit.season import plant
from devkit.season.planting import to_item
from tests.browser.test_crew_path import button, seat
from tests.browser.workspace_page import composer, dialog, pick, run

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.conftest import World

pytestmark = pytest.mark.browser


def row_of(world: World, eid: str) -> dict[str, Any]:
    """An event's own row, in Python's types."""
    key: Any = to_item({"eid": eid, "crew_id": "#event"})
    row = world.client.get_item(TableName=world.table, Key=key, ConsistentRead=True).get("Item", {})
    return {name: TypeDeserializer().deserialize(value) for name, value in row.items()}


def answer(page: Page) -> Locator:
    """The bot's newest message."""
    return page.locator("[data-ts]").last


def field(page: Page, label: str) -> Locator:
    """The input with this label; Slack writes behind it where it may stay empty."""
    return dialog(page).get_by_label(re.compile(rf"^{re.escape(label)}( \(optional\))?$"))


def test_from_the_shortcut_to_a_new_event_with_its_first_patrons(world: World, page: Page) -> None:
    day = today_at_the_dock() + timedelta(days=20)
    eid = f"{day}-captain-mia-sunset"
    seat(world, page, "U0OLIVIA", "C0OFFICE")
    page.get_by_role("button", name="Shortcuts").click()
    page.get_by_role("menuitem", name="New event").click()
    expect(dialog(page)).to_have_accessible_name("New event")

    field(page, "Date").fill(f"{day}")
    field(page, "Captain").press_sequentially("Mia Ortega")
    expect(field(page, "Id")).to_have_value(f"{day}-captain-mia")
    field(page, "Time").fill("18:30")
    expect(field(page, "Id")).to_have_value(f"{day}-captain-mia-evening")
    pick(page, "Part of the day", "Sunset")
    expect(field(page, "Id")).to_have_value(eid)
    pick(page, "Channel", "trip-sunset")
    field(page, "Price for one in USD").fill("95")
    field(page, "Id").fill(f"{eid}!")
    button(page, "Create").click()
    expect(field(page, "Id")).to_have_accessible_description(re.compile("has characters other than"))
    assert row_of(world, eid) == {}
    field(page, "Id").fill(eid)
    button(page, "Create").click()
    expect(dialog(page)).to_have_accessible_name("Event created")
    expect(dialog(page)).to_contain_text(f"/g/{eid}/waiver")

    button(page, "Add patron…").click()
    expect(dialog(page)).to_have_accessible_name("Add a patron")
    field(page, "Name").fill("Zed <b> & 🏄")
    field(page, "Party").fill("2")
    button(page, "Add").click()
    expect(dialog(page)).to_contain_text("$190.00")
    button(page, "Done").click()
    expect(dialog(page)).to_have_accessible_name("Event created")
    button(page, "Done").click()
    expect(dialog(page)).to_have_count(0)
    (line,) = row_of(world, eid)["patrons"].values()
    assert (line["name"], line["party"]) == ("Zed <b> & 🏄", 2)


def test_a_patron_is_opened_in_the_table_and_edited(world: World, page: Page) -> None:
    today = today_at_the_dock()
    plant(world.client, world.table, today)
    eid = f"{today}-captain-cory-afternoon"
    seat(world, page, "U0OLIVIA", "C0OFFICE")
    run(page, f"/payment-status {eid}")
    answer(page).get_by_role("combobox", name="Open a patron").click()
    page.get_by_role("option").filter(has_text="Dave Kowalski").click()
    answer(page).get_by_role("button", name="Edit…").click()
    expect(field(page, "Due in USD")).to_have_value("125.00")
    field(page, "Due in USD").fill("100")
    field(page, "E-mail").fill("")
    button(page, "Save").click()
    expect(dialog(page)).to_contain_text("Due: $125.00 → $100.00")
    expect(dialog(page)).to_contain_text("E-mail: dave.kowalski@example.com → –")
    button(page, "Done").click()
    dave = row_of(world, eid)["patrons"]["dave"]
    assert (dave["due"], "email" in dave, dave["phone"]) == (100, False, "+1 415 555 0114")


def test_the_ids_that_want_mending_stand_there_with_better_ones(world: World, page: Page) -> None:
    plant(world.client, world.table, today_at_the_dock())
    seat(world, page, "U0OLIVIA", "C0OFFICE")
    run(page, "/payment-status lint")
    expect(answer(page)).to_contain_text("is a bare date: it needs a name after the date")
    expect(answer(page)).to_contain_text("python -m roster events fix")
    expect(composer(page)).to_be_focused()
