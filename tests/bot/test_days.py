"""People name a trip by its day: today, tomorrow, Saturday, 2026-11-23."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from devkit.season import plant

if TYPE_CHECKING:
    from tests.conftest import World

TODAY = datetime.now(ZoneInfo("America/Los_Angeles")).date()
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def season(world: World) -> World:
    plant(world.client, world.table, TODAY)
    return world


def status(world: World, words: str) -> str:
    olivia = world.slack.as_("U0OLIVIA")
    olivia.command("/payment-status", words, channel="C0OFFICE")
    return olivia.sees("C0OFFICE")[-1].text


@pytest.mark.parametrize(
    "words", ["tomorrow", f"{TOMORROW:%A}", f"{TOMORROW:%a}", f"{TOMORROW}", f"sunset {TOMORROW:%A}"]
)
def test_an_event_is_named_by_its_day(season: World, words: str) -> None:
    assert f"{TOMORROW}-golden-gate-sunset" in status(season, words)


def test_a_date_without_an_event_says_so(season: World) -> None:
    assert "There is no event “2031-01-01”" in status(season, "2031-01-01")


def test_tom_is_a_patron_and_not_tomorrow(season: World) -> None:
    dana = season.slack.as_("U0DANA")
    dana.command("/log-payment", "tom 50", channel="C0CORY")
    assert dana.form.values["event"] == f"{TODAY}-captain-cory-afternoon"
    assert "You typed “tom”" in dana.form.text


def test_every_form_of_a_process_knows_the_roster_and_the_second_needs_no_list(season: World) -> None:
    dana = season.slack.as_("U0DANA")
    queries = []
    for _ in range(2):
        dana.command("/log-payment", "dave 120 cash", channel="C0CORY")
        assert dana.form.values["patron"] == "dave"
        dana.form.close()
        queries.append(season.calls["Query"])
    assert queries == [15, 16], "a query a month, from last month to a year ahead, once; and the roster each time"


def test_of_two_events_that_fit_the_waiver_is_asked_about(season: World) -> None:
    dana = season.slack.as_("U0DANA")
    dana.command("/waiver", "cory afternoon", channel="C0DOCK")
    question = dana.sees("C0DOCK")[-1]
    assert question.ephemeral
    assert "I am not sure which event “cory afternoon” means." in question.text
    dana.click(question, action_id=f"share_waiver.{TODAY}-captain-cory-afternoon")
    assert not dana.sees("C0DOCK")[-1].ephemeral


def test_a_waiver_is_shared_by_the_day_alone(season: World) -> None:
    dana = season.slack.as_("U0DANA")
    dana.command("/waiver", f"{TOMORROW}", channel="C0DOCK")
    assert f"{TOMORROW}-golden-gate-sunset" in dana.sees("C0DOCK")[-1].text
