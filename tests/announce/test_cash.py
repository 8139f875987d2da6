"""Hand-overs of cash: the other side is asked once, the message says how it ended, and the books follow."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from adapters.books import DynamoBooks
from adapters.cash import DynamoCustody
from charter.cash import BANK, DIFFERENCE, OFFICE, HandOver, HandOverState
from charter.edits import ulid
from charter.holdings import holdings
from tests.announce.stage import OPS
from tests.announce.test_books import add_up, kept, totals
from tests.builders import DANA, EID, MARCO, ZONE

if TYPE_CHECKING:
    from tests.announce.stage import AnnounceStage

OLIVIA = "slack:U0OLIVIA"
ASKED = (
    "🤝 Dana Reyes hands $370.00 in cash to {}. The books say $375.00: $5.00 less. "
    "It is $370.00 from Captain Cory, afternoon (Sat May 23). “coins <b>too</b>”"
)
BUTTONS = "\nI have it\nIt is another sum…"


@pytest.fixture
def stage(announce_stage: AnnounceStage) -> AnnounceStage:
    """The announce Lambda that keeps the books and posts in Slack. Dana took $375.00."""
    announce_stage.restart(ANNOUNCE_BY="books,slack")
    announce_stage.log("p1", "dave", "375.00")
    announce_stage.deliver()
    return announce_stage


def custody(stage: AnnounceStage) -> DynamoCustody:
    return DynamoCustody(stage.client, stage.table)


def hand(stage: AnnounceStage, amount: str = "370.00", *, to: str = OFFICE, expected: str = "375.00") -> HandOver:
    """Hand cash over, as Dana does with the form."""
    now = stage.clock.now()
    return custody(stage).offer(
        HandOver(
            hand_over_id=ulid(now, f"{amount}{to}"),
            giver=DANA,
            receiver=to,
            currency="USD",
            method="cash",
            counted=Decimal(amount),
            expected=Decimal(expected),
            trips={EID: Decimal(amount)},
            note="coins <b>too</b>",
            offered_at=now,
            by=DANA,
        )
    )


def direct(stage: AnnounceStage, who: str) -> list[str]:
    """The direct messages that the app wrote to a person."""
    return [message.text for message in stage.slack.as_(who).sees(f"D{who[1:]}")]


def test_the_office_is_asked_once_and_reads_who_has_it_and_the_giver_is_notified(stage: AnnounceStage) -> None:
    given = hand(stage)
    records = stage.records()
    stage.deliver(records)
    stage.deliver(records)
    assert stage.posts(OPS) == [ASKED.format("the office") + BUTTONS]
    custody(stage).accept(given.hand_over_id, by=OLIVIA, admin=True, now=stage.clock.now())
    records = stage.records()
    stage.deliver(records)
    stage.deliver(records)
    (ended,) = stage.posts(OPS)
    assert ended.startswith(
        "🤝 Dana Reyes hands $370.00 in cash to the office · Olivia Park has it since 1:30 PM. The "
    )
    assert direct(stage, "U0DANA") == ["✅ Olivia Park has $370.00 in cash that you handed over."]
    rows = kept(stage)
    assert rows[f"hand:{DANA}"]["given"] == {"USD": {"cash": {given.hand_over_id: 370}}}
    assert rows[f"hand:{OLIVIA}"]["received"] == {"USD": {"cash": {given.hand_over_id: 370}}}
    held = holdings(custody(stage).hands(), zone=ZONE)
    assert {who: pile.held for who, (pile,) in held.items()} == {"U0OLIVIA": 370, "U0DANA": 5}
    assert len(stage.posts()) == 1, "the event's channel reads of the payment alone"


def test_a_person_is_asked_directly_and_declines_with_a_reason(stage: AnnounceStage) -> None:
    given = hand(stage, to=MARCO)
    stage.deliver()
    assert direct(stage, "U0MARCO") == [ASKED.format("Marco Bell") + BUTTONS]
    assert kept(stage)[f"hand:{DANA}"]["offered"] == {"USD": {"cash": {given.hand_over_id: 370}}}
    custody(stage).decline(
        given.hand_over_id, by=MARCO, admin=False, now=stage.clock.now(), reason="I counted <!here> 365"
    )
    stage.deliver()
    (message,) = direct(stage, "U0MARCO")
    assert message.endswith("not accepted by Marco Bell at 1:30 PM: “I counted <!here> 365”")
    (notice,) = direct(stage, "U0DANA")
    assert notice.startswith(
        "✋ Marco Bell did not accept $370.00 in cash: “I counted <!here> 365”. It is still in your hand"
    )
    assert kept(stage)[f"hand:{DANA}"] == {"taken": {"USD": {"cash": {EID: 375}}}}
    assert [name for name in kept(stage) if name.startswith("handover:")] == []

    other = hand(stage, "10.00", to=MARCO)
    stage.later(5)
    stage.deliver()
    custody(stage).withdraw(other.hand_over_id, by=DANA, now=stage.clock.now())
    stage.deliver()
    assert "taken back by Dana Reyes" in direct(stage, "U0MARCO")[-1]
    assert len(direct(stage, "U0DANA")) == 1, "she did it herself"


def test_where_nobody_gets_direct_messages_the_office_channel_is_asked(stage: AnnounceStage) -> None:
    stage.slack.has_messages = False
    hand(stage, to=MARCO)
    stage.deliver()
    assert stage.posts(OPS) == [ASKED.format("Marco Bell") + BUTTONS]


def test_a_deposit_asks_nobody_and_is_counted_in_its_month(stage: AnnounceStage) -> None:
    now = stage.clock.now()
    made = hand(stage, "1.00")
    bank = replace(
        made,
        hand_over_id=ulid(now + timedelta(1), "bank"),
        giver=OLIVIA,
        receiver=BANK,
        reference="4711",
        state=HandOverState.ACCEPTED,
        closed_at=now,
        closed_by=OLIVIA,
    )
    custody(stage).offer(bank)
    custody(stage).accept(made.hand_over_id, by=OLIVIA, admin=True, now=now)
    stage.deliver()
    assert kept(stage)["2026-05"]["deposited"] == {"USD": {"cash": 1}}
    assert len(stage.posts(OPS)) == 1


def test_a_correction_notifies_the_person_and_is_in_the_digest(stage: AnnounceStage) -> None:
    now = stage.clock.now()
    correction = replace(
        hand(stage, "5.00", to=MARCO),
        hand_over_id=ulid(now, "lost"),
        receiver=DIFFERENCE,
        by=OLIVIA,
        note="lost in the bilge",
        state=HandOverState.ACCEPTED,
        closed_at=now,
        closed_by=OLIVIA,
    )
    custody(stage).offer(correction)
    stage.deliver()
    assert direct(stage, "U0DANA") == ["✏️ Olivia Park wrote $5.00 in cash off for you: “lost in the bilge”"]
    stage.later(60)
    stage.function.lambda_handler({"digest": "morning"}, stage.invocation())
    assert "Written off: $5.00 in cash of Dana Reyes by Olivia Park: “lost in the bilge”" in stage.posts(OPS)[-1]


def test_the_books_have_each_hand_over_once_however_it_is_delivered(stage: AnnounceStage) -> None:
    first, second = hand(stage, "100.00"), hand(stage, "200.00", to=MARCO)
    custody(stage).accept(second.hand_over_id, by=MARCO, admin=False, now=stage.clock.now())
    custody(stage).withdraw(first.hand_over_id, by=DANA, now=stage.clock.now())
    records = stage.records()
    stage.restart(ANNOUNCE_BY="books")
    stage.deliver(records[::-1])
    with stage.dying("books", "replace", after=True):
        stage.invoke(records)
    stage.deliver(records)
    books = DynamoBooks(stage.client, stage.table, zone=ZONE, currency="USD")
    assert books.row(f"hand:{MARCO}") == {("received", "USD", "cash", second.hand_over_id): 200}
    assert ("offered", "USD", "cash", first.hand_over_id) not in books.row(f"hand:{DANA}")
    gone = {"eid": {"S": "#cash"}, "crew_id": {"S": f"#handover:{second.hand_over_id}"}}
    row = stage.client.get_item(TableName=stage.table, Key=gone)["Item"]
    stage.client.delete_item(TableName=stage.table, Key=gone)
    stage.deliver()
    assert books.row(f"hand:{MARCO}") == {}, "an operator took it out of the table"
    stage.client.put_item(TableName=stage.table, Item=row)
    stage.deliver()
    assert totals(kept(stage)).keys() - add_up(stage).keys() == {f"hand:{MARCO}", f"handover:{second.hand_over_id}"}


def test_a_restored_hand_over_is_not_announced_again(stage: AnnounceStage) -> None:
    given = hand(stage)
    row = stage.client.get_item(
        TableName=stage.table,
        Key={"eid": {"S": "#cash"}, "crew_id": {"S": f"#handover:{given.hand_over_id}"}},
    )["Item"]
    stage.records()
    stage.client.put_item(TableName=stage.table, Item={**row, "restored_at": {"S": "2026-05-23T21:00:00.000Z"}})
    stage.deliver()
    assert stage.posts(OPS) == []
    assert not stage.troubles
