"""The mails to patrons: receipts by the stream, off by default, once each. They never delay the office's mails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from adapters.transfers import DynamoTransfers
from charter.mail_links import MailLinks
from charter.moves import PatronMove
from charter.party_links import PartyLinks
from charter.payments import Source
from charter.returned import Returned
from devkit.environment import MAIL_DOMAIN
from tests.announce.patrons import PUBLIC, SECRET, mailing_patrons
from tests.builders import EID, ZONE, a_group, a_row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.announce.patrons import Patrons
    from tests.announce.stage import AnnounceStage
    from tests.conftest import Engine

LATER = "2026-05-30-captain-mia-sunset"


@pytest.fixture
def patrons(announce_stage: AnnounceStage, dynamodb: Engine) -> Iterator[Patrons]:
    """The patrons of Captain Cory's trip, who get receipts."""
    with mailing_patrons(announce_stage, dynamodb.endpoint, "receipts") as patrons:
        yield patrons


def test_a_payment_is_a_receipt_to_its_patron_once_however_often_it_comes(
    patrons: Patrons, announce_stage: AnnounceStage
) -> None:
    announce_stage.log(amount="100.00", tip="10.00", notes="his sister pays the rest")
    records = announce_stage.records()
    for _ in range(3):
        announce_stage.deliver(records)
    (mail,) = patrons.to(patrons.dave)
    party = PartyLinks(SECRET, PUBLIC).link(announce_stage.ledger.event(EID), "dave")
    assert mail["Subject"] == "Receipt for $100.00 · Captain Cory, afternoon"
    assert mail["BodyHtml"] in {None, ""}
    assert mail["BodyText"].splitlines() == [
        "Hello Dave Kowalski,",
        "",
        "Thank you. We entered your payment of $100.00, by cash, and a tip of $10.00 for the crew.",
        "",
        "Trip:     Captain Cory, afternoon, Sat May 23, 1:00 PM",
        "Entered:  Sat May 23, 1:30 PM",
        "Balance:  $25.00 to pay, right after this",
        "",
        "If anybody of your party has not signed the waiver yet, this is your party's own link:",
        party,
        "",
        f"Questions? Answer this mail, or write to {patrons.address}.",
        "",
        "You get this mail because your address is beside your name on the list of this trip.",
        f"To get no more mails from us: {MailLinks(SECRET, PUBLIC).link(patrons.dave)}",
    ]
    assert len(patrons.mails) == 1, "the office has its own"
    assert announce_stage.counted("PatronMailSent") == [{}]
    named = [key for key in announce_stage.kept() if key.startswith("patron:")]
    assert named == [f"patron:entry:{EID}:p1"]


def test_whoever_has_signed_gets_no_link_and_what_takes_money_back_is_a_receipt_too(
    patrons: Patrons, announce_stage: AnnounceStage
) -> None:
    announce_stage.sign("s1")
    announce_stage.log("p1", amount="125.00", method="check")
    announce_stage.log("p2", amount="20.00")
    announce_stage.void("p2", reason="typed twice, he was angry")
    announce_stage.log("p3", amount="20.00")
    announce_stage.refund("r1", amount="20.00")
    bounced = Returned(eid=EID, patron_id="dave", reverses="p1", reason="no funds")
    announce_stage.ledger.reverse(bounced, by="slack:U0OLIVIA", source=Source.SLACK, now=announce_stage.clock.now())
    announce_stage.deliver()
    received = [(mail["Subject"].partition(" · ")[0], mail["BodyText"]) for mail in patrons.to(patrons.dave)]
    assert [subject for subject, _ in received] == [
        "Receipt for $125.00",
        "Receipt for $20.00",
        "Correction of $20.00",
        "Receipt for $20.00",
        "$20.00 given back to you",
        "Your check for $125.00 was returned",
    ]
    for _, text in received:
        assert "/waiver?party=" not in text
        for private in ("angry", "no funds", "Olivia", "U0DANA"):
            assert private not in text
    assert [line for _, text in received for line in text.splitlines() if line.startswith("Balance:")] == [
        "Balance:  paid in full, right after this",
        "Balance:  $20.00 more than due, right after this",
        "Balance:  paid in full, right after this",
        "Balance:  $20.00 more than due, right after this",
        "Balance:  paid in full, right after this",
        "Balance:  $125.00 to pay, right after this",
    ]


def test_of_payments_that_were_logged_together_each_patron_gets_their_own_and_reads_of_nobody_else(
    patrons: Patrons, announce_stage: AnnounceStage
) -> None:
    announce_stage.ledger.log_group(a_group(), by="slack:U0DANA", source=Source.SLACK, now=announce_stage.clock.now())
    announce_stage.log("p9", "owen")
    announce_stage.deliver()
    (dave,), (ana,) = patrons.to(patrons.dave), patrons.to(patrons.ana)
    assert "payment of $125.00" in dave["BodyText"]
    assert "payment of $250.00" in ana["BodyText"]
    assert "Ana" not in dave["BodyText"]
    assert "Dave" not in ana["BodyText"]
    assert announce_stage.counted("PatronMailSent") == [{}, {}], "Owen has no address"


def test_of_a_move_to_another_trip_the_trip_that_has_the_money_now_is_the_receipt(
    patrons: Patrons, announce_stage: AnnounceStage
) -> None:
    announce_stage.put(a_row(LATER, title="Mia at sunset", patrons={}))
    announce_stage.log(amount="60.00")
    announce_stage.deliver()
    moves = DynamoTransfers(
        announce_stage.client,
        announce_stage.table,
        ledger=announce_stage.ledger,
        versions=set,
        zone=ZONE,
        currency="USD",
    )
    asked = PatronMove(form="f1", eid=EID, patron_id="dave", target=LATER, reason="wind, he was angry")
    moves.move(asked, by="slack:U0OLIVIA", now=announce_stage.clock.now())
    announce_stage.deliver()
    _, mail = patrons.to(patrons.dave)
    assert mail["Subject"] == "$60.00 moved to this trip · Mia at sunset"
    assert "We moved $60.00 that you paid for another trip to this one." in mail["BodyText"]
    assert "Balance:  $65.00 to pay, right after this" in mail["BodyText"]
    assert "angry" not in mail["BodyText"]


def test_ses_gets_the_recipient_the_address_for_answers_and_the_link_that_ends_such_mails(
    patrons: Patrons, announce_stage: AnnounceStage
) -> None:
    asked: list[dict[str, Any]] = []
    client = announce_stage.function.mailer._client
    send = client.send_email

    def seen(**given: Any) -> Any:
        asked.append(given)
        return send(**given)

    announce_stage.monkeypatch.setattr(client, "send_email", seen)
    announce_stage.log()
    announce_stage.deliver()
    office, patron = asked
    assert "ReplyToAddresses" not in office
    assert "Headers" not in office["Content"]["Simple"]
    assert patron["Destination"] == {"ToAddresses": [patrons.dave]}
    assert patron["ReplyToAddresses"] == [patrons.address]
    assert patron["Content"]["Simple"]["Headers"] == [
        {"Name": "List-Unsubscribe", "Value": f"<{MailLinks(SECRET, PUBLIC).link(patrons.dave)}>"},
        {"Name": "List-Unsubscribe-Post", "Value": "List-Unsubscribe=One-Click"},
    ]


@pytest.mark.parametrize("kinds", [None, "changes,reminders"], ids=["by default", "with the others on"])
def test_receipts_are_off_unless_they_are_named(
    patrons: Patrons, announce_stage: AnnounceStage, kinds: str | None
) -> None:
    announce_stage.restart(MAIL_PATRONS=kinds)
    announce_stage.log()
    announce_stage.deliver()
    assert patrons.to(patrons.dave) == []
    assert len(patrons.mails) == 1
    announce_stage.restart(MAIL_PATRONS="receipts")


def test_nobody_is_mailed_who_ended_our_mails_or_has_an_address_that_is_none(
    patrons: Patrons, announce_stage: AnnounceStage
) -> None:
    patrons.end_mails(patrons.dave.upper())
    announce_stage.log("p1")
    announce_stage.log("p2", "ana", "100.00")
    announce_stage.deliver()
    assert (len(patrons.to(patrons.dave)), len(patrons.to(patrons.ana))) == (0, 1)
    good = f"dave@{MAIL_DOMAIN}"
    for number, address in enumerate(("dave", "dave@", f"{good}, {good}", f"Dave <{good}>", f"{good}\r\nBcc: e@e.io")):
        announce_stage.put(a_row(patrons=patrons.roster(email=address)))
        announce_stage.log(f"q{number}", amount="5.00")
        announce_stage.deliver()
    assert announce_stage.counted("PatronMailSent") == [{}]
    assert announce_stage.troubles == []


def test_what_people_typed_ends_no_header_and_no_line(patrons: Patrons, announce_stage: AnnounceStage) -> None:
    roster = patrons.roster(name="Dave\r\nBcc: eve@example.org\u202e {{ 7 * 7 }} <b>")
    announce_stage.put(a_row(patrons=roster, title="Two\r\nBcc: eve@example.org\u202e lines"))
    announce_stage.log()
    announce_stage.deliver()
    (mail,) = patrons.to(patrons.dave)
    assert mail["Subject"] == "Receipt for $125.00 · Two Bcc: eve@example.org lines"
    assert mail["BodyText"].startswith("Hello Dave Bcc: eve@example.org {{ 7 * 7 }} <b>,\n")


@pytest.mark.parametrize("error", ["TooManyRequestsException", "InternalServerError", "AccessDenied"])
def test_an_outage_keeps_the_receipt_back_after_the_offices_mail_went_out(
    patrons: Patrons, announce_stage: AnnounceStage, error: str
) -> None:
    announce_stage.log()
    announce_stage.faults.fail_next("POST", after=1, error=error)
    left = announce_stage.invoke(announce_stage.records())
    assert (len(patrons.mails), len(patrons.to(patrons.dave))) == (1, 0)
    announce_stage.deliver(left)
    assert (len(patrons.mails), len(patrons.to(patrons.dave))) == (1, 1)


@pytest.mark.parametrize("error", ["MessageRejected", "BadRequestException", "SomeErrorOf2031"])
def test_a_receipt_that_is_refused_is_counted_and_holds_up_nothing(
    patrons: Patrons, announce_stage: AnnounceStage, error: str
) -> None:
    announce_stage.log("p1", amount="20.00")
    announce_stage.log("p2", amount="30.00")
    announce_stage.faults.fail_next("POST", after=1, error=error)
    assert announce_stage.deliver() == 1
    assert (len(patrons.mails), len(patrons.to(patrons.dave))) == (2, 1)
    assert announce_stage.counted("PatronMailRefused") == [{}]


def test_a_receipt_of_yesterday_is_no_news_any_more(patrons: Patrons, announce_stage: AnnounceStage) -> None:
    announce_stage.log()
    records = announce_stage.records()
    announce_stage.later(24 * 3600 + 1)
    announce_stage.deliver(records)
    assert (len(patrons.mails), len(patrons.to(patrons.dave))) == (1, 0)


@pytest.mark.parametrize("after", [False, True], ids=["before it was sent", "after it was sent"])
def test_killed_in_the_middle_the_receipt_comes_all_the_same(
    patrons: Patrons, announce_stage: AnnounceStage, *, after: bool
) -> None:
    announce_stage.log()
    records = announce_stage.records()
    with announce_stage.dying("mailer", "send", after=after, call=2):  # the office's is the first
        announce_stage.invoke(records)
    announce_stage.later(120)
    announce_stage.deliver(records)
    assert len(patrons.mails) == 1
    assert len(patrons.to(patrons.dave)) == 1 + after  # a mail that was sent and not recorded is sent again
