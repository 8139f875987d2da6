"""One batch of the stream's records: each is announced, set aside, or comes again."""

from __future__ import annotations

import json
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from announce.bookkeeping import Bookkeeper
from announce.renames import Renamer
from announce.run import BatchRun
from charter.announcements import ChangeUnreadable, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from announce.run import Transport
    from announce.services import Services
    from charter.announcements import AnyChange


class RecordUnreadable(Exception):  # noqa: N818 - a fact
    """A record has no number, keys or kind, so it is none of the stream's."""


def is_of_stream(record: object) -> bool:
    """Return whether a record has a kind, a number and the keys of a row, as each of the stream's has."""
    match record:
        case {
            "eventName": "INSERT" | "MODIFY" | "REMOVE",
            "dynamodb": {"SequenceNumber": str(), "Keys": {"eid": {"S": str()}, "crew_id": {"S": str()}}},
        }:
            return True
    return False


@dataclass(frozen=True, slots=True)
class Records:
    """Announces batches by all transports. A fault is logged and set aside by its kind: its text may quote a patron."""

    services: Services
    transports: Sequence[Transport]
    announce_by: Sequence[str]

    def announce(self, records: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Enter a batch in the books, announce it, then do the renames that it asks for.

        Return the records that must come again, in Lambda's form.
        """
        ordered = self.services.in_order([record for record in records if self._is_whole(record)])
        changes = [change for record in ordered if (change := self._readable(record)) is not None]
        run = BatchRun(self.services, changes, self.transports)
        waiting: set[str] = set()
        if self.services.books is not None:
            waiting = Bookkeeper(self.services, self.services.books, self._report).keep(ordered, run.is_temporary)
        failed = []
        for record in ordered:
            try:
                self._announce(record, run)
            except Exception:  # noqa: BLE001 - it is logged, and the record comes again
                failed.append(record["dynamodb"]["SequenceNumber"])
        if self.services.renames is not None:  # last, because it takes the longest
            waiting |= Renamer(self.services, self.services.renames, self._report).carry_out(ordered, run.is_temporary)
        again = [*failed, *sorted(waiting.difference(failed))]
        return {"batchItemFailures": [{"itemIdentifier": number} for number in again]}

    def _is_whole(self, record: Mapping[str, Any]) -> bool:
        """Return whether a record has what every record of the stream has. One that has not is set aside at once.

        It could not even be named among those that come again.
        """
        if is_of_stream(record):
            return True
        fault = RecordUnreadable()
        self._report(fault)
        try:
            self._set_aside(record if isinstance(record, dict) else {}, (fault,), fault)
        except Exception as error:  # noqa: BLE001 - it is logged, and the whole records are announced
            self._report(error)
        return False

    def _announce(self, record: Mapping[str, Any], run: BatchRun) -> None:
        """Announce one record.

        A record that comes again holds up all records behind it, so it comes again only after an outage. Any other
        faulty record is set aside. Where that fails too, the later records of its event wait, so that no void is
        announced before its payment.
        """
        change = None
        try:
            change = self.services.read_change(record)
            if change is not None:
                run.take(change)
        except Exception as error:
            faults = error.exceptions if isinstance(error, ExceptionGroup) else (error,)
            for fault in faults:
                self._report(fault, stream_event=record.get("eventID"))
            if any(run.is_temporary(fault) for fault in faults):
                raise
            try:
                self._set_aside(record, faults, error)
            except Exception:
                if change is not None and not all(isinstance(fault, Refused) for fault in faults):
                    run.hold(change)
                raise

    def _readable(self, record: Mapping[str, Any]) -> AnyChange | None:
        try:
            return self.services.read_change(record)
        except ChangeUnreadable:
            return None  # it fails when its turn comes

    def log_error(self, message: str, error: Exception, **extra: str | None) -> None:
        """Log an error by its kind and place."""
        where = traceback.format_tb(error.__traceback__)
        self.services.log.error(message, extra={"why": type(error).__name__, **extra, "where": where})

    def _report(self, fault: Exception, *, stream_event: str | None = None) -> None:
        """Log and count one fault of a record."""
        self.log_error("a record failed", fault, stream_event=stream_event)
        self.services.meter.count("RecordFailed", why=type(fault).__name__)

    def _set_aside(self, record: Mapping[str, Any], faults: Sequence[Exception], error: Exception) -> None:
        """Put a record into the dead letters. Raises `error` itself where there are none."""
        if self.services.dead_letters is None:
            raise error
        self.services.dead_letters.put(self._letter(record, faults))

    def _letter(self, record: Mapping[str, Any], faults: Sequence[Exception]) -> dict[str, str]:
        """Return the reference of the record, and why it failed. Its content stays in the event's row."""
        found = record.get("dynamodb")
        change = found if isinstance(found, dict) else {}
        return {
            "why": ", ".join(sorted({type(fault).__name__ for fault in faults})),
            "announce_by": ",".join(self.announce_by),
            "stream": str(record.get("eventSourceARN", "")),
            "sequence_number": str(change.get("SequenceNumber", "")),
            "event_id": str(record.get("eventID", "")),
            "row": json.dumps(change.get("Keys")),
        }
