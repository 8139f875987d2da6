"""Signatures that trickle in: a few mails at once, then one for all that came within ten minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from devkit.announcing import verify_sender
from tests.announce.post_office import PostOffice
from tests.announce.test_floods import sign
from tests.builders import a_row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.announce.harbour import Harbour
    from tests.conftest import Engine

TEN_MINUTES = 600.0


@pytest.fixture
def office(harbour: Harbour, dynamodb: Engine) -> Iterator[PostOffice]:
    """Captain Cory's trip, announced by mail alone."""
    verify_sender(dynamodb.endpoint, "example.com")
    office = PostOffice(harbour, dynamodb.endpoint)
    office.open(ANNOUNCE_BY="mail")
    yield office
    harbour.function.mailer._client._endpoint.http_session.close()


def subjects(office: PostOffice) -> list[str]:
    return [mail["Subject"].split(" · ")[0] for mail in office.mails]


def wait(harbour: Harbour) -> dict[str, Any]:
    """Ten minutes later the schedule comes."""
    harbour.later(TEN_MINUTES)
    answer: dict[str, Any] = harbour.function.lambda_handler({"sweep": "waiting"}, harbour.invocation())
    return answer


def trickle(harbour: Harbour, number: int, *, start: int = 0) -> None:
    """So many sign, one every few seconds."""
    for at in range(start, start + number):
        sign(harbour, 1, start=at)
        harbour.deliver()
        harbour.later(5)


def test_signatures_that_trickle_in_share_a_mail_after_the_second(office: PostOffice, harbour: Harbour) -> None:
    trickle(harbour, 12)
    assert subjects(office) == ["Waiver signed by “Stranger A0”", "Waiver signed by “Stranger B1”"]

    assert wait(harbour) == {}

    assert subjects(office)[2:] == ["10 people signed the waiver"]
    assert "Others:   10 not matched to anybody on the roster yet\n" in office.mails[2]["BodyText"]
    wait(harbour)
    harbour.later(60 * 3600)
    harbour.function.lambda_handler({"sweep": "now"}, harbour.invocation())
    assert len(office.mails) == 3, "each was mailed once, and nothing of it is late"


def test_the_shared_mail_comes_with_the_next_record_of_the_stream(office: PostOffice, harbour: Harbour) -> None:
    trickle(harbour, 4)
    harbour.log()
    harbour.deliver()
    assert subjects(office)[2:] == ["Dave Kowalski paid $125.00"], "a payment waits for nobody"
    harbour.later(TEN_MINUTES)
    harbour.log("p2", amount="1.00")
    harbour.deliver()
    assert subjects(office)[3:] == ["Dave Kowalski paid $1.00", "2 people signed the waiver"]


def test_one_who_waited_alone_has_a_mail_as_ever(office: PostOffice, harbour: Harbour) -> None:
    trickle(harbour, 3)
    wait(harbour)
    assert subjects(office)[2:] == ["Waiver signed by “Stranger C2”"]
    trickle(harbour, 1, start=3)
    assert len(office.mails) == 4, "after a quiet while a signature is mailed at once"


def test_a_hundred_signatures_of_fifty_events_are_a_few_mails(office: PostOffice, harbour: Harbour) -> None:
    eids = [f"2026-05-24-trip-{number:02d}" for number in range(50)]
    harbour.put(*(a_row(eid, title=f"Trip {number}") for number, eid in enumerate(eids)))
    harbour.records()
    for number in range(100):
        sign(harbour, 1, start=number, eid=eids[number % 50])
    harbour.log()
    records = harbour.records()
    for start in range(0, len(records), 25):  # as Lambda hands them over
        harbour.deliver(records[start : start + 25])
        office.open(ANNOUNCE_BY="mail")
    at_once = len(office.mails)
    assert at_once <= 6
    assert "Dave Kowalski paid $125.00" in subjects(office)

    wait(harbour)

    (shared,) = office.mails[at_once:]
    assert shared["Subject"] == "95 people signed the waivers of 50 events"
    assert "Events:   30 more\n" in shared["BodyText"]
    assert "Stranger" not in shared["BodyText"]


def test_no_signature_is_lost_while_the_mail_service_is_down(office: PostOffice, harbour: Harbour) -> None:
    trickle(harbour, 5)
    harbour.faults.fail_next("POST", error="AccessDenied")
    wait(harbour)
    assert len(office.mails) == 2
    wait(harbour)
    assert subjects(office)[2:] == ["3 people signed the waiver"]


def test_what_no_mail_service_will_take_is_mailed_late(office: PostOffice, harbour: Harbour) -> None:
    trickle(harbour, 5)
    harbour.faults.fail_next("POST", error="BadRequestException")
    wait(harbour)
    wait(harbour)
    assert len(office.mails) == 2
    harbour.later(60 * 3600)
    harbour.function.lambda_handler({"sweep": "late"}, harbour.invocation())
    assert subjects(office)[2:] == ["Late: 3 signatures"]


@pytest.mark.parametrize("after", [False, True], ids=["before it was sent", "after it was sent"])
def test_killed_in_the_middle_the_shared_mail_comes_all_the_same(
    office: PostOffice, harbour: Harbour, *, after: bool
) -> None:
    trickle(harbour, 5)
    with harbour.dying("mailer", "send", after=after):
        wait(harbour)
    wait(harbour)
    assert subjects(office)[2:] == ["3 people signed the waiver"] * (1 + after)


def test_strangers_add_nothing_to_the_moneys_row(office: PostOffice, harbour: Harbour) -> None:
    before = harbour.row()
    trickle(harbour, 8)
    wait(harbour)
    assert len(office.mails) == 3
    assert harbour.row() == before
    assert "Stranger" not in str(harbour.kept())
