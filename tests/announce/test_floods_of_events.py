"""Many signatures spread over many events: payments go first, and each channel has one line for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.announce.stage import OPS, paid
from tests.announce.test_floods import sign, signed
from tests.builders import EID, a_row

if TYPE_CHECKING:
    from tests.announce.stage import AnnounceStage

EIDS = [f"2026-05-24-trip-{number:02d}" for number in range(50)]


@pytest.fixture
def fleet(announce_stage: AnnounceStage) -> AnnounceStage:
    """Fifty more trips in the channel."""
    announce_stage.put(*(a_row(eid, channel="C0CORY", title=f"Trip {number}") for number, eid in enumerate(EIDS)))
    announce_stage.records()
    return announce_stage


def flood(announce_stage: AnnounceStage, number: int = 100, *, start: int = 0) -> None:
    """Write signatures, each for another trip than the one before."""
    for at in range(start, start + number):
        sign(announce_stage, 1, start=at, eid=EIDS[at % 50])


def in_batches(announce_stage: AnnounceStage) -> None:
    """Deliver the records in batches as Lambda does, each batch to another process."""
    records = announce_stage.records()
    for start in range(0, len(records), 25):
        announce_stage.deliver(records[start : start + 25])
        announce_stage.restart()


def test_a_payment_goes_before_a_hundred_signatures_of_fifty_events(fleet: AnnounceStage) -> None:
    flood(fleet)
    fleet.log("p1", amount="30.00")
    began = fleet.clock.seconds

    assert fleet.deliver() == 1

    payment, line = fleet.posts()
    assert payment.startswith("💵 Dave Kowalski paid $30.00")
    assert line.startswith("📝 100 people signed the waivers of 50 events · Trip 0: 2 · ")
    assert line.endswith(" · and 40 more events · /payment-status shows who they are")
    assert "Stranger" not in line
    assert fleet.clock.seconds - began < 10
    assert len(fleet.counted("PatronSigned")) == 100
    assert "Stranger" not in str(fleet.kept())


def test_it_is_one_line_also_where_it_comes_in_batches_to_new_processes(fleet: AnnounceStage) -> None:
    flood(fleet)
    fleet.log("p1", amount="30.00")
    in_batches(fleet)
    assert [line.split(" · ")[0] for line in signed(fleet)] == ["📝 100 people signed the waivers of 50 events"]
    assert paid(fleet) == {"$30.00": 1}
    (warning,) = fleet.posts(OPS)
    assert warning.startswith("⚠️ 25 signatures within one minute for several events.")


def test_each_channel_has_its_own_line(fleet: AnnounceStage) -> None:
    for number, eid in enumerate(EIDS[:20]):
        fleet.put(a_row(eid, channel="C0CORY" if number % 2 else OPS, title=f"Trip {number}"))
    fleet.records()
    for at in range(20):
        sign(fleet, 1, start=at, eid=EIDS[at])
    fleet.deliver()
    for channel in ("C0CORY", OPS):
        assert [line.split(" · ")[0] for line in signed(fleet, channel)] == [
            "📝 10 people signed the waivers of 10 events"
        ]


def test_signatures_that_trickle_in_over_many_events_share_a_line_after_the_fifth(fleet: AnnounceStage) -> None:
    for at in range(12):
        flood(fleet, 1, start=at)
        fleet.deliver()
    assert len(signed(fleet)) == 6
    assert signed(fleet)[5].startswith("📝 7 people signed the waivers of 7 events")


def test_the_same_batch_again_counts_nobody_twice(fleet: AnnounceStage) -> None:
    flood(fleet, 30)
    records = fleet.records()
    fleet.deliver(records)
    fleet.restart()
    fleet.deliver(records)
    fleet.deliver(records[7:])
    assert [line.split(" · ")[0] for line in signed(fleet)] == ["📝 30 people signed the waivers of 30 events"]


@pytest.mark.parametrize("after", [False, True])
def test_killed_in_the_middle_it_is_one_line_all_the_same(fleet: AnnounceStage, *, after: bool) -> None:
    flood(fleet, 20)
    records = fleet.records()
    with fleet.dying("poster", "post", after=after):
        fleet.invoke(records)
    fleet.later(120)
    fleet.deliver(records)
    assert [line.split(" · ")[0] for line in signed(fleet)] == ["📝 20 people signed the waivers of 20 events"]


def test_a_few_signatures_of_a_few_events_have_a_line_each(fleet: AnnounceStage) -> None:
    flood(fleet, 4)
    sign(fleet, 1, start=90, eid=EID)
    fleet.deliver()
    assert len(signed(fleet)) == 5
    assert all("Waiver signed by" in line for line in signed(fleet))


def test_one_odd_event_in_the_flood_hurts_no_other(fleet: AnnounceStage) -> None:
    fleet.put({**a_row(EIDS[3]), "starts_at": "never", "price": "a lot", "patrons": "nobody"})
    fleet.records()
    flood(fleet, 20)
    fleet.log("p1", amount="30.00")
    fleet.invoke(fleet.records())
    assert paid(fleet) == {"$30.00": 1}
    assert any("people signed the waivers of" in line for line in signed(fleet))
    assert len(signed(fleet)) == 1


def test_a_signature_in_the_line_can_be_matched(fleet: AnnounceStage) -> None:
    flood(fleet, 20)
    sign(fleet, 1, start=90)
    fleet.deliver()
    before = signed(fleet)
    fleet.match("s90", "dave")
    fleet.deliver()
    assert signed(fleet) == before
