"""All that the app sends is recorded by its shape: once for all values of one structure, with the test that sent it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from devkit.slack.sent import Recorder, arguments, shape
from tests.devkit.slack.stage import Stage, a_button, a_section, a_table, a_view, an_actions_block, mrkdwn

if TYPE_CHECKING:
    from pathlib import Path


def _read(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for file in folder.iterdir() for line in file.read_text().splitlines()]


def test_a_shape_keeps_the_structure_and_the_choices_and_no_texts_or_numbers() -> None:
    danger = an_actions_block(a_button(style="danger", value="p1"))
    assert shape(danger) == {
        "block_id": "text",
        "elements": [
            {
                "action_id": "text",
                "style": "danger",
                "text": {"text": "text", "type": "plain_text"},
                "type": "button",
                "value": "text",
            }
        ],
        "type": "actions",
    }
    assert shape({"limit": 5, "unfurl_links": False, "view": None}) == {"limit": 1, "unfurl_links": False, "view": None}
    assert shape({"errors": {"amount": "Too much.", "patron": "Who?"}}) == {"errors": {"id0": "text"}}


def test_items_of_the_same_shape_are_one_item() -> None:
    many, one = a_table([["a", "b"], ["c", "d"]]), a_table([["a"]])
    assert shape(many) == shape(one)
    both = [a_section(), a_section(text="x", fields=[mrkdwn("y")]), a_section("z")]
    assert len(shape(both)) == 2


def test_arguments_that_a_form_carries_as_json_are_parsed() -> None:
    given = {"channel": "C0DOCK", "blocks": json.dumps([a_section()]), "metadata": "{", "text": "[]"}
    assert arguments(given) == {"channel": "C0DOCK", "blocks": [a_section()], "metadata": "{", "text": "[]"}


def test_calls_answers_and_messages_to_response_urls_are_recorded_once(tmp_path: Path) -> None:
    record = Recorder(tmp_path / "records")
    stage = Stage(record=record)

    def says(_stage: Stage, payload: dict[str, Any]) -> object:
        stage.api("views.open", trigger_id=payload["trigger_id"], view=json.dumps(a_view()))
        stage.slack.respond(payload["response_url"].rsplit("/", 1)[1], {"text": "Ahoy", "response_type": "ephemeral"})
        return {"text": "On its way"}

    stage.says = says
    for _ in range(2):
        stage.slack.as_("U0DANA").command("/log-payment")
    records = _read(tmp_path / "records")
    assert {each["kind"]: sorted(each["shape"]) for each in records} == {
        "views.open": ["trigger_id", "view"],
        "response_url": ["response_type", "text"],
        "answer to command": ["text"],
    }
    assert len(records) == 3
    assert all("test_calls_answers_and_messages" in each["by"] for each in records)


def test_a_call_that_slack_refuses_is_recorded_too(tmp_path: Path) -> None:
    stage = Stage(record=Recorder(tmp_path))
    assert not stage.api("chat.postMessage", channel="C0DOCK", blocks=[{"type": "bar"}])["ok"]
    assert [each["shape"]["blocks"] for each in _read(tmp_path)] == [[{"type": "bar"}]]
