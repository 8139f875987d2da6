"""What follows from a change of an event's row: facts, in the past tense, each to be announced once.

A change arrives at least once, sometimes late, sometimes again; what it means is read from its two images alone, so the
same change always means the same facts under the same ids.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from charter.events import Event  # noqa: TC001 - dataclass fields
from charter.patrons import Patron  # noqa: TC001 - dataclass fields
from charter.payments import BEFORE_THE_LEDGER, Balance, Entry
from charter.waivers import Signature  # noqa: TC001 - dataclass fields

# A row that appears whole, as when a backup is read in, brings its history along. What is older than this by then is
# no news; the first write of an event that only crew rows knew is seconds old.
HISTORY: Final = timedelta(days=1)

# How long it is remembered what was announced: past the stream's 24 hours, and until nobody corrects the event's
# payments any more.
REMEMBERED: Final = timedelta(days=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of an event's own row. `at` (aware) is when the table made it; no `old` image: the row is new.

    `number` is the stream's own name for the change.
    """

    number: str
    eid: str
    at: datetime
    old: Event | None
    new: Event | None


@dataclass(frozen=True, slots=True)
class EntryLogged:
    """An entry was written to a patron's ledger. `event` is as it stood right after."""

    event: Event
    patron: Patron
    entry: Entry
    at: datetime

    @property
    def id(self) -> str:
        """Names this fact for good. Payment ids are one event's own, but each patron may have one from earlier days."""
        return entry_id(self.event.first_eid, self.entry.payment_id, patron_id=self.patron.patron_id)

    @property
    def reversed_id(self) -> str | None:
        """The id under which the entry that this one reverses was announced."""
        reverses = self.entry.reverses
        return None if reverses is None else entry_id(self.event.first_eid, reverses, patron_id=self.patron.patron_id)

    @property
    def balance(self) -> Balance:
        """How the patron stood right after."""
        return self.event.balance(self.patron.patron_id)


@dataclass(frozen=True, slots=True)
class PatronSigned:
    """A waiver was signed. `event` is as it stood right after; `patron` is whose waiver it is, if the roster knows."""

    event: Event
    signature: Signature
    patron: Patron | None
    at: datetime

    @property
    def id(self) -> str:
        """Names this fact for good."""
        return f"signature:{self.event.first_eid}:{self.signature.signature_id}"


Fact = EntryLogged | PatronSigned


def entry_id(eid: str, payment_id: str, *, patron_id: str) -> str:
    """The id under which an entry is announced; `eid` is the first that its event stood under."""
    own = f"{patron_id}:{payment_id}" if payment_id == BEFORE_THE_LEDGER else payment_id
    return f"entry:{eid}:{own}"


def facts_of(change: Change) -> list[Fact]:
    """What happened, in the order in which it happened: entries by their time, then signatures by theirs.

    A renamed event appears whole; what is in it was told as a change of its row at the old id: nothing else happened.
    """
    new, old = change.new, change.old
    if new is None or (old is None and new.renamed_from):
        return []
    facts: list[Fact] = []
    for patron_id, payment in new.payments.items():
        known = {entry.payment_id for entry in old.payment(patron_id).entries} if old else set()
        patron = new.patron(patron_id)
        facts += [
            EntryLogged(new, patron, entry, change.at)
            for entry in payment.entries
            if patron is not None and entry.payment_id not in known and not _is_history(entry.timestamp, change)
        ]
    facts.sort(key=lambda fact: fact.entry.timestamp if isinstance(fact, EntryLogged) else fact.at)
    signed = [new.waivers[key] for key in new.waivers if old is None or key not in old.waivers]
    return facts + [
        PatronSigned(new, signature, _signer(new, signature), change.at)
        for signature in sorted(signed, key=lambda signature: (signature.signed_at, signature.signature_id))
        if not _is_history(_moment(signature.signed_at, change), change)
    ]


def remembered_until(event: Event, now: datetime) -> datetime:
    """Until when it is kept where a fact of this event was announced."""
    return max(now, event.starts_at) + REMEMBERED


def _signer(event: Event, signature: Signature) -> Patron | None:
    return next((patron for patron in event.people if signature.is_of(patron)), None)


def _is_history(moment: datetime, change: Change) -> bool:
    return change.old is None and moment < change.at - HISTORY


def _moment(text: str, change: Change) -> datetime:
    """A signature's time; one that cannot be read counts as now, so that it is told rather than not."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return change.at
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class Later(Exception):  # noqa: N818 - said like a refusal
    """Not now: the same again may succeed later. `unsure`: it may have been done all the same, the answer was lost."""

    unsure = False


class SlackUnavailable(Later):
    """Slack did not take it: down, too slow, too many calls, or our token is being changed."""

    def __init__(self, why: str = "", *, unsure: bool = False) -> None:
        super().__init__(why)
        self.unsure = unsure


class MailUnavailable(Later):
    """No mail service took it, for now."""

    def __init__(self, why: str = "", *, unsure: bool = False) -> None:
        super().__init__(why)
        self.unsure = unsure


class InHand(Later):
    """Another process claims to be at it; if it died, its claim is taken over in a while."""


class Behind(Later):
    """Something before it, which must come first, is not out yet."""


class OutOfTime(Later):
    """This run has too little time left to begin with it."""


class ChannelClosed(Exception):  # noqa: N818 - a fact
    """The bot cannot post in this channel: it is gone, archived, or nobody invited the bot."""


class PostGone(Exception):  # noqa: N818 - a fact
    """There is no such message any more, or it can no longer be changed."""


class Refused(Exception):  # noqa: N818 - a fact
    """This message or mail will never be taken as it is."""


class ChangeUnreadable(Exception):  # noqa: N818 - a fact
    """What the stream handed over is no change of an event's row as anybody would write it."""
