"""A stage that mails patrons: Dave and Ana, each with a mailbox that no other test uses."""

from __future__ import annotations

from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from adapters.unsubscribed import DynamoUnsubscribed
from charter.mail_links import mark_of
from tests.announce.post_office import PostOffice, by_mail_alone
from tests.builders import a_row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.announce.stage import AnnounceStage

SECRET = "made-up-token-secret-of-at-least-32-bytes"
PUBLIC = "https://trips.example.com"


class Patrons(PostOffice):
    """The office, Dave and Ana, each with a mailbox that no other test uses."""

    @property
    def dave(self) -> str:
        """Dave's address."""
        return f"Dave+{self.address}"

    @property
    def ana(self) -> str:
        """Ana's address."""
        return f"ana.{self.address}"

    def roster(self, **dave: Any) -> dict[str, Any]:
        """Return the roster with addresses; `dave` replaces fields of his line."""
        line = {"name": "Dave Kowalski", "party": Decimal(1), "due": Decimal("125.00"), "email": self.dave}
        return {
            "dave": {**line, **dave},
            "ana": {"name": "Ana Lima", "party": Decimal(2), "due": Decimal("250.00"), "email": self.ana},
            "owen": {"name": "Owen Park", "party": Decimal(1), "due": Decimal("125.00")},
        }

    def to(self, address: str) -> list[dict[str, Any]]:
        """Return the mails to one address."""
        return [mail for mail in self.everyones if mail["To"] == [address]]

    def end_mails(self, address: str) -> None:
        """End the mails to an address, as their link does."""
        stage = self.announce_stage
        DynamoUnsubscribed(stage.client, stage.table).add(mark_of(address), now=stage.clock.now())


@contextmanager
def mailing_patrons(announce_stage: AnnounceStage, endpoint: str, kinds: str) -> Iterator[Patrons]:
    """Send mails of these kinds to the patrons of Captain Cory's trip, as the mail function of a stack does."""
    with by_mail_alone(announce_stage, endpoint) as office:
        patrons = Patrons(announce_stage, office.endpoint, office.address)
        patrons.open(ANNOUNCE_BY="mail", MAIL_PATRONS=kinds)
        announce_stage.put(a_row(patrons=patrons.roster()))
        announce_stage.records()
        yield patrons
