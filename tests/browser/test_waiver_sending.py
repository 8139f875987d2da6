"""Problems while a signature is sent: double taps, no signal, outages, lost answers, a changed event."""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from charter.waivers import WaiverText
from tests.browser.stage import complete, draw, is_signed, lose_answers, sent, sign

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.stage import TripStage

pytestmark = pytest.mark.browser


def test_a_double_tap_signs_once(trip_stage: TripStage, phone: Page) -> None:
    phone.goto(trip_stage.link())
    posted = sent(phone)
    complete(phone)
    phone.get_by_role("button", name="Sign the waiver").dblclick()
    is_signed(phone)

    assert len(posted) == 1
    assert len(trip_stage.signed()) == 1


def test_without_signal_the_page_waits_says_so_and_signs_once(trip_stage: TripStage, phone: Page) -> None:
    phone.goto(trip_stage.link())
    complete(phone)
    phone.context.set_offline(True)
    sign(phone)
    expect(phone.get_by_role("status")).to_contain_text("No signal. Not signed yet")
    expect(phone.get_by_role("button", name="Sign the waiver")).to_be_disabled()
    expect(phone.get_by_label("Your full name", exact=True)).to_be_disabled()
    phone.context.set_offline(False)
    is_signed(phone)

    assert len(trip_stage.signed()) == 1


def test_an_outage_is_waited_out(trip_stage: TripStage, phone: Page) -> None:
    phone.goto(trip_stage.link())
    complete(phone)
    trip_stage.world.table_faults.fail_next("PutItem", throttle=True, times=2)
    sign(phone)
    expect(phone.get_by_role("status")).to_contain_text("Our side is busy. Not signed yet")
    is_signed(phone)

    assert len(trip_stage.signed()) == 1


def test_an_answer_that_was_lost_is_asked_for_again_with_the_same_id(trip_stage: TripStage, phone: Page) -> None:
    phone.goto(trip_stage.link())
    posted = sent(phone)
    lose_answers(phone, 1)
    complete(phone)
    sign(phone)
    expect(phone.get_by_role("status")).to_contain_text("No signal")
    phone.get_by_role("button", name="Try now").click()
    is_signed(phone)

    assert len({signing["signature_id"] for signing in posted}) == 1
    assert len(posted) == 2
    assert len(trip_stage.signed()) == 1


@pytest.mark.parametrize(
    ("kind", "body"), [("text/html", "<h1>Welcome aboard our Wi-Fi</h1>"), ("application/json", "{}")]
)
def test_a_wifi_that_answers_in_our_place_is_no_signature(
    trip_stage: TripStage, phone: Page, kind: str, body: str
) -> None:
    phone.goto(trip_stage.link())
    posted = sent(phone)
    phone.route("**/waiver", lambda route: route.fulfill(status=200, content_type=kind, body=body), times=1)
    complete(phone)
    sign(phone)
    expect(phone.get_by_role("status")).to_contain_text("No signal. Not signed yet")
    phone.get_by_role("button", name="Try now").click()
    is_signed(phone)

    assert len({signing["signature_id"] for signing in posted}) == 1
    assert len(trip_stage.signed()) == 1


def test_a_page_that_was_reloaded_meanwhile_goes_on_sending(trip_stage: TripStage, phone: Page) -> None:
    phone.goto(trip_stage.link())
    lose_answers(phone, 1)
    draw(phone)
    complete(phone)
    phone.get_by_label("Draw it").check()
    sign(phone)
    expect(phone.get_by_role("status")).to_contain_text("No signal")
    phone.reload()
    is_signed(phone)

    assert len(trip_stage.signed()) == 1


def test_a_change_after_a_lost_answer_shows_that_the_first_try_had_arrived(trip_stage: TripStage, phone: Page) -> None:
    phone.goto(trip_stage.link())
    lose_answers(phone, 1)
    complete(phone)
    sign(phone)
    phone.get_by_role("button", name="Change something").click()
    phone.get_by_label("Your full name", exact=True).fill("David Kowalski")
    sign(phone)
    expect(phone.locator("#summary")).to_contain_text("already signed")
    phone.get_by_role("link", name="See what was signed.").click()
    expect(phone.get_by_role("heading", name="Signed by Dave Kowalski")).to_be_visible()

    assert [line["name"] for line in trip_stage.signed()] == ["Dave Kowalski"]


def test_a_text_that_changed_while_it_was_read_is_shown_and_nothing_typed_is_lost(
    trip_stage: TripStage, phone: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone.goto(trip_stage.link())
    complete(phone)
    newer = WaiverText("Mind the parrot. Revised 2027-01-01", "I have read this waiver about the parrot.", "And they.")
    monkeypatch.setattr("adapters.waiver_texts.read_waiver_texts", lambda: (newer,))
    importlib.reload(sys.modules["web_function"])
    sign(phone)

    expect(phone.locator("#summary")).to_be_focused()
    expect(phone.locator("#summary")).to_contain_text("changed while you were reading")
    expect(phone.get_by_role("article")).to_have_text("Mind the parrot. Revised 2027-01-01")
    expect(phone.get_by_label("Your full name", exact=True)).to_have_value("Dave Kowalski")
    agreed = phone.get_by_label("I have read this waiver about the parrot.")
    expect(agreed).not_to_be_checked()
    assert trip_stage.signed() == []
    agreed.check()
    sign(phone)
    is_signed(phone)
    assert [line["version"] for line in trip_stage.signed()] == [newer.version]


def test_an_event_that_is_cancelled_meanwhile_is_reported_at_the_button(trip_stage: TripStage, phone: Page) -> None:
    phone.goto(trip_stage.link())
    complete(phone)
    trip_stage.change(status="cancelled")
    sign(phone)

    expect(phone.locator("#summary")).to_contain_text("is cancelled, so there is nothing to sign")
    phone.reload()
    expect(phone.get_by_role("heading", name="This event is cancelled")).to_be_visible()


def test_a_link_whose_patron_left_the_list_is_dropped_and_nothing_typed_is_lost(
    trip_stage: TripStage, dave: str, phone: Page
) -> None:
    phone.goto(trip_stage.link(trip_stage.party(dave)))
    complete(phone, "Ruth Kowalski")
    trip_stage.change(patrons={}, payments={})
    sign(phone)

    expect(phone.locator("#summary")).to_be_focused()
    expect(phone.locator("#summary")).to_contain_text("Sign with your own name")
    expect(phone.get_by_text("For the party of")).to_be_hidden()
    expect(phone.get_by_label("Your full name", exact=True)).to_have_value("Ruth Kowalski")
    phone.get_by_label("Who booked?").fill("Dave Kowalski")
    posted = sent(phone)
    sign(phone)
    is_signed(phone, "Ruth Kowalski")
    assert [(each.get("party"), each["booked_by"]) for each in posted] == [(None, "Dave Kowalski")]
    (signature,) = trip_stage.signed()
    assert "patron_id" not in signature
    assert signature["booked_by"] == "Dave Kowalski"
