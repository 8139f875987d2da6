"""Announcements of a payment in a real browser: the table's stream, the announce Lambda, Slack and the outbox."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from devkit.local import today_at_the_dock
from devkit.season import plant
from devkit.slack import Link
from tests.ahead import keep_ahead
from tests.browser.announcer import an_announcer
from tests.browser.office import log_payment
from tests.browser.stage import a_trip_stage, draw
from tests.browser.workspace_page import composer, dialog, messages, run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Locator, Page

    from tests.browser.office import Office
    from tests.conftest import Engine, World

pytestmark = pytest.mark.browser

AMOUNT = re.compile(r"[$€£]\d")


@pytest.fixture
def event(world: World) -> str:
    """This afternoon's event with Captain Cory: Dave Kowalski owes 125.00 and has not signed, Ben Okafor owes 65.00."""
    today = today_at_the_dock()
    plant(world.client, world.table, today)
    keep_ahead(world.client, world.table, eid := f"{today}-captain-cory-afternoon")
    return eid


@pytest.fixture
def outbox(world: World, event: str) -> Iterator[str]:
    """The address of the outbox; everything that is written after the season is announced."""
    assert event
    with an_announcer(world) as url:
        yield url


def seat(world: World, page: Page, user: str, channel: str = "C0CORY") -> Page:
    page.goto(f"{world.url}/?user={user}&channel={channel}")
    composer(page).wait_for()
    return page


def live_card(page: Page) -> Locator:
    return messages(page).filter(has_text="This card keeps itself up to date")


def post_about(page: Page, words: str) -> Locator:
    return messages(page).filter(has_text=words)


def test_a_payment_from_the_dispatch_page_is_posted_counted_on_the_live_card_and_mailed(
    event: str, office: Office, outbox: str, page: Page, second_page: Page
) -> None:
    seat(office.world, page, "U0DANA")
    office.enter(second_page)
    log_payment(second_page, event, "120", "dave", "venmo")

    post = post_about(page, "Dave Kowalski paid $120.00 by venmo")
    expect(post).to_have_count(1)
    expect(post).to_contain_text("$5.00 to pay")
    expect(post).to_contain_text("logged by Olivia Park")
    expect(live_card(page)).to_have_count(1)
    expect(live_card(page)).to_contain_text("4 of 8 clear to board")
    expect(live_card(page)).to_contain_text("not paid in full. /board shows crew which.")
    expect(live_card(page)).not_to_contain_text("Ben Okafor")  # debts are for crew alone
    first = live_card(page).get_attribute("data-ts")

    expect(second_page.locator("#toast")).to_contain_text("Logged $120.00")
    log_payment(second_page, event, "65", "ben.okafor")
    expect(live_card(page)).to_contain_text("5 of 8 clear to board")
    expect(live_card(page)).to_have_count(1)
    assert live_card(page).get_attribute("data-ts") == first, "the same message, updated in place"
    assert not AMOUNT.search(live_card(page).inner_text()), "the card shows amounts"
    expect(messages(page)).to_have_count(3)

    second_page.goto(outbox)
    mails = second_page.locator(".mail")
    expect(mails).to_have_count(2)
    expect(second_page.locator("iframe[sandbox='']")).to_have_count(2)
    mail = mails.filter(has=second_page.get_by_role("heading", name=re.compile("Dave Kowalski paid")))
    expect(mail.locator(".about")).to_contain_text("to office@shipcaptaincrew.example")
    shown = mail.frame_locator("iframe")
    expect(shown.locator("body")).to_contain_text("$120.00")
    mail.get_by_text("As plain text").click()
    expect(mail.locator("pre")).to_contain_text("venmo")


def test_a_void_strikes_the_post_through_and_is_posted_in_its_thread(
    world: World, event: str, outbox: str, page: Page, second_page: Page
) -> None:
    assert outbox
    seat(world, page, "U0DANA")
    run(page, f"/log-payment {event} dave 125 cash")
    expect(dialog(page).get_by_label("Patron", exact=True)).to_have_value(re.compile("Dave Kowalski"))
    dialog(page).get_by_role("button", name="Log", exact=True).click()
    dialog(page).get_by_role("button", name="Done", exact=True).click()
    post = post_about(page, "Dave Kowalski paid $125.00 by cash")
    expect(post).to_contain_text("logged by Dana Reyes")
    expect(post.locator("s")).to_have_count(0)
    expect(live_card(page)).to_contain_text("Dave Kowalski: waiver missing")
    paid = re.compile(r"(\d+) paid").search
    before = paid(live_card(page).inner_text())
    assert before is not None

    seat(world, second_page, "U0OLIVIA", "C0OFFICE")
    run(second_page, "/payment-status dave kowalski")
    messages(second_page).last.get_by_role("button", name="Void an entry…").click()
    dialog(second_page).get_by_label("Entry").click()
    second_page.get_by_role("option").first.click()
    dialog(second_page).get_by_label("Why").fill("it was *Dave Mercer*")
    dialog(second_page).get_by_role("button", name="Void it").click()
    expect(dialog(second_page)).to_have_accessible_name("Voided")

    struck = page.locator(".message:not(.message-reply)").filter(has_text="voided by Olivia Park")
    expect(struck).to_have_count(1)
    expect(struck.locator("s").filter(has_text="$125.00")).to_have_count(1)
    expect(struck).to_contain_text("(edited)")
    reply = page.locator(".message-reply")
    expect(reply).to_have_count(1)
    expect(reply).to_contain_text("Voided by Olivia Park")
    expect(reply).to_contain_text("“it was *Dave Mercer*”")
    expect(live_card(page)).to_contain_text(f"{int(before[1]) - 1} paid")
    expect(messages(page)).to_have_count(3)


def test_a_signature_is_posted_and_clears_its_patron_on_the_live_card(
    world: World, event: str, dynamodb: Engine, page: Page, phone: Page
) -> None:
    with a_trip_stage(world, dynamodb.endpoint, event) as trip_stage:
        # Whatever the hour at which the tests run, the event is ahead.
        trip_stage.change(starts_at=f"{today_at_the_dock()}T23:30:00-08:00")
        with an_announcer(world):
            seat(world, page, "U0DANA")
            run(page, f"/payment-status {event} public")
            expect(live_card(page)).to_contain_text("Greg Halloran: waiver missing")

            phone.goto(trip_stage.link(trip_stage.party("greg.halloran")))
            phone.get_by_role("button", name="I am Greg Halloran").click()
            draw(phone)
            phone.get_by_label("I have read this waiver").check()
            phone.get_by_role("button", name="Sign the waiver").click()
            expect(phone.get_by_role("heading", name="Signed by Greg Halloran")).to_be_focused()

            expect(post_about(page, "Waiver signed by “Greg Halloran”")).to_contain_text("clear to board")
            expect(live_card(page)).to_contain_text("5 of 8 clear to board")
            expect(live_card(page)).not_to_contain_text("Greg Halloran")
            expect(live_card(page)).to_have_count(1)


def test_the_outbox_has_the_morning_digest_posted_as_often_as_asked(
    world: World, event: str, outbox: str, page: Page, second_page: Page
) -> None:
    assert event
    seat(world, second_page, "U0OLIVIA", "C0OFFICE")
    page.goto(outbox)
    expect(page.get_by_text("No mail yet.")).to_be_visible()
    page.get_by_role("button", name="Post the morning digest now").click()
    expect(page.get_by_role("status")).to_contain_text("Done")
    digest = messages(second_page).filter(has_text="Good morning!")
    expect(digest).to_contain_text("Captain Cory, afternoon")
    expect(digest).to_contain_text("Dave Kowalski")
    page.get_by_role("button", name="Post the morning digest now").click()
    expect(page.get_by_role("status")).to_contain_text("Done")
    expect(digest).to_have_count(2)


def test_the_workspace_leads_to_the_outbox(world: World, outbox: str, page: Page) -> None:
    world.slack.links = (Link(name="Mail outbox", url=f"{outbox}/"),)
    seat(world, page, "U0DANA")
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Mail outbox").click()
    expect(opened.value.get_by_role("heading", name="Mail outbox")).to_be_visible()
