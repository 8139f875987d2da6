"""The posts about payments, corrections and signatures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from charter.payments import Source
from tests.announce.stage import OPS
from tests.builders import EID, a_crew_row, a_row

if TYPE_CHECKING:
    from tests.announce.stage import AnnounceStage


TRIP = " · Captain Cory, afternoon"


def test_a_payment_is_one_line_with_who_how_much_by_what_by_whom_and_the_new_balance(
    announce_stage: AnnounceStage,
) -> None:
    announce_stage.log(amount="100.00")
    announce_stage.deliver()
    assert announce_stage.posts() == [
        "💵 Dave Kowalski paid $100.00 by cash · $25.00 to pay · logged by Dana Reyes · Captain Cory, afternoon"
    ]
    assert announce_stage.messages()[0].fallback == announce_stage.posts()[0]


def test_a_payment_from_the_web_page_is_announced_exactly_like_one_from_slack(announce_stage: AnnounceStage) -> None:
    announce_stage.log("p1", by="slack:U0DANA")
    announce_stage.log("p2", "ana", "250.00", by="web:Olivia Park", source=Source.WEB, method="zelle")
    announce_stage.deliver()
    assert announce_stage.posts() == [
        "💵 Dave Kowalski paid $125.00 by cash · paid in full · logged by Dana Reyes · Captain Cory, afternoon",
        "💵 Ana Lima paid $250.00 by zelle · paid in full · logged by Olivia Park · Captain Cory, afternoon",
    ]


def test_each_balance_is_the_one_right_after_its_payment(announce_stage: AnnounceStage) -> None:
    for payment_id, amount in (("p1", "20.00"), ("p2", "30.00"), ("p3", "80.00")):
        announce_stage.log(payment_id, amount=amount)
    announce_stage.deliver()
    assert [line.split(" · ")[1] for line in announce_stage.posts()] == [
        "$105.00 to pay",
        "$75.00 to pay",
        "overpaid by $5.00",
    ]


def test_a_void_strikes_the_payment_through_and_answers_in_its_thread(announce_stage: AnnounceStage) -> None:
    announce_stage.log()
    announce_stage.deliver()
    announce_stage.void(reason="wrong patron")
    announce_stage.deliver()
    payment = announce_stage.messages()[0]
    assert announce_stage.posts() == [
        "💵 Dave Kowalski paid $125.00 by cash · voided by Olivia Park · Captain Cory, afternoon"
    ]
    runs = payment.blocks[0]["elements"][0]["elements"]
    assert [run["text"] for run in runs if run.get("style", {}).get("strike")] == [
        "💵 ",
        "Dave Kowalski",
        " paid ",
        "$125.00",
        " by cash",
    ]
    assert announce_stage.posts(replies=True) == [
        "🚫 Voided by Olivia Park · “wrong patron” · Dave Kowalski: $125.00 to pay"
    ]
    assert [message.thread_ts for message in announce_stage.messages() if message.thread_ts] == [payment.ts]


def test_payment_and_void_in_one_batch_end_as_in_two(announce_stage: AnnounceStage) -> None:
    announce_stage.log()
    announce_stage.void()
    announce_stage.deliver()
    assert [line.split(" · ")[1] for line in announce_stage.posts()] == ["voided by Olivia Park"]
    assert len(announce_stage.posts(replies=True)) == 1


def test_a_void_of_a_payment_that_was_not_posted_has_its_own_post(announce_stage: AnnounceStage) -> None:
    announce_stage.log()
    announce_stage.records()  # skip those from before the announcements began
    announce_stage.void()
    announce_stage.deliver()
    assert announce_stage.posts() == [
        "🚫 Dave Kowalski: $125.00 by cash voided · $125.00 to pay · logged by Olivia Park · Captain Cory, afternoon"
    ]


def test_a_void_of_a_payment_whose_post_was_deleted_has_its_own_post(announce_stage: AnnounceStage) -> None:
    announce_stage.log()
    announce_stage.deliver()
    announce_stage.slack.board.remove(announce_stage.slack.board.posts[0])
    announce_stage.void()
    announce_stage.deliver()
    assert [line.split(":")[0] for line in announce_stage.posts()] == ["🚫 Dave Kowalski"]


def test_a_refund_is_a_line_of_its_own(announce_stage: AnnounceStage) -> None:
    announce_stage.log()
    announce_stage.refund()
    announce_stage.deliver()
    assert announce_stage.posts()[1] == (
        "↩️ Dave Kowalski was given back $25.00 by cash · $25.00 to pay · logged by Olivia Park"
        " · Captain Cory, afternoon"
    )


def test_a_signature_says_who_may_board_and_nothing_of_money(announce_stage: AnnounceStage) -> None:
    announce_stage.sign("s1")
    announce_stage.deliver()
    announce_stage.log()
    announce_stage.sign("s2", name="Ana Lima", patron_id="ana")
    announce_stage.sign("s3", name="Rui Lima", patron_id="ana", minors=("Lia",), matched_by="link")
    announce_stage.deliver()
    assert [line.splitlines()[0] for line in announce_stage.posts() if "signed" in line] == [
        "📝 Waiver signed by “Dave Kowalski” · 1 of 1 signed · Captain Cory, afternoon",
        "📝 Waiver signed by “Ana Lima” · Ana Lima's party: 2 of 2 signed · Captain Cory, afternoon",
        "📝 Waiver signed by “Rui Lima”, for 1 minor too · Ana Lima's party: 2 of 2 signed" + TRIP,
    ]
    announce_stage.log("p2", "ana", "250.00")
    announce_stage.sign("s4", name="Ana Lima", patron_id="ana")
    announce_stage.sign("s5")
    announce_stage.deliver()
    assert [line.splitlines()[0] for line in announce_stage.posts()[-2:]] == [
        "📝 Waiver signed by “Ana Lima” · Ana Lima's party: 2 of 2 signed · clear to board · Captain Cory, afternoon",
        "📝 Waiver signed by “Dave Kowalski” · clear to board · Captain Cory, afternoon",
    ]


def test_a_signature_over_a_partys_link_in_another_name_clears_nobody(announce_stage: AnnounceStage) -> None:
    announce_stage.log()
    announce_stage.sign("s1", name="Zed Cooper", patron_id="dave", matched_by="link")
    announce_stage.deliver()
    assert announce_stage.posts()[-1].splitlines()[0] == (
        "📝 Waiver signed by “Zed Cooper” · Dave Kowalski's party: 0 of 1 signed · Captain Cory, afternoon"
    )


def test_a_signature_that_nobody_matched_asks_whose_it_is_and_says_so_once_it_is_known(
    announce_stage: AnnounceStage,
) -> None:
    announce_stage.log()
    announce_stage.sign("5ec7e7-5ec7e7-5ec7e7", name="Davy K.", patron_id=None)
    announce_stage.deliver()
    line = "📝 Waiver signed by “Davy K.” · not matched to anybody on the roster yet · Captain Cory, afternoon"
    assert announce_stage.posts()[-1].splitlines()[0] == line
    (menu,) = menus(announce_stage)
    assert (menu["type"], menu["placeholder"]["text"]) == ("external_select", "This is…")
    assert "5ec7e7" not in str([(post.blocks, post.metadata) for post in announce_stage.slack.board.posts])

    announce_stage.match("5ec7e7-5ec7e7-5ec7e7", "dave")
    announce_stage.deliver()
    assert announce_stage.posts()[-1].splitlines()[0] == (
        "📝 Waiver signed by “Davy K.” · Dave Kowalski's party: 1 of 1 signed · clear to board"
        " · matched by Dana Reyes · Captain Cory, afternoon"
    )
    assert menus(announce_stage) == []
    assert len([line for line in announce_stage.posts() if "Davy K." in line]) == 1


def menus(announce_stage: AnnounceStage) -> list[dict[str, Any]]:
    """The menus below the posts."""
    blocks = [block for post in announce_stage.slack.board.posts for block in post.blocks]
    elements = (element for block in blocks if block["type"] == "actions" for element in block["elements"])
    return [element for element in elements if element["type"] == "external_select"]


def test_a_match_of_a_post_that_is_gone_is_no_trouble(announce_stage: AnnounceStage) -> None:
    announce_stage.sign("s1", name="Davy K.", patron_id=None)
    announce_stage.deliver()
    announce_stage.slack.board.remove(announce_stage.slack.board.posts[0])
    announce_stage.match("s1", "dave")
    assert announce_stage.deliver() == 1
    assert announce_stage.posts() == []


def test_a_signature_of_an_event_that_crew_rows_alone_know_is_posted(bare_announce_stage: AnnounceStage) -> None:
    bare_announce_stage.put(a_crew_row())
    bare_announce_stage.records()
    bare_announce_stage.sign(patron_id=None)
    bare_announce_stage.deliver()
    assert bare_announce_stage.posts(OPS)[0].startswith("📝 Waiver signed by “Dave Kowalski” · not matched")


def test_what_people_typed_rings_nobody_and_breaks_no_style(announce_stage: AnnounceStage) -> None:
    announce_stage.log("p1", "walk-1", "5.00", walk_up="<!channel> ~*Tom*~ & `Co`", by="web:<!here>")
    announce_stage.void("p1", "walk-1", reason="<!everyone> ~so~")
    announce_stage.deliver()
    assert announce_stage.posts()[0].startswith("💵 <!channel> ~*Tom*~ & `Co` paid $5.00 by cash · voided")
    assert "“<!everyone> ~so~”" in announce_stage.posts(replies=True)[0]


def test_nobody_is_mentioned_so_that_nobody_is_rung_for_logging(announce_stage: AnnounceStage) -> None:
    announce_stage.log()
    announce_stage.deliver()
    assert "<@" not in str(announce_stage.messages()[0].blocks)


def test_the_authors_id_is_shown_when_slack_does_not_know_the_name(announce_stage: AnnounceStage) -> None:
    announce_stage.log("p1", by="slack:U0NOBODY")
    announce_stage.log("p2", by="somebody-from-before", amount="5.00")
    announce_stage.log("p3", by="", amount="6.00")
    announce_stage.deliver()
    by = [line.split(" · ")[2] for line in announce_stage.posts()]
    assert by == ["logged by U0NOBODY", "logged by somebody-from-before", "logged by somebody"]


@pytest.mark.parametrize("channel", [None, "C0GONE"])
def test_an_event_without_a_channel_that_answers_is_announced_in_the_offices(
    bare_announce_stage: AnnounceStage, channel: str | None
) -> None:
    bare_announce_stage.put(a_row(channel=channel) if channel else a_row(without=["channel"]))
    bare_announce_stage.records()
    bare_announce_stage.log()
    assert bare_announce_stage.deliver() == 1
    assert len(bare_announce_stage.posts(OPS)) == len(bare_announce_stage.cards(OPS)) == 1
    closed = bare_announce_stage.counted("ChannelClosed")
    assert closed == ([{"why": "channel_not_found"}] * 2 if channel else [])


@pytest.mark.parametrize("error", ["not_in_channel", "is_archived", "restricted_action"])
def test_a_channel_that_is_closed_to_the_bot_holds_up_nothing(announce_stage: AnnounceStage, error: str) -> None:
    announce_stage.slack.fail("chat.postMessage", error=error)
    announce_stage.log()
    assert announce_stage.deliver() == 1
    assert len(announce_stage.posts(OPS)) == 1
    assert announce_stage.counted("ChannelClosed") == [{"why": error}]


def test_where_no_channel_is_known_nothing_is_posted_and_that_is_counted(bare_announce_stage: AnnounceStage) -> None:
    bare_announce_stage.restart(OPS_CHANNEL=None)
    bare_announce_stage.put(a_row(without=["channel"]))
    bare_announce_stage.records()
    bare_announce_stage.log()
    assert bare_announce_stage.deliver() == 1
    assert bare_announce_stage.slack.board.posts == []
    assert {"kind": "entry_logged"} in bare_announce_stage.counted("NoChannel")


def test_rows_of_the_crew_and_rows_that_go_away_say_nothing(announce_stage: AnnounceStage) -> None:
    announce_stage.put(a_crew_row())
    announce_stage.client.delete_item(
        TableName=announce_stage.table, Key={"eid": {"S": EID}, "crew_id": {"S": "#event"}}
    )
    announce_stage.put({"eid": "no-date", "crew_id": "#event", "title": "Undated"})
    records = announce_stage.records()
    assert len(records) == 3
    assert announce_stage.invoke(records) == []
    assert announce_stage.slack.board.posts == []


def test_an_event_that_only_crew_rows_knew_is_announced_with_its_first_payment(
    bare_announce_stage: AnnounceStage,
) -> None:
    bare_announce_stage.put(a_crew_row())
    bare_announce_stage.log("p1", "walk-1", "40.00", walk_up="Walter Walk-up")
    bare_announce_stage.deliver()
    assert [line.split(" · ")[0] for line in bare_announce_stage.posts(OPS)] == [
        "💵 Walter Walk-up paid $40.00 by cash"
    ]


def test_history_that_is_read_in_is_no_news(bare_announce_stage: AnnounceStage) -> None:
    bare_announce_stage.put(a_row())
    for payment_id in ("p1", "p2"):
        bare_announce_stage.log(payment_id, amount="10.00")
    row = bare_announce_stage.client.get_item(
        TableName=bare_announce_stage.table, Key={"eid": {"S": EID}, "crew_id": {"S": "#event"}}
    )["Item"]
    bare_announce_stage.client.delete_item(
        TableName=bare_announce_stage.table, Key={"eid": {"S": EID}, "crew_id": {"S": "#event"}}
    )
    bare_announce_stage.records()
    bare_announce_stage.later(3 * 24 * 3600)
    bare_announce_stage.client.put_item(TableName=bare_announce_stage.table, Item=row)
    bare_announce_stage.log("p3", amount="10.00")
    bare_announce_stage.deliver()
    assert [line.split(" · ")[1] for line in bare_announce_stage.posts()] == ["$95.00 to pay"]


def test_what_is_kept_goes_away_after_the_trip_and_holds_no_patrons_data(announce_stage: AnnounceStage) -> None:
    announce_stage.log(notes="secret words")
    announce_stage.deliver()
    kept = announce_stage.kept()
    assert set(kept) == {f"entry:{EID}:p1", f"card:{EID}"}
    assert "Dave" not in str(kept)
    days = {(item["expiration"] - int(announce_stage.clock.seconds)) // 86400 for item in kept.values()}
    assert days <= {59, 60}
