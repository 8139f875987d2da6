"""Mails that were never sent are found and sent: late, marked as late, and once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from charter.moments import utc
from tests.announce.post_office import by_mail_alone
from tests.announce.process import sweep
from tests.announce.test_late import HOUR, OTHER, lost
from tests.announce.test_restored import old_row
from tests.builders import a_row, a_signature_row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.announce.post_office import PostOffice
    from tests.announce.stage import AnnounceStage
    from tests.conftest import Engine


@pytest.fixture
def office(announce_stage: AnnounceStage, dynamodb: Engine) -> Iterator[PostOffice]:
    """Captain Cory's trip, announced by mail alone, as the mail function of a stack does."""
    with by_mail_alone(announce_stage, dynamodb.endpoint) as office:
        yield office


def subjects(office: PostOffice) -> list[str]:
    return [mail["Subject"] for mail in office.mails]


def test_what_is_older_than_a_day_becomes_one_mail_for_each_event(
    office: PostOffice, announce_stage: AnnounceStage
) -> None:
    announce_stage.put(a_row(OTHER, channel="C0CORY", title="Mia, evening"))
    announce_stage.log("p1", amount="100.00")
    announce_stage.log("p2", "ana", "250.00")
    announce_stage.sign("s1", name="Somebody Else", patron_id=None)
    announce_stage.log("p3", "dave", "125.00", eid=OTHER)
    lost(announce_stage, hours=60)

    answer = sweep(announce_stage)

    assert sorted(subjects(office)) == [
        "Late: 1 payment ($125.00) · Mia, evening",
        "Late: 1 signature, 2 payments ($350.00 in all) · Captain Cory, afternoon",
    ]
    (mine,) = [mail["BodyText"] for mail in office.mails if "Cory" in mail["Subject"]]
    assert "Missed:   1 signature, 2 payments ($350.00 in all)\n" in mine
    assert "Late:     this is from Fri May 22, 11:00 AM to Sat May 23, 1:30 PM, and was not mailed then\n" in mine
    assert "Somebody" not in mine
    assert (answer["announced"], answer["finished"]) == (4, 1)
    assert announce_stage.posts() == [], "mail is not Slack"


def test_what_is_younger_than_a_day_has_a_mail_of_its_own_that_says_so(
    office: PostOffice, announce_stage: AnnounceStage
) -> None:
    announce_stage.log("p1", amount="100.00")
    lost(announce_stage, hours=22)

    sweep(announce_stage)

    (mail,) = office.mails
    assert mail["Subject"] == "Late: Dave Kowalski paid $100.00 · Captain Cory, afternoon"
    assert "Late:     this is from Sat May 23, 1:30 PM, and was not mailed then\n" in mail["BodyText"]


def test_the_next_runs_mail_nothing_again_and_what_the_stream_mailed_is_not_late(
    office: PostOffice, announce_stage: AnnounceStage
) -> None:
    announce_stage.log("p1", amount="100.00")
    announce_stage.sign("s1")
    announce_stage.deliver()
    announce_stage.log("p2", "ana", "250.00")
    lost(announce_stage, hours=60)
    assert sweep(announce_stage)["announced"] == 1
    before = subjects(office)
    assert len(before) == 3

    for kind in ("late", "now", "late"):
        office.open(ANNOUNCE_BY="mail")
        announce_stage.later(6 * HOUR)
        assert sweep(announce_stage, kind)["announced"] == 0

    assert subjects(office) == before


def test_what_the_stream_may_still_mail_is_left_to_it(office: PostOffice, announce_stage: AnnounceStage) -> None:
    announce_stage.log("p1", amount="100.00")
    announce_stage.later(19 * HOUR)

    assert sweep(announce_stage)["announced"] == 0
    assert office.mails == []


def test_each_channel_catches_up_by_itself(office: PostOffice, announce_stage: AnnounceStage) -> None:
    announce_stage.log("p1", amount="100.00")
    records = announce_stage.records()
    office.open(ANNOUNCE_BY="slack")
    announce_stage.deliver(records)
    announce_stage.later(60 * HOUR)
    assert sweep(announce_stage)["announced"] == 0

    office.open()
    assert sweep(announce_stage)["announced"] == 1

    assert subjects(office) == ["Late: 1 payment ($100.00) · Captain Cory, afternoon"]
    assert len(announce_stage.posts()) == 1


def test_a_mail_service_that_is_down_again_loses_nothing(office: PostOffice, announce_stage: AnnounceStage) -> None:
    announce_stage.log("p1", amount="100.00")
    lost(announce_stage, hours=60)
    announce_stage.faults.fail_next("POST", error="AccessDenied")

    assert sweep(announce_stage)["failed"] == 1
    assert office.mails == []
    assert sweep(announce_stage)["announced"] == 1
    assert len(office.mails) == 1


@pytest.mark.parametrize("step", ["claim", "done"])
def test_a_run_that_dies_mails_everything_all_the_same(
    office: PostOffice, announce_stage: AnnounceStage, step: str
) -> None:
    for number in range(4):
        announce_stage.log(f"p{number}", amount="10.00")
    lost(announce_stage, hours=60)
    with announce_stage.dying("posted", step, after=True, call=3):
        sweep(announce_stage)
    announce_stage.later(HOUR)

    sweep(announce_stage)

    assert subjects(office)[0] == "Late: 4 payments ($40.00 in all) · Captain Cory, afternoon"
    announce_stage.later(HOUR)
    assert sweep(announce_stage)["announced"] == 0


def test_the_command_mails_what_was_set_aside_and_empties_the_queue(
    announce_stage: AnnounceStage, letters: Callable[[], list[dict[str, str]]], office: PostOffice
) -> None:
    announce_stage.log("p1", amount="20.00")
    announce_stage.faults.fail_next("POST", error="BadRequestException")
    announce_stage.deliver()
    assert [letter["announce_by"] for letter in letters()] == ["mail"]
    announce_stage.function.dead_letters.put({"DDBStreamBatchInfo": "of a batch"})
    announce_stage.later(3600)

    answer = sweep(announce_stage, "now")

    assert answer == {"announced": 1, "failed": 0, "finished": 1, "letters": 2, "removed": 2}
    assert subjects(office) == ["Late: Dave Kowalski paid $20.00 · Captain Cory, afternoon"]
    assert letters() == []


@pytest.mark.parametrize("transport", ["mail", "slack"])
@pytest.mark.parametrize("restored", [True, False])
def test_restored_rows_announce_nothing_late(
    office: PostOffice, announce_stage: AnnounceStage, transport: str, *, restored: bool
) -> None:
    office.open(ANNOUNCE_BY=transport)
    mark = {"restored_at": utc(announce_stage.clock.now())} if restored else {}
    announce_stage.put(old_row(days=3, **mark))
    announce_stage.put(a_signature_row(signed_at="2026-05-19T10:00:00+00:00", **mark))
    announce_stage.log("new", "ana", "250.00")
    announce_stage.deliver()
    before = announce_stage.posts()
    announce_stage.later(60 * HOUR)

    assert sweep(announce_stage)["announced"] == 0
    assert sweep(announce_stage, "now")["announced"] == 0

    assert (len(office.mails), announce_stage.posts()) == ((1, []) if transport == "mail" else (0, before))
    office.open(ANNOUNCE_BY="mail")


def test_what_is_lost_after_a_restore_is_found(office: PostOffice, announce_stage: AnnounceStage) -> None:
    announce_stage.put(old_row(days=0, restored_at=utc(announce_stage.clock.now())))
    announce_stage.deliver()
    announce_stage.log("new", "ana", "250.00")
    lost(announce_stage, hours=60)

    sweep(announce_stage)

    assert subjects(office) == ["Late: 1 payment ($250.00) · Captain Cory, afternoon"]
