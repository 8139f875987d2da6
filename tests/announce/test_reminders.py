"""The card of a reminder to sign: once, in the event's channel, with the QR code, and without names."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from typing import TYPE_CHECKING, Any

import pytest

from adapters.reminders import DynamoReminders
from tests.announce.stage import OPS
from tests.builders import DANA, EID, a_row
from tests.roster.command import renamed

if TYPE_CHECKING:
    from tests.announce.stage import AnnounceStage
    from tests.conftest import Engine

Remind = Callable[..., None]

CARD = (
    "📝 3 of 3 people still have to sign the waiver for Captain Cory, afternoon\n"
    "Sat May 23, 1:00 PM · reminded by Dana Reyes\nScan to sign\nOpen waiver\nShow QR code\nTake back"
)
LINK = f"https://trips.example.com/g/{EID}/waiver"


@pytest.fixture
def remind(announce_stage: AnnounceStage) -> Remind:
    """Write a reminder by Dana, regardless of earlier ones."""
    reminders = DynamoReminders(announce_stage.client, announce_stage.table, ledger=announce_stage.ledger)

    def remind() -> None:
        announce_stage.later(600)
        reminders.remind(EID, by=DANA, now=announce_stage.clock.now(UTC))

    return remind


def blocks(stage: AnnounceStage, kind: str) -> list[dict[str, Any]]:
    """The blocks of this type in the channel's messages."""
    return [block for message in stage.messages() for block in message.blocks if block["type"] == kind]


def test_a_reminder_is_posted_once_with_the_qr_code_and_names_nobody(
    announce_stage: AnnounceStage, remind: Remind, dynamodb: Engine
) -> None:
    remind()
    records = announce_stage.records()
    announce_stage.slack.fail("chat.postMessage", status=500, lost=True)
    announce_stage.deliver(records)
    announce_stage.deliver(records)
    assert announce_stage.posts() == [CARD]
    (image,) = blocks(announce_stage, "image")
    assert (image["image_url"], image["alt_text"]) == (
        f"{LINK}?qr",
        "QR code that opens the waiver for Captain Cory, afternoon",
    )
    (buttons,) = blocks(announce_stage, "actions")
    assert [each["url"] for each in buttons["elements"] if "url" in each] == [LINK, f"{LINK}?qr=page"]
    (message,) = announce_stage.messages()
    assert message.fallback.endswith(f"(Sat May 23, 1:00 PM): {LINK}")
    assert not any(private in str(message.blocks) for private in ("Kowalski", "Lima", "$", "party="))
    posted = [call.args for call in announce_stage.slack.api_calls if call.method == "chat.postMessage"]
    assert {(each["unfurl_links"], each["unfurl_media"]) for each in posted} == {(False, False)}

    renamed(dynamodb.endpoint, announce_stage.table, EID, f"{EID}-2")
    announce_stage.deliver()
    assert announce_stage.posts() == [CARD], "its row moved along"
    assert announce_stage.posts(OPS) == []


def test_a_card_whose_image_slack_cannot_fetch_is_posted_without_it(
    announce_stage: AnnounceStage, remind: Remind
) -> None:
    for error in ("invalid_blocks", "image_download_failed"):
        times = 1 if error == "invalid_blocks" else 2  # of an unknown error the office's channel is tried too
        announce_stage.slack.fail("chat.postMessage", error=error, times=times)
        remind()
        announce_stage.deliver()
        assert announce_stage.posts()[-1] == CARD.replace("\nScan to sign", "")
    assert announce_stage.posts(OPS) == []
    assert announce_stage.troubles == []


def test_only_the_newest_of_the_reminders_that_waited_for_slack_is_posted(
    announce_stage: AnnounceStage, remind: Remind
) -> None:
    remind()
    remind()
    announce_stage.deliver()
    assert announce_stage.posts() == [CARD]
    assert len(announce_stage.counted("Reminded")) == 1


def test_nothing_is_posted_once_all_have_signed_or_nobody_can(announce_stage: AnnounceStage, remind: Remind) -> None:
    remind()
    announce_stage.put(a_row(status="cancelled"))
    announce_stage.deliver()
    announce_stage.put(a_row())
    remind()
    announce_stage.sign("s1")
    announce_stage.sign("s2", name="Ana Lima", patron_id="ana", minors=("Rui Lima",))
    announce_stage.deliver()
    assert [post for post in announce_stage.posts() if "still" in post] == []


def test_a_channel_that_nobody_invited_the_bot_to_sends_it_to_the_office(
    announce_stage: AnnounceStage, remind: Remind
) -> None:
    announce_stage.slack.fail("chat.postMessage", error="not_in_channel")
    remind()
    announce_stage.deliver()
    assert announce_stage.posts(OPS) == [CARD]


def test_an_old_or_restored_reminder_is_not_posted(announce_stage: AnnounceStage, remind: Remind) -> None:
    remind()
    records = announce_stage.records()
    announce_stage.later(25 * 3600)
    for record in records:
        record["dynamodb"]["ApproximateCreationDateTime"] = announce_stage.clock.seconds
    announce_stage.deliver(records)
    announce_stage.function.lambda_handler({"sweep": "late"}, announce_stage.invocation())
    assert announce_stage.posts() == []
    assert announce_stage.posts(OPS) == []
