"""The page's fields: the entered values reach the bot completely and in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.workspace_page import dialog, pick, run, served_workspace
from tests.devkit.slack.stage import a_view, an_input, an_option, opening

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

    from devkit.slack.wire import JSON

pytestmark = pytest.mark.browser


def test_every_kind_of_field_reaches_the_bot_as_slack_would_send_it(page: Page) -> None:
    kinds = (an_option("Afternoon"), an_option("Sunset"))
    fields: dict[str, JSON] = {
        "mail": {"type": "email_text_input"},
        "party": {"type": "number_input", "is_decimal_allowed": False, "min_value": "1"},
        "day": {"type": "datepicker"},
        "time": {"type": "timepicker"},
        "kind": {"type": "radio_buttons", "options": list(kinds)},
        "extras": {"type": "checkboxes", "options": list(kinds)},
        "crew": {"type": "multi_users_select"},
        "where": {"type": "channels_select"},
        "several": {"type": "multi_static_select", "options": list(kinds)},
    }
    form = a_view(*(an_input(element, block_id) for block_id, element in fields.items()))
    with served_workspace(opening(form).says) as workspace:
        workspace.open(page)
        run(page, "/log-payment")
        modal = dialog(page)
        modal.get_by_label("Mail").fill("dana@example.com")
        modal.get_by_label("Party").fill("3")
        modal.get_by_label("Day").fill("2026-11-24")
        modal.get_by_label("Time").fill("17:30")
        modal.get_by_role("radio", name="Sunset").check()
        for box in ("Sunset", "Afternoon"):
            modal.get_by_role("checkbox", name=box).check()
        for label, words in (("Crew", "@Marco"), ("Crew", "@Olivia"), ("Where", "#office"), ("Several", "Sun")):
            pick(page, label, words)
            page.keyboard.press("Escape") if label in {"Crew", "Several"} else None
        modal.get_by_role("button", name="Log", exact=True).click()
        expect(modal).to_have_count(0)
        (sent,) = workspace.submissions()
        held = {
            name: {key: value for key, value in state[name].items() if key != "type"} for name, state in sent.items()
        }
        labels = {
            name: [each["text"]["text"] for each in held[name]["selected_options"]] for name in ("extras", "several")
        }
        assert labels == {"extras": ["Afternoon", "Sunset"], "several": ["Sunset"]}
        assert held["kind"]["selected_option"]["text"]["text"] == "Sunset"
        assert {name: held[name] for name in ("mail", "party", "day", "time", "crew", "where")} == {
            "mail": {"value": "dana@example.com"},
            "party": {"value": "3"},
            "day": {"selected_date": "2026-11-24"},
            "time": {"selected_time": "17:30"},
            "crew": {"selected_users": ["U0MARCO", "U0OLIVIA"]},
            "where": {"selected_channel": "C0OFFICE"},
        }


def test_boxes_that_are_ticked_in_quick_succession_are_all_sent_however_slow_the_first_was(page: Page) -> None:
    kinds = [an_option("Afternoon"), an_option("Sunset")]
    form = a_view(an_input({"type": "checkboxes", "options": kinds}, "extras"))
    held: list[Route] = []
    with served_workspace(opening(form).says) as workspace:
        workspace.open(page)
        run(page, "/log-payment")
        page.route("**/ui/action", lambda route: route.continue_() if held else held.append(route))
        with page.expect_request("**/ui/action"):
            dialog(page).get_by_role("checkbox", name="Sunset").check()
        dialog(page).get_by_role("checkbox", name="Afternoon").check()
        log = dialog(page).get_by_role("button", name="Log", exact=True)
        log.focus()  # a field with the focus would keep its value
        page.wait_for_timeout(200)  # a second request would be there before the first
        with page.expect_response("**/ui/action"):
            held[0].continue_()
        page.wait_for_timeout(600)  # for the page to show what the server has
        log.click()
        expect(dialog(page)).to_have_count(0)
        (sent,) = workspace.submissions()
        labels = [each["text"]["text"] for each in sent["extras"]["extras"]["selected_options"]]
        assert labels == ["Afternoon", "Sunset"]
