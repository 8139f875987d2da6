"""Signatures over the events table: one row each, put once, and later at most matched to a patron.

The event's own row is never written here, so strangers' signatures neither fill it nor delay a payment.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from adapters.attribute_values import from_wire, to_wire
from adapters.crew import captain_of
from adapters.dynamo import TimeBudget, errors_as_refusals, is_condition_failure
from adapters.event_rows import EventRows
from adapters.expressions import Update
from adapters.moved import Trail
from adapters.rows import SIGNATURE_ROW, edit_row, read_signature, signature_row
from adapters.whole_answers import item_in
from charter.edits import Edit
from charter.event_ids import check_served
from charter.moments import utc
from charter.refusals import (
    PatronUnknown,
    SignatureMatched,
    SignatureReused,
    SignatureSetAside,
    SignatureUnknown,
    TableUnavailable,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from mypy_boto3_dynamodb import DynamoDBClient

    from charter.events import Event
    from charter.ports import Ledger
    from charter.signatures import Signature, SignatureMatch

_TRIES = 4
_NOT_SET_ASIDE = {"set_aside_at": "", "set_aside_by": ""}


class DynamoSignatures:
    """charter's Signatures and Matching over one table. `ledger` reads the events."""

    def __init__(
        self, client: DynamoDBClient, table: str, *, ledger: Ledger, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._client = client
        self._table = table
        self._own = EventRows(client, table)
        self._ledger = ledger
        self._clock = clock

    def event(self, eid: str) -> Event:
        """Return one event. See charter.ports.Ledger.event."""
        return self._ledger.event(eid)

    def captain(self, eid: str) -> str | None:
        """Return the name of the first crew row whose role is captain, or None."""
        return captain_of(self._client, self._table, check_served(eid), TimeBudget(self._clock))

    def sign(self, eid: str, signature: Signature) -> Signature:
        """Put the row, then read whether the event was renamed meanwhile.

        A rename first turns the event's row into a redirect and then moves what else is there. So a signature put
        before that moment is moved along, and one put after it finds the redirect here and is put again where it leads.
        """
        budget, trail = TimeBudget(self._clock), Trail(eid)
        while True:
            signature = self._put(trail.eid, signature, budget)
            if not trail.follows(self._own.redirect(trail.eid, budget)):
                return signature

    def match(self, match: SignatureMatch, *, by: str, now: datetime) -> Event:
        """Read, then write the signature's row and the edit in one transaction. See charter.ports.Matching.match."""
        budget, event = TimeBudget(self._clock), self._ledger.event(match.eid)
        patron = event.patron(match.patron_id)
        if patron is None:
            raise PatronUnknown(match.patron_id)
        for _ in range(_TRIES):
            signatures, signature = event.signatures or {}, _named(event, match.ref)
            if signature.is_set_aside:
                raise SignatureSetAside(signature.name)
            if (signature.patron_id, signature.companion) == (match.patron_id, match.companion):
                return event
            if signature.patron_id != match.seen:
                other = event.patron(signature.patron_id or "")
                raise SignatureMatched(signature.name, other.name if other else "somebody else")
            after = replace(
                signature,
                patron_id=match.patron_id,
                matched_at=utc(now),
                matched_by=by,
                companion=match.companion,
            )
            edit = Edit(
                what="signature",
                before=signature.patron_id or "",
                after=match.patron_id,
                by=by,
                at=now,
                patron_id=match.patron_id,
                reason=signature.name,
            )
            if self._rematch(event.eid, signature, after, edit, budget):
                return replace(event, signatures={**signatures, signature.signature_id: after})
            event = self._ledger.event(event.eid)
        raise TableUnavailable

    def set_aside(self, eid: str, ref: str, *, aside: bool, by: str, now: datetime) -> Event:
        """Read, then write the row and the edit in one transaction. See charter.ports.Matching.set_aside."""
        budget, event = TimeBudget(self._clock), self._ledger.event(eid)
        for _ in range(_TRIES):
            signature = _named(event, ref)
            if signature.is_set_aside is aside:
                return event
            mark = {"set_aside_at": utc(now), "set_aside_by": by} if aside else _NOT_SET_ASIDE
            update = Update()
            update.when_exists("eid")
            (update.when_missing if aside else update.when_exists)("set_aside_by")
            update.set_all(to=mark)
            before, after = ("", "set aside") if aside else ("set aside", "")
            edit = Edit("signature_set_aside", before, after, by, now, signature.patron_id, reason=signature.name)
            if self._own.together(_key(event.eid, signature), update, [edit_row(event.eid, edit)], budget):
                marked = replace(signature, **{name: value or None for name, value in mark.items()})  # type: ignore[arg-type]  # both are texts
                return replace(event, signatures={**(event.signatures or {}), signature.signature_id: marked})
            event = self._ledger.event(event.eid)
        raise TableUnavailable

    def _put(self, eid: str, signature: Signature, budget: TimeBudget) -> Signature:
        """Write the row unless it is there, and return what is there then. Raises SignatureReused."""
        item: Any = {name: to_wire(value) for name, value in signature_row(eid, signature).items()}
        try:
            with errors_as_refusals(budget):
                self._client.put_item(
                    TableName=self._table,
                    Item=item,
                    ConditionExpression="attribute_not_exists(#eid)",
                    ExpressionAttributeNames={"#eid": "eid"},
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
        except ClientError as error:
            if not is_condition_failure(error):
                raise
            shown: Any = error.response.get("Item") or self._row(eid, signature, budget)
            kept = read_signature(from_wire(shown))
            if not kept.has_content_of(signature):
                raise SignatureReused from None
            return kept
        return signature

    def _row(self, eid: str, signature: Signature, budget: TimeBudget) -> Mapping[str, Any]:
        with errors_as_refusals(budget):
            answer = self._client.get_item(TableName=self._table, Key=_key(eid, signature), ConsistentRead=True)
            row = item_in(answer)
        if not row:  # a write was just refused because the row is there
            raise TableUnavailable
        return row

    def _rematch(self, eid: str, before: Signature, after: Signature, edit: Edit, budget: TimeBudget) -> bool:
        """Write the match and the edit together; return False where the row was changed since it was read."""
        update = Update()
        update.when_exists("eid")
        update.when_missing("set_aside_by")
        if before.patron_id is None:
            update.when_missing("patron_id")
        else:
            update.when("patron_id", is_="=", value=before.patron_id)
        matched = {"patron_id": after.patron_id, "matched_at": after.matched_at, "matched_by": after.matched_by}
        update.set_all(to={**matched, "companion": after.companion or ""})
        return self._own.together(_key(eid, before), update, [edit_row(eid, edit)], budget)


def _named(event: Event, ref: str) -> Signature:
    """Return the event's signature of this reference. Raises SignatureUnknown."""
    found = next((each for each in (event.signatures or {}).values() if each.ref == ref), None)
    if found is None:
        raise SignatureUnknown
    return found


def _key(eid: str, signature: Signature) -> Any:  # noqa: ANN401 - botocore's own
    return {"eid": {"S": eid}, "crew_id": {"S": f"{SIGNATURE_ROW}{signature.signature_id}"}}
