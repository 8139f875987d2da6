"""Signatures that arrive one after another: a few mails at once, then one mail for each ten minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.announce.post_office import by_mail_alone
from tests.announce.test_floods import sign
from tests.builders import a_row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.announce.post_office import PostOffice
    from tests.announce.stage import AnnounceStage
    from tests.conftest import Engine

TEN_MINUTES = 600.0


@pytest.fixture
def office(announce_stage: AnnounceStage, dynamodb: Engine) -> Iterator[PostOffice]:
    """Captain Cory's trip, announced by mail alone."""
    with by_mail_alone(announce_stage, dynamodb.endpoint) as office:
        yield office


def subjects(office: PostOffice) -> list[str]:
    return [mail["Subject"].split(" · ")[0] for mail in office.mails]


def wait(announce_stage: AnnounceStage) -> dict[str, Any]:
    """Let ten minutes pass, and run the schedule."""
    announce_stage.later(TEN_MINUTES)
    answer: dict[str, Any] = announce_stage.function.lambda_handler({"sweep": "waiting"}, announce_stage.invocation())
    return answer


def trickle(announce_stage: AnnounceStage, number: int, *, start: int = 0) -> None:
    """Let this many people sign, one every few seconds."""
    for at in range(start, start + number):
        sign(announce_stage, 1, start=at)
        announce_stage.deliver()
        announce_stage.later(5)


def test_signatures_that_trickle_in_share_a_mail_after_the_second(
    office: PostOffice, announce_stage: AnnounceStage
) -> None:
    trickle(announce_stage, 12)
    assert subjects(office) == ["Waiver signed by “Stranger A0”", "Waiver signed by “Stranger B1”"]

    assert wait(announce_stage) == {}

    assert subjects(office)[2:] == ["10 people signed the waiver"]
    assert "Others:   10 not matched to anybody on the roster yet\n" in office.mails[2]["BodyText"]
    wait(announce_stage)
    announce_stage.later(60 * 3600)
    announce_stage.function.lambda_handler({"sweep": "now"}, announce_stage.invocation())
    assert len(office.mails) == 3, "each was mailed once, and nothing of it is late"


def test_the_shared_mail_comes_with_the_next_record_of_the_stream(
    office: PostOffice, announce_stage: AnnounceStage
) -> None:
    trickle(announce_stage, 4)
    announce_stage.log()
    announce_stage.deliver()
    assert subjects(office)[2:] == ["Dave Kowalski paid $125.00"], "a payment waits for nobody"
    announce_stage.later(TEN_MINUTES)
    announce_stage.log("p2", amount="1.00")
    announce_stage.deliver()
    assert subjects(office)[3:] == ["Dave Kowalski paid $1.00", "2 people signed the waiver"]


def test_one_who_waited_alone_has_a_mail_as_ever(office: PostOffice, announce_stage: AnnounceStage) -> None:
    trickle(announce_stage, 3)
    wait(announce_stage)
    assert subjects(office)[2:] == ["Waiver signed by “Stranger C2”"]
    trickle(announce_stage, 1, start=3)
    assert len(office.mails) == 4, "after a quiet while a signature is mailed at once"


def test_a_hundred_signatures_of_fifty_events_are_a_few_mails(
    office: PostOffice, announce_stage: AnnounceStage
) -> None:
    eids = [f"2026-05-24-trip-{number:02d}" for number in range(50)]
    announce_stage.put(*(a_row(eid, title=f"Trip {number}") for number, eid in enumerate(eids)))
    announce_stage.records()
    for number in range(100):
        sign(announce_stage, 1, start=number, eid=eids[number % 50])
    announce_stage.log()
    records = announce_stage.records()
    for start in range(0, len(records), 25):  # as Lambda hands them over
        announce_stage.deliver(records[start : start + 25])
        office.open(ANNOUNCE_BY="mail")
    at_once = len(office.mails)
    assert at_once <= 6
    assert "Dave Kowalski paid $125.00" in subjects(office)

    wait(announce_stage)

    (shared,) = office.mails[at_once:]
    assert shared["Subject"] == "95 people signed the waivers of 50 events"
    assert "Events:   30 more\n" in shared["BodyText"]
    assert "Stranger" not in shared["BodyText"]


def test_no_signature_is_lost_while_the_mail_service_is_down(office: PostOffice, announce_stage: AnnounceStage) -> None:
    trickle(announce_stage, 5)
    announce_stage.faults.fail_next("POST", error="AccessDenied")
    wait(announce_stage)
    assert len(office.mails) == 2
    wait(announce_stage)
    assert subjects(office)[2:] == ["3 people signed the waiver"]


def test_what_no_mail_service_will_take_is_mailed_late(office: PostOffice, announce_stage: AnnounceStage) -> None:
    trickle(announce_stage, 5)
    announce_stage.faults.fail_next("POST", error="BadRequestException")
    wait(announce_stage)
    wait(announce_stage)
    assert len(office.mails) == 2
    announce_stage.later(60 * 3600)
    announce_stage.function.lambda_handler({"sweep": "late"}, announce_stage.invocation())
    assert subjects(office)[2:] == ["Late: 3 signatures"]


@pytest.mark.parametrize("after", [False, True], ids=["before it was sent", "after it was sent"])
def test_killed_in_the_middle_the_shared_mail_comes_all_the_same(
    office: PostOffice, announce_stage: AnnounceStage, *, after: bool
) -> None:
    trickle(announce_stage, 5)
    with announce_stage.dying("mailer", "send", after=after):
        wait(announce_stage)
    wait(announce_stage)
    assert subjects(office)[2:] == ["3 people signed the waiver"] * (1 + after)


def test_strangers_add_nothing_to_the_moneys_row(office: PostOffice, announce_stage: AnnounceStage) -> None:
    before = announce_stage.row()
    trickle(announce_stage, 8)
    wait(announce_stage)
    assert len(office.mails) == 3
    assert announce_stage.row() == before
    assert "Stranger" not in str(announce_stage.kept())
