"""`/payment-status` on a phone: the trip and who is not clear come first, on one screen; the real bot answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from devkit.books import plant_with_books
from devkit.local import today_at_the_dock
from tests.browser.workspace_page import TOO_SMALL, composer, messages, run

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.conftest import World

pytestmark = pytest.mark.browser

SCREEN = (390, 844)


def test_the_status_of_the_season_is_one_screen_and_begins_with_who_is_not_clear(
    world: World, second_phone: Page
) -> None:
    page = second_phone
    plant_with_books(world.client, world.table, today_at_the_dock())
    for user, missing in (
        ("U0OLIVIA", "$125.00, waiver · Dave Kowalski"),
        ("U0DANA", "payment, waiver · Dave Kowalski"),
    ):
        page.goto(f"{world.url}/?user={user}&channel=C0CORY")
        composer(page).wait_for()
        run(page, "/payment-status")
        answer = messages(page).last
        expect(answer).to_contain_text(missing)
        expect(answer.get_by_role("table")).to_have_count(0)
        box = answer.bounding_box()
        assert box is not None
        assert (box["width"], page.evaluate("document.documentElement.scrollWidth")) == (SCREEN[0], SCREEN[0])
        assert box["height"] <= SCREEN[1]
        assert answer.locator("button").evaluate_all(TOO_SMALL) == []
    answer.get_by_role("combobox", name="Open a trip").click()
    page.get_by_role("option").filter(has_text="Golden Gate sunset").click()
    expect(answer).to_contain_text("Rosa Delgado")
    run(page, "/payment-status cory afternoon since 3 days")
    expect(messages(page).last).to_contain_text("Ines Duarte: void by venmo")
    page.goto(f"{world.url}/?user=U0OLIVIA&channel=C0CORY")
    run(page, "/payment-status open")
    owed = messages(page).last
    expect(owed).to_contain_text("Dave Kowalski: $125.00")
    expect(owed).to_contain_text("days ago")
    assert page.evaluate("document.documentElement.scrollWidth") == SCREEN[0]
    assert owed.locator("button").evaluate_all(TOO_SMALL) == []
