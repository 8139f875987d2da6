"""The workspace page: channels, people, messages and the composer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from devkit.local_slack import serve
from tests.browser.workspace_page import (
    TOO_SMALL,
    Gate,
    become,
    composer,
    dialog,
    eventually,
    messages,
    run,
    served_workspace,
)
from tests.devkit.slack.stage import a_button, a_section, a_table, an_actions_block, mrkdwn, plain

if TYPE_CHECKING:
    from playwright.sync_api import Page


pytestmark = pytest.mark.browser


def test_a_message_appears_for_everybody_without_a_reload(page: Page, second_page: Page) -> None:
    with served_workspace() as workspace:
        workspace.open(page, "U0DANA")
        workspace.open(second_page, "U0MARCO")
        run(page, "Fog until *ten* :sunny:")
        expect(messages(second_page)).to_contain_text("Fog until ten ☀️")
        expect(messages(second_page).locator("strong")).to_have_text("ten")
        expect(composer(page)).to_have_value("")


def test_a_typed_script_is_shown_as_text(page: Page) -> None:
    evil = "<script>window.broken = 1</script><img src=x onerror='window.broken = 1'>"
    with served_workspace() as workspace:
        workspace.stage.slack.rate_limit = False
        blocks = [
            a_section(evil.replace("<", "&lt;")),
            {"type": "header", "text": plain(evil)},
        ]
        workspace.stage.api("chat.postMessage", channel="C0DOCK", text="x", blocks=blocks)
        workspace.stage.api(
            "chat.postMessage", channel="C0DOCK", text="<javascript:alert(1)|click> <http://a.example|b>"
        )
        workspace.open(page)
        run(page, evil)
        expect(messages(page)).to_have_count(3)
        for shown in (messages(page).nth(0).locator(".block").all(), [messages(page).nth(2)]):
            for place in shown:
                expect(place).to_contain_text(evil)
        expect(messages(page).nth(1)).to_contain_text("<javascript:alert(1)|click>")
        assert page.locator(".messages :is(script, img)").count() == 0
        assert page.locator(".messages a").evaluate_all("links => links.map(a => a.href)") == ["http://a.example/"]
        assert page.evaluate("window.broken") is None


def test_only_the_person_sees_an_ephemeral_answer(page: Page, second_page: Page) -> None:
    with served_workspace(lambda _stage, _payload: {"text": "Dave owes $125.00"}) as workspace:
        workspace.open(page, "U0OLIVIA")
        workspace.open(second_page, "U0MARCO")
        run(page, "/payment-status dave")
        expect(messages(page)).to_contain_text("Dave owes $125.00")
        expect(messages(page)).to_contain_text("Only visible to you")
        run(second_page, "Anybody here?")
        expect(messages(second_page)).to_have_count(1)
        expect(second_page.locator(".messages")).not_to_contain_text("Dave owes")


def test_another_person_sees_their_own_channels(page: Page) -> None:
    with served_workspace() as workspace:
        workspace.open(page, "U0DANA", "C0OFFICE")
        expect(page.get_by_role("heading", level=1)).to_have_text("office")
        become(page, "Eve Stone")
        expect(page.get_by_role("button", name="You are Eve Stone, other workspace")).to_be_visible()
        expect(page.locator("[data-channel]")).to_have_text(["dock"])
        expect(page).to_have_url(re.compile(r"\?user=U0EVE&channel=C0DOCK$"))
        page.reload()
        expect(page.get_by_role("button", name="You are Eve Stone")).to_be_visible()
        run(page, "/waiver")
        expect(messages(page)).to_contain_text("/waiver failed because")
        assert workspace.stage.heard == []


def test_messages_in_another_channel_are_unread_until_it_is_opened(page: Page) -> None:
    with served_workspace() as workspace:
        workspace.open(page)
        for words in ("One", "Two"):
            workspace.stage.slack.say("U0MARCO", "C0OFFICE", words)
        office = page.locator("[data-channel=C0OFFICE]")
        expect(office).to_have_text("office2 unread")
        expect(page).to_have_title(re.compile(r"^\* dock"))
        office.click()
        expect(office).to_have_text("office")
        expect(messages(page)).to_have_count(2)


def test_a_slash_lists_the_commands_and_the_keyboard_takes_one(page: Page) -> None:
    with served_workspace(lambda _stage, _payload: {"text": "Here you are"}) as workspace:
        workspace.open(page)
        composer(page).press_sequentially("/")
        options = page.get_by_role("option")
        expect(options).to_have_count(4)
        expect(options.first).to_contain_text("/log-payment [event] [patron] [amount] [method] [notes]")
        expect(options.first).to_contain_text("Log a patron's payment")
        page.keyboard.press("Escape")
        expect(options).to_have_count(0)
        composer(page).fill("")
        composer(page).press_sequentially("/")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Tab")
        expect(composer(page)).to_have_value("/waiver ")
        page.keyboard.type("sunset & co")
        page.keyboard.press("Enter")
        expect(messages(page)).to_contain_text("Here you are")
        assert [heard["text"] for heard in workspace.stage.heard] == ["sunset &amp; co"]


def test_an_unknown_command_is_refused_and_its_text_stays(page: Page) -> None:
    with served_workspace() as workspace:
        workspace.open(page)
        run(page, "/log-paymnet dave 120")
        expect(messages(page)).to_contain_text("/log-paymnet is not a valid command")
        expect(composer(page)).to_have_value("/log-paymnet dave 120")


def test_slackbot_reports_a_command_that_fails(page: Page) -> None:
    gate = Gate()
    with served_workspace(lambda _stage, _payload: gate.wait(), patience=0.2) as workspace:
        workspace.open(page)
        run(page, "/payment-status")
        expect(messages(page)).to_contain_text('/payment-status failed with the error "operation_timeout"')
        expect(messages(page)).to_contain_text("Slackbot")
        expect(messages(page)).to_contain_text("Only visible to you")
        gate.open()


def test_the_page_reports_a_lost_connection_and_reconnects(page: Page) -> None:
    with served_workspace() as workspace:
        workspace.open(page)
        port = int(workspace.running.url.rpartition(":")[2])
        workspace.running.stop()
        expect(page.get_by_text("Connection lost. Reconnecting…")).to_be_visible()
        run(page, "Into the void")
        expect(messages(page)).to_contain_text("does not answer")
        expect(composer(page)).to_have_value("Into the void")
        workspace.stage.slack.say("U0MARCO", "C0DOCK", "While you were away")
        again = serve(workspace.stage.slack, port)
        try:
            expect(messages(page).first).to_contain_text("While you were away")
            expect(page.get_by_text("Connection lost. Reconnecting…")).to_be_hidden()
        finally:
            page.goto("about:blank")
            again.stop()


def test_a_changed_message_is_redrawn_and_marked(page: Page) -> None:
    with served_workspace() as workspace:
        posted = workspace.stage.api("chat.postMessage", channel="C0DOCK", text="7 of 12 have signed")
        workspace.open(page)
        workspace.stage.api("chat.update", channel="C0DOCK", ts=posted["ts"], text="8 of 12 have signed")
        expect(messages(page)).to_contain_text("8 of 12 have signed")
        expect(messages(page)).to_contain_text("(edited)")
        workspace.stage.api("chat.delete", channel="C0DOCK", ts=posted["ts"])
        expect(messages(page)).to_have_count(0)


def test_replies_are_below_the_message_they_answer(page: Page) -> None:
    with served_workspace() as workspace:
        workspace.stage.slack.rate_limit = False
        first = workspace.stage.api("chat.postMessage", channel="C0DOCK", text="Boarding card")
        workspace.stage.api("chat.postMessage", channel="C0DOCK", text="Another thing")
        workspace.stage.api("chat.postMessage", channel="C0DOCK", text="Dave paid", thread_ts=first["ts"])
        workspace.open(page)
        expect(messages(page)).to_have_count(3)
        assert [text.splitlines()[-1] for text in messages(page).all_inner_texts()] == [
            "Boarding card",
            "Dave paid",
            "Another thing",
        ]


def test_names_links_dates_and_mentions_are_spelled_out(page: Page) -> None:
    words = (
        "<@U0DANA> in <#C0OFFICE>: <https://example.com/a_b|the *form*> `a*b*c` 2*3*4 snake_case_word "
        "_a <https://x.example/a_b|link>_ <!date^1795000000^{date_num} {time}|then> <!channel> :nope: ~old~"
        "\n&gt; quoted\n```pre *x*```"
    )
    with served_workspace() as workspace:
        workspace.stage.api("chat.postMessage", channel="C0DOCK", text="x", blocks=[a_section(words)])
        workspace.open(page)
        shown = messages(page).locator(".words")
        expect(shown).to_contain_text(
            "@Dana Reyes in #office: the *form* a*b*c 2*3*4 snake_case_word "
            "a link 2026-11-18 3:06 AM @channel :nope: old"
        )
        for tag, text in {
            "em": "a link",
            "s": "old",
            "blockquote": "quoted",
            "pre": "pre *x*",
            "code": "a*b*c",
        }.items():
            expect(shown.locator(tag)).to_have_text(text)
        shown.get_by_text("#office").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("office")


def test_a_table_has_its_amounts_aligned_to_the_right(phone: Page) -> None:
    rows = [["Patron", "Due", "Method"], ["Bartholomew Featherstonehaugh-Cholmondeley", "125.00", "venmo"]]
    with served_workspace() as workspace:
        table = a_table(rows, column_settings=[{}, {"align": "right"}])
        workspace.stage.api("chat.postMessage", channel="C0DOCK", text="x", blocks=[table])
        workspace.open(phone)
        expect(phone.get_by_role("columnheader")).to_have_text(rows[0])
        expect(phone.get_by_role("cell", name="125.00")).to_have_css("text-align", "right")
        scrolls = "box => box.scrollWidth > box.clientWidth && document.documentElement.scrollWidth <= innerWidth"
        assert phone.locator(".table-wrap").evaluate(scrolls)


def test_a_button_with_an_address_opens_a_tab_and_is_sent_to_the_bot(page: Page) -> None:
    with served_workspace() as workspace:
        button = a_button("open", url=f"{workspace.running.url}/page/icon.svg", value="cory")
        workspace.stage.api("chat.postMessage", channel="C0DOCK", text="x", blocks=[an_actions_block(button)])
        workspace.open(page)
        with page.context.expect_page() as opened:
            page.locator("[data-action-id=open]").click()
        assert opened.value.url.endswith("/page/icon.svg")
        eventually(lambda: [action["value"] for action in workspace.actions()] == ["cory"])


def test_a_dangerous_button_is_confirmed_before_it_is_sent(page: Page) -> None:
    confirm = {
        "title": plain("Refund $125.00?"),
        "text": mrkdwn("It *cannot* be taken back."),
        "confirm": plain("Refund"),
        "deny": plain("Keep"),
    }
    with served_workspace() as workspace:
        button = a_button("refund", style="danger", confirm=confirm)
        workspace.stage.api("chat.postMessage", channel="C0DOCK", text="x", blocks=[an_actions_block(button)])
        workspace.open(page)
        asked = page.get_by_role("alertdialog", name="Refund $125.00?")
        for answer in ("Keep", "Refund"):
            page.locator("[data-action-id=refund]").click()
            expect(asked).to_contain_text("It cannot be taken back.")
            asked.get_by_role("button", name=answer).click()
            expect(asked).to_have_count(0)
            expect(page.locator("[data-action-id=refund]")).to_be_focused()
        expect(page.locator("[data-action-id=refund][aria-busy=true]")).to_have_count(0)
        assert len(workspace.actions()) == 1


def test_on_a_phone_the_channels_slide_in_and_everything_fits_a_finger(phone: Page) -> None:
    with served_workspace() as workspace:
        blocks = [an_actions_block(a_button("one"), a_button("two", style="primary"))]
        workspace.stage.api("chat.postMessage", channel="C0DOCK", text="x", blocks=blocks)
        workspace.open(phone)
        office = phone.get_by_role("button", name="office")
        expect(office).to_be_hidden()
        phone.get_by_role("button", name="Channels and people").tap()
        expect(phone.get_by_role("button", name="dock")).to_be_focused()
        assert phone.locator("button, a.btn").evaluate_all(TOO_SMALL) == []
        office.tap()
        expect(office).to_be_hidden()
        expect(phone.get_by_role("heading", level=1)).to_have_text("office")
        expect(dialog(phone)).to_have_count(0)
