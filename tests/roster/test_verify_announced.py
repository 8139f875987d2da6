"""`verify` reports entries that were never announced, by the same rule as the sweep for late announcements."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from adapters.boarding_rows import frozen_row
from adapters.ledger import DynamoLedger
from adapters.posted import DynamoPosted
from charter.boarding import FrozenList
from charter.passengers import sha256_of
from charter.payments import Source
from devkit.aws import create_announcements_table
from devkit.season.planting import to_item
from tests.builders import EID, ZONE, a_draft, a_row, a_signature_row
from tests.roster.command import roster

if TYPE_CHECKING:
    from collections.abc import Iterator

    from click.testing import Result

    from tests.conftest import Engine

pytestmark = pytest.mark.dynamodb

DAYS_AGO = datetime.now(UTC) - timedelta(days=3)


class Office:
    """A table of events and one of announcements, and `verify` over both."""

    def __init__(self, engine: Engine, table: str, announcements: str) -> None:
        self.engine, self.table, self.announcements = engine, table, announcements
        self.ledger = DynamoLedger(engine.client, table, zone=ZONE, currency="USD")
        self.posted = DynamoPosted(engine.client, announcements, time_left=lambda: 30.0)
        engine.client.put_item(TableName=table, Item=to_item(a_row()))

    def log(self, payment_id: str, *, at: datetime = DAYS_AGO) -> None:
        """A payment at some time."""
        self.ledger.log(a_draft(payment_id, confirmed=True), by="slack:U0DANA", source=Source.SLACK, now=at)

    def sign(self) -> None:
        """A signature of three days ago."""
        row = a_signature_row("s1", signed_at=DAYS_AGO.isoformat())
        self.engine.client.put_item(TableName=self.table, Item=to_item(row))

    def announced(self, key: str) -> None:
        """A record of an announcement, as the announce function leaves it."""
        until = datetime.now(UTC) + timedelta(days=9)
        _, record = self.posted.claim(key, now=DAYS_AGO, until=until)
        self.posted.done(key, type(record)(claimed_at=record.claimed_at, done=True), until=until)

    def verify(self, *words: str) -> Result:
        """The command with the announcements table."""
        return roster(self.engine.endpoint, self.table, "verify", "--announcements", self.announcements, *words)

    def findings(self, *words: str) -> list[tuple[str, str]]:
        """Return the places and the kinds of what is broken."""
        rows: list[dict[str, Any]] = json.loads(self.verify("--format", "json", *words).stdout)
        return [(row["where"], row["what"]) for row in rows if row["level"] == "broken"]


@pytest.fixture
def office(dynamodb: Engine, events_table: str) -> Iterator[Office]:
    """Captain Cory's trip."""
    name = f"announcements-verified-{os.getpid()}"
    create_announcements_table(dynamodb.client, name, forgets=False)
    yield Office(dynamodb, events_table, name)
    dynamodb.client.delete_table(TableName=name)


def test_an_entry_and_a_signature_that_were_never_posted_are_broken_promises(office: Office) -> None:
    office.log("p1")
    office.sign()

    result = office.verify()

    assert result.exit_code == 1
    never = f"{DAYS_AGO:%Y-%m-%d %H:%M} UTC was never posted in Slack. `python -m infra announce` announces it late."
    assert sorted(office.findings()) == [
        ("payments.dave.entries.p1", f"the payment of {never}"),
        ("signatures", f"the signature of {never}"),
    ]
    assert "s1" not in result.stdout


def test_a_cast_off_that_was_never_posted_is_a_broken_promise_and_nobody_is_mailed_of_it(office: Office) -> None:
    text = '{"souls":23}'
    frozen = FrozenList("01KSAKE6B0KR2BFSBRXQT5P5P5", DAYS_AGO, "slack:U0DANA", 23, sha256_of(text), text)
    row = to_item(frozen_row(EID, frozen))
    office.engine.client.put_item(TableName=office.table, Item=row)

    never = f"{DAYS_AGO:%Y-%m-%d %H:%M} UTC was never posted in Slack. `python -m infra announce` announces it late."
    assert office.findings("--mail") == [("#boarding", f"the cast-off of {never}")]
    office.announced(f"castoff:{EID}:{frozen.list_id}")
    assert office.findings("--mail") == []


def test_what_was_announced_or_may_still_be_and_what_is_no_news_is_in_order(office: Office) -> None:
    office.log("p0", at=datetime.now(UTC) - timedelta(days=40))
    office.log("p1")
    office.announced(f"entry:{EID}:p1")
    office.log("p2", at=datetime.now(UTC) - timedelta(hours=3))

    assert office.findings() == []
    assert office.verify().exit_code == 0


def test_a_claim_that_was_never_finished_is_no_announcement(office: Office) -> None:
    office.log("p1")
    office.posted.claim(f"entry:{EID}:p1", now=DAYS_AGO, until=datetime.now(UTC) + timedelta(days=9))

    assert len(office.findings()) == 1


def test_missing_mails_are_reported_where_mails_are_sent(office: Office) -> None:
    office.log("p1")
    office.announced(f"entry:{EID}:p1")
    assert office.findings() == [], "no sweep ever looked for mails"
    assert [what.split(". ")[0].split("UTC ")[1] for _, what in office.findings("--mail")] == ["was never mailed"]

    office.announced("sweep:position:mail")

    assert len(office.findings()) == 1
    assert office.findings("--no-mail") == []
    office.announced(f"mail:entry:{EID}:p1")
    assert office.findings() == []


def test_an_announcements_table_that_is_not_there_is_named(office: Office) -> None:
    result = roster(office.engine.endpoint, office.table, "verify", "--announcements", "nowhere")

    assert result.exit_code == 1
    assert "There is no announcements table “nowhere” there." in result.stderr


def test_without_the_table_it_says_that_announcements_were_not_checked(office: Office) -> None:
    office.log("p1")

    result = roster(office.engine.endpoint, office.table, "verify")

    assert result.exit_code == 0
    assert "Announcements were not checked" in result.stderr
