"""Events and patrons on the dispatch page, with odd names and over a bad connection."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from adapters.dynamo import ATTEMPTS
from devkit.local import today_at_the_dock
from tests.browser.office import (
    card,
    cards,
    log_payment,
    open_card,
    patron,
    tray,
)
from tests.builders import a_row

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

    from tests.browser.office import Office

pytestmark = pytest.mark.browser

ODD = "<script>alert(1)</script><b>Zed</b> & Sons 🦑"


def test_what_people_wrote_stays_text(office: Office, page: Page) -> None:
    today = today_at_the_dock()
    eid = f"{today}-odd-names"
    line = {"name": ODD, "party": Decimal(1), "due": Decimal(50)}
    office.put(
        a_row(eid, title=ODD, starts_at=f"{today}T23:00:00-08:00", patrons={"odd": line, "<i>x": {**line, "name": ""}})
    )
    office.enter(page)
    expect(card(page, eid).locator(".card-name")).to_have_text(ODD)
    log_payment(page, eid, "20", "odd")
    expect(page.locator("#toast")).to_have_text(f"Logged $20.00 from {ODD}. $30.00 to pay.")
    expect(patron(page, eid, "odd").locator(".patron-name")).to_have_text(ODD)
    page.context.route("**/payment-log", lambda route: route.abort())
    log_payment(page, eid, "5", "odd")
    tray(page).get_by_role("button", name="1 payment not sent yet").click()
    expect(tray(page)).to_contain_text(f"$5.00 Cash from {ODD}")
    assert page.locator("#page script, #page b b, .card i:not(.dot)").count() == 0


def test_events_are_found_by_words_by_day_and_further_ahead(office: Office, page: Page) -> None:
    today = today_at_the_dock()
    for days in range(34, 58):
        later = today + timedelta(days=days)
        office.put(
            a_row(
                f"{later}-later-trip", title="Later trip", starts_at=f"{later}T12:00:00-08:00", month=f"{later:%Y-%m}"
            )
        )
    office.enter(page)
    expect(cards(page)).to_have_count(20)
    page.get_by_role("button", name="Show later events").click()
    expect(page.get_by_text("32 coming events")).to_be_visible()
    expect(page.get_by_role("button", name="Show later events")).to_be_hidden()

    page.get_by_label("Search").fill("sunset")
    expect(cards(page)).to_have_count(1)
    page.get_by_label("Search").fill("zebra")
    expect(page.locator("#status")).to_have_text(re.compile("^No event and no patron fits “zebra” from .+ to .+"))
    page.get_by_label("Search").fill("")
    expect(page.get_by_text("32 coming events")).to_be_visible()

    bare = today - timedelta(days=5)
    page.get_by_label("Day", exact=True).fill(bare.isoformat())
    expect(page.locator("#status")).to_contain_text("on ")
    page.get_by_label("Day", exact=True).fill((today + timedelta(days=300)).isoformat())
    expect(page.locator("#status")).to_have_text(re.compile("^No events on "))
    page.get_by_role("button", name="Coming").click()
    expect(cards(page)).to_have_count(20)
    page.get_by_role("button", name="Show later events").click()
    expect(cards(page)).to_have_count(32)
    page.get_by_role("button", name="Refresh").click()
    expect(page.locator("#events")).not_to_have_attribute("aria-busy", "true")
    expect(cards(page)).to_have_count(32)


def test_an_event_with_a_bare_date_for_its_id_is_shown_with_a_warning(office: Office, page: Page) -> None:
    eid = str(today_at_the_dock())
    office.put(a_row(eid, title="Bare", starts_at=f"{eid}T23:30:00-08:00"))
    office.enter(page)
    expect(card(page, eid).locator(".chip-warn")).to_contain_text(f"The id “{eid}” is a bare date")
    log_payment(page, eid, "125")
    expect(patron(page, eid, "dave")).to_contain_text("paid in full")


def test_a_crowd_can_be_narrowed_to_those_who_matter(office: Office, page: Page) -> None:
    eid = f"{today_at_the_dock() + timedelta(days=2)}-harbor-festival-midday"
    office.enter(page)
    opened = open_card(page, eid)
    lines = opened.locator("li.patron:visible")
    expect(lines).to_have_count(130)
    opened.get_by_role("button", name=re.compile("^To pay")).click()
    expect(lines).to_have_count(52)
    opened.get_by_label("Find a patron").fill("nobody is called so")
    expect(opened.get_by_text("Nobody fits that.")).to_be_visible()


def test_loading_failure_and_emptiness_are_described_in_words(office: Office, page: Page) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/api/events?*", hold)
    page.clock.install()
    page.goto(office.link())
    expect(page.locator("#status")).to_have_text("Reading the events …")
    expect(page.locator("#events")).to_have_attribute("aria-busy", "true")
    page.clock.run_for(5_000)
    expect(page.locator("#status")).to_have_text("Still reading: the connection is slow.")
    held[0].abort()
    expect(page.locator("#status")).to_contain_text(
        "The events could not be read. The ledger cannot be reached right now."
    )
    page.unroute("**/api/events?*")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("1 event today")).to_be_visible()
    page.get_by_role("button", name="Coming").click()
    expect(page.get_by_text("8 coming events")).to_be_visible()

    eid = f"{today_at_the_dock() + timedelta(days=1)}-golden-gate-sunset"
    office.world.table_faults.fail_next("Query", throttle=True, times=ATTEMPTS)
    card(page, eid).locator(".card-toggle").click()
    expect(card(page, eid).get_by_role("alert")).to_contain_text("The ledger did not answer in time.")
    card(page, eid).get_by_role("button", name="Try again").click()
    expect(card(page, eid).locator("li.patron")).to_have_count(5)


def test_days_and_times_are_the_boats_whatever_the_browsers_zone(office: Office, page: Page) -> None:
    office.enter(page)
    shown = page.evaluate(
        """async () => {
            const { leaf, when } = await import("/dispatch/dates.js");
            const now = new Date("2026-05-23T06:30:00Z"); // still the 22nd at the dock
            return [when("2026-05-22T18:00:00-07:00", false, now), when("2026-05-23T13:00:00-07:00", false, now),
                    when("2026-05-23T13:00:00-07:00", true, now), when("2027-01-01T06:30:00-08:00", false, now),
                    leaf("2026-05-23T23:30:00-07:00").day];
        }"""
    )
    assert shown == ["Today, 6:00 PM", "Tomorrow, 1:00 PM", "Tomorrow", "Fri, Jan 1, 2027, 6:30 AM", "23"]
    assert date(2027, 1, 1).strftime("%a") == "Fri"
