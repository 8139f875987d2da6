"""An event is moved, cancelled and brought back while people have its page open: page, pass and signing follow."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from adapters.event_edits import DynamoEventEdits
from adapters.ledger import DynamoLedger
from adapters.renames import DynamoRenames
from charter.editing import EventChange, fingerprint_of
from charter.events import Status
from devkit.aws import dynamodb_client
from tests.builders import DANA, EID, NOW, ZONE
from tests.web.reading import plain, signed_id
from tests.web.stage import an_id
from tests.web.test_waiver_pass import look, words

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Engine
    from tests.web.stage import WebStage

NEW = "2026-05-24-captain-cory-afternoon"


@pytest.fixture
def edit(dynamodb: Engine, events_table: str) -> Callable[..., None]:
    """Edit Captain Cory's event, as the office does in Slack, and rename it where its day changes."""
    client = dynamodb_client(dynamodb.endpoint)
    ledger = DynamoLedger(client, events_table, zone=ZONE, currency="USD")
    edits = DynamoEventEdits(client, events_table, ledger=ledger, zone=ZONE, currency="USD")

    def write(**values: Any) -> None:
        seen = fingerprint_of(ledger.event(EID))
        change = EventChange(eid=EID, seen=seen, form=an_id(), values=values, reason="storm")
        edits.edit(change, by=DANA, now=NOW)
        if "starts_at" in values:
            renames = DynamoRenames(client, events_table, zone=ZONE, currency="USD")
            renames.rename(EID, NEW, by=DANA, now=NOW)

    return write


@pytest.mark.transactions
def test_the_page_shows_the_new_time_and_takes_no_signature_while_the_event_is_cancelled(
    web_stage: WebStage, edit: Callable[..., None]
) -> None:
    signature_id = signed_id(web_stage)
    sent = web_stage.signing(name="Ana Lima")
    edit(starts_at=datetime(2026, 5, 24, 9, 30, tzinfo=ZONE))

    assert "Sunday, May 24, 2026, 9:30 AM PDT" in plain(web_stage.read())
    moved = web_stage.read(f"signed={signature_id}")
    assert look(moved) == "plain"
    assert "Now: Captain Cory, afternoon Sunday, May 24, 2026, 9:30 AM PDT" in words(moved)

    edit(status=Status.CANCELLED)
    page, refused = web_stage.read(), web_stage.sign(sent)
    assert "This event is cancelled" in plain(page)
    assert "Sunday, May 24, 2026, 9:30 AM PDT, does not take place" in plain(page)
    assert "<canvas" not in page.text
    assert refused.status == 409
    assert "is cancelled, so there is nothing to sign." in refused.json["detail"]
    assert "Trip cancelled" in words(web_stage.read(f"signed={signature_id}"))

    edit(status=Status.SCHEDULED)
    assert web_stage.sign(sent).status == 201, "what was typed before is signed now"
    assert set(web_stage.waivers(NEW)) == {signature_id, sent["signature_id"]}
