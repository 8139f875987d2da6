"""Parts that the scenes of the pictures share: sizes of windows, and the acts of a person on the workspace page."""

from __future__ import annotations

from typing import Final

from playwright.sync_api import Locator, Page, expect

WIDE: Final = {"viewport": {"width": 1280, "height": 800}}
NARROW: Final = {"viewport": {"width": 940, "height": 800}}
TALL: Final = {"viewport": {"width": 940, "height": 1180}}
LONG: Final = {"viewport": {"width": 1280, "height": 980}}
PHONE: Final = {"viewport": {"width": 375, "height": 812}, "has_touch": True, "is_mobile": True}


def composer(page: Page) -> Locator:
    """Return the field in which commands are typed."""
    return page.locator(".composer-field")


def dialog(page: Page) -> Locator:
    """Return the open modal."""
    return page.get_by_role("dialog")


def answer(page: Page) -> Locator:
    """Return the last message of the channel."""
    return page.locator("[data-ts]").last


def run(page: Page, command: str) -> None:
    """Type a command and press Enter."""
    composer(page).fill(command)
    composer(page).press("Enter")


def pick(page: Page, label: str, letters: str) -> None:
    """Type a few letters into a field and choose the first option that contains them."""
    box = dialog(page).get_by_label(label, exact=True)
    box.click()
    box.press_sequentially(letters)
    page.get_by_role("option").filter(has_text=letters).first.click()
    expect(page.get_by_role("option")).to_have_count(0)
