"""What the business needs of the outside world. `adapters` fulfils these; nothing here knows how."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - dataclass fields
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from charter.events import Event  # noqa: TC001 - dataclass fields
from charter.patrons import Patron  # noqa: TC001 - dataclass fields
from charter.payments import Entry, Payment  # noqa: TC001 - dataclass fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime, timedelta

    from charter.enrolling import Added, Change, Changed, NewPatron, Overtaken
    from charter.events import Listing
    from charter.new_events import Created, NewEvent
    from charter.payments import Draft, Refund, Source, Void
    from charter.signatures import Match, Signature
    from charter.waivers import Signed


@dataclass(frozen=True, slots=True)
class Logged:
    """An entry that is written, with the event right after it, whose signatures may not have been read.

    `replayed`: an earlier try had written it.
    """

    event: Event
    patron: Patron
    entry: Entry
    replayed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """The payments of one event. `first_eid` is the id that the event had first; nothing else need be known of it."""

    first_eid: str
    currency: str
    payments: Mapping[str, Payment]


class Ledger(Protocol):
    """The table's events and the entries in them. Every method may raise TableUnavailable."""

    def check(self) -> None:
        """Asks the table for next to nothing, so that its silence shows."""
        ...

    def event(self, eid: str) -> Event:
        """One event, in one read. Raises EventIdMalformed, EventUnknown."""
        ...

    def events(self, eids: Sequence[str]) -> list[Event]:
        """Those of the events that have a row of their own, in the order asked for."""
        ...

    def listings(self, months: Iterable[date]) -> list[Listing]:
        """The events of each month that the dates fall in, in order of their start; one read a month."""
        ...

    def takings(self) -> list[Taking]:
        """Return the payments of every event, whatever its id, its date or its month. Reads the whole table."""
        ...

    def log(self, draft: Draft, *, by: str, source: Source, now: datetime) -> Logged:
        """Writes a payment once, in one write as a rule; the same draft again is answered as the success it was.

        Raises EventUnknown, PatronUnknown, PatronExists, PaymentIdReused, RowFull; then nothing was written.
        """
        ...

    def reverse(self, wish: Void | Refund, *, by: str, source: Source, now: datetime) -> Logged:
        """Writes the entry that undoes or gives back, once. Raises as `log` does, and what `wish.entry` raises."""
        ...

    def ask_for_card(self, eid: str, *, now: datetime) -> None:
        """Writes that somebody wants the event's boarding card at the end of its channel. Another moment, another wish.

        Raises EventIdMalformed, EventUnknown.
        """
        ...


class Roster(Protocol):
    """The table's events and their rosters as the office writes them. Every method may raise TableUnavailable."""

    def create(self, new: NewEvent) -> Created:
        """Writes an event's own row once, in one write; the same event again is answered as the success it was.

        Crew may be assigned to it already. Raises EventExists; then nothing was written.
        """
        ...

    def add(self, new: NewPatron) -> Added:
        """Writes a line onto the roster once; the same one again is a success.

        Raises EventUnknown, PatronAdded, RowFull; then nothing was written.
        """
        ...

    def change(self, change: Change, *, by: str, now: datetime) -> Changed | Overtaken:
        """Change a line that is still as it was seen, and keep what was changed by whom; nothing else of the event.

        Raises EventUnknown, PatronUnknown, RowFull; then, and where it was overtaken, nothing was written.
        """
        ...

    def captains(self, eids: Sequence[str]) -> dict[str, str]:
        """The name of whoever is assigned to each event as its captain; fewer of them when the table is slow."""
        ...


class Signatures(Protocol):
    """The table's events as those who sign need them. Every method may raise TableUnavailable."""

    def event(self, eid: str) -> Event:
        """One event, in one read. Raises EventIdMalformed, EventUnknown."""
        ...

    def captain(self, eid: str) -> str | None:
        """The name of whoever is assigned to the event as its captain."""
        ...

    def sign(self, eid: str, signature: Signature) -> Signature:
        """Write one signature once, and return it as it is kept; the same one again is a success.

        Raises EventUnknown, SignatureReused; then nothing was written.
        """
        ...


class Addresses(Protocol):
    """Counts of how often each address signs. Raises nothing."""

    def admits(self, address: str, *, now: datetime) -> bool:
        """Count one signing; False where the address has as many as it may for now, True where counting fails."""
        ...


class Matching(Protocol):
    """The table's signatures as crew match them to patrons. Every method may raise TableUnavailable."""

    def match(self, match: Match, *, by: str, now: datetime) -> Event:
        """Write to whose party a signature belongs, once, and return the event as it is then.

        Raises EventUnknown, SignatureUnknown, PatronUnknown, SignatureMatched; then nothing was written.
        """
        ...

    def set_aside(self, eid: str, ref: str, *, aside: bool, by: str, now: datetime) -> Event:
        """Write that a signature is false, or that it counts again, once, and return the event as it is then.

        The signature is marked and never removed. Raises EventUnknown, SignatureUnknown; then nothing was written.
        """
        ...


class Evidence(Protocol):
    """What was signed, kept for good. Every method may raise EvidenceUnavailable."""

    def keep(self, signed: Signed) -> Signed:
        """Writes it once under its event and signature id, and gives what stands there: itself, or an earlier one."""
        ...

    def find(self, eid: str, signature_id: str) -> Signed | None:
        """What is kept under these ids, or None."""
        ...


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message stands: Slack's channel id and the message's timestamp."""

    channel: str
    ts: str


class Poster(Protocol):
    """Slack's channels. Every method may raise SlackUnavailable, and Refused for what Slack will never take.

    A `message` is `text` (for notifications, also the whole message where there are no blocks) and `blocks`.
    """

    def post(
        self, channel: str, message: Mapping[str, Any], *, kind: str, key: str, thread: Place | None = None
    ) -> Place:
        """Posts in the channel, or below the message `thread`, marked for `find` with its kind and key.

        Raises ChannelClosed; PostGone when there is no such thread.
        """
        ...

    def update(self, place: Place, message: Mapping[str, Any]) -> None:
        """Lets the message say something else. Raises PostGone, ChannelClosed."""
        ...

    def delete(self, place: Place) -> None:
        """Delete a message; one that is gone already is a success. Raises PostGone or ChannelClosed where it stays."""
        ...

    def find(self, channel: str, *, key: str, since: datetime, thread: Place | None = None) -> Place | None:
        """The message marked with the key, posted since then (aware); None also when Slack does not let us look."""
        ...

    def name(self, user_id: str) -> str | None:
        """What a person is called; None when Slack does not say. Raises nothing."""
        ...


class Turn(StrEnum):
    """What a claim came to."""

    FIRST = "first"
    """Nobody has claimed it before: do it."""
    AGAIN = "again"
    """Somebody claimed it and did not finish: see whether it was done, else do it."""
    IN_HAND = "in_hand"
    """Somebody may be doing it this moment."""
    DONE = "done"
    """It is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What is kept of one announcement. `place` is None until it is done, and for mail and what went nowhere.

    `claimed_at` (aware) is when it was first begun. A card also keeps what it says (`content`, a hash), where and at
    whose wish it was to stand (`wanted`), and the message that it stands in for and that is still to be taken down.
    """

    claimed_at: datetime
    done: bool = False
    place: Place | None = None
    content: str = ""
    wanted: str = ""
    instead_of: Place | None = None


class Posted(Protocol):
    """What was announced where, so that nothing is announced twice. Every method may raise TableUnavailable.

    Only who holds a claim may finish it or give it up. `until` (aware) is when the record may be forgotten.
    """

    def find(self, key: str) -> Record | None:
        """Return the record of this key."""

    def find_many(self, keys: Sequence[str]) -> dict[str, Record]:
        """Return the records of those of these keys that have one. There are at most 100 keys."""

    def claim(self, key: str, *, now: datetime, until: datetime, wanted: str = "") -> tuple[Turn, Record]:
        """Claims it, unless it is done or in hand. A claim that is older than any process lives is taken over."""
        ...

    def done(self, key: str, record: Record, *, until: datetime) -> None:
        """Keeps the record as done."""
        ...

    def give_up(self, key: str, *, unsure: bool) -> None:
        """Ends a claim early, so that the next one need not wait: it is AGAIN when it is `unsure`, else FIRST."""
        ...

    def change(self, key: str, seen: Record, record: Record, *, until: datetime) -> bool:
        """Keeps `record` where `seen` still stands; False when somebody else changed it meanwhile."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail in both forms. Who gets it and who it is from is the mailer's to know."""

    subject: str
    text: str
    html: str


class Mailer(Protocol):
    """The mail service."""

    def send(self, mail: Mail) -> None:
        """Sends it once. Raises MailUnavailable when a later try may succeed, Refused when none will."""
        ...


class Meter(Protocol):
    """What is counted for those who run this. Never a patron's data."""

    def count(self, name: str, **dimensions: str) -> None:
        """One more of it."""
        ...

    def took(self, name: str, passed: timedelta) -> None:
        """How long it took."""
        ...
