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
from tests.announce.harbour import OPS
from tests.announce.process import TIMEOUT
from tests.builders import EID, NOW, ZONE, a_patron, a_row, an_event

if TYPE_CHECKING:
    from tests.announce.harbour import Harbour


def ask(harbour: Harbour, seconds: float = 1.0) -> None:
    """Ask for the card, as `/payment-status … public` does."""
    harbour.later(seconds)
    harbour.ledger.ask_for_card(EID, now=harbour.clock.now())


def test_the_first_payment_makes_the_card(harbour: Harbour) -> None:
    harbour.sign()
    harbour.deliver()
    assert harbour.cards() == []
    harbour.log()
    harbour.deliver()
    assert [line.splitlines() for line in harbour.cards()] == [
        [
            "Captain Cory, afternoon",
            "Sat May 23, 1:00 PM",
            "🟠 1 of 3 clear to board",
            "1 paid · 1 signed",
            "🔴 Ana Lima: payment and waiver missing",
            "This card keeps itself up to date.",
        ]
    ]


def test_it_changes_in_place_with_each_payment_signature_and_correction(harbour: Harbour) -> None:
    seen = []
    for deed in (harbour.log, harbour.sign, harbour.void):
        deed()
        harbour.deliver()
        (text,) = harbour.cards()
        seen.append(text.splitlines()[2:4])
    assert seen == [
        ["🟠 0 of 3 clear to board", "1 paid · 0 signed"],
        ["🟠 1 of 3 clear to board", "1 paid · 1 signed"],
        ["🟠 0 of 3 clear to board", "0 paid · 1 signed"],
    ]


def test_it_follows_the_roster_which_is_no_news_itself(harbour: Harbour) -> None:
    roster = DynamoRoster(harbour.client, harbour.table, ledger=harbour.ledger, zone=ZONE, currency="USD")
    new = NewEvent(eid="2026-06-06-a-trip", title="A trip", starts_at=NOW, currency="USD", channel="C0CORY")
    roster.create(new)
    roster.add(NewPatron(new.eid, a_patron("zed-1a2b3c", name="Zed")))
    harbour.deliver()
    assert harbour.posts() == [], "a new event and its roster are announced nowhere, and have no card yet"
    harbour.log(amount="60.00")
    harbour.deliver()
    posts, seen = len(harbour.posts()), [harbour.cards()[0].splitlines()[3]]
    dave = harbour.ledger.event(EID).patrons["dave"]
    for request in ({"due": Decimal("60.00")}, {"name": "David K."}, {"phone": "+1 415 555 0114"}):
        now = roster.change(PatronChange(EID, "dave", fingerprint_of(dave), request), by="slack:U0OLIVIA", now=NOW)
        assert isinstance(now, Changed)
        dave = now.after
        harbour.deliver()
        seen.append(harbour.cards()[0].splitlines()[3])
    assert seen == ["0 paid · 0 signed", *["1 paid · 0 signed"] * 3]
    assert "🔴 David K.: waiver missing" in harbour.cards()[0]
    assert harbour.asked("chat.update") == 2, "a phone number does not stand on it"
    assert len(harbour.posts()) == posts


def test_many_changes_in_one_batch_make_one_update(harbour: Harbour) -> None:
    harbour.log("p0", amount="1.00")
    harbour.deliver()
    for number in range(1, 6):
        harbour.log(f"p{number}", amount="20.00")
    harbour.log("p6", "ana", "250.00")
    harbour.sign("s1")
    harbour.sign("s2", name="Ana Lima", patron_id="ana")
    harbour.deliver()
    assert harbour.asked("chat.update") == 1
    assert "clear to board" in harbour.cards()[0]


def test_what_changes_nothing_on_it_is_not_sent(harbour: Harbour) -> None:
    harbour.log("p1", amount="5.00")
    harbour.deliver()
    harbour.log("p2", amount="5.00")
    harbour.deliver()
    assert harbour.asked("chat.update") == 0


def test_it_shows_no_amount(harbour: Harbour) -> None:
    harbour.log(amount="33.33")
    harbour.deliver()
    message = str(harbour.messages()[-1].blocks) + harbour.messages()[-1].fallback
    assert "boarding" not in message.lower() or "clear to board" in message
    assert not any(sign in message for sign in ("$", "33.33", "91.67", "125", "250"))


def test_a_deleted_card_is_made_anew(harbour: Harbour) -> None:
    harbour.log()
    harbour.deliver()
    harbour.slack.board.remove(harbour.slack.board.posts[-1])
    harbour.later(60)
    harbour.sign()
    assert harbour.deliver() == 1
    assert len(harbour.cards()) == 1
    assert harbour.kept()[f"card:{EID}"]["ts"] == harbour.messages()[-1].ts


def test_who_asks_for_it_gets_it_before_any_payment(harbour: Harbour) -> None:
    ask(harbour)
    harbour.deliver()
    assert len(harbour.cards()) == 1


def test_who_asks_again_gets_it_at_the_channels_end_and_only_there(harbour: Harbour) -> None:
    ask(harbour)
    harbour.log()
    harbour.deliver()
    harbour.slack.as_("U0DANA").say("All aboard?", channel="C0CORY")
    assert not harbour.messages()[-1].text.endswith("up to date.")
    ask(harbour)
    harbour.deliver()
    assert len(harbour.cards()) == 1
    assert harbour.messages()[-1].text == harbour.cards()[0]


def test_a_request_that_is_delivered_twice_moves_it_once(harbour: Harbour) -> None:
    ask(harbour)
    records = harbour.records()
    harbour.deliver(records)
    ts = harbour.messages()[-1].ts
    harbour.later(60)
    harbour.deliver(records)
    assert [message.ts for message in harbour.messages()] == [ts]


def test_an_event_that_moves_to_another_channel_takes_its_card_along(harbour: Harbour) -> None:
    harbour.log()
    harbour.deliver()
    row = {**_row(harbour), "channel": {"S": "C0SUNSET"}}
    harbour.client.put_item(TableName=harbour.table, Item=row)
    harbour.deliver()
    assert (len(harbour.cards()), len(harbour.cards("C0SUNSET"))) == (0, 1)


def test_a_cancelled_event_says_so_on_its_card_and_gets_no_new_one(harbour: Harbour) -> None:
    harbour.log()
    harbour.deliver()
    harbour.client.put_item(TableName=harbour.table, Item={**_row(harbour), "status": {"S": "cancelled"}})
    harbour.deliver()
    assert "cancelled" in harbour.cards()[0]
    harbour.put(a_row("2026-05-24-sunset", channel="C0SUNSET", status="cancelled"))
    harbour.log(eid="2026-05-24-sunset")
    harbour.deliver()
    assert harbour.cards("C0SUNSET") == []


def test_a_payment_long_after_the_event_makes_no_card(harbour: Harbour) -> None:
    harbour.later(3 * 24 * 3600)
    harbour.log()
    harbour.deliver()
    assert (len(harbour.posts()), harbour.cards()) == (1, [])


def test_an_event_that_was_taken_out_meanwhile_needs_no_card(harbour: Harbour) -> None:
    harbour.log()
    records = harbour.records()
    harbour.client.delete_item(TableName=harbour.table, Key={"eid": {"S": EID}, "crew_id": {"S": "#event"}})
    assert harbour.deliver(records) == 1
    assert (len(harbour.posts()), harbour.cards()) == (1, [])


def test_a_card_whose_channel_closes_moves_to_the_offices(harbour: Harbour) -> None:
    harbour.log()
    harbour.deliver()
    harbour.slack.fail("chat.update", error="is_archived")
    cory = harbour.slack.channels["C0CORY"]
    harbour.slack.channels["C0CORY"] = replace(cory, members=cory.members - {BOT_USER_ID})
    harbour.sign()
    harbour.deliver()
    assert (harbour.cards(), len(harbour.cards(OPS))) == ([], 1)
    assert harbour.counted("ChannelClosed") == [{"why": "not_in_channel"}] * 2


@pytest.mark.parametrize("fault", [{"status": 500}, {"status": 429, "retry_after": 300}, {"status": 503, "lost": True}])
def test_a_card_that_could_not_be_changed_is_changed_later(harbour: Harbour, fault: dict[str, Any]) -> None:
    harbour.log()
    harbour.deliver()
    harbour.slack.fail("chat.update", **fault)
    harbour.sign()
    assert harbour.deliver() == 2
    assert "1 of 3 clear to board" in harbour.cards()[0]
    assert len(harbour.posts()) == 2


def test_a_card_whose_making_was_not_answered_is_found_and_kept(harbour: Harbour) -> None:
    ask(harbour)
    harbour.slack.fail("chat.postMessage", status=500, lost=True)
    assert harbour.deliver() == 2
    assert len(harbour.cards()) == 1


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
    harbour: Harbour, what: str, method: str, call: int, *, after: bool
) -> None:
    ask(harbour)
    harbour.deliver()
    ask(harbour, 120)
    records = harbour.records()
    with harbour.dying(what, method, after=after, call=call):
        harbour.invoke(records)
    harbour.later(TIMEOUT + 10)
    harbour.deliver(records)
    assert len(harbour.cards()) == 1
    kept = harbour.kept()[f"card:{EID}"]
    assert kept["ts"] == harbour.messages()[-1].ts
    assert "old_ts" not in kept


def test_two_who_change_it_at_once_end_with_what_the_row_says(harbour: Harbour) -> None:
    harbour.log()
    harbour.deliver()
    cards = harbour.function.app.transports[0].cards
    update, faster = cards.services.poster.update, [True]

    def overtaken(*args: Any) -> None:
        update(*args)
        if faster[-1]:
            faster.append(False)
            harbour.sign("s2", name="Ana Lima", patron_id="ana")
            cards.refresh(EID)  # another process, faster

    harbour.sign("s1")
    harbour.monkeypatch.setattr(harbour.function.poster, "update", overtaken)
    harbour.deliver()
    assert "1 paid · 2 signed" in harbour.cards()[0]


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


def _row(harbour: Harbour) -> dict[str, Any]:
    key: Any = {"eid": {"S": EID}, "crew_id": {"S": "#event"}}
    return dict(harbour.client.get_item(TableName=harbour.table, Key=key)["Item"])
