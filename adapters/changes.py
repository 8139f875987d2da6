"""The records of the events table's stream, read into the business's words (NEW_AND_OLD_IMAGES)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from adapters.moved import moved_to
from adapters.rows import EVENT_ROW, read_event
from adapters.wire import from_wire
from charter.announcements import Change, ChangeUnreadable
from charter.refusals import EventUnknown

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def read_change(record: Mapping[str, Any], *, zone: tzinfo, currency: str) -> Change | None:
    """The change of an event's own row that a stream record tells of.

    None where nothing can follow from it: a row of the crew's, one that was removed or that redirects since its event
    was renamed, or one that nothing dates and that no listing shows either. Raises ChangeUnreadable for what the stream
    of this table does not hand over.
    """
    try:
        told = record["dynamodb"]
        keys = from_wire(told["Keys"])
        if keys["crew_id"] != EVENT_ROW or record["eventName"] == "REMOVE":
            return None
        if moved_to(told["NewImage"]):
            return None
        new = read_event(from_wire(told["NewImage"]), zone=zone, currency=currency)
        # A row that was no event before has nothing to be compared with.
        before = told.get("OldImage")
        known = before and not moved_to(before)
        old = read_event(from_wire(before), zone=zone, currency=currency) if known else None
        return Change(number=str(told["SequenceNumber"]), eid=new.eid, at=_created(told), old=old, new=new)
    except EventUnknown:
        return None
    except (KeyError, TypeError, ValueError, ArithmeticError, AttributeError) as error:
        raise ChangeUnreadable(type(error).__name__) from error


def _created(told: Mapping[str, Any]) -> datetime:
    """When the table made the change: Unix seconds in Lambda's payload, a moment in an SDK's answer; else now."""
    created = told.get("ApproximateCreationDateTime")
    if created is None:
        return datetime.now(UTC)  # only how long it took is measured by it
    return created if isinstance(created, datetime) else _EPOCH + timedelta(seconds=created)
