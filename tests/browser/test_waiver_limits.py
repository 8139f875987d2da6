"""A limit of the waiver page on a phone: the page gives an instruction, and keeps the typed fields and the drawing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from charter.limits import FEWEST_BY_PLAIN_LINK
from tests.browser.stage import complete, draw, is_signed, sent, sign
from tests.builders import a_signature_row

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.stage import TripStage

pytestmark = pytest.mark.browser

LOOSE = ("patron_id", "matched_at", "matched_by")
BY_ADDRESS = (
    "Too many waivers were signed from this connection just now. Try again in ten minutes,"
    " or ask the crew for your party's own link."
)
BY_EVENT = "takes no more signatures over this link. Ask the crew for your party's own link, or sign on paper."


def filled_in(page: Page) -> dict[str, Any]:
    """Fill in each field, with a drawing, up to the button; return what the page then shows."""
    page.get_by_label("Your full name", exact=True).fill("Dave Kowalski")
    page.locator("#booked_by").fill("Ana Lima")
    page.get_by_role("button", name=re.compile("Add a")).click()
    page.get_by_label("Minor 1: full name").fill("Lia Kowalski")
    page.get_by_label("Minor 1: age in years").fill("7")
    draw(page)
    page.get_by_label("I have read this waiver").check()
    return shown(page)


def shown(page: Page) -> dict[str, Any]:
    """Return the contents of the fields and of the pad."""
    held: dict[str, Any] = page.evaluate(
        """() => ({
            fields: [...document.querySelectorAll("form input")].map((each) =>
                [each.id, ["checkbox", "radio"].includes(each.type) ? each.checked : each.value]),
            drawing: document.getElementById("pad").toDataURL?.() ?? document.getElementById("pad").innerHTML,
            locked: document.getElementById("fields").disabled,
        })"""
    )
    return held


def says(page: Page, sentence: str) -> None:
    """Expect the sentence on top, in the focus and within the phone's width, and no field called wrong."""
    expect(page.locator("#summary")).to_be_focused()
    expect(page.locator("#summary")).to_contain_text(sentence)
    expect(page.locator("#summary h2")).to_have_text("Not signed yet")
    expect(page.locator("#summary")).to_be_in_viewport()
    expect(page.get_by_role("button", name="Sign the waiver")).to_be_enabled()
    assert page.locator("[aria-invalid=true]").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_an_address_that_signed_too_often_is_asked_to_wait_and_nothing_is_lost(
    trip_stage: TripStage, phone: Page, second_phone: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone.goto(trip_stage.link())
    complete(phone, "Rosa Delgado")
    sign(phone)
    is_signed(phone, "Rosa Delgado")
    second_phone.goto(trip_stage.link())
    posted = sent(second_phone)
    before = filled_in(second_phone)
    with monkeypatch.context() as busy:
        busy.setattr("adapters.addresses.PER_ADDRESS", 1)
        sign(second_phone)
        says(second_phone, BY_ADDRESS)
        assert shown(second_phone) == before
        second_phone.wait_for_timeout(2500)
        assert len(posted) == 1, "the page does not ask again by itself"
        assert len(trip_stage.signed()) == 1

    sign(second_phone)
    is_signed(second_phone)
    assert sorted(line["name"] for line in trip_stage.signed()) == ["Dave Kowalski", "Rosa Delgado"]


def test_an_event_whose_plain_link_is_full_sends_to_the_crew_and_nothing_is_lost(
    trip_stage: TripStage, second_phone: Page
) -> None:
    trip_stage.change(capacity=1)
    most = max(FEWEST_BY_PLAIN_LINK, 3 * sum(int(each["party"]) for each in trip_stage.row()["patrons"].values()))
    second_phone.goto(trip_stage.link())
    before = filled_in(second_phone)
    for place in range(most):
        trip_stage.add(a_signature_row(f"flood-{place}", eid=trip_stage.eid, name=f"Guest {place}", without=LOOSE))

    sign(second_phone)

    says(second_phone, BY_EVENT)
    assert shown(second_phone) == before
