"""An event without a known hour: posts, the digest and the mails show only its day."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import pytest

from charter.starts import day_only
from tests.announce.patrons import mailing_patrons
from tests.announce.test_digest import the_digest
from tests.announce.test_patron_news import at, edit, news_to
from tests.builders import EID, ZONE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.announce.patrons import Patrons
    from tests.announce.stage import AnnounceStage
    from tests.conftest import Engine

_HOUR = re.compile(r"\d{1,2}:\d{2} [AP]M")


@pytest.fixture
def patrons(announce_stage: AnnounceStage, dynamodb: Engine) -> Iterator[Patrons]:
    """The patrons of a trip of which only the day is known, who get receipts and news."""
    row = announce_stage.row()
    with mailing_patrons(announce_stage, dynamodb.endpoint, "receipts,changes") as patrons:
        announce_stage.put({**announce_stage.row(), "starts_at": "2026-05-23"})
        assert row["starts_at"] != announce_stage.row()["starts_at"]
        yield patrons


def test_a_receipt_has_no_hour(patrons: Patrons, announce_stage: AnnounceStage) -> None:
    announce_stage.log(amount="100.00")
    announce_stage.deliver()
    (mail,) = patrons.to(patrons.dave)
    assert "Captain Cory, afternoon, Sat May 23\n" in mail["BodyText"]
    assert not _HOUR.search(mail["BodyText"].partition("Trip:")[2].partition("\n")[0])


def test_a_new_day_and_then_the_hour_are_news(patrons: Patrons, announce_stage: AnnounceStage) -> None:
    announce_stage.clock.seconds -= 24 * 3600
    edit(announce_stage, starts_at=day_only(date(2026, 5, 24), EID, ZONE))
    announce_stage.deliver()
    announce_stage.later(60)
    edit(announce_stage, starts_at=at(24, 13))
    announce_stage.deliver()
    news = [line for _, lines in news_to(patrons, patrons.dave) for line in lines if not line.startswith("Balance")]
    assert news == [
        "Trip:     Captain Cory, afternoon, Sun May 24",
        "Before:   Sat May 23",
        "Trip:     Captain Cory, afternoon, Sun May 24, 1:00 PM",
        "Before:   Sun May 24",
    ]


def test_slack_reads_days_too(announce_stage: AnnounceStage) -> None:
    announce_stage.put({**announce_stage.row(), "starts_at": "2026-05-23"})
    (posted,) = the_digest(announce_stage)
    assert "🟠 Captain Cory, afternoon · 0 of 3 clear to board" in posted.splitlines()
    for starts in (day_only(date(2026, 5, 24), EID, ZONE), at(24, 13)):
        edit(announce_stage, starts_at=starts)
        announce_stage.deliver()
        announce_stage.later(60)
    posts = " ".join(announce_stage.posts())
    assert "Moved to Sun May 24 (was Sat May 23)" in posts
    assert "Moved to Sun May 24, 1:00 PM (was Sun May 24)" in posts
