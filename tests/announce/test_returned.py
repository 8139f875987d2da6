"""Payments that the bank took back: posts, mails and late lines say bounced check, or charged back card payment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from charter.payments import Source
from charter.returned import Returned
from devkit.announcing import verify_sender
from tests.announce.post_office import PostOffice
from tests.builders import EID

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.announce.stage import AnnounceStage
    from tests.conftest import Engine


@pytest.fixture
def office(announce_stage: AnnounceStage, dynamodb: Engine) -> Iterator[PostOffice]:
    """Captain Cory's trip, announced by Slack and by mail through SES."""
    verify_sender(dynamodb.endpoint, "example.com")
    office = PostOffice(announce_stage, dynamodb.endpoint)
    office.open()
    yield office
    announce_stage.function.mailer._client._endpoint.http_session.close()


def returned(stage: AnnounceStage, payment_id: str) -> None:
    """Log that the bank took a payment back, by Olivia."""
    request = Returned(EID, "dave", payment_id, "no funds")
    stage.ledger.reverse(request, by="slack:U0OLIVIA", source=Source.SLACK, now=stage.clock.now())


def test_a_returned_payment_is_struck_and_called_what_it_is_in_posts_and_mails(
    office: PostOffice, announce_stage: AnnounceStage
) -> None:
    announce_stage.log("p1", amount="60.00", method="check")
    announce_stage.log("p2", amount="65.00", method="card")
    announce_stage.deliver()
    for payment_id in ("p1", "p1", "p2"):
        returned(announce_stage, payment_id)
    announce_stage.deliver()

    check, card = announce_stage.posts()
    assert check == (
        "💵 Dave Kowalski paid $60.00 by check · check bounced, logged by Olivia Park · Captain Cory, afternoon"
    )
    assert "by card · card payment charged back, logged by Olivia Park" in card
    assert announce_stage.posts(replies=True) == [
        "🏦 Check bounced, logged by Olivia Park · “no funds” · Dave Kowalski: $60.00 to pay",
        "🏦 Card payment charged back, logged by Olivia Park · “no funds” · Dave Kowalski: $125.00 to pay",
    ]
    assert [mail["Subject"].partition(" · ")[0] for mail in office.mails[2:]] == [
        "Check bounced: $60.00 of Dave Kowalski",
        "Card payment charged back: $65.00 of Dave Kowalski",
    ]
    assert "Because:  no funds\n" in office.mails[2]["BodyText"]
