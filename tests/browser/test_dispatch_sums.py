"""Sums of the dispatch page that leave nothing out, and its search for names in any spelling."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from charter import names
from devkit.local import today_at_the_dock
from tests.browser.office import card, cards, form, log_payment, open_card, open_form, patron
from tests.builders import a_row
from tests.charter.test_names import ALIKE

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.office import Office

pytestmark = pytest.mark.browser


def _line(name: str, due: int = 125) -> dict[str, Any]:
    return {"name": name, "party": Decimal(1), "due": Decimal(due)}


def _paid(amount: int) -> dict[str, Any]:
    return {
        "amount": Decimal(amount),
        "method": "cash",
        "logged_by": "slack:U0DANA",
        "timestamp": "2026-05-22T18:00:00.000Z",
    }


def _event(office: Office, people: dict[str, tuple[str, int, int]], *, in_days: int = 0, **attributes: Any) -> str:
    """Write an event of today with these people (name, due, paid) and return its id.

    The page reads the patrons of today's events ahead, of later ones only when their card is opened.
    """
    day = today_at_the_dock() + timedelta(days=in_days)
    eid = f"{day}-sums"
    office.put(
        a_row(
            eid,
            title="Sums",
            starts_at=f"{day}T23:30:00-08:00",
            patrons={key: _line(name, due) for key, (name, due, _) in people.items()},
            payments={key: _paid(paid) for key, (_, _, paid) in people.items() if paid},
            **attributes,
        )
    )
    return eid


def _bar(opened: Locator) -> Locator:
    return opened.locator(".sum-bar")


def test_what_one_paid_too_much_does_not_hide_what_another_owes(office: Office, page: Page) -> None:
    eid = _event(office, {"a": ("Ana", 500, 885), "b": ("Ben", 500, 190), "c": ("Cleo", 500, 500)})
    office.enter(page)
    opened = open_card(page, eid)

    expect(opened.locator(".sum")).to_have_text(
        "$1,575.00 paid of $1,500.00 due · $310.00 still to pay · $385.00 too much"
    )
    expect(_bar(opened)).not_to_have_class(re.compile("is-full|is-over"))
    expect(_bar(opened).locator(".meter-in")).to_have_attribute("style", "width: 79.3%;")
    expect(card(page, eid).locator(".figure-pay")).to_have_text("1 to pay $310.00")

    log_payment(page, eid, "310", "b")
    expect(opened.locator(".sum")).to_have_text("$1,885.00 paid of $1,500.00 due · $385.00 too much")
    expect(_bar(opened)).to_have_class(re.compile("is-full"))


def test_a_cent_that_is_owed_leaves_the_bar_short(office: Office, page: Page) -> None:
    eid = _event(office, {"a": ("Ana", 90_000, 90_000), "b": ("Ben", 1, 0)})
    office.enter(page)
    opened = open_card(page, eid)
    expect(opened.locator(".sum")).to_have_text("$90,000.00 paid of $90,001.00 due · $1.00 still to pay")
    expect(_bar(opened).locator(".meter-in")).to_have_attribute("style", "width: 99%;")
    expect(_bar(opened)).not_to_have_class(re.compile("is-full"))


def test_a_cancelled_event_says_what_must_be_given_back(office: Office, page: Page) -> None:
    people = {"a": ("Ana", 125, 125), "b": ("Ben", 125, 125), "c": ("Cleo", 125, 0)}
    eid = _event(office, people, in_days=1, status="cancelled")
    office.enter(page)
    expect(card(page, eid).locator(".figure")).to_have_text(["3 souls", "2 paid $250.00 to give back"])
    opened = open_card(page, eid)

    expect(opened.locator(".sum")).to_have_text("$250.00 paid must be given back")
    expect(_bar(opened)).to_be_hidden()
    expect(patron(page, eid, "a").locator(".patron-balance")).to_have_text("$125.00 to give back")
    expect(patron(page, eid, "c").locator(".patron-balance")).to_have_text("nothing to give back")
    opened.get_by_role("button", name="To give back 2").click()
    expect(opened.locator("li.patron:visible")).to_have_count(2)
    opened.get_by_role("button", name="All 3").click()
    opened = open_form(page, eid, "c")
    expect(opened.get_by_label("Amount")).to_have_value("")
    expect(opened.locator("#patron_id-hint")).to_have_text("$0.00 paid of $125.00, nothing to give back.")


def test_a_cancelled_event_that_nobody_paid_for_says_so(office: Office, page: Page) -> None:
    eid = _event(office, {"a": ("Ana", 125, 0)}, status="cancelled")
    office.enter(page)
    expect(card(page, eid).locator(".figure")).to_have_text(["1 soul", "0 paid"])
    expect(open_card(page, eid).locator(".sum")).to_have_text("Nothing to give back")


def test_patrons_and_events_are_found_however_their_names_are_typed(office: Office, page: Page) -> None:
    people = {"pat": "Pat O’Hara", "lukasz": "Łukasz Żółć", "anne": "Anne–Marie Lowe", "dave": "Dave Kowalski"}
    more = {f"p{number}": (f"Person {number}", 125, 0) for number in range(8)}
    eid = _event(office, {key: (name, 125, 0) for key, name in people.items()} | more)
    office.enter(page)
    opened = open_card(page, eid)
    for typed, found in [
        ("kowalski, d", "dave"),
        ("o'h", "pat"),
        ("O’HARA", "pat"),
        ("lukasz zolc", "lukasz"),
        ("anne-marie", "anne"),
        ("\u200edave", "dave"),
    ]:
        opened.get_by_label("Find a patron").fill(typed)
        expect(opened.locator("li.patron:visible")).to_have_count(1)
        expect(patron(page, eid, found)).to_be_visible()
    page.get_by_label("Search all events").fill("O’HARA")
    expect(page.locator("#status")).to_contain_text("1 event fits “O’HARA” from")
    page.get_by_label("Search all events").fill("ohara lowe")
    expect(cards(page)).to_have_count(0)


def test_patrons_whose_names_look_alike_are_shown_with_their_ids(office: Office, page: Page) -> None:
    eid = _event(office, {"jose": ("José García", 125, 0), "jose-2": ("Jose Garcia", 125, 0), "ana": ("Ana", 125, 0)})
    office.enter(page)
    opened = open_card(page, eid)
    expect(opened.locator(".patron-name")).to_have_text(["Ana", "Jose Garcia (jose-2)", "José García (jose)"])
    open_form(page, eid, "jose-2")
    expect(form(page).locator("#log-payment-patron optgroup option")).to_have_text(
        ["Ana · $125.00 to pay", "Jose Garcia (jose-2) · $125.00 to pay", "José García (jose) · $125.00 to pay"]
    )


def test_an_amount_in_the_form_is_read_in_the_events_currency(office: Office, page: Page) -> None:
    eid = _event(office, {"a": ("Ana", 125, 0)}, currency="EUR")
    office.enter(page)
    opened = open_form(page, eid, "a")
    opened.get_by_label("Method").select_option("cash")
    opened.get_by_label("Amount").fill("$65")
    opened.get_by_role("button", name="Log payment", exact=True).click()
    expect(opened.locator("#amount-error")).to_contain_text("“$65” is not an amount in EUR.")
    opened.get_by_label("Amount").fill("€65")
    opened.get_by_role("button", name="Log payment", exact=True).click()
    expect(page.locator("#toast")).to_have_text("Logged €65.00 from Ana. €60.00 to pay.")
    assert office.record(eid, "a")["amount"] == 65


def test_a_browser_folds_names_as_the_lambdas_do(office: Office, page: Page) -> None:
    texts = [text for written in ALIKE.values() for text in written]
    office.enter(page)
    folded = page.evaluate(
        """async (texts) => {
            const { fold } = await import("/dispatch/names.js");
            return texts.map(fold);
        }""",
        texts,
    )
    assert dict(zip(texts, folded, strict=True)) == {text: names.fold(text) for text in texts}
