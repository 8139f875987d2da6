"""The QR code on a crew member's phone: it fits, it is readable, and the page shows when everyone has signed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.browser.test_waiver import violations

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.stage import TripStage

pytestmark = pytest.mark.browser

MEASURES = """() => {
    const box = document.querySelector(".frame").getBoundingClientRect();
    return {
        across: box.width,
        square: Math.abs(box.width - box.height) < 1,
        seen: box.top >= 0 && box.bottom <= innerHeight,
        white: getComputedStyle(document.querySelector(".frame")).backgroundColor,
        black: getComputedStyle(document.querySelector(".modules")).stroke,
        wide: document.documentElement.scrollWidth > innerWidth,
    };
}"""


def fits(page: Page) -> float:
    """Expect the whole code on the first screen, black on white; return how wide it is."""
    measured: dict[str, Any] = page.evaluate(MEASURES)
    across = float(measured.pop("across"))
    assert measured == {
        "square": True,
        "seen": True,
        "white": "rgb(255, 255, 255)",
        "black": "rgb(0, 0, 0)",
        "wide": False,
    }
    assert violations(page) == []
    return across


def test_the_code_fills_a_phone_and_says_by_itself_when_everyone_has_signed(
    trip_stage: TripStage, dave: str, second_phone: Page, dark_page: Page
) -> None:
    patrons = trip_stage.row()["patrons"]
    trip_stage.change(patrons={**patrons, dave: {**patrons[dave], "party": 2}}, boat="Second Wind")
    address = trip_stage.link(f"{trip_stage.party(dave)}&qr=page")
    phone, signature = second_phone, {"eid": trip_stage.eid, "minors": [], "version": "v", "patron_id": dave}
    signature |= dict.fromkeys(("signed_at", "matched_at"), "2026-05-22T18:00:00.000Z")
    phone.clock.install()
    phone.goto(address)
    expect(phone.locator("main")).to_contain_text("For the party of Dave Kowalski")
    expect(phone.get_by_role("status")).to_have_text("0 of 2 signed")
    assert fits(phone) >= 300
    dark_page.goto(address)
    assert fits(dark_page) >= 400
    dark_page.emulate_media(media="print")
    assert dark_page.evaluate("document.querySelector('.frame').getBoundingClientRect().width") >= 400
    dark_page.goto(trip_stage.link("?qr=page"))
    assert fits(dark_page) >= 400
    expect(dark_page.locator("main")).not_to_contain_text("Kowalski")

    trip_stage.add({**signature, "crew_id": "#signature:s1", "name": "Ruth", "matched_by": "link"})
    phone.clock.run_for(15_000)
    expect(phone.get_by_role("status")).to_have_text("1 of 2 signed")
    phone.context.set_offline(True)
    phone.clock.run_for(15_000)
    expect(phone.get_by_text("No signal: this count may be old.")).to_be_visible()
    fits(phone)
    phone.context.set_offline(False)
    phone.clock.fast_forward(16 * 60_000)
    expect(phone.get_by_text("Not updated any more. Press Update to go on.")).to_be_visible()
    trip_stage.add({**signature, "crew_id": "#signature:s2", "name": "Dave Kowalski", "matched_by": "name"})
    phone.get_by_role("link", name="Update").click()
    expect(phone.get_by_role("heading", name="Everyone has signed")).to_be_visible()
    expect(phone.locator(".frame")).to_have_count(0)
    assert phone.title().startswith("Everyone has signed")
    assert violations(phone) == []
