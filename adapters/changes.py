"""The records of the events table's stream, read into the business's words (NEW_AND_OLD_IMAGES)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from adapters.attribute_values import from_wire
from adapters.boarding_rows import BOARDING_ROW, read_boarding
from adapters.cash import HAND_OVER_ROW, read_hand_over
from adapters.moved import moved_to
from adapters.rows import (
    CHANGE_ROW,
    EVENT_ROW,
    FORGOTTEN_AT,
    RESTORED_AT,
    SIGNATURE_ROW,
    read_edit,
    read_event,
    read_signature,
)
from charter.announcements import ChangeUnreadable, EventRowChange, SignatureChange
from charter.boarding_news import BoardingRowChange
from charter.cash_news import HandOverChange
from charter.event_news import EventEditChange, is_news
from charter.refusals import EventUnknown
from charter.reminders import REMINDED, ReminderChange
from charter.void_requests import VOID_REQUESTED, VoidRequestChange

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import tzinfo

    from charter.announcements import AnyChange, EditChange

FEW: Final = 5  # signatures
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def read_change(record: Mapping[str, Any], *, zone: tzinfo, currency: str) -> AnyChange | None:
    """Return the change of an event's own row, of another row of it, or the request, that a stream record holds.

    None where nothing can follow from it: a row of the crew's, another edit, a row that was removed or that redirects
    since its event was renamed, or one that nothing dates and that no listing shows either. Of what `roster restore`
    wrote, and `roster forget`, nothing is announced: the card is refreshed, and what was restored is passed over.
    Raises ChangeUnreadable for records that the stream of this table does not hand over.
    """
    try:
        change = record["dynamodb"]
        keys = from_wire(change["Keys"])
        if record["eventName"] == "REMOVE":
            return None
        read = next((read for row, read in _BESIDE.items() if str(keys["crew_id"]).startswith(row)), None)
        if read is not None:
            return read(change, str(keys["eid"]))
        if keys["crew_id"] != EVENT_ROW or moved_to(change["NewImage"]):
            return None
        new = read_event(from_wire(change["NewImage"]), zone=zone, currency=currency)
        # A row that was no event before has nothing to be compared with.
        before = change.get("OldImage")
        known = before and not moved_to(before)
        old = read_event(from_wire(before), zone=zone, currency=currency) if known else None
        return EventRowChange(
            number=str(change["SequenceNumber"]),
            eid=new.eid,
            at=_created(change),
            old=old,
            new=new,
            dated=_CREATED in change,
            restored=_is_restored(change),
        )
    except EventUnknown:
        return None
    except Exception as error:  # a row reads the same each time, so a retry fails too
        raise ChangeUnreadable(type(error).__name__) from error


def payments_first(records: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return a batch with its signatures at the end: a stranger can make them, and no other record waits for one.

    A few signatures of the very event that the other records are of stay where they are.
    """
    keys = [_keys(record) for record in records]
    few = sum(crew_id.startswith(SIGNATURE_ROW) for _, crew_id in keys) <= FEW
    if few and len({eid for eid, _ in keys}) == 1:
        return list(records)
    return sorted(records, key=lambda record: _keys(record)[1].startswith(SIGNATURE_ROW))


def _keys(record: Mapping[str, Any]) -> tuple[str, str]:
    try:
        keys = record["dynamodb"]["Keys"]
        return str(keys["eid"]["S"]), str(keys["crew_id"]["S"])
    except (KeyError, TypeError):
        return "", ""


def _signature_change(change: Mapping[str, Any], eid: str) -> SignatureChange:
    before, new = change.get("OldImage"), read_signature(from_wire(change["NewImage"]))
    old = read_signature(from_wire(before)) if before else None
    return SignatureChange(
        number=str(change["SequenceNumber"]),
        eid=eid,
        at=_created(change),
        old=old,
        new=new,
        restored=_is_restored(change),
    )


def _boarding_change(change: Mapping[str, Any], eid: str) -> BoardingRowChange:
    before = change.get("OldImage")
    return BoardingRowChange(
        number=str(change["SequenceNumber"]),
        eid=eid,
        at=_created(change),
        old=read_boarding(from_wire(before)) if before else None,
        new=read_boarding(from_wire(change["NewImage"])),
        restored=_is_restored(change),
    )


def _edit_change(change: Mapping[str, Any], eid: str) -> EditChange | None:
    """Return a new request to void an entry, a new reminder, or a new edit of the event; None for another edit."""
    edit = read_edit(from_wire(change["NewImage"]))
    kind = EventEditChange if is_news(edit) else _ANNOUNCED.get(edit.what)
    if kind is None or change.get("OldImage"):
        return None
    return kind(
        number=str(change["SequenceNumber"]), eid=eid, at=_created(change), edit=edit, restored=_is_restored(change)
    )


def _hand_over_change(change: Mapping[str, Any], eid: str) -> HandOverChange:
    before = change.get("OldImage")
    return HandOverChange(
        number=str(change["SequenceNumber"]),
        eid=eid,
        at=_created(change),
        old=read_hand_over(from_wire(before)) if before else None,
        new=read_hand_over(from_wire(change["NewImage"])),
        restored=_is_restored(change),
    )


def _is_restored(change: Mapping[str, Any]) -> bool:
    """Return whether this very change was written by `roster restore` or `forget`, which mark each row they write."""
    before, now = change.get("OldImage", {}), change["NewImage"]
    return any(name in now and now[name] != before.get(name) for name in (RESTORED_AT, FORGOTTEN_AT))


# The readers of an event's other rows, and of hand-overs, by the beginning of their sort keys.
_BESIDE: Final[Mapping[str, Callable[[Mapping[str, Any], str], AnyChange | None]]] = {
    SIGNATURE_ROW: _signature_change,
    CHANGE_ROW: _edit_change,
    BOARDING_ROW: _boarding_change,
    HAND_OVER_ROW: _hand_over_change,
}
# The edits that are announced beside those of an event, by what they name as changed.
_ANNOUNCED: Final[Mapping[str, type[VoidRequestChange | ReminderChange]]] = {
    VOID_REQUESTED: VoidRequestChange,
    REMINDED: ReminderChange,
}
_CREATED: Final = "ApproximateCreationDateTime"


def _created(change: Mapping[str, Any]) -> datetime:
    """Return when the table made the change: Unix seconds from Lambda, a moment from an SDK; now if it is missing."""
    created = change.get(_CREATED)
    if created is None:
        return datetime.now(UTC)  # only how long it took is measured by it
    return created if isinstance(created, datetime) else _EPOCH + timedelta(seconds=created)
