"""`make screenshots`: take the documents' pictures from the real Lambdas, on a day that never changes."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from playwright.sync_api import expect

from devkit.aws import EngineFailed
from devkit.crews_day import a_day_of_the_crew, a_pasted_roster, the_first_screen, the_money_page
from devkit.driving import LONG, NARROW, PHONE, TALL, WIDE, answer, composer, dialog, pick, run
from devkit.morning import a_morning_on_the_dock
from devkit.office_changes import a_moved_patron, an_edited_event
from devkit.studio import LARGEST, PICTURES, PUBLIC_URL, studio

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from playwright.sync_api import Page

    from devkit.studio import Studio

__all__ = ["LARGEST", "PICTURES"]


def log_a_payment(studio: Studio) -> None:
    """Log a payment as crew: the command, the type-ahead, an invalid amount, the form, the receipt."""
    with studio.seat("U0DANA", "C0CORY", **WIDE) as page:
        run(page, "/log-payment")
        patron = dialog(page).get_by_label("Patron", exact=True)
        patron.click()
        patron.press_sequentially("da")
        expect(page.get_by_role("option").first).to_contain_text("Dave Kowalski")
        studio.take(page, "form-patron", around=dialog(page))
        patron.press("Enter")
        expect(dialog(page).get_by_label("Amount in USD")).to_have_value("125.00")
        pick(page, "Method", "Cash")
        dialog(page).get_by_label("Amount in USD").fill("125,5,0")
        dialog(page).get_by_role("button", name="Log", exact=True).click()
        expect(dialog(page).locator("[aria-invalid=true]")).to_have_count(1)
        studio.take(page, "field-error", around=dialog(page))
        dialog(page).get_by_label("Amount in USD").fill("125.00")
        dialog(page).get_by_label("Notes").fill("on the dock")
        dialog(page).get_by_label("Notes").blur()
        studio.take(page, "form")
        dialog(page).get_by_role("button", name="Log", exact=True).click()
        expect(dialog(page)).to_have_accessible_name("Payment logged")
        studio.take(page, "receipt", around=dialog(page))
        dialog(page).get_by_role("button", name="Done", exact=True).click()
        expect(dialog(page)).to_have_count(0)


def words_that_are_not_understood(studio: Studio) -> None:
    """Show a form that asks for the amount, and the fields for a party that is not booked yet."""
    with studio.seat("U0MARCO", "C0CORY", **TALL) as page:
        run(page, "/log-payment ben 60 or 65 cash zodiac")
        expect(dialog(page).get_by_text("Which one is the amount")).to_be_visible()
        expect(dialog(page).get_by_label("Amount in USD")).to_have_value("")
        studio.take(page, "not-understood", around=dialog(page))
        dialog(page).get_by_role("button", name="Cancel", exact=True).click()
        expect(dialog(page)).to_have_count(0)
        run(page, "/log-payment cash")
        pick(page, "Patron", "Abe Lindqvist")
        dialog(page).get_by_label("Party").fill("4")
        expect(dialog(page).get_by_label("Amount in USD")).to_have_value("500.00")
        dialog(page).get_by_label("New patron's name").scroll_into_view_if_needed()
        dialog(page).get_by_label("New patron's name").focus()
        studio.take(page, "walk-up", around=dialog(page))
        dialog(page).get_by_role("button", name="Cancel", exact=True).click()
        expect(dialog(page)).to_have_count(0)


def ask_for_the_status(studio: Studio) -> None:
    """Show the status as the office sees it, and as crew see it."""
    studio.clock.advance(minutes=3)
    with studio.seat("U0OLIVIA", "C0OFFICE", **WIDE) as page:
        run(page, "/payment-status cory afternoon")
        expect(page.get_by_role("table")).to_be_visible()
        studio.take(page, "status-office")
    with studio.seat("U0OLIVIA", "C0OFFICE", **NARROW) as page:
        run(page, "/payment-status ines")
        expect(page.get_by_role("table")).to_have_count(2)
        studio.take(page, "balance-explained", around=answer(page), margin=0)


def share_the_waiver(studio: Studio) -> None:
    """Share the waiver's card in the channel, in light and dark colours."""
    studio.clock.advance(minutes=4)
    with studio.seat("U0DANA", "C0CORY", **NARROW) as page:
        run(page, "/waiver today")
        expect(page.locator("[data-action-id=open_waiver]")).to_be_visible()
        studio.take(page, "waiver", around=answer(page), margin=0)
    with studio.seat("U0OLIVIA", "C0DOCK", **WIDE, color_scheme="dark") as page:
        run(page, "/payment-status")
        expect(page.get_by_text("Outstanding on this page")).to_be_visible()
        studio.take(page, "dark")


def the_path_on_a_phone(studio: Studio) -> None:
    """Log a payment as crew on a phone."""
    studio.clock.advance(minutes=6)
    with studio.seat("U0MARCO", "C0CORY", **PHONE, device_scale_factor=2) as page:
        composer(page).fill("/log-payment ben 65 venmo")
        studio.take(page, "phone-1-command")
        composer(page).press("Enter")
        expect(dialog(page).get_by_label("Amount in USD")).to_have_value("65")
        studio.take(page, "phone-2-form")
        dialog(page).get_by_role("button", name="Log", exact=True).click()
        expect(dialog(page)).to_have_accessible_name("Payment logged")
        studio.take(page, "phone-3-receipt")
        dialog(page).get_by_role("button", name="Done", exact=True).click()
        run(page, "/payment-status ben")
        expect(answer(page)).to_contain_text("Clear to board")
        studio.take(page, "phone-4-status")


def sign_the_waiver(studio: Studio) -> None:
    """Open a party's personal link on a phone."""
    studio.clock.advance(minutes=1)
    with studio.seat("U0MARCO", "C0DOCK", **NARROW) as page:
        run(page, "/waiver sunset rosa")
        link = answer(page).locator("[data-action-id=open_waiver]").get_attribute("href") or ""
    with studio.window(link.replace(PUBLIC_URL, studio.site), **PHONE, device_scale_factor=2) as page:
        expect(page.locator("#party")).to_contain_text("1 of 2 has signed")
        studio.take(page, "waiver-party")


def sign(page: Page, name: str) -> None:
    """Sign the waiver in this name, typed."""
    page.get_by_label("Your full name", exact=True).fill(name)
    page.get_by_label("Type it").check()
    page.get_by_label("Type your full name as your signature").fill(name)
    page.get_by_label("I have read this waiver").check()
    page.get_by_role("button", name="Sign the waiver").click()
    expect(page.get_by_role("heading", name=f"Signed by {name}")).to_be_visible()


def void_a_payment(office: Page) -> None:
    """Void Owen's payment, with a reason."""
    run(office, "/payment-status owen")
    expect(answer(office)).to_contain_text("Owen McAllister")
    answer(office).get_by_role("button", name="Void an entry…").click()
    dialog(office).get_by_label("Entry").click()
    office.get_by_role("option").first.click()
    dialog(office).get_by_label("Why").fill("it was meant for the whale watch")
    dialog(office).get_by_role("button", name="Void it").click()
    dialog(office).get_by_role("button", name="Done", exact=True).click()


def what_follows_a_payment(studio: Studio) -> None:
    """Show the announcements, a correction in its thread, the boarding card, the mail, and the morning digest."""
    studio.clock.advance(minutes=8)
    with (
        studio.announced() as outbox,
        studio.seat("U0MARCO", "C0SUNSET", **TALL) as crew,
        studio.seat("U0OLIVIA", "C0OFFICE", **NARROW) as office,
    ):
        for posted, words in ((2, "owen 95 venmo"), (3, "rosa 90 cash")):  # the first also makes the card
            run(crew, f"/log-payment 2026-05-24-golden-gate-sunset {words}")
            dialog(crew).get_by_role("button", name="Log", exact=True).click()
            dialog(crew).get_by_role("button", name="Done", exact=True).click()
            expect(dialog(crew)).to_have_count(0)
            expect(crew.locator("[data-ts]")).to_have_count(posted)
            studio.clock.advance(minutes=1)
        with studio.window(
            f"{studio.site}/g/2026-05-24-golden-gate-sunset/waiver", **PHONE, device_scale_factor=2
        ) as page:
            sign(page, "Owen Macallister")
            studio.take(page, "waiver-pass")
        expect(crew.locator("[data-ts]")).to_have_count(4)
        studio.clock.advance(minutes=1)
        void_a_payment(office)
        expect(crew.locator(".message-reply")).to_have_count(1)
        expect(crew.locator("[data-ts]").filter(has_text="1 party has not paid")).to_have_count(1)
        studio.take(crew, "channel", around=crew.locator(".messages-list"), margin=0)
        run(crew, "/payment-status sunset")
        expect(crew.get_by_role("table")).to_be_visible()
        studio.take(crew, "status-crew", around=answer(crew), margin=0)
        with studio.window(outbox, **NARROW) as mails:
            expect(mails.locator(".mail")).to_have_count(4)
            mails.get_by_role("button", name="Post the morning digest now").click()
            expect(mails.get_by_role("status")).to_contain_text("Done")
            studio.take(mails, "outbox")
        digest = office.locator("[data-ts]").filter(has_text="Good morning")
        expect(digest).to_have_count(1)
        studio.take(office, "digest", around=digest, margin=0)


def fill_the_season(studio: Studio) -> None:
    """Create an event as the office, with a proposed id, and list the ids that break the rule."""
    with studio.seat("U0OLIVIA", "C0OFFICE", **TALL) as page:
        run(page, "/payment-status new")
        form = dialog(page)
        form.get_by_label("Title").fill("Golden Gate sunset")
        form.get_by_label("Date").fill("2026-06-06")
        form.get_by_label("Time").fill("18:30")
        form.get_by_label("Captain").fill("Mia Ortega")
        expect(form.get_by_label("Id", exact=True)).to_have_value("2026-06-06-captain-mia-sunset")
        form.get_by_label("Price for one in USD").fill("95")
        pick(page, "Channel (optional)", "trip-sunset")
        form.get_by_label("Title").scroll_into_view_if_needed()
        form.get_by_label("Title").focus()
        studio.take(page, "new-event", around=form)
        form.get_by_role("button", name="Create", exact=True).click()
        expect(form).to_have_accessible_name("Event created")
        form.get_by_role("button", name="Done", exact=True).click()
        expect(form).to_have_count(0)
    with studio.seat("U0OLIVIA", "C0OFFICE", **NARROW) as page:
        run(page, "/payment-status lint")
        expect(answer(page)).to_contain_text("python -m roster events fix")
        studio.take(page, "lint", around=answer(page), margin=0)


def the_dispatch_page(studio: Studio) -> None:
    """Open the dispatch page by the link that Slack hands out."""
    with studio.seat("U0OLIVIA", "C0OFFICE", **WIDE) as page:
        run(page, "/dispatch")
        link = answer(page).locator("[data-action-id=open_dispatch]").get_attribute("href") or ""
    with studio.window(link.replace(PUBLIC_URL, studio.site), **LONG) as page:
        page.get_by_role("button", name="This week").click()
        page.get_by_text("in the next 7 days").wait_for()
        page.locator("article.card .card-toggle").nth(1).click()
        page.locator("li.patron").first.wait_for()
        studio.take(page, "dispatch")


SCENES: Final[tuple[Callable[[Studio], None], ...]] = (
    log_a_payment,
    words_that_are_not_understood,
    the_first_screen,
    ask_for_the_status,
    share_the_waiver,
    the_path_on_a_phone,
    sign_the_waiver,
    what_follows_a_payment,
    a_morning_on_the_dock,
    a_day_of_the_crew,
    a_pasted_roster,
    an_edited_event,
    a_moved_patron,
    the_dispatch_page,
    the_money_page,
    fill_the_season,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Take every picture. Return 1, after one sentence, if an engine or Chromium is missing."""
    parser = argparse.ArgumentParser(prog="python -m devkit.screenshots", description="Take the documents' pictures.")
    parser.add_argument("--folder", type=Path, default=PICTURES, help="folder to write the pictures into")
    options = parser.parse_args(arguments)
    options.folder.mkdir(parents=True, exist_ok=True)
    try:
        with studio(options.folder) as ready:
            for scene in SCENES:
                scene(ready)
                print(f"{scene.__name__.replace('_', ' ')}: {len(ready.taken)} pictures so far", flush=True)
    except EngineFailed as trouble:
        print(trouble, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
