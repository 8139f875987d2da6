"""Many signatures at once: payments are announced first, signatures share one line, and the office is warned."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from devkit.announcing import verify_sender
from devkit.slack.people import BOT_USER_ID
from tests.announce.post_office import PostOffice
from tests.announce.process import sweep
from tests.announce.stage import OPS, paid
from tests.builders import EID, a_row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.announce.stage import AnnounceStage
    from tests.conftest import Engine

NEIGHBOUR = "2026-05-24-sunset"


def sign(announce_stage: AnnounceStage, number: int, *, start: int = 0, **signature: Any) -> None:
    """Let this many strangers sign."""
    wanted: dict[str, Any] = {"patron_id": None, **signature}
    for at in range(start, start + number):
        announce_stage.sign(f"s{at}", **({"name": f"Stranger {chr(65 + at % 26)}{at}"} | wanted))


def signed(announce_stage: AnnounceStage, channel: str = "C0CORY") -> list[str]:
    return [line for line in announce_stage.posts(channel) if line.startswith("📝")]


def test_a_payment_behind_a_hundred_signatures_of_another_event_goes_first(announce_stage: AnnounceStage) -> None:
    announce_stage.put(a_row(NEIGHBOUR, channel=OPS))
    announce_stage.records()
    sign(announce_stage, 100)
    announce_stage.log("p1", amount="30.00", eid=NEIGHBOUR)
    began = announce_stage.clock.seconds
    assert announce_stage.deliver() == 1
    assert paid(announce_stage, OPS) == {"$30.00": 1}
    (lag, *_) = [metric["value"] for metric in announce_stage.metrics if metric["name"] == "AnnounceLag"]
    assert lag < 3
    assert announce_stage.clock.seconds - began < 10
    assert len(signed(announce_stage)) == 1


def test_a_payment_goes_before_a_flood_on_its_own_event_too(announce_stage: AnnounceStage) -> None:
    sign(announce_stage, 12)
    announce_stage.log()
    announce_stage.deliver()
    assert announce_stage.posts()[0].startswith("💵")


def test_a_payment_goes_before_a_few_signatures_of_another_event(announce_stage: AnnounceStage) -> None:
    announce_stage.put(a_row(NEIGHBOUR))
    announce_stage.records()
    sign(announce_stage, 3)
    announce_stage.log("p1", amount="30.00", eid=NEIGHBOUR)
    announce_stage.deliver()
    assert announce_stage.posts()[0].startswith("💵")
    assert len(signed(announce_stage)) == 3


def test_many_signatures_are_one_line_with_the_parties_and_no_strangers_names(announce_stage: AnnounceStage) -> None:
    announce_stage.sign("a1", name="Ana Lima", patron_id="ana")
    announce_stage.sign("a2", name="Rui Lima", patron_id="ana", minors=("Lia",), matched_by="link")
    announce_stage.sign("d1")
    sign(announce_stage, 9)
    assert announce_stage.deliver() == 1
    (line,) = announce_stage.posts()
    assert line == (
        "📝 12 people signed the waiver, for 1 minor too · Ana Lima's party: 2 of 2 signed"
        " · Dave Kowalski's party: 1 of 1 signed"
        " · 9 not matched to anybody on the roster yet: /payment-status shows them · Captain Cory, afternoon"
    )
    assert len(announce_stage.counted("PatronSigned")) == 12


def test_those_who_sign_later_in_the_same_minute_join_the_line(announce_stage: AnnounceStage) -> None:
    for start in (0, 8, 16):
        sign(announce_stage, 8, start=start)
        announce_stage.deliver()
    assert [line.split(" signed")[0] for line in signed(announce_stage)] == ["📝 24 people"]
    announce_stage.later(120)
    sign(announce_stage, 2, start=24)
    announce_stage.deliver()
    assert len(signed(announce_stage)) == 3


def test_signatures_that_trickle_in_share_a_line_after_the_fifth(announce_stage: AnnounceStage) -> None:
    for at in range(9):
        sign(announce_stage, 1, start=at)
        announce_stage.deliver()
    assert [line.split(" signed")[0] for line in signed(announce_stage)][5:] == ["📝 4 people"]


def test_the_same_batch_again_counts_nobody_twice(announce_stage: AnnounceStage) -> None:
    sign(announce_stage, 12)
    records = announce_stage.records()
    announce_stage.deliver(records)
    announce_stage.restart()
    announce_stage.deliver(records)
    announce_stage.deliver(records[6:])
    assert [line.split(" signed")[0] for line in announce_stage.posts()] == ["📝 12 people"]
    assert len(announce_stage.counted("PatronSigned")) == 12


@pytest.mark.parametrize("step", ["post", "update"])
@pytest.mark.parametrize("after", [False, True])
def test_killed_in_the_middle_it_is_one_line_all_the_same(
    announce_stage: AnnounceStage, step: str, *, after: bool
) -> None:
    sign(announce_stage, 12)
    if step == "update":
        announce_stage.deliver()
        sign(announce_stage, 8, start=12)
    records = announce_stage.records()
    with announce_stage.dying("poster", step, after=after):
        announce_stage.invoke(records)
    announce_stage.later(120)
    announce_stage.deliver(records[:5])  # Lambda halves a batch after a crash
    announce_stage.deliver(records[5:])
    assert [line.split(" signed")[0] for line in announce_stage.posts()] == [
        f"📝 {20 if step == 'update' else 12} people"
    ]


def test_a_line_whose_answer_was_lost_is_not_posted_again(announce_stage: AnnounceStage) -> None:
    sign(announce_stage, 12)
    announce_stage.slack.fail("chat.postMessage", status=500, lost=True)
    assert announce_stage.deliver() == 2
    assert [line.split(" signed")[0] for line in announce_stage.posts()] == ["📝 12 people"]


def test_the_line_says_so_once_one_of_its_signatures_is_matched(announce_stage: AnnounceStage) -> None:
    sign(announce_stage, 12)
    announce_stage.deliver()
    announce_stage.match("s3", "dave")
    announce_stage.deliver()
    (line,) = signed(announce_stage)
    assert "Dave Kowalski's party: 1 of 1 signed · 11 not matched" in line


def test_the_office_is_warned_of_a_flood_once(announce_stage: AnnounceStage) -> None:
    sign(announce_stage, 24)
    announce_stage.deliver()
    assert announce_stage.posts(OPS) == []
    for start in (24, 40, 80):
        sign(announce_stage, 16, start=start)
        announce_stage.deliver()
        announce_stage.restart()
    (warning,) = announce_stage.posts(OPS)
    assert warning.startswith("⚠️ 40 signatures within one minute for Captain Cory, afternoon.")
    assert len(announce_stage.counted("SignatureFlood")) == 1
    assert "Stranger" not in str(announce_stage.kept())


def test_a_warning_that_no_channel_takes_does_not_bring_the_signatures_again(announce_stage: AnnounceStage) -> None:
    sign(announce_stage, 24)
    announce_stage.deliver()
    open_channels = {name: announce_stage.slack.channels[name] for name in ("C0CORY", OPS)}
    for name, channel in open_channels.items():
        announce_stage.slack.channels[name] = replace(channel, members=channel.members - {BOT_USER_ID})
    sign(announce_stage, 16, start=24)
    announce_stage.deliver()
    posted = announce_stage.posts()
    announce_stage.slack.channels.update(open_channels)
    announce_stage.later(22 * 3600)
    answer = sweep(announce_stage)
    assert (answer["announced"], answer["failed"]) == (0, 0)
    assert announce_stage.posts() == posted
    assert announce_stage.posts(OPS) == []


def test_many_under_one_name_are_said_to_be(announce_stage: AnnounceStage) -> None:
    sign(announce_stage, 12, name="Ines Duarte paid $125.00")
    announce_stage.deliver()
    (line,) = announce_stage.posts()
    assert line.startswith("📝 12 people signed the waiver (some under the same name)")
    assert "Ines" not in line


@pytest.fixture
def office(announce_stage: AnnounceStage, dynamodb: Engine) -> Iterator[PostOffice]:
    """Captain Cory's trip, announced by Slack and by mail through SES."""
    verify_sender(dynamodb.endpoint, "example.com")
    office = PostOffice(announce_stage, dynamodb.endpoint)
    office.open()
    yield office
    announce_stage.function.mailer._client._endpoint.http_session.close()


def test_many_signatures_are_one_mail(office: PostOffice, announce_stage: AnnounceStage) -> None:
    announce_stage.sign("d1")
    sign(announce_stage, 11)
    announce_stage.log()
    records = announce_stage.records()
    announce_stage.deliver(records)
    announce_stage.deliver(records)
    payment, signatures = office.mails
    assert "paid $125.00" in payment["Subject"]
    assert signatures["Subject"] == "12 people signed the waiver · Captain Cory, afternoon"
    assert "Party:    Dave Kowalski, 1 of 1 signed\n" in signatures["BodyText"]
    assert "Others:   11 not matched to anybody on the roster yet\n" in signatures["BodyText"]
    assert "Stranger" not in signatures["BodyText"]
    assert EID not in signatures["Subject"]
