"""Signing on a phone at the dock: by finger, by keyboard, with bad networks, for minors, and seen in Slack."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it has none
from playwright.sync_api import expect

from tests.browser.stage import complete, draw, is_signed, sent, sign
from tests.browser.workspace_page import TOO_SMALL, composer, messages, run
from tests.builders import a_row

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.stage import TripStage

pytestmark = pytest.mark.browser


def violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {[node['html'] for node in each['nodes']]}" for each in found]


def test_a_patron_signs_with_a_finger_and_slack_shows_it(
    trip_stage: TripStage, dave: str, phone: Page, second_page: Page
) -> None:
    second_page.goto(f"{trip_stage.world.url}/?user=U0DANA&channel=C0CORY")
    composer(second_page).wait_for()
    run(second_page, "/payment-status dave kowalski")
    expect(messages(second_page).last).to_contain_text("Not clear to board")

    phone.goto(trip_stage.link(trip_stage.party(dave)))
    expect(phone.locator("#party")).to_have_text("For the party of Dave Kowalski. 0 of 1 has signed; 1 still has to.")
    expect(phone.get_by_label("Your full name", exact=True)).to_have_value("")
    expect(phone.get_by_label("Who booked?")).to_be_hidden()
    phone.get_by_role("button", name="I am Dave Kowalski").click()
    expect(phone.get_by_label("Your full name", exact=True)).to_have_value("Dave Kowalski")
    top = phone.evaluate("scrollY")
    draw(phone)
    phone.get_by_label("I have read this waiver").check()
    assert phone.evaluate("scrollY") >= top
    sign(phone)
    is_signed(phone)

    (signature,) = trip_stage.signed()
    assert signature["patron_id"] == dave
    assert signature["matched_by"] == "name"
    expect(phone.locator("#pass")).to_contain_text("The party of Dave Kowalski: Everybody in this party has signed.")
    expect(phone).to_have_url(re.compile(r"\?signed=[0-9a-f-]{36}&party=[A-Za-z0-9_-]+$"))
    phone.reload()
    expect(phone.get_by_role("heading", name="Signed by Dave Kowalski")).to_be_visible()
    assert phone.locator("svg.drawn path").bounding_box()["width"] > 100  # type: ignore[index]  # it is visible

    run(second_page, "/payment-status dave kowalski")
    expect(messages(second_page).last).to_contain_text("Not clear to board: payment missing.")


def test_the_link_of_an_event_with_a_bare_date_reaches_the_waiver_and_not_the_dispatch_page(
    trip_stage: TripStage, phone: Page, second_page: Page
) -> None:
    bare = f"{date.fromisoformat(trip_stage.eid[:10]) + timedelta(days=2)}"
    trip_stage.add(a_row(bare, title="Saturday sail"))
    second_page.goto(f"{trip_stage.world.url}/?user=U0DANA&channel=C0CORY")
    run(second_page, f"/waiver {bare}")
    shared = messages(second_page).last.get_by_role("link", name="Open waiver").get_attribute("href") or ""

    phone.goto(trip_stage.url + urlsplit(shared).path)
    expect(phone.get_by_role("heading", name="Saturday sail")).to_be_visible()
    expect(phone.locator("#log-payment-modal")).to_have_count(0)
    complete(phone)
    sign(phone)
    is_signed(phone)


def test_the_keyboard_alone_signs(trip_stage: TripStage, page: Page) -> None:
    page.goto(trip_stage.link())
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Español")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Your full name", exact=True)).to_be_focused()
    page.keyboard.type("Ana Lima")
    page.keyboard.press("Enter")  # signs nothing: only the button does
    page.keyboard.press("Tab")
    expect(page.get_by_label("Who booked?")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Add a minor")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Emergency contact")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Medical note")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_label("Type it")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.type("Ana Lima")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Sign the waiver")).to_be_focused()
    page.keyboard.press("Enter")
    is_signed(page, "Ana Lima")

    assert [line["name"] for line in trip_stage.signed()] == ["Ana Lima"]


def test_what_is_missing_is_said_on_top_and_beside_each_field(trip_stage: TripStage, phone: Page) -> None:
    phone.goto(trip_stage.link())
    posted = sent(phone)
    phone.get_by_role("button", name="Add a minor").click()
    sign(phone)

    summary = phone.locator("#summary")
    expect(summary).to_be_focused()
    expect(summary.get_by_role("heading")).to_have_text("Please check 5 things")
    name = phone.get_by_label("Your full name", exact=True)
    expect(name).to_have_attribute("aria-invalid", "true")
    expect(name).to_have_accessible_description("Write your full name.")
    summary.get_by_role("link", name=re.compile("age of minor 1")).click()
    expect(phone.get_by_label("Minor 1: age in years")).to_be_focused()
    name.fill("Dave Kowalski")
    expect(name).not_to_have_attribute("aria-invalid", "true")
    assert posted == []


def test_a_change_of_the_language_keeps_what_was_typed_and_drawn(trip_stage: TripStage, dave: str, phone: Page) -> None:
    phone.set_viewport_size({"width": 390, "height": 844})
    phone.goto(trip_stage.link(trip_stage.party(dave)))
    phone.get_by_label("Your full name", exact=True).fill("Íñigo Ibáñez")
    phone.get_by_role("button", name="Add a minor").click()
    phone.keyboard.type("Zoë")
    draw(phone)
    phone.get_by_label("I have read this waiver").check()
    drawn = phone.locator("#ink").get_attribute("d")
    phone.get_by_role("link", name="Español").click()

    expect(phone.locator("html")).to_have_attribute("lang", "es")
    expect(phone.locator("#party")).to_have_text("Para el grupo de Dave Kowalski. Ha firmado 0 de 1; falta 1.")
    expect(phone.get_by_label("Su nombre completo", exact=True)).to_have_value("Íñigo Ibáñez")
    expect(phone.get_by_label("Menor 1: nombre completo")).to_have_value("Zoë")
    assert phone.locator("#ink").get_attribute("d") == drawn
    agreed = phone.get_by_label("He leído esta exención")
    expect(agreed).not_to_be_checked()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    assert phone.locator(".languages a, button").evaluate_all(TOO_SMALL) == []
    phone.get_by_role("button", name="Firmar la exención").click()
    expect(phone.locator("#summary").get_by_role("heading")).to_have_text("Por favor, revise 2 datos")
    assert violations(phone) == []
    phone.get_by_label("Menor 1: edad en años").fill("9")
    agreed.check()
    phone.get_by_role("button", name="Firmar la exención").click()
    expect(phone.get_by_role("heading", name="Firmado por Íñigo Ibáñez", exact=True)).to_be_focused()
    expect(phone.locator("#pass")).to_contain_text("Menores: Zoë")
    assert [(row["name"], row["language"]) for row in trip_stage.signed()] == [("Íñigo Ibáñez", "es")]
    phone.reload()
    expect(phone.get_by_role("heading", name="Lo que firmó Íñigo Ibáñez")).to_be_visible()
    phone.get_by_role("link", name="Firmar por otro adulto").click()
    expect(phone.locator("#before")).to_contain_text("Íñigo Ibáñez y 1 menor,")
    phone.get_by_role("link", name="English").click()
    expect(phone.get_by_role("heading", name="Signed on this phone")).to_be_visible()
    expect(phone.locator("#before")).to_contain_text("Íñigo Ibáñez and 1 minor,")


def test_the_guardians_statement_stands_as_long_as_there_are_minors(trip_stage: TripStage, phone: Page) -> None:
    phone.goto(trip_stage.link())
    statement = phone.locator("#guardian")
    expect(statement).to_be_hidden()
    for number, (minor, age) in enumerate([("Mia", "9"), ("Leo", "0"), ("Zoë", "17")], start=1):
        phone.get_by_role("button", name=re.compile("Add a")).click()
        expect(phone.get_by_label(f"Minor {number}: full name")).to_be_focused()
        phone.keyboard.type(minor)
        phone.get_by_label(f"Minor {number}: age in years").fill(age)
    expect(statement).to_be_visible()
    phone.get_by_role("button", name="Remove minor 2").click()
    expect(phone.get_by_label("Minor 2: full name")).to_have_value("Zoë")
    complete(phone)
    sign(phone)
    is_signed(phone)

    expect(phone.locator("#pass")).to_contain_text("with Mia and Zoë")
    assert [line["minors"] for line in trip_stage.signed()] == [["Mia", "Zoë"]]


def test_the_last_minor_takes_the_statement_along(trip_stage: TripStage, phone: Page) -> None:
    phone.goto(trip_stage.link())
    phone.get_by_role("button", name="Add a minor").click()
    phone.get_by_role("button", name="Remove minor 1").click()

    expect(phone.locator("#guardian")).to_be_hidden()
    expect(phone.get_by_role("button", name="Add a minor")).to_be_focused()


def test_a_drawing_can_be_undone_cleared_and_survives_a_turned_phone(trip_stage: TripStage, phone: Page) -> None:
    phone.goto(trip_stage.link())
    draw(phone)
    draw(phone, reach=0.3)
    path = phone.locator("#ink")
    two = path.get_attribute("d") or ""
    assert two.count("M") == 2
    phone.get_by_role("button", name="Undo").click()
    one = path.get_attribute("d") or ""
    assert two.startswith(one)
    assert one.count("M") == 1
    phone.set_viewport_size({"width": 812, "height": 375})
    assert path.get_attribute("d") == one
    expect(phone.get_by_role("img", name="Your signature, drawn")).to_be_visible()
    phone.get_by_role("button", name="Clear").click()
    assert path.get_attribute("d") == ""
    expect(phone.get_by_role("button", name="Undo")).to_be_disabled()


def test_the_pdf_copy_opens_from_the_signed_page(trip_stage: TripStage, phone: Page) -> None:
    phone.goto(trip_stage.link())
    complete(phone)
    sign(phone)
    is_signed(phone)
    href = phone.get_by_role("link", name="PDF copy").get_attribute("href")

    answer = phone.request.get(trip_stage.link(str(href)))
    assert answer.status == 200
    assert answer.body().startswith(b"%PDF-")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation_on_any_page(trip_stage: TripStage, dave: str, phone: Page, scheme: Any) -> None:
    phone.emulate_media(color_scheme=scheme)
    phone.goto(trip_stage.link(trip_stage.party(dave)))
    assert violations(phone) == []
    phone.get_by_role("button", name="Add a minor").click()
    sign(phone)
    expect(phone.locator("#summary")).to_be_visible()
    assert violations(phone) == []
    phone.get_by_role("button", name="Remove minor 1").click()
    complete(phone)
    assert violations(phone) == []
    phone.context.set_offline(True)
    sign(phone)
    expect(phone.get_by_role("status")).to_contain_text("No signal")
    assert violations(phone) == []
    phone.context.set_offline(False)
    is_signed(phone)
    assert violations(phone) == []
    phone.reload()
    assert violations(phone) == []
    phone.goto(trip_stage.link(eid="2026-01-01-nowhere"))
    assert violations(phone) == []


def test_everything_that_is_pressed_is_large_enough_for_a_finger(trip_stage: TripStage, dave: str, phone: Page) -> None:
    phone.goto(trip_stage.link(trip_stage.party(dave)))
    phone.get_by_role("button", name="Add a minor").click()
    draw(phone)

    assert phone.locator("button, .kind, .consent, input:not([type])").evaluate_all(TOO_SMALL) == []
    assert phone.evaluate("document.documentElement.scrollWidth") <= 375


def test_the_page_prints_without_its_buttons(trip_stage: TripStage, phone: Page) -> None:
    phone.goto(trip_stage.link())
    complete(phone)
    sign(phone)
    is_signed(phone)
    phone.emulate_media(media="print")

    expect(phone.get_by_role("link", name="PDF copy")).to_be_hidden()
    expect(phone.locator("#pass")).to_contain_text("Dave Kowalski")


def test_without_javascript_the_page_says_what_to_do(trip_stage: TripStage, phone: Page) -> None:
    browser = phone.context.browser
    assert browser
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(trip_stage.link())

        expect(page.get_by_text("this page needs JavaScript")).to_be_visible()
        expect(page.get_by_role("button", name="Sign the waiver")).to_be_hidden()
