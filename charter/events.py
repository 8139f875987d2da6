"""Events: the trips, their rosters, and each patron's balance."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - dataclass fields
from dataclasses import field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from charter.balances import Balance, BalanceState
from charter.boarding import Boarding, FrozenList
from charter.credits import credits_of
from charter.event_ids import day_of, is_served, lint, title_of
from charter.frozen import dataclass
from charter.grouping import grouped
from charter.money import ZERO
from charter.names import fold
from charter.patrons import Patron, PatronState
from charter.payments import Entry, Payment
from charter.signatures import Coverage, Signature, coverage_of
from charter.starts import day_only
from charter.unread import BoardingNotRead as BoardingNotRead  # noqa: PLC0414 - an event raises it
from charter.unread import SignaturesNotRead as SignaturesNotRead  # noqa: PLC0414 - likewise

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import tzinfo
    from decimal import Decimal

    from charter.edits import Edit

T = TypeVar("T")

# Time after its start for which an event counts as going on. The longest trip is a day out.
GOING_ON = timedelta(hours=10)


class Status(StrEnum):
    """The event takes place, or is cancelled."""

    SCHEDULED = "scheduled"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Listing:
    """An event as the index holds it: enough to name it, to order it and to guess it."""

    eid: str
    title: str
    starts_at: datetime
    """A DayOnly where nobody knows the hour."""
    status: Status = Status.SCHEDULED
    channel: str | None = None

    @property
    def warnings(self) -> list[str]:
        """The faults of the event's id against the rule."""
        return lint(self.eid)

    @property
    def served(self) -> bool:
        """True if the event can be read by its id."""
        return is_served(self.eid)

    def over(self, now: datetime) -> bool:
        """Return whether the event has ended by `now` (aware)."""
        return now > self.starts_at + GOING_ON


@dataclass(frozen=True, slots=True)
class Event(Listing):
    """One event with its roster, payments, signatures and edits. Patron ids are the keys of `patrons` and `payments`.

    `signatures` is None where they were not read with the event. Then it is not known who has signed. Likewise
    `boarding_read`, of which `boarding` is the value that was read. `cast_offs` are the frozen lists, earliest first.
    """

    price: Decimal | None = None
    boat: str | None = None
    capacity: int | None = None
    """The most people whom the boat takes, minors included; None where nobody wrote it."""
    currency: str = "USD"
    patrons: Mapping[str, Patron] = field(default_factory=dict)
    payments: Mapping[str, Payment] = field(default_factory=dict)
    signatures: Mapping[str, Signature] | None = field(default_factory=dict)
    edits: tuple[Edit, ...] = ()
    boarding_read: Boarding | None = field(default_factory=Boarding)
    cast_offs: tuple[FrozenList, ...] = ()
    full: bool = False
    card_asked_at: str | None = None
    """The moment of the last request for the boarding card, as the table keeps it. Each moment is a new request."""
    renamed_from: tuple[str, ...] = ()
    """The ids that it had before, the oldest first. They still lead to it."""
    _kept: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)  # see `_once`

    @property
    def eids(self) -> tuple[str, ...]:
        """Every id that it has or had, the present one first."""
        return tuple(dict.fromkeys((self.eid, *self.renamed_from)))

    @property
    def first_eid(self) -> str:
        """The first id that it had. Records elsewhere name it by this one, through every rename."""
        return self.renamed_from[0] if self.renamed_from else self.eid

    @property
    def people(self) -> list[Patron]:
        """The roster by name without removed patrons, followed by patrons who paid without being on it."""
        return list(self._once("people", self._people))

    @property
    def expected(self) -> list[Patron]:
        """The people who may still come: the roster without those marked as no-shows."""
        return [patron for patron in self.people if patron.state is None]

    @property
    def left_out(self) -> list[Patron]:
        """The patrons who are marked as no-shows or were removed, by name. Their payments stay in the ledger."""
        marked = [patron for patron in self.patrons.values() if patron.state is not None]
        return sorted(marked, key=lambda patron: patron.name.casefold())

    @property
    def boarding(self) -> Boarding:
        """The parties aboard, and the cast-off. Raises BoardingNotRead."""
        if self.boarding_read is None:
            raise BoardingNotRead(self.eid)
        return self.boarding_read

    def patron(self, patron_id: str) -> Patron | None:
        """Return the patron under this id, on the roster or known by payments alone; None when neither."""
        if patron_id in self.patrons:
            return self.patrons[patron_id]
        return self._stranger(patron_id) if patron_id in self.payments else None

    @property
    def alike(self) -> frozenset[str]:
        """The ids of the patrons whose names fold like another's on this event."""
        several = (alike for alike in self._once("names", self._by_name).values() if len(alike) > 1)
        return frozenset(patron.patron_id for alike in several for patron in alike)

    def namesakes(self, patron: Patron) -> list[Patron]:
        """Return the other people of the event whose names fold like this one's. An empty fold is like no other."""
        alike: list[Patron] = self._once("names", self._by_name).get(fold(patron.name), [])
        return [other for other in alike if other.patron_id != patron.patron_id]

    def payment(self, patron_id: str) -> Payment:
        """Return the patron's payment, without entries when nothing was paid."""
        return self.payments.get(patron_id, Payment())

    def balance(self, patron_id: str) -> Balance:
        """Return the patron's balance."""
        patron = self.patron(patron_id)
        return Balance(due=patron.due if patron else ZERO, paid=self.payment(patron_id).amount)

    def signatures_of(self, patron_id: str) -> list[Signature]:
        """Return the signatures matched to the patron's party, the earliest first. Raises SignaturesNotRead."""
        parties = self._once("parties", lambda: grouped(self._signatures(), lambda signature: signature.patron_id))
        return list(parties.get(patron_id, ()))

    @property
    def unmatched(self) -> list[Signature]:
        """The signatures that are not matched to a party yet. Raises SignaturesNotRead."""
        return [signature for signature in self._signatures() if self.patron(signature.patron_id or "") is None]

    @property
    def by_plain_link(self) -> list[Signature]:
        """The signatures that anybody could make, without a party's personal link. Raises SignaturesNotRead."""
        return [signature for signature in self._signatures() if not signature.party_link]

    def coverage(self, patron_id: str) -> Coverage:
        """Return how many people of the patron's party are covered by a signature. Raises SignaturesNotRead."""
        if (patron := self.patron(patron_id)) is None:
            return Coverage(0, 1)
        return self._once(f"coverage of {patron_id}", lambda: coverage_of(patron, self.signatures_of(patron_id)))

    def signed(self, patron_id: str) -> bool:
        """Return whether everybody in the patron's party is covered by a signature. Raises SignaturesNotRead."""
        return self.coverage(patron_id).complete

    @property
    def souls(self) -> int:
        """Number of people expected, minors included."""
        return sum(patron.party for patron in self.expected)

    @property
    def covered(self) -> Coverage:
        """Number of expected people who are covered by a signature. Raises SignaturesNotRead."""
        return Coverage(sum(self.coverage(patron.patron_id).signed for patron in self.expected), self.souls)

    @property
    def souls_clear(self) -> int:
        """Number of people in parties that are clear to board. Raises SignaturesNotRead."""
        return sum(patron.party for patron in self.expected if self.clear_to_board(patron.patron_id))

    def clear_to_board(self, patron_id: str) -> bool:
        """Return whether nothing is owed and everybody in the party has signed. Raises SignaturesNotRead.

        Nobody boards a cancelled event, and a patron who was removed or marked as a no-show is not expected.
        """
        patron = self.patron(patron_id)
        comes = patron is not None and patron.state is None and self.status is not Status.CANCELLED
        return comes and not self.missing(patron_id)

    def missing(self, patron_id: str) -> list[str]:
        """Return what the party lacks to be clear to board: `payment`, `waiver (1 of 3 signed)`.

        Raises SignaturesNotRead.
        """
        coverage = self.coverage(patron_id)
        waiver = f"waiver ({coverage})" if coverage.signed else "waiver"
        needed = (("payment", self.balance(patron_id).cleared), (waiver, coverage.complete))
        return [word for word, done in needed if not done]

    def counts(self) -> dict[BalanceState, int]:
        """Return the number of patrons in each state."""
        counts = dict.fromkeys(BalanceState, 0)
        for patron in self.people:
            counts[self.balance(patron.patron_id).state] += 1
        return counts

    @property
    def outstanding(self) -> Decimal:
        """Sum of the amounts still owed. What others overpaid is not set against it. Zero once cancelled."""
        if self.status is Status.CANCELLED:
            return ZERO
        return sum((max(self.balance(patron.patron_id).owed, ZERO) for patron in self.people), ZERO)

    @property
    def to_give_back(self) -> Decimal:
        """Sum to give back: all paid for a cancelled event but credits; else what those who are left out overpaid."""
        if self.status is not Status.CANCELLED:
            return sum((max(-self.balance(patron.patron_id).owed, ZERO) for patron in self.left_out), ZERO)
        kept = sum(self.credits.values(), ZERO)
        return sum((max(payment.amount, ZERO) for payment in self.payments.values()), -kept)

    @property
    def credits(self) -> dict[str, Decimal]:
        """The credit of the patrons of a cancelled event, by their ids."""
        return credits_of(self.edits, self.payments) if self.status is Status.CANCELLED else {}

    @property
    def set_aside(self) -> list[Signature]:
        """The signatures that a person called false, the earliest first. Raises SignaturesNotRead."""
        return [signature for signature in self._all_signatures() if signature.is_set_aside]

    def _signatures(self) -> list[Signature]:
        """Return the signatures that count."""
        return [signature for signature in self._all_signatures() if not signature.is_set_aside]

    def _all_signatures(self) -> list[Signature]:
        if self.signatures is None:
            raise SignaturesNotRead(self.eid)
        return sorted(self.signatures.values(), key=lambda signature: (signature.signed_at, signature.signature_id))

    def _people(self) -> list[Patron]:
        listed = [patron for patron in self.patrons.values() if patron.state is not PatronState.REMOVED]
        strangers = (self._stranger(patron_id) for patron_id in sorted(self.payments) if patron_id not in self.patrons)
        return [*sorted(listed, key=lambda patron: patron.name.casefold()), *strangers]

    def _by_name(self) -> dict[str, list[Patron]]:
        return grouped(self.people, lambda patron: fold(patron.name) or patron.name)

    def _once(self, name: str, make: Callable[[], T]) -> T:
        """Return what `make` returns, which is called once: an event never changes."""
        return self._kept[name] if name in self._kept else self._kept.setdefault(name, make())  # type: ignore[no-any-return]

    def _stranger(self, patron_id: str) -> Patron:
        return Patron(patron_id=patron_id, name=patron_id, due=self.price or ZERO)


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


def known_by_id(eid: str, *, zone: tzinfo, currency: str) -> Event:
    """Return the event that follows from an id alone. It is first written so where only crew rows have the id.

    Raises ValueError when the id does not start with a date in the calendar.
    """
    return Event(eid=eid, title=title_of(eid), starts_at=day_only(day_of(eid), eid, zone), currency=currency)
