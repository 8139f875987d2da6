"""The app's Home tab on a phone: the real bot, in the local workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from devkit.local import today_at_the_dock
from devkit.season import plant
from tests.browser.workspace_page import TOO_SMALL, composer, dialog, pick, pick_patron

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.conftest import World

pytestmark = pytest.mark.browser


def test_a_payment_is_logged_from_the_home_tab_and_is_on_it_afterwards(world: World, second_phone: Page) -> None:
    page = second_phone
    plant(world.client, world.table, today_at_the_dock())
    page.goto(f"{world.url}/?user=U0MARCO&channel=C0DOCK")
    composer(page).wait_for()
    page.get_by_role("button", name="Channels and people").click()
    page.get_by_role("button", name="Ship Captain Crew Home").click()
    home = page.locator(".home")
    expect(home).to_contain_text("Captain Cory, afternoon")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert home.locator("button, a").evaluate_all(TOO_SMALL) == []
    expect(home).not_to_contain_text("$125.00 by cash · Dave Kowalski")

    home.get_by_role("button", name="Log payment").first.click()
    pick_patron(page, "Dave K", owes="125.00")
    pick(page, "Method", "Cash")
    dialog(page).get_by_role("button", name="Log", exact=True).click()
    expect(dialog(page)).to_have_accessible_name("Payment logged")
    dialog(page).get_by_role("button", name="Done").click()
    expect(home).to_contain_text("$125.00 by cash · Dave Kowalski · Captain Cory, afternoon")
