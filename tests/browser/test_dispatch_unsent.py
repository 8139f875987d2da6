"""Payments that the dispatch page cannot send at once: kept, shown as not sent yet, and logged exactly once."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from adapters.dynamo import ATTEMPTS
from tests.browser.office import (
    API,
    LOG,
    bring_line_back,
    card,
    cards,
    dead,
    deaf,
    form,
    log_payment,
    log_unsent,
    never,
    open_card,
    open_form,
    open_row,
    pass_on,
    patron,
    press_log,
    refusing,
    tray,
    watch_posts,
)
from tests.browser.workspace_page import eventually

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.office import Office

pytestmark = pytest.mark.browser


def test_a_payment_made_offline_waits_through_a_reload_and_goes_out_once(office: Office, trip: str, page: Page) -> None:
    office.enter(page)
    open_card(page, trip)
    posts = watch_posts(page)
    page.context.set_offline(True)
    expect(page.get_by_text("You are offline.")).to_be_visible()
    log_unsent(page, trip, "120")
    expect(page.locator("#toast")).to_contain_text("Not sent yet")
    expect(card(page, trip).locator(".chips")).to_have_text("1 payment not sent yet")
    expect(patron(page, trip, "dave")).to_contain_text("$120.00 not sent yet")
    expect(patron(page, trip, "dave")).to_contain_text("$125.00 to pay")

    page.context.route(API, dead)
    with page.context.expect_event("requestfailed", lambda request: request.method == "POST"):
        page.context.set_offline(False)
    page.reload()
    expect(tray(page).get_by_role("button", name="1 payment not sent yet")).to_be_visible()
    assert office.record(trip, "dave") == {}
    page.context.unroute(API)
    bring_line_back(page)
    expect(tray(page)).to_be_hidden()
    expect(page.locator("#toast")).to_have_text("Logged $120.00 from Dave Kowalski. $5.00 to pay.")
    assert len(office.record(trip, "dave")["entries"]) == 1
    assert office.record(trip, "dave")["amount"] == Decimal(120)
    assert len({post.headers["idempotency-key"] for post in posts}) == 1
    page.get_by_role("button", name="Refresh").click()
    open_card(page, trip)
    expect(open_row(page, trip, "dave")).to_contain_text("$120.00 paid of $125.00")


def test_a_payment_whose_answer_was_lost_is_not_counted_twice(office: Office, trip: str, page: Page) -> None:
    office.enter(page)
    open_form(page, trip)
    page.context.route(LOG, deaf)
    form(page).get_by_label("Method").select_option("cash")
    press_log(page)
    expect(tray(page)).to_be_visible()
    expect(form(page)).to_be_hidden()
    assert office.record(trip, "dave")["amount"] == Decimal(125)
    page.close()

    again = page.context.new_page()
    page.context.unroute(LOG)
    office.enter(again)
    expect(again.locator("#toast")).to_have_text(
        "Already logged, and counted once: $125.00 from Dave Kowalski. Paid in full."
    )
    expect(tray(again)).to_be_hidden()
    assert len(office.record(trip, "dave")["entries"]) == 1


def test_a_payment_that_was_under_way_when_the_tab_closed_is_logged_by_the_next(
    office: Office, trip: str, page: Page
) -> None:
    office.enter(page)
    open_form(page, trip)
    form(page).get_by_label("Method").select_option("cash")
    page.context.route(LOG, never)
    press_log(page)
    eventually(lambda: page.evaluate("Object.keys(localStorage).length") == 1)
    expect(form(page).get_by_role("button", name="Logging …")).to_be_visible()
    expect(tray(page)).to_be_hidden()
    page.close()
    again = page.context.new_page()
    page.context.unroute(LOG)
    office.enter(again)
    expect(again.locator("#toast")).to_contain_text("$125.00 from Dave Kowalski. Paid in full.")
    assert len(office.record(trip, "dave")["entries"]) == 1


def test_a_throttled_table_is_tried_again_by_itself(office: Office, trip: str, page: Page) -> None:
    office.enter(page)
    open_card(page, trip)
    office.world.table_faults.fail_next("UpdateItem", throttle=True, times=ATTEMPTS)
    log_payment(page, trip, "125")
    expect(page.locator("#toast")).to_contain_text("Not sent yet: The ledger did not answer in time.")
    expect(patron(page, trip, "dave")).to_contain_text("paid in full")
    expect(tray(page)).to_be_hidden()
    assert len(office.record(trip, "dave")["entries"]) == 1


@pytest.mark.parametrize(
    "page_of_another", [(403, "<h1>Forbidden</h1>"), (403, '{"Message": null}'), (200, "Welcome!")]
)
def test_whoever_answers_in_the_apis_place_ends_no_link_and_loses_no_payment(
    office: Office, trip: str, page: Page, page_of_another: tuple[int, str]
) -> None:
    office.enter(page)
    open_card(page, trip)
    status, body = page_of_another
    page.route(LOG, lambda route: route.fulfill(status=status, body=body), times=1)
    log_payment(page, trip, "125")
    expect(page.locator("#toast")).to_contain_text("Not sent yet: The ledger did not answer.")
    expect(patron(page, trip, "dave")).to_contain_text("paid in full")
    expect(tray(page)).to_be_hidden()
    assert len(office.record(trip, "dave")["entries"]) == 1


def test_what_waits_goes_out_oldest_first_and_a_refused_one_holds_nobody_up(
    office: Office, trip: str, page: Page
) -> None:
    office.enter(page)
    open_card(page, trip)
    page.context.route(LOG, dead)
    for patron_id, amount in (("dave", "10"), ("ben.okafor", "20"), ("maria", "30")):
        log_unsent(page, trip, amount, patron_id)
    expect(card(page, trip).locator(".chips")).to_have_text("3 payments not sent yet")
    office.forget_patron(trip, "dave")
    sent = pass_on(page)
    bring_line_back(page)
    expect(tray(page)).to_contain_text("Refused: “dave” is not on this event's roster.")
    expect(tray(page).locator("li")).to_have_count(1)
    assert [amount for amount, _ in sent] == ["10.00", "20.00", "30.00"]
    assert office.record(trip, "maria")["amount"] == Decimal(155)

    page.reload()
    page.get_by_role("button", name="1 payment not sent yet · 1 refused").click()
    tray(page).get_by_role("button", name="Edit").click()
    expect(form(page).get_by_label("Amount")).to_have_value("10.00")
    expect(form(page).get_by_label("Patron")).to_have_accessible_description(re.compile("not on this event's roster"))
    form(page).get_by_label("Patron").select_option("ben.okafor")
    press_log(page)
    expect(tray(page)).to_be_hidden()
    assert office.record(trip, "ben.okafor")["amount"] == Decimal(90)
    assert len(sent) == 4
    assert sent[3] == sent[0]


def test_send_now_does_not_wait_for_the_next_try(office: Office, trip: str, page: Page) -> None:
    office.enter(page)
    open_card(page, trip)
    page.context.route(LOG, dead)
    page.clock.install()
    page.clock.pause_at(datetime.now(UTC) + timedelta(seconds=30))  # no timer of the page goes off any more
    log_unsent(page, trip, "10")
    expect(tray(page)).to_be_visible()
    page.context.unroute(LOG)
    tray(page).get_by_role("button", name="Send now").click()
    expect(tray(page)).to_be_hidden()
    assert office.record(trip, "dave")["amount"] == Decimal(10)


def test_a_payment_is_thrown_away_by_its_person_alone_and_only_when_sure(office: Office, trip: str, page: Page) -> None:
    office.enter(page)
    page.context.route(LOG, dead)
    log_unsent(page, trip, "10")
    tray(page).get_by_role("button", name="1 payment not sent yet").click()
    tray(page).get_by_role("button", name="Discard $10.00 from Dave Kowalski").click()
    expect(tray(page)).to_contain_text("It may have reached the ledger already.")
    expect(tray(page).get_by_role("button", name="Keep")).to_be_focused()
    tray(page).get_by_role("button", name="Keep").click()
    tray(page).get_by_role("button", name="Discard $10.00 from Dave Kowalski").click()
    tray(page).get_by_role("button", name="Yes, discard").click()
    expect(tray(page)).to_be_hidden()
    expect(patron(page, trip, "dave").locator(".chip")).to_be_hidden()
    page.context.unroute(LOG)
    bring_line_back(page)
    page.reload()
    expect(cards(page).first).to_be_visible()
    assert office.record(trip, "dave") == {}


def test_a_payment_that_looks_like_another_is_a_question_also_when_it_was_made_offline(
    office: Office, trip: str, page: Page
) -> None:
    office.enter(page)
    log_payment(page, trip, "60", method="venmo")
    expect(page.locator("#toast")).to_contain_text("Logged $60.00 from Dave Kowalski.")
    page.context.route(LOG, dead)
    log_unsent(page, trip, "60", method="venmo")
    posts = watch_posts(page)
    page.context.unroute(LOG)
    bring_line_back(page)
    expect(tray(page)).to_contain_text(
        "$60.00 by venmo for Dave Kowalski was logged just now. Is this another payment?"
    )
    bring_line_back(page)
    assert office.record(trip, "dave")["amount"] == 60, "the page confirms nothing by itself"

    tray(page).get_by_role("button", name="Answer $60.00 from Dave Kowalski").click()
    tick = form(page).get_by_label("Yes, this is another payment")
    expect(tick).not_to_be_checked()
    press_log(page)
    expect(tick).to_have_accessible_description(
        "Tick this if it is another payment. If it is the same one, press Cancel."
    )
    assert len(posts) == 1
    tick.check()
    form(page).get_by_label("Amount").fill("50")
    press_log(page)
    expect(form(page)).to_be_hidden()
    expect(tray(page)).to_be_hidden()
    assert ["confirm" in str(post.post_data) for post in posts] == [False, False], "the tick was about another amount"

    log_payment(page, trip, "50", method="venmo")
    tick.check()
    press_log(page)
    expect(form(page)).to_be_hidden()
    assert office.record(trip, "dave")["amount"] == 160


def test_a_key_that_another_payment_already_has_is_replaced(office: Office, trip: str, page: Page) -> None:
    office.enter(page)
    open_card(page, trip)
    page.context.route(LOG, dead)
    log_unsent(page, trip, "10")
    sentence = "This form was already logged, as 7.00. Nothing was changed. For another payment, start a new form."
    posts = watch_posts(page)
    page.context.route(LOG, lambda route: route.fulfill(**refusing(409, sentence, "amount")))
    bring_line_back(page)
    tray(page).get_by_text("1 payment not sent yet · 1 refused").wait_for()
    expect(tray(page)).to_contain_text(f"Refused: {sentence}")
    page.context.unroute(LOG)
    tray(page).get_by_role("button", name="Log anew $10.00 from Dave Kowalski").click()
    expect(form(page).get_by_label("Amount")).to_have_accessible_description(sentence)
    press_log(page)
    expect(tray(page)).to_be_hidden()
    assert office.record(trip, "dave")["amount"] == Decimal(10)
    assert len({post.headers["idempotency-key"] for post in posts}) == 2
