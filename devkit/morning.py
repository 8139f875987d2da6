"""The pictures of a morning on the dock: the boarding list, the passenger list, the cast-off, the printed page."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from playwright.sync_api import expect

from devkit.driving import NARROW, PHONE, dialog, run
from devkit.studio import PUBLIC_URL

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from devkit.studio import Studio

_EID: Final = "2026-05-23-captain-cory-afternoon"
_PHONE: Final[dict[str, Any]] = {**PHONE, "device_scale_factor": 2}


def a_morning_on_the_dock(studio: Studio) -> None:
    """Check people in as crew, let one aboard, mark a no-show, cast off, and print the list."""
    studio.clock.advance(minutes=5)
    with studio.announced(), studio.seat("U0OLIVIA", "C0CORY", **NARROW) as channel:
        with studio.seat("U0DANA", "C0CORY", **_PHONE) as phone:
            _board(studio, phone)
            _card(channel, "7 expected")
            studio.clock.advance(minutes=2)  # not earlier: while the card is posted, the claim on it would run out
            _cast_off(phone)
        expect(channel.locator("[data-ts]").filter(has_text="Cast off with 5 souls")).to_have_count(1)
        _card(channel, "5 aboard of 7 expected")
        studio.take(channel, "cast-off", around=channel.locator(".messages-list"), margin=0)
    with studio.seat("U0OLIVIA", "C0OFFICE", **NARROW) as office:
        run(office, f"/board {_EID}")
        dialog(office).get_by_role("button", name="Passenger list").click()
        link = dialog(office).locator("[data-action-id=print_passengers]").get_attribute("href") or ""
        dialog(office).get_by_text("Back", exact=True).click()
        dialog(office).get_by_text("Close", exact=True).click()
        expect(dialog(office)).to_have_count(0)
    _print(studio, link.replace(PUBLIC_URL, studio.site))


def _card(channel: Page, words: str) -> None:
    """Wait until the event's one boarding card has these words."""
    expect(channel.locator("[data-ts]").filter(has_text="This card keeps itself up to date")).to_contain_text(words)


def _press(phone: Page, patron_id: str, action: str) -> None:
    """Press a party's button in the boarding list."""
    dialog(phone).locator(f"[data-block-id='party_of.{patron_id}'][data-action-id='{action}']").tap()


def _board(studio: Studio, phone: Page) -> None:
    """Check three parties in, let Greg aboard with a reason, and mark Ines as a no-show."""
    run(phone, f"/board {_EID}")
    for patron_id, souls in (("lucille.park", 2), ("maria", 3), ("nadia.petrova", 4)):
        _press(phone, patron_id, "board_check_in")
        expect(dialog(phone)).to_contain_text(f"{souls} aboard of 8 expected")
    _press(phone, "greg.halloran", "board_let_aboard")
    dialog(phone).get_by_label("Why").fill("signs on board")
    dialog(phone).get_by_label("Why").blur()
    studio.take(phone, "board-let-aboard")
    dialog(phone).get_by_text("Let aboard", exact=True).last.tap()
    expect(dialog(phone)).to_contain_text("5 aboard of 8 expected")
    studio.take(phone, "board")
    _press(phone, "ines.duarte", "board_menu")
    phone.get_by_role("menuitem", name="No-show…").tap()
    dialog(phone).get_by_label("Why").fill("does not answer the phone")
    dialog(phone).get_by_role("button", name="Mark as no-show").tap()
    expect(dialog(phone)).to_contain_text("5 aboard of 7 expected")
    dialog(phone).get_by_role("button", name="Passenger list").tap()
    expect(dialog(phone)).to_have_accessible_name("Passenger list")
    studio.take(phone, "board-passengers")
    dialog(phone).get_by_text("Back", exact=True).tap()


def _cast_off(phone: Page) -> None:
    """Cast off, after the question."""
    dialog(phone).get_by_role("button", name="Cast off", exact=True).tap()
    phone.get_by_role("alertdialog").get_by_role("button", name="Cast off", exact=True).tap()
    expect(dialog(phone)).to_contain_text("The list is frozen")
    dialog(phone).get_by_text("Close", exact=True).tap()
    expect(dialog(phone)).to_have_count(0)


def _print(studio: Studio, link: str) -> None:
    """Save the list as a PDF, and take a picture of its first page."""
    with tempfile.TemporaryDirectory() as folder:
        with studio.window(link, **NARROW) as page:
            with page.expect_download() as coming:
                page.get_by_role("button", name="PDF Letter").click()
            coming.value.save_as(Path(folder) / "list.pdf")
        studio.take_paper(Path(folder) / "list.pdf", "passenger-list")
