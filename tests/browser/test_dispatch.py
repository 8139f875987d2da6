"""The dispatch page in a real browser: events, patrons and the form, through edge and web Lambda to the table."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from charter.money import parse_amount, plain_amount
from charter.refusals import Refusal
from charter.roles import Role
from tests.browser.office import (
    PUBLIC,
    card,
    cards,
    form,
    open_form,
    open_row,
    patron,
    press_log,
    tray,
    watch_posts,
)
from tests.browser.workspace_page import composer, messages, run

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.office import Office

pytestmark = pytest.mark.browser


def test_a_payment_goes_from_slacks_link_to_the_card_the_table_and_slacks_status(
    office: Office, trip: str, page: Page, second_page: Page
) -> None:
    second_page.goto(f"{office.world.url}/?user=U0OLIVIA&channel=C0OFFICE")
    composer(second_page).wait_for()
    run(second_page, "/dispatch")
    link = messages(second_page).locator("[data-action-id=open_dispatch]").get_attribute("href")
    assert link is not None
    page.goto(link.replace(PUBLIC, office.url))

    expect(cards(page).first).to_contain_text("Captain Cory, afternoon")
    expect(card(page, trip).locator(".figure")).to_have_text(["8 souls", "2 to pay $190.00", "3 to sign"])
    expect(card(page, trip).locator(".card-facts > *")).to_have_text(
        ["0 aboard of 8 expected, the boat takes 12", "1 signature not matched"]
    )
    opened = open_form(page, trip)
    expect(opened).to_have_class(re.compile(r"\bactive\b"))
    expect(opened.get_by_label("Amount")).to_have_value("125.00")
    expect(opened.get_by_label("Logged by")).to_have_value("Olivia Park")
    opened.get_by_label("Amount").fill("$120")
    opened.get_by_label("Method").select_option("venmo")
    opened.get_by_label("Notes").fill("rest & tip <later>")
    page.evaluate("window.notReloaded = true")
    press_log(page)

    expect(opened).not_to_have_class(re.compile(r"\bactive\b"))
    expect(page.locator("#toast")).to_have_text("Logged $120.00 from Dave Kowalski. $5.00 to pay.")
    expect(card(page, trip).locator(".figure-pay")).to_have_text("2 to pay $70.00")
    expect(patron(page, trip, "dave").get_by_role("button", name="Log payment")).to_be_focused()
    row = open_row(page, trip, "dave")
    expect(row).to_contain_text("Partly paid")
    expect(row).to_contain_text("$120.00 paid of $125.00")
    expect(row.locator(".entries li")).to_contain_text("Payment by venmo: rest & tip <later>")
    assert page.evaluate("window.notReloaded") is True

    record = office.record(trip, "dave")
    assert (record["amount"], record["method"], record["logged_by"]) == (Decimal(120), "venmo", "web:U0OLIVIA")
    assert record["notes"] == "rest & tip <later>"
    run(second_page, "/payment-status cory afternoon")
    row = messages(second_page).last.get_by_role("row", name=re.compile("Dave Kowalski"))
    expect(row).to_contain_text("$120.00")


def test_the_token_leaves_the_address_survives_a_reload_and_stays_in_its_tab(office: Office, page: Page) -> None:
    office.enter(page)
    assert page.url == f"{office.url}/dispatch"
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 1]
    page.reload()
    expect(cards(page).first).to_be_visible()
    expect(page.locator("#who")).to_have_text(re.compile(r"Olivia Park · link until \d+:\d\d [AP]M"))
    other = page.context.new_page()
    other.goto(f"{office.url}/dispatch/anything")
    expect(other.get_by_role("heading", name="This page opens from Slack")).to_be_visible()
    expect(other.locator("#gate")).to_contain_text("Type /dispatch")
    expect(other.locator("#board")).to_be_hidden()


@pytest.mark.parametrize(
    ("token", "heading"),
    [
        ({"good_for": timedelta(hours=-1)}, "Your link has ended"),
        ({"audience": "https://elsewhere.example.com"}, "Your link has ended"),
        ({"role": Role.CREW}, "This page is for the office"),
    ],
)
def test_a_link_that_is_not_good_says_how_to_get_another(
    office: Office, page: Page, token: dict[str, object], heading: str
) -> None:
    page.goto(office.link(**token))
    expect(page.get_by_role("heading", name=heading)).to_be_visible()
    expect(page.locator("#gate")).to_contain_text("/dispatch")
    expect(page.locator("#board")).to_be_hidden()
    assert page.url == f"{office.url}/dispatch"
    page.goto(office.link())  # a new one, in the same tab: only the fragment changes
    expect(cards(page).first).to_be_visible()
    expect(page.get_by_role("heading", name=heading)).to_be_hidden()
    assert page.url == f"{office.url}/dispatch"


def _written_by_a_stranger(office: Office, subject: str) -> str:
    return office.link(subject=subject, name="Mallory").rpartition(".")[0] + ".AAAA"


@pytest.mark.parametrize("subject", ["U0OLIVIA", "U0MALLORY"])
def test_a_link_that_a_stranger_wrote_signs_nobody_out(office: Office, page: Page, subject: str) -> None:
    office.enter(page)
    second = office.enter(page.context.new_page())
    for forged in (
        _written_by_a_stranger(office, subject),
        f"{office.url}/dispatch#token=x",
        office.link(role=Role.CREW),
    ):
        third = page.context.new_page()  # a tab that has no token yet
        third.goto(forged)
        expect(third.locator("#gate")).to_be_visible()
        third.close()
        page.goto("about:blank")
        with page.expect_response(re.compile("limit=1$")):
            page.goto(forged)
        with second.expect_response(re.compile("limit=1$")):
            second.evaluate("hash => { location.hash = hash; }", forged.partition("#")[2])
        for tab in (page, second):
            assert "token" not in tab.url
            expect(cards(tab).first).to_be_visible()
            expect(tab.locator("#who")).to_contain_text("Olivia Park")
            tab.reload()
            expect(cards(tab).first).to_be_visible()
            expect(tab.locator("#gate")).to_be_hidden()


def test_a_good_link_of_somebody_else_replaces_who_works_in_the_tab(office: Office, page: Page) -> None:
    office.enter(page)
    page.goto(office.link(subject="U0MARCO", name="Marco Bell"))
    expect(page.locator("#who")).to_contain_text("Marco Bell")
    expect(cards(page).first).to_be_visible()
    page.reload()
    expect(page.locator("#who")).to_contain_text("Marco Bell")


def test_a_mistyped_amount_is_reported_on_its_field_and_nothing_is_sent(office: Office, trip: str, page: Page) -> None:
    office.enter(page)
    posts = watch_posts(page)
    opened = open_form(page, trip)
    opened.get_by_label("Notes").fill("from his brother")
    opened.get_by_label("Amount").fill("1,2,3")
    press_log(page)
    amount, method = opened.get_by_label("Amount"), opened.get_by_label("Method")
    expect(amount).to_have_attribute("aria-invalid", "true")
    expect(amount).to_have_accessible_description(re.compile("“1,2,3” is not an amount in USD"))
    expect(amount).to_be_focused()
    expect(method).to_have_accessible_description("Choose how it was paid.")
    amount.fill("120")
    expect(amount).not_to_have_attribute("aria-invalid", "true")
    expect(opened.get_by_label("Notes")).to_have_value("from his brother")
    assert posts == []


def test_what_the_ledger_refuses_stands_on_its_field_and_what_was_typed_stays(
    office: Office, trip: str, page: Page
) -> None:
    office.enter(page)
    opened = open_form(page, trip)
    office.forget_patron(trip, "dave")
    opened.get_by_label("Method").select_option("cash")
    opened.get_by_label("Notes").fill("on the dock")
    press_log(page)
    expect(opened.get_by_label("Patron")).to_have_accessible_description(re.compile("is not on this event's roster"))
    expect(opened.get_by_label("Notes")).to_have_value("on the dock")
    expect(tray(page)).to_be_hidden()
    opened.get_by_label("Patron").select_option("ben.okafor")
    expect(opened.get_by_label("Amount")).to_have_value("65.00")
    press_log(page)
    expect(form(page)).to_be_hidden()
    assert office.record(trip, "ben.okafor")["amount"] == Decimal(125)


def test_amounts_are_read_as_the_ledger_reads_them(office: Office, page: Page) -> None:
    texts = [
        "125",
        "125.5",
        "$1,250.00",
        " 125 usd",
        "USD 7",
        "0",
        "0.00",
        "-5",
        "1,2,3",
        "1,2345",
        "100000",
        "100000.01",
    ]
    texts += ["", " ", "12.345", "1e3", "½", "١٢", "1.", ".5", "$", "125 $", "9" * 39, "9" * 41, "1 000", "12,50", "€5"]
    texts += ["US$125", "0,250", "01,250", "0125", "\u200b120", "120\u200e", "us$ 5", "-.5", "$.5", ".", ".505"]
    office.enter(page)
    results = page.evaluate(
        """async (texts) => {
            const { readAmount } = await import("/dispatch/money.js");
            return texts.map((text) => readAmount(text, "USD")).map(({ text, trouble }) => text ?? trouble);
        }""",
        texts,
    )

    def read(text: str) -> str:
        try:
            return plain_amount(parse_amount(text, currency="USD"))
        except Refusal as refusal:
            return str(refusal)

    assert dict(zip(texts, results, strict=True)) == {text: read(text) for text in texts}


def test_pressing_log_twice_logs_one_payment(office: Office, trip: str, page: Page) -> None:
    office.enter(page)
    opened = open_form(page, trip)
    opened.get_by_label("Method").select_option("cash")
    posts = watch_posts(page)
    office.world.table_faults.fail_next("UpdateItem", delay=0.3)
    opened.get_by_role("button", name="Log payment", exact=True).dblclick()
    page.keyboard.press("Enter")
    expect(form(page)).to_be_hidden()
    expect(patron(page, trip, "dave")).to_contain_text("paid in full")
    assert len(posts) == 1
    assert len(office.record(trip, "dave")["entries"]) == 1


def test_a_form_that_is_closed_on_the_way_still_logs_and_leaves_the_next_one_free(
    office: Office, trip: str, page: Page
) -> None:
    office.enter(page)
    opened = open_form(page, trip)
    opened.get_by_label("Method").select_option("cash")
    office.world.table_faults.fail_next("UpdateItem", delay=1.0)
    press_log(page)
    opened.get_by_role("button", name="Logging …").wait_for()
    page.keyboard.press("Escape")
    expect(opened).to_be_hidden()
    open_form(page, trip, "ben.okafor")
    opened.get_by_label("Method").select_option("venmo")
    press_log(page)
    expect(opened).to_be_hidden()
    expect(patron(page, trip, "dave")).to_contain_text("paid in full")
    expect(patron(page, trip, "ben.okafor")).to_contain_text("paid in full")
    assert len(office.record(trip, "dave")["entries"]) == 1


def test_the_pages_own_functions_send_what_the_api_wants(office: Office, trip: str, page: Page) -> None:
    office.enter(page)
    posts = watch_posts(page)
    opened = open_form(page, trip)
    opened.get_by_label("Method").select_option("cash")
    page.evaluate("window.submitPaymentLog()")
    expect(form(page)).to_be_hidden()
    headers = posts[0].headers
    assert headers["authorization"] == f"Bearer {page.evaluate('window.adminToken')}"
    assert re.fullmatch(r"[0-9a-f-]{36}", headers["idempotency-key"])
    assert re.fullmatch(r"[0-9a-f]{64}", headers["x-amz-content-sha256"])
    assert json.loads(posts[0].post_data or "") == {"patron_id": "dave", "amount": "125.00", "method": "cash"}
    assert page.evaluate("window.apiFetch('/api/events?limit=1').then((response) => response.status)") == 200
