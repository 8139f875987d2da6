"""Names as people type them, in the type-aheads and in the office's forms."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from tests.bot.conftest import opened
from tests.bot.test_patrons import adding, editing, lines
from tests.builders import EID, a_row

if TYPE_CHECKING:
    from tests.bot.conftest import BotStage

CREW = {
    "dave": "Dave Kowalski",
    "pat": "Pat O’Hara",
    "lukasz": "Łukasz Żółć",
    "anne": "Anne–Marie Lowe",
    "soren": "Søren Ærøe",
}


def _line(name: str, *, party: int = 1) -> dict[str, Any]:
    return {"name": name, "party": Decimal(party), "due": Decimal("125.00")}


def _roster(bot_stage: BotStage, **people: str) -> None:
    bot_stage.put(a_row(patrons={key: _line(name) for key, name in people.items()}))


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("kowalski, d", "Dave Kowalski"),
        ("KOWALSKI,DAVE", "Dave Kowalski"),
        ("o'h", "Pat O’Hara"),
        ("o’hara", "Pat O’Hara"),
        ("oʼhara, pat", "Pat O’Hara"),
        ("ohara", "Pat O’Hara"),
        ("lukasz", "Łukasz Żółć"),
        ("ŁUKASZ zolc", "Łukasz Żółć"),
        ("anne-marie", "Anne–Marie Lowe"),
        ("Anne—M", "Anne–Marie Lowe"),
        ("soren aeroe", "Søren Ærøe"),
        ("\u200edave\u200b", "Dave Kowalski"),
        ("Ｄａｖｅ", "Dave Kowalski"),
    ],
)
def test_a_patron_is_found_however_the_name_is_typed(bot_stage: BotStage, typed: str, found: str) -> None:
    _roster(bot_stage, **CREW)
    assert opened(bot_stage.dana).options("patron", typed)[:-1] == [f"{found} · owes $125.00"]


def test_those_whom_the_command_hinted_at_come_first_however_they_are_spelled(bot_stage: BotStage) -> None:
    _roster(bot_stage, a="Aaron Lee", b="Pat O’Brien", c="Sean O'Brien", d="Zoe Reyes")
    for typed in ("obrien", "OBRIEN", "óbrien"):
        offered = opened(bot_stage.dana, f"{EID} {typed}").options("patron")
        assert [each.split(" · ")[0] for each in offered[:2]] == ["Pat O’Brien", "Sean O'Brien"]


@pytest.mark.parametrize("typed", ["angel, half", "ANGEL—ISLAND", "half‑day", "‘angel’", "2026-05-2", "ángel"])
def test_an_event_is_found_however_its_title_is_typed(bot_stage: BotStage, typed: str) -> None:
    bot_stage.put(a_row("2026-05-24-angel-half-day", title="Angel Island, Half-Day"))
    found = [each for each in opened(bot_stage.dana).options("event", typed) if each.startswith("Angel Island")]
    assert found == ["Angel Island, Half-Day · Sun May 24, 1:00 PM"]


def test_an_event_of_another_month_is_not_found_by_a_days_first_digit(bot_stage: BotStage) -> None:
    bot_stage.put(a_row("2026-06-25-golden-gate", title="Golden Gate"))
    assert opened(bot_stage.dana).options("event", "2026-06-2") == ["Golden Gate · Thu Jun 25, 1:00 PM"]
    assert opened(bot_stage.dana).options("event", "2026-05-25") == ["No event fits “2026-05-25”."]


def test_choices_that_look_alike_say_which_is_which(bot_stage: BotStage) -> None:
    bot_stage.put(
        a_row(patrons={"jose": _line("José García"), "jose-2": _line("Jose Garcia", party=4), "ana": _line("Ana")})
    )
    offered = opened(bot_stage.dana).suggest("patron", "")
    below = {each["value"]: each.get("description", {}).get("text") for each in offered}
    assert below["jose"] == "Several have this name: id jose"
    assert below["jose-2"] == "Several have this name: party of 4, id jose-2"
    assert below["ana"] is None


@pytest.mark.parametrize(
    ("there", "typed"),
    [("José García", "Jose Garcia"), ("Pat O’Hara", "pat o'hara"), ("Łukasz Nowak", "Nowak, Lukasz")],
)
def test_adding_somebody_who_looks_like_another_names_the_other(bot_stage: BotStage, there: str, typed: str) -> None:
    _roster(bot_stage, one=there, ana="Ana Lima")
    form = adding(bot_stage.olivia).fill("name", typed)
    form.submit()
    assert "2 patrons of this name are on the roster now." in form.text
    assert f"Another patron looks like this one: {there}, owes $125.00, id one." in form.text.replace("`", "")
    assert len(lines(bot_stage)) == 3


def test_a_walk_up_who_looks_like_somebody_there_is_pointed_out_before_and_after(bot_stage: BotStage) -> None:
    form = opened(bot_stage.dana)
    offered = form.suggest("patron", "KOWALSKI, dave")
    assert [each["value"] for each in offered] == ["dave", "new:KOWALSKI, dave"]
    assert offered[-1]["description"]["text"] == "Somebody of this name is on the roster already"
    assert form.suggest("patron", "Zed")[-1]["description"]["text"] == "Nobody on this roster is called that"
    form.choose("patron", "KOWALSKI, dave", pick="New patron").choose("method", "Cash").submit()
    assert "Another patron looks like this one: Dave Kowalski, owes $125.00, id dave." in form.text.replace("`", "")


def test_nobody_is_pointed_out_where_the_names_look_different(bot_stage: BotStage) -> None:
    form = adding(bot_stage.olivia).fill("name", "Dave Kowalsky")
    form.submit()
    assert "looks like" not in form.text


def test_a_new_spelling_that_looks_like_another_patron_names_the_other(bot_stage: BotStage) -> None:
    form = editing(bot_stage.olivia).fill("name", "Lima, Ana")
    form.submit()
    assert "Another patron looks like this one: Ana Lima" in form.text
    form = editing(bot_stage.olivia).fill("phone", "+1 415 555 0114")
    form.submit()
    assert "looks like" not in form.text


@pytest.mark.parametrize(
    "typed", ["\u3164", "\u2800", "\u115f", "\uffa0", "\u200d\u200b", "\u0301", "\u00a0\u2800 \u3164"]
)
def test_a_name_that_looks_blank_is_refused_on_its_field(bot_stage: BotStage, typed: str) -> None:
    before = bot_stage.row()
    form = adding(bot_stage.olivia).fill("name", typed)
    form.submit()
    assert form.errors == {"name": "Write the patron's name, 80 letters at most."}
    form = editing(bot_stage.olivia).fill("name", typed)
    form.submit()
    assert form.errors == {"name": "Write the patron's name, 80 letters at most."}
    assert bot_stage.row() == before
