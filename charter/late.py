"""The rule for late announcements: facts that the stream gave up, and the key of each in each channel."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from charter.announcements import EntryLogged, PatronSigned
from charter.boarding_news import BoardingFact, boarding_history
from charter.event_news import EventEdited, event_edit_history
from charter.kinds import ADOPTED_BY, OLD_IDS
from charter.void_requests import VoidRequested, request_history

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from charter.announce_ports import Posted
    from charter.events import Event
    from charter.payments import Entry

# The stream retries for 20 hours. A fact that is older than this and not announced will not be announced by it.
GIVEN_UP: Final = timedelta(hours=21)
# Older facts are not announced. The records of what was announced are kept for longer.
LOOKED_BACK: Final = timedelta(days=30)

# The keys of the records where the last sweep of each channel stopped.
POST_POSITION: Final = "sweep:position"
MAIL_POSITION: Final = "sweep:position:mail"

# Facts about one patron or signer, which are also mailed.
PatronFact = EntryLogged | PatronSigned
LateFact = PatronFact | BoardingFact | VoidRequested | EventEdited


def post_key(fact: LateFact) -> str:
    """Return the key under which it is recorded that a fact was posted."""
    return fact.id


def mail_key(fact: PatronFact) -> str:
    """Return the key under which it is recorded that a fact was mailed."""
    return f"mail:{fact.id}"


def late_mail_key(fact: LateFact) -> str | None:
    """Return the key of a fact's mail; None for a fact of which nobody is mailed."""
    return mail_key(fact) if isinstance(fact, PatronFact) else None


def never_announced(
    event: Event, since: datetime, until: datetime, *, key: Callable[[LateFact], str | None], posted: Posted
) -> list[LateFact]:
    """Return the facts of an event in this time that have no finished record under their `key`, if they have one."""
    keys = ((fact, key(fact)) for fact in facts_between(event, since, until))
    found = ((fact, posted.find(name)) for fact, name in keys if name is not None)
    return [fact for fact, record in found if record is None or not record.done]


def facts_between(event: Event, since: datetime, until: datetime) -> list[LateFact]:
    """Return the facts of an event in this time, in order."""
    facts: list[LateFact] = [
        EntryLogged(event, patron, entry, entry.timestamp)
        for patron_id, payment in event.payments.items()
        for entry in payment.entries
        if (patron := event.patron(patron_id)) is not None and not _is_adopted(entry)
    ]
    facts += [
        PatronSigned(event, signature, moment)
        for signature in (event.signatures or {}).values()
        if (moment := signature.moment) is not None
    ]
    facts += boarding_history(event)
    facts += request_history(event)
    facts += event_edit_history(event)
    return sorted((fact for fact in facts if since <= fact.at < until), key=lambda fact: fact.at)


def _is_adopted(entry: Entry) -> bool:
    """Return whether `roster payments adopt` wrote the entry. It is older than these announcements."""
    return entry.payment_id.startswith(OLD_IDS) or entry.logged_by == ADOPTED_BY
