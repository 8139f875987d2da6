"""`/payment-status lint`: ids that break the rule, the reason, and a proposal; for the office, in bounded reads."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

import pytest

from charter.event_ids import lint
from tests.bot.conftest import last, plainly
from tests.bot.test_troubles import SLOW
from tests.builders import EID, a_crew_row, a_row

if TYPE_CHECKING:
    from devkit.slack import Message, Person
    from tests.bot.conftest import BotStage

SORRY = "Only the office can check the events' ids. Ask @Olivia Park."


def linted(person: Person, word: str = "lint") -> Message:
    """Return the text of the answer."""
    person.command("/payment-status", word)
    assert not person.troubles, person.trouble_log
    assert last(person).ephemeral
    return last(person)


def listed(message: Message) -> dict[str, tuple[str, str]]:
    """Return the reason for each id that breaks the rule, and the id that is proposed instead."""
    raw = "\n".join(block["text"]["text"] for block in message.blocks if block["type"] == "section")
    found = re.findall(r":warning: `(.*?)` (.*)\n:point_right: `(.*?)`", raw)
    return {html.unescape(eid): (why, proposal) for eid, why, proposal in found}


def test_each_id_that_breaks_the_rule_is_listed_with_its_reason_and_a_better_one(bot_stage: BotStage) -> None:
    bot_stage.put(
        a_row("2026-05-20", title="Hensley charter"),
        a_row("2026-06-01-Whale_watch", title="Whale watch & <!channel>"),
        a_row("2027-05-02--sunset", title="Golden Gate sunset", starts_at="2027-05-02T18:30:00-07:00"),
        a_row("hensley", starts_at="2026-06-03T09:00:00-07:00", month="2026-06", title="Hensley"),
        a_row("2026-06-04", title="", starts_at="2026-06-05T02:00:00+00:00"),
    )
    answer = linted(bot_stage.olivia, " LINT ")
    assert listed(answer) == {
        "2026-05-20": ("is a bare date: it needs a name after the date", "2026-05-20-hensley-charter-afternoon"),
        "2026-06-01-Whale_watch": (
            "has capital letters; has spaces or underscores where dashes belong",
            "2026-06-01-whale-watch-channel-afternoon",
        ),
        "2027-05-02--sunset": ("has a dash too many", "2027-05-02-golden-gate-sunset"),
        "hensley": ("does not start with a date", "2026-06-03-hensley-morning"),
        "2026-06-04": ("is a bare date: it needs a name after the date", "2026-06-04-trip-evening"),
    }
    assert all(lint(proposal) == [] for _, proposal in listed(answer).values())
    assert EID not in answer.text, "that one keeps the rule"
    assert "python -m roster events fix for all, or python -m roster events rename OLD NEW for one." in answer.text
    assert bot_stage.slack.pings == []


def test_the_crew_list_knows_the_captain_and_no_two_get_the_same_id(bot_stage: BotStage) -> None:
    bot_stage.put(
        a_row("2026-05-20", title="Charter"),
        a_crew_row("2026-05-20", name="Cory Hale"),
        a_row("2026-05-20-X", title="Charter"),
        a_crew_row("2026-05-20-X", name="Cory Hale"),
        a_row("2026-05-23", title="Charter"),
        a_crew_row("2026-05-23", name="Cory Hale"),
    )
    assert {eid: proposal for eid, (_, proposal) in listed(linted(bot_stage.olivia)).items()} == {
        "2026-05-20": "2026-05-20-captain-cory-afternoon",
        "2026-05-20-X": "2026-05-20-captain-cory-hale-afternoon",
        "2026-05-23": "2026-05-23-captain-cory-hale-afternoon",
    }


def test_a_renamed_event_is_not_listed_again(bot_stage: BotStage) -> None:
    bot_stage.put(a_row(renamed_from=["2026-05-23"]), {"eid": "2026-05-23", "crew_id": "#event", "moved_to": EID})
    assert "Every event's id keeps the rule." in linted(bot_stage.olivia).text


def test_a_hundred_wild_ids_fit_into_pages_that_turn_in_place(bare_bot_stage: BotStage) -> None:
    wild = [f"2026-06-{1 + number % 30:02}-{'`<&>Ü🌅_ ' * 12}{number:03}" for number in range(100)]
    bare_bot_stage.put(*(a_row(eid, title="<&>`*_🌅" * 40) for eid in wild))
    answer = linted(bare_bot_stage.olivia)
    assert "100 event ids break the rule" in answer.text
    shown = list(listed(answer))
    for page in range(2, 14):
        bare_bot_stage.olivia.click(last(bare_bot_stage.olivia), action_id="lint_page.next")
        assert not bare_bot_stage.olivia.troubles, bare_bot_stage.olivia.trouble_log
        assert last(bare_bot_stage.olivia).ts == answer.ts
        assert f"Page {page} of 13" in last(bare_bot_stage.olivia).text
        shown += listed(last(bare_bot_stage.olivia))
    assert len(shown) == 100
    bare_bot_stage.olivia.click(last(bare_bot_stage.olivia), action_id="lint_page.back")
    assert "Page 12 of 13" in last(bare_bot_stage.olivia).text


def test_what_an_earlier_page_proposes_is_not_proposed_again(bare_bot_stage: BotStage) -> None:
    bare_bot_stage.put(
        *(a_row(f"2026-06-{day:02}") for day in range(1, 8)),
        *(a_row(f"2026-06-08{tail}", title="Charter") for tail in ("", "-X")),
        *(a_crew_row(f"2026-06-08{tail}", name="Cory Hale") for tail in ("", "-X")),
    )
    first = listed(linted(bare_bot_stage.olivia))
    with bare_bot_stage.counting() as cost:
        bare_bot_stage.olivia.click(last(bare_bot_stage.olivia), action_id="lint_page.next")
    (_, second), (_, eighth) = *listed(last(bare_bot_stage.olivia)).values(), list(first.values())[-1]
    assert {eighth, second} == {"2026-06-08-captain-cory-afternoon", "2026-06-08-captain-cory-hale-afternoon"}
    assert cost.table == {"Query": 14 + 2}


def test_crew_and_guests_get_one_polite_sentence(bot_stage: BotStage) -> None:
    with bot_stage.counting() as cost:
        assert linted(bot_stage.dana).text == SORRY
        assert linted(bot_stage.gus).text.startswith("This is for the crew")
    assert cost.table == {}


def test_it_reads_the_months_and_a_captain_for_each_event_on_the_page(bare_bot_stage: BotStage) -> None:
    bare_bot_stage.put(*(a_row(f"2026-06-{day:02}") for day in range(1, 21)))
    for page, captains in ((1, 8), (2, 8), (3, 4)):
        with bare_bot_stage.counting() as cost:
            if page == 1:
                linted(bare_bot_stage.olivia)
            else:
                bare_bot_stage.olivia.click(last(bare_bot_stage.olivia), action_id="lint_page.next")
        assert (cost.table, cost.slack) == ({"Query": 14 + captains}, [])


def test_a_table_that_is_down_is_reported(bot_stage: BotStage) -> None:
    bot_stage.world.table_faults.fail_next("Query", throttle=True, times=2)
    assert plainly(linted(bot_stage.olivia).text) == SLOW


@pytest.mark.hasty
@pytest.mark.parametrize("fault", [{"delay": 0.9}, {"throttle": True}], ids=str)
def test_a_table_that_grows_slow_costs_the_captains_and_nothing_else(
    bare_bot_stage: BotStage, fault: dict[str, float]
) -> None:
    bare_bot_stage.put(
        *(a_row(f"2026-06-{day:02}", title="Charter") for day in (1, 2)), a_crew_row("2026-06-01", name="Mia")
    )
    services = bare_bot_stage.world.lambda_function.services
    months = services.calendar.season(bare_bot_stage.clock.now(services.settings.zone))
    bare_bot_stage.monkeypatch.setattr(type(services.calendar), "season", lambda *_: months)
    bare_bot_stage.world.table_faults.fail_next("Query", times=2, **fault)  # type: ignore[arg-type]  # one of the two
    assert [proposal for _, proposal in listed(linted(bare_bot_stage.olivia)).values()] == [
        "2026-06-01-charter-afternoon",
        "2026-06-02-charter-afternoon",
    ]
    assert max(each.seconds for each in bare_bot_stage.slack.deliveries) < 2.9
