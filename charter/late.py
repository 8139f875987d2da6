"""The rule for late announcements: which facts the stream gave up, and under which key each channel keeps them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from charter.announcements import EntryLogged, PatronSigned

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from charter.events import Event
    from charter.ports import Posted

# The stream tries for 20 hours. What is older than this and not announced, it will not announce any more.
GIVEN_UP: Final = timedelta(hours=21)
# What is older is no news. The records of what was announced are kept for longer.
LOOKED_BACK: Final = timedelta(days=30)

# The keys of the records where the last sweep of each channel stopped.
POST_POSITION: Final = "sweep:position"
MAIL_POSITION: Final = "sweep:position:mail"

LateFact = EntryLogged | PatronSigned


def post_key(fact: LateFact) -> str:
    """Return the key under which it is recorded that a fact was posted."""
    return fact.id


def mail_key(fact: LateFact) -> str:
    """Return the key under which it is recorded that a fact was mailed."""
    return f"mail:{fact.id}"


def never_announced(
    event: Event, since: datetime, until: datetime, *, key: Callable[[LateFact], str], posted: Posted
) -> list[LateFact]:
    """Return what happened in an event in this time and has no finished record under its `key`."""
    found = ((fact, posted.find(key(fact))) for fact in facts_between(event, since, until))
    return [fact for fact, record in found if record is None or not record.done]


def facts_between(event: Event, since: datetime, until: datetime) -> list[LateFact]:
    """Return what happened in an event in this time, in the order in which it happened."""
    facts: list[LateFact] = [
        EntryLogged(event, patron, entry, entry.timestamp)
        for patron_id, payment in event.payments.items()
        for entry in payment.entries
        if (patron := event.patron(patron_id)) is not None and since <= entry.timestamp < until
    ]
    facts += [
        PatronSigned(event, signature, moment)
        for signature in (event.signatures or {}).values()
        if (moment := signature.moment) is not None and since <= moment < until
    ]
    return sorted(facts, key=lambda fact: fact.at)
