"""The page's modals: type-ahead, errors under their fields, updates, and use by keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.browser.workspace_page import (
    PATRONS,
    TOO_SMALL,
    Gate,
    cashier,
    composer,
    dialog,
    payment_form,
    pick,
    pick_sunset,
    run,
    served_workspace,
)
from tests.devkit.slack.stage import (
    a_button,
    a_text_input,
    a_view,
    an_actions_block,
    opening,
    plain,
)

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from devkit.slack.wire import JSON
    from tests.devkit.slack.stage import Stage

pytestmark = pytest.mark.browser


def test_a_few_letters_find_a_patron(page: Page) -> None:
    with served_workspace(cashier) as workspace:
        workspace.open(page)
        run(page, "/log-payment")
        patron = dialog(page).get_by_label("Patron")
        patron.click()
        expect(page.get_by_role("option")).to_have_text(list(PATRONS))
        patron.press_sequentially("nat", delay=20)
        expect(page.get_by_role("option")).to_have_text(["Priya Natarajan"])
        patron.press("Enter")
        expect(patron).to_have_value("Priya Natarajan")
        expect(page.get_by_role("option")).to_have_count(0)
        asked = [heard["value"] for heard in workspace.stage.heard if heard.get("type") == "block_suggestion"]
        assert asked[0] == ""
        assert asked[-1] == "nat"
        patron.click()
        patron.press_sequentially("xyz")
        expect(page.get_by_text("No results").first).to_be_visible()
        patron.press("Escape")
        expect(patron).to_have_value("Priya Natarajan")


def test_an_error_is_shown_below_its_field_until_the_field_changes(page: Page) -> None:
    with served_workspace(cashier) as workspace:
        workspace.open(page)
        run(page, "/log-payment")
        log = dialog(page).get_by_role("button", name="Log", exact=True)
        log.click()
        missing = dialog(page).get_by_text("Please complete this required field.")
        expect(missing).to_have_count(4)
        assert workspace.submissions() == []
        pick_sunset(page)
        pick(page, "Patron", "Dave")
        pick(page, "Method", "Zelle")
        amount = dialog(page).get_by_label("Amount")
        amount.fill("1,2,3")
        expect(missing).to_have_count(0)
        log.click()
        error = dialog(page).get_by_text("Please enter one amount, such as 125.")
        expect(error).to_be_visible()
        expect(amount).to_be_focused()
        expect(amount).to_have_attribute("aria-invalid", "true")
        expect(amount).to_have_accessible_description("Please enter one amount, such as 125.")
        amount.press_sequentially("0")
        expect(error).to_have_count(0)


def test_typed_text_survives_an_update_that_keeps_the_field(page: Page) -> None:
    with served_workspace(cashier) as workspace:
        workspace.open(page)
        run(page, "/log-payment")
        pick(page, "Patron", "Dave")
        dialog(page).get_by_label("Amount").fill("120")
        dialog(page).get_by_label("Notes").fill("paid <half> on the dock")
        pick(page, "Event", "Captain")
        kept = dialog(page).locator("[data-block-id='patron-captain cory']")
        expect(kept).to_have_value("")
        expect(dialog(page).get_by_label("Amount")).to_have_value("120")
        expect(dialog(page).get_by_label("Notes")).to_have_value("paid <half> on the dock")
        expect(dialog(page).get_by_label("Event")).to_have_value("Captain Cory")
        expect(dialog(page).get_by_label("Event")).to_be_focused()


def test_the_keyboard_alone_logs_a_payment(page: Page) -> None:
    with served_workspace(cashier) as workspace:
        workspace.open(page)
        keys = page.keyboard
        composer(page).focus()
        keys.type("/log")
        keys.press("Tab")
        keys.press("Enter")
        expect(dialog(page).get_by_label("Event")).to_be_focused()
        keys.press("ArrowDown")
        expect(page.get_by_role("option")).to_have_count(2)
        keys.press("ArrowDown")
        keys.press("Enter")
        expect(dialog(page).locator("[data-block-id=patron-sunset]")).to_be_visible()
        keys.press("Tab")
        keys.type("dave")
        expect(page.get_by_role("option")).to_have_text(["Dave Kowalski"])
        keys.press("Enter")
        keys.press("Tab")
        keys.type("125")
        keys.press("Tab")
        keys.type("ven")
        expect(page.get_by_role("option")).to_have_text(["Venmo"])
        keys.press("Enter")
        keys.press("Control+Enter")
        expect(dialog(page)).to_have_accessible_name("Payment logged")
        for _ in range(5):
            keys.press("Tab")
            assert page.evaluate("document.activeElement.closest('[role=dialog]') !== null")
        keys.press("Escape")
        expect(dialog(page)).to_have_count(0)
        expect(composer(page)).to_be_focused()
        (logged,) = workspace.submissions()
        assert logged["amount"]["amount"]["value"] == "125"
        assert logged["method"]["method"]["selected_option"]["text"]["text"] == "Venmo"


def test_pressing_log_twice_sends_one_submission_and_shows_the_wait(page: Page) -> None:
    gate = Gate()

    def slow(stage: Stage, payload: JSON) -> Any:
        if payload.get("type") == "view_submission":
            gate.wait()
        return cashier(stage, payload)

    with served_workspace(slow, patience=10) as workspace:
        workspace.open(page)
        run(page, "/log-payment")
        pick_sunset(page)
        pick(page, "Patron", "Dave")
        pick(page, "Method", "Cash")
        dialog(page).get_by_label("Amount").fill("125")
        log = dialog(page).locator("[data-foot=submit]")
        log.dblclick()
        expect(log).to_have_attribute("aria-busy", "true")
        page.keyboard.press("Control+Enter")
        gate.open()
        expect(dialog(page)).to_have_accessible_name("Payment logged")
        assert len(workspace.submissions()) == 1


def test_a_late_bot_is_trouble_in_the_modal_and_keeps_the_typed_text(page: Page) -> None:
    gate = Gate()

    def stuck(stage: Stage, payload: JSON) -> Any:
        if payload.get("type") == "view_submission":
            gate.wait()
            return None
        return opening(a_view(a_text_input("amount"))).says(stage, payload)

    with served_workspace(stuck, patience=0.3) as workspace:
        workspace.open(page)
        run(page, "/log-payment")
        dialog(page).get_by_label("Amount").fill("125")
        dialog(page).get_by_label("Amount").press("Enter")
        expect(dialog(page)).to_contain_text("We had some trouble connecting. Try again?")
        expect(dialog(page).get_by_label("Amount")).to_have_value("125")
        expect(dialog(page).locator("[data-foot=submit]")).not_to_have_attribute("aria-busy", "true")
        gate.open()


def test_a_pushed_view_has_a_back_button_and_the_cross_closes_everything(page: Page) -> None:
    def pushing(stage: Stage, payload: JSON) -> None:
        ledger = {
            "type": "modal",
            "title": plain("Ledger"),
            "blocks": [a_text_input("reason", optional=True)],
            "submit": plain("Ask"),
        }
        if "command" in payload:
            stage.api(
                "views.open",
                trigger_id=payload["trigger_id"],
                view=a_view(a_text_input(), an_actions_block(a_button("explain"))),
            )
        elif payload["type"] == "block_actions":
            assert stage.api("views.push", trigger_id=payload["trigger_id"], view=ledger)["ok"]

    with served_workspace(pushing) as workspace:
        workspace.open(page)
        run(page, "/log-payment")
        expect(dialog(page).get_by_role("button", name="Back")).to_be_hidden()
        dialog(page).get_by_label("Amount").fill("120")
        explain = dialog(page).locator("[data-action-id=explain]")
        for way_back in ("Back", "Escape"):
            explain.click()
            expect(dialog(page)).to_have_accessible_name("Ledger")
            if way_back == "Escape":
                page.keyboard.press("Escape")
            else:
                dialog(page).get_by_role("button", name="Back").click()
            expect(dialog(page)).to_have_accessible_name("Log a payment")
            expect(dialog(page).get_by_label("Amount")).to_have_value("120")
        explain.click()
        expect(dialog(page)).to_have_accessible_name("Ledger")
        dialog(page).get_by_role("button", name="Close").first.click()
        expect(dialog(page)).to_have_count(0)


def test_on_a_phone_the_form_fills_the_screen(phone: Page) -> None:
    with served_workspace(opening(payment_form()).says) as workspace:
        workspace.open(phone)
        run(phone, "/log-payment")
        assert dialog(phone).bounding_box() == {"x": 0, "y": 0, "width": 375, "height": 812}
        assert dialog(phone).locator("button, .field, .select").evaluate_all(TOO_SMALL) == []
        assert phone.evaluate("document.documentElement.scrollWidth") == 375
