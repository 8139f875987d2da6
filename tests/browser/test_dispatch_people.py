"""People on the dispatch page: the number of each party who have signed, and unmatched signatures."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it has none
from playwright.sync_api import expect

from devkit.local import today_at_the_dock
from tests.browser.office import card, log_payment, open_card, patron
from tests.builders import a_row, a_signature_row

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.browser.office import Office

pytestmark = pytest.mark.browser

UNMATCHED: dict[str, Any] = {"patron_id": None, "matched_at": None, "matched_by": None}


@pytest.fixture
def eid(office: Office) -> str:
    """A trip of tonight: of Dave's party of six three have signed, Ana and her guest both, Ines not."""
    today = today_at_the_dock()
    eid = f"{today}-party-cruise"
    patrons = {
        "dave": {"name": "Dave Kowalski", "party": 6, "due": 300},
        "ana": {"name": "Ana Lima", "party": 2, "due": 100},
        "ines": {"name": "Ines Duarte", "party": 1, "due": 50},
    }
    office.put(a_row(eid, title="Party cruise", starts_at=f"{today}T23:00:00-08:00", patrons=patrons))
    for number, (name, patron_id, minors) in enumerate(
        [
            ("Dave Kowalski", "dave", ["Mia Kowalski"]),
            ("Ruth Kowalski", "dave", []),
            ("Ana Lima", "ana", []),
            ("Rui Lima", "ana", []),
        ]
    ):
        office.put(a_signature_row(f"s{number}", eid=eid, name=name, patron_id=patron_id, minors=minors))
    return eid


@pytest.fixture
def unmatched(office: Office, eid: str) -> Callable[..., None]:
    """Let somebody sign whose party is not known."""

    def sign(signature_id: str, name: str, **more: Any) -> None:
        office.put(a_signature_row(signature_id, eid=eid, name=name, **UNMATCHED, **more))

    return sign


def test_cards_and_lines_count_people(office: Office, eid: str, page: Page) -> None:
    office.enter(page)
    open_card(page, eid)

    expect(card(page, eid).locator(".card-when")).to_have_text("Today, 11:00 PM · 3 patrons")
    expect(card(page, eid).locator(".figure")).to_have_text(["9 souls", "3 to pay $450.00", "4 to sign"])
    dave = patron(page, eid, "dave")
    expect(dave).to_contain_text("party of 6")
    expect(dave.locator(".patron-signed")).to_have_text("signed 3 of 6")
    expect(dave.locator(".patron-signed")).to_have_attribute("data-signed", "false")
    expect(patron(page, eid, "ana").locator(".patron-signed")).to_have_text("signed 2 of 2")
    expect(patron(page, eid, "ana").locator(".patron-signed")).to_have_attribute("data-signed", "true")
    expect(patron(page, eid, "ines").locator(".patron-signed")).to_have_text("signed 0 of 1")


def test_not_signed_shows_whose_party_is_not_complete(office: Office, eid: str, page: Page) -> None:
    office.enter(page)
    opened = open_card(page, eid)
    opened.get_by_role("button", name="To sign 2").click()

    expect(opened.locator("li.patron:visible .patron-name")).to_have_text(["Dave Kowalski", "Ines Duarte"])


def test_a_payment_leaves_the_count_of_people_as_it_was(office: Office, eid: str, page: Page) -> None:
    office.enter(page)
    log_payment(page, eid, "300")

    expect(patron(page, eid, "dave")).to_contain_text("paid in full")
    expect(card(page, eid).locator(".figure-sign")).to_have_text("4 to sign")
    expect(patron(page, eid, "dave").locator(".patron-signed")).to_have_text("signed 3 of 6")


def test_a_signature_that_is_not_matched_is_shown_with_what_is_known_of_it(
    office: Office, eid: str, unmatched: Callable[..., None], page: Page
) -> None:
    unmatched("u1", "<i>Davy</i> Kowalski", minors=["Leo"], booked_by="Dave K.")
    office.enter(page)
    opened = open_card(page, eid)

    expect(card(page, eid).locator(".unmatched-count")).to_have_text("1 signature not matched")
    expect(opened.locator(".unmatched")).to_have_text(
        "1 signature is not matched to the roster: <i>Davy</i> Kowalski with 1 minor, booked by Dave K. "
        "Crew match it in Slack."
    )
    expect(card(page, eid).locator(".figure-sign")).to_have_text("4 to sign")
    log_payment(page, eid, "10")
    expect(page.locator("#toast")).to_contain_text("Logged $10.00")
    expect(card(page, eid).locator(".unmatched-count")).to_have_text("1 signature not matched")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_many_signatures_that_are_not_matched_stay_one_short_note(
    office: Office, eid: str, unmatched: Callable[..., None], page: Page, scheme: Any
) -> None:
    for number in range(7):
        unmatched(f"u{number}", f"Guest {number}")
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 390, "height": 844})
    office.enter(page)
    opened = open_card(page, eid)

    expect(opened.locator(".unmatched")).to_have_text(
        "7 signatures are not matched to the roster: Guest 0; Guest 1; Guest 2; Guest 3; Guest 4; and 2 more. "
        "Crew match them in Slack."
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    found = Axe().run(page).response["violations"]
    assert [each["id"] for each in found] == []


def test_the_note_goes_once_everybody_is_matched(
    office: Office, eid: str, unmatched: Callable[..., None], page: Page
) -> None:
    unmatched("u1", "Ines D.")
    office.enter(page)
    opened = open_card(page, eid)
    expect(opened.locator(".unmatched")).to_contain_text(re.compile("Ines D\\."))
    office.put(a_signature_row("u1", eid=eid, name="Ines D.", patron_id="ines", matched_by="slack:U0DANA"))
    page.get_by_role("button", name="Refresh").click()

    expect(opened.locator(".unmatched")).to_be_hidden()
    expect(card(page, eid).locator(".unmatched-count")).to_have_count(0)
    expect(patron(page, eid, "ines").locator(".patron-signed")).to_have_text("signed 1 of 1")
