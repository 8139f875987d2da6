"""Facts that follow from a change of an event's rows, in the past tense, each to be announced once.

A change arrives at least once, sometimes late, sometimes again. The facts are derived from its two images alone, so the
same change always gives the same facts under the same ids.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from charter.boarding_news import BoardingFact, BoardingRowChange, boarding_facts
from charter.cash_news import HandOverChange, HandOverFact, hand_over_facts
from charter.event_news import EventEditChange, EventEdited, event_edit_facts
from charter.events import Event  # noqa: TC001 - dataclass fields
from charter.frozen import dataclass
from charter.patrons import Patron  # noqa: TC001 - dataclass fields
from charter.payments import BEFORE_THE_LEDGER, Entry
from charter.refusals import EventUnknown
from charter.reminders import Reminded, ReminderChange, reminder_facts
from charter.signatures import Signature  # noqa: TC001 - dataclass fields
from charter.void_requests import VoidRequestChange, VoidRequested, request_facts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from charter.balances import Balance

# Old rows that are read in bring their history along, whether the event's row was there before or not. An entry that
# is older than this when the table makes the change is not announced; one that was just logged is seconds old.
HISTORY: Final = timedelta(days=1)
# A signature is put within moments of being made; a phone without signal may send it again much later.
SIGNATURE_HISTORY: Final = timedelta(days=2)

# Records of what was announced are kept past the stream's 24 hours, and until the event's payments are no longer
# corrected.
REMEMBERED: Final = timedelta(days=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRowChange:
    """One change of an event's own row. `at` (aware) is when the table made it; no `old` image: the row is new.

    `number` is the stream's own name for the change. `dated` is False where the record does not say when it was made.
    `restored` is True where `roster restore` wrote it.
    """

    number: str
    eid: str
    at: datetime
    old: Event | None
    new: Event | None
    dated: bool = True
    restored: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureChange:
    """One change of a signature's row. `at`, `old`, `number` and `restored` are as in `EventRowChange`."""

    number: str
    eid: str
    at: datetime
    old: Signature | None
    new: Signature
    restored: bool = False


@dataclass(frozen=True, slots=True)
class EntryLogged:
    """An entry was written to a patron's ledger. `event` is the event right after it."""

    event: Event
    patron: Patron
    entry: Entry
    at: datetime

    @property
    def id(self) -> str:
        """The permanent id of this fact. Payment ids are unique in an event, but for those from before the ledger."""
        return entry_id(self.event.first_eid, self.entry.payment_id, patron_id=self.patron.patron_id)

    @property
    def reversed_id(self) -> str | None:
        """The id under which the entry that this one reverses was announced."""
        reverses = self.entry.reverses
        return None if reverses is None else entry_id(self.event.first_eid, reverses, patron_id=self.patron.patron_id)

    @property
    def happened(self) -> datetime:
        """The moment of the entry."""
        return self.entry.timestamp

    @property
    def balance(self) -> Balance:
        """The patron's balance right after."""
        return self.event.balance(self.patron.patron_id)


@dataclass(frozen=True, slots=True)
class PatronSigned:
    """A waiver was signed. `event` is as it is now, with its signatures."""

    event: Event
    signature: Signature
    at: datetime

    @property
    def id(self) -> str:
        """The permanent id of this fact. It holds the signature's reference, since its id would open the evidence."""
        return f"signature:{self.event.first_eid}:{self.signature.ref}"

    @property
    def group_id(self) -> str:
        """The id that the signatures of one event share within one minute."""
        return f"signatures:{self.event.first_eid}:{minute_of(self.at)}"

    @property
    def happened(self) -> datetime:
        """The moment of signing, or of the change where the table has none."""
        return self.signature.moment or self.at

    @property
    def patron(self) -> Patron | None:
        """The patron in whose party the signer is, or None where the signature is not matched."""
        return None if self.signature.patron_id is None else self.event.patron(self.signature.patron_id)


@dataclass(frozen=True, slots=True)
class SignatureResolved(PatronSigned):
    """A person matched a signature, or set it aside. `id` is that of the signature, whose post is changed."""


EditChange = VoidRequestChange | ReminderChange | EventEditChange
EditFact = VoidRequested | Reminded | EventEdited
Fact = EntryLogged | PatronSigned | SignatureResolved | BoardingFact | EditFact | HandOverFact
AnyChange = EventRowChange | SignatureChange | BoardingRowChange | EditChange | HandOverChange


def entry_id(eid: str, payment_id: str, *, patron_id: str) -> str:
    """Return the id under which an entry is announced. `eid` is the first id of its event."""
    own = f"{patron_id}:{payment_id}" if payment_id == BEFORE_THE_LEDGER else payment_id
    return f"entry:{eid}:{own}"


def facts_of(change: AnyChange, read: Callable[[str], Event]) -> list[Fact]:
    """Return what happened, in the order in which it happened. `read` reads an event with its other rows.

    A renamed event appears whole. Its content was reported as changes of the rows at the old id, so nothing follows.
    """
    if isinstance(change, SignatureChange):
        return _signature_facts(change, read)
    if isinstance(change, HandOverChange):
        return list(hand_over_facts(change))
    if isinstance(change, ReminderChange):
        return [fact for fact in reminder_facts(change, read) if not _is_history(fact.happened, change)]
    return [fact for fact in _written(change, read) if not _is_history(fact.happened, change)]


def history_of(
    change: AnyChange, read: Callable[[str], Event]
) -> list[EntryLogged | PatronSigned | BoardingFact | VoidRequested | EventEdited]:
    """Return what old or restored rows brought along. It was announced when it happened, so it is passed over."""
    if isinstance(change, ReminderChange | HandOverChange):
        return []  # nobody is reminded or asked late
    if not isinstance(change, SignatureChange):
        return [fact for fact in _written(change, read) if _is_history(fact.happened, change)]
    if change.old is not None or _is_new(change):
        return []
    return list(_signed(change, read, PatronSigned))


def _written(
    change: EventRowChange | BoardingRowChange | VoidRequestChange | EventEditChange, read: Callable[[str], Event]
) -> Sequence[EntryLogged | BoardingFact | VoidRequested | EventEdited]:
    if isinstance(change, VoidRequestChange):
        return request_facts(change, read)
    if isinstance(change, EventEditChange):
        return event_edit_facts(change, read)
    return boarding_facts(change, read) if isinstance(change, BoardingRowChange) else _entries(change)


def _entries(change: EventRowChange) -> list[EntryLogged]:
    """Return the entries that the row did not have before the change."""
    new, old = change.new, change.old
    if new is None or (old is None and new.renamed_from):
        return []
    facts: list[EntryLogged] = []
    for patron_id, payment in new.payments.items():
        known = {entry.payment_id for entry in old.payment(patron_id).entries} if old else set()
        patron = new.patron(patron_id)
        facts += [
            EntryLogged(new, patron, entry, change.at)
            for entry in payment.entries
            if patron is not None and entry.payment_id not in known
        ]
    return sorted(facts, key=lambda fact: fact.entry.timestamp)


def _signature_facts(change: SignatureChange, read: Callable[[str], Event]) -> list[Fact]:
    if _is_new(change):
        return list(_signed(change, read, PatronSigned))
    if change.restored or change.old is None or _match_of(change.old) == _match_of(change.new):
        return []
    return list(_signed(change, read, SignatureResolved))


def _is_new(change: SignatureChange) -> bool:
    made, is_first = change.new.moment or change.at, change.old is None and not change.new.signed_for
    return is_first and not change.restored and made >= change.at - SIGNATURE_HISTORY


def _signed(
    change: SignatureChange, read: Callable[[str], Event], kind: type[PatronSigned | SignatureResolved]
) -> list[PatronSigned]:
    try:
        event = read(change.eid)
    except EventUnknown:
        return []  # the event was taken out of the table since
    # The signature may have been matched since.
    kept = (event.signatures or {}).get(change.new.signature_id, change.new)
    return [kind(event, kept, change.at)]


def _match_of(signature: Signature) -> tuple[object, ...]:
    return (signature.patron_id, signature.set_aside_by)


def minute_of(moment: datetime) -> int:
    """Return the minute of a moment, counted from 1970. Signatures of one minute may share a post."""
    return int(moment.timestamp() // 60)


def remembered_until(event: Event, now: datetime) -> datetime:
    """Return until when the announcements of this event are remembered."""
    return max(now, event.starts_at) + REMEMBERED


def _is_history(moment: datetime, change: EventRowChange | BoardingRowChange | EditChange) -> bool:
    if change.restored:
        return True
    return moment < change.at - HISTORY and (
        not isinstance(change, EventRowChange) or change.dated or change.old is None
    )


class RetryLater(Exception):  # noqa: N818 - said like a refusal
    """Not now: the same again may succeed later. `unsure`: it may have been done all the same, the answer was lost."""

    def __init__(self, why: str = "", *, unsure: bool = False) -> None:
        super().__init__(why)
        self.unsure = unsure


class SlackUnavailable(RetryLater):
    """Slack did not accept it: it is down, too slow or limits calls, or the token is being changed."""


class MailUnavailable(RetryLater):
    """No mail service accepted it, for now."""


class InHand(RetryLater):
    """Another process has claimed it. If that process died, its claim is taken over later."""


class BlockedByEarlier(RetryLater):
    """Something before it, which must come first, is not out yet."""


class OutOfTime(RetryLater):
    """This run has too little time left to begin with it."""


class ChannelClosed(Exception):  # noqa: N818 - a fact
    """The bot cannot post in this channel: it is gone, archived, or nobody invited the bot."""


class NoChannel(Exception):  # noqa: N818 - a fact
    """All channels that may take a post are closed to the bot. Nothing was posted; a sweep posts late what it seeks."""


class NotTaken(ChannelClosed):
    """Slack refused this one message in this channel, for a reason that is not listed here."""


class PostGone(Exception):  # noqa: N818 - a fact
    """There is no such message any more, or it can no longer be changed."""


class Refused(Exception):  # noqa: N818 - a fact
    """This message or mail will never be accepted as it is."""


class ChangeUnreadable(Exception):  # noqa: N818 - a fact
    """A record of the stream cannot be read as a change of an event's row."""


class ManifestDiffers(Exception):  # noqa: N818 - a fact
    """Another text is kept under the id of a frozen list. Neither is changed; a person must compare them."""
