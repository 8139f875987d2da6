"""A stage that sends mails, and the mails that arrive."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import urllib3

from devkit.announcing import verify_sender

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.announce.stage import AnnounceStage

SENDER = "Ship Captain Crew <crew@example.com>"
_numbers = itertools.count()


@dataclass
class PostOffice:
    """Reads the mails that SES took for one address, which no other test uses."""

    announce_stage: AnnounceStage
    endpoint: str
    address: str = field(default_factory=lambda: f"office-{os.getpid()}-{next(_numbers)}@example.com")

    def open(self, **environment: str | None) -> None:
        """A new process that mails, and posts."""
        mailing = {"NOTIFY_EMAIL_TO": self.address, "NOTIFY_EMAIL_FROM": SENDER, "ANNOUNCE_BY": "slack,mail"}
        self.announce_stage.restart(**{**mailing, **environment})

    @property
    def mails(self) -> list[dict[str, Any]]:
        """The mails in MiniStack's form: Source, To, Subject, BodyText, BodyHtml."""
        return [mail for mail in self.everyones if self.address in mail["To"]]

    @property
    def everyones(self) -> list[dict[str, Any]]:
        """All mails that SES took in this run, for any recipient."""
        answer = urllib3.request("GET", f"{self.endpoint}/_ministack/ses/messages", retries=False)
        return [mail for mails in json.loads(answer.data)["messages"].values() for mail in mails]


@contextlib.contextmanager
def by_mail_alone(announce_stage: AnnounceStage, endpoint: str) -> Iterator[PostOffice]:
    """Announce Captain Cory's trip by mail alone, as the mail function of a stack does."""
    verify_sender(endpoint, "example.com")
    office = PostOffice(announce_stage, endpoint)
    office.open(ANNOUNCE_BY="mail")
    yield office
    announce_stage.function.mailer._client._endpoint.http_session.close()
