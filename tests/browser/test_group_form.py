"""The form for several patrons in a real browser: a menu of several, amounts, and a sum that follows each letter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.test_crew_path import button, record_of, seat, trip  # noqa: F401 - a fixture
from tests.browser.workspace_page import dialog, run

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.conftest import World

pytestmark = pytest.mark.browser


def test_one_payer_pays_for_three_whose_sum_follows_what_is_typed(world: World, trip: str, page: Page) -> None:  # noqa: F811 - the fixture
    seat(world, page, "U0DANA", "C0DOCK")
    run(page, f"/log-payment {trip} maria pays for dave and ben 150 venmo")
    form = dialog(page)
    expect(form).to_have_accessible_name("Log for several")
    ben = form.get_by_role("textbox", name="Ben Okafor")
    expect(ben).to_have_value("25.00")
    ben.press("End")
    ben.press("Backspace")
    ben.press("Backspace")
    ben.press_sequentially("50")
    expect(form).to_contain_text("Sum: $150.50 for 2 patrons.")
    expect(form).to_contain_text("$150.00 was given, and the sum is $0.50 more.")
    menu = form.get_by_label("Patrons", exact=True)
    menu.click()
    menu.press_sequentially("lucille")
    page.get_by_role("option").filter(has_text="Lucille Park").click()
    expect(form).to_contain_text("1 amount is missing")
    expect(ben).to_have_value("25.50")
    lucille = form.get_by_role("textbox", name="Lucille Park")
    lucille.fill("4")
    expect(form).to_contain_text("Sum: $154.50 for 3 patrons.")
    button(page, "Log").click()
    expect(form).to_have_accessible_name("Payment logged")
    expect(form).to_contain_text("Logged: $154.50 by venmo for Dave Kowalski, Ben Okafor and Lucille Park")
    form.get_by_role("button", name="Undo all").click()
    page.get_by_role("button", name="Undo them").click()
    expect(form).to_have_accessible_name("Payment undone")
    assert record_of(world, trip, "dave")["amount"] == 0
