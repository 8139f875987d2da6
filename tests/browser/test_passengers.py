"""The passenger list on a crew member's phone, and its buttons on the dispatch page."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from adapters.check_ins import DynamoCheckIns
from adapters.ledger import DynamoLedger
from charter.boarding import CheckIn
from tests.browser.office import PUBLIC, SECRET, card, open_card, open_row, patron
from tests.builders import DANA, MARCO, ZONE
from web.tokens import Tokens

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser.office import Office

pytestmark = pytest.mark.browser


def _check_ins(office: Office) -> DynamoCheckIns:
    ledger = DynamoLedger(office.world.client, office.world.table, zone=ZONE, currency="USD")
    return DynamoCheckIns(office.world.client, office.world.table, ledger=ledger)


def _check_in_dave(office: Office, eid: str) -> None:
    request = CheckIn(eid, "dave", 1, "Pays ashore")
    _check_ins(office).check_in(request, by=DANA, admin=False, now=datetime.now(ZONE))


def _link(office: Office, eid: str, *, ago: timedelta = timedelta()) -> str:
    tokens = Tokens(SECRET, PUBLIC, now=lambda: datetime.now(UTC) - ago)
    return tokens.list_link("U0DANA", name="Dana Reyes", eid=eid).replace(PUBLIC, office.url)


def _saved(page: Page, words: str, where: Path) -> bytes:
    with page.expect_download() as coming:
        page.get_by_role("button", name=words).click()
    coming.value.save_as(where)
    return where.read_bytes()


def test_crew_read_and_print_the_list_on_a_phone(office: Office, second_phone: Page, trip: str, tmp_path: Path) -> None:
    _check_in_dave(office, trip)
    page = second_phone
    page.goto(_link(office, trip))

    dave = page.locator("li[data-patron-id='dave']")
    expect(dave).to_contain_text("■ aboard")
    expect(dave).to_contain_text("Pays ashore")
    expect(page.locator(".souls")).to_contain_text(re.compile("^1 aboard of [0-9]+ expected, the boat takes [0-9]+$"))
    expect(page.locator(".list")).to_contain_text("Captain: Cory")
    assert "token" not in page.url
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for words in ("PDF Letter", "PDF A4"):
        assert _saved(page, words, tmp_path / "list.pdf").startswith(b"%PDF-")

    page.reload()
    expect(dave).to_contain_text("■ aboard")
    page.context.set_offline(True)
    expect(page.locator("#notices")).to_contain_text("You are offline. This is the list of ")
    page.context.set_offline(False)
    expect(page.locator("#notices")).to_be_empty()
    page.goto(_link(office, trip, ago=timedelta(hours=13)))
    expect(page.locator("#notices")).to_have_text("This token has expired. Type /board in Slack for a new link.")


def test_the_dispatch_page_shows_who_is_aboard_and_prints_the_list(
    office: Office, page: Page, trip: str, tmp_path: Path
) -> None:
    _check_in_dave(office, trip)
    office.world.client.update_item(
        TableName=office.world.table,
        Key={"eid": {"S": trip}, "crew_id": {"S": "#event"}},
        UpdateExpression="SET patrons.#b.#s = :removed, patrons.#b.due = :nothing, patrons.#g.#s = :no_show",
        ExpressionAttributeNames={"#s": "state", "#b": "ben.okafor", "#g": "greg.halloran"},
        ExpressionAttributeValues={":removed": {"S": "removed"}, ":nothing": {"N": "0"}, ":no_show": {"S": "no_show"}},
    )
    office.enter(page)
    expect(card(page, trip).locator(".aboard-count")).to_have_text("1 aboard of 6 expected, the boat takes 12")
    expect(card(page, trip).locator(".figure-pay")).to_have_text("1 to pay $125.00")
    expect(card(page, trip).locator(".give-back")).to_have_text("$60.00 to give back")
    open_card(page, trip)
    expect(page.locator(".removed li")).to_have_text("Ben Okafor · taken off the roster · $60.00 to give back")
    expect(open_row(page, trip, "greg.halloran").locator(".pill")).to_have_text("No-show, paid")
    expect(patron(page, trip, "dave").locator(".patron-party")).to_have_text("party of 1, aboard")
    for words in ("PDF Letter of the passenger list", "PDF A4 of the passenger list"):
        assert _saved(page, words, tmp_path / "list.pdf").startswith(b"%PDF-")

    rows = _check_ins(office)
    seen = rows._ledger.event(trip).boarding.fingerprint
    rows.cast_off(trip, seen=seen, by=MARCO, now=datetime.now(ZONE))
    page.get_by_role("button", name="Refresh").click()
    said = re.compile("⚓ Cast off [0-9]+:[0-9]{2} [AP]M with 1 soul$")
    expect(card(page, trip).locator(".chips")).to_contain_text(said)
