"""`/payment-status`: who has paid and who may board, event by event, patron by patron, entry by entry."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.bot.conftest import last, logged
from tests.bot.trips import SUNSET
from tests.builders import EID, a_row, a_signature_row

if TYPE_CHECKING:
    from devkit.slack import Message, Person
    from tests.bot.conftest import BotStage

FESTIVAL = "2026-05-25-harbor-festival-midday"
EIGHTY = "Maximiliana Alexandrina Wilhelmina Theodora von Hohenstaufen-Rosenberg-Lindqvist"


def status(person: Person, text: str = "") -> Message:
    """Return the text of the answer."""
    person.command("/payment-status", text)
    answer = last(person)
    assert answer.ephemeral
    return answer


def _line(**patron: Any) -> dict[str, Any]:
    return {"name": "Dave Kowalski", "party": Decimal(1), "due": Decimal("125.00")} | patron


def _old_payment(amount: str) -> dict[str, Any]:
    """A record from before the ledger."""
    when = "2026-05-20T10:00:00Z"
    return {"amount": Decimal(amount), "method": "cash", "logged_by": "slack:U0DANA", "timestamp": when}


def test_the_overview_begins_with_todays_trip_and_who_is_not_clear(bare_bot_stage: BotStage) -> None:
    bare_bot_stage.plant_season()
    text = status(bare_bot_stage.olivia).text
    assert text.startswith(
        "Captain Cory, afternoon\nSat May 23, 1:00 PM\n"
        "🟢 4 paid · 🟠 1 partial · 🔴 1 unpaid · 🔵 1 overpaid · $190.00 outstanding\n"
        ":memo: 5 of 8 signed · 1 signature not matched yet\n"
        "🔴 $125.00, waiver · Dave Kowalski\n🔴 $65.00 · Ben Okafor\n🟠 waiver · Greg Halloran\n"
        "🟠 waiver · Ines Duarte\n❓ not matched · signed by “Davy Kowalski”\n🟢 3 clear: Lucille Park, Maria Santos,…"
    )
    assert "🟠 Sun 24 · Golden Gate sunset · $185.00\n🟠 Mon 25 · Harbor festival, mi… · $2,080.00\n" in text
    assert "⛔ Wed 27 · Fishing charter, mo… · cancelled" in text
    assert "⚪ Thu Jun 25 · Captain Cory, after… · nobody yet" in text
    assert "Outstanding on this page: $4,005.00" in text
    assert "Whale watch" not in text, "it is over"
    crew = status(bare_bot_stage.dana).text
    assert "🟠 4 of 8 clear to board" in crew
    assert "🔴 payment, waiver · Dave Kowalski\n🔴 payment · Ben Okafor\n" in crew
    assert "🟠 Mon 25 · Harbor festival, mi… · 65/130 clear" in crew
    assert "$" not in crew


def test_the_channels_trip_comes_before_todays_and_a_cancelled_one_last(bot_stage: BotStage) -> None:
    bot_stage.put(
        a_row(SUNSET, title="Golden Gate sunset", channel="C0SUNSET"),
        a_row("2026-05-23-captain-mia-morning", title="Captain Mia, morning", status="cancelled"),
        a_row("2026-05-20-captain-bo-morning", title="Captain Bo, morning", channel="C0OFFICE"),
        a_row("2026-05-23-captain-bo-evening", title="Captain Bo, evening", starts_at="2026-05-23T18:00:00-07:00"),
    )
    heads = {}
    for channel in ("C0SUNSET", "C0OFFICE", "C0DOCK"):
        bot_stage.dana.command("/payment-status", channel=channel)
        heads[channel] = [
            block["text"]["text"] for block in last(bot_stage.dana, channel).blocks if block["type"] == "header"
        ]
    assert heads == {
        "C0SUNSET": ["Golden Gate sunset"],
        "C0OFFICE": ["Captain Bo, morning"],
        "C0DOCK": ["Captain Cory, afternoon", "Captain Bo, evening"],
    }
    assert "⛔ Sat 23 · Captain Mia, morning · cancelled" in last(bot_stage.dana, "C0DOCK").text
    bot_stage.dana.click(last(bot_stage.dana, "C0DOCK"), action_id="open_trip", value=SUNSET)
    assert last(bot_stage.dana, "C0DOCK").text.startswith("Golden Gate sunset")


def test_after_midnight_the_trip_that_is_under_way_comes_first(bot_stage: BotStage) -> None:
    night = "2026-05-23-night-cruise"
    bot_stage.put(a_row(night, title="Night cruise", starts_at="2026-05-23T22:00:00-07:00", channel="C0NIGHT"))
    bot_stage.put(a_row(SUNSET, title="Golden Gate sunset", channel="C0SUNSET"))
    bot_stage.clock.moment += timedelta(hours=11)  # half past midnight
    for words in ("", "asof 23:30"):
        assert status(bot_stage.dana, words).text.index("Night cruise") < last(bot_stage.dana).text.index("Golden Gate")


def test_long_lists_of_who_is_not_clear_are_cut_and_namesakes_are_asked_about(bot_stage: BotStage) -> None:
    people = {f"p{number}": _line(name=f"Pat {number:02}") for number in range(12)}
    bot_stage.put(a_row(patrons=people | {"k1": _line(name="Kim Roe"), "k2": _line(name="kim  roe")}))
    text = status(bot_stage.dana).text
    assert text.count("🔴 payment, waiver · ") == 8
    assert "… and 6 more\n❓ same name · several are called" in text
    answer = status(bot_stage.dana, EID)
    assert [row[1] for row in answer.table[1:]] == ["🔴 payment, waiver"] * 14


def test_the_events_button_opens_it_in_the_same_message(bot_stage: BotStage) -> None:
    answer = status(bot_stage.dana)
    bot_stage.dana.click(answer, action_id=f"payment_status.{EID}")
    assert [message.ts for message in bot_stage.dana.sees()] == [answer.ts]
    assert last(bot_stage.dana).table[0] == ["Patron", "Missing", "Payment", "Waiver"]


def test_overview_pages_turn_in_place(bare_bot_stage: BotStage) -> None:
    days = [f"2026-06-{day:02}-captain-cory-morning" for day in range(1, 19)]
    bare_bot_stage.put(*(a_row(eid, title=f"Trip {eid[8:10]}") for eid in days))
    answer = status(bare_bot_stage.olivia)
    seen = []
    for action, page in ((None, 1), ("next", 2), ("next", 3), ("back", 2), ("back", 1)):
        if action:
            bare_bot_stage.olivia.click(last(bare_bot_stage.olivia), action_id=f"payment_status.{action}")
        now = last(bare_bot_stage.olivia)
        assert now.ts == answer.ts
        assert f"Page {page} of 3" in now.text
        seen.append(re.findall(r"Trip \d\d", now.text.replace("Open a trip", "")))
    assert [len(page) for page in seen] == [8, 8, 2, 8, 8]
    assert seen[0] == [f"Trip {day:02}" for day in range(1, 9)]
    assert seen[1] == seen[3]


def test_a_page_that_is_gone_meanwhile_shows_the_last_one(bare_bot_stage: BotStage) -> None:
    bare_bot_stage.put(*(a_row(f"2026-05-{day:02}-captain-cory-morning") for day in range(23, 32)))
    answer = status(bare_bot_stage.olivia)
    bare_bot_stage.clock.moment += timedelta(days=3)
    bare_bot_stage.olivia.click(answer, action_id="payment_status.next")
    shown = last(bare_bot_stage.olivia).text
    assert shown.startswith("Captain Cory, afternoon\nTue May 26")
    assert re.findall(r"(?:Wed|Thu|Fri|Sat|Sun) \d\d", shown) == ["Wed 27", "Thu 28", "Fri 29", "Sat 30", "Sun 31"]


def test_no_events_is_said_kindly(bare_bot_stage: BotStage) -> None:
    assert "No events are coming." in status(bare_bot_stage.dana).text


def test_a_hundred_and_thirty_long_names_with_emoji_fit_into_pages(bot_stage: BotStage) -> None:
    long = {f"p{number:03}": _line(name=f"{number:03} {'🏄🏽‍♀️ & <Ü> ' * 9}"[:80]) for number in range(130)}
    bot_stage.put(a_row(patrons=long, payments={key: _old_payment("99999.99") for key in long}))
    for person in (bot_stage.olivia, bot_stage.dana):
        status(person, EID)
        shown = [row[0] for row in last(person).table[1:]]
        while any(e.get("action_id") == "payment_status.next" for e in last(person).blocks[-2].get("elements", [])):
            person.click(last(person), action_id="payment_status.next")
            assert not person.troubles
            shown += [row[0] for row in last(person).table[1:]]
        assert [next(word for word in name.split() if word.isdigit()) for name in shown] == [
            f"{number:03}" for number in range(130)
        ]
        assert "Page 5 of 5 · 130 in all" in last(person).text
        person.click(last(person), action_id="payment_status.back")
        assert "Page 4 of 5" in last(person).text


def test_a_patrons_balance_is_explained_entry_by_entry(bot_stage: BotStage) -> None:
    bot_stage.put(a_row(patrons={"dave": _line(party=Decimal(2), due=Decimal("250.00"))}))
    logged(bot_stage.dana, f"{EID} dave 100 cash first half")
    bot_stage.clock.moment += timedelta(hours=1)
    logged(bot_stage.marco, f"{EID} dave 160 venmo")
    answer = status(bot_stage.olivia, "dave")
    assert "owes" not in answer.text
    assert "🔵 overpaid $10.00 · due $250.00 for a party of 2 · paid $260.00 · waiver not signed" in answer.text
    assert answer.table == [
        ["When", "Entry", "Amount", "Balance"],
        ["–", "Usual price, $125.00 × 2", "–", "$250.00"],
        ["Sat May 23, 1:30 PM", "payment, cash", "+$100.00", "$150.00"],
        ["Sat May 23, 2:30 PM", "payment, venmo", "+$160.00", "-$10.00"],
    ]
    assert "Sat May 23, 1:30 PM: logged by @Dana Reyes in Slack · “first half”" in answer.text


def test_who_logged_on_the_web_is_named_where_their_token_came_from_slack(bot_stage: BotStage) -> None:
    authors = {
        "web:U0OLIVIA": "logged by @Olivia Park",
        "web:office <!here>": "logged by office <!here>",
        "": "somebody",
    }
    for by, said in authors.items():
        bot_stage.put(a_row(payments={"dave": _old_payment("60.00") | {"logged_by": by}}))
        assert said in status(bot_stage.olivia, f"{EID} dave").text


def test_a_long_ledger_turns_its_pages_and_fits_with_any_notes(bot_stage: BotStage) -> None:
    entries = {
        f"p{number:02}": {
            "kind": "payment",
            "amount": Decimal("1.00"),
            "method": "&" * 60,
            "logged_by": "slack:U0DANA",
            "timestamp": f"2026-05-20T10:{number:02}:00Z",
            "source": "slack",
            "notes": "<&>" * 166,
        }
        for number in range(45)
    }
    bot_stage.put(a_row(payments={"dave": _old_payment("45.00") | {"entries": entries}}))
    answer = status(bot_stage.olivia, f"{EID} dave")
    balances = [row[3] for row in answer.table[2:]]
    for _ in range(2):
        bot_stage.olivia.click(last(bot_stage.olivia), action_id="payment_status.next")
        assert not bot_stage.olivia.troubles, bot_stage.olivia.trouble_log
        balances += [row[3] for row in last(bot_stage.olivia).table[1:]]
    assert balances == [f"${124 - number}.00" for number in range(45)]
    assert "Page 3 of 3 · 45 in all" in last(bot_stage.olivia).text


def test_records_from_before_the_ledger_count_as_one_entry(bot_stage: BotStage) -> None:
    bot_stage.put(a_row(payments={"dave": _old_payment("60.00")}))
    assert ["🟠 Dave Kowalski", "payment, waiver", "$65.00", "$125.00", "$60.00", "cash"] in status(
        bot_stage.olivia, EID
    ).table
    assert ["Wed May 20, 3:00 AM", "payment, cash", "+$60.00", "$65.00"] in status(
        bot_stage.olivia, f"{EID} dave"
    ).table


def test_a_row_without_payments_waivers_or_price_is_read(bot_stage: BotStage) -> None:
    bot_stage.put(a_row(without=["payments", "price", "currency", "channel"]))
    assert ["🔴 Dave Kowalski", "payment, waiver", "$125.00", "$125.00", "$0.00", "–"] in status(
        bot_stage.olivia, EID
    ).table
    assert "Nothing is logged yet." in status(bot_stage.olivia, f"{EID} dave").text


def test_who_signed_is_known_by_the_match_and_counted_by_people(bot_stage: BotStage) -> None:
    bot_stage.put(a_signature_row(), a_signature_row("s2", name="ANA  lima", patron_id="ana"))
    assert [row[3] for row in status(bot_stage.dana, EID).table[1:]] == ["1 of 2 signed", "signed"]
    logged(bot_stage.dana, f"{EID} dave 125 cash")
    assert ["Dave Kowalski", "🟢 clear", "paid", "signed"] in status(bot_stage.dana, EID).table
    assert "🟢 Clear to board." in status(bot_stage.dana, f"{EID} dave").text


def test_the_partys_link_is_offered_only_while_the_waiver_can_still_be_signed(bot_stage: BotStage) -> None:
    offered = []
    for row in (a_row(), a_row(status="cancelled"), a_row(starts_at="2026-05-20T13:00:00-07:00")):
        bot_stage.put(row)
        bot_stage.olivia.command("/payment-status", f"{EID} dave")
        offered.append("Waiver link for this party" in last(bot_stage.olivia).text)
    assert offered == [True, False, False]


def test_a_name_alone_finds_the_patron_on_any_near_event(bare_bot_stage: BotStage) -> None:
    bare_bot_stage.plant_season()
    assert "Leo Fontana" in status(bare_bot_stage.olivia, "leo fontana").text
    both = status(bare_bot_stage.olivia, "dave")
    assert "Dave Kowalski" in both.text
    assert "Kowalski · Captain Cory" not in both.text, "today's Dave is meant"
    assert "Zoë Ångström" in status(bare_bot_stage.olivia, "zoe").text


def test_a_name_that_several_bear_is_a_question_with_buttons(bot_stage: BotStage) -> None:
    two = {key: _line(name=f"Dave {key}") for key in ("Mercer", "Kowalski")}
    bot_stage.put(a_row(patrons=two))
    answer = status(bot_stage.dana, "dave")
    assert "Several patrons match. Whom do you mean?" in answer.text
    bot_stage.dana.click(answer, action_id="payment_status.1")
    assert "Dave Mercer" in last(bot_stage.dana).text
    many = {f"d{number}": _line(name=f"Dave {number}") for number in range(15)}
    bot_stage.put(a_row(patrons=many))
    assert "And 5 more. Write more of the name." in status(bot_stage.dana, f"{EID} dave").text


def test_event_and_patron_in_either_order(bot_stage: BotStage) -> None:
    for text in ("cory dave", "dave cory", f"{EID} dave", f"dave {EID}", "ana", "lima, ana"):
        answer = status(bot_stage.dana, text)
        assert "Not clear to board" in answer.text, text


def test_words_that_nobody_bears_are_said_so(bot_stage: BotStage) -> None:
    assert "Nobody on this roster is called “zed & <!here>”." in status(bot_stage.dana, f"{EID} zed & <!here>").text
    assert "Nothing near today is called “zed & <!here>”." in status(bot_stage.dana, "zed & <!here>").text
    assert "There is no event “2026-05-23-no-such”." in status(bot_stage.dana, "2026-05-23-no-such").text


def test_cancelled_and_ill_named_events_say_so(bot_stage: BotStage) -> None:
    bot_stage.put(a_row(status="cancelled"), a_row("2026-05-20", title="Hensley"))
    assert ":no_entry: cancelled" in status(bot_stage.dana, EID).text
    assert ":warning: id is a bare date: it needs a name after the date" in status(bot_stage.dana, "2026-05-20").text


def test_who_paid_without_being_on_the_roster_is_listed(bot_stage: BotStage) -> None:
    bot_stage.put(a_row(payments={"ghost": _old_payment("125.00")}))
    assert ["🟢 ghost", "waiver", "$0.00", "$125.00", "$125.00", "cash"] in status(bot_stage.olivia, EID).table
