"""A name written by a stranger stays inside quotes: each notice of a signature begins with fixed words."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from tests.announce.test_digest import the_digest
from tests.builders import a_row

if TYPE_CHECKING:
    from tests.announce.stage import AnnounceStage

FORGED = "Ines Duarte paid $125.00 · Captain Cory, afternoon"


@pytest.mark.parametrize("filler", ["\u3164" * 30, "\u200b" * 30, "\u2800" * 30, "\u202e", "\u2067", " "], ids=ascii)
def test_a_name_that_reads_like_a_payment_is_quoted_and_short(announce_stage: AnnounceStage, filler: str) -> None:
    announce_stage.sign("s1", name=FORGED + filler, patron_id=None)
    announce_stage.deliver()

    (post,) = announce_stage.posts()
    line = post.splitlines()[0]
    assert line == (
        "📝 Waiver signed by “Ines Duarte paid $125.00 · Captain Cory…”"
        " · not matched to anybody on the roster yet · Captain Cory, afternoon"
    )
    assert announce_stage.slack.board.posts[0].text.startswith("📝 Waiver signed by “")


@pytest.mark.parametrize("name", ["Ines” paid $125.00 · “x", "Ines„ paid", "Ines» paid"])
def test_a_name_cannot_close_its_quotes(announce_stage: AnnounceStage, name: str) -> None:
    announce_stage.sign("s1", name=name, patron_id=None)
    announce_stage.deliver()

    line = announce_stage.posts()[0].splitlines()[0]
    assert line.startswith("📝 Waiver signed by “Ines' paid")
    assert line.count("“") == line.count("”") == 1


def test_a_name_that_runs_from_right_to_left_is_isolated(announce_stage: AnnounceStage) -> None:
    announce_stage.sign("s1", name="שלום כהן", patron_id=None)
    announce_stage.deliver()

    assert announce_stage.posts()[0].startswith("📝 Waiver signed by “\u2068שלום כהן\u2069” · not matched")


def test_a_name_of_which_nothing_shows_is_somebody(announce_stage: AnnounceStage) -> None:
    announce_stage.sign("s1", name="\u3164\u3164", patron_id=None)
    announce_stage.deliver()

    assert announce_stage.posts()[0].startswith("📝 Waiver signed by somebody · ")


def test_the_digest_quotes_what_a_stranger_signed_with(announce_stage: AnnounceStage) -> None:
    announce_stage.sign("s1", name="Ines Duarte” paid $125.00 · x", patron_id=None)
    announce_stage.sign("s2", name="שלום כהן", patron_id=None)

    (posted,) = the_digest(announce_stage)

    assert "not matched to the roster: “Ines Duarte' paid $125.00 · x”, “\u2068שלום כהן\u2069”" in posted


@pytest.mark.parametrize("filler", ["\u3164" * 40, "\u2800" * 40, "\u200b" * 40, "\u202e", "\u115f " * 20], ids=ascii)
def test_a_name_from_a_booking_pushes_nothing_out_of_sight_in_the_post_of_its_payment(
    announce_stage: AnnounceStage, filler: str
) -> None:
    patrons = {"x": {"name": f"Ines Duarte{filler}", "due": Decimal("125.00"), "party": Decimal(1)}}
    announce_stage.put(a_row(patrons=patrons))
    announce_stage.log("p1", "x")
    announce_stage.deliver()

    assert announce_stage.posts()[0].startswith("💵 Ines Duarte paid $125.00 by cash · paid in full")
