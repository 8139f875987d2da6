"""A false signature in a real browser: its post asks before it is set aside, and then says so in place."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from charter.moments import utc
from devkit.season.planting import to_item
from tests.browser.announcer import an_announcer
from tests.browser.test_announce import event as event  # noqa: PLC0414 - a fixture
from tests.browser.test_announce import live_card, post_about, seat
from tests.browser.workspace_page import messages, run
from tests.builders import a_signature_row

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.conftest import World

pytestmark = pytest.mark.browser


def test_the_post_of_a_matched_signature_asks_and_then_says_that_it_is_set_aside(
    world: World, event: str, page: Page, second_page: Page
) -> None:
    with an_announcer(world):
        seat(world, page, "U0DANA")
        row = a_signature_row("false-1", eid=event) | {"signed_at": utc(datetime.now(UTC))}
        signed: Any = to_item(row)
        world.client.put_item(TableName=world.table, Item=signed)
        post = post_about(page, "Waiver signed by “Dave Kowalski”")
        expect(post).to_have_count(1)
        expect(live_card(page)).to_have_count(1)
        expect(live_card(page)).not_to_contain_text("Dave Kowalski")

        post.get_by_role("button", name="Set aside").click()
        asked = page.get_by_role("alertdialog").or_(page.get_by_role("dialog"))
        expect(asked).to_contain_text("Set this signature aside?")
        asked.get_by_role("button", name="Cancel").click()
        expect(post.get_by_role("button", name="Set aside")).to_be_visible()
        post.get_by_role("button", name="Set aside").click()
        asked.get_by_role("button", name="Set aside").click()

        expect(post).to_contain_text("set aside as false, so it counts for nobody")
        expect(post).to_have_count(1)
        expect(live_card(page)).to_contain_text("Dave Kowalski: waiver missing")
        seat(world, second_page, "U0OLIVIA", "C0OFFICE")
        run(second_page, f"/payment-status {event}")
        expect(messages(second_page).last).to_contain_text("1 set aside, counting for nobody")
        messages(second_page).last.get_by_role("button", name="Take back “Dave Kowalski”").scroll_into_view_if_needed()
        post.get_by_role("button", name="Take back").click()
        expect(post).to_contain_text("Dave Kowalski")
        expect(post.get_by_role("button", name="Set aside")).to_be_visible()
        expect(live_card(page)).not_to_contain_text("Dave Kowalski")
