"""The morning digest: coming trips, people who are not clear, holders of cash. Once a day, and never empty."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from adapters.books import DynamoBooks
from charter.announcements import ChannelClosed, InHand, SlackUnavailable
from charter.refusals import TableUnavailable
from tests.announce.stage import OPS
from tests.builders import ZONE, a_row

if TYPE_CHECKING:
    from tests.announce.stage import AnnounceStage

TOMORROW = "2026-05-24-golden-gate-sunset"
A_DAY = 24 * 3600


def the_digest(announce_stage: AnnounceStage, kind: str = "morning") -> list[str]:
    """Order the digest as the scheduler does. Return the messages of the office's channel."""
    announce_stage.function.lambda_handler({"digest": kind}, announce_stage.invocation())
    return announce_stage.posts(OPS)


def settled(announce_stage: AnnounceStage) -> None:
    """Let a minute pass, so that reads and the books see what was just written."""
    announce_stage.later(60)
    books = DynamoBooks(announce_stage.client, announce_stage.table, zone=ZONE, currency="USD")
    rows = announce_stage.client.scan(TableName=announce_stage.table, ConsistentRead=True)["Items"]
    for eid in {row["eid"]["S"] for row in rows if row["crew_id"]["S"] == "#event"}:
        books.refresh(eid)


def test_it_reports_todays_and_tomorrows_events_and_who_has_not_paid_or_signed(announce_stage: AnnounceStage) -> None:
    announce_stage.put(
        a_row(
            TOMORROW,
            title="Golden Gate sunset",
            starts_at="2026-05-24T18:00:00-07:00",
            patrons={"mia": {"name": "Mia Chen", "party": Decimal(1), "due": Decimal("95.00")}},
        ),
        a_row("2026-05-25-whales", title="The day after", starts_at="2026-05-25T09:00:00-07:00"),
        a_row("2026-05-22-whales", title="The day before", starts_at="2026-05-22T09:00:00-07:00"),
    )
    announce_stage.log(amount="100.00")
    announce_stage.sign()
    announce_stage.log("p2", "mia", "95.00", eid=TOMORROW)
    announce_stage.sign("s2", eid=TOMORROW, name="Mia Chen", patron_id="mia")
    (posted,) = the_digest(announce_stage)
    assert posted.splitlines() == [
        "Good morning! It is Saturday, May 23",
        "Today, Saturday, May 23",
        "🟠 Captain Cory, afternoon · 1:00 PM · 0 of 3 clear to board",
        "To pay: Ana Lima ($250.00), Dave Kowalski ($25.00)",
        "Not signed: Ana Lima",
        "Tomorrow, Sunday, May 24",
        "🟢 Golden Gate sunset · 6:00 PM · 1 of 1 clear to board",
        "Still open from the last 14 days",
        "The day before, Fri May 22, 9:00 AM: Ana Lima ($250.00), Dave Kowalski ($125.00)",
    ]
    assert announce_stage.messages(OPS)[0].fallback == "Good morning: 1 event today, 1 event tomorrow"


def test_a_day_is_the_boats_own(announce_stage: AnnounceStage) -> None:
    announce_stage.put(a_row("2026-05-24-owls-night", title="Owls", starts_at="2026-05-25T06:30:00+00:00"))
    (posted,) = the_digest(announce_stage)
    assert "Tomorrow, Sunday, May 24\n🟠 Owls · 11:30 PM" in posted


def test_it_reports_the_cash_of_each_crew_member_and_the_totals_by_method_since_the_last_digest(
    announce_stage: AnnounceStage,
) -> None:
    announce_stage.log("p1", "dave", "100.00")
    announce_stage.log("p2", "dave", "25.00", by="slack:U0MARCO")
    announce_stage.log("p3", "ana", "40.00", by="web:U0MARCO")
    announce_stage.log("p4", "ana", "210.00", method="zelle")
    settled(announce_stage)
    (posted,) = the_digest(announce_stage)
    assert posted.endswith(
        "Logged since Fri May 22, 1:30 PM\n"
        "By method: cash $165.00 · zelle $210.00\n"
        "In all: $375.00\n"
        "Cash and checks\n"
        "Cash with: Dana Reyes $100.00 · Marco Bell $65.00"
    )
    announce_stage.later(A_DAY)
    announce_stage.log("p5", "ana", "7.00", method="venmo")
    settled(announce_stage)
    (_, posted) = the_digest(announce_stage)
    assert posted.splitlines() == [
        "Good morning! It is Sunday, May 24",
        "Logged since Sat May 23, 1:30 PM",
        "By method: venmo $7.00",
        "In all: $7.00",
        "Cash and checks",
        "Cash with: Dana Reyes $100.00 · Marco Bell $65.00",
    ]


def test_two_people_of_one_name_are_two_and_each_is_asked_for_once(announce_stage: AnnounceStage) -> None:
    for number, by in enumerate(["web:Dana Reyes", "slack:U0DANA", "Robin", "slack:U0DANA", "web:U0DANA"]):
        announce_stage.log(f"p{number}", amount=f"{number + 1}.00", by=by)
    settled(announce_stage)
    (posted,) = the_digest(announce_stage)
    cash = posted.partition("Cash with: ")[2].splitlines()[0].split(" · ")
    assert sorted(cash) == ["Dana Reyes $1.00", "Dana Reyes $11.00", "Robin $3.00"]  # Slack and the web: one person
    assert announce_stage.asked("users.info") == 1


@pytest.mark.parametrize("eid", ["2026-03-30-herons", "2027-05-01-whales-morning"])
def test_money_for_events_long_over_and_a_year_ahead_counts(announce_stage: AnnounceStage, eid: str) -> None:
    announce_stage.put(a_row(eid))
    announce_stage.log(eid=eid)
    settled(announce_stage)
    (posted,) = the_digest(announce_stage)
    assert "Cash with: Dana Reyes $125.00" in posted


def test_each_currency_has_its_own_sum(announce_stage: AnnounceStage) -> None:
    announce_stage.put(a_row("2026-05-29-fjord", currency="SEK"))
    announce_stage.log("p1")
    announce_stage.log("p1", eid="2026-05-29-fjord", amount="900.00")
    settled(announce_stage)
    (posted,) = the_digest(announce_stage)
    assert "In all: 900.00 SEK + $125.00" in posted


def test_it_is_quiet_when_there_is_nothing_and_the_next_one_begins_there(bare_announce_stage: AnnounceStage) -> None:
    announce_stage = bare_announce_stage
    assert the_digest(announce_stage) == []
    assert announce_stage.asked("chat.postMessage") == 0
    announce_stage.later(A_DAY)
    announce_stage.put(a_row("2026-06-01-herons"))
    announce_stage.log(eid="2026-06-01-herons")
    settled(announce_stage)
    (posted,) = the_digest(announce_stage)
    assert "Logged since Sat May 23, 1:29 PM" in posted


def test_asked_twice_it_comes_once(announce_stage: AnnounceStage) -> None:
    assert len(the_digest(announce_stage)) == 1
    announce_stage.later(3600)
    announce_stage.log()
    settled(announce_stage)
    assert len(the_digest(announce_stage)) == 1
    assert announce_stage.counted("DigestSent") == [{}]


def test_an_entry_of_this_second_waits_for_tomorrow_and_is_reported_once(announce_stage: AnnounceStage) -> None:
    announce_stage.log("p0", "ana", "250.00")
    announce_stage.log()
    assert "Logged" not in the_digest(announce_stage)[0]
    announce_stage.later(A_DAY)
    assert "By method: cash $375.00" in the_digest(announce_stage)[1]
    announce_stage.later(A_DAY)
    assert len(the_digest(announce_stage)) == 2


@pytest.mark.parametrize("fault", [{"status": 500}, {"error": "internal_error"}, {"status": 429, "retry_after": 3600}])
def test_while_slack_is_down_it_waits_and_then_reports_up_to_when_it_was_begun(
    announce_stage: AnnounceStage, fault: dict[str, Any]
) -> None:
    announce_stage.log("p1", amount="20.00")
    settled(announce_stage)
    announce_stage.slack.fail("chat.postMessage", **fault)
    with pytest.raises(SlackUnavailable):
        the_digest(announce_stage)
    announce_stage.later(3600)
    assert len(the_digest(announce_stage)) == 1
    announce_stage.later(A_DAY)
    announce_stage.log("p2", amount="30.00")
    settled(announce_stage)
    assert ["$20.00" in posted for posted in the_digest(announce_stage)] == [True, False]


def test_the_digest_after_a_failed_one_reports_its_entries_too(announce_stage: AnnounceStage) -> None:
    the_digest(announce_stage)
    announce_stage.later(A_DAY)
    announce_stage.log("p1", amount="20.00")
    settled(announce_stage)
    announce_stage.slack.fail("chat.postMessage", error="internal_error")
    with pytest.raises(SlackUnavailable):
        the_digest(announce_stage)
    announce_stage.later(A_DAY)
    announce_stage.log("p2", amount="30.00")
    settled(announce_stage)
    (_, posted) = the_digest(announce_stage)
    assert "Logged since Sat May 23, 1:29 PM\nBy method: cash $50.00" in posted


def test_killed_after_it_was_posted_it_is_found_and_not_posted_again(announce_stage: AnnounceStage) -> None:
    announce_stage.log("p1", amount="20.00")
    settled(announce_stage)
    with announce_stage.dying("poster", "post", after=True):
        the_digest(announce_stage)
    with pytest.raises(InHand):
        the_digest(announce_stage)  # its claim lives on until it would have timed out
    announce_stage.log("p2", amount="30.00")
    announce_stage.later(120)
    assert len(the_digest(announce_stage)) == 1
    announce_stage.later(A_DAY)
    (_, second) = the_digest(announce_stage)
    assert "By method: cash $30.00" in second  # payments since the first try count once, in the next one


def test_killed_before_it_was_posted_it_comes_later(announce_stage: AnnounceStage) -> None:
    with announce_stage.dying("poster", "post", after=False):
        the_digest(announce_stage)
    announce_stage.later(120)
    assert len(the_digest(announce_stage)) == 1


def test_while_the_table_is_down_nothing_is_sent(announce_stage: AnnounceStage) -> None:
    announce_stage.faults.fail_next("Query", throttle=True, times=2)
    with pytest.raises(TableUnavailable):
        the_digest(announce_stage)
    assert len(the_digest(announce_stage)) == 1


def test_without_an_office_channel_it_is_counted_and_that_is_all(announce_stage: AnnounceStage) -> None:
    announce_stage.restart(OPS_CHANNEL=None)
    assert the_digest(announce_stage) == []
    assert announce_stage.counted("DigestNowhere") == [{}]


def test_a_closed_office_channel_is_a_failure_that_is_reported(announce_stage: AnnounceStage) -> None:
    announce_stage.slack.fail("chat.postMessage", error="is_archived")
    with pytest.raises(ChannelClosed):
        the_digest(announce_stage)
    assert len(the_digest(announce_stage)) == 1


def test_a_cancelled_event_asks_nothing_of_anybody(announce_stage: AnnounceStage) -> None:
    announce_stage.put(a_row(status="cancelled"))
    (posted,) = the_digest(announce_stage)
    assert posted.endswith("⛔ Captain Cory, afternoon · 1:00 PM · cancelled")


def test_an_empty_roster_says_so(announce_stage: AnnounceStage) -> None:
    announce_stage.put(a_row(patrons={}))
    (posted,) = the_digest(announce_stage)
    assert posted.endswith("⚪ Captain Cory, afternoon · 1:00 PM · nobody is on the roster yet")


def test_now_shows_it_as_often_as_one_likes_and_leaves_the_mornings_alone(announce_stage: AnnounceStage) -> None:
    announce_stage.log()
    assert ["By method: cash $125.00" in posted for posted in the_digest(announce_stage, "now")] == [True]
    assert len(the_digest(announce_stage, "now")) == 2
    assert announce_stage.kept() == {}
    settled(announce_stage)
    assert "By method: cash $125.00" in the_digest(announce_stage)[2]
    settled(announce_stage)
    assert "By method" not in the_digest(announce_stage, "now")[3]


def test_names_break_out_of_nothing(announce_stage: AnnounceStage) -> None:
    patrons = {"x": {"name": "<!channel> *Eve* & <@U0DANA>", "due": Decimal("5.00")}}
    announce_stage.put(a_row(title="<!here> ~trip~", patrons=patrons))
    (posted,) = the_digest(announce_stage)
    assert "🟠 <!here> ~trip~ · 1:00 PM" in posted
    assert "Not signed: <!channel> *Eve* & <@U0DANA>" in posted  # and the fixture asserts that nothing rang


def test_the_fullest_morning_stays_within_slacks_limits(announce_stage: AnnounceStage) -> None:
    crowd = {
        f"patron-{number}": {"name": f"{'Wolfeschlegelsteinhausenbergerdorff ' * 2}🏴‍☠️ {number}", "due": Decimal(99999)}
        for number in range(100)
    }
    crowd_of = [(f"2026-05-{day}-{'x' * 20}-{number}", day) for day in (23, 24) for number in range(9)]
    for eid, day in crowd_of:
        starts = f"2026-05-{day}T1{eid[-1]}:00:00-07:00"
        announce_stage.put(a_row(eid, title="T" * 200, starts_at=starts, patrons=crowd))
    for number in range(40):
        announce_stage.log(
            f"p{number}", "dave", "99999.99", method="m" * 60 + str(number), by=f"web:{'n' * 50}{number}"
        )
        announce_stage.log(f"c{number}", "dave", "99999.99", by=f"web:{'n' * 50}{number}")
    settled(announce_stage)
    (posted,) = the_digest(announce_stage)
    assert posted.count("clear to board") == 12
    assert posted.count("And 3 more. /payment-status shows them all.") == 1
    assert posted.count("And 4 more. /payment-status shows them all.") == 1  # Captain Cory's is today too
    assert " and 95 more" in posted
