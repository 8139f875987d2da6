"""Trips of several months, for tests that find the one that a command means."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.builders import a_row

if TYPE_CHECKING:
    from devkit.slack import Modal
    from tests.bot.conftest import BotStage

BO = "2026-05-24-captain-bo-morning"
SUNSET = "2026-05-24-golden-gate-sunset"
ISLAND = "2026-06-28-angel-island"
HALF = "2026-08-01-half-day-fishing"
YEAR = "2027-05-02-opening-day"
WHALE = "2026-05-12-whale-watch-morning"


def a_line(name: str, due: int = 75) -> dict[str, Any]:
    """A line of the roster."""
    return {"name": name, "party": Decimal(1), "due": Decimal(due)}


def a_trip(eid: str, title: str, hour: str, channel: str = "", **patrons: str) -> dict[str, Any]:
    """An event's row, with these patrons on its roster."""
    roster = {key: a_line(name) for key, name in patrons.items()}
    offset = "-07:00"
    row = a_row(
        eid, title=title, starts_at=f"{eid[:10]}T{hour}:00{offset}", patrons=roster, channel=channel or "C0OFFICE"
    )
    return {name: value for name, value in row.items() if channel or name != "channel"}


def plant_trips(bot_stage: BotStage) -> None:
    """Write trips from last week to next year, beside this afternoon's with Dave Kowalski and Ana Lima."""
    bot_stage.put(
        a_trip(BO, "Captain Bo, morning", "09:00", bo="Bo Li"),
        a_trip(SUNSET, "Golden Gate sunset", "18:00", "C0SUNSET", owen="Owen McAllister"),
        a_trip(ISLAND, "Angel Island", "10:30", dave2="Dave Mercer"),
        a_trip(HALF, "Half-day fishing", "07:00", pat="Pat O'Hara"),
        a_trip(YEAR, "Opening day", "11:00", ines="Ines Duarte"),
        a_trip(WHALE, "Whale watch, morning", "08:30", walter="Walter Osei"),
    )


def the_button(form: Modal, label: str, about: str) -> tuple[str, dict[str, Any]]:
    """The block id and the button of that label beside a text."""
    return next(
        (block["block_id"], block["accessory"])
        for block in form.view["blocks"]
        if block.get("accessory", {}).get("text", {}).get("text") == label and about in block["text"]["text"]
    )
