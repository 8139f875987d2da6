"""charter's Custody over the events table: the rows `#handover:<ulid>` of `eid` `#cash`, and the hands of the books.

A hand-over is written once. Its end, `accepted_at`, `declined_at` or `withdrawn_at`, is written once too: on the
condition that it has none yet.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from adapters.attribute_values import from_wire, to_wire
from adapters.dynamo import TimeBudget, errors_as_refusals, is_condition_failure, queried
from adapters.expressions import Update
from adapters.whole_answers import item_in
from charter import books, cash
from charter.books import HAND
from charter.cash import HandOver, HandOverState
from charter.edits import ulid
from charter.moments import utc
from charter.money import CENT, ZERO
from charter.refusals import HandOverReused, HandOverUnknown, TableUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from mypy_boto3_dynamodb import DynamoDBClient

    from charter.books import Sums

CASH: Final = "#cash"
HAND_OVER_ROW: Final = "#handover:"

_BOOKS: Final = "#books"
_COMPARED: Final = "compared"
_OWN: Final = ("eid", "crew_id", "version")
_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)
# The attributes of an end: when, and by whom.
ENDS: Final = {
    HandOverState.ACCEPTED: ("accepted_at", "accepted_by"),
    HandOverState.DECLINED: ("declined_at", "declined_by"),
    HandOverState.WITHDRAWN: ("withdrawn_at", "withdrawn_by"),
}


class DynamoCustody:
    """charter's Custody over one table."""

    def __init__(self, client: DynamoDBClient, table: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._table = table
        self._clock = clock

    def hands(self, names: Collection[str] = ()) -> dict[str, Sums]:
        """Read each named hand, or all hands by a Query for each megabyte. See charter.custody.Custody.hands."""
        if not names:
            return {str(row["crew_id"]["S"]): _sums(row) for row in self._rows(_BOOKS, HAND)}
        budget = TimeBudget(self._clock)
        found = {name: self._read(_BOOKS, name, budget) for name in names}
        return {name: _sums(row) for name, row in found.items() if row}

    def has_books(self) -> bool:
        """Read one row of the books. See charter.custody.Custody.has_books."""
        with errors_as_refusals(TimeBudget(self._clock)):
            answer = self._client.query(
                TableName=self._table,
                KeyConditionExpression="eid = :eid",
                ExpressionAttributeValues={":eid": {"S": _BOOKS}},
                Limit=1,
            )
        return bool(answer["Items"])

    def is_compared(self) -> bool:
        """Read the mark of the books. See charter.custody.Custody.is_compared."""
        return bool(self._read(_BOOKS, _COMPARED, TimeBudget(self._clock)))

    def opened_since(self, moment: datetime) -> list[HandOver]:
        """Return the newer hand-overs by one Query, as their ids begin with their moment. See charter.custody."""
        first = f"{HAND_OVER_ROW}{ulid(moment, '')[:10]}"
        return [read_hand_over(from_wire(row)) for row in self._rows(CASH, HAND_OVER_ROW, first=first)]

    def find(self, hand_over_ids: Iterable[str]) -> list[HandOver]:
        """Return them by a read each. See charter.custody.Custody.find."""
        budget = TimeBudget(self._clock)
        rows = (self._read(CASH, f"{HAND_OVER_ROW}{each}", budget) for each in hand_over_ids)
        return [read_hand_over(from_wire(row)) for row in rows if row]

    def offer(self, hand_over: HandOver) -> HandOver:
        """Put the row where there is none. See charter.custody.Custody.offer."""
        budget = TimeBudget(self._clock)
        item = {name: to_wire(value) for name, value in hand_over_row(hand_over).items()}
        try:
            with errors_as_refusals(budget):
                self._client.put_item(
                    TableName=self._table, Item=item, ConditionExpression="attribute_not_exists(crew_id)"
                )
        except ClientError as error:
            if not is_condition_failure(error):
                raise
            stored = self._stored(hand_over.hand_over_id, budget)
            if not stored.says_the_same_as(hand_over):
                raise HandOverReused from error
            return stored
        return hand_over

    def accept(self, hand_over_id: str, *, by: str, admin: bool, now: datetime) -> HandOver:
        """Read, then write the end. See charter.custody.Custody.accept."""
        return self._close(hand_over_id, lambda stored: cash.accepted(stored, by=by, admin=admin, now=now))

    def decline(self, hand_over_id: str, *, by: str, admin: bool, now: datetime, reason: str) -> HandOver:
        """Read, then write the end. See charter.custody.Custody.decline."""
        return self._close(
            hand_over_id, lambda stored: cash.declined(stored, by=by, admin=admin, now=now, reason=reason)
        )

    def withdraw(self, hand_over_id: str, *, by: str, now: datetime) -> HandOver:
        """Read, then write the end. See charter.custody.Custody.withdraw."""
        return self._close(hand_over_id, lambda stored: cash.withdrawn(stored, by=by, now=now))

    def _close(self, hand_over_id: str, end: Callable[[HandOver], HandOver]) -> HandOver:
        """Write what `end` adds, once. Where somebody else was first, `end` says what that means."""
        budget = TimeBudget(self._clock)
        stored = self._stored(hand_over_id, budget)
        while (closed := end(stored)) != stored:
            update = Update()
            update.when_exists("offered_at")
            for at, _ in ENDS.values():
                update.when_missing(at)
            update.set_all(to=_end_of(closed))
            try:
                with errors_as_refusals(budget):
                    self._client.update_item(TableName=self._table, Key=_key(hand_over_id), **update.request())
            except ClientError as error:
                if not is_condition_failure(error):
                    raise
                before, stored = stored, self._stored(hand_over_id, budget)
                if stored == before:  # a row that nobody can close, such as one without its moment
                    raise TableUnavailable from error
                continue
            return closed
        return stored

    def _stored(self, hand_over_id: str, budget: TimeBudget) -> HandOver:
        row = self._read(CASH, f"{HAND_OVER_ROW}{hand_over_id}", budget)
        if not row:
            raise HandOverUnknown
        return read_hand_over(from_wire(row))

    def _read(self, eid: str, crew_id: str, budget: TimeBudget) -> Mapping[str, Any]:
        with errors_as_refusals(budget):
            return item_in(
                self._client.get_item(
                    TableName=self._table, Key={"eid": {"S": eid}, "crew_id": {"S": crew_id}}, ConsistentRead=True
                )
            )

    def _rows(self, eid: str, prefix: str, *, first: str = "") -> Iterator[Mapping[str, Any]]:
        """Yield the rows whose sort key begins with `prefix`, from `first` on."""
        found = queried(
            self._client,
            TableName=self._table,
            KeyConditionExpression="eid = :eid AND crew_id BETWEEN :first AND :last",
            ExpressionAttributeValues={
                ":eid": {"S": eid},
                ":first": {"S": first or prefix},
                ":last": {"S": f"{prefix}\uffff"},
            },
            ConsistentRead=True,
        )
        with errors_as_refusals(TimeBudget(self._clock)):
            yield from found


def hand_over_row(hand_over: HandOver) -> dict[str, Any]:
    """Return the row of a hand-over. Empty texts are left out."""
    row = {
        "eid": CASH,
        "crew_id": f"{HAND_OVER_ROW}{hand_over.hand_over_id}",
        "from": hand_over.giver,
        "to": hand_over.receiver,
        "currency": hand_over.currency,
        "method": hand_over.method,
        "counted": hand_over.counted,
        "expected": hand_over.expected,
        "trips": dict(hand_over.trips),
        "offered_at": utc(hand_over.offered_at),
        "by": hand_over.by,
        "note": hand_over.note,
        "reference": hand_over.reference,
        **_end_of(hand_over),
    }
    return {name: value for name, value in row.items() if value != ""}


def read_hand_over(item: Mapping[str, Any]) -> HandOver:
    """Return the hand-over in a row. What is missing or odd is read as empty; an end counts once it has its moment."""
    state = next((each for each, (at, _) in ENDS.items() if item.get(at)), HandOverState.OFFERED)
    at, by = ENDS.get(state, ("", ""))
    trips = item.get("trips")
    offered_at = _moment(item, "offered_at") or _LONG_AGO
    return HandOver(
        hand_over_id=str(item["crew_id"]).removeprefix(HAND_OVER_ROW),
        giver=_text(item, "from"),
        receiver=_text(item, "to"),
        currency=_text(item, "currency"),
        method=_text(item, "method"),
        counted=_amount(item.get("counted")),
        expected=_amount(item.get("expected")),
        trips={str(name): _amount(each) for name, each in trips.items()} if isinstance(trips, dict) else {},
        offered_at=offered_at,
        by=_text(item, "by"),
        note=_text(item, "note"),
        reference=_text(item, "reference"),
        state=state,
        closed_at=(_moment(item, at) or offered_at) if at else None,
        closed_by=_text(item, by),
        reason=_text(item, "reason"),
    )


def _end_of(hand_over: HandOver) -> dict[str, Any]:
    if hand_over.state is HandOverState.OFFERED or hand_over.closed_at is None:
        return {}
    at, by = ENDS[hand_over.state]
    reason = {"reason": hand_over.reason} if hand_over.reason else {}
    return {at: utc(hand_over.closed_at), by: hand_over.closed_by, **reason}


def _key(hand_over_id: str) -> dict[str, Any]:
    return {"eid": {"S": CASH}, "crew_id": {"S": f"{HAND_OVER_ROW}{hand_over_id}"}}


def _sums(row: Mapping[str, Any]) -> Sums:
    item = from_wire(row)
    return dict(books.flat({name: value for name, value in item.items() if name not in _OWN}))


def _text(item: Mapping[str, Any], name: str) -> str:
    value = item.get(name)
    return value if isinstance(value, str) else ""


def _amount(value: object) -> Decimal:
    return value.quantize(CENT) if isinstance(value, Decimal) and value.is_finite() else ZERO


def _moment(item: Mapping[str, Any], name: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(_text(item, name))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
