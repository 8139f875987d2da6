"""The pass on a phone at the dock: a green screen with a large check mark, the same when it is opened again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.browser.stage import complete, is_signed, sign
from tests.browser.test_waiver import violations

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.stage import TripStage

pytestmark = pytest.mark.browser

GREEN = "rgb(11, 107, 52)"
MARK = "Zebrafish"
MEASURES = """pass => {
    const parts = [pass, pass.querySelector(".mark"), pass.querySelector(".pass-name")];
    const [box, mark, name] = parts.map((each) => each.getBoundingClientRect());
    const drawn = [...pass.querySelectorAll(".mark path")].filter((each) => each.checkVisibility());
    const across = document.documentElement.clientWidth;
    return {
        fills: box.top + scrollY === 0 && box.left === 0 && box.width === across && box.height >= innerHeight,
        seen: mark.top >= 0 && name.bottom <= innerHeight,
        mark: mark.width,
        drawn: drawn.map((each) => each.className.baseVal),
        colour: getComputedStyle(pass).backgroundColor,
        moves: document.getAnimations().length,
        wide: document.documentElement.scrollWidth > innerWidth,
    };
}"""
STORED = "JSON.stringify([{ ...localStorage }, { ...sessionStorage }])"
HELD = STORED.replace(
    "])", ", document.body.innerText, [...document.querySelectorAll('input, textarea')].map((each) => each.value)])"
)


def is_pass(page: Page, name: str = "Dave Kowalski", *, colour: str = GREEN, mark: str = "check") -> Locator:
    """Expect one pass that fills the first screen, and nothing wider than the phone."""
    shown = page.locator(".pass:visible")
    expect(shown).to_have_count(1)
    expect(shown).to_contain_text(name)
    measured: dict[str, Any] = shown.evaluate(MEASURES)
    assert measured.pop("mark") >= 96
    assert measured == {"fills": True, "seen": True, "drawn": [mark], "colour": colour, "moves": 0, "wide": False}
    assert violations(page) == []
    return shown


def test_the_pass_fills_the_phone_after_signing_and_whenever_it_is_opened_again(
    trip_stage: TripStage, dave: str, second_phone: Page
) -> None:
    phone = second_phone
    patrons = trip_stage.row()["patrons"]
    trip_stage.change(patrons={**patrons, dave: {**patrons[dave], "party": 4}}, boat="Second Wind")
    link = trip_stage.link(trip_stage.party(dave))
    phone.goto(link)
    expect(phone.locator(".when")).to_contain_text("Boat Second Wind")
    phone.get_by_role("button", name="Add a minor").click()
    phone.get_by_label("Minor 1: full name").fill("Mia Kowalski")
    phone.get_by_label("Minor 1: age in years").fill("9")
    complete(phone)
    phone.get_by_label("Emergency contact").fill(MARK)
    phone.get_by_label("Medical note").fill(f"{MARK} nuts")
    sign(phone)
    contact = phone.get_by_label("Emergency contact")
    expect(contact).to_have_accessible_description(
        "Write a phone number too, so that the captain can call them."
        " Only the captain and the office see this, on the day of the trip."
        " Name and phone of somebody who stays ashore."
    )
    contact.fill(f"{MARK} 415 555 0134")
    phone.context.set_offline(True)
    sign(phone)
    expect(phone.get_by_role("status")).to_contain_text("No signal")
    assert MARK in phone.evaluate(STORED), "what is not sent yet survives a reload"
    phone.context.set_offline(False)
    is_signed(phone)
    assert MARK not in phone.evaluate(HELD)

    for each in ("after signing", "its own page", "the waiver"):
        if each == "its own page":
            phone.reload()
        elif each == "the waiver":
            phone.goto(link)
            expect(phone.get_by_role("heading", name="Signed by Dave Kowalski")).to_be_visible()
        shown = is_pass(phone)
        expect(shown).to_contain_text("with Mia Kowalski")
        expect(shown).to_contain_text("Boat Second Wind")
        expect(shown).to_contain_text("The party of Dave Kowalski: 2 of 4 have signed; 2 still have to.")
        assert MARK not in phone.evaluate(HELD)
    phone.evaluate("document.documentElement.style.fontSize = '250%'")  # twice the usual size
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")

    phone.route("**/waiver?signed=*", lambda route: route.abort())
    phone.reload()
    expect(phone.get_by_text("it could not be checked just now")).to_be_visible()
    is_pass(phone, colour="rgb(238, 244, 247)", mark="note")
    phone.unroute("**/waiver?signed=*")
    row = trip_stage.signed()[0]
    trip_stage.add({**row, "set_aside_at": row["signed_at"], "set_aside_by": "slack:U0DANA"})
    phone.reload()
    expect(phone.get_by_role("heading", name="Set aside – Dave Kowalski")).to_be_visible()
    is_pass(phone, colour="rgb(253, 238, 236)", mark="cross")
    expect(phone.get_by_role("button", name="Sign the waiver")).to_be_visible()
    expect(phone.get_by_label("Emergency contact")).to_have_value("")
