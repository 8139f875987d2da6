"""Many signatures at once: payments are announced first, signatures share one line, and the office is warned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from devkit.announcing import verify_sender
from tests.announce.harbour import OPS, paid
from tests.announce.post_office import PostOffice
from tests.builders import EID, a_row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.announce.harbour import Harbour
    from tests.conftest import Engine

NEIGHBOUR = "2026-05-24-sunset"


def sign(harbour: Harbour, number: int, *, start: int = 0, **signature: Any) -> None:
    """So many strangers sign."""
    wanted: dict[str, Any] = {"patron_id": None, **signature}
    for at in range(start, start + number):
        harbour.sign(f"s{at}", **({"name": f"Stranger {chr(65 + at % 26)}{at}"} | wanted))


def signed(harbour: Harbour, channel: str = "C0CORY") -> list[str]:
    return [line for line in harbour.posts(channel) if line.startswith("📝")]


def test_a_payment_behind_a_hundred_signatures_of_another_event_goes_first(harbour: Harbour) -> None:
    harbour.put(a_row(NEIGHBOUR, channel=OPS))
    harbour.records()
    sign(harbour, 100)
    harbour.log("p1", amount="30.00", eid=NEIGHBOUR)
    began = harbour.clock.seconds
    assert harbour.deliver() == 1
    assert paid(harbour, OPS) == {"$30.00": 1}
    (lag, *_) = [metric["value"] for metric in harbour.metrics if metric["name"] == "AnnounceLag"]
    assert lag < 3
    assert harbour.clock.seconds - began < 10
    assert len(signed(harbour)) == 1


def test_a_payment_goes_before_a_flood_on_its_own_event_too(harbour: Harbour) -> None:
    sign(harbour, 12)
    harbour.log()
    harbour.deliver()
    assert harbour.posts()[0].startswith("💵")


def test_a_payment_goes_before_a_few_signatures_of_another_event(harbour: Harbour) -> None:
    harbour.put(a_row(NEIGHBOUR))
    harbour.records()
    sign(harbour, 3)
    harbour.log("p1", amount="30.00", eid=NEIGHBOUR)
    harbour.deliver()
    assert harbour.posts()[0].startswith("💵")
    assert len(signed(harbour)) == 3


def test_many_signatures_are_one_line_with_the_parties_and_no_strangers_names(harbour: Harbour) -> None:
    harbour.sign("a1", name="Ana Lima", patron_id="ana")
    harbour.sign("a2", name="Rui Lima", patron_id="ana", minors=("Lia",), matched_by="link")
    harbour.sign("d1")
    sign(harbour, 9)
    assert harbour.deliver() == 1
    (line,) = harbour.posts()
    assert line == (
        "📝 12 people signed the waiver, for 1 minor too · Ana Lima's party: 2 of 2 signed"
        " · Dave Kowalski's party: 1 of 1 signed"
        " · 9 not matched to anybody on the roster yet: /payment-status shows them · Captain Cory, afternoon"
    )
    assert len(harbour.counted("PatronSigned")) == 12


def test_those_who_sign_later_in_the_same_minute_join_the_line(harbour: Harbour) -> None:
    for start in (0, 8, 16):
        sign(harbour, 8, start=start)
        harbour.deliver()
    assert [line.split(" signed")[0] for line in signed(harbour)] == ["📝 24 people"]
    harbour.later(120)
    sign(harbour, 2, start=24)
    harbour.deliver()
    assert len(signed(harbour)) == 3


def test_signatures_that_trickle_in_share_a_line_after_the_fifth(harbour: Harbour) -> None:
    for at in range(9):
        sign(harbour, 1, start=at)
        harbour.deliver()
    assert [line.split(" signed")[0] for line in signed(harbour)][5:] == ["📝 4 people"]


def test_the_same_batch_again_counts_nobody_twice(harbour: Harbour) -> None:
    sign(harbour, 12)
    records = harbour.records()
    harbour.deliver(records)
    harbour.restart()
    harbour.deliver(records)
    harbour.deliver(records[6:])
    assert [line.split(" signed")[0] for line in harbour.posts()] == ["📝 12 people"]
    assert len(harbour.counted("PatronSigned")) == 12


@pytest.mark.parametrize("step", ["post", "update"])
@pytest.mark.parametrize("after", [False, True])
def test_killed_in_the_middle_it_is_one_line_all_the_same(harbour: Harbour, step: str, *, after: bool) -> None:
    sign(harbour, 12)
    if step == "update":
        harbour.deliver()
        sign(harbour, 8, start=12)
    records = harbour.records()
    with harbour.dying("poster", step, after=after):
        harbour.invoke(records)
    harbour.later(120)
    harbour.deliver(records[:5])  # Lambda halves a batch after a crash
    harbour.deliver(records[5:])
    assert [line.split(" signed")[0] for line in harbour.posts()] == [f"📝 {20 if step == 'update' else 12} people"]


def test_a_line_whose_answer_was_lost_is_not_posted_again(harbour: Harbour) -> None:
    sign(harbour, 12)
    harbour.slack.fail("chat.postMessage", status=500, lost=True)
    assert harbour.deliver() == 2
    assert [line.split(" signed")[0] for line in harbour.posts()] == ["📝 12 people"]


def test_the_line_says_so_once_one_of_its_signatures_is_matched(harbour: Harbour) -> None:
    sign(harbour, 12)
    harbour.deliver()
    harbour.match("s3", "dave")
    harbour.deliver()
    (line,) = signed(harbour)
    assert "Dave Kowalski's party: 1 of 1 signed · 11 not matched" in line


def test_the_office_is_warned_of_a_flood_once(harbour: Harbour) -> None:
    sign(harbour, 24)
    harbour.deliver()
    assert harbour.posts(OPS) == []
    for start in (24, 40, 80):
        sign(harbour, 16, start=start)
        harbour.deliver()
        harbour.restart()
    (warning,) = harbour.posts(OPS)
    assert warning.startswith("⚠️ 40 signatures within one minute for Captain Cory, afternoon.")
    assert len(harbour.counted("SignatureFlood")) == 1
    assert "Stranger" not in str(harbour.kept())


def test_many_under_one_name_are_said_to_be(harbour: Harbour) -> None:
    sign(harbour, 12, name="Ines Duarte paid $125.00")
    harbour.deliver()
    (line,) = harbour.posts()
    assert line.startswith("📝 12 people signed the waiver (some under the same name)")
    assert "Ines" not in line


@pytest.fixture
def office(harbour: Harbour, dynamodb: Engine) -> Iterator[PostOffice]:
    """Captain Cory's trip, announced by Slack and by mail through SES."""
    verify_sender(dynamodb.endpoint, "example.com")
    office = PostOffice(harbour, dynamodb.endpoint)
    office.open()
    yield office
    harbour.function.mailer._client._endpoint.http_session.close()


def test_many_signatures_are_one_mail(office: PostOffice, harbour: Harbour) -> None:
    harbour.sign("d1")
    sign(harbour, 11)
    harbour.log()
    records = harbour.records()
    harbour.deliver(records)
    harbour.deliver(records)
    payment, signatures = office.mails
    assert "paid $125.00" in payment["Subject"]
    assert signatures["Subject"] == "12 people signed the waiver · Captain Cory, afternoon"
    assert "Party:    Dave Kowalski, 1 of 1 signed\n" in signatures["BodyText"]
    assert "Others:   11 not matched to anybody on the roster yet\n" in signatures["BodyText"]
    assert "Stranger" not in signatures["BodyText"]
    assert EID not in signatures["Subject"]
