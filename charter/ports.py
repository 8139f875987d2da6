"""Protocols of the table and of the evidence. `adapters` implements them; announce_ports.py has the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import date, datetime

    from charter.boarding import CheckIn, FrozenList
    from charter.enrolling import Added, Changed, NewPatron, Overtaken, PatronChange
    from charter.events import Event, Listing, Logged, Taking
    from charter.group_payments import GroupDraft
    from charter.group_undo import GroupUndo
    from charter.new_events import Created, NewEvent
    from charter.passengers import CrewMember
    from charter.pasting import Enrolled, PastedList, PastePlan
    from charter.payments import Draft, Refund, Source, Void
    from charter.renaming import Renamed
    from charter.returned import Returned
    from charter.signatures import Signature, SignatureMatch
    from charter.undoing import Undo
    from charter.void_requests import Requested
    from charter.waivers import Signed


class Ledger(Protocol):
    """The table's events and the entries in them. Every method may raise TableUnavailable."""

    def check(self) -> None:
        """Check that the table and its index answer, by a read of almost nothing in each."""
        ...

    def event(self, eid: str) -> Event:
        """Return one event, in one read. Raises EventIdMalformed, EventUnknown."""
        ...

    def events(self, eids: Sequence[str]) -> list[Event]:
        """Return those events that have a row of their own, in the order asked for."""
        ...

    def listings(self, months: Iterable[date]) -> list[Listing]:
        """Return the events of each month that the dates fall in, in order of their start; one read a month."""
        ...

    def takings(self) -> Iterator[Taking]:
        """Yield the payments of every event, with or without a proper id, date or month. Reads the whole table."""
        ...

    def log(self, draft: Draft, *, by: str, source: Source, now: datetime, admin: bool = False) -> Logged:
        """Write a payment once, in one write as a rule. The same draft again is answered as the success it was.

        Raises EventUnknown, PatronUnknown, PatronExists, PaymentIdReused, RowFull; PossibleDuplicate for a payment that
        seems to repeat another one, unless the draft is confirmed; BoatFull for a walk-up beyond the capacity, unless
        an `admin` gives a reason. Then nothing was written.
        """
        ...

    def reverse(self, request: Void | Refund | Returned | Undo, *, by: str, source: Source, now: datetime) -> Logged:
        """Write the entry that undoes or gives back, once. Raises as `log` does, and as `request.entry` does."""
        ...

    def log_group(self, draft: GroupDraft, *, by: str, source: Source, now: datetime) -> tuple[Logged, ...]:
        """Write payments for several patrons in one write: all, once, or none. Raises a group of their refusals."""
        ...

    def undo_group(self, request: GroupUndo, *, by: str, source: Source, now: datetime) -> tuple[Logged, ...]:
        """Write what undoes the payments of a group, in one write, once. Raises as `reverse` does."""
        ...

    def ask_for_card(self, eid: str, *, now: datetime) -> None:
        """Write that somebody wants the event's boarding card at the end of its channel. Each moment is a new request.

        Raises EventIdMalformed, EventUnknown.
        """
        ...

    def take_back_card(self, eid: str, *, asked_at: datetime) -> bool:
        """Take back the request of that moment, once. Return False if a later one took its place, which stays.

        Raises EventIdMalformed, TableUnavailable.
        """
        ...


class Roster(Protocol):
    """The table's events and rosters as admins write them. Every method may raise TableUnavailable."""

    def create(self, new: NewEvent) -> Created:
        """Write an event's own row once, in one write. The same event again is answered as the success it was.

        Crew may be assigned to it already. Raises EventExists; then nothing was written.
        """
        ...

    def add(self, new: NewPatron, *, by: str, now: datetime) -> Added:
        """Write a line onto the roster once. The same one again is a success.

        Raises EventUnknown, PatronAdded, RowFull; BoatFull beyond the capacity without a reason, which is kept as an
        edit. Then nothing was written.
        """
        ...

    def change(self, change: PatronChange, *, by: str, now: datetime) -> Changed | Overtaken:
        """Change a line that is still as it was read, and add the edits. Nothing else of the event is written.

        Raises EventUnknown, PatronUnknown, RowFull; BoatFull for a larger party beyond the capacity without a reason;
        AboardAlready and ListFrozen for a mark or a smaller party, as charter.boarding_edits does. Then, and where it
        was overtaken, nothing was written.
        """
        ...

    def put_list(self, pasted: PastedList, *, by: str, now: datetime) -> Enrolled | PastePlan:
        """Write the lines of a pasted list, whole and once. The same form again is answered as the success it was.

        Returns the plan as it is now, and writes nothing, where it is not the one that was seen any more or has nothing
        to write. Raises EventUnknown, RowFull, TooManyChanges; BoatFull beyond the capacity without a reason. Then
        nothing was written.
        """
        ...

    def captains(self, eids: Sequence[str]) -> dict[str, str]:
        """Return the captain's name by event id; fewer of them when the table is slow."""
        ...


class Renames(Protocol):
    """New ids for the table's events. Every method may raise TableUnavailable; the same call again goes on from there.

    Both raise EventUnknown, EventIdTaken, EventIdIsOld and EventIdBusy, and NoRoomForId.
    """

    def rename(self, eid: str, new: str, *, by: str, now: datetime) -> Renamed:
        """Give an event the id `new`, with an edit, in one transaction; the old id redirects to it.

        An event with too many rows for one transaction keeps its id until the stream's function renames it, within a
        minute: then the answer is not `finished`, and nobody else can take the new id. `eid` may be an older id of the
        event. Raises EventIdMalformed too, on the field `eid` as the others; then nothing was written.
        """
        ...

    def carry_out(self, old: str, new: str) -> None:
        """Do a rename that `rename` asked for. One that is done or was taken back is left alone."""
        ...


class Signatures(Protocol):
    """The table's events and signatures, for signing. Every method may raise TableUnavailable."""

    def event(self, eid: str) -> Event:
        """Return one event, in one read. Raises EventIdMalformed, EventUnknown."""
        ...

    def captain(self, eid: str) -> str | None:
        """Return the captain's name, or None."""
        ...

    def sign(self, eid: str, signature: Signature) -> Signature:
        """Write one signature once, and return it as stored. The same one again is a success.

        Raises EventUnknown, SignatureReused; then nothing was written.
        """
        ...


class SigningAddresses(Protocol):
    """Counts of how often each address signs. Raises nothing."""

    def admits(self, address: str, *, now: datetime) -> bool:
        """Count one signing. Return False where the address has reached its limit, True also where counting fails."""
        ...


class Matching(Protocol):
    """The table's signatures, for matching them to patrons. Every method may raise TableUnavailable."""

    def match(self, match: SignatureMatch, *, by: str, now: datetime) -> Event:
        """Write the party of a signature, once, and return the event after it.

        Raises EventUnknown, SignatureUnknown, PatronUnknown, SignatureMatched; then nothing was written.
        """
        ...

    def set_aside(self, eid: str, ref: str, *, aside: bool, by: str, now: datetime) -> Event:
        """Write that a signature is false, or that it counts again, once, and return the event after it.

        The signature is marked and never removed. Raises EventUnknown, SignatureUnknown; then nothing was written.
        """
        ...


class CheckIns(Protocol):
    """The boarding of the table's events. Every method may raise TableUnavailable, EventIdMalformed, EventUnknown.

    Each returns the event after it. The same request again is answered as the success it was. Where a rule of
    charter.check_ins raises, nothing was written.
    """

    def crew(self, eid: str) -> list[CrewMember]:
        """Return the crew who are assigned to the event."""
        ...

    def check_in(self, request: CheckIn, *, by: str, admin: bool, now: datetime) -> Event:
        """Write that people of a party are aboard. Raises as charter.check_ins.check_in."""
        ...

    def take_back(self, eid: str, patron_id: str, *, seen: str, by: str, now: datetime) -> Event:
        """Write that nobody of the party is aboard. Raises as charter.check_ins.take_back."""
        ...

    def cast_off(
        self, eid: str, *, seen: str, by: str, now: datetime, name_of: Callable[[str], str | None] = ...
    ) -> Event:
        """Freeze the list, and keep it. Raises as charter.check_ins.cast_off."""
        ...

    def reopen(self, eid: str, *, seen: str, reason: str, by: str, now: datetime) -> Event:
        """Open a frozen list again, and keep it. Raises as charter.check_ins.reopen."""
        ...


class VoidRequests(Protocol):
    """Requests to the office to void an entry."""

    def ask(self, eid: str, patron_id: str, payment_id: str, *, by: str, now: datetime) -> Requested:
        """Write the request once. The same person's second one is answered as the success it was.

        Raises TableUnavailable, EventIdMalformed, EventUnknown, and as charter.void_requests.request_void does.
        """
        ...


class Evidence(Protocol):
    """The evidence of signatures, kept permanently. Every method may raise EvidenceUnavailable."""

    def keep(self, signed: Signed) -> Signed:
        """Write it once under its event and signature id, and return what is stored: itself, or an earlier one."""
        ...

    def find(self, eid: str, signature_id: str) -> Signed | None:
        """Return what is stored under these ids, or None."""
        ...


class Manifests(Protocol):
    """The passenger lists that cast-offs froze, kept permanently beside the evidence of signatures."""

    def keep(self, eid: str, frozen: FrozenList, pdf: Callable[[], bytes]) -> None:
        """Write the list, then its PDF, once each, under the first id of its event. What is kept already stays.

        Raises EvidenceUnavailable where a later try may succeed, ManifestDiffers where another text is kept.
        """
        ...
