"""Signing as one of a party, and coming back to the waiver on the same phone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.stage import complete, is_signed, sent, sign
from tests.browser.test_waiver import violations
from tests.builders import a_row

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.stage import TripStage

pytestmark = pytest.mark.browser


@pytest.fixture
def four(trip_stage: TripStage, dave: str) -> str:
    """The personal link of Dave's party of four."""
    patrons = trip_stage.row()["patrons"]
    trip_stage.change(patrons={**patrons, dave: {**patrons[dave], "party": 4}})
    return trip_stage.link(trip_stage.party(dave))


def _sign_as(page: Page, name: str) -> None:
    complete(page, name)
    sign(page)
    is_signed(page, name)


def test_a_party_signs_one_after_the_other_over_its_link(
    trip_stage: TripStage, dave: str, four: str, phone: Page
) -> None:
    phone.goto(four)
    expect(phone.locator("#party")).to_have_text("For the party of Dave Kowalski. 0 of 4 have signed; 4 still have to.")
    _sign_as(phone, "Ruth Kowalski")
    expect(phone.locator("#pass")).to_contain_text("The party of Dave Kowalski: 1 of 4 has signed; 3 still have to.")
    expect(phone.locator("#party")).to_be_hidden()

    phone.get_by_role("link", name="Sign for another adult").click()
    expect(phone.locator("#party")).to_have_text("For the party of Dave Kowalski. 1 of 4 has signed; 3 still have to.")
    expect(phone.get_by_label("Your full name", exact=True)).to_have_value("")
    phone.get_by_role("button", name="Add a minor").click()
    phone.get_by_label("Minor 1: full name").fill("Mia Kowalski")
    phone.get_by_label("Minor 1: age in years").fill("9")
    _sign_as(phone, "Dave Kowalski")
    expect(phone.locator("#pass")).to_contain_text("3 of 4 have signed; 1 still has to.")

    phone.reload()  # the signed page; the next person continues from there too
    expect(phone.get_by_role("heading", name="Signed by Dave Kowalski")).to_be_visible()
    phone.get_by_role("link", name="Sign for another adult").click()
    _sign_as(phone, "Sam Kowalski")
    expect(phone.locator("#pass")).to_contain_text("Everybody in this party has signed.")
    phone.goto(four)
    expect(phone.locator("#party")).to_have_text("For the party of Dave Kowalski. Everybody in this party has signed.")
    assert {row["patron_id"] for row in trip_stage.signed()} == {dave}
    assert sorted(row["matched_by"] for row in trip_stage.signed()) == ["link", "link", "name"]


def test_who_was_booked_by_another_names_them(trip_stage: TripStage, dave: str, phone: Page) -> None:
    phone.goto(trip_stage.link())
    posted = sent(phone)
    phone.get_by_label("Who booked?").fill("Kowalski, Dave")
    _sign_as(phone, "Ruth Bell")

    assert [(each["booked_by"], "party" in each) for each in posted] == [("Kowalski, Dave", False)]
    (signature,) = trip_stage.signed()
    assert (signature["patron_id"], signature["matched_by"]) == (dave, "booked_by")


def test_what_was_typed_of_who_booked_survives_a_reload(trip_stage: TripStage, phone: Page) -> None:
    phone.goto(trip_stage.link())
    phone.get_by_label("Who booked?").fill("Dave Kowalski")
    complete(phone, "Ruth Bell")
    phone.context.set_offline(True)
    sign(phone)
    expect(phone.get_by_role("status")).to_contain_text("No signal")
    phone.get_by_role("button", name="Change something").click()
    phone.context.set_offline(False)
    phone.reload()

    expect(phone.get_by_label("Who booked?")).to_have_value("Dave Kowalski")
    expect(phone.get_by_label("Your full name", exact=True)).to_have_value("Ruth Bell")


def test_a_link_that_is_no_partys_is_the_page_for_everybody(trip_stage: TripStage, dave: str, phone: Page) -> None:
    for query in (f"?patron={dave}", f"?party={dave}", trip_stage.party(dave)[:-1]):
        phone.goto(trip_stage.link(query))
        expect(phone.get_by_label("Who booked?")).to_be_visible()
        expect(phone.locator("body")).not_to_contain_text("Kowalski")


def test_coming_back_on_the_same_phone_shows_what_was_signed_and_the_copies(
    trip_stage: TripStage, phone: Page, second_phone: Page
) -> None:
    phone.goto(trip_stage.link())
    _sign_as(phone, "Dave Kowalski")
    phone.goto(trip_stage.link())

    before = phone.get_by_role("region", name="Signed on this phone")
    expect(before).to_contain_text(re.compile(r"Dave Kowalski, \w+ \d+ at \d+:\d\d [AP]M P[SD]T · Show"))
    expect(phone.get_by_role("button", name="Sign the waiver")).to_be_hidden()
    assert violations(phone) == []
    copy = before.get_by_role("link", name="PDF copy").get_attribute("href")
    assert phone.request.get(trip_stage.link(str(copy))).body().startswith(b"%PDF-")
    before.get_by_role("link", name="Show what I signed").click()
    expect(phone.get_by_role("heading", name="Signed by Dave Kowalski")).to_be_visible()

    second_phone.goto(trip_stage.link())
    expect(second_phone.get_by_role("button", name="Sign the waiver")).to_be_visible()
    expect(second_phone.locator("#before")).to_be_hidden()


def test_another_adult_on_the_same_phone_is_one_press_away_and_both_are_listed(
    trip_stage: TripStage, phone: Page
) -> None:
    phone.goto(trip_stage.link())
    phone.get_by_role("button", name="Add a minor").click()
    phone.get_by_label("Minor 1: full name").fill("Mia Kowalski")
    phone.get_by_label("Minor 1: age in years").fill("9")
    _sign_as(phone, "Dave Kowalski")
    phone.goto(trip_stage.link())
    phone.get_by_role("button", name="Sign for another adult").click()
    expect(phone.get_by_role("article", name="The waiver")).to_be_focused()
    expect(phone.get_by_label("Your full name", exact=True)).to_have_value("")
    _sign_as(phone, "<b>Ruth</b> Kowalski")
    phone.goto(trip_stage.link())

    lines = phone.locator("#before li")
    expect(lines).to_have_count(2)
    expect(lines.nth(0)).to_contain_text("Dave Kowalski and 1 minor, ")
    expect(lines.nth(1)).to_contain_text("<b>Ruth</b> Kowalski, ")
    assert len(trip_stage.signed()) == 2


def test_another_event_knows_nothing_of_it(trip_stage: TripStage, phone: Page) -> None:
    other = f"{trip_stage.eid}-2"
    trip_stage.add(a_row(other, starts_at=trip_stage.row()["starts_at"], title="Another trip"))
    phone.goto(trip_stage.link())
    _sign_as(phone, "Dave Kowalski")
    phone.goto(trip_stage.link(eid=other))

    expect(phone.get_by_role("button", name="Sign the waiver")).to_be_visible()
    expect(phone.locator("#before")).to_be_hidden()


def test_a_signature_that_the_server_does_not_know_is_not_claimed(trip_stage: TripStage, phone: Page) -> None:
    phone.goto(trip_stage.link())
    _sign_as(phone, "Dave Kowalski")
    phone.evaluate(
        """() => {
            const kept = JSON.parse(localStorage.getItem("waivers-signed"));
            localStorage.setItem("waivers-signed", JSON.stringify([
                ...kept, { ...kept[0], name: "Nobody Signed", signature_id: "0".repeat(32) },
            ]));
        }"""
    )
    phone.goto(trip_stage.link())
    expect(phone.get_by_role("heading", name="Signed on this phone")).to_be_visible()
    expect(phone.locator("#before li")).to_have_count(1)
    expect(phone.locator("#before")).not_to_contain_text("Nobody Signed")

    phone.route("**/waiver?signed=*", lambda route: route.fulfill(status=404, body="gone"))
    phone.goto(trip_stage.link())
    expect(phone.get_by_role("button", name="Sign the waiver")).to_be_visible()
    expect(phone.locator("#before")).to_be_hidden()
    assert phone.evaluate("JSON.parse(localStorage.getItem('waivers-signed'))") == []


def test_what_was_signed_is_forgotten_on_a_phone_that_others_use_too(trip_stage: TripStage, phone: Page) -> None:
    phone.goto(trip_stage.link())
    _sign_as(phone, "Dave Kowalski")
    phone.goto(trip_stage.link())
    phone.get_by_role("button", name="Forget on this phone").click()

    expect(phone.locator("#before")).to_be_hidden()
    expect(phone.get_by_role("button", name="Sign the waiver")).to_be_visible()
    phone.reload()
    expect(phone.get_by_role("button", name="Sign the waiver")).to_be_visible()
    assert len(trip_stage.signed()) == 1


@pytest.mark.parametrize("kept", ['"nonsense"', "{", "[null, 7, {}]", '{"a": 1}'])
def test_what_nobody_can_read_in_the_phones_memory_is_nothing(trip_stage: TripStage, phone: Page, kept: str) -> None:
    phone.goto(trip_stage.link())
    phone.evaluate("(kept) => localStorage.setItem('waivers-signed', kept)", kept)
    phone.goto(trip_stage.link())
    _sign_as(phone, "Dave Kowalski")


def test_a_phone_that_refuses_to_remember_signs_all_the_same(trip_stage: TripStage, phone: Page) -> None:
    phone.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error('refused'); } })")
    phone.goto(trip_stage.link())
    _sign_as(phone, "Dave Kowalski")
    phone.goto(trip_stage.link())

    expect(phone.get_by_role("button", name="Sign the waiver")).to_be_visible()
