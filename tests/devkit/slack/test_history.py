"""conversations.history and .replies, message metadata, and calls whose answer is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.devkit.slack.stage import Stage

if TYPE_CHECKING:
    from devkit.slack.wire import JSON


def sample_metadata(key: str = "p1") -> JSON:
    return {"event_type": "entry_logged", "event_payload": {"id": key}}


def texts(answer: JSON) -> list[str]:
    assert answer["ok"], answer
    return [message["text"] for message in answer["messages"]]


def post(stage: Stage, text: str = "Paid", **args: Any) -> str:
    stage.clock.forward(10)
    answer = stage.api("chat.postMessage", channel="C0DOCK", text=text, **args)
    assert answer["ok"], answer
    return str(answer["ts"])


def test_the_history_is_newest_first_and_leaves_out_replies_and_ephemeral_messages() -> None:
    stage = Stage()
    root = post(stage, "one")
    post(stage, "in the thread", thread_ts=root)
    stage.slack.as_("U0DANA").say("two")
    stage.api("chat.postEphemeral", channel="C0DOCK", user="U0DANA", text="psst")
    assert texts(stage.api("conversations.history", channel="C0DOCK")) == ["two", "one"]
    assert texts(stage.api("conversations.history", channel="C0OFFICE")) == []


def test_a_thread_is_its_first_message_and_the_replies_oldest_first() -> None:
    stage = Stage()
    root = post(stage, "one")
    post(stage, "elsewhere")
    first = post(stage, "a", thread_ts=root)
    post(stage, "b", thread_ts=root)
    assert texts(stage.api("conversations.replies", channel="C0DOCK", ts=root)) == ["one", "a", "b"]
    assert texts(stage.api("conversations.replies", channel="C0DOCK", ts=root, oldest=first)) == ["one", "b"]
    assert stage.api("conversations.replies", channel="C0DOCK", ts="1.2")["error"] == "thread_not_found"


def test_metadata_is_returned_on_request_and_kept_by_an_update() -> None:
    stage = Stage()
    ts = post(stage, metadata=sample_metadata())
    stage.api("chat.update", channel="C0DOCK", ts=ts, text="Void")
    (plain,) = stage.api("conversations.history", channel="C0DOCK")["messages"]
    (marked,) = stage.api("conversations.history", channel="C0DOCK", include_all_metadata="1")["messages"]
    assert "metadata" not in plain
    assert marked["metadata"] == sample_metadata()
    assert marked["text"] == "Void"


def test_an_update_may_replace_the_metadata() -> None:
    stage = Stage()
    ts = post(stage, metadata=sample_metadata())
    stage.api("chat.update", channel="C0DOCK", ts=ts, text="Void", metadata=sample_metadata("p2"))
    (marked,) = stage.api("conversations.history", channel="C0DOCK", include_all_metadata=True)["messages"]
    assert marked["metadata"] == sample_metadata("p2")


@pytest.mark.parametrize(
    ("metadata", "error"),
    [
        ("{", "invalid_metadata_format"),
        ("[1]", "invalid_metadata_format"),
        ({"event_type": "x"}, "invalid_metadata_schema"),
        ({"event_type": "", "event_payload": {}}, "invalid_metadata_schema"),
        ({"event_type": "x", "event_payload": "p1"}, "invalid_metadata_schema"),
        ({"event_type": "x", "event_payload": {"id": "x" * 9000}}, "metadata_too_large"),
    ],
)
def test_malformed_metadata_is_refused(metadata: object, error: str) -> None:
    stage = Stage()
    answer = stage.api("chat.postMessage", channel="C0DOCK", text="x", metadata=metadata)
    assert answer["error"] == error
    assert stage.slack.as_("U0DANA").sees() == []


def test_oldest_and_latest_limit_the_history() -> None:
    stage = Stage()
    first, second, third = post(stage, "1"), post(stage, "2"), post(stage, "3")
    ask = {"channel": "C0DOCK", "oldest": first, "latest": third}
    assert texts(stage.api("conversations.history", **ask)) == ["2"]
    assert texts(stage.api("conversations.history", **ask, inclusive="true")) == ["3", "2", "1"]
    assert texts(stage.api("conversations.history", channel="C0DOCK", latest=second)) == ["1"]


def test_pages_follow_each_other() -> None:
    stage = Stage()
    for number in range(5):
        post(stage, str(number))
    first = stage.api("conversations.history", channel="C0DOCK", limit=2)
    assert (texts(first), first["has_more"]) == (["4", "3"], True)
    cursor = first["response_metadata"]["next_cursor"]
    second = stage.api("conversations.history", channel="C0DOCK", limit="3", cursor=cursor)
    assert (texts(second), second["has_more"]) == (["2", "1", "0"], False)
    assert second["response_metadata"]["next_cursor"] == ""


@pytest.mark.parametrize(
    ("args", "error"),
    [
        ({"channel": "C0NONE"}, "channel_not_found"),
        ({"channel": "C0DOCK", "limit": "1000"}, "invalid_limit"),
        ({"channel": "C0DOCK", "limit": "x"}, "invalid_limit"),
        ({"channel": "C0DOCK", "cursor": "x"}, "invalid_cursor"),
        ({"channel": "C0DOCK", "oldest": "yesterday"}, "invalid_ts_oldest"),
    ],
)
def test_a_history_request_with_a_wrong_argument_is_refused(args: JSON, error: str) -> None:
    assert Stage().api("conversations.history", **args)["error"] == error


def test_the_bot_reads_only_channels_that_it_is_in() -> None:
    stage = Stage()
    stage.slack.channels["C0DOCK"] = type(stage.slack.channels["C0DOCK"])(
        id="C0DOCK", name="dock", members=frozenset({"U0DANA"})
    )
    assert stage.api("conversations.history", channel="C0DOCK")["error"] == "not_in_channel"


def test_a_reply_to_a_deleted_message_is_refused() -> None:
    stage = Stage()
    root = post(stage)
    assert stage.api("chat.delete", channel="C0DOCK", ts=root)["ok"]
    answer = stage.api("chat.postMessage", channel="C0DOCK", text="x", thread_ts=root)
    assert answer["error"] == "thread_not_found"


def test_an_answer_can_be_lost_after_the_work_was_done() -> None:
    stage = Stage()
    stage.slack.fail("chat.postMessage", status=503, lost=True)
    assert stage.api("chat.postMessage", channel="C0DOCK", text="Paid")["error"] == "http_503"
    assert [message.text for message in stage.slack.as_("U0DANA").sees()] == ["Paid"]


def test_direct_messages_need_the_messages_tab_and_are_read_by_their_own_id_alone() -> None:
    stage = Stage()
    stage.api("chat.postMessage", channel="U0DANA", text="Hello")
    assert stage.api("conversations.history", channel="U0DANA")["error"] == "channel_not_found"
    assert len(stage.api("conversations.history", channel="D0DANA")["messages"]) == 1
    stage.slack.has_messages = False
    assert stage.api("chat.postMessage", channel="U0DANA", text="Hello")["error"] == "messages_tab_disabled"
