"""Messages: their visible text, group notifications, and the requests of their buttons and menus."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from devkit.slack import Answer
from tests.devkit.slack.stage import (
    Stage,
    a_button,
    a_section,
    a_table,
    an_actions_block,
    an_option,
    answering,
    mrkdwn,
    plain,
    posted,
)

if TYPE_CHECKING:
    from devkit.slack.wire import JSON


def test_a_typed_message_is_shown_as_typed_and_notifies_nobody() -> None:
    stage = Stage()
    stage.slack.as_("U0DANA").say("Tom & <!channel> *bold*")
    seen = stage.slack.as_("U0MARCO").sees()[0]
    assert seen.text == "Tom & <!channel> bold"
    assert seen.user == "U0DANA"
    assert stage.slack.pings == []


@pytest.mark.parametrize(
    "payload",
    [
        {"text": "<!channel> paid"},
        {"text": "x", "blocks": [a_section("*Note:* <!here|here>")]},
        {"text": "x", "blocks": [{"type": "context", "elements": [mrkdwn("<!everyone>")]}]},
        {"text": "x", "blocks": [a_section(fields=[mrkdwn("<!channel>")])]},
        {
            "text": "x",
            "blocks": [
                {
                    "type": "rich_text",
                    "elements": [{"type": "rich_text_section", "elements": [{"type": "broadcast", "range": "here"}]}],
                }
            ],
        },
    ],
)
def test_an_unescaped_channel_is_a_ping(payload: JSON) -> None:
    stage = Stage()
    stage.api("chat.postMessage", channel="C0DOCK", **payload)
    assert len(stage.slack.pings) == 1


@pytest.mark.parametrize(
    "payload",
    [
        {"text": "&lt;!channel&gt; paid"},
        {"text": "x", "blocks": [{"type": "section", "text": plain("<!channel>")}]},
        {"text": "x", "blocks": [a_table([["<!channel>"]])]},
        {"text": "<@U0DANA> and <https://example.com|here>"},
    ],
)
def test_an_escaped_or_plain_text_channel_is_no_ping(payload: JSON) -> None:
    stage = Stage()
    assert stage.api("chat.postMessage", channel="C0DOCK", **payload)["ok"]
    assert stage.slack.pings == []


def test_the_visible_text_has_names_and_no_markup() -> None:
    stage = Stage()
    blocks = [
        {"type": "header", "text": plain("Receipt &amp; balance")},
        a_section(
            "*Dave* &lt;!channel&gt; &amp; Sons paid <https://example.com|here>", fields=[mrkdwn("_by_ <@U0DANA>")]
        ),
        {"type": "context", "elements": [mrkdwn("in <#C0DOCK>")]},
        a_table([["Patron", "Paid"], ["Dave", "120.00"]]),
        an_actions_block(a_button()),
    ]
    stage.api("chat.postMessage", channel="C0DOCK", text="fallback", blocks=blocks)
    message = stage.slack.as_("U0DANA").sees()[0]
    assert message.text.splitlines() == [
        "Receipt & balance",
        "Dave <!channel> & Sons paid here",
        "by @Dana Reyes",
        "in #dock",
        "Patron | Paid",
        "Dave | 120.00",
        "Log another",
    ]
    assert message.fallback == "fallback"
    assert message.table == [["Patron", "Paid"], ["Dave", "120.00"]]


def test_rich_text_reads_like_text() -> None:
    def section(*leaves: JSON) -> JSON:
        return {"type": "rich_text_section", "elements": list(leaves)}

    leaves: list[JSON] = [
        {"type": "text", "text": "Paid "},
        {"type": "user", "user_id": "U0DANA"},
        {"type": "text", "text": " in "},
        {"type": "channel", "channel_id": "C0DOCK"},
        {"type": "emoji", "name": "boat"},
        {"type": "link", "url": "https://example.com", "text": "here"},
        {"type": "usergroup", "usergroup_id": "S0CREW"},
        {"type": "broadcast", "range": "here"},
        {"type": "color", "value": "#fff"},
        {"type": "date", "timestamp": 1795000000, "format": "{date}", "fallback": "today"},
    ]
    items = {
        "type": "rich_text_list",
        "style": "bullet",
        "elements": [section({"type": "text", "text": "one"}), section({"type": "text", "text": "two"})],
    }
    rich = {"type": "rich_text", "elements": [section(*leaves), items]}
    stage = Stage()
    blocks = [
        rich,
        {
            "type": "table",
            "rows": [
                [
                    {"type": "rich_text", "elements": [section({"type": "text", "text": "cell"})]},
                    {"type": "raw_number", "value": 5, "text": "5"},
                ]
            ],
        },
        {"type": "image", "image_url": "https://example.com/q.png", "alt_text": "QR code"},
    ]
    assert stage.api("chat.postMessage", channel="C0DOCK", text="x", blocks=blocks)["ok"]
    message = stage.slack.as_("U0DANA").sees()[0]
    said = "Paid @Dana Reyes in #dock:boat:here@crew@here#ffftoday"
    assert message.text.splitlines() == [said, "one", "two", "cell | 5", "QR code"]
    assert message.table == [["cell", "5"]]
    stage.slack.as_("U0DANA").say("no table here")
    with pytest.raises(LookupError, match="no table"):
        _ = stage.slack.as_("U0DANA").sees()[1].table


def test_special_sequences_read_as_slack_shows_them() -> None:
    stage = Stage()
    text = (
        "<!subteam^S0CREW> <!date^1795000000^{date}|today> <!here> <mailto:a@b.org|a@b.org> <https://x.org> <@U0GONE>"
    )
    stage.api("chat.postMessage", channel="C0DOCK", text=text)
    assert stage.slack.as_("U0DANA").sees()[0].text == "@crew today @here a@b.org https://x.org @U0GONE"


# Buttons and menus


def test_a_button_in_a_message_sends_its_place_and_value() -> None:
    stage = Stage()
    posted(stage, an_actions_block(a_button("open", value="2026-11-23-cory"), a_button("skip", value="no")))
    dana = stage.slack.as_("U0DANA")
    message = dana.sees()[0]
    dana.click(message, action_id="open")
    sent = stage.heard[0]
    assert sent["type"] == "block_actions"
    assert sent["user"] == {"id": "U0DANA", "username": "dana", "name": "dana", "team_id": "T0SHIPCREW"}
    assert sent["team"] == {"id": "T0SHIPCREW", "domain": "ship-captain-crew"}
    assert sent["channel"] == {"id": "C0DOCK", "name": "dock"}
    assert sent["container"] == {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": "C0DOCK",
        "is_ephemeral": False,
    }
    assert sent["message"]["bot_id"] == "B0SHIPBOT"
    assert sent["message"]["ts"] == message.ts
    assert sent["trigger_id"]
    action = sent["actions"][0]
    assert action.pop("action_ts")
    assert action == {
        "type": "button",
        "action_id": "open",
        "block_id": "buttons",
        "value": "2026-11-23-cory",
        "text": {"type": "plain_text", "text": "Log another", "emoji": True},
    }


def test_a_value_selects_among_buttons_that_share_an_action() -> None:
    stage = Stage()
    posted(
        stage,
        an_actions_block(a_button("pick", value="dave"), block_id="a"),
        an_actions_block(a_button("pick", value="ann"), block_id="b"),
    )
    dana = stage.slack.as_("U0DANA")
    dana.click(dana.sees()[0], action_id="pick", value="ann")
    assert stage.heard[0]["actions"][0]["block_id"] == "b"
    with pytest.raises(LookupError, match="nothing to click"):
        dana.click(dana.sees()[0], action_id="pick", value="zoe")


def test_plain_text_comes_back_with_entities() -> None:
    stage = Stage()
    posted(stage, an_actions_block({**a_button("open"), "text": plain("Dave & Ann")}))
    dana = stage.slack.as_("U0DANA")
    dana.click(dana.sees()[0], action_id="open")
    assert stage.heard[0]["actions"][0]["text"]["text"] == "Dave &amp; Ann"
    assert stage.heard[0]["message"]["blocks"][0]["elements"][0]["text"]["text"] == "Dave &amp; Ann"
    assert "Dave & Ann" in dana.sees()[0].text


def test_an_overflow_menu_and_a_select_send_the_chosen_option() -> None:
    stage = Stage()
    menu = {"type": "overflow", "action_id": "more", "options": [an_option("Void"), an_option("Refund")]}
    select = {"type": "static_select", "action_id": "trip", "options": [an_option("Cory"), an_option("Sunset")]}
    posted(stage, an_actions_block(menu), a_section(accessory=select, block_id="trip"))
    dana = stage.slack.as_("U0DANA")
    dana.click(dana.sees()[0], action_id="more", value="refund")
    dana.click(dana.sees()[0], action_id="trip", value="Sunset")
    with pytest.raises(LookupError, match="offers no"):
        stage.slack.act("U0DANA", dana.sees()[0].place, "buttons", "more", {"selected_option": an_option("Explode")})
    assert stage.heard[0]["actions"][0]["selected_option"]["value"] == "refund"
    assert stage.heard[1]["actions"][0]["selected_option"]["value"] == "sunset"
    assert stage.heard[1]["state"]["values"]["trip"]["trip"]["selected_option"]["value"] == "sunset"


def test_a_type_ahead_in_a_message_asks_the_bot_too() -> None:
    select = {"type": "external_select", "action_id": "patron", "min_query_length": 0}
    stage = answering({"options": [an_option("Dave")]})
    posted(stage, a_section(accessory=select, block_id="patron"))
    stage.api("chat.postEphemeral", channel="C0DOCK", user="U0DANA", text="x", blocks=[an_actions_block(select)])
    everybodys, mine = stage.slack.as_("U0DANA").sees()
    stage.slack.suggest("U0DANA", everybodys.place, "patron", "patron", "da")
    asked = stage.heard[-1]
    assert (asked["type"], asked["value"], asked["message"]["ts"]) == ("block_suggestion", "da", everybodys.ts)
    assert asked["channel"]["id"] == "C0DOCK"
    offered = stage.slack.suggest("U0DANA", mine.place, "buttons", "patron", "da")
    assert "message" not in stage.heard[-1]
    assert stage.heard[-1]["container"]["is_ephemeral"] is True
    assert offered["options"][0]["text"] == {"type": "plain_text", "text": "Dave", "emoji": True}


def test_people_of_another_workspace_can_press_buttons_in_shared_channels() -> None:
    stage = Stage()
    posted(stage, an_actions_block(a_button("open")))
    eve = stage.slack.as_("U0EVE")
    eve.click(eve.sees()[0], action_id="open")
    assert stage.heard[0]["user"]["team_id"] == "T0OTHER"


def test_a_bot_that_fails_on_a_button_is_trouble() -> None:
    stage = answering(Answer(500))
    posted(stage, an_actions_block(a_button("open")))
    dana = stage.slack.as_("U0DANA")
    dana.click(dana.sees()[0], action_id="open")
    assert dana.troubles == ["We had some trouble connecting. Try again?"]


def test_a_message_that_only_somebody_else_sees_cannot_be_used() -> None:
    stage = Stage()
    stage.api(
        "chat.postEphemeral", channel="C0DOCK", user="U0DANA", text="x", blocks=[an_actions_block(a_button("open"))]
    )
    message = stage.slack.as_("U0DANA").sees()[0]
    with pytest.raises(LookupError, match="sees no message"):
        stage.slack.as_("U0MARCO").click(message, action_id="open")


def test_an_ephemeral_message_comes_without_its_content() -> None:
    stage = Stage()
    stage.api(
        "chat.postEphemeral", channel="C0DOCK", user="U0DANA", text="x", blocks=[an_actions_block(a_button("open"))]
    )
    dana = stage.slack.as_("U0DANA")
    dana.click(dana.sees()[0], action_id="open")
    assert stage.heard[0]["container"]["is_ephemeral"] is True
    assert "message" not in stage.heard[0]
