"""Posts about edited events: one for each form, in the event's channel and in the one before, and the card follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from adapters.event_edits import DynamoEventEdits
from adapters.renames import DynamoRenames
from charter.editing import EventChange, EventSaved, fingerprint_of, mark_of_dues
from charter.events import Status
from devkit.slack.people import BOT_USER_ID
from tests.announce.process import sweep
from tests.announce.stage import OPS
from tests.builders import EID, ZONE, a_row

if TYPE_CHECKING:
    from tests.announce.stage import AnnounceStage

OLIVIA = "slack:U0OLIVIA"
LATER = datetime(2026, 6, 1, 9, 30, tzinfo=ZONE)


class Edit(Protocol):
    """A press on Save, of Olivia's."""

    def __call__(self, form: str, *, reason: str = "", dues: bool = False, **values: Any) -> None: ...


@pytest.fixture
def edit(announce_stage: AnnounceStage) -> Edit:
    """Write an edit of the event under its present id."""
    stage = announce_stage
    table = DynamoEventEdits(stage.client, stage.table, ledger=stage.ledger, zone=ZONE, currency="USD")

    def write(form: str, *, reason: str = "", dues: bool = False, **values: Any) -> None:
        event = stage.ledger.event(EID)
        marks = mark_of_dues(event) if dues else ""
        change = EventChange(eid=EID, seen=fingerprint_of(event), form=form, values=values, reason=reason, dues=marks)
        assert isinstance(table.edit(change, by=OLIVIA, now=stage.clock.now(UTC)), EventSaved)

    return write


def test_one_form_is_one_post_however_often_its_rows_are_delivered(announce_stage: AnnounceStage, edit: Edit) -> None:
    edit(
        "f1",
        starts_at=LATER,
        boat="Pelican",
        capacity=12,
        price=Decimal(150),
        dues=True,
        reason="the <!channel> tide",
    )
    records = announce_stage.records()
    announce_stage.slack.fail("chat.postMessage", status=500, lost=True)
    announce_stage.deliver(records)
    announce_stage.deliver(records)
    (post,) = announce_stage.posts()
    assert post == (
        "🗓️ Moved to Mon Jun 1, 9:30 AM (was Sat May 23, 1:00 PM) · Boat: Pelican (was none) · Takes 12 people "
        "(was none) · The price was changed · “the <!channel> tide” · by Olivia Park · Captain Cory, afternoon"
    )
    (message,) = announce_stage.messages()
    assert "&lt;!channel&gt;" in str(message._post.text)
    assert "$" not in message.fallback
    assert announce_stage.slack.pings == []
    assert len(announce_stage.counted("EventEdited")) == 1
    assert announce_stage.posts(OPS) == []


def test_a_cancelled_event_and_its_card_say_so_and_again_when_it_takes_place(
    announce_stage: AnnounceStage, edit: Edit
) -> None:
    announce_stage.log()
    announce_stage.deliver()
    edit("f1", status=Status.CANCELLED, reason="storm")
    announce_stage.deliver()
    (card,) = announce_stage.cards()
    assert "Nobody boards: the event is cancelled" in card
    edit("f2", status=Status.SCHEDULED)
    announce_stage.deliver()
    (card,) = announce_stage.cards()
    assert "cancelled" not in card
    assert announce_stage.posts()[1:] == [
        "⛔ Cancelled · “storm” · by Olivia Park · Captain Cory, afternoon",
        "✅ Takes place again · by Olivia Park · Captain Cory, afternoon",
    ]


def test_the_old_channel_hears_of_the_move_to_one_that_is_closed_to_the_bot(
    announce_stage: AnnounceStage, edit: Edit
) -> None:
    for name in ("C0SUNSET", OPS):
        channel = announce_stage.slack.channels[name]
        announce_stage.slack.channels[name] = replace(channel, members=channel.members - {BOT_USER_ID})
    edit("f1", channel="C0SUNSET")
    announce_stage.deliver()
    (said,) = announce_stage.posts("C0CORY")
    assert said.startswith("✏️ News of it is posted in #trip-sunset")


def test_the_new_channel_hears_of_the_move_from_one_that_is_closed_and_no_sweep_says_it_again(
    announce_stage: AnnounceStage, edit: Edit
) -> None:
    channel = announce_stage.slack.channels["C0CORY"]
    announce_stage.slack.channels["C0CORY"] = replace(channel, members=channel.members - {BOT_USER_ID})
    edit("f1", channel="C0SUNSET")
    announce_stage.deliver()
    (said,) = announce_stage.posts("C0SUNSET")
    assert said.startswith("✏️ News of it is posted in #trip-sunset")
    announce_stage.later(22 * 3600)
    answer = sweep(announce_stage)
    assert (answer["announced"], answer["failed"]) == (0, 0)


def test_a_moved_channel_is_posted_in_both_and_the_card_moves(announce_stage: AnnounceStage, edit: Edit) -> None:
    announce_stage.log()
    announce_stage.deliver()
    edit("f1", channel="C0SUNSET", title="Sunset sail")
    records = announce_stage.records()
    announce_stage.deliver(records)
    announce_stage.deliver(records)
    said = (
        "✏️ Now called “Sunset sail” (was “Captain Cory, afternoon”) · "
        "News of it is posted in #trip-sunset · by Olivia Park"
    )
    assert announce_stage.posts("C0CORY")[1:] == announce_stage.posts("C0SUNSET") == [said]
    assert announce_stage.cards("C0CORY") == []
    (card,) = announce_stage.cards("C0SUNSET")
    assert card.startswith("Sunset sail\n")
    edit("f2", channel=None)
    announce_stage.deliver()
    assert "News of it is posted in the office's channel" in announce_stage.posts(OPS)[-1]
    assert announce_stage.posts("C0SUNSET")[-1] == announce_stage.posts(OPS)[-1]


@pytest.mark.parametrize("after", [False, True], ids=["before the post", "after the post"])
def test_a_process_that_dies_posts_once(announce_stage: AnnounceStage, edit: Edit, *, after: bool) -> None:
    edit("f1", starts_at=LATER, channel="C0SUNSET")
    records = announce_stage.records()
    with announce_stage.dying("poster", "post", after=after, call=2):
        announce_stage.invoke(records)
    announce_stage.later(400)
    announce_stage.deliver(records)
    assert len(announce_stage.posts("C0CORY")) == len(announce_stage.posts("C0SUNSET")) == 1


def test_a_rename_right_after_announces_nothing_again(announce_stage: AnnounceStage, edit: Edit) -> None:
    edit("f1", starts_at=LATER)
    new = "2026-06-01-captain-cory-morning"
    renames = DynamoRenames(announce_stage.client, announce_stage.table, zone=ZONE, currency="USD")
    renames.rename(EID, new, by=OLIVIA, now=announce_stage.clock.now(UTC))
    announce_stage.deliver()
    assert announce_stage.posts() == [
        "🗓️ Moved to Mon Jun 1, 9:30 AM (was Sat May 23, 1:00 PM) · by Olivia Park · Captain Cory, afternoon"
    ]
    edit("f2", status=Status.CANCELLED, reason="storm")
    announce_stage.deliver()
    assert len(announce_stage.posts()) == 2


def test_what_the_stream_lost_is_posted_late_and_what_is_old_or_restored_is_not(
    announce_stage: AnnounceStage, edit: Edit
) -> None:
    edit("f1", status=Status.CANCELLED, reason="storm")
    records = announce_stage.records()
    announce_stage.later(25 * 3600)
    for record in records:
        record["dynamodb"]["ApproximateCreationDateTime"] = announce_stage.clock.seconds
    announce_stage.deliver(records)
    assert announce_stage.posts() == [], "an old row that is read in was announced when it was written"

    announce_stage.anew().put(a_row())
    edit("f1", status=Status.CANCELLED, reason="storm")
    announce_stage.records()
    announce_stage.later(22 * 3600)
    for _ in range(2):
        announce_stage.function.lambda_handler({"sweep": "late"}, announce_stage.invocation())
    (late,) = announce_stage.posts()
    assert "⛔ Cancelled · “storm” · by Olivia Park" in late
