"""response_urls: five answers within half an hour, for one person or everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.devkit.slack.stage import Stage, a_button, a_section, a_table, an_actions_block, answering, posted

if TYPE_CHECKING:
    from devkit.slack.wire import JSON


def hook_of(payload: JSON) -> str:
    return str(payload["response_url"]).rsplit("/", 1)[1]


def test_a_response_url_accepts_five_answers_for_the_person() -> None:
    stage = Stage()
    dana = stage.slack.as_("U0DANA")
    dana.command("/waiver")
    hook = hook_of(stage.heard[0])
    answered = [stage.slack.respond(hook, {"text": f"{number}"}) for number in range(6)]
    assert answered == [(200, "ok")] * 5 + [(404, "used_url")]
    assert [message.text for message in dana.sees()] == ["0", "1", "2", "3", "4"]
    assert all(message.ephemeral for message in dana.sees())


def test_a_response_url_lasts_half_an_hour() -> None:
    stage = Stage()
    dana = stage.slack.as_("U0DANA")
    dana.command("/waiver")
    hook = hook_of(stage.heard[0])
    stage.clock.forward(30 * 60)
    assert stage.slack.respond(hook, {"text": "in time"}) == (200, "ok")
    stage.clock.forward(1)
    assert stage.slack.respond(hook, {"text": "too late"}) == (404, "expired_url")


def test_a_response_url_can_post_for_everybody() -> None:
    stage = Stage()
    stage.slack.as_("U0DANA").command("/waiver")
    stage.slack.respond(hook_of(stage.heard[0]), {"text": "Ahoy", "response_type": "in_channel"})
    assert [message.text for message in stage.slack.as_("U0MARCO").sees()] == ["Ahoy"]


def test_a_refused_response_costs_no_use() -> None:
    stage = Stage()
    stage.slack.as_("U0DANA").command("/waiver")
    hook = hook_of(stage.heard[0])
    assert stage.slack.respond(hook, {"text": ""}) == (400, "no_text")
    assert [stage.slack.respond(hook, {"text": "x"})[0] for _ in range(5)] == [200] * 5


def clicked(stage: Stage) -> str:
    posted(stage, an_actions_block(a_button("open")))
    dana = stage.slack.as_("U0DANA")
    dana.click(dana.sees()[0], action_id="open")
    return hook_of(stage.heard[-1])


def test_a_click_can_replace_its_message() -> None:
    stage = Stage()
    hook = clicked(stage)
    assert stage.slack.respond(hook, {"replace_original": True, "text": "Done"}) == (200, "ok")
    messages = stage.slack.as_("U0MARCO").sees()
    assert [(message.text, message.edited) for message in messages] == [("Done", True)]


def test_without_replace_original_the_answer_to_a_click_is_a_new_message() -> None:
    stage = Stage()
    stage.slack.respond(clicked(stage), {"text": "Noted"})
    assert [message.text for message in stage.slack.as_("U0DANA").sees()] == ["Log another", "Noted"]
    assert [message.text for message in stage.slack.as_("U0MARCO").sees()] == ["Log another"]


def test_a_click_can_delete_its_message() -> None:
    stage = Stage()
    assert stage.slack.respond(clicked(stage), {"delete_original": True}) == (200, "ok")
    assert stage.slack.as_("U0DANA").sees() == []


def test_an_ephemeral_message_stays_so_when_replaced() -> None:
    stage = Stage()
    stage.api(
        "chat.postEphemeral", channel="C0DOCK", user="U0DANA", text="x", blocks=[an_actions_block(a_button("open"))]
    )
    dana = stage.slack.as_("U0DANA")
    dana.click(dana.sees()[0], action_id="open")
    answer = {"replace_original": True, "response_type": "in_channel", "text": "Done"}
    stage.slack.respond(hook_of(stage.heard[-1]), answer)
    assert [message.text for message in dana.sees()] == ["Done"]
    assert stage.slack.as_("U0MARCO").sees() == []


def test_a_persons_command_cannot_be_replaced() -> None:
    stage = Stage()
    dana = stage.slack.as_("U0DANA")
    dana.command("/waiver")
    for _ in range(2):
        stage.slack.respond(hook_of(stage.heard[0]), {"replace_original": True, "text": "x"})
    assert [message.text for message in dana.sees()] == ["x", "x"]


def test_a_table_is_refused_in_a_commands_answer_and_at_response_urls_that_refuse_tables() -> None:
    table: JSON = {"text": "Roster", "blocks": [a_table([["Dave", "$5.00"]])]}
    stage = answering(table)
    dana = stage.slack.as_("U0DANA")
    dana.command("/log-payment")
    assert [(each.error, each.detail) for each in dana.trouble_log] == [
        ("invalid_blocks", "[ERROR] a table in the answer to a command may never be shown")
    ]
    hook = hook_of(stage.heard[-1])
    for status in (400, 500):
        stage.slack.refuse_tables(status)
        assert stage.slack.respond(hook, table) == (status, "invalid_blocks")
        assert stage.slack.respond(hook, {"text": "Roster", "blocks": [a_section("Dave: $5.00")]}) == (200, "ok")
    stage.slack.refuse_tables(200)
    assert stage.slack.respond(hook, table) == (200, "ok"), "refused messages are no uses"
    assert [len(message.blocks) for message in dana.sees()] == [1, 1, 1]
    assert dana.sees()[-1].table == [["Dave", "$5.00"]]
