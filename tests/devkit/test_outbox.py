"""The outbox page's answers, with made-up mail and with mail sent to the embedded SES."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError

from devkit.announcing import verify_sender
from devkit.aws import CREDENTIALS, REGION
from devkit.listen import bind, listening
from devkit.outbox import outbox, sent_mail

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message

    from devkit.outbox import Mail
    from tests.conftest import Engine

SENDER = "crew@outbox-test.example"


def a_mail(**changed: Any) -> Mail:
    return {
        "id": "m1@x",
        "from": SENDER,
        "to": ["office@example.com"],
        "subject": "Dave paid",
        "text": "Dave paid $120.00",
        "html": "<p>Dave paid <b>$120.00</b><script>alert(1)</script></p>",
        "at": 1795460077.5,
        **changed,
    }


@contextmanager
def an_outbox(*mails: Mail, digest: bool = True, reminders: bool = True) -> Iterator[str]:
    page = outbox(lambda: list(mails), lambda: digest, lambda: reminders)
    with listening(page, bind(0)) as url:
        yield url


def ask(url: str, *, method: str = "GET", **headers: str) -> tuple[int, Message, bytes]:
    request = urllib.request.Request(url, method=method, headers=headers)  # noqa: S310  # on this machine
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310  # as above
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.headers, refused.read()


def test_the_list_has_everything_but_the_html_itself() -> None:
    with an_outbox(a_mail(), a_mail(id="m2@x", html="")) as url:
        _, _, body = ask(f"{url}/mails")
    mail, plain = json.loads(body)
    assert mail == {name: value for name, value in a_mail().items() if name != "html"}
    assert plain == {**mail, "id": "m2@x"}


def test_a_mails_html_is_sealed() -> None:
    with an_outbox(a_mail()) as url:
        status, headers, body = ask(f"{url}/mails/m1@x")
        assert status == 200
        assert body.decode() == a_mail()["html"], "as it was sent"
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("sandbox; default-src 'none'")
        assert "script-src" not in policy
        assert ask(f"{url}/mails/other")[0] == 404


def test_a_mail_without_html_shows_its_text() -> None:
    with an_outbox(a_mail(html="", text="Dave <b> & Ana")) as url:
        assert b">Dave &lt;b&gt; &amp; Ana</pre>" in ask(f"{url}/mails/m1@x")[2]


def test_the_digest_and_the_reminders_are_sent_by_their_buttons_alone() -> None:
    with an_outbox(digest=False) as url:
        assert json.loads(ask(f"{url}/digest", method="POST")[2]) == {"ok": False}
        assert json.loads(ask(f"{url}/reminders", method="POST")[2]) == {"ok": True}
        assert (ask(f"{url}/digest")[0], ask(f"{url}/reminders")[0]) == (405, 405)


def test_pages_from_elsewhere_are_refused() -> None:
    with an_outbox(a_mail()) as url:
        assert ask(f"{url}/mails", Origin="https://elsewhere.example")[0] == 403
        assert ask(f"{url}/digest", method="POST", Host="elsewhere.example")[0] == 403


def test_what_the_embedded_ses_was_given_comes_newest_first_and_only_from_verified_senders(dynamodb: Engine) -> None:
    ses: Any = boto3.client(
        "sesv2",
        endpoint_url=dynamodb.endpoint,
        region_name=REGION,
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
    )

    def send(subject: str) -> None:
        body = {"Text": {"Data": f"{subject}, plain"}, "Html": {"Data": f"<b>{subject}</b>"}}
        ses.send_email(
            FromEmailAddress=f"The crew <{SENDER}>",
            Destination={"ToAddresses": ["office@example.com"]},
            Content={"Simple": {"Subject": {"Data": subject}, "Body": body}},
        )

    with pytest.raises(ClientError, match="not verified"):
        send("too early")
    verify_sender(dynamodb.endpoint, f"The crew <{SENDER}>")
    verify_sender(dynamodb.endpoint, SENDER)  # twice is as good as once
    send("first")
    send("second")
    ses.close()
    second, first = [mail for mail in sent_mail(dynamodb.endpoint) if SENDER in mail["from"]]
    assert (first["subject"], second["subject"]) == ("first", "second")
    assert (first["text"], first["html"], first["to"]) == ("first, plain", "<b>first</b>", ["office@example.com"])
    assert second["at"] >= first["at"]
