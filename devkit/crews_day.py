"""The pictures of a day's small jobs: the first screen, one payer for several, a reminder, what changed, and Home."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from playwright.sync_api import expect

from devkit.driving import LONG, NARROW, PHONE, TALL, answer, dialog, run
from devkit.studio import PUBLIC_URL

if TYPE_CHECKING:
    from devkit.studio import Studio

_PHONE: Final[dict[str, Any]] = {**PHONE, "device_scale_factor": 2}
_HOME: Final[dict[str, Any]] = {"viewport": {"width": 390, "height": 1500}, "has_touch": True, "is_mobile": True}


def the_first_screen(studio: Studio) -> None:
    """Show on a phone who of the channel's trip is not clear to board."""
    studio.clock.advance(minutes=1)
    with studio.seat("U0DANA", "C0CORY", **_PHONE) as phone:
        run(phone, "/payment-status")
        expect(answer(phone)).to_contain_text("clear to board")
        studio.take(phone, "first-screen")


def a_day_of_the_crew(studio: Studio) -> None:
    """Log for two patrons at once, look back, remind people to sign, and show Home and the month."""
    studio.clock.advance(minutes=2)
    with studio.seat("U0MARCO", "C0DOCK", **TALL) as page:
        run(page, "/log-payment sunrise elena pays for martin and beth 420 venmo")
        expect(dialog(page)).to_contain_text("Sum: $420.00 for 2 patrons")
        studio.take(page, "several-form", around=dialog(page))
        dialog(page).get_by_role("button", name="Log", exact=True).click()
        expect(dialog(page)).to_contain_text("Undo all")
        studio.take(page, "several-receipt", around=dialog(page))
        dialog(page).get_by_role("button", name="Done", exact=True).click()
        expect(dialog(page)).to_have_count(0)
        run(page, "/payment-status sunrise since 8:00")
        expect(answer(page)).to_contain_text("Since")
        studio.take(page, "changes", around=answer(page), margin=0)
    _remind(studio)
    _hand_over(studio)
    _home(studio, "U0MARCO", "home-crew")
    _home(studio, "U0OLIVIA", "home-office")
    with studio.seat("U0OLIVIA", "C0OFFICE", **NARROW) as office:
        run(office, "/payment-status month")
        expect(answer(office)).to_contain_text("May 2026")
        studio.take(office, "month", around=answer(office), margin=0)


def _remind(studio: Studio) -> None:
    """Remind the trip's channel, and open the page with the code that people scan."""
    with studio.announced(), studio.seat("U0DANA", "C0SUNSET", **NARROW) as page:
        run(page, "/waiver remind")
        card = page.locator("[data-ts]").filter(has_text="still have to sign").last
        expect(card.get_by_role("button", name="Take back")).to_be_visible()
        studio.take(page, "reminder", around=card, margin=0)
        run(page, "/waiver rosa")
        expect(answer(page).get_by_text("Show QR")).to_be_visible()
        link = answer(page).locator("[data-action-id=show_waiver_qr]").get_attribute("href") or ""
    with studio.window(link.replace(PUBLIC_URL, studio.site), **_PHONE) as code:
        expect(code.locator("svg").first).to_be_visible()
        studio.take(code, "qr-page")


def _hand_over(studio: Studio) -> None:
    """Show the cash that a person holds, hand it over to the office, and accept it there."""
    with (
        studio.announced(),
        studio.seat("U0DANA", "C0DOCK", **TALL) as dana,
        studio.seat("U0OLIVIA", "C0OFFICE", **NARROW) as office,
    ):
        run(dana, "/payment-status cash")
        expect(answer(dana).get_by_role("button", name="Hand over")).to_be_visible()
        studio.take(dana, "cash", around=answer(dana), margin=0)
        answer(dana).get_by_role("button", name="Hand over").click()
        dialog(dana).get_by_role("radio", name="in cash").check()
        dialog(dana).get_by_label("What you counted").fill("1,300.00")
        dialog(dana).get_by_label("What you counted").blur()
        studio.take(dana, "hand-over", around=dialog(dana))
        dialog(dana).get_by_role("button", name="Hand over", exact=True).click()
        asked = office.locator("[data-ts]").filter(has_text="1,300.00").first
        asked.get_by_role("button", name="I have it").click()
        expect(asked).to_contain_text("has it since")
        studio.take(office, "hand-over-accepted", around=asked, margin=0)


def a_pasted_roster(studio: Studio) -> None:
    """Paste a list as the office, and show its plan: a line that was not understood is left out."""
    with studio.seat("U0OLIVIA", "C0OFFICE", **TALL) as office:
        run(office, "/payment-status roster 2026-05-28-captain-cory-sunrise")
        dialog(office).get_by_role("textbox").fill(
            "Zoë Ångström, 2 people, zoe@example.com\nBeth Cooper +1 415 555 0199\nKim 4"
        )
        dialog(office).get_by_role("button", name="Show the plan").click()
        expect(dialog(office)).to_have_accessible_name("Roster: the plan")
        studio.take(office, "pasted-roster", around=dialog(office))
        dialog(office).get_by_role("button", name="Cancel", exact=True).click()
        expect(dialog(office)).to_have_count(0)


def _home(studio: Studio, user: str, name: str) -> None:
    """Open the app's Home tab on a phone."""
    with studio.seat(user, "C0DOCK", **_HOME) as page:
        page.get_by_role("button", name="Channels and people").click()
        page.get_by_role("button", name="Ship Captain Crew Home").click()
        expect(page.locator(".home")).to_contain_text("Captain Cory")
        studio.take(page, name)


def the_money_page(studio: Studio) -> None:
    """Open a month's money from the dispatch page."""
    with studio.seat("U0OLIVIA", "C0OFFICE", **NARROW) as page:
        run(page, "/dispatch")
        link = answer(page).locator("[data-action-id=open_dispatch]").get_attribute("href") or ""
    with studio.window(link.replace(PUBLIC_URL, studio.site), **LONG) as page:
        page.get_by_role("link", name="Money").click()
        expect(page.get_by_role("table", name="By event")).to_be_visible()
        studio.take(page, "money")
