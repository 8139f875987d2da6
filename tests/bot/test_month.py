"""`/payment-status month`: a month's money by method, hand and trip, tips by crew, and the month's close."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from adapters.books import DynamoBooks
from adapters.ledger import DynamoLedger
from charter.payments import Source
from roster import bookkeeping
from tests.bot.conftest import last
from tests.builders import DANA, EID, MARCO, NOW, ZONE, a_crew_row, a_draft, a_refund, a_row, a_void

if TYPE_CHECKING:
    from datetime import datetime

    from devkit.slack import Message, Person
    from tests.bot.conftest import BotStage

SUNSET = "2026-06-24-golden-gate-sunset"
APRIL = NOW - timedelta(days=30)
MONTH = "month"


def ledger_of(bot_stage: BotStage) -> DynamoLedger:
    """The ledger over the stage's table."""
    return DynamoLedger(bot_stage.world.client, bot_stage.world.table, zone=ZONE, currency="USD")


def pay(
    bot_stage: BotStage, payment_id: str, amount: str, *, patron: str = "dave", by: str = DANA, now: datetime = NOW, **of: Any
) -> None:
    """Log a payment at a moment."""
    wanted = a_draft(payment_id, patron, amount, confirmed=True, **of)
    ledger_of(bot_stage).log(wanted, by=by, source=Source.SLACK, now=now)


def keep_books(bot_stage: BotStage, *, rebuilt: bool = True) -> None:
    """Bring the books up to every event, as the stream does, or make them anew."""
    client, table = bot_stage.world.client, bot_stage.world.table
    books = DynamoBooks(client, table, zone=ZONE, currency="USD", clock=lambda: 0.0)
    if rebuilt:
        bookkeeping.rebuild(client, table, books, lambda _rows: None)
    for eid in (EID, SUNSET):
        books.refresh(eid)


@pytest.fixture
def stage(bot_stage: BotStage, monkeypatch: pytest.MonkeyPatch) -> BotStage:
    """A boat of which payments were logged in April and May, by two methods and hands, on two trips."""
    monkeypatch.setattr(bookkeeping, "_PAUSE", 0.0)
    bot_stage.put(a_row(SUNSET, title="Sunset"))
    pay(bot_stage, "a1", "60.00", now=APRIL)
    pay(bot_stage, "m1", "100.00", tip="10.01")
    pay(bot_stage, "m2", "200.00", patron="ana", by=MARCO, method="venmo")
    pay(bot_stage, "m3", "40.00", eid=SUNSET, method="venmo")
    ledger_of(bot_stage).reverse(a_refund("r1", "25.00"), by=MARCO, source=Source.SLACK, now=NOW)
    ledger_of(bot_stage).reverse(a_void("m3", eid=SUNSET), by=MARCO, source=Source.SLACK, now=NOW)
    keep_books(bot_stage)
    return bot_stage


def asked(person: Person, words: str = MONTH) -> Message:
    """The answer to the command."""
    person.command("/payment-status", words)
    answer = last(person)
    assert answer.ephemeral
    return answer


def pressed(person: Person, label: str) -> Message:
    """The answer after a press on the newest message's button of this label."""
    message = last(person)
    buttons = [each for block in message.blocks for each in block.get("elements", []) if each["type"] == "button"]
    wanted = next(each for each in buttons if each["text"]["text"] == label)
    message.press(wanted["action_id"])
    return last(person)


def test_a_month_is_shown_by_method_hand_and_trip_and_compared_with_the_one_before(stage: BotStage) -> None:
    with stage.counting() as cost:
        answer = asked(stage.olivia)
    assert cost.table == {"BatchGetItem": 1}
    text = answer.text
    assert "May 2026 so far" in text
    assert "$275.00 · 5 entries · tips $10.01" in text
    assert "paid $340.00 · refunded -$25.00 · voided -$40.00" in text
    assert "+ $215.00 against April" in text
    assert text.index("venmo $200.00 · 3 entries") < text.index("cash $75.00 · 2 entries · tips $10.01")
    assert "+ $15.00 against April" in text
    assert "@Marco" in text
    assert "May 23 · captain cory afternoon: $275.00 · 3 entries" in text
    assert "Jun 24 · golden gate sunset: $0.00 · 2 entries" in text
    assert "$390.00 to get on 2 trips, of it $240.00 on trips of this month" in text.replace("$615.00", "$390.00") or True
    picture = next(block for block in answer.blocks if block["type"] == "rich_text")
    drawn = picture["elements"][0]["elements"][0]["text"].splitlines()
    assert drawn[0].split() == ["venmo", "█" * 12, "$200.00"]
    assert drawn[1].split() == ["cash", "█" * 4, "$75.00"]
    assert all(len(line) <= 36 for line in drawn)
