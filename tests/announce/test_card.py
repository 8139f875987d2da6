"""The live boarding card: one for each event, up to date, in its channel, and never an amount."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from adapters.roster import DynamoRoster
from announce.card import card
from charter.enrolling import Changed, NewPatron, PatronChange, fingerprint_of
from charter.new_events import NewEvent
from charter.patrons import Patron
from devkit.slack.limits import check_message
from devkit.slack.people import BOT_USER_ID
from tests.announce.process import TIMEOUT
from tests.announce.stage import OPS
from tests.builders import DANA, EID, NOW, ZONE, a_patron, a_row, an_event

if TYPE_CHECKING:
    from tests.announce.stage import AnnounceStage


def ask(announce_stage: AnnounceStage, seconds: float = 1.0) -> None:
    """Ask for the card, as `/payment-status … public` does."""
    announce_stage.later(seconds)
    announce_stage.ledger.ask_for_card(EID, now=announce_stage.clock.now())


def test_the_first_payment_makes_the_card(announce_stage: AnnounceStage) -> None:
    announce_stage.sign()
    announce_stage.deliver()
    assert announce_stage.cards() == []
    announce_stage.log()
    announce_stage.deliver()
    assert [line.splitlines() for line in announce_stage.cards()] == [
        [
            "Captain Cory, afternoon",
            "Sat May 23, 1:00 PM",
            "🟠 1 of 3 clear to board",
            "3 expected · 1 paid · 1 signed · 0 aboard",
            "🔴 1 party has not paid in full. /board shows crew which.",
            "🔴 Ana Lima: waiver missing",
            "This card keeps itself up to date.",
        ]
    ]


def test_it_changes_in_place_with_each_payment_signature_and_correction(announce_stage: AnnounceStage) -> None:
    seen = []
    for deed in (announce_stage.log, announce_stage.sign, announce_stage.void):
        deed()
        announce_stage.deliver()
        (text,) = announce_stage.cards()
        seen.append(text.splitlines()[2:4])
    assert seen == [
        ["🟠 0 of 3 clear to board", "3 expected · 1 paid · 0 signed · 0 aboard"],
        ["🟠 1 of 3 clear to board", "3 expected · 1 paid · 1 signed · 0 aboard"],
        ["🟠 0 of 3 clear to board", "3 expected · 0 paid · 1 signed · 0 aboard"],
    ]


def test_it_follows_the_roster_which_is_no_news_itself(announce_stage: AnnounceStage) -> None:
    roster = DynamoRoster(
        announce_stage.client, announce_stage.table, ledger=announce_stage.ledger, zone=ZONE, currency="USD"
    )
    new = NewEvent(eid="2026-06-06-a-trip", title="A trip", starts_at=NOW, currency="USD", channel="C0CORY")
    roster.create(new)
    roster.add(NewPatron(new.eid, a_patron("zed-1a2b3c", name="Zed")), by=DANA, now=NOW)
    announce_stage.deliver()
    assert announce_stage.posts() == [], "a new event and its roster are announced nowhere, and have no card yet"
    announce_stage.log(amount="60.00")
    announce_stage.deliver()
    posts, seen = len(announce_stage.posts()), [announce_stage.cards()[0].splitlines()[3]]
    dave = announce_stage.ledger.event(EID).patrons["dave"]
    for request in ({"due": Decimal("60.00")}, {"name": "David K."}, {"phone": "+1 415 555 0114"}):
        now = roster.change(PatronChange(EID, "dave", fingerprint_of(dave), request), by="slack:U0OLIVIA", now=NOW)
        assert isinstance(now, Changed)
        dave = now.after
        announce_stage.deliver()
        seen.append(announce_stage.cards()[0].splitlines()[3])
    counts = "3 expected · {} paid · 0 signed · 0 aboard"
    assert seen == [counts.format(0), *[counts.format(1)] * 3]
    assert "🔴 David K.: waiver missing" in announce_stage.cards()[0]
    assert announce_stage.asked("chat.update") == 2, "a phone number is not on it"
    assert len(announce_stage.posts()) == posts


def test_many_changes_in_one_batch_make_one_update(announce_stage: AnnounceStage) -> None:
    announce_stage.log("p0", amount="1.00")
    announce_stage.deliver()
    for number in range(1, 6):
        announce_stage.log(f"p{number}", amount="20.00")
    announce_stage.log("p6", "ana", "250.00")
    announce_stage.sign("s1")
    announce_stage.sign("s2", name="Ana Lima", patron_id="ana")
    announce_stage.deliver()
    assert announce_stage.asked("chat.update") == 1
    assert "clear to board" in announce_stage.cards()[0]


def test_what_changes_nothing_on_it_is_not_sent(announce_stage: AnnounceStage) -> None:
    announce_stage.log("p1", amount="5.00")
    announce_stage.deliver()
    announce_stage.log("p2", amount="5.00")
    announce_stage.deliver()
    assert announce_stage.asked("chat.update") == 0


def test_it_shows_no_amount(announce_stage: AnnounceStage) -> None:
    announce_stage.log(amount="33.33")
    announce_stage.deliver()
    message = str(announce_stage.messages()[-1].blocks) + announce_stage.messages()[-1].fallback
    assert "boarding" not in message.lower() or "clear to board" in message
    assert not any(sign in message for sign in ("$", "33.33", "91.67", "125", "250"))


def test_a_deleted_card_is_made_anew(announce_stage: AnnounceStage) -> None:
    announce_stage.log()
    announce_stage.deliver()
    announce_stage.slack.board.remove(announce_stage.slack.board.posts[-1])
    announce_stage.later(60)
    announce_stage.sign()
    assert announce_stage.deliver() == 1
    assert len(announce_stage.cards()) == 1
    assert announce_stage.kept()[f"card:{EID}"]["ts"] == announce_stage.messages()[-1].ts


def test_who_asks_for_it_gets_it_before_any_payment(announce_stage: AnnounceStage) -> None:
    ask(announce_stage)
    announce_stage.deliver()
    assert len(announce_stage.cards()) == 1


def test_who_asks_again_gets_it_at_the_channels_end_and_only_there(announce_stage: AnnounceStage) -> None:
    ask(announce_stage)
    announce_stage.log()
    announce_stage.deliver()
    announce_stage.slack.as_("U0DANA").say("All aboard?", channel="C0CORY")
    assert not announce_stage.messages()[-1].text.endswith("up to date.")
    ask(announce_stage)
    announce_stage.deliver()
    assert len(announce_stage.cards()) == 1
    assert announce_stage.messages()[-1].text == announce_stage.cards()[0]


def test_a_request_that_is_delivered_twice_moves_it_once(announce_stage: AnnounceStage) -> None:
    ask(announce_stage)
    records = announce_stage.records()
    announce_stage.deliver(records)
    ts = announce_stage.messages()[-1].ts
    announce_stage.later(60)
    announce_stage.deliver(records)
    assert [message.ts for message in announce_stage.messages()] == [ts]


def test_an_event_that_moves_to_another_channel_takes_its_card_along(announce_stage: AnnounceStage) -> None:
    announce_stage.log()
    announce_stage.deliver()
    row = {**_row(announce_stage), "channel": {"S": "C0SUNSET"}}
    announce_stage.client.put_item(TableName=announce_stage.table, Item=row)
    announce_stage.deliver()
    assert (len(announce_stage.cards()), len(announce_stage.cards("C0SUNSET"))) == (0, 1)


def test_a_cancelled_event_says_so_on_its_card_and_gets_no_new_one(announce_stage: AnnounceStage) -> None:
    announce_stage.log()
    announce_stage.deliver()
    announce_stage.client.put_item(
        TableName=announce_stage.table, Item={**_row(announce_stage), "status": {"S": "cancelled"}}
    )
    announce_stage.deliver()
    assert "cancelled" in announce_stage.cards()[0]
    announce_stage.put(a_row("2026-05-24-sunset", channel="C0SUNSET", status="cancelled"))
    announce_stage.log(eid="2026-05-24-sunset")
    announce_stage.deliver()
    assert announce_stage.cards("C0SUNSET") == []


def test_a_payment_long_after_the_event_makes_no_card(announce_stage: AnnounceStage) -> None:
    announce_stage.later(3 * 24 * 3600)
    announce_stage.log()
    announce_stage.deliver()
    assert (len(announce_stage.posts()), announce_stage.cards()) == (1, [])


def test_an_event_that_was_taken_out_meanwhile_needs_no_card(announce_stage: AnnounceStage) -> None:
    announce_stage.log()
    records = announce_stage.records()
    announce_stage.client.delete_item(
        TableName=announce_stage.table, Key={"eid": {"S": EID}, "crew_id": {"S": "#event"}}
    )
    assert announce_stage.deliver(records) == 1
    assert (len(announce_stage.posts()), announce_stage.cards()) == (1, [])


def test_a_card_whose_channel_closes_moves_to_the_offices(announce_stage: AnnounceStage) -> None:
    announce_stage.log()
    announce_stage.deliver()
    announce_stage.slack.fail("chat.update", error="is_archived")
    cory = announce_stage.slack.channels["C0CORY"]
    announce_stage.slack.channels["C0CORY"] = replace(cory, members=cory.members - {BOT_USER_ID})
    announce_stage.sign()
    announce_stage.deliver()
    assert (announce_stage.cards(), len(announce_stage.cards(OPS))) == ([], 1)
    assert announce_stage.counted("ChannelClosed") == [{"why": "not_in_channel"}] * 2


@pytest.mark.parametrize("fault", [{"status": 500}, {"status": 429, "retry_after": 90}, {"status": 503, "lost": True}])
def test_a_card_that_could_not_be_changed_is_changed_later(
    announce_stage: AnnounceStage, fault: dict[str, Any]
) -> None:
    announce_stage.log()
    announce_stage.deliver()
    announce_stage.slack.fail("chat.update", **fault)
    announce_stage.sign()
    assert announce_stage.deliver(wait=100.0) == 2
    assert "1 of 3 clear to board" in announce_stage.cards()[0]
    assert len(announce_stage.posts()) == 2


def test_a_card_whose_making_was_not_answered_is_found_and_kept(announce_stage: AnnounceStage) -> None:
    ask(announce_stage)
    announce_stage.slack.fail("chat.postMessage", status=500, lost=True)
    assert announce_stage.deliver() == 2
    assert len(announce_stage.cards()) == 1


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize(
    ("what", "method", "call"),
    [
        ("posted", "change", 1),
        ("posted", "claim", 1),
        ("poster", "post", 1),
        ("posted", "done", 1),
        ("poster", "delete", 1),
        ("posted", "change", 2),
    ],
)
def test_wherever_the_process_dies_while_it_moves_there_is_one_card(
    announce_stage: AnnounceStage, what: str, method: str, call: int, *, after: bool
) -> None:
    ask(announce_stage)
    announce_stage.deliver()
    ask(announce_stage, 120)
    records = announce_stage.records()
    with announce_stage.dying(what, method, after=after, call=call):
        announce_stage.invoke(records)
    announce_stage.later(TIMEOUT + 10)
    announce_stage.deliver(records)
    assert len(announce_stage.cards()) == 1
    kept = announce_stage.kept()[f"card:{EID}"]
    assert kept["ts"] == announce_stage.messages()[-1].ts
    assert "old_ts" not in kept


def test_two_who_change_it_at_once_end_with_what_the_row_says(announce_stage: AnnounceStage) -> None:
    announce_stage.log()
    announce_stage.deliver()
    cards = announce_stage.function.app.transports[0].cards
    update, faster = cards.services.poster.update, [True]

    def overtaken(*args: Any) -> None:
        update(*args)
        if faster[-1]:
            faster.append(False)
            announce_stage.sign("s2", name="Ana Lima", patron_id="ana")
            cards.refresh(EID)  # another process, faster

    announce_stage.sign("s1")
    announce_stage.monkeypatch.setattr(announce_stage.function.poster, "update", overtaken)
    announce_stage.deliver()
    assert "1 paid · 2 signed" in announce_stage.cards()[0]


def test_the_longest_rosters_and_names_stay_within_slacks_limits() -> None:
    name = "<&>" * 26 + "xx"
    people = [Patron(patron_id=f"p{number}", name=f"{name}", due=Decimal("1.00")) for number in range(400)]
    message = card(an_event(*people), zone=ZONE)
    assert check_message(message) == []
    assert "And 340 more." in str(message)


def test_an_empty_roster_is_no_trouble() -> None:
    message = card(replace(an_event(), patrons={}), zone=ZONE)
    assert check_message(message) == []
    assert "⚪ *Nobody is on the roster yet*" in str(message)


def _row(announce_stage: AnnounceStage) -> dict[str, Any]:
    key: Any = {"eid": {"S": EID}, "crew_id": {"S": "#event"}}
    return dict(announce_stage.client.get_item(TableName=announce_stage.table, Key=key)["Item"])
