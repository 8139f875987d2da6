"""An event's own rows in the table: read together, followed where the event was renamed, and written on a condition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from adapters.attribute_values import from_wire, to_wire
from adapters.boarding_rows import BOARDING_ROW, FROZEN_ROW, read_boarding, read_frozen
from adapters.dynamo import errors_as_refusals, is_condition_failure, pause, queried, written_together
from adapters.moved import MOVED_TO, MOVING_ROW, Trail
from adapters.rows import CHANGE_ROW, EVENT_ROW, SIGNATURE_ROW, read_edit, read_signature
from adapters.shapes import key
from adapters.whole_answers import attributes_in, item_in
from charter.frozen import dataclass
from charter.refusals import TableUnavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from adapters.dynamo import TimeBudget
    from adapters.expressions import Update
    from charter.edits import Edit
    from charter.events import Event
    from charter.signatures import Signature

# An item on the wire: {"title": {"S": "…"}}.
Wire = Mapping[str, Any]

_OURS: Final = "#"
_CONFLICT: Final = "TransactionConflictException"


@dataclass(frozen=True, slots=True)
class RowsOfEvent:
    """The rows of one event that are ours: its own one and that of its boarding, empty where it has none, and others.

    `moving`: another event's rename is bringing rows to this id.
    """

    own: Wire
    signatures: tuple[Wire, ...] = ()
    edits: tuple[Wire, ...] = ()
    boarding: Wire = field(default_factory=dict)
    frozen: tuple[Wire, ...] = ()
    moving: bool = False


class EventRows:
    """The rows of the events of one table that begin with `#`. Its calls raise TableUnavailable and RowFull."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def _key(self, eid: str) -> dict[str, Any]:
        """Return the key of the event's own row. The canary's is another one (adapters/canary.py)."""
        return key(eid)

    def row(self, eid: str, budget: TimeBudget) -> Wire:
        """Return the event's own row by one consistent read; an empty one when it has none."""
        with errors_as_refusals(budget):
            return item_in(self._client.get_item(TableName=self._table, Key=self._key(eid), ConsistentRead=True))

    def redirect(self, eid: str, budget: TimeBudget) -> Wire:
        """Return of the event's own row only where it redirects to, by one consistent read."""
        with errors_as_refusals(budget):
            answer = self._client.get_item(
                TableName=self._table,
                Key=self._key(eid),
                ConsistentRead=True,
                ProjectionExpression="#moved",
                ExpressionAttributeNames={"#moved": MOVED_TO},
            )
            return item_in(answer)

    def rows(self, eid: str, budget: TimeBudget) -> RowsOfEvent:
        """Return all of the event's rows that are ours, in one consistent Query for each megabyte."""
        answers = queried(
            self._client,
            TableName=self._table,
            KeyConditionExpression="#eid = :eid AND begins_with(#crew, :ours)",
            ExpressionAttributeNames={"#eid": "eid", "#crew": "crew_id"},
            ExpressionAttributeValues={":eid": {"S": eid}, ":ours": {"S": _OURS}},
            ConsistentRead=True,
        )
        with errors_as_refusals(budget):
            return sorted_rows(list(answers))

    def follow(self, eid: str, budget: TimeBudget) -> tuple[Trail, RowsOfEvent]:
        """Return where the event is, and its rows there. One Query unless it was renamed."""
        trail = Trail(eid)
        while trail.follows((rows := self.rows(trail.eid, budget)).own):
            pass
        return trail, rows

    def attempt(self, eid: str, update: Update, budget: TimeBudget) -> tuple[bool, Wire]:
        """Return whether the update was written, and the row as it is now; an empty one when the event has none."""
        try:
            answer = self._update(eid, update, budget)
        except ClientError as error:
            if not is_condition_failure(error):
                raise
            # Not every engine shows the row in its refusal; one consistent read is right anyway.
            shown: Any = error.response.get("Item")
            return False, shown or self.row(eid, budget)
        if not answer.get("Attributes"):  # cut short: the write was made, and another try finds it
            raise TableUnavailable
        return True, attributes_in(answer)

    def together(  # noqa: PLR0913 - what one transaction is made of
        self,
        where: Mapping[str, Any],
        update: Update,
        puts: Sequence[Mapping[str, object]],
        budget: TimeBudget,
        *,
        checks: Sequence[tuple[Mapping[str, Any], Update]] = (),
        also: Sequence[tuple[Mapping[str, Any], Update]] = (),
    ) -> bool:
        """Write the update of the row `where` and new rows in one transaction; return False where a condition failed.

        `checks` are conditions on other rows, and `also` updates of other rows.

        It is False too where another transaction had a row this instant: read again, and write by that.
        """
        actions: Any = [
            {"Update": {"TableName": self._table, "Key": other, **each.request()}}
            for other, each in ((where, update), *also)
        ]
        actions += [
            {"ConditionCheck": {"TableName": self._table, "Key": other, **condition.condition()}}
            for other, condition in checks
        ]
        for row in puts:
            item = {name: to_wire(value) for name, value in row.items()}
            actions.append({"Put": {"TableName": self._table, "Item": item}})
        return written_together(self._client, actions, budget)

    def _update(self, eid: str, update: Update, budget: TimeBudget) -> Any:  # noqa: ANN401 - botocore's own
        """Write, again as long as an edit's transaction has the row."""
        while True:
            try:
                with errors_as_refusals(budget, unchanged={_CONFLICT}):
                    return self._client.update_item(
                        TableName=self._table,
                        Key=self._key(eid),
                        ReturnValues="ALL_NEW",
                        ReturnValuesOnConditionCheckFailure="ALL_OLD",
                        **update.request(),
                    )
            except ClientError as error:
                if error.response["Error"].get("Code") != _CONFLICT:
                    raise
                pause()


def sorted_rows(found: Sequence[Wire]) -> RowsOfEvent:
    """Return the rows of one event by their kinds. Those of the crew are left out."""
    return RowsOfEvent(
        own=next((row for row in found if row["crew_id"] == {"S": EVENT_ROW}), {}),
        signatures=tuple(row for row in found if row["crew_id"]["S"].startswith(SIGNATURE_ROW)),
        edits=tuple(row for row in found if row["crew_id"]["S"].startswith(CHANGE_ROW)),
        boarding=next((row for row in found if row["crew_id"] == {"S": BOARDING_ROW}), {}),
        frozen=tuple(row for row in found if row["crew_id"]["S"].startswith(FROZEN_ROW)),
        moving=any(row["crew_id"] == {"S": MOVING_ROW} for row in found),
    )


def read_signatures(rows: RowsOfEvent) -> dict[str, Signature]:
    """Return the signatures of the rows by their ids."""
    signatures = [read_signature(from_wire(row)) for row in rows.signatures]
    return {signature.signature_id: signature for signature in signatures}


def read_beside(event: Event, rows: RowsOfEvent, *, signatures: Mapping[str, Signature] | None = None) -> Event:
    """Return the event with what its other rows hold: signatures, edits, boarding and frozen lists.

    `signatures` are those of the rows, where they were read before.
    """
    return replace(
        event,
        signatures=read_signatures(rows) if signatures is None else signatures,
        edits=read_edits(rows),
        boarding_read=read_boarding(from_wire(rows.boarding)),
        cast_offs=tuple(read_frozen(from_wire(row)) for row in rows.frozen),
    )


def read_edits(rows: RowsOfEvent) -> tuple[Edit, ...]:
    """Return the edits of the rows, the earliest first."""
    return tuple(read_edit(from_wire(row)) for row in rows.edits)
