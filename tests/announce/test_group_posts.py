"""Payments that were logged together: one post with a line for each patron, and a mail for each entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from charter.group_undo import GroupUndo
from charter.payments import Source
from charter.returned import Returned
from charter.undoing import Undo
from tests.announce.test_undo import buttons
from tests.builders import DANA, EID, a_group
from tests.roster.command import renamed

if TYPE_CHECKING:
    from tests.announce.stage import AnnounceStage
    from tests.conftest import Engine

HEAD = "💵 $375.00 by venmo for 2 patrons"
DAVE, ANA = "Dave Kowalski paid $125.00", "Ana Lima paid $250.00"
NOTIFIED = "💵 Dana Reyes logged $375.00 by venmo for Dave Kowalski and Ana Lima · Captain Cory, afternoon"


def log(stage: AnnounceStage) -> None:
    stage.ledger.log_group(a_group(), by=DANA, source=Source.SLACK, now=stage.clock.now())


def undo(stage: AnnounceStage, *single: str, eid: str = EID) -> None:
    """Undo all that is left, or the payment of one patron."""
    now = stage.clock.now()
    if single:
        stage.ledger.reverse(Undo(eid, *single), by=DANA, source=Source.SLACK, now=now)
    else:
        stage.ledger.undo_group(GroupUndo(eid, "g1"), by=DANA, source=Source.SLACK, now=now)


def lines(stage: AnnounceStage) -> list[str]:
    """The lines of the only post, without its buttons."""
    (post,) = stage.posts()
    return [line.strip("• ") for line in post.splitlines() if not line.startswith("Undo")]


def struck(stage: AnnounceStage) -> list[str]:
    """The struck lines of the post, without what follows the strike."""
    (message,) = [each for each in stage.messages() if each.fallback == NOTIFIED]
    (rich,) = [block for block in message.blocks if block["type"] == "rich_text"]
    sections = [rich["elements"][0], *rich["elements"][1]["elements"]]
    found = (
        "".join(run["text"] for run in section["elements"] if run.get("style", {}).get("strike"))
        for section in sections
    )
    return [text for text in found if text]


def labels(stage: AnnounceStage) -> list[str]:
    return [label for label, _ in buttons(stage)]


def test_a_group_is_one_post_whatever_is_delivered_again(announce_stage: AnnounceStage) -> None:
    log(announce_stage)
    records = announce_stage.records()
    for _ in range(3):
        announce_stage.deliver(records)
    announce_stage.restart()
    announce_stage.deliver(records)
    assert lines(announce_stage) == [
        f"{HEAD} · logged by Dana Reyes · Captain Cory, afternoon",
        f"{DAVE} · paid in full",
        f"{ANA} · paid in full",
    ]
    assert announce_stage.messages()[0].fallback == NOTIFIED
    assert labels(announce_stage) == ["Undo all", "Undo Dave Kowalski", "Undo Ana Lima"]
    assert len(announce_stage.counted("EntryLogged")) == 2


@pytest.mark.parametrize("after", [True, False])
@pytest.mark.parametrize(
    ("what", "method", "call"),
    [
        ("posted", "claim", 1),
        ("posted", "claim", 2),
        ("poster", "post", 1),
        ("posted", "done", 1),
        ("posted", "done", 2),
    ],
)
def test_a_process_that_dies_leaves_one_post(
    announce_stage: AnnounceStage, what: str, method: str, call: int, *, after: bool
) -> None:
    log(announce_stage)
    records = announce_stage.records()
    with announce_stage.dying(what, method, after=after, call=call):
        announce_stage.deliver(records)
    announce_stage.later(200)
    announce_stage.deliver(records)
    undo(announce_stage, "ana", "g1.2")
    announce_stage.deliver()
    assert [line.partition(" · ")[0] for line in lines(announce_stage)] == [HEAD, DAVE, ANA]
    assert struck(announce_stage) == [ANA]


def test_an_undo_of_one_strikes_its_line_and_an_undo_of_the_rest_the_whole_post(
    announce_stage: AnnounceStage,
) -> None:
    log(announce_stage)
    announce_stage.deliver()
    undo(announce_stage, "dave", "g1")
    first = announce_stage.records()
    announce_stage.deliver(first)
    assert lines(announce_stage) == [
        f"{HEAD} · $250.00 after voids · logged by Dana Reyes · Captain Cory, afternoon",
        f"{DAVE} · voided by Dana Reyes",
        f"{ANA} · paid in full",
    ]
    assert struck(announce_stage) == [DAVE]
    assert labels(announce_stage) == ["Undo"]
    assert announce_stage.posts(replies=True) == [
        "🚫 Voided by Dana Reyes · “undone by whoever logged it” · Dave Kowalski: $125.00 to pay"
    ]

    undo(announce_stage)
    announce_stage.deliver()
    announce_stage.deliver(first)  # an older change comes again
    assert struck(announce_stage) == [HEAD, DAVE, ANA]
    assert labels(announce_stage) == []
    assert len(announce_stage.posts(replies=True)) == 2


def test_an_undo_of_all_is_one_change_with_a_reply_for_each(announce_stage: AnnounceStage, dynamodb: Engine) -> None:
    log(announce_stage)
    announce_stage.deliver()
    renamed(dynamodb.endpoint, announce_stage.table, EID, f"{EID}-2")
    announce_stage.deliver()
    undo(announce_stage)
    records = announce_stage.records()
    announce_stage.deliver(records)
    announce_stage.deliver(records)
    assert struck(announce_stage) == [HEAD, DAVE, ANA]
    assert sorted(reply.rpartition(" · ")[2] for reply in announce_stage.posts(replies=True)) == [
        "Ana Lima: $250.00 to pay",
        "Dave Kowalski: $125.00 to pay",
    ]


def test_a_group_that_is_posted_late_or_after_its_voids_has_no_buttons(announce_stage: AnnounceStage) -> None:
    log(announce_stage)
    undo(announce_stage, "ana", "g1.2")
    announce_stage.later(600)
    announce_stage.deliver()
    assert struck(announce_stage) == [ANA]
    assert labels(announce_stage) == []
    assert len(announce_stage.posts(replies=True)) == 1


def test_a_check_of_the_group_that_bounced_is_no_void(announce_stage: AnnounceStage) -> None:
    now = announce_stage.clock.now()
    announce_stage.ledger.log_group(a_group(method="check"), by=DANA, source=Source.SLACK, now=now)
    announce_stage.deliver()
    bounced = Returned(EID, "dave", "g1", "no funds")
    announce_stage.ledger.reverse(bounced, by="slack:U0OLIVIA", source=Source.SLACK, now=now)
    announce_stage.deliver()
    headline, daves, anas = lines(announce_stage)
    assert headline.startswith("💵 $375.00 by check for 2 patrons · $250.00 left · logged by Dana Reyes")
    assert daves == f"{DAVE} · check bounced, logged by Olivia Park"
    assert anas == f"{ANA} · paid in full"
