"""The digest's sums leave no money out, and its failures leave no text in the log."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest

from announce.app import DigestFailed
from charter.announcements import ChannelClosed, SlackUnavailable
from charter.refusals import TableUnavailable
from tests.announce.stage import OPS
from tests.announce.test_digest import A_DAY, settled, the_digest
from tests.builders import EID, a_crew_row, a_row
from tests.roster.command import renamed

if TYPE_CHECKING:
    from tests.announce.stage import AnnounceStage
    from tests.conftest import Engine


@pytest.mark.parametrize(
    "eid",
    ["2024-01-01-herons", "2026-02-01-herons", "2026-05-23-herons", "2027-06-30-herons", "2031-12-31-herons"],
)
@pytest.mark.parametrize("without", [(), ("month",), ("month", "starts_at"), ("title", "channel", "currency")])
def test_money_counts_for_events_of_any_date_with_or_without_a_month(
    announce_stage: AnnounceStage, eid: str, without: tuple[str, ...]
) -> None:
    announce_stage.put(a_row(eid, without=without))
    announce_stage.log("p1", amount="1.00")
    announce_stage.log("p2", amount="1110.00", eid=eid)
    settled(announce_stage)
    (posted,) = the_digest(announce_stage)
    assert "By method: cash $1,111.00" in posted
    assert "In all: $1,111.00" in posted


@pytest.mark.parametrize("eid", ["summer-party", "2026-13-45-nowhere", "Trip #7"])
def test_money_of_an_event_that_nothing_dates_counts(announce_stage: AnnounceStage, eid: str) -> None:
    entry: dict[str, Any] = {
        "kind": "payment",
        "amount": Decimal("90.00"),
        "method": "venmo",
        "logged_by": "slack:U0DANA",
        "timestamp": announce_stage.clock.now().isoformat(),
    }
    paid = {"dave": {"amount": Decimal("90.00"), "entries": {"p1": entry}}}
    announce_stage.put({"eid": eid, "crew_id": "#event", "payments": paid})
    settled(announce_stage)
    (posted,) = the_digest(announce_stage)
    assert "In all: $90.00" in posted


def test_what_was_counted_once_is_not_counted_the_next_morning(announce_stage: AnnounceStage) -> None:
    announce_stage.put(a_row("2029-05-01-whales"))
    announce_stage.log(eid="2029-05-01-whales")
    settled(announce_stage)
    assert "In all: $125.00" in the_digest(announce_stage)[0]
    announce_stage.later(A_DAY)
    assert "Logged since" not in the_digest(announce_stage)[1]


def test_a_renamed_event_counts_once(bare_announce_stage: AnnounceStage, dynamodb: Engine) -> None:
    bare_announce_stage.put(a_row("2026-05-23"), a_crew_row("2026-05-23"))
    bare_announce_stage.log(eid="2026-05-23")
    renamed(dynamodb.endpoint, bare_announce_stage.table, "2026-05-23", EID)
    settled(bare_announce_stage)
    assert "In all: $125.00" in the_digest(bare_announce_stage)[0]


def test_a_table_of_several_pages_is_counted_whole(announce_stage: AnnounceStage) -> None:
    notes = "n" * 300_000
    for number in range(5):
        announce_stage.put(a_row(f"2028-01-0{number + 1}-herons", remarks=notes))
        announce_stage.log(eid=f"2028-01-0{number + 1}-herons")
    settled(announce_stage)
    assert "In all: $625.00" in the_digest(announce_stage)[0]


def test_while_the_table_cannot_be_read_whole_nothing_is_sent(announce_stage: AnnounceStage) -> None:
    announce_stage.log()
    settled(announce_stage)
    announce_stage.faults.fail_next("Scan", throttle=True, times=2)
    with pytest.raises(TableUnavailable):
        the_digest(announce_stage)
    assert "In all: $125.00" in the_digest(announce_stage)[0]


@pytest.mark.parametrize("step", ["announce.digests.digest", "announce.digest_cash.author_name"])
@pytest.mark.parametrize("error", [ValueError, KeyError, SlackUnavailable, ChannelClosed])
def test_an_error_leaves_nothing_of_its_text_in_the_log(
    announce_stage: AnnounceStage, step: str, error: type[Exception]
) -> None:
    announce_stage.log()
    settled(announce_stage)
    wanted = (DigestFailed, SlackUnavailable, ChannelClosed)
    with mock.patch(step, side_effect=error("Dave Kowalski owes $125.00")), pytest.raises(wanted) as failed:
        the_digest(announce_stage)
    assert "Dave" not in str(failed.value)
    assert (failed.value.__cause__, failed.value.__context__) == (None, None)
    logged = "".join(announce_stage.capture.readouterr())
    assert error.__name__ in logged
    assert "Dave" not in logged
    assert len(announce_stage.posts(OPS)) == 0


def test_the_last_digest_is_found_with_one_request_however_long_ago_it_was(announce_stage: AnnounceStage) -> None:
    the_digest(announce_stage)
    announce_stage.later(31 * A_DAY)
    announce_stage.put(a_row("2026-06-23-herons"))
    announce_stage.log(eid="2026-06-23-herons")
    settled(announce_stage)
    before = announce_stage.faults.calls.copy()
    assert "Logged since Sat May 23, 1:29 PM" in the_digest(announce_stage)[-1]
    asked = announce_stage.faults.calls - before
    assert asked["BatchGetItem"] == 1
    assert asked["GetItem"] == 0
