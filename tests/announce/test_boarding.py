"""A cast-off and a reopening are posted once each, and the frozen list is in the bucket before its post."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest

from charter.moments import utc
from charter.passengers import thaw
from tests.announce.process import TIMEOUT, sweep
from tests.builders import EID, a_crew_row, a_row
from tests.roster.command import renamed

if TYPE_CHECKING:
    from tests.announce.boarding import BoardingStage
    from tests.announce.stage import AnnounceStage
    from tests.conftest import Engine

HOUR = 3600
OTHER = "2026-05-24-sunset"
THREE_SOULS = "⚓ Cast off with 3 souls · by Dana Reyes at 1:30 PM · Captain Cory, afternoon"


def gone(stage: BoardingStage) -> None:
    """Let everybody aboard, and cast off."""
    stage.board()
    stage.board("ana", 2)
    stage.cast_off()


def test_a_cast_off_is_filed_and_posted_once_however_often_it_is_delivered(
    announce_stage: AnnounceStage, boarding_stage: BoardingStage
) -> None:
    boarding_stage.board()
    boarding_stage.board("ana", 2)
    announce_stage.deliver()
    assert (announce_stage.posts(), boarding_stage.filed()) == ([], {}), "a check-in is no news"

    done = boarding_stage.cast_off()
    records = announce_stage.records()
    announce_stage.deliver(records)
    announce_stage.restart()
    announce_stage.deliver(records)

    assert announce_stage.posts() == [THREE_SOULS]
    assert announce_stage.messages()[0].fallback == THREE_SOULS
    assert set(announce_stage.kept()) == {f"castoff:{EID}:{done.list_id}"}
    filed, name = boarding_stage.filed(), f"manifests/{EID}/{done.list_id}"
    assert set(filed) == {f"{name}.json", f"{name}.pdf"}
    assert hashlib.sha256(filed[f"{name}.json"]).hexdigest() == done.sha256
    assert [party.name for party in thaw(filed[f"{name}.json"].decode(), done).parties] == ["Ana Lima", "Dave Kowalski"]
    assert filed[f"{name}.pdf"].startswith(b"%PDF-")
    assert "Lima" not in str([(each.blocks, each.fallback) for each in announce_stage.messages()])
    assert announce_stage.counted("CastOffDone") == [{}]


def test_a_list_that_is_reopened_and_frozen_again_is_kept_twice_and_each_step_is_posted(
    announce_stage: AnnounceStage, boarding_stage: BoardingStage
) -> None:
    boarding_stage.board("ana", 2)
    first = boarding_stage.cast_off()
    announce_stage.later(300)
    boarding_stage.reopen(reason="<!channel> Dave came running")
    boarding_stage.board()
    second = boarding_stage.cast_off(by="slack:U0NOBODY")

    announce_stage.deliver()

    assert announce_stage.posts() == [
        "⚓ Cast off with 2 souls · by Dana Reyes at 1:30 PM · Captain Cory, afternoon",
        "🔓 The list was reopened by Olivia Park: “<!channel> Dave came running” · Captain Cory, afternoon",
        "⚓ Cast off with 3 souls · by U0NOBODY at 1:35 PM · Captain Cory, afternoon",
    ]
    filed = boarding_stage.filed()
    souls = {
        done.list_id: json.loads(filed[f"manifests/{EID}/{done.list_id}.json"])["souls"] for done in (first, second)
    }
    assert (len(filed), list(souls.values())) == (4, [2, 3])
    assert set(announce_stage.kept()) == {
        f"castoff:{EID}:{first.list_id}",
        f"reopened:{EID}:{first.list_id}",
        f"castoff:{EID}:{second.list_id}",
    }


DEATHS = {
    "before the claim": ("posted", "claim", False),
    "after the claim": ("posted", "claim", True),
    "before the filing": ("manifests", "keep", False),
    "after the list and before its PDF": ("manifests", "_put", True),
    "after the filing": ("manifests", "keep", True),
    "after the post": ("poster", "post", True),
    "before the bookkeeping": ("posted", "done", False),
    "after the bookkeeping": ("posted", "done", True),
}


@pytest.mark.parametrize("death", DEATHS)
def test_wherever_the_process_dies_a_cast_off_is_filed_and_posted_once(
    announce_stage: AnnounceStage, boarding_stage: BoardingStage, death: str
) -> None:
    gone(boarding_stage)
    records = announce_stage.records()
    what, method, after = DEATHS[death]
    with announce_stage.dying(what, method, after=after):
        announce_stage.invoke(records)
    announce_stage.later(TIMEOUT)
    announce_stage.deliver(records)
    assert announce_stage.posts() == [THREE_SOULS]
    assert len(boarding_stage.filed()) == 2
    assert {item["state"] for item in announce_stage.kept().values()} == {"done"}


@pytest.mark.parametrize(("passed", "what"), [(0, "the list"), (1, "its PDF")])
def test_an_outage_of_s3_delays_the_post_and_what_follows_of_its_event_and_nothing_else(
    announce_stage: AnnounceStage, boarding_stage: BoardingStage, passed: int, what: str
) -> None:
    announce_stage.put(a_row(OTHER, channel="C0SUNSET"))
    announce_stage.deliver()
    gone(boarding_stage)
    announce_stage.log("p1")
    announce_stage.log("p2", eid=OTHER)
    announce_stage.faults.fail_next("PUT", error="SlowDown", after=passed, times=2)

    left = announce_stage.invoke(announce_stage.records())

    assert (announce_stage.posts(), len(boarding_stage.filed())) == ([], passed), what
    assert set(announce_stage.troubles) == {"EvidenceUnavailable", "BlockedByEarlier"}
    assert [line.split(" · ")[0] for line in announce_stage.posts("C0SUNSET")] == [
        "💵 Dave Kowalski paid $125.00 by cash"
    ]
    announce_stage.deliver(left)
    assert [line.split(" · ")[0] for line in announce_stage.posts()] == [
        "⚓ Cast off with 3 souls",
        "💵 Dave Kowalski paid $125.00 by cash",
    ]
    assert len(boarding_stage.filed()) == 2


def test_a_write_whose_answer_was_lost_is_known_again_and_another_text_is_never_taken_for_it(
    announce_stage: AnnounceStage, boarding_stage: BoardingStage
) -> None:
    boarding_stage.board()
    boarding_stage.cast_off()
    announce_stage.faults.fail_next("PUT", drop_answer=True, times=1)
    assert announce_stage.deliver() == 1
    assert len(boarding_stage.filed()) == 2

    boarding_stage.reopen()
    announce_stage.deliver()
    announce_stage.later(60)
    forged = boarding_stage.cast_off()
    boarding_stage.put(forged, "json", b"{}")
    records = announce_stage.records()
    assert announce_stage.invoke(records) == records
    assert announce_stage.troubles == ["ManifestDiffers"]
    assert boarding_stage.filed()[f"manifests/{EID}/{forged.list_id}.json"] == b"{}"
    assert len(announce_stage.posts()) == 2


def test_without_a_bucket_nothing_is_filed_and_the_post_is_made(
    announce_stage: AnnounceStage, boarding_stage: BoardingStage
) -> None:
    announce_stage.restart(WAIVERS_BUCKET=None)
    gone(boarding_stage)
    announce_stage.deliver()
    assert (announce_stage.posts(), boarding_stage.filed()) == ([THREE_SOULS], {})


def test_a_cast_off_is_begun_only_with_time_for_a_slow_s3(
    announce_stage: AnnounceStage, boarding_stage: BoardingStage
) -> None:
    announce_stage.log()
    gone(boarding_stage)
    announce_stage.slack.fail("chat.postMessage", status=429, retry_after=35)
    left = announce_stage.invoke(announce_stage.records())
    assert announce_stage.troubles[0] == "OutOfTime"
    assert (len(announce_stage.posts()), boarding_stage.filed()) == (1, {})
    announce_stage.deliver(left)
    assert announce_stage.posts()[1:] == [THREE_SOULS]


@pytest.mark.parametrize("hours", [0, 48])
def test_a_boarding_that_is_put_back_announces_nothing_now_or_late(
    announce_stage: AnnounceStage, boarding_stage: BoardingStage, hours: int
) -> None:
    gone(boarding_stage)
    announce_stage.records()
    announce_stage.later(hours * HOUR)
    by_the_command = {} if hours else {"restored_at": utc(announce_stage.clock.now())}
    boarding_stage.put_back(**by_the_command)

    announce_stage.deliver()
    announce_stage.later(60 * HOUR)

    assert sweep(announce_stage)["announced"] == 0
    assert announce_stage.posts() == []


def test_a_cast_off_and_a_reopening_that_were_never_posted_are_found_filed_and_posted_late(
    announce_stage: AnnounceStage, boarding_stage: BoardingStage
) -> None:
    gone(boarding_stage)
    announce_stage.later(60)
    boarding_stage.reopen()
    announce_stage.records()  # an outage that outlasts the stream: its records are gone
    announce_stage.later(60 * HOUR)

    assert sweep(announce_stage)["announced"] == 2
    announce_stage.later(3 * HOUR)
    assert sweep(announce_stage)["announced"] == 0

    lines = [line.splitlines() for line in announce_stage.posts()]
    assert lines == [
        [THREE_SOULS, "🕰 Late: this is from Sat May 23, 1:30 PM"],
        [
            "🔓 The list was reopened by Olivia Park: “One more came running” · Captain Cory, afternoon",
            "🕰 Late: this is from Sat May 23, 1:31 PM",
        ],
    ]
    assert len(boarding_stage.filed()) == 2


def test_nobody_is_mailed_of_a_boarding_now_or_late(
    announce_stage: AnnounceStage, boarding_stage: BoardingStage
) -> None:
    announce_stage.restart(ANNOUNCE_BY="mail")
    gone(boarding_stage)
    assert announce_stage.deliver() == 1
    announce_stage.later(60 * HOUR)
    assert sweep(announce_stage)["announced"] == 0
    assert {key for key in announce_stage.kept() if not key.startswith("sweep:")} == set()
    assert boarding_stage.filed() == {}


@pytest.mark.parametrize("delivered", [True, False])
def test_a_rename_repeats_no_cast_off_and_its_list_is_filed_under_the_first_id(
    announce_stage: AnnounceStage, boarding_stage: BoardingStage, dynamodb: Engine, *, delivered: bool
) -> None:
    announce_stage.put(a_crew_row())
    boarding_stage.board()
    done = boarding_stage.cast_off()
    records = announce_stage.records()
    if delivered:
        announce_stage.deliver(records)
    renamed(dynamodb.endpoint, announce_stage.table, EID, "2026-05-23-captain-mia-afternoon")

    announce_stage.deliver([*records, *announce_stage.records()])

    assert [line.split(" · ")[0] for line in announce_stage.posts()] == ["⚓ Cast off with 1 soul"]
    assert {key.split(".")[0] for key in boarding_stage.filed()} == {f"manifests/{EID}/{done.list_id}"}
