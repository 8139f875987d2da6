"""The dispatch page at work: one row per patron, 130 of them on a phone, a search over everything, and small bars."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from devkit.local import today_at_the_dock
from tests.browser.office import (
    LOG,
    card,
    cards,
    dead,
    form,
    log_payment,
    log_unsent,
    open_card,
    open_form,
    open_row,
    patron,
)
from tests.browser.test_dispatch_looks import violations
from tests.builders import a_row, a_signature_row

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.office import Office

pytestmark = pytest.mark.browser

FILLED = ".btn-main:visible"
WRITES = """() => {
    window.writes = 0;
    new MutationObserver((all) => { window.writes += all.length; }).observe(
        document.querySelector("main"), { subtree: true, childList: true, attributes: true, characterData: true });
}"""
BARS = """async () => {
    for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame); // a new size is noticed
    const bars = [...document.querySelectorAll("body *")].filter((node) => {
        const { position, opacity } = getComputedStyle(node);
        return ["sticky", "fixed"].includes(position) && opacity !== "0" && node.checkVisibility();
    });
    const outer = bars.filter((node) => !bars.some((other) => other !== node && other.contains(node)));
    return Object.fromEntries(outer.map((node) => [node.id || node.className, node.offsetHeight / innerHeight]));
}"""
"""The parts that do not scroll with the page, and the share of the screen's height that each takes."""


def _names(opened: Locator) -> list[str]:
    return opened.locator("li.patron:visible .patron-name").all_text_contents()


def test_owing_come_first_then_unsigned_and_one_filled_button_is_for_who_owes(office: Office, page: Page) -> None:
    today = today_at_the_dock()
    eid = f"{today}-work"
    people: dict[str, Any] = {
        "ann": {"name": "Ann Abbott", "party": 2, "due": 100},
        "ben": {"name": "Ben Bay", "party": 1, "due": 50},
        "cleo": {"name": "Cleo Coe", "party": 1, "due": 0},
        "dot": {"name": "Dot Dee", "party": 3, "due": 90},
        "eve": {"name": "Eve Ede", "party": 1, "due": 0, "state": "no_show"},
    }
    paid = {
        "amount": Decimal(100),
        "method": "cash",
        "logged_by": "slack:U0DANA",
        "timestamp": "2026-05-22T18:00:00.000Z",
    }
    office.put(a_row(eid, title="Work", starts_at=f"{today}T23:00:00-08:00", patrons=people, payments={"ann": paid}))
    office.put(a_signature_row("s1", eid=eid, name="Ben Bay", patron_id="ben"))
    for number, name in enumerate(("Ann Abbott", "Al Abbott")):
        office.put(a_signature_row(f"a{number}", eid=eid, name=name, patron_id="ann"))
    office.enter(page, view="Today")
    expect(card(page, eid).locator(".figure")).to_have_text(["7 souls", "2 to pay $140.00", "4 to sign"])
    opened = open_card(page, eid)
    assert _names(opened) == ["Ben Bay", "Dot Dee", "Cleo Coe", "Ann Abbott", "Eve Ede"]
    assert [row.locator(FILLED).count() for row in opened.locator("li.patron").all()] == [1, 1, 0, 0, 0]
    expect(patron(page, eid, "dot").locator(".patron-row > span")).to_have_text(
        ["party of 3", "signed 0 of 3", "$90.00 to pay"]
    )
    expect(patron(page, eid, "eve").locator(".patron-party")).to_have_text("no-show")

    opened.get_by_role("button", name="To pay 2").click()
    log_payment(page, eid, "50", "ben")
    expect(form(page)).to_be_hidden()
    ben = patron(page, eid, "ben")
    expect(ben).to_contain_text("paid in full")
    assert _names(opened) == ["Ben Bay", "Dot Dee"], "who has just paid stays where they were"
    expect(ben.locator(FILLED)).to_have_count(0)
    expect(ben.locator(".patron-toggle")).to_be_focused()
    expect(opened.get_by_role("button", name="To pay 1")).to_be_visible()
    page.keyboard.press("Enter")
    expect(ben.locator(".entries li")).to_contain_text("Payment by cash")
    page.get_by_role("button", name="Refresh").click()
    expect(opened.locator("li.patron:visible .patron-name")).to_have_text(["Dot Dee"])
    opened.get_by_role("button", name="All 5").click()
    assert _names(opened) == ["Dot Dee", "Cleo Coe", "Ann Abbott", "Ben Bay", "Eve Ede"]
    open_row(page, eid, "ann").get_by_role("button", name="Log payment").click()
    expect(form(page).get_by_label("Patron")).to_have_value("ann")


def test_130_patrons_on_a_phone_cost_little_at_each_key_and_payment(office: Office, phone: Page) -> None:
    eid = f"{today_at_the_dock() + timedelta(days=2)}-harbor-festival-midday"
    office.enter(phone, view="This week")
    opened = open_card(phone, eid)
    rows = opened.locator("li.patron")
    expect(rows).to_have_count(130)
    assert rows.first.evaluate("node => getComputedStyle(node).contentVisibility") == "auto"
    assert opened.evaluate("node => node.querySelectorAll('*').length") < 130 * 16 + 100
    assert phone.evaluate("document.documentElement.scrollWidth") <= 375

    phone.evaluate(WRITES)
    opened.get_by_label("Find a patron").press("z")
    found = opened.locator("li.patron:visible").count()
    assert 0 < found < 130
    assert phone.evaluate("window.writes") <= 130 - found + 1, "only rows whose sight changes are written"
    phone.evaluate("window.writes = 0")
    opened.get_by_label("Find a patron").press("Backspace")
    expect(opened.locator("li.patron:visible")).to_have_count(130)
    for key in "harbor":
        phone.get_by_label("Search all events").press(key)
    assert phone.evaluate("window.writes") <= 130 + 60, "a key in the page's search writes no row"
    phone.get_by_label("Search all events").fill("")
    expect(phone.get_by_text("in the next 7 days")).to_be_visible()

    phone.evaluate("window.writes = 0")
    log_payment(phone, eid, "5", rows.first.get_attribute("data-patron-id") or "")
    expect(phone.locator("#toast")).to_contain_text("Logged $5.00")
    assert phone.evaluate("window.writes") < 80, "one row and the sums are written, not 130 rows"


def test_a_search_finds_whom_no_list_has_loaded_and_says_what_it_searched(office: Office, page: Page) -> None:
    today = today_at_the_dock()
    far, past, old = (f"{today + timedelta(days=days)}-trip" for days in (200, -20, -300))
    for eid, name in ((far, "Orla Quist"), (past, "Orla Quist"), (old, "Orla Quist <b>")):
        office.put(
            a_row(eid, title=f"Trip {eid}", month=eid[:7], patrons={"orla": {"name": name, "party": 2, "due": 80}})
        )
    office.enter(page, view="Today")
    search = page.get_by_label("Search all events")
    search.fill("quist, orla")
    expect(page.locator("#status")).to_have_text(re.compile(r"^2 events fit “quist, orla” from \w+ 1, \d+ to "))
    assert [each.get_attribute("data-eid") for each in cards(page).all()] == [far, past]
    assert violations(page) == []
    row = patron(page, far, "orla")
    expect(row).to_contain_text("$80.00 to pay")
    row.get_by_role("button", name="Log payment").click()
    form(page).get_by_label("Method").select_option("cash")
    form(page).get_by_role("button", name="Log payment", exact=True).click()
    expect(row).to_contain_text("paid in full")
    expect(card(page, far).locator(".figure-pay")).to_have_text("0 to pay")
    assert office.record(far, "orla")["amount"] == 80

    page.get_by_role("button", name="Search earlier months").click()
    expect(page.locator("#status")).to_contain_text("3 events fit")
    expect(patron(page, old, "orla").locator(".patron-name")).to_have_text("Orla Quist <b>")
    search.fill("nobody at all")
    expect(page.locator("#status")).to_contain_text("No event and no patron fits “nobody at all” from")
    page.route("**/api/search*", dead)
    search.fill("cory")
    expect(page.locator("#status")).to_contain_text("Only what this page has read was searched: 1 event for “cory”.")
    page.unroute("**/api/search*")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("#status")).to_contain_text("fit “cory” from")
    search.fill("")
    expect(page.locator("#status")).to_have_text("1 event today")


@pytest.mark.parametrize(
    ("size", "text"),
    [((320, 256), "100%"), ((390, 844), "200%"), ((375, 400), "200%"), ((1280, 800), "200%"), ((1280, 800), "100%")],
    ids=str,
)
def test_bars_that_stay_take_little_of_a_small_screen(
    office: Office, trip: str, page: Page, size: tuple[int, int], text: str
) -> None:
    width, height = size
    page.set_viewport_size({"width": width, "height": height})
    office.enter(page)
    page.evaluate("size => { document.documentElement.style.fontSize = size; }", text)
    open_card(page, trip)
    assert sum(page.evaluate(BARS).values()) <= 0.3
    page.context.route(LOG, dead)
    log_unsent(page, trip, "10")
    expect(page.get_by_text("1 payment not sent yet").first).to_be_visible()
    page.evaluate("scrollTo(0, 400)")
    bars = page.evaluate(BARS)
    assert bars.pop("toast", 0) <= 0.3, "it goes away by itself"
    assert sum(bars.values()) <= 0.3, bars
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    opened = open_form(page, trip, "ben.okafor")
    ends = ".sheet:not(.is-loose) :is(.sheet-head, .sheet-foot)"
    fixed = opened.locator(ends).evaluate_all("all => all.reduce((sum, node) => sum + node.offsetHeight, 0)")
    assert fixed <= 0.3 * height
    opened.get_by_role("button", name="Cancel").click()
    for other in ("money.html", "passengers.html"):
        page.goto(f"{office.url}/dispatch/{other}")
        page.evaluate("size => { document.documentElement.style.fontSize = size; }", text)
        assert sum(page.evaluate(BARS).values()) <= 0.3, other
