"""The id in the form of a new event: it follows what is filled in, and nothing is written under one that nobody saw."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.bot.test_new_event import SUNSET, filled, new_form
from tests.builders import a_row

if TYPE_CHECKING:
    from devkit.slack import Modal
    from tests.bot.conftest import BotStage


def eid_in(form: Modal) -> str:
    """The id that the form shows."""
    return str(form.values["eid"])


def test_the_id_follows_date_captain_and_part_of_the_day(bot_stage: BotStage) -> None:
    form = new_form(bot_stage.olivia)
    seen = []
    for block_id, text in (
        ("day", "2026-06-06"),
        ("captain", "Mia"),
        ("captain", "Mia Ortega"),
        ("time", "18:30"),
        ("time", "09:00"),
        ("day", "2026-06-07"),
        ("captain", ""),
        ("title", "Señor's & <b>Whale</b> watch"),
    ):
        form.fill(block_id, text)
        seen.append((form.values["period"], form.values["eid"]))
    assert seen == [
        (None, None),
        (None, "2026-06-06-captain-mia"),
        (None, "2026-06-06-captain-mia"),
        ("evening", "2026-06-06-captain-mia-evening"),
        ("morning", "2026-06-06-captain-mia-morning"),
        ("morning", "2026-06-07-captain-mia-morning"),
        ("morning", None),
        ("morning", "2026-06-07-senors-b-whale-b-watch-morning"),
    ]
    assert bot_stage.slack.pings == []


def test_another_part_of_the_day_is_taken_over_and_stays(bot_stage: BotStage) -> None:
    form = filled(bot_stage.olivia).choose("period", "Sunset")
    assert eid_in(form) == "2026-06-06-captain-mia-sunset"
    form.fill("time", "08:00")
    assert (form.values["period"], eid_in(form)) == ("sunset", "2026-06-06-captain-mia-sunset")
    form.unchoose("period")
    assert eid_in(form) == "2026-06-06-captain-mia"
    form.choose("period", "Evening").fill("time", "07:00")
    assert form.values["period"] == "morning", "what was proposed before is followed again"


def test_an_id_that_somebody_wrote_is_left_alone_until_it_is_emptied(bot_stage: BotStage) -> None:
    form = filled(bot_stage.olivia).fill("eid", "2026-06-06-mias-birthday")
    form.fill("captain", "Cory").fill("time", "09:00")
    assert eid_in(form) == "2026-06-06-mias-birthday"
    form.fill("eid", "").fill("captain", "Mia").fill("time", "18:30")
    assert eid_in(form) == SUNSET, "also where it is the very id that was proposed before"


def test_another_events_id_is_not_proposed_where_the_list_is_remembered(bot_stage: BotStage) -> None:
    bot_stage.put(a_row(SUNSET))
    bot_stage.remember_events()
    assert eid_in(filled(bot_stage.olivia)) == "2026-06-06-captain-mia-ortega-evening"


IDS = {
    "2026-06-06": "is a bare date: it needs a name after the date",
    "2026-06-06-Captain-Mia": "has capital letters",
    "2026-06-06-captain mia": "has spaces or underscores where dashes belong",
    "2026-06-06-captain--mia": "has a dash too many",
    "2026-06-31-captain-mia": "starts with a date that is not in the calendar",
    "captain-mia": "does not start with a date",
    "2026-06-05-captain-mia": "is of another day than the event, which starts on 2026-06-06",
    "2026-06-06-<!channel>": "has characters other than the letters a to z, digits and dashes",
}


def test_an_id_that_breaks_the_rule_has_the_reason_on_its_field(bot_stage: BotStage) -> None:
    form = filled(bot_stage.olivia)
    said = {}
    for eid in IDS:
        form.fill("eid", eid).submit()
        said[eid] = form.errors
    assert said == {
        eid: {"eid": f"“{eid}” {reason}. An event id looks like 2026-05-23-captain-cory-afternoon."}
        for eid, reason in IDS.items()
    }
    form.fill("eid", "2026-06-06-Mia").fill("captain", "Mia O.")
    assert ":warning: The id has capital letters." in form.text, "and live, with the next change"
    assert bot_stage.row("2026-06-06-captain-mia") == {}


def test_a_day_that_is_over_is_said_and_allowed(bot_stage: BotStage) -> None:
    form = filled(bot_stage.olivia, day="2026-05-20")
    assert "That day is over." in form.text
    form.fill("day", "2026-05-23")
    assert "That day is over." not in form.text, "today is not"
    form.fill("day", "2026-05-20").submit()
    assert bot_stage.row("2026-05-20-captain-mia-evening")["month"] == "2026-05"


def test_what_was_typed_last_and_not_answered_yet_is_shown_before_it_is_written(bot_stage: BotStage) -> None:
    form = filled(bot_stage.olivia)
    bot_stage.slack.fail("views.update", error="internal_error", times=2)  # the correction, and the banner about it
    form.fill("captain", "Cory")
    form.submit()
    assert "The id was not up to date with the form, so nothing was created." in form.text
    assert eid_in(form) == "2026-06-06-captain-cory-evening"
    assert "UpdateItem" not in bot_stage.world.calls
    form.submit()
    assert bot_stage.row("2026-06-06-captain-cory-evening")["title"] == "Captain Cory, evening"


def test_a_later_letter_writes_over_the_answer_to_an_earlier_one(bot_stage: BotStage) -> None:
    form = filled(bot_stage.olivia)
    bot_stage.slack.fail("views.update", error="hash_conflict")
    form.fill("captain", "Cory")
    assert eid_in(form) == "2026-06-06-captain-cory-evening"
    bot_stage.slack.fail("views.update", error="hash_conflict")
    form.fill("time", "09:00")
    assert eid_in(form) == "2026-06-06-captain-cory-evening", "another choice's answer may be the newer one"
    assert not bot_stage.olivia.troubles
    form.submit()
    assert eid_in(form) == "2026-06-06-captain-cory-morning"
