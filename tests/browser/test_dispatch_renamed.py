"""An event is renamed while the dispatch page has it open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from devkit.local import today_at_the_dock
from tests.browser.office import card, log_payment, open_card, patron
from tests.builders import a_row
from tests.roster.command import renamed

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.office import Office
    from tests.conftest import Engine

pytestmark = pytest.mark.browser


def test_a_page_that_was_open_logs_to_the_renamed_event_and_shows_it(
    office: Office, page: Page, dynamodb: Engine
) -> None:
    today = today_at_the_dock()
    old, new = f"{today}-Smith", f"{today}-smith-wedding"
    office.put(a_row(old, title="Smith wedding", starts_at=f"{today}T23:00:00-08:00"))
    office.enter(page)
    open_card(page, old)
    renamed(dynamodb.endpoint, office.world.table, old, new)

    log_payment(page, old, "125")

    expect(page.locator("#toast")).to_contain_text("Logged $125.00 from Dave Kowalski")
    expect(patron(page, old, "dave")).to_contain_text("paid in full")
    assert office.record(new, "dave")["amount"] == 125
    page.reload()
    expect(card(page, new)).to_be_visible()
    expect(card(page, old)).to_have_count(0)
