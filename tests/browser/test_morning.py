"""A whole morning on the dock in real browsers: sign, pay, walk up, check in, cast off, print, reopen.

The patron's and the crew's phones are 390 px wide. What they do goes through the real Lambdas, the table, its stream
and the evidence bucket.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pypdf
import pytest
from playwright.sync_api import expect

from adapters.attribute_values import from_wire
from devkit.buckets import s3_client
from devkit.environment import WAIVERS_BUCKET
from tests.browser.announcer import an_announcer
from tests.browser.office import PUBLIC, card, open_card
from tests.browser.stage import complete, is_signed, sign
from tests.browser.test_announce import live_card, post_about
from tests.browser.test_crew_path import button, seat
from tests.browser.workspace_page import dialog, messages, pick, run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Locator, Page

    from tests.browser.stage import TripStage
    from tests.browser.windows import Windows

pytestmark = pytest.mark.browser

CONTACT: Final = "Ann Kowalski, +1 415 555 0199"


@dataclass(frozen=True)
class Morning:
    """This afternoon's event with Captain Cory, for which Dave Kowalski booked two, and the crew's phone."""

    trip: TripStage
    phone: Page

    def rows(self, kind: str) -> list[dict[str, Any]]:
        """The event's own rows whose key begins with `kind`, in Python's types."""
        world = self.trip.world
        answer = world.client.query(
            TableName=world.table,
            KeyConditionExpression="eid = :eid AND begins_with(crew_id, :kind)",
            ExpressionAttributeValues={":eid": {"S": self.trip.eid}, ":kind": {"S": kind}},
            ConsistentRead=True,
        )
        return [from_wire(item) for item in answer["Items"]]

    def aboard(self) -> dict[str, int]:
        """The number of people aboard of each party, as the table holds it."""
        return {patron: int(line["count"]) for row in self.rows("#boarding") for patron, line in row["aboard"].items()}

    def ours(self, link: str | None) -> str:
        """A link of the product's, to this test's own site."""
        return (link or "").replace(PUBLIC, self.trip.url)

    @property
    def zed(self) -> str:
        """The id that the walk-up got."""
        patrons = self.trip.row()["patrons"]
        return next(str(patron_id) for patron_id, line in patrons.items() if line["name"] == "Zed Quill")

    def row(self, name: str) -> Locator:
        """The lines of a party in the boarding list."""
        return dialog(self.phone).locator(".block").filter(has_text=name)

    def press(self, patron_id: str, action: str) -> Locator:
        """A party's button or menu in the boarding list."""
        return dialog(self.phone).locator(f"[data-block-id='party_of.{patron_id}'][data-action-id='{action}']")

    def choose(self, patron_id: str, words: str) -> None:
        """Choose in a party's menu."""
        self.press(patron_id, "board_menu").tap()
        self.phone.get_by_role("menuitem", name=words).tap()

    def answer(self, title: str, words: str) -> None:
        """Answer the dialog that asks before a button acts."""
        asks = self.phone.get_by_role("alertdialog", name=title)
        asks.get_by_role("button", name=words, exact=True).tap()
        expect(asks).to_have_count(0)


@pytest.fixture
def morning(trip_stage: TripStage, windows: Windows) -> Iterator[Morning]:
    patrons = trip_stage.row()["patrons"]
    trip_stage.change(patrons={**patrons, "dave": {**patrons["dave"], "party": 2, "due": 250}})
    with (
        an_announcer(trip_stage.world),
        windows.opened(viewport={"width": 390, "height": 844}, has_touch=True) as phone,
    ):
        yield Morning(trip_stage, seat(trip_stage.world, phone, "U0DANA"))


def test_a_whole_morning_from_the_waiver_to_the_printed_list(
    morning: Morning, second_phone: Page, page: Page, second_page: Page, tmp_path: Path
) -> None:
    channel = seat(morning.trip.world, page, "U0MARCO")
    dave_signs_with_his_child(morning, second_phone)
    crew_take_money(morning)
    crew_check_in(morning)
    let_one_aboard_and_mark_a_no_show(morning)
    cast_off(morning)

    expect(post_about(channel, "Cast off with 5 souls")).to_contain_text("by Dana Reyes")
    expect(live_card(channel)).to_contain_text("with 5 souls5 aboard of 8 expected")
    expect(live_card(channel)).not_to_contain_text("missing")
    the_bucket_has_the_list(morning)
    the_office_prints(morning, second_page, tmp_path)
    assert CONTACT not in channel.locator("body").inner_text()

    an_admin_reopens(morning, second_page)
    post = post_about(channel, "The list was reopened by Olivia Park")
    expect(post).to_contain_text("“Ines came running”")
    expect(live_card(channel)).to_contain_text("8 expected · 7 paid")
    expect(live_card(channel)).to_contain_text("5 aboard")


def dave_signs_with_his_child(morning: Morning, phone: Page) -> None:
    """Sign on a phone for two, leave an emergency contact, and see the pass."""
    phone.goto(morning.trip.link(morning.trip.party("dave")))
    expect(phone.locator("#party")).to_contain_text("Dave Kowalski")
    phone.get_by_role("button", name="Add a minor").tap()
    phone.get_by_label("Minor 1: full name").fill("Mia Kowalski")
    phone.get_by_label("Minor 1: age in years").fill("9")
    complete(phone)
    phone.get_by_label("Emergency contact").fill(CONTACT)
    sign(phone)
    is_signed(phone)
    expect(phone.locator(".pass:visible")).to_contain_text("with Mia Kowalski")
    assert phone.evaluate("document.documentElement.scrollWidth") == 390
    (row,) = morning.trip.signed()
    assert (row["patron_id"], row["minors"], row["for_captain"]) == ("dave", ["Mia Kowalski"], True)
    assert CONTACT not in str(row)


def crew_take_money(morning: Morning) -> None:
    """Log Dave's payment, and that of somebody who walks up."""
    phone, eid = morning.phone, morning.trip.eid
    run(phone, f"/log-payment {eid} dave 250 cash")
    expect(dialog(phone).get_by_label("Patron", exact=True)).to_have_value(re.compile("Dave Kowalski"))
    button(phone, "Log").tap()
    expect(dialog(phone)).to_contain_text("Paid in full")
    button(phone, "Done").tap()
    expect(dialog(phone)).to_have_count(0)

    run(phone, f"/log-payment {eid} cash")
    expect(dialog(phone).get_by_label("Event", exact=True)).to_have_value(re.compile("Captain Cory, afternoon"))
    pick(phone, "Patron", "Zed Quill")
    expect(dialog(phone).get_by_label("New patron's name")).to_have_value("Zed Quill")
    expect(dialog(phone).get_by_label("Amount in USD")).to_have_value("125.00")
    button(phone, "Log").tap()
    expect(dialog(phone)).to_have_accessible_name("Payment logged")
    button(phone, "Done").tap()
    expect(dialog(phone)).to_have_count(0)
    row = morning.trip.row()
    assert {row["payments"][patron]["amount"] for patron in ("dave", morning.zed)} == {250, 125}


def crew_check_in(morning: Morning) -> None:
    """Open the boarding list, check Dave's party in with a double tap, take it back, and check it in again."""
    phone = morning.phone
    run(phone, f"/board {morning.trip.eid}")
    expect(dialog(phone)).to_contain_text("0 aboard of 10 expected · boat takes 12")
    expect(morning.row("Zed Quill").first).to_contain_text("🔴 Not clear: not signed")
    assert not re.search(r"[$€£]\d", dialog(phone).inner_text()), "the crew's list shows amounts"
    assert dialog(phone).bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}

    morning.press("dave", "board_check_in").dblclick()
    expect(dialog(phone)).to_contain_text("2 aboard of 10 expected")
    expect(morning.press("dave", "board_take_back")).to_be_visible()
    expect(phone.get_by_role("alertdialog")).to_have_count(0)
    assert morning.aboard() == {"dave": 2}

    morning.press("dave", "board_take_back").tap()
    morning.answer("Take the check-in back?", "Take back")
    expect(dialog(phone)).to_contain_text("0 aboard of 10 expected")
    morning.press("dave", "board_check_in").tap()
    expect(dialog(phone)).to_contain_text("2 aboard of 10 expected")
    morning.press("lucille.park", "board_check_in").tap()
    expect(dialog(phone)).to_contain_text("4 aboard of 10 expected")
    assert morning.aboard() == {"dave": 2, "lucille.park": 2}


def let_one_aboard_and_mark_a_no_show(morning: Morning) -> None:
    """Let the walk-up aboard without a signature, with a reason; two others did not come."""
    phone = morning.phone
    morning.press(morning.zed, "board_let_aboard").tap()
    expect(dialog(phone)).to_have_accessible_name("Let aboard")
    dialog(phone).get_by_label("Why").fill("signs on the <boat>")
    button(phone, "Let aboard").tap()
    expect(morning.row("Zed Quill").first).to_contain_text("because “signs on the <boat>”")
    expect(dialog(phone)).to_contain_text("5 aboard of 10 expected")

    for patron_id, left in (("greg.halloran", 9), ("maria", 8)):
        morning.choose(patron_id, "No-show…")
        dialog(phone).get_by_label("Why").fill("not on the dock at 1")
        button(phone, "Mark as no-show").tap()
        expect(dialog(phone)).to_contain_text(f"5 aboard of {left} expected")
    expect(morning.row("Greg Halloran").last).to_contain_text("No-show · @Dana Reyes")
    row = morning.trip.row()
    assert (row["patrons"]["greg.halloran"]["state"], row["payments"]["greg.halloran"]["amount"]) == ("no_show", 125)
    reasons = {
        (edit["patron_id"], edit["what"]): edit["reason"] for edit in morning.rows("#change") if "reason" in edit
    }
    assert reasons == {
        (morning.zed, "aboard"): "signs on the <boat>",
        ("greg.halloran", "state"): "not on the dock at 1",
        ("maria", "state"): "not on the dock at 1",
    }


def cast_off(morning: Morning) -> None:
    """Cast off from the crew's phone. Nothing is left to press but the passenger list."""
    phone = morning.phone
    button(phone, "Cast off").tap()
    asks = phone.get_by_role("alertdialog", name="Cast off?")
    expect(asks).to_contain_text("5 people are aboard. 3 expected are not: Ben Okafor, Ines Duarte, Nadia Petrova.")
    morning.answer("Cast off?", "Cast off")
    expect(dialog(phone)).to_contain_text(re.compile("Cast off at .* with 5 souls by @Dana Reyes"))
    expect(button(phone, "Cast off")).to_have_count(0)
    expect(button(phone, "Check in")).to_have_count(0)
    button(phone, "Passenger list").tap()
    expect(dialog(phone)).to_have_accessible_name("Passenger list")
    expect(dialog(phone)).to_contain_text("Mia Kowalski, minor, with Dave Kowalski · signed")
    expect(dialog(phone)).to_contain_text("+1 415 555 0114")
    assert CONTACT not in dialog(phone).inner_text()


def the_bucket_has_the_list(morning: Morning) -> None:
    """Expect the list's JSON in the evidence bucket, with the hash that the table holds, and its PDF."""
    (boarding,), (frozen,) = morning.rows("#boarding"), morning.rows("#manifest:")
    done = boarding["cast_off"]
    assert (done["souls"], done["by"]) == (5, "slack:U0DANA")
    s3 = s3_client(morning.trip.endpoint)
    name = f"manifests/{morning.trip.eid}/{done['list_id']}"
    kept, paper = (
        s3.get_object(Bucket=WAIVERS_BUCKET, Key=f"{name}.{kind}")["Body"].read() for kind in ("json", "pdf")
    )
    s3.close()
    assert hashlib.sha256(kept).hexdigest() == done["sha256"] == frozen["sha256"]
    assert {party["name"]: party["aboard"]["count"] for party in json.loads(kept)["aboard"]} == {
        "Dave Kowalski": 2,
        "Lucille Park": 2,
        "Zed Quill": 1,
    }
    assert CONTACT.encode() not in kept
    assert paper.startswith(b"%PDF-")


def the_office_prints(morning: Morning, page: Page, tmp_path: Path) -> None:
    """Open the dispatch page from Slack, and print the list with the captain's page."""
    seat(morning.trip.world, page, "U0OLIVIA", "C0OFFICE")
    run(page, "/dispatch")
    page.goto(morning.ours(messages(page).last.locator("[data-action-id=open_dispatch]").get_attribute("href")))
    eid = morning.trip.eid
    expect(card(page, eid).locator(".chips")).to_contain_text(re.compile("Cast off .* with 5 souls$"))
    expect(card(page, eid).locator(".aboard-count")).to_have_text("5 aboard of 8 expected, the boat takes 12")
    open_card(page, eid)
    with page.expect_download() as coming:
        page.get_by_role("button", name="PDF Letter of the passenger list").click()
    coming.value.save_as(tmp_path / "list.pdf")
    listed, private = (each.extract_text() for each in pypdf.PdfReader(tmp_path / "list.pdf").pages)
    for name in ("Dave Kowalski", "Mia Kowalski", "Lucille Park", "Ty Park", "Zed Quill", "Greg Halloran"):
        assert name in listed
    assert re.search("Cast off .*, 5 souls, by Dana Reyes", listed)
    assert CONTACT not in listed
    assert CONTACT in " ".join(private.split())


def an_admin_reopens(morning: Morning, page: Page) -> None:
    """Reopen the list with a reason. The frozen one is kept."""
    seat(morning.trip.world, page, "U0OLIVIA", "C0OFFICE")
    run(page, f"/board {morning.trip.eid}")
    button(page, "Reopen…").click()
    expect(dialog(page)).to_have_accessible_name("Reopen the list")
    dialog(page).get_by_label("Why").fill("Ines came running")
    button(page, "Reopen").click()
    expect(button(page, "Cast off")).to_be_visible()
    (boarding,), (frozen,) = morning.rows("#boarding"), morning.rows("#manifest:")
    assert "cast_off" not in boarding
    assert frozen["souls"] == 5
    (edit,) = [edit for edit in morning.rows("#change") if edit["what"] == "cast_off"]
    assert (edit["by"], edit["reason"]) == ("slack:U0OLIVIA", "Ines came running")
