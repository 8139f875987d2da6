"""Mail by Gmail, and by SES where Gmail refuses; a refusal is reported."""

from __future__ import annotations

import email.policy
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
import urllib3

from devkit.announcing import verify_sender
from devkit.listen import bind, free_port
from tests.announce import google
from tests.announce.google import SEND, TOKEN, refusal
from tests.announce.post_office import SENDER, PostOffice
from tests.builders import a_row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.announce.google import Google
    from tests.announce.stage import AnnounceStage
    from tests.conftest import Engine

GMAIL = {
    "GMAIL_CLIENT_ID": google.CLIENT_ID,
    "GMAIL_CLIENT_SECRET": google.CLIENT_SECRET,
    "GMAIL_REFRESH_TOKEN": google.REFRESH_TOKEN,
}


class GoogleOffice(PostOffice):
    """The same office, where Gmail is tried first. `mails` are those that came by SES all the same."""

    google: Google

    def open(self, **environment: str | None) -> None:
        super().open(**GMAIL | environment)
        self.announce_stage.function.mailer._urls = f"{self.google.url}{TOKEN}", f"{self.google.url}{SEND}"
        self.announce_stage.function.mailer._clock = self.announce_stage.clock


@pytest.fixture(scope="module")
def googles() -> Iterator[Google]:
    """One listener for all tests."""
    with google.running() as running:
        yield running


@pytest.fixture
def office(announce_stage: AnnounceStage, dynamodb: Engine, googles: Google) -> Iterator[GoogleOffice]:
    """Captain Cory's trip, announced by mail through Gmail."""
    verify_sender(dynamodb.endpoint, "example.com")
    googles.__init__(googles.url)  # type: ignore[misc]  # as new
    office = GoogleOffice(announce_stage, dynamodb.endpoint)
    office.google = googles
    office.open()
    yield office
    assert {path: faults for path, faults in googles.faults.items() if faults} == {}


def test_with_its_three_variables_set_mail_goes_out_through_gmail(
    office: GoogleOffice, announce_stage: AnnounceStage
) -> None:
    announce_stage.put(a_row(title="Señor Cory’s trip ⛵"))
    announce_stage.log(amount="100.00")
    announce_stage.deliver()
    (mail,) = office.google.sent
    assert (mail["From"], mail["To"]) == (SENDER, office.address)
    assert mail["Subject"] == "Dave Kowalski paid $100.00 · Señor Cory’s trip ⛵"
    text, html = mail.iter_parts()
    assert mail.get_content_type() == "multipart/alternative"
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert "Balance:  $25.00 to pay\r\n" in text.get_content()
    assert "Event:    Señor Cory’s trip ⛵, Sat May 23, 1:00 PM" in text.get_content()
    assert "<h1" in html.get_content()
    assert office.mails == []


def test_a_patrons_mail_goes_to_them_alone_with_the_link_that_ends_such_mails_in_one_line(
    office: GoogleOffice, announce_stage: AnnounceStage
) -> None:
    office.open(MAIL_PATRONS="receipts")
    dave = {"name": "Dave Kowalski", "due": Decimal("125.00"), "email": "dave@bücher.example"}
    announce_stage.put(a_row(patrons={"dave": dave}))
    announce_stage.log()
    announce_stage.deliver()
    _, mail = office.google.sent
    assert (mail["From"], mail["To"], mail["Reply-To"]) == (SENDER, "dave@xn--bcher-kva.example", office.address)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = str(mail["List-Unsubscribe"])
    assert re.fullmatch(r"<https://trips\.example\.com/api/mails\?address=[A-Za-z0-9_-]{44}>", link)
    as_sent = mail.as_string(policy=email.policy.default.clone(refold_source="none"))
    assert f"\nList-Unsubscribe: {link}\n" in as_sent.replace("\r", ""), "a folded link would be none"
    assert (mail.get_content_type(), mail["Subject"]) == ("text/plain", "Receipt for $125.00 · Captain Cory, afternoon")
    assert link.strip("<>") in mail.get_content()


def test_an_access_token_serves_until_shortly_before_its_end(
    office: GoogleOffice, announce_stage: AnnounceStage
) -> None:
    for number, (passed, asked) in enumerate([(0, 1), (3500, 1), (100, 2)]):
        announce_stage.later(passed)
        announce_stage.log(f"p{number}", amount="1.00")
        announce_stage.deliver()
        assert office.google.asked[TOKEN] == asked
    assert len(office.google.sent) == 3


def test_an_access_token_that_ended_early_is_replaced_at_once(
    office: GoogleOffice, announce_stage: AnnounceStage
) -> None:
    announce_stage.log("p1", amount="1.00")
    announce_stage.deliver()
    office.google.forget_tokens()
    announce_stage.log("p2", amount="2.00")
    assert announce_stage.deliver() == 1
    assert (len(office.google.sent), office.google.asked[TOKEN]) == (2, 2)


def test_a_revoked_token_sends_by_ses_raises_the_alarm_and_asks_google_no_more(
    office: GoogleOffice, announce_stage: AnnounceStage
) -> None:
    office.google.revoked = True
    announce_stage.log("p1", amount="1.00")
    announce_stage.log("p2", amount="2.00")
    assert announce_stage.deliver() == 1
    assert (len(office.mails), len(announce_stage.posts())) == (2, 2)
    assert office.google.asked == {TOKEN: 1}
    # The template's alarm is on the one without dimensions; the other says why.
    assert announce_stage.counted("GmailRefused") == [{}, {"why": "invalid_grant"}] * 2


SHUT = {
    "the client is unknown": (TOKEN, 401, {"error": "invalid_client"}, 1, "invalid_client"),
    "the client may not": (TOKEN, 400, {"error": "unauthorized_client"}, 1, "unauthorized_client"),
    "the scope lacks sending": (SEND, 403, refusal(403, "insufficientPermissions"), 1, "insufficientPermissions"),
    "each new token is refused": (SEND, 401, refusal(401, "authError"), 2, "authError"),
    "the account has no mailbox": (SEND, 400, refusal(400, "failedPrecondition"), 1, "failedPrecondition"),
    "a refusal without reasons": (SEND, 403, {"error": {"code": 403}}, 1, "http_403"),
    "a refusal in HTML": (SEND, 403, b"<html>no</html>", 1, "http_403"),
}


@pytest.mark.parametrize("case", SHUT)
def test_where_gmail_is_refused_for_good_ses_sends(
    office: GoogleOffice, announce_stage: AnnounceStage, case: str
) -> None:
    path, status, body, times, why = SHUT[case]
    office.google.fail(path, status, body, times=times)
    announce_stage.log()
    assert announce_stage.deliver() == 1
    assert (len(office.mails), office.google.sent) == (1, [])
    assert {"why": why} in announce_stage.counted("GmailRefused")


PASSING: dict[str, tuple[str, int, Any]] = {
    "too many at once": (SEND, 403, refusal(403, "userRateLimitExceeded")),
    "too many today": (SEND, 429, refusal(429, "rateLimitExceeded")),
    "down": (SEND, 503, b"<html>"),
    "broken": (SEND, 500, refusal(500, "backendError")),
    "closed the door": (SEND, 0, None),
    "moved": (SEND, 302, b""),
    "no token now": (TOKEN, 503, b""),
    "no token, no answer": (TOKEN, 0, None),
    "a token in the wrong shape": (TOKEN, 200, {"access_token": ["x"], "expires_in": "soon"}),
    "a token in no shape": (TOKEN, 200, b"[]"),
}


@pytest.mark.parametrize("case", PASSING)
def test_an_outage_of_google_is_waited_for(office: GoogleOffice, announce_stage: AnnounceStage, case: str) -> None:
    path, status, body = PASSING[case]
    office.google.fail(path, status, body)
    announce_stage.log()
    left = announce_stage.invoke(announce_stage.records())
    assert (office.google.sent, office.mails, len(announce_stage.posts())) == ([], [], 1)
    assert announce_stage.troubles == ["MailUnavailable"]
    announce_stage.deliver(left)
    assert (len(office.google.sent), office.mails, len(announce_stage.posts())) == (1, [], 1)
    assert announce_stage.counted("GmailRefused") == []


def test_a_mail_whose_answer_was_lost_may_come_twice(office: GoogleOffice, announce_stage: AnnounceStage) -> None:
    office.google.fail(SEND, done=True)
    announce_stage.log()
    announce_stage.deliver()
    assert len(office.google.sent) == 2


@pytest.mark.parametrize("silent", [TOKEN, SEND])
def test_a_google_that_does_not_answer_holds_nobody_up_for_long(
    office: GoogleOffice, announce_stage: AnnounceStage, silent: str
) -> None:
    mailer = announce_stage.function.mailer
    mailer._timeout = urllib3.Timeout(connect=0.2, read=0.2)
    with bind(0) as listener:  # it takes connections, and nobody answers them
        nobody = f"http://127.0.0.1:{listener.getsockname()[1]}"
        mailer._urls = tuple(f"{nobody if path == silent else office.google.url}{path}" for path in (TOKEN, SEND))
        announce_stage.log()
        left = announce_stage.invoke(announce_stage.records())
    assert announce_stage.troubles == ["MailUnavailable"]
    office.open()
    announce_stage.deliver(left)
    assert (len(office.google.sent), len(announce_stage.posts())) == (1, 1)


@pytest.mark.usefixtures("office")
def test_where_nobody_listens_nothing_was_sent_and_the_next_try_need_not_wait(announce_stage: AnnounceStage) -> None:
    announce_stage.function.mailer._urls = (f"http://127.0.0.1:{free_port()}/token",) * 2
    announce_stage.log()
    announce_stage.invoke(announce_stage.records())
    assert not [key for key in announce_stage.kept() if key.startswith("mail:")]


def test_a_mail_that_gmail_will_never_take_fails_alone(office: GoogleOffice, announce_stage: AnnounceStage) -> None:
    office.google.fail(SEND, 400, refusal(400, "invalidArgument"))
    announce_stage.log("p1", amount="1.00")
    announce_stage.log("p2", amount="2.00")
    announce_stage.invoke(announce_stage.records())
    assert announce_stage.troubles == ["Refused"]
    assert (len(office.google.sent), office.mails) == (1, [])


def test_with_both_shut_it_comes_when_either_opens(office: GoogleOffice, announce_stage: AnnounceStage) -> None:
    office.google.revoked = True
    announce_stage.faults.fail_next("POST", error="MessageRejected", times=2)
    announce_stage.log()
    assert announce_stage.deliver() == 3
    assert (len(office.mails), len(announce_stage.posts())) == (1, 1)


def test_no_secret_and_no_patron_is_in_the_log(office: GoogleOffice, announce_stage: AnnounceStage) -> None:
    office.google.fail(SEND, 500, refusal(500, "backendError"))
    office.google.fail(SEND, 400, refusal(400, "invalidArgument"))
    announce_stage.log(notes="half now")
    left = announce_stage.invoke(announce_stage.records())
    announce_stage.later(70)
    left = announce_stage.invoke(left)
    office.google.revoked = True
    office.google.forget_tokens()
    announce_stage.later(70)
    announce_stage.deliver(left)
    output = announce_stage.capture.readouterr()
    for said in (*GMAIL.values(), "ya29", "Kowalski", "half now", "125.00", office.address):
        assert said not in output.out + output.err
    assert "GmailRefused" in output.out


def test_a_sender_of_any_letters_is_written_as_gmail_takes_it(
    office: GoogleOffice, announce_stage: AnnounceStage
) -> None:
    office.open(NOTIFY_EMAIL_FROM="Señor Cory’s Crew <crew@bücher.example>")
    announce_stage.log()
    announce_stage.deliver()
    (mail,) = office.google.sent
    (sender,) = mail["From"].addresses
    assert (sender.display_name, sender.addr_spec) == ("Señor Cory’s Crew", "crew@xn--bcher-kva.example")
