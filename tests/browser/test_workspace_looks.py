"""The page's accessibility: contrast by WCAG AA in light and dark, and names for everything that can be pressed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.workspace_page import cashier, composer, dialog, payment_form, run, served_workspace
from tests.devkit.slack.stage import a_button, a_section, a_table, an_actions_block, mrkdwn

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from devkit.slack.wire import JSON
    from tests.browser.windows import Windows
    from tests.devkit.slack.stage import Stage

pytestmark = pytest.mark.browser

FAINT = """() => {
    const rgba = (colour) => {
        const [r, g, b, a = 1] = colour.match(/[\\d.]+/g).map(Number);
        return colour.startsWith("color(") ? [r * 255, g * 255, b * 255, a] : [r, g, b, a];
    };
    const over = ([r, g, b, a], below) => [r, g, b].map((part, at) => part * a + below[at] * (1 - a)).concat(1);
    const ground = (node) => {
        if (!node) return [255, 255, 255, 1];
        const own = rgba(getComputedStyle(node).backgroundColor);
        return own[3] === 1 ? own : over(own, ground(node.parentElement));
    };
    const light = (rgb) => {
        const linear = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
        const [r, g, b] = rgb.map((part) => linear(part / 255));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ratio = (ink, paper) => {
        const [dark, bright] = [light(over(ink, paper)), light(paper)].sort((a, b) => a - b);
        return (bright + 0.05) / (dark + 0.05);
    };
    const found = [];
    const judge = (node, style, words) => {
        const size = parseFloat(style.fontSize);
        const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
        const contrast = ratio(rgba(style.color), ground(node));
        if (contrast < (large ? 3 : 4.5)) found.push(`${contrast.toFixed(2)} ${node.className}: ${words}`);
    };
    for (const node of document.querySelectorAll("body *")) {
        if (!node.checkVisibility({ visibilityProperty: true })) continue;
        if (node.closest("[inert], :disabled, .hidden")) continue;
        const texts = [...node.childNodes].filter((child) => child.nodeType === 3);
        const words = texts.map((child) => child.data.trim()).join("");
        if (words) judge(node, getComputedStyle(node), words);
        if (node.placeholder) judge(node, getComputedStyle(node, "::placeholder"), node.placeholder);
    }
    return found;
}"""
"""Return the texts with a contrast below 4.5 to 1, for large letters 3 to 1 (WCAG 2.2, 1.4.3)."""


def everything(stage: Stage) -> None:
    """Put one message of each kind into #dock."""
    blocks: list[JSON] = [
        a_section("*Hello* <@U0DANA> <@U0MARCO> <!channel> `code` <https://example.com|link>"),
        {"type": "context", "elements": [mrkdwn("Posted by the bot")]},
        a_table([["Patron", "Due"], ["Dave", "125.00"]]),
        an_actions_block(a_button("a"), a_button("b", style="primary"), a_button("c", style="danger")),
    ]
    stage.slack.say("U0MARCO", "C0DOCK", "Morning")
    assert stage.api("chat.postMessage", channel="C0DOCK", text="x", blocks=blocks)["ok"]
    assert stage.api("chat.postEphemeral", channel="C0DOCK", user="U0DANA", text="For you")["ok"]


@pytest.mark.parametrize("window", ["page", "dark_page"])
def test_everything_can_be_read_in_light_and_dark(window: str, request: pytest.FixtureRequest) -> None:
    page: Page = request.getfixturevalue(window)
    with served_workspace(cashier) as workspace:
        everything(workspace.stage)
        workspace.open(page)
        workspace.stage.slack.say("U0MARCO", "C0OFFICE", "Unread")
        page.locator(".badge").wait_for()
        assert page.evaluate(FAINT) == []
        composer(page).fill("/")
        page.get_by_role("option").first.wait_for()
        assert page.evaluate(FAINT) == []
        run(page, "/log-payment")
        dialog(page).get_by_role("button", name="Log", exact=True).click()
        dialog(page).get_by_text("Please complete").first.wait_for()
        dialog(page).get_by_label("Patron").click()
        page.get_by_role("option").first.wait_for()
        assert page.evaluate(FAINT) == []


def test_everything_that_can_be_pressed_or_filled_has_a_name(page: Page) -> None:
    with served_workspace(cashier) as workspace:
        everything(workspace.stage)
        workspace.open(page)
        run(page, "/log-payment")
        dialog(page).wait_for()
        fields = [block["label"]["text"] for block in payment_form()["blocks"]]
        for label in fields:
            assert dialog(page).get_by_label(label).count() == 1, label
        for role in ("button", "link", "textbox", "combobox"):
            for each in page.get_by_role(role).all():
                assert '"' in each.aria_snapshot().splitlines()[0], each.aria_snapshot()


def test_where_motion_is_reduced_the_channels_take_the_focus_and_hide_at_once(windows: Windows) -> None:
    looks = {"viewport": {"width": 375, "height": 812}, "has_touch": True, "reduced_motion": "reduce"}
    with windows.opened(**looks) as phone, served_workspace() as workspace:
        workspace.open(phone)
        phone.get_by_role("button", name="Channels and people").tap()
        expect(phone.get_by_role("button", name="dock")).to_be_focused()
        shown_after = """button => { button.click(); return document.querySelector(".sidebar").checkVisibility(
            { checkVisibilityCSS: true }) }"""
        close = phone.get_by_role("button", name="Close the channel list")
        assert close.evaluate(shown_after) is False
        expect(phone.get_by_role("button", name="Channels and people")).to_be_focused()
