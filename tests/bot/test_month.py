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
    bot_stage: BotStage,
    payment_id: str,
    amount: str,
    *,
    patron: str = "dave",
    by: str = DANA,
    now: datetime = NOW,
    **of: Any,
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
    pay(bot_stage, "m2", "200.00", patron="ana", by="web:U0MARCO", method="venmo")
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
    person.click(message, action_id=wanted["action_id"])
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
    assert "@Marco Bell $175.00 · 2 entries" in text, "in Slack and on the dispatch page they are one person"
    assert text.count("@Marco Bell") == 1
    assert "May 23 · Captain Cory, afternoon: $275.00 · 3 entries" in text
    assert "Jun 24 · Golden Gate, sunset: $0.00 · 2 entries" in text
    assert "$425.00 to get on 2 trips, of it $50.00 on trips of May" in text, text
    picture = next(block for block in answer.blocks if block["type"] == "rich_text")
    drawn = picture["elements"][0]["elements"][0]["text"].splitlines()
    assert drawn[0].split() == ["venmo", "█" * 12, "$200.00"]
    assert drawn[1].split() == ["cash", "█" * 4, "$75.00"]
    assert all(len(line) <= 36 for line in drawn)


def test_months_are_named_as_people_say_them(stage: BotStage) -> None:
    for words, heading in {
        "month 2026-05": "May 2026 so far",
        "Month 4/2026": "April 2026",
        "month last month": "April 2026",
        "last month": "April 2026",
        "month april": "April 2026",
        "month June": "June 2025",
        "month last may": "May 2025",
        "month nov 2025": "November 2025",
        "month 2026-07": "July 2026 so far",
    }.items():
        text = asked(stage.olivia, words).text
        assert text.startswith(heading), words
        assert ("Nothing was logged" in text) == (heading[:5] not in {"May 2", "April"} or "2025" in heading), words
    assert "Nothing was logged in June 2026, and $275.00 in May" in asked(stage.olivia, "month 2026-06").text


def test_words_that_are_no_month_get_one_sentence(stage: BotStage) -> None:
    for words in ("2026-13", "wintember", "november december", "<!channel>", "1999-05", "may 23 2026"):
        answer = asked(stage.olivia, f"month {words}").text
        assert answer == f"“{words}” is not a month. Write it like 2026-11, november or last month."


def test_crew_get_no_totals(stage: BotStage) -> None:
    for words in (MONTH, "month 2026-04", "last month"):
        text = asked(stage.dana, words).text
        assert "nly the office can see a month's money" in text
        assert "$" not in text


def test_a_table_without_books_says_what_to_do(bot_stage: BotStage) -> None:
    pay(bot_stage, "m1", "100.00")
    with bot_stage.counting() as cost:
        text = asked(bot_stage.olivia).text
    assert cost.table == {"BatchGetItem": 1, "Query": 1}
    assert "There are no books yet." in text
    assert "python -m roster rebuild" in text


def test_books_that_were_never_compared_say_that_payments_may_be_missing_and_close_nothing(bot_stage: BotStage) -> None:
    pay(bot_stage, "a1", "60.00", now=APRIL)
    keep_books(bot_stage, rebuilt=False)
    answer = asked(bot_stage.olivia, "last month")
    assert "$60.00 · 1 entry" in answer.text
    assert (
        "Payments from before the books may be missing: the operator runs python -m roster rebuild once." in answer.text
    )
    assert "Close the month" not in answer.text


def test_all_trips_are_listed_page_by_page_and_opened(bot_stage: BotStage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bookkeeping, "_PAUSE", 0.0)
    for number in range(11):
        eid = f"2026-05-{number + 1:02}-cory-morning"
        bot_stage.put(a_row(eid))
        pay(bot_stage, f"p{number}", f"{100 - number}.00", eid=eid)
    keep_books(bot_stage)
    main = asked(bot_stage.olivia).text
    assert "May 1 · Cory, morning: $100.00" in main
    assert f"and 6 more: ${sum(100 - number for number in range(5, 11))}.00" in main
    first = pressed(bot_stage.olivia, "All trips").text
    assert first.index("May 1 · Cory, morning") < first.index("May 10 · Cory, morning")
    assert "Page 1 of 2 · 11 in all" in first
    assert "May 11 · Cory, morning\n$90.00 · 1 entry" in pressed(bot_stage.olivia, "Next ›").text
    pressed(bot_stage.olivia, "‹ May 2026")
    pressed(bot_stage.olivia, "All trips")
    bot_stage.olivia.click(last(bot_stage.olivia), action_id="payment_status.0")
    assert "2026-05-01-cory-morning" in last(bot_stage.olivia).text


def test_tips_are_split_among_the_crew_of_each_trip_to_the_cent(stage: BotStage) -> None:
    crew = {"zoe": "Zoe Reef", "cory": "Captain <Cory>", "U0DANA": "Dana Reyes"}
    stage.put(*(a_crew_row(EID, crew_id, name=name) for crew_id, name in crew.items()))
    stage.put(a_crew_row("2026-05-20-cory-morning"), a_row("2026-05-20-cory-morning"))
    pay(stage, "t1", "50.00", eid=SUNSET, tip="7.00")
    pay(stage, "t2", "50.00", eid="2026-05-20-cory-morning", tip="5.00")
    keep_books(stage)
    asked(stage.olivia)
    with stage.counting() as cost:
        text = pressed(stage.olivia, "Tips by crew").text
    assert cost.table == {"BatchGetItem": 1, "Query": 3}, "only the crew of trips with tips is read"
    assert "Tips in all: $22.01" in text
    assert "Dana Reyes $3.34" in text, "the cent that is left goes to the first by id"
    assert "Captain <Cory> $3.34" in text
    assert "Zoe Reef $3.33" in text
    assert "cory $5.00" in text, "a row without a name is somebody too"
    assert "Jun 24 · Golden Gate, sunset: $7.00 · not split: nobody is assigned" in text
    assert "not split: $7.00" in text
    assert "May 2026 so far" in pressed(stage.olivia, "‹ May 2026").text
    asked(stage.olivia, "last month")
    assert "No tips were logged in April 2026." in pressed(stage.olivia, "Tips by crew").text


def test_the_longest_names_fit(bot_stage: BotStage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bookkeeping, "_PAUSE", 0.0)
    for number in range(24):
        eid = f"2026-05-{number + 1:02}-{'x' * 80}-{number}"
        bot_stage.put(a_row(eid, currency=("USD", "EUR", "SEK")[number % 3]))
        bot_stage.put(*(a_crew_row(eid, f"{each}", name="&" * 80) for each in range(9)))
        method = "&" * 30 + f"<{number % 12}>"
        by = f"roster:{'&' * 60}{number}"
        pay(bot_stage, f"p{number}", "100000.00", eid=eid, tip="99999.99", method=method, by=by)
        ledger_of(bot_stage).reverse(a_refund(f"r{number}", "99999.99", eid=eid), by=by, source=Source.WEB, now=NOW)
    keep_books(bot_stage)
    assert "SEK: 0.08 SEK · 16 entries" in asked(bot_stage.olivia).text
    assert "Page 1 of 3" in pressed(bot_stage.olivia, "All trips").text
    asked(bot_stage.olivia)
    text = pressed(bot_stage.olivia, "Tips by crew").text
    assert "3 more" in text
    assert "Tips in all: $799,999.92" in text
    assert "Page 2 of 2" in pressed(bot_stage.olivia, "Next ›").text
    bot_stage.olivia.open_home()
    assert "It has 1 more currency." in bot_stage.olivia.home.text
    assert not bot_stage.olivia.troubles, bot_stage.olivia.trouble_log


def closed_row(stage: BotStage, month: str = "2026-04") -> dict[str, Any]:
    """The row of the closed month."""
    (row,) = stage.rows(f"closed:{month}", "#books")
    return row


def test_a_month_is_closed_once_and_says_what_changed_after_it(stage: BotStage) -> None:
    older, answer = asked(stage.olivia, "last month"), asked(stage.olivia, "last month")
    close = next(each for block in answer.blocks for each in block.get("elements", []) if "confirm" in each)
    assert close["confirm"]["title"]["text"] == "Close April 2026?"
    assert close["confirm"]["text"]["text"].startswith("$60.00 · 1 entry. The summary is kept")
    with stage.counting() as cost:
        text = pressed(stage.olivia, "Close the month").text
    assert cost.table == {"BatchGetItem": 2, "PutItem": 1}
    assert "Closed by @Olivia Park on May 23; nothing changed since then." in text
    assert "Close the month" not in text
    kept = closed_row(stage)
    assert kept["by"] == "slack:U0OLIVIA"
    assert '"by_method":{"USD":{"cash":{"entries":1,"payment":"60.00"}}}' in kept["summary"]

    pay(stage, "a2", "20.00", now=APRIL, patron="ana", method="venmo", tip="2.00")
    ledger_of(stage).reverse(a_refund("r2", "45.00"), by=DANA, source=Source.WEB, now=APRIL)
    keep_books(stage)
    text = asked(stage.olivia, "last month").text
    assert "Closed by @Olivia Park on May 23; since then: +2 entries, −$25.00, tips +$2.00" in text
    assert "cash: +1 entry, −$45.00" in text
    assert "venmo: +1 entry, +$20.00, tips +$2.00" in text
    stage.olivia.click(older, action_id="month_close")
    assert closed_row(stage) == kept, "an older answer's button closes nothing again"


def test_a_month_that_is_not_over_is_not_closed(stage: BotStage) -> None:
    assert "Close the month" not in asked(stage.olivia).text
    answer = asked(stage.olivia, "last month")
    stage.clock.moment = APRIL.replace(day=30, hour=23)  # still April on the boat, and in UTC too
    stage.olivia.click(answer, action_id="month_close")
    assert "April 2026 is not over yet." in stage.olivia.sees("C0DOCK")[-1].text
    assert stage.rows("closed:", "#books") == []
    stage.clock.moment = APRIL.replace(month=5, day=1, hour=6, minute=59)  # May in UTC only
    stage.olivia.click(answer, action_id="month_close")
    assert stage.rows("closed:", "#books") == []
    stage.clock.moment += timedelta(minutes=1)
    stage.olivia.click(answer, action_id="month_close")
    assert closed_row(stage)


def test_only_admins_close_a_month(stage: BotStage) -> None:
    answer = asked(stage.olivia, "last month")
    stage.restart(ADMIN_USERS="U0MARCO")
    stage.olivia.click(answer, action_id="month_close")
    assert stage.rows("closed:", "#books") == []
    assert "nly the office can see a month's money" in stage.olivia.sees("C0DOCK")[-1].text
