"""The workspace page: the Home tab, threads, and the menu of a message."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.workspace_page import composer, dialog, messages, run, served_workspace
from tests.devkit.slack.stage import Stage, a_button, a_home, a_section, a_text_input, a_view, an_actions_block

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from devkit.slack.wire import JSON


pytestmark = pytest.mark.browser


def home_bot(stage: Stage, payload: JSON) -> None:
    """A bot with a Home tab and a message shortcut, which opens a form with the message's text."""
    if payload["type"] == "message_action":
        view = a_view(a_section(payload["message"]["text"]), a_text_input())
        answer = stage.api("views.open", trigger_id=payload["trigger_id"], view=view)
    else:
        day = "Tomorrow: Sunset" if payload["type"] == "block_actions" else "Today: Captain Cory"
        view = a_home(a_section(day), an_actions_block(a_button("next")))
        answer = stage.api("views.publish", user_id="U0DANA", view=view)
    assert answer["ok"], answer


def test_the_home_tab_opens_and_a_message_in_a_thread_has_shortcuts_but_no_commands(page: Page) -> None:
    with served_workspace(home_bot) as workspace:
        workspace.open(page)
        page.get_by_role("button", name="Ship Captain Crew Home").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Ship Captain Crew")
        expect(page.locator(".home")).to_contain_text("Today: Captain Cory")
        expect(composer(page)).to_be_hidden()
        page.locator("[data-action-id=next]").click()
        expect(page.locator(".home")).to_contain_text("Tomorrow: Sunset")
        workspace.stage.api("views.publish", user_id="U0DANA", view=a_home(a_section("Weather: fog")))
        expect(page.locator(".home")).to_have_text("Weather: fog")
        page.reload()  # opens the tab again
        expect(page.locator(".home")).to_contain_text("Today: Captain Cory")

        said = workspace.stage.slack.say("U0MARCO", "C0DOCK", "Who has *paid*?")
        page.locator("[data-channel=C0DOCK]").click()
        messages(page).hover()
        page.get_by_role("button", name="Message actions").click()
        page.get_by_role("menuitem", name="Reply in thread").click()
        expect(page.get_by_text("Replying to Marco Bell: Who has paid?")).to_be_visible()
        run(page, "Dave, 120 cash")
        expect(page.locator(".message-reply")).to_contain_text("Dave, 120 cash")
        run(page, "/log-payment dave")
        expect(page.locator(".message-reply").last).to_contain_text("/log-payment is not supported in threads. Sorry!")
        expect(composer(page)).to_have_value("/log-payment dave")
        page.get_by_role("button", name="Leave the thread").click()
        expect(composer(page)).to_have_value("")

        reply = page.locator(".message-reply").first
        reply.hover()
        reply.get_by_role("button", name="Message actions").click()
        page.get_by_role("menuitem", name="Log payment").click()
        expect(dialog(page)).to_contain_text("Dave, 120 cash")
        assert workspace.stage.heard[-1]["message"]["thread_ts"] == said.ts
        page.keyboard.press("Escape")
        expect(dialog(page)).to_have_count(0)

        link = workspace.stage.api("chat.getPermalink", channel="C0DOCK", message_ts=said.ts)["permalink"]
        workspace.stage.api("chat.postMessage", channel="C0OFFICE", text=f"See <{link}|this>")
        page.locator("[data-channel=C0OFFICE]").click()
        page.get_by_role("link", name="this").click()
        expect(page.locator(".message-found")).to_contain_text("Who has paid?")
        page.goto(link)
        expect(page.locator(".message-found")).to_contain_text("Who has paid?")
