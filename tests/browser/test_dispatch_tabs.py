"""Several tabs, links and people in one browser: every payment is sent once, in the name of its own person."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.office import (
    API,
    LOG,
    bring_line_back,
    cards,
    dead,
    form,
    log_unsent,
    open_card,
    open_form,
    pass_on,
    patron,
    press_log,
    tray,
)
from tests.browser.workspace_page import eventually

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.office import Office

pytestmark = pytest.mark.browser


def test_two_tabs_send_what_waits_once(office: Office, trip: str, page: Page) -> None:
    office.enter(page)
    second = office.enter(page.context.new_page())
    open_card(page, trip)
    open_card(second, trip)
    page.context.route(API, dead)
    log_unsent(page, trip, "10")
    expect(patron(second, trip, "dave")).to_contain_text("$10.00 not sent yet")
    sent = pass_on(page)
    page.context.unroute(API)
    bring_line_back(page)
    for tab in (page, second):
        expect(tray(tab)).to_be_hidden()
        expect(patron(tab, trip, "dave")).to_contain_text("$115.00 to pay")
    assert len(sent) == 1
    assert len(office.record(trip, "dave")["entries"]) == 1


def test_without_web_locks_two_tabs_still_send_once(office: Office, trip: str, page: Page) -> None:
    page.context.add_init_script("Object.defineProperty(Navigator.prototype, 'locks', { value: undefined })")
    office.enter(page)
    second = office.enter(page.context.new_page())
    open_card(page, trip)
    page.context.route(API, dead)
    log_unsent(page, trip, "10")
    expect(tray(second)).to_be_visible()
    page.context.unroute(API)
    bring_line_back(page)
    for tab in (page, second):
        expect(tray(tab)).to_be_hidden()
    assert len(office.record(trip, "dave")["entries"]) == 1


def test_a_link_that_ends_in_the_middle_loses_nothing(office: Office, trip: str, page: Page) -> None:
    office.enter(page)
    opened = open_form(page, trip)
    opened.get_by_label("Method").select_option("zelle")
    opened.get_by_label("Notes").fill("sent while boarding")
    page.evaluate("token => { window.adminToken = token; }", office.token(good_for=timedelta(hours=-1)))
    press_log(page)
    expect(opened.get_by_role("alert")).to_have_text(
        "Your link has ended. This payment is kept as not sent yet, and goes out once you open a new link. "
        "Type /dispatch in Slack for a new link."
    )
    expect(opened.get_by_label("Notes")).to_have_value("sent while boarding")
    opened.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("heading", name="Your link has ended")).to_be_visible()
    expect(cards(page).first).to_be_visible()
    tray(page).get_by_role("button", name="1 payment not sent yet").click()
    expect(tray(page)).to_contain_text("Waits for your new link.")
    assert office.record(trip, "dave") == {}

    opened = open_form(page, trip, "ben.okafor")
    opened.get_by_label("Notes").fill("half typed")
    second = office.enter(page.context.new_page())  # the new link opens in a tab of its own
    expect(second.locator("#who")).to_contain_text("Olivia Park")
    eventually(lambda: office.record(trip, "dave") != {})
    expect(opened.get_by_label("Notes")).to_have_value("half typed")
    opened.get_by_label("Method").select_option("cash")
    press_log(page)
    expect(form(page)).to_be_hidden()
    expect(page.get_by_role("heading", name="Your link has ended")).to_be_hidden()
    expect(tray(page)).to_be_hidden()
    record = office.record(trip, "dave")
    assert (len(record["entries"]), record["method"], record["notes"]) == (1, "zelle", "sent while boarding")
    assert office.record(trip, "ben.okafor")["amount"] == Decimal(125)


def test_one_persons_payments_never_go_out_under_another_persons_name(office: Office, trip: str, page: Page) -> None:
    office.enter(page)
    page.context.route(LOG, dead)
    log_unsent(page, trip, "10")
    expect(tray(page)).to_be_visible()
    page.close()
    page.context.unroute(LOG)
    marcos = office.enter(page.context.new_page(), subject="U0MARCO", name="Marco Bell")
    marcos.get_by_role("button", name="1 payment of others not sent yet").click()
    expect(tray(marcos)).to_contain_text("1 payment of Olivia Park waits here until they open their own link.")
    assert office.record(trip, "dave") == {}
    marcos.close()
    office.enter(page.context.new_page())
    eventually(lambda: office.record(trip, "dave") != {})
    assert office.record(trip, "dave")["logged_by"] == "web:U0OLIVIA"
