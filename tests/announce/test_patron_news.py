"""Mails to patrons when their trip is moved, cancelled or takes place again."""

from __future__ import annotations

import itertools
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from adapters.event_edits import DynamoEventEdits
from charter.editing import EventChange, fingerprint_of
from charter.events import Status
from tests.announce.patrons import mailing_patrons
from tests.builders import EID, ZONE, a_row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.announce.patrons import Patrons
    from tests.announce.stage import AnnounceStage
    from tests.conftest import Engine

_forms = itertools.count()


@pytest.fixture
def patrons(announce_stage: AnnounceStage, dynamodb: Engine) -> Iterator[Patrons]:
    """The patrons of Captain Cory's trip, who get news of it, on the day before."""
    with mailing_patrons(announce_stage, dynamodb.endpoint, "changes") as patrons:
        announce_stage.clock.seconds = datetime(2026, 5, 22, 9, tzinfo=ZONE).timestamp()
        yield patrons


def edit(stage: AnnounceStage, **values: Any) -> None:
    """Edit the event as the office does, in one form."""
    edits = DynamoEventEdits(stage.client, stage.table, ledger=stage.ledger, zone=ZONE, currency="USD")
    seen = fingerprint_of(stage.ledger.event(EID))
    form = f"form-{next(_forms)}"
    change = EventChange(eid=EID, seen=seen, form=form, values=values, reason="gale warning, do not tell")
    assert edits.edit(change, by="slack:U0OLIVIA", now=stage.clock.now())


def at(day: int, hour: int) -> datetime:
    return datetime(2026, 5, day, hour, tzinfo=ZONE)


def news_to(patrons: Patrons, address: str) -> list[tuple[str, list[str]]]:
    """Return the subject of each mail to an address, and its labelled lines."""
    return [
        (
            mail["Subject"].partition(":")[0],
            [line for line in mail["BodyText"].splitlines() if line.startswith(("Trip:", "Before:", "Balance:"))],
        )
        for mail in patrons.to(address)
    ]


def test_a_trip_that_is_moved_cancelled_and_brought_back_is_mailed_to_those_who_come(
    patrons: Patrons, announce_stage: AnnounceStage
) -> None:
    announce_stage.log(amount="100.00")
    edit(announce_stage, starts_at=at(24, 15), boat="Osprey")
    records = announce_stage.records()
    for _ in range(3):
        announce_stage.deliver(records)
    announce_stage.later(60)
    edit(announce_stage, status=Status.CANCELLED)
    announce_stage.deliver()
    announce_stage.later(60)
    edit(announce_stage, status=Status.SCHEDULED, starts_at=at(25, 13))
    announce_stage.deliver()
    assert news_to(patrons, patrons.dave) == [
        (
            "New time",
            [
                "Trip:     Captain Cory, afternoon, Sun May 24, 3:00 PM",
                "Before:   Sat May 23, 1:00 PM",
                "Balance:  $25.00 to pay",
            ],
        ),
        ("Cancelled", ["Trip:     Captain Cory, afternoon, Sun May 24, 3:00 PM", "Balance:  $100.00 paid"]),
        (
            "Takes place after all",
            [
                "Trip:     Captain Cory, afternoon, Mon May 25, 1:00 PM",
                "Before:   Sun May 24, 3:00 PM",
                "Balance:  $25.00 to pay",
            ],
        ),
    ]
    moved, cancelled, _again = (mail["BodyText"] for mail in patrons.to(patrons.dave))
    assert "/waiver?party=" in moved
    assert "/waiver?party=" not in cancelled
    assert "if you have not heard from us what happens with your payment" in cancelled
    assert "payment" not in patrons.to(patrons.ana)[1]["BodyText"], "Ana has paid nothing"
    assert len(news_to(patrons, patrons.ana)) == 3
    assert "gale" not in moved + cancelled
    assert patrons.mails[1:] == [], "the office made the change; it has a mail of the payment alone"


def test_only_the_last_of_what_was_changed_meanwhile_is_mailed(patrons: Patrons, announce_stage: AnnounceStage) -> None:
    edit(announce_stage, starts_at=at(24, 15))
    announce_stage.later(5)
    edit(announce_stage, starts_at=at(24, 16))
    announce_stage.later(5)
    edit(announce_stage, status=Status.CANCELLED)
    announce_stage.later(5)
    edit(announce_stage, starts_at=at(24, 17))
    announce_stage.deliver()
    assert [subject for subject, _ in news_to(patrons, patrons.dave)] == ["Cancelled"]
    announce_stage.later(5)
    edit(announce_stage, status=Status.SCHEDULED)
    announce_stage.later(5)
    edit(announce_stage, status=Status.CANCELLED)
    announce_stage.later(5)
    edit(announce_stage, status=Status.SCHEDULED)
    announce_stage.deliver()
    assert [subject for subject, _ in news_to(patrons, patrons.dave)] == ["Cancelled", "Takes place after all"]


def test_of_other_edits_and_of_trips_that_are_over_nobody_is_mailed(
    patrons: Patrons, announce_stage: AnnounceStage
) -> None:
    edit(announce_stage, title="Captain Cory, late", boat="Osprey", capacity=12)
    patrons.end_mails(patrons.ana)
    announce_stage.put(a_row(patrons=patrons.roster(state="removed")))
    edit(announce_stage, starts_at=at(24, 15))
    announce_stage.deliver()
    announce_stage.clock.seconds = at(25, 15).timestamp()
    announce_stage.put(a_row(patrons=patrons.roster(), starts_at="2026-05-24T15:00:00-07:00"))
    edit(announce_stage, status=Status.CANCELLED)
    announce_stage.deliver()
    assert (patrons.to(patrons.dave), patrons.to(patrons.ana)) == ([], [])


@pytest.mark.parametrize("kinds", [None, "receipts,reminders"], ids=["by default", "with the others on"])
def test_news_of_trips_is_off_unless_it_is_named(
    patrons: Patrons, announce_stage: AnnounceStage, kinds: str | None
) -> None:
    announce_stage.restart(MAIL_PATRONS=kinds)
    edit(announce_stage, status=Status.CANCELLED)
    announce_stage.deliver()
    assert patrons.to(patrons.dave) == []
    announce_stage.restart(MAIL_PATRONS="changes")


def test_where_time_runs_out_the_rest_is_mailed_when_the_record_comes_again(
    patrons: Patrons, announce_stage: AnnounceStage
) -> None:
    edit(announce_stage, status=Status.CANCELLED)
    records = announce_stage.records()
    send, mailer = announce_stage.function.mailer.send, announce_stage.function.mailer

    def slowly(mail: Any) -> None:
        send(mail)
        announce_stage.later(55)

    announce_stage.monkeypatch.setattr(mailer, "send", slowly)
    left = announce_stage.invoke(records)
    assert left
    assert len(patrons.to(patrons.dave)) + len(patrons.to(patrons.ana)) == 1
    announce_stage.deliver(left)
    assert (len(patrons.to(patrons.dave)), len(patrons.to(patrons.ana))) == (1, 1)
