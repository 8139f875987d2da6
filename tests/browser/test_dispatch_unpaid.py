"""*Past unpaid* on the dispatch page: every event with open money, the oldest first, on a phone."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from adapters.books import DynamoBooks
from devkit.local import today_at_the_dock
from devkit.season import season
from tests.browser.office import card, cards, log_payment
from tests.builders import a_row

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.office import Office

pytestmark = pytest.mark.browser


def test_past_unpaid_lists_old_events_first_and_leads_back_on_a_phone(office: Office, phone: Page) -> None:
    phone.set_viewport_size({"width": 390, "height": 800})
    today = today_at_the_dock()
    old = [f"{today - timedelta(days=days)}-whale-watch" for days in range(430, 400, -1)]
    for eid in old:
        office.put(a_row(eid, title="Whale watch"))
    office.enter(phone)
    expect(card(phone, old[0])).to_have_count(0)
    button = phone.get_by_role("button", name="Past unpaid")
    button.click()
    expect(phone.locator("#status")).to_contain_text("There are no books yet.")

    books = DynamoBooks(
        office.world.client, office.world.table, zone=ZoneInfo("America/Los_Angeles"), currency="USD", clock=lambda: 0.0
    )
    for eid in dict.fromkeys([*old, *(row["eid"] for row in season(today))]):
        books.refresh(eid)
    button.click()
    expect(phone.locator("#status")).to_have_text("20 events with open money, the oldest first")
    expect(button).to_have_attribute("aria-pressed", "true")
    assert cards(phone).first.get_attribute("data-eid") == old[0]
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    phone.get_by_role("button", name="Show later events").click()
    expect(card(phone, old[-1])).to_be_visible()
    log_payment(phone, old[0], "125")
    expect(card(phone, old[0]).locator(".figure-pay")).to_have_text("1 to pay $250.00")

    phone.get_by_role("button", name="Coming").click()
    expect(card(phone, old[0])).to_have_count(0)
    expect(phone.locator("#status")).to_contain_text("coming event")
    expect(button).to_have_attribute("aria-pressed", "false")
