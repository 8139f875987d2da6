"""Accessibility of the dispatch page: axe in light and dark, the keyboard alone, a finger on a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import expect

from tests.browser.office import (
    card,
    cards,
    form,
    log_payment,
    open_card,
    open_form,
    open_row,
    patron,
    press_log,
    tray,
)
from tests.browser.workspace_page import TOO_SMALL

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.office import Office

pytestmark = pytest.mark.browser

RULES: dict[str, Any] = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}


def violations(page: Page) -> list[str]:
    """Return the findings of axe, a line for each."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{each['id']}: {node['html']}" for each in found for node in each["nodes"]]


@pytest.mark.parametrize("window", ["page", "dark_page", "phone"])
def test_axe_finds_nothing_wherever_one_looks(
    office: Office, trip: str, window: str, request: pytest.FixtureRequest
) -> None:
    page: Page = request.getfixturevalue(window)
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{office.url}/dispatch")
    expect(page.get_by_role("heading", name="This page opens from Slack")).to_be_visible()
    assert violations(page) == []
    office.enter(page)
    open_card(page, trip)
    open_row(page, trip, "maria").locator(".entries li").first.wait_for()
    assert violations(page) == []
    opened = open_form(page, trip)
    opened.get_by_label("Amount").fill("nothing")
    press_log(page)
    expect(opened.locator("[aria-invalid=true]")).to_have_count(2)
    assert violations(page) == []
    opened.get_by_role("button", name="Cancel").click()
    page.context.route("**/payment-log", lambda route: route.abort())
    log_payment(page, trip, "10")
    tray(page).get_by_role("button", name="1 payment not sent yet").click()
    assert violations(page) == []


def test_the_keyboard_alone_logs_a_payment_and_never_leaves_the_form(office: Office, trip: str, page: Page) -> None:
    office.enter(page)
    keys = page.keyboard
    card(page, trip).locator(".card-toggle").focus()
    keys.press("Enter")
    dave = patron(page, trip, "dave").get_by_role("button", name="Log payment")
    dave.focus()
    keys.press("Enter")
    opened = form(page)
    expect(opened.get_by_label("Amount")).to_be_focused()
    keys.press("Shift+Tab")
    expect(opened.get_by_label("Patron")).to_be_focused()
    for _ in range(12):
        keys.press("Tab")
        assert page.evaluate("document.activeElement.closest('#log-payment-modal') !== null")
    keys.press("Escape")
    expect(opened).to_be_hidden()
    expect(dave).to_be_focused()

    keys.press("Enter")
    keys.press("ControlOrMeta+a")
    keys.type("25.50")
    keys.press("Tab")
    keys.type("che")
    keys.press("Tab")
    keys.type("check 381")
    keys.press("Shift+Tab")
    expect(opened.get_by_label("Method")).to_have_value("check")
    opened.get_by_label("Amount").focus()
    keys.press("Enter")
    expect(opened).to_be_hidden()
    expect(dave).to_be_focused()
    record = office.record(trip, "dave")
    assert (str(record["amount"]), record["method"], record["notes"]) == ("25.5", "check", "check 381")


def test_on_a_phone_everything_fits_a_finger(office: Office, trip: str, phone: Page) -> None:
    phone.emulate_media(reduced_motion="reduce")
    office.enter(phone)
    pressed = "button, input, select, textarea"
    open_card(phone, trip)
    assert phone.locator(pressed).evaluate_all(TOO_SMALL.replace("node.offsetParent", SHOWN)) == []
    assert phone.evaluate("document.documentElement.scrollWidth") == 375
    patron(phone, trip, "dave").get_by_role("button", name="Log payment").tap()
    sheet = form(phone).locator(".sheet").bounding_box()
    assert sheet is not None
    assert (sheet["x"], sheet["width"], sheet["y"] + sheet["height"]) == (0, 375, 812)
    assert form(phone).locator(pressed).evaluate_all(TOO_SMALL) == []
    form(phone).get_by_label("Method").select_option("cash")
    form(phone).get_by_role("button", name="Log payment", exact=True).tap()
    expect(patron(phone, trip, "dave")).to_contain_text("paid in full")
    assert phone.evaluate("document.documentElement.scrollWidth") == 375


SHOWN = "node.offsetParent && !/card-toggle|patron-toggle/.test(node.className)"
"""A card and a row are opened by their whole head, whatever the size of the words on it."""


def test_long_names_and_many_digits_break_nothing(office: Office, phone: Page) -> None:
    office.enter(phone)
    for shown in cards(phone).all():
        shown.locator(".card-toggle").click()
    expect(phone.locator(".ghosts")).to_have_count(0)
    assert phone.evaluate("document.documentElement.scrollWidth") == 375
