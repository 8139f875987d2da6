"""Type-aheads: at most a hundred options, the number of further ones, and the reason for an empty list."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from devkit.slack import forms
from tests.bot.conftest import last, opened
from tests.bot.test_refusals import again, changed, submission_of
from tests.builders import EID, NOW, a_row, a_signature_row

if TYPE_CHECKING:
    from typing import Any

    from devkit.slack import Modal
    from tests.bot.conftest import BotStage

MANY = 150
ON_ITS_OWN = "That line only says why nothing fits. Type other letters, and pick from the list."


def _offered(bot_stage: BotStage, form: Modal, block_id: str, query: str = "") -> dict[str, Any]:
    """The answer to a type-ahead as Slack gets it."""
    element = forms.find(form.blocks, block_id)[1]
    return bot_stage.slack.suggest(bot_stage.dana.id, form.id, block_id, element["action_id"], query)


def _shape(offered: dict[str, Any]) -> list[tuple[str, int]]:
    """The groups of an answer: each label, and its number of options."""
    return [(group["label"]["text"], len(group["options"])) for group in offered["option_groups"]]


def test_of_a_hundred_and_fifty_patrons_the_rest_is_counted(bot_stage: BotStage) -> None:
    patrons = {f"p{number}": {"name": f"Pat {number:03}", "party": 1, "due": 10} for number in range(MANY)}
    bot_stage.put(a_row(patrons=patrons))
    form = opened(bot_stage.dana)
    offered = _offered(bot_stage, form, "patron", "pat")
    assert _shape(offered) == [("Type more letters: 51 more fit", 99), ("Not in the list", 1)]
    assert "option_groups" not in _offered(bot_stage, form, "patron", "05"), "as few as fit have no groups"
    form.choose("patron", "pat 149")
    assert form.values["patron"] == "p149"
    bot_stage.olivia.command("/payment-status", EID)
    menus = [each for block in last(bot_stage.olivia).blocks for each in block.get("elements", ()) if "options" in each]
    assert max(len(menu["options"]) for menu in menus) <= 100

    bot_stage.put(a_signature_row(without=["patron_id", "matched_at", "matched_by"], name="Stranger"))
    bot_stage.dana.command("/payment-status", EID)
    status = last(bot_stage.dana)
    block_id = next(block["block_id"] for block in status.blocks if block["block_id"].startswith("match:"))
    offered = bot_stage.slack.suggest("U0DANA", status.place, block_id, "match_signature", "")
    assert _shape(offered) == [("Type more letters: 50 more fit", 100)]


def test_of_a_hundred_and_fifty_events_the_rest_is_counted(bot_stage: BotStage) -> None:
    for number in range(MANY):
        day = NOW + timedelta(days=1 + number)
        bot_stage.put(a_row(f"{day:%Y-%m-%d}-trip-{number}", title=f"Trip {number}", starts_at=day.isoformat()))
    form = opened(bot_stage.dana)
    assert _shape(_offered(bot_stage, form, "event", "trip")) == [("Type more letters: 50 more fit", 100)]
    assert _shape(_offered(bot_stage, form, "event")) == [("Type more letters: 51 more fit", 100)]


def test_where_nothing_fits_the_only_option_says_why(bot_stage: BotStage) -> None:
    form = opened(bot_stage.dana)
    assert form.options("event", "sun <!channel>") == ["No event fits “sun <!channel>”."]
    assert _offered(bot_stage, form, "event", "sun")["options"][0]["description"]["text"] == (
        "Listed are events from two weeks ago to a year ahead, by title, day or id."
    )
    (new,) = form.suggest("patron", "cor")
    assert (new["text"]["text"], new["description"]["text"]) == (
        "New patron “cor”",
        "Nobody on this roster is called that",
    )
    bot_stage.put(a_row(patrons={}))
    assert form.suggest("patron", "")[0]["description"]["text"] == "Nobody is on this roster yet"


def test_without_an_event_the_roster_says_what_to_do_first(bare_bot_stage: BotStage) -> None:
    bare_bot_stage.dana.command("/log-payment")
    form = bare_bot_stage.dana.form
    assert form.options("event", "") == ["No events are coming."]
    assert form.options("patron", "da") == ["Pick the event first."]


def test_a_note_that_is_picked_is_refused_kindly_and_never_saved(bot_stage: BotStage) -> None:
    form = opened(bot_stage.dana, f"{EID} dave 80 cash")
    before = bot_stage.row()
    form.choose("event", "sun")
    assert ON_ITS_OWN in form.text
    assert form.values["amount"] == "80"
    form.submit()
    assert form.errors == {"event": ON_ITS_OWN}
    assert bot_stage.row() == before
    form.choose("event", "cory")
    assert ON_ITS_OWN not in form.text
    form.choose("patron", "dave").fill("amount", "80").submit()
    assert form.title == "Payment logged", form.errors

    sent = changed(submission_of(bot_stage), "patron", selected_option={"value": "note:"})
    assert again(bot_stage, sent)["errors"] == {"patron": ON_ITS_OWN}
    bot_stage.put(a_signature_row(without=["patron_id", "matched_at", "matched_by"], name="Stranger"))
    bot_stage.dana.command("/payment-status", EID)
    status = last(bot_stage.dana)
    block_id = next(block["block_id"] for block in status.blocks if block["block_id"].startswith("match:"))
    offered = bot_stage.slack.suggest("U0DANA", status.place, block_id, "match_signature", "zeppelin")["options"]
    bot_stage.slack.act("U0DANA", status.place, block_id, "match_signature", {"selected_option": offered[0]})
    assert last(bot_stage.dana).text == ON_ITS_OWN
