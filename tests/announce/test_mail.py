"""The mails to the office: their content and recipients. Each is sent, and nothing else waits for them."""

from __future__ import annotations

from decimal import Decimal
from email.header import decode_header, make_header
from email.utils import parseaddr
from typing import TYPE_CHECKING, Any

import pytest

from charter.payments import Source
from devkit.announcing import verify_sender
from tests.announce.post_office import SENDER, PostOffice
from tests.builders import a_group, a_row, a_signature_row

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


def only_mail(office: PostOffice) -> dict[str, Any]:
    (mail,) = office.mails
    return mail


def test_a_payment_is_mailed_to_the_office_in_text_and_in_html(
    office: PostOffice, announce_stage: AnnounceStage
) -> None:
    announce_stage.log(amount="100.00")
    announce_stage.deliver()
    mail = only_mail(office)
    assert mail["Source"] == SENDER
    assert mail["To"] == [office.address]
    assert mail["Subject"] == "Dave Kowalski paid $100.00 · Captain Cory, afternoon"
    assert mail["BodyText"].splitlines() == [
        "Dave Kowalski paid $100.00",
        "",
        "Patron:   Dave Kowalski",
        "Amount:   $100.00",
        "Method:   cash",
        "Balance:  $25.00 to pay",
        "Event:    Captain Cory, afternoon, Sat May 23, 1:00 PM",
        "Logged:   by Dana Reyes in Slack, Sat May 23, 1:30 PM",
        "",
        "The dispatch page has the rest: https://trips.example.com/dispatch",
        "(Type /dispatch in Slack for a link that signs you in.)",
    ]
    for said in ("Dave Kowalski paid $100.00</h1>", ">$25.00 to pay</td>", 'href="https://trips.example.com/dispatch"'):
        assert said in mail["BodyHtml"]
    assert announce_stage.counted("MailSent") == [{}]


def test_payments_that_were_logged_together_are_a_mail_each(office: PostOffice, announce_stage: AnnounceStage) -> None:
    group = a_group()
    announce_stage.ledger.log_group(group, by="slack:U0DANA", source=Source.SLACK, now=announce_stage.clock.now())
    announce_stage.deliver()
    assert sorted(mail["Subject"].partition(" · ")[0] for mail in office.mails) == [
        "Ana Lima paid $250.00",
        "Dave Kowalski paid $125.00",
    ]
    (first, _) = sorted(office.mails, key=lambda mail: str(mail["Subject"]))
    assert "Together: paid together with Dave Kowalski" in first["BodyText"].splitlines()


def test_a_payment_from_the_web_is_mailed_alike_with_its_authors_name(
    office: PostOffice, announce_stage: AnnounceStage
) -> None:
    announce_stage.log(by="web:U0OLIVIA", source=Source.WEB)
    announce_stage.deliver()
    assert "Logged:   by Olivia Park on the web, Sat May 23, 1:30 PM" in only_mail(office)["BodyText"]


def test_a_void_says_what_is_undone_and_why(office: PostOffice, announce_stage: AnnounceStage) -> None:
    announce_stage.log()
    announce_stage.void(reason="wrong patron")
    announce_stage.deliver()
    mail = office.mails[1]
    assert mail["Subject"] == "Voided: $125.00 of Dave Kowalski · Captain Cory, afternoon"
    assert "Amount:   -$125.00\n" in mail["BodyText"]
    assert "Balance:  $125.00 to pay\n" in mail["BodyText"]
    assert "Because:  wrong patron\n" in mail["BodyText"]


def test_a_refund_says_what_was_given_back(office: PostOffice, announce_stage: AnnounceStage) -> None:
    announce_stage.log()
    announce_stage.refund(amount="25.00")
    announce_stage.deliver()
    mail = office.mails[1]
    assert mail["Subject"].startswith("Dave Kowalski was given back $25.00")
    assert "Amount:   -$25.00\n" in mail["BodyText"]


def test_a_signature_says_who_signed_and_whether_they_may_board(
    office: PostOffice, announce_stage: AnnounceStage
) -> None:
    announce_stage.sign("s1")
    announce_stage.sign("s2", name="A Stranger", patron_id=None)
    announce_stage.deliver()
    first, second = office.mails
    assert first["Subject"] == "Waiver signed by “Dave Kowalski” · Captain Cory, afternoon"
    assert "Party:    Dave Kowalski, 1 of 1 signed\n" in first["BodyText"]
    assert "Boarding: not paid yet\n" in first["BodyText"]
    assert "Party:    not matched to anybody on the roster yet\n" in second["BodyText"]
    assert "Boarding" not in second["BodyText"]


def test_a_signature_of_somebody_who_has_paid_a_part_says_so(office: PostOffice, announce_stage: AnnounceStage) -> None:
    announce_stage.log(amount="120.00")
    announce_stage.sign("s1")
    announce_stage.deliver()
    assert "Boarding: not paid in full yet\n" in office.mails[-1]["BodyText"]


def test_the_subject_of_a_mail_begins_with_our_words(office: PostOffice, announce_stage: AnnounceStage) -> None:
    announce_stage.sign("s1", name="Ines Duarte paid $125.00 · Captain Cory, afternoon" + "\u3164" * 30, patron_id=None)
    announce_stage.deliver()

    mail = only_mail(office)
    assert mail["Subject"] == ("Waiver signed by “Ines Duarte paid $125.00 · Captain Cory…” · Captain Cory, afternoon")


def test_a_mail_holds_no_more_of_anybody_than_is_needed(office: PostOffice, announce_stage: AnnounceStage) -> None:
    dave = {
        "name": "Dave Kowalski",
        "due": Decimal("125.00"),
        "email": "dave@example.org",
        "phone": "+1 415 555 0114",
    }
    announce_stage.put(a_row(patrons={"dave": dave}), a_signature_row("8f14e45f-ea4f", minors=["Ty K."]))
    announce_stage.log(notes="his sister pays the rest")
    announce_stage.deliver()
    assert len(office.mails) == 2
    for mail in office.mails:
        content = mail["Subject"] + mail["BodyText"] + mail["BodyHtml"]
        for private in ("dave@", "0114", "sister", "Ty K.", "8f14e45f", "p1\n", "xoxb", "token="):
            assert private not in content
    assert "Minors:   for 1 too" in office.mails[0]["BodyText"]


def test_what_people_typed_stays_what_it_is(office: PostOffice, announce_stage: AnnounceStage) -> None:
    dave = {"name": '<img src=x onerror="alert(1)"> & Söhne', "due": Decimal("125.00")}
    announce_stage.put(a_row(patrons={"dave": dave}, title="Two\r\nBcc: eve@example.org\u202e lines"))
    announce_stage.log()
    announce_stage.deliver()
    mail = only_mail(office)
    assert mail["Subject"] == '<img src=x onerror="alert(1)"> & Söhne paid $125.00 · Two Bcc: eve@example.org lines'
    assert "Patron:   <img src=x" in mail["BodyText"]
    assert "<img" not in mail["BodyHtml"]
    assert "&lt;img src=x onerror=&#34;alert(1)&#34;&gt; &amp; Söhne" in mail["BodyHtml"]


def test_each_is_posted_and_mailed_once_however_often_it_comes(
    office: PostOffice, announce_stage: AnnounceStage
) -> None:
    announce_stage.log()
    records = announce_stage.records()
    for _ in range(3):
        announce_stage.deliver(records)
    assert (len(office.mails), len(announce_stage.posts())) == (1, 1)
    assert {"entry:2026-05-23-captain-cory-afternoon:p1", "mail:entry:2026-05-23-captain-cory-afternoon:p1"} <= (
        announce_stage.kept().keys()
    )


@pytest.mark.parametrize(
    "error",
    ["TooManyRequestsException", "InternalServerError", "MessageRejected", "SendingPausedException", "AccessDenied"],
)
def test_a_broken_mail_never_blocks_the_post_and_goes_out_once_repaired(
    office: PostOffice, announce_stage: AnnounceStage, error: str
) -> None:
    announce_stage.log()
    announce_stage.faults.fail_next("POST", error=error)
    left = announce_stage.invoke(announce_stage.records())
    assert len(announce_stage.posts()) == 1
    assert office.mails == []
    assert announce_stage.troubles == ["MailUnavailable"]
    announce_stage.deliver(left)
    assert (len(office.mails), len(announce_stage.posts())) == (1, 1)


def test_a_mail_whose_answer_was_lost_may_come_twice_but_never_not_at_all(
    office: PostOffice, announce_stage: AnnounceStage
) -> None:
    announce_stage.log()
    announce_stage.faults.fail_next("POST", drop_answer=True)
    announce_stage.deliver()
    assert len(office.mails) == 2
    assert len(announce_stage.posts()) == 1


@pytest.mark.parametrize("after", [False, True], ids=["before it was sent", "after it was sent"])
def test_killed_in_the_middle_the_mail_comes_all_the_same(
    office: PostOffice, announce_stage: AnnounceStage, *, after: bool
) -> None:
    announce_stage.log()
    records = announce_stage.records()
    with announce_stage.dying("mailer", "send", after=after):
        announce_stage.invoke(records)
    announce_stage.later(120)
    announce_stage.deliver(records)
    assert len(office.mails) == 1 + after  # a mail that was sent and not recorded is sent again
    assert len(announce_stage.posts()) == 1


def test_a_broken_slack_never_blocks_the_mail_which_then_lacks_the_name(
    office: PostOffice, announce_stage: AnnounceStage
) -> None:
    announce_stage.log()
    announce_stage.slack.fail("chat.postMessage", status=503)
    announce_stage.slack.fail("users.info", status=503, times=2)
    left = announce_stage.invoke(announce_stage.records())
    assert announce_stage.posts() == []
    assert "Logged:   by U0DANA in Slack" in only_mail(office)["BodyText"]
    announce_stage.deliver(left)
    assert (len(office.mails), len(announce_stage.posts())) == (1, 1)


@pytest.mark.parametrize("error", ["BadRequestException", "NotFoundException", "SomeErrorOf2031"])
def test_a_mail_that_ses_will_never_take_fails_alone(
    office: PostOffice, announce_stage: AnnounceStage, error: str
) -> None:
    announce_stage.log("p1", amount="20.00")
    announce_stage.log("p2", amount="30.00")
    announce_stage.faults.fail_next("POST", error=error)
    announce_stage.invoke(announce_stage.records())
    assert announce_stage.troubles == ["Refused"]
    assert only_mail(office)["Subject"].startswith("Dave Kowalski paid $30.00")
    assert len(announce_stage.posts()) == 2


def test_without_a_recipient_there_is_no_mail(office: PostOffice, announce_stage: AnnounceStage) -> None:
    announce_stage.restart(NOTIFY_EMAIL_TO=None)
    announce_stage.log()
    announce_stage.deliver()
    assert office.mails == []
    assert len(announce_stage.posts()) == 1
    office.open()


def test_each_way_can_have_a_function_of_its_own(office: PostOffice, announce_stage: AnnounceStage) -> None:
    announce_stage.log()
    records = announce_stage.records()
    office.open(ANNOUNCE_BY="mail")
    announce_stage.deliver(records)
    assert (len(office.mails), len(announce_stage.posts())) == (1, 0)
    office.open(ANNOUNCE_BY="slack")
    announce_stage.deliver(records)
    assert (len(office.mails), len(announce_stage.posts())) == (1, 1)
    office.open()


def test_a_sender_of_any_letters_is_written_as_ses_takes_it(office: PostOffice, announce_stage: AnnounceStage) -> None:
    """SES takes ASCII alone: names as encoded words, domains in Punycode."""
    verify_sender(announce_stage.client.meta.endpoint_url, "xn--bcher-kva.example")
    office.open(NOTIFY_EMAIL_FROM="Señor Cory’s Crew <crew@bücher.example>")
    announce_stage.log()
    announce_stage.deliver()
    name, address = parseaddr(only_mail(office)["Source"])
    assert address == "crew@xn--bcher-kva.example"
    assert name.isascii()
    assert str(make_header(decode_header(name))) == "Señor Cory’s Crew"
