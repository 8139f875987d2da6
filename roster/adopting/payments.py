"""Lifts an older system's payments, which stand in rows that are not the event's own, into the ledger.

Each becomes an entry whose id follows from its place and content. An event is written at once, on the condition that
its payments are as they were read. The rows that the payments come from are never written.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from adapters.attribute_values import to_wire
from adapters.dynamo import is_condition_failure
from adapters.moved import MOVING_ROW, moved_to
from adapters.rows import RESTORED_AT, entry_line
from adapters.shapes import Shape, key
from charter.kinds import ADOPTED_BY
from charter.payments import BEFORE_THE_LEDGER, Payment, Source, Void
from charter.refusals import Refusal
from roster.adopting.ids import content_of
from roster.adopting.reading import ReadingRules, read_patron_id, read_record
from roster.adopting.standing import PAYMENTS, AdoptionLedger, AdoptionState, Old, old_payments
from roster.importing.problems import Unreadable
from roster.merging import condition_of, entries_of, with_entries
from roster.walking import leading, walk
from roster.wording import counted
from terminal.failures import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient

    from adapters.dynamo import Wire
    from charter.payments import Entry

ADD: Final = "add"
REPLACE: Final = "replace"
ONCE: Final = "once"
EACH: Final = "each"
_NAMES: Final = ("eid", "crew_id", PAYMENTS)
_TRIES: Final = 40  # an attempt fails if somebody pays at that moment
_REASON: Final = "The older system has another payment in its place."

# Where an old payment stands: event id, row and patron id, as the row has them.
Place = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Lift:
    """One payment to lift into the ledger of `patron_id`. The entries `replaced` are voided by the same write."""

    old: Old
    patron_id: str
    entry: Entry
    replaced: tuple[Entry, ...] = ()
    known: bool = True
    """False where the patron is on no roster."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A payment that was lifted before and reads otherwise now. A person decides what that means."""

    old: Old
    before: Entry
    now: Entry
    currency: str


@dataclass(slots=True)
class Findings:
    """The plan: what is lifted, by the present id of its event, and what is left and why."""

    lifts: dict[str, list[Lift]] = field(default_factory=lambda: defaultdict(list))
    currencies: dict[str, str] = field(default_factory=dict)
    unreadable: list[tuple[Old, str]] = field(default_factory=list)
    differing: list[Difference] = field(default_factory=list)
    copies: list[tuple[Old, ...]] = field(default_factory=list)
    homeless: list[Old] = field(default_factory=list)
    counts: dict[AdoptionState, int] = field(default_factory=lambda: dict.fromkeys(AdoptionState, 0))

    @property
    def left(self) -> int:
        """Number of payments that a person must decide about. An attribute `payments` that is no map holds none."""
        copied = sum(map(len, self.copies))
        return (
            sum(bool(old.patron_id) for old, _ in self.unreadable) + len(self.differing) + copied + len(self.homeless)
        )


@dataclass(frozen=True, kw_only=True)
class Choices:
    """The operator's decisions. `corrections` are fields by the place of their payment."""

    corrections: Mapping[Place, Mapping[str, str]] = field(default_factory=dict)
    changed: Mapping[Place, str] = field(default_factory=dict)
    copies: str | None = None

    def of(self, old: Old) -> Mapping[str, str]:
        """Return the corrections of this payment."""
        return self.corrections.get((old.eid, old.row, old.patron_id), {})


def find(client: DynamoDBClient, table: str, advance: Callable[[int], object]) -> list[Old]:
    """Return every payment in a row that is not the event's own, in the order of events and rows. Reads only."""
    found: list[Old] = []
    moving: set[str] = set()  # ids at which a rename has put copies
    for row in walk(client, table, names=_NAMES, advance=advance):
        if row["crew_id"].get("S") == MOVING_ROW:
            moving.add(row["eid"]["S"])
        found += old_payments(row)
    return sorted((old for old in found if old.eid not in moving), key=lambda old: (old.eid, old.row, old.patron_id))


class Lifting:
    """Plans and lifts over one table. `moment` marks the written rows, so that nothing is announced."""

    def __init__(
        self, client: DynamoDBClient, table: str, reading: ReadingRules, *, currency: str, moment: str
    ) -> None:
        self._client, self._table, self._reading = client, table, reading
        self._currency, self._moment = currency, moment

    def plan(self, olds: Sequence[Old], choices: Choices) -> Findings:
        """Return the plan for these payments."""
        found = Findings()
        rows = leading(self._client, self._table, [old.eid for old in olds])
        alike: dict[tuple[str, str, str], list[tuple[Old, AdoptionLedger]]] = defaultdict(list)
        ledgers = {eid: AdoptionLedger(row, currency=self._currency) for eid, row in rows.items()}
        for old in olds:
            here = ledgers.get(old.eid)
            if here is None:
                found.homeless.append(old)
                continue
            try:
                patron_id = choices.of(old).get("patron_id", old.patron_id)
                standing = here.standing(old, patron_id=patron_id, now=self._reading.now)
            except Unreadable as reason:
                found.unreadable.append((old, str(reason)))
                continue
            found.counts[standing] += 1
            if standing is AdoptionState.MISSING or (standing is AdoptionState.COPY and choices.copies == EACH):
                alike[here.eid, old.patron_id, content_of(old.record)].append((old, here))
            elif standing is AdoptionState.CHANGED:
                self._add_changed(found, old, here, choices)
        for group in alike.values():
            self._add(found, group, choices)
        listed = {eid: set(row.get("patrons", {}).get("M", ())) for eid, row in rows.items()}
        for eid, lifts in found.lifts.items():
            found.lifts[eid] = [replace(lift, known=lift.patron_id in listed[lift.old.eid]) for lift in lifts]
        return found

    def carry_out(self, eid: str, lifts: Sequence[Lift]) -> int:
        """Lift the payments of one event, those that it still lacks, and return their number. Raises Stopped."""
        for _ in range(_TRIES):
            own: Wire = self._client.get_item(TableName=self._table, Key=key(eid), ConsistentRead=True).get("Item", {})
            if not own or moved_to(own):
                raise Stopped(f"{eid} was renamed or removed meanwhile. Nothing of it was lifted.")
            ledger = AdoptionLedger(own, currency=self._currency)
            missing = [lift for lift in lifts if lift.entry.payment_id not in ledger.entries]
            if not missing:
                return 0
            sets = {**self._merged(own, ledger, missing), RESTORED_AT: {"S": self._moment}}
            if Shape.of({**own, **sets}).full:
                raise Stopped(
                    f"{eid} has no room for {counted(len(missing), 'payment')}, and nothing of it was lifted. "
                    "Open a second event for the day, and log them there."
                )
            request: Any = condition_of(own, sets)
            try:
                self._client.update_item(TableName=self._table, Key=key(eid), **request)
            except ClientError as error:
                if not is_condition_failure(error):
                    raise
                continue
            return len(missing)
        raise Stopped(f"{eid} is being changed constantly. Nothing of it was lifted. Run the same command again.")

    def _add_changed(self, found: Findings, old: Old, ledger: AdoptionLedger, choices: Choices) -> None:
        """Add a payment that reads otherwise than when it was lifted, as the operator decided."""
        try:
            lift = self._lift(old, ledger, choices)
        except Unreadable as reason:
            found.unreadable.append((old, str(reason)))
            return
        before = tuple(ledger.lifted_before(old))
        match choices.changed.get((old.eid, old.row, old.patron_id)):
            case "add":
                found.lifts[ledger.eid].append(lift)
            case "replace":
                found.lifts[ledger.eid].append(replace(lift, replaced=before))
            case _:
                found.differing.append(Difference(old, before[-1], lift.entry, ledger.currency))
        found.currencies[ledger.eid] = ledger.currency

    def _add(self, found: Findings, group: Sequence[tuple[Old, AdoptionLedger]], choices: Choices) -> None:
        """Add payments of one patron with the same content, which stand in one row as a rule."""
        if len(group) > 1 and choices.copies is None:
            found.copies.append(tuple(old for old, _ in group))
            return
        for old, ledger in group[:1] if choices.copies == ONCE else group:
            try:
                lift = self._lift(old, ledger, choices)
            except Unreadable as reason:
                found.unreadable.append((old, str(reason)))
                continue
            found.lifts[ledger.eid].append(lift)
            found.currencies[ledger.eid] = ledger.currency

    def _lift(self, old: Old, ledger: AdoptionLedger, choices: Choices) -> Lift:
        patron_id, record = _corrected(old, choices)
        entry = self._reading.entry(ledger.payment_id(old), record, currency=ledger.currency)
        return Lift(old, read_patron_id(patron_id), entry)

    def _merged(self, own: Wire, ledger: AdoptionLedger, lifts: Sequence[Lift]) -> dict[str, Wire]:
        """Return the payments of the row with these, and the ids that guard them. Raises Stopped."""
        added: dict[str, dict[str, Entry]] = defaultdict(dict)
        for lift in lifts:
            added[lift.patron_id][lift.entry.payment_id] = lift.entry
        for lift in lifts:
            for undone in lift.replaced:
                owner = ledger.owner_of(undone.payment_id)
                void = self._void(ledger, owner, undone, added[owner].values())
                added[owner][void.payment_id] = void
        records: dict[str, Wire] = dict(own.get(PAYMENTS, {}).get("M", {}))
        for patron_id, entries in added.items():
            new: dict[str, Wire] = {name: to_wire(entry_line(entry)) for name, entry in entries.items()}
            before = records.get(patron_id, {})
            record = with_entries(before, {**entries_of(before), **new}, new)
            if record is None:
                raise Stopped(
                    f"The payments of {patron_id} in {ledger.eid} are not readable. Run `verify`, and repair them."
                )
            records[patron_id] = record
        ids = {payment_id for record in records.values() for payment_id in entries_of(record)} - {BEFORE_THE_LEDGER}
        if "SS" in own.get("payment_ids", {}):
            ids = {*own["payment_ids"]["SS"], *(payment_id for entries in added.values() for payment_id in entries)}
        return {PAYMENTS: {"M": records}, "payment_ids": to_wire(ids)}

    def _void(self, ledger: AdoptionLedger, owner: str, before: Entry, added: Iterable[Entry]) -> Entry:
        kept = ledger.payment(owner) or Payment()
        void = Void(ledger.eid, owner, before.payment_id, _REASON)
        payment = Payment((*kept.entries, *added))
        try:
            return void.entry(payment, by=ADOPTED_BY, source=Source.WEB, now=self._reading.now)
        except Refusal as refusal:
            raise Stopped(f"{ledger.eid}, {owner}: the earlier payment cannot be voided. {refusal}") from None


def _corrected(old: Old, choices: Choices) -> tuple[str, Mapping[str, Any]]:
    """Return the patron's id and the record with the operator's corrections. Raises Unreadable."""
    corrections = dict(choices.of(old))
    patron_id = corrections.pop("patron_id", old.patron_id)
    return patron_id, {**read_record(old.record), **corrections}
