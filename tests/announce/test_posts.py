"""The posts about payments, corrections and signatures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from charter.payments import Source
from tests.announce.harbour import OPS
from tests.builders import EID, a_crew_row, a_row

if TYPE_CHECKING:
    from tests.announce.harbour import Harbour


TRIP = " · Captain Cory, afternoon"


def test_a_payment_is_one_line_with_who_how_much_by_what_by_whom_and_the_new_balance(harbour: Harbour) -> None:
    harbour.log(amount="100.00")
    harbour.deliver()
    assert harbour.posts() == [
        "💵 Dave Kowalski paid $100.00 by cash · $25.00 to pay · logged by Dana Reyes · Captain Cory, afternoon"
    ]
    assert harbour.messages()[0].fallback == harbour.posts()[0]


def test_a_payment_from_the_web_page_is_announced_exactly_like_one_from_slack(harbour: Harbour) -> None:
    harbour.log("p1", by="slack:U0DANA")
    harbour.log("p2", "ana", "250.00", by="web:Olivia Park", source=Source.WEB, method="zelle")
    harbour.deliver()
    assert harbour.posts() == [
        "💵 Dave Kowalski paid $125.00 by cash · paid in full · logged by Dana Reyes · Captain Cory, afternoon",
        "💵 Ana Lima paid $250.00 by zelle · paid in full · logged by Olivia Park · Captain Cory, afternoon",
    ]


def test_each_balance_is_the_one_right_after_its_payment(harbour: Harbour) -> None:
    for payment_id, amount in (("p1", "20.00"), ("p2", "30.00"), ("p3", "80.00")):
        harbour.log(payment_id, amount=amount)
    harbour.deliver()
    assert [line.split(" · ")[1] for line in harbour.posts()] == [
        "$105.00 to pay",
        "$75.00 to pay",
        "overpaid by $5.00",
    ]


def test_a_void_strikes_the_payment_through_and_answers_in_its_thread(harbour: Harbour) -> None:
    harbour.log()
    harbour.deliver()
    harbour.void(reason="wrong patron")
    harbour.deliver()
    payment = harbour.messages()[0]
    assert harbour.posts() == [
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
    assert harbour.posts(replies=True) == ["🚫 Voided by Olivia Park · “wrong patron” · Dave Kowalski: $125.00 to pay"]
    assert [message.thread_ts for message in harbour.messages() if message.thread_ts] == [payment.ts]


def test_payment_and_void_in_one_batch_end_as_in_two(harbour: Harbour) -> None:
    harbour.log()
    harbour.void()
    harbour.deliver()
    assert [line.split(" · ")[1] for line in harbour.posts()] == ["voided by Olivia Park"]
    assert len(harbour.posts(replies=True)) == 1


def test_a_void_of_a_payment_that_was_not_posted_has_its_own_post(harbour: Harbour) -> None:
    harbour.log()
    harbour.records()  # from before the announcements began
    harbour.void()
    harbour.deliver()
    assert harbour.posts() == [
        "🚫 Dave Kowalski: $125.00 by cash voided · $125.00 to pay · logged by Olivia Park · Captain Cory, afternoon"
    ]


def test_a_void_of_a_payment_whose_post_was_deleted_has_its_own_post(harbour: Harbour) -> None:
    harbour.log()
    harbour.deliver()
    harbour.slack.board.remove(harbour.slack.board.posts[0])
    harbour.void()
    harbour.deliver()
    assert [line.split(":")[0] for line in harbour.posts()] == ["🚫 Dave Kowalski"]


def test_a_refund_is_a_line_of_its_own(harbour: Harbour) -> None:
    harbour.log()
    harbour.refund()
    harbour.deliver()
    assert harbour.posts()[1] == (
        "↩️ Dave Kowalski was given back $25.00 by cash · $25.00 to pay · logged by Olivia Park"
        " · Captain Cory, afternoon"
    )


def test_a_signature_says_who_may_board_and_nothing_of_money(harbour: Harbour) -> None:
    harbour.sign("s1")
    harbour.deliver()
    harbour.log()
    harbour.sign("s2", name="Ana Lima", patron_id="ana")
    harbour.sign("s3", name="Rui Lima", patron_id="ana", minors=("Lia",), matched_by="link")
    harbour.deliver()
    assert [line.splitlines()[0] for line in harbour.posts() if "signed" in line] == [
        "📝 Waiver signed by “Dave Kowalski” · not paid yet · Captain Cory, afternoon",
        "📝 Waiver signed by “Ana Lima” · Ana Lima's party: 2 of 2 signed · not paid yet · Captain Cory, afternoon",
        "📝 Waiver signed by “Rui Lima”, for 1 minor too · Ana Lima's party: 2 of 2 signed · not paid yet" + TRIP,
    ]
    harbour.log("p2", "ana", "250.00")
    harbour.sign("s4", name="Ana Lima", patron_id="ana")
    harbour.sign("s5")
    harbour.deliver()
    assert [line.splitlines()[0] for line in harbour.posts()[-2:]] == [
        "📝 Waiver signed by “Ana Lima” · Ana Lima's party: 2 of 2 signed · clear to board · Captain Cory, afternoon",
        "📝 Waiver signed by “Dave Kowalski” · clear to board · Captain Cory, afternoon",
    ]


def test_a_signature_over_a_partys_link_in_another_name_clears_nobody(harbour: Harbour) -> None:
    harbour.log()
    harbour.sign("s1", name="Zed Cooper", patron_id="dave", matched_by="link")
    harbour.deliver()
    assert harbour.posts()[-1].splitlines()[0] == (
        "📝 Waiver signed by “Zed Cooper” · Dave Kowalski's party: 0 of 1 signed · Captain Cory, afternoon"
    )


def test_a_signature_that_nobody_matched_asks_whose_it_is_and_says_so_once_it_is_known(harbour: Harbour) -> None:
    harbour.log()
    harbour.sign("5ec7e7-5ec7e7-5ec7e7", name="Davy K.", patron_id=None)
    harbour.deliver()
    line = "📝 Waiver signed by “Davy K.” · not matched to anybody on the roster yet · Captain Cory, afternoon"
    assert harbour.posts()[-1].splitlines()[0] == line
    (menu,) = menus(harbour)
    assert (menu["type"], menu["placeholder"]["text"]) == ("external_select", "This is…")
    assert "5ec7e7" not in str([(post.blocks, post.metadata) for post in harbour.slack.board.posts])

    harbour.match("5ec7e7-5ec7e7-5ec7e7", "dave")
    harbour.deliver()
    assert harbour.posts()[-1].splitlines()[0] == (
        "📝 Waiver signed by “Davy K.” · Dave Kowalski's party: 1 of 1 signed · clear to board"
        " · matched by Dana Reyes · Captain Cory, afternoon"
    )
    assert menus(harbour) == []
    assert len([line for line in harbour.posts() if "Davy K." in line]) == 1


def menus(harbour: Harbour) -> list[dict[str, Any]]:
    """The menus below the posts."""
    blocks = [block for post in harbour.slack.board.posts for block in post.blocks]
    elements = (element for block in blocks if block["type"] == "actions" for element in block["elements"])
    return [element for element in elements if element["type"] == "external_select"]


def test_a_match_of_a_post_that_is_gone_is_no_trouble(harbour: Harbour) -> None:
    harbour.sign("s1", name="Davy K.", patron_id=None)
    harbour.deliver()
    harbour.slack.board.remove(harbour.slack.board.posts[0])
    harbour.match("s1", "dave")
    assert harbour.deliver() == 1
    assert harbour.posts() == []


def test_a_signature_of_an_event_that_crew_rows_alone_know_is_posted(bare_harbour: Harbour) -> None:
    bare_harbour.put(a_crew_row())
    bare_harbour.records()
    bare_harbour.sign(patron_id=None)
    bare_harbour.deliver()
    assert bare_harbour.posts(OPS)[0].startswith("📝 Waiver signed by “Dave Kowalski” · not matched")


def test_what_people_typed_rings_nobody_and_breaks_no_style(harbour: Harbour) -> None:
    harbour.log("p1", "walk-1", "5.00", walk_up="<!channel> ~*Tom*~ & `Co`", by="web:<!here>")
    harbour.void("p1", "walk-1", reason="<!everyone> ~so~")
    harbour.deliver()
    assert harbour.posts()[0].startswith("💵 <!channel> ~*Tom*~ & `Co` paid $5.00 by cash · voided")
    assert "“<!everyone> ~so~”" in harbour.posts(replies=True)[0]


def test_nobody_is_mentioned_so_that_nobody_is_rung_for_logging(harbour: Harbour) -> None:
    harbour.log()
    harbour.deliver()
    assert "<@" not in str(harbour.messages()[0].blocks)


def test_the_authors_id_is_shown_when_slack_does_not_know_the_name(harbour: Harbour) -> None:
    harbour.log("p1", by="slack:U0NOBODY")
    harbour.log("p2", by="somebody-from-before", amount="5.00")
    harbour.log("p3", by="", amount="6.00")
    harbour.deliver()
    by = [line.split(" · ")[2] for line in harbour.posts()]
    assert by == ["logged by U0NOBODY", "logged by somebody-from-before", "logged by somebody"]


@pytest.mark.parametrize("channel", [None, "C0GONE"])
def test_an_event_without_a_channel_that_answers_is_announced_in_the_offices(
    bare_harbour: Harbour, channel: str | None
) -> None:
    bare_harbour.put(a_row(channel=channel) if channel else a_row(without=["channel"]))
    bare_harbour.records()
    bare_harbour.log()
    assert bare_harbour.deliver() == 1
    assert len(bare_harbour.posts(OPS)) == len(bare_harbour.cards(OPS)) == 1
    closed = bare_harbour.counted("ChannelClosed")
    assert closed == ([{"why": "channel_not_found"}] * 2 if channel else [])


@pytest.mark.parametrize("error", ["not_in_channel", "is_archived", "restricted_action"])
def test_a_channel_that_is_closed_to_the_bot_holds_up_nothing(harbour: Harbour, error: str) -> None:
    harbour.slack.fail("chat.postMessage", error=error)
    harbour.log()
    assert harbour.deliver() == 1
    assert len(harbour.posts(OPS)) == 1
    assert harbour.counted("ChannelClosed") == [{"why": error}]


def test_where_no_channel_is_known_nothing_is_posted_and_that_is_counted(bare_harbour: Harbour) -> None:
    bare_harbour.restart(OPS_CHANNEL=None)
    bare_harbour.put(a_row(without=["channel"]))
    bare_harbour.records()
    bare_harbour.log()
    assert bare_harbour.deliver() == 1
    assert bare_harbour.slack.board.posts == []
    assert {"kind": "entry_logged"} in bare_harbour.counted("NoChannel")


def test_rows_of_the_crew_and_rows_that_go_away_say_nothing(harbour: Harbour) -> None:
    harbour.put(a_crew_row())
    harbour.client.delete_item(TableName=harbour.table, Key={"eid": {"S": EID}, "crew_id": {"S": "#event"}})
    harbour.put({"eid": "no-date", "crew_id": "#event", "title": "Undated"})
    records = harbour.records()
    assert len(records) == 3
    assert harbour.invoke(records) == []
    assert harbour.slack.board.posts == []


def test_an_event_that_only_crew_rows_knew_is_announced_with_its_first_payment(bare_harbour: Harbour) -> None:
    bare_harbour.put(a_crew_row())
    bare_harbour.log("p1", "walk-1", "40.00", walk_up="Walter Walk-up")
    bare_harbour.deliver()
    assert [line.split(" · ")[0] for line in bare_harbour.posts(OPS)] == ["💵 Walter Walk-up paid $40.00 by cash"]


def test_history_that_is_read_in_is_no_news(bare_harbour: Harbour) -> None:
    bare_harbour.put(a_row())
    for payment_id in ("p1", "p2"):
        bare_harbour.log(payment_id, amount="10.00")
    row = bare_harbour.client.get_item(
        TableName=bare_harbour.table, Key={"eid": {"S": EID}, "crew_id": {"S": "#event"}}
    )["Item"]
    bare_harbour.client.delete_item(TableName=bare_harbour.table, Key={"eid": {"S": EID}, "crew_id": {"S": "#event"}})
    bare_harbour.records()
    bare_harbour.later(3 * 24 * 3600)
    bare_harbour.client.put_item(TableName=bare_harbour.table, Item=row)
    bare_harbour.log("p3", amount="10.00")
    bare_harbour.deliver()
    assert [line.split(" · ")[1] for line in bare_harbour.posts()] == ["$95.00 to pay"]


def test_payments_are_counted_by_source_and_method_with_the_lag_and_no_names(harbour: Harbour) -> None:
    harbour.log("p1", amount="1.00")
    harbour.log("p2", amount="2.00", method="barter", by="web:Olivia", source=Source.WEB)
    harbour.log("p3", amount="3.00", method="venmo")
    harbour.sign()
    records = harbour.records()
    harbour.later(30)
    harbour.deliver(records)
    assert harbour.counted("EntryLogged") == [
        {"kind": "payment", "source": "slack", "method": "cash"},
        {"kind": "payment", "source": "web", "method": "other"},
        {"kind": "payment", "source": "slack", "method": "venmo"},
    ]
    assert len(harbour.counted("PatronSigned")) == 1
    lags = [metric["value"] for metric in harbour.metrics if metric["name"] == "AnnounceLag"]
    assert len(lags) == 4
    assert all(30 <= lag < 40 for lag in lags)


def test_what_is_kept_goes_away_after_the_trip_and_holds_no_patrons_data(harbour: Harbour) -> None:
    harbour.log(notes="secret words")
    harbour.deliver()
    kept = harbour.kept()
    assert set(kept) == {f"entry:{EID}:p1", f"card:{EID}"}
    assert "Dave" not in str(kept)
    days = {(item["expiration"] - int(harbour.clock.seconds)) // 86400 for item in kept.values()}
    assert days <= {59, 60}
