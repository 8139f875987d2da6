"""The page *Money*: a month's books on a phone, the same numbers as the API's, and the operator's files."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import expect

from adapters.books import DynamoBooks
from adapters.ledger import DynamoLedger
from adapters.months import DynamoMonths
from charter.event_ids import title_of
from charter.months import next_to
from charter.payments import Source
from devkit.books import plant_with_books
from devkit.local import today_at_the_dock
from tests.browser.test_dispatch_looks import violations
from tests.builders import DANA, ZONE, a_draft, a_refund, a_row
from tests.roster.command import roster

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser.office import Office

pytestmark = pytest.mark.browser

STOCKHOLM = [f"2026-05-{day}-stockholm" for day in range(10, 21)]
FIELDS = {"Net": "net", "Payments": "payments", "Refunds": "refunds", "Tips, not in the net": "tips"}
BAR = 0.3  # of the screen, at most, is under the bar that stays
OVERFLOWS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def months_of(office: Office, trip: str) -> tuple[str, str]:
    """Log in two currencies, keep the books, close last month, and return this month and the one before."""
    now = datetime.now(ZONE)
    plant_with_books(office.world.client, office.world.table, today_at_the_dock())
    for eid in STOCKHOLM:
        office.put(a_row(eid, currency="SEK"))
    ledger = DynamoLedger(office.world.client, office.world.table, zone=ZONE, currency="USD")
    before = now.replace(day=1) - timedelta(days=1)
    for draft, moment in (
        (a_draft("m1", "dave", "40.00", eid=trip, tip="7.00"), now),
        *((a_draft(f"s{place}", "ana", "10.00", eid=eid), now) for place, eid in enumerate(STOCKHOLM)),
        (a_draft("m3", "dave", "30.00", eid=trip, method="check"), before),
    ):
        ledger.log(draft, by=DANA, source=Source.SLACK, now=moment)
    books = DynamoBooks(office.world.client, office.world.table, zone=ZONE, currency="USD", clock=lambda: 0.0)
    for eid in (trip, *STOCKHOLM):
        books.refresh(eid)
    this, last = f"{now:%Y-%m}", f"{before:%Y-%m}"
    DynamoMonths(office.world.client, office.world.table).close(last, by="slack:U0OLIVIA", now=now)
    ledger.reverse(a_refund("r1", "10.00", eid=trip), by=DANA, source=Source.SLACK, now=before)
    books.refresh(trip)
    return this, last


def of_the_api(office: Office, path: str) -> Any:
    request = Request(f"{office.url}{path}", headers={"Authorization": f"Bearer {office.token()}"})  # noqa: S310
    with urlopen(request) as answer:  # noqa: S310 - our own site
        return json.load(answer)


def dollars(amount: str | Decimal) -> str:
    number = Decimal(amount)
    return f"{'-' if number < 0 else ''}${abs(number):,.2f}"


def test_a_month_on_a_phone_has_the_numbers_of_the_api_and_the_operators_files(
    office: Office, second_phone: Page, trip: str, tmp_path: Path
) -> None:
    this, last = months_of(office, trip)
    page = second_phone
    office.enter(page)
    page.get_by_role("link", name="Money").click()
    page.get_by_label("Month", exact=True).fill(this)  # the browser's clock may be in another month than the boat's
    usd = page.locator("[data-currency=USD]")
    expect(page.locator(".month-name")).to_have_text(f"{datetime.now(ZONE):%B %Y}")
    sums, crew = (of_the_api(office, f"/api/books/{this}{end}")["currencies"]["USD"] for end in ("", "/crew"))
    expect(usd.locator(".headline strong")).to_have_text(dollars(sums["total"]["net"]))
    totals = usd.get_by_role("table", name="Sums in USD")
    for words, field in FIELDS.items():
        head = page.get_by_role("rowheader", name=words, exact=True)
        cells = totals.get_by_role("row").filter(has=head).get_by_role("cell")
        now, before = (Decimal(sums[each][field]) for each in ("total", "before"))
        change = f"{'' if now < before else '+'}{dollars(now - before)}" if now != before else "–"
        assert cells.all_inner_texts() == [dollars(now), change]
    for title, field in (("By method", "by_method"), ("By event", "by_event")):
        rows = usd.get_by_role("table", name=title).locator("tbody tr")
        assert rows.locator("td:nth-child(2)").all_text_contents() == [
            dollars(each["net"]) for each in sorted(sums[field].values(), key=lambda one: -Decimal(one["net"]))
        ]
    name = f"{today_at_the_dock():%b %-d} · {title_of(trip)}"
    expect(usd.get_by_role("rowheader", name=name, exact=True, include_hidden=True)).to_have_count(1)
    hands = usd.get_by_role("table", name="By hand")
    expect(hands.get_by_role("rowheader", name="Dana Reyes")).to_be_visible()
    tips = usd.get_by_role("table", name="Tips by crew")
    expect(tips.locator("caption")).to_have_text(f"Tips by crew: {dollars(crew['total'])} in all")
    crowns = page.locator("[data-currency=SEK]")
    expect(crowns.locator(".headline strong")).to_have_text("110.00 SEK")
    rows = crowns.get_by_role("table", name="By event").locator("tbody tr")
    expect(rows.nth(10)).to_be_hidden()
    crowns.get_by_role("button", name="Show all 11: By event").click()
    expect(rows.nth(10)).to_be_focused()
    assert page.evaluate(OVERFLOWS) <= 0
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate(OVERFLOWS) <= 0
    assert page.evaluate("document.querySelector('.bar').offsetHeight / innerHeight") < BAR
    page.evaluate("document.documentElement.style.fontSize = ''")
    assert violations(page) == []
    for words, form, name in (("CSV", "csv", "csv"), ("hledger", "hledger", "journal")):
        with page.expect_download() as coming:
            page.get_by_role("button", name=words).click()
        assert coming.value.suggested_filename == f"payments-logged-{this}.{name}"
        coming.value.save_as(tmp_path / name)
        command = ("export", "payments", "--logged", this, "--format", form)
        written = roster(office.world.client.meta.endpoint_url, office.world.table, *command)
        assert (tmp_path / name).read_bytes() == written.stdout_bytes

    page.get_by_role("button", name="The month before").click()
    expect(page.locator(".closed")).to_have_text(
        re.compile(r"^Closed by Olivia Park on .*; since then: \+1 entry, -\$10\.00\.$")
    )
    page.reload()
    expect(page.get_by_label("Month", exact=True)).to_have_value(last)
    page.get_by_role("link", name="Past unpaid").click()
    expect(page.get_by_role("button", name="Past unpaid")).to_have_attribute("aria-pressed", "true")


def test_what_goes_wrong_is_one_sentence_with_its_reference(office: Office, page: Page, trip: str) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto(f"{office.url}/dispatch/money.html")
    expect(page.locator("#notices")).to_contain_text("This page opens from Slack.")
    page.goto(f"{office.url}/dispatch/money.html#token={office.token()}")
    sentence = re.compile(r"^There are no books yet.* Press Refresh\. Reference: [0-9A-Z]{4}-[0-9A-Z]{4}\.$")
    expect(page.locator("#notices")).to_have_text(sentence)
    this, _ = months_of(office, trip)
    page.get_by_role("button", name="Refresh").click()
    expect(page.locator("[data-currency=USD]")).to_be_visible()
    assert violations(page) == []
    page.route("**/crew", lambda route: route.fulfill(status=503, body='{"detail": "The table is busy."}'))
    page.get_by_role("button", name="Refresh").click()
    expect(page.locator(".note-bad")).to_have_text("No tips by crew, and no names: The table is busy.")
    expect(page.locator("[data-currency=USD] .headline")).to_be_visible()
    page.route("**/api/exports/**", lambda route: route.fulfill(status=409, body='{"detail": "It is too large."}'))
    page.get_by_role("button", name="JSON").click()
    expect(page.locator("#toast")).to_have_text("No file: It is too large.")
    page.context.set_offline(True)
    page.get_by_role("button", name="Refresh").click()
    expect(page.locator("#notices")).to_have_text("This may be out of date. You are offline. Press Refresh.")
    page.context.set_offline(False)
    page.get_by_label("Month", exact=True).fill("2031-01")
    expect(page.locator(".headline")).to_have_text("Nothing was logged in January 2031 or December 2030.")
    page.goto(f"{office.url}/dispatch/money.html?month={next_to(this, -1)}")
    expect(page.get_by_label("Month", exact=True)).to_have_value(next_to(this, -1))
    page.route("**/api/books/*", lambda route: route.fulfill(status=401, body='{"detail": "This token has expired."}'))
    page.get_by_role("button", name="Refresh").click()
    expect(page.locator("#notices")).to_have_text("This token has expired.")
