"""A fault of one message or one event affects no other: every other event is announced as usual."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unittest import mock

import pytest

from tests.announce.stage import OPS, paid
from tests.builders import a_row

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.announce.stage import AnnounceStage

    Letters = Callable[[], list[dict[str, str]]]

NEIGHBOUR = "2026-05-24-sunset"


@pytest.fixture
def neighbour(announce_stage: AnnounceStage) -> str:
    """Another trip, announced in the office's channel."""
    announce_stage.put(a_row(NEIGHBOUR, channel=OPS))
    announce_stage.records()
    return NEIGHBOUR


UNKNOWN = ["restricted_action_thread_locked", "no_permission", "ekm_access_denied", "some_error_of_2031"]


@pytest.mark.parametrize("error", UNKNOWN)
def test_an_error_that_nobody_knows_sends_the_line_to_the_office_and_holds_up_nothing(
    announce_stage: AnnounceStage, letters: Letters, neighbour: str, error: str
) -> None:
    announce_stage.slack.fail("chat.postMessage", error=error)
    announce_stage.log("p1", amount="20.00")
    announce_stage.log("p2", amount="30.00", eid=neighbour)
    assert announce_stage.deliver() == 1
    assert paid(announce_stage, OPS) == {"$20.00": 1, "$30.00": 1}
    assert letters() == []


def test_what_the_office_cannot_be_sent_either_is_set_aside(
    announce_stage: AnnounceStage, letters: Letters, neighbour: str
) -> None:
    announce_stage.slack.fail("chat.postMessage", error="restricted_action_thread_locked", times=2)
    announce_stage.log("p1", amount="20.00")
    announce_stage.log("p2", amount="30.00", eid=neighbour)
    assert announce_stage.deliver() == 1
    assert paid(announce_stage, OPS) == {"$30.00": 1}
    assert [letter["why"] for letter in letters()] == ["Refused"]


def test_a_void_whose_thread_is_locked_is_a_line_of_its_own(announce_stage: AnnounceStage, letters: Letters) -> None:
    announce_stage.log()
    announce_stage.deliver()
    announce_stage.slack.fail("chat.postMessage", error="restricted_action_thread_locked")
    announce_stage.void()
    assert announce_stage.deliver() == 1
    first, second = announce_stage.posts()
    assert "voided by Olivia Park" in first
    assert second.startswith("🚫 Dave Kowalski: $125.00 by cash voided")
    assert letters() == []


def test_a_payment_that_cannot_be_struck_has_its_void_beside_it(
    announce_stage: AnnounceStage, letters: Letters
) -> None:
    announce_stage.log()
    announce_stage.deliver()
    announce_stage.slack.fail("chat.update", error="some_error_of_2031")
    announce_stage.void()
    assert announce_stage.deliver() == 1
    assert announce_stage.posts()[-1].startswith("🚫 Dave Kowalski: $125.00 by cash voided")
    assert letters() == []


@pytest.mark.parametrize("eid", ["summer-party", "Trip #7", "2026-05-24-" + "x" * 200])
def test_an_event_whose_id_is_not_served_is_set_aside_and_the_next_one_goes_out(
    announce_stage: AnnounceStage, letters: Letters, neighbour: str, eid: str
) -> None:
    announce_stage.put(a_row(eid, starts_at="2026-05-24T13:00:00-07:00"))
    announce_stage.log("p1", amount="30.00", eid=neighbour)
    assert announce_stage.deliver() == 1
    announce_stage.put(a_row(eid, starts_at="2026-05-24T13:00:00-07:00", card_asked_at="2026-05-23T20:30:00Z"))
    announce_stage.log("p2", amount="40.00", eid=neighbour)
    assert announce_stage.deliver() == 1
    assert paid(announce_stage, OPS) == {"$30.00": 1, "$40.00": 1}
    assert {letter["why"] for letter in letters()} == {"EventIdMalformed"}


def test_a_signature_of_an_event_whose_id_is_not_served_is_set_aside(
    announce_stage: AnnounceStage, letters: Letters, neighbour: str
) -> None:
    announce_stage.put(
        {"eid": "summer-party", "crew_id": "#signature:s1", "name": "Eve", "signed_at": "2026-05-23T20:29:00Z"}
    )
    announce_stage.log("p1", amount="30.00", eid=neighbour)
    assert announce_stage.deliver() == 1
    assert [letter["why"] for letter in letters()] == ["EventIdMalformed"]
    assert paid(announce_stage, OPS) == {"$30.00": 1}


def test_a_payment_id_that_no_table_takes_is_set_aside(
    announce_stage: AnnounceStage, letters: Letters, neighbour: str
) -> None:
    entry = {"kind": "payment", "amount": 5, "method": "cash", "logged_by": "x", "timestamp": "2026-05-23T20:29:00Z"}
    announce_stage.put(a_row(payments={"dave": {"amount": 5, "entries": {"p" * 3000: entry}}}))
    announce_stage.log("p1", amount="30.00", eid=neighbour)
    assert announce_stage.deliver() == 1
    assert [letter["why"] for letter in letters()] == ["RowFull"]
    assert paid(announce_stage, OPS) == {"$30.00": 1}


@pytest.mark.parametrize("step", ["announce.cards.card", "announce.posting.posts.payment_line"])
def test_an_unexpected_error_is_set_aside_with_its_event_and_leaves_no_word_of_it(
    announce_stage: AnnounceStage, letters: Letters, neighbour: str, step: str
) -> None:
    announce_stage.log("p1", amount="20.00")
    announce_stage.log("p2", amount="30.00", eid=neighbour)
    real = mock.DEFAULT
    with mock.patch(step, side_effect=[RuntimeError("Dave Kowalski owes"), *[real] * 5]) as broken:
        broken.return_value = {"text": "x"}
        assert announce_stage.deliver() == 1
    assert [letter["why"] for letter in letters()] == ["RuntimeError"]
    assert "Dave" not in str(letters())
    assert len(announce_stage.messages(OPS)) == 2


def test_an_error_of_the_whole_account_is_an_outage(announce_stage: AnnounceStage, letters: Letters) -> None:
    announce_stage.faults.fail_next("PutItem", error="AccessDeniedException")
    announce_stage.log()
    assert announce_stage.deliver() == 2
    assert paid(announce_stage) == {"$125.00": 1}
    assert letters() == []


def test_three_events_that_others_have_in_hand_do_not_stop_the_fourth(
    announce_stage: AnnounceStage, letters: Letters
) -> None:
    for number in range(1, 5):
        announce_stage.put(a_row(f"2026-05-2{number + 3}-trip", channel=OPS))
    announce_stage.records()
    for number in range(1, 5):
        announce_stage.log(f"p{number}", amount=f"{number}.00", eid=f"2026-05-2{number + 3}-trip")
    records = announce_stage.records()
    for number in range(1, 4):
        announce_stage.function.posted.claim(
            f"entry:2026-05-2{number + 3}-trip:p{number}",
            now=announce_stage.clock.now(),
            until=announce_stage.clock.now(),
        )
    announce_stage.invoke(records)
    assert paid(announce_stage, OPS) == {"$4.00": 1}
    announce_stage.later(120)
    announce_stage.deliver(records)
    assert paid(announce_stage, OPS) == {f"${number}.00": 1 for number in range(1, 5)}
    assert letters() == []
